/* A dead root: what can stand where a file is expected, links that want out, who may read. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../sys/scratch.h"
#include "collected.h"
#include "foundation/sys/sys.h"

#include <sys/sysmacros.h>

static struct host *host;

static int setup(void **state)
{
    (void)state;
    scratch_open();
    make_dir("root", 0755);
    make_dir("root/etc", 0755);
    make_file("root/etc/name", "inside\n", 0644);
    make_file("secret", "outside\n", 0644);
    make_link("root/etc/absolute", "/etc/name");
    make_link("root/etc/chain", "/../../etc/absolute");
    make_link("root/etc/up", "../../../secret");
    make_link("root/etc/escape", at("secret"));
    make_link("root/etc/loop", "/etc/loop");
    make_link("root/etc/masked", "/dev/null");
    make_link("root/folder", "/etc");
    assert_int_equal(mkfifo(at("root/etc/pipe"), 0644), 0);
    assert_false(failed(host_open_root(at("root"), &host)));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    host_close(host);
    scratch_close();
    return 0;
}

static void expect_file(const char *path, enum item_status status, const char *text)
{
    struct source source = {.kind = ITEM_FILE, .pattern = path};
    struct bundle *bundle = from_source(host, &source);
    expect_status(bundle, ITEM_FILE, path, status);
    if (text)
        expect_bytes(bundle, ITEM_FILE, path, text);
    bundle_free(bundle);
}

static void expect_reason(const char *path, const char *reason)
{
    struct source source = {.kind = ITEM_FILE, .pattern = path};
    struct bundle *bundle = from_source(host, &source);
    expect_status(bundle, ITEM_FILE, path, ITEM_ERROR);
    assert_string_equal(item_of(bundle, ITEM_FILE, path)->reason, reason);
    bundle_free(bundle);
}

static void test_target(void **state)
{
    struct wishes none = {0};
    (void)state;
    struct bundle *bundle = collected(host, &none);
    const struct target *target = bundle_target(bundle);
    assert_string_equal(target->kind, "root");
    assert_string_equal(target->name, at("root"));
    assert_false(target->running);
    assert_int_equal(target->collected_at, 1767225600000000);
    assert_int_equal(bundle_count(bundle), 0);
    assert_string_equal(host_name(host), at("root"));
    assert_false(host_running(host));
    bundle_free(bundle);
}

static void test_unusable_roots(void **state)
{
    struct host *none = NULL;
    (void)state;
    assert_int_equal(host_open_root(at("none"), &none).kind, FAULT_TARGET);
    assert_non_null(strstr(fault_text(), at("none")));
    assert_int_equal(host_open_root(at("secret"), &none).kind, FAULT_TARGET);
    assert_int_equal(host_open_root("", &none).kind, FAULT_TARGET);
    assert_null(none);
}

static void test_links_stay_inside(void **state)
{
    (void)state;
    expect_file("/etc/name", ITEM_OK, "inside\n");
    expect_file("/etc/absolute", ITEM_OK, "inside\n");
    expect_file("/etc/chain", ITEM_OK, "inside\n");
    expect_file("/folder/name", ITEM_OK, "inside\n");
    expect_file("/etc/../../../etc/name", ITEM_OK, "inside\n");
    expect_file("/etc/up", ITEM_ABSENT, NULL);
    expect_file("/etc/escape", ITEM_ABSENT, NULL);
    expect_file("/../secret", ITEM_ABSENT, NULL);
    expect_file("/etc/none", ITEM_ABSENT, NULL);
    expect_file("/etc/name/none", ITEM_ABSENT, NULL);
    expect_reason("/etc/loop", "Too many levels of symbolic links");
}

static void test_things_that_are_no_file(void **state)
{
    (void)state;
    expect_reason("/etc", "is a directory, not a regular file");
    expect_reason("/etc/pipe", "is a fifo, not a regular file"); /* and nobody waits */
    expect_file("/etc/masked", ITEM_OK, "");
    if (mknod(at("root/etc/zero"), S_IFCHR | 0666, makedev(1, 5)) == 0)
        expect_reason("/etc/zero", "is a device, not a regular file");
    if (mknod(at("root/etc/null"), S_IFCHR | 0666, makedev(1, 3)) == 0)
        expect_file("/etc/null", ITEM_OK, "");
}

