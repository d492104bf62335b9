/*
 * Judging is a function of plan, bundle and time: the same again gives the same, whatever the plan
 * judged in between, and whether the bundle came from memory or from a file.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trial.h"

static struct plan *whole_plan(void)
{
    struct plan *plan;
    struct request request = {.standard = "gbt22239-2019", .level = 3, .scope = "general"};
    expect_ok(plan_new(&request, &plan));
    return plan;
}

/* A small system with much to find. */
static struct bundle *loose_system(const struct plan *plan)
{
    trial_fresh_host();
    add("/etc/os-release", 0644, "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n");
    add("/etc/passwd", 0666, PASSWD "toor:x:0:0::/root:/bin/sh\n");
    add("/etc/group", 0644, GROUPS);
    add("/etc/shadow", 0644, "root::19000::::::\nan:$6$x$abc:10::::::\n");
    add("/etc/login.defs", 0644, "PASS_MAX_DAYS 99999\nPASS_MIN_DAYS 0\n");
    add("/etc/ssh/sshd_config", 0644, "PermitRootLogin yes\nPermitRootLogin no\nnonsense\n");
    add("/etc/pam.d/common-password", 0644, "password required pam_unix.so nullok\n");
    add("/etc/pam.d/passwd", 0644, "@include common-password\n");
    add("/etc/sysctl.conf", 0644, "kernel.randomize_va_space = 0\n");
    add("/var/lib/dpkg/status", 0644,
        "Package: telnetd\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n");
    add("/usr/bin/odd", 06755, "");
    add_status("/home/an", "directory", 0777, "", ITEM_OK);
    return collect_for(plan, trial_host);
}

/* The same system, half of it refused. */
static struct bundle *shut_system(const struct plan *plan)
{
    trial_fresh_host();
    add("/etc/passwd", 0644, PASSWD);
    add("/etc/group", 0644, GROUPS);
    add_status("/etc/shadow", "file", 0600, "", ITEM_DENIED);
    add_status("/etc/ssh", "directory", 0700, "", ITEM_DENIED);
    add_status("/home/an", "directory", 0700, "", ITEM_DENIED);
    return collect_for(plan, trial_host);
}

static void expect_same(struct buf *one, struct buf *other)
{
    assert_true(one->len > 1000);
    assert_string_equal(one->ptr, other->ptr);
    buf_free(one);
    buf_free(other);
}

static void test_twice(void **state)
{
    (void)state;
    struct plan *plan = whole_plan();
    struct bundle *bundle = loose_system(plan);
    struct buf one = dump_of(plan, bundle), two = dump_of(plan, bundle);
    assert_non_null(strstr(one.ptr, "fail"));
    expect_same(&one, &two);
    bundle_free(bundle);
    plan_free(plan);
}

/* Sandboxes are used again: nothing of one target may be seen in the next. */
static void test_in_turn(void **state)
{
    (void)state;
    struct plan *used = whole_plan(), *fresh = whole_plan(), *fresh_too = whole_plan();
    struct bundle *loose = loose_system(used), *shut = shut_system(used);
    struct buf first = dump_of(used, loose), second = dump_of(used, shut);
    struct buf third = dump_of(used, loose);
    struct buf of_shut = dump_of(fresh, shut), of_loose = dump_of(fresh_too, loose);
    assert_string_not_equal(first.ptr, second.ptr);
    assert_string_equal(first.ptr, third.ptr);
    buf_free(&third);
    expect_same(&second, &of_shut);
    expect_same(&first, &of_loose);
    bundle_free(loose);
    bundle_free(shut);
    plan_free(used);
    plan_free(fresh);
    plan_free(fresh_too);
}

