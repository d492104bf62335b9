/* Views: cursors take everything once, numbers hold at their limits. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/base/base.h"

#include <string.h>

static void assert_view(struct view v, const char *text)
{
    if (!view_is(v, text))
        fail_msg("wanted '%s', got '%.*s'", text, (int)v.len, v.ptr ? v.ptr : "");
}

static void assert_cuts(struct view rest, const char *const *pieces)
{
    struct view piece;
    for (; *pieces; pieces++) {
        assert_true(view_cut(&rest, ':', &piece));
        assert_view(piece, *pieces);
    }
    assert_false(view_cut(&rest, ':', &piece));
    assert_null(rest.ptr);
}

static void test_cut(void **state)
{
    (void)state;
    assert_cuts(VIEW("a::b"), (const char *const[]){"a", "", "b", NULL});
    assert_cuts(VIEW(""), (const char *const[]){"", NULL});
    assert_cuts(VIEW(":"), (const char *const[]){"", "", NULL});
    assert_cuts(VIEW("a:"), (const char *const[]){"a", "", NULL});
    assert_cuts((struct view){NULL, 0}, (const char *const[]){NULL});
}

static void assert_lines(struct view rest, const char *const *lines)
{
    struct view line;
    for (; *lines; lines++) {
        assert_true(view_line(&rest, &line));
        assert_view(line, *lines);
    }
    assert_false(view_line(&rest, &line));
}

static void test_line(void **state)
{
    (void)state;
    assert_lines(VIEW("a\n\nb\n"), (const char *const[]){"a", "", "b", NULL});
    assert_lines(VIEW("a\nb"), (const char *const[]){"a", "b", NULL});
    assert_lines(VIEW("\n"), (const char *const[]){"", NULL});
    assert_lines(VIEW(""), (const char *const[]){NULL});
    assert_lines(VIEW("a\r\n"), (const char *const[]){"a\r", NULL});
}

static void test_word(void **state)
{
    (void)state;
    struct view rest = VIEW(" \tone  two\tthree "), word;
    assert_true(view_word(&rest, &word));
    assert_view(word, "one");
    assert_true(view_word(&rest, &word));
    assert_view(word, "two");
    assert_true(view_word(&rest, &word));
    assert_view(word, "three");
    assert_false(view_word(&rest, &word));
    assert_false(view_word(&rest, &word));
    rest = (struct view){NULL, 0};
    assert_false(view_word(&rest, &word));
}

static void test_compare(void **state)
{
    (void)state;
    struct view none = {NULL, 0};
    assert_true(view_equal(none, VIEW("")));
    assert_true(view_is(none, ""));
    assert_true(view_equal(view_of(NULL), none));
    assert_false(view_equal(VIEW("a"), VIEW("ab")));
    assert_false(view_is(VIEW("a\0b"), "a"));
    assert_true(view_is_nocase(VIEW("PermitRootLogin"), "permitrootlogin"));
    assert_false(view_is_nocase(VIEW("Permit"), "permitrootlogin"));
    assert_true(view_starts(VIEW("abc"), "ab") && view_ends(VIEW("abc"), "bc"));
    assert_true(view_starts(none, "") && view_ends(none, ""));
    assert_false(view_starts(VIEW("a"), "ab") || view_ends(VIEW("b"), "ab"));
}

static void test_trim_and_from(void **state)
{
    (void)state;
    assert_view(view_trim(VIEW(" \t a b\r ")), "a b");
    assert_view(view_trim(VIEW(" \t\r")), "");
    assert_view(view_from(VIEW("abc"), 1), "bc");
    assert_view(view_from(VIEW("abc"), 3), "");
    assert_view(view_from(VIEW("abc"), SIZE_MAX), "");
    assert_null(view_from((struct view){NULL, 0}, 5).ptr);
}

static void assert_integer(const char *text, int64_t wanted)
{
    int64_t n = 77;
    assert_true(view_integer(view_of(text), &n));
    assert_int_equal(n, wanted);
}

static void test_integers(void **state)
{
    (void)state;
    assert_integer("0", 0);
    assert_integer("-0", 0);
    assert_integer("+5", 5);
    assert_integer("007", 7);
    assert_integer("9223372036854775807", INT64_MAX);
    assert_integer("-9223372036854775808", INT64_MIN);
    static const char *const refused[] = {"",
                                          "-",
                                          "+",
                                          "+-1",
                                          "--1",
                                          " 1",
                                          "1 ",
                                          "1.0",
                                          "0x10",
                                          "1a",
                                          "9223372036854775808",
                                          "-9223372036854775809",
                                          "99999999999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        int64_t n = 77;
        if (view_integer(view_of(refused[i]), &n) || n != 77)
            fail_msg("taken, or touched: '%s'", refused[i]);
    }
}

static void test_octal(void **state)
{
    (void)state;
    int64_t n = 77;
    assert_true(view_octal(VIEW("0755"), &n));
    assert_int_equal(n, 0755);
    assert_true(view_octal(VIEW("77777777777777777777"), &n));
    assert_int_equal(n, ((int64_t)1 << 60) - 1);
    n = 77;
    assert_false(view_octal(VIEW(""), &n));
    assert_false(view_octal(VIEW("8"), &n));
    assert_false(view_octal(VIEW("-7"), &n));
    assert_false(view_octal(VIEW("777777777777777777777"), &n));
    assert_int_equal(n, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut),      cmocka_unit_test(test_line),
        cmocka_unit_test(test_word),     cmocka_unit_test(test_compare),
        cmocka_unit_test(test_integers), cmocka_unit_test(test_trim_and_from),
        cmocka_unit_test(test_octal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
