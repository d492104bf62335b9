/* A host in memory: what can be added, and that it answers as the same files on a disk do. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../sys/scratch.h"
#include "collected.h"

#define MTIME 1700000000

static struct host *memory, *disk;

static int setup(void **state)
{
    (void)state;
    scratch_open();
    make_dir("root", 0755);
    assert_false(failed(host_open_memory("memory", &memory)));
    assert_false(failed(host_open_root(at("root"), &disk)));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    host_close(memory);
    host_close(disk);
    scratch_close();
    return 0;
}

static struct rc add_fact(const char *path, const char *type, uint32_t mode, const char *text,
                          const char *link)
{
    bool folder = strcmp(type, "directory") == 0;
    struct stat_fact fact = {.type = type,
                             .mode = mode,
                             .uid = geteuid(),
                             .gid = getegid(),
                             .nlink = folder ? 2 : 1,
                             .mtime = MTIME,
                             .link = link,
                             .size = (int64_t)strlen(link[0] ? link : text)};
    return host_memory_add(memory, ITEM_FILE, path, &fact, view_of(text), ITEM_OK);
}

static void stamp(const char *path)
{
    struct timespec times[2] = {{MTIME, 0}, {MTIME, 0}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), 0);
}

/* The same thing on both hosts. */
static void add_file(const char *path, uint32_t mode, const char *text)
{
    char name[256];
    snprintf(name, sizeof name, "root%s", path);
    make_file(name, text, mode);
    stamp(at(name));
    assert_false(failed(add_fact(path, "file", mode, text, "")));
}

static void add_dir(const char *path, uint32_t mode)
{
    char name[256];
    snprintf(name, sizeof name, "root%s", path);
    make_dir(name, mode);
    assert_false(failed(add_fact(path, "directory", mode, "", "")));
}

static void add_link(const char *path, const char *target)
{
    char name[256];
    snprintf(name, sizeof name, "root%s", path);
    make_link(name, target);
    stamp(at(name));
    assert_false(failed(add_fact(path, "link", 0777, "", target)));
}

static void fill(void)
{
    add_dir("/etc", 0755);
    add_dir("/etc/conf.d", 0755);
    add_dir("/etc/open", 0777);
    add_dir("/etc/sticky", 01777);
    add_dir("/dev", 0755);
    add_file("/etc/passwd", 0644, "root:x:0:0::/:/bin/sh\nbad line\n");
    add_file("/etc/group", 0644, "root:x:0:\n");
    add_file("/etc/conf.d/a.conf", 0600, "a\n");
    add_file("/etc/conf.d/b.conf", 0666, "b\n");
    add_file("/etc/conf.d/.rhosts", 0644, "");
    add_file("/etc/conf.d/[c].conf", 04755, "c\n");
    add_file("/etc/conf.d/d", 02755, "d\n");
    add_file("/etc/hosts.equiv", 0644, "+\n");
    add_link("/etc/absolute", "/etc/conf.d/a.conf");
    add_link("/etc/relative", "../../../etc/conf.d/./b.conf");
    add_link("/etc/folder", "conf.d");
    add_link("/etc/loop", "/etc/loop");
    add_link("/etc/dangling", "/none");
    add_link("/etc/masked", "/dev/null");
    add_link("/etc/conf.d/e.conf", "/dev/null");
}

static void expect_same_items(const struct bundle *a, const struct bundle *b)
{
    assert_int_equal(bundle_count(a), bundle_count(b));
    for (size_t i = 0; i < bundle_count(a); i++) {
        const struct item *x = bundle_at(a, i), *y = bundle_at(b, i);
        assert_int_equal(x->kind, y->kind);
        assert_string_equal(x->name, y->name);
        if (x->status != y->status)
            print_error("%s: %s, %s\n", x->name, item_status_name(x->status),
                        item_status_name(y->status));
        assert_int_equal(x->status, y->status);
        assert_string_equal(x->reason, y->reason);
        if (x->kind == ITEM_WALK)
            continue; /* it names the type of the file system */
        assert_int_equal(x->bytes.len, y->bytes.len);
        assert_memory_equal(x->bytes.ptr ? x->bytes.ptr : "", y->bytes.ptr ? y->bytes.ptr : "",
                            x->bytes.len);
    }
}

