/*
 * sandbox: an in-memory SQLite in which content's queries may read tables and views, and nothing
 * else. The authorizer is asked while a statement is prepared; it refuses every other action, every
 * table that is not ours (sqlite_schema, pragmas), and every function that is not on a short list
 * of pure ones: no clock, no randomness, no files. Steps, heap and text length are bounded while it
 * runs, time as a safety net behind them.
 */
#include "sensor/baseline/engine.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define TEXT_MAX      (1 << 17) /* bytes of one value: it bounds the time of one call, too */
#define STEPS_AT_ONCE 250
#define SECONDS_MAX   5

/* Pure functions: the result follows from the arguments alone. */
static const char *const functions[] = {
    "abs",         "avg",        "char",       "coalesce",     "count",  "dense_rank",
    "first_value", "from_octal", "glob",       "group_concat", "hex",    "ifnull",
    "iif",         "instr",      "lag",        "last_value",   "lead",   "length",
    "like",        "likelihood", "likely",     "lower",        "ltrim",  "max",
    "min",         "nth_value",  "nullif",     "octal",        "quote",  "rank",
    "replace",     "round",      "row_number", "rtrim",        "sign",   "substr",
    "substring",   "sum",        "total",      "trim",         "typeof", "unicode",
    "unlikely",    "upper",
};

/* The list is short and a query is prepared once: a linear search does. */
static bool find_number(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Notes a table or view by its number; false when it is none of ours. Names come as the query wrote
 * them, and SQL does not tell capitals from small letters. */
static bool note_read(struct sandbox *sandbox, const char *name)
{
    size_t count;
    const struct table *const *tables = facts_tables(&count);
    for (size_t i = 0; i < count; i++) {
        if (sqlite3_stricmp(tables[i]->name, name) == 0) {
            set_add(&sandbox->reads.tables, i);
            return true;
        }
    }
    const struct view_def *views = views_of(sandbox->asset_class, &count);
    for (size_t i = 0; i < count; i++) {
        if (sqlite3_stricmp(views[i].name, name) == 0) {
            set_add(&sandbox->reads.views, i);
            return true;
        }
    }
    return false;
}

bool reads_table(const struct reads *reads, const char *name)
{
    size_t count;
    const struct table *const *tables = facts_tables(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(tables[i]->name, name) == 0)
            return set_has(&reads->tables, i);
    return false;
}

/* SQLite asks for a name without a column when a query only counts rows. That may be a table of
 * ours or a name that the query itself made (WITH); what SQLite brings along is refused. */
static bool may_count(struct sandbox *sandbox, const char *name)
{
    static const char *const brought[] = {"sqlite_", "pragma_", "json_", "dbstat", "fts", "rtree"};
    if (note_read(sandbox, name))
        return true;
    for (size_t i = 0; i < COUNT_OF(brought); i++)
        if (sqlite3_strnicmp(name, brought[i], (int)strlen(brought[i])) == 0)
            return false;
    return true;
}

static int authorize(void *context, int action, const char *a, const char *b, const char *database,
                     const char *inner)
{
    (void)database;
    (void)inner;
    struct sandbox *sandbox = context;
    if (sandbox->trusted)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ:
        if (a && b && b[0] == '\0')
            return may_count(sandbox, a) ? SQLITE_OK : SQLITE_DENY;
        return a && note_read(sandbox, a) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
        return b && find_number(functions, COUNT_OF(functions), b) ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

/* Coarse, because it is asked every few steps. */
static int64_t seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return t.tv_sec;
}

static int count_steps(void *context)
{
    struct sandbox *sandbox = context;
    if (sandbox->trusted)
        return 0;
    sandbox->steps += STEPS_AT_ONCE;
    if (sandbox->steps < sandbox->steps_max && seconds_now() - sandbox->started < SECONDS_MAX)
        return 0;
    sandbox->limit_hit = true;
    return 1;
}

/* Bounds of SQLite itself; what they refuse is refused when the query is prepared. */
static void set_limits(sqlite3 *db)
{
    static const int limits[][2] = {
        {SQLITE_LIMIT_LENGTH, TEXT_MAX},
        {SQLITE_LIMIT_SQL_LENGTH, 1 << 16},
        {SQLITE_LIMIT_COLUMN, 100},
        {SQLITE_LIMIT_EXPR_DEPTH, 200},
        {SQLITE_LIMIT_COMPOUND_SELECT, 50},
        {SQLITE_LIMIT_VDBE_OP, 100000},
        {SQLITE_LIMIT_FUNCTION_ARG, 50},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < COUNT_OF(limits); i++)
        sqlite3_limit(db, limits[i][0], limits[i][1]);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    /* Plans do not look at bound values: else `path GLOB :only` is prepared anew for each bundle.
     */
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
}

struct rc sandbox_open(enum asset_class asset_class, struct sandbox **out)
{
    struct sandbox *sandbox = mem_new(sizeof *sandbox);
    sandbox->asset_class = asset_class;
    sandbox->trusted = true;
    sandbox->steps_max = QUERY_STEPS_MAX;
    sandbox->old_heap_limit = sqlite3_hard_heap_limit64(-1);
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(":memory:", &sandbox->db, flags, NULL) != SQLITE_OK)
        panic("SQLite cannot open a database in memory");
    set_limits(sandbox->db);
    functions_add(sandbox->db);
    struct rc rc = facts_declare(sandbox->db);
    if (failed(rc)) {
        sandbox_close(sandbox);
        return rc;
    }
    sqlite3_set_authorizer(sandbox->db, authorize, sandbox);
    sqlite3_progress_handler(sandbox->db, STEPS_AT_ONCE, count_steps, sandbox);
    *out = sandbox;
    return RC_OK;
}

