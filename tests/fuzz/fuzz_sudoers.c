/* Fuzzes the reader of sudoers. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("sudo_rule", ITEM_FILE, "/etc/sudoers", NULL, data, size);
}
