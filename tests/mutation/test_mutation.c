/* The mutation test tested: which changes are made of a query, and that none is forgotten. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sql.h"

#include <string.h>

/* The changed queries, in their order, must be exactly these. */
static void expect_changes(const char *sql, const char *const *wanted, size_t count)
{
    struct arena *arena = arena_new();
    size_t found;
    struct mutation *mutations = sql_mutations(arena, sql, &found);
    for (size_t i = 0; i < found && i < count; i++)
        assert_string_equal(sql_mutate(arena, sql, &mutations[i]), wanted[i]);
    assert_int_equal(found, count);
    arena_free(arena);
}

#define EXPECT(sql, ...)                                                                           \
    do {                                                                                           \
        const char *const wanted[] = {__VA_ARGS__};                                                \
        expect_changes(sql, wanted, COUNT_OF(wanted));                                             \
    } while (0)

static void test_operators(void **state)
{
    (void)state;
    EXPECT("a = b", "a <> b");
    EXPECT("a <> b", "a = b");
    EXPECT("a < b", "a <= b", "a >= b");
    EXPECT("a >= b", "a > b", "a < b");
    EXPECT("a & ~b", "a | ~b", "a &  b");
    EXPECT("a + b - c", "a - b - c", "a + b + c");
    EXPECT("(a) * b / c", "(a) / b / c", "(a) * b * c");
    expect_changes("SELECT * FROM t", NULL, 0);
    expect_changes("count(*) || x", NULL, 0);
}

static void test_words(void **state)
{
    (void)state;
    EXPECT("a AND b or c", "a OR b or c", "a AND b AND c");
    EXPECT("a BETWEEN b AND c AND d", "a NOT BETWEEN b AND c AND d", "a BETWEEN b AND c OR d");
    EXPECT("NOT EXISTS (SELECT 1 FROM t)", " EXISTS (SELECT 1 FROM t)");
    EXPECT("a IS NULL", "a IS NOT NULL");
    EXPECT("a IS NOT NULL", "a IS  NULL");
    EXPECT("LEFT JOIN t ORDER BY a DESC", " JOIN t ORDER BY a DESC", "LEFT JOIN t ORDER BY a ");
}

static void test_constants(void **state)
{
    (void)state;
    EXPECT("LIMIT 1", "LIMIT 2", "LIMIT 0");
    EXPECT("LIMIT 0", "LIMIT 1");
    EXPECT("'it''s'", "'it''s~'");
    EXPECT("''", "'~'");
    EXPECT("a LIKE '%/x%'", "a NOT LIKE '%/x%'", "a LIKE '%/x~%'", "a LIKE '/x%'", "a LIKE '%/x'");
    EXPECT("a NOT GLOB '*'", "a  GLOB '*'", "a NOT GLOB '~*'");
    expect_changes("a -- 1 = 2 AND\n /* 3 < 4 */ :five", NULL, 0);
}

static void test_functions(void **state)
{
    (void)state;
    EXPECT("min(a) max(b)", "max(a) max(b)", "min(a) min(b)");
    EXPECT("iif(a, f(b, c), d)", "iif(a, d, f(b, c))");
    EXPECT("coalesce(a, b, f(c, d))", "coalesce(a, b, NULL)");
    EXPECT("a IN (:b, :c, :d)", "a NOT IN (:b, :c, :d)", "a IN ( :c, :d)", "a IN (:b, :d)",
           "a IN (:b, :c)");
    EXPECT("a IN (:b)", "a NOT IN (:b)", "a IN ()");
    EXPECT("a IN (SELECT b, c)", "a NOT IN (SELECT b, c)");
    expect_changes("coalesce(a", NULL, 0);
    expect_changes("iif(a, b)", NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operators), cmocka_unit_test(test_words),
        cmocka_unit_test(test_constants), cmocka_unit_test(test_functions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
