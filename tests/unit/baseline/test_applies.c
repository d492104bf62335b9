/*
 * Whether a check applies, and what a target that does not run can be asked: neither may turn what
 * was not read into a verdict.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trial.h"

/* ---- applicability ------------------------------------------------------------------------ */

static const struct result *judge_applies(const char *sql)
{
    return judge(
        arena_printf(trial_arena,
                     "applies:\n  sql: |\n    %s\n  otherwise: {en: no such thing, zh: 无}\n"
                     "sql: SELECT name AS subject, uid = 0 AS ok, src, line FROM account"
                     " WHERE name = 'root'\n",
                     sql));
}

static void test_applies(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    put_file("/etc/shadow", SHADOW);
    expect(judge_applies("SELECT count(*) > 0 FROM shadow"), VERDICT_PASS, "reason.rows_passed");
    const struct result *r = judge_applies("SELECT count(*) > 5 FROM shadow");
    expect(r, VERDICT_NOT_APPLICABLE, "reason.not_applicable");
    assert_string_equal(result_reason(r, LANG_EN), "no such thing");
    assert_int_equal(r->row_count, 0);
    evidence_of(r, "/etc/shadow");
    expect(judge_applies("SELECT NULL FROM shadow"), VERDICT_UNKNOWN, "reason.applies_undecided");
    expect(judge_applies("SELECT 1 FROM shadow WHERE 0"), VERDICT_UNKNOWN,
           "reason.applies_undecided");
}

static void test_applies_absent_source(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    put(ITEM_FILE, "/etc/shadow", ITEM_ABSENT, "");
    expect(judge_applies("SELECT count(*) > 0 FROM shadow"), VERDICT_NOT_APPLICABLE,
           "reason.not_applicable");
}

/* Whatever an unread table seems to answer: 0, 1, NULL or nothing. */
static void test_applies_unread(void **state)
{
    (void)state;
    static const enum item_status statuses[] = {ITEM_DENIED, ITEM_TIMEOUT, ITEM_ERROR,
                                                ITEM_TRUNCATED};
    static const char *const queries[] = {
        "SELECT count(*) > 5 FROM shadow",
        "SELECT count(*) < 5 FROM shadow",
        "SELECT max(uid) FROM account, shadow",
        "SELECT 0 FROM shadow",
    };
    for (size_t s = 0; s < COUNT_OF(statuses); s++) {
        for (size_t q = 0; q < COUNT_OF(queries); q++) {
            trial_fresh_bundle();
            put_file("/etc/passwd", PASSWD);
            put(ITEM_FILE, "/etc/shadow", statuses[s], SHADOW);
            expect_unknown(judge_applies(queries[q]), "reason.source_unread", "/etc/shadow");
        }
    }
    trial_fresh_bundle();
    put_file("/etc/passwd", PASSWD);
    put_file("/etc/shadow", SHADOW "nonsense\n");
    expect_unknown(judge_applies("SELECT count(*) > 5 FROM shadow"), "reason.partial",
                   "/etc/shadow:3");
    trial_fresh_bundle();
    put_file("/etc/passwd", PASSWD);
    expect_unknown(judge_applies("SELECT count(*) > 5 FROM shadow"), "reason.not_collected",
                   "/etc/shadow");
}

/* Neither does a query that cannot be run to its end. */
static void test_applies_limit(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    expect(judge_applies("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
                         " SELECT count(*) FROM n"),
           VERDICT_UNKNOWN, "reason.query_limit");
    expect(judge_applies("SELECT :nothing"), VERDICT_UNKNOWN, "reason.query_failed");
}

/* ---- a target that does not run ------------------------------------------------------------ */

#define BOTH_VALUES                                                                                \
    "SELECT c.key AS subject, c.value = '1' AND coalesce(r.value = '1', 1) AS ok, c.src, c.line"   \
    " FROM sysctl_config AS c LEFT JOIN sysctl_running AS r USING (key)"

/* A host in memory with one configured value; `live` NULL: it does not run. */
static const struct result *judge_sysctl(const char *sql, const char *live)
{
    static const struct stat_fact none = {.type = "file", .link = ""};
    trial_fresh_host();
    add("/etc/sysctl.conf", 0644, "kernel.sysrq = 1\n");
    if (live) {
        host_memory_set_running(trial_host, true);
        expect_ok(host_memory_add(trial_host, ITEM_LIVE, "sysctl", &none, view_of(live), ITEM_OK));
    }
    const struct check *checks[] = {
        check_of("tried", arena_printf(trial_arena, "sql: |\n  %s\n", sql))};
    return judge_host(checks, 1);
}

static void test_dead_root_judges_the_configured(void **state)
{
    (void)state;
    const struct result *r = judge_sysctl(BOTH_VALUES, NULL);
    expect(r, VERDICT_PASS, "reason.rows_passed");
    assert_string_equal(r->note.key, "note.configured_only");
    r = judge_sysctl(BOTH_VALUES, "kernel.sysrq = 1\n");
    expect(r, VERDICT_PASS, "reason.rows_passed");
    assert_null(r->note.key);
    r = judge_sysctl(BOTH_VALUES, "kernel.sysrq = 438\n");
    expect(r, VERDICT_FAIL, "reason.row_failed");
    assert_null(r->note.key);
}

/* Nothing that only runs can be judged, however the query is put. */
static void test_dead_root_without_configured(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "SELECT key AS subject, 1 AS ok, src, line FROM sysctl_running",
        "SELECT 'all' AS subject, count(*) = 0 AS ok FROM sysctl_running",
        "SELECT 'all' AS subject, count(*) > 0 AS ok FROM sysctl_running",
        "SELECT 'all' AS subject, NULL AS ok FROM sysctl_running",
        ("SELECT 'all' AS subject, (SELECT count(*) FROM mount) > 0"
         " AND (SELECT count(*) FROM sysctl_running) > 0 AS ok"),
    };
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        expect_unknown(judge_sysctl(queries[i], NULL), "reason.not_running", "sysctl");
        assert_null(trial_run->results[0].note.key);
    }
    expect(judge_sysctl(queries[0], "kernel.sysrq = 1\n"), VERDICT_PASS, "reason.rows_passed");
    expect(judge_sysctl(queries[1], "kernel.sysrq = 1\n"), VERDICT_FAIL, "reason.row_failed");
}

/* A probe that says nothing of whether the check applies must not end it as "does not apply". */
static void test_dead_root_applicability(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    put_probe("sysctl", false, "");
    expect_unknown(judge_applies("SELECT count(*) > 0 FROM sysctl_running"), "reason.not_running",
                   "sysctl");
}

/* A probe that was refused on a running target is a source not read. */
static void test_refused_probe(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    put(ITEM_LIVE, "sysctl", ITEM_DENIED, "");
    expect_unknown(judge_sql("SELECT key AS subject, 1 AS ok, src, line FROM sysctl_running"),
                   "reason.source_unread", "sysctl");
    trial_fresh_bundle();
    put(ITEM_LIVE, "sysctl", ITEM_ABSENT, ""); /* absent for another reason: it was asked */
    expect(judge("absent: {verdict: fail, reason: {en: it has none}}\n"
                 "sql: SELECT key AS subject, 1 AS ok, src, line FROM sysctl_running\n"),
           VERDICT_FAIL, "reason.absent");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_applies),
        TRIAL(test_applies_absent_source),
        TRIAL(test_applies_unread),
        TRIAL(test_applies_limit),
        TRIAL(test_dead_root_judges_the_configured),
        TRIAL(test_dead_root_without_configured),
        TRIAL(test_dead_root_applicability),
        TRIAL(test_refused_probe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
