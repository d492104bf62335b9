/* Fuzzes the reader of systemd units: one unit's file, a drop-in, and the list of links. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = {(const char *)data, size};
    fuzz_fill("unit", ITEM_FILE, "/etc/systemd/system/a@.service",
              "/etc/systemd/system/*.[st]*[etr]", bytes);
    fuzz_fill("unit", ITEM_STAT, "/etc/systemd/system/a.service",
              "/etc/systemd/system/*.[st]*[etr]", bytes);
    fuzz_fill("unit", ITEM_LIST, "/etc/systemd/system/*.[st]*[etr]", NULL, bytes);
    return fuzz_reader("unit", ITEM_LIST, "/usr/lib/systemd/system/*.d/*.conf", NULL, data, size);
}
