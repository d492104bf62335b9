/*
 * workbook: what an XLSX file keeps beside the rows of its sheets: which sheet comes first, the
 * texts that cells share, and which styles show a number as a date (ECMA-376 part 1, 18.2, 18.4,
 * 18.8.30).
 */
#include "foundation/sheet/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STYLES_MAX 65536
#define TEXTS_MAX  5000000

struct paths {
    char relation[128]; /* of the first sheet */
    char sheet[256], texts[256], styles[256];
};

/* "worksheets/sheet1.xml" is below xl/, "/xl/worksheets/sheet1.xml" below the archive's root. */
static void member_path(const char *target, char out[static 256])
{
    if (target[0] == '/')
        snprintf(out, 256, "%s", target + 1);
    else
        snprintf(out, 256, "xl/%.240s", target);
}

static struct rc read_book(struct view zip, const char *origin, struct paths *paths,
                           struct workbook *book)
{
    struct xml *xml;
    struct xml_node node;
    bool more = true;
    TRY(xml_open(zip, origin, "xl/workbook.xml", &xml));
    if (!xml)
        return fault(FAULT_DATA, "%s: a zip file, but no XLSX workbook", origin);
    struct rc rc = RC_OK;
    while (!failed(rc = xml_next(xml, &node, &more)) && more) {
        char value[16];
        if (node.kind != XML_START)
            continue;
        if (strcmp(node.name, "sheet") == 0 && !paths->relation[0])
            xml_attribute(xml, "id", paths->relation, sizeof paths->relation);
        if (strcmp(node.name, "workbookPr") == 0 &&
            xml_attribute(xml, "date1904", value, sizeof value))
            book->from_1904 = strcmp(value, "1") == 0 || strcmp(value, "true") == 0;
    }
    xml_close(xml);
    return rc;
}

static void take_relation(struct xml *xml, struct paths *paths)
{
    char id[128], type[256], target[256];
    if (!xml_attribute(xml, "Id", id, sizeof id) ||
        !xml_attribute(xml, "Target", target, sizeof target) ||
        !xml_attribute(xml, "Type", type, sizeof type))
        return;
    if (strcmp(id, paths->relation) == 0)
        member_path(target, paths->sheet);
    else if (view_ends(view_of(type), "/sharedStrings"))
        member_path(target, paths->texts);
    else if (view_ends(view_of(type), "/styles"))
        member_path(target, paths->styles);
}

static struct rc read_relations(struct view zip, const char *origin, struct paths *paths)
{
    struct xml *xml;
    struct xml_node node;
    bool more = true;
    TRY(xml_open(zip, origin, "xl/_rels/workbook.xml.rels", &xml));
    struct rc rc = RC_OK;
    while (xml && !failed(rc = xml_next(xml, &node, &more)) && more) {
        if (node.kind == XML_START && strcmp(node.name, "Relationship") == 0)
            take_relation(xml, paths);
    }
    xml_close(xml);
    if (!failed(rc) && !paths->sheet[0])
        return fault(FAULT_DATA, "%s: the workbook names no sheet", origin);
    return rc;
}

static void end_text(struct workbook *book)
{
    if (book->text_count == book->text_room) {
        book->text_room = book->text_room ? 2 * book->text_room : 1024;
        book->ends = mem_resize(book->ends, book->text_room * sizeof *book->ends);
    }
    book->ends[book->text_count++] = book->texts.len;
}

/* <si> holds <t>, or runs <r> with a <t> each; <rPh> (how it is pronounced) is left out. */
static struct rc read_texts(struct view zip, const char *origin, const char *member,
                            struct workbook *book)
{
    struct xml *xml;
    struct xml_node node;
    bool more = true, in_text = false;
    int phonetic = 0;
    TRY(xml_open(zip, origin, member, &xml));
    struct rc rc = RC_OK;
    buf_add_text(&book->texts, "");
    while (xml && !failed(rc = xml_next(xml, &node, &more)) && more) {
        if (node.kind == XML_TEXT) {
            if (in_text && !phonetic)
                buf_add_view(&book->texts, node.text);
            continue;
        }
        bool start = node.kind == XML_START;
        if (strcmp(node.name, "t") == 0)
            in_text = start && !node.empty;
        else if (strcmp(node.name, "rPh") == 0)
            phonetic = start && !node.empty;
        else if (strcmp(node.name, "si") == 0 && (!start || node.empty))
            end_text(book);
        if (book->text_count > TEXTS_MAX || book->texts.len > SHEET_BYTES_MAX)
            rc = fault(FAULT_LIMIT, "%s: too many texts", origin);
        if (failed(rc))
            break;
    }
    xml_close(xml);
    return rc;
}

/* Formats with a number of their own that show dates (18.8.30); 18-21 and 45-47 show times. */
static bool built_in_date(int64_t format)
{
    return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) ||
           (format >= 45 && format <= 47) || (format >= 50 && format <= 58);
}

/* A format of the workbook shows a date when a d, m, y or h stands outside quotes and brackets. */
static bool code_is_date(const char *code)
{
    for (const char *at = code; *at; at++) {
        if (*at == '"' || *at == '[') {
            const char *close = strchr(at + 1, *at == '"' ? '"' : ']');
            if (!close)
                return false;
            at = close;
        } else if (*at == '\\' && at[1]) {
            at++;
        } else if (strchr("dmyhDMYH", *at)) {
            return true;
        }
    }
    return false;
}

