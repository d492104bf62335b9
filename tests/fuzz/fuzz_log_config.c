/* Fuzzes the readers of rsyslog.conf and journald.conf. */
#include "fuzz_reader.h"

static void count_named(void *context, const char *pattern)
{
    *(size_t *)context += strlen(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count;
    const struct source *rsyslog = facts_sources_of("rsyslog_rule", &count);
    struct view bytes = {(const char *)data, size};
    size_t named = 0;
    rsyslog->follow("/etc/rsyslog.conf", bytes, count_named, &named);
    fuzz_reader("rsyslog_rule", ITEM_FILE, "/etc/rsyslog.conf", NULL, data, size);
    return fuzz_reader("journald_setting", ITEM_FILE, "/etc/systemd/journald.conf", NULL, data,
                       size);
}