/* A query that is stopped in the middle of one bundle leaves nothing for the next. */
static void test_after_a_limit(void **state)
{
    (void)state;
    const struct check *checks[] = {
        check_of("greedy",
                 "sql: |\n  WITH RECURSIVE n(x) AS (SELECT count(*) FROM account UNION ALL"
                 " SELECT x + 1 FROM n WHERE x < 2 OR x > 2)\n"
                 "  SELECT group_concat(x) AS subject, 1 AS ok FROM n\n"),
        check_of("plain", "sql: SELECT name AS subject, 1 AS ok, src, line FROM account\n"),
    };
    plan_trial(checks, 2);
    for (int i = 0; i < 2; i++) {
        trial_fresh_bundle(); /* three accounts: endless; two: not */
        put_file("/etc/passwd", PASSWD "bo:x:5:5::/:/bin/sh\n");
        expect_ok(plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run));
        expect(&trial_run->results[0], VERDICT_UNKNOWN, "reason.query_limit");
        assert_int_equal(trial_run->results[1].row_count, 3);
        run_free(trial_run);
        trial_fresh_bundle();
        put_file("/etc/passwd", PASSWD);
        expect_ok(plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run));
        expect(&trial_run->results[0], VERDICT_PASS, "reason.rows_passed");
        assert_string_equal(trial_run->results[0].rows[0].subject, "2");
        assert_int_equal(trial_run->results[1].row_count, 2);
        run_free(trial_run);
        trial_run = NULL;
    }
}

static void expect_survives(const struct plan *plan, struct bundle *bundle)
{
    struct buf bytes = {0};
    struct bundle *loaded = NULL;
    expect_ok(bundle_encode(bundle, &bytes));
    expect_ok(bundle_decode(buf_view(&bytes), "saved", &loaded));
    struct buf before = dump_of(plan, bundle), after = dump_of(plan, loaded);
    expect_same(&before, &after);
    buf_free(&bytes);
    bundle_free(loaded);
}

static void test_saved_and_loaded(void **state)
{
    (void)state;
    struct plan *plan = whole_plan();
    struct bundle *loose = loose_system(plan), *shut = shut_system(plan);
    expect_survives(plan, loose);
    expect_survives(plan, shut);
    bundle_free(loose);
    bundle_free(shut);
    plan_free(plan);
}

/* The time is an argument, not the clock's. */
static void test_time_is_given(void **state)
{
    (void)state;
    const struct check *checks[] = {
        check_of("tried", "sql: SELECT 'age' AS subject, :now - 1000 < 500 AS ok FROM target\n")};
    put_file("/etc/passwd", PASSWD);
    plan_trial(checks, 1);
    expect_ok(plan_evaluate(trial_plan, trial_bundle, 1400 * INT64_C(1000000), &trial_run));
    expect(&trial_run->results[0], VERDICT_PASS, "reason.rows_passed");
    run_free(trial_run);
    expect_ok(plan_evaluate(trial_plan, trial_bundle, 1600 * INT64_C(1000000), &trial_run));
    expect(&trial_run->results[0], VERDICT_FAIL, "reason.row_failed");
}

/* Results live as long as their run, not only as long as the facts it was made from. */
static void test_run_outlives_the_facts(void **state)
{
    (void)state;
    struct plan *plan = whole_plan();
    struct bundle *shut = shut_system(plan);
    struct run *run = NULL;
    expect_ok(plan_evaluate(plan, shut, TRIAL_NOW, &run));
    struct buf before = {0}, after = {0};
    for (size_t i = 0; i < run->result_count; i++)
        dump_result(&before, &run->results[i]);
    struct run *another = NULL;
    expect_ok(plan_evaluate(plan, shut, TRIAL_NOW, &another));
    run_free(another);
    for (size_t i = 0; i < run->result_count; i++)
        dump_result(&after, &run->results[i]);
    expect_same(&before, &after);
    run_free(run);
    bundle_free(shut);
    plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_twice),         TRIAL(test_in_turn),
        TRIAL(test_after_a_limit), TRIAL(test_saved_and_loaded),
        TRIAL(test_time_is_given), TRIAL(test_run_outlives_the_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
