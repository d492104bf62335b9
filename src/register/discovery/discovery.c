/* discovery: from a bundle to a sighting, from a sighting to an asset. */
#include "register/discovery/discovery.h"

#include <stdio.h>
#include <string.h>

static const char sql[] = "SELECT key, value FROM machine UNION ALL SELECT 'system', value FROM "
                          "os_release WHERE key = 'PRETTY_NAME'";

/* One query for the life of the program: its wishes are borrowed from it. */
static struct rc machine_query(struct query **out)
{
    static struct query *query;
    if (!query)
        TRY(query_new(sql, NULL, 0, &query));
    *out = query;
    return RC_OK;
}

struct rc discovery_wishes(const struct wishes **out)
{
    struct query *query = NULL;
    TRY(machine_query(&query));
    *out = query_wishes(query);
    return RC_OK;
}

/* ---- identity ------------------------------------------------------------------------------- */

struct reading {
    struct arena *arena;
    struct identity *identity;
};

static struct rc take_columns(void *context, const char *const *names, size_t count)
{
    (void)context;
    (void)names;
    (void)count;
    return RC_OK;
}

static void take_unread(void *context, const char *source, const char *status, const char *reason)
{
    (void)context;
    (void)source;
    (void)status;
    (void)reason;
}

/* Texts that makers leave in place of a serial number. */
static bool means_nothing(const char *value)
{
    static const char *const texts[] = {
        "None",           "Not Specified",        "To Be Filled By O.E.M.",
        "Default string", "System Serial Number", "0"};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (strcmp(value, texts[i]) == 0)
            return true;
    return false;
}

static struct rc take_row(void *context, const struct observed *values, size_t count)
{
    struct reading *reading = context;
    struct identity *identity = reading->identity;
    (void)count;
    if (values[0].kind != OBSERVED_TEXT || values[1].kind != OBSERVED_TEXT ||
        means_nothing(values[1].text) || strlen(values[1].text) > 200)
        return RC_OK;
    const char *value = arena_text(reading->arena, values[1].text);
    const struct {
        const char *key;
        const char **place;
    } places[] = {{"machine_id", &identity->machine_id}, {"serial", &identity->serial},
                  {"name", &identity->host_name},        {"vendor", &identity->vendor},
                  {"model", &identity->model},           {"system", &identity->system}};
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(values[0].text, places[i].key) == 0 && !*places[i].place)
            *places[i].place = value;
    if (strcmp(values[0].text, "address") == 0)
        identity->addresses =
            identity->addresses ? arena_printf(reading->arena, "%s; %s", identity->addresses, value)
                                : value;
    return RC_OK;
}

struct rc discovery_identify(struct bundle *bundle, struct arena *arena, struct identity *out)
{
    struct query *query = NULL;
    struct identity identity = {.machine_id = NULL};
    struct reading reading = {arena, &identity};
    struct query_sink sink = {take_columns, take_row, take_unread, &reading};
    TRY(machine_query(&query));
    TRY(query_run(query, bundle, bundle_target(bundle)->collected_at, &sink));
    *out = identity;
    return RC_OK;
}

/* ---- which asset ----------------------------------------------------------------------------- */

#define CANDIDATES_MAX 16

struct candidates {
    struct arena *arena;
    const char *keys[CANDIDATES_MAX];
    size_t count;
};

/* The same asset found by two traits is one candidate. */
static struct rc add_candidate(void *context, const struct entry *entry)
{
    struct candidates *found = context;
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->keys[i], entry->key) == 0)
            return RC_OK;
    if (found->count < CANDIDATES_MAX)
        found->keys[found->count++] = arena_text(found->arena, entry->key);
    return RC_OK;
}

/* Assets in use with this value in this field. A value with the separator of filters cannot be
 * asked for, and identifies nothing. */
static struct rc find_by(struct reg *reg, const char *field, const char *value,
                         struct candidates *found)
{
    if (!value || strchr(value, '|'))
        return RC_OK;
    const char *filter = arena_printf(found->arena, "%s=%s", field, value);
    struct entry_query query = {.filters = &filter, .filter_count = 1, .limit = CANDIDATES_MAX};
    return entry_list(reg, kind_find("asset"), &query, found->arena, add_candidate, found, NULL);
}

