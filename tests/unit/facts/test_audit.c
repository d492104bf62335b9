/*
 * Tests of the readers of the audit: rules, their order, what masks them, auditd.conf. The order of
 * loading is compared with augenrules(8) in a mount namespace of the test's own.
 */
#include "fixture.h"

#include "sensor/facts/audit.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const char rule_columns[] =
    "SELECT position, kind, list, action, path, tree, permissions, \"key\", arch, auid_from, "
    "success, exit_code, others, in_force, line FROM audit_rule ORDER BY rowid";

static struct fixture *fixture_of(const char *rules)
{
    struct fixture *f = fixture_new();
    fixture_status(f, ITEM_STAT, "/etc/audit/rules.d", ITEM_ABSENT);
    fixture_file(f, "/etc/audit/audit.rules", rules);
    fixture_fill(f, "audit_rule");
    return f;
}

static bool has_problem(struct fixture *f)
{
    return !strstr(fixture_used(f, "audit_rule"), "/etc/audit/audit.rules|ok|0|-\n");
}

static void both_spellings_of_a_watch_are_one(void **state)
{
    (void)state;
    struct fixture *f = fixture_of("-w /etc/passwd -p aw -k id\n"
                                   "-a always,exit -F path=/etc/passwd -F perm=wa -F key=id\n"
                                   "-a exit,always -S all -F dir=/etc/x/ -F perm=r -k a -k b\n"
                                   "-w /etc/shadow\n");
    assert_string_equal(fixture_query(f, rule_columns),
                        "1|watch|exit|always|/etc/passwd|-|wa|id|-|0|-|-||1|1\n"
                        "2|watch|exit|always|/etc/passwd|0|wa|id|-|0|-|-||1|2\n"
                        "3|watch|exit|always|/etc/x|1|r|a,b|-|0|-|-||1|3\n"
                        "4|watch|exit|always|/etc/shadow|-|rwxa|-|-|0|-|-||1|4\n");
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM audit_rule_syscall"), "0\n");
    fixture_free(f);
}

static void calls_are_names(void **state)
{
    (void)state;
    struct fixture *f = fixture_of("-a always,exit -F arch=b64 -S 87,unlinkat -S unlink -k d\n"
                                   "-a always,exit -S 10 -F arch=i386\n"
                                   "-a always,exit -F arch=x86_64 -S all -F auid>999\n");
    assert_string_equal(
        fixture_query(f, "SELECT position, arch, syscall, auid_from FROM audit_rule_syscall"),
        "1|b64|unlink|0\n1|b64|unlinkat|0\n2|b32|unlink|0\n3|b64|all|1000\n");
    assert_false(has_problem(f));
    fixture_free(f);
}

static void a_kunpeng_has_other_numbers(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_status(f, ITEM_STAT, "/etc/audit/rules.d", ITEM_ABSENT);
    fixture_add_bytes(f, ITEM_STAT, "/lib/ld-linux-aarch64.so.1", ITEM_OK, VIEW("x"));
    fixture_file(f, "/etc/audit/audit.rules",
                 "-a always,exit -F arch=b64 -S 35\n-a always,exit -F arch=b64 -S unlink\n");
    fixture_fill(f, "audit_rule");
    assert_string_equal(fixture_query(f, "SELECT syscall FROM audit_rule_syscall"), "unlinkat\n");
    assert_non_null(
        strstr(fixture_used(f, "audit_rule"), "audit.rules|ok|2|")); /* it has no unlink */
    fixture_free(f);
}

static void conditions_have_columns(void **state)
{
    (void)state;
    struct fixture *f =
        fixture_of("-a always,exit -F arch=b64 -S open -F exit=-13 -F auid>=1000 -F auid!=unset\n"
                   "-a always,exit -F arch=b64 -S open -F success=no -C uid!=euid -F euid=0\n");
    assert_string_equal(fixture_query(f, rule_columns),
                        "1|syscall|exit|always|-|-|-|-|b64|1000|-|-EACCES||1|1\n"
                        "2|syscall|exit|always|-|-|-|-|b64|0|0|-|uid!=euid euid=0|1|2\n");
    fixture_free(f);
}

