/*
 * formats: a run with hostile text in every field, written as HTML, CSV, JUnit, SARIF and OCSF, and
 * read back: the format is whole, and the text stayed text. Also: two reports compared.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "interface/report/report.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Quotes, markup, the ends of elements and comments, controls, a newline, a bidirectional override,
 * bytes that are no UTF-8, a noncharacter, a placeholder and a link of SARIF. */
#define EVIL                                                                                       \
    "=cmd|' /C x'!A0\"'><script>alert(1)</script>]]>--></pre></style>&amp;\x01\x1b[2J\r\n\t"       \
    "\xe2\x80\xae"                                                                                 \
    "\xff\xfe\xef\xbf\xbe{0}[a](http://evil.example/)"

static const char check_yaml[] =
    "title: {en: '<script>title</script> & more', zh: 标题, vi: Tiêu đề}\n"
    "rationale: {en: why, zh: 理由, vi: lý do}\n"
    "expected: {en: 'exactly {word}', zh: 恰好, vi: đúng}\n"
    "absent: {verdict: fail, reason: {en: not set, zh: 未设置, vi: chưa đặt}}\n"
    "fix: {text: {en: 'Set <it>.', zh: 设置。, vi: Đặt.}, shell: \"sed -i "
    "'s/<a>/b/'\\nsecond\\n\"}\n";

static const enum verdict verdicts[] = {VERDICT_FAIL,   VERDICT_UNKNOWN, VERDICT_PASS,
                                        VERDICT_MANUAL, VERDICT_WAIVED,  VERDICT_NOT_APPLICABLE};
static const char *const ids[] = {"a-fail",   "b-unknown", "c-pass",
                                  "d-manual", "e-waived",  "f-none"};
static const char *const columns[] = {"value", "number"};

/* Six checks, one of each verdict, and an item without a check. */
struct scene {
    struct arena *arena;
    struct run run;
    struct check checks[6];
    struct result results[7];
    struct judged rows[3];
    struct observed values[2];
    struct evidence_source evidence[1];
    struct item_verdict items[1];
    const struct result *item_results[1];
    const struct clause *clause;
    struct setting setting;
};

static void make_results(struct scene *scene)
{
    scene->values[0] = (struct observed){OBSERVED_TEXT, 0, EVIL};
    scene->values[1] = (struct observed){OBSERVED_INTEGER, -1, NULL};
    scene->rows[0] = (struct judged){EVIL, 0, "/etc/" EVIL, 12, scene->values, NULL};
    scene->rows[1] = (struct judged){"+undecided", -1, "sysctl", 0, scene->values, NULL};
    scene->rows[2] = (struct judged){"holds", 1, "/etc/a b", 3, scene->values, NULL};
    scene->evidence[0] = (struct evidence_source){
        "/etc/" EVIL, 0, "", "denied", {.key = "reason.source_unread", .args = {EVIL, EVIL}}};
    scene->setting = (struct setting){"word", EVIL};
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        struct value raw;
        struct rc rc = doc_read_yaml(scene->arena, "check", view_of(check_yaml), &raw);
        assert_false(failed(rc));
        scene->checks[i] = (struct check){.id = ids[i], .raw = raw, .asset_class = CLASS_HOST_OS};
        scene->checks[i].parameters[0] = (struct parameter){.name = "word", .is_text = true};
        scene->checks[i].parameter_count = 1;
        scene->results[i] = (struct result){
            .check = &scene->checks[i],
            .clauses = &scene->clause,
            .clause_count = 1,
            .verdict = verdicts[i],
            .reason = {.key = "reason.row_undecided", .args = {EVIL}},
            .columns = columns,
            .column_count = 2,
            .evidence = scene->evidence,
            .evidence_count = verdicts[i] == VERDICT_UNKNOWN,
            .parameters = &scene->setting,
            .parameter_count = 1,
            .arena = scene->arena,
        };
    }
    /* The failure has a row of each kind, the waived one a failing row, the pass a passing one. */
    scene->results[0].rows = scene->rows;
    scene->results[0].row_count = 3;
    scene->results[4].rows = scene->rows;
    scene->results[4].row_count = 1;
    scene->results[2].rows = &scene->rows[2];
    scene->results[2].row_count = 1;
    scene->results[6] = (struct result){.clauses = &scene->clause,
                                        .clause_count = 1,
                                        .verdict = VERDICT_MANUAL,
                                        .reason = {.key = "reason.by_person"},
                                        .arena = scene->arena};
}

