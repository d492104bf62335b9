/*
 * report: a run made by hand, with hostile text from the target, shown as table and as JSON.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "interface/report/report.h"

#include <jansson.h>
#include <string.h>

#define HOSTILE "evil\x1b[2J\nname\xff"

static const char check_yaml[] =
    "title: {en: Passwords are long, zh: 口令足够长, vi: Mật khẩu đủ dài}\n"
    "expected: {en: 'at least {min_length} characters', zh: '至少 {min_length} 个字符',"
    " vi: 'ít nhất {min_length} ký tự'}\n"
    "absent: {verdict: fail, reason: {en: not set anywhere, zh: 未设置, vi: chưa đặt}}\n"
    "fix: {text: {en: Set minlen., zh: 设置 minlen。, vi: Đặt minlen.},"
    " shell: \"sed -i s/a/b/ /etc/x\\nsecond line\\n\"}\n";

/* A run and everything it points to. */
struct scene {
    struct arena *arena;
    struct run run;
    struct check checks[3];
    struct result results[4];
    struct judged rows[8];
    struct observed values[8];
    struct evidence_source evidence[2];
    struct item_verdict items[3];
    const struct clause *clauses[3];
    const struct result *item_results[3];
    struct setting setting;
};

static const char *const columns[] = {"value"};

static void make_checks(struct scene *scene)
{
    static const char *const ids[] = {"password-length", "account-uid0", "ssh-root"};
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        struct value raw;
        struct rc rc = doc_read_yaml(scene->arena, "check", view_of(check_yaml), &raw);
        assert_false(failed(rc));
        scene->checks[i] = (struct check){
            .id = ids[i], .raw = raw, .asset_class = CLASS_HOST_OS, .sql = "SELECT 1"};
    }
    scene->checks[0].parameters[0].name = "min_length";
    scene->checks[0].parameter_count = 1;
    scene->setting = (struct setting){"min_length", "8"};
}

/* A failure with seven rows, the last one passing. */
static void make_failure(struct scene *scene)
{
    for (size_t i = 0; i < 7; i++) {
        scene->values[i] = (struct observed){OBSERVED_INTEGER, (int64_t)i, NULL};
        scene->rows[i] =
            (struct judged){i ? "minlen" : HOSTILE, i < 6 ? 0 : 1,     "/etc/pwquality.conf",
                            (int64_t)(10 + i),      &scene->values[i], NULL};
    }
    scene->evidence[0] = (struct evidence_source){"/etc/pwquality.conf", 10, "aa", "ok", {0}};
    scene->results[0] = (struct result){
        .check = &scene->checks[0],
        .clauses = &scene->clauses[0],
        .clause_count = 2,
        .verdict = VERDICT_FAIL,
        .reason = {.key = "reason.row_failed", .args = {"6", "7"}},
        .columns = columns,
        .column_count = 1,
        .rows = scene->rows,
        .row_count = 7,
        .evidence = scene->evidence,
        .evidence_count = 1,
        .parameters = &scene->setting,
        .parameter_count = 1,
        .arena = scene->arena,
    };
}

static void make_others(struct scene *scene)
{
    scene->evidence[1] = (struct evidence_source){
        "/etc/shadow",
        0,
        "",
        "denied",
        {.key = "reason.source_unread", .args = {"/etc/shadow", "permission denied"}}};
    scene->results[1] = (struct result){
        .check = &scene->checks[1],
        .clauses = &scene->clauses[1],
        .clause_count = 1,
        .verdict = VERDICT_UNKNOWN,
        .reason = {.key = "reason.source_unread", .args = {"/etc/a\n  pass  forged", "denied"}},
        .evidence = &scene->evidence[1],
        .evidence_count = 1,
        .arena = scene->arena,
    };
    scene->results[2] = (struct result){
        .check = &scene->checks[2],
        .clauses = &scene->clauses[2],
        .clause_count = 1,
        .verdict = VERDICT_PASS,
        .reason = {.key = "reason.rows_passed", .args = {"1"}},
        .arena = scene->arena,
    };
    scene->results[3] = (struct result){
        .clauses = &scene->clauses[2],
        .clause_count = 1,
        .verdict = VERDICT_MANUAL,
        .reason = {.key = "reason.by_person"},
        .arena = scene->arena,
    };
}

