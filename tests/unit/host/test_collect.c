/* The collect plane on files in memory: patterns, following, reducing, each thing once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "collected.h"

#include <stdio.h>
#include <time.h>

static struct host *host;

static void add(const char *path, const char *text)
{
    struct stat_fact fact = {
        .type = "file", .mode = 0644, .nlink = 1, .link = "", .size = (int64_t)strlen(text)};
    assert_false(failed(host_memory_add(host, ITEM_FILE, path, &fact, view_of(text), ITEM_OK)));
}

static void add_link(const char *path, const char *target)
{
    struct stat_fact fact = {.type = "link", .mode = 0777, .nlink = 1, .link = target};
    assert_false(failed(host_memory_add(host, ITEM_FILE, path, &fact, VIEW(""), ITEM_OK)));
}

static int setup(void **state)
{
    (void)state;
    return failed(host_open_memory("test", &host));
}

static int teardown(void **state)
{
    (void)state;
    host_close(host);
    return 0;
}

/* ---- patterns -------------------------------------------------------------------------- */

static bool matches(const char *pattern, const char *name)
{
    struct host *one;
    char path[600], wish[600];
    struct stat_fact fact = {.type = "file", .nlink = 1, .link = ""};
    snprintf(path, sizeof path, "/d/%s", name);
    snprintf(wish, sizeof wish, "/d/%s", pattern);
    assert_false(failed(host_open_memory("one", &one)));
    assert_false(failed(host_memory_add(one, ITEM_FILE, path, &fact, VIEW(""), ITEM_OK)));
    struct bundle *bundle = from_path(one, wish);
    bool found = bundle_find(bundle, ITEM_STAT, path) != NULL;
    assert_true(found == (item_of(bundle, ITEM_LIST, wish)->bytes.len > 0));
    bundle_free(bundle);
    host_close(one);
    return found;
}

static void test_patterns(void **state)
{
    (void)state;
    assert_true(matches("*", "a"));
    assert_true(matches("*.conf", "a.conf"));
    assert_false(matches("*.conf", "a.conf~"));
    assert_true(matches("a*b*c", "a-b-b-c"));
    assert_false(matches("a*b*c", "a-b-b-"));
    assert_true(matches("**", "a"));
    assert_false(matches("*", ".hidden"));
    assert_false(matches("?hidden", ".hidden"));
    assert_false(matches("[.]hidden", ".hidden"));
    assert_true(matches(".*", ".hidden"));
    assert_true(matches("a?c", "abc"));
    assert_false(matches("a?c", "ac"));
    assert_true(matches("[a-c]x", "bx"));
    assert_false(matches("[a-c]x", "dx"));
    assert_true(matches("[!a-c]x", "dx"));
    assert_true(matches("[^a-c]x", "dx"));
    assert_false(matches("[!a-c]x", "ax"));
    assert_true(matches("[]x]y", "]y"));
    assert_true(matches("[a-]y", "-y"));
    assert_true(matches("[[:digit:]]*", "7up"));
    assert_false(matches("[[:digit:]]*", "up"));
    assert_true(matches("[a*", "[ab"));
    assert_true(matches("\\**", "*x"));
    assert_false(matches("\\**", "x"));
}

/* A folder that a pattern matches is no file: it must not spoil what the files say. */
static void test_folder_matched_by_pattern(void **state)
{
    (void)state;
    static const struct source pattern = {.kind = ITEM_FILE, .pattern = "/d/*.conf"};
    static const struct source name = {.kind = ITEM_FILE, .pattern = "/d/x.conf"};
    add("/d/x.conf/inner", "text");
    add("/d/y.conf", "text");
    struct bundle *bundle = from_source(host, &pattern);
    expect_status(bundle, ITEM_FILE, "/d/x.conf", ITEM_ABSENT);
    expect_status(bundle, ITEM_FILE, "/d/y.conf", ITEM_OK);
    bundle_free(bundle);
    bundle = from_source(host, &name);
    expect_status(bundle, ITEM_FILE, "/d/x.conf", ITEM_ERROR);
    bundle_free(bundle);
}