static int make_scene(void **state)
{
    struct scene *scene = mem_new(sizeof *scene);
    scene->arena = arena_new();
    scene->clause = catalogue_clause(catalogue_load(), "GB22239-L3-8.1.4.1-a");
    make_results(scene);
    scene->item_results[0] = &scene->results[0];
    scene->items[0] = (struct item_verdict){scene->clause, VERDICT_FAIL, scene->item_results, 1};
    scene->run = (struct run){
        .standard = catalogue_standard(catalogue_load(), "gbt22239-2019"),
        .level = 3,
        .target = {"root", EVIL, false, 1767225600000000, "merlon"},
        .system = EVIL,
        .results = scene->results,
        .result_count = 7,
        .check_count = 6,
        .summary = {[VERDICT_FAIL] = 1,
                    [VERDICT_UNKNOWN] = 1,
                    [VERDICT_MANUAL] = 2,
                    [VERDICT_WAIVED] = 1,
                    [VERDICT_PASS] = 1,
                    [VERDICT_NOT_APPLICABLE] = 1},
        .items = scene->items,
        .item_count = 1,
        .item_summary = {[VERDICT_FAIL] = 1},
        .arena = scene->arena,
    };
    *state = scene;
    return 0;
}

static int drop_scene(void **state)
{
    struct scene *scene = *state;
    arena_free(scene->arena);
    mem_free(scene);
    return 0;
}

typedef struct rc (*writer)(const struct run *, const struct report_style *, struct buf *);

static char *write_with(const struct scene *scene, writer write, enum lang lang, size_t limit)
{
    struct report_style style = {.lang = lang, .width = 100, .limit = limit};
    struct buf out = {0};
    assert_false(failed(write(&scene->run, &style, &out)));
    assert_non_null(out.ptr);
    assert_int_equal(strlen(out.ptr), out.len);
    return out.ptr;
}

/* Neither controls (but `allowed` ones) nor the bidirectional override survive anywhere. */
static void assert_harmless(const char *text, const char *allowed)
{
    for (const char *at = text; *at; at++) {
        if ((unsigned char)*at < 0x20 && !strchr(allowed, *at))
            fail_msg("a control character %#x is left", (unsigned)*at);
    }
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_null(strstr(text, "\xff"));
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        count++;
    return count;
}

/* ---- HTML ---------------------------------------------------------------------------------- */

