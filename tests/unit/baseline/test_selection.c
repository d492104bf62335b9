/*
 * What is judged, and with which values: checks by standard, level, scope, class and id; parameters
 * by hand, standard, level and default; and the fold over the items of the standard.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trial.h"

/* ---- parameters ---------------------------------------------------------------------------- */

#define PARAMETERS                                                                                 \
    "parameters:\n"                                                                                \
    "  least:\n"                                                                                   \
    "    {type: integer, min: 1, max: 100, default: 5, gbt22239-2019: {3: 8, 4: 10}}\n"            \
    "  word: {type: text, default: plain}\n"                                                       \
    "sql: SELECT 'x' AS subject, 1 AS ok, :least AS least, typeof(:least) AS kind, :word AS "      \
    "word\n"

static struct rc bind(struct request request, const struct setting *settings, size_t count)
{
    const struct check *checks[] = {check_of("tried", PARAMETERS), check_of("other", PARAMETERS)};
    trial_forget();
    request.settings = settings;
    request.setting_count = count;
    TRY(plan_new_for(&request, checks, 2, &trial_plan));
    if (bundle_count(trial_bundle) == 0)
        put_file("/etc/passwd", PASSWD);
    return plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run);
}

static void expect_least(size_t check, int64_t least)
{
    const struct result *r = &trial_run->results[check];
    expect(r, VERDICT_PASS, "reason.rows_passed");
    assert_int_equal(r->rows[0].values[0].integer, least);
    assert_string_equal(r->rows[0].values[1].text, "integer");
    assert_string_equal(r->parameters[0].name, "least");
    assert_int_equal(atoll(r->parameters[0].value), least);
}

static void test_parameter_order(void **state)
{
    (void)state;
    struct request request = trial_request();
    static const struct setting both[] = {
        {"least", "20"}, {"tried.least", "30"}, {"tried.word", "a'b"}};
    expect_ok(bind(request, NULL, 0));
    expect_least(0, 8);
    assert_string_equal(trial_run->results[0].parameters[1].value, "plain");
    request.level = 4;
    expect_ok(bind(request, NULL, 0));
    expect_least(0, 10);
    request.level = 2; /* no value for this level */
    expect_ok(bind(request, NULL, 0));
    expect_least(0, 5);
    request = (struct request){.standard = "jtt1417-2022", .level = 1, .ids = request.ids};
    expect_ok(bind(request, NULL, 0));
    expect_least(0, 5);
    request = trial_request();
    expect_ok(bind(request, both, 1));
    expect_least(0, 20);
    expect_least(1, 20);
    expect_ok(bind(request, both, 3)); /* the narrower name wins, in whatever order */
    expect_least(0, 30);
    expect_least(1, 20);
    assert_string_equal(trial_run->results[0].rows[0].values[2].text, "a'b");
    assert_string_equal(trial_run->results[1].rows[0].values[2].text, "plain");
}

