/* The fold: from the rows of a query and the sources behind it to a verdict, line by line. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trial.h"

static void test_rows_pass(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    const struct result *r =
        judge_sql("SELECT name AS subject, 1 AS ok, shell, uid, src, line FROM account");
    expect(r, VERDICT_PASS, "reason.rows_passed");
    assert_int_equal(r->row_count, 2);
    assert_int_equal(r->column_count, 2);
    assert_string_equal(r->columns[0], "shell");
    assert_string_equal(r->rows[0].subject, "an");
    assert_string_equal(r->rows[0].values[0].text, "/bin/bash");
    assert_int_equal(r->rows[0].values[1].kind, OBSERVED_INTEGER);
    assert_int_equal(r->rows[0].values[1].integer, 1000);
    assert_string_equal(r->rows[0].src, "/etc/passwd");
    assert_int_equal(r->rows[0].line, 2);
    assert_string_equal(r->reason.args[0], "2");
    assert_int_equal(r->evidence_count, 2); /* a line each */
    assert_int_equal(strlen(r->evidence[0].sm3), 64);
    assert_string_equal(r->evidence[0].status, "ok");
}

/* Failures first, then what is undecided, then passes. */
static void test_fail_outranks_all(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD "bo:x:1001:1001::/home/bo:/bin/sh\n");
    const struct result *r = judge_sql(
        "SELECT name AS subject, CASE name WHEN 'root' THEN 1 WHEN 'bo' THEN 0 END AS ok, src, line"
        " FROM account");
    expect(r, VERDICT_FAIL, "reason.row_failed");
    assert_string_equal(r->reason.args[0], "1");
    assert_string_equal(r->reason.args[1], "3");
    assert_string_equal(r->rows[0].subject, "bo");
    assert_string_equal(r->rows[1].subject, "an");
    assert_int_equal(r->rows[1].ok, -1);
    assert_string_equal(r->rows[2].subject, "root");
}

static void test_null_is_unknown(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    expect(judge_sql("SELECT name AS subject, nullif(uid = 0, 0) AS ok, src, line FROM account"),
           VERDICT_UNKNOWN, "reason.row_undecided");
}

#define TWO_SOURCES                                                                                \
    "SELECT name AS subject, uid <> 0 AS ok, src, line FROM account"                               \
    " UNION ALL SELECT name, 1, src, line FROM shadow"

/* A seen failure stands, whatever else could not be read. */
static void test_fail_beats_unread(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    put(ITEM_FILE, "/etc/shadow", ITEM_DENIED, "");
    const struct result *r = judge_sql(TWO_SOURCES);
    expect(r, VERDICT_FAIL, "reason.row_failed");
    assert_string_equal(evidence_of(r, "/etc/shadow")->status, "denied");
    assert_string_equal(evidence_of(r, "/etc/shadow")->sm3, "");
    trial_fresh_bundle();
    put_file("/etc/passwd", "an:x:1000:1000::/home/an:/bin/bash\n");
    put(ITEM_FILE, "/etc/shadow", ITEM_DENIED, "");
    expect_unknown(judge_sql(TWO_SOURCES), "reason.source_unread", "/etc/shadow");
}

/* A row that comes from the part of a cut file that is there fails too. */
static void test_fail_in_a_cut_file(void **state)
{
    (void)state;
    put(ITEM_FILE, "/etc/passwd", ITEM_TRUNCATED, PASSWD);
    expect(judge_sql("SELECT name AS subject, uid <> 0 AS ok, src, line FROM account"),
           VERDICT_FAIL, "reason.row_failed");
    expect_unknown(judge_sql("SELECT name AS subject, 1 AS ok, src, line FROM account"),
                   "reason.source_unread", "/etc/passwd");
}

/* "No account has uid 0" says nothing while a source of it is not read. */
static void test_statement_needs_everything(void **state)
{
    (void)state;
    static const char *const sql =
        "SELECT 'all' AS subject, (SELECT count(*) FROM account WHERE uid = 77) > 0"
        " AND (SELECT count(*) FROM shadow) > 0 AS ok";
    put_file("/etc/passwd", PASSWD);
    put(ITEM_FILE, "/etc/shadow", ITEM_DENIED, "");
    const struct result *r = judge_sql(sql);
    expect_unknown(r, "reason.source_unread", "/etc/shadow");
    assert_int_equal(r->row_count, 1);
    trial_fresh_bundle();
    put_file("/etc/passwd", PASSWD);
    put_file("/etc/shadow", SHADOW);
    r = judge_sql(sql);
    expect(r, VERDICT_FAIL, "reason.row_failed");
    evidence_of(r, "/etc/passwd"); /* a statement about all rests on all */
    evidence_of(r, "/etc/shadow");
}