static void test_html(void **state)
{
    struct scene *scene = *state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        char *page = write_with(scene, report_html, (enum lang)lang, 0);
        assert_harmless(page, "\n");
        /* One script and one style: ours. */
        assert_int_equal(count_of(page, "<script"), 1);
        assert_int_equal(count_of(page, "</script"), 1);
        assert_int_equal(count_of(page, "<style"), 1);
        assert_int_equal(count_of(page, "</style"), 1);
        assert_int_equal(count_of(page, "<pre>"), count_of(page, "</pre>"));
        assert_int_equal(count_of(page, "<details"), 6);
        assert_non_null(strstr(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert_non_null(strstr(page, "default-src 'none'; style-src 'sha256-"));
        assert_null(strstr(page, "unsafe"));
        /* Nothing is loaded, and no element has a style or a handler of its own. */
        assert_null(strstr(page, " src="));
        assert_null(strstr(page, "<link"));
        assert_null(strstr(page, "@import"));
        assert_null(strstr(page, "url("));
        assert_null(strstr(page, " style="));
        assert_null(strstr(page, " onclick="));
        assert_null(strstr(page, "href=\"http"));
        char head[64];
        snprintf(head, sizeof head, "<html lang=\"%s\">", lang_name((enum lang)lang));
        assert_non_null(strstr(page, head));
        mem_free(page);
    }
}

/* Each row down to file and line, what was expected and how to mend it. */
static void test_html_rows(void **state)
{
    struct scene *scene = *state;
    char *page = write_with(scene, report_html, LANG_EN, 0);
    assert_non_null(strstr(page, "<td>/etc/a b</td><td class=\"n\">3</td>"));
    assert_non_null(strstr(page, "<td class=\"n\">12</td>"));
    assert_non_null(strstr(page, "exactly =cmd|"));
    assert_non_null(strstr(page, "Set &lt;it&gt;."));
    assert_non_null(strstr(page, "sed -i &#39;s/&lt;a&gt;/b/&#39;\nsecond</pre>"));
    assert_non_null(strstr(page, "id=\"check-a-fail\" data-verdict=\"fail\" "
                                 "data-clauses=\"8.1.4.1\" open>"));
    assert_non_null(strstr(page, "<a href=\"#check-a-fail\">"));
    assert_non_null(strstr(page, "prefers-color-scheme:dark"));
    assert_non_null(strstr(page, "@media print"));
    mem_free(page);
    page = write_with(scene, report_html, LANG_ZH, 1);
    assert_non_null(strstr(page, "不符合"));
    assert_null(strstr(page, "/etc/a b</td><td class=\"n\">3</td></tr>\n<tr>"));
    mem_free(page);
}

/* ---- CSV ----------------------------------------------------------------------------------- */

/* Reads one quoted cell; gives what follows it. */
static const char *read_cell(const char *at, struct buf *cell)
{
    assert_int_equal(*at, '"');
    cell->len = 0;
    buf_add_text(cell, "");
    for (at++; *at != '"' || at[1] == '"'; at++) {
        assert_int_not_equal(*at, '\0');
        at += *at == '"';
        buf_add_char(cell, *at);
    }
    return at + 1;
}

static void test_csv(void **state)
{
    struct scene *scene = *state;
    char *text = write_with(scene, report_csv, LANG_EN, 0);
    struct buf cell = {0};
    size_t lines = 0;
    assert_harmless(text, "\r\n");
    for (const char *at = text; *at; lines++) {
        size_t cells = 0;
        for (;; at++) {
            at = read_cell(at, &cell);
            cells++;
            if (cell.len && strchr("=+-@", cell.ptr[0]))
                fail_msg("a formula: %s", cell.ptr);
            assert_null(strpbrk(cell.ptr, "\r\n"));
            if (*at != ',')
                break;
        }
        assert_int_equal(cells, 20);
        assert_memory_equal(at, "\r\n", 2);
        at += 2;
    }
    /* A header; three rows, one, one; and one line for each of the four without rows. */
    assert_int_equal(lines, 1 + 5 + 4);
    assert_non_null(strstr(text, "\"'=cmd|"));
    assert_non_null(strstr(text, "\"'+undecided\""));
    buf_free(&cell);
    mem_free(text);
}

/* ---- JUnit --------------------------------------------------------------------------------- */

/* A second opinion about well-formedness, where xmllint is installed. */
static void lint_xml(const char *text)
{
    char path[] = "/tmp/merlon-junit-XXXXXX", command[128];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    snprintf(command, sizeof command,
             "! command -v xmllint >/dev/null || xmllint --noout --nonet %s", path);
    int said = system(command);
    unlink(path);
    assert_int_equal(said, 0);
}

static void test_junit(void **state)
{
    struct scene *scene = *state;
    char *text = write_with(scene, report_junit, LANG_EN, 0);
    assert_harmless(text, "\n");
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "\xef\xbf\xbe"));
    assert_int_equal(count_of(text, "<testcase"), 6);
    assert_int_equal(count_of(text, "<failure"), 1);
    assert_int_equal(count_of(text, "<error"), 1);
    assert_int_equal(count_of(text, "<skipped"), 3);
    assert_int_equal(count_of(text, "tests=\"6\" failures=\"1\" errors=\"1\" skipped=\"3\""), 2);
    assert_non_null(
        strstr(text, "name=\"c-pass\" classname=\"gbt22239-2019.host_os\" time=\"0\"/>"));
    assert_non_null(strstr(text, "timestamp=\"2026-01-01T00:00:00\""));
    assert_non_null(strstr(text, ":12)\n"));
    assert_null(strstr(text, "fail: holds"));
    lint_xml(text);
    mem_free(text);
}

