/* Scores by "template-2021" and rates by "template-2025": the worked example, every conclusion,
 * boundaries, weights, several objects. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "results.h"

#include <math.h>
#include <string.h>

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct evaluation score(const char *year, const struct buf *lines)
{
    struct results results;
    struct evaluation out = {0};
    struct rc rc = results_read(arena, "results", buf_view(lines), NULL, &results);
    if (!failed(rc))
        rc = evaluate(arena, year, &results, NULL, NULL, 0, &out);
    if (failed(rc))
        fail_msg("%s", fault_text());
    return out;
}

/* regulatory.md, section 4: n = 200, M = 36 + 43 = 79.0. */
static void add_example(struct buf *out, const char *more)
{
    size_t t = 0, m = 0;
    t = add(out, true, t, 6, "0", 1, more);
    t = add(out, true, t, 10, "0.5", 2, "");
    t = add(out, true, t, 4, "0", 3, "");
    add(out, true, t, 70, "1", 1, ""); /* 90 technical items */
    m = add(out, false, m, 8, "0", 1, "");
    m = add(out, false, m, 6, "0.5", 2, "");
    m = add(out, false, m, 96, "1", 3, ""); /* 110 management items */
    add(out, false, m, 5, "\"n/a\"", 1, "");
}

static void scores_the_worked_example(void **state)
{
    (void)state;
    struct buf lines = {0};
    add_example(&lines, "");
    struct evaluation e = score("2021", &lines);
    assert_int_equal(e.items, 200);
    assert_int_equal(e.not_applicable, 5);
    assert_true(e.technical == 36.0 && e.management == 43.0 && e.score == 79.0);
    assert_string_equal(e.conclusion, "中");
    assert_string_equal(e.rule->id, "template-2021");
    assert_true(e.weighted);
    assert_int_equal(e.failing, 18);
    assert_int_equal(e.partly, 16);
    assert_int_equal(e.conforming, 166);
    buf_free(&lines);
    add_example(&lines, ", \"risk\": \"high\"");
    e = score("2021", &lines);
    assert_true(e.score == 79.0);
    assert_int_equal(e.risks[RISK_HIGH], 6);
    assert_string_equal(e.conclusion, "差");
    buf_free(&lines);
}

/* 100 items, `lost` of them failing with weight 1: one point each; split over both halves. */
static const char *concluded(size_t lost, const char *risk)
{
    struct buf lines = {0};
    const char *more = risk ? arena_printf(arena, ", \"risk\": \"%s\"", risk) : "";
    size_t first = lost / 2, second = lost - first;
    add(&lines, true, first, 50 - first, "1", 1, risk && lost == 0 ? more : "");
    add(&lines, true, 0, first, "0", 1, "");
    add(&lines, false, second, 50 - second, "1", 1, "");
    add(&lines, false, 0, second, "0", 1, more);
    struct evaluation e = score("2021", &lines);
    assert_true(e.score == 100.0 - (double)lost);
    buf_free(&lines);
    return e.conclusion;
}

