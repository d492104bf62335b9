/* The words that a search finds a text by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "foundation/text/text.h"

static void gives(const char *text, const char *expected)
{
    struct buf out = {0};
    text_add_words(&out, view_of(text));
    assert_string_equal(out.ptr, expected);
    buf_free(&out);
}

static void test_words(void **state)
{
    (void)state;
    gives("", "");
    gives("  ,; ", "");
    gives("Port Control", "port control");
    gives("Cảng Hải Phòng, Đà Nẵng", "cang hai phong da nang");
    gives("web-01.gz 10.1.2.3", "web 01 gz web-01.gz 10 1 2 3 10.1.2.3");
    gives("--a--", "a");
    gives("fe80::1", "fe80 1 fe80::1");
    gives("ＡＢ１", "ab1");
    gives("МОСТ Ω", "мост ω");
    gives("e\xcc\x81t", "et");
}

static void test_pairs(void **state)
{
    (void)state;
    gives("交通厅", "交通 通厅");
    gives("厅", "厅");
    gives("交通 厅，A区", "交通 厅 a 区");
    gives("防火墙F3", "防火 火墙 f3");
    gives("𠀀𠀁", "𠀀𠀁");
}

static void test_hostile(void **state)
{
    (void)state;
    gives("a\xff"
          "b",
          "a b");
    gives("0123456789012345678901234567890123456789012345678901234567890123456789",
          "0123456789012345678901234567890123456789012345678901234567890123");
    gives("a\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431"
          "\u0431\u0431\u0431\u0431\u0431"
          "\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431",
          "a\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431"
          "\u0431\u0431\u0431\u0431\u0431"
          "\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431\u0431");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