/* ---- SARIF --------------------------------------------------------------------------------- */

static json_t *at(json_t *top, const char *a, size_t index)
{
    return json_array_get(json_object_get(top, a), index);
}

static const char *text_at(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "(nothing)";
}

static json_t *read_json(const char *text)
{
    json_error_t error;
    json_t *top = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!top)
        fail_msg("no JSON: %d: %s", error.line, error.text);
    return top;
}

/* The kind and level of each result, and that it names its rule. */
static void check_results(json_t *run, json_t *rules)
{
    static const char *const wanted[][3] = {{"a-fail", "fail", "error"},
                                            {"a-fail", "open", "none"},
                                            {"a-fail", "pass", "none"},
                                            {"b-unknown", "open", "none"},
                                            {"c-pass", "pass", "none"},
                                            {"d-manual", "review", "none"},
                                            {"e-waived", "fail", "note"},
                                            {"f-none", "notApplicable", "none"},
                                            {"GB22239-L3-8.1.4.1-a", "review", "none"}};
    json_t *results = json_object_get(run, "results");
    assert_int_equal(json_array_size(results), COUNT_OF(wanted));
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        json_t *result = json_array_get(results, i);
        assert_string_equal(text_at(result, "ruleId"), wanted[i][0]);
        assert_string_equal(text_at(result, "kind"), wanted[i][1]);
        assert_string_equal(text_at(result, "level"), wanted[i][2]);
        size_t index = (size_t)json_integer_value(json_object_get(result, "ruleIndex"));
        assert_string_equal(text_at(json_array_get(rules, index), "id"), wanted[i][0]);
        const char *message = text_at(json_object_get(result, "message"), "text");
        assert_null(strstr(message, "]("));
        assert_harmless(message, "");
    }
}

static void test_sarif(void **state)
{
    struct scene *scene = *state;
    char *text = write_with(scene, report_sarif, LANG_VI, 0);
    json_t *top = read_json(text);
    assert_string_equal(text_at(top, "version"), "2.1.0");
    json_t *run = at(top, "runs", 0);
    json_t *driver = json_object_get(json_object_get(run, "tool"), "driver");
    json_t *rules = json_object_get(driver, "rules");
    assert_string_equal(text_at(driver, "name"), "Merlon");
    assert_int_equal(json_array_size(rules), 7);
    check_results(run, rules);
    json_t *place = json_object_get(at(at(run, "results", 2), "locations", 0), "physicalLocation");
    assert_string_equal(text_at(json_object_get(place, "artifactLocation"), "uri"), "etc/a%20b");
    json_t *region = json_object_get(place, "region");
    assert_int_equal(json_integer_value(json_object_get(region, "startLine")), 3);
    place = json_object_get(at(at(run, "results", 0), "locations", 0), "physicalLocation");
    const char *uri = text_at(json_object_get(place, "artifactLocation"), "uri");
    assert_null(strpbrk(uri, " <>\"'{}|\\^`"));
    assert_non_null(strstr(uri, "%E2%80%AE%FF"));
    /* A probe has no path. */
    assert_non_null(json_object_get(at(at(run, "results", 1), "locations", 0), "logicalLocations"));
    assert_int_equal(json_array_size(json_object_get(at(run, "results", 6), "suppressions")), 1);
    json_decref(top);
    mem_free(text);
}

