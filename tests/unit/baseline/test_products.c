/* Products and their instances: what is judged, how often, and what is in scope of each. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trial.h"

#define PG "/etc/postgresql/"
#define SSL                                                                                        \
    "class: dbms\nproducts: [postgresql, mariadb]\n"                                               \
    "sql: |\n  SELECT setting AS subject, number AS ok, :product AS product, src, line\n"          \
    "    FROM instance_setting WHERE setting IN ('ssl', 'general_log')\n"

/* A check of the class dbms; check_of writes those of host_os. */
static struct check *product_check(const char *id, const char *body)
{
    struct check *check;
    char *yaml = arena_printf(trial_arena,
                              "id: %s\nclauses: {gbt22239-2019: [general.ia_id]}\n"
                              "absent: {verdict: unknown}\n%s",
                              id, body);
    expect_ok(read_yaml(arena_printf(trial_arena, "%s.yaml", id), yaml, &check));
    return check;
}

static void add_postgresql(const char *instance, const char *conf)
{
    add(arena_printf(trial_arena, PG "%s/postgresql.conf", instance), 0644, conf);
    add(arena_printf(trial_arena, PG "%s/pg_hba.conf", instance), 0640, "");
}

static const struct result *judged(const char *body)
{
    const struct check *checks[] = {product_check("tried", body)};
    return judge_host(checks, 1);
}

static void expect_instance(const struct result *result, const char *product, const char *instance,
                            enum verdict verdict)
{
    assert_string_equal(result->product->id, product);
    assert_string_equal(result->instance, instance);
    if (result->verdict != verdict)
        print_error("%s: %s\n", instance, result_reason(result, LANG_EN));
    assert_int_equal(result->verdict, verdict);
}

static void test_one_result_an_instance(void **state)
{
    (void)state;
    add_postgresql("15/main", "ssl = on\n");
    add_postgresql("15/second", "ssl = off\n");
    add("/usr/sbin/mariadbd", 0755, "program");
    add("/etc/my.cnf", 0644, "[mysqld]\ngeneral_log\n");
    const struct result *results = judged(SSL);
    assert_int_equal(trial_run->result_count, 3);
    expect_instance(&results[0], "mariadb", "/usr/sbin/mariadbd", VERDICT_PASS);
    expect_instance(&results[1], "postgresql", "15/main", VERDICT_PASS);
    expect_instance(&results[2], "postgresql", "15/second", VERDICT_FAIL);
    for (size_t i = 0; i < 3; i++) { /* the view held that instance alone */
        assert_int_equal(results[i].row_count, 1);
        assert_string_equal(results[i].rows[0].values[0].text, results[i].product->id);
    }
    assert_string_equal(result_instance(&results[1]), "PostgreSQL 15/main");
}

/* What is wrong with one instance is no matter of the other. */
static void test_sources_of_an_instance(void **state)
{
    (void)state;
    add_postgresql("15/main", "ssl = on\n");
    add_postgresql("15/second", "ssl = on\n ssl = = on\n");
    add("/etc/postgresql/15/third/pg_hba.conf", 0640, "");
    add_status("/etc/postgresql/15/third/postgresql.conf", "file", 0600, "", ITEM_DENIED);
    const struct result *results = judged(SSL);
    assert_int_equal(trial_run->result_count, 3);
    expect_instance(&results[0], "postgresql", "15/main", VERDICT_PASS);
    expect_instance(&results[1], "postgresql", "15/second", VERDICT_UNKNOWN);
    expect_unknown(&results[1], "reason.partial", "15/second/postgresql.conf:2");
    expect_instance(&results[2], "postgresql", "15/third", VERDICT_UNKNOWN);
    expect_unknown(&results[2], "reason.source_unread", "15/third/postgresql.conf");
    for (size_t i = 0; i < results[0].evidence_count; i++)
        assert_null(strstr(results[0].evidence[i].source, "second"));
}

static void test_absent_product(void **state)
{
    (void)state;
    add("/etc/hostname", 0644, "host\n");
    const struct result *results = judged(SSL);
    assert_int_equal(trial_run->result_count, 1);
    expect(&results[0], VERDICT_NOT_APPLICABLE, "reason.no_product");
    assert_true(result_no_product(&results[0]));
    assert_null(results[0].product);
    assert_string_equal(results[0].reason.args[0], "MariaDB, PostgreSQL");
    assert_string_equal(result_instance(&results[0]), "");
    assert_true(results[0].evidence_count > 3); /* all that was looked at */
}

/* A place that cannot be looked into may hold an instance: unknown, never not applicable. */
static void test_undecided_product(void **state)
{
    (void)state;
    add_status("/etc/postgresql", "directory", 0700, "", ITEM_DENIED);
    const struct result *results = judged(SSL);
    assert_int_equal(trial_run->result_count, 1);
    expect_unknown(&results[0], "reason.source_unread", "/etc/postgresql/");
    assert_string_equal(results[0].product->id, "postgresql");
    assert_null(results[0].instance);
    assert_string_equal(result_instance(&results[0]), "PostgreSQL");
}

/* One product there, another undecided: both are told. */
static void test_found_and_undecided(void **state)
{
    (void)state;
    add_status("/etc/postgresql", "directory", 0700, "", ITEM_DENIED);
    add("/usr/sbin/mariadbd", 0755, "program");
    const struct result *results = judged(SSL);
    assert_int_equal(trial_run->result_count, 2);
    expect_instance(&results[0], "mariadb", "/usr/sbin/mariadbd", VERDICT_FAIL);
    expect_unknown(&results[1], "reason.source_unread", "/etc/postgresql/");
}

static void test_many_instances(void **state)
{
    (void)state;
    for (int i = 0; i < INSTANCES_MAX + 3; i++)
        add_postgresql(arena_printf(trial_arena, "15/i%03d", i), "ssl = on\n");
    const struct result *results = judged(SSL);
    assert_int_equal(trial_run->result_count, INSTANCES_MAX + 1);
    expect_instance(&results[0], "postgresql", "15/i000", VERDICT_PASS);
    expect(&results[INSTANCES_MAX], VERDICT_UNKNOWN, "reason.many_instances");
}

/* Only where every open row waits for the running server is that the reason. */
static void test_needs_live(void **state)
{
    (void)state;
    add_postgresql("15/main", "");
    expect(&judged("class: dbms\nproducts: [postgresql]\nsql: SELECT :instance AS subject, NULL AS "
                   "ok, 'live connection' AS needs, NULL AS src\n")[0],
           VERDICT_UNKNOWN, "reason.needs_live");
    expect(
        &judged("class: dbms\nproducts: [postgresql]\nsql: SELECT 1 AS subject, NULL AS ok, NULL "
                "AS needs, NULL AS src\n")[0],
        VERDICT_UNKNOWN, "reason.row_undecided");
}

static void test_refused_products(void **state)
{
    (void)state;
    struct check *check;
    static const char *const bad[] = {
        "products: [oracle]\n", "products: [nginx]\n", "", /* of another class; none named */
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        char *yaml = arena_printf(
            trial_arena, "id: bad\nclass: dbms\nabsent: {verdict: pass}\nsql: SELECT 1\n%s",
            bad[i]);
        expect_fault(read_yaml("bad.yaml", yaml, &check), FAULT_DATA, "product");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_one_result_an_instance),
        TRIAL(test_sources_of_an_instance),
        TRIAL(test_absent_product),
        TRIAL(test_undecided_product),
        TRIAL(test_found_and_undecided),
        TRIAL(test_many_instances),
        TRIAL(test_needs_live),
        TRIAL(test_refused_products),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
