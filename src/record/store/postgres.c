/*
 * postgres: the server engine, over libpq.
 *
 *   connect -> session (SERIALIZABLE, time and lock limits, the lock that tells who uses it)
 *   run     -> a prepared statement, values and rows in the binary format
 *   bulk    -> libpq's pipeline: statements are sent without waiting; results are looked at when
 *              PIPELINE_MAX are under way, before a query, and at the end
 *
 * A connection that breaks fails what was under way; the next transaction or statement connects
 * anew. Rows come one by one (single-row mode), so that a long list does not stand in memory. What
 * URLs may say: postgres_url.c.
 */
#include "record/store/engine.h"
#include "record/store/kept.h"
#include "record/store/postgres_row.h"
#include "record/store/postgres_url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PIPELINE_MAX  400
#define LOCK_TRIES    20
#define VERSION_LEAST 120000
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
    bool broken; /* the connection: libpq itself sees it at the next statement only */
    bool committing;
    bool bulk;
    size_t under_way; /* statements sent in the pipeline whose results were not looked at */
};

static const struct engine postgres_engine;

/* ---- errors ------------------------------------------------------------------------------- */

/* What the server's states mean (its manual, appendix A), by their beginnings. */
static const struct {
    const char *state;
    enum fault_kind kind;
    const char *advice;
} states[] = {
    {"40001", FAULT_BUSY, ": another writer was faster: try again"},
    {"40P01", FAULT_BUSY, ": another writer was faster: try again"},
    {"55P03", FAULT_BUSY, ": another process writes to it: try again"},
    {"08", FAULT_LOST, ""},
    {"57P", FAULT_LOST, ""},
    {"23", FAULT_CONFLICT, ""},
    {"53100", FAULT_LIMIT, ": make room and try again"},
    {"53", FAULT_LIMIT, ""},
    {"54", FAULT_LIMIT, ""},
    {"28", FAULT_DENIED, ""},
    {"42501", FAULT_DENIED, ""},
    {"25006", FAULT_USAGE, ": this may only read"},
    {"XX001", FAULT_DATA, ": it is damaged: restore it from a backup"},
    {"XX002", FAULT_DATA, ": an index is damaged: REINDEX DATABASE"},
};

/* While a commit was under way, the server may or may not have finished it. */
static const char *advice_when_lost(const struct postgres *pg)
{
    return pg->store.in_transaction && !pg->committing
               ? ": nothing of this was kept: try again"
               : ": whether this was kept is not known: look before you try again";
}

/* The first line of the words of the server, or of libpq: what has no state is of the connection.
 */
static struct rc failure(struct postgres *pg, const PGresult *result)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *words = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    bool gone = !state && (result || PQstatus(pg->db) != CONNECTION_OK);
    enum fault_kind kind = gone ? FAULT_LOST : FAULT_IO;
    const char *advice = "";
    for (size_t i = COUNT_OF(states); state && i-- > 0;)
        if (strncmp(state, states[i].state, strlen(states[i].state)) == 0) {
            kind = states[i].kind;
            advice = states[i].advice;
        }
    if (!words)
        words = PQerrorMessage(pg->db);
    pg->broken = pg->broken || kind == FAULT_LOST;
    pg->store.try_again = state && (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0);
    pg->store.doomed = pg->store.in_transaction;
    pg->forget = true;
    return fault(kind, "%s: %.*s%s", pg->store.name, (int)strcspn(words, "\n"), words,
                 kind == FAULT_LOST ? advice_when_lost(pg) : advice);
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

/* The server's notices ("already exists, skipping") are no business of a person. */
static void swallow_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

static struct rc try_lock(struct postgres *pg, bool *taken)
{
    PGresult *result = PQexec(pg->db, pg->use == STORE_SERVED
                                          ? "SELECT pg_try_advisory_lock(" LOCK_NUMBER ")"
                                          : "SELECT pg_try_advisory_lock_shared(" LOCK_NUMBER ")");
    struct rc rc = good(result) ? RC_OK : failure(pg, result);
    *taken = !failed(rc) && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    return rc;
}

/* The server needs a moment to see that a process which held it was killed. */
static struct rc take_lock(struct postgres *pg)
{
    static const struct timespec pause = {.tv_nsec = 25000000};
    bool taken = false;
    for (int i = 0; i < LOCK_TRIES; i++) {
        TRY(try_lock(pg, &taken));
        if (taken)
            return RC_OK;
        nanosleep(&pause, NULL);
    }
    return fault(FAULT_BUSY,
                 pg->use == STORE_SERVED
                     ? "%s: in use: end the commands or the server that use it"
                     : "%s: a running server owns it: stop the server, or ask it",
                 pg->store.name);
}

