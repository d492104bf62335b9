/*
 * What a check stands on beyond its tables: its own paths, its own part of the walk, and the
 * definition of a view that fits the target.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trial.h"

#define FILE_ROWS "sql: SELECT path AS subject, 1 AS ok, src, line FROM file\n"

static void add_owners(void)
{
    add("/etc/passwd", 0644, PASSWD);
    add("/etc/group", 0644, GROUPS);
}

/* ---- file ---------------------------------------------------------------------------------- */

static void test_own_paths_only(void **state)
{
    (void)state;
    const struct check *checks[] = {
        check_of("one", "paths: [/etc/one]\n" FILE_ROWS),
        check_of("many", "paths: ['/etc/many/*', /etc/none]\n" FILE_ROWS),
        check_of("none", "absent: {verdict: pass, reason: {en: gone}}\n"
                         "paths: [/etc/none]\n" FILE_ROWS),
        check_of("again", "paths: [/etc/one]\n" FILE_ROWS),
    };
    add_owners();
    add("/etc/one", 0644, "");
    add("/etc/many/a", 0644, "");
    add("/etc/many/b", 0644, "");
    add("/etc/other", 0644, "");
    const struct result *r = judge_host(checks, COUNT_OF(checks));
    expect(&r[0], VERDICT_PASS, "reason.rows_passed");
    assert_int_equal(r[0].row_count, 1);
    assert_string_equal(r[0].rows[0].subject, "/etc/one");
    assert_string_equal(r[0].rows[0].src, "/etc/one");
    assert_int_equal(r[1].row_count, 2);
    assert_string_equal(r[1].rows[0].subject, "/etc/many/a");
    expect(&r[2], VERDICT_PASS, "reason.absent");
    assert_int_equal(r[3].row_count, 1);
}

/* A folder that hides what it holds concerns only the check that named something in it. */
static void test_unread_paths(void **state)
{
    (void)state;
    const struct check *checks[] = {
        check_of("open", "paths: [/etc/one]\n" FILE_ROWS),
        check_of("shut", "paths: [/etc/shut/key]\n" FILE_ROWS),
        check_of("shut-pattern", "paths: [/etc/one, '/etc/shut/*']\n" FILE_ROWS),
        check_of("shut-claim", "paths: [/etc/shut/key]\nsql: |\n"
                               "  SELECT 'all' AS subject, count(*) = 0 AS ok FROM file\n"),
    };
    add_owners();
    add("/etc/one", 0644, "");
    add_status("/etc/shut", "directory", 0700, "", ITEM_DENIED);
    const struct result *r = judge_host(checks, COUNT_OF(checks));
    expect(&r[0], VERDICT_PASS, "reason.rows_passed");
    expect_unknown(&r[1], "reason.source_unread", "/etc/shut/key");
    expect_unknown(&r[2], "reason.source_unread", "/etc/shut/*");
    expect_unknown(&r[3], "reason.source_unread", "/etc/shut/key");
}

/* ---- walk ---------------------------------------------------------------------------------- */

#define WALK_ROWS                                                                                  \
    "absent: {verdict: pass, reason: {en: no hit}}\n"                                              \
    "sql: SELECT path AS subject, 0 AS ok, src, line FROM walk WHERE predicate = 'setuid'\n"

static struct check *walk_check(const char *id, const char *folders)
{
    return check_of(id, arena_printf(trial_arena,
                                     "walk: {predicates: [setuid], folders: [%s]}\n" WALK_ROWS,
                                     folders));
}

static void test_own_folders_only(void **state)
{
    (void)state;
    const struct check *checks[] = {
        walk_check("srv", "/srv"),       walk_check("home", "/home"),
        walk_check("homely", "/homely"), walk_check("deep", "/home/an/shut/deep"),
        walk_check("all", "/"),          walk_check("two", "/srv, /home/bo"),
    };
    add_owners();
    add("/usr/bin/su", 04755, "");
    add("/srv/file", 0644, "");
    add("/homely/file", 0644, "");
    add("/home/bo/file", 0644, "");
    add_status("/home/an/shut", "directory", 0700, "", ITEM_DENIED);
    const struct result *r = judge_host(checks, COUNT_OF(checks));
    expect(&r[0], VERDICT_PASS, "reason.absent");
    expect(&r[1], VERDICT_UNKNOWN, "reason.partial");
    assert_non_null(strstr(result_reason(&r[1], LANG_EN), "/home/an/shut"));
    expect(&r[2], VERDICT_PASS, "reason.absent");
    expect(&r[3], VERDICT_UNKNOWN, "reason.partial");
    expect(&r[4], VERDICT_FAIL, "reason.row_failed"); /* a hit stands */
    assert_string_equal(r[4].rows[0].subject, "/usr/bin/su");
    expect(&r[5], VERDICT_PASS, "reason.absent");
}

