/*
 * Killed at random moments under load, a hundred times on each store, over a real ledger; and the
 * server killed under a process that lives on. After each: nothing that was acknowledged is lost,
 * deeds and the rows they are about agree, deeds and leaves agree.
 *
 *   parent: fork -> child: row + deed, acknowledged -> shared memory       kill -9 at some moment
 *           open again, compare
 *
 * And the same over a file that is then cut anywhere behind what was synced, as a power cut would.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/file_sink.h"
#include "../../support/ledger_sink.h"
#include "../../support/postgres.h"

#include <sys/mman.h>
#include <time.h>

#define KILLS 100
#define CUTS  30

static struct test_postgres server;
static bool has_server;
static char folder[] = "/tmp/merlon-crash-XXXXXX";
static struct file_sink sink_file;
static struct ledger_sink sink_ledger;
static const struct journal_sink file_sink = {file_sink_append, file_sink_size, file_sink_read,
                                              &sink_file},
                                 ledger_sink = {ledger_sink_append, ledger_sink_size,
                                                ledger_sink_read, &sink_ledger},
                                 *sink;
static char where[256], sink_path[128]; /* a file, or the folder of a ledger */
static struct store *store;
static struct journal *journal;

/* Written by the child, read by the parent. */
static struct shared {
    volatile int64_t acknowledged; /* the last sequence */
    volatile long synced;          /* bytes of the sink */
} * shared;

static void ok(struct rc rc)
{
    if (failed(rc))
        fail_msg("%s", fault_text());
}

static const struct migration tables[] = {
    {1, "thing", "CREATE TABLE thing (id {int} PRIMARY KEY, name {text} NOT NULL){strict}"}};

static void open_all(struct journal_recovery *recovery)
{
    if (sink == &ledger_sink) {
        ok(ledger_sink_open(&sink_ledger, sink_path));
    } else {
        file_sink_open(&sink_file, sink_path);
        sink_file.synced = &shared->synced;
    }
    ok(store_open(where, STORE_SHARED, &store));
    ok(store_migrate(store, "thing", tables, COUNT_OF(tables)));
    ok(journal_open(store, sink, &journal, recovery));
}

static void close_all(void)
{
    journal_close(journal);
    store_close(store);
    if (sink == &ledger_sink)
        ledger_sink_close(&sink_ledger);
    else
        file_sink_close(&sink_file);
}

static struct rc ask(const char *sql, int64_t *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct datum row;
    bool any;
    TRY(store_one(store, sql, NULL, 0, arena, &row, 1, &any));
    *out = any ? row.integer : -1;
    return RC_OK;
}

static int64_t number(const char *sql)
{
    int64_t out;
    ok(ask(sql, &out));
    return out;
}

/* ---- the load ------------------------------------------------------------------------------- */

struct load {
    int count;    /* rows in one transaction */
    int64_t last; /* sequence of the last */
};

static struct rc add_things(struct store *unused, void *context)
{
    struct load *load = context;
    (void)unused;
    TRY(ask("SELECT coalesce(max(id), 0) FROM thing", &load->last));
    for (int i = 0; i < load->count; i++) {
        char name[32];
        snprintf(name, sizeof name, "thing %lld", (long long)++load->last);
        struct datum values[] = {datum_integer(load->last), datum_text(name)};
        struct journal_change change = {"name", NULL, name};
        struct deed deed = {.time = load->last,
                            .actor = "an",
                            .action = "add",
                            .kind = "thing",
                            .key = name,
                            .version = 1,
                            .changes = &change,
                            .change_count = 1};
        TRY(store_run(store, "INSERT INTO thing (id, name) VALUES (?1, ?2)", values, 2));
        TRY(journal_write(journal, &deed));
    }
    return RC_OK;
}

/* One row and now and then many, which wait for their last leaf only. */
static struct rc work_once(int round)
{
    struct load load = {.count = round % 7 == 3 ? 200 : 1};
    TRY(journal_transact(journal, add_things, &load));
    shared->acknowledged = load.last;
    return RC_OK;
}

__attribute__((noreturn)) static void child(void)
{
    open_all(NULL);
    for (int round = 0; round < 100000; round++)
        if (failed(work_once(round)))
            break;
    fprintf(stderr, "child: %s\n", fault_text());
    _exit(1);
}

/* ---- afterwards ------------------------------------------------------------------------------ */

static void note(void *context, const struct journal_finding *finding)
{
    (void)context;
    fail_msg("%s: %s", journal_finding_name(finding->kind), finding->what);
}

static void compare_all(void)
{
    struct journal_verdict verdict;
    ok(journal_verify(journal, sink, 8, note, NULL, &verdict));
    int64_t things = number("SELECT count(*) FROM thing");
    assert_int_equal(verdict.deeds, things);
    assert_int_equal(verdict.leaves, things);
    assert_int_equal(number("SELECT coalesce(max(id), 0) FROM thing"), things);
    if (things < shared->acknowledged)
        fail_msg("%lld were acknowledged, %lld are there", (long long)shared->acknowledged,
                 (long long)things);
    ok(store_check(store));
}