/* The hits of a walk as text; what depends on the disk (facts of directories) left out. */
static void add_hits(const struct bundle *bundle, struct buf *out)
{
    struct arena *arena = arena_new();
    struct view rest = item_of(bundle, ITEM_WALK, "/")->bytes;
    struct walk_record record;
    bool more;
    for (;;) {
        assert_false(failed(walk_decode(arena, &rest, &record, &more)));
        if (!more)
            break;
        if (record.kind == WALK_HIT)
            buf_printf(out, "%s %s %o\n", walk_predicate_name(record.predicate), record.path,
                       record.fact.mode);
        else if (record.kind == WALK_FILESYSTEM)
            buf_printf(out, "%s %ld %ld %ld %ld\n", record.path, (long)record.inodes,
                       (long)record.directories, (long)record.denied, (long)record.total);
    }
    arena_free(arena);
}

static void test_same_bundle(void **state)
{
    static const char *const patterns[] = {"/etc/conf.d/*.conf",
                                           "/etc/conf.d/*",
                                           "/etc/folder/*.conf",
                                           "/etc/*/a.conf",
                                           "/etc/absolute",
                                           "/etc/relative",
                                           "/etc/loop",
                                           "/etc/dangling",
                                           "/etc/masked",
                                           "/etc",
                                           "/etc/passwd/x",
                                           "/etc/conf.d/../passwd",
                                           "/../etc/./group",
                                           "/none",
                                           "/none/*",
                                           "/etc/passwd/*",
                                           "/dev/*",
                                           "//etc//passwd",
                                           "/etc/loop/*"};
    static const char *const paths[] = {"/etc/passwd",   "/etc/absolute", "/etc/folder/a.conf",
                                        "/etc/conf.d/*", "/etc/loop/x",   "/none",
                                        "/etc/f*/b.conf"};
    struct source sources[COUNT_OF(patterns)];
    const struct source *list[COUNT_OF(patterns)];
    (void)state;
    fill();
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        sources[i] = (struct source){.kind = ITEM_FILE, .pattern = patterns[i], .max = 100};
        list[i] = &sources[i];
    }
    struct wishes wishes = {
        list,         COUNT_OF(list),
        paths,        COUNT_OF(paths),
        .walk = true, .predicates = 0xff & ~(1u << WALK_UNOWNED | 1u << WALK_UNGROUPED)};
    struct bundle *a = collected(memory, &wishes), *b = collected(disk, &wishes);
    expect_same_items(a, b);
    struct buf x = {0}, y = {0};
    add_hits(a, &x);
    add_hits(b, &y);
    assert_string_equal(x.ptr, y.ptr);
    assert_non_null(strstr(x.ptr, "setuid /etc/conf.d/[c].conf 4755"));
    assert_non_null(strstr(x.ptr, "world_writable_directory /etc/open 777"));
    assert_null(strstr(x.ptr, "sticky"));
    buf_free(&x);
    buf_free(&y);
    bundle_free(a);
    bundle_free(b);
}

static struct host *fresh(void)
{
    struct host *host;
    assert_false(failed(host_open_memory("fresh", &host)));
    return host;
}

static const struct stat_fact plain = {.type = "file", .mode = 0644, .nlink = 1, .link = ""};
static const struct stat_fact folder = {.type = "directory", .mode = 0700, .nlink = 2, .link = ""};

static enum fault_kind add_plain(struct host *host, const char *path)
{
    return host_memory_add(host, ITEM_FILE, path, &plain, VIEW(""), ITEM_OK).kind;
}

