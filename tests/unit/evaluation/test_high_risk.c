/* The general cases of high risk ("high-risk-cases"), and what items name of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "regulation/evaluation/evaluation.h"

#include <string.h>

static void has_42_cases_with_trigger_and_mitigation(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct threshold t;
    size_t count = 0;
    const struct high_risk *cases = high_risk_cases(arena, &count);
    assert_false(
        failed(rule_threshold(regime_rule(regime_find("cn-mlps"), "high-risk-cases"), &t)));
    assert_int_equal(count, t.low);
    assert_int_equal(count, 42);
    for (size_t i = 0; i < count; i++) {
        assert_true(*cases[i].number && *cases[i].trigger && *cases[i].mitigation);
        assert_in_range(cases[i].min_level, 2, 4);
    }
    arena_free(arena);
}

static size_t named(const struct high_risk *cases, size_t count, const char *id,
                    const char **number)
{
    const struct high_risk *found[8];
    const struct clause *clause = catalogue_clause(catalogue_load(), id);
    assert_non_null(clause);
    size_t hits = high_risk_of(clause, cases, count, found, COUNT_OF(found));
    *number = hits ? found[0]->number : "";
    return hits;
}

static void items_name_the_cases_of_their_level(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const char *number = NULL;
    size_t count = 0;
    const struct high_risk *cases = high_risk_cases(arena, &count);
    assert_int_equal(named(cases, count, "GB22239-L3-8.1.4.1-a", &number), 1);
    assert_string_equal(number, "6.4.1.1");
    assert_int_equal(named(cases, count, "GB22239-L3-8.1.4.1-b", &number), 0);
    arena_free(arena);
}

/* Every case that holds from a level is named by an item of that level. */
static void every_case_is_named_by_an_item(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    size_t count = 0, total = 0;
    const struct high_risk *cases = high_risk_cases(arena, &count);
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    for (size_t i = 0; i < count; i++) {
        size_t hits = 0;
        for (size_t k = 0; k < total; k++) {
            const struct high_risk *found[8];
            hits += high_risk_of(&clauses[k], &cases[i], 1, found, COUNT_OF(found));
        }
        if (!hits)
            fail_msg("no item names the case %s", cases[i].number);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_42_cases_with_trigger_and_mitigation),
        cmocka_unit_test(items_name_the_cases_of_their_level),
        cmocka_unit_test(every_case_is_named_by_an_item),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
