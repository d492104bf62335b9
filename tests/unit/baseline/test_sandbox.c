/*
 * What a query may not do: write, look at what is not ours, read the clock or a file, and use more
 * time and memory than its bounds.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trial.h"

#include <sys/resource.h>
#include <time.h>

#define SECONDS_MAX 12

static struct rc take_columns(void *context, const char *const *names, size_t count)
{
    (void)context;
    for (size_t i = 0; i < count; i++)
        assert_non_null(names[i]);
    return RC_OK;
}

static struct rc take_row(void *context, const struct observed *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_true(values[i].kind != OBSERVED_TEXT || values[i].text != NULL);
    (*(size_t *)context)++;
    return RC_OK;
}

/* Prepares and runs one SELECT over the bundle that was put; counts its rows. */
static struct rc run_sql(const char *sql, size_t *rows)
{
    struct query *query = NULL;
    *rows = 0;
    struct rc rc = query_new(sql, NULL, 0, &query);
    if (!failed(rc))
        rc = query_run(query, trial_bundle, TRIAL_NOW,
                       &(struct query_sink){take_columns, take_row, NULL, rows});
    query_free(query);
    return rc;
}

static void expect_refused(const char *sql)
{
    size_t rows;
    struct rc rc = run_sql(sql, &rows);
    if (rc.kind != FAULT_USAGE)
        print_error("fault %d (%zu rows) for: %.200s\n", (int)rc.kind, rows, sql);
    assert_int_equal(rc.kind, FAULT_USAGE);
    assert_true(fault_text()[0] != '\0');
}

static void test_writing(void **state)
{
    (void)state;
    static const char *const attacks[] = {
        "INSERT INTO account(name) VALUES ('x')",
        "INSERT INTO account(name) VALUES ('x') RETURNING name",
        "REPLACE INTO account(name) VALUES ('x')",
        "UPDATE account SET uid = 0",
        "UPDATE account SET uid = 0 RETURNING uid",
        "DELETE FROM account",
        "DELETE FROM account RETURNING name",
        "DROP TABLE account",
        "DROP VIEW account",
        "DROP INDEX IF EXISTS x",
        "CREATE TABLE t(x)",
        "CREATE TEMP TABLE t(x)",
        "CREATE TABLE t AS SELECT * FROM account",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TEMP VIEW v AS SELECT 1",
        "CREATE INDEX i ON account(name)",
        "CREATE TRIGGER t AFTER INSERT ON account BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE t USING fts5(x)",
        "ALTER TABLE account RENAME TO a",
        "ALTER TABLE account ADD COLUMN x",
        "ATTACH '/tmp/x' AS x",
        "ATTACH ':memory:' AS x",
        "DETACH main",
        "VACUUM",
        "VACUUM INTO '/tmp/merlon-vacuum'",
        "REINDEX",
        "ANALYZE",
        "PRAGMA user_version",
        "PRAGMA user_version = 1",
        "PRAGMA writable_schema = 1",
        "PRAGMA temp_store_directory = '/tmp'",
        "PRAGMA table_info(account)",
        "PRAGMA hard_heap_limit = 0",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT a",
        "RELEASE a",
        "WITH x AS (SELECT 1) DELETE FROM account",
        "WITH x AS (SELECT 1) INSERT INTO account(name) SELECT 1 FROM x",
    };
    for (size_t i = 0; i < COUNT_OF(attacks); i++)
        expect_refused(attacks[i]);
}

