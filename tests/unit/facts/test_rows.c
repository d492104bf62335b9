/* Tests of tables over rows of our own: whatever a query compares, and however SQLite plans it, the
 * answer must be that of an ordinary STRICT table with the same rows. */
#include "fixture.h"

#include <stdlib.h>

#define ROWS 60 /* enough to make lookups worth an index */

/* ---- the same rows twice ------------------------------------------------------------------- */

/* Names repeat, some are numbers as text, in several spellings; some uids are NULL. */
static struct fixture *fixture_with_twin(void)
{
    static const char *const names[] = {"a", "b", "5", "05", "5.0", "longer than eight", "B", ""};
    struct fixture *f = fixture_new();
    struct buf text = {0};
    for (int i = 0; i < ROWS; i++)
        if (i % 7 == 3)
            buf_printf(&text, "%s%d:x::%d:::\n", names[i % 8], i / 40, i % 4);
        else
            buf_printf(&text, "%s:x:%d:%d:::/bin/%s\n", names[i % 8], i % 9, i % 4, names[i % 3]);
    fixture_file(f, "/etc/passwd", text.ptr);
    fixture_fill(f, "account");
    fixture_query(f, "CREATE TABLE twin(name TEXT, password TEXT, uid INTEGER, gid INTEGER,"
                     " gecos TEXT, home TEXT, shell TEXT, src TEXT, line INTEGER) STRICT");
    fixture_query(f, "INSERT INTO twin SELECT * FROM account ORDER BY rowid");
    buf_free(&text);
    return f;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The rows in one order; a query without ORDER BY may give them in any. */
static char *sorted(const char *rows)
{
    struct arena *arena = arena_new();
    struct view rest = view_of(rows), line;
    struct buf out = {0};
    size_t count = 0, room = 0;
    for (const char *p = rows; *p; p++)
        room += *p == '\n';
    char **lines = arena_take(arena, (room + 1) * sizeof *lines);
    while (view_line(&rest, &line))
        lines[count++] = view_text(arena, line);
    qsort(lines, count, sizeof *lines, by_text);
    buf_add_text(&out, "");
    for (size_t i = 0; i < count; i++)
        buf_printf(&out, "%s\n", lines[i]);
    char *text = mem_copy_text(count ? out.ptr : "");
    buf_free(&out);
    arena_free(arena);
    return text;
}

/* `%s` of the query stands for the table. */
static char *answer(struct fixture *f, const char *query, const char *table)
{
    struct buf sql = {0};
    for (const char *p = query; *p; p++) {
        if (p[0] == '%' && p[1] == 's') {
            buf_add_text(&sql, table);
            p++;
        } else {
            buf_add_char(&sql, *p);
        }
    }
    char *text = sorted(fixture_query(f, sql.ptr));
    buf_free(&sql);
    return text;
}

static void answers_like_a_strict_table(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "SELECT * FROM %s",
        "SELECT count(*), count(uid), count(line), min(uid), max(name) FROM %s",
        "SELECT line FROM %s WHERE name = 'a'",
        "SELECT line FROM %s WHERE name = 'A'",
        "SELECT line FROM %s WHERE name = 'b' COLLATE NOCASE",
        "SELECT line FROM %s WHERE name COLLATE NOCASE = 'b' AND gid = 1",
        "SELECT line FROM %s WHERE name = 'a ' COLLATE RTRIM",
        "SELECT line FROM %s WHERE name = 5",
        "SELECT line FROM %s WHERE name = 5.0",
        "SELECT line FROM %s WHERE name = CAST('5' AS INTEGER)",
        "SELECT line FROM %s WHERE name = x'35'",
        "SELECT line FROM %s WHERE name = ''",
        "SELECT line FROM %s WHERE name = NULL",
        "SELECT line FROM %s WHERE name IS NULL OR uid IS NULL",
        "SELECT line FROM %s WHERE name IS 'a' AND uid IS NOT NULL",
        "SELECT line FROM %s WHERE name = 'longer than eight' AND uid = 5",
        "SELECT line FROM %s WHERE uid IS 5 AND gid = 1",
        "SELECT line FROM %s WHERE uid IS '5'",
        "SELECT line FROM %s WHERE uid IS NULL AND gid IS NOT 1",
        "SELECT a.line, b.line FROM %s AS a JOIN %s AS b ON a.uid IS b.uid AND a.name IS b.name",
        "SELECT a.line, b.line FROM %s AS a LEFT JOIN %s AS b ON a.uid IS b.gid AND b.uid IS NULL",
        "SELECT a.line, b.line FROM %s AS a LEFT JOIN %s AS b ON a.uid = b.uid WHERE b.uid IS NULL",
        "SELECT line FROM %s WHERE uid = 5",
        "SELECT line FROM %s WHERE uid = '5'",
        "SELECT line FROM %s WHERE uid = ' 5 '",
        "SELECT line FROM %s WHERE uid = 5.0",
        "SELECT line FROM %s WHERE uid = 5.5",
        "SELECT line FROM %s WHERE uid = 'x'",
        "SELECT line FROM %s WHERE uid = name",
        "SELECT line FROM %s WHERE uid = 5 AND uid = 6",
        "SELECT line FROM %s WHERE uid = 5 AND uid = 5 AND gid = 1",
        "SELECT line FROM %s WHERE uid IN (1, 2, 2, '3', 4.0, NULL)",
        "SELECT line FROM %s WHERE uid NOT IN (1, 2)",
        "SELECT line FROM %s WHERE name IN ('a', 'a', 'b', 5, 'nothing')",
        "SELECT line FROM %s WHERE name IN ('a', 'b') AND gid IN (0, 1, '1')",
        "SELECT line FROM %s WHERE name IN (SELECT shell FROM %s) OR uid = 3",
        "SELECT line FROM %s WHERE uid IN (SELECT name FROM %s)",
        "SELECT line FROM %s WHERE name = 'a' OR uid = 5 OR gid = 2 AND name = 'b'",
        "SELECT line FROM %s WHERE uid > 3 AND uid < 6",
        "SELECT line FROM %s WHERE uid BETWEEN '3' AND 5 AND name GLOB 'a*'",
        "SELECT line FROM %s WHERE name GLOB 'a*'",
        "SELECT line FROM %s WHERE name GLOB '*a'",
        "SELECT line FROM %s WHERE name GLOB 'a'",
        "SELECT line FROM %s WHERE name GLOB ''",
        "SELECT line FROM %s WHERE name GLOB '[ab]*'",
        "SELECT line FROM %s WHERE name GLOB NULL",
        "SELECT line FROM %s WHERE name GLOB 5",
        "SELECT line FROM %s WHERE name GLOB '5*'",
        "SELECT line FROM %s WHERE name NOT GLOB 'a*'",
        "SELECT line FROM %s WHERE name GLOB 'a*' OR name GLOB 'b?'",
        "SELECT line FROM %s WHERE uid GLOB '3*'",
        "SELECT line FROM %s WHERE name GLOB 'a*' AND uid = 5",
        "SELECT line FROM %s WHERE name COLLATE NOCASE GLOB 'A*'",
        "SELECT line FROM %s WHERE shell LIKE '%/A' AND src = '/etc/passwd'",
        "SELECT line FROM %s WHERE line = 20 OR line = '21'",
        "SELECT line FROM %s WHERE rowid = 7 OR rowid IN (9, 12)",
        "SELECT line FROM %s WHERE src = 'passwd'",
        "SELECT a.line, b.line FROM %s AS a JOIN %s AS b ON a.uid = b.gid",
        "SELECT a.line, b.line FROM %s AS a JOIN %s AS b ON a.name = b.uid",
        "SELECT a.line, b.line FROM %s AS a LEFT JOIN %s AS b ON a.uid = b.name AND b.gid = 2",
        "SELECT a.line, b.line FROM %s AS a LEFT JOIN %s AS b ON b.shell = a.name",
        "SELECT a.line FROM %s AS a WHERE EXISTS (SELECT 1 FROM %s AS b"
        " WHERE b.name = a.name AND b.uid = a.uid AND b.line <> a.line)",
        "SELECT a.line FROM %s AS a WHERE NOT EXISTS (SELECT 1 FROM %s AS b WHERE b.gid = a.uid)",
        "SELECT a.line, (SELECT count(*) FROM %s AS b WHERE b.uid = a.uid) FROM %s AS a",
        "SELECT name, count(*), sum(uid) FROM %s GROUP BY name HAVING count(*) > 2",
        "SELECT DISTINCT uid, gid FROM %s",
        "SELECT a.line, b.line FROM %s AS a, %s AS b WHERE (a.name, a.uid) = (b.name, b.uid)",
        "WITH n(name, uid) AS (SELECT name, uid FROM %s WHERE gid = 1)"
        " SELECT t.line FROM n JOIN %s AS t USING (name, uid)",
        "SELECT line FROM %s AS a NATURAL JOIN %s AS b",
        "SELECT typeof(name) || typeof(uid) || typeof(src) || typeof(line) FROM %s",
    };
    struct fixture *f = fixture_with_twin();
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        char *ours = answer(f, queries[i], "account"), *twin = answer(f, queries[i], "twin");
        if (strcmp(ours, twin) != 0)
            fail_msg("%s\nours:\n%s\ntwin:\n%s", queries[i], ours, twin);
        mem_free(ours);
        mem_free(twin);
    }
    fixture_free(f);
}

