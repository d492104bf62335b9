/* Tests of the reader of /etc/shells. */
#include "fixture.h"

static void reads_shells(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/shells",
                 "# /etc/shells: valid login shells\n"
                 "/bin/sh\n"
                 "\n"
                 "  /bin/bash # the usual one\r\n"
                 "/bin/zsh#no blank\n"
                 "#/bin/old\n"
                 "/usr/bin/tmux");
    assert_string_equal(fixture_rows(f, "login_shell"), "/bin/sh|/etc/shells|2\n"
                                                        "/bin/bash|/etc/shells|4\n"
                                                        "/bin/zsh|/etc/shells|5\n"
                                                        "/usr/bin/tmux|/etc/shells|7\n");
    assert_string_equal(fixture_used(f, "login_shell"), "/etc/shells|ok|0|-\n");
    fixture_free(f);
}

static void says_what_is_no_path(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/shells", "bash\n/bin/sh\nno # /bin/bash\n");
    assert_string_equal(fixture_rows(f, "login_shell"), "/bin/sh|/etc/shells|2\n");
    assert_string_equal(fixture_used(f, "login_shell"),
                        "/etc/shells|ok|1|a line of shells names an absolute path\n");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_shells),
        cmocka_unit_test(says_what_is_no_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
