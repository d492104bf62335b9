/* Vietnam: every criterion one by one, numbers that fill questions, open questions, splitting. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "regulation/grading/grading.h"

#include <string.h>

/* The rules under test are "decree-85-criteria", "decree-331-criteria" and "decree-331-splitting".
 */
static const struct {
    const char *id;
    int level;
} criteria[] = {
    {"public-internal", 1},       {"private-data", 2},          {"public-service-2", 2},
    {"unconditional-service", 2}, {"users-under-10000", 2},     {"own-infrastructure", 2},
    {"secret-harm", 3},           {"public-service-3", 3},      {"conditional-service", 3},
    {"users-10000", 3},           {"shared-infrastructure", 3}, {"works-2-4", 3},
    {"secret-serious", 4},        {"national-services", 4},     {"works-1", 4},
    {"secret-very-serious", 5},   {"national-data", 5},         {"international", 5},
    {"works-special", 5},         {"prime-minister", 5},
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

static struct asked vietnam(const char *regime, struct date on)
{
    return (struct asked){.regime = regime_find(regime), .on = on};
}

static struct criteria_grade grade(const struct asked *asked, const struct fact *facts,
                                   size_t count)
{
    struct criteria_grade out = {.level = 77};
    struct rc rc = grade_criteria(arena, asked, facts, count, &out);
    if (failed(rc))
        fail_msg("%s", fault_text());
    return out;
}

static void each_criterion_gives_its_level(void **state)
{
    (void)state;
    struct asked asked = vietnam("vn-2016", (struct date){2025, 1, 1});
    for (size_t i = 0; i < COUNT_OF(criteria); i++) {
        struct fact facts[COUNT_OF(criteria)];
        for (size_t k = 0; k < COUNT_OF(criteria); k++)
            facts[k] =
                (struct fact){.name = criteria[k].id, .answer = k == i ? ANSWER_YES : ANSWER_NO};
        struct criteria_grade out = grade(&asked, facts, COUNT_OF(criteria));
        assert_int_equal(out.level, criteria[i].level);
        assert_true(out.certain);
        assert_string_equal(out.rule->id, "decree-85-criteria");
        assert_int_equal(out.count, COUNT_OF(criteria));
        /* Alone, without the others answered, it is a lower bound unless it is the highest. */
        out = grade(&asked, &facts[i], 1);
        assert_int_equal(out.level, criteria[i].level);
        assert_int_equal(out.certain, criteria[i].level == 5);
    }
}

static void an_open_question_is_not_a_no(void **state)
{
    (void)state;
    struct asked asked = vietnam("vn-2016", (struct date){2025, 1, 1});
    struct criteria_grade out = grade(&asked, NULL, 0);
    assert_int_equal(out.level, 0);
    assert_false(out.certain);
    assert_int_equal(out.open, COUNT_OF(criteria));
    struct fact no[COUNT_OF(criteria)];
    for (size_t k = 0; k < COUNT_OF(criteria); k++)
        no[k] = (struct fact){.name = criteria[k].id, .answer = ANSWER_NO};
    out = grade(&asked, no, COUNT_OF(criteria));
    assert_int_equal(out.level, 0);
    assert_false(out.certain);
}

static void numbers_fill_questions(void **state)
{
    (void)state;
    struct asked asked = vietnam("vn-2016", (struct date){2025, 1, 1});
    static const struct {
        int64_t users;
        int level;
    } cases[] = {{0, 0}, {1, 2}, {9999, 2}, {10000, 3}, {12000, 3}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fact fact = {.name = "users", .is_number = true, .number = cases[i].users};
        assert_int_equal(grade(&asked, &fact, 1).level, cases[i].level);
    }
    /* An explicit answer goes before a number. */
    struct fact both[] = {{.name = "users", .is_number = true, .number = 12000},
                          {.name = "users-10000", .answer = ANSWER_NO}};
    assert_int_equal(grade(&asked, both, 2).level, 0);
}

static void new_law_has_other_thresholds_and_says_it_is_partial(void **state)
{
    (void)state;
    struct asked asked = vietnam("vn-2026", (struct date){2026, 8, 19});
    static const struct {
        const char *fact;
        int64_t below, at;
    } cases[] = {{"basic_data_subjects", 99999, 100000}, {"sensitive_data_subjects", 9999, 10000}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fact fact = {.name = cases[i].fact, .is_number = true, .number = cases[i].below};
        assert_int_equal(grade(&asked, &fact, 1).level, 0);
        fact.number = cases[i].at;
        struct criteria_grade out = grade(&asked, &fact, 1);
        assert_string_equal(out.rule->id, "decree-331-criteria");
        assert_int_equal(out.level, 3);
        assert_true(out.partial);
        assert_false(out.certain);
    }
}

static void splitting_does_not_lower_the_level(void **state)
{
    (void)state;
    struct asked asked = vietnam("vn-2026", (struct date){2026, 8, 19});
    struct fact a = {.name = "basic_data_subjects", .is_number = true, .number = 60000}, b = a;
    struct part parts[] = {{&a, 1}, {&b, 1}};
    const struct rule *rule = NULL;
    int whole = 77, highest = 77;
    assert_false(failed(grade_splitting(arena, &asked, parts, 2, &whole, &highest, &rule)));
    assert_int_equal(whole, 3);
    assert_int_equal(highest, 0);
    assert_string_equal(rule->id, "decree-331-splitting");
    b.number = 30000;
    assert_false(failed(grade_splitting(arena, &asked, parts, 2, &whole, &highest, &rule)));
    assert_int_equal(whole, highest);
    /* The old decree does not forbid it. */
    asked = vietnam("vn-2016", (struct date){2025, 1, 1});
    a = b = (struct fact){.name = "users", .is_number = true, .number = 6000};
    assert_false(failed(grade_splitting(arena, &asked, parts, 2, &whole, &highest, &rule)));
    assert_int_equal(whole, 3);
    assert_int_equal(highest, 2);
    assert_null(rule);
}

static void refuses_what_no_question_asks(void **state)
{
    (void)state;
    struct asked asked = vietnam("vn-2016", (struct date){2025, 1, 1});
    struct criteria_grade out;
    static const struct fact bad[] = {{.name = "weather", .answer = ANSWER_YES},
                                      {.name = "users", .answer = ANSWER_YES},
                                      {.name = "works-1", .is_number = true, .number = 1}};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(grade_criteria(arena, &asked, &bad[i], 1, &out).kind, FAULT_USAGE);
    asked.on = (struct date){2026, 7, 1};
    assert_int_equal(grade_criteria(arena, &asked, NULL, 0, &out).kind, FAULT_USAGE);
    asked = vietnam("cn-mlps", (struct date){2026, 1, 1});
    assert_int_equal(grade_criteria(arena, &asked, NULL, 0, &out).kind, FAULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_criterion_gives_its_level),
        cmocka_unit_test(an_open_question_is_not_a_no),
        cmocka_unit_test(numbers_fill_questions),
        cmocka_unit_test(new_law_has_other_thresholds_and_says_it_is_partial),
        cmocka_unit_test(splitting_does_not_lower_the_level),
        cmocka_unit_test(refuses_what_no_question_asks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
