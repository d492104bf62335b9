/* Which items bind: counts of every grade and scope, marks at their own level, inheritance, faults.
 * tests/scenario/law_select.sh compares every mix with a count of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "regulation/grading/grading.h"

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

static struct selection_request request_of(int s, int a, int g, const char *const *scopes,
                                           size_t count)
{
    return (struct selection_request){.standard =
                                          catalogue_standard(catalogue_load(), "gbt22239-2019"),
                                      .marks = {s, a, g},
                                      .scopes = scopes,
                                      .scope_count = count};
}

static struct selection make(const struct selection_request *request)
{
    struct selection selection = {0};
    struct rc rc = selection_make(arena, request, &selection);
    if (failed(rc))
        fail_msg("%s", fault_text());
    return selection;
}

static const char *const general[] = {"general"};

static void counts_every_grade_and_scope(void **state)
{
    (void)state;
    static const struct {
        const char *scope;
        size_t counts[4];
    } expected[] = {{"general", {55, 135, 211, 228}}, {"cloud", {11, 29, 46, 49}},
                    {"mobile", {5, 14, 19, 21}},      {"iot", {4, 7, 20, 21}},
                    {"ics", {9, 15, 21, 22}},         {"bigdata", {3, 12, 24, 25}}};
    static const char *const all[] = {"all"};
    for (int level = 1; level <= 4; level++) {
        size_t total = 0;
        for (size_t i = 0; i < COUNT_OF(expected); i++) {
            const char *scopes[] = {expected[i].scope};
            struct selection_request request = request_of(level, level, level, scopes, 1);
            assert_int_equal(make(&request).count, expected[i].counts[level - 1]);
            total += expected[i].counts[level - 1];
        }
        struct selection_request request = request_of(level, level, level, all, 1);
        assert_int_equal(make(&request).count, total);
    }
}

static void takes_each_mark_at_its_own_level(void **state)
{
    (void)state;
    static const char *const scopes[] = {"general", "cloud"};
    for (int s = 1; s <= 4; s++)
        for (int a = 1; a <= 4; a++) {
            int g = s > a ? s : a;
            struct selection_request request = request_of(s, a, g, scopes, 2);
            struct selection selection = make(&request);
            for (size_t i = 0; i < selection.count; i++) {
                const struct selected *item = &selection.items[i];
                int level = item->mark == 'S' ? s : item->mark == 'A' ? a : g;
                assert_int_equal(item->clause->level, level);
                assert_int_equal(item->mark, clause_mark(item->clause));
                if (strcmp(item->clause->scope, "cloud") == 0)
                    assert_int_equal(item->mark, 'G');
            }
        }
    assert_int_equal(clause_mark(catalogue_clause(catalogue_load(), "GB22239-L3-8.1.4.1-a")), 'S');
}

static void keeps_what_bears_on_a_class(void **state)
{
    (void)state;
    struct selection_request request = request_of(3, 3, 3, general, 1);
    size_t whole = make(&request).count;
    request.classes = 1u << CLASS_DBMS;
    struct selection selection = make(&request);
    assert_true(selection.count > 0 && selection.count < whole);
    for (size_t i = 0; i < selection.count; i++)
        assert_true(selection.items[i].clause->classes >> CLASS_DBMS & 1u);
}

static void marks_what_the_platform_answers_for(void **state)
{
    (void)state;
    static const char *const inherited[] = {"GB22239-L3-8.1.1.1-a", "general.ia_id"};
    struct selection_request request = request_of(3, 3, 3, general, 1);
    request.inherited = inherited;
    request.inherited_count = 2;
    struct selection selection = make(&request);
    size_t found = 0;
    assert_int_equal(selection.count, 211);
    for (size_t i = 0; i < selection.count; i++)
        found += selection.items[i].inherited;
    assert_int_equal(found, 2);
    assert_true(selection_find(&selection, "GB22239-L3-8.1.1.1-a")->inherited);
    assert_true(selection_find(&selection, "GB22239-L3-8.1.4.1-a")->inherited);
    assert_false(selection_find(&selection, "GB22239-L3-8.1.4.1-b")->inherited);
    assert_null(selection_find(&selection, "GB22239-L2-7.1.4.1-a"));
    static const char *const stranger[] = {"GB22239-L2-7.1.4.1-a"};
    struct selection untouched = {.count = 77};
    request.inherited = stranger;
    request.inherited_count = 1;
    assert_int_equal(selection_make(arena, &request, &untouched).kind, FAULT_USAGE);
    assert_int_equal(untouched.count, 77);
}

static void refuses_what_is_no_grade(void **state)
{
    (void)state;
    static const struct marks bad[] = {{0, 1, 1}, {1, 0, 1}, {5, 3, 5}, {3, 2, 2},
                                       {2, 3, 2}, {3, 3, 5}, {-1, 1, 1}};
    struct selection selection;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct selection_request request = request_of(bad[i].s, bad[i].a, bad[i].g, general, 1);
        assert_int_equal(selection_make(arena, &request, &selection).kind, FAULT_USAGE);
    }
    static const char *const unknown[] = {"general", "moon"};
    struct selection_request request = request_of(3, 3, 3, unknown, 2);
    assert_int_equal(selection_make(arena, &request, &selection).kind, FAULT_USAGE);
    request = request_of(3, 3, 3, general, 0);
    assert_int_equal(selection_make(arena, &request, &selection).kind, FAULT_USAGE);
    request = request_of(2, 2, 2, general, 1);
    request.standard = catalogue_standard(catalogue_load(), "jtt1417-2022");
    assert_int_equal(selection_make(arena, &request, &selection).kind, FAULT_USAGE);
    request.marks = (struct marks){1, 1, 1};
    assert_int_equal(make(&request).count, 116);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_every_grade_and_scope),
        cmocka_unit_test(takes_each_mark_at_its_own_level),
        cmocka_unit_test(keeps_what_bears_on_a_class),
        cmocka_unit_test(marks_what_the_platform_answers_for),
        cmocka_unit_test(refuses_what_is_no_grade),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