/* fnmatch(3) needs longer than anybody lives for this. */
static void test_patterns_from_hell(void **state)
{
    char name[256];
    (void)state;
    memset(name, 'a', 255);
    name[255] = '\0';
    clock_t begin = clock();
    assert_false(matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", name));
    assert_true(clock() - begin < CLOCKS_PER_SEC);
    add("/a/a/a", "");
    struct bundle *bundle = from_path(
        host, "/*/../*/../*/../*/../*/../*/../*/../*/../*/../*/../*/../*/../*/../*/../*/../*/../*");
    assert_true(clock() - begin < 5 * CLOCKS_PER_SEC);
    bundle_free(bundle);
}

static void test_lists(void **state)
{
    struct source source = {.kind = ITEM_FILE, .pattern = "/etc/d/*.conf"};
    (void)state;
    add("/etc/d/b.conf", "b");
    add("/etc/d/a.conf", "a");
    add("/etc/d/c.txt", "c");
    add("/etc/d/sub/e.conf", "e");
    add("/etc/d/x\n\\y.conf", "x");
    struct bundle *bundle = from_source(host, &source);
    expect_bytes(bundle, ITEM_LIST, "/etc/d/*.conf",
                 "/etc/d/a.conf\n/etc/d/b.conf\n/etc/d/x\\n\\\\y.conf\n");
    expect_bytes(bundle, ITEM_FILE, "/etc/d/a.conf", "a");
    expect_bytes(bundle, ITEM_FILE, "/etc/d/x\n\\y.conf", "x");
    assert_int_equal(bundle_count(bundle), 4);
    bundle_free(bundle);
    source.pattern = "/etc/*/?.txt";
    bundle = from_source(host, &source);
    expect_bytes(bundle, ITEM_LIST, "/etc/*/?.txt", "/etc/d/c.txt\n");
    bundle_free(bundle);
    source.pattern = "/etc/d/*.none";
    bundle = from_source(host, &source);
    expect_bytes(bundle, ITEM_LIST, "/etc/d/*.none", "");
    bundle_free(bundle);
    source.pattern = "/none/*";
    bundle = from_source(host, &source);
    expect_status(bundle, ITEM_LIST, "/none/*", ITEM_ABSENT);
    bundle_free(bundle);
    source.pattern = "/e*/d/sub/e.conf";
    bundle = from_source(host, &source);
    expect_bytes(bundle, ITEM_LIST, "/e*/d/sub/e.conf", "/etc/d/sub/e.conf\n");
    bundle_free(bundle);
}

/* A file whose name looks like a pattern is read, not expanded. */
static void test_names_like_patterns(void **state)
{
    struct source source = {.kind = ITEM_FILE, .pattern = "/bin/*"};
    (void)state;
    add("/bin/[", "test");
    add("/bin/*", "star");
    add("/bin/x", "x");
    struct bundle *bundle = from_source(host, &source);
    expect_bytes(bundle, ITEM_FILE, "/bin/[", "test");
    expect_bytes(bundle, ITEM_FILE, "/bin/*", "star");
    expect_bytes(bundle, ITEM_FILE, "/bin/x", "x");
    bundle_free(bundle);
}

static void test_each_thing_once(void **state)
{
    const struct source a = {.kind = ITEM_FILE, .pattern = "/etc/one"};
    const struct source b = {.kind = ITEM_FILE, .pattern = "/etc/*"};
    const struct source *sources[] = {&a, &b, &a, &b};
    const char *paths[] = {"/etc/one", "/etc/*", "/etc/one", "/etc/*"};
    struct wishes wishes = {sources, 4, paths, 4, .walk = false};
    (void)state;
    add("/etc/one", "1");
    add("/etc/two", "2");
    struct bundle *bundle = collected(host, &wishes);
    assert_int_equal(bundle_count(bundle), 5); /* two files, one list, two facts */
    bundle_free(bundle);
}

/* ---- following ------------------------------------------------------------------------- */

/* Each line is a path or pattern to follow. */
static void follow_lines(const char *path, struct view bytes,
                         void (*each)(void *context, const char *pattern), void *context)
{
    struct arena *arena = arena_new();
    struct view line;
    (void)path;
    while (view_line(&bytes, &line))
        if (view_starts(line, "/"))
            each(context, view_text(arena, line));
    arena_free(arena);
}

static void test_following(void **state)
{
    const struct source source = {.kind = ITEM_FILE, .pattern = "/a", .follow = follow_lines};
    (void)state;
    add("/a", "/b\n/d/*\n/a\n/none\n");
    add("/b", "/a\n/b\n/c\n");
    add("/c", "end");
    add("/d/1", "/d/2\n/e\n");
    add("/d/2", "/d/1\n");
    add("/e", "last");
    struct bundle *bundle = from_source(host, &source);
    expect_bytes(bundle, ITEM_FILE, "/c", "end");
    expect_bytes(bundle, ITEM_FILE, "/e", "last");
    expect_bytes(bundle, ITEM_LIST, "/d/*", "/d/1\n/d/2\n");
    expect_status(bundle, ITEM_FILE, "/none", ITEM_ABSENT);
    assert_int_equal(bundle_count(bundle), 8);
    bundle_free(bundle);
}

/* A file that another source has read is followed by the source that follows. */
static void test_following_what_was_read(void **state)
{
    const struct source plain = {.kind = ITEM_FILE, .pattern = "/a"};
    const struct source source = {.kind = ITEM_FILE, .pattern = "/a", .follow = follow_lines};
    const struct source *sources[] = {&plain, &source};
    struct wishes wishes = {.sources = sources, .source_count = 2};
    (void)state;
    add("/a", "/b\n");
    add("/b", "found");
    struct bundle *bundle = collected(host, &wishes);
    expect_bytes(bundle, ITEM_FILE, "/b", "found");
    bundle_free(bundle);
}

static void test_following_deep_is_limited(void **state)
{
    const struct source source = {.kind = ITEM_FILE, .pattern = "/f0", .follow = follow_lines};
    char path[32], text[32];
    (void)state;
    for (int i = 0; i < SOURCE_FOLLOW_MAX + 100; i++) {
        snprintf(path, sizeof path, "/f%d", i);
        snprintf(text, sizeof text, "/f%d\n", i + 1);
        add(path, text);
    }
    struct bundle *bundle = from_source(host, &source);
    assert_int_equal(bundle_count(bundle), SOURCE_FOLLOW_MAX + 2);
    expect_status(bundle, ITEM_FILE, "/f2000", ITEM_OK);
    expect_status(bundle, ITEM_FILE, "/f2001", ITEM_ERROR);
    assert_non_null(strstr(item_of(bundle, ITEM_FILE, "/f2001")->reason, "2000"));
    bundle_free(bundle);
}

static void test_following_wide_is_limited(void **state)
{
    const struct source source = {.kind = ITEM_FILE, .pattern = "/a", .follow = follow_lines};
    struct buf text = {0};
    (void)state;
    for (int i = 0; i < 50000; i++)
        buf_printf(&text, "/n%d/*\n", i);
    add("/a", text.ptr);
    struct bundle *bundle = from_source(host, &source);
    assert_int_equal(bundle_count(bundle), SOURCE_FOLLOW_MAX + 2);
    expect_status(bundle, ITEM_LIST, "/n1999/*", ITEM_ABSENT);
    expect_status(bundle, ITEM_LIST, "/n2000/*", ITEM_ERROR);
    bundle_free(bundle);
    buf_free(&text);
}

static void test_following_endless_names(void **state)
{
    const struct source source = {.kind = ITEM_FILE, .pattern = "/a", .follow = follow_lines};
    struct buf text = {0};
    (void)state;
    for (int i = 0; i < 1000000; i++)
        buf_add_text(&text, "/*");
    add("/a", text.ptr);
    struct bundle *bundle = from_source(host, &source);
    assert_int_equal(bundle_count(bundle), 2);
    assert_int_equal(bundle_at(bundle, 0)->kind, ITEM_LIST);
    assert_int_equal(bundle_at(bundle, 0)->status, ITEM_ERROR);
    expect_status(bundle, ITEM_FILE, "/a", ITEM_OK);
    bundle_free(bundle);
    buf_free(&text);
}

/* ---- reducing -------------------------------------------------------------------------- */

/* Keeps what stands before the first colon of each line. */
static void reduce_lines(struct view bytes, struct buf *out)
{
    struct view line, name;
    while (view_line(&bytes, &line)) {
        view_cut(&line, ':', &name);
        buf_add_view(out, name);
        buf_add_char(out, '\n');
    }
}

static void expect_no_hash(struct bundle *bundle)
{
    struct buf text = {0};
    for (size_t i = 0; i < bundle_count(bundle); i++) {
        buf_add_view(&text, bundle_at(bundle, i)->bytes);
        buf_add_char(&text, '\n');
    }
    assert_null(strstr(text.ptr, "hash"));
    buf_free(&text);
}

/* Not by a pattern, an include, a link or the order of the sources does a secret get in. */
static void test_secrets_stay_out(void **state)
{
    const struct source open = {.kind = ITEM_FILE, .pattern = "/etc/*", .follow = follow_lines};
    const struct source secret = {
        .kind = ITEM_FILE, .pattern = "/etc/shadow", .reduce = reduce_lines};
    const struct source *sources[] = {&open, &secret};
    struct wishes wishes = {.sources = sources, .source_count = 2};
    (void)state;
    add("/etc/shadow", "root:$6$salt$hash\nuser:$6$salt$hash\n");
    add_link("/etc/alias", "../etc/./shadow");
    add("/etc/config", "/etc/../etc/shadow\n/etc/sh?dow\n");
    struct bundle *bundle = collected(host, &wishes);
    expect_bytes(bundle, ITEM_FILE, "/etc/shadow", "root\nuser\n");
    expect_bytes(bundle, ITEM_FILE, "/etc/alias", "root\nuser\n");
    expect_bytes(bundle, ITEM_FILE, "/etc/../etc/shadow", "root\nuser\n");
    expect_no_hash(bundle);
    bundle_free(bundle);
}

static void test_live_values(void **state)
{
    const struct source mounts = {.kind = ITEM_LIVE, .pattern = "mounts", .reduce = reduce_lines};
    (void)state;
    assert_false(
        failed(host_memory_add(host, ITEM_LIVE, "mounts", NULL, VIEW("a:hash\n"), ITEM_OK)));
    struct bundle *bundle = from_source(host, &mounts);
    expect_status(bundle, ITEM_LIVE, "mounts", ITEM_ABSENT);
    assert_string_equal(item_of(bundle, ITEM_LIVE, "mounts")->reason, NOT_RUNNING);
    bundle_free(bundle);
    host_memory_set_running(host, true);
    bundle = from_source(host, &mounts);
    expect_bytes(bundle, ITEM_LIVE, "mounts", "a\n");
    assert_string_equal(bundle_target(bundle)->kind, "host");
    bundle_free(bundle);
}

static void count_progress(void *context, const char *phase, uint64_t count)
{
    assert_string_equal(phase, "files");
    assert_true(count > 0);
    ++*(int *)context;
}

static void test_progress(void **state)
{
    int calls = 0;
    const char *pattern = "/many/*";
    struct wishes wishes = {
        .paths = &pattern, .path_count = 1, .progress = count_progress, .context = &calls};
    char path[32];
    (void)state;
    for (int i = 0; i < 200; i++) {
        snprintf(path, sizeof path, "/many/%d", i);
        add(path, "");
    }
    bundle_free(collected(host, &wishes));
    assert_true(calls > 0 && calls < 200);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        EACH(test_patterns),
        EACH(test_folder_matched_by_pattern),
        EACH(test_patterns_from_hell),
        EACH(test_lists),
        EACH(test_names_like_patterns),
        EACH(test_each_thing_once),
        EACH(test_following),
        EACH(test_following_what_was_read),
        EACH(test_following_deep_is_limited),
        EACH(test_following_wide_is_limited),
        EACH(test_following_endless_names),
        EACH(test_secrets_stay_out),
        EACH(test_live_values),
        EACH(test_progress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
