/* Fuzzes the reader of /etc/passwd, and the reduction of hashes in it. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("account", ITEM_FILE, "/etc/passwd", NULL, data, size);
}
