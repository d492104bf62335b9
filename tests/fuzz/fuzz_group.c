/* Fuzzes the reader of /etc/group. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("user_group", ITEM_FILE, "/etc/group", NULL, data, size);
}
