/* Documents: what is read from YAML, what is refused, and the frozen form. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/document/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct value read_yaml(struct arena *arena, struct view yaml)
{
    struct value top = {0};
    if (failed(doc_read_yaml(arena, "f.yaml", yaml, &top)))
        fail_msg("%s", fault_text());
    return top;
}

static void test_reading(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct value top = read_yaml(arena, VIEW("id: password-length\n"
                                             "title: {en: Length, zh: \xe9\x95\xbf}\n"
                                             "levels: [3, '4', -5]\n"
                                             "sql: |\n"
                                             "  SELECT 1\n"
                                             "   WHERE 2\n"
                                             "none:\n"
                                             "empty: ''\n"));
    assert_int_equal(doc_kind(top), DOC_MAP);
    assert_int_equal(doc_count(top), 6);
    assert_string_equal(doc_get_text(top, "id"), "password-length");
    assert_string_equal(doc_text(doc_path(top, "title", "zh")), "\xe9\x95\xbf");
    assert_string_equal(doc_get_text(top, "sql"), "SELECT 1\n WHERE 2\n");
    assert_string_equal(doc_get_text(top, "none"), "");
    assert_true(doc_plain(doc_get(top, "none")));
    assert_false(doc_plain(doc_get(top, "empty")));
    assert_string_equal(doc_key(top, 2), "levels");
    assert_int_equal(doc_line(doc_get(top, "id")), 1);
    assert_int_equal(doc_line(doc_get(top, "sql")), 4);
    struct value levels = doc_get(top, "levels");
    int64_t n = 0;
    assert_int_equal(doc_kind(levels), DOC_LIST);
    assert_int_equal(doc_count(levels), 3);
    assert_true(doc_integer(doc_at(levels, 2), &n));
    assert_int_equal(n, -5);
    assert_true(doc_plain(doc_at(levels, 0)));
    assert_false(doc_plain(doc_at(levels, 1)));
    assert_int_equal(doc_line(doc_at(levels, 0)), 3);
    assert_false(doc_integer(doc_get(top, "id"), &n));
}

/* Whatever is not there answers, so that look-ups can be chained. */
static void test_nothing_there(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct value top = read_yaml(arena, VIEW("a: [b]\n"));
    struct value none[] = {{0},
                           doc_get(top, "x"),
                           doc_path(top, "x", "y"),
                           doc_path(top, "a", "y"),
                           doc_get(doc_at(doc_get(top, "a"), 0), "k"),
                           doc_at(top, 1),
                           doc_at(doc_get(top, "a"), UINT32_MAX)};
    for (size_t i = 0; i < COUNT_OF(none); i++) {
        int64_t n = 7;
        assert_int_equal(doc_kind(none[i]), DOC_NONE);
        assert_int_equal(doc_line(none[i]), 0);
        assert_int_equal(doc_count(none[i]), 0);
        assert_int_equal(doc_kind(doc_at(none[i], 0)), DOC_NONE);
        assert_null(doc_key(none[i], 0));
        assert_null(doc_text(none[i]));
        assert_null(doc_get_text(none[i], "a"));
        assert_false(doc_integer(none[i], &n) || doc_plain(none[i]));
        assert_int_equal(n, 7);
    }
    assert_null(doc_key(top, 1));
    assert_null(doc_key(doc_get(top, "a"), 0));
    assert_null(doc_text(top));
    assert_null(doc_text(doc_get(top, "a")));
}

/* Other tops than a map, other ways to write. */
static void test_taken(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    assert_string_equal(doc_text(read_yaml(arena, VIEW("just text"))), "just text");
    assert_int_equal(doc_count(read_yaml(arena, VIEW("[]"))), 0);
    assert_int_equal(doc_kind(read_yaml(arena, VIEW("{}"))), DOC_MAP);
    assert_string_equal(doc_get_text(read_yaml(arena, VIEW("\xef\xbb\xbfkey: bom")), "key"), "bom");
    assert_string_equal(doc_get_text(read_yaml(arena, VIEW("a: b\r\n")), "a"), "b");
    assert_string_equal(doc_get_text(read_yaml(arena, VIEW("---\na: 1\n...\n")), "a"), "1");
    assert_string_equal(doc_get_text(read_yaml(arena, VIEW("'<<': 1\n")), "<<"), "1");
    assert_int_equal(doc_count(read_yaml(arena, VIEW("{a: 1, A: 2, 'a ': 3}"))), 3);
}

