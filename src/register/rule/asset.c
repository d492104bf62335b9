/* asset: what an asset has from the systems it belongs to, and they from it. */
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

/* A system's open failures are those of its assets in use, by the last evidence of each. */
static struct rc tell_system(struct reg *reg, const char *key)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct entry *system, *const *assets;
    size_t count;
    int64_t failures = 0;
    bool judged = false;
    TRY(entry_get(reg, kind_find("system"), key, arena, &system));
    TRY(entry_referring(reg, kind_find("asset"), "systems", key, arena, &assets, &count));
    for (size_t i = 0; i < count; i++) {
        failures += entry_number(assets[i], "open_failures", 0);
        judged = judged || entry_value(assets[i], "open_failures");
    }
    struct change change = {"open_failures", {NULL, 0}};
    if (judged)
        change.value = view_of(arena_printf(arena, "%lld", (long long)failures));
    return entry_derive(reg, system->kind, key, &change, 1);
}

static struct rc tell_systems(struct reg *reg, const char *systems)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct view rest = view_of(systems), item;
    while (list_next(&rest, &item))
        TRY(tell_system(reg, view_text(arena, item)));
    return RC_OK;
}

/* Retired assets leave every count, their systems' open failures, too. */
struct rc asset_written(struct reg *reg, const struct entry *before, const struct entry *after)
{
    bool moved = before && rule_changed(before, after, "systems");
    bool judged = entry_value(after, "open_failures") != NULL;
    if (!before || (!judged && !rule_changed(before, after, "open_failures")))
        return RC_OK;
    if (!moved && before->retired == after->retired &&
        !rule_changed(before, after, "open_failures"))
        return RC_OK;
    if (moved)
        TRY(tell_systems(reg, entry_value(before, "systems")));
    return tell_systems(reg, entry_value(after, "systems"));
}
