/* Tests of the readers of cron's jobs and of who may use it. */
#include "fixture.h"

static struct fixture *with_lists(const char *cron_d)
{
    static const char *const absent[] = {"/var/spool/cron/*",   "/etc/cron.hourly/*",
                                         "/etc/cron.daily/*",   "/etc/cron.weekly/*",
                                         "/etc/cron.monthly/*", "/var/spool/cron/crontabs/*"};
    struct fixture *f = fixture_new();
    for (size_t i = 0; i < COUNT_OF(absent); i++)
        fixture_list(f, absent[i],
                     i == 5   ? "/var/spool/cron/crontabs/ann\n/var/spool/cron/crontabs/tmp.x\n"
                     : i == 2 ? "/etc/cron.daily/x\n/etc/cron.daily/y.sh\n/etc/cron.daily/sub\n"
                              : "");
    fixture_list(f, "/etc/cron.d/*", cron_d);
    return f;
}

static void reads_jobs(void **state)
{
    (void)state;
    struct fixture *f = with_lists("/etc/cron.d/a\n/etc/cron.d/b.cfg\n/etc/cron.d/c.rpmsave\n");
    fixture_file(f, "/etc/crontab",
                 "# remark\nSHELL=/bin/sh\n\"MAIL TO\" = root\n"
                 "17 *\t* * *\troot    cd / && run-parts --report /etc/cron.hourly\n"
                 "@reboot ann /bin/x = y\n");
    fixture_file(f, "/etc/cron.d/a", "-*/5 1-4,6 * jan mon bob /bin/b %x\n");
    fixture_file(f, "/etc/cron.d/b.cfg", "0 0 * * * bob /bin/c\n");
    fixture_file(f, "/etc/cron.d/c.rpmsave", "0 0 * * * bob /bin/d\n");
    fixture_file(f, "/var/spool/cron/crontabs/ann", "0~9 0 * * * /bin/e f\n");
    fixture_file(f, "/etc/cron.daily/x", "#!/bin/sh\n");
    fixture_file(f, "/etc/cron.daily/y.sh", "");
    fixture_status(f, ITEM_FILE, "/etc/cron.daily/sub", ITEM_ABSENT);
    fixture_file(f, "/etc/anacrontab",
                 "RANDOM_DELAY=45\n1 5 cron.daily nice run-parts /x\n"
                 "@monthly 45 m  run y\n");
    assert_string_equal(
        fixture_rows(f, "cron_job"),
        "17 *\t* * *|root|cd / && run-parts --report /etc/cron.hourly|crontab|1|/etc/crontab|4\n"
        "@reboot|ann|/bin/x = y|crontab|1|/etc/crontab|5\n"
        "-*/5 1-4,6 * jan mon|bob|/bin/b %x|cron.d|1|/etc/cron.d/a|1\n"
        "0 0 * * *|bob|/bin/c|cron.d|-|/etc/cron.d/b.cfg|1\n"
        "0 0 * * *|bob|/bin/d|cron.d|0|/etc/cron.d/c.rpmsave|1\n"
        "0~9 0 * * *|ann|/bin/e f|spool|1|/var/spool/cron/crontabs/ann|1\n"
        "@daily|root|/etc/cron.daily/x|daily|1|/etc/cron.daily/x|-\n"
        "@daily|root|/etc/cron.daily/y.sh|daily|-|/etc/cron.daily/y.sh|-\n"
        "1 5|root|nice run-parts /x|anacrontab|1|/etc/anacrontab|2\n"
        "@monthly 45|root|run y|anacrontab|1|/etc/anacrontab|3\n");
    assert_null(strstr(fixture_used(f, "cron_job"), "no line of"));
    fixture_free(f);
}

static void finds_broken_lines(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "* * * * root /x", "* * * * * root", "@sometimes root /x", "* * * * ; root /x", "x",
        "@daily root"};
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        struct fixture *f = with_lists("");
        fixture_file(f, "/etc/crontab", broken[i]);
        fixture_fill(f, "cron_job");
        assert_string_equal(
            fixture_query(f, "SELECT count(*) FROM cron_job WHERE kind = 'crontab'"), "0\n");
        assert_non_null(strstr(fixture_used(f, "cron_job"), "/etc/crontab|ok|1|no line of cron"));
        fixture_free(f);
    }
}

static void reads_who_may(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/cron.allow", "# remark\nroot\n\n ann \n");
    fixture_status(f, ITEM_FILE, "/etc/cron.deny", ITEM_ABSENT);
    fixture_file(f, "/etc/at.allow", "");
    fixture_status(f, ITEM_FILE, "/etc/at.deny", ITEM_DENIED);
    assert_string_equal(fixture_rows(f, "cron_access"), "cron.allow|-|/etc/cron.allow|-\n"
                                                        "cron.allow|root|/etc/cron.allow|2\n"
                                                        "cron.allow|ann|/etc/cron.allow|4\n"
                                                        "at.allow|-|/etc/at.allow|-\n");
    assert_non_null(strstr(fixture_used(f, "cron_access"), "/etc/at.deny|denied|0|-\n"));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_jobs),
        cmocka_unit_test(finds_broken_lines),
        cmocka_unit_test(reads_who_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
