/*
 * write: rows as CSV or XLSX. XLSX goes through a temporary file without a name, because
 * libxlsxwriter writes files only; memory does not grow with the rows.
 */
#include "foundation/sheet/parts.h"
#include "foundation/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

struct sheet_writer {
    enum sheet_format format;
    struct buf text; /* CSV */
    size_t rows;
    char
        folder[64]; /* XLSX: of our own, so that nobody else can look at or replace what is in it */
    char path[96];
    lxw_workbook *book;
    lxw_worksheet *page;
    lxw_format *bold;
};

static bool is_number(struct view cell)
{
    size_t i = cell.len && cell.ptr[0] == '-', digits = 0;
    for (; i < cell.len; i++) {
        if (cell.ptr[i] < '0' || cell.ptr[i] > '9')
            return false;
        digits++;
    }
    return digits > 0;
}

/* A number is harmless; a text that looks guarded already needs a guard, or reading would take its
 * apostrophe. */
static bool needs_guard(struct view cell)
{
    return (csv_is_formula(cell) && !is_number(cell)) || csv_is_guarded(cell);
}

void sheet_add_csv_cell(struct buf *out, struct view cell)
{
    bool quoted = false;
    for (size_t i = 0; i < cell.len && !quoted; i++)
        quoted = cell.ptr[i] && strchr(",;\t\"\r\n", cell.ptr[i]);
    buf_add_text(out, quoted ? "\"" : "");
    buf_add_text(out, needs_guard(cell) ? "'" : "");
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] == '"')
            buf_add_char(out, '"');
        buf_add_char(out, cell.ptr[i]);
    }
    buf_add_text(out, quoted ? "\"" : "");
}

static struct rc csv_row(struct sheet_writer *writer, const struct view *cells, size_t count)
{
    if (writer->rows == 0)
        buf_add_text(&writer->text, "\xef\xbb\xbf");
    for (size_t i = 0; i < count; i++) {
        buf_add_text(&writer->text, i ? "," : "");
        sheet_add_csv_cell(&writer->text, cells[i]);
    }
    buf_add_text(&writer->text, "\r\n");
    return RC_OK;
}

/* ---- XLSX ----------------------------------------------------------------------------------- */

/* Made with the first row: a writer that is given none leaves no file. */
static struct rc start_book(struct sheet_writer *writer)
{
    const char *temporary = getenv("TMPDIR");
    snprintf(writer->folder, sizeof writer->folder, "%.40s/merlon-XXXXXX",
             temporary && temporary[0] == '/' && strlen(temporary) < 40 ? temporary : "/tmp");
    if (!mkdtemp(writer->folder)) {
        struct rc rc = sys_fault(errno, writer->folder);
        writer->folder[0] = '\0';
        return rc;
    }
    snprintf(writer->path, sizeof writer->path, "%s/book.xlsx", writer->folder);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = writer->folder};
    writer->book = workbook_new_opt(writer->path, &options);
    writer->page = writer->book ? workbook_add_worksheet(writer->book, NULL) : NULL;
    writer->bold = writer->book ? workbook_add_format(writer->book) : NULL;
    if (!writer->page || !writer->bold)
        return fault(FAULT_IO, "an XLSX file cannot be started in %s", writer->folder);
    format_set_bold(writer->bold);
    worksheet_freeze_panes(writer->page, 1, 0);
    return RC_OK;
}

/* Every cell is a text: nothing that stands here is ever computed. */
static struct rc xlsx_row(struct sheet_writer *writer, const struct view *cells, size_t count)
{
    if (!writer->book)
        TRY(start_book(writer));
    for (size_t i = 0; i < count; i++) {
        if (cells[i].len == 0)
            continue;
        struct arena *arena CLEANUP(arena_freep) = arena_new();
        lxw_error code =
            worksheet_write_string(writer->page, (lxw_row_t)writer->rows, (lxw_col_t)i,
                                   view_text(arena, cells[i]), writer->rows ? NULL : writer->bold);
        if (code == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED)
            return fault(FAULT_LIMIT, "row %zu: a cell is too long for XLSX: take CSV",
                         writer->rows + 1);
        if (code != LXW_NO_ERROR)
            return fault(FAULT_IO, "row %zu: %s", writer->rows + 1, lxw_strerror(code));
    }
    return RC_OK;
}

static struct rc finish_book(struct sheet_writer *writer, struct buf *out)
{
    if (!writer->book)
        TRY(start_book(writer));
    lxw_error code = workbook_close(writer->book); /* frees the book, too */
    writer->book = NULL;
    if (code != LXW_NO_ERROR)
        return fault(FAULT_IO, "writing an XLSX file: %s", lxw_strerror(code));
    return sys_read_file(writer->path, SHEET_BYTES_MAX, out);
}

/* ---- both ----------------------------------------------------------------------------------- */

struct sheet_writer *sheet_writer_new(enum sheet_format format)
{
    struct sheet_writer *writer = mem_new(sizeof *writer);
    writer->format = format;
    return writer;
}

struct rc sheet_writer_row(struct sheet_writer *writer, const struct view *cells, size_t count)
{
    if (writer->rows == 1048576 && writer->format == SHEET_XLSX)
        return fault(FAULT_LIMIT, "more rows than XLSX holds (1,048,576): take CSV");
    TRY(writer->format == SHEET_CSV ? csv_row(writer, cells, count)
                                    : xlsx_row(writer, cells, count));
    writer->rows++;
    return RC_OK;
}

struct rc sheet_writer_finish(struct sheet_writer *writer, struct buf *out)
{
    struct rc rc = RC_OK;
    if (writer->format == SHEET_CSV)
        buf_add_view(out, buf_view(&writer->text));
    else
        rc = finish_book(writer, out);
    sheet_writer_free(writer);
    return rc;
}

void sheet_writer_free(struct sheet_writer *writer)
{
    if (!writer)
        return;
    if (writer->book)
        lxw_workbook_free(writer->book);
    if (writer->path[0])
        unlink(writer->path);
    if (writer->folder[0])
        rmdir(writer->folder);
    buf_free(&writer->text);
    mem_free(writer);
}
