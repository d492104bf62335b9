/* Fuzzes the readers of modprobe.d and of the loaded modules. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("modprobe_rule", ITEM_FILE, "/etc/modprobe.d/a.conf", "/etc/modprobe.d/*.conf",
                data, size);
    return fuzz_reader("module_loaded", ITEM_LIVE, "modules", NULL, data, size);
}
