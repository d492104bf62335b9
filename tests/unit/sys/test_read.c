/* Opening inside a root and reading with a bound: links out, loops, devices, huge files. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/sys/sys.h"
#include "scratch.h"

static int root_fd = -1;

static int setup(void **state)
{
    (void)state;
    scratch_open();
    make_dir("root", 0755);
    make_dir("root/etc", 0755);
    make_file("root/etc/name", "inside\n", 0644);
    make_file("secret", "outside\n", 0644);
    make_link("root/etc/up", "../../../secret");
    make_link("root/etc/absolute", "/etc/name");
    make_link("root/etc/escape", at("secret"));
    make_link("root/etc/loop", "loop");
    make_link("root/etc/first", "second");
    make_link("root/etc/second", "/../../etc/./third");
    make_link("root/etc/third", "name");
    make_link("root/etc/parent", "..");
    make_link("root/etc/magic", "/proc/self/root/etc/passwd");
    assert_int_equal(mkfifo(at("pipe"), 0644), 0);
    root_fd = open(at("root"), O_RDONLY | O_DIRECTORY);
    assert_true(root_fd >= 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    close(root_fd);
    scratch_close();
    return 0;
}

static struct rc slurp_in(const char *path, struct buf *out)
{
    CLEANUP(sys_close_fdp) int fd = -1;
    TRY(sys_open_in(root_fd, path, O_RDONLY, &fd));
    return sys_read_fd(fd, path, 100, out);
}

static void expect_inside(const char *path)
{
    struct buf text = {0};
    assert_false(failed(slurp_in(path, &text)));
    assert_true(view_is(buf_view(&text), "inside\n"));
    buf_free(&text);
}

static void expect_kind(const char *path, enum fault_kind kind)
{
    struct buf text = {0};
    assert_int_equal(slurp_in(path, &text).kind, kind);
    assert_int_equal(text.len, 0);
    buf_free(&text);
}

static void test_inside(void **state)
{
    (void)state;
    expect_inside("/etc/name");
    expect_inside("etc/name");
    expect_inside("/etc/absolute");
    expect_inside("/etc/first");
    expect_inside("/../../../etc/name");
    expect_inside("/etc/parent/etc/name");
}

static void test_nothing_outside(void **state)
{
    (void)state;
    expect_kind("/etc/up", FAULT_ABSENT);
    expect_kind("/etc/escape", FAULT_ABSENT);
    expect_kind("/etc/magic", FAULT_ABSENT);
    expect_kind("/../secret", FAULT_ABSENT);
    expect_kind("/etc/name/below", FAULT_ABSENT);
}

static void test_loop_ends(void **state)
{
    (void)state;
    expect_kind("/etc/loop", FAULT_LIMIT);
    assert_non_null(strstr(fault_text(), "/etc/loop: "));
}

static void test_magic_links_are_refused(void **state)
{
    char link[64];
    int out = -1;
    (void)state;
    CLEANUP(sys_close_fdp) int slash = open("/", O_RDONLY | O_DIRECTORY);
    snprintf(link, sizeof link, "/proc/self/fd/%d/etc/name", root_fd);
    assert_int_equal(sys_open_in(slash, link, O_RDONLY, &out).kind, FAULT_LIMIT);
    assert_int_equal(out, -1);
}

static void test_read_file(void **state)
{
    struct buf text = {0};
    (void)state;
    buf_add_text(&text, "kept ");
    assert_false(failed(sys_read_file(at("secret"), 100, &text)));
    assert_true(view_is(buf_view(&text), "kept outside\n"));
    buf_free(&text);
    assert_int_equal(sys_read_file(at("none"), 100, &text).kind, FAULT_ABSENT);
    assert_int_equal(sys_read_file(at("secret/none"), 100, &text).kind, FAULT_ABSENT);
    assert_int_equal(sys_read_file(at("root"), 100, &text).kind, FAULT_DATA);
    assert_int_equal(sys_read_file(at("pipe"), 100, &text).kind,
                     FAULT_DATA); /* and does not wait */
    assert_int_equal(sys_read_file("/dev/zero", 100, &text).kind, FAULT_DATA);
    assert_int_equal(text.len, 0);
}

static void test_bounds(void **state)
{
    struct buf text = {0};
    (void)state;
    assert_false(failed(sys_read_file(at("secret"), 8, &text)));
    assert_int_equal(text.len, 8);
    assert_int_equal(sys_read_file(at("secret"), 7, &text).kind, FAULT_LIMIT);
    assert_true(view_is(buf_view(&text), "outside\noutside"));
    assert_int_equal(sys_read_file(at("secret"), 0, &text).kind, FAULT_LIMIT);
    assert_int_equal(text.len, 15);
    buf_free(&text);
}

static void test_sparse_gigabyte(void **state)
{
    struct buf text = {0};
    (void)state;
    make_file("huge", "", 0644);
    assert_int_equal(truncate(at("huge"), 1l << 30), 0);
    assert_int_equal(sys_read_file(at("huge"), 1 << 20, &text).kind, FAULT_LIMIT);
    assert_int_equal(text.len, 1 << 20);
    assert_true(text.room <= 4 << 20);
    buf_free(&text);
}

static bool is_refused(void)
{
    struct buf text = {0};
    EXPECT(sys_read_file(at("mine"), 100, &text).kind == FAULT_DENIED);
    EXPECT(strstr(fault_text(), "Permission denied"));
    return true;
}

static void test_denied(void **state)
{
    (void)state;
    make_file("mine", "x", 0000);
    as_nobody(is_refused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inside),          cmocka_unit_test(test_nothing_outside),
        cmocka_unit_test(test_loop_ends),       cmocka_unit_test(test_magic_links_are_refused),
        cmocka_unit_test(test_read_file),       cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_sparse_gigabyte), cmocka_unit_test(test_denied),
    };
    alarm(60);
    return cmocka_run_group_tests(tests, setup, teardown);
}