static void test_looking_elsewhere(void **state)
{
    (void)state;
    static const char *const attacks[] = {
        "SELECT * FROM sqlite_schema",
        "SELECT name FROM sqlite_master",
        "SELECT count(*) FROM sqlite_master",
        "SELECT count(*) FROM SQLITE_SCHEMA",
        "SELECT 1 FROM main.sqlite_master",
        "SELECT * FROM sqlite_temp_master",
        "SELECT sql FROM \"sqlite_schema\" WHERE 1",
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM sqlite_master)",
        "WITH x AS (SELECT sql FROM sqlite_master) SELECT 1 FROM x",
        "SELECT * FROM sqlite_sequence",
        "SELECT * FROM sqlite_stat1",
        "SELECT * FROM pragma_table_info('account')",
        "SELECT count(*) FROM pragma_table_info('account')",
        "SELECT * FROM pragma_database_list",
        "SELECT count(*) FROM Pragma_Function_List",
        "SELECT * FROM dbstat",
        "SELECT * FROM json_each('[1,2]')",
        "SELECT count(*) FROM json_each('[1,2]')",
        "SELECT * FROM account, json_tree('{}')",
        "SELECT * FROM generate_series(1, 100000000)",
        "SELECT count(*) FROM generate_series(1, 100000000)",
        "SELECT * FROM bytecode('SELECT 1')",
        "SELECT * FROM tables_used('SELECT 1')",
        "SELECT * FROM no_such_table",
        "SELECT no_such_column FROM account",
        "SELECT * FROM account AS a, (SELECT * FROM sqlite_master) AS b",
        "EXPLAIN SELECT * FROM account",
        "EXPLAIN QUERY PLAN SELECT * FROM account",
    };
    for (size_t i = 0; i < COUNT_OF(attacks); i++)
        expect_refused(attacks[i]);
}

/* Whatever virtual tables this SQLite brings along; counting their rows asks for no column. */
static void test_modules(void **state)
{
    (void)state;
    sqlite3 *db;
    sqlite3_stmt *list;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM pragma_module_list", -1, &list, NULL),
                     SQLITE_OK);
    size_t modules = 0;
    while (sqlite3_step(list) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(list, 0);
        expect_refused(arena_printf(trial_arena, "SELECT count(*) FROM \"%s\"", name));
        expect_refused(arena_printf(trial_arena, "SELECT count(*) FROM \"%s\"('x')", name));
        expect_refused(arena_printf(trial_arena, "SELECT * FROM \"%s\"", name));
        modules++;
    }
    sqlite3_finalize(list);
    sqlite3_close(db);
    assert_true(modules > 0);
}

static void test_functions(void **state)
{
    (void)state;
    static const char *const attacks[] = {
        "random()",
        "randomblob(8)",
        "zeroblob(1000000000)",
        "load_extension('/tmp/x.so')",
        "load_extension('/tmp/x.so', 'init')",
        "readfile('/etc/shadow')",
        "writefile('/tmp/x', 1)",
        "edit('x')",
        "fts3_tokenizer('simple')",
        "datetime('now')",
        "date()",
        "time('now')",
        "julianday('now')",
        "strftime('%s', 'now')",
        "unixepoch()",
        "CURRENT_TIMESTAMP",
        "CURRENT_DATE",
        "CURRENT_TIME",
        "changes()",
        "total_changes()",
        "last_insert_rowid()",
        "sqlite_version()",
        "sqlite_source_id()",
        "sqlite_compileoption_get(1)",
        "sqlite_log(1, 'x')",
        "json('[]')",
        "json_extract('{}', '$')",
        "(SELECT json_group_array(1))",
        "soundex('x')",
        "sqlite_offset(name)",
        "match('a', 'b')",
        "name MATCH 'x'",
        "name REGEXP 'x'",
        "name -> 'x'",
        "no_such_function(1)",
        "RANDOM()",
        "\"random\"()",
    };
    for (size_t i = 0; i < COUNT_OF(attacks); i++) {
        expect_refused(arena_printf(trial_arena, "SELECT %s FROM account", attacks[i]));
        expect_refused(
            arena_printf(trial_arena, "SELECT 1 FROM account WHERE %s ORDER BY 1", attacks[i]));
    }
}

