/* Fuzzes the reader of /etc/login.defs. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("login_defs", ITEM_FILE, "/etc/login.defs", NULL, data, size);
}