static void never_masks_what_follows(void **state)
{
    static const struct {
        const char *rules, *force;
    } cases[] = {
        {"-a always,exit -S mount\n-a never,exit -S mount\n", "1\n"},
        {"-a never,exit -S mount\n-a always,exit -S mount\n", "0\n"},
        {"-a never,exit -S all\n-a always,exit -S mount\n", "0\n"},
        {"-a never,exit -S umount2\n-a always,exit -S mount\n", "1\n"},
        {"-a never,exit -F arch=b32 -S mount\n-a always,exit -F arch=b64 -S mount\n", "1\n"},
        {"-a never,exit -F arch=b64 -S mount\n-a always,exit -S mount\n", "-\n"},
        {"-a never,exit -S mount -F exe=/bin/x\n-a always,exit -S mount\n", "1\n"},
        {"-a never,exit -S mount -F gid>=7\n-a always,exit -S mount\n", "-\n"},
        {"-a always,exit -S mount\n-a never,task\n", "0\n"},
        {"-a always,exit -S mount\n-a never,task -F uid=33\n", "1\n"},
        {"-a always,exit -S mount\n-a never,task -F uid>=33\n", "-\n"},
        {"-a always,exit -S mount\n-A never,exit -S mount\n", "0\n"},
        {"-a always,exit -S mount\n-d always,exit -S mount\n", "0\n"},
        {"-a always,exit -S mount -k a\n-D -k b\n", "1\n"},
        {"-a always,exit -S mount -k a\n-D -k a\n", "0\n"},
        {"-a always,exit -S mount -k a\n-D\n", "0\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *f = fixture_of(cases[i].rules);
        const char *got =
            fixture_query(f, "SELECT in_force FROM audit_rule_syscall WHERE action = 'always'");
        if (strcmp(got, cases[i].force) != 0)
            fail_msg("%s gives %s, not %s", cases[i].rules, got, cases[i].force);
        assert_false(has_problem(f));
        fixture_free(f);
    }
}

static void what_auditctl_refuses_is_a_problem(void **state)
{
    static const char *const lines[] = {
        "-w relative -p wa",
        "-w /etc/passwd -p q",
        "-w /etc/passwd -S open",
        "-a always,nowhere -S open",
        "-a sometimes,exit -S open",
        "-a always,exit -S nosuchcall",
        "-a always,exit -S 4000",
        "-a always,exit -F arch=z80 -S open",
        "-a always,exit -F auid",
        "-a always,exit -F =1",
        "-a",
        "-e x",
        "-w",
        "frobnicate",
        "-k alone",
        "-W /etc/not-there",
        "-w /etc/x -k \"a b\"",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        char text[128];
        snprintf(text, sizeof text, "-e 1\n%s\n", lines[i]);
        struct fixture *f = fixture_of(text);
        if (!strstr(fixture_used(f, "audit_rule"), "audit.rules|ok|2|"))
            fail_msg("%s is taken", lines[i]);
        assert_string_equal(fixture_query(f, "SELECT count(*) FROM audit_rule"), "0\n");
        fixture_free(f);
    }
}

static void settings_of_the_kernel(void **state)
{
    (void)state;
    struct fixture *f = fixture_of("-b 64\n-b 8192\n-f 2\n-e 2\n");
    fixture_fill(f, "audit_control");
    assert_string_equal(fixture_query(f, "SELECT origin, name, number, line FROM audit_control"),
                        "configured|backlog_limit|8192|2\nconfigured|failure|2|3\n"
                        "configured|enabled|2|4\nconfigured|machine|-|-\n");
    fixture_free(f);
}

static void the_running_rules_are_read_alike(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_LIVE, "audit_rules", ITEM_OK,
                      VIEW("-e 2\n--pid 7\n-a always,exit -S all -F path=/a -F perm=wa -F "
                           "key=\"x y\"\n-a always,exit -F arch=b64 -S mount\n"));
    fixture_fill(f, "audit_rule");
    assert_string_equal(
        fixture_query(f, "SELECT origin, kind, path, \"key\", line FROM audit_rule"),
        "running|watch|/a|x y|3\nrunning|syscall|-|-|4\n");
    assert_string_equal(
        fixture_query(f, "SELECT name, number FROM audit_control WHERE origin = 'running'"),
        "enabled|2\ndaemon_pid|7\n");
    fixture_free(f);
}

static void a_full_file_is_bounded(void **state)
{
    struct buf text = {0};
    (void)state;
    for (int i = 0; i < AUDIT_RULES_MAX + 10; i++)
        buf_printf(&text, "-w /etc/%d -p wa\n", i);
    struct fixture *f = fixture_of(text.ptr);
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM audit_rule"), "5000\n");
    assert_non_null(strstr(fixture_used(f, "audit_rule"), "more than 5000"));
    fixture_free(f);
    buf_free(&text);
}

/* ---- order -------------------------------------------------------------------------------- */

static void names_sort_like_ls(void **state)
{
    static const char *const sorted[] = {"", "1", "2-b", "10-a", "10-b", "a", "a1", "a2", "a10"};
    (void)state;
    for (size_t i = 0; i + 1 < COUNT_OF(sorted); i++) {
        assert_true(audit_compare_names(sorted[i], sorted[i + 1]) < 0);
        assert_true(audit_compare_names(sorted[i + 1], sorted[i]) > 0);
    }
}

