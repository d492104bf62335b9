/*
 * bench_ledger: what the ledger costs, beside SQLite on the same disk and in the same run.
 *
 *   bench_ledger append DIR THREADS SECONDS   durable appends/s: ours, SQLite's (WAL,
 * synchronous=FULL) bench_ledger sm3                          leaves/s (200 bytes): many at once,
 * one by one, EVP bench_ledger build DIR RECORDS            a ledger of so many, without syncing,
 * sealed each 10,000 bench_ledger verify DIR                   seconds, and the peak of resident
 * memory in KiB
 *
 * SQLite is given its better way: each thread a connection of its own, or all sharing one.
 */
#include "foundation/sys/sys.h"
#include "record/ledger/ledger.h"

#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define LEAF        200 /* bytes: about what the journal puts into a leaf */
#define THREADS_MAX 256

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(struct rc rc)
{
    if (failed(rc)) {
        fprintf(stderr, "bench_ledger: %s\n", fault_text());
        exit(1);
    }
}

static void check_sql(int code, sqlite3 *db)
{
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
        fprintf(stderr, "bench_ledger: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
}

static double deadline;
static struct ledger *ledger;
static char database[512];
static sqlite3 *shared; /* NULL: each thread its own connection */
static pthread_mutex_t shared_mutex = PTHREAD_MUTEX_INITIALIZER;

static void *append_ours(void *count)
{
    char leaf[LEAF];
    uint64_t index;
    memset(leaf, 'x', sizeof leaf);
    for (; now() < deadline; ++*(long *)count)
        check(ledger_append(ledger, (struct view){leaf, sizeof leaf}, &index));
    return NULL;
}

static sqlite3 *database_open(void)
{
    sqlite3 *db = NULL;
    check_sql(sqlite3_open(database, &db), db);
    sqlite3_busy_timeout(db, 60000);
    check_sql(sqlite3_exec(db,
                           "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                           "CREATE TABLE IF NOT EXISTS leaf (id INTEGER PRIMARY KEY, bytes BLOB)",
                           NULL, NULL, NULL),
              db);
    return db;
}

static void *append_sqlite(void *count)
{
    char leaf[LEAF];
    sqlite3 *db = shared ? shared : database_open();
    sqlite3_stmt *insert = NULL;
    memset(leaf, 'x', sizeof leaf);
    check_sql(sqlite3_prepare_v2(db, "INSERT INTO leaf (bytes) VALUES (?)", -1, &insert, NULL), db);
    for (; now() < deadline; ++*(long *)count) {
        if (shared)
            pthread_mutex_lock(&shared_mutex);
        sqlite3_bind_blob(insert, 1, leaf, sizeof leaf, SQLITE_STATIC);
        check_sql(sqlite3_step(insert), db);
        sqlite3_reset(insert);
        if (shared)
            pthread_mutex_unlock(&shared_mutex);
    }
    sqlite3_finalize(insert);
    if (!shared)
        sqlite3_close(db);
    return NULL;
}

static double rate_of(void *(*work)(void *), int threads, double seconds)
{
    static pthread_t ids[THREADS_MAX];
    static long counts[THREADS_MAX];
    long all = 0;
    double start = now();
    deadline = start + seconds;
    memset(counts, 0, sizeof counts);
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&ids[i], NULL, work, &counts[i]) != 0)
            exit(1);
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        all += counts[i];
    }
    return (double)all / (now() - start);
}

static struct ledger_options options_of(const char *dir)
{
    static char folder[512], keys[512], cache[512];
    snprintf(folder, sizeof folder, "%s/ledger", dir);
    snprintf(keys, sizeof keys, "%s/keys", dir);
    snprintf(cache, sizeof cache, "%s/cache", dir);
    return (struct ledger_options){.place = {folder, keys, cache}};
}

