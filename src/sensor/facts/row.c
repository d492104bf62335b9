/*
 * row: adds rows: what a reader gives becomes slots of rows.h, in one pass.
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

/* Rows come in runs of one table: the last one is tried first. */
static struct rows *find_rows(struct facts *facts, const struct table *table)
{
    if (facts->rows[facts->last_table].table != table)
        facts->last_table = registry_number(table->name);
    return &facts->rows[facts->last_table];
}

static struct rc no_memory(void)
{
    return fault(FAULT_LIMIT, "more than the memory set aside for facts can hold");
}

static struct rc put_text(struct facts *facts, struct rows *rows, struct view v, struct slot *slot)
{
    if (!is_ascii(v) && !is_utf8(v))
        v = make_utf8(&facts->scratch, v);
    return rows_text(rows, v, slot) ? RC_OK : no_memory();
}

static struct rc put_cell(struct facts *facts, struct rows *rows, size_t column,
                          const struct cell *cell, struct slot *slot)
{
    const struct column *c = &rows->table->columns[column];
    if (cell->kind == CELL_TEXT && c->type == COLUMN_TEXT)
        return put_text(facts, rows, cell->text, slot);
    *slot = (struct slot){.kind = cell->kind, .integer = cell->integer};
    if (cell->kind == CELL_NULL || (cell->kind == CELL_INTEGER && c->type == COLUMN_INTEGER))
        return RC_OK;
    return fault(FAULT_IO, "a value of the wrong type for %s.%s", rows->table->name, c->name);
}

/* Neighbours mostly come from the same source: they share its name. */
static struct rc put_source(struct facts *facts, struct rows *rows, const char *name,
                            struct slot *slot)
{
    *slot = (struct slot){.kind = CELL_NULL};
    if (!name)
        return RC_OK;
    if (rows->count && (slot - rows->width)->kind == CELL_TEXT &&
        strcmp((slot - rows->width)->text, name) == 0) {
        *slot = *(slot - rows->width);
        return RC_OK;
    }
    return put_text(facts, rows, view_of(name), slot);
}

static struct rc add_row(struct facts *facts, struct rows *rows, const struct cell *cells,
                         const struct item *item, uint32_t line)
{
    size_t count = rows->table->column_count;
    struct slot *slots = rows_next(rows);
    if (!slots)
        return no_memory();
    for (size_t i = 0; i < count; i++) {
        struct cell cell = cells[i];
        if (cell.kind == CELL_TEXT && cell.text.len > READER_CELL_MAX) {
            reader_problem(facts, item, line, "a value of %zu bytes was cut", cell.text.len);
            cell.text.len = READER_CELL_MAX;
        }
        TRY(put_cell(facts, rows, i, &cell, &slots[i]));
    }
    TRY(put_source(facts, rows, item ? item->name : NULL, &slots[count]));
    slots[count + 1] = (struct slot){.kind = line ? CELL_INTEGER : CELL_NULL, .integer = line};
    rows_keep(rows);
    return RC_OK;
}

struct rc reader_row(struct facts *facts, const struct table *table, const struct cell *cells,
                     const struct item *item, uint32_t line)
{
    struct rows *rows = find_rows(facts, table);
    if (rows->count < READER_ROWS_MAX)
        return add_row(facts, rows, cells, item, line);
    reader_problem(facts, item, line, "table %s holds no more than %d rows", table->name,
                   READER_ROWS_MAX);
    return fault(FAULT_LIMIT, "table %s holds no more than %d rows", table->name, READER_ROWS_MAX);
}
