/* What a profile waives: only rows that fail and were read, only until its day is over. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trial.h"

#define DAY      INT64_C(86400000000)
#define BY_NAME  "sql: SELECT name AS subject, uid <> 0 AS ok, src, line FROM account\n"
#define ALL_ROOT "root:x:0:0::/:\ntoor:x:0:0::/:\nan:x:1:1::/:\n"

/* A profile with one exclusion of the check "tried". */
static struct exclusion exclusion;
static struct profile profile;

static const struct result *judge_with(const char *body, const char *subject, int64_t until)
{
    const struct check *checks[] = {check_of("tried", body)};
    struct request request = trial_request();
    exclusion = (struct exclusion){.check = "tried",
                                   .subject = subject,
                                   .reason = "known",
                                   .by = "An",
                                   .expires = "2026-01-01",
                                   .until = until};
    profile = (struct profile){
        .name = "p", .origin = "p.yaml", .exclusions = &exclusion, .exclusion_count = 1};
    request.profile = &profile;
    trial_forget();
    expect_ok(plan_new_for(&request, checks, 1, &trial_plan));
    expect_ok(plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run));
    return &trial_run->results[0];
}

static void test_waives_all_that_fails(void **state)
{
    (void)state;
    put_file("/etc/passwd", ALL_ROOT);
    const struct result *r = judge_with(BY_NAME, NULL, TRIAL_NOW + 1000000);
    expect(r, VERDICT_WAIVED, "reason.waived");
    assert_int_equal(r->waiver_count, 1);
    assert_ptr_equal(r->waivers[0], &exclusion);
    assert_string_equal(result_reason(r, LANG_EN), "Waived by An until 2026-01-01: known");
    assert_ptr_equal(r->rows[0].waiver, &exclusion);
    assert_null(r->rows[2].waiver);
    assert_int_equal(trial_run->summary[VERDICT_WAIVED], 1);
    assert_int_equal(trial_run->expired_count, 0);
}

/* Rows that count come first, also where the waived ones sort before them. */
static void test_waives_some_subjects(void **state)
{
    (void)state;
    put_file("/etc/passwd", ALL_ROOT);
    const struct result *r = judge_with(BY_NAME, "r??t", TRIAL_NOW + 1000000);
    expect(r, VERDICT_FAIL, "reason.row_failed_waived");
    assert_string_equal(r->reason.args[0], "1");
    assert_string_equal(r->reason.args[2], "1");
    assert_string_equal(r->rows[0].subject, "toor");
    assert_null(r->rows[0].waiver);
    assert_string_equal(r->rows[1].subject, "root");
    assert_non_null(r->rows[1].waiver);
    expect(judge_with(BY_NAME, "nobody", TRIAL_NOW + 1000000), VERDICT_FAIL, "reason.row_failed");
}

/* From the moment on which it ends it does not hold, and the run says so. */
static void test_ends_in_time(void **state)
{
    (void)state;
    put_file("/etc/passwd", ALL_ROOT);
    const struct result *r = judge_with(BY_NAME, NULL, TRIAL_NOW);
    expect(r, VERDICT_FAIL, "reason.row_failed");
    assert_int_equal(r->waiver_count, 0);
    assert_int_equal(r->expired_count, 1);
    assert_int_equal(trial_run->expired_count, 1);
    assert_ptr_equal(trial_run->expired[0], &exclusion);
}

#define WITH_SHADOW                                                                                \
    "sql: SELECT name AS subject, uid <> 0 AS ok, src, line FROM account UNION ALL SELECT name, "  \
    "1, src, line FROM shadow\n"

/* Waiving what was seen to fail leaves what was not seen. */
static void test_unread_stays_unknown(void **state)
{
    (void)state;
    put_file("/etc/passwd", ALL_ROOT);
    put(ITEM_FILE, "/etc/shadow", ITEM_DENIED, "");
    expect(judge_with(WITH_SHADOW, "nobody", TRIAL_NOW + DAY), VERDICT_FAIL, "reason.row_failed");
    expect_unknown(judge_with(WITH_SHADOW, NULL, TRIAL_NOW + DAY), "reason.source_unread",
                   "/etc/shadow");
    /* A statement about all that was read, of which not all was: nothing to waive. */
    const struct result *r = judge_with(
        "sql: SELECT 'all' AS subject, count(*) = 0 AS ok FROM shadow\n", NULL, TRIAL_NOW + DAY);
    assert_int_equal(r->verdict, VERDICT_UNKNOWN);
    assert_int_equal(r->waiver_count, 0);
}

static void test_undecided_stays_unknown(void **state)
{
    (void)state;
    put_file("/etc/passwd", ALL_ROOT);
    expect(judge_with("sql: SELECT name AS subject, CASE uid WHEN 0 THEN 0 END AS ok, src, line "
                      "FROM account\n",
                      NULL, TRIAL_NOW + DAY),
           VERDICT_UNKNOWN, "reason.row_undecided");
}

