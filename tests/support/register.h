/*
 * register: what tests of the register stand on: each test runs on SQLite and on PostgreSQL, with a
 * register of its own whose ledger is in memory.
 *
 *   ON_BOTH(test_x) { ... store, journal, reg and arena are open ... }
 *   int main(void) { ... BOTH(test_x) ... register_start, register_stop }
 *
 * Include it behind cmocka.h. Without a PostgreSQL that half of a test is skipped.
 */
#ifndef MERLON_TEST_REGISTER_H
#define MERLON_TEST_REGISTER_H

#include "postgres.h"
#include "register/rule/rule.h"
#include "sink.h"

static struct test_postgres server;
static bool has_server;
static char folder[] = "/tmp/merlon-register-XXXXXX", where[256];

static struct memory memory;
static const struct journal_sink sink = {memory_append, memory_size, memory_read, &memory};
static struct store *store;
static struct journal *journal;
static struct reg *reg;
static struct arena *arena;

__attribute__((unused)) static void ok(struct rc rc)
{
    if (failed(rc))
        fail_msg("%s", fault_text());
}

__attribute__((unused)) static void fails(struct rc rc, enum fault_kind kind, const char *part)
{
    if (rc.kind != kind || !strstr(fault_text(), part))
        fail_msg("kind %d, '%s' instead of kind %d, '%s'", rc.kind, fault_text(), kind, part);
}

/* An empty register of its own. */
static void register_begin(enum store_engine engine)
{
    static int files;
    memory_free(&memory);
    if (engine == STORE_POSTGRES)
        snprintf(where, sizeof where, "%s", test_postgres_database(&server));
    else
        snprintf(where, sizeof where, "%s/%d.db", folder, ++files);
    ok(store_open(where, STORE_SHARED, &store));
    ok(journal_open(store, &sink, &journal, NULL));
    ok(reg_open(store, journal, rule_guards, &reg));
    arena = arena_new();
}

static void register_end(void)
{
    arena_free(arena);
    reg_close(reg);
    journal_close(journal);
    store_close(store);
}

#define ON_BOTH(name)                                                                              \
    static void name(void);                                                                        \
    static void name##_sqlite(void **state)                                                        \
    {                                                                                              \
        (void)state;                                                                               \
        register_begin(STORE_SQLITE);                                                              \
        name();                                                                                    \
        register_end();                                                                            \
    }                                                                                              \
    static void name##_postgres(void **state)                                                      \
    {                                                                                              \
        (void)state;                                                                               \
        if (!has_server)                                                                           \
            skip();                                                                                \
        register_begin(STORE_POSTGRES);                                                            \
        name();                                                                                    \
        register_end();                                                                            \
    }                                                                                              \
    static void name(void)

#define BOTH(name) cmocka_unit_test(name##_sqlite), cmocka_unit_test(name##_postgres)

/* "name=Port|unit=u1" -> changes; values hold no '|'. */
__attribute__((unused)) static size_t changes_of(const char *text, struct change *out)
{
    struct view rest = view_of(text), piece;
    size_t count = 0;
    while (text[0] && view_cut(&rest, '|', &piece)) {
        struct view value = piece, name;
        view_cut(&value, '=', &name);
        out[count++] = (struct change){view_text(arena, name), value};
    }
    return count;
}

__attribute__((unused)) static struct rc add(const char *kind, const char *key, const char *text)
{
    struct change changes[FIELDS_MAX];
    return entry_add(reg, kind_find(kind), key, changes, changes_of(text, changes));
}

__attribute__((unused)) static struct rc set(const char *kind, const char *key, int64_t version,
                                             const char *text)
{
    struct change changes[FIELDS_MAX];
    return entry_set(reg, kind_find(kind), key, version, changes, changes_of(text, changes));
}

static int register_start(void **state)
{
    (void)state;
    has_server = test_postgres_start(&server);
    return mkdtemp(folder) ? 0 : -1;
}

static int register_stop(void **state)
{
    (void)state;
    char command[64];
    memory_free(&memory);
    test_postgres_stop(&server);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

#endif
