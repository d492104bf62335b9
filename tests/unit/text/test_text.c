/* text: width, safety, wrapping, languages and placeholders. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/text/text.h"

#include <stdlib.h>
#include <string.h>

static size_t width(const char *text)
{
    return text_width(view_of(text));
}

static void test_width(void **state)
{
    (void)state;
    assert_int_equal(width(""), 0);
    assert_int_equal(width("abc"), 3);
    assert_int_equal(width("身份鉴别"), 8);
    assert_int_equal(width("（一）"), 6);
    assert_int_equal(width("Kiểm tra độ dài"), 15);     /* composed */
    assert_int_equal(width("Kie\xcc\x82\xcc\x89m"), 4); /* e + circumflex + hook */
    assert_int_equal(width("한국어"), 6);
    assert_int_equal(width("\xf0\x9f\x98\x80"), 2); /* an emoji */
    assert_int_equal(width("a\xe2\x80\x8b"
                           "b"),
                     2);                        /* zero width space */
    assert_int_equal(width("\xff\xfe"), 2);     /* no UTF-8: one each */
    assert_int_equal(width("\xc0\xaf"), 2);     /* overlong */
    assert_int_equal(width("\xed\xa0\x80"), 3); /* a surrogate */
    assert_int_equal(width("\xe8\xba"), 2);     /* cut */
}

static void check_safe(const char *raw, size_t len, const char *expected)
{
    struct buf out = {0};
    buf_add_text(&out, "");
    text_add_safe(&out, (struct view){raw, len});
    assert_string_equal(out.ptr, expected);
    buf_free(&out);
}

static void test_safe(void **state)
{
    (void)state;
    check_safe("plain 身份 é", strlen("plain 身份 é"), "plain 身份 é");
    check_safe("\x1b[2J", 4, "\\x1b[2J");
    check_safe("a\nb\tc\r", 6, "a\\x0ab\\x09c\\x0d");
    check_safe("a\0b", 3, "a\\x00b");
    check_safe("\x7f", 1, "\\x7f");
    check_safe("\xc2\x9b"
               "31m",
               5, "\\u{9b}31m"); /* C1: CSI */
    check_safe("x\xe2\x80\xae"
               "exe.txt",
               11, "x\\u{202e}exe.txt"); /* right-to-left override */
    check_safe("\xe2\x81\xa6", 3, "\\u{2066}");
    check_safe("\xff", 1, "\\xff");
    check_safe("\xe8\xba", 2, "\\xe8\\xba");
    check_safe("\xf3\xa0\x81\x81", 4, "\\u{e0041}"); /* a tag character */
}

static void check_wrapped(const char *text, size_t columns, size_t indent, const char *expected)
{
    struct buf out = {0};
    buf_add_text(&out, "");
    text_add_wrapped(&out, view_of(text), columns, indent);
    assert_string_equal(out.ptr, expected);
    buf_free(&out);
}

static void test_wrap(void **state)
{
    (void)state;
    check_wrapped("", 20, 0, "");
    check_wrapped("one two three four five", 16, 0, "one two three\nfour five");
    check_wrapped("one   two", 16, 0, "one   two");
    check_wrapped("one two   three   four", 16, 0, "one two   three\nfour");
    check_wrapped("one two three four", 20, 4, "one two three\n    four");
    /* Wide characters break anywhere, but closing punctuation does not start a line. */
    check_wrapped("一二三四五六七八九十", 16, 0, "一二三四五六七八\n九十");
    check_wrapped("一二三四五六七八，九", 16, 0, "一二三四五六七\n八，九");
    check_wrapped("用户 password 应当复杂", 16, 0, "用户 password 应\n当复杂");
    /* A word wider than a line is broken. */
    check_wrapped("aaaaaaaaaaaaaaaaaaaaaa", 16, 0, "aaaaaaaaaaaaaaaa\naaaaaa");
    check_wrapped("a\nb", 16, 2, "a\n  b");
}

/* Whatever the text, no line is wider than asked for. */
static void test_wrap_bound(void **state)
{
    (void)state;
    static const char *const pieces[] = {"word ", "身份", "，",   "a",
                                         " ",     "é",    "\xff", "longer-word"};
    unsigned seed = 7;
    for (int round = 0; round < 300; round++) {
        struct buf text = {0}, out = {0};
        buf_add_text(&text, "");
        for (int i = 0; i < 40; i++) {
            seed = seed * 1103515245u + 12345u;
            buf_add_text(&text, pieces[(seed >> 16) % COUNT_OF(pieces)]);
        }
        size_t columns = 16 + (size_t)round % 60;
        text_add_wrapped(&out, buf_view(&text), columns, 0);
        struct view rest = buf_view(&out), line;
        while (view_line(&rest, &line))
            assert_true(text_width(line) <= columns);
        buf_free(&text);
        buf_free(&out);
    }
}

static void test_languages(void **state)
{
    (void)state;
    enum lang lang = LANG_EN;
    assert_true(lang_from("zh", &lang) && lang == LANG_ZH);
    assert_true(lang_from("vi_VN.UTF-8", &lang) && lang == LANG_VI);
    assert_true(lang_from("en-GB", &lang) && lang == LANG_EN);
    assert_false(lang_from("fr", &lang));
    assert_false(lang_from("zhuang", &lang));
    assert_false(lang_from("", &lang));
    assert_false(lang_from(NULL, &lang));
    assert_string_equal(lang_name(LANG_VI), "vi");
}

static void test_detect(void **state)
{
    (void)state;
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    setenv("LANG", "zh_CN.UTF-8", 1);
    assert_int_equal(lang_detect(), LANG_ZH);
    setenv("LC_MESSAGES", "vi_VN", 1);
    assert_int_equal(lang_detect(), LANG_VI);
    setenv("LC_ALL", "C", 1);
    assert_int_equal(lang_detect(), LANG_EN);
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    unsetenv("LANG");
    assert_int_equal(lang_detect(), LANG_EN);
}

static void test_render(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct message none = {0};
    struct message filled = {.key = "reason.row_failed", .args = {"1", "3"}};
    struct message missing = {.key = "no.such.key"};
    struct message empty = {.key = "reason.source_unread", .args = {"{2}"}};
    assert_string_equal(text_render(arena, LANG_EN, &none), "");
    assert_string_equal(text_render(arena, LANG_EN, &filled), "1 of 3 judged do not hold.");
    assert_string_equal(text_render(arena, LANG_EN, &missing), "no.such.key");
    /* What is filled in is not filled again. */
    assert_string_equal(text_render(arena, LANG_EN, &empty), "{2} was not read whole: .");
    assert_string_not_equal(text_render(arena, LANG_ZH, &filled),
                            text_render(arena, LANG_VI, &filled));
    arena_free(arena);
}

static void test_text_of(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct value top;
    struct rc rc = doc_read_yaml(arena, "test", VIEW("{en: here, zh: 这里, vi: ''}"), &top);
    assert_false(failed(rc));
    assert_string_equal(text_of(top, LANG_ZH), "这里");
    assert_string_equal(text_of(top, LANG_VI), "here");
    assert_string_equal(text_of((struct value){0}, LANG_ZH), "");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_width),     cmocka_unit_test(test_safe),
        cmocka_unit_test(test_wrap),      cmocka_unit_test(test_wrap_bound),
        cmocka_unit_test(test_languages), cmocka_unit_test(test_detect),
        cmocka_unit_test(test_render),    cmocka_unit_test(test_text_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