static void assert_refused(struct view yaml, enum fault_kind kind, const char *sentence)
{
    struct arena *arena = arena_new();
    struct value top = {(const uint8_t *)"untouched", 5};
    struct rc rc = doc_read_yaml(arena, "f.yaml", yaml, &top);
    if (rc.kind != kind || strncmp(fault_text(), "f.yaml:", 7) != 0 ||
        !strstr(fault_text(), sentence))
        fail_msg("wanted '%s', got %d '%s' for %.60s", sentence, (int)rc.kind, fault_text(),
                 yaml.ptr ? yaml.ptr : "");
    assert_int_equal(top.node, 5);
    arena_free(arena);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        struct view yaml;
        const char *sentence;
    } cases[] = {
        {VIEW("a: &x 1\nb: 2\n"), "f.yaml:1: anchors"},
        {VIEW("a: &x [1]\n"), "f.yaml:1: anchors"},
        {VIEW("a: &x {b: 1}\n"), "f.yaml:1: anchors"},
        {VIEW("a: 1\nb: *x\n"), "f.yaml:2: aliases"},
        {VIEW("a: !!int 1\n"), "f.yaml:1: tags"},
        {VIEW("a: !local [1]\n"), "f.yaml:1: tags"},
        {VIEW("a: !!map {b: 1}\n"), "f.yaml:1: tags"},
        {VIEW("x: 1\n<<: {a: 1}\n"), "f.yaml:2: merge keys"},
        {VIEW("a: 1\nb: 2\na: 3\n"), "f.yaml:3: the key 'a' appears twice"},
        {VIEW("x: {a: 1, 'a': 2}\n"), "f.yaml:1: the key 'a' appears twice"},
        {VIEW("[a]: 1\n"), "f.yaml:1: a key must be"},
        {VIEW("? {a: 1}\n: 1\n"), "f.yaml:1: a key must be"},
        {VIEW(""), "no document"},
        {VIEW("# only a comment\n"), "no document"},
        {VIEW("---\na: 1\n---\nb: 1\n"), "f.yaml:3: more than one document"},
        {VIEW("a: 1\n...\n---\n"), "more than one document"},
        {VIEW("a:\n\t- b\n"), "f.yaml:2:"},
        {VIEW("a: [b\n"), "f.yaml:2:"},
        {VIEW("a: b: c\n"), "f.yaml:1:"},
        {VIEW("a: 'b\n"), "f.yaml:"},
        {VIEW("a: 1\nb: \"x\\0y\"\n"), "f.yaml:2: a NUL"},
        {VIEW("a: 1\nb: x\0y\n"), "f.yaml:2:"},
        {VIEW("a: 1\n\nb: \xff\xfe\n"), "f.yaml:3:"},
        {VIEW("a: \xed\xa0\x80\n"), "f.yaml:1:"},
        {VIEW("a: \x1b[31m\n"), "f.yaml:1:"},
        {VIEW("\xff\xfe\x61\0"), "f.yaml:1:"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_refused(cases[i].yaml, FAULT_DATA, cases[i].sentence);
}

static struct buf nested(int levels)
{
    struct buf yaml = {0};
    for (int i = 0; i < levels; i++)
        buf_add_char(&yaml, '[');
    for (int i = 0; i < levels; i++)
        buf_add_char(&yaml, ']');
    return yaml;
}

static void test_depth(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct buf allowed = nested(DOC_DEPTH_MAX + 1), deeper = nested(DOC_DEPTH_MAX + 2),
               hostile = nested(5000);
    assert_int_equal(doc_kind(read_yaml(arena, buf_view(&allowed))), DOC_LIST);
    assert_refused(buf_view(&deeper), FAULT_LIMIT, "nested deeper");
    assert_refused(buf_view(&hostile), FAULT_LIMIT, "nested deeper");
    buf_free(&allowed);
    buf_free(&deeper);
    buf_free(&hostile);
}

static void test_many_keys(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct buf yaml = {0};
    for (int i = 0; i < DOC_KEYS_MAX; i++)
        buf_printf(&yaml, "k%d: %d\n", i, i);
    assert_int_equal(doc_count(read_yaml(arena, buf_view(&yaml))), DOC_KEYS_MAX);
    buf_add_text(&yaml, "one: more\n");
    assert_refused(buf_view(&yaml), FAULT_LIMIT, "keys in one mapping");
    buf_free(&yaml);
}

/* Two documents, frozen, opened elsewhere, and nothing of the builder left. */
static struct buf frozen_pair(void)
{
    struct buf frozen = {0};
    struct doc_builder *builder = doc_builder_new();
    assert_false(failed(doc_builder_add_yaml(builder, "law/a", "a.yaml", VIEW("x: [1, {y: z}]"))));
    assert_false(failed(doc_builder_add_yaml(builder, "law/b", "b.yaml", VIEW("- q"))));
    assert_int_equal(doc_builder_add_yaml(builder, "law/b", "c.yaml", VIEW("- q")).kind,
                     FAULT_DATA);
    assert_true(failed(doc_builder_add_yaml(builder, "law/d", "d.yaml", VIEW("a: *b"))));
    assert_false(failed(doc_freeze(builder, &frozen)));
    doc_builder_free(builder);
    doc_builder_free(NULL);
    return frozen;
}

static void test_frozen(void **state)
{
    (void)state;
    struct buf frozen = frozen_pair();
    struct value root = {0};
    assert_false(failed(doc_open(buf_view(&frozen), &root)));
    assert_int_equal(doc_count(root), 2);
    assert_string_equal(doc_key(root, 0), "law/a");
    assert_string_equal(doc_key(root, 1), "law/b");
    struct value list = doc_path(root, "law/a", "x");
    assert_string_equal(doc_text(doc_at(list, 0)), "1");
    assert_string_equal(doc_get_text(doc_at(list, 1), "y"), "z");
    assert_string_equal(doc_text(doc_at(doc_get(root, "law/b"), 0)), "q");
    buf_free(&frozen);
}

static void test_frozen_refused(void **state)
{
    (void)state;
    struct buf frozen = frozen_pair();
    struct value root = {0};
    for (size_t len = 0; len < frozen.len; len++)
        assert_int_equal(doc_open((struct view){frozen.ptr, len}, &root).kind, FAULT_DATA);
    char *odd = malloc(frozen.len + 1);
    assert_non_null(odd);
    memcpy(odd + 1, frozen.ptr, frozen.len);
    assert_int_equal(doc_open((struct view){odd + 1, frozen.len}, &root).kind, FAULT_DATA);
    free(odd);
    frozen.ptr[0]++;
    assert_int_equal(doc_open(buf_view(&frozen), &root).kind, FAULT_DATA);
    assert_null(root.doc);
    buf_free(&frozen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading), cmocka_unit_test(test_nothing_there),
        cmocka_unit_test(test_taken),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_depth),   cmocka_unit_test(test_many_keys),
        cmocka_unit_test(test_frozen),  cmocka_unit_test(test_frozen_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