static void looks_up_instead_of_scanning(void **state)
{
    (void)state;
    struct fixture *f = fixture_with_twin();
    assert_non_null(strstr(fixture_query(f, "EXPLAIN QUERY PLAN SELECT 1 FROM account AS a, account"
                                            " AS b WHERE a.name = b.name AND a.uid = b.uid"),
                           "INDEX 5:")); /* bits 0 and 2: name, uid */
    fixture_free(f);
}

static void keeps_rows_in_their_order(void **state)
{
    (void)state;
    struct fixture *f = fixture_with_twin();
    char *twin = mem_copy_text(fixture_query(f, "SELECT line FROM twin WHERE gid = 2"));
    assert_true(strlen(twin) > 20);
    assert_string_equal(fixture_query(f, "SELECT line FROM account WHERE gid = 2"), twin);
    mem_free(twin);
    fixture_free(f);
}

/* ---- change -------------------------------------------------------------------------------- */

/* The index of one filling must not answer for the next. */
static void forgets_an_index_when_rows_change(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct stat_fact fact = {"file", 0640, 0, 42, 100, 1, 1600000000, "", {0}};
    struct buf text = {0};
    char names[40][16];
    const char *paths[40];
    stat_encode(&fact, &text);
    for (int i = 0; i < 40; i++) {
        snprintf(names[i], sizeof names[i], "/x/%d", i);
        paths[i] = names[i];
        fixture_add_bytes(f, ITEM_STAT, names[i], ITEM_OK, buf_view(&text));
    }
    fixture_fill(f, "target");
    for (int from = 0; from <= 20; from += 20) {
        fixture_ok(facts_fill_file(f->facts, paths + from, 20));
        assert_string_equal(fixture_query(f, "SELECT count(*) FROM file WHERE path = '/x/3'"),
                            from ? "0\n" : "1\n");
        assert_string_equal(fixture_query(f, "SELECT count(*) FROM file WHERE path = '/x/23'"),
                            from ? "1\n" : "0\n");
    }
    buf_free(&text);
    fixture_free(f);
}

