/* The store, every test on both engines: values, transactions, conflicts, migrations, search, and
 * what goes wrong: a lost server, a corrupt file, an altered schema, somebody else's lock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/postgres.h"
#include "foundation/text/text.h"
#include "record/store/store.h"

static struct test_postgres server;
static bool has_server;
static char folder[] = "/tmp/merlon-store-XXXXXX";
static int files;

static void ok(struct rc rc)
{
    if (failed(rc))
        fail_msg("%s", fault_text());
}

static void fails(struct rc rc, enum fault_kind kind, const char *part)
{
    assert_true(failed(rc));
    if (rc.kind != kind || !strstr(fault_text(), part))
        fail_msg("kind %d, '%s' instead of kind %d, '%s'", rc.kind, fault_text(), kind, part);
}

/* A place of its own for each test and engine. */
static const char *place(enum store_engine engine)
{
    static char path[128];
    if (engine == STORE_POSTGRES)
        return test_postgres_database(&server);
    snprintf(path, sizeof path, "%s/%d.db", folder, ++files);
    return path;
}

#define ON_BOTH(name)                                                                              \
    static void name(enum store_engine engine);                                                    \
    static void name##_sqlite(void **state)                                                        \
    {                                                                                              \
        (void)state;                                                                               \
        name(STORE_SQLITE);                                                                        \
    }                                                                                              \
    static void name##_postgres(void **state)                                                      \
    {                                                                                              \
        (void)state;                                                                               \
        if (!has_server)                                                                           \
            skip();                                                                                \
        name(STORE_POSTGRES);                                                                      \
    }                                                                                              \
    static void name(enum store_engine engine)

static struct store *opened(const char *where)
{
    struct store *store;
    ok(store_open(where, STORE_SHARED, &store));
    return store;
}

static int64_t number(struct store *store, const char *sql)
{
    struct arena *arena = arena_new();
    struct datum row;
    bool any;
    ok(store_one(store, sql, NULL, 0, arena, &row, 1, &any));
    assert_true(any);
    arena_free(arena);
    return row.integer;
}

static void make(struct store *store)
{
    ok(store_script(store, "CREATE TABLE thing (id {int} PRIMARY KEY, name {text} UNIQUE, body "
                           "{bytes}, n {int}){strict}"));
}

ON_BOTH(test_values)
{
    struct store *store = opened(place(engine));
    struct arena *arena = arena_new();
    make(store);
    static const char raw[] = "\0\x01\xff\\x";
    struct datum values[] = {datum_integer(INT64_MIN), datum_text("tên ? '交通' $1"),
                             datum_bytes((struct view){raw, sizeof raw}), datum_null()};
    ok(store_run(store, "INSERT INTO thing (id, name, body, n) VALUES (?1, ?2, ?3, ?4)", values,
                 4));
    struct datum row[4];
    bool any;
    ok(store_one(store, "SELECT id, name, body, n FROM thing WHERE name = ?1", &values[1], 1, arena,
                 row, 4, &any));
    assert_true(any && row[0].integer == INT64_MIN && row[3].kind == DATUM_NULL);
    assert_true(view_is(row[1].bytes, "tên ? '交通' $1"));
    assert_int_equal(row[2].bytes.len, sizeof raw);
    assert_memory_equal(row[2].bytes.ptr, raw, sizeof raw);
    ok(store_one(store, "SELECT id FROM thing WHERE name = 'a?b {int}'", NULL, 0, arena, row, 1,
                 &any));
    assert_false(any);
    arena_free(arena);
    store_close(store);
}

