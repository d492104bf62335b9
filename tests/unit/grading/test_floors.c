/* Lowest grades: by secrecy, and of a platform by what it hosts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "regulation/grading/grading.h"

static void secrecy_gives_a_floor(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct asked asked = {.regime = regime_find("cn-secret"), .on = {2026, 1, 1}};
    static const char *const degrees[] = {"secret", "confidential", "top_secret"};
    const struct rule *rule = NULL;
    int grade = 77;
    for (int i = 0; i < 3; i++) {
        assert_false(failed(grade_floor(arena, &asked, degrees[i], &grade, &rule)));
        assert_int_equal(grade, i + 3);
        assert_string_equal(rule->id, "measures-27-floors");
    }
    assert_int_equal(grade_floor(arena, &asked, "private", &grade, &rule).kind, FAULT_USAGE);
    assert_int_equal(grade_floor(arena, &asked, NULL, &grade, &rule).kind, FAULT_USAGE);
    asked.on = (struct date){2007, 6, 21};
    assert_int_equal(grade_floor(arena, &asked, "secret", &grade, &rule).kind, FAULT_USAGE);
    asked.regime = regime_find("cn-mlps");
    asked.on = (struct date){2026, 1, 1};
    assert_int_equal(grade_floor(arena, &asked, "secret", &grade, &rule).kind, FAULT_USAGE);
    assert_int_equal(grade, 5);
    arena_free(arena);
}

static void a_platform_is_not_below_what_it_hosts(void **state)
{
    (void)state;
    static const int hosted[] = {2, 3, 1};
    assert_false(failed(grade_platform(3, hosted, 3)));
    assert_false(failed(grade_platform(4, hosted, 3)));
    assert_false(failed(grade_platform(1, NULL, 0)));
    assert_int_equal(grade_platform(2, hosted, 3).kind, FAULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrecy_gives_a_floor),
        cmocka_unit_test(a_platform_is_not_below_what_it_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
