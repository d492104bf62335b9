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

/* A statement that fails dooms its transaction on both engines, whatever the body makes of it. */
static struct rc pass_over(struct store *store, void *context)
{
    bool *refused = context;
    ok(store_run(store, "INSERT INTO thing (id, name) VALUES (1, 'x')", NULL, 0));
    assert_true(failed(store_run(store, "INSERT INTO thing (id) VALUES (1)", NULL, 0)));
    *refused = failed(store_run(store, "INSERT INTO thing (id) VALUES (2)", NULL, 0));
    return RC_OK;
}

ON_BOTH(test_doomed)
{
    struct store *store = opened(place(engine));
    bool refused = false;
    make(store);
    fails(store_transact(store, pass_over, &refused), FAULT_IO, "nothing of this is kept");
    assert_true(refused);
    assert_int_equal(number(store, "SELECT count(*) FROM thing"), 0);
    ok(store_run(store, "INSERT INTO thing (id) VALUES (1)", NULL, 0));
    store_close(store);
}

struct moment {
    struct store *other;
    int64_t before, after;
    bool refused;
};

static struct rc look_twice(struct store *store, void *context)
{
    struct moment *moment = context;
    moment->before = number(store, "SELECT count(*) FROM thing");
    ok(store_run(moment->other, "INSERT INTO thing (id) VALUES (77)", NULL, 0));
    moment->after = number(store, "SELECT count(*) FROM thing");
    moment->refused = failed(store_run(store, "INSERT INTO thing (id) VALUES (78)", NULL, 0));
    return RC_OK;
}

/* All queries see one moment; others write meanwhile, these do not. */
ON_BOTH(test_read)
{
    char where[256];
    snprintf(where, sizeof where, "%s", place(engine));
    struct store *store = opened(where);
    struct moment moment = {.other = opened(where), .before = -1};
    make(store);
    assert_true(failed(store_read(store, look_twice, &moment)));
    assert_true(moment.before == 0 && moment.after == 0 && moment.refused);
    assert_int_equal(number(store, "SELECT count(*) FROM thing"), 1);
    store_close(moment.other);
    store_close(store);
}

/* What one engine would take and the other would not is refused by both. */
ON_BOTH(test_texts)
{
    struct store *store = opened(place(engine));
    static const char *const wrong[] = {"a\xff", "\xc0\x80", "\xed\xa0\x80", "12345678\xe4\xba"};
    struct arena *arena = arena_new();
    struct datum row;
    bool any;
    make(store);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct datum value = datum_text(wrong[i]);
        fails(store_run(store, "INSERT INTO thing (name) VALUES (?1)", &value, 1), FAULT_DATA,
              "not UTF-8");
    }
    struct datum nul = datum_view((struct view){"a\0b", 3});
    fails(store_run(store, "INSERT INTO thing (name) VALUES (?1)", &nul, 1), FAULT_DATA, "NUL");
    fails(store_one(store, "SELECT 1.5", NULL, 0, arena, &row, 1, &any), FAULT_DATA, "no integer");
    ok(store_check(store));
    arena_free(arena);
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

/* Eight processes find an empty database at the same moment. */
ON_BOTH(test_migrated_by_many)
{
    static const struct migration list[] = {
        {1, "first", "CREATE TABLE a (id {int} PRIMARY KEY, words {text}){strict}"},
        {2, "second", "CREATE TABLE b (id {int} PRIMARY KEY){strict};\nINSERT INTO b VALUES (1)"}};
    char where[256];
    int status, wrong = 0;
    snprintf(where, sizeof where, "%s", place(engine));
    for (int i = 0; i < 8; i++)
        if (fork() == 0) {
            struct store *store = NULL;
            bool bad = failed(store_open(where, STORE_SHARED, &store)) ||
                       failed(store_migrate(store, "part", list, 2)) ||
                       failed(store_search_declare(store, "a"));
            if (bad)
                fprintf(stderr, "%s\n", fault_text());
            _exit(bad);
        }
    for (int i = 0; i < 8; i++) {
        assert_true(wait(&status) > 0);
        wrong += status != 0;
    }
    assert_int_equal(wrong, 0);
    struct store *store = opened(where);
    assert_int_equal(number(store, "SELECT count(*) FROM b"), 1);
    store_close(store);
}

/* A new file that many open at once: each makes it a write-ahead one, none is turned away. */
static void test_new_file_opened_at_once(void **state)
{
    (void)state;
    int status, wrong = 0;
    for (int round = 0; round < 60; round++) {
        char where[256], byte;
        int gate[2];
        snprintf(where, sizeof where, "%s", place(STORE_SQLITE));
        assert_int_equal(pipe(gate), 0);
        for (int i = 0; i < 8; i++)
            if (fork() == 0) {
                struct store *store = NULL;
                close(gate[1]);
                bool opened_gate = read(gate[0], &byte, 1) == 0; /* all start when it closes */
                _exit(!opened_gate || failed(store_open(where, STORE_SHARED, &store)));
            }
        close(gate[0]);
        close(gate[1]);
        for (int i = 0; i < 8; i++) {
            assert_true(wait(&status) > 0);
            wrong += status != 0;
        }
    }
    assert_int_equal(wrong, 0);
}