static void test_large_files(void **state)
{
    struct source source = {.kind = ITEM_FILE, .pattern = "/large"};
    (void)state;
    static char block[1 << 20];
    memset(block, 'x', sizeof block);
    int fd = open(at("root/large"), O_WRONLY | O_CREAT, 0644);
    for (int i = 0; i < 20; i++)
        assert_int_equal(write(fd, block, sizeof block), sizeof block);
    close(fd);
    struct bundle *bundle = from_source(host, &source);
    expect_status(bundle, ITEM_FILE, "/large", ITEM_TRUNCATED);
    assert_int_equal(item_of(bundle, ITEM_FILE, "/large")->bytes.len, SOURCE_MAX);
    assert_string_equal(item_of(bundle, ITEM_FILE, "/large")->reason, "larger than 16777216 bytes");
    bundle_free(bundle);
    source.max = (size_t)20 << 20;
    bundle = from_source(host, &source);
    expect_status(bundle, ITEM_FILE, "/large", ITEM_OK);
    bundle_free(bundle);
}

static void test_sparse_gigabyte(void **state)
{
    struct source source = {.kind = ITEM_FILE, .pattern = "/huge", .max = 4096};
    (void)state;
    make_file("root/huge", "start", 0644);
    assert_int_equal(truncate(at("root/huge"), 1l << 30), 0);
    int64_t begin = sys_now();
    struct bundle *bundle = from_source(host, &source);
    assert_true(sys_now() - begin < 2000000);
    expect_status(bundle, ITEM_FILE, "/huge", ITEM_TRUNCATED);
    assert_int_equal(item_of(bundle, ITEM_FILE, "/huge")->bytes.len, 4096);
    assert_memory_equal(item_of(bundle, ITEM_FILE, "/huge")->bytes.ptr, "start", 5);
    bundle_free(bundle);
}

static void test_lstat_stays_inside(void **state)
{
    struct stat_fact fact;
    struct arena *arena = arena_new();
    (void)state;
    struct bundle *bundle = from_path(host, "/etc/escape");
    assert_false(
        failed(stat_decode(arena, item_of(bundle, ITEM_STAT, "/etc/escape")->bytes, &fact)));
    assert_string_equal(fact.type, "link");
    assert_string_equal(fact.link, at("secret"));
    bundle_free(bundle);
    bundle = from_path(host, "/etc/escape/");
    expect_status(bundle, ITEM_STAT, "/etc/escape/", ITEM_ABSENT);
    bundle_free(bundle);
    bundle = from_path(host, "/../secret");
    expect_status(bundle, ITEM_STAT, "/../secret", ITEM_ABSENT);
    bundle_free(bundle);
    bundle = from_path(host, "/folder/name");
    assert_false(
        failed(stat_decode(arena, item_of(bundle, ITEM_STAT, "/folder/name")->bytes, &fact)));
    assert_string_equal(fact.type, "file");
    assert_int_equal(fact.mode, 0644);
    assert_int_equal(fact.size, 7);
    assert_int_equal(fact.uid, geteuid());
    bundle_free(bundle);
    arena_free(arena);
}

static struct stat_real real_of(struct arena *arena, const char *path)
{
    struct stat_fact fact;
    struct bundle *bundle = from_path(host, path);
    assert_false(failed(stat_decode(arena, item_of(bundle, ITEM_STAT, path)->bytes, &fact)));
    bundle_free(bundle);
    return fact.real;
}

