/* Facts, walk records and escaping: what is written is read back, anything else is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sensor/bundle/bundle.h"

#include <stdlib.h>
#include <string.h>

static void assert_escaped(struct view plain, const char *escaped)
{
    struct arena *arena = arena_new();
    struct buf out = {0};
    bundle_escape(&out, plain);
    buf_add_char(&out, '|');
    assert_true(view_ends(buf_view(&out), "|"));
    out.ptr[--out.len] = '\0';
    assert_string_equal(out.ptr, escaped);
    if (plain.len == 0 || !memchr(plain.ptr, '\0', plain.len)) {
        char *again = bundle_unescape(arena, buf_view(&out));
        assert_true(view_is(plain, again));
    }
    buf_free(&out);
    arena_free(arena);
}

static void test_escape(void **state)
{
    (void)state;
    assert_escaped(VIEW(""), "");
    assert_escaped(VIEW("/etc/passwd and blanks"), "/etc/passwd and blanks");
    assert_escaped(VIEW("\t\n\\"), "\\t\\n\\\\");
    assert_escaped(VIEW("\r\x1b[31m\x7f"), "\\x0d\\x1b[31m\\x7f");
    assert_escaped(VIEW("a\0b"), "a\\x00b");
    assert_escaped(VIEW("\xe5\xae\x89 \xf0\x9f\x94\x92"), "\xe5\xae\x89 \xf0\x9f\x94\x92");
    assert_escaped(VIEW("\\x41"), "\\\\x41");
    /* No UTF-8: lone, cut, overlong, surrogate, above U+10FFFF. */
    assert_escaped(VIEW("\xff\x80"), "\\xff\\x80");
    assert_escaped(VIEW("\xe5\xae"), "\\xe5\\xae");
    assert_escaped(VIEW("\xc0\xaf"), "\\xc0\\xaf");
    assert_escaped(VIEW("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");
    assert_escaped(VIEW("\xed\xa0\x80"), "\\xed\\xa0\\x80");
    assert_escaped(VIEW("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}

static void test_every_byte_pair_survives(void **state)
{
    (void)state;
    for (unsigned a = 1; a < 256; a++)
        for (unsigned b = 1; b < 256; b++) {
            struct arena *arena = arena_new();
            struct buf out = {0};
            char pair[2] = {(char)a, (char)b};
            bundle_escape(&out, (struct view){pair, 2});
            assert_null(memchr(out.ptr, '\n', out.len));
            assert_null(memchr(out.ptr, '\t', out.len));
            assert_memory_equal(bundle_unescape(arena, buf_view(&out)), pair, 2);
            buf_free(&out);
            arena_free(arena);
        }
}

/* What is no escape stays as it stands; a NUL never comes out. */
static void test_unescape_of_nonsense(void **state)
{
    (void)state;
    static const char *const texts[] = {"\\", "\\q", "\\x", "\\x4", "\\x4g", "\\xFF", "\\x00"};
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_string_equal(bundle_unescape(arena, view_of(texts[i])), texts[i]);
    arena_free(arena);
}

static void assert_same_fact(const struct stat_fact *a, const struct stat_fact *b)
{
    assert_string_equal(a->type, b->type);
    assert_string_equal(a->link, b->link);
    assert_int_equal(a->mode, b->mode);
    assert_int_equal(a->uid, b->uid);
    assert_int_equal(a->gid, b->gid);
    assert_int_equal(a->size, b->size);
    assert_int_equal(a->nlink, b->nlink);
    assert_int_equal(a->mtime, b->mtime);
    assert_string_equal(a->real.type ? a->real.type : "-", b->real.type ? b->real.type : "-");
    assert_int_equal(a->real.mode, b->real.mode);
    assert_int_equal(a->real.uid, b->real.uid);
    assert_int_equal(a->real.gid, b->real.gid);
}

static const struct stat_fact facts[] = {
    {"file", 04755, 0, 0, 1234, 1, 1700000000, "", {NULL, 0, 0, 0}},
    {"link", 0777, 4294967295, 4294967294, 7, 1, -1, "../odd\tname\n", {0}},
    {"link", 0777, 0, 0, 7, 1, 1, "x", {STAT_REAL_ABSENT, 0, 0, 0}},
    {"link", 0777, 0, 0, 7, 1, 1, "x\ty", {"directory", 01777, 4294967295, 12}},
    {"directory", 01777, 1, 2, INT64_MAX, INT64_MAX, INT64_MIN, "", {NULL, 0, 0, 0}},
    {"socket", 0, 0, 0, 0, 0, 0, "", {NULL, 0, 0, 0}},
};

static void test_stat_round_trip(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(facts); i++) {
        struct buf text = {0};
        struct stat_fact back;
        stat_encode(&facts[i], &text);
        assert_false(failed(stat_decode(arena, buf_view(&text), &back)));
        assert_same_fact(&facts[i], &back);
        for (size_t len = 0; len < text.len; len++)
            assert_true(failed(stat_decode(arena, (struct view){text.ptr, len}, &back)));
        buf_free(&text);
    }
    arena_free(arena);
}

static void test_stat_refuses(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "\n",
        "file",
        "folder\t0644\t0\t0\t0\t1\t0\t\n",     /* no such type */
        "file\t0648\t0\t0\t0\t1\t0\t\n",       /* no octal */
        "file\t10000\t0\t0\t0\t1\t0\t\n",      /* more than permissions */
        "file\t0644\t-1\t0\t0\t1\t0\t\n",      /* a negative owner */
        "file\t0644\t0\t0\t0\t1\t\t\n",        /* no time */
        "file\t0644\t0\t0\t0\t1\t0\t\tx\n",    /* a field too many */
        "file\t0644\t0\t0\t0\t1\t0\t\nfile\n", /* a line too many */
        "file\t0644\t0\t0\t9223372036854775808\t1\t0\t\n",
        "file\t0644\t0\t0\t0\t1\t0\t\tabsent\n",               /* a file leads nowhere */
        "link\t0777\t0\t0\t0\t1\t0\tx\tfolder\t0644\t0\t0\n",  /* no such type */
        "link\t0777\t0\t0\t0\t1\t0\tx\tfile\t0644\t0\n",       /* no group */
        "link\t0777\t0\t0\t0\t1\t0\tx\tfile\t10000\t0\t0\n",   /* too many bits */
        "link\t0777\t0\t0\t0\t1\t0\tx\tfile\t0644\t0\t0\t0\n", /* a field too many */
        "link\t0777\t0\t0\t0\t1\t0\tx\tabsent\t0\n",
    };
    struct arena *arena = arena_new();
    struct stat_fact out = {.type = "untouched"};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_int_equal(stat_decode(arena, view_of(texts[i]), &out).kind, FAULT_DATA);
    assert_string_equal(out.type, "untouched");
    arena_free(arena);
}

static void test_predicate_names(void **state)
{
    (void)state;
    enum walk_predicate found;
    for (unsigned i = 0; i < WALK_PREDICATE_COUNT; i++) {
        assert_true(walk_predicate_from(walk_predicate_name((enum walk_predicate)i), &found));
        assert_int_equal(found, i);
    }
    assert_string_equal(walk_predicate_name(WALK_WORLD_WRITABLE_DIRECTORY),
                        "world_writable_directory");
    assert_false(walk_predicate_from("unown", &found));
    assert_false(walk_predicate_from("", &found));
}

static void test_walk_round_trip(void **state)
{
    (void)state;
    static const struct walk_record records[] = {
        {.kind = WALK_FILESYSTEM,
         .path = "/",
         .type = "ext4",
         .inodes = 9,
         .directories = 2,
         .denied = 1,
         .total = 3,
         .reason = "",
         .fact.link = ""},
        {.kind = WALK_HIT,
         .predicate = WALK_SETUID,
         .path = "/tab\there",
         .type = "",
         .reason = "",
         .fact = {"file", 04755, 0, 0, 1, 1, 5, "", {NULL, 0, 0, 0}}},
        {.kind = WALK_NOT_ENTERED,
         .path = "/root",
         .reason = "Permission denied",
         .type = "",
         .fact.link = ""},
        {.kind = WALK_CUT,
         .predicate = WALK_UNOWNED,
         .total = 123456,
         .path = "",
         .type = "",
         .reason = "",
         .fact.link = ""},
        {.kind = WALK_SKIPPED, .path = "/proc", .type = "proc", .reason = "", .fact.link = ""},
    };
    struct buf text = {0};
    for (size_t i = 0; i < COUNT_OF(records); i++)
        walk_encode(&records[i], &text);
    struct arena *arena = arena_new();
    struct view rest = buf_view(&text);
    struct walk_record back;
    bool more;
    for (size_t i = 0; i < COUNT_OF(records); i++) {
        assert_false(failed(walk_decode(arena, &rest, &back, &more)));
        assert_true(more);
        assert_int_equal(back.kind, records[i].kind);
        assert_int_equal(back.predicate, records[i].predicate);
        assert_string_equal(back.path, records[i].path);
        assert_string_equal(back.type, records[i].type);
        assert_string_equal(back.reason, records[i].reason);
        assert_int_equal(back.inodes, records[i].inodes);
        assert_int_equal(back.directories, records[i].directories);
        assert_int_equal(back.denied, records[i].denied);
        assert_int_equal(back.total, records[i].total);
        if (back.kind == WALK_HIT)
            assert_same_fact(&back.fact, &records[i].fact);
    }
    assert_false(failed(walk_decode(arena, &rest, &back, &more)));
    assert_false(more);
    arena_free(arena);
    buf_free(&text);
}

static void test_walk_refuses(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "\n",
        "hit\n",
        "seen\t/a\n",
        "hit\tnosuch\t/a\tfile\t0644\t0\t0\t0\t1\t0\t\n",
        "hit\tsetuid\t/a\tfile\t0644\t0\t0\t0\t1\t0\n",
        "hit\tsetuid\t/a\tfile\t0644\t0\t0\t0\t1\t0\t\tmore\n",
        "filesystem\t/\text4\t1\t2\t3\n",
        "filesystem\t/\text4\t1\t2\t3\t-4\n",
        "cut\tsetuid\t\n",
        "skipped\t/proc\n",
        "not_entered\t/root\n",
        "not_entered\t/root\tPermission den", /* cut */
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct view rest = view_of(lines[i]);
        struct walk_record record;
        bool more;
        if (walk_decode(arena, &rest, &record, &more).kind != FAULT_DATA)
            fail_msg("taken: %s", lines[i]);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escape),
        cmocka_unit_test(test_every_byte_pair_survives),
        cmocka_unit_test(test_unescape_of_nonsense),
        cmocka_unit_test(test_stat_round_trip),
        cmocka_unit_test(test_stat_refuses),
        cmocka_unit_test(test_predicate_names),
        cmocka_unit_test(test_walk_round_trip),
        cmocka_unit_test(test_walk_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
