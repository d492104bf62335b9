/* Tables of people: CSV in three encodings, XLSX, and back; what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "foundation/sheet/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All rows as text: cells joined by '|', a row a line, "N: " in front. */
static char *told(struct view bytes)
{
    struct sheet *sheet;
    struct buf out = {0};
    buf_add_text(&out, "");
    if (failed(sheet_open_bytes(bytes, "f", &sheet))) {
        buf_printf(&out, "refused: %s", fault_text());
        return out.ptr;
    }
    struct sheet_row row;
    bool more = false;
    struct rc rc;
    while (!failed(rc = sheet_next(sheet, &row, &more)) && more) {
        buf_printf(&out, "%zu: ", row.number);
        for (size_t i = 0; i < row.count; i++)
            buf_printf(&out, "%s%.*s", i ? "|" : "", (int)row.cells[i].len, row.cells[i].ptr);
        buf_add_text(&out, "\n");
    }
    if (failed(rc))
        buf_printf(&out, "refused: %s", fault_text());
    sheet_close(sheet);
    return out.ptr;
}

static void reads(struct view bytes, const char *expected)
{
    char *said = told(bytes);
    assert_string_equal(said, expected);
    free(said);
}

static void refuses(struct view bytes, const char *part)
{
    char *said = told(bytes);
    if (!strstr(said, "refused: ") || !strstr(said, part))
        fail_msg("expected a refusal with '%s', got: %s", part, said);
    free(said);
}

static void test_csv(void **state)
{
    (void)state;
    reads(VIEW("key,name\r\na,\"x, \"\"y\"\"\nz\"\r\n\r\nb,\n"),
          "1: key|name\n2: a|x, \"y\"\nz\n4: b|\n");
    reads(VIEW("key;name\na;1,5\n"), "1: key|name\n2: a|1,5\n");
    reads(VIEW("key\tname\na\tb"), "1: key|name\n2: a|b\n");
    reads(VIEW(""), "");
    reads(VIEW("a\r\rb"), "1: a\n3: b\n");
    refuses(VIEW("a,b\n\"open,c\n"), "f: row 2: a quoted cell is not closed");
    refuses(VIEW("a\n\"b\"c\n"), "f: row 2: text behind the closing quote");
    refuses(VIEW("a\0b"), "NUL");
}

static void test_encodings(void **state)
{
    (void)state;
    reads(VIEW("\xef\xbb\xbf名称\n交通\n"), "1: 名称\n2: 交通\n");
    reads(VIEW("\xff\xfe\x0d\x54,\0\n\0"), "1: 名|\n");
    reads(VIEW("\xfe\xff\x54\x0d\0,\0a"), "1: 名|a\n");
    reads(VIEW("\xc3\xfb\xb3\xc6\n\xbd\xbb\xcd\xa8\n"), "1: 名称\n2: 交通\n");
    /* 联通: the bytes that a famous editor took for UTF-8. */
    reads(VIEW("\xc1\xaa\xcd\xa8\n\xbd\xbb\xcd\xa8\n"), "1: 联通\n2: 交通\n");
    refuses(VIEW("名称\n\xbd\xbb\xcd\xa8\n"), "f: line 1 is UTF-8, line 2 is not");
    refuses(VIEW("\xef\xbb\xbfname\n\xbd\xbb\n"), "f: line 2 is not UTF-8");
    refuses(VIEW("a\nb\xff\xff\n"), "f: line 2: bytes that are no GB18030");
    refuses(VIEW("\xff\xfe\x0d"), "no UTF-16LE");
}

static void round_trip(enum sheet_format format)
{
    static const char *const cells[][3] = {{"key", "名称", "Tên"},
                                           {"=1+1", "-5", "+84 24"},
                                           {"'=1", "''", "@x"},
                                           {"a\nb", "x,\"y\"", "＝1"},
                                           {"'plain", "0012", "đường"}};
    struct sheet_writer *writer = sheet_writer_new(format);
    for (size_t r = 0; r < COUNT_OF(cells); r++) {
        struct view row[3];
        for (size_t i = 0; i < 3; i++)
            row[i] = view_of(cells[r][i]);
        assert_false(failed(sheet_writer_row(writer, row, 3)));
    }
    struct buf bytes = {0};
    assert_false(failed(sheet_writer_finish(writer, &bytes)));
    struct sheet *sheet;
    assert_false(failed(sheet_open_bytes(buf_view(&bytes), "f", &sheet)));
    struct sheet_row row;
    bool more = true;
    for (size_t r = 0; r < COUNT_OF(cells); r++) {
        assert_false(failed(sheet_next(sheet, &row, &more)));
        assert_true(more && row.count == 3 && row.number == r + 1);
        for (size_t i = 0; i < 3; i++)
            if (!view_is(row.cells[i], cells[r][i]))
                fail_msg("row %zu: '%.*s' instead of '%s'", r, (int)row.cells[i].len,
                         row.cells[i].ptr, cells[r][i]);
    }
    assert_false(failed(sheet_next(sheet, &row, &more)));
    assert_false(more);
    sheet_close(sheet);
    buf_free(&bytes);
}

static void test_round_trip(void **state)
{
    (void)state;
    round_trip(SHEET_CSV);
    round_trip(SHEET_XLSX);
}

/* In the file itself no cell may begin like a formula. */
static void test_harmless(void **state)
{
    (void)state;
    struct buf out = {0};
    sheet_add_csv_cell(&out, VIEW("=cmd|' /C calc'!A0"));
    buf_add_char(&out, '\n');
    sheet_add_csv_cell(&out, VIEW("-12"));
    buf_add_char(&out, '\n');
    sheet_add_csv_cell(&out, VIEW("-12+1"));
    assert_string_equal(out.ptr, "'=cmd|' /C calc'!A0\n-12\n'-12+1");
    buf_free(&out);
}

