/* store: opening, statements and transactions, whatever the engine. */
#include "record/store/engine.h"

#include "foundation/text/text.h"

#include <string.h>
#include <time.h>

static bool is_postgres(const char *where)
{
    return strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0;
}

struct rc store_open(const char *where, enum store_use use, struct store **out)
{
    struct buf place CLEANUP(buf_free) = {0};
    if (is_postgres(where))
        return postgres_open(where, use, out);
    if (!strstr(where, "://"))
        return sqlite_open(where, use, out);
    store_add_place(&place, where);
    return fault(FAULT_USAGE, "'%s': a store is a file or postgresql://...", place.ptr);
}

void store_add_place(struct buf *out, const char *where)
{
    const char *rest = strstr(where, "://");
    if (is_postgres(where))
        postgres_add_place(out, where);
    else if (rest)
        buf_printf(out, "%.*s://...", (int)(rest - where), where);
    else
        buf_add_text(out, where);
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

/* One engine would take these and the other would not. */
static struct rc verify_texts(const struct store *store, const struct statement *statement)
{
    for (size_t i = 0; i < statement->count; i++) {
        struct view text = statement->values[i].bytes;
        if (statement->values[i].kind != DATUM_TEXT || text.len == 0)
            continue;
        if (memchr(text.ptr, 0, text.len) || !text_is_utf8(text))
            return fault(FAULT_DATA, "%s: a text that is not UTF-8, or holds a NUL, cannot be kept",
                         store->name);
    }
    return RC_OK;
}

/* Counts the rows that were given: what gave some is not run again. */
struct counted {
    struct rc (*each)(void *context, const struct datum *row);
    void *context;
    size_t rows;
};

static struct rc count_row(void *context, const struct datum *row)
{
    struct counted *counted = context;
    counted->rows++;
    return counted->each(counted->context, row);
}

/* Outside a transaction: another writer was in the way, or a connection that was lost long ago
 * shows itself at a mere question. */
static bool may_repeat(const struct store *store, const struct statement *statement, struct rc rc,
                       int tries)
{
    bool question = statement->each && strncmp(statement->sql, "SELECT", 6) == 0;
    if (!failed(rc) || store->in_transaction)
        return false;
    return (store->try_again && tries < STORE_TRIES_MAX) ||
           (rc.kind == FAULT_LOST && question && tries == 1);
}

static struct rc run(struct store *store, const struct statement *wanted)
{
    struct counted counted = {wanted->each, wanted->context, 0};
    struct statement statement = *wanted;
    struct rc rc;
    must(!store->streaming && wanted->count <= STORE_VALUES_MAX);
    if (store->doomed)
        return fault(FAULT_IO, "%s: a statement before it failed: nothing of this is kept",
                     store->name);
    TRY(verify_texts(store, wanted));
    if (wanted->each) {
        statement.each = count_row;
        statement.context = &counted;
    }
    int tries = 0;
    do {
        store->try_again = false;
        store->streaming = wanted->each != NULL;
        rc = store->engine->run(store, &statement);
        store->streaming = false;
        tries++;
    } while (may_repeat(store, wanted, rc, tries) && counted.rows == 0);
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
    if (store->doomed)
        return fault(FAULT_IO, "%s: a statement before it failed: nothing of this is kept",
                     store->name);
    return store->engine->script(store, sql);
}

struct rc store_has(struct store *store, const char *name, bool *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct datum asked = datum_text(name), row;
    const char *sql =
        store->engine->id == STORE_SQLITE
            ? "SELECT 1 FROM sqlite_schema WHERE name = ?1"
            : "SELECT 1 FROM pg_class WHERE relname = ?1 AND pg_table_is_visible(oid)";
    return store_one(store, sql, &asked, 1, arena, &row, 1, out);
}

struct rc store_check(struct store *store)
{
    return store->engine->check(store);
}

/* ---- transactions ------------------------------------------------------------------------- */

/* Longer from try to try, so that two writers do not meet again and again. */
static void wait_a_little(int tries)
{
    struct timespec pause = {.tv_nsec = 1000000L << (tries < 7 ? tries : 7)};
    nanosleep(&pause, NULL);
}

static struct rc try_once(struct store *store, bool reading,
                          struct rc (*body)(struct store *, void *), void *context)
{
    store->try_again = store->doomed = false;
    TRY(store->engine->begin(store, reading));
    store->in_transaction = true;
    store->reading = reading;
    struct rc rc = body(store, context);
    if (!failed(rc) && store->doomed)
        rc = fault(FAULT_IO, "%s: a statement failed and was passed over: nothing of this is kept",
                   store->name);
    if (!failed(rc))
        rc = store->engine->commit(store);
    if (failed(rc))
        store->engine->undo(store); /* keeps the sentence of what failed */
    store->in_transaction = store->reading = store->doomed = false;
    return rc;
}

struct rc store_transact(struct store *store, struct rc (*body)(struct store *store, void *context),
                         void *context)
{
    if (store->in_transaction)
        return body(store, context);
    for (int tries = 1;; tries++) {
        struct rc rc = try_once(store, false, body, context);
        if (!failed(rc) || !store->try_again || tries == STORE_TRIES_MAX)
            return rc;
        wait_a_little(tries);
    }
}

struct rc store_read(struct store *store, struct rc (*body)(struct store *store, void *context),
                     void *context)
{
    return store->in_transaction ? body(store, context) : try_once(store, true, body, context);
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