static void test_adding(void **state)
{
    struct host *host = fresh();
    (void)state;
    assert_int_equal(add_plain(host, "/a/b"), FAULT_NONE);
    assert_int_equal(add_plain(host, "/a/b"), FAULT_USAGE);
    assert_int_equal(add_plain(host, "/a"), FAULT_USAGE);
    assert_int_equal(add_plain(host, "/a/b/c"), FAULT_USAGE);
    assert_int_equal(add_plain(host, "relative"), FAULT_USAGE);
    assert_int_equal(add_plain(host, ""), FAULT_USAGE);
    assert_int_equal(add_plain(host, "/a/../b"), FAULT_USAGE);
    assert_int_equal(add_plain(host, "/a//b"), FAULT_USAGE);
    assert_int_equal(add_plain(host, "/a/"), FAULT_USAGE);
    /* A parent may be described after what it holds, once. */
    struct rc rc = host_memory_add(host, ITEM_FILE, "/a", &folder, VIEW(""), ITEM_OK);
    assert_int_equal(rc.kind, FAULT_NONE);
    rc = host_memory_add(host, ITEM_FILE, "/a", &folder, VIEW(""), ITEM_OK);
    assert_int_equal(rc.kind, FAULT_USAGE);
    rc = host_memory_add(host, ITEM_LIVE, "sysctl", &plain, VIEW("a = 1\n"), ITEM_OK);
    assert_int_equal(rc.kind, FAULT_NONE);
    rc = host_memory_add(host, ITEM_LIVE, "sysctl", &plain, VIEW("a = 1\n"), ITEM_OK);
    assert_int_equal(rc.kind, FAULT_USAGE);
    struct bundle *bundle = from_path(host, "/a");
    assert_non_null(strstr(item_of(bundle, ITEM_STAT, "/a")->bytes.ptr, "0700"));
    bundle_free(bundle);
    host_close(host);
}

static void test_statuses(void **state)
{
    struct host *host = fresh();
    const struct source sources[] = {{.kind = ITEM_FILE, .pattern = "/denied"},
                                     {.kind = ITEM_FILE, .pattern = "/late"},
                                     {.kind = ITEM_FILE, .pattern = "/cut"},
                                     {.kind = ITEM_FILE, .pattern = "/closed/a"},
                                     {.kind = ITEM_FILE, .pattern = "/closed/*"}};
    const struct source *list[COUNT_OF(sources)];
    const char *paths[] = {"/denied", "/closed", "/closed/a"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sources); i++)
        list[i] = &sources[i];
    rc_ignore(host_memory_add(host, ITEM_FILE, "/denied", &plain, VIEW("x"), ITEM_DENIED));
    rc_ignore(host_memory_add(host, ITEM_FILE, "/late", &plain, VIEW("x"), ITEM_TIMEOUT));
    rc_ignore(host_memory_add(host, ITEM_FILE, "/cut", &plain, VIEW("x"), ITEM_TRUNCATED));
    rc_ignore(host_memory_add(host, ITEM_FILE, "/closed", &folder, VIEW(""), ITEM_DENIED));
    rc_ignore(host_memory_add(host, ITEM_FILE, "/closed/a", &plain, VIEW("x"), ITEM_OK));
    struct wishes wishes = {list,         COUNT_OF(list),
                            paths,        COUNT_OF(paths),
                            .walk = true, .predicates = 1u << WALK_SETUID};
    struct bundle *bundle = collected(host, &wishes);
    expect_status(bundle, ITEM_FILE, "/denied", ITEM_DENIED);
    expect_status(bundle, ITEM_STAT, "/denied", ITEM_OK);
    expect_status(bundle, ITEM_FILE, "/late", ITEM_TIMEOUT);
    expect_status(bundle, ITEM_FILE, "/cut", ITEM_TRUNCATED);
    assert_int_equal(item_of(bundle, ITEM_FILE, "/cut")->bytes.len, 1);
    expect_status(bundle, ITEM_FILE, "/closed/a", ITEM_DENIED);
    expect_status(bundle, ITEM_LIST, "/closed/*", ITEM_DENIED);
    expect_status(bundle, ITEM_STAT, "/closed", ITEM_OK);
    expect_status(bundle, ITEM_STAT, "/closed/a", ITEM_DENIED);
    const struct item *walk = item_of(bundle, ITEM_WALK, "/");
    assert_non_null(strstr(walk->bytes.ptr, "not_entered\t/closed\tPermission denied"));
    bundle_free(bundle);
    host_close(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_bundle),
                                       cmocka_unit_test(test_adding),
                                       cmocka_unit_test(test_statuses)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
