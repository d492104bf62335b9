/*
 * sudoers_alias: members of a list with aliases resolved.
 *
 * '!' before an alias turns each of its members around. Bounds: an alias inside itself is not
 * followed, DEPTH_MAX aliases inside each other, SUDOERS_STEPS_MAX members in all, because doubling
 * aliases (A = B, B; B = C, C; ...) name more members than any memory holds.
 */
#include "sensor/facts/sudoers.h"

#include <string.h>

#define DEPTH_MAX 64

bool sudoers_is_alias_name(const char *text)
{
    if (text[0] < 'A' || text[0] > 'Z')
        return false;
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(text);
}

struct sudoers_alias *sudoers_alias_find(struct sudoers *sudoers, enum sudoers_kind kind,
                                         const char *name)
{
    size_t hash = (size_t)kind;
    for (const char *c = name; *c; c++)
        hash = hash * 31 + (unsigned char)*c;
    struct sudoers_alias *alias = sudoers->buckets[hash % SUDOERS_BUCKETS];
    while (alias && (alias->kind != kind || strcmp(alias->name, name) != 0))
        alias = alias->in_bucket;
    return alias;
}

struct walk {
    struct sudoers *sudoers;
    enum sudoers_kind kind;
    sudoers_each *each;
    void *context;
};

static bool resolve(const struct walk *walk, const struct sudoers_member *first, bool is_negated,
                    unsigned depth)
{
    for (const struct sudoers_member *member = first; member; member = member->next) {
        bool is_turned = member->is_negated != is_negated;
        struct sudoers_alias *alias = NULL;
        bool is_name = !member->is_literal && sudoers_is_alias_name(member->text) &&
                       strcmp(member->text, "ALL") != 0;
        if (++walk->sudoers->steps > SUDOERS_STEPS_MAX || depth > DEPTH_MAX)
            return false;
        if (is_name)
            alias = sudoers_alias_find(walk->sudoers, walk->kind, member->text);
        if (alias && !alias->is_open) {
            alias->is_open = true;
            bool is_done = resolve(walk, alias->members.first, is_turned, depth + 1);
            alias->is_open = false;
            if (!is_done)
                return false;
        } else if (!alias && (!is_name || walk->kind != SUDOERS_COMMAND)) {
            walk->each(walk->context, member, is_turned);
        }
    }
    return true;
}

bool sudoers_resolve(struct sudoers *sudoers, enum sudoers_kind kind,
                     const struct sudoers_member *first, sudoers_each *each, void *context)
{
    struct walk walk = {sudoers, kind, each, context};
    return resolve(&walk, first, false, 0);
}

static void add_text(void *context, const struct sudoers_member *member, bool is_negated)
{
    struct buf *out = context;
    if (out->len <= READER_CELL_MAX) /* what is longer is cut as a cell, with a problem */
        buf_printf(out, "%s%s%s", out->len ? ", " : "", is_negated ? "!" : "", member->text);
}

const char *sudoers_list_text(struct sudoers *sudoers, enum sudoers_kind kind,
                              const struct sudoers_list *list)
{
    struct buf out = {0};
    bool is_done = sudoers_resolve(sudoers, kind, list->first, add_text, &out);
    const char *text = is_done ? view_text(sudoers->arena, buf_view(&out)) : NULL;
    buf_free(&out);
    return text;
}
