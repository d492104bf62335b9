/* Fuzzes the PAM reader: the bytes are a service that can include itself and a fixed file, then
 * /etc/pam.conf; and the collector's search for includes. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(void *context, const char *pattern)
{
    (void)context;
    (void)pattern;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count;
    struct view bytes = {(const char *)data, size};
    const struct source *sources = facts_sources_of("pam_rule", &count);
    for (size_t i = 0; i < count; i++)
        sources[i].follow(sources[i].pattern, bytes, ignore, NULL);
    fuzz_reader("pam_rule", ITEM_FILE, "/etc/pam.d/a", "/etc/pam.d/*", data, size);
    return fuzz_reader("pam_rule", ITEM_FILE, "/etc/pam.conf", NULL, data, size);
}
