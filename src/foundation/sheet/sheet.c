/* sheet: opening by what the bytes are, and rows one by one. */
#include "foundation/sheet/parts.h"
#include "foundation/sys/sys.h"

#include <stdio.h>
#include <string.h>

struct sheet {
    const struct sheet_format_reader *reader;
    void *state;
    char *origin;
    struct buf bytes; /* when we read the file ourselves */
    struct gathered row;
    size_t rows;
};

struct rc gathered_add(struct gathered *row, struct view cell)
{
    if (row->count == SHEET_COLUMNS_MAX)
        return fault(FAULT_LIMIT, "more than %d columns", SHEET_COLUMNS_MAX);
    if (cell.len > SHEET_CELL_MAX)
        return fault(FAULT_LIMIT, "a cell of more than %zu bytes", SHEET_CELL_MAX);
    buf_add_view(&row->text, cell);
    row->ends[row->count++] = row->text.len;
    return RC_OK;
}

void gathered_clear(struct gathered *row)
{
    row->text.len = 0;
    row->count = 0;
}

bool gathered_end(struct gathered *row)
{
    size_t start = 0;
    bool any = false;
    for (size_t i = 0; i < row->count; i++) {
        row->views[i] = (struct view){row->text.ptr + start, row->ends[i] - start};
        start = row->ends[i];
        any = any || view_trim(row->views[i]).len > 0;
    }
    return any;
}

/* A zip file starts with "PK"; what a CSV file starts with cannot be told. */
static struct rc choose(struct sheet *sheet, struct view bytes)
{
    if (bytes.len >= 4 && memcmp(bytes.ptr, "PK\x03\x04", 4) == 0) {
        sheet->reader = &xlsx_reader;
        return xlsx_open(bytes, sheet->origin, &sheet->state);
    }
    if (bytes.len >= 4 && memcmp(bytes.ptr, "\xd0\xcf\x11\xe0", 4) == 0)
        return fault(FAULT_DATA, "%s: an old XLS workbook: save it as XLSX or CSV", sheet->origin);
    sheet->reader = &csv_reader;
    return csv_open(bytes, sheet->origin, &sheet->state);
}

static struct rc open_chosen(struct sheet *sheet, struct view bytes, struct sheet **out)
{
    struct rc rc = choose(sheet, bytes);
    if (failed(rc)) {
        sheet->reader = NULL;
        sheet_close(sheet);
        return rc;
    }
    *out = sheet;
    return RC_OK;
}

struct rc sheet_open_bytes(struct view bytes, const char *origin, struct sheet **out)
{
    struct sheet *sheet = mem_new(sizeof *sheet);
    sheet->origin = mem_copy_text(origin);
    return open_chosen(sheet, bytes, out);
}

struct rc sheet_open(const char *path, struct sheet **out)
{
    struct sheet *sheet = mem_new(sizeof *sheet);
    sheet->origin = mem_copy_text(path);
    struct rc rc = sys_read_file(path, SHEET_BYTES_MAX, &sheet->bytes);
    if (failed(rc)) {
        sheet_close(sheet);
        return rc;
    }
    return open_chosen(sheet, buf_view(&sheet->bytes), out);
}

struct rc sheet_next(struct sheet *sheet, struct sheet_row *row, bool *more)
{
    for (;;) {
        size_t number = 0;
        bool any = false;
        gathered_clear(&sheet->row);
        struct rc rc = sheet->reader->next(sheet->state, &sheet->row, &number, &any);
        if (failed(rc))
            return fault_within(rc, "%s: row %zu", sheet->origin, number);
        if (!any) {
            *more = false;
            return RC_OK;
        }
        if (number > SHEET_ROWS_MAX)
            return fault(FAULT_LIMIT, "%s: more than %d rows: split the file", sheet->origin,
                         SHEET_ROWS_MAX);
        if (!gathered_end(&sheet->row))
            continue;
        *row = (struct sheet_row){number, sheet->row.views, sheet->row.count};
        *more = true;
        return RC_OK;
    }
}

void sheet_close(struct sheet *sheet)
{
    if (!sheet)
        return;
    if (sheet->reader)
        sheet->reader->close(sheet->state);
    buf_free(&sheet->row.text);
    buf_free(&sheet->bytes);
    mem_free(sheet->origin);
    mem_free(sheet);
}

const char *sheet_column_name(size_t column, char out[static 8])
{
    char letters[8];
    size_t n = 0, at = 0;
    for (size_t rest = column + 1; rest > 0 && n < 7; rest = (rest - 1) / 26)
        letters[n++] = (char)('A' + (rest - 1) % 26);
    while (n > 0)
        out[at++] = letters[--n];
    out[at] = '\0';
    return out;
}
