/* Tests of the reader of time sources. */
#include "fixture.h"

static void reads_chrony(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/chrony/chrony.conf",
                 "# server x\n! server y\n"
                 "Pool 2.example iburst maxsources 4\n"
                 "refclock PPS /dev/pps0 lock NMEA\n"
                 "confdir /etc/chrony/conf.d\nsourcedir /run/s\ninclude /etc/own.conf\nserver\n");
    fixture_list(f, "/etc/chrony/conf.d/*.conf", "/etc/chrony/conf.d/a.conf\n");
    fixture_list(f, "/run/s/*.sources", "/run/s/d.sources\n");
    fixture_file(f, "/etc/chrony/conf.d/a.conf", "peer p\n");
    fixture_file(f, "/run/s/d.sources", "server d\n");
    fixture_file(f, "/etc/own.conf", "include /etc/own.conf\nserver o\n");
    assert_string_equal(fixture_rows(f, "time_source"),
                        "pool|2.example|iburst maxsources 4|chrony|1|/etc/chrony/chrony.conf|3\n"
                        "refclock|PPS /dev/pps0|lock NMEA|chrony|1|/etc/chrony/chrony.conf|4\n"
                        "peer|p||chrony|1|/etc/chrony/conf.d/a.conf|1\n"
                        "server|d||chrony|1|/run/s/d.sources|1\n"
                        "server|o||chrony|1|/etc/own.conf|2\n");
    assert_non_null(strstr(fixture_used(f, "time_source"), "chrony.conf|ok|8|a time source"));
    fixture_free(f);
}

static void reads_ntp(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/ntp.conf",
                 "server -4 a iburst # remark\nserver 127.127.1.0\nincludefile /etc/ntp.more\n");
    fixture_file(f, "/etc/ntp.more", "pool b\n");
    assert_string_equal(fixture_rows(f, "time_source"),
                        "server|a|iburst|ntp|1|/etc/ntp.conf|1\n"
                        "refclock|127.127.1.0||ntp|1|/etc/ntp.conf|2\n"
                        "pool|b||ntp|1|/etc/ntp.more|1\n");
    fixture_free(f);
}

static void reads_timesyncd(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/systemd/timesyncd.conf", "[Time]\n#NTP=\n#FallbackNTP=x y\n");
    assert_string_equal(fixture_rows(f, "time_source"),
                        "server|x|fallback|timesyncd|0|/etc/systemd/timesyncd.conf|-\n"
                        "server|y|fallback|timesyncd|0|/etc/systemd/timesyncd.conf|-\n");
    fixture_free(f);

    f = fixture_new();
    fixture_file(f, "/etc/systemd/timesyncd.conf", "[Time]\nNTP=old\nNTP=\nNTP=a b\nNTP=c\n");
    fixture_list(f, "/run/systemd/timesyncd.conf.d/*.conf",
                 "/run/systemd/timesyncd.conf.d/z.conf\n");
    fixture_file(f, "/run/systemd/timesyncd.conf.d/z.conf", "[Time]\nFallbackNTP=f\n");
    assert_string_equal(fixture_rows(f, "time_source"),
                        "server|a||timesyncd|1|/etc/systemd/timesyncd.conf|4\n"
                        "server|b||timesyncd|1|/etc/systemd/timesyncd.conf|4\n"
                        "server|c||timesyncd|1|/etc/systemd/timesyncd.conf|5\n"
                        "server|f|fallback|timesyncd|1|/run/systemd/timesyncd.conf.d/z.conf|2\n");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_chrony),
        cmocka_unit_test(reads_ntp),
        cmocka_unit_test(reads_timesyncd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