/* What a link leads to is found inside the root: "up" would lead to a file outside of it. */
static void test_what_links_lead_to(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_int_equal(chmod(at("root/etc/name"), 0640), 0);
    struct stat_real real = real_of(arena, "/etc/chain");
    assert_string_equal(real.type, "file");
    assert_int_equal(real.mode, 0640);
    assert_int_equal(real.uid, geteuid());
    assert_string_equal(real_of(arena, "/folder").type, "directory");
    assert_string_equal(real_of(arena, "/etc/up").type, STAT_REAL_ABSENT);
    assert_string_equal(real_of(arena, "/etc/escape").type, STAT_REAL_ABSENT);
    assert_null(real_of(arena, "/etc/loop").type);
    assert_null(real_of(arena, "/etc/name").type);
    assert_int_equal(chmod(at("root/etc/name"), 0644), 0);
    arena_free(arena);
}

/* ---- files that are read in parts -------------------------------------------------------- */

/* The size, the last three bytes, and those of the files beside. */
static struct rc digest_ends(const struct source_parts *const parts[1 + SOURCE_BESIDE],
                             struct buf *out)
{
    for (size_t i = 0; i < 1 + SOURCE_BESIDE; i++) {
        char bytes[3];
        if (!parts[i])
            continue;
        TRY(parts[i]->read(parts[i], parts[i]->size - 3, bytes, 3));
        buf_printf(out, "%llu %.3s\n", (unsigned long long)parts[i]->size, bytes);
    }
    return RC_OK;
}

static struct rc digest_too_far(const struct source_parts *const parts[1 + SOURCE_BESIDE],
                                struct buf *out)
{
    char byte;
    (void)out;
    struct rc rc = parts[0]->read(parts[0], parts[0]->size, &byte, 1);
    assert_int_equal(rc.kind, FAULT_DATA);
    assert_int_equal(parts[0]->read(parts[0], UINT64_MAX, &byte, 2).kind, FAULT_DATA);
    return fault(FAULT_IO, "the disk is gone");
}

static struct rc digest_while_written(const struct source_parts *const parts[1 + SOURCE_BESIDE],
                                      struct buf *out)
{
    make_file("root/etc/base", "another text\n", 0644);
    return digest_ends(parts, out);
}

static void test_digests(void **state)
{
    struct source source = {.kind = ITEM_FILE,
                            .pattern = "/etc/base",
                            .max = 100,
                            .digest = digest_ends,
                            .beside = {"-log", "-none"}};
    (void)state;
    make_file("root/etc/base", "0123456789", 0644);
    make_file("root/etc/base-log", "abcde", 0644);
    make_link("root/etc/same", "base");
    struct bundle *bundle = from_source(host, &source);
    expect_bytes(bundle, ITEM_FILE, "/etc/base", "10 789\n5 cde\n");
    bundle_free(bundle);
    source.max = 14; /* both together have 15 */
    bundle = from_source(host, &source);
    expect_status(bundle, ITEM_FILE, "/etc/base", ITEM_TRUNCATED);
    assert_int_equal(item_of(bundle, ITEM_FILE, "/etc/base")->bytes.len, 0);
    bundle_free(bundle);
    source.max = 0;
    source.digest = digest_too_far;
    bundle = from_source(host, &source);
    expect_status(bundle, ITEM_FILE, "/etc/base", ITEM_ERROR);
    bundle_free(bundle);
    source.digest = digest_while_written;
    bundle = from_source(host, &source);
    expect_status(bundle, ITEM_FILE, "/etc/base", ITEM_ERROR);
    assert_non_null(strstr(item_of(bundle, ITEM_FILE, "/etc/base")->reason, "was written"));
    bundle_free(bundle);
}