/* ---- OCSF ---------------------------------------------------------------------------------- */

static void check_event(json_t *event, size_t index)
{
    static const json_int_t status[] = {3, 2, 1, 99, 99, 99, 99};
    json_t *compliance = json_object_get(event, "compliance");
    assert_int_equal(json_integer_value(json_object_get(event, "class_uid")), 2003);
    assert_int_equal(json_integer_value(json_object_get(event, "category_uid")), 2);
    assert_int_equal(json_integer_value(json_object_get(event, "type_uid")), 200301);
    assert_int_equal(json_integer_value(json_object_get(event, "activity_id")), 1);
    assert_true(json_is_integer(json_object_get(event, "severity_id")));
    assert_true(json_is_integer(json_object_get(event, "status_id")));
    assert_int_equal(json_integer_value(json_object_get(event, "time")), 1767225600000);
    assert_int_equal(json_integer_value(json_object_get(compliance, "status_id")), status[index]);
    assert_string_equal(json_string_value(at(compliance, "standards", 0)), "GB/T 22239-2019");
    assert_string_equal(json_string_value(at(compliance, "requirements", 0)),
                        "GB22239-L3-8.1.4.1-a");
    assert_string_equal(text_at(compliance, "control"),
                        index < COUNT_OF(ids) ? ids[index] : "GB22239-L3-8.1.4.1-a");
    assert_string_equal(text_at(json_object_get(event, "metadata"), "version"), "1.3.0");
    assert_non_null(json_object_get(json_object_get(event, "finding_info"), "uid"));
    assert_harmless(text_at(event, "message"), "");
    assert_true(json_array_size(json_object_get(event, "resources")) >= 1);
}

static void test_ocsf(void **state)
{
    struct scene *scene = *state;
    char *text = write_with(scene, report_ocsf, LANG_EN, 0);
    struct view rest = view_of(text), line;
    size_t lines = 0;
    for (; view_line(&rest, &line); lines++) {
        json_t *event = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(event);
        check_event(event, lines);
        json_decref(event);
    }
    assert_int_equal(lines, 7);
    mem_free(text);
}

/* Every format keeps to --limit. */
static void test_limit(void **state)
{
    struct scene *scene = *state;
    const writer writers[] = {report_html, report_csv, report_sarif, report_ocsf};
    for (size_t i = 0; i < COUNT_OF(writers); i++) {
        char *whole = write_with(scene, writers[i], LANG_EN, 0);
        char *cut = write_with(scene, writers[i], LANG_EN, 1);
        assert_non_null(strstr(whole, "+undecided"));
        assert_null(strstr(cut, "+undecided"));
        mem_free(whole);
        mem_free(cut);
    }
}

/* ---- comparing ------------------------------------------------------------------------------ */

#define HEAD                                                                                       \
    "{\"target\":{\"kind\":\"root\",\"name\":\"n\",\"collected_at\":\"t\"},\"standard\":\"s\","    \
    "\"level\":3,\"scope\":null,\"results\":["
#define ENTRY(id, verdict)                                                                         \
    "{\"check\":\"" id "\",\"title\":\"T\",\"verdict\":\"" verdict "\",\"reason\":\"R\"}"

static struct rc read_past(const char *json, struct past *out)
{
    struct arena *arena = arena_new();
    struct rc rc = past_read(arena, "old.json", view_of(json), out);
    arena_free(arena);
    return rc;
}

