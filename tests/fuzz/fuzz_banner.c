/* Fuzzes the reader of login banners. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("banner", ITEM_FILE, "/etc/issue", NULL, data, size);
}
