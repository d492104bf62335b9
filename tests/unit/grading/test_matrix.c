/* Every object and degree under every version of the matrix, as a table; the system's grade. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "regulation/grading/grading.h"

#include <string.h>

static const char *const objects[] = {"citizens", "social_order", "national_security"};
static const char *const degrees[] = {"general", "serious", "very_serious"};

/* Each version by itself: 0 where it says nothing. */
static const struct {
    const char *rule;
    int cells[3][3];
    const char *bold; /* confidence of citizens x very_serious */
} versions[] = {
    {"measures-7-definition", {{1, 2, 0}, {2, 3, 4}, {3, 4, 5}}, NULL},
    {"gbt22240-2008-matrix", {{1, 2, 2}, {2, 3, 4}, {3, 4, 5}}, "L"},
    {"gbt22240-2020-matrix", {{1, 2, 2}, {2, 3, 4}, {3, 4, 5}}, "M-"},
    {"gat1389-2017-matrix", {{0, 0, 3}, {0, 0, 0}, {0, 0, 0}}, "L"},
    {"letter-1846-grade-5", {{0, 0, 0}, {0, 0, 0}, {0, 5, 5}}, NULL},
};

/* What applies on a day. */
static const struct {
    const char *on;
    struct date date;
    int cells[3][3];
    const char *rule; /* of social_order x serious */
} days[] = {
    {"the first day", {2007, 6, 22}, {{1, 2, 0}, {2, 3, 4}, {3, 4, 5}}, "measures-7-definition"},
    {"the last without a guide",
     {2008, 10, 31},
     {{1, 2, 0}, {2, 3, 4}, {3, 4, 5}},
     "measures-7-definition"},
    {"edition 2008", {2008, 11, 1}, {{1, 2, 2}, {2, 3, 4}, {3, 4, 5}}, "gbt22240-2008-matrix"},
    {"beside GA/T 1389", {2018, 1, 1}, {{1, 2, 2}, {2, 3, 4}, {3, 4, 5}}, "gbt22240-2008-matrix"},
    {"the last of 2008", {2020, 10, 31}, {{1, 2, 2}, {2, 3, 4}, {3, 4, 5}}, "gbt22240-2008-matrix"},
    {"edition 2020", {2020, 11, 1}, {{1, 2, 2}, {2, 3, 4}, {3, 4, 5}}, "gbt22240-2020-matrix"},
    {"after the letter", {2026, 1, 1}, {{1, 2, 2}, {2, 3, 4}, {3, 4, 5}}, "gbt22240-2020-matrix"},
};

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

static struct asked mlps(struct date on)
{
    return (struct asked){.regime = regime_find("cn-mlps"), .on = on};
}

static void holds_every_version(void **state)
{
    (void)state;
    size_t matrices = 0;
    const struct regime *regime = regime_find("cn-mlps");
    for (size_t i = 0; i < regime->rule_count; i++)
        matrices += regime->rules[i].kind == RULE_MATRIX;
    assert_int_equal(matrices, COUNT_OF(versions));
    for (size_t v = 0; v < COUNT_OF(versions); v++) {
        const struct rule *rule = regime_rule(regime, versions[v].rule);
        assert_non_null(rule);
        for (int o = 0; o < 3; o++)
            for (int d = 0; d < 3; d++)
                assert_int_equal(rule_cell(rule, objects[o], degrees[d], NULL),
                                 versions[v].cells[o][d]);
        const char *confidence = NULL;
        if (rule_cell(rule, "citizens", "very_serious", &confidence))
            assert_string_equal(confidence, versions[v].bold);
    }
}

static void gives_every_grade_on_every_day(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(days); i++)
        for (int o = 0; o < 3; o++)
            for (int d = 0; d < 3; d++) {
                struct asked asked = mlps(days[i].date);
                struct harm harm = {objects[o], degrees[d], NULL};
                struct graded graded = {.grade = 77};
                struct rc rc = grade_harm(arena, &asked, &harm, &graded);
                if (!days[i].cells[o][d]) {
                    assert_int_equal(rc.kind, FAULT_USAGE);
                    assert_int_equal(graded.grade, 77);
                    continue;
                }
                if (failed(rc) || graded.grade != days[i].cells[o][d])
                    fail_msg("%s: %s x %s is %d", days[i].on, objects[o], degrees[d], graded.grade);
                assert_int_equal(graded.decision.count, COUNT_OF(versions));
                if (o == 1 && d == 1)
                    assert_string_equal(graded.rule->id, days[i].rule);
            }
}