/* Not one single SELECT, or larger than a person writes. */
static void test_shape(void **state)
{
    (void)state;
    struct buf joins = {0}, deep = {0}, wide = {0}, unions = {0};
    buf_add_text(&joins, "SELECT 1 FROM account AS t0");
    buf_add_text(&wide, "SELECT 1");
    buf_add_text(&unions, "SELECT 1");
    for (int i = 1; i < 1000; i++) {
        buf_printf(&joins, ", account AS t%d", i);
        buf_add_text(&wide, ", 1");
        buf_add_text(&unions, " UNION SELECT 1");
    }
    buf_add_text(&deep, "SELECT ");
    for (int i = 0; i < 5000; i++)
        buf_add_text(&deep, "(1+");
    const char *const attacks[] = {
        "",
        ";",
        "-- nothing",
        "SELECT",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE account",
        "SELECT 1;; -- x\nDROP TABLE account",
        "SELECT 1 -- x\n; SELECT 2",
        "SELECT ? FROM account",
        "SELECT ?1 FROM account",
        "SELECT :min_length FROM account",
        "SELECT @x FROM account",
        joins.ptr,
        deep.ptr,
        wide.ptr,
        unions.ptr,
        arena_printf(trial_arena, "SELECT '%070000d'", 1),
    };
    for (size_t i = 0; i < COUNT_OF(attacks); i++)
        expect_refused(attacks[i]);
    buf_free(&joins);
    buf_free(&deep);
    buf_free(&wide);
    buf_free(&unions);
}

static void test_harmless(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        size_t rows;
    } queries[] = {
        {"SELECT 1;", 1},
        {"SELECT 1 -- a remark", 1},
        {"SELECT 1; -- a remark", 1},
        {"VALUES (1), (2)", 2},
        {"SELECT :now", 1},
        {"SELECT * FROM account", 2},
        {"SELECT * FROM ACCOUNT AS \"sqlite_master\"", 2},
        {"WITH n(x) AS (VALUES (1), (2), (3)) SELECT * FROM n", 3},
        {"WITH n(x) AS (VALUES (1), (2), (3)) SELECT count(*) FROM n", 1},
        {"WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 100)"
         " SELECT x FROM n",
         100},
        {"SELECT name, row_number() OVER (ORDER BY uid) FROM account", 2},
        {"SELECT x'00ff41', CAST(x'ff' AS TEXT), 1.5, char(0, 65), NULL", 1},
        {"SELECT a.name FROM account a, account b, account c", 8},
        {"SELECT name FROM account WHERE name LIKE 'ro%' OR name GLOB '[a-c]*'", 2},
    };
    put_file("/etc/passwd", PASSWD);
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        size_t rows;
        struct rc rc = run_sql(queries[i].sql, &rows);
        if (failed(rc))
            print_error("%s: %s\n", queries[i].sql, fault_text());
        assert_false(failed(rc));
        assert_int_equal(rows, queries[i].rows);
    }
}

/* Capitals name the same table, so its unread source is in scope too. */
static void test_names_in_capitals(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "SELECT 'x' AS subject, count(*) = 0 AS ok FROM SHADOW",
        "SELECT 'x' AS subject, count(*) = 0 AS ok FROM main.\"Shadow\"",
        "SELECT 'x' AS subject, 1 AS ok FROM (SELECT count(*) FROM [sHaDoW])",
        "SELECT 'x' AS subject, NOT EXISTS (SELECT 1 FROM SHADOW) AS ok",
        "SELECT 'x' AS subject, 1 AS ok FROM SHADOW AS account",
    };
    put(ITEM_FILE, "/etc/shadow", ITEM_DENIED, "");
    for (size_t i = 0; i < COUNT_OF(queries); i++)
        expect_unknown(judge_sql(queries[i]), "reason.source_unread", "/etc/shadow");
    expect_unknown(judge_sql("SELECT 'x' AS subject, count(*) >= 0 AS ok FROM MOUNT_POINT"),
                   "reason.not_collected", "");
}

/* ---- bounds -------------------------------------------------------------------------------- */

static double seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Ends in seconds, refused or with a bound reached, and gives back what it took. */
static void expect_bounded(const char *sql)
{
    size_t rows;
    double start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    int64_t limit = sqlite3_hard_heap_limit64(-1);
    struct rc rc = run_sql(sql, &rows);
    double took = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start;
    bool stopped = rc.kind == FAULT_LIMIT || rc.kind == FAULT_USAGE || rc.kind == FAULT_DATA;
    if (took > SECONDS_MAX || !stopped)
        print_error("%.1f s, fault %d (%s), %zu rows: %.300s\n", took, (int)rc.kind,
                    failed(rc) ? fault_text() : "", rows, sql);
    assert_true(stopped);
    assert_true(took <= SECONDS_MAX);
    assert_int_equal(sqlite3_hard_heap_limit64(-1), limit);
    assert_int_equal(sqlite3_memory_used(), 0);
}