/* No rows: what the check says is missing is waived only as a whole. */
static void test_what_is_absent(void **state)
{
    (void)state;
    static const char body[] =
        "sql: SELECT name AS subject, 1 AS ok, src, line FROM account WHERE uid = 7\n"
        "absent: {verdict: fail, reason: {en: nobody}}\n";
    put_file("/etc/passwd", ALL_ROOT);
    expect(judge_with(body, NULL, TRIAL_NOW + DAY), VERDICT_WAIVED, "reason.waived");
    expect(judge_with(body, "*", TRIAL_NOW + DAY), VERDICT_FAIL, "reason.absent");
}

/* What passes needs no waiver. */
static void test_pass_stays_pass(void **state)
{
    (void)state;
    put_file("/etc/passwd", "an:x:1:1::/:\n");
    const struct result *r = judge_with(BY_NAME, NULL, TRIAL_NOW + DAY);
    expect(r, VERDICT_PASS, "reason.rows_passed");
    assert_int_equal(r->waiver_count, 0);
}

/* ---- the file ------------------------------------------------------------------------------- */

static struct rc read_site(const char *yaml, struct profile *out)
{
    make_file("site.yaml", yaml, 0644);
    return profile_read(trial_arena, at("site.yaml"), out);
}

static void test_reads_a_profile(void **state)
{
    (void)state;
    struct profile p = {0};
    expect_ok(read_site("profile: p\nstandard: jtt1417-2022\nlevel: 1\nscope: all\n"
                        "class: [host_os, dbms]\nparameters: {min_length: 12}\nexclude:\n"
                        "  - {check: ssh-banner, subject: 'b*', reason: r, expires: 2024-02-29}\n",
                        &p));
    assert_string_equal(p.standard, "jtt1417-2022");
    assert_int_equal(p.level, 1);
    assert_string_equal(p.scope, "all");
    assert_int_equal(p.classes, 1u << CLASS_HOST_OS | 1u << CLASS_DBMS);
    assert_int_equal(p.setting_count, 1);
    assert_int_equal(p.exclusion_count, 1);
    assert_int_equal(p.exclusions[0].line, 8);
    assert_int_equal(p.exclusions[0].until, INT64_C(1709251200000000)); /* 2024-03-01 */
    assert_true(exclusion_holds(&p.exclusions[0], INT64_C(1709251199999999)));
    assert_false(exclusion_holds(&p.exclusions[0], INT64_C(1709251200000000)));
    assert_string_equal(exclusion_name(trial_arena, &p.exclusions[0]), "ssh-banner (b*)");
    assert_true(p.check_count > 100);
}

/* The order of values: CHECK.NAME before NAME, the command line before the profile. */
static void test_order_of_values(void **state)
{
    (void)state;
    struct profile p = {0};
    const struct check *const *checks;
    const char *value = "";
    size_t i = 0;
    expect_ok(read_site(
        "profile: p\nparameters: {min_length: 12, password-length.min_length: 14}\n", &p));
    struct request request = {.standard = "gbt22239-2019", .level = 3, .profile = &p};
    expect_ok(request_checks(&request, &checks, &i));
    for (i = 0; strcmp(checks[i]->id, "password-length") != 0;)
        i++;
    const struct parameter *parameter = &checks[i]->parameters[0];
    assert_string_equal(parameter->name, "min_length");
    expect_ok(parameter_value(trial_arena, checks[i], parameter, &request, &value));
    assert_string_equal(value, "14");
    const struct setting by_hand = {"min_length", "20"};
    request.settings = &by_hand;
    request.setting_count = 1;
    expect_ok(parameter_value(trial_arena, checks[i], parameter, &request, &value));
    assert_string_equal(value, "20");
}

static void test_refuses_bounds(void **state)
{
    (void)state;
    struct profile p = {.name = "untouched"};
    struct buf many = {0};
    buf_add_text(&many, "profile: p\nexclude:\n");
    for (int i = 0; i <= PROFILE_EXCLUSIONS_MAX; i++)
        buf_add_text(&many, "  - {check: ssh-banner, reason: r, expires: 2030-01-01}\n");
    expect_fault(read_site(many.ptr, &p), FAULT_USAGE, "site.yaml:3: there are more than 1000");
    buf_free(&many);
    expect_fault(read_site("- a list\n", &p), FAULT_USAGE, "site.yaml:1:");
    expect_fault(read_site("profile: p\nlevel: high\n", &p), FAULT_USAGE, "site.yaml:2:");
    expect_fault(read_site("profile: p\nexclude: {check: ssh-banner}\n", &p), FAULT_USAGE,
                 "is a list");
    expect_fault(read_site("profile: p\nparameters: [min_length]\n", &p), FAULT_USAGE,
                 "NAME: VALUE");
    expect_fault(read_site("profile: p\nparameters: {min_length: [1]}\n", &p), FAULT_USAGE,
                 "one value");
    assert_string_equal(p.name, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_waives_all_that_fails),
        TRIAL(test_waives_some_subjects),
        TRIAL(test_ends_in_time),
        TRIAL(test_unread_stays_unknown),
        TRIAL(test_undecided_stays_unknown),
        TRIAL(test_what_is_absent),
        TRIAL(test_pass_stays_pass),
        TRIAL(test_reads_a_profile),
        TRIAL(test_order_of_values),
        TRIAL(test_refuses_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
