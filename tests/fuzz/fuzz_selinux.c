/* Fuzzes the reader of SELinux's configuration. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("selinux_setting", ITEM_FILE, "/etc/selinux/config", NULL, data, size);
}