static void test_parameter_refused(void **state)
{
    (void)state;
    static const struct setting bad[] = {
        {"least", "0"},
        {"least", "101"},
        {"least", "-5"},
        {"least", "ten"},
        {"least", ""},
        {"least", "8 "},
        {"least", "8.5"},
        {"least", "0x10"},
        {"least", "99999999999999999999"},
        {"tried.least", "1e3"},
        {"least", "1;DROP TABLE account"},
        {"most", "1"},
        {"tried.most", "1"},
        {"nobody.least", "1"},
        {"", "1"},
        {".least", "1"},
        {"tried.", "1"},
        {"tri.least", "1"},
        {"triedleast", "1"},
        {"LEAST", "1"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct rc rc = bind(trial_request(), &bad[i], 1);
        if (rc.kind != FAULT_USAGE)
            print_error("%s=%s was taken\n", bad[i].name, bad[i].value);
        expect_fault(rc, FAULT_USAGE, "");
        assert_null(trial_plan);
    }
    static const struct setting edges[] = {{"tried.least", "1"}, {"other.least", "100"}};
    expect_ok(bind(trial_request(), edges, 2));
    expect_least(0, 1);
    expect_least(1, 100);
}

static void test_parameter_without_value(void **state)
{
    (void)state;
    struct request request = trial_request();
    const struct check *checks[] = {
        check_of("tried", "parameters: {least: {type: integer, gbt22239-2019: {4: 1}}}\n"
                          "sql: SELECT 'x' AS subject, :least AS ok\n")};
    expect_fault(plan_new_for(&request, checks, 1, &trial_plan), FAULT_DATA, "least");
    struct check *broken;
    expect_fault(read_yaml("broken.yaml",
                           "id: broken\nclass: host_os\nabsent: {verdict: fail}\n"
                           "parameters: {x: {type: real}}\nsql: SELECT 1\n",
                           &broken),
                 FAULT_DATA, "broken.yaml:4");
}

static void test_expected_text(void **state)
{
    (void)state;
    static const struct setting set[] = {{"tried.least", "30"}};
    const struct check *checks[] = {check_of(
        "tried",
        "expected: {en: 'at least {least} of {word}, {none} {', zh: '至少 {least}'}\n" PARAMETERS)};
    struct request request = trial_request();
    request.settings = set;
    request.setting_count = 1;
    put_file("/etc/passwd", PASSWD);
    expect_ok(plan_new_for(&request, checks, 1, &trial_plan));
    expect_ok(plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run));
    const struct result *r = &trial_run->results[0];
    assert_string_equal(result_expected(r, LANG_EN), "at least 30 of plain, {none} {");
    assert_string_equal(result_expected(r, LANG_ZH), "至少 30");
}

/* ---- selection ----------------------------------------------------------------------------- */

static void test_refused_requests(void **state)
{
    (void)state;
    static const char *const no_id[] = {"account-uid0", "no-such-check"};
    static const char *const odd_id[] = {""};
    static const struct setting stray[] = {{"no_such", "1"}};
    static const struct {
        struct request request;
        const char *word;
    } bad[] = {
        {{.standard = "gbt22239", .level = 3}, "gbt22239"},
        {{.standard = "", .level = 3}, "standard"},
        {{.standard = "gbt22239-2019", .level = 0}, "0"},
        {{.standard = "gbt22239-2019", .level = 5}, "5"},
        {{.standard = "gbt22239-2019", .level = -1}, "-1"},
        {{.standard = "jtt1417-2022", .level = 3}, "3"},
        {{.standard = "gbt22239-2019", .level = 3, .scope = "clouds"}, "clouds"},
        {{.standard = "gbt22239-2019", .level = 3, .scope = ""}, "scope"},
        {{.standard = "none", .level = 3, .scope = "general"}, "none"},
        {{.standard = "gbt22239-2019", .level = 3, .ids = no_id, .id_count = 2}, "no-such-check"},
        {{.standard = "gbt22239-2019", .level = 3, .ids = odd_id, .id_count = 1}, "''"},
        {{.standard = "gbt22239-2019", .level = 3, .settings = stray, .setting_count = 1},
         "no_such"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        expect_fault(plan_new(&bad[i].request, &trial_plan), FAULT_USAGE, bad[i].word);
        assert_null(trial_plan);
    }
}

static size_t planned(struct request request)
{
    trial_forget();
    expect_ok(plan_new(&request, &trial_plan));
    return plan_check_count(trial_plan);
}

/* The checks that bear on the level and no others. */
static void test_by_standard_and_level(void **state)
{
    (void)state;
    const struct check *const *all;
    size_t count;
    expect_ok(checks_builtin(&all, &count));
    for (int level = 1; level <= 4; level++) {
        size_t bearing = 0;
        for (size_t i = 0; i < count; i++) {
            const struct clause *clauses[CHECK_CLAUSES_MAX];
            size_t n = check_clauses(all[i], "gbt22239-2019", level, clauses, CHECK_CLAUSES_MAX);
            assert_true(n <= CHECK_CLAUSES_MAX);
            for (size_t k = 0; k < n; k++)
                assert_int_equal(clauses[k]->level, level);
            bearing += n > 0;
        }
        assert_int_equal(planned((struct request){.standard = "gbt22239-2019", .level = level}),
                         bearing);
        assert_true(bearing > 0);
    }
    assert_true(planned((struct request){.standard = "jtt1417-2022", .level = 1}) >= 40);
}

static void test_by_class_scope_and_id(void **state)
{
    (void)state;
    static const char *const ids[] = {"ssh-root-login", "account-uid0", "ssh-root-login"};
    struct request request = {.standard = "gbt22239-2019", .level = 3};
    size_t all = planned(request);
    size_t by_class = 0;
    for (int c = 0; c < CLASS_COUNT; c++) {
        request.classes = 1u << c;
        by_class += planned(request);
    }
    assert_int_equal(by_class, all); /* each check is of one class */
    request.classes = 1u << CLASS_DBMS;
    assert_true(planned(request) > 10);
    request.classes = 0;
    request.scope = "general";
    assert_true(planned(request) > 0 && plan_check_count(trial_plan) <= all);
    request.scope = NULL;
    request.ids = ids;
    request.id_count = 3;
    assert_int_equal(planned(request), 2); /* each once, in the order asked for */
    put_file("/etc/passwd", PASSWD);
    expect_ok(plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run));
    assert_string_equal(trial_run->results[0].check->id, "ssh-root-login");
    assert_int_equal(trial_run->check_count, 2);
    assert_int_equal(trial_run->result_count, 2);
    assert_int_equal(trial_run->item_count, 0);
}

