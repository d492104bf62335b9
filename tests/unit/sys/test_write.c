/* Replacing files atomically, and writing anything else directly. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/sys/sys.h"
#include "scratch.h"

#include <dirent.h>
#include <sys/mount.h>

static int setup(void **state)
{
    (void)state;
    scratch_open();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_close();
    return 0;
}

static void expect_text(const char *name, const char *text)
{
    struct buf bytes = {0};
    assert_false(failed(sys_read_file(at(name), 1 << 20, &bytes)));
    assert_true(view_is(buf_view(&bytes), text));
    buf_free(&bytes);
}

static size_t count_entries(const char *name)
{
    size_t count = 0;
    DIR *folder = opendir(at(name));
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2;
}

static mode_t mode_of(const char *name)
{
    struct stat st;
    assert_int_equal(stat(at(name), &st), 0);
    return st.st_mode & 07777;
}

static void test_new_file(void **state)
{
    (void)state;
    make_dir("new", 0755);
    assert_false(failed(sys_write_file(at("new/a"), VIEW("one\n"), 0644)));
    expect_text("new/a", "one\n");
    assert_int_equal(mode_of("new/a"), 0644);
    assert_false(failed(sys_write_file(at("new/b"), VIEW(""), 0600)));
    expect_text("new/b", "");
    assert_int_equal(mode_of("new/b"), 0600);
    assert_int_equal(count_entries("new"), 2);
}

static void test_replaced_file_keeps_its_mode(void **state)
{
    struct stat before, after;
    (void)state;
    make_dir("old", 0755);
    make_file("old/a", "old", 0640);
    assert_int_equal(stat(at("old/a"), &before), 0);
    int held = open(at("old/a"), O_RDONLY);
    assert_false(failed(sys_write_file(at("old/a"), VIEW("new"), 0600)));
    expect_text("old/a", "new");
    assert_int_equal(mode_of("old/a"), 0640);
    assert_int_equal(stat(at("old/a"), &after), 0);
    assert_int_not_equal(before.st_ino, after.st_ino); /* replaced, not overwritten */
    char text[4] = "";
    assert_int_equal(read(held, text, 3), 3); /* who reads the old one still reads it whole */
    assert_string_equal(text, "old");
    close(held);
    assert_int_equal(count_entries("old"), 1);
}

static void test_relative_path(void **state)
{
    (void)state;
    make_dir("relative", 0755);
    char *before = getcwd(NULL, 0);
    assert_int_equal(chdir(at("relative")), 0);
    assert_false(failed(sys_write_file("bare", VIEW("1"), 0644)));
    assert_false(failed(sys_write_file("bare", VIEW("2"), 0644)));
    assert_int_equal(chdir(before), 0);
    free(before);
    expect_text("relative/bare", "2");
    assert_int_equal(count_entries("relative"), 1);
}

static void test_link_stays(void **state)
{
    struct stat st;
    (void)state;
    make_dir("links", 0755);
    make_file("links/real", "old", 0644);
    make_link("links/link", "real");
    make_link("links/nowhere", "none");
    assert_false(failed(sys_write_file(at("links/link"), VIEW("new"), 0644)));
    expect_text("links/real", "new");
    assert_int_equal(lstat(at("links/link"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(sys_write_file(at("links/nowhere"), VIEW("x"), 0644).kind, FAULT_ABSENT);
    assert_int_equal(count_entries("links"), 3);
}

static void test_devices(void **state)
{
    struct stat st;
    (void)state;
    assert_false(failed(sys_write_file("/dev/null", VIEW("gone"), 0644)));
    assert_int_equal(stat("/dev/null", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
    assert_int_equal(sys_write_file("/dev/full", VIEW("x"), 0644).kind, FAULT_IO);
    assert_non_null(strstr(fault_text(), "/dev/full: No space left"));
    assert_int_equal(stat("/dev/full", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
}

static void test_pipe(void **state)
{
    char text[8] = "";
    (void)state;
    assert_int_equal(mkfifo(at("pipe"), 0644), 0);
    int reader = open(at("pipe"), O_RDONLY | O_NONBLOCK);
    assert_false(failed(sys_write_file(at("pipe"), VIEW("through"), 0644)));
    assert_int_equal(read(reader, text, sizeof text), 7);
    assert_string_equal(text, "through");
    close(reader);
    struct stat st;
    assert_int_equal(stat(at("pipe"), &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
}

/* `merlon ... -o /dev/fd/N`: what the shell opened is written, after what is there already. */
static void test_descriptor_name(void **state)
{
    char name[32];
    (void)state;
    make_file("redirected", "head ", 0644);
    int fd = open(at("redirected"), O_WRONLY | O_APPEND);
    snprintf(name, sizeof name, "/dev/fd/%d", fd);
    assert_false(failed(sys_write_file(name, VIEW("tail"), 0644)));
    close(fd);
    expect_text("redirected", "head tail");
}

static void test_unusable_places(void **state)
{
    (void)state;
    make_dir("places", 0755);
    assert_int_equal(sys_write_file(at("places"), VIEW("x"), 0644).kind, FAULT_IO);
    assert_int_equal(sys_write_file(at("places/none/a"), VIEW("x"), 0644).kind, FAULT_ABSENT);
    assert_int_equal(sys_write_file(at("places/none/"), VIEW("x"), 0644).kind, FAULT_ABSENT);
    assert_int_equal(sys_write_file("", VIEW("x"), 0644).kind, FAULT_ABSENT);
    assert_int_equal(count_entries("places"), 0);
}

static bool old_file_stands(void)
{
    struct buf text = {0};
    EXPECT(sys_write_file(at("foreign/a"), VIEW("new"), 0644).kind == FAULT_DENIED);
    EXPECT(!failed(sys_read_file(at("foreign/a"), 100, &text)));
    EXPECT(view_is(buf_view(&text), "old"));
    return true;
}

static void test_denied(void **state)
{
    (void)state;
    make_dir("foreign", 0555);
    make_file("foreign/a", "old", 0666);
    as_nobody(old_file_stands);
    assert_int_equal(count_entries("foreign"), 1);
}

static void test_full_disk(void **state)
{
    (void)state;
    make_dir("tiny", 0755);
    if (mount("none", at("tiny"), "tmpfs", 0, "size=16k") != 0) {
        print_message("no tmpfs can be mounted here: %s\n", strerror(errno));
        skip();
    }
    static char large[256 * 1024];
    memset(large, 'x', sizeof large);
    make_file("tiny/a", "old", 0644);
    struct rc replaced = sys_write_file(at("tiny/a"), (struct view){large, sizeof large}, 0644);
    struct rc made = sys_write_file(at("tiny/b"), (struct view){large, sizeof large}, 0644);
    size_t entries = count_entries("tiny");
    struct buf text = {0};
    struct rc old = sys_read_file(at("tiny/a"), 100, &text);
    umount(at("tiny"));
    assert_int_equal(replaced.kind, FAULT_IO);
    assert_int_equal(made.kind, FAULT_IO);
    assert_int_equal(entries, 1);
    assert_false(failed(old));
    assert_true(view_is(buf_view(&text), "old"));
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_file),        cmocka_unit_test(test_replaced_file_keeps_its_mode),
        cmocka_unit_test(test_relative_path),   cmocka_unit_test(test_link_stays),
        cmocka_unit_test(test_devices),         cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_descriptor_name), cmocka_unit_test(test_unusable_places),
        cmocka_unit_test(test_denied),          cmocka_unit_test(test_full_disk),
    };
    alarm(60);
    return cmocka_run_group_tests(tests, setup, teardown);
}
