/*
 * Fuzzes the digests of rpm's databases and their reader. The first byte says how many blocks of 4
 * KiB at the end are a log beside the database. Whatever comes, there is a digest, and it ends.
 */
#include "fuzz_reader.h"

struct fuzz_parts {
    struct source_parts parts;
    const uint8_t *bytes;
};

static struct rc read_fuzz(const struct source_parts *parts, uint64_t offset, void *out, size_t len)
{
    const struct fuzz_parts *fuzz = (const struct fuzz_parts *)parts;
    if (offset > parts->size || len > parts->size - offset)
        return fault(FAULT_DATA, "it ends");
    if (len)
        memcpy(out, fuzz->bytes + offset, len);
    return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count, log = size ? (size_t)data[0] * 4096 : 0;
    if (size == 0)
        return 0;
    data++, size--;
    log = log > size ? 0 : log;
    struct fuzz_parts file = {{size - log, read_fuzz}, data};
    struct fuzz_parts beside = {{log, read_fuzz}, data + (size - log)};
    const struct source_parts *const parts[1 + SOURCE_BESIDE] = {&file.parts,
                                                                 log ? &beside.parts : NULL, NULL};
    const struct source *sources = facts_sources_of("package", &count);
    for (size_t i = 0; i < count; i++) {
        if (!sources[i].digest || strcmp(sources[i].pattern, "/var/lib/rpm/Packages") != 0)
            continue;
        struct buf text = {0};
        if (failed(sources[i].digest(parts, &text)))
            abort(); /* reading never fails here, so nothing does */
        fuzz_fill("package", ITEM_FILE, sources[i].pattern, NULL, buf_view(&text));
        buf_free(&text);
    }
    return 0;
}
