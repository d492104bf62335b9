/*
 * postgres: the server engine, over libpq.
 *
 *   connect -> session (SERIALIZABLE, time and lock limits, the lock that tells who uses it)
 *   run     -> a prepared statement, values and rows in the binary format
 *   bulk    -> libpq's pipeline: statements are sent without waiting; results are looked at when
 *              PIPELINE_MAX are under way, before a query, and at the end
 *
 * A connection that breaks fails what was under way; the next transaction or statement connects
 * anew. Rows come one by one (single-row mode), so that a long list does not stand in memory.
 */
#include "record/store/engine.h"
#include "record/store/kept.h"
#include "record/store/postgres_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIPELINE_MAX 400
#define LOCK_NUMBER                                                                                \
    "5576733953868787310" /* "Merlon" and some, as one number: ours in the database */

struct postgres {
    struct store store;
    PGconn *db;
    char *url;
    enum store_use use;
    struct kept_list kept; /* statements by name: "s1", "s2", ... */
    unsigned names;
    bool forget; /* what was prepared may not be there: let it all go */
    bool bulk;
    size_t under_way; /* statements sent in the pipeline whose results were not looked at */
};

static const struct engine postgres_engine;

/* ---- errors ------------------------------------------------------------------------------- */

static enum fault_kind kind_of(const char *state)
{
    if (strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0)
        return FAULT_LOST;
    if (strncmp(state, "40", 2) == 0 || strcmp(state, "55P03") == 0)
        return FAULT_BUSY;
    if (strncmp(state, "23", 2) == 0)
        return FAULT_CONFLICT;
    if (strncmp(state, "53", 2) == 0)
        return FAULT_LIMIT;
    if (strncmp(state, "28", 2) == 0 || strcmp(state, "42501") == 0)
        return FAULT_DENIED;
    return strncmp(state, "XX", 2) == 0 ? FAULT_DATA : FAULT_IO;
}

/* The first line of the server's words. */
static struct rc failure(struct postgres *pg, const PGresult *result)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *words = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!words)
        words = PQerrorMessage(pg->db);
    enum fault_kind kind = state ? kind_of(state) : FAULT_LOST;
    pg->store.try_again = kind == FAULT_BUSY;
    pg->forget = true;
    return fault(kind, "%s: %.*s%s", pg->store.name, (int)strcspn(words, "\n"), words,
                 kind == FAULT_LOST ? ": nothing of this was kept: try again" : "");
}

static bool good(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
           status == PGRES_SINGLE_TUPLE || status == PGRES_PIPELINE_SYNC;
}

static struct rc simple(struct postgres *pg, const char *sql)
{
    PGresult *result = PQexec(pg->db, sql);
    struct rc rc = good(result) ? RC_OK : failure(pg, result);
    PQclear(result);
    return rc;
}

/* ---- connecting --------------------------------------------------------------------------- */

static void swallow_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

static struct rc take_lock(struct postgres *pg)
{
    PGresult *result = PQexec(pg->db, pg->use == STORE_SERVED
                                          ? "SELECT pg_try_advisory_lock(" LOCK_NUMBER ")"
                                          : "SELECT pg_try_advisory_lock_shared(" LOCK_NUMBER ")");
    struct rc rc = RC_OK;
    if (!good(result))
        rc = failure(pg, result);
    else if (strcmp(PQgetvalue(result, 0, 0), "t") != 0)
        rc = fault(FAULT_BUSY,
                   pg->use == STORE_SERVED
                       ? "%s: in use: end the commands or the server that use it"
                       : "%s: a running server owns it: stop the server, or ask it",
                   pg->store.name);
    PQclear(result);
    return rc;
}

static struct rc connect_now(struct postgres *pg)
{
    kept_clear(&pg->kept);
    PQfinish(pg->db);
    pg->bulk = pg->forget = false;
    pg->db = PQconnectdb(pg->url);
    if (PQstatus(pg->db) != CONNECTION_OK)
        return fault(FAULT_LOST, "%s: cannot connect: %.*s", pg->store.name,
                     (int)strcspn(PQerrorMessage(pg->db), "\n"), PQerrorMessage(pg->db));
    PQsetNoticeReceiver(pg->db, swallow_notice, NULL);
    TRY(simple(pg, "SET client_encoding = 'UTF8'; SET application_name = 'merlon';"
                   "SET default_transaction_isolation = 'serializable';"
                   "SET synchronous_commit = on; SET lock_timeout = '10s';"
                   "SET idle_in_transaction_session_timeout = 0"));
    return take_lock(pg);
}

