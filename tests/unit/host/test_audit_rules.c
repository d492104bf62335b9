/*
 * Tests of the probe "audit_rules". The kernel's rules are the machine's own: they are asked for
 * and never changed, except where MERLON_AUDIT_ORACLE says that this machine may lose them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sensor/host/driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whoever may not ask gets denied, never an empty list. */
static void an_ordinary_user_is_refused(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct buf out = {0};
        if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(2);
        struct outcome outcome = audit_rules_probe(1 << 20, &out);
        _exit(outcome.status == ITEM_DENIED || outcome.status == ITEM_ERROR ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void root_is_told_or_refused(void **state)
{
    struct buf out = {0};
    (void)state;
    struct outcome outcome = audit_rules_probe(1 << 20, &out);
    if (outcome.status == ITEM_OK)
        assert_int_equal(strncmp(out.ptr, "-e ", 3), 0);
    else
        assert_true((outcome.status == ITEM_DENIED || outcome.status == ITEM_ERROR) &&
                    outcome.reason[0]);
    buf_free(&out);
}

/* What auditctl -l prints, in its words; key and numbers of the same rule are spelled alike. */
static void agrees_with_auditctl(void **state)
{
    static const char rules[] =
        "-D\n"
        "-a always,exit -F arch=b64 -S adjtimex,settimeofday -S clock_settime -F key=t\n"
        "-a always,exit -F arch=b32 -S stime -F key=t\n"
        "-a always,exit -F arch=b64 -S unlink -C uid!=euid -F success=0 -F exit=-EACCES\n"
        "-a never,exit -F arch=b64 -S unlink -F exe=/bin/true\n"
        "-a always,exit -F arch=b64 -S all -F auid>=1000 -F auid!=-1 -F key=p\n"
        "-a always,exclude -F msgtype=CWD\n";
    static const char expected[] =
        "-a always,exit -F arch=b64 -S adjtimex,settimeofday,clock_settime -F key=t\n"
        "-a always,exit -F arch=b32 -S stime -F key=t\n"
        "-a always,exit -F arch=b64 -S unlink -C uid!=euid -F success=0 -F exit=-13\n"
        "-a never,exit -F arch=b64 -S unlink -F exe=/bin/true\n"
        "-a always,exit -F arch=b64 -S all -F auid>=1000 -F auid!=unset -F key=p\n"
        "-a always,exclude -F msgtype=1307\n";
    (void)state;
    if (!getenv("MERLON_AUDIT_ORACLE")) {
        print_message("skipped: MERLON_AUDIT_ORACLE=1 lets it replace this machine's rules\n");
        skip();
    }
    struct buf out = {0};
    char path[] = "/tmp/merlon-audit-XXXXXX", command[128];
    int fd = mkstemp(path);
    assert_int_equal(write(fd, rules, strlen(rules)), (ssize_t)strlen(rules));
    close(fd);
    snprintf(command, sizeof command, "auditctl -R %s >/dev/null", path);
    assert_int_equal(system(command), 0);
    assert_int_equal(audit_rules_probe(1 << 20, &out).status, ITEM_OK);
    assert_int_equal(system("auditctl -D >/dev/null"), 0);
    char *first = strstr(out.ptr, "-a ");
    assert_non_null(first);
    assert_string_equal(first, expected);
    unlink(path);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_user_is_refused),
        cmocka_unit_test(root_is_told_or_refused),
        cmocka_unit_test(agrees_with_auditctl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
