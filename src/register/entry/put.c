/*
 * put: one entry into the store: verified, guarded, written with its items and words, told to the
 * journal, and followed by what derives from it.
 */
#include "register/entry/reg.h"

#include "foundation/sys/sys.h"

#include <string.h>

#define DERIVED_DEPTH_MAX 16

const char **entry_open(struct arena *arena, const struct entry *before, struct entry *after)
{
    size_t count = before->kind->count;
    const char **values = arena_take(arena, (count + 1) * sizeof *values);
    memcpy(values, before->values, count * sizeof *values);
    *after = *before;
    after->values = values;
    return values;
}

/* The last of two changes of one field wins, as on a command line. */
struct rc apply_changes(struct arena *arena, const struct kind *kind, const char *key,
                        const struct change *changes, size_t count, bool derived,
                        const char **values)
{
    for (size_t i = 0; i < count; i++) {
        const struct field *field = field_find(kind, changes[i].field);
        if (!field)
            return fault(FAULT_USAGE, "%s has no field '%s': see `merlon %s template`", kind->name,
                         changes[i].field, kind->name);
        if (field->derived && !derived)
            return fault(FAULT_USAGE, "%s '%s': %s is computed and cannot be set", kind->name, key,
                         field->name);
        struct rc rc =
            field_parse(arena, field, changes[i].value, &values[field_index(kind, field)]);
        if (failed(rc))
            return fault_within(rc, "%s '%s': %s", kind->name, key, field->name);
    }
    return RC_OK;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Also by what is no field: retirement, and who may see it. */
static bool differs(const struct entry *before, const struct entry *after)
{
    if (!before || before->retired != after->retired || before->hidden != after->hidden)
        return true;
    for (size_t i = 0; i < after->kind->count; i++)
        if (!same(before->values[i], after->values[i]))
            return true;
    return false;
}

/* ---- guards ------------------------------------------------------------------------------- */

/* Several guards of one kind are asked in their order; the first refusal counts. */
static struct rc ask_guards(struct reg *reg, const struct entry *before, struct entry *after,
                            const char **values)
{
    struct rc rc = RC_OK;
    reg->rules++;
    for (const struct guard *guard = reg->guards; guard && guard->kind && !failed(rc); guard++)
        if (guard->write && strcmp(guard->kind, after->kind->name) == 0)
            rc = guard->write(reg, before, after, values);
    reg->rules--;
    return rc;
}

/* ---- rows --------------------------------------------------------------------------------- */

/* In the order of insert_sql and update_sql: head, fields, words. */
static size_t row_values(const struct entry *entry, int64_t id, const char *words,
                         struct datum *out)
{
    size_t n = 0;
    out[n++] = datum_integer(id);
    out[n++] = datum_text(entry->key);
    out[n++] = datum_integer(entry->version);
    out[n++] = datum_integer(entry->created);
    out[n++] = datum_integer(entry->updated);
    out[n++] = datum_integer(entry->retired);
    out[n++] = datum_integer(entry->hidden);
    for (size_t i = 0; i < entry->kind->count; i++)
        out[n++] = field_datum(&entry->kind->fields[i], entry->values[i]);
    out[n++] = datum_text(words);
    return n;
}

static const char *insert_sql(struct arena *arena, const struct kind *kind)
{
    struct buf sql CLEANUP(buf_free) = {0};
    buf_printf(&sql, "INSERT INTO %s (", kind->name);
    table_add_columns(&sql, kind);
    buf_add_text(&sql, ", words) VALUES (?1");
    for (size_t i = 2; i <= TABLE_HEAD + kind->count + 1; i++)
        buf_printf(&sql, ", ?%zu", i);
    buf_add_text(&sql, ")");
    return arena_text(arena, sql.ptr);
}

static const char *update_sql(struct arena *arena, const struct kind *kind)
{
    struct buf sql CLEANUP(buf_free) = {0};
    buf_printf(&sql,
               "UPDATE %s SET key = ?2, version = ?3, created = ?4, updated = ?5, "
               "retired = ?6, hidden = ?7",
               kind->name);
    size_t n = TABLE_HEAD;
    for (size_t i = 0; i < kind->count; i++)
        buf_printf(&sql, ", f_%s = ?%zu", kind->fields[i].name, ++n);
    buf_printf(&sql, ", words = ?%zu WHERE id = ?1", ++n);
    return arena_text(arena, sql.ptr);
}

static struct rc write_items(struct reg *reg, const struct field *field, const struct kind *kind,
                             const char *value, int64_t id)
{
    struct view rest = view_of(value), item;
    while (list_next(&rest, &item)) {
        struct datum values[] = {datum_text(kind->name), datum_text(field->name), datum_view(item),
                                 datum_integer(id)};
        TRY(store_run(reg->store,
                      "INSERT INTO entry_item (kind, field, item, id) VALUES (?1, ?2, ?3, ?4)",
                      values, COUNT_OF(values)));
    }
    return RC_OK;
}

/* Only lists that changed: most writes touch none. */
static struct rc replace_items(struct reg *reg, const struct entry *before,
                               const struct entry *after, int64_t id)
{
    for (size_t i = 0; i < after->kind->count; i++) {
        const struct field *field = &after->kind->fields[i];
        if (!field_has_items(field) || (before && same(before->values[i], after->values[i])))
            continue;
        struct datum values[] = {datum_text(after->kind->name), datum_integer(id),
                                 datum_text(field->name)};
        if (before && before->values[i])
            TRY(store_run(reg->store,
                          "DELETE FROM entry_item WHERE kind = ?1 AND id = ?2 AND field = ?3",
                          values, COUNT_OF(values)));
        TRY(write_items(reg, field, after->kind, after->values[i], id));
    }
    return RC_OK;
}

/* Asked once a transaction: an import of 100,000 rows must not ask 100,000 times. */
static struct rc take_id(struct reg *reg, const struct kind *kind, struct arena *arena,
                         int64_t *out)
{
    size_t count, number = 0;
    const struct kind *const *all = kinds(&count);
    while (all[number] != kind)
        number++;
    if (!reg->next[number]) {
        struct datum most;
        bool any;
        TRY(store_one(reg->store,
                      arena_printf(arena, "SELECT coalesce(max(id), 0) FROM %s", kind->name), NULL,
                      0, arena, &most, 1, &any));
        reg->next[number] = most.integer + 1;
    }
    *out = reg->next[number]++;
    return RC_OK;
}

/* The search index first: it must be told what stands there before the row changes. */
static struct rc write_row(struct reg *reg, const struct entry *before, int64_t id,
                           const struct entry *after, struct arena *arena)
{
    struct datum values[TABLE_HEAD + FIELDS_MAX + 1];
    const char *words = words_of(arena, after->kind, after->key, after->values);
    size_t count = row_values(after, id, words, values);
    if (!before)
        TRY(store_search_add(reg->store, after->kind->name, id, words));
    else
        TRY(store_search_change(reg->store, after->kind->name, id,
                                words_of(arena, before->kind, before->key, before->values), words));
    TRY(store_run(reg->store,
                  before ? update_sql(arena, after->kind) : insert_sql(arena, after->kind), values,
                  count));
    return replace_items(reg, before, after, id);
}

/* ---- journal ------------------------------------------------------------------------------ */

static struct rc tell_journal(struct reg *reg, enum put_action action, const struct entry *before,
                              const struct entry *after, const char *reason, struct arena *arena)
{
    static const char *const actions[] = {"add", "set", "retire", "derive"};
    size_t count = 0;
    struct journal_change *changes = arena_take(arena, (FIELDS_MAX + 1) * sizeof *changes);
    for (size_t i = 0; i < after->kind->count; i++) {
        const char *old = before ? before->values[i] : NULL;
        if (!same(old, after->values[i]))
            changes[count++] =
                (struct journal_change){after->kind->fields[i].name, old, after->values[i]};
    }
    struct deed deed = {
        .actor = reg->actor.name,
        .action = actions[action],
        .kind = after->kind->name,
        .key = after->key,
        .version = after->version,
        .reason = reason,
        .time = after->updated,
        .state = entry_state(arena, after),
        .body = reg->body,
        .changes = changes,
        .change_count = count,
    };
    return journal_write(reg->journal, &deed);
}

/* ---- what follows -------------------------------------------------------------------------- */

/* An entry that refers to a hidden one is hidden as much; when that changed, those that refer to it
 * are written again, and so on. */
static struct rc follow_hidden(struct reg *reg, const struct entry *after)
{
    size_t count;
    const struct kind *const *all = kinds(&count);
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < all[k]->count; i++) {
            const struct field *field = &all[k]->fields[i];
            if (field->ref != after->kind)
                continue;
            struct arena *arena CLEANUP(arena_freep) = arena_new();
            const struct entry *const *referring;
            size_t referring_count;
            TRY(entry_referring(reg, all[k], field->name, after->key, arena, &referring,
                                &referring_count));
            for (size_t r = 0; r < referring_count; r++)
                TRY(entry_derive(reg, all[k], referring[r]->key, NULL, 0));
        }
    }
    return RC_OK;
}