/* What the two must understand alike. */
ON_BOTH(test_dialect)
{
    struct store *store = opened(place(engine));
    make(store);
    ok(store_script(store,
                    "INSERT INTO thing (id, name, n) VALUES (1, 'b', 2), (2, 'B', NULL), (3, "
                    "'ä', 1), (4, 'a', NULL)"));
    assert_int_equal(number(store, "SELECT count(*) FROM thing WHERE name LIKE 'b%'"), 1);
    assert_int_equal(number(store, "SELECT count(*) FROM thing WHERE lower(name) LIKE 'b%'"), 2);
    assert_int_equal(number(store, "SELECT id FROM thing ORDER BY name LIMIT 1"), 2);
    assert_int_equal(number(store, "SELECT id FROM thing ORDER BY name DESC LIMIT 1"), 3);
    assert_int_equal(number(store, "SELECT id FROM thing ORDER BY (coalesce(n, "
                                   "9223372036854775807)), id LIMIT 1"),
                     3);
    assert_int_equal(number(store, "SELECT count(*) FROM thing WHERE (n, id) > (1, 3)"), 1);
    store_close(store);
}

static struct rc insert_two(struct store *store, void *context)
{
    ok(store_run(store, "INSERT INTO thing (id, name) VALUES (1, 'x')", NULL, 0));
    const char *second = context;
    struct datum name = datum_text(second);
    return store_run(store, "INSERT INTO thing (id, name) VALUES (2, ?1)", &name, 1);
}

ON_BOTH(test_transactions)
{
    struct store *store = opened(place(engine));
    make(store);
    fails(store_transact(store, insert_two, (void *)(uintptr_t) "x"), FAULT_CONFLICT, "");
    assert_int_equal(number(store, "SELECT count(*) FROM thing"), 0);
    ok(store_transact(store, insert_two, (void *)(uintptr_t) "y"));
    assert_int_equal(number(store, "SELECT count(*) FROM thing"), 2);
    int64_t changed = 0;
    ok(store_change(store, "UPDATE thing SET n = 7 WHERE id <= 2", NULL, 0, &changed));
    assert_int_equal(changed, 2);
    store_close(store);
}

static struct rc stop_at_three(void *context, const struct datum *row)
{
    int *count = context;
    (void)row;
    return ++*count == 3 ? fault(FAULT_DATA, "enough") : RC_OK;
}

static struct rc many(struct store *store, void *context)
{
    (void)context;
    TRY(store_bulk_begin(store));
    for (int64_t i = 0; i < 5000; i++) {
        struct datum values[] = {datum_integer(i), datum_integer(i % 7)};
        TRY(store_run(store, "INSERT INTO thing (id, n) VALUES (?1, ?2)", values, 2));
        /* A query in between sees what was sent before. */
        if (i == 1234)
            assert_int_equal(number(store, "SELECT count(*) FROM thing"), 1235);
    }
    return store_bulk_end(store);
}

static struct rc many_with_a_mistake(struct store *store, void *context)
{
    TRY(store_bulk_begin(store));
    for (int64_t i = 10000; i < 12000; i++) {
        struct datum id = datum_integer(i == 10777 ? 5 : i);
        TRY(store_run(store, "INSERT INTO thing (id) VALUES (?1)", &id, 1));
    }
    (void)context;
    return store_bulk_end(store);
}

ON_BOTH(test_bulk_and_streams)
{
    struct store *store = opened(place(engine));
    make(store);
    ok(store_transact(store, many, NULL));
    assert_int_equal(number(store, "SELECT count(*) FROM thing"), 5000);
    fails(store_transact(store, many_with_a_mistake, NULL), FAULT_CONFLICT, "");
    assert_int_equal(number(store, "SELECT count(*) FROM thing"), 5000);
    int count = 0;
    fails(store_query(store, "SELECT id FROM thing ORDER BY id", NULL, 0, 1, stop_at_three, &count),
          FAULT_DATA, "enough");
    assert_int_equal(count, 3);
    assert_int_equal(number(store, "SELECT count(*) FROM thing"), 5000);
    store_close(store);
}

/* ---- two writers -------------------------------------------------------------------------- */

struct rival {
    struct store *other;
    int tries;
};

