/*
 * Trials: queries in the place of a check's own are caught by its fixtures or not; rows that a
 * fixture lists column by column are compared.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trial.h"

#define SQL "SELECT name AS subject, uid < 1000 AS ok, shell, src, line FROM account WHERE uid > 0"

/* ROWS is what the fixture that passes expects. */
static struct check *sample(const char *rows)
{
    return check_of(
        "tried",
        arena_printf(
            trial_arena,
            "applies: {sql: SELECT count(*) FROM account}\n"
            "sql: " SQL "\n"
            "absent: {verdict: fail}\n"
            "fixtures:\n"
            "  - kind: pass\n"
            "    name: just below\n"
            "    files: {/etc/passwd: \"root:x:0:0::/:/bin/sh\\nan:x:999:1::/:/bin/sh\\n\"}\n"
            "    rows: %s\n"
            "  - kind: fail\n"
            "    name: just above\n"
            "    files: {/etc/passwd: \"an:x:1000:1::/:/bin/sh\\n\"}\n",
            rows));
}

static void try_one(const char *rows, const char *sql, const char *applies, enum trial_state state,
                    uint32_t fixture)
{
    struct trial trial = {.sql = sql, .applies = applies};
    expect_ok(check_try(sample(rows), &trial, 1));
    assert_int_equal(trial.state, state);
    if (state == TRIAL_CAUGHT)
        assert_int_equal(trial.fixture, fixture);
}

static void test_states(void **state)
{
    (void)state;
    static const char *const map = "{an: 1}";
    static const char *const always = "SELECT 1";
    try_one(map, SQL, always, TRIAL_LIVE, 0);
    try_one(map, SQL, NULL, TRIAL_LIVE, 0);
    try_one(map, SQL, "SELECT 0", TRIAL_CAUGHT, 0);
    try_one(map, "SELECT name AS subject, uid <= 1000 AS ok, src FROM account WHERE uid > 0",
            always, TRIAL_CAUGHT, 1);
    try_one(map, "SELECT name AS subject, uid < 1000 AS ok, src FROM account", always, TRIAL_CAUGHT,
            0); /* a row more */
    try_one(map, "SELECT name AS subject, uid < 1000 AS ok, src FROM nowhere", always,
            TRIAL_INVALID, 0);
    try_one(map, SQL, "DELETE FROM account", TRIAL_INVALID, 0);
    try_one(map, "SELECT name AS subject, 2 AS ok, src FROM account WHERE uid > 0", always,
            TRIAL_CAUGHT, 0);
}

/* What a map of subjects cannot tell, a list with columns can. */
static void test_columns(void **state)
{
    (void)state;
    const char *other = "SELECT name AS subject, uid < 1000 AS ok, '/bin/true' AS shell, src, "
                        "line FROM account WHERE uid > 0";
    try_one("{an: 1}", other, NULL, TRIAL_LIVE, 0);
    try_one("[{subject: an, ok: 1, shell: /bin/sh}]", other, NULL, TRIAL_CAUGHT, 0);
    try_one("[{subject: an, ok: 1, shell: /bin/sh, src: /etc/passwd, line: 2}]", SQL, NULL,
            TRIAL_LIVE, 0);
}

/* Variants side by side do not disturb one another, and running in circles ends. */
static void test_many(void **state)
{
    (void)state;
    struct trial trials[] = {
        {.sql = SQL},
        {.sql = "SELECT name AS subject, 0 AS ok, src FROM account WHERE uid > 0"},
        {.sql = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT 1 FROM c) "
                "SELECT 'a' AS subject, 1 AS ok FROM c WHERE x > 1"},
        {.sql = "SELECT"},
        {.sql = SQL " -- the same"},
    };
    static const enum trial_state states[] = {TRIAL_LIVE, TRIAL_CAUGHT, TRIAL_CAUGHT, TRIAL_INVALID,
                                              TRIAL_LIVE};
    expect_ok(check_try(sample("{an: 1}"), trials, COUNT_OF(trials)));
    for (size_t i = 0; i < COUNT_OF(trials); i++)
        assert_int_equal(trials[i].state, states[i]);
}

static void refused_rows(const char *rows)
{
    struct trial trial = {.sql = SQL};
    expect_fault(check_try(sample(rows), &trial, 1), FAULT_DATA, "tried.yaml");
}

/* The check itself must hold. */
static void test_expectations(void **state)
{
    (void)state;
    refused_rows("{an: 0}");
    refused_rows("[]");
    refused_rows("[{subject: an, ok: 0}]");
    refused_rows("[{subject: an, shell: /bin/bash}]");
    refused_rows("[{subject: an, line: 1}]");
    refused_rows("[{subject: an, src: null}]");
    refused_rows("[{subject: an, no_such_column: 1}]");
    refused_rows("[{subject: an}, {subject: an}]");
}

/* A view's definition is tried on the fixtures of the view. */
static void test_views(void **state)
{
    (void)state;
    const struct check *views;
    size_t count = views_as_checks(trial_arena, &views);
    assert_true(count >= 10);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(views[i].id, "account_login/linux") != 0)
            continue;
        struct trial trials[] = {
            {.sql = views[i].sql},
            {.sql = arena_printf(trial_arena, "SELECT * FROM (%s) LIMIT 0", views[i].sql)}};
        expect_ok(check_try(&views[i], trials, 2));
        assert_int_equal(trials[0].state, TRIAL_LIVE);
        assert_int_equal(trials[1].state, TRIAL_CAUGHT);
        return;
    }
    fail();
}

int main(void)
{
    const struct CMUnitTest tests[] = {TRIAL(test_states), TRIAL(test_columns), TRIAL(test_many),
                                       TRIAL(test_expectations), TRIAL(test_views)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
