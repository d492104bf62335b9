/*
 * Files that were damaged, disks that are full, databases that were set back: each is named, or
 * nothing happened; never does a journal go on upon less than was acknowledged and say nothing.
 *
 *   torn      the database or its log (-wal) cut anywhere, as after a power cut on a lying disk
 *   flipped   one byte changed anywhere in the database
 *   restored  yesterday's copy put in place of today's database
 *   full      the disk refuses after any number of bytes
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/postgres.h"
#include "../../support/sink.h"

#include <errno.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <time.h>

static char folder[] = "/tmp/merlon-damage-XXXXXX";
static struct memory memory;
static const struct journal_sink sink = {memory_append, memory_size, memory_read, &memory};
static struct store *store;
static struct journal *journal;

static void ok(struct rc rc)
{
    if (failed(rc))
        fail_msg("%s", fault_text());
}

static struct rc open_all(const char *where)
{
    store = NULL;
    journal = NULL;
    TRY(store_open(where, STORE_SHARED, &store));
    return journal_open(store, &sink, &journal, NULL);
}

static void close_all(void)
{
    journal_close(journal);
    store_close(store);
    journal = NULL;
    store = NULL;
}

static struct rc write_deeds(struct store *unused, void *context)
{
    const int *count = context;
    (void)unused;
    for (int i = 0; i < *count; i++) {
        struct journal_change change = {"name", "before", "a value of some length, to fill pages"};
        struct deed deed = {.time = 1000,
                            .actor = "an",
                            .action = "set",
                            .kind = "unit",
                            .key = "k",
                            .version = 1,
                            .changes = &change,
                            .change_count = 1};
        TRY(journal_write(journal, &deed));
    }
    return RC_OK;
}

static struct rc do_deeds(int count)
{
    return journal_transact(journal, write_deeds, &count);
}

PRINTF(1, 2) static void shell(const char *format, ...)
{
    char command[512];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    assert_int_equal(system(command), 0);
}

static void count_finding(void *context, const struct journal_finding *finding)
{
    (void)finding;
    ++*(int *)context;
}

/* 0: all is there and nobody complains; 1: named; never less without a word. */
static int judge(const char *where, int64_t acknowledged)
{
    struct journal_verdict verdict = {0};
    int findings = 0;
    struct rc rc = open_all(where);
    if (!failed(rc))
        rc = store_check(store);
    if (!failed(rc))
        rc = journal_verify(journal, &sink, 8, count_finding, &findings, &verdict);
    close_all();
    if (failed(rc)) {
        if (rc.kind != FAULT_DATA && rc.kind != FAULT_CONFLICT)
            fail_msg("kind %d: %s", rc.kind, fault_text());
        return 1;
    }
    if (!findings && verdict.deeds != acknowledged)
        fail_msg("%lld of %lld deeds, and nothing was said", (long long)verdict.deeds,
                 (long long)acknowledged);
    return findings > 0;
}

/* A database in use, copied with its log: what a crash leaves behind. */
static void make_copy(char copy[128])
{
    char path[128];
    memory_free(&memory);
    snprintf(path, sizeof path, "%s/whole.db", folder);
    snprintf(copy, 128, "%s/copy.db", folder);
    shell("rm -f %s*", path);
    ok(open_all(path));
    ok(do_deeds(300));
    ok(store_script(store, "PRAGMA wal_checkpoint(TRUNCATE)"));
    for (int i = 0; i < 20; i++)
        ok(do_deeds(3));
    shell("for e in '' -wal; do cp %s$e %s$e.kept; done", path, copy);
    close_all();
}

static void restore(const char *copy)
{
    shell("rm -f %s-shm; for e in '' -wal; do cp %s$e.kept %s$e || exit 1; done", copy, copy, copy);
}

static void test_torn(void **state)
{
    char copy[128], file[140];
    int named = 0;
    (void)state;
    make_copy(copy);
    restore(copy);
    assert_int_equal(judge(copy, 360), 0);
    for (int i = 0; i < 60; i++) {
        struct stat status;
        uint64_t leaves = memory.count;
        restore(copy);
        snprintf(file, sizeof file, "%s%s", copy, i % 2 ? "-wal" : "");
        assert_int_equal(stat(file, &status), 0);
        assert_int_equal(truncate(file, rand() % status.st_size), 0);
        named += judge(copy, 360);
        memory_cut(&memory, leaves);
    }
    print_message("60 torn files: %d named, %d of no consequence\n", named, 60 - named);
    assert_true(named > 30);
}