static struct rc find_by_addresses(struct reg *reg, const char *addresses, struct candidates *found)
{
    struct view rest = view_of(addresses), item;
    while (addresses && list_next(&rest, &item))
        TRY(find_by(reg, "addresses", view_text(found->arena, item), found));
    return RC_OK;
}

/* Where a known asset's data differ from what was met. */
static const char *differences(struct arena *arena, const struct entry *asset,
                               const struct identity *identity)
{
    const struct {
        const char *field, *met;
    } compared[] = {{"machine_id", identity->machine_id},
                    {"serial", identity->serial},
                    {"host_name", identity->host_name},
                    {"addresses", identity->addresses}};
    const char *text = NULL;
    for (size_t i = 0; i < COUNT_OF(compared); i++) {
        const char *known = entry_value(asset, compared[i].field);
        if (!compared[i].met || !known || strcmp(known, compared[i].met) == 0)
            continue;
        text = arena_printf(arena, "%s%s%s: %s -> %s", text ? text : "", text ? ", " : "",
                            compared[i].field, known, compared[i].met);
    }
    return text;
}

/* What a sighting is: an asset, or a proposal. */
struct judgement {
    const char *asset, *proposal, *differences;
    struct candidates candidates;
};

/* Sure by machine id or serial number of exactly one asset; anything else is proposed. */
static struct rc judge(struct reg *reg, const struct identity *identity, struct arena *arena,
                       struct judgement *out)
{
    struct candidates sure = {.arena = arena};
    out->candidates = (struct candidates){.arena = arena};
    TRY(find_by(reg, "machine_id", identity->machine_id, &sure));
    TRY(find_by(reg, "serial", identity->serial, &sure));
    if (sure.count == 1) {
        const struct entry *asset;
        TRY(entry_get(reg, kind_find("asset"), sure.keys[0], arena, &asset));
        out->asset = asset->key;
        out->differences = differences(arena, asset, identity);
        out->proposal = out->differences ? "differs" : NULL;
        return RC_OK;
    }
    if (sure.count > 1) {
        out->candidates = sure;
        out->proposal = "merge";
        return RC_OK;
    }
    TRY(find_by_addresses(reg, identity->addresses, &out->candidates));
    TRY(find_by(reg, "host_name", identity->host_name, &out->candidates));
    out->proposal = out->candidates.count == 0   ? "new"
                    : out->candidates.count == 1 ? "match"
                                                 : "merge";
    return RC_OK;
}

/* ---- noting ------------------------------------------------------------------------------------
 */

/* A sighting's key: what tells the machine best. */
static const char *sighting_key(struct arena *arena, const struct identity *identity)
{
    const char *best = identity->machine_id ? identity->machine_id
                       : identity->serial   ? identity->serial
                                            : identity->host_name;
    struct buf key CLEANUP(buf_free) = {0};
    for (const char *at = best; at && *at && key.len < ENTRY_KEY_MAX; at++)
        buf_add_char(&key, strchr(" \t=~<>!;,|'\"()[]{}*?\\/", *at) ? '-' : *at);
    return best && !failed(key_verify(view_of(key.ptr))) ? arena_text(arena, key.ptr) : NULL;
}

static const char *joined(struct arena *arena, const struct candidates *candidates)
{
    const char *text = NULL;
    for (size_t i = 0; i < candidates->count; i++)
        text =
            text ? arena_printf(arena, "%s; %s", text, candidates->keys[i]) : candidates->keys[i];
    return text;
}

struct noting {
    const struct identity *identity;
    const char *key;
    int64_t time;
    struct arena *arena;
    const char *asset; /* found */
};

static void put(struct change *changes, size_t *count, const char *field, const char *value)
{
    changes[(*count)++] = (struct change){field, view_of(value)};
}

