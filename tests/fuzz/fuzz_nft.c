/* Fuzzes the reader of nftables.conf and what it follows. */
#include "fuzz_reader.h"

static void no_more(void *context, const char *pattern)
{
    *(size_t *)context += strlen(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count, followed = 0;
    const struct source *sources = facts_sources_of("firewall_rule", &count);
    for (size_t i = 0; i < count; i++)
        if (sources[i].follow)
            sources[i].follow("/etc/x", (struct view){(const char *)data, size}, no_more,
                              &followed);
    return fuzz_reader("firewall_rule", ITEM_FILE, "/etc/nftables.conf", NULL, data, size);
}