static void append(const char *dir, int threads, double seconds)
{
    char fingerprint[SM3_HEX];
    struct ledger_options options = options_of(dir);
    check(ledger_create(&options.place, sys_now(), fingerprint));
    check(ledger_open(&options, &ledger, NULL));
    double ours = rate_of(append_ours, threads, seconds);
    check(ledger_close(ledger, sys_now()));
    snprintf(database, sizeof database, "%s/own.db", dir);
    sqlite3_close(database_open());
    double own = rate_of(append_sqlite, threads, seconds);
    snprintf(database, sizeof database, "%s/shared.db", dir);
    shared = database_open();
    double one = rate_of(append_sqlite, threads, seconds);
    sqlite3_close(shared);
    printf("%.0f %.0f\n", ours, own > one ? own : one);
}

#define HASHED 4096

static void hash(void)
{
    static char bytes[HASHED][LEAF + 1];
    static struct view messages[HASHED];
    static uint8_t out[HASHED][SM3_SIZE];
    double rates[3] = {0};
    for (size_t i = 0; i < HASHED; i++)
        messages[i] = (struct view){bytes[i], sizeof bytes[i]};
    for (int way = 0; way < 3; way++) {
        double start = now();
        long rounds = 0;
        for (; now() - start < 1; rounds++) {
            if (way == 0)
                check(sm3_digests(messages, HASHED, out));
            for (size_t i = 0; way == 1 && i < HASHED; i++)
                check(sm3_digest(messages[i], out[i]));
            for (size_t i = 0; way == 2 && i < HASHED; i++)
                EVP_Digest(messages[i].ptr, messages[i].len, out[i], NULL, EVP_sm3(), NULL);
        }
        rates[way] = (double)(rounds * HASHED) / (now() - start);
    }
    printf("%.0f %.0f %.0f\n", rates[0], rates[1], rates[2]);
}

static int skip(void *context, enum ledger_step step)
{
    (void)context;
    return step == LEDGER_SYNC || step == LEDGER_SYNC_FOLDER || step == LEDGER_SEAL_SYNC
               ? LEDGER_SKIP
               : 0;
}

static void build(const char *dir, long records)
{
    static struct view leaves[1000];
    static char texts[1000][LEAF];
    char fingerprint[SM3_HEX];
    struct ledger_options options = options_of(dir);
    int64_t time = sys_now();
    options.disk = skip;
    check(ledger_create(&options.place, time, fingerprint));
    check(ledger_open(&options, &ledger, NULL));
    for (long i = 0; i < records;) {
        uint64_t first;
        size_t here = 0;
        for (; here < COUNT_OF(leaves) && i < records; here++, i++) {
            memset(texts[here], 'x', LEAF);
            snprintf(texts[here], LEAF, "record %ld", i);
            leaves[here] = (struct view){texts[here], LEAF};
        }
        check(ledger_append_many(ledger, leaves, here, &first));
        if (i % 10000 == 0)
            check(ledger_checkpoint(ledger, time += 1000000, 60, NULL));
    }
    check(ledger_close(ledger, time));
}

static void verify(const char *dir)
{
    struct ledger_options options = options_of(dir);
    struct ledger_verify_options asked = {0};
    struct ledger_report *report = NULL;
    struct rusage usage;
    double start = now();
    check(ledger_verify(&options.place, &asked, &report));
    double took = now() - start;
    getrusage(RUSAGE_SELF, &usage);
    if (report->finding_total)
        exit(1);
    printf("%.2f %ld %llu\n", took, usage.ru_maxrss, (unsigned long long)report->size);
    mem_free(report);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    int threads = argc > 4 ? atoi(argv[3]) : 0;
    if (strcmp(what, "append") == 0 && threads > 0 && threads <= THREADS_MAX)
        append(argv[2], threads, atof(argv[4]));
    else if (strcmp(what, "sm3") == 0)
        hash();
    else if (strcmp(what, "build") == 0 && argc > 3)
        build(argv[2], atol(argv[3]));
    else if (strcmp(what, "verify") == 0 && argc > 2)
        verify(argv[2]);
    else
        return fprintf(stderr, "usage: see bench_ledger.c\n"), 2;
    return 0;
}
