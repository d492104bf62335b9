/* Who decides on a grade: the steps by grade, regrading, approval; every pack's other steps. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "regulation/grading/grading.h"

#include <string.h>

static void steps_are(const char *regime, struct date on, int grade, bool cross,
                      const char *expected)
{
    struct arena *arena = arena_new();
    struct asked asked = {.regime = regime_find(regime), .on = on};
    const struct step *steps = NULL;
    size_t count = 0;
    const char *ids = "";
    assert_false(failed(grade_steps(arena, &asked, grade, cross, &steps, &count)));
    for (size_t i = 0; i < count; i++)
        ids = arena_printf(arena, "%s%s%s:%s", ids, i ? " " : "", steps[i].id, steps[i].who);
    assert_string_equal(ids, expected);
    arena_free(arena);
}

static void grade_1_is_the_operators_alone(void **state)
{
    (void)state;
    steps_are("cn-mlps", (struct date){2026, 1, 1}, 1, false,
              "define-object:operator preliminary-grade:operator report-department:operator");
}

static void higher_grades_are_reviewed(void **state)
{
    (void)state;
    steps_are("cn-mlps", (struct date){2026, 1, 1}, 3, false,
              "define-object:operator preliminary-grade:operator expert-review:experts "
              "department-approval:department filing-review:police report-department:operator");
    steps_are("cn-mlps", (struct date){2026, 1, 1}, 4, true,
              "define-object:operator preliminary-grade:operator expert-review:experts "
              "department-approval:department filing-review:police report-department:operator "
              "cross-province:department national-experts:experts");
    steps_are("cn-mlps", (struct date){2010, 1, 1}, 4, false,
              "report-department:operator national-experts:experts");
    steps_are("cn-mlps", (struct date){2010, 1, 1}, 3, true,
              "report-department:operator cross-province:department");
}

static void vietnam_appraises_and_approves_by_level(void **state)
{
    (void)state;
    struct date on = {2025, 1, 1}, now = {2026, 9, 1};
    steps_are("vn-2016", on, 1, false, "1-2:specialist_unit");
    steps_are("vn-2016", on, 2, false, "1-2:specialist_unit");
    steps_are("vn-2016", on, 3, false, "3-appraise:specialist_unit 3-approve:owner");
    steps_are("vn-2016", on, 4, false, "4-5-appraise:mic 4-approve:owner");
    steps_are("vn-2016", on, 5, false, "4-5-appraise:mic 4-approve:owner 5-list:prime_minister");
    steps_are("vn-2026", now, 3, false, "3:owner");
    steps_are("vn-2026", now, 5, false, "4-5:mps");
}

/* Steps that are not about grading, by the ids of their items. */
static void holds_the_other_steps(void **state)
{
    (void)state;
    static const struct {
        const char *regime, *rule, *items;
    } rules[] = {
        {"cn-mlps", "gbt22240-2020-process",
         "define-object preliminary-grade expert-review department-approval filing-review"},
        {"cn-mlps", "measures-10-process", "report-department cross-province national-experts"},
        {"cn-mlps", "gbt28449-activities", "preparation scheme field report"},
        {"cn-mlps", "letter-1846-acceptance", "prefecture province-cross province-5"},
        {"cn-secret", "measures-29-approval", "evaluation approval filing"},
        {"cn-crypto", "measures-36-approval", "secret not-secret"},
        {"cn-telecom-pilot", "miit-391-selection", "review visit publish"},
        {"vn-2016", "decree-85-authority",
         "1-2 3-appraise 3-approve 4-5-appraise 4-approve 5-list"},
        {"vn-2026", "decree-331-authority", "3 4-5"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        const struct rule *rule = regime_rule(regime_find(rules[i].regime), rules[i].rule);
        const char *ids = "";
        assert_non_null(rule);
        for (uint32_t k = 0; k < doc_count(rule_items(rule)); k++)
            ids = arena_printf(arena, "%s%s%s", ids, k ? " " : "",
                               doc_get_text(doc_at(rule_items(rule), k), "id"));
        assert_string_equal(ids, rules[i].items);
    }
    arena_free(arena);
}

static void an_approver_is_never_the_requester(void **state)
{
    (void)state;
    assert_false(failed(grade_approver("li", "wang")));
    assert_int_equal(grade_approver("li", "li").kind, FAULT_USAGE);
    assert_int_equal(grade_approver("li", "").kind, FAULT_USAGE);
    assert_int_equal(grade_approver(NULL, "wang").kind, FAULT_USAGE);
}

static void a_change_means_grading_again(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct asked asked = {.regime = regime_find("cn-mlps"), .on = {2026, 1, 1}};
    static const char *const ids[] = {"data", "users", "function", "colour"};
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        bool again = false;
        assert_false(failed(grade_again(arena, &asked, &ids[i], 1, &again)));
        assert_int_equal(again, i < 3);
    }
    bool again = true;
    assert_false(failed(grade_again(arena, &asked, NULL, 0, &again)));
    assert_false(again);
    asked.on = (struct date){2007, 1, 1};
    assert_true(failed(grade_again(arena, &asked, ids, 1, &again)));
    arena_free(arena);
}

static void refuses_grades_that_are_none(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct asked asked = {.regime = regime_find("cn-mlps"), .on = {2026, 1, 1}};
    const struct step *steps = NULL;
    size_t count = 0;
    assert_true(failed(grade_steps(arena, &asked, 0, false, &steps, &count)));
    assert_true(failed(grade_steps(arena, &asked, 6, false, &steps, &count)));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grade_1_is_the_operators_alone),
        cmocka_unit_test(higher_grades_are_reviewed),
        cmocka_unit_test(vietnam_appraises_and_approves_by_level),
        cmocka_unit_test(holds_the_other_steps),
        cmocka_unit_test(an_approver_is_never_the_requester),
        cmocka_unit_test(a_change_means_grading_again),
        cmocka_unit_test(refuses_grades_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
