/* Fuzzes the reader of dpkg's status, as the one file and as a file of an image without dpkg. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("package", ITEM_FILE, "/var/lib/dpkg/status", NULL, data, size);
    return fuzz_reader("package", ITEM_FILE, "/var/lib/dpkg/status.d/base",
                       "/var/lib/dpkg/status.d/*", data, size);
}