static void test_unread_sources(void **state)
{
    (void)state;
    static const enum item_status statuses[] = {ITEM_DENIED, ITEM_TIMEOUT, ITEM_ERROR,
                                                ITEM_TRUNCATED};
    static const char *const queries[] = {
        "SELECT name AS subject, 1 AS ok, src, line FROM account",          /* pass */
        "SELECT name AS subject, 1 AS ok, src, line FROM account WHERE 0",  /* no rows */
        "SELECT name AS subject, NULL AS ok, src, line FROM account",       /* cannot tell */
        "SELECT 'all' AS subject, count(*) < 0 AS ok FROM account",         /* a statement */
        "SELECT 'all' AS subject, count(*) >= 0 AS ok FROM account",        /* its opposite */
        "SELECT 'x' AS subject, (SELECT count(*) FROM account) >= 0 AS ok", /* nested */
        "WITH a AS (SELECT * FROM account) SELECT 'x' AS subject, 1 AS ok FROM a",
    };
    for (size_t s = 0; s < COUNT_OF(statuses); s++) {
        for (size_t q = 0; q < COUNT_OF(queries); q++) {
            trial_fresh_bundle();
            put(ITEM_FILE, "/etc/passwd", statuses[s], PASSWD);
            const struct result *r = judge_sql(queries[q]);
            expect_unknown(r, "reason.source_unread", "/etc/passwd");
            assert_string_equal(evidence_of(r, "/etc/passwd")->status,
                                item_status_name(statuses[s]));
        }
    }
}

static void test_partial_source(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD "not a line of passwd\n");
    const struct result *r = judge_sql("SELECT name AS subject, 1 AS ok, src, line FROM account");
    expect_unknown(r, "reason.partial", "/etc/passwd:3");
    bool partial = false;
    for (size_t i = 0; i < r->evidence_count; i++)
        partial = partial || (strcmp(r->evidence[i].status, "partial") == 0 &&
                              r->evidence[i].line == 3 && r->evidence[i].sm3[0]);
    assert_true(partial);
    r = judge_sql("SELECT name AS subject, uid <> 0 AS ok, src, line FROM account");
    expect(r, VERDICT_FAIL, "reason.row_failed");
}

/* A bundle that was made for other checks. */
static void test_source_not_collected(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    expect_unknown(judge_sql("SELECT name AS subject, 1 AS ok, src, line FROM shadow"),
                   "reason.not_collected", "/etc/shadow");
    expect_unknown(judge_sql("SELECT 'x' AS subject, count(*) = 0 AS ok FROM sysctl_running"),
                   "reason.not_collected", "sysctl");
    expect(judge_sql("SELECT name AS subject, 1 AS ok, src, line FROM account"), VERDICT_PASS,
           "reason.rows_passed");
}

/* An absent file was read: it is not there. */
static void test_absent_source_is_read(void **state)
{
    (void)state;
    put(ITEM_FILE, "/etc/shadow", ITEM_ABSENT, "");
    put_file("/etc/passwd", PASSWD);
    const struct result *r = judge("absent: {verdict: fail, reason: {en: there is no shadow}}\n"
                                   "sql: SELECT name AS subject, 1 AS ok, src, line FROM shadow\n");
    expect(r, VERDICT_FAIL, "reason.absent");
    assert_string_equal(result_reason(r, LANG_EN), "there is no shadow");
    assert_string_equal(evidence_of(r, "/etc/shadow")->status, "absent");
    expect(judge_sql("SELECT 'all' AS subject, count(*) = 0 AS ok FROM shadow"), VERDICT_PASS,
           "reason.rows_passed");
    expect(judge_sql("SELECT 'all' AS subject, count(*) > 0 AS ok FROM shadow"), VERDICT_FAIL,
           "reason.row_failed");
}

static void test_absent_verdicts(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum verdict verdict;
    } kinds[] = {{"pass", VERDICT_PASS},
                 {"fail", VERDICT_FAIL},
                 {"unknown", VERDICT_UNKNOWN},
                 {"not_applicable", VERDICT_NOT_APPLICABLE}};
    put_file("/etc/passwd", PASSWD);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        const struct result *r = judge(arena_printf(
            trial_arena,
            "absent: {verdict: %s, reason: {en: 'none, so %s', zh: 无}}\n"
            "sql: SELECT name AS subject, 0 AS ok, src, line FROM account WHERE uid = 5\n",
            kinds[i].name, kinds[i].name));
        expect(r, kinds[i].verdict, "reason.absent");
        assert_non_null(strstr(result_reason(r, LANG_EN), kinds[i].name));
        assert_string_equal(result_reason(r, LANG_ZH), "无");
        assert_int_equal(r->row_count, 0);
        evidence_of(r, "/etc/passwd"); /* what was searched */
        assert_int_equal(trial_run->summary[kinds[i].verdict], 1);
    }
}

