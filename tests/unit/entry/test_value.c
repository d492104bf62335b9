/* Kinds as content/register has them, and values in their canonical form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "register/entry/kind.h"

#include <string.h>

static struct arena *arena;

static void takes(const char *kind, const char *field, const char *written, const char *expected)
{
    const struct field *found = field_find(kind_find(kind), field);
    const char *out = "untouched";
    assert_non_null(found);
    if (failed(field_parse(arena, found, view_of(written), &out)))
        fail_msg("%s.%s: '%s' was refused: %s", kind, field, written, fault_text());
    if (!expected)
        assert_null(out);
    else
        assert_string_equal(out, expected);
}

static void refuses(const char *kind, const char *field, const char *written, const char *why)
{
    const struct field *found = field_find(kind_find(kind), field);
    const char *out = "untouched";
    assert_non_null(found);
    if (!failed(field_parse(arena, found, view_of(written), &out)))
        fail_msg("%s.%s: '%s' was taken as '%s'", kind, field, written, out);
    if (!strstr(fault_text(), why))
        fail_msg("'%s' does not say '%s'", fault_text(), why);
    assert_string_equal(out, "untouched");
}

static void test_kinds(void **state)
{
    (void)state;
    static const char *const expected[] = {"access",   "agency",   "asset",  "evaluation",
                                           "evidence", "grading",  "person", "product",
                                           "sighting", "supplier", "system", "unit"};
    size_t count;
    const struct kind *const *list = kinds(&count);
    assert_int_equal(count, COUNT_OF(expected));
    for (size_t i = 0; i < count; i++)
        assert_string_equal(list[i]->name, expected[i]);
    size_t conditions = 0;
    const struct kind *product = kind_find("product"), *agency = kind_find("agency");
    for (size_t i = 0; i < product->count; i++)
        conditions += product->fields[i].condition;
    assert_int_equal(conditions, 6); /* 2007 Measures, Article 21 */
    for (size_t i = 0; i < agency->count; i++)
        conditions += agency->fields[i].condition;
    assert_int_equal(conditions, 14); /* and the eight of Article 22 */
    assert_int_equal(product->from_grade, 3);
    assert_null(kind_find("nothing"));
}

static void test_every_field_has_three_titles(void **state)
{
    (void)state;
    size_t count;
    const struct kind *const *list = kinds(&count);
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < list[k]->count; i++)
            for (int lang = 0; lang < LANG_COUNT; lang++)
                assert_string_not_equal(
                    doc_get_text(list[k]->fields[i].titles, lang_name((enum lang)lang)), "");
}

static void test_texts(void **state)
{
    (void)state;
    takes("unit", "name", "  交通厅 ", "交通厅");
    takes("unit", "name", " ", NULL);
    refuses("unit", "postcode", "1234567890123", "longer than 12 characters");
    refuses("unit", "name", "a\x1b[31m", "control character");
}

static void test_numbers_and_dates(void **state)
{
    (void)state;
    takes("system", "s", "03", "3");
    refuses("system", "s", "6", "6 is not from 1 to 5");
    refuses("system", "users", "-1", "-1 is less than 0");
    refuses("system", "users", "many", "not a whole number: 'many'");
    takes("asset", "acquired", "2026-11-27", "2026-11-27");
    takes("asset", "acquired", "2026/2/9", "2026-02-09");
    takes("asset", "acquired", "2024.2.29", "2024-02-29");
    takes("asset", "acquired", "2026-11-27 10:30:00", "2026-11-27");
    refuses("asset", "acquired", "2026-02-29", "not a date");
    refuses("asset", "acquired", "27-11-2026", "not a date");
    refuses("asset", "acquired", "2026-11", "not a date");
    refuses("asset", "acquired", "2026-11-27-1", "not a date");
}

static void test_choices(void **state)
{
    (void)state;
    takes("asset", "class", "DBMS", "dbms");
    refuses("asset", "class", "printer", "'printer' is none of network_device, security_device");
    takes("person", "key_post", "是", "yes");
    takes("person", "key_post", "không", "no");
    refuses("person", "key_post", "maybe", "neither yes nor no");
}

static void test_lists(void **state)
{
    (void)state;
    takes("system", "scopes", "General, cloud;general", "general; cloud");
    refuses("system", "scopes", "general, moon", "'moon' is none of general");
    takes("asset", "addresses", "10.1.2.3, fe80::1/64\n10.1.2.3", "10.1.2.3; fe80::1/64");
    refuses("asset", "addresses", "10.1.2", "not an IP address");
    refuses("asset", "addresses", "10.1.2.3/33", "not an IP address");
    takes("asset", "software", "a, b; c", "a, b; c");
    takes("system", "domains", "core:4;edge:2", "core:4; edge:2");
    refuses("system", "domains", "core:6", "not a name and a grade");
    takes("system", "products", "p1 ,p2", "p1; p2");
    refuses("system", "products", "a b", "a key holds");
    takes("system", "products", " ; ", NULL);
}

static void test_keys(void **state)
{
    (void)state;
    assert_false(failed(key_verify(VIEW("GZ-01/a.b_c:7"))));
    assert_false(failed(key_verify(VIEW("贵州"))));
    assert_true(failed(key_verify(VIEW(""))));
    assert_true(failed(key_verify(VIEW("a\nb"))));
    assert_true(failed(key_verify(VIEW("=a"))));
    assert_true(failed(
        key_verify(VIEW("0123456789012345678901234567890123456789012345678901234567890123x"))));
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),   cmocka_unit_test(test_every_field_has_three_titles),
        cmocka_unit_test(test_texts),   cmocka_unit_test(test_numbers_and_dates),
        cmocka_unit_test(test_choices), cmocka_unit_test(test_lists),
        cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