void sandbox_close(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    for (size_t i = 0; i < sandbox->prepared_count; i++) {
        sqlite3_finalize(sandbox->prepared[i].statement);
        sqlite3_finalize(sandbox->prepared[i].fill);
    }
    mem_free(sandbox->prepared);
    for (size_t i = 0; i < COUNT_OF(sandbox->empties); i++)
        sqlite3_finalize(sandbox->empties[i]);
    sqlite3_close(sandbox->db);
    sqlite3_hard_heap_limit64(sandbox->old_heap_limit);
    mem_free(sandbox);
}

/* Comments and blanks behind the statement are fine, a second statement is not. */
static bool only_blanks(struct sandbox *sandbox, const char *tail)
{
    sqlite3_stmt *second = NULL;
    int status = sqlite3_prepare_v2(sandbox->db, tail, -1, &second, NULL);
    sqlite3_finalize(second);
    return status == SQLITE_OK && !second;
}

/* Preparing is bounded too: names that stand for others twice grow without end. */
static int prepare_bounded(struct sandbox *sandbox, const char *sql, sqlite3_stmt **out,
                           const char **tail)
{
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + QUERY_HEAP_MAX);
    int status = sqlite3_prepare_v2(sandbox->db, sql, -1, out, tail);
    sqlite3_hard_heap_limit64(sandbox->old_heap_limit);
    return status;
}

static struct rc prepare(struct sandbox *sandbox, const char *sql, sqlite3_stmt **out)
{
    const char *tail = "";
    if (prepare_bounded(sandbox, sql, out, &tail) != SQLITE_OK)
        return fault(FAULT_USAGE, "the query is refused: %s", sqlite3_errmsg(sandbox->db));
    if (!*out || !only_blanks(sandbox, tail) || sqlite3_column_count(*out) == 0 ||
        sqlite3_stmt_isexplain(*out) || !sqlite3_stmt_readonly(*out)) {
        sqlite3_finalize(*out);
        return fault(FAULT_USAGE, "the query is refused: it must be one single SELECT");
    }
    return RC_OK;
}

static struct prepared *find_prepared(struct sandbox *sandbox, const char *sql)
{
    for (size_t i = 0; i < sandbox->prepared_count; i++)
        if (sandbox->prepared[i].sql == sql)
            return &sandbox->prepared[i];
    return NULL;
}