/* A password in a URL stands in the process list for everybody to read. */
static struct rc verify_url(const char *url, struct buf *name)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &why);
    if (!options) {
        struct rc rc = fault(FAULT_USAGE, "the store's URL cannot be read: %.*s",
                             (int)strcspn(why ? why : "", "\n"), why ? why : "");
        PQfreemem(why);
        return rc;
    }
    const char *user = "", *host = "", *database = "";
    bool password = false;
    for (PQconninfoOption *option = options; option->keyword; option++) {
        const char *value = option->val ? option->val : "";
        user = strcmp(option->keyword, "user") == 0 ? value : user;
        host = strcmp(option->keyword, "host") == 0 ? value : host;
        database = strcmp(option->keyword, "dbname") == 0 ? value : database;
        password = password || (strcmp(option->keyword, "password") == 0 && *value);
    }
    buf_printf(name, "postgresql://%s%s%s/%s", user, *user ? "@" : "", host, database);
    PQconninfoFree(options);
    if (password)
        return fault(FAULT_USAGE,
                     "%s: a password in the URL can be read by others: put it into "
                     "~/.pgpass, or add passfile=FILE",
                     name->ptr);
    return RC_OK;
}

static void close_postgres(struct store *store)
{
    struct postgres *pg = (struct postgres *)store;
    kept_clear(&pg->kept);
    PQfinish(pg->db);
    mem_free(pg->url);
    mem_free(pg);
}

struct rc postgres_open(const char *url, enum store_use use, struct store **out)
{
    struct buf name CLEANUP(buf_free) = {0};
    TRY(verify_url(url, &name));
    struct postgres *pg = mem_new(sizeof *pg);
    pg->store = (struct store){.engine = &postgres_engine, .name = mem_copy_text(name.ptr)};
    pg->url = mem_copy_text(url);
    pg->use = use;
    pg->kept.let_go = mem_free;
    struct rc rc = connect_now(pg);
    if (failed(rc)) {
        store_close(&pg->store);
        return rc;
    }
    *out = &pg->store;
    return RC_OK;
}

/* Outside a transaction a broken connection is made anew. */
static struct rc ready(struct postgres *pg)
{
    if (pg->store.in_transaction)
        return RC_OK;
    if (PQstatus(pg->db) != CONNECTION_OK)
        return connect_now(pg);
    if (pg->forget) {
        kept_clear(&pg->kept);
        pg->forget = false;
        return simple(pg, "DEALLOCATE ALL");
    }
    return RC_OK;
}

/* ---- the pipeline ------------------------------------------------------------------------- */

/* Looks at all results under way; the first failure is given. */
static struct rc drain(struct postgres *pg)
{
    struct rc rc = RC_OK;
    if (!pg->under_way)
        return RC_OK;
    pg->under_way = 0;
    if (PQpipelineSync(pg->db) != 1)
        return failure(pg, NULL);
    for (int nothing = 0; nothing < 2;) {
        PGresult *result = PQgetResult(pg->db);
        ExecStatusType status = PQresultStatus(result);
        if (!result) {
            nothing++;
            continue;
        }
        nothing = 0;
        if (!good(result) && status != PGRES_PIPELINE_ABORTED && !failed(rc))
            rc = failure(pg, result);
        PQclear(result);
        if (status == PGRES_PIPELINE_SYNC)
            return rc;
    }
    return failed(rc) ? rc : failure(pg, NULL);
}

static struct rc bulk(struct store *store, bool on)
{
    struct postgres *pg = (struct postgres *)store;
    if (pg->bulk == on)
        return RC_OK;
    if (on) {
        pg->bulk = PQenterPipelineMode(pg->db) == 1;
        return pg->bulk ? RC_OK : failure(pg, NULL);
    }
    struct rc rc = drain(pg);
    pg->bulk = false;
    if (PQexitPipelineMode(pg->db) != 1 && !failed(rc))
        rc = failure(pg, NULL);
    return rc;
}

/* ---- statements --------------------------------------------------------------------------- */

