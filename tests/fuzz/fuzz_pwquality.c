/* Fuzzes the reader of pwquality.conf, as a drop-in and as the file itself. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("pwquality", ITEM_FILE, "/etc/security/pwquality.conf.d/a.conf",
                "/etc/security/pwquality.conf.d/*.conf", data, size);
    return fuzz_reader("pwquality", ITEM_FILE, "/etc/security/pwquality.conf", NULL, data, size);
}
