/* Fuzzes the reader of /etc/shells. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("login_shell", ITEM_FILE, "/etc/shells", NULL, data, size);
}