struct formats {
    int64_t dates[512]; /* numbers of the workbook's own date formats */
    size_t count;
    bool in_cells; /* within <cellXfs> */
};

static void take_format(struct xml *xml, struct formats *formats)
{
    char number[16], code[512];
    int64_t id;
    if (xml_attribute(xml, "numFmtId", number, sizeof number) &&
        xml_attribute(xml, "formatCode", code, sizeof code) && code_is_date(code) &&
        view_integer(view_of(number), &id) && formats->count < COUNT_OF(formats->dates))
        formats->dates[formats->count++] = id;
}

static void take_style(struct xml *xml, const struct formats *formats, struct workbook *book)
{
    char number[16];
    int64_t id = 0;
    if (book->style_count == STYLES_MAX)
        return;
    if (!book->date_styles)
        book->date_styles = mem_new(STYLES_MAX);
    bool date = xml_attribute(xml, "numFmtId", number, sizeof number) &&
                view_integer(view_of(number), &id) && built_in_date(id);
    for (size_t i = 0; i < formats->count && !date; i++)
        date = formats->dates[i] == id;
    book->date_styles[book->style_count++] = date;
}

static struct rc read_styles(struct view zip, const char *origin, const char *member,
                             struct workbook *book)
{
    struct xml *xml;
    struct xml_node node;
    struct formats formats = {.count = 0};
    bool more = true;
    TRY(xml_open(zip, origin, member, &xml));
    struct rc rc = RC_OK;
    while (xml && !failed(rc = xml_next(xml, &node, &more)) && more) {
        if (node.kind == XML_TEXT)
            continue;
        bool start = node.kind == XML_START;
        if (strcmp(node.name, "cellXfs") == 0)
            formats.in_cells = start && !node.empty;
        else if (start && strcmp(node.name, "numFmt") == 0)
            take_format(xml, &formats);
        else if (start && formats.in_cells && strcmp(node.name, "xf") == 0)
            take_style(xml, &formats, book);
    }
    xml_close(xml);
    return rc;
}

struct rc workbook_read(struct view zip, const char *origin, struct workbook *out)
{
    struct paths paths = {.relation = ""};
    struct workbook book = {.from_1904 = false};
    struct rc rc = read_book(zip, origin, &paths, &book);
    if (!failed(rc))
        rc = read_relations(zip, origin, &paths);
    if (!failed(rc) && paths.texts[0])
        rc = read_texts(zip, origin, paths.texts, &book);
    if (!failed(rc) && paths.styles[0])
        rc = read_styles(zip, origin, paths.styles, &book);
    if (failed(rc)) {
        workbook_free(&book);
        return rc;
    }
    snprintf(book.sheet, sizeof book.sheet, "%s", paths.sheet);
    *out = book;
    return RC_OK;
}

void workbook_free(struct workbook *book)
{
    buf_free(&book->texts);
    mem_free(book->ends);
    mem_free(book->date_styles);
}

struct view workbook_text(const struct workbook *book, size_t number)
{
    size_t start = number ? book->ends[number - 1] : 0;
    return (struct view){book->texts.ptr + start, book->ends[number] - start};
}

/* ---- numbers ------------------------------------------------------------------------------- */

/* The civil date of a day counted from 1970-01-01 (proleptic Gregorian). */
static void add_civil(int64_t day, struct buf *out)
{
    int64_t shifted = day + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t of_era = shifted - era * 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    int64_t year = year_of_era + era * 400 + (month <= 2);
    buf_printf(out, "%04d-%02d-%02d", (int)year, (int)month,
               (int)(of_year - (153 * month_from_march + 2) / 5 + 1));
}

/* Days since 1899-12-30 (which makes day 61 the first of March 1900, as spreadsheets have it) or
 * since 1904-01-01; the fraction is the time of day. */
static void add_date(double serial, bool from_1904, struct buf *out)
{
    int64_t seconds = (int64_t)(serial * 86400 + 0.5);
    int64_t day = seconds / 86400, rest = seconds % 86400;
    if (day > 0 || rest == 0)
        add_civil(day - (from_1904 ? 24107 : 25569), out);
    if (rest)
        buf_printf(out, "%s%02d:%02d:%02d", day > 0 ? " " : "", (int)(rest / 3600),
                   (int)(rest / 60 % 60), (int)(rest % 60));
}

void workbook_add_number(const struct workbook *book, struct view raw, bool date, struct buf *out)
{
    char text[64], *end;
    if (raw.len == 0 || raw.len >= sizeof text) {
        buf_add_view(out, raw);
        return;
    }
    memcpy(text, raw.ptr, raw.len);
    text[raw.len] = '\0';
    double number = strtod(text, &end);
    if (*end || !(number > -1e15 && number < 1e15))
        buf_add_view(out, raw);
    else if (date && number >= 0 && number < 2958466)
        add_date(number, book->from_1904, out);
    else if (number == (double)(int64_t)number)
        buf_printf(out, "%lld", (long long)number);
    else
        buf_printf(out, "%.15g", number);
}
