/*
 * xlsx: the rows of the first sheet, as they are inflated: memory grows with the shared texts only.
 * Cells say where they stand ("C7"); what a row leaves out is empty (ECMA-376 part 1, 18.3.1).
 */
#include "foundation/sheet/xml.h"

#include <string.h>

struct xlsx {
    const char *origin;
    struct workbook book;
    struct xml *xml;
    size_t number; /* of the last row */
};

struct cell {
    char type[16]; /* t: s shared, inlineStr, str, b, e, n or nothing */
    size_t column;
    bool date;
    struct buf value;
};

static void xlsx_close(void *state)
{
    struct xlsx *xlsx = state;
    if (!xlsx)
        return;
    xml_close(xlsx->xml);
    workbook_free(&xlsx->book);
    mem_free(xlsx);
}

struct rc xlsx_open(struct view bytes, const char *origin, void **state)
{
    struct xlsx *xlsx = mem_new(sizeof *xlsx);
    xlsx->origin = origin;
    struct rc rc = workbook_read(bytes, origin, &xlsx->book);
    if (!failed(rc))
        rc = xml_open(bytes, origin, xlsx->book.sheet, &xlsx->xml);
    if (!failed(rc) && !xlsx->xml)
        rc = fault(FAULT_DATA, "%s: the workbook's first sheet is missing", origin);
    if (failed(rc)) {
        xlsx_close(xlsx);
        return rc;
    }
    *state = xlsx;
    return RC_OK;
}

/* "BC12" is column 54; false when no column that we take. */
static bool column_of(const char *reference, size_t *out)
{
    size_t column = 0, letters = 0;
    for (; reference[letters] >= 'A' && reference[letters] <= 'Z' && letters < 4; letters++)
        column = column * 26 + (size_t)(reference[letters] - 'A' + 1);
    if (letters == 0 || column > SHEET_COLUMNS_MAX)
        return false;
    *out = column - 1;
    return true;
}

/* A cell says where it stands; one that stands back would overwrite another. */
static struct rc start_cell(struct xlsx *xlsx, struct gathered *row, struct cell *cell)
{
    char reference[16], style[16];
    int64_t number;
    cell->value.len = 0;
    buf_add_text(&cell->value, "");
    cell->date = false;
    cell->column = row->count;
    if (!xml_attribute(xlsx->xml, "t", cell->type, sizeof cell->type))
        cell->type[0] = '\0';
    if (xml_attribute(xlsx->xml, "r", reference, sizeof reference) &&
        (!column_of(reference, &cell->column) || cell->column < row->count))
        return fault(FAULT_DATA, "cell %s is out of place, or past column %d", reference,
                     SHEET_COLUMNS_MAX);
    if (xml_attribute(xlsx->xml, "s", style, sizeof style) &&
        view_integer(view_of(style), &number) && number >= 0 &&
        (size_t)number < xlsx->book.style_count)
        cell->date = xlsx->book.date_styles[number];
    return RC_OK;
}

/* Cells that were left out are empty ones. */
static struct rc end_cell(struct xlsx *xlsx, struct gathered *row, struct cell *cell)
{
    struct buf plain CLEANUP(buf_free) = {0};
    struct view value = buf_view(&cell->value);
    int64_t number;
    while (row->count < cell->column)
        TRY(gathered_add(row, (struct view){NULL, 0}));
    if (strcmp(cell->type, "s") == 0) {
        if (!view_integer(view_trim(value), &number) || number < 0 ||
            (size_t)number >= xlsx->book.text_count)
            return fault(FAULT_DATA, "a cell names a shared text that is not there");
        value = workbook_text(&xlsx->book, (size_t)number);
    } else if (!cell->type[0] || strcmp(cell->type, "n") == 0) {
        workbook_add_number(&xlsx->book, view_trim(value), cell->date, &plain);
        value = buf_view(&plain);
    }
    return gathered_add(row, value);
}

/* The cells of a row whose start was read. <v> holds a value, <is> texts; <f> (a formula) and
 * <rPh> are skipped. */
static struct rc row_cells(struct xlsx *xlsx, struct gathered *row, struct cell *cell)
{
    struct xml_node node;
    bool more = true, taking = false, skipping = false;
    while (true) {
        TRY(xml_next(xlsx->xml, &node, &more));
        if (!more)
            return fault(FAULT_DATA, "the sheet ends within a row");
        bool start = node.kind == XML_START;
        if (node.kind == XML_TEXT) {
            if (taking && !skipping)
                buf_add_view(&cell->value, node.text);
            if (cell->value.len > SHEET_CELL_MAX)
                return fault(FAULT_LIMIT, "a cell of more than %zu bytes", SHEET_CELL_MAX);
        } else if (strcmp(node.name, "row") == 0 && !start) {
            return RC_OK;
        } else if (strcmp(node.name, "c") == 0) {
            if (start)
                TRY(start_cell(xlsx, row, cell));
            if (!start || node.empty)
                TRY(end_cell(xlsx, row, cell));
        } else if (strcmp(node.name, "v") == 0 || strcmp(node.name, "t") == 0) {
            taking = start && !node.empty;
        } else if (strcmp(node.name, "rPh") == 0) {
            skipping = start && !node.empty;
        }
    }
}

static struct rc xlsx_next(void *state, struct gathered *row, size_t *number, bool *more)
{
    struct xlsx *xlsx = state;
    struct xml_node node;
    *number = xlsx->number + 1;
    while (true) {
        TRY(xml_next(xlsx->xml, &node, more));
        if (!*more)
            return RC_OK;
        if (node.kind == XML_START && strcmp(node.name, "row") == 0)
            break;
    }
    char text[16];
    int64_t given;
    if (xml_attribute(xlsx->xml, "r", text, sizeof text) &&
        (!view_integer(view_of(text), &given) || given <= (int64_t)xlsx->number ||
         given > SHEET_ROWS_MAX + 1))
        return fault(FAULT_DATA, "row %s is out of place, or past row %d", text, SHEET_ROWS_MAX);
    xlsx->number = xml_attribute(xlsx->xml, "r", text, sizeof text) ? (size_t)given : *number;
    *number = xlsx->number;
    if (node.empty)
        return RC_OK;
    struct cell cell = {.type = ""};
    struct rc rc = row_cells(xlsx, row, &cell);
    buf_free(&cell.value);
    return rc;
}

const struct sheet_format_reader xlsx_reader = {xlsx_next, xlsx_close};
