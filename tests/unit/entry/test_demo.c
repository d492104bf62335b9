/* The demonstration on both stores and in three languages: its counts, and the same each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/postgres.h"
#include "../../support/sink.h"
#include "register/demo/demo.h"
#include "register/rule/rule.h"

static struct test_postgres server;
static char folder[] = "/tmp/merlon-demo-XXXXXX";

static void ok(struct rc rc)
{
    if (failed(rc))
        fail_msg("%s", fault_text());
}

static struct rc add_up(void *context, const struct entry *entry)
{
    struct buf *out = context;
    struct arena *arena = arena_new();
    buf_printf(out, "%s=%s ", entry->key, entry_value(entry, "name"));
    arena_free(arena);
    return RC_OK;
}

/* Every grade and every scope stands there. */
static void verify_variety(struct reg *reg)
{
    static const char *const filters[] = {"grade=1",        "grade=2",       "grade=3",
                                          "grade=4",        "grade=5",       "scopes=cloud",
                                          "scopes=mobile",  "scopes=iot",    "scopes=ics",
                                          "scopes=bigdata", "secrecy=secret"};
    for (size_t i = 0; i < COUNT_OF(filters); i++) {
        struct entry_query query = {.filters = &filters[i], .filter_count = 1};
        int64_t count;
        ok(entry_count(reg, kind_find("system"), &query, &count));
        if (count == 0)
            fail_msg("no system with %s", filters[i]);
    }
}

static void make(const char *where, enum lang lang, struct buf *names)
{
    struct memory memory = {0};
    const struct journal_sink sink = {memory_append, memory_size, memory_read, &memory};
    struct store *store;
    struct journal *journal;
    struct reg *reg;
    struct demo_counts counts;
    struct entry_query all = {.limit = 0};
    struct arena *arena = arena_new();
    ok(store_open(where, STORE_SHARED, &store));
    ok(journal_open(store, &sink, &journal, NULL));
    ok(reg_open(store, journal, rule_guards, &reg));
    ok(demo_make(reg, lang, 1, NULL, NULL, &counts));
    assert_true(counts.units == 12 && counts.systems == 40 && counts.assets == 600 &&
                counts.persons == 60 && counts.products == 10 && counts.suppliers == 8 &&
                counts.agencies == 3 && counts.accesses == 24);
    assert_int_equal(demo_make(reg, lang, 1, NULL, NULL, &counts).kind, FAULT_USAGE);
    verify_variety(reg);
    ok(entry_list(reg, kind_find("asset"), &all, arena, add_up, names, NULL));
    arena_free(arena);
    reg_close(reg);
    journal_close(journal);
    store_close(store);
    memory_free(&memory);
}

static void test_demo(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        char path[64];
        struct buf one = {0}, two = {0};
        snprintf(path, sizeof path, "%s/%d.db", folder, lang);
        make(path, (enum lang)lang, &one);
        if (test_postgres_start(&server)) {
            make(server.url, (enum lang)lang, &two);
            assert_string_equal(one.ptr, two.ptr);
        }
        test_postgres_stop(&server);
        buf_free(&one);
        buf_free(&two);
    }
}

static int start(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_demo)};
    return cmocka_run_group_tests(tests, start, stop);
}
