/* store: opening, statements and transactions, whatever the engine. */
#include "record/store/engine.h"

#include <string.h>
#include <time.h>

struct rc store_open(const char *where, enum store_use use, struct store **out)
{
    bool url = strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0;
    if (!url && strstr(where, "://"))
        return fault(FAULT_USAGE, "'%.20s...': a store is a file or postgresql://...", where);
    return url ? postgres_open(where, use, out) : sqlite_open(where, use, out);
}

void store_close(struct store *store)
{
    if (!store)
        return;
    if (store->in_transaction)
        store->engine->undo(store);
    mem_free(store->name);
    buf_free(&store->text);
    store->engine->close(store);
}

enum store_engine store_engine(const struct store *store)
{
    return store->engine->id;
}

const char *store_name(const struct store *store)
{
    return store->name;
}

bool store_in_transaction(const struct store *store)
{
    return store->in_transaction;
}

/* ---- statements --------------------------------------------------------------------------- */

static struct rc run(struct store *store, const struct statement *statement)
{
    must(!store->streaming && statement->count <= STORE_VALUES_MAX);
    store->streaming = statement->each != NULL;
    struct rc rc = store->engine->run(store, statement);
    store->streaming = false;
    return rc;
}

struct rc store_run(struct store *store, const char *sql, const struct datum *values, size_t count)
{
    struct statement statement = {.sql = sql, .values = values, .count = count};
    return run(store, &statement);
}

struct rc store_change(struct store *store, const char *sql, const struct datum *values,
                       size_t count, int64_t *changed)
{
    struct statement statement = {.sql = sql, .values = values, .count = count, .changed = changed};
    return run(store, &statement);
}

struct rc store_query(struct store *store, const char *sql, const struct datum *values,
                      size_t count, size_t columns,
                      struct rc (*each)(void *context, const struct datum *row), void *context)
{
    struct statement statement = {.sql = sql,
                                  .values = values,
                                  .count = count,
                                  .columns = columns,
                                  .each = each,
                                  .context = context};
    return run(store, &statement);
}

struct first_row {
    struct arena *arena;
    struct datum *row;
    size_t columns;
    bool any;
};

static struct rc keep_first(void *context, const struct datum *row)
{
    struct first_row *first = context;
    for (size_t i = 0; i < first->columns && !first->any; i++) {
        first->row[i] = row[i];
        if (row[i].bytes.ptr)
            first->row[i].bytes.ptr = view_text(first->arena, row[i].bytes);
    }
    first->any = true;
    return RC_OK;
}

struct rc store_one(struct store *store, const char *sql, const struct datum *values, size_t count,
                    struct arena *arena, struct datum *row, size_t columns, bool *any)
{
    struct first_row first = {arena, row, columns, false};
    TRY(store_query(store, sql, values, count, columns, keep_first, &first));
    *any = first.any;
    return RC_OK;
}

struct rc store_script(struct store *store, const char *sql)
{
    must(!store->streaming);
    return store->engine->script(store, sql);
}

/* ---- transactions ------------------------------------------------------------------------- */

/* Longer from try to try, so that two writers do not meet again and again. */
static void wait_a_little(int tries)
{
    struct timespec pause = {.tv_nsec = 1000000L << (tries < 7 ? tries : 7)};
    nanosleep(&pause, NULL);
}

static struct rc try_once(struct store *store, struct rc (*body)(struct store *, void *),
                          void *context)
{
    store->try_again = false;
    TRY(store->engine->begin(store));
    store->in_transaction = true;
    struct rc rc = body(store, context);
    if (!failed(rc))
        rc = store->engine->commit(store);
    if (failed(rc))
        store->engine->undo(store); /* keeps the sentence of what failed */
    store->in_transaction = false;
    return rc;
}

struct rc store_transact(struct store *store, struct rc (*body)(struct store *store, void *context),
                         void *context)
{
    if (store->in_transaction)
        return body(store, context);
    for (int tries = 1;; tries++) {
        struct rc rc = try_once(store, body, context);
        if (!failed(rc) || !store->try_again || tries == STORE_TRIES_MAX)
            return rc;
        wait_a_little(tries);
    }
}

struct rc store_bulk_begin(struct store *store)
{
    must(store->in_transaction);
    return store->engine->bulk(store, true);
}

struct rc store_bulk_end(struct store *store)
{
    return store->engine->bulk(store, false);
}
