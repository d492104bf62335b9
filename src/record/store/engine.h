/*
 * engine: what an engine must be able to do. Private to the room.
 *
 *   store.c      opening, transactions      dialect.c    the five tokens
 *   migrate.c    schema                     search.c     words
 *   sqlite.c     the embedded engine        postgres.c   the server; its rows: postgres_row.c,
 *                                                        its URLs: postgres_url.c
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
    MUST_USE struct rc (*begin)(struct store *store, bool reading);
    MUST_USE struct rc (*commit)(struct store *store);
    void (*undo)(struct store *store);
    MUST_USE struct rc (*bulk)(struct store *store, bool on);
    MUST_USE struct rc (*check)(struct store *store);
    void (*close)(struct store *store);
};

/* The head of each engine's own struct. */
struct store {
    const struct engine *engine;
    char *name;
    bool in_transaction;
    bool reading;    /* by store_read */
    bool doomed;     /* a statement of this transaction failed */
    bool streaming;  /* rows are being given: no other statement may run */
    bool try_again;  /* why the last failure happened: another writer; nothing of it was kept */
    struct buf text; /* a statement in the engine's own dialect */
};

/* Whether there is a table or index of that name. */
MUST_USE struct rc store_has(struct store *store, const char *name, bool *out);

MUST_USE struct rc sqlite_open(const char *path, enum store_use use, struct store **out);
MUST_USE struct rc postgres_open(const char *url, enum store_use use, struct store **out);
void postgres_add_place(struct buf *out, const char *url);

/* The statement in an engine's own words, in store->text: tokens replaced, ?1 as $1 for PostgreSQL.
 * Texts in quotes are left alone. */
const char *dialect(struct store *store, const char *sql);

#endif
