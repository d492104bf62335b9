/*
 * condition: the conditions of Articles 21 and 22, which products and agencies of systems of grade
 * 3 and above must meet. A condition nobody answered is not met: what was not shown does not count.
 */
#include "register/rule/parts.h"

#include <string.h>

/* A date until which something is valid, in both kinds. */
static const char *valid_until(const struct entry *entry)
{
    const char *field =
        field_find(entry->kind, "certificate_until") ? "certificate_until" : "recommended_until";
    return entry_value(entry, field);
}

const char *rule_condition_failed(struct arena *arena, const struct entry *entry, const char *day)
{
    for (size_t i = 0; i < entry->kind->count; i++) {
        const struct field *field = &entry->kind->fields[i];
        const char *value = entry->values[i];
        if (!field->condition || (value && strcmp(value, "yes") == 0))
            continue;
        return arena_printf(arena, "%s: %s (%s is %s)", field->source,
                            text_of(field->titles, LANG_EN), field->name,
                            value ? value : "not stated");
    }
    const char *until = valid_until(entry);
    if (until && strcmp(until, day) < 0)
        return arena_printf(arena, "%s: what it was certified or recommended for ended on %s",
                            entry->kind->article, until);
    return NULL;
}

struct rc condition_verify(struct reg *reg, const struct entry *system, const char *kind,
                           const char *key, int64_t grade)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct kind *of = kind_find(kind);
    const struct entry *entry;
    if (grade < of->from_grade)
        return RC_OK;
    TRY(entry_get(reg, of, key, arena, &entry));
    const char *failed_condition = rule_condition_failed(arena, entry, rule_today(arena));
    if (!failed_condition)
        return RC_OK;
    return fault(FAULT_DATA, "%s '%s' cannot be assigned to system '%s' of grade %lld: %s", kind,
                 key, system->key, (long long)grade, failed_condition);
}
