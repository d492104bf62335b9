/*
 * grid: rows and columns, written for a person (table) or a machine (json, jsonl, csv).
 *
 * json is one list of objects, jsonl one object a line, csv after RFC 4180 with a header line and
 * newlines; NULL is null, null and nothing. A table is fitted to the terminal, where there is one:
 * its last column is wrapped, wide ones are cut and end in "…"; elsewhere a row is a line, and
 * whole. Its cells are made safe. Numbers stay numbers.
 */
#include "interface/cli/command.h"

#include <jansson.h>
#include <string.h>

#define LAST_COLUMN_MIN 24 /* a last column narrower than this is not wrapped */
#define COLUMN_MIN      8  /* no column is cut to less */

struct grid {
    const struct call *call;
    const char **names;        /* unique: the keys of JSON objects */
    const char *const *titles; /* or NULL */
    size_t columns;
    struct observed **rows;
    size_t count, room;
};

/* Two columns of one name would be one key in JSON: the second becomes name_2. */
static const char *unique_name(const struct grid *grid, size_t column, const char *name)
{
    size_t same = 1;
    for (size_t i = 0; i < column; i++)
        same += strcmp(grid->names[i], name) == 0;
    if (same == 1)
        return arena_text(grid->call->arena, name);
    return unique_name(grid, column, arena_printf(grid->call->arena, "%s_%zu", name, same));
}

struct grid *grid_new(const struct call *call, const char *const *names, const char *const *titles,
                      size_t count)
{
    struct grid *grid = arena_take(call->arena, sizeof *grid);
    *grid = (struct grid){.call = call, .titles = titles, .columns = count};
    grid->names = arena_take(call->arena, (count + 1) * sizeof *grid->names);
    for (size_t i = 0; i < count; i++)
        grid->names[i] = unique_name(grid, i, names[i]);
    return grid;
}

/* Rows are kept as pointers that double in number; the arena keeps the old ones until the call
 * ends. */
static struct observed *new_row(struct grid *grid)
{
    struct arena *arena = grid->call->arena;
    if (grid->count == grid->room) {
        size_t room = grid->room ? 2 * grid->room : 32;
        struct observed **rows = arena_take(arena, room * sizeof *rows);
        if (grid->count)
            memcpy(rows, grid->rows, grid->count * sizeof *rows);
        grid->rows = rows;
        grid->room = room;
    }
    struct observed *row = arena_take(arena, (grid->columns + 1) * sizeof *row);
    grid->rows[grid->count++] = row;
    return row;
}

void grid_add(struct grid *grid, const struct observed *cells)
{
    struct observed *row = new_row(grid);
    for (size_t i = 0; i < grid->columns; i++) {
        row[i] = cells[i];
        if (cells[i].kind == OBSERVED_TEXT)
            row[i].text = arena_text(grid->call->arena, cells[i].text);
    }
}

/* A NULL among the cells stays NULL. */
void grid_add_texts(struct grid *grid, const char *const *cells)
{
    struct observed *row = new_row(grid);
    for (size_t i = 0; i < grid->columns; i++) {
        if (cells[i])
            row[i] = (struct observed){OBSERVED_TEXT, 0, arena_text(grid->call->arena, cells[i])};
    }
}

/* ---- for machines ------------------------------------------------------------------------- */

/* Text, number or null, as SQLite gave it. */
static json_t *json_of_cell(const struct observed *cell)
{
    if (cell->kind == OBSERVED_NULL)
        return json_null();
    if (cell->kind == OBSERVED_INTEGER)
        return json_integer(cell->integer);
    json_t *text = json_string(cell->text);
    if (text)
        return text;
    /* Bytes that are no UTF-8 cannot stand in JSON. */
    struct buf safe CLEANUP(buf_freep) = {0};
    text_add_safe(&safe, view_of(cell->text));
    return json_string(safe.ptr);
}

/* One row as one object; keys stand in the order of the columns. */
static void add_object(const struct grid *grid, const struct observed *row, struct buf *out)
{
    json_t *object = json_object();
    for (size_t i = 0; i < grid->columns; i++)
        json_object_set_new(object, grid->names[i], json_of_cell(&row[i]));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (!text)
        panic("a row could not be written as JSON: memory ran out");
    buf_add_text(out, text);
    free(text);
}

/* A list over several lines, a row a line, so that it can be read and compared by line. */
static void write_json(const struct grid *grid, size_t count, bool lines, struct buf *out)
{
    buf_add_text(out, lines ? "" : "[");
    for (size_t i = 0; i < count; i++) {
        buf_add_text(out, lines ? "" : i ? ",\n " : "\n ");
        add_object(grid, grid->rows[i], out);
        buf_add_text(out, lines ? "\n" : "");
    }
    buf_add_text(out, lines ? "" : "\n]\n");
}

/* Quotes a field where RFC 4180 asks for it. On a terminal it is made safe; a file gets the
 * bytes as they are. */
static void add_field(const char *text, bool safe, struct buf *out)
{
    struct buf clean CLEANUP(buf_freep) = {0};
    if (safe) {
        buf_add_text(&clean, "");
        text_add_safe(&clean, view_of(text));
        text = clean.ptr;
    }
    if (!strpbrk(text, ",\"\r\n")) {
        buf_add_text(out, text);
        return;
    }
    buf_add_char(out, '"');
    for (const char *at = text; *at; at++) {
        if (*at == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *at);
    }
    buf_add_char(out, '"');
}

