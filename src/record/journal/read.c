/* read: deeds as they were written. */
#include "record/journal/parts.h"

#include <string.h>

struct reading {
    struct arena *arena;
    struct deed *deeds;
    size_t count, room;
    int64_t leaf;
    struct rc (*each)(void *context, const struct deed *deed);
    void *context;
};

/* sequence, time, kind, key, payload, leaf */
#define COLUMNS "sequence, time, kind, key, payload, leaf"

static struct rc decode_row(struct arena *arena, const struct datum *row, struct deed *out)
{
    if (row[4].kind == DATUM_NULL) {
        *out = (struct deed){.sequence = row[0].integer,
                             .time = row[1].integer,
                             .kind = view_text(arena, row[2].bytes),
                             .key = view_text(arena, row[3].bytes)};
        return RC_OK;
    }
    struct rc rc = deed_decode(arena, row[4].bytes, out);
    return failed(rc) ? fault_within(rc, "deed %lld", (long long)row[0].integer) : rc;
}

static struct rc keep_deed(void *context, const struct datum *row)
{
    struct reading *reading = context;
    if (reading->count == reading->room) {
        size_t room = reading->room ? 2 * reading->room : 16;
        struct deed *deeds = arena_take(reading->arena, room * sizeof *deeds);
        if (reading->count)
            memcpy(deeds, reading->deeds, reading->count * sizeof *deeds);
        reading->deeds = deeds;
        reading->room = room;
    }
    TRY(decode_row(reading->arena, row, &reading->deeds[reading->count]));
    reading->leaf = row[5].kind == DATUM_NULL ? -1 : row[5].integer;
    reading->count++;
    return RC_OK;
}

struct rc journal_of(struct journal *journal, const char *kind, const char *key,
                     struct arena *arena, const struct deed **out, size_t *count)
{
    struct reading reading = {.arena = arena};
    struct datum values[] = {datum_text(kind), datum_text(key)};
    TRY(store_query(journal->store,
                    "SELECT " COLUMNS " FROM deed WHERE kind = ?1 AND key = ?2 ORDER BY sequence",
                    values, COUNT_OF(values), 6, keep_deed, &reading));
    *out = reading.deeds;
    *count = reading.count;
    return RC_OK;
}

struct rc journal_get(struct journal *journal, int64_t sequence, struct arena *arena,
                      struct deed *out, int64_t *leaf)
{
    struct reading reading = {.arena = arena};
    struct datum value = datum_integer(sequence);
    TRY(store_query(journal->store, "SELECT " COLUMNS " FROM deed WHERE sequence = ?1", &value, 1,
                    6, keep_deed, &reading));
    if (reading.count == 0)
        return fault(FAULT_ABSENT, "there is no record %lld", (long long)sequence);
    *out = reading.deeds[0];
    *leaf = reading.leaf;
    return RC_OK;
}

static struct rc give_deed(void *context, const struct datum *row)
{
    struct reading *reading = context;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct deed deed;
    TRY(decode_row(arena, row, &deed));
    return reading->each(reading->context, &deed);
}

struct rc journal_latest(struct journal *journal, const char *kind,
                         struct rc (*each)(void *context, const struct deed *deed), void *context)
{
    struct reading reading = {.each = each, .context = context};
    struct datum value = datum_text(kind);
    return store_query(journal->store,
                       "SELECT " COLUMNS " FROM deed WHERE sequence IN (SELECT max(sequence) FROM "
                       "deed WHERE kind = ?1 GROUP BY key) ORDER BY key",
                       &value, 1, 6, give_deed, &reading);
}
