/*
 * regrade: what a graded system is to be graded again for. GB/T 22240-2020 asks for it when the
 * data, the users or the function change (content/regimes/cn-mlps, topic regrading); these are the
 * fields that tell. What changed stands in the system's `regrade`, "2026-11-27: users; scopes",
 * with the day of the first change, until the day of grading is another one.
 */
#include "register/rule/parts.h"

#include <string.h>

static const struct {
    const char *field, *reason;
} watched[] = {
    {"data_held", "data"}, {"personal_records", "data"}, {"sensitive_records", "data"},
    {"users", "users"},    {"coverage", "users"},        {"business", "function"},
    {"type", "function"},  {"scopes", "function"},       {"public_service_level", "function"},
};

const char *rule_regrade_reason(const char *field)
{
    for (size_t i = 0; i < COUNT_OF(watched); i++)
        if (strcmp(watched[i].field, field) == 0)
            return watched[i].reason;
    return NULL;
}

/* Whether a field is named in "2026-11-27: users; scopes" already. */
static bool is_named(const char *regrade, const char *field)
{
    struct view rest = view_of(regrade ? regrade + strlen("2026-11-27: ") : NULL), item;
    while (regrade && list_next(&rest, &item))
        if (view_is(item, field))
            return true;
    return false;
}

void regrade_clear(const struct entry *before, const struct entry *after, const char **values)
{
    if (!before || rule_changed(before, after, "graded_on"))
        rule_put(after, values, "regrade", NULL);
}

struct rc regrade_note(struct reg *reg, const struct entry *before, const struct entry *after)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *old = entry_value(after, "regrade"), *text = old;
    if (!before || !entry_value(before, "grade") || !entry_value(after, "grade") ||
        after->retired || rule_changed(before, after, "graded_on"))
        return RC_OK;
    for (size_t i = 0; i < COUNT_OF(watched); i++) {
        const char *field = watched[i].field;
        if (!rule_changed(before, after, field) || is_named(text, field))
            continue;
        text = text ? arena_printf(arena, "%s; %s", text, field)
                    : arena_printf(arena, "%s: %s", rule_today(arena), field);
    }
    struct change change = {"regrade", view_of(text)};
    return text == old ? RC_OK : entry_derive(reg, after->kind, after->key, &change, 1);
}
