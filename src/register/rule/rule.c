/* rule: the list of guards, and what they share. */
#include "register/rule/parts.h"

#include "foundation/sys/sys.h"

#include <string.h>

const struct guard rule_guards[] = {
    {"access", access_write, NULL},
    {"asset", asset_write, asset_written},
    {"supplier", NULL, supplier_written},
    {"system", system_write, system_written},
    {NULL, NULL, NULL},
};

bool rule_changed(const struct entry *before, const struct entry *after, const char *field)
{
    const char *old = before ? entry_value(before, field) : NULL;
    const char *new = entry_value(after, field);
    return (old == NULL) != (new == NULL) || (old && strcmp(old, new) != 0);
}

const char *rule_today(struct arena *arena)
{
    char time[32];
    sys_format_time(sys_now(), time);
    return arena_printf(arena, "%.10s", time);
}

void rule_put(const struct entry *entry, const char **values, const char *field, const char *value)
{
    const struct field *found = field_find(entry->kind, field);
    must(found);
    values[field_index(entry->kind, found)] = value;
}
