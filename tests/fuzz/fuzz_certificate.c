/* Fuzzes the reduction of certificates and keys, and the reader of what it leaves. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("certificate", ITEM_FILE, "/etc/ssl/private/x", "/etc/ssl/private/*", data, size);
    return fuzz_reader("private_key", ITEM_FILE, "/etc/ssh/ssh_host_x_key.pub",
                       "/etc/ssh/ssh_host_*_key.pub", data, size);
}