static const struct {
    const char *name, *text;
} files[] = {
    {"99-end.rules", "-e 2\n-w /n/99\n"},
    {"9-nine.rules", "# no\n\n-w /n/9 -p wa\n-b 64\n-f 0\n"},
    {"10-ten.rules", "-D\n-w /n/10\n-b 8192\n"},
    {"10-a.rules", "-w /n/10a\n-e 1\n"},
    {"b.rules", "-f 1\n-w /n/b\n"},
};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* The lines of audit.rules as augenrules leaves it, without those it adds itself. */
static void ask_augenrules(const char *folder, struct buf *out)
{
    char path[256], command[512], line[512];
    snprintf(path, sizeof path, "%s/rules.d", folder);
    assert_int_equal(mkdir(path, 0755), 0);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        snprintf(path, sizeof path, "%s/rules.d/%s", folder, files[i].name);
        write_file(path, files[i].text);
    }
    snprintf(command, sizeof command,
             "unshare -m sh -c 'mount --bind %s /etc/audit && /sbin/augenrules >/dev/null; "
             "cat /etc/audit/audit.rules'",
             folder);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    while (fgets(line, sizeof line, pipe))
        if (line[0] == '-')
            buf_add_text(out, line);
    pclose(pipe);
}

static void agrees_with_augenrules(void **state)
{
    (void)state;
    struct buf theirs = {0}, ours = {0}, list = {0};
    if (getuid() != 0 || access("/sbin/augenrules", X_OK) != 0 || access("/etc/audit", X_OK) != 0) {
        print_message("skipped: needs root and augenrules\n");
        skip();
    }
    char folder[] = "/tmp/merlon-audit-XXXXXX", command[128];
    assert_non_null(mkdtemp(folder));
    ask_augenrules(folder, &theirs);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);

    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_STAT, "/etc/audit/rules.d", ITEM_OK, VIEW("x"));
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        char path[128];
        snprintf(path, sizeof path, "/etc/audit/rules.d/%s", files[i].name);
        fixture_file(f, path, files[i].text);
        buf_printf(&list, "%s\n", path);
    }
    fixture_list(f, "/etc/audit/rules.d/*.rules", list.ptr);
    fixture_fill(f, "audit_rule");
    const char *rows = fixture_query(
        f, "SELECT '-w ' || path || CASE permissions WHEN 'wa' THEN ' -p wa' ELSE '' END "
           "FROM audit_rule ORDER BY position");
    const char *first = strstr(theirs.ptr, "-w");
    assert_non_null(first);
    buf_add_text(&ours, rows);
    buf_add_text(&ours, "-e 2\n");
    assert_string_equal(ours.ptr, first);
    assert_string_equal(fixture_query(f, "SELECT name, value FROM audit_control WHERE line > 0"),
                        "backlog_limit|8192\nfailure|1\nenabled|2\n");
    assert_non_null(strstr(theirs.ptr, "-D\n-b 8192\n-f 1\n"));
    fixture_free(f);
    buf_free(&theirs);
    buf_free(&ours);
    buf_free(&list);
}

/* An empty rules.d takes the place of audit.rules at the next start. */
static void an_empty_folder_counts(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_STAT, "/etc/audit/rules.d", ITEM_OK, VIEW("x"));
    fixture_list(f, "/etc/audit/rules.d/*.rules", "");
    fixture_file(f, "/etc/audit/audit.rules", "-w /etc/passwd\n");
    assert_string_equal(fixture_rows(f, "audit_rule"), "");
    fixture_free(f);
}

/* ---- auditd.conf -------------------------------------------------------------------------- */

static void reads_auditd_conf(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/audit/auditd.conf",
                 "# c\nNum_Logs = 5\nspace_left_action=email\nnum_logs = 7\nrubbish\n");
    fixture_fill(f, "audit_setting");
    assert_string_equal(
        fixture_query(f, "SELECT \"key\", value, number, explicit, conflict, line FROM "
                         "audit_setting WHERE \"key\" IN ('num_logs', 'space_left_action', "
                         "'disk_full_action') ORDER BY explicit DESC, \"key\""),
        "num_logs|7|7|1|1|4\nspace_left_action|email|-|1|0|3\n"
        "disk_full_action|IGNORE|-|0|0|-\n");
    assert_non_null(strstr(fixture_used(f, "audit_setting"), "ok|5|no setting"));
    fixture_free(f);
}

static void kinds_of_records_are_names(void **state)
{
    (void)state;
    struct fixture *f = fixture_of("-a always,exclude -F msgtype=1300\n-a never,exclude -F "
                                   "msgtype=CWD\n-a always,exclude -F msgtype>1300\n");
    assert_string_equal(fixture_query(f, "SELECT kind, fields FROM audit_rule"),
                        "other|msgtype=SYSCALL\nother|msgtype=CWD\nother|msgtype>1300\n");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_spellings_of_a_watch_are_one),
        cmocka_unit_test(calls_are_names),
        cmocka_unit_test(a_kunpeng_has_other_numbers),
        cmocka_unit_test(conditions_have_columns),
        cmocka_unit_test(never_masks_what_follows),
        cmocka_unit_test(what_auditctl_refuses_is_a_problem),
        cmocka_unit_test(settings_of_the_kernel),
        cmocka_unit_test(the_running_rules_are_read_alike),
        cmocka_unit_test(a_full_file_is_bounded),
        cmocka_unit_test(names_sort_like_ls),
        cmocka_unit_test(agrees_with_augenrules),
        cmocka_unit_test(an_empty_folder_counts),
        cmocka_unit_test(reads_auditd_conf),
        cmocka_unit_test(kinds_of_records_are_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