static void test_other_ok(void **state)
{
    (void)state;
    static const char *const values[] = {
        "2", "-1", "1.0", "'1'", "'yes'", "x'01'", "''", "0.0", "1000000000000000000"};
    put_file("/etc/passwd", PASSWD);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        const struct result *r = judge_sql(arena_printf(
            trial_arena, "SELECT name AS subject, %s AS ok, src, line FROM account", values[i]));
        expect(r, VERDICT_UNKNOWN, "reason.query_failed");
        assert_int_equal(r->row_count, 0);
    }
    /* One good row first does not make it pass. */
    expect(judge_sql("SELECT name AS subject, uid / 500 AS ok, src, line FROM account"),
           VERDICT_UNKNOWN, "reason.query_failed");
}

static void test_columns_missing(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    expect(judge_sql("SELECT name AS subject FROM account"), VERDICT_UNKNOWN,
           "reason.query_failed");
    expect(judge_sql("SELECT 1 AS ok FROM account"), VERDICT_UNKNOWN, "reason.query_failed");
    expect(judge_sql("SELECT name AS subject, uid = :nothing AS ok FROM account"), VERDICT_UNKNOWN,
           "reason.query_failed");
    expect(judge_sql("SELECT name AS subject, uid = ? AS ok FROM account"), VERDICT_UNKNOWN,
           "reason.query_failed");
    expect(judge_sql("SELECT name AS subject, uid = $x AS ok FROM account"), VERDICT_UNKNOWN,
           "reason.query_failed");
    expect(judge_sql("SELECT NULL AS subject, 1 AS ok, NULL AS src, NULL AS line FROM account"),
           VERDICT_PASS, "reason.rows_passed");
    assert_string_equal(trial_run->results[0].rows[0].subject, "");
}

/* A query that stops in the middle leaves nothing behind for the one after it. */
static void test_failure_leaves_the_next_alone(void **state)
{
    (void)state;
    const struct check *checks[] = {
        check_of("first", "sql: SELECT name AS subject, 2 AS ok, src, line FROM account\n"),
        check_of("second", "sql: SELECT name AS subject, 1 AS ok, src, line FROM account\n"),
        check_of("third", "sql: |\n  WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM"
                          " n) SELECT x AS subject, 1 AS ok FROM n, account WHERE x < 0\n"),
        check_of("fourth", "sql: SELECT name AS subject, uid <> 0 AS ok, src, line FROM account\n"),
    };
    put_file("/etc/passwd", PASSWD);
    plan_trial(checks, COUNT_OF(checks));
    int64_t limit = sqlite3_hard_heap_limit64(-1);
    expect_ok(plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run));
    expect(&trial_run->results[0], VERDICT_UNKNOWN, "reason.query_failed");
    expect(&trial_run->results[1], VERDICT_PASS, "reason.rows_passed");
    expect(&trial_run->results[2], VERDICT_UNKNOWN, "reason.query_limit");
    expect(&trial_run->results[3], VERDICT_FAIL, "reason.row_failed");
    assert_int_equal(sqlite3_hard_heap_limit64(-1), limit);
}

static void test_now_is_bound(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    expect(judge_sql("SELECT 'now' AS subject, :now = 1767225600 AS ok FROM target"), VERDICT_PASS,
           "reason.rows_passed");
}

static void test_empty_bundle(void **state)
{
    (void)state;
    const struct check *checks[] = {check_of("tried", "sql: SELECT 1 AS subject, 1 AS ok\n")};
    plan_trial(checks, 1);
    expect_fault(plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run), FAULT_TARGET,
                 "empty");
    assert_null(trial_run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_rows_pass),
        TRIAL(test_fail_outranks_all),
        TRIAL(test_null_is_unknown),
        TRIAL(test_fail_beats_unread),
        TRIAL(test_fail_in_a_cut_file),
        TRIAL(test_statement_needs_everything),
        TRIAL(test_unread_sources),
        TRIAL(test_partial_source),
        TRIAL(test_source_not_collected),
        TRIAL(test_absent_source_is_read),
        TRIAL(test_absent_verdicts),
        TRIAL(test_other_ok),
        TRIAL(test_columns_missing),
        TRIAL(test_failure_leaves_the_next_alone),
        TRIAL(test_now_is_bound),
        TRIAL(test_empty_bundle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