/* Depth is bounded: rules that derive from each other in a ring would never end. */
static struct rc follow(struct reg *reg, const struct entry *before, const struct entry *after)
{
    struct rc rc = RC_OK;
    if (reg->depth == DERIVED_DEPTH_MAX)
        return fault(FAULT_LIMIT, "%s '%s': what follows from it is chained more than %d times",
                     after->kind->name, after->key, DERIVED_DEPTH_MAX);
    reg->rules++;
    reg->depth++;
    if (before && before->hidden != after->hidden)
        rc = follow_hidden(reg, after);
    for (const struct guard *guard = reg->guards; guard && guard->kind && !failed(rc); guard++)
        if (guard->written && strcmp(guard->kind, after->kind->name) == 0)
            rc = guard->written(reg, before, after);
    reg->depth--;
    reg->rules--;
    return rc;
}

/* Everything that may refuse comes before the first write. */
struct rc entry_put(struct reg *reg, enum put_action action, const struct entry *before, int64_t id,
                    struct entry *after, const char **values, const char *reason,
                    struct arena *arena, bool *changed)
{
    TRY(entry_verify(reg, before, after));
    TRY(ask_guards(reg, before, after, values));
    *changed = differs(before, after);
    if (!*changed)
        return RC_OK;
    after->updated = sys_now();
    after->version = before ? before->version + 1 : 1;
    if (!before) {
        after->created = after->updated;
        TRY(take_id(reg, after->kind, arena, &id));
    }
    TRY(write_row(reg, before, id, after, arena));
    if (reg->seen)
        seen_forget(reg->seen, after->kind, after->key);
    TRY(tell_journal(reg, action, before, after, reason, arena));
    return follow(reg, before, after);
}