static struct rc add_prepared(struct sandbox *sandbox, const char *sql, struct prepared **out)
{
    struct prepared fresh = {.sql = sql};
    sandbox->trusted = false;
    sandbox->reads = (struct reads){0};
    struct rc rc = prepare(sandbox, sql, &fresh.statement);
    sandbox->trusted = true;
    TRY(rc);
    fresh.reads = sandbox->reads;
    if (sandbox->prepared_count == sandbox->prepared_room) {
        sandbox->prepared_room = sandbox->prepared_room ? 2 * sandbox->prepared_room : 64;
        sandbox->prepared =
            mem_resize(sandbox->prepared, sandbox->prepared_room * sizeof *sandbox->prepared);
    }
    sandbox->prepared[sandbox->prepared_count] = fresh;
    *out = &sandbox->prepared[sandbox->prepared_count++];
    return RC_OK;
}

struct rc sandbox_prepare(struct sandbox *sandbox, const char *sql, sqlite3_stmt **out,
                          struct reads *reads)
{
    struct prepared *found = find_prepared(sandbox, sql);
    if (!found)
        TRY(add_prepared(sandbox, sql, &found));
    *out = found->statement;
    *reads = found->reads;
    return RC_OK;
}

void sandbox_bind(const struct sandbox *sandbox, sqlite3_stmt *statement)
{
    int product = sqlite3_bind_parameter_index(statement, ":product");
    int instance = sqlite3_bind_parameter_index(statement, ":instance");
    if (product && sandbox->product)
        sqlite3_bind_text(statement, product, sandbox->product->id, -1, SQLITE_STATIC);
    if (instance && sandbox->instance)
        sqlite3_bind_text(statement, instance, sandbox->instance, -1, SQLITE_STATIC);
}