static void flip(const char *file, long at)
{
    FILE *stream = fopen(file, "r+");
    assert_non_null(stream);
    fseek(stream, at, SEEK_SET);
    int byte = fgetc(stream);
    fseek(stream, at, SEEK_SET);
    fputc(byte ^ (1 << rand() % 8), stream);
    assert_int_equal(fclose(stream), 0);
}

/* A flip that nobody names must have changed nothing that is read. */
static void test_flipped(void **state)
{
    char copy[128];
    int named = 0;
    (void)state;
    make_copy(copy);
    for (int i = 0; i < 150; i++) {
        struct stat status;
        uint64_t leaves = memory.count;
        restore(copy);
        assert_int_equal(stat(copy, &status), 0);
        flip(copy, rand() % status.st_size);
        named += judge(copy, 360);
        memory_cut(&memory, leaves);
    }
    print_message("150 flipped bytes: %d named, %d of no consequence\n", named, 150 - named);
    assert_true(named > 50);
}

/* ---- restored ------------------------------------------------------------------------------- */

static void refuse_yesterday(const char *where)
{
    struct rc rc = open_all(where);
    assert_int_equal(rc.kind, FAULT_CONFLICT);
    assert_non_null(strstr(fault_text(), "has 4 deeds of this store that the store does not have"));
    ok(journal_open(store, NULL, &journal, NULL));
    struct journal_verdict verdict;
    int findings = 0;
    ok(journal_verify(journal, &sink, 8, count_finding, &findings, &verdict));
    assert_int_equal(verdict.counts[JOURNAL_DEED_MISSING], 4);
    assert_int_equal(findings, 4);
    close_all();
}

static void test_restored_sqlite(void **state)
{
    char path[128], kept[140];
    (void)state;
    memory_free(&memory);
    snprintf(path, sizeof path, "%s/today.db", folder);
    snprintf(kept, sizeof kept, "%s/yesterday.db", folder);
    ok(open_all(path));
    ok(do_deeds(5));
    close_all();
    shell("cp %s %s", path, kept);
    ok(open_all(path));
    ok(do_deeds(4));
    close_all();
    shell("cp %s %s", kept, path);
    refuse_yesterday(path);
}

static void test_restored_postgres(void **state)
{
    struct test_postgres server;
    char where[256], kept[256];
    (void)state;
    memory_free(&memory);
    if (!test_postgres_start(&server))
        skip();
    snprintf(where, sizeof where, "postgresql://merlon@/today?host=%s", server.folder);
    snprintf(kept, sizeof kept, "postgresql://merlon@/yesterday?host=%s", server.folder);
    shell("psql -q '%s' -c 'CREATE DATABASE today'", server.url);
    ok(open_all(where));
    ok(do_deeds(5));
    close_all();
    shell("psql -q '%s' -c 'CREATE DATABASE yesterday TEMPLATE today'", server.url);
    ok(open_all(where));
    ok(do_deeds(4));
    close_all();
    refuse_yesterday(kept);
    ok(open_all(where));
    close_all();
    test_postgres_stop(&server);
}

/* ---- full ----------------------------------------------------------------------------------- */

static long room = -1; /* bytes that the disk still takes; -1: as many as it likes */

/* In SQLite's place of pwrite64: the last write before the disk is full is a short one. */
static ssize_t scarce_pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    if (room < 0)
        return pwrite(fd, bytes, length, offset);
    if (room == 0) {
        errno = ENOSPC;
        return -1;
    }
    size_t taken = length < (size_t)room ? length : (size_t)room;
    room -= (long)taken;
    return pwrite(fd, bytes, taken, offset);
}

static void make_scarce(bool on)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    static const char *const names[] = {"pwrite", "pwrite64"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        vfs->xSetSystemCall(vfs, names[i], on ? (sqlite3_syscall_ptr)scarce_pwrite : NULL);
}

/* After any number of bytes: one clear failure, nothing of it kept, nothing before it lost, and
 * with room again it goes on. */
