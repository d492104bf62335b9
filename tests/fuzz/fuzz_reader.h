/*
 * fuzz_reader: what the fuzz targets of the readers share. The bytes become one item of a bundle,
 * as they are and as the source's reduction leaves them, and every table of the reader is filled.
 */
#ifndef MERLON_FUZZ_READER_H
#define MERLON_FUZZ_READER_H

#include "sensor/facts/facts.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One database serves all inputs: declaring it costs more than most inputs do. */
static inline sqlite3 *fuzz_database(void)
{
    static sqlite3 *db;
    if (!db && (sqlite3_open(":memory:", &db) != SQLITE_OK || failed(facts_declare(db))))
        abort();
    return db;
}

static inline void fuzz_fill_items(const char *table, const struct item *items, size_t count)
{
    struct bundle *bundle = bundle_new();
    for (size_t i = 0; i < count; i++)
        rc_ignore(bundle_add(bundle, &items[i])); /* too large an input leaves it out */
    struct target target = {.kind = "host", .name = "fuzz", .running = true, .tool = "fuzz"};
    bundle_set_target(bundle, &target);
    struct facts *facts = NULL;
    if (failed(facts_new(fuzz_database(), bundle, &facts)) || failed(facts_fill(facts, table)))
        abort(); /* hostile input gives problems, never failures */
    facts_free(facts);
    bundle_free(bundle);
}

static inline void fuzz_fill(const char *table, enum item_kind kind, const char *name,
                             const char *pattern, struct view bytes)
{
    struct item items[] = {
        {.kind = kind, .name = name, .reason = "", .bytes = bytes},
        {.kind = ITEM_LIST, .name = pattern, .reason = "", .bytes = view_of(name)}};
    fuzz_fill_items(table, items, pattern ? 2 : 1);
}

/* The bytes through the follow and reduce functions of a table's first source; the reduced ones are
 * given back. */
static inline void fuzz_ignore(void *context, const char *pattern)
{
    (void)context;
    (void)pattern;
}

static inline struct buf fuzz_collect(const char *table, const char *path, struct view bytes)
{
    size_t count;
    struct buf reduced = {0};
    const struct source *source = facts_sources_of(table, &count);
    source->follow(path, bytes, fuzz_ignore, NULL);
    source->reduce(bytes, &reduced);
    return reduced;
}

/* Fills `table` with `data` as the item `name`; `pattern` is the source it was matched by, or NULL.
 */
static inline int fuzz_reader(const char *table, enum item_kind kind, const char *name,
                              const char *pattern, const uint8_t *data, size_t size)
{
    struct view bytes = {(const char *)data, size};
    fuzz_fill(table, kind, name, pattern, bytes);
    size_t count;
    const struct source *sources = facts_sources_of(table, &count);
    for (size_t i = 0; i < count; i++)
        if (sources[i].reduce && strcmp(sources[i].pattern, pattern ? pattern : name) == 0) {
            struct buf reduced = {0};
            sources[i].reduce(bytes, &reduced);
            fuzz_fill(table, kind, name, pattern, buf_view(&reduced));
            buf_free(&reduced);
        }
    return 0;
}

#endif
