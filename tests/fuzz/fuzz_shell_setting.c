/* Fuzzes the reader of the shells' start files. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("shell_setting", ITEM_FILE, "/etc/profile", NULL, data, size);
}
