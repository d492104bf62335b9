/*
 * kept: statements an engine has prepared, found again by their text. Private to the room.
 * At most KEPT_MAX; when they are full, all are let go, for which statements built with a changing
 * number of values are the only cause.
 */
#ifndef MERLON_STORE_KEPT_H
#define MERLON_STORE_KEPT_H

#include "foundation/base/base.h"

#define KEPT_MAX 256

struct kept {
    uint64_t hash;
    char *sql;
    void *statement; /* the engine's */
};

struct kept_list {
    struct kept list[KEPT_MAX];
    size_t count;
    void (*let_go)(void *statement); /* or NULL */
};

void *kept_find(const struct kept_list *kept, const char *sql); /* NULL: not kept */
void kept_add(struct kept_list *kept, const char *sql, void *statement);
void kept_clear(struct kept_list *kept);

#endif
