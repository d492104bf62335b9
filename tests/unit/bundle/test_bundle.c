/* The bundle in memory: what was added is found again, and the limits hold. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sensor/bundle/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rc add(struct bundle *bundle, enum item_kind kind, const char *name,
                     struct view bytes)
{
    struct item item = {.kind = kind, .name = name, .bytes = bytes};
    return bundle_add(bundle, &item);
}

static void test_names_of_kinds_and_statuses(void **state)
{
    (void)state;
    assert_string_equal(item_kind_name(ITEM_FILE), "file");
    assert_string_equal(item_kind_name(ITEM_WALK), "walk");
    assert_string_equal(item_status_name(ITEM_OK), "ok");
    assert_string_equal(item_status_name(ITEM_TRUNCATED), "truncated");
}

static void test_copies_all_it_holds(void **state)
{
    (void)state;
    struct bundle *bundle = bundle_new();
    char name[] = "/a", reason[] = "too large", bytes[] = "content", kind[] = "root";
    struct target target = {.kind = kind, .name = name, .tool = reason};
    bundle_set_target(bundle, &target);
    struct item item = {ITEM_FILE, ITEM_TRUNCATED, name, reason, {bytes, 7}, 99};
    assert_false(failed(bundle_add(bundle, &item)));
    memset(name, 'x', 2);
    memset(reason, 'x', 9);
    memset(bytes, 'x', 7);
    memset(kind, 'x', 4);
    const struct item *found = bundle_find(bundle, ITEM_FILE, "/a");
    assert_non_null(found);
    assert_string_equal(found->reason, "too large");
    assert_string_equal(found->bytes.ptr, "content");
    assert_int_equal(found->number, 0);
    assert_string_equal(bundle_target(bundle)->kind, "root");
    assert_string_equal(bundle_target(bundle)->name, "/a");
    bundle_free(bundle);
}

static void test_kind_and_name_are_the_key(void **state)
{
    (void)state;
    struct bundle *bundle = bundle_new();
    assert_false(failed(add(bundle, ITEM_FILE, "/a", VIEW("1"))));
    assert_false(failed(add(bundle, ITEM_STAT, "/a", VIEW("2"))));
    assert_int_equal(add(bundle, ITEM_FILE, "/a", VIEW("3")).kind, FAULT_USAGE);
    assert_int_equal(bundle_count(bundle), 2);
    assert_string_equal(bundle_find(bundle, ITEM_FILE, "/a")->bytes.ptr, "1");
    assert_string_equal(bundle_find(bundle, ITEM_STAT, "/a")->bytes.ptr, "2");
    assert_null(bundle_find(bundle, ITEM_LIST, "/a"));
    assert_null(bundle_find(bundle, ITEM_FILE, "/"));
    assert_null(bundle_at(bundle, 2));
    bundle_free(bundle);
}

/* Only ok and truncated items have bytes. */
static void test_no_bytes_where_nothing_was_read(void **state)
{
    (void)state;
    struct bundle *bundle = bundle_new();
    struct item item = {
        .kind = ITEM_FILE, .status = ITEM_DENIED, .name = "/s", .bytes = VIEW("secret")};
    assert_false(failed(bundle_add(bundle, &item)));
    assert_int_equal(bundle_at(bundle, 0)->bytes.len, 0);
    assert_string_equal(bundle_at(bundle, 0)->bytes.ptr, "");
    assert_string_equal(bundle_at(bundle, 0)->reason, "");
    bundle_free(bundle);
}

static void test_digests(void **state)
{
    (void)state;
    struct bundle *bundle = bundle_new();
    assert_false(failed(add(bundle, ITEM_FILE, "/abc", VIEW("abc"))));
    const struct item *item = bundle_at(bundle, 0);
    const char *sm3 = bundle_sm3(bundle, item);
    assert_string_equal(sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assert_ptr_equal(bundle_sm3(bundle, item), sm3);
    bundle_free(bundle);
}

/* Items stay where they are while the index and the list grow; the last one too many is refused. */
static void test_a_million_items(void **state)
{
    (void)state;
    struct bundle *bundle = bundle_new();
    struct item item = {.kind = ITEM_FILE, .status = ITEM_ABSENT};
    char name[32];
    assert_false(failed(add(bundle, ITEM_LIVE, "first", VIEW("x"))));
    const struct item *first = bundle_at(bundle, 0);
    for (unsigned i = 1; i < BUNDLE_ITEMS_MAX; i++) {
        snprintf(name, sizeof name, "/%u", i);
        item.name = name;
        assert_false(failed(bundle_add(bundle, &item)));
    }
    assert_ptr_equal(bundle_find(bundle, ITEM_LIVE, "first"), first);
    assert_int_equal(bundle_find(bundle, ITEM_FILE, "/77777")->number, 77777);
    item.name = "/one more";
    assert_int_equal(bundle_add(bundle, &item).kind, FAULT_LIMIT);
    assert_int_equal(bundle_count(bundle), BUNDLE_ITEMS_MAX);
    bundle_free(bundle);
}

/* The sizes are only claimed: what is refused is not read. */
static void test_size_limits(void **state)
{
    (void)state;
    struct bundle *bundle = bundle_new();
    size_t part = (size_t)1 << 20;
    char *bytes = calloc(1, part);
    assert_non_null(bytes);
    static const size_t refused[] = {SIZE_MAX, SIZE_MAX - 1000, BUNDLE_SIZE_MAX + 1,
                                     BUNDLE_SIZE_MAX, BUNDLE_SIZE_MAX - ((size_t)1 << 20)};
    assert_false(failed(add(bundle, ITEM_FILE, "/first", (struct view){bytes, part})));
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        assert_int_equal(add(bundle, ITEM_FILE, "/a", (struct view){bytes, refused[i]}).kind,
                         FAULT_LIMIT);
    assert_int_equal(bundle_count(bundle), 1);
    assert_false(failed(add(bundle, ITEM_FILE, "/a", VIEW("small"))));
    char *text = memset(bytes, 'n', BUNDLE_TEXT_MAX + 1);
    assert_int_equal(add(bundle, ITEM_FILE, text, VIEW("")).kind, FAULT_LIMIT);
    text[BUNDLE_TEXT_MAX] = '\0';
    assert_false(failed(add(bundle, ITEM_FILE, text, VIEW(""))));
    free(bytes);
    bundle_free(bundle);
}

static void test_free_accepts_null(void **state)
{
    (void)state;
    bundle_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_kinds_and_statuses),
        cmocka_unit_test(test_copies_all_it_holds),
        cmocka_unit_test(test_kind_and_name_are_the_key),
        cmocka_unit_test(test_no_bytes_where_nothing_was_read),
        cmocka_unit_test(test_digests),
        cmocka_unit_test(test_a_million_items),
        cmocka_unit_test(test_size_limits),
        cmocka_unit_test(test_free_accepts_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
