/* Tests of the reader of faillock.conf. */
#include "fixture.h"

#define PATH "/etc/security/faillock.conf"

static void reads_settings(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, PATH,
                 "# deny = 1\n"
                 "deny = 3\n"
                 "deny=5 # five\n"
                 "  even_deny_root\r\n"
                 "unlock_time = never\n"
                 "fail_interval 900\n"
                 "dir = tally\n"
                 "deny = few\n"
                 "unlock_time = 604801\n"
                 "dir = /var/lib/faillock\n"
                 "audit = no");
    assert_string_equal(fixture_rows(f, "faillock"), "deny|3|0|" PATH "|2\n"
                                                     "deny|5|1|" PATH "|3\n"
                                                     "even_deny_root||1|" PATH "|4\n"
                                                     "unlock_time|never|1|" PATH "|5\n"
                                                     "fail_interval|900|1|" PATH "|6\n"
                                                     "dir|tally|0|" PATH "|7\n"
                                                     "deny|few|0|" PATH "|8\n"
                                                     "unlock_time|604801|0|" PATH "|9\n"
                                                     "dir|/var/lib/faillock|1|" PATH "|10\n"
                                                     "audit|no|1|" PATH "|11\n");
    assert_string_equal(fixture_used(f, "faillock"), PATH "|ok|0|-\n");
    fixture_free(f);
}

/* Keys are case-sensitive, so Deny is another, unknown key. */
static void reports_unknown_keys(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, PATH, "deny = 3\nDeny = 5\n");
    assert_string_equal(fixture_rows(f, "faillock"), "deny|3|1|" PATH "|1\nDeny|5|0|" PATH "|2\n");
    assert_string_equal(fixture_used(f, "faillock"),
                        PATH "|ok|2|'Deny' is no setting known of pam_faillock\n");
    fixture_free(f);
}

static void survives_bad_bytes(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct buf text = {0};
    buf_add_text(&text, "deny = 3\ndeny = ");
    for (int i = 0; i < 2000; i++)
        buf_add_char(&text, '9');
    buf_add(&text, "\nunlock_time = 60\n\0silent", 25);
    fixture_add_bytes(f, ITEM_FILE, PATH, ITEM_OK, buf_view(&text));
    assert_string_equal(fixture_rows(f, "faillock"),
                        "deny|3|1|" PATH "|1\nunlock_time|60|1|" PATH "|3\n");
    assert_non_null(strstr(fixture_used(f, "faillock"), PATH "|ok|4|holds a NUL byte"));
    buf_free(&text);
    fixture_free(f);
}

static void reads_nothing_from_nothing(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    assert_string_equal(fixture_rows(f, "faillock"), "");
    assert_string_equal(fixture_used(f, "faillock"), PATH "|none|0|-\n");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_settings),
        cmocka_unit_test(reports_unknown_keys),
        cmocka_unit_test(survives_bad_bytes),
        cmocka_unit_test(reads_nothing_from_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
