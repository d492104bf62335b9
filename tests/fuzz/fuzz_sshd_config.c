/* Fuzzes the reader of sshd_config, which may include itself, and the collector's search for
 * includes. */
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
    const struct source *source = facts_sources_of("sshd_config", &count);
    source->follow(source->pattern, bytes, ignore, NULL);
    return fuzz_reader("sshd_config", ITEM_FILE, "/etc/ssh/sshd_config", NULL, data, size);
}