static void test_no_walk(void **state)
{
    (void)state;
    const struct check *checks[] = {walk_check("tried", "/")};
    struct request request = trial_request();
    request.no_walk = true;
    add_owners();
    expect_ok(plan_new_for(&request, checks, 1, &trial_plan));
    assert_false(plan_wishes(trial_plan)->walk);
    bundle_free(trial_bundle);
    trial_bundle = collect_for(trial_plan, trial_host);
    expect_ok(plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run));
    expect(&trial_run->results[0], VERDICT_UNKNOWN, "reason.no_walk");
    trial_forget();
    /* Without the switch, the same bundle simply lacks it. */
    expect(judge_check_on(walk_check("tried", "/"), trial_bundle), VERDICT_UNKNOWN,
           "reason.not_collected");
}

/* A plan without a check of the walk does not walk; with one it looks for everything. */
static void test_wishes(void **state)
{
    (void)state;
    const struct check *checks[] = {
        check_of("plain", "sql: SELECT name AS subject, 1 AS ok, src, line FROM shadow\n"),
        walk_check("walk", "/")};
    plan_trial(checks, 1);
    assert_int_equal(plan_check_count(trial_plan), 1);
    assert_false(plan_wishes(trial_plan)->walk);
    bool shadow = false, sshd = false;
    for (size_t i = 0; i < plan_wishes(trial_plan)->source_count; i++) {
        const char *pattern = plan_wishes(trial_plan)->sources[i]->pattern;
        shadow = shadow || strcmp(pattern, "/etc/shadow") == 0;
        sshd = sshd || strstr(pattern, "sshd");
    }
    assert_true(shadow && !sshd); /* what is needed, and no more */
    plan_trial(checks, 2);
    assert_true(plan_wishes(trial_plan)->walk);
    assert_int_equal(plan_wishes(trial_plan)->predicates, (1 << WALK_PREDICATE_COUNT) - 1);
}

/* A query of table walk whose check forgot its `walk:` finds nothing, and must not say so. */
static void test_walk_without_predicates(void **state)
{
    (void)state;
    const struct check *checks[] = {check_of("tried", WALK_ROWS)};
    add_owners();
    add("/usr/bin/su", 04755, "");
    const struct result *r = judge_host(checks, 1);
    expect(r, VERDICT_UNKNOWN, "reason.not_collected");
}

/* ---- views --------------------------------------------------------------------------------- */

static struct view_def *spare, before;

/* Puts a definition of ours in the place of the last view of the class; no view reads that one. */
static void replace_view(const char *yaml)
{
    size_t count;
    const struct view_def *views = views_of(CLASS_HOST_OS, &count);
    spare = (struct view_def *)(uintptr_t)&views[count - 1];
    before = *spare;
    struct value top;
    expect_ok(doc_read_yaml(trial_arena, "view", view_of(yaml), &top));
    spare->name = "zz_platform";
    spare->raw = top;
    spare->definitions = doc_count(doc_get(top, "definitions"));
}

static int restore_view(void **state)
{
    if (spare)
        *spare = before;
    spare = NULL;
    return trial_close(state);
}

#define VIEW_HEAD                                                                                  \
    "columns: {setting: {type: text}, src: {type: text}, line: {type: integer}}\n"                 \
    "definitions:\n"
#define BY_SYSTEM(id)                                                                              \
    "  - platform: " id "\n"                                                                       \
    "    when: SELECT count(*) > 0 FROM os_release WHERE key = 'ID' AND value = '" id "'\n"        \
    "    sql: SELECT '" id "', src, line FROM os_release WHERE key = 'ID'\n"
#define BY_NOTHING "  - platform: other\n    sql: SELECT 'other', NULL, NULL FROM target\n"

static const struct result *judge_view(void)
{
    return judge_sql("SELECT setting AS subject, 1 AS ok, src, line FROM zz_platform");
}

