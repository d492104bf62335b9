/*
 * forget: retention. Payloads hold names and values of people and systems, which the law bids to
 * keep for a time and to remove after it; leaves hold digests only and stay for ever.
 *
 * The deed that says so names the last sequence it reached ("through"): sequences are sealed in the
 * leaves, so nobody can make an older payload look as if it had been removed by right.
 */
#include "record/journal/parts.h"

#include <jansson.h>
#include <stdio.h>

#define KIND "journal"
#define KEY  "payloads"

struct forgetting {
    struct journal *journal;
    int64_t before, now;
    const char *actor, *reason;
    int64_t removed;
};

static struct rc write_down(const struct forgetting *forgetting, int64_t through)
{
    char body[96];
    snprintf(body, sizeof body, "{\"removed\":%lld,\"through\":%lld}",
             (long long)forgetting->removed, (long long)through);
    struct deed deed = {.time = forgetting->now,
                        .actor = forgetting->actor,
                        .action = "forget",
                        .kind = KIND,
                        .key = KEY,
                        .reason = forgetting->reason,
                        .body = body};
    return journal_write(forgetting->journal, &deed);
}

static struct rc forget_body(struct store *store, void *context)
{
    struct forgetting *forgetting = context;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct datum values[] = {datum_integer(forgetting->before), datum_integer(0), datum_text(KIND)};
    bool any;
    TRY(store_one(
        store, "SELECT coalesce(max(sequence), 0) FROM deed WHERE time < ?1 AND leaf IS NOT NULL",
        values, 1, arena, &values[1], 1, &any));
    TRY(store_change(store,
                     "UPDATE deed SET payload = NULL WHERE time < ?1 AND sequence <= ?2 AND kind "
                     "<> ?3 AND payload IS NOT NULL AND leaf IS NOT NULL AND sequence NOT IN "
                     "(SELECT max(sequence) FROM deed GROUP BY kind, key)",
                     values, COUNT_OF(values), &forgetting->removed));
    return forgetting->removed ? write_down(forgetting, values[1].integer) : RC_OK;
}

struct rc journal_forget(struct journal *journal, int64_t before, const char *actor,
                         const char *reason, int64_t now, int64_t *removed)
{
    struct forgetting forgetting = {
        .journal = journal, .before = before, .now = now, .actor = actor, .reason = reason};
    TRY(journal_transact(journal, forget_body, &forgetting));
    *removed = forgetting.removed;
    return RC_OK;
}

/* ---- what was forgotten by right ------------------------------------------------------------ */

static int64_t through_of(const char *body)
{
    json_t *object = json_loads(body ? body : "", JSON_REJECT_DUPLICATES, NULL);
    int64_t through = json_integer_value(json_object_get(object, "through"));
    json_decref(object);
    return through;
}

struct reaching {
    const struct journal_sink *sink;
    uint64_t size;
    int64_t through;
};

/* Only a deed that the sink confirms counts. */
static struct rc take_forgetting(void *context, const struct datum *row)
{
    struct reaching *reaching = context;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct deed deed;
    struct leaf leaf;
    struct view bytes;
    char sm3[SM3_HEX];
    if (row[0].kind != DATUM_BYTES || row[1].kind != DATUM_INTEGER || row[1].integer < 0 ||
        (uint64_t)row[1].integer >= reaching->size ||
        failed(deed_decode(arena, row[0].bytes, &deed)))
        return RC_OK;
    TRY(sm3_hex(row[0].bytes, sm3));
    TRY(reaching->sink->read(reaching->sink->context, (uint64_t)row[1].integer, &bytes));
    int64_t through = through_of(deed.body);
    if (leaf_read(bytes, &leaf) && leaf.sequence == deed.sequence &&
        view_is(view_of(sm3), leaf.sm3) && through < deed.sequence && through > reaching->through)
        reaching->through = through;
    return RC_OK;
}

struct rc journal_forgotten_through(struct store *store, const struct journal_sink *sink,
                                    uint64_t size, int64_t *out)
{
    struct reaching reaching = {sink, size, 0};
    struct datum values[] = {datum_text(KIND), datum_text(KEY)};
    TRY(store_query(store, "SELECT payload, leaf FROM deed WHERE kind = ?1 AND key = ?2", values,
                    COUNT_OF(values), 2, take_forgetting, &reaching));
    *out = reaching.through;
    return RC_OK;
}