static void is_empty_without_facts(void **state)
{
    (void)state;
    struct fixture *f = fixture_with_twin();
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM account"), "60\n");
    facts_free(f->facts);
    f->facts = NULL;
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM account"), "0\n");
    assert_string_equal(fixture_query(f, "SELECT 1 FROM account WHERE name = 'a'"), "");
    fixture_fill(f, "account");
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM account"), "60\n");
    fixture_free(f);
}

static void can_only_be_read(void **state)
{
    (void)state;
    static const char *const statements[] = {
        "INSERT INTO account(name) VALUES('x')",
        "UPDATE account SET name = 'x'",
        "DELETE FROM account",
        "DROP TABLE account",
        "CREATE INDEX i ON account(name)",
        "ALTER TABLE account ADD COLUMN x",
        "CREATE VIRTUAL TABLE x USING account",
    };
    struct fixture *f = fixture_with_twin();
    for (size_t i = 0; i < COUNT_OF(statements); i++)
        if (sqlite3_exec(f->db, statements[i], NULL, NULL, NULL) == SQLITE_OK)
            fail_msg("%s", statements[i]);
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM account"), "60\n");
    fixture_free(f);
}

static void needs_tables_declared(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    sqlite3 *other;
    assert_int_equal(sqlite3_open(":memory:", &other), SQLITE_OK);
    assert_int_equal(facts_new(other, f->bundle, &f->facts).kind, FAULT_IO);
    assert_null(f->facts);
    sqlite3_close(other);
    fixture_free(f);
}

/* An index that finds no memory fails the query and leaves nothing broken. */
static void survives_an_index_without_memory(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct buf text = {0};
    for (int i = 0; i < 50000; i++)
        buf_printf(&text, "user%d:x:%d:1:::\n", i, i);
    fixture_file(f, "/etc/passwd", text.ptr);
    fixture_fill(f, "account");
    sqlite3_stmt *query;
    const char *sql = "SELECT uid FROM account WHERE name = 'user77'";
    assert_int_equal(sqlite3_prepare_v2(f->db, sql, -1, &query, NULL), SQLITE_OK);
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + (64 << 10));
    int step = sqlite3_step(query);
    sqlite3_hard_heap_limit64(0);
    assert_int_equal(step, SQLITE_NOMEM);
    sqlite3_finalize(query);
    assert_string_equal(fixture_query(f, sql), "77\n");
    buf_free(&text);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_like_a_strict_table),
        cmocka_unit_test(looks_up_instead_of_scanning),
        cmocka_unit_test(keeps_rows_in_their_order),
        cmocka_unit_test(forgets_an_index_when_rows_change),
        cmocka_unit_test(is_empty_without_facts),
        cmocka_unit_test(can_only_be_read),
        cmocka_unit_test(needs_tables_declared),
        cmocka_unit_test(survives_an_index_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