/* A machine met again updates its sighting, so that there is one for each machine. */
static struct rc note_body(struct reg *reg, void *context)
{
    struct noting *noting = context;
    const struct identity *identity = noting->identity;
    const struct kind *kind = kind_find("sighting");
    struct judgement judgement = {.asset = NULL};
    const struct entry *before;
    struct change changes[16];
    size_t count = 0;
    TRY(judge(reg, identity, noting->arena, &judgement));
    const char *time = arena_printf(noting->arena, "%lld", (long long)noting->time);
    struct rc rc = entry_get(reg, kind, noting->key, noting->arena, &before);
    if (failed(rc) && rc.kind != FAULT_ABSENT)
        return rc;
    put(changes, &count, "host_name", identity->host_name);
    put(changes, &count, "machine_id", identity->machine_id);
    put(changes, &count, "serial", identity->serial);
    put(changes, &count, "addresses", identity->addresses);
    put(changes, &count, "vendor", identity->vendor);
    put(changes, &count, "model", identity->model);
    put(changes, &count, "system_name", identity->system);
    put(changes, &count, "asset", judgement.asset);
    put(changes, &count, "proposal", judgement.proposal);
    put(changes, &count, "candidates", joined(noting->arena, &judgement.candidates));
    put(changes, &count, "differences", judgement.differences);
    put(changes, &count, "last_seen", time);
    TRY(failed(rc) ? entry_record(reg, kind, noting->key, changes, count, NULL)
                   : entry_derive(reg, kind, noting->key, changes, count));
    noting->asset = judgement.asset;
    if (!judgement.asset)
        return RC_OK;
    struct change seen = {"last_seen", view_of(time)};
    return entry_derive(reg, kind_find("asset"), judgement.asset, &seen, 1);
}

struct rc discovery_note(struct reg *reg, const struct identity *identity, int64_t time,
                         struct arena *arena, const char **asset, const char **sighting)
{
    struct noting noting = {identity, sighting_key(arena, identity), time, arena, NULL};
    if (!noting.key) {
        *asset = *sighting = NULL;
        return RC_OK;
    }
    /* A machine of a secret system is known, too; its sighting is then as hidden as it. */
    reg_see_all(reg, true);
    struct rc rc = reg_transact(reg, note_body, &noting);
    reg_see_all(reg, false);
    TRY(rc);
    *asset = noting.asset;
    *sighting = noting.key;
    return RC_OK;
}

/* ---- accepting ----------------------------------------------------------------------------------
 */

struct accepting {
    const char *sighting, *asset;
    bool make_new;
    const struct change *changes;
    size_t count;
};

/* What tells the machine goes over to the asset; what a person adds goes before it. */
static struct rc accept_body(struct reg *reg, void *context)
{
    static const char *const taken[] = {"machine_id", "serial", "host_name", "addresses"};
    const struct accepting *accepting = context;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct kind *assets = kind_find("asset");
    const struct entry *sighting;
    struct change changes[FIELDS_MAX];
    size_t count = 0;
    TRY(entry_get(reg, kind_find("sighting"), accepting->sighting, arena, &sighting));
    for (size_t i = 0; i < COUNT_OF(taken); i++)
        if (entry_value(sighting, taken[i]))
            put(changes, &count, taken[i], entry_value(sighting, taken[i]));
    for (size_t i = 0; i < accepting->count && count < FIELDS_MAX; i++)
        changes[count++] = accepting->changes[i];
    if (accepting->make_new)
        TRY(entry_add(reg, assets, accepting->asset, changes, count));
    else
        TRY(entry_set(reg, assets, accepting->asset, 0, changes, count));
    struct change known[] = {{"asset", view_of(accepting->asset)},
                             {"proposal", {NULL, 0}},
                             {"candidates", {NULL, 0}},
                             {"differences", {NULL, 0}}};
    TRY(entry_derive(reg, kind_find("sighting"), accepting->sighting, known, COUNT_OF(known)));
    struct change seen = {"last_seen", view_of(entry_value(sighting, "last_seen"))};
    return entry_derive(reg, assets, accepting->asset, &seen, 1);
}

struct rc discovery_accept(struct reg *reg, const char *sighting, const char *asset, bool make_new,
                           const struct change *changes, size_t count)
{
    struct accepting accepting = {sighting, asset, make_new, changes, count};
    return reg_transact(reg, accept_body, &accepting);
}