static int make_scene(void **state)
{
    struct scene *scene = mem_new(sizeof *scene);
    scene->arena = arena_new();
    const struct catalogue *catalogue = catalogue_load();
    scene->clauses[0] = catalogue_clause(catalogue, "GB22239-L3-8.1.4.1-a");
    scene->clauses[1] = catalogue_clause(catalogue, "GB22239-L3-8.1.4.2-a");
    scene->clauses[2] = catalogue_clause(catalogue, "GB22239-L3-8.1.3.1-a");
    make_checks(scene);
    make_failure(scene);
    make_others(scene);
    for (size_t i = 0; i < 3; i++) {
        scene->item_results[i] = &scene->results[i];
        scene->items[i] = (struct item_verdict){scene->clauses[i], scene->results[i].verdict,
                                                &scene->item_results[i], 1};
    }
    scene->run = (struct run){
        .standard = catalogue_standard(catalogue, "gbt22239-2019"),
        .level = 3,
        .scope = "general",
        .target = {"root", HOSTILE, false, 1767225600000000, "merlon"},
        .system = "Debian \x1b]0;owned\x07",
        .results = scene->results,
        .result_count = 4,
        .check_count = 3,
        .summary =
            {[VERDICT_FAIL] = 1, [VERDICT_UNKNOWN] = 1, [VERDICT_PASS] = 1, [VERDICT_MANUAL] = 1},
        .items = scene->items,
        .item_count = 3,
        .item_summary = {[VERDICT_FAIL] = 1, [VERDICT_UNKNOWN] = 1, [VERDICT_PASS] = 1},
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

static char *table(const struct scene *scene, const struct report_style *style)
{
    struct buf out = {0};
    report_table(&scene->run, style, &out);
    return out.ptr;
}

static void test_table(void **state)
{
    struct scene *scene = *state;
    struct report_style style = {.lang = LANG_EN, .width = 100};
    char *text = table(scene, &style);
    assert_non_null(strstr(text, "GB/T 22239-2019"));
    assert_non_null(strstr(text, "2026-01-01T00:00:00Z"));
    assert_non_null(strstr(text, "password-length  Passwords are long"));
    assert_non_null(strstr(text, "6 of 7 judged do not hold."));
    assert_non_null(strstr(text, "value = 1  /etc/pwquality.conf:11"));
    assert_non_null(strstr(text, "Expected: at least 8 characters"));
    assert_non_null(strstr(text, "Fix: Set minlen."));
    assert_non_null(strstr(text, "$ sed -i s/a/b/ /etc/x\n      $ second line\n"));
    assert_non_null(strstr(text, "/etc/shadow was not read whole: permission denied."));
    assert_non_null(strstr(text, "... and 1 more"));
    assert_null(strstr(text, "value = 6")); /* the passing row */
    assert_non_null(strstr(text, "Items without a check (1;"));
    assert_non_null(strstr(text, "1 fail, 1 unknown, 1 pass"));
    assert_non_null(strstr(text, "\n  merlon check show password-length\n"));
    mem_free(text);
}

/* Failures stand before unknowns, unknowns before passes, whatever their clause numbers. */
static void test_order(void **state)
{
    struct scene *scene = *state;
    struct report_style style = {.lang = LANG_EN, .width = 100};
    char *text = table(scene, &style);
    const char *first = strstr(text, "8.1.4.1  "), *second = strstr(text, "8.1.4.2  "),
               *third = strstr(text, "8.1.3.1  ");
    assert_true(first && second && third && first < second && second < third);
    mem_free(text);
}

static void test_limit(void **state)
{
    struct scene *scene = *state;
    struct report_style style = {.lang = LANG_EN, .width = 100, .limit = 2};
    char *text = table(scene, &style);
    assert_non_null(strstr(text, "... and 4 more"));
    assert_null(strstr(text, "value = 2 "));
    mem_free(text);
    style.all = true;
    text = table(scene, &style);
    assert_non_null(strstr(text, "GB22239-L3-8.1.3.1-a")); /* the item without a check, by itself */
    mem_free(text);
}

/* Nothing of the target may reach the terminal as a control character. */
static void test_hostile(void **state)
{
    struct scene *scene = *state;
    struct report_style style = {.lang = LANG_VI, .width = 80};
    char *text = table(scene, &style);
    assert_non_null(strstr(text, "evil\\x1b[2J\\x0aname\\xff"));
    assert_null(strstr(text, "\n  pass  forged"));
    for (const char *at = text; *at; at++)
        assert_true(*at == '\n' || (unsigned char)*at >= 0x20);
    mem_free(text);
    style.colour = true;
    text = table(scene, &style);
    assert_non_null(strstr(text, "\x1b[31m"));
    assert_null(strstr(text, "\x1b[2J"));
    assert_null(strstr(text, "\x1b]0"));
    mem_free(text);
}

/* Lines keep to the width, in every language; shell lines and the bar's frame are not wrapped. */
static void test_width(void **state)
{
    struct scene *scene = *state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct report_style style = {.lang = (enum lang)lang, .width = 60, .all = true};
        char *text = table(scene, &style);
        struct view rest = view_of(text), line;
        while (view_line(&rest, &line)) {
            if (text_width(line) > 60)
                fail_msg("%s: too wide: %.*s", lang_name((enum lang)lang), (int)line.len, line.ptr);
        }
        mem_free(text);
    }
}

static const char *text_at(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static json_t *json(const struct scene *scene, const struct report_style *style)
{
    struct buf out = {0};
    assert_false(failed(report_json(&scene->run, style, &out)));
    json_t *top = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(top);
    buf_free(&out);
    return top;
}

static void test_json(void **state)
{
    struct scene *scene = *state;
    struct report_style style = {.lang = LANG_EN, .width = 100};
    json_t *top = json(scene, &style);
    json_t *target = json_object_get(top, "target");
    assert_string_equal(text_at(target, "name"), "evil\\x1b[2J\\x0aname\\xff");
    assert_true(json_is_false(json_object_get(target, "running")));
    assert_string_equal(text_at(target, "collected_at"), "2026-01-01T00:00:00Z");
    assert_string_equal(text_at(top, "standard"), "gbt22239-2019");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(top, "summary"), "fail")),
                     1);
    json_t *results = json_object_get(top, "results");
    assert_int_equal(json_array_size(results), 4);
    json_t *first = json_array_get(results, 0);
    assert_string_equal(text_at(first, "check"), "password-length");
    assert_string_equal(text_at(first, "class"), "host_os");
    assert_string_equal(text_at(first, "verdict"), "fail");
    assert_string_equal(text_at(first, "expected"), "at least 8 characters");
    assert_int_equal(json_array_size(json_object_get(first, "clauses")), 2);
    json_t *parameters = json_object_get(first, "parameters");
    assert_int_equal(json_integer_value(json_object_get(parameters, "min_length")), 8);
    assert_int_equal(json_array_size(json_object_get(top, "items")), 3);
    json_decref(top);
}