void sandbox_release(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

/* The heap limit counts what is there already; the query may take QUERY_HEAP_MAX on top. */
static int step_bounded(struct sandbox *sandbox, sqlite3_stmt *statement)
{
    if (!sqlite3_stmt_busy(statement)) {
        sandbox->steps = 0;
        sandbox->limit_hit = false;
        sandbox->started = seconds_now();
        sqlite3_hard_heap_limit64(sqlite3_memory_used() + QUERY_HEAP_MAX);
    }
    sandbox->trusted = false;
    int step = sqlite3_step(statement);
    sandbox->trusted = true;
    if (step != SQLITE_ROW)
        sqlite3_hard_heap_limit64(sandbox->old_heap_limit);
    return step;
}

struct rc sandbox_step(struct sandbox *sandbox, sqlite3_stmt *statement, bool *row)
{
    int step = step_bounded(sandbox, statement);
    if (step == SQLITE_ROW || step == SQLITE_DONE) {
        *row = step == SQLITE_ROW;
        return RC_OK;
    }
    if (sandbox->limit_hit)
        return fault(FAULT_LIMIT, "the query takes too many steps; make it simpler");
    if (step == SQLITE_NOMEM || step == SQLITE_TOOBIG)
        return fault(FAULT_LIMIT, "the query takes too much memory; make it simpler");
    return fault(FAULT_DATA, "the query failed: %s", sqlite3_errmsg(sandbox->db));
}

/* "name TYPE" for each declared column: their order counts, not what a definition calls them. */
static void add_columns(struct buf *out, struct value columns)
{
    for (uint32_t i = 0; i < doc_count(columns); i++) {
        const char *type = doc_get_text(doc_at(columns, i), "type");
        bool integer = type && strcmp(type, "integer") == 0;
        char *name = sqlite3_mprintf("%s\"%w\" %s", i ? ", " : "", doc_key(columns, i),
                                     integer ? "INTEGER" : "TEXT");
        buf_add_text(out, name ? name : "");
        sqlite3_free(name);
    }
}

static void add_table(struct buf *out, const struct view_def *view)
{
    struct value columns = doc_get(view->raw, "columns");
    buf_printf(out, "CREATE TABLE \"%s\"(", view->name);
    add_columns(out, columns);
    /* Checks ask by the first column: what is set, or where. */
    buf_printf(out, "); CREATE INDEX \"%s index\" ON \"%s\"(\"%s\")", view->name, view->name,
               doc_key(columns, 0));
}

/* Accepted as an untrusted query first: this text runs with our own rights. */
static struct rc add_expanded(struct sandbox *sandbox, struct buf *out, const struct view_def *view)
{
    struct value columns = doc_get(view->raw, "columns");
    sqlite3_stmt *statement;
    struct reads reads;
    TRY(sandbox_prepare(sandbox, view_sql(view, 0), &statement, &reads));
    buf_printf(out, "CREATE VIEW \"%s\"(", view->name);
    for (uint32_t i = 0; i < doc_count(columns); i++)
        buf_printf(out, "%s\"%s\"", i ? ", " : "", doc_key(columns, i));
    buf_printf(out, ") AS %s", view_sql(view, 0));
    return RC_OK;
}

struct rc sandbox_declare_view(struct sandbox *sandbox, const struct view_def *view)
{
    struct buf text = {0};
    char *error = NULL;
    struct rc rc = RC_OK;
    if (view_expanded(view))
        rc = add_expanded(sandbox, &text, view);
    else
        add_table(&text, view);
    if (!failed(rc) && sqlite3_exec(sandbox->db, text.ptr, NULL, NULL, &error) != SQLITE_OK)
        rc = fault(FAULT_DATA, "content/%s.yaml: %s", view->origin, error ? error : "refused");
    sqlite3_free(error);
    buf_free(&text);
    return rc;
}

/* Prepared once: a view is emptied after every bundle. */
static sqlite3_stmt *emptying(struct sandbox *sandbox, const struct view_def *view, size_t number)
{
    struct buf text = {0};
    if (sandbox->empties[number])
        return sandbox->empties[number];
    buf_printf(&text, "DELETE FROM \"%s\"", view->name);
    if (sqlite3_prepare_v2(sandbox->db, text.ptr, -1, &sandbox->empties[number], NULL) != SQLITE_OK)
        panic("view %s cannot be emptied: %s", view->name, sqlite3_errmsg(sandbox->db));
    buf_free(&text);
    return sandbox->empties[number];
}

void sandbox_empty(struct sandbox *sandbox)
{
    size_t count;
    const struct view_def *views = views_of(sandbox->asset_class, &count);
    for (size_t i = 0; i < count; i++) {
        if (view_expanded(&views[i]))
            continue;
        sqlite3_stmt *statement = emptying(sandbox, &views[i], i);
        if (sqlite3_step(statement) != SQLITE_DONE)
            panic("view %s cannot be emptied: %s", views[i].name, sqlite3_errmsg(sandbox->db));
        sqlite3_reset(statement);
    }
}

/* The statement that fills a view lies beside the query it copies from. */
static struct rc prepare_fill(struct sandbox *sandbox, const struct view_def *view,
                              struct prepared *query)
{
    struct buf text = {0};
    if (query->fill)
        return RC_OK;
    buf_printf(&text, "INSERT INTO \"%s\" %s", view->name, query->sql);
    int status = sqlite3_prepare_v2(sandbox->db, text.ptr, -1, &query->fill, NULL);
    buf_free(&text);
    if (status == SQLITE_OK)
        return RC_OK;
    return fault(FAULT_DATA, "content/%s.yaml: %s", view->origin, sqlite3_errmsg(sandbox->db));
}

struct rc sandbox_prepare_view(struct sandbox *sandbox, const struct view_def *view,
                               uint32_t definition, struct reads *reads)
{
    sqlite3_stmt *statement;
    TRY(sandbox_prepare(sandbox, view_sql(view, definition), &statement, reads));
    return prepare_fill(sandbox, view, find_prepared(sandbox, view_sql(view, definition)));
}

struct rc sandbox_fill_view(struct sandbox *sandbox, const struct view_def *view,
                            uint32_t definition)
{
    struct prepared *query = find_prepared(sandbox, view_sql(view, definition));
    bool row;
    must(query && query->fill);
    sandbox_bind(sandbox, query->fill);
    struct rc rc = sandbox_step(sandbox, query->fill, &row);
    sandbox_release(query->fill);
    return rc;
}
