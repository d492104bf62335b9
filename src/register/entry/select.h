/*
 * select: the one query layer. Whatever is read of entries, listed, counted, exported, searched or
 * looked up, is one SELECT built here, with the actor's clearance in its WHERE. Private to the
 * room.
 */
#ifndef MERLON_ENTRY_SELECT_H
#define MERLON_ENTRY_SELECT_H

#include "register/entry/filter.h"
#include "register/entry/table.h"

#define SELECT_VALUES_MAX 640

/* A statement being built, with the values it binds. Owned by the caller: select_free. */
struct select {
    struct arena *arena; /* of the values' texts */
    struct buf sql;
    struct datum values[SELECT_VALUES_MAX];
    size_t count;
    bool overflow; /* more values than fit */
};

/* Adds "?N" and its value. */
void select_bind(struct select *select, struct datum value);

/* " FROM asset WHERE hidden <= ?1 AND retired = 0 AND ..." of a query; FAULT_USAGE for what the
 * person wrote. `clearance` is of the actor, or 3 where a rule looks. */
MUST_USE struct rc select_where(struct reg *reg, struct select *select, const struct kind *kind,
                                const struct entry_query *query, int clearance);

/* What a list sorts by. */
struct order {
    const struct field *field; /* NULL: by key */
    bool descending;
};
MUST_USE struct rc order_parse(struct arena *arena, const struct kind *kind, const char *written,
                               struct order *out);

/* A cursor is where a page ended: the sorted value and the id of its last entry. */
const char *cursor_write(struct arena *arena, const struct order *order, const struct entry *last,
                         int64_t id);
MUST_USE struct rc select_after(struct select *select, const struct order *order,
                                const char *cursor);
void select_order(struct select *select, const struct order *order);

void select_free(struct select *select);

#endif
