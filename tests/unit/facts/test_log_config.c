/* Tests of the readers of rsyslog.conf and journald.conf. */
#include "fixture.h"

static void reads_old_rules(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/rsyslog.conf",
                 "# remark\n"
                 "auth,authpriv.*;mail.!=warn -/var/log/a;T\n"
                 "*.* @@(o)log.example:514\n"
                 "& ~\n"
                 "kern.error @10.0.0.1\n"
                 "*.emerg :omusrmsg:*\n"
                 "cron.* :omrelp:h:20514\n"
                 "cron.info /a \\\n  \n"
                 "local0.* |/dev/x\n"
                 "uucp.none ^/bin/p;T\n"
                 "nonsense here\n");
    assert_string_equal(fixture_rows(f, "rsyslog_rule"),
                        "auth|*|0|0|file|/var/log/a|0|-|/etc/rsyslog.conf|2\n"
                        "authpriv|*|0|0|file|/var/log/a|0|-|/etc/rsyslog.conf|2\n"
                        "mail|warning|1|1|file|/var/log/a|0|-|/etc/rsyslog.conf|2\n"
                        "*|*|0|0|remote-tcp|log.example:514|0|-|/etc/rsyslog.conf|3\n"
                        "*|*|0|0|discard||0|-|/etc/rsyslog.conf|4\n"
                        "kern|err|0|0|remote-udp|10.0.0.1|0|-|/etc/rsyslog.conf|5\n"
                        "*|emerg|0|0|users|*|0|-|/etc/rsyslog.conf|6\n"
                        "cron|*|0|0|remote-relp|h:20514|0|-|/etc/rsyslog.conf|7\n"
                        "cron|info|0|0|file|/a|1|-|/etc/rsyslog.conf|8\n"
                        "local0|*|0|0|pipe|/dev/x|0|-|/etc/rsyslog.conf|10\n"
                        "uucp|none|0|0|program|/bin/p|0|-|/etc/rsyslog.conf|11\n");
    assert_non_null(strstr(fixture_used(f, "rsyslog_rule"), "/etc/rsyslog.conf|ok|12|neither"));
    fixture_free(f);
}

static void reads_objects(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(
        f, "/etc/rsyslog.conf",
        "module(load=\"imtcp\")\n"
        "# module(load=\"imudp\")\n"
        "/* input(type=\"no\") */\n"
        "input(type=\"imtcp\"\n      Port=\"51\\\"4\" ruleset=\"r\")\n"
        "$ModLoad imudp\n$UDPServerRun 514\n"
        "template(name=\"t\" type=\"list\") {\n constant(value=\"}\")\n property(name=\"m\") }\n"
        "*.* action(type=\"omfwd\" target=\"h\" protocol=\"TCP\")\n"
        "action(type=\"omrelp\" target=\"r\")\n"
        "ruleset(name=\"r\") {\n  action(type=\"omfile\" file=\"/r\" sync=\"on\")\n}\n"
        "if $msg contains \"then\" then {\n  action(type=\"omfwd\" target=\"c\")\n} else stop\n"
        ":msg, contains, \"x y\" /p\n"
        "*.* action(type=\"omkafka\")\n");
    assert_string_equal(fixture_rows(f, "rsyslog_rule"),
                        "*|*|0|0|remote-tcp|h|0|-|/etc/rsyslog.conf|11\n"
                        "*|*|0|0|remote-relp|r|0|-|/etc/rsyslog.conf|12\n"
                        "*|*|0|0|file|/r|1|r|/etc/rsyslog.conf|14\n"
                        "-|-|0|0|remote-udp|c|0|-|/etc/rsyslog.conf|17\n"
                        "-|-|0|0|discard||0|-|/etc/rsyslog.conf|18\n"
                        "-|-|0|0|file|/p|1|-|/etc/rsyslog.conf|19\n"
                        "*|*|0|0|module|omkafka|0|-|/etc/rsyslog.conf|20\n");
    assert_string_equal(fixture_rows(f, "rsyslog_setting"),
                        "module.load|imtcp|/etc/rsyslog.conf|1\n"
                        "input.type|imtcp|/etc/rsyslog.conf|4\n"
                        "input.port|51\"4|/etc/rsyslog.conf|4\n"
                        "input.ruleset|r|/etc/rsyslog.conf|4\n"
                        "module.load|imudp|/etc/rsyslog.conf|6\n"
                        "udpserverrun|514|/etc/rsyslog.conf|7\n");
    assert_string_equal(fixture_used(f, "rsyslog_rule"), "/etc/rsyslog.conf|ok|0|-\n");
    fixture_free(f);
}

