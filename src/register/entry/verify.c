/* verify: what every entry must hold, whatever its kind. */
#include "register/entry/reg.h"

#include <string.h>

#define TREE_DEPTH_MAX 64

struct rc no_such_entry(const struct kind *kind, const char *key)
{
    return fault(FAULT_ABSENT, "there is no %s '%s'", kind->name, key);
}

static struct rc refused(const struct entry *entry, const struct field *field, const char *why)
{
    return fault(FAULT_DATA, "%s '%s': %s: %s", entry->kind->name, entry->key, field->name, why);
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static struct rc verify_dates(struct reg *reg, const struct entry *after)
{
    for (size_t i = 0; i < after->kind->count; i++) {
        const struct field *field = &after->kind->fields[i];
        if (!field->after || !after->values[i])
            continue;
        const char *cause = after->values[field_index(after->kind, field->after)];
        reg->wrong = field;
        if (cause && strcmp(after->values[i], cause) < 0)
            return fault(FAULT_DATA, "%s '%s': %s is %s, before %s, %s", after->kind->name,
                         after->key, field->name, after->values[i], field->after->name, cause);
    }
    return RC_OK;
}

static struct rc verify_required(struct reg *reg, const struct entry *after)
{
    for (size_t i = 0; i < after->kind->count; i++) {
        reg->wrong = &after->kind->fields[i];
        if (reg->wrong->required && !after->values[i])
            return refused(after, reg->wrong, "it is mandatory and missing");
    }
    return RC_OK;
}

/* Whether a list held an item before: what stood there already may stay, though it was retired. */
static bool held(const struct field *field, const char *before, struct view wanted)
{
    struct view rest = view_of(before), item;
    if (field->type == FIELD_REF)
        return view_equal(rest, wanted);
    while (list_next(&rest, &item))
        if (view_equal(item, wanted))
            return true;
    return false;
}

static struct rc verify_ref(struct reg *reg, const struct field *field, const char *before,
                            struct view key, struct entry *after)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct entry *found;
    int64_t id;
    const char *text = view_text(arena, key);
    bool was_there = held(field, before, key);
    TRY(reg_find(reg, field->ref, text, was_there ? CLEARANCE_ALL : reg_clearance(reg), arena,
                 &found, &id));
    if (!found && field->ref == after->kind && strcmp(text, after->key) == 0)
        return refused(after, field, "it refers to itself");
    if (!found)
        return fault(FAULT_DATA, "%s '%s': %s: there is no %s '%s'", after->kind->name, after->key,
                     field->name, field->ref->name, text);
    if (found->retired && !was_there)
        return fault(FAULT_DATA, "%s '%s': %s: %s '%s' is retired", after->kind->name, after->key,
                     field->name, field->ref->name, text);
    after->hidden = found->hidden > after->hidden ? found->hidden : after->hidden;
    return RC_OK;
}

/* Up the tree from what the entry refers to: it must not come back. */
static struct rc verify_tree(struct reg *reg, const struct field *field, const char *parent,
                             const struct entry *after)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    for (int depth = 0; parent; depth++) {
        const struct entry *found;
        int64_t id;
        if (strcmp(parent, after->key) == 0)
            return fault(FAULT_DATA, "%s '%s': %s: a cycle: it would stand above itself",
                         after->kind->name, after->key, field->name);
        if (depth == TREE_DEPTH_MAX)
            return refused(after, field, "the tree is deeper than 64");
        TRY(reg_find(reg, after->kind, parent, CLEARANCE_ALL, arena, &found, &id));
        parent = found ? entry_value(found, field->name) : NULL;
    }
    return RC_OK;
}

struct rc entry_verify(struct reg *reg, const struct entry *before, struct entry *after)
{
    after->hidden = 0;
    TRY(verify_required(reg, after));
    TRY(verify_dates(reg, after));
    for (size_t i = 0; i < after->kind->count; i++) {
        const struct field *field = &after->kind->fields[i];
        const char *old = before ? before->values[i] : NULL;
        struct view rest = view_of(after->values[i]), item;
        if (!field->ref || !after->values[i])
            continue;
        reg->wrong = field;
        if (field->tree && !same(old, after->values[i]))
            TRY(verify_tree(reg, field, after->values[i], after));
        while (list_next(&rest, &item))
            TRY(verify_ref(reg, field, old, item, after));
    }
    reg->wrong = NULL;
    return RC_OK;
}