/* Reads, lets the other write what was read, and writes: only a second try can be right. */
static struct rc read_then_write(struct store *store, void *context)
{
    struct rival *rival = context;
    int64_t n = number(store, "SELECT n FROM thing WHERE id = 1");
    if (rival->tries++ == 0 && store_engine(store) == STORE_POSTGRES)
        ok(store_run(rival->other, "UPDATE thing SET n = n + 1 WHERE id = 1", NULL, 0));
    struct datum value = datum_integer(n + 10);
    return store_run(store, "UPDATE thing SET n = ?1 WHERE id = 1", &value, 1);
}

ON_BOTH(test_two_writers)
{
    char where[256];
    snprintf(where, sizeof where, "%s", place(engine));
    struct store *store = opened(where);
    struct rival rival = {opened(where), 0};
    make(store);
    ok(store_script(store, "INSERT INTO thing (id, n) VALUES (1, 0)"));
    ok(store_transact(store, read_then_write, &rival));
    assert_int_equal(rival.tries, engine == STORE_POSTGRES ? 2 : 1);
    assert_int_equal(number(store, "SELECT n FROM thing"), engine == STORE_POSTGRES ? 11 : 10);
    store_close(rival.other);
    store_close(store);
}

ON_BOTH(test_locks)
{
    char where[256];
    snprintf(where, sizeof where, "%s", place(engine));
    struct store *one = opened(where), *two = opened(where), *server_store;
    fails(store_open(where, STORE_SERVED, &server_store), FAULT_BUSY, "in use");
    store_close(one);
    store_close(two);
    ok(store_open(where, STORE_SERVED, &server_store));
    fails(store_open(where, STORE_SHARED, &two), FAULT_BUSY, "a running server owns it");
    store_close(server_store);
    store_close(opened(where));
}

/* ---- migrations --------------------------------------------------------------------------- */

ON_BOTH(test_migrations)
{
    struct store *store = opened(place(engine));
    struct migration list[] = {{1, "first",
                                "CREATE TABLE a (id {int} PRIMARY KEY){strict};\n"
                                "INSERT INTO a (id) VALUES (1)"},
                               {2, "second", "ALTER TABLE a ADD COLUMN b {int}"}};
    ok(store_migrate(store, "part", list, 1));
    ok(store_migrate(store, "part", list, 2));
    ok(store_migrate(store, "part", list, 2));
    assert_int_equal(number(store, "SELECT count(*) FROM a WHERE b IS NULL"), 1);
    fails(store_migrate(store, "part", list, 1), FAULT_DATA, "newer Merlon");
    list[0].sql = "CREATE TABLE a (id {int})";
    fails(store_migrate(store, "part", list, 2), FAULT_DATA, "altered");
    struct migration broken[] = {{1, "good", "CREATE TABLE c (id {int})"},
                                 {2, "bad", "CREATE TABEL d (id {int})"}};
    fails(store_migrate(store, "other", broken, 2), FAULT_IO, "migration 2 of other ('bad')");
    ok(store_migrate(store, "other", broken, 1)); /* nothing of the failed try was kept */
    store_close(store);
}

/* ---- search ------------------------------------------------------------------------------- */

static void add_text(struct store *store, int64_t id, const char *text)
{
    struct buf words = {0};
    text_add_words(&words, view_of(text));
    struct datum values[] = {datum_integer(id), datum_text(words.ptr)};
    ok(store_run(store, "INSERT INTO page (id, words) VALUES (?1, ?2)", values, 2));
    ok(store_search_add(store, "page", id, words.ptr));
    buf_free(&words);
}

static int64_t found(struct store *store, const char *text)
{
    struct arena *arena = arena_new();
    struct buf words = {0}, sql = {0};
    text_add_words(&words, view_of(text));
    buf_add_text(&sql, "SELECT count(*) FROM page WHERE ");
    store_search_condition(store, "page", 1, &sql);
    struct datum asked = datum_text(store_search_words(store, arena, words.ptr)), row;
    bool any;
    ok(store_one(store, sql.ptr, &asked, 1, arena, &row, 1, &any));
    buf_free(&words);
    buf_free(&sql);
    arena_free(arena);
    return row.integer;
}

