/* Precedence: in force, reference, authority, later, stricter; the customer's choice; no answer. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pack.h"

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

static struct rc ask(const char *yaml, const char *on, const char *choice, struct decision *out)
{
    const struct regime *regime = NULL;
    struct question question = {.topic = "t", .choices = &choice, .choice_count = choice != NULL};
    TRY(regime_read(arena, "trial", view_of(yaml), &regime));
    TRY(date_from(on, &question.on));
    question.regime = regime;
    return regime_decide(arena, &question, out);
}

/* Which rule applies, and how the two rules stand. */
static void stands(const char *yaml, const char *on, const char *choice, const char *applies,
                   enum standing first, enum standing second)
{
    struct decision decision;
    struct rc rc = ask(yaml, on, choice, &decision);
    if (failed(rc))
        fail_msg("%s", fault_text());
    assert_int_equal(decision.count, 2);
    if (applies)
        assert_string_equal(decision.applies->id, applies);
    else
        assert_null(decision.applies);
    assert_int_equal(decision.candidates[0].standing, first);
    assert_int_equal(decision.candidates[1].standing, second);
    for (size_t i = 0; i < 2; i++)
        if (decision.candidates[i].by)
            assert_ptr_equal(decision.candidates[i].by, decision.applies);
}

static void what_is_not_in_force_is_out(void **state)
{
    (void)state;
    static const char pack[] = PACK_HEAD RULE("a", "law", "2020-01-01", "2020-12-31", YEARLY)
        RULE("b", "guide", "2021-01-01", "", YEARLY);
    stands(pack, "2019-12-31", NULL, NULL, STANDING_NOT_IN_FORCE, STANDING_NOT_IN_FORCE);
    stands(pack, "2020-01-01", NULL, "a", STANDING_APPLIES, STANDING_NOT_IN_FORCE);
    stands(pack, "2020-12-31", NULL, "a", STANDING_APPLIES, STANDING_NOT_IN_FORCE);
    stands(pack, "2021-01-01", NULL, "b", STANDING_NOT_IN_FORCE, STANDING_APPLIES);
}

static void higher_authority_goes_before_later_and_stricter(void **state)
{
    (void)state;
    stands(PACK_HEAD RULE("a", "law", "2020-01-01", "", YEARLY)
               RULE("b", "decree", "2024-01-01", "", MONTHLY),
           "2026-01-01", NULL, "a", STANDING_APPLIES, STANDING_OUTRANKED);
}

static void later_goes_before_stricter(void **state)
{
    (void)state;
    stands(PACK_HEAD RULE("a", "decree", "2020-01-01", "", MONTHLY)
               RULE("b", "other-decree", "2024-01-01", "", YEARLY),
           "2026-01-01", NULL, "b", STANDING_EARLIER, STANDING_APPLIES);
}

static void only_between_equals_the_stricter_applies(void **state)
{
    (void)state;
    stands(PACK_HEAD RULE("a", "decree", "2020-01-01", "", YEARLY)
               RULE("b", "other-decree", "2020-01-01", "", MONTHLY),
           "2026-01-01", NULL, "b", STANDING_LESS_STRICT, STANDING_APPLIES);
    stands(PACK_HEAD RULE("a", "decree", "2020-01-01", "",
                          "threshold: {measure: m, at_least: 8, unit: u}")
               RULE("b", "other-decree", "2020-01-01", "",
                    "threshold: {measure: m, at_least: 6, unit: u}"),
           "2026-01-01", NULL, "a", STANDING_APPLIES, STANDING_LESS_STRICT);
    stands(PACK_HEAD RULE("a", "decree", "2020-01-01", "", "clock: {as: notice}")
               RULE("b", "other-decree", "2020-01-01", "", YEARLY),
           "2026-01-01", NULL, "b", STANDING_LESS_STRICT, STANDING_APPLIES);
}

static void a_reference_goes_before_authority(void **state)
{
    (void)state;
    static const char pack[] =
        PACK_HEAD RULE("a", "law", "2020-01-01", "", "delegates: [guide]\n    " YEARLY)
            RULE("b", "guide", "2022-01-01", "", YEARLY);
    stands(pack, "2026-01-01", NULL, "b", STANDING_REFERS, STANDING_APPLIES);
    /* Before the guide exists the law speaks itself. */
    stands(pack, "2021-01-01", NULL, "a", STANDING_APPLIES, STANDING_NOT_IN_FORCE);
}

static void the_customers_choice_goes_first(void **state)
{
    (void)state;
    static const char pack[] = PACK_HEAD RULE("a", "law", "2020-01-01", "2025-12-31", YEARLY)
        RULE("b", "guide", "2020-01-01", "", MONTHLY);
    stands(pack, "2025-01-01", "b", "b", STANDING_NOT_CHOSEN, STANDING_CHOSEN);
    stands(pack, "2025-01-01", "unrelated", "a", STANDING_APPLIES, STANDING_OUTRANKED);
    struct decision untouched = {.count = 77};
    struct rc rc = ask(pack, "2026-01-01", "a", &untouched);
    assert_int_equal(rc.kind, FAULT_USAGE);
    assert_int_equal(untouched.count, 77);
}

static void the_conflict_of_evaluation_periods_is_settled_and_shown(void **state)
{
    (void)state;
    struct decision decision;
    struct question question = {
        .regime = regime_find("cn-mlps"), .topic = "evaluation", .grade = 4, .on = {2026, 1, 1}};
    assert_false(failed(regime_decide(arena, &question, &decision)));
    assert_int_equal(decision.count, 2);
    assert_string_equal(decision.applies->id, "measures-14-evaluation-4");
    const char *choice = "letter-1846-q11-evaluation";
    question.choices = &choice;
    question.choice_count = 1;
    assert_false(failed(regime_decide(arena, &question, &decision)));
    assert_string_equal(decision.applies->id, choice);
    question.on = (struct date){2024, 1, 1};
    assert_true(failed(regime_decide(arena, &question, &decision)));
}

static void says_when_the_first_rule_starts(void **state)
{
    (void)state;
    struct question question = {
        .regime = regime_find("cn-mlps"), .topic = "evaluation", .on = {2000, 1, 1}};
    struct rc rc = decision_none(&question);
    assert_int_equal(rc.kind, FAULT_USAGE);
    assert_non_null(strstr(fault_text(), "2007-06-22"));
    question.topic = "nothing";
    rc = decision_none(&question);
    assert_int_equal(rc.kind, FAULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_in_force_is_out),
        cmocka_unit_test(higher_authority_goes_before_later_and_stricter),
        cmocka_unit_test(later_goes_before_stricter),
        cmocka_unit_test(only_between_equals_the_stricter_applies),
        cmocka_unit_test(a_reference_goes_before_authority),
        cmocka_unit_test(the_customers_choice_goes_first),
        cmocka_unit_test(the_conflict_of_evaluation_periods_is_settled_and_shown),
        cmocka_unit_test(says_when_the_first_rule_starts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
