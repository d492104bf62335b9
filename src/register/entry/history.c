/*
 * history: what happened to an entry, and whether its row still is what was last written down.
 *
 * A deed says the SM3 of the entry after it. A row that was changed, added or removed behind the
 * journal's back has another, or none.
 */
#include "register/entry/reg.h"

#include <string.h>

static bool seen_by(struct reg *reg, const struct entry *entry)
{
    return entry && entry->hidden <= reg_clearance(reg);
}

/* What a value refers to, as far as this actor may see it: an entry that is open now may once have
 * belonged to a secret system, whose key is none of his business. */
static struct rc seen_value(struct reg *reg, const struct field *field, const char *value,
                            struct arena *arena, const char **out)
{
    struct buf kept CLEANUP(buf_free) = {0};
    struct view rest = view_of(value), item;
    *out = value;
    if (!field || !field->ref || !value || reg_clearance(reg) == CLEARANCE_ALL)
        return RC_OK;
    while (list_next(&rest, &item)) {
        const struct entry *entry;
        int64_t id;
        TRY(reg_find(reg, field->ref, view_text(arena, item), CLEARANCE_ALL, arena, &entry, &id));
        if (entry && !seen_by(reg, entry))
            continue;
        buf_add_text(&kept, kept.len ? "; " : "");
        buf_add_view(&kept, item);
    }
    *out = kept.len ? arena_text(arena, kept.ptr) : NULL;
    return RC_OK;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The changes of a deed that this actor may see. */
static struct rc seen_changes(struct reg *reg, const struct kind *kind, const struct deed *deed,
                              struct arena *arena, struct entry_event *out)
{
    struct entry_change *changes = arena_take(arena, (deed->change_count + 1) * sizeof *changes);
    size_t count = 0;
    for (size_t i = 0; i < deed->change_count; i++) {
        const struct journal_change *change = &deed->changes[i];
        const struct field *field = field_find(kind, change->field);
        struct entry_change seen = {.field = change->field};
        TRY(seen_value(reg, field, change->before, arena, &seen.before));
        TRY(seen_value(reg, field, change->after, arena, &seen.after));
        if (!same(seen.before, seen.after))
            changes[count++] = seen;
    }
    out->changes = changes;
    out->change_count = count;
    return RC_OK;
}

struct rc entry_history(struct reg *reg, const struct kind *kind, const char *key,
                        struct arena *arena, const struct entry_event **out, size_t *count)
{
    const struct entry *entry;
    const struct deed *deeds;
    int64_t id;
    TRY(reg_find(reg, kind, key, CLEARANCE_ALL, arena, &entry, &id));
    if (!seen_by(reg, entry))
        return no_such_entry(kind, key);
    TRY(journal_of(reg->journal, kind->name, key, arena, &deeds, count));
    struct entry_event *events = arena_take(arena, (*count + 1) * sizeof *events);
    for (size_t i = 0; i < *count; i++) {
        events[i] = (struct entry_event){
            .sequence = deeds[i].sequence,
            .time = deeds[i].time,
            .version = deeds[i].version,
            .actor = deeds[i].actor ? deeds[i].actor : "",
            .action = deeds[i].action ? deeds[i].action : "",
            .reason = deeds[i].reason,
        };
        TRY(seen_changes(reg, kind, &deeds[i], arena, &events[i]));
    }
    *out = events;
    return RC_OK;
}

/* The first deed about an entry is the one that added it. */
struct rc entry_body(struct reg *reg, const struct kind *kind, const char *key, struct arena *arena,
                     const char **body, int64_t *sequence)
{
    const struct entry *entry;
    const struct deed *deeds;
    size_t count;
    TRY(entry_get(reg, kind, key, arena, &entry));
    TRY(journal_of(reg->journal, kind->name, key, arena, &deeds, &count));
    if (count == 0 || !deeds[0].body)
        return fault(FAULT_ABSENT, "%s '%s': its record was removed by retention", kind->name, key);
    *body = deeds[0].body;
    *sequence = deeds[0].sequence;
    return RC_OK;
}

const char *entry_state(struct arena *arena, const struct entry *entry)
{
    struct buf text CLEANUP(buf_free) = {0};
    char sm3[SM3_HEX];
    buf_printf(&text, "%s\n%s\n%lld\n%lld\n%d\n", entry->kind->name, entry->key,
               (long long)entry->version, (long long)entry->retired, entry->hidden);
    /* Empty fields are left out: a field that a later version brings changes no digest. */
    for (size_t i = 0; i < entry->kind->count; i++)
        if (entry->values[i])
            buf_printf(&text, "%s=%zu:%s\n", entry->kind->fields[i].name, strlen(entry->values[i]),
                       entry->values[i]);
    if (failed(sm3_hex(buf_view(&text), sm3)))
        panic("%s", fault_text());
    return arena_text(arena, sm3);
}

/* ---- verifying ------------------------------------------------------------------------------ */

struct verifying {
    struct reg *reg;
    const struct kind *kind;
    struct seen *states; /* "key\nstate" of the last deeds, and "key" */
    int64_t rows, deeds;
    void (*each)(void *context, const struct reg_finding *finding);
    void *context;
};

static struct rc take_deed(void *context, const struct deed *deed)
{
    struct verifying *at = context;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    at->deeds++;
    seen_add_key(at->states, deed->key);
    seen_add_key(at->states,
                 arena_printf(arena, "%s\n%s", deed->key, deed->state ? deed->state : "removed"));
    return RC_OK;
}

static void find(struct verifying *at, const char *key, const char *what)
{
    struct reg_finding finding = {at->kind->name, key, what};
    at->each(at->context, &finding);
}

static struct rc compare_row(void *context, const struct entry *entry)
{
    struct verifying *at = context;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    at->rows++;
    if (!seen_has_key(at->states, entry->key))
        find(at, entry->key, "the journal knows nothing of this row");
    else if (!seen_has_key(at->states,
                           arena_printf(arena, "%s\n%s", entry->key, entry_state(arena, entry))) &&
             !seen_has_key(at->states, arena_printf(arena, "%s\nremoved", entry->key)))
        find(at, entry->key, "the row is not what the journal last wrote down");
    return RC_OK;
}

static struct rc verify_kind(struct verifying *at)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct entry_query all = {.retired = true};
    at->rows = at->deeds = 0;
    TRY(journal_latest(at->reg->journal, at->kind->name, take_deed, at));
    TRY(entry_list(at->reg, at->kind, &all, arena, compare_row, at, NULL));
    if (at->rows < at->deeds)
        find(at, "",
             arena_printf(arena, "%lld rows are gone that the journal knows",
                          (long long)(at->deeds - at->rows)));
    return RC_OK;
}

struct rc reg_verify(struct reg *reg,
                     void (*each)(void *context, const struct reg_finding *finding), void *context)
{
    size_t count;
    const struct kind *const *all = kinds(&count);
    struct rc rc = RC_OK;
    reg->rules++; /* sees everything */
    for (size_t i = 0; i < count && !failed(rc); i++) {
        struct verifying at = {
            .reg = reg, .kind = all[i], .states = seen_new(), .each = each, .context = context};
        rc = verify_kind(&at);
        seen_free(at.states);
    }
    reg->rules--;
    return rc;
}
