/* asset: what an asset has from the systems it belongs to. */
#include "register/rule/parts.h"

struct rc asset_write(struct reg *reg, const struct entry *before, struct entry *after,
                      const char **values)
{
    static const char *const digits[] = {NULL, "1", "2", "3", "4", "5"};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct view rest = view_of(entry_value(after, "systems")), item;
    int64_t grade = 0;
    (void)before;
    while (list_next(&rest, &item)) {
        const struct entry *system;
        TRY(entry_get(reg, kind_find("system"), view_text(arena, item), arena, &system));
        int64_t own = system->retired ? 0 : entry_number(system, "grade", 0);
        grade = own > grade ? own : grade;
    }
    rule_put(after, values, "grade", digits[grade]);
    return RC_OK;
}
