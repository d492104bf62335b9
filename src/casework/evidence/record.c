/* record: a run becomes an entry and a deed, and tells its asset and system how they stand. */
#include "casework/evidence/evidence.h"

#include <string.h>

struct recording {
    const struct evidence_facts *facts;
    const char *text;
    struct arena *arena;
    const char *key;
};

/* Checks only: items without a check are no observation. */
static size_t count_of(const struct run *run, enum verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < run->result_count; i++)
        count += run->results[i].check && run->results[i].verdict == verdict;
    return count;
}

static void put(struct change *changes, size_t *count, const char *field, const char *value)
{
    if (value)
        changes[(*count)++] = (struct change){field, view_of(value)};
}

static const char *number(struct arena *arena, int64_t n)
{
    return arena_printf(arena, "%lld", (long long)n);
}

/* Numbers go up by one; two that record at once are told apart by their transactions. */
static struct rc next_key(struct reg *reg, struct arena *arena, const char **out)
{
    struct datum last;
    bool any;
    TRY(store_one(reg_store(reg), "SELECT coalesce(max(id), 0) FROM evidence", NULL, 0, arena,
                  &last, 1, &any));
    *out = arena_printf(arena, "ev-%06lld", (long long)last.integer + 1);
    return RC_OK;
}

static struct rc set_time(struct reg *reg, const char *key, int64_t time, struct arena *arena)
{
    struct change change = {"last_evidence", view_of(number(arena, time))};
    return entry_derive(reg, kind_find("system"), key, &change, 1);
}

/* How the asset stands; what its systems count follows by their rule (register/rule). */
static struct rc tell_standing(struct reg *reg, const struct recording *recording)
{
    const struct evidence_facts *facts = recording->facts;
    struct arena *arena = recording->arena;
    int64_t failures = (int64_t)count_of(facts->run, VERDICT_FAIL);
    int64_t time = facts->run->target.collected_at;
    const struct entry *asset;
    if (!facts->asset)
        return RC_OK;
    TRY(entry_get(reg, kind_find("asset"), facts->asset, arena, &asset));
    if (entry_number(asset, "last_evidence", 0) > time)
        return RC_OK; /* an older bundle says nothing about how it stands now */
    struct change changes[] = {{"open_failures", view_of(number(arena, failures))},
                               {"last_evidence", view_of(number(arena, time))}};
    TRY(entry_derive(reg, asset->kind, facts->asset, changes, COUNT_OF(changes)));
    struct view rest = view_of(entry_value(asset, "systems")), item;
    while (list_next(&rest, &item))
        TRY(set_time(reg, view_text(arena, item), time, arena));
    return RC_OK;
}

static struct rc body(struct reg *reg, void *context)
{
    struct recording *recording = context;
    const struct evidence_facts *facts = recording->facts;
    const struct run *run = facts->run;
    struct arena *arena = recording->arena;
    struct change changes[20];
    char sm3[SM3_HEX];
    size_t count = 0;
    TRY(next_key(reg, arena, &recording->key));
    TRY(bundle_digest(facts->bundle, sm3));
    put(changes, &count, "type", "check");
    put(changes, &count, "target", run->target.name);
    put(changes, &count, "machine_id", facts->machine_id);
    put(changes, &count, "asset", facts->asset);
    put(changes, &count, "system", facts->system);
    put(changes, &count, "standard", run->standard->id);
    put(changes, &count, "level", number(arena, run->level));
    put(changes, &count, "scope", run->scope);
    put(changes, &count, "observed", number(arena, run->target.collected_at));
    put(changes, &count, "failed", number(arena, (int64_t)count_of(run, VERDICT_FAIL)));
    put(changes, &count, "unknown", number(arena, (int64_t)count_of(run, VERDICT_UNKNOWN)));
    put(changes, &count, "passed", number(arena, (int64_t)count_of(run, VERDICT_PASS)));
    put(changes, &count, "waived", number(arena, (int64_t)count_of(run, VERDICT_WAIVED)));
    put(changes, &count, "not_applicable",
        number(arena, (int64_t)count_of(run, VERDICT_NOT_APPLICABLE)));
    put(changes, &count, "bundle", arena_text(arena, sm3));
    put(changes, &count, "tool", "merlon " MERLON_VERSION);
    TRY(entry_record(reg, kind_find("evidence"), recording->key, changes, count, recording->text));
    return tell_standing(reg, recording);
}

struct rc evidence_record(struct reg *reg, const struct evidence_facts *facts, struct arena *arena,
                          const char **key)
{
    struct buf text CLEANUP(buf_free) = {0};
    TRY(evidence_text(facts, &text));
    struct recording recording = {facts, text.ptr, arena, NULL};
    /* What a secret system's asset showed is recorded whoever ran the check; it is as hidden. */
    reg_see_all(reg, true);
    struct rc rc = reg_transact(reg, body, &recording);
    reg_see_all(reg, false);
    TRY(rc);
    *key = recording.key;
    return RC_OK;
}

struct rc evidence_get(struct reg *reg, const char *key, struct arena *arena, const char **text,
                       int64_t *sequence)
{
    return entry_body(reg, kind_find("evidence"), key, arena, text, sequence);
}
