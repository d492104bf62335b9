/* Fuzzes the reader of os-release. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("os_release", ITEM_FILE, "/etc/os-release", NULL, data, size);
}