/* NULL and the empty text look the same in CSV: who needs the difference takes JSON. */
static void write_csv(const struct grid *grid, size_t count, struct buf *out)
{
    bool safe = output_is_terminal(grid->call);
    for (size_t i = 0; i < grid->columns; i++) {
        buf_add_text(out, i ? "," : "");
        add_field(grid->names[i], safe, out);
    }
    buf_add_char(out, '\n');
    for (size_t r = 0; r < count; r++) {
        for (size_t i = 0; i < grid->columns; i++) {
            const struct observed *cell = &grid->rows[r][i];
            buf_add_text(out, i ? "," : "");
            if (cell->kind == OBSERVED_INTEGER)
                buf_printf(out, "%lld", (long long)cell->integer);
            else if (cell->kind == OBSERVED_TEXT)
                add_field(cell->text, safe, out);
        }
        buf_add_char(out, '\n');
    }
}

/* ---- for people --------------------------------------------------------------------------- */

/* A cell as a person reads it. */
static const char *shown(const struct grid *grid, const struct observed *cell)
{
    if (cell->kind == OBSERVED_NULL)
        return "-";
    if (cell->kind == OBSERVED_INTEGER)
        return arena_printf(grid->call->arena, "%lld", (long long)cell->integer);
    struct buf safe CLEANUP(buf_freep) = {0};
    buf_add_text(&safe, "");
    text_add_safe(&safe, view_of(cell->text));
    return arena_text(grid->call->arena, safe.ptr);
}

/* The columns that a column needs on the terminal. */
static size_t widest(const char *const *const *table, size_t rows, size_t column)
{
    size_t width = 0;
    for (size_t r = 0; r < rows; r++) {
        size_t w = text_width(view_of(table[r][column]));
        width = w > width ? w : width;
    }
    return width;
}

/* Takes from the widest columns until all fit. The first tells rows apart and stays whole. */
static void fit(const struct grid *grid, size_t *widths)
{
    size_t last = grid->columns - 1, terminal = output_width(grid->call);
    size_t total = widths[last] < LAST_COLUMN_MIN ? widths[last] : LAST_COLUMN_MIN;
    for (size_t i = 0; i < last; i++)
        total += widths[i] + 2;
    while (output_is_terminal(grid->call) && total > terminal) {
        size_t most = 0;
        for (size_t i = 1; i < last; i++)
            most = most == 0 || widths[i] > widths[most] ? i : most;
        if (most == 0 || widths[most] <= COLUMN_MIN)
            return;
        widths[most]--;
        total--;
    }
}

/* A cell in so many columns, the rest of them blank. */
static void add_cell(struct buf *out, const char *text, size_t width)
{
    size_t used = text_width(view_of(text));
    if (used <= width) {
        buf_add_text(out, text);
    } else {
        const char *at = text;
        used = 1;
        for (size_t len; *at; at += len) {
            for (len = 1; (at[len] & 0xc0) == 0x80;)
                len++;
            size_t wide = text_width((struct view){at, len});
            if (used + wide > width)
                break;
            used += wide;
        }
        buf_add_view(out, (struct view){text, (size_t)(at - text)});
        buf_add_text(out, "…");
    }
    for (; used < width; used++)
        buf_add_char(out, ' ');
}

/* Cells padded to their columns. Where a row is one line of a file, nothing is wrapped. */
static void add_table_row(const struct grid *grid, const char *const *cells, const size_t *widths,
                          struct buf *out)
{
    size_t column = 0, last = grid->columns - 1;
    size_t terminal = output_width(grid->call);
    for (size_t i = 0; i < last; i++) {
        add_cell(out, cells[i], widths[i]);
        buf_add_text(out, "  ");
        column += widths[i] + 2;
    }
    if (!output_is_terminal(grid->call) || column + LAST_COLUMN_MIN > terminal)
        buf_add_text(out, cells[last]);
    else
        text_add_wrapped(out, view_of(cells[last]), terminal, column);
    buf_add_char(out, '\n');
}

/* Two passes: the cells as text first, because the widest decides. */
static void write_table(const struct grid *grid, size_t count, struct buf *out)
{
    struct arena *arena = grid->call->arena;
    const char *const **table = arena_take(arena, (count + 1) * sizeof *table);
    table[0] = grid->titles ? grid->titles : (const char *const *)grid->names;
    for (size_t r = 0; r < count; r++) {
        const char **cells = arena_take(arena, (grid->columns + 1) * sizeof *cells);
        for (size_t i = 0; i < grid->columns; i++)
            cells[i] = shown(grid, &grid->rows[r][i]);
        table[r + 1] = cells;
    }
    size_t *widths = arena_take(arena, (grid->columns + 1) * sizeof *widths);
    for (size_t i = 0; i < grid->columns; i++)
        widths[i] = widest(table, count + 1, i);
    fit(grid, widths);
    bool colour = output_colour(grid->call);
    for (size_t r = 0; r <= count; r++) {
        buf_add_text(out, colour && r == 0 ? "\x1b[1m" : "");
        add_table_row(grid, table[r], widths, out);
        buf_add_text(out, colour && r == 0 ? "\x1b[0m" : "");
    }
}

void grid_write(const struct grid *grid, struct buf *out)
{
    const char *format = call_format(grid->call);
    size_t count = grid->count;
    size_t limit = call_number(grid->call, OPTION_LIMIT, count);
    count = limit < count ? limit : count;
    buf_add_text(out, "");
    if (grid->columns == 0)
        return;
    if (strcmp(format, "csv") == 0)
        write_csv(grid, count, out);
    else if (strcmp(format, "table") == 0)
        write_table(grid, count, out);
    else
        write_json(grid, count, strcmp(format, "jsonl") == 0, out);
}