static void test_compare(void **state)
{
    (void)state;
    static const char before[] =
        HEAD ENTRY("worse", "pass") "," ENTRY("better", "fail") "," ENTRY("gone", "fail") "," ENTRY(
            "same", "fail") "," ENTRY("other",
                                      "pass") "," ENTRY("slips",
                                                        "unknown") ",{\"check\":null,\"verdict\":"
                                                                   "\"manual\"}]}";
    static const char after[] =
        HEAD ENTRY("other", "not_applicable") "," ENTRY("worse", "unknown") "," ENTRY(
            "better", "manual") "," ENTRY("same", "fail") "," ENTRY("new",
                                                                    "fail") "," ENTRY("slips",
                                                                                      "fail") "]}";
    static const char *const wanted[][2] = {
        {"slips", "worse"}, {"worse", "worse"},     {"better", "better"}, {"new", "new"},
        {"gone", "gone"},   {"other", "different"}, {"same", "same"}};
    struct arena *arena = arena_new();
    struct past a, b;
    size_t count = 0;
    assert_false(failed(past_read(arena, "a", view_of(before), &a)));
    assert_false(failed(past_read(arena, "b", view_of(after), &b)));
    const struct past_change *changes = past_compare(arena, &a, &b, &count);
    assert_int_equal(count, COUNT_OF(wanted));
    for (size_t i = 0; i < count; i++) {
        const struct past_check *known = changes[i].after ? changes[i].after : changes[i].before;
        assert_string_equal(known->id, wanted[i][0]);
        assert_string_equal(change_name(changes[i].kind), wanted[i][1]);
    }
    arena_free(arena);
}

/* A report that we wrote is one that we read, hostile or not. */
static void test_round_trip(void **state)
{
    struct scene *scene = *state;
    char *text = write_with(scene, report_json, LANG_EN, 0);
    struct arena *arena = arena_new();
    struct past past;
    size_t count = 0;
    assert_false(failed(past_read(arena, "own", view_of(text), &past)));
    assert_int_equal(past.count, 6);
    assert_int_equal(past.level, 3);
    const struct past_change *changes = past_compare(arena, &past, &past, &count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(changes[i].kind, CHANGE_SAME);
    arena_free(arena);
    mem_free(text);
}

/* What is no report is refused with a sentence that names the file. */
static void test_no_report(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "\"text\"",
        "{\"target\":1}",
        "{\"target\":{\"kind\":1}}",
        HEAD "1]}",
        HEAD "{\"check\":1}]}",
        HEAD "{\"check\":\"a\"}]}",
        HEAD "{\"check\":\"a\",\"verdict\":[]}]}",
        HEAD ENTRY("a", "splendid") "]}",
        HEAD "{\"check\":\"a\",\"verdict\":\"pass\",\"reason\":{}}]}",
        HEAD ENTRY("a", "pass") "," ENTRY("a", "fail") "]}",
        HEAD "],\"results\":[]}",
        "{\"target\":{\"kind\":\"a\",\"name\":\"a\\u0000b\"}}",
        "\xff\xfe",
    };
    struct past past = {.level = 77};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct rc rc = read_past(wrong[i], &past);
        if (rc.kind != FAULT_TARGET)
            fail_msg("taken for a report: %s", wrong[i]);
        assert_non_null(strstr(fault_text(), "old.json"));
        assert_int_equal(past.level, 77);
    }
}

static void test_deep(void **state)
{
    (void)state;
    struct past past;
    struct buf deep = {0};
    for (size_t i = 0; i < 1000000; i++)
        buf_add_char(&deep, '[');
    assert_int_equal(read_past(deep.ptr, &past).kind, FAULT_TARGET);
    assert_non_null(strstr(fault_text(), "nested too deeply"));
    buf_free(&deep);
    /* Brackets in a text are no depth. */
    struct buf flat = {0};
    buf_add_text(&flat, HEAD "],\"x\":\"\\\"");
    for (size_t i = 0; i < 1000; i++)
        buf_add_char(&flat, '[');
    buf_add_text(&flat, "\"}");
    assert_false(failed(read_past(flat.ptr, &past)));
    buf_free(&flat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_html, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_html_rows, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_csv, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_junit, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_sarif, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_ocsf, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_limit, make_scene, drop_scene),
        cmocka_unit_test(test_compare),
        cmocka_unit_test_setup_teardown(test_round_trip, make_scene, drop_scene),
        cmocka_unit_test(test_no_report),
        cmocka_unit_test(test_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