static void follows_includes(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/rsyslog.conf",
                 "$IncludeConfig /etc/rsyslog.d/*.conf\ninclude(file=\"/etc/one\")\nmail.* /m\n");
    fixture_list(f, "/etc/rsyslog.d/*.conf", "/etc/rsyslog.d/a.conf\n");
    fixture_file(f, "/etc/rsyslog.d/a.conf", "*.* @a\n");
    fixture_file(f, "/etc/one", "$IncludeConfig /etc/one\n*.* @b\n"); /* includes itself */
    fixture_rows(f, "rsyslog_rule");
    assert_string_equal(fixture_query(f, "SELECT DISTINCT target, src FROM rsyslog_rule"),
                        "a|/etc/rsyslog.d/a.conf\nb|/etc/one\n/m|/etc/rsyslog.conf\n");
    assert_non_null(strstr(fixture_used(f, "rsyslog_rule"), "/etc/one|ok|1|an include"));
    fixture_free(f);
}

static void add_name(void *context, const char *pattern)
{
    buf_printf(context, "%s\n", pattern);
}

static void names_what_it_includes(void **state)
{
    (void)state;
    size_t count;
    struct buf named = {0};
    facts_sources_of("rsyslog_rule", &count)
        ->follow("/etc/rsyslog.conf",
                 VIEW("$includeconfig /etc/a/\ninclude(mode=\"optional\" file=\"/etc/b\")\n"
                      "include(text=\"x\")\n$IncludeConfig rel\n"),
                 add_name, &named);
    assert_string_equal(named.ptr, "/etc/a/*\n/etc/b\n");
    buf_free(&named);
}

static void reads_journald(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/systemd/journald.conf",
                 "Compress=no\n[Journal]\n#ForwardToSyslog=yes\nStorage=persistent\n"
                 "Storage=\"volatile\"\nSeal=off\n");
    fixture_list(f, "/etc/systemd/journald.conf.d/*.conf", "/etc/systemd/journald.conf.d/b.conf\n");
    fixture_list(f, "/usr/lib/systemd/journald.conf.d/*.conf",
                 "/usr/lib/systemd/journald.conf.d/a.conf\n"
                 "/usr/lib/systemd/journald.conf.d/b.conf\n");
    fixture_file(f, "/etc/systemd/journald.conf.d/b.conf", "[Journal]\nSeal=yes\n");
    fixture_file(f, "/usr/lib/systemd/journald.conf.d/a.conf", "[Journal]\nSeal=maybe\n");
    fixture_status(f, ITEM_FILE, "/usr/lib/systemd/journald.conf.d/b.conf", ITEM_DENIED);
    fixture_fill(f, "journald_setting");
    assert_string_equal(
        fixture_query(f,
                      "SELECT key, value, explicit, effective, valid, line FROM journald_setting "
                      "WHERE key IN ('Compress', 'Storage', 'Seal', 'ForwardToSyslog', 'Audit') "
                      "ORDER BY rowid"),
        "Compress|no|1|0|0|1\nStorage|persistent|1|1|1|4\nStorage|\"volatile\"|1|0|0|5\n"
        "Seal|off|1|0|1|6\nSeal|maybe|1|0|0|2\nSeal|yes|1|1|1|2\n"
        "Compress|yes|0|1|1|-\nForwardToSyslog|yes|0|1|1|-\nAudit|-|0|1|1|-\n");
    assert_null(strstr(fixture_used(f, "journald_setting"), "denied"));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_old_rules),  cmocka_unit_test(reads_objects),
        cmocka_unit_test(follows_includes), cmocka_unit_test(names_what_it_includes),
        cmocka_unit_test(reads_journald),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