static struct rc prepare(struct postgres *pg, const char *sql, const char **name)
{
    char *found = kept_find(&pg->kept, sql);
    if (!found) {
        char fresh[16];
        snprintf(fresh, sizeof fresh, "s%u", ++pg->names);
        const char *text = dialect(&pg->store, sql);
        if (pg->bulk) {
            if (PQsendPrepare(pg->db, fresh, text, 0, NULL) != 1)
                return failure(pg, NULL);
            pg->under_way++;
        } else {
            PGresult *result = PQprepare(pg->db, fresh, text, 0, NULL);
            struct rc rc = good(result) ? RC_OK : failure(pg, result);
            PQclear(result);
            TRY(rc);
        }
        found = mem_copy_text(fresh);
        kept_add(&pg->kept, sql, found);
    }
    *name = found;
    return RC_OK;
}

static struct rc send(struct postgres *pg, const struct statement *wanted)
{
    const char *name = NULL;
    struct postgres_values values;
    TRY(prepare(pg, wanted->sql, &name));
    postgres_values(wanted->values, wanted->count, &values);
    int sent = PQsendQueryPrepared(pg->db, name, (int)wanted->count, values.values, values.lengths,
                                   values.formats, 1);
    return sent == 1 ? RC_OK : failure(pg, NULL);
}

/* Reads to the end whatever happens, so that the connection can be used again. */
static struct rc take_results(struct postgres *pg, const struct statement *wanted)
{
    struct rc rc = RC_OK;
    PGresult *result;
    while ((result = PQgetResult(pg->db))) {
        if (!good(result)) {
            if (!failed(rc))
                rc = failure(pg, result);
        } else if (!failed(rc) && wanted->each) {
            rc = postgres_rows(result, wanted);
        }
        if (wanted->changed && good(result))
            *wanted->changed = strtoll(PQcmdTuples(result), NULL, 10);
        PQclear(result);
    }
    if (!failed(rc) && PQstatus(pg->db) != CONNECTION_OK)
        rc = failure(pg, NULL);
    return rc;
}

static struct rc run_now(struct postgres *pg, const struct statement *wanted)
{
    TRY(send(pg, wanted));
    if (wanted->each && PQsetSingleRowMode(pg->db) != 1)
        return failure(pg, NULL);
    return take_results(pg, wanted);
}

/* A query within bulk work waits for what was sent before, and is then run on its own. */
static struct rc run_between(struct postgres *pg, const struct statement *wanted)
{
    TRY(bulk(&pg->store, false));
    TRY(run_now(pg, wanted));
    return bulk(&pg->store, true);
}

static struct rc run(struct store *store, const struct statement *wanted)
{
    struct postgres *pg = (struct postgres *)store;
    TRY(ready(pg));
    if (!pg->bulk)
        return run_now(pg, wanted);
    if (wanted->each || wanted->changed)
        return run_between(pg, wanted);
    TRY(send(pg, wanted));
    pg->under_way++;
    return pg->under_way >= PIPELINE_MAX ? drain(pg) : RC_OK;
}

static struct rc script(struct store *store, const char *sql)
{
    struct postgres *pg = (struct postgres *)store;
    TRY(ready(pg));
    return simple(pg, dialect(store, sql));
}

/* ---- transactions ------------------------------------------------------------------------- */

static struct rc begin(struct store *store)
{
    struct postgres *pg = (struct postgres *)store;
    TRY(ready(pg));
    return simple(pg, "BEGIN");
}

static struct rc commit(struct store *store)
{
    struct postgres *pg = (struct postgres *)store;
    TRY(bulk(store, false));
    return simple(pg, "COMMIT");
}

/* The sentence of what failed is kept: what undoing says is of no interest, and a broken connection
 * undoes by itself. */
static void undo(struct store *store)
{
    struct postgres *pg = (struct postgres *)store;
    bool again = store->try_again;
    struct buf words CLEANUP(buf_free) = {0};
    buf_add_text(&words, fault_text());
    if (pg->bulk)
        rc_ignore(bulk(store, false));
    PQclear(PQexec(pg->db, "ROLLBACK"));
    store->try_again = again;
    rc_ignore(fault(FAULT_IO, "%s", words.ptr));
}

static const struct engine postgres_engine = {.id = STORE_POSTGRES,
                                              .run = run,
                                              .script = script,
                                              .begin = begin,
                                              .commit = commit,
                                              .undo = undo,
                                              .bulk = bulk,
                                              .close = close_postgres};
