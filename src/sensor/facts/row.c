/*
 * row: adds rows. One prepared INSERT a table, bound without copying: SQLite copies what it keeps
 * when the statement steps.
 *
 * Texts must be UTF-8 for SQLite and for every report above; bytes that are none become \xNN.
 */
#include "sensor/facts/filling.h"

#include <string.h>

struct cell cell_number(struct view v)
{
    int64_t n;
    return view_integer(view_trim(v), &n) ? cell_integer(n) : cell_null();
}

/* ---- UTF-8 ----------------------------------------------------------------------------- */

/* The length of the UTF-8 sequence at the start of `p` (`left` bytes), 0 when it is none. Overlong
 * forms, surrogates and what lies beyond U+10FFFF are none (RFC 3629). */
static size_t utf8_length(const unsigned char *p, size_t left)
{
    unsigned char lead = p[0], low = 0x80, high = 0xbf;
    size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4 || left < length)
        return 0;
    if (lead == 0xe0)
        low = 0xa0;
    else if (lead == 0xed)
        high = 0x9f;
    else if (lead == 0xf0)
        low = 0x90;
    else if (lead == 0xf4)
        high = 0x8f;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

/* Eight bytes at a time: most texts end here. */
static bool is_ascii(struct view v)
{
    size_t i = 0;
    for (; i + 8 <= v.len; i += 8) {
        uint64_t eight;
        memcpy(&eight, v.ptr + i, 8);
        if (eight & 0x8080808080808080u)
            return false;
    }
    for (; i < v.len; i++)
        if (v.ptr[i] & 0x80)
            return false;
    return true;
}

static bool is_utf8(struct view v)
{
    const unsigned char *p = (const unsigned char *)v.ptr;
    for (size_t i = 0, n; i < v.len; i += n) {
        n = utf8_length(p + i, v.len - i);
        if (n == 0)
            return false;
    }
    return true;
}

/* Every byte that is no part of a sequence becomes \xNN; nothing else changes. */
static struct view make_utf8(struct buf *scratch, struct view v)
{
    const unsigned char *p = (const unsigned char *)v.ptr;
    scratch->len = 0;
    for (size_t i = 0; i < v.len;) {
        size_t n = utf8_length(p + i, v.len - i);
        if (n)
            buf_add(scratch, p + i, n);
        else
            buf_printf(scratch, "\\x%02x", p[i]);
        i += n ? n : 1;
    }
    return buf_view(scratch);
}

/* ---- rows ------------------------------------------------------------------------------ */

static struct rc prepare_insert(struct facts *facts, const struct table *table,
                                struct writer *writer)
{
    struct buf sql = {0};
    buf_printf(&sql, "INSERT INTO \"%s\" VALUES(?,?", table->name);
    for (size_t i = 0; i < table->column_count; i++)
        buf_add_text(&sql, ",?");
    buf_add_char(&sql, ')');
    int code = sqlite3_prepare_v3(facts->db, sql.ptr, (int)sql.len, SQLITE_PREPARE_PERSISTENT,
                                  &writer->insert, NULL);
    buf_free(&sql);
    return code == SQLITE_OK ? RC_OK : filling_sql_fault(facts, code);
}

/* Rows come in runs of one table: the last one is tried first. */
static struct writer *find_writer(struct facts *facts, const struct table *table)
{
    size_t count;
    const struct registered *all = registry(&count);
    if (all[facts->last_writer].table != table) {
        size_t i = 0;
        while (i < count && all[i].table != table)
            i++;
        must(i < count);
        facts->last_writer = i;
    }
    return &facts->writers[facts->last_writer];
}

/* A text stays where it is until the statement has stepped; only a rewritten one, whose memory the
 * next cell takes, is copied here. An empty text must not be NULL to SQLite. */
static int bind_text(struct facts *facts, sqlite3_stmt *insert, int at, struct view v)
{
    if (!is_ascii(v) && !is_utf8(v)) {
        v = make_utf8(&facts->scratch, v);
        return sqlite3_bind_text(insert, at, v.ptr, (int)v.len, SQLITE_TRANSIENT);
    }
    return sqlite3_bind_text(insert, at, v.len ? v.ptr : "", (int)v.len, SQLITE_STATIC);
}

static int bind_cell(struct facts *facts, sqlite3_stmt *insert, int at, struct cell cell,
                     const struct item *item, uint32_t line)
{
    if (cell.kind == CELL_NULL)
        return sqlite3_bind_null(insert, at);
    if (cell.kind == CELL_INTEGER)
        return sqlite3_bind_int64(insert, at, cell.integer);
    if (cell.text.len > READER_CELL_MAX) {
        reader_problem(facts, item, line, "a value of %zu bytes was cut", cell.text.len);
        cell.text.len = READER_CELL_MAX;
    }
    return bind_text(facts, insert, at, cell.text);
}

static int bind_row(struct facts *facts, sqlite3_stmt *insert, const struct table *table,
                    const struct cell *cells, const struct item *item, uint32_t line)
{
    int code = SQLITE_OK, at = 1;
    for (size_t i = 0; i < table->column_count && code == SQLITE_OK; i++)
        code = bind_cell(facts, insert, at++, cells[i], item, line);
    if (code == SQLITE_OK)
        code = bind_cell(facts, insert, at++, cell_text(item ? item->name : NULL), item, line);
    if (code == SQLITE_OK)
        code = line ? sqlite3_bind_int64(insert, at, line) : sqlite3_bind_null(insert, at);
    return code;
}

struct rc reader_row(struct facts *facts, const struct table *table, const struct cell *cells,
                     const struct item *item, uint32_t line)
{
    struct writer *writer = find_writer(facts, table);
    if (writer->rows >= READER_ROWS_MAX) {
        reader_problem(facts, item, line, "table %s holds no more than %d rows", table->name,
                       READER_ROWS_MAX);
        return fault(FAULT_LIMIT, "table %s holds no more than %d rows", table->name,
                     READER_ROWS_MAX);
    }
    if (!writer->insert)
        TRY(prepare_insert(facts, table, writer));
    int code = bind_row(facts, writer->insert, table, cells, item, line);
    if (code == SQLITE_OK && sqlite3_step(writer->insert) == SQLITE_DONE)
        writer->rows++;
    int stepped = sqlite3_reset(writer->insert); /* gives the step's own failure */
    if (code == SQLITE_OK)
        code = stepped;
    return code == SQLITE_OK ? RC_OK : filling_sql_fault(facts, code);
}