static void test_json_rows(void **state)
{
    struct scene *scene = *state;
    struct report_style style = {.lang = LANG_ZH, .width = 100};
    json_t *top = json(scene, &style);
    json_t *results = json_object_get(top, "results");
    json_t *first = json_array_get(results, 0);
    json_t *observed = json_object_get(first, "observed");
    assert_int_equal(json_array_size(observed), 7); /* whole without --limit */
    json_t *row = json_array_get(observed, 1);
    assert_int_equal(json_integer_value(json_object_get(row, "ok")), 0);
    assert_int_equal(json_integer_value(json_object_get(row, "value")), 1);
    assert_int_equal(json_integer_value(json_object_get(row, "line")), 11);
    assert_string_equal(text_at(json_object_get(first, "fix"), "text"), "设置 minlen。");
    json_t *denied = json_array_get(json_object_get(json_array_get(results, 1), "evidence"), 0);
    assert_string_equal(text_at(denied, "status"), "denied");
    assert_true(json_is_null(json_object_get(denied, "line")));
    json_t *item = json_array_get(results, 3);
    assert_true(json_is_null(json_object_get(item, "check")));
    assert_true(json_is_null(json_object_get(item, "fix")));
    assert_string_equal(text_at(item, "verdict"), "manual");
    json_decref(top);
    style.limit = 2;
    top = json(scene, &style);
    first = json_array_get(json_object_get(top, "results"), 0);
    assert_int_equal(json_array_size(json_object_get(first, "observed")), 2);
    assert_int_equal(json_integer_value(json_object_get(first, "observed_count")), 7);
    json_decref(top);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_table, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_order, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_limit, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_hostile, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_width, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_json, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(test_json_rows, make_scene, drop_scene),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