#define ENDLESS "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
#define MANY(n) "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT " #n ") "
/* 64 KiB of one letter, and so many of another one behind each. */
#define DOUBLED(c)                                                                                 \
    "(WITH RECURSIVE d(t, k) AS (SELECT '" c "', 0 UNION ALL SELECT t || t, k + 1 FROM d"          \
    " WHERE k < 16) SELECT max(t) FROM d)"
#define LONG_TEXT "(x || " DOUBLED("a") ")"

static void test_endless(void **state)
{
    (void)state;
    static const char *const attacks[] = {
        ENDLESS "SELECT count(*) FROM n",
        ENDLESS "SELECT x FROM n WHERE x < 0",
        ENDLESS "SELECT max(x) FROM n",
        ENDLESS "SELECT 1 WHERE EXISTS (SELECT 1 FROM n WHERE x < 0)",
        MANY(100000) "SELECT count(*) FROM n a, n b, n c",
        MANY(
            100000) "SELECT count(*) FROM n a WHERE (SELECT count(*) FROM n b WHERE b.x > a.x) < 0",
        ("WITH RECURSIVE f(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM f"
         " UNION ALL SELECT x + 2 FROM f) SELECT count(*) FROM f"),
        "SELECT count(*) FROM account a, account b, account c, account d, account e",
    };
    struct buf passwd = {0};
    for (int i = 0; i < 300; i++)
        buf_printf(&passwd, "u%d:x:%d:%d::/:/bin/sh\n", i, i, i);
    put_file("/etc/passwd", passwd.ptr);
    buf_free(&passwd);
    for (size_t i = 0; i < COUNT_OF(attacks); i++)
        expect_bounded(attacks[i]);
}

static void test_heap(void **state)
{
    (void)state;
    static const char *const attacks[] = {
        ENDLESS "SELECT group_concat(x) FROM n",
        ENDLESS "SELECT x FROM n ORDER BY -x",
        ENDLESS "SELECT x, count(*) FROM n GROUP BY x || 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
        ENDLESS "SELECT DISTINCT hex(hex(hex(x))) FROM n WHERE x > 0 EXCEPT SELECT x FROM n",
        "WITH RECURSIVE s(t) AS (SELECT 'aaaaaaaaaaaaaaaa' UNION ALL SELECT hex(t) FROM s)"
        " SELECT length(t) FROM s",
        "WITH RECURSIVE s(t) AS (SELECT 'a' UNION ALL SELECT t || t FROM s) SELECT max(t) FROM s",
        "SELECT replace(" DOUBLED("a") ", 'a', " DOUBLED("b") ")",
        MANY(5000) "SELECT count(*) FROM (SELECT x || " LONG_TEXT " AS t FROM n ORDER BY t)",
        MANY(5000) "SELECT group_concat(" LONG_TEXT ") FROM n",
        "SELECT quote(zeroblob(100))",
    };
    for (size_t i = 0; i < COUNT_OF(attacks); i++)
        expect_bounded(attacks[i]);
}

/* printf() counts to two thousand million when its format says so: it is not there at all. */
static void test_no_printf(void **state)
{
    (void)state;
    static const char *const attacks[] = {
        "SELECT printf('%2000000c', 'a')",
        "SELECT format('%2147483647d', 1)",
        "SELECT printf('%*c', 2000000000, 'a')",
        "SELECT printf('%.*c', 2000000000, 'a')",
    };
    for (size_t i = 0; i < COUNT_OF(attacks); i++)
        expect_refused(attacks[i]);
}