/* One file that two sources reduce in different ways is read as one kind only. */
static void test_one_file_of_two_kinds(void **state)
{
    const struct source first = {.kind = ITEM_FILE, .pattern = "/etc/base", .digest = digest_ends};
    const struct source twin = {.kind = ITEM_FILE, .pattern = "/etc/same", .digest = digest_ends};
    const struct source other = {
        .kind = ITEM_FILE, .pattern = "/etc/same", .digest = digest_too_far};
    const struct source plain = {.kind = ITEM_FILE, .pattern = "/etc/same"};
    const struct source *const second[] = {&twin, &other, &plain};
    const enum item_status expected[] = {ITEM_OK, ITEM_ERROR, ITEM_ERROR};
    (void)state;
    make_file("root/etc/base", "0123456789", 0644);
    for (size_t i = 0; i < COUNT_OF(second); i++) {
        const struct source *sources[] = {&first, second[i]};
        struct wishes wishes = {.sources = sources, .source_count = 2};
        struct bundle *bundle = collected(host, &wishes);
        expect_bytes(bundle, ITEM_FILE, "/etc/base", "10 789\n");
        expect_status(bundle, ITEM_FILE, "/etc/same", expected[i]);
        bundle_free(bundle);
    }
}

static void escape_all(struct view bytes, struct buf *out)
{
    bundle_escape(out, bytes);
}

static void drop_all(struct view bytes, struct buf *out)
{
    (void)bytes, (void)out;
}

/* What is not there is no file that two names could lead to. */
static void test_absent_files_of_two_kinds(void **state)
{
    const struct source first = {.kind = ITEM_FILE, .pattern = "/etc/no", .reduce = escape_all};
    const struct source second = {.kind = ITEM_FILE, .pattern = "/etc/none", .reduce = drop_all};
    const struct source third = {.kind = ITEM_FILE, .pattern = "/etc/nil", .digest = digest_ends};
    const struct source *sources[] = {&first, &second, &third};
    struct wishes wishes = {.sources = sources, .source_count = 3};
    (void)state;
    struct bundle *bundle = collected(host, &wishes);
    expect_status(bundle, ITEM_FILE, "/etc/no", ITEM_ABSENT);
    expect_status(bundle, ITEM_FILE, "/etc/none", ITEM_ABSENT);
    expect_status(bundle, ITEM_FILE, "/etc/nil", ITEM_ABSENT);
    bundle_free(bundle);
}

static void test_links_passed_over(void **state)
{
    const struct source source = {.kind = ITEM_FILE, .pattern = "/etc/[ab]*", .skip_links = true};
    (void)state;
    make_file("root/etc/base", "0123456789", 0644);
    struct bundle *bundle = from_source(host, &source);
    expect_status(bundle, ITEM_FILE, "/etc/absolute", ITEM_ABSENT);
    expect_bytes(bundle, ITEM_FILE, "/etc/base", "0123456789");
    bundle_free(bundle);
}

static void test_dead_roots_do_not_run(void **state)
{
    struct source source = {.kind = ITEM_LIVE, .pattern = "sysctl"};
    (void)state;
    struct bundle *bundle = from_source(host, &source);
    expect_status(bundle, ITEM_LIVE, "sysctl", ITEM_ABSENT);
    assert_string_equal(item_of(bundle, ITEM_LIVE, "sysctl")->reason, NOT_RUNNING);
    bundle_free(bundle);
}

static bool status_is(struct bundle *bundle, enum item_kind kind, const char *name,
                      enum item_status status)
{
    const struct item *item = bundle_find(bundle, kind, name);
    if (item && item->status != status)
        fprintf(stderr, "%s: %s %s\n", name, item_status_name(item->status), item->reason);
    return item && item->status == status;
}

