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

/* Every password is "S3cret"; what must stay is told beside it. */
static void leaves_passwords_out(void **state)
{
    static const struct {
        const char *written, *kept;
    } cases[] = {
        {"0 3 * * * root mysqldump -uroot -pS3cret db >/b", "mysqldump -uroot -p{secret} db >/b"},
        {"* * * * * root /usr/bin/mysql -p'S3cret x' -e q", "mysql -p{secret} -e q"},
        {"* * * * * root mysql -p db", "mysql -p db"},
        {"* * * * * root mysql --password=S3cret -h db", "--password={secret} -h db"},
        {"* * * * * root tool --password S3cret --port 22", "--password {secret} --port 22"},
        {"* * * * * root tool --password --port 22", "--password --port 22"},
        {"* * * * * root PGPASSWORD=S3cret psql -c 'x'", "PGPASSWORD={secret} psql -c 'x'"},
        {"* * * * * root PGPASSWORD=\"$PW\" psql", "PGPASSWORD=\"$PW\" psql"},
        {"* * * * * root PGPASSWORD=$(cat /etc/pw) psql", "PGPASSWORD=$(cat /etc/pw) psql"},
        {"MYSQL_PWD=S3cret", "MYSQL_PWD={secret}"},
        {"SMTP_PASS=\"S3cret\"", "SMTP_PASS={secret}"},
        {"* * * * * root sshpass -p S3cret ssh -p 22 u@h", "sshpass -p {secret} ssh -p "},
        {"* * * * * root sshpass -pS3cret ssh u@h", "sshpass -p{secret} ssh u@h"},
        {"* * * * * root sshpass -f /etc/pw ssh -p 22 u@h", "sshpass -f /etc/pw ssh"},
        {"* * * * * root ssh -p 22 u@h; mkdir -p /a/b", "ssh -p 22 u@h; mkdir -p /a/b"},
        {"* * * * * root mysql -e q; mkdir -p /a -pX", "mysql -e q; mkdir -p /a -pX"},
        {"* * * * * root curl -u bob:S3cret https://h/x", "curl -u bob:{secret} https://h/x"},
        {"* * * * * root curl -ubob:S3cret https://h/x", "curl -ubob:{secret} https://h/x"},
        {"* * * * * root curl https://bob:S3cret@h:8443/x", "https://bob:{secret}@h:8443/x"},
        {"* * * * * root curl https://bob:S3:c@ret@h/x:y@z", "https://bob:{secret}@h/x:y@z"},
        {"* * * * * root curl http://h:8080/a@b", "http://h:8080/a@b"},
        {"* * * * * root curl 'https://h/?a=1&token=S3cret&b=2'", "?a=1&token={secret}&b=2'"},
        {"* * * * * root curl -H 'Authorization: Bearer S3cret' h", "Bearer {secret}' h"},
        {"* * * * * root curl -H \"X-Auth-Token: S3cret\" h", "X-Auth-Token: {secret}\" h"},
        {"* * * * * root mount -o username=u,password=S3cret,ro //h/s /m",
         "-o username=u,password={secret},ro //h/s /m"},
        {"* * * * * root ldapsearch -x -w S3cret -b dc=x", "ldapsearch -x -w {secret} -b dc=x"},
        {"* * * * * root redis-cli -a S3cret ping", "redis-cli -a {secret} ping"},
        {"* * * * * root smbclient //h/s -U u%S3cret -c ls", "-U u%{secret} -c ls"},
        {"* * * * * root openssl enc -pass pass:S3cret -in a", "-pass pass:{secret} -in a"},
        {"* * * * * root sqlplus u/S3cret@db @x.sql", "sqlplus u/{secret} @x.sql"},
        {"* * * * * root tool --password-file /etc/pw", "--password-file /etc/pw"},
        {"* * * * * root tool --password-file=/etc/pw", "--password-file=/etc/pw"},
        {"* * * * * root cd \"$OLDPWD\"; PWD=/x y", "cd \"$OLDPWD\"; PWD=/x y"},
        {"* * * * * root chown a:b /etc/passwd", "chown a:b /etc/passwd"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf once = {0}, twice = {0};
        fixture_reduced("cron_job", "/etc/crontab", cases[i].written, &once);
        fixture_reduced("cron_job", "/etc/crontab", once.ptr, &twice);
        if (strstr(once.ptr, "S3") || !strstr(once.ptr, cases[i].kept))
            fail_msg("%s became %s", cases[i].written, once.ptr);
        assert_string_equal(once.ptr, twice.ptr);
        buf_free(&once);
        buf_free(&twice);
    }
}

/* Where cron's lines can stand, each source reduces; other bytes and line ends stay. */
static void leaves_all_else_as_it_is(void **state)
{
    static const char plain[] = "# x\n\n17 *\t* * *\troot    cd / && run-parts \\\n --report "
                                "\"/etc/cron.hourly\" 2>&1 | mail -s a:b root\r\nlast";
    size_t count;
    const struct source *sources = facts_sources_of("cron_job", &count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct buf out = {0};
        assert_non_null(sources[i].reduce);
        sources[i].reduce(view_of(plain), &out);
        assert_string_equal(out.ptr, plain);
        buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_jobs),
        cmocka_unit_test(finds_broken_lines),
        cmocka_unit_test(reads_who_may),
        cmocka_unit_test(leaves_passwords_out),
        cmocka_unit_test(leaves_all_else_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
