/*
 * engine: what an engine must be able to do. Private to the room.
 *
 *   store.c      opening, transactions      dialect.c    the five tokens
 *   migrate.c    schema                     search.c     words
 *   sqlite.c     the embedded engine        postgres.c   the server; its rows: postgres_row.c
 */
#ifndef MERLON_STORE_ENGINE_H
#define MERLON_STORE_ENGINE_H

#include "record/store/store.h"

/* Given to an engine with each statement. */
struct statement {
    const char *sql; /* in the dialect */
    const struct datum *values;
    size_t count;
    size_t columns;
    struct rc (*each)(void *context, const struct datum *row); /* NULL: gives no rows */
    void *context;
    int64_t *changed; /* or NULL */
};

struct engine {
    enum store_engine id;
    MUST_USE struct rc (*run)(struct store *store, const struct statement *statement);
    MUST_USE struct rc (*script)(struct store *store, const char *sql);
    MUST_USE struct rc (*begin)(struct store *store);
    MUST_USE struct rc (*commit)(struct store *store);
    void (*undo)(struct store *store);
    MUST_USE struct rc (*bulk)(struct store *store, bool on);
    void (*close)(struct store *store);
};

/* The head of each engine's own struct. */
struct store {
    const struct engine *engine;
    char *name;
    bool in_transaction;
    bool streaming;  /* rows are being given: no other statement may run */
    bool try_again;  /* why the last failure happened: another writer */
    struct buf text; /* a statement in the engine's own dialect */
};

MUST_USE struct rc sqlite_open(const char *path, enum store_use use, struct store **out);
MUST_USE struct rc postgres_open(const char *url, enum store_use use, struct store **out);

/* The statement in an engine's own words, in store->text: tokens replaced, ?1 as $1 for PostgreSQL.
 * Texts in quotes are left alone. */
const char *dialect(struct store *store, const char *sql);

#endif
