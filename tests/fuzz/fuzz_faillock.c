/* Fuzzes the reader of faillock.conf. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("faillock", ITEM_FILE, "/etc/security/faillock.conf", NULL, data, size);
}