ON_BOTH(test_search)
{
    struct store *store = opened(place(engine));
    ok(store_script(store,
                    "CREATE TABLE page (id {int} PRIMARY KEY, words {text} NOT NULL){strict}"));
    ok(store_search_declare(store, "page"));
    ok(store_search_declare(store, "page"));
    add_text(store, 1, "贵州省交通运输厅 web-01.gz 10.1.2.3");
    add_text(store, 2, "省港航管理局 Cảng Hải Phòng");
    add_text(store, 3, "say \"OR\" NOT near* 'x'");
    assert_int_equal(found(store, "交通"), 1);
    assert_int_equal(found(store, "运输 10.1.2.3"), 1);
    assert_int_equal(found(store, "hai phong"), 1);
    assert_int_equal(found(store, "管理 交通"), 0);
    assert_int_equal(found(store, "OR"), 1);
    assert_int_equal(found(store, "web 01"), 1);
    ok(store_search_change(store, "page", 3, "say or not near x", "quiet"));
    ok(store_run(store, "UPDATE page SET words = 'quiet' WHERE id = 3", NULL, 0));
    assert_int_equal(found(store, "OR"), 0);
    assert_int_equal(found(store, "quiet"), 1);
    store_close(store);
}

/* ---- bad luck ----------------------------------------------------------------------------- */

static struct rc lose_the_server(struct store *store, void *context)
{
    (void)context;
    TRY(store_run(store, "INSERT INTO thing (id) VALUES (2)", NULL, 0));
    test_postgres_kill(&server);
    TRY(store_run(store, "INSERT INTO thing (id) VALUES (3)", NULL, 0));
    return RC_OK;
}

static void test_server_gone(void **state)
{
    (void)state;
    if (!has_server)
        skip();
    struct store *store = opened(test_postgres_database(&server)), *other;
    make(store);
    ok(store_script(store, "INSERT INTO thing (id) VALUES (1)"));
    fails(store_transact(store, lose_the_server, NULL), FAULT_LOST, "nothing of this was kept");
    fails(store_run(store, "INSERT INTO thing (id) VALUES (4)", NULL, 0), FAULT_LOST,
          "cannot connect");
    assert_true(test_postgres_again(&server));
    assert_int_equal(number(store, "SELECT count(*) FROM thing"), 1);
    ok(store_run(store, "INSERT INTO thing (id) VALUES (5)", NULL, 0));
    store_close(store);
    fails(store_open("postgresql://merlon:secret@/x?host=/nowhere", STORE_SHARED, &other),
          FAULT_USAGE, "pgpass");
    assert_null(strstr(fault_text(), "secret"));
    fails(store_open("mysql://x", STORE_SHARED, &other), FAULT_USAGE, "postgresql://");
}

static void test_corrupt_file(void **state)
{
    (void)state;
    char path[128];
    struct store *store;
    snprintf(path, sizeof path, "%s/corrupt.db", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 9000; i++)
        fputc(i & 0xff, file);
    assert_int_equal(fclose(file), 0);
    fails(store_open(path, STORE_SHARED, &store), FAULT_DATA, "restore it from a backup");
    fails(store_open("/nowhere/x.db", STORE_SHARED, &store), FAULT_ABSENT, "/nowhere");
}

static int start(void **state)
{
    (void)state;
    has_server = test_postgres_start(&server);
    return mkdtemp(folder) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    char command[64];
    test_postgres_stop(&server);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

#define BOTH(name) cmocka_unit_test(name##_sqlite), cmocka_unit_test(name##_postgres)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_values),
        BOTH(test_dialect),
        BOTH(test_transactions),
        BOTH(test_bulk_and_streams),
        BOTH(test_two_writers),
        BOTH(test_locks),
        BOTH(test_migrations),
        BOTH(test_search),
        cmocka_unit_test(test_server_gone),
        cmocka_unit_test(test_corrupt_file),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