/* What the killed process had begun may still be ending in the server. */
static void wait_for_the_server(struct store *watch)
{
    for (int i = 0; watch && i < 1000; i++) {
        store = watch; /* which number() asks */
        if (number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'merlon' AND "
                   "pid <> pg_backend_pid()") == 0)
            break;
        usleep(1000);
    }
}

/* Behind what was synced, a power cut leaves anything. */
static void cut_the_sink(void)
{
    struct stat status;
    if (sink != &file_sink || stat(sink_path, &status) != 0 || status.st_size <= shared->synced)
        return;
    long kept = shared->synced + rand() % (status.st_size - shared->synced + 1);
    assert_int_equal(truncate(sink_path, kept), 0);
}

static void kill_many_times(int kills)
{
    uint64_t noted = 0, moved = 0;
    struct store *watch = NULL;
    if (where[0] != '/')
        ok(store_open(server.url, STORE_SHARED, &watch));
    for (int i = 0; i < kills; i++) {
        int64_t before = shared->acknowledged;
        pid_t pid = fork();
        if (pid == 0)
            child();
        /* Most get to work; some are killed while they open. */
        for (int ms = 0; i % 10 && ms < 2000 && shared->acknowledged == before; ms++)
            usleep(1000);
        usleep((useconds_t)(rand() % 20000));
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        wait_for_the_server(watch);
        cut_the_sink();
        struct journal_recovery recovery;
        open_all(&recovery);
        noted += recovery.noted;
        moved += recovery.moved;
        compare_all();
        close_all();
    }
    store_close(watch);
    print_message("%lld acknowledged, %llu leaves noted and %llu deeds moved afterwards\n",
                  (long long)shared->acknowledged, (unsigned long long)noted,
                  (unsigned long long)moved);
    assert_true(shared->acknowledged > kills / 2);
}

static void prepare(const char *place, const char *name, const struct journal_sink *over)
{
    memset(shared, 0, sizeof *shared);
    sink = over;
    snprintf(where, sizeof where, "%s", place);
    snprintf(sink_path, sizeof sink_path, "%s/%s", folder, name);
    if (sink == &ledger_sink)
        assert_int_equal(mkdir(sink_path, 0700), 0);
    open_all(NULL);
    close_all();
}

static void prepare_sqlite(const char *name, const struct journal_sink *over)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s.db", folder, name);
    prepare(path, name, over);
}

static void test_killed_sqlite(void **state)
{
    (void)state;
    prepare_sqlite("killed-sqlite", &ledger_sink);
    kill_many_times(KILLS);
}

static void test_killed_postgres(void **state)
{
    (void)state;
    if (!has_server)
        skip();
    prepare(test_postgres_database(&server), "killed-postgres", &ledger_sink);
    kill_many_times(KILLS);
}

static void test_cut_sqlite(void **state)
{
    (void)state;
    prepare_sqlite("cut-sqlite", &file_sink);
    kill_many_times(CUTS);
}

static void test_cut_postgres(void **state)
{
    (void)state;
    if (!has_server)
        skip();
    prepare(test_postgres_database(&server), "cut-postgres", &file_sink);
    kill_many_times(CUTS);
}

/* ---- the server killed ------------------------------------------------------------------------
 */

static void kill_the_server_soon(void)
{
    pid_t pid = fork();
    if (pid != 0)
        return;
    usleep((useconds_t)(rand() % 60000));
    kill(server.pid, SIGQUIT);
    _exit(0);
}

/* The process lives on: one clear failure, and the next try connects anew. */
static void test_server_killed(void **state)
{
    (void)state;
    if (!has_server)
        skip();
    prepare(test_postgres_database(&server), "server", &ledger_sink);
    open_all(NULL);
    for (int i = 0; i < 10; i++) {
        struct rc rc = RC_OK;
        srand((unsigned)i);
        kill_the_server_soon();
        for (int round = 0; !failed(rc); round++)
            rc = work_once(round);
        if (rc.kind != FAULT_LOST)
            fail_msg("kind %d: %s", rc.kind, fault_text());
        test_postgres_kill(&server);
        assert_true(test_postgres_again(&server));
        assert_int_equal(wait(NULL) > 0, 1);
        ok(work_once(0));
        compare_all();
    }
    close_all();
}

static int start(void **state)
{
    (void)state;
    srand((unsigned)time(NULL));
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    has_server = test_postgres_start(&server);
    return shared != MAP_FAILED && mkdtemp(folder) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    char command[64];
    test_postgres_stop(&server);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_sqlite), cmocka_unit_test(test_killed_postgres),
        cmocka_unit_test(test_cut_sqlite),    cmocka_unit_test(test_cut_postgres),
        cmocka_unit_test(test_server_killed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