static struct rc verify_server(const struct postgres *pg)
{
    const char *encoding = PQparameterStatus(pg->db, "server_encoding");
    if (PQserverVersion(pg->db) < VERSION_LEAST)
        return fault(FAULT_USAGE, "%s: PostgreSQL %d is too old, %d or newer is needed",
                     pg->store.name, PQserverVersion(pg->db) / 10000, VERSION_LEAST / 10000);
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return fault(FAULT_USAGE,
                     "%s: the database's encoding is %s: make one with CREATE DATABASE ... "
                     "ENCODING 'UTF8' TEMPLATE template0",
                     pg->store.name, encoding ? encoding : "unknown");
    return RC_OK;
}

static struct rc connect_now(struct postgres *pg)
{
    kept_clear(&pg->kept);
    PQfinish(pg->db);
    /* What the URL says counts more than what stands before it. */
    static const char *const keywords[] = {"connect_timeout", "fallback_application_name",
                                           "tcp_user_timeout", "dbname", NULL};
    const char *const values[] = {"10", "merlon", "30000", pg->url, NULL};
    pg->bulk = pg->forget = pg->broken = false;
    pg->under_way = 0;
    pg->db = PQconnectdbParams(keywords, values, 1);
    if (PQstatus(pg->db) != CONNECTION_OK) {
        pg->broken = true;
        return fault(FAULT_LOST, "%s: cannot connect: %.*s", pg->store.name,
                     (int)strcspn(PQerrorMessage(pg->db), "\n"), PQerrorMessage(pg->db));
    }
    PQsetNoticeReceiver(pg->db, swallow_notice, NULL);
    TRY(verify_server(pg));
    TRY(simple(pg, "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on;"
                   "SET default_transaction_isolation = 'serializable';"
                   "SET synchronous_commit = on; SET lock_timeout = '10s';"
                   "SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 10;"
                   "SET idle_in_transaction_session_timeout = 0"));
    return take_lock(pg);
}

static void close_postgres(struct store *store)
{
    struct postgres *pg = (struct postgres *)store;
    kept_clear(&pg->kept);
    /* Waited for: otherwise the next to come could find it still locked. */
    if (PQstatus(pg->db) == CONNECTION_OK)
        PQclear(PQexec(pg->db, "SELECT pg_advisory_unlock_all()"));
    PQfinish(pg->db);
    mem_free(pg->url);
    mem_free(pg);
}

struct rc postgres_open(const char *url, enum store_use use, struct store **out)
{
    struct buf name CLEANUP(buf_free) = {0};
    TRY(postgres_verify_url(url));
    store_add_place(&name, url);
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
    if (pg->broken || PQstatus(pg->db) != CONNECTION_OK)
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

/* Leaving the pipeline looks at everything that was sent: no failure is passed over. */
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

/* In the pipeline the preparing is sent, too, and its result looked at with the others. */
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

/* A connection that broke while nobody used it shows itself here, where nothing can be lost. */
static struct rc begin(struct store *store, bool reading)
{
    struct postgres *pg = (struct postgres *)store;
    const char *sql = reading ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN";
    TRY(ready(pg));
    struct rc rc = simple(pg, sql);
    if (rc.kind != FAULT_LOST)
        return rc;
    TRY(connect_now(pg));
    return simple(pg, sql);
}

static struct rc commit(struct store *store)
{
    struct postgres *pg = (struct postgres *)store;
    TRY(bulk(store, false));
    pg->committing = true;
    PGresult *result = PQexec(pg->db, "COMMIT");
    struct rc rc = good(result) ? RC_OK : failure(pg, result);
    pg->committing = false;
    /* The server answers so, and calls it a success, when an earlier statement had failed. */
    if (!failed(rc) && strcmp(PQcmdStatus(result), "COMMIT") != 0)
        rc = fault(FAULT_IO, "%s: the server undid it: nothing of this is kept", store->name);
    PQclear(result);
    return rc;
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

/* Its pages have checksums where `initdb --data-checksums` made it; a damaged page then fails the
 * statement that reads it. */
static struct rc check(struct store *store)
{
    return store_script(store, "SELECT 1");
}

static const struct engine postgres_engine = {.id = STORE_POSTGRES,
                                              .run = run,
                                              .script = script,
                                              .begin = begin,
                                              .commit = commit,
                                              .undo = undo,
                                              .bulk = bulk,
                                              .check = check,
                                              .close = close_postgres};
