/* Fuzzes the reader of what tells a machine from others. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("machine", ITEM_FILE, "/etc/machine-id", NULL, data, size);
    return fuzz_reader("machine", ITEM_LIVE, "machine", NULL, data, size);
}