static bool nobody_is_refused(void)
{
    struct host *mine;
    struct bundle *bundle = bundle_new();
    const struct source sources[] = {
        {.kind = ITEM_FILE, .pattern = "/guarded"},     {.kind = ITEM_FILE, .pattern = "/closed/a"},
        {.kind = ITEM_FILE, .pattern = "/closed/none"}, {.kind = ITEM_FILE, .pattern = "/closed/*"},
        {.kind = ITEM_FILE, .pattern = "/none/*"},      {.kind = ITEM_FILE, .pattern = "/*/a"},
        {.kind = ITEM_FILE, .pattern = "/etc/name"}};
    const struct source *list[COUNT_OF(sources)];
    const char *paths[] = {"/guarded", "/closed/a", "/closed"};
    for (size_t i = 0; i < COUNT_OF(sources); i++)
        list[i] = &sources[i];
    struct wishes wishes = {list, COUNT_OF(list), paths, COUNT_OF(paths), .walk = false};
    EXPECT(!failed(host_open_root(at("root"), &mine)));
    EXPECT(!failed(host_collect(mine, &wishes, 1, bundle)));
    EXPECT(status_is(bundle, ITEM_FILE, "/guarded", ITEM_DENIED));
    EXPECT(status_is(bundle, ITEM_FILE, "/closed/a", ITEM_DENIED));
    EXPECT(status_is(bundle, ITEM_FILE, "/closed/none", ITEM_DENIED));
    EXPECT(status_is(bundle, ITEM_LIST, "/closed/*", ITEM_DENIED));
    EXPECT(status_is(bundle, ITEM_LIST, "/none/*", ITEM_ABSENT));
    EXPECT(status_is(bundle, ITEM_LIST, "/*/a", ITEM_DENIED));
    EXPECT(status_is(bundle, ITEM_FILE, "/etc/name", ITEM_OK));
    EXPECT(status_is(bundle, ITEM_STAT, "/guarded", ITEM_OK)); /* lstat needs no right to read */
    EXPECT(status_is(bundle, ITEM_STAT, "/closed/a", ITEM_DENIED));
    EXPECT(status_is(bundle, ITEM_STAT, "/closed", ITEM_OK));
    bundle_free(bundle);
    host_close(mine);
    return true;
}

static void test_denied(void **state)
{
    (void)state;
    make_file("root/guarded", "x", 0600);
    make_dir("root/closed", 0755);
    make_file("root/closed/a", "x", 0644);
    assert_int_equal(chmod(at("root/closed"), 0700), 0);
    if (geteuid() != 0) {
        assert_int_equal(chmod(at("root/guarded"), 0), 0);
        assert_int_equal(chmod(at("root/closed"), 0), 0);
    }
    as_nobody(nobody_is_refused);
}

static void test_deadline(void **state)
{
    const struct source file = {.kind = ITEM_FILE, .pattern = "/etc/name"};
    const struct source list = {.kind = ITEM_FILE, .pattern = "/etc/*"};
    const struct source live = {.kind = ITEM_LIVE, .pattern = "sysctl"};
    const struct source *sources[] = {&file, &list, &live};
    const char *paths[] = {"/etc", "/folder*"};
    struct wishes wishes = {sources, 3, paths, 2, .walk = true, .predicates = 0xff, .deadline = 1};
    (void)state;
    struct bundle *bundle = collected(host, &wishes);
    expect_status(bundle, ITEM_FILE, "/etc/name", ITEM_TIMEOUT);
    expect_status(bundle, ITEM_LIST, "/etc/*", ITEM_TIMEOUT);
    expect_status(bundle, ITEM_LIVE, "sysctl", ITEM_TIMEOUT);
    expect_status(bundle, ITEM_STAT, "/etc", ITEM_TIMEOUT);
    expect_status(bundle, ITEM_LIST, "/folder*", ITEM_TIMEOUT);
    expect_status(bundle, ITEM_WALK, "/", ITEM_TIMEOUT);
    bundle_free(bundle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_target),
        cmocka_unit_test(test_unusable_roots),
        cmocka_unit_test(test_links_stay_inside),
        cmocka_unit_test(test_things_that_are_no_file),
        cmocka_unit_test(test_large_files),
        cmocka_unit_test(test_sparse_gigabyte),
        cmocka_unit_test(test_lstat_stays_inside),
        cmocka_unit_test(test_what_links_lead_to),
        cmocka_unit_test(test_digests),
        cmocka_unit_test(test_one_file_of_two_kinds),
        cmocka_unit_test(test_absent_files_of_two_kinds),
        cmocka_unit_test(test_links_passed_over),
        cmocka_unit_test(test_dead_roots_do_not_run),
        cmocka_unit_test(test_denied),
        cmocka_unit_test(test_deadline),
    };
    alarm(100);
    return cmocka_run_group_tests(tests, setup, teardown);
}