static void shows_those_that_do_not_apply(void **state)
{
    (void)state;
    struct asked asked = mlps((struct date){2026, 1, 1});
    struct harm harm = {"citizens", "very_serious", NULL};
    struct graded graded;
    assert_false(failed(grade_harm(arena, &asked, &harm, &graded)));
    assert_string_equal(graded.confidence, "M-");
    static const enum standing expected[] = {STANDING_SILENT, STANDING_NOT_IN_FORCE,
                                             STANDING_APPLIES, STANDING_OUTRANKED, STANDING_SILENT};
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_int_equal(graded.decision.candidates[i].standing, expected[i]);
    const char *choice = "gat1389-2017-matrix";
    asked.choices = &choice;
    asked.choice_count = 1;
    assert_false(failed(grade_harm(arena, &asked, &harm, &graded)));
    assert_int_equal(graded.grade, 3);
    assert_string_equal(graded.confidence, "L");
}

static void takes_the_higher_of_business_and_service(void **state)
{
    (void)state;
    struct asked asked = mlps((struct date){2026, 1, 1});
    for (int o = 0; o < 3; o++)
        for (int d = 0; d < 3; d++)
            for (int p = 0; p < 3; p++)
                for (int e = 0; e < 3; e++) {
                    struct harm business = {objects[o], degrees[d], "reason"};
                    struct harm service = {objects[p], degrees[e], "reason"};
                    struct system_grade grade;
                    assert_false(failed(grade_system(arena, &asked, &business, &service, &grade)));
                    int s = versions[2].cells[o][d], a = versions[2].cells[p][e];
                    assert_int_equal(grade.marks.s, s);
                    assert_int_equal(grade.marks.a, a);
                    assert_int_equal(grade.marks.g, s > a ? s : a);
                }
    assert_string_equal(marks_text(arena, (struct marks){3, 2, 3}), "S3A2G3");
}

static void wants_reasons(void **state)
{
    (void)state;
    struct asked asked = mlps((struct date){2026, 1, 1});
    struct harm good = {"citizens", "general", "few users"}, bare = {"citizens", "general", NULL};
    struct harm blank = {"citizens", "general", "  "};
    struct system_grade untouched = {.marks = {7, 7, 7}};
    assert_int_equal(grade_system(arena, &asked, &bare, &good, &untouched).kind, FAULT_USAGE);
    assert_int_equal(grade_system(arena, &asked, &good, &blank, &untouched).kind, FAULT_USAGE);
    assert_int_equal(untouched.marks.g, 7);
}

static void refuses_what_is_unknown(void **state)
{
    (void)state;
    static const struct harm unknown[] = {{"animals", "general", NULL},
                                          {"citizens", "slight", NULL},
                                          {"citizens|social_order", "general", NULL},
                                          {"", "general", NULL},
                                          {NULL, NULL, NULL}};
    struct graded graded;
    struct asked asked = mlps((struct date){2026, 1, 1}), early = mlps((struct date){2007, 6, 21});
    struct harm harm = {"citizens", "general", NULL};
    for (size_t i = 0; i < COUNT_OF(unknown); i++)
        assert_int_equal(grade_harm(arena, &asked, &unknown[i], &graded).kind, FAULT_USAGE);
    assert_int_equal(grade_harm(arena, &early, &harm, &graded).kind, FAULT_USAGE);
    assert_non_null(strstr(fault_text(), "2007-06-22"));
    asked.regime = regime_find("vn-2016");
    assert_int_equal(grade_harm(arena, &asked, &harm, &graded).kind, FAULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_every_version),
        cmocka_unit_test(gives_every_grade_on_every_day),
        cmocka_unit_test(shows_those_that_do_not_apply),
        cmocka_unit_test(takes_the_higher_of_business_and_service),
        cmocka_unit_test(wants_reasons),
        cmocka_unit_test(refuses_what_is_unknown),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
