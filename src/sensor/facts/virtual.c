/*
 * virtual: shows rows to SQLite as tables (virtual tables, there without being created, one
 * module of SQLite each), so that nothing is copied into a database and no index is built in
 * advance.
 *
 * A query's `column = value` and `IS` terms become one lookup by all of these columns. SQLite still
 * compares every row it is given, so a lookup may give too many rows, never too few: where a
 * value's type is not the column's, all rows are given and SQLite applies its own rules of
 * comparing.
 *
 *   xBestIndex  which columns are compared (idxNum, as bits; values come in their order)
 *   xFilter     their hash -> the chain of rows, or all rows
 */
#include "sensor/facts/filling.h"
#include "sensor/facts/rows.h"

#include <string.h>

#define FEW_ROWS 8 /* not worth an index */

struct shown {
    sqlite3_vtab base;
    struct rows *rows;
};

struct cursor {
    sqlite3_vtab_cursor base;
    struct rows *rows;
    const struct index *index; /* NULL: all rows */
    size_t row;                /* from 1; 0: at the end */
    char pattern[128];         /* "": none; else only rows whose column fits it are shown */
    size_t plain;              /* its bytes before the first wildcard */
    size_t pattern_column;
};

static enum column_type type_of(const struct table *table, int column)
{
    size_t at = (size_t)column;
    if (at < table->column_count)
        return table->columns[at].type;
    return at == table->column_count ? COLUMN_TEXT : COLUMN_INTEGER; /* src, line */
}

/* ---- the table ---------------------------------------------------------------------------- */

/* Names are quoted: `match`, `key` and their like are words of SQL as well. */
static int declare(sqlite3 *db, const struct table *table)
{
    struct buf sql = {0};
    buf_add_text(&sql, "CREATE TABLE x(");
    for (size_t i = 0; i < table->column_count; i++)
        buf_printf(&sql, "\"%s\" %s,", table->columns[i].name,
                   table->columns[i].type == COLUMN_INTEGER ? "INTEGER" : "TEXT");
    buf_add_text(&sql, "src TEXT,line INTEGER)");
    int code = sqlite3_declare_vtab(db, sql.ptr);
    buf_free(&sql);
    /* It reads memory of ours and does nothing else: a view may use it. */
    return code == SQLITE_OK ? sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS) : code;
}

static int connect_table(sqlite3 *db, void *context, int count, const char *const *arguments,
                         sqlite3_vtab **out, char **error)
{
    (void)count, (void)arguments, (void)error;
    struct rows *rows = context;
    struct shown *shown = sqlite3_malloc64(sizeof *shown);
    int code = shown ? declare(db, rows->table) : SQLITE_NOMEM;
    if (code != SQLITE_OK) {
        sqlite3_free(shown);
        return code;
    }
    *shown = (struct shown){.rows = rows};
    *out = &shown->base;
    return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

static bool is_lookup(const struct table *table, sqlite3_index_info *info, int i)
{
    const struct sqlite3_index_constraint *term = &info->aConstraint[i];
    bool equal = term->op == SQLITE_INDEX_CONSTRAINT_EQ || term->op == SQLITE_INDEX_CONSTRAINT_IS;
    if (!term->usable || !equal || term->iColumn < 0 || term->iColumn >= ROWS_COLUMNS_MAX)
        return false;
    return type_of(table, term->iColumn) == COLUMN_INTEGER ||
           sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") == 0;
}

/* `column GLOB 'net.ipv6.*'`: rows that do not fit need not be shown to SQLite. Returns the term's
 * number, -1 when there is none. */
static int find_glob(const struct table *table, const sqlite3_index_info *info)
{
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *term = &info->aConstraint[i];
        if (term->usable && term->op == SQLITE_INDEX_CONSTRAINT_GLOB && term->iColumn >= 0 &&
            term->iColumn < ROWS_COLUMNS_MAX && type_of(table, term->iColumn) == COLUMN_TEXT)
            return i;
    }
    return -1;
}

/* Costs are guesses: tables are empty when queries are prepared. What counts is that a lookup is
 * cheaper than a scan, and one by more columns cheaper still. */
static int best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const struct table *table = ((struct shown *)base)->rows->table;
    int term_of[ROWS_COLUMNS_MAX], used = 0;
    uint32_t columns = 0;
    for (int i = 0; i < info->nConstraint; i++) {
        if (!is_lookup(table, info, i))
            continue;
        columns |= UINT32_C(1) << info->aConstraint[i].iColumn;
        term_of[info->aConstraint[i].iColumn] = i;
    }
    for (uint32_t rest = columns; rest; rest &= rest - 1)
        info->aConstraintUsage[term_of[__builtin_ctz(rest)]].argvIndex = ++used;
    int glob = used == 0 ? find_glob(table, info) : -1;
    if (glob >= 0)
        info->aConstraintUsage[glob].argvIndex = 1;
    info->idxNum = glob >= 0 ? -1 - info->aConstraint[glob].iColumn : (int)columns;
    info->estimatedRows = glob >= 0 ? 200 : used == 0 ? 1000 : used == 1 ? 8 : 2;
    info->estimatedCost = (double)info->estimatedRows * 2;
    return SQLITE_OK;
}

/* ---- the cursor ---------------------------------------------------------------------------- */

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    struct cursor *cursor = sqlite3_malloc64(sizeof *cursor);
    if (!cursor)
        return SQLITE_NOMEM;
    *cursor = (struct cursor){.rows = ((struct shown *)base)->rows};
    *out = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
    sqlite3_free(base);
    return SQLITE_OK;
}