/* Up to date: looking at the schema waits for no writer. */
static struct rc migrate_meanwhile(struct store *store, void *context)
{
    static const struct migration list[] = {{1, "first", "CREATE TABLE thing (id {int})"}};
    ok(store_run(store, "INSERT INTO thing VALUES (1)", NULL, 0));
    return store_migrate(context, "part", list, 1);
}

ON_BOTH(test_migration_reads_only)
{
    static const struct migration list[] = {{1, "first", "CREATE TABLE thing (id {int})"}};
    char where[256];
    snprintf(where, sizeof where, "%s", place(engine));
    struct store *store = opened(where), *other = opened(where);
    ok(store_migrate(store, "part", list, 1));
    ok(store_transact(store, migrate_meanwhile, other));
    store_close(other);
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
    assert_int_equal(found(store, "!"), 0);
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

/* A connection that broke while nobody used it is no failure of what comes next. */
static void test_server_restarted(void **state)
{
    (void)state;
    if (!has_server)
        skip();
    struct store *store = opened(test_postgres_database(&server));
    make(store);
    for (int i = 0; i < 2; i++) {
        test_postgres_kill(&server);
        assert_true(test_postgres_again(&server));
        if (i == 0)
            ok(store_transact(store, insert_two, (void *)(uintptr_t) "y"));
        assert_int_equal(number(store, "SELECT count(*) FROM thing"), 2);
    }
    store_close(store);
}

/* Nothing that could be a password is shown, whatever the URL looks like. */
static void test_places(void **state)
{
    static const struct {
        const char *where, *shown, *kind;
    } cases[] = {
        {"/var/lib/merlon/store.db", "/var/lib/merlon/store.db", NULL},
        {"postgresql://merlon@db.gz.cn/merlon?passfile=/etc/m",
         "postgresql://merlon@db.gz.cn/merlon", NULL},
        {"postgresql://m:hunter2@db/x", "postgresql://m@db/x", ".pgpass"},
        {"postgres://m@db/x?password=hunter2", "postgresql://m@db/x", ".pgpass"},
        {"postgresql://m@db/x?sslpassword=hunter2", "postgresql://m@db/x", ".pgpass"},
        {"postgresql://m:hunter2@[::1/x", "postgresql://...", "cannot be read"},
        {"postgresql://m:%zzhunter2@db/x", "postgresql://...", "cannot be read"},
        {"postgresql://db/x?hunter2", "postgresql://...", "cannot be read"},
        {"mysql://m:hunter2@db/x", "mysql://...", "a store is a file or"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf shown = {0};
        struct store *store;
        store_add_place(&shown, cases[i].where);
        assert_string_equal(shown.ptr, cases[i].shown);
        buf_free(&shown);
        if (!cases[i].kind)
            continue;
        fails(store_open(cases[i].where, STORE_SHARED, &store), FAULT_USAGE, cases[i].kind);
        if (strstr(cases[i].where, "hunter2@") || strstr(cases[i].where, "=hunter2"))
            assert_null(strstr(fault_text(), "hunter2"));
    }
}

/* The password comes from a file that the URL names. */
static void test_passfile(void **state)
{
    char path[128], where[512], command[512];
    struct store *store;
    (void)state;
    if (!has_server)
        skip();
    snprintf(
        command, sizeof command,
        "psql -q -h %s -U merlon -d postgres -c \"CREATE ROLE keyed LOGIN PASSWORD 'hunter2'\" && "
        "sed -i '1i local all keyed scram-sha-256' %s/data/pg_hba.conf && "
        "psql -q -h %s -U merlon -d postgres -c 'SELECT pg_reload_conf()' >/dev/null",
        server.folder, server.folder, server.folder);
    assert_int_equal(system(command), 0);
    snprintf(path, sizeof path, "%s/pass", folder);
    snprintf(where, sizeof where, "postgresql://keyed@/postgres?host=%s&passfile=%s", server.folder,
             path);
    struct rc rc = RC_OK;
    for (int i = 0; i < 100 && !failed(rc); i++) { /* until the server has read its file again */
        rc = store_open(where, STORE_SHARED, &store);
        if (!failed(rc))
            store_close(store);
        usleep(20000);
    }
    fails(rc, FAULT_LOST, "no password supplied");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("*:*:*:keyed:hunter2\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0600), 0);
    store_close(opened(where));
}

static void test_other_encoding(void **state)
{
    char command[300], where[256];
    struct store *store;
    (void)state;
    if (!has_server)
        skip();
    snprintf(command, sizeof command,
             "psql -q -h %s -U merlon -d postgres -c \"CREATE DATABASE latin ENCODING 'SQL_ASCII' "
             "LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0\"",
             server.folder);
    assert_int_equal(system(command), 0);
    snprintf(where, sizeof where, "postgresql://merlon@/latin?host=%s", server.folder);
    fails(store_open(where, STORE_SHARED, &store), FAULT_USAGE, "encoding is SQL_ASCII");
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
        BOTH(test_doomed),
        BOTH(test_read),
        BOTH(test_texts),
        BOTH(test_two_writers),
        BOTH(test_locks),
        BOTH(test_migrations),
        BOTH(test_migrated_by_many),
        cmocka_unit_test(test_new_file_opened_at_once),
        BOTH(test_migration_reads_only),
        BOTH(test_search),
        cmocka_unit_test(test_server_gone),
        cmocka_unit_test(test_server_restarted),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_passfile),
        cmocka_unit_test(test_other_encoding),
        cmocka_unit_test(test_corrupt_file),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
