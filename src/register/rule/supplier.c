/* supplier: when a supplier leaves, all he was let into ends, and each is closed only by proof. */
#include "register/rule/parts.h"

#include <string.h>

struct rc access_write(struct reg *reg, const struct entry *before, struct entry *after,
                       const char **values)
{
    (void)reg;
    (void)before;
    (void)values;
    const char *proven = entry_value(after, "proven");
    if (proven && !entry_value(after, "ended"))
        return fault(FAULT_DATA, "access '%s': it cannot be proven closed before it ended",
                     after->key);
    if (proven && !entry_value(after, "proof"))
        return fault(FAULT_DATA, "access '%s': say under `proof` what proves that it is closed",
                     after->key);
    return RC_OK;
}

struct rc supplier_written(struct reg *reg, const struct entry *before, const struct entry *after)
{
    const char *exit = entry_value(after, "exit");
    if (!exit || (before && !rule_changed(before, after, "exit")))
        return RC_OK;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct entry *const *accesses;
    size_t count;
    TRY(entry_referring(reg, kind_find("access"), "supplier", after->key, arena, &accesses,
                        &count));
    for (size_t i = 0; i < count; i++) {
        const char *ended = entry_value(accesses[i], "ended");
        if (ended && strcmp(ended, exit) <= 0)
            continue;
        struct change change = {"ended", view_of(exit)};
        TRY(entry_derive(reg, accesses[i]->kind, accesses[i]->key, &change, 1));
    }
    return RC_OK;
}

struct rc rule_supplier_exit(struct reg *reg, const char *supplier, const char *day,
                             struct arena *arena, const struct rule_open_access **out,
                             size_t *count)
{
    const struct entry *const *accesses;
    size_t all, open = 0;
    struct change change = {"exit", view_of(day)};
    TRY(entry_set(reg, kind_find("supplier"), supplier, 0, &change, 1));
    TRY(entry_referring(reg, kind_find("access"), "supplier", supplier, arena, &accesses, &all));
    struct rule_open_access *list = arena_take(arena, (all + 1) * sizeof *list);
    for (size_t i = 0; i < all; i++) {
        if (entry_value(accesses[i], "proven"))
            continue;
        list[open++] = (struct rule_open_access){accesses[i]->key, entry_value(accesses[i], "name"),
                                                 entry_value(accesses[i], "type"),
                                                 entry_value(accesses[i], "person")};
    }
    *out = list;
    *count = open;
    return RC_OK;
}
