/* Fuzzes the readers of iptables-save files and of ufw's settings. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("firewall_rule", ITEM_FILE, "/etc/ufw/ufw.conf", NULL, data, size);
    return fuzz_reader("firewall_rule", ITEM_FILE, "/etc/iptables/rules.v4", NULL, data, size);
}
