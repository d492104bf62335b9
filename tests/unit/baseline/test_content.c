/* The checks and views that come with Merlon: each holds what lint demands. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trial.h"

static void test_checks(void **state)
{
    (void)state;
    const struct check *const *checks;
    size_t count, refused = 0;
    expect_ok(checks_builtin(&checks, &count));
    assert_true(count >= 40);
    for (size_t i = 0; i < count; i++) {
        size_t cases = 0;
        struct rc rc = check_lint(checks[i], &cases);
        if (failed(rc))
            print_error("%s\n", fault_text());
        refused += failed(rc) || cases < 4;
        if (i)
            assert_true(strcmp(checks[i - 1]->id, checks[i]->id) < 0); /* by id, each once */
    }
    assert_int_equal(refused, 0);
}

static void test_views(void **state)
{
    (void)state;
    size_t views = 0, cases = 0;
    expect_ok(views_lint(&views, &cases));
    assert_true(views >= 5);
    assert_true(cases >= 4 * views);
}

static void test_relations(void **state)
{
    (void)state;
    const struct relation *relations;
    size_t count, views = 0;
    expect_ok(relations_list(trial_arena, &relations, &count));
    for (size_t i = 0; i < count; i++) {
        const struct relation *r = &relations[i];
        assert_true(r->doc[0] != '\0');
        assert_true(r->column_count >= 3);
        assert_string_equal(r->columns[r->column_count - 2].name, "src");
        assert_string_equal(r->columns[r->column_count - 1].name, "line");
        for (size_t c = 0; c < r->column_count; c++)
            assert_true(r->columns[c].doc[0] != '\0');
        views += strcmp(r->kind, "view") == 0;
    }
    assert_true(views >= 5);
    assert_true(count - views >= 20);
}

static void test_verdict_names(void **state)
{
    (void)state;
    for (int v = 0; v < VERDICT_COUNT; v++) {
        enum verdict back;
        assert_true(verdict_from(verdict_name((enum verdict)v), &back));
        assert_int_equal(back, v);
    }
    enum verdict untouched = VERDICT_WAIVED;
    assert_false(verdict_from("passed", &untouched));
    assert_false(verdict_from(NULL, &untouched));
    assert_int_equal(untouched, VERDICT_WAIVED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_checks),
        TRIAL(test_views),
        TRIAL(test_relations),
        TRIAL(test_verdict_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
