/*
 * sheet: tables in files that people exchange with spreadsheets: CSV and XLSX, in and out.
 *
 *   sheet_open, sheet_next, sheet_close      a file, row by row
 *   sheet_writer_new, _row, _finish          rows into a file's bytes
 *
 * Reading. The format is told by the bytes, not by the name. CSV: RFC 4180 with comma, semicolon or
 * tab (whichever the first row uses), newlines in quoted cells, CR LF or LF. Text is UTF-8, UTF-16
 * with a byte order mark, or GB18030; a file that mixes UTF-8 and GB18030 is refused, because half
 * of it would turn into wrong characters that nobody sees. XLSX: the first sheet; shared and inline
 * texts, numbers without exponent, dates as 2026-11-27 (with 10:30:00 behind where there is a
 * time), truth values as 1 and 0; a formula's last result. Nothing is computed.
 *
 * Writing. A cell that a spreadsheet would take for a formula gets an apostrophe in front (CSV) or
 * is stored as text (XLSX); sheet_next takes that apostrophe off again, so that what was exported
 * can be imported unchanged. CSV starts with a byte order mark, because spreadsheets need it.
 *
 * Bounds: SHEET_BYTES_MAX as read and as inflated, SHEET_ROWS_MAX, SHEET_COLUMNS_MAX,
 * SHEET_CELL_MAX. Errors: FAULT_DATA "origin: row N: what", FAULT_LIMIT for the bounds. Ownership:
 * cells live until the next sheet_next. Threads: one thread a sheet.
 */
#ifndef MERLON_SHEET_H
#define MERLON_SHEET_H

#include "foundation/base/base.h"

#define SHEET_BYTES_MAX   ((size_t)1 << 30)
#define SHEET_ROWS_MAX    2000000
#define SHEET_COLUMNS_MAX 1024
#define SHEET_CELL_MAX    ((size_t)64 << 10) /* bytes of UTF-8 */

struct sheet;

struct sheet_row {
    size_t number; /* from 1, as a spreadsheet counts: the header is row 1, empty rows count */
    const struct view *cells;
    size_t count;
};

MUST_USE struct rc sheet_open(const char *path, struct sheet **out);
MUST_USE struct rc sheet_open_bytes(struct view bytes, const char *origin, struct sheet **out);

/* The next row that is not empty; *more is false at the end. */
MUST_USE struct rc sheet_next(struct sheet *sheet, struct sheet_row *row, bool *more);

void sheet_close(struct sheet *sheet); /* accepts NULL */

/* "A", "Z", "AA": a column as a spreadsheet names it; `column` counts from 0. */
const char *sheet_column_name(size_t column, char out[static 8]);

/* ---- writing ----------------------------------------------------------------------------- */

enum sheet_format { SHEET_CSV, SHEET_XLSX };

struct sheet_writer;

/* The first row is the header: bold and frozen in XLSX. */
struct sheet_writer *sheet_writer_new(enum sheet_format format) MUST_USE;
MUST_USE struct rc sheet_writer_row(struct sheet_writer *writer, const struct view *cells,
                                    size_t count);

/* Adds the whole file to `out` and frees the writer, also on failure. */
MUST_USE struct rc sheet_writer_finish(struct sheet_writer *writer, struct buf *out);
void sheet_writer_free(struct sheet_writer *writer); /* accepts NULL */

/* One cell of CSV: quoted where needed, made harmless for spreadsheets. */
void sheet_add_csv_cell(struct buf *out, struct view cell);

#endif
