/* Times as text, and what is known of a terminal. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

static void test_times(void **state)
{
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {{0, "1970-01-01T00:00:00Z"},
                 {1795441332000000, "2026-11-23T13:42:12Z"},
                 {1795441332999999, "2026-11-23T13:42:12Z"},
                 {-1, "1969-12-31T23:59:59Z"},
                 {951782400000000, "2000-02-29T00:00:00Z"}};
    char text[32];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        sys_format_time(cases[i].us, text);
        assert_string_equal(text, cases[i].text);
    }
    sys_format_time(INT64_MAX, text);
    assert_true(strlen(text) < sizeof text);
    sys_format_time(INT64_MIN, text);
    assert_true(strlen(text) < sizeof text);
}

static void test_now(void **state)
{
    (void)state;
    int64_t now = sys_now();
    assert_true(now > 1700000000000000);
    assert_true(sys_now() >= now);
}

static void test_no_terminal(void **state)
{
    (void)state;
    int fd = open("/dev/null", O_RDONLY);
    assert_false(sys_is_terminal(fd));
    assert_int_equal(sys_terminal_width(fd), 100);
    assert_false(sys_wants_colour(fd));
    sys_close(fd);
    sys_close(-1);
}

static void test_terminal(void **state)
{
    int control, fd;
    struct winsize size = {.ws_row = 24, .ws_col = 132};
    (void)state;
    if (openpty(&control, &fd, NULL, NULL, &size) != 0)
        skip();
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    assert_true(sys_is_terminal(fd));
    assert_int_equal(sys_terminal_width(fd), 132);
    assert_true(sys_wants_colour(fd));
    setenv("NO_COLOR", "1", 1);
    assert_false(sys_wants_colour(fd));
    setenv("NO_COLOR", "", 1);
    assert_true(sys_wants_colour(fd));
    setenv("TERM", "dumb", 1);
    assert_false(sys_wants_colour(fd));
    sys_close(fd);
    sys_close(control);
}

static void test_faults(void **state)
{
    (void)state;
    assert_int_equal(sys_fault(ENOENT, "/a").kind, FAULT_ABSENT);
    assert_string_equal(fault_text(), "/a: No such file or directory");
    assert_int_equal(sys_fault(ENOTDIR, "/a").kind, FAULT_ABSENT);
    assert_int_equal(sys_fault(EPERM, "/a").kind, FAULT_DENIED);
    assert_int_equal(sys_fault(ELOOP, "/a").kind, FAULT_LIMIT);
    assert_int_equal(sys_fault(EIO, "/a").kind, FAULT_IO);
    char path[2000];
    memset(path, 'a', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_int_equal(sys_fault(EIO, path).kind, FAULT_IO);
    assert_non_null(strstr(fault_text(), "Input/output error"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),       cmocka_unit_test(test_now),
        cmocka_unit_test(test_no_terminal), cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
