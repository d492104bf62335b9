/*
 * sqlite: the embedded engine.
 *
 * Statements are prepared once and kept, found again by their text. Who uses the file is told by a
 * lock on a file beside it: shared by commands, exclusive by a server. (A lock on the database file
 * itself would be lost when SQLite closes a descriptor of it.)
 *
 * A transaction that may write begins IMMEDIATE, so it waits at its beginning or not at all, and
 * never has to be run again.
 */
#include "record/store/engine.h"
#include "record/store/kept.h"

#include "foundation/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define BUSY_WAIT 10000 /* milliseconds */
#define TRY_EVERY 5     /* milliseconds */

struct sqlite {
    struct store store;
    sqlite3 *db;
    int lock;
    struct kept_list kept;
};

static const struct engine sqlite_engine;

/* ---- errors ------------------------------------------------------------------------------- */

static enum fault_kind kind_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return FAULT_BUSY;
    case SQLITE_CONSTRAINT:
        return FAULT_CONFLICT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return FAULT_DATA;
    case SQLITE_FULL:
        return FAULT_LIMIT;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return FAULT_DENIED;
    default:
        return FAULT_IO;
    }
}

static struct rc failure(struct sqlite *sqlite, int code)
{
    static const char *const advice[] = {
        [FAULT_BUSY] = ": another process writes to it: try again",
        [FAULT_DATA] = ": it is damaged: restore it from a backup",
        [FAULT_LIMIT] = ": make room and try again",
    };
    enum fault_kind kind = kind_of(code);
    sqlite->store.doomed = sqlite->store.in_transaction;
    const char *what = kind < COUNT_OF(advice) && advice[kind] ? advice[kind] : "";
    return fault(kind, "%s: %s%s", sqlite->store.name, sqlite3_errmsg(sqlite->db), what);
}

/* ---- opening ------------------------------------------------------------------------------ */