/* ---- items --------------------------------------------------------------------------------- */

static void expect_items(struct request request, size_t wanted)
{
    planned(request);
    expect_ok(plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run));
    const struct run *run = trial_run;
    size_t of_items = 0, of_results = 0;
    for (int v = 0; v < VERDICT_COUNT; v++) {
        of_items += run->item_summary[v];
        of_results += run->summary[v];
    }
    assert_int_equal(run->item_count, wanted);
    assert_int_equal(of_items, wanted);
    assert_int_equal(of_results, run->result_count);
    for (size_t i = 0; i < run->item_count; i++) {
        const struct item_verdict *item = &run->items[i];
        assert_true(item->result_count > 0);
        for (size_t k = 1; k < item->result_count; k++) /* worst first */
            assert_true(item->results[k - 1]->verdict <= item->results[k]->verdict);
        assert_true(item->verdict == item->results[0]->verdict || item->verdict == VERDICT_MANUAL);
        for (size_t k = 0; k < i; k++)
            assert_ptr_not_equal(run->items[k].clause, item->clause);
    }
    trial_forget();
}

static void test_every_item_appears(void **state)
{
    (void)state;
    static const size_t general[] = {55, 135, 211, 228};
    put_file("/etc/passwd", PASSWD);
    for (int level = 1; level <= 4; level++)
        expect_items(
            (struct request){.standard = "gbt22239-2019", .level = level, .scope = "general"},
            general[level - 1]);
    expect_items((struct request){.standard = "jtt1417-2022", .level = 1}, 116);
}

static const struct clause *clause_like(enum verify verify)
{
    size_t count;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(clauses[i].standard->id, "gbt22239-2019") == 0 && clauses[i].level == 3 &&
            strcmp(clauses[i].scope, "general") == 0 && clauses[i].verify == verify)
            return &clauses[i];
    assert_true(false);
    return NULL;
}

static const struct item_verdict *item_of(const struct clause *clause)
{
    for (size_t i = 0; i < trial_run->item_count; i++)
        if (trial_run->items[i].clause == clause)
            return &trial_run->items[i];
    assert_true(false);
    return NULL;
}