static void test_full_sqlite(void **state)
{
    char path[128];
    int64_t acknowledged = 0;
    int refused = 0;
    (void)state;
    memory_free(&memory);
    snprintf(path, sizeof path, "%s/full.db", folder);
    make_scarce(true);
    ok(open_all(path));
    for (int i = 0; i < 60; i++) {
        room = rand() % 60000;
        struct rc rc = RC_OK;
        for (int n = 0; n < 40 && !failed(rc); n++) {
            rc = do_deeds(7);
            acknowledged += failed(rc) ? 0 : 7;
        }
        if (failed(rc) && rc.kind != FAULT_LIMIT)
            fail_msg("kind %d: %s", rc.kind, fault_text());
        refused += failed(rc);
        room = -1;
        if (i % 3 == 0) { /* as if the process had given up */
            close_all();
            ok(open_all(path));
        }
        ok(do_deeds(1));
        acknowledged++;
        struct journal_verdict verdict;
        int findings = 0;
        ok(journal_verify(journal, &sink, 8, count_finding, &findings, &verdict));
        assert_true(findings == 0 && verdict.deeds >= acknowledged);
        ok(store_check(store));
    }
    close_all();
    make_scarce(false);
    print_message("60 times little room: %d times full\n", refused);
    assert_true(refused > 20);
}

/* ---- a small disk for a PostgreSQL server -----------------------------------------------------
 */

static bool write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    bool good = file && fputs(text, file) >= 0;
    return (!file || fclose(file) == 0) && good;
}

/* A /tmp of 160 MB that only this process and its children see; false where it may not. */
static bool make_small_tmp(void)
{
    char uids[32], gids[32];
    snprintf(uids, sizeof uids, "1000 %d 1", (int)getuid());
    snprintf(gids, sizeof gids, "1000 %d 1", (int)getgid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_file("/proc/self/uid_map", uids) &&
           write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/gid_map", gids) &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", "/tmp", "tmpfs", 0, "size=160m") == 0;
}

#define FULL_SKIPPED 77

/* In a process of its own. Where the table finds no room the statement fails; where the server's
 * log finds none the server gives up. */
static int fill_the_disk(void)
{
    struct test_postgres server;
    int64_t acknowledged = 0;
    struct rc rc = RC_OK;
    if (!make_small_tmp() || !test_postgres_start(&server))
        return FULL_SKIPPED;
    ok(open_all(server.url));
    shell("head -c $(($(df -B1 --output=avail /tmp | tail -1) - 2000000)) /dev/zero >/tmp/ballast");
    for (int i = 0; i < 500 && !failed(rc); i++) {
        rc = do_deeds(300);
        acknowledged += failed(rc) ? 0 : 300;
    }
    fprintf(stderr, "full after %lld deeds: %s\n", (long long)acknowledged, fault_text());
    if (rc.kind != FAULT_LIMIT && rc.kind != FAULT_LOST)
        fail_msg("kind %d: %s", rc.kind, fault_text());
    shell("rm /tmp/ballast");
    if (rc.kind == FAULT_LOST) {
        test_postgres_kill(&server);
        assert_true(test_postgres_again(&server));
    }
    ok(do_deeds(1));
    struct journal_verdict verdict;
    int findings = 0;
    ok(journal_verify(journal, &sink, 8, count_finding, &findings, &verdict));
    assert_true(findings == 0 && verdict.deeds > acknowledged);
    close_all();
    memory_free(&memory);
    test_postgres_stop(&server);
    return 0;
}

static void test_full_postgres(void **state)
{
    int status;
    (void)state;
    memory_free(&memory);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(fill_the_disk());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == FULL_SKIPPED)
        skip();
    assert_int_equal(status, 0);
}

static int start(void **state)
{
    (void)state;
    srand((unsigned)time(NULL));
    return mkdtemp(folder) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    memory_free(&memory);
    shell("rm -rf %s", folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_torn),
        cmocka_unit_test(test_flipped),
        cmocka_unit_test(test_restored_sqlite),
        cmocka_unit_test(test_restored_postgres),
        cmocka_unit_test(test_full_sqlite),
        cmocka_unit_test(test_full_postgres),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
