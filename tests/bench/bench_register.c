/*
 * bench_register [SCALE]: the register with 600 x SCALE assets (167: 100,200), on SQLite and on a
 * PostgreSQL started for it: the import of the assets, and pages of 50 as a person asks for them.
 * Prints "ENGINE WHAT MILLISECONDS"; a page is the median of 15.
 *
 * The ledger is left out (a sink in memory): bench_ledger measures that.
 */
#include "../support/postgres.h"
#include "../support/sink.h"
#include "foundation/sys/sys.h"
#include "register/demo/demo.h"
#include "register/rule/rule.h"

#define RUNS 15

static void ok(struct rc rc)
{
    if (!failed(rc))
        return;
    fprintf(stderr, "bench_register: %s\n", fault_text());
    exit(1);
}

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct progress {
    int64_t first, last; /* when the first and the last thousand assets came in */
    size_t before;
};

static struct rc take(void *context, const struct entry *entry)
{
    (void)entry;
    ++*(size_t *)context;
    return RC_OK;
}

static void page(struct reg *reg, const char *engine, const char *what,
                 const struct entry_query *query)
{
    double times[RUNS];
    size_t rows = 0;
    const char *next;
    for (int i = 0; i < RUNS; i++) {
        struct arena *arena = arena_new();
        int64_t start = sys_now();
        rows = 0;
        ok(entry_list(reg, kind_find("asset"), query, arena, take, &rows, &next));
        times[i] = (double)(sys_now() - start) / 1000;
        arena_free(arena);
    }
    qsort(times, RUNS, sizeof *times, by_time);
    printf("%-9s %-44s %9.2f ms  (%zu rows)\n", engine, what, times[RUNS / 2], rows);
}

static void count_all(struct reg *reg, const char *engine, const char *filter)
{
    double times[RUNS];
    int64_t count = 0;
    struct entry_query query = {.filters = &filter, .filter_count = 1};
    for (int i = 0; i < RUNS; i++) {
        int64_t start = sys_now();
        ok(entry_count(reg, kind_find("asset"), &query, &count));
        times[i] = (double)(sys_now() - start) / 1000;
    }
    qsort(times, RUNS, sizeof *times, by_time);
    printf("%-9s count %-38s %9.2f ms  (%lld)\n", engine, filter, times[RUNS / 2],
           (long long)count);
}

static void pages(struct reg *reg, const char *engine)
{
    static const char *const one[] = {"class=dbms"},
                             *const several[] = {"class=host_os", "grade>=3", "zone=dmz"},
                             *const text[] = {"name~42"}, *const list[] = {"addresses=10.0.1.7"};
    static const char *const sorts[] = {"name",           "grade", "-grade", "-open_failures",
                                        "-last_evidence", "unit",  "-unit",  "-name"};
    struct entry_query query = {.limit = 50};
    page(reg, engine, "list", &query);
    query.filters = one;
    query.filter_count = 1;
    page(reg, engine, "filter class=dbms", &query);
    query.filters = several;
    query.filter_count = 3;
    page(reg, engine, "filter class, grade, zone", &query);
    query.sort = "-grade";
    page(reg, engine, "the same, sorted by grade, downwards", &query);
    query.sort = NULL;
    query.filters = text;
    query.filter_count = 1;
    page(reg, engine, "filter name~42", &query);
    query.filters = list;
    page(reg, engine, "filter addresses=10.0.1.7", &query);
    query.filter_count = 0;
    query.search = "toll 4242";
    page(reg, engine, "search \"toll 4242\"", &query);
    query.search = "server";
    page(reg, engine, "search \"server\" (a third of all)", &query);
    query.search = NULL;
    for (size_t i = 0; i < COUNT_OF(sorts); i++) {
        char what[64];
        query.sort = sorts[i];
        snprintf(what, sizeof what, "sort %s", sorts[i]);
        page(reg, engine, what, &query);
    }
    struct arena *arena = arena_new();
    struct entry_query far = {.limit = 90000};
    size_t rows = 0;
    const char *next;
    ok(entry_list(reg, kind_find("asset"), &far, arena, take, &rows, &next));
    query.sort = NULL;
    query.after = next;
    page(reg, engine, "the page behind 90,000 others", &query);
    arena_free(arena);
    count_all(reg, engine, "class=dbms");
    count_all(reg, engine, "retired=no");
}

static void note_time(void *context, size_t entries)
{
    struct progress *progress = context;
    (void)entries;
    progress->last = sys_now();
}

static void bench(const char *engine, const char *where, size_t scale)
{
    struct memory memory = {0};
    const struct journal_sink sink = {memory_append, memory_size, memory_read, &memory};
    struct progress progress = {0};
    struct store *store;
    struct journal *journal;
    struct reg *reg;
    struct demo_counts counts;
    ok(store_open(where, STORE_SHARED, &store));
    ok(journal_open(store, &sink, &journal, NULL));
    ok(reg_open(store, journal, rule_guards, &reg));
    progress.first = sys_now();
    ok(demo_make(reg, LANG_EN, scale, note_time, &progress, &counts));
    double all = (double)(sys_now() - progress.first) / 1e6;
    printf("%-9s %-44s %9.2f s   (%zu assets, %zu systems and the rest)\n", engine,
           "import, with journal", all, counts.assets, counts.systems);
    if (store_engine(store) == STORE_POSTGRES)
        ok(store_script(store, "ANALYZE"));
    pages(reg, engine);
    reg_close(reg);
    journal_close(journal);
    store_close(store);
    memory_free(&memory);
}

int main(int argc, char **argv)
{
    static struct test_postgres server;
    char folder[] = "/tmp/merlon-bench-XXXXXX", path[64], command[96];
    size_t scale = argc > 1 ? (size_t)atoi(argv[1]) : 167;
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/m.db", folder);
    bench("sqlite", path, scale);
    snprintf(command, sizeof command, "du -h %s | tail -1 | cut -f1", folder);
    printf("sqlite    size on disk: ");
    fflush(stdout);
    if (system(command) != 0)
        return 1;
    if (test_postgres_start(&server)) {
        bench("postgres", server.url, scale);
        printf("postgres  size on disk: ");
        fflush(stdout);
        snprintf(command, sizeof command, "du -h %s/data/base | tail -1 | cut -f1", server.folder);
        if (system(command) != 0)
            return 1;
    }
    test_postgres_stop(&server);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}
