/* Tests of the reader of login banners. */
#include "fixture.h"

static void reads_lines_and_escapes(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/issue", "\n  Debian \\n \\l \\n\nKernel \\r on \\\\m \\S{ID} \\z\\\n");
    fixture_list(f, "/etc/issue.d/*.issue", "/etc/issue.d/a.issue\n");
    fixture_file(f, "/etc/issue.d/a.issue", "# no remark here\n");
    fixture_file(f, "/etc/issue.net", "Authorised use only.");
    fixture_file(f, "/etc/motd", "");
    fixture_list(f, "/etc/motd.d/*", "/etc/motd.d/x\n");
    fixture_file(f, "/etc/motd.d/x", "\\m\r\n");
    assert_string_equal(fixture_rows(f, "banner"),
                        "issue|Debian \\n \\l \\n|\\n \\l|/etc/issue|2\n"
                        "issue|Kernel \\r on \\\\m \\S{ID} \\z\\|\\r \\S|/etc/issue|3\n"
                        "issue|# no remark here||/etc/issue.d/a.issue|1\n"
                        "issue.net|Authorised use only.||/etc/issue.net|1\n"
                        "motd|\\m|\\m|/etc/motd.d/x|1\n");
    assert_null(strstr(fixture_used(f, "banner"), "none"));
    fixture_free(f);
}

static void takes_every_letter(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/issue", "\\4\\6\\b\\d\\e\\l\\m\\n\\o\\O\\r\\s\\S\\t\\u\\U\\v\\v\\4");
    fixture_fill(f, "banner");
    assert_string_equal(fixture_query(f, "SELECT length(escapes) FROM banner"), "50\n");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_lines_and_escapes),
        cmocka_unit_test(takes_every_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
