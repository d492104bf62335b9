/* change: what a person does to one entry: add, set, retire; and what is derived. */
#include "register/entry/reg.h"

#include "foundation/sys/sys.h"

#include <string.h>

struct request {
    enum put_action action;
    const struct kind *kind;
    const char *key;
    int64_t version;
    const struct change *changes;
    size_t count;
    const char *reason;
    bool derived;     /* of an entry that Merlon writes itself */
    const char *body; /* of its deed */
};

static struct rc key_refused(struct rc rc, const struct kind *kind)
{
    return fault_within(rc, "%s", kind->name);
}

/* The first field that both changed: the one since `version`, by whoever, and the one asking now.
 */
static struct rc conflict(struct reg *reg, const struct request *request, const struct entry *now)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct entry_event *events;
    size_t count;
    if (request->version > now->version)
        return fault(FAULT_CONFLICT, "%s '%s' has revision %lld, not %lld", now->kind->name,
                     now->key, (long long)now->version, (long long)request->version);
    TRY(entry_history(reg, now->kind, now->key, arena, &events, &count));
    const struct entry_change *any = NULL;
    const char *by = "somebody";
    for (size_t e = 0; e < count; e++) {
        for (size_t c = 0; c < events[e].change_count && events[e].version > request->version;
             c++) {
            const struct entry_change *theirs = &events[e].changes[c];
            bool mine = false;
            for (size_t i = 0; i < request->count; i++)
                mine = mine || strcmp(request->changes[i].field, theirs->field) == 0;
            if (!any || mine) {
                any = theirs;
                by = events[e].actor;
            }
        }
    }
    return fault(
        FAULT_CONFLICT,
        "%s '%s' was changed meanwhile by %s: %s is now '%s' (revision %lld, you saw %lld): "
        "look at it again",
        now->kind->name, now->key, by, any ? any->field : "it", any && any->after ? any->after : "",
        (long long)now->version, (long long)request->version);
}

/* What others cannot do without stays: a unit that still has systems, a person still responsible.
 */
static struct rc verify_unneeded(struct reg *reg, const struct entry *entry, struct arena *arena)
{
    size_t count;
    const struct kind *const *all = kinds(&count);
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < all[k]->count; i++) {
            const struct field *field = &all[k]->fields[i];
            const struct entry *const *referring;
            size_t referring_count;
            if (field->ref != entry->kind || !(field->required || field->tree))
                continue;
            reg->rules++;
            struct rc rc = entry_referring(reg, all[k], field->name, entry->key, arena, &referring,
                                           &referring_count);
            reg->rules--;
            TRY(rc);
            if (referring_count)
                return fault(FAULT_DATA,
                             "%s '%s' cannot be retired: %zu %s entries in use name it as their %s",
                             entry->kind->name, entry->key, referring_count, all[k]->name,
                             field->name);
        }
    }
    return RC_OK;
}

static struct rc add_body(struct reg *reg, const struct request *request, struct arena *arena)
{
    const struct entry *there;
    int64_t id;
    bool changed;
    TRY(reg_find(reg, request->kind, request->key, CLEARANCE_ALL, arena, &there, &id));
    if (there)
        return fault(FAULT_DATA, "%s '%s': the key is taken", request->kind->name, request->key);
    const char **values = arena_take(arena, (request->kind->count + 1) * sizeof *values);
    struct entry after = {.kind = request->kind, .key = request->key, .values = values};
    TRY(apply_changes(arena, request->kind, request->key, request->changes, request->count,
                      request->derived, values));
    reg->body = request->body;
    struct rc rc = entry_put(reg, PUT_ADD, NULL, 0, &after, values, NULL, arena, &changed);
    reg->body = NULL;
    return rc;
}

static struct rc change_body(struct reg *reg, const struct request *request, struct arena *arena)
{
    const struct entry *before;
    struct entry after;
    int64_t id;
    bool changed, derived = request->action == PUT_DERIVE;
    TRY(reg_find(reg, request->kind, request->key, derived ? CLEARANCE_ALL : reg_clearance(reg),
                 arena, &before, &id));
    if (!before)
        return no_such_entry(request->kind, request->key);
    if (before->retired && !derived)
        return fault(FAULT_DATA, "%s '%s' is retired and cannot be changed", request->kind->name,
                     request->key);
    if (request->version && request->version != before->version)
        return conflict(reg, request, before);
    const char **values = entry_open(arena, before, &after);
    TRY(apply_changes(arena, request->kind, request->key, request->changes, request->count, derived,
                      values));
    if (request->action == PUT_RETIRE) {
        TRY(verify_unneeded(reg, before, arena));
        after.retired = sys_now();
    }
    return entry_put(reg, request->action, before, id, &after, values, request->reason, arena,
                     &changed);
}

static struct rc body(struct reg *reg, void *context)
{
    const struct request *request = context;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    return request->action == PUT_ADD ? add_body(reg, request, arena)
                                      : change_body(reg, request, arena);
}

struct rc entry_add(struct reg *reg, const struct kind *kind, const char *key,
                    const struct change *changes, size_t count)
{
    struct rc rc = key_verify(view_of(key));
    if (failed(rc))
        return key_refused(rc, kind);
    struct request request = {PUT_ADD, kind, key, 0, changes, count, NULL, false, NULL};
    return reg_transact(reg, body, &request);
}

struct rc entry_set(struct reg *reg, const struct kind *kind, const char *key, int64_t version,
                    const struct change *changes, size_t count)
{
    struct request request = {PUT_SET, kind, key, version, changes, count, NULL, false, NULL};
    return reg_transact(reg, body, &request);
}

struct rc entry_retire(struct reg *reg, const struct kind *kind, const char *key,
                       const char *reason)
{
    struct request request = {PUT_RETIRE, kind, key, 0, NULL, 0, reason, false, NULL};
    return reg_transact(reg, body, &request);
}

struct rc entry_derive(struct reg *reg, const struct kind *kind, const char *key,
                       const struct change *changes, size_t count)
{
    struct request request = {PUT_DERIVE, kind, key, 0, changes, count, NULL, true, NULL};
    return body(reg, &request);
}

struct rc entry_record(struct reg *reg, const struct kind *kind, const char *key,
                       const struct change *changes, size_t count, const char *body_text)
{
    struct request request = {PUT_ADD, kind, key, 0, changes, count, NULL, true, body_text};
    return reg_transact(reg, body, &request);
}