/* False for a value of another type than its column: 5 equals many texts ('5', and '05' in places).
 */
static bool hash_values(const struct table *table, uint32_t columns, sqlite3_value **values,
                        uint32_t *hash)
{
    *hash = 0;
    for (; columns; columns &= columns - 1, values++) {
        bool is_text = type_of(table, __builtin_ctz(columns)) == COLUMN_TEXT;
        int type = sqlite3_value_type(*values);
        if (type != SQLITE_NULL && type != (is_text ? SQLITE_TEXT : SQLITE_INTEGER))
            return false;
        const char *text = (const char *)(type == SQLITE_TEXT ? sqlite3_value_text(*values) : NULL);
        if (type == SQLITE_TEXT && !text)
            return false; /* no memory: SQLite says so when it compares */
        if (text)
            *hash = rows_mix_text(*hash, text, (size_t)sqlite3_value_bytes(*values));
        else
            *hash = rows_mix_integer(*hash, type == SQLITE_NULL ? ROWS_NULL
                                                                : sqlite3_value_int64(*values));
    }
    return true;
}

/* A pattern too long to keep is left to SQLite, which asks every row again anyway. */
static void read_pattern(struct cursor *cursor, int column, sqlite3_value *pattern)
{
    const char *text = sqlite3_value_type(pattern) == SQLITE_TEXT
                           ? (const char *)sqlite3_value_text(pattern)
                           : NULL;
    if (text && strlen(text) < sizeof cursor->pattern)
        memcpy(cursor->pattern, text, strlen(text) + 1);
    cursor->plain = strcspn(cursor->pattern, "*?[");
    cursor->pattern_column = (size_t)column;
}

static bool fits(const struct cursor *cursor)
{
    const struct rows *rows = cursor->rows;
    const struct slot *slot =
        &rows->slots[(cursor->row - 1) * rows->width + cursor->pattern_column];
    /* Most rows differ in the plain bytes already. */
    return slot->kind == CELL_TEXT && slot->length >= cursor->plain &&
           memcmp(cursor->pattern, slot->text, cursor->plain) == 0 &&
           sqlite3_strglob(cursor->pattern + cursor->plain, slot->text + cursor->plain) == 0;
}

/* From cursor->row on, the next row that fits the pattern. */
static void skip_others(struct cursor *cursor)
{
    while (cursor->pattern[0] && cursor->row && !fits(cursor))
        cursor->row = cursor->row < cursor->rows->count ? cursor->row + 1 : 0;
}

static int filter(sqlite3_vtab_cursor *base, int columns, const char *text, int count,
                  sqlite3_value **values)
{
    (void)text, (void)count;
    struct cursor *cursor = (struct cursor *)base;
    struct rows *rows = cursor->rows;
    uint32_t hash = 0;
    cursor->index = NULL;
    cursor->row = rows->count ? 1 : 0;
    cursor->pattern[0] = '\0';
    if (columns < 0) {
        read_pattern(cursor, -1 - columns, values[0]);
        skip_others(cursor);
        return SQLITE_OK;
    }
    if (columns == 0 || rows->count <= FEW_ROWS)
        return SQLITE_OK;
    if (!hash_values(rows->table, (uint32_t)columns, values, &hash))
        return SQLITE_OK;
    cursor->index = rows_index(rows, (uint32_t)columns);
    if (!cursor->index)
        return SQLITE_NOMEM;
    cursor->row = rows_first(cursor->index, hash);
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    if (cursor->index)
        cursor->row = rows_after(cursor->index, (uint32_t)cursor->row);
    else
        cursor->row = cursor->row < cursor->rows->count ? cursor->row + 1 : 0;
    skip_others(cursor);
    return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base)
{
    return ((struct cursor *)base)->row == 0;
}

/* A text is given with its NUL (-1), so that SQLite need not copy it to add one. */
static int give_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct cursor *cursor = (struct cursor *)base;
    const struct rows *rows = cursor->rows;
    const struct slot *slot = &rows->slots[(cursor->row - 1) * rows->width + (size_t)column];
    if (slot->kind == CELL_TEXT)
        sqlite3_result_text(context, slot->text, -1, SQLITE_STATIC);
    else if (slot->kind == CELL_INTEGER)
        sqlite3_result_int64(context, slot->integer);
    return SQLITE_OK; /* else NULL, which it is already */
}

static int give_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = (sqlite3_int64)((struct cursor *)base)->row;
    return SQLITE_OK;
}

static const sqlite3_module module = {
    .xConnect = connect_table, /* without xCreate: there from the start, nothing to create */
    .xBestIndex = best_index,
    .xDisconnect = disconnect_table,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next,
    .xEof = at_end,
    .xColumn = give_column,
    .xRowid = give_rowid,
};

/* SQLite connects a table when it is first named. That must come before an authorizer is set, which
 * would be asked for things that only SQLite itself does then. */
static int connect_now(sqlite3 *db, const char *name)
{
    char sql[96];
    sqlite3_stmt *naming = NULL;
    sqlite3_snprintf((int)sizeof sql, sql, "SELECT 1 FROM \"%w\"", name);
    int code = sqlite3_prepare_v2(db, sql, -1, &naming, NULL);
    sqlite3_finalize(naming);
    return code;
}

int virtual_declare(sqlite3 *db, struct rows *rows)
{
    int code = sqlite3_create_module_v2(db, rows->table->name, &module, rows, NULL);
    return code == SQLITE_OK ? connect_now(db, rows->table->name) : code;
}