static struct check *bearing_on(const char *id, const struct clause *clause, const char *ok)
{
    return check_of(id, arena_printf(trial_arena,
                                     "clauses: {gbt22239-2019: [%s]}\n"
                                     "sql: SELECT 'x' AS subject, %s AS ok FROM target\n",
                                     clause->id, ok));
}

static void judge_items(const struct check *const *checks, size_t count)
{
    struct request request = {.standard = "gbt22239-2019", .level = 3, .scope = "general"};
    trial_forget();
    if (bundle_count(trial_bundle) == 0)
        put_file("/etc/passwd", PASSWD);
    expect_ok(plan_new_for(&request, checks, count, &trial_plan));
    expect_ok(plan_evaluate(trial_plan, trial_bundle, TRIAL_NOW, &trial_run));
    assert_int_equal(trial_run->item_count, 211);
}

static void test_item_fold(void **state)
{
    (void)state;
    const struct clause *machine = clause_like(VERIFY_AUTO), *partly = clause_like(VERIFY_SEMI);
    const struct clause *person = clause_like(VERIFY_MANUAL);
    const struct check *good[] = {bearing_on("one", machine, "1"), bearing_on("two", partly, "1")};
    judge_items(good, 2);
    assert_int_equal(item_of(machine)->verdict, VERDICT_PASS);
    assert_int_equal(item_of(partly)->verdict, VERDICT_MANUAL); /* the rest is for a person */
    assert_int_equal(item_of(person)->verdict, VERDICT_MANUAL);
    assert_string_equal(item_of(person)->results[0]->reason.key, "reason.by_person");
    assert_null(item_of(person)->results[0]->check);
    assert_ptr_equal(item_of(person)->results[0]->clauses[0], person);

    const struct check *bad[] = {bearing_on("one", machine, "1"), bearing_on("two", machine, "0"),
                                 bearing_on("three", machine, "NULL"),
                                 bearing_on("four", partly, "0")};
    judge_items(bad, 4);
    assert_int_equal(item_of(machine)->verdict, VERDICT_FAIL);
    assert_int_equal(item_of(machine)->result_count, 3);
    assert_string_equal(item_of(machine)->results[0]->check->id, "two");
    assert_string_equal(item_of(machine)->results[1]->check->id, "three");
    assert_int_equal(item_of(partly)->verdict, VERDICT_FAIL);
    assert_true(trial_run->item_summary[VERDICT_FAIL] == 2);

    judge_items(NULL, 0);
    assert_int_equal(item_of(machine)->verdict, VERDICT_UNKNOWN);
    assert_string_equal(item_of(machine)->results[0]->reason.key, "reason.no_check");
    assert_string_equal(item_of(partly)->results[0]->reason.key, "reason.no_check");
    assert_int_equal(item_of(person)->verdict, VERDICT_MANUAL);
    assert_int_equal(trial_run->check_count, 0);
    assert_int_equal(trial_run->result_count, 211);
}

/* A check that shows only a part of the item does not settle it by passing. */
static void test_item_part(void **state)
{
    (void)state;
    const struct clause *machine = clause_like(VERIFY_AUTO);
    char *body = arena_printf(trial_arena,
                              "clauses: {gbt22239-2019: [%s]}\npart: [%s]\n"
                              "sql: SELECT 'x' AS subject, 1 AS ok FROM target\n",
                              machine->id, machine->id);
    const struct check *checks[] = {check_of("one", body), bearing_on("two", machine, "1")};
    judge_items(checks, 1);
    assert_int_equal(item_of(machine)->verdict, VERDICT_MANUAL);
    judge_items(checks, 2);
    assert_int_equal(item_of(machine)->verdict, VERDICT_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_parameter_order),
        TRIAL(test_parameter_refused),
        TRIAL(test_parameter_without_value),
        TRIAL(test_expected_text),
        TRIAL(test_refused_requests),
        TRIAL(test_by_standard_and_level),
        TRIAL(test_by_class_scope_and_id),
        TRIAL(test_every_item_appears),
        TRIAL(test_item_fold),
        TRIAL(test_item_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
