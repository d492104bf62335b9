/*
 * csv: RFC 4180, leniently where nothing can be misunderstood: LF or CR LF, any of three
 * separators. Strictly where it can: a quote that is not closed, or text behind a closing quote, is
 * refused with its row.
 */
#include "foundation/sheet/parts.h"

#include <string.h>

struct csv {
    struct buf text; /* UTF-8 */
    size_t at;
    size_t number;
    char separator;
};

bool csv_is_formula(struct view cell)
{
    /* The full-width signs count where a spreadsheet is set to Chinese or Japanese. */
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        if (view_starts(cell, starts[i]))
            return true;
    }
    return false;
}

bool csv_is_guarded(struct view cell)
{
    if (!view_starts(cell, "'"))
        return false;
    struct view rest = view_from(cell, 1);
    return csv_is_formula(rest) || view_starts(rest, "'");
}

/* The one of , ; and tab that stands most often outside quotes in the first row. */
static char find_separator(struct view text)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t seen[sizeof candidates] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.len && (quoted || text.ptr[i] != '\n'); i++) {
        if (text.ptr[i] == '"')
            quoted = !quoted;
        for (size_t c = 0; c < sizeof candidates; c++)
            seen[c] += !quoted && text.ptr[i] == candidates[c];
    }
    for (size_t c = 1; c < sizeof candidates; c++)
        best = seen[c] > seen[best] ? c : best;
    return candidates[best];
}

static void csv_close(void *state)
{
    struct csv *csv = state;
    if (!csv)
        return;
    buf_free(&csv->text);
    mem_free(csv);
}

struct rc csv_open(struct view bytes, const char *origin, void **state)
{
    struct csv *csv = mem_new(sizeof *csv);
    struct rc rc = encoding_to_utf8(bytes, origin, &csv->text);
    if (!failed(rc) && memchr(csv->text.ptr, '\0', csv->text.len))
        rc = fault(FAULT_DATA, "%s: not a text file: it holds NUL bytes", origin);
    if (failed(rc)) {
        csv_close(csv);
        return rc;
    }
    csv->separator = find_separator(buf_view(&csv->text));
    *state = csv;
    return RC_OK;
}

/* A quoted cell from behind its first quote; leaves `at` behind the closing one. */
static struct rc quoted_cell(struct csv *csv, struct buf *cell)
{
    for (;;) {
        const char *from = csv->text.ptr + csv->at;
        const char *quote = memchr(from, '"', csv->text.len - csv->at);
        if (!quote)
            return fault(FAULT_DATA, "a quoted cell is not closed");
        buf_add(cell, from, (size_t)(quote - from));
        csv->at += (size_t)(quote - from) + 1;
        if (csv->at >= csv->text.len || csv->text.ptr[csv->at] != '"')
            return RC_OK;
        buf_add_char(cell, '"');
        csv->at++;
    }
}

/* Without what write.c puts in front of a cell that looks like a formula. */
static struct rc take_cell(struct gathered *row, struct view cell)
{
    return gathered_add(row, csv_is_guarded(cell) ? view_from(cell, 1) : cell);
}

static bool ends_cell(const struct csv *csv, char c)
{
    return c == csv->separator || c == '\n' || c == '\r';
}

static struct rc one_cell(struct csv *csv, struct gathered *row)
{
    const char *text = csv->text.ptr;
    if (csv->at < csv->text.len && text[csv->at] == '"') {
        struct buf cell = {0};
        csv->at++;
        struct rc rc = quoted_cell(csv, &cell);
        if (!failed(rc) && csv->at < csv->text.len && !ends_cell(csv, text[csv->at]))
            rc = fault(FAULT_DATA, "text behind the closing quote of a cell");
        if (!failed(rc))
            rc = take_cell(row, buf_view(&cell));
        buf_free(&cell);
        return rc;
    }
    size_t start = csv->at;
    while (csv->at < csv->text.len && !ends_cell(csv, text[csv->at]))
        csv->at++;
    return take_cell(row, (struct view){text + start, csv->at - start});
}

/* Steps over a line's end; true when there was one, or the text is used up. */
static bool line_ended(struct csv *csv)
{
    if (csv->at >= csv->text.len)
        return true;
    bool carriage = csv->text.ptr[csv->at] == '\r';
    csv->at += carriage;
    bool newline = csv->at < csv->text.len && csv->text.ptr[csv->at] == '\n';
    csv->at += newline;
    return carriage || newline;
}

static struct rc csv_next(void *state, struct gathered *row, size_t *number, bool *more)
{
    struct csv *csv = state;
    *number = csv->number + 1;
    *more = csv->at < csv->text.len;
    if (!*more)
        return RC_OK;
    csv->number++;
    for (;;) {
        TRY(one_cell(csv, row));
        if (line_ended(csv))
            return RC_OK;
        csv->at++; /* the separator */
    }
}

const struct sheet_format_reader csv_reader = {csv_next, csv_close};
