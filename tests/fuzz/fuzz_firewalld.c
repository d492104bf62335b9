/* Fuzzes the readers of firewalld's zones and settings. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("firewall_rule", ITEM_FILE, "/etc/firewalld/firewalld.conf", NULL, data, size);
    fuzz_reader("firewall_rule", ITEM_FILE, "/etc/firewalld/direct.xml", NULL, data, size);
    return fuzz_reader("firewall_rule", ITEM_FILE, "/etc/firewalld/zones/public.xml",
                       "/etc/firewalld/zones/*.xml", data, size);
}