static struct rc take_lock(struct sqlite *sqlite, const char *path, enum store_use use)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *beside = arena_printf(arena, "%s.lock", path);
    sqlite->lock = open(beside, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (sqlite->lock < 0)
        return sys_fault(errno, beside);
    if (flock(sqlite->lock, (use == STORE_SERVED ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0)
        return RC_OK;
    return fault(FAULT_BUSY,
                 use == STORE_SERVED ? "%s: in use: end the commands or the server that use it"
                                     : "%s: a running server owns it: stop the server, or ask it",
                 path);
}

/* Of several that open a new file at once all but one are refused at once, whatever the timeout:
 * they hold the lock that the one waits for. */
static int write_ahead(sqlite3 *db)
{
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (;;) {
        int code = sqlite3_exec(db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
        clock_gettime(CLOCK_MONOTONIC, &now);
        if ((code & 0xff) != SQLITE_BUSY || now.tv_sec - start.tv_sec >= BUSY_WAIT / 1000)
            return code;
        sqlite3_sleep(TRY_EVERY);
    }
}

static struct rc set_up(struct sqlite *sqlite)
{
    sqlite3_extended_result_codes(sqlite->db, 1);
    sqlite3_busy_timeout(sqlite->db, BUSY_WAIT);
    sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    int code = write_ahead(sqlite->db);
    if (code != SQLITE_OK)
        return failure(sqlite, code);
    code = sqlite3_exec(sqlite->db,
                        "PRAGMA synchronous=FULL;"
                        "PRAGMA foreign_keys=ON; PRAGMA case_sensitive_like=ON;"
                        "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;",
                        NULL, NULL, NULL);
    return code == SQLITE_OK ? RC_OK : failure(sqlite, code);
}

static void let_go(void *statement)
{
    sqlite3_finalize(statement);
}

struct rc sqlite_open(const char *path, enum store_use use, struct store **out)
{
    struct sqlite *sqlite = mem_new(sizeof *sqlite);
    sqlite->store = (struct store){.engine = &sqlite_engine, .name = mem_copy_text(path)};
    sqlite->lock = -1;
    sqlite->kept.let_go = let_go;
    struct rc rc = take_lock(sqlite, path, use);
    if (!failed(rc)) {
        mode_t old = umask(077);
        int code =
            sqlite3_open_v2(path, &sqlite->db,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
        umask(old);
        rc = code == SQLITE_OK ? set_up(sqlite) : failure(sqlite, code);
    }
    if (failed(rc)) {
        store_close(&sqlite->store);
        return rc;
    }
    *out = &sqlite->store;
    return RC_OK;
}

static void close_sqlite(struct store *store)
{
    struct sqlite *sqlite = (struct sqlite *)store;
    kept_clear(&sqlite->kept);
    sqlite3_close(sqlite->db);
    sys_close(sqlite->lock);
    mem_free(sqlite);
}

/* ---- statements --------------------------------------------------------------------------- */

static struct rc prepare(struct sqlite *sqlite, const char *sql, sqlite3_stmt **out)
{
    sqlite3_stmt *statement = kept_find(&sqlite->kept, sql);
    if (!statement) {
        int code = sqlite3_prepare_v3(sqlite->db, dialect(&sqlite->store, sql), -1,
                                      SQLITE_PREPARE_PERSISTENT, &statement, NULL);
        if (code != SQLITE_OK)
            return failure(sqlite, code);
        kept_add(&sqlite->kept, sql, statement);
    }
    *out = statement;
    return RC_OK;
}

static int bind(sqlite3_stmt *statement, int number, const struct datum *value)
{
    const char *bytes = value->bytes.ptr ? value->bytes.ptr : "";
    switch (value->kind) {
    case DATUM_NULL:
        return sqlite3_bind_null(statement, number);
    case DATUM_INTEGER:
        return sqlite3_bind_int64(statement, number, value->integer);
    case DATUM_TEXT:
        return sqlite3_bind_text64(statement, number, bytes, value->bytes.len, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case DATUM_BYTES:
        return sqlite3_bind_blob64(statement, number, bytes, value->bytes.len, SQLITE_STATIC);
    }
    panic("a value of no kind");
}

static struct rc column(sqlite3_stmt *statement, int number, struct datum *out)
{
    const void *bytes;
    switch (sqlite3_column_type(statement, number)) {
    case SQLITE_NULL:
        *out = datum_null();
        return RC_OK;
    case SQLITE_INTEGER:
        *out = datum_integer(sqlite3_column_int64(statement, number));
        return RC_OK;
    case SQLITE_BLOB:
        bytes = sqlite3_column_blob(statement, number);
        *out = datum_bytes((struct view){bytes, (size_t)sqlite3_column_bytes(statement, number)});
        return RC_OK;
    case SQLITE_TEXT:
        bytes = sqlite3_column_text(statement, number);
        *out = datum_view((struct view){bytes, (size_t)sqlite3_column_bytes(statement, number)});
        return RC_OK;
    default:
        return fault(FAULT_DATA, "column %d is a number that is no integer", number + 1);
    }
}

static struct rc give_rows(struct sqlite *sqlite, const struct statement *wanted,
                           sqlite3_stmt *statement)
{
    struct datum row[128];
    int code;
    must(wanted->columns <= COUNT_OF(row));
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        for (size_t i = 0; i < wanted->columns; i++)
            TRY(column(statement, (int)i, &row[i]));
        if (wanted->each)
            TRY(wanted->each(wanted->context, row));
    }
    return code == SQLITE_DONE ? RC_OK : failure(sqlite, code);
}

static struct rc run(struct store *store, const struct statement *wanted)
{
    struct sqlite *sqlite = (struct sqlite *)store;
    sqlite3_stmt *statement = NULL;
    TRY(prepare(sqlite, wanted->sql, &statement));
    if (store->reading && !sqlite3_stmt_readonly(statement)) {
        store->doomed = true;
        return fault(FAULT_USAGE, "%s: this may only read", store->name);
    }
    must(sqlite3_bind_parameter_count(statement) <= (int)wanted->count);
    int code = SQLITE_OK;
    for (size_t i = 0; i < wanted->count && code == SQLITE_OK; i++)
        code = bind(statement, (int)i + 1, &wanted->values[i]);
    struct rc rc = code == SQLITE_OK ? give_rows(sqlite, wanted, statement) : failure(sqlite, code);
    if (wanted->changed && !failed(rc))
        *wanted->changed = sqlite3_changes64(sqlite->db);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return rc;
}

static struct rc script(struct store *store, const char *sql)
{
    struct sqlite *sqlite = (struct sqlite *)store;
    int code = sqlite3_exec(sqlite->db, dialect(store, sql), NULL, NULL, NULL);
    return code == SQLITE_OK ? RC_OK : failure(sqlite, code);
}

/* ---- transactions ------------------------------------------------------------------------- */

static struct rc simple(struct store *store, const char *sql)
{
    struct sqlite *sqlite = (struct sqlite *)store;
    int code = sqlite3_exec(sqlite->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? RC_OK : failure(sqlite, code);
}

static struct rc begin(struct store *store, bool reading)
{
    return simple(store, reading ? "BEGIN" : "BEGIN IMMEDIATE");
}

static struct rc commit(struct store *store)
{
    return simple(store, "COMMIT");
}

static void undo(struct store *store)
{
    struct sqlite *sqlite = (struct sqlite *)store;
    /* Some failures have undone everything already; this one's result says nothing new. */
    sqlite3_exec(sqlite->db, "ROLLBACK", NULL, NULL, NULL);
}

static struct rc bulk(struct store *store, bool on)
{
    (void)store;
    (void)on;
    return RC_OK;
}

/* ---- damage ------------------------------------------------------------------------------- */

static struct rc name_damage(void *context, const struct datum *row)
{
    const struct store *store = context;
    if (row[0].kind == DATUM_TEXT && view_is(row[0].bytes, "ok"))
        return RC_OK;
    return fault(FAULT_DATA, "%s is damaged: %.*s: restore it from a backup", store->name,
                 (int)row[0].bytes.len, row[0].bytes.ptr ? row[0].bytes.ptr : "");
}

static struct rc name_orphan(void *context, const struct datum *row)
{
    const struct store *store = context;
    return fault(FAULT_DATA, "%s is damaged: table %.*s has a row that refers to a missing one",
                 store->name, (int)row[0].bytes.len, row[0].bytes.ptr ? row[0].bytes.ptr : "");
}

static struct rc check(struct store *store)
{
    TRY(store_query(store, "PRAGMA integrity_check(1)", NULL, 0, 1, name_damage, store));
    return store_query(store, "PRAGMA foreign_key_check", NULL, 0, 1, name_orphan, store);
}

static const struct engine sqlite_engine = {.id = STORE_SQLITE,
                                            .run = run,
                                            .script = script,
                                            .begin = begin,
                                            .commit = commit,
                                            .undo = undo,
                                            .bulk = bulk,
                                            .check = check,
                                            .close = close_sqlite};