static void put_system(const char *id)
{
    trial_fresh_bundle();
    put_file("/etc/os-release", arena_printf(trial_arena, "ID=%s\n", id));
    put(ITEM_FILE, "/usr/lib/os-release", ITEM_ABSENT, "");
}

static void test_definition_by_when(void **state)
{
    (void)state;
    replace_view(VIEW_HEAD BY_SYSTEM("debian") BY_SYSTEM("rhel") BY_NOTHING);
    put_system("debian");
    expect(judge_view(), VERDICT_PASS, "reason.rows_passed");
    assert_string_equal(trial_run->results[0].rows[0].subject, "debian");
    put_system("rhel");
    expect(judge_view(), VERDICT_PASS, "reason.rows_passed");
    assert_string_equal(trial_run->results[0].rows[0].subject, "rhel");
    put_system("plan9");
    expect(judge_view(), VERDICT_PASS, "reason.rows_passed");
    assert_string_equal(trial_run->results[0].rows[0].subject, "other");
}

static void test_no_definition_fits(void **state)
{
    (void)state;
    replace_view(VIEW_HEAD BY_SYSTEM("debian") BY_SYSTEM("rhel"));
    put_system("plan9");
    expect_unknown(judge_view(), "reason.no_definition", "zz_platform");
    expect_unknown(judge("absent: {verdict: pass, reason: {en: none}}\n"
                         "sql: SELECT 'all' AS subject, count(*) = 0 AS ok FROM zz_platform\n"),
                   "reason.no_definition", "zz_platform");
    expect_unknown(judge("absent: {verdict: pass, reason: {en: none}}\n"
                         "applies: {sql: SELECT count(*) > 0 FROM zz_platform}\n"
                         "sql: SELECT 1 AS subject, 1 AS ok\n"),
                   "reason.no_definition", "zz_platform");
    put_file("/etc/passwd", PASSWD); /* a check of other tables is untouched */
    expect(judge_sql("SELECT name AS subject, 1 AS ok, src, line FROM account"), VERDICT_PASS,
           "reason.rows_passed");
}

/* Which definition holds is not known: the later ones must not stand in. */
static void test_unread_when(void **state)
{
    (void)state;
    static const enum item_status statuses[] = {ITEM_DENIED, ITEM_TIMEOUT, ITEM_ERROR,
                                                ITEM_TRUNCATED};
    replace_view(VIEW_HEAD BY_SYSTEM("debian") BY_NOTHING);
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        trial_fresh_bundle();
        put(ITEM_FILE, "/etc/os-release", statuses[i], "ID=debian\n");
        put(ITEM_FILE, "/usr/lib/os-release", ITEM_ABSENT, "");
        expect_unknown(judge_view(), "reason.source_unread", "/etc/os-release");
        assert_int_equal(trial_run->results[0].row_count, 0);
    }
    trial_fresh_bundle();
    put_file("/etc/passwd", PASSWD);
    expect(judge_view(), VERDICT_UNKNOWN, "reason.not_collected");
}

/* The sources of a view's definition are those of the check that reads it. */
static void test_view_sources_in_scope(void **state)
{
    (void)state;
    replace_view(VIEW_HEAD "  - platform: any\n"
                           "    sql: SELECT name, src, line FROM shadow\n");
    put(ITEM_FILE, "/etc/shadow", ITEM_DENIED, "");
    expect_unknown(judge_view(), "reason.source_unread", "/etc/shadow");
    expect_unknown(judge_sql("SELECT 'all' AS subject, count(*) = 0 AS ok FROM zz_platform"),
                   "reason.source_unread", "/etc/shadow");
    trial_fresh_bundle();
    put_file("/etc/shadow", SHADOW);
    expect(judge_view(), VERDICT_PASS, "reason.rows_passed");
    assert_int_equal(trial_run->results[0].row_count, 2);
}

#define OF_VIEW(test) cmocka_unit_test_setup_teardown(test, trial_open, restore_view)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_own_paths_only),
        TRIAL(test_unread_paths),
        TRIAL(test_own_folders_only),
        TRIAL(test_no_walk),
        TRIAL(test_wishes),
        TRIAL(test_walk_without_predicates),
        OF_VIEW(test_definition_by_when),
        OF_VIEW(test_no_definition_fits),
        OF_VIEW(test_unread_when),
        OF_VIEW(test_view_sources_in_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