static void test_own_functions(void **state)
{
    (void)state;
    static const struct {
        const char *condition;
        bool holds;
    } cases[] = {
        {"octal(416) = '0640'", true},
        {"octal(2541) = '4755'", true},
        {"octal(0) = '0000'", true},
        {"octal(-1) = '7777'", true},
        {"octal('x') IS NULL AND octal(NULL) IS NULL", true},
        {"from_octal('0640') = 416 AND from_octal('7777') = 4095 AND from_octal('0') = 0", true},
        {"from_octal(octal(2541)) = 2541", true},
        {"from_octal('10000') IS NULL AND from_octal('0690') IS NULL", true},
        {"from_octal('') IS NULL AND from_octal(NULL) IS NULL AND from_octal('rw-') IS NULL", true},
        {"trim('--a-b--', '-') = 'a-b'", true},
        {"ltrim('+-^a^', '+-^') = 'a^'", true},
        {"rtrim('/home/a//', '/') = '/home/a'", true},
        {"rtrim('', 'a') = '' AND trim('aaa', 'a') = ''", true},
        {"trim('  a ') = 'a'", true},
        {"trim(NULL, 'a') IS NULL AND trim('a', NULL) IS NULL", true},
        {"trim('abc', '') = 'abc'", true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t rows;
        expect_ok(
            run_sql(arena_printf(trial_arena, "SELECT 1 WHERE %s", cases[i].condition), &rows));
        assert_int_equal(rows, cases[i].holds);
    }
    size_t rows;
    assert_true(failed(run_sql("SELECT trim('a', '\xc3\xa9')", &rows)));
    assert_true(failed(run_sql("SELECT trim('a', " DOUBLED("a") ")", &rows)));
}

/* Names that stand for two of the name before: 2^40 tables for whoever expands them. */
static void test_expansion(void **state)
{
    (void)state;
    struct buf sql = {0}, nested = {0};
    buf_add_text(&sql, "WITH c0 AS (SELECT 1 AS x)");
    buf_add_text(&nested, "WITH c0(x) AS (VALUES (1))");
    for (int i = 1; i <= 40; i++) {
        buf_printf(&sql, ", c%d AS (SELECT a.x FROM c%d AS a, c%d AS b)", i, i - 1, i - 1);
        buf_printf(&nested, ", c%d(x) AS (SELECT (SELECT x FROM c%d) + (SELECT x FROM c%d))", i,
                   i - 1, i - 1);
    }
    buf_add_text(&sql, " SELECT count(*) FROM c40");
    buf_add_text(&nested, " SELECT x FROM c40");
    expect_bounded(sql.ptr);
    expect_bounded(nested.ptr);
    buf_free(&sql);
    buf_free(&nested);
}

/* The most tables that SQLite joins, in the worst order. */
static void test_wide_join(void **state)
{
    (void)state;
    struct buf sql = {0};
    size_t rows;
    buf_add_text(&sql, "SELECT count(*) FROM account AS t0");
    for (int i = 1; i < 64; i++)
        buf_printf(&sql, " JOIN account AS t%d ON t%d.name = t%d.name", i, i, i - 1);
    put_file("/etc/passwd", PASSWD);
    double start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    expect_ok(run_sql(sql.ptr, &rows));
    assert_true(seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start <= SECONDS_MAX);
    buf_free(&sql);
}

/* Single calls that take long: no step is counted while they run. */
static void test_slow_functions(void **state)
{
    (void)state;
    static const char *const attacks[] = {
        ENDLESS "SELECT count(*) FROM n WHERE " LONG_TEXT " LIKE '%a%a%a%a%a%a%a%a%b'",
        ENDLESS "SELECT count(*) FROM n WHERE " LONG_TEXT " GLOB '*a*a*a*a*a*a*a*a*b'",
        ENDLESS "SELECT count(*) FROM n WHERE 'a' LIKE " LONG_TEXT,
        ENDLESS "SELECT count(*) FROM n WHERE instr(" LONG_TEXT ", " DOUBLED("a") " || 'b')",
        ENDLESS "SELECT count(*) FROM n WHERE replace(" LONG_TEXT
                ", " DOUBLED("a") " || 'b', '') = ''",
        ENDLESS "SELECT count(*) FROM n WHERE trim(" LONG_TEXT
                ", 'abcdefghijklmnopqrstuvwxyz') = 'q'",
        ENDLESS "SELECT count(*) FROM n WHERE upper(" LONG_TEXT ") < lower(" LONG_TEXT ")",
    };
    for (size_t i = 0; i < COUNT_OF(attacks); i++)
        expect_bounded(attacks[i]);
}

/* Memory of the process as a whole: the heap bound is 64 MiB above what was there. */
static void test_resident(void **state)
{
    (void)state;
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
#if !defined(__SANITIZE_ADDRESS__)
    if (usage.ru_maxrss > 160 * 1024)
        print_error("%ld KiB were resident\n", usage.ru_maxrss);
    assert_true(usage.ru_maxrss <= 160 * 1024);
#endif
}

/* ---- the same attacks from a check --------------------------------------------------------- */

static void test_attacks_from_a_check(void **state)
{
    (void)state;
    struct request request = trial_request();
    static const char *const attacks[] = {
        "DELETE FROM account", "SELECT sql AS subject, 1 AS ok FROM sqlite_master",
        "SELECT random() AS subject, 1 AS ok", "SELECT 1 AS subject, 1 AS ok; SELECT 2"};
    for (size_t i = 0; i < COUNT_OF(attacks); i++) {
        const struct check *checks[] = {
            check_of("tried", arena_printf(trial_arena, "sql: \"%s\"\n", attacks[i]))};
        expect_fault(plan_new_for(&request, checks, 1, &trial_plan), FAULT_USAGE, "tried.yaml");
        assert_null(trial_plan);
        checks[0] = check_of(
            "tried",
            arena_printf(trial_arena, "applies: {sql: \"%s\"}\nsql: SELECT 1 AS subject, 1 AS ok\n",
                         attacks[i]));
        expect_fault(plan_new_for(&request, checks, 1, &trial_plan), FAULT_USAGE, "tried.yaml");
    }
    put_file("/etc/passwd", PASSWD);
    expect(judge_sql(ENDLESS "SELECT x AS subject, 1 AS ok FROM n WHERE x < 0"), VERDICT_UNKNOWN,
           "reason.query_limit");
    expect(judge_sql(ENDLESS "SELECT x AS subject, 1 AS ok FROM n"), VERDICT_UNKNOWN,
           "reason.query_limit");
    expect(judge_sql(ENDLESS "SELECT group_concat(x) AS subject, 1 AS ok FROM n"), VERDICT_UNKNOWN,
           "reason.query_limit");
    assert_int_equal(trial_run->results[0].row_count, 0);
}

/* What is no text comes out as text, and ends nothing. */
static void test_odd_values(void **state)
{
    (void)state;
    put_file("/etc/passwd", PASSWD);
    const struct result *r =
        judge_sql("SELECT x'00ff41' AS subject, 1 AS ok, x'41ff' AS blob, char(65, 0, 66) AS nul,"
                  " CAST(x'c328' AS TEXT) AS broken, 1e999 AS much, -9223372036854775808 AS least,"
                  " x'2f61' AS src, 'x' AS line FROM target");
    expect(r, VERDICT_PASS, "reason.rows_passed");
    assert_string_equal(r->rows[0].subject, "");
    assert_string_equal(r->rows[0].values[1].text, "A");
    assert_int_equal(r->rows[0].values[4].integer, INT64_MIN);
    assert_int_equal(r->rows[0].line, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_writing),
        TRIAL(test_looking_elsewhere),
        TRIAL(test_modules),
        TRIAL(test_functions),
        TRIAL(test_shape),
        TRIAL(test_harmless),
        TRIAL(test_names_in_capitals),
        TRIAL(test_endless),
        TRIAL(test_heap),
        TRIAL(test_no_printf),
        TRIAL(test_expansion),
        TRIAL(test_wide_join),
        TRIAL(test_own_functions),
        TRIAL(test_slow_functions),
        TRIAL(test_resident),
        TRIAL(test_attacks_from_a_check),
        TRIAL(test_odd_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