static void concludes_by_points_and_risk(void **state)
{
    (void)state;
    static const struct {
        size_t lost;
        const char *risk, *conclusion;
    } cases[] = {
        {0, NULL, "优"},    {10, NULL, "优"},     {11, NULL, "良"},     {20, NULL, "良"},
        {21, NULL, "中"},   {30, NULL, "中"},     {31, NULL, "差"},     {100, NULL, "差"},
        {10, "low", "优"},  {10, "medium", "良"}, {20, "medium", "良"}, {30, "medium", "中"},
        {10, "high", "差"}, {30, "high", "差"},   {2, "major", "差"},   {0, "high", "差"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (strcmp(concluded(cases[i].lost, cases[i].risk), cases[i].conclusion) != 0)
            fail_msg("%zu lost, risk %s", cases[i].lost, cases[i].risk ? cases[i].risk : "none");
}

/* Neither half goes below zero, so key items cannot eat the other half. */
static void a_half_never_goes_below_zero(void **state)
{
    (void)state;
    struct buf lines = {0};
    add(&lines, true, 0, 50, "0", 3, "");
    add(&lines, false, 0, 50, "1", 1, "");
    struct evaluation e = score("2021", &lines);
    assert_true(e.technical == 0 && e.management == 50 && e.score == 50);
    buf_free(&lines);
}

static void means_over_objects(void **state)
{
    (void)state;
    struct buf lines = {0};
    static const char *const results[] = {"1", "0.5", "0", "\"n/a\""};
    for (size_t i = 0; i < COUNT_OF(results); i++)
        buf_printf(&lines, "{\"item\": \"%s\", \"object\": \"o%zu\", \"result\": %s}\n",
                   item(true, 0), i, results[i]);
    buf_printf(&lines, "{\"item\": \"%s\", \"object\": \"o\", \"result\": \"n/a\"}\n",
               item(true, 1));
    buf_printf(&lines, "{\"item\": \"%s\", \"result\": 1}\n", item(false, 0));
    struct evaluation e = score("2021", &lines);
    assert_int_equal(e.items, 2);
    assert_int_equal(e.not_applicable, 1);
    assert_true(e.technical == 25.0 && e.management == 50.0); /* 50 - (1 - 0.5) * 50 */
    assert_int_equal(e.partly, 1);
    assert_false(e.weighted);
    buf_free(&lines);
}

static void imports_weights_by_item_and_requirement(void **state)
{
    (void)state;
    struct results results;
    struct evaluation e;
    const char *id = item(true, 0);
    const struct clause *clause = catalogue_clause(catalogue_load(), id);
    const struct weight by_key[] = {{clause->key, 3}};
    const struct weight by_both[] = {{clause->key, 3}, {id, 2}};
    const char *lines = arena_printf(arena,
                                     "{\"item\": \"%s\", \"result\": 0.5}\n"
                                     "{\"item\": \"%s\", \"result\": 1}\n"
                                     "{\"item\": \"%s\", \"result\": 1}\n"
                                     "{\"item\": \"%s\", \"result\": 1}\n",
                                     id, item(true, 1), item(false, 0), item(false, 1));
    assert_false(failed(results_read(arena, "r", view_of(lines), NULL, &results)));
    assert_false(failed(evaluate(arena, "2021", &results, NULL, NULL, 0, &e)));
    assert_true(e.score == 87.5);
    assert_false(failed(evaluate(arena, "2021", &results, NULL, by_key, 1, &e)));
    assert_true(e.score == 62.5 && e.weighted);
    assert_false(failed(evaluate(arena, "2021", &results, NULL, by_both, 2, &e)));
    assert_true(e.score == 75.0);
}

/* ---- 2025 ---------------------------------------------------------------------------------------
 */

/* `good` of 100 items conform. */
static struct evaluation rated(size_t good, const char *risk, const char *rectified)
{
    struct buf lines = {0};
    size_t first = good > 90 ? 90 : good;
    const char *more = risk ? arena_printf(arena, ", \"risk\": \"%s\"%s", risk, rectified) : "";
    add(&lines, true, 0, first, "1", 1, "");
    add(&lines, true, first, 90 - first, "0.5", 1, "");
    add(&lines, false, 0, good - first, "1", 1, "");
    add(&lines, false, good - first, 100 - 90 - (good - first), "0", 1, more);
    struct evaluation e = score("2025", &lines);
    buf_free(&lines);
    assert_true(e.rate == (double)good);
    return e;
}

static void concludes_by_rate(void **state)
{
    (void)state;
    static const struct {
        size_t good;
        const char *risk, *conclusion;
    } cases[] = {
        {99, NULL, "符合"},
        {91, NULL, "符合"},
        {91, "high", "符合"},
        {89, NULL, "基本符合"},
        {89, "major", "基本符合"},
        {61, NULL, "基本符合"},
        {59, NULL, "不符合"},
        {0, "major", "不符合"},
        {90, NULL, "undetermined"},
        {60, NULL, "undetermined"},
        {60, "major", "undetermined"},
        {91, "major", "undetermined"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct evaluation e = rated(cases[i].good, cases[i].risk, "");
        if (strcmp(e.conclusion, cases[i].conclusion) != 0)
            fail_msg("%zu %%: %s", cases[i].good, e.conclusion);
        assert_int_equal(*e.reason != '\0', strcmp(e.conclusion, "undetermined") == 0);
        assert_string_equal(e.rule->id, "template-2025");
    }
}

static void tells_why_it_is_undetermined(void **state)
{
    (void)state;
    assert_non_null(strstr(rated(90, NULL, "").reason, "exactly 90"));
    assert_non_null(strstr(rated(60, NULL, "").reason, "exactly 60"));
    assert_non_null(strstr(rated(95, "major", "").reason, "major risk"));
}

/* A rate just beside the boundary: 181 of 201 is 90.0498 %. */
static void compares_the_rate_in_whole_numbers(void **state)
{
    (void)state;
    struct buf lines = {0};
    add(&lines, true, 0, 96, "1", 1, "");
    add(&lines, false, 0, 85, "1", 1, "");
    add(&lines, false, 85, 20, "0", 1, "");
    struct evaluation e = score("2025", &lines);
    assert_int_equal(e.items, 201);
    assert_string_equal(e.conclusion, "符合");
    assert_true(fabs(e.rate - 90.049751) < 1e-9);
    buf_free(&lines);
}

/* Counted before rectification, noted like "10 (5 rectified)". */
static void counts_major_risks_before_rectification(void **state)
{
    (void)state;
    struct evaluation e = rated(95, "major", ", \"rectified\": true");
    assert_int_equal(e.risks[RISK_MAJOR], 5);
    assert_int_equal(e.rectified[RISK_MAJOR], 5);
    assert_string_equal(e.conclusion, "undetermined");
}

static void what_binds_and_was_not_tested_is_not_met(void **state)
{
    (void)state;
    static const char *const general[] = {"general"};
    struct selection_request request = {.standard =
                                            catalogue_standard(catalogue_load(), "gbt22239-2019"),
                                        .marks = {3, 3, 3},
                                        .scopes = general,
                                        .scope_count = 1};
    struct selection selection;
    struct results results;
    struct evaluation e;
    struct buf lines = {0};
    add(&lines, true, 0, 96, "1", 1, "");
    add(&lines, false, 0, 110, "1", 1, "");
    assert_false(failed(selection_make(arena, &request, &selection)));
    assert_false(failed(results_read(arena, "r", buf_view(&lines), &selection, &results)));
    assert_false(failed(evaluate(arena, "2025", &results, &selection, NULL, 0, &e)));
    assert_int_equal(e.items, 211);
    assert_int_equal(e.missing, 5);
    assert_int_equal(e.conforming, 206);
    buf_free(&lines);
}

static void refuses_what_cannot_be_scored(void **state)
{
    (void)state;
    struct results results;
    struct evaluation untouched = {.items = 77};
    const char *none =
        arena_printf(arena, "{\"item\": \"%s\", \"result\": \"n/a\"}", item(true, 0));
    assert_false(failed(results_read(arena, "r", view_of(none), NULL, &results)));
    assert_int_equal(evaluate(arena, "2021", &results, NULL, NULL, 0, &untouched).kind,
                     FAULT_USAGE);
    static const char *const years[] = {"2020", "", "21", "2021 ", "gbt2", NULL};
    for (size_t i = 0; i < COUNT_OF(years); i++)
        assert_int_equal(evaluate(arena, years[i], &results, NULL, NULL, 0, &untouched).kind,
                         FAULT_USAGE);
    const char *twice =
        arena_printf(arena,
                     "{\"item\": \"%s\", \"object\": \"a\", \"result\": 1, \"weight\": 1}\n"
                     "{\"item\": \"%s\", \"object\": \"b\", \"result\": 1, \"weight\": 2}\n",
                     item(true, 0), item(true, 0));
    assert_false(failed(results_read(arena, "r", view_of(twice), NULL, &results)));
    assert_int_equal(evaluate(arena, "2021", &results, NULL, NULL, 0, &untouched).kind,
                     FAULT_USAGE);
    assert_int_equal(untouched.items, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_the_worked_example),
        cmocka_unit_test(concludes_by_points_and_risk),
        cmocka_unit_test(a_half_never_goes_below_zero),
        cmocka_unit_test(means_over_objects),
        cmocka_unit_test(imports_weights_by_item_and_requirement),
        cmocka_unit_test(concludes_by_rate),
        cmocka_unit_test(tells_why_it_is_undetermined),
        cmocka_unit_test(compares_the_rate_in_whole_numbers),
        cmocka_unit_test(counts_major_risks_before_rectification),
        cmocka_unit_test(what_binds_and_was_not_tested_is_not_met),
        cmocka_unit_test(refuses_what_cannot_be_scored),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
