/* Fuzzes the readers of sysctl.d, sysctl.conf and of running values. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("sysctl_config", ITEM_FILE, "/etc/sysctl.d/50-x.conf", "/etc/sysctl.d/*.conf", data,
                size);
    return fuzz_reader("sysctl_running", ITEM_LIVE, "sysctl", NULL, data, size);
}