static void test_column_names(void **state)
{
    (void)state;
    char name[8];
    assert_string_equal(sheet_column_name(0, name), "A");
    assert_string_equal(sheet_column_name(25, name), "Z");
    assert_string_equal(sheet_column_name(26, name), "AA");
    assert_string_equal(sheet_column_name(701, name), "ZZ");
    assert_string_equal(sheet_column_name(702, name), "AAA");
}

/* ---- XLSX as other programs write it: made by zip(1) from hand-written parts ----------------- */

static struct buf packed(const char *sheet, const char *extra_book, const char *texts)
{
    char folder[] = "/tmp/merlon-sheet-XXXXXX", command[2048];
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command, "mkdir -p %s/xl/_rels %s/xl/worksheets", folder, folder);
    assert_int_equal(system(command), 0);
    const char *parts[][2] = {
        {"xl/worksheets/sheet1.xml", sheet},
        {"xl/workbook.xml", extra_book},
        {"xl/sharedStrings.xml", texts},
        {"xl/styles.xml",
         "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>"
         "<numFmt numFmtId=\"165\" formatCode=\"0.00&quot;d&quot;\"/></numFmts>"
         "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"14\"/>"
         "<xf numFmtId=\"165\"/></cellXfs></styleSheet>"},
        {"xl/_rels/workbook.xml.rels",
         "<Relationships>"
         "<Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
         "<Relationship Id=\"rId2\" Type=\"x/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/>"
         "<Relationship Id=\"rId3\" Type=\"x/styles\" Target=\"styles.xml\"/></Relationships>"}};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, parts[i][0]);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(parts[i][1], file);
        assert_int_equal(fclose(file), 0);
    }
    snprintf(command, sizeof command, "cd %s && bsdtar --format zip -cf book.zip xl", folder);
    assert_int_equal(system(command), 0);
    struct buf bytes = {0};
    snprintf(command, sizeof command, "%s/book.zip", folder);
    FILE *file = fopen(command, "r");
    assert_non_null(file);
    char block[4096];
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        buf_add(&bytes, block, got);
    fclose(file);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
    return bytes;
}

#define BOOK                                                                                       \
    "<workbook xmlns:r=\"r\"><workbookPr/><sheets><sheet name=\"a\" sheetId=\"1\" "                \
    "r:id=\"rId1\"/></sheets></workbook>"
#define TEXTS                                                                                      \
    "<sst><si><t>key</t></si><si><r><t>na</t></r><r><t>me</t></r><rPh><t>X</t></rPh></si></sst>"

static void xlsx_reads(const char *sheet, const char *book, const char *expected)
{
    struct buf bytes = packed(sheet, book, TEXTS);
    reads(buf_view(&bytes), expected);
    buf_free(&bytes);
}

static void xlsx_refuses(const char *sheet, const char *part)
{
    struct buf bytes = packed(sheet, BOOK, TEXTS);
    refuses(buf_view(&bytes), part);
    buf_free(&bytes);
}

static void test_xlsx(void **state)
{
    (void)state;
    xlsx_reads("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c>"
               "<c r=\"C1\" t=\"s\"><v>1</v></c></row>"
               "<row r=\"3\"><c r=\"A3\" s=\"1\"><v>45000</v></c><c r=\"B3\"><v>1.5E3</v></c>"
               "<c r=\"C3\" t=\"inlineStr\"><is><t>in &amp; out</t></is></c>"
               "<c r=\"D3\" t=\"str\"><f>A1&amp;B1</f><v>=x</v></c>"
               "<c r=\"E3\" s=\"2\"><v>45000.4375</v></c><c r=\"F3\" s=\"3\"><v>2.25</v></c>"
               "<c r=\"G3\" t=\"b\"><v>1</v></c></row></sheetData></worksheet>",
               BOOK, "1: key||name\n3: 2023-03-15|1500|in & out|=x|2023-03-15 10:30:00|2.25|1\n");
    xlsx_reads(
        "<worksheet><sheetData><row><c s=\"1\"><v>43538</v></c></row></sheetData></worksheet>",
        "<workbook xmlns:r=\"r\"><workbookPr date1904=\"1\"/><sheets><sheet r:id=\"rId1\"/>"
        "</sheets></workbook>",
        "1: 2023-03-15\n");
}

static void test_xlsx_hostile(void **state)
{
    (void)state;
    xlsx_refuses("<!DOCTYPE w [<!ENTITY a \"aaaa\">]><worksheet>&a;</worksheet>", "document type");
    xlsx_refuses("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>9</v></c></row>",
                 "f: row 1: a cell names a shared text");
    xlsx_refuses("<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v>", "broken XML");
    xlsx_refuses("<worksheet><row r=\"2\"><c/></row><row r=\"2\"/></worksheet>", "out of place");
    xlsx_refuses("<worksheet><row r=\"1\"><c r=\"ZZZ1\"/></row></worksheet>", "ZZZ1");
    xlsx_refuses("<worksheet><row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row></worksheet>", "A1");
    refuses(VIEW("PK\x03\x04 and nothing more"), "f: ");
    refuses(VIEW("\xd0\xcf\x11\xe0 old"), "save it as XLSX");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv),          cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_round_trip),   cmocka_unit_test(test_harmless),
        cmocka_unit_test(test_column_names), cmocka_unit_test(test_xlsx),
        cmocka_unit_test(test_xlsx_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
