/* Appending: from one thread and many, over bundle borders, reopened, refused, on a disk that
 * fails. */
#include "ledger_case.h"

#include <pthread.h>

static void expect_leaf(struct ledger_reader *reader, uint64_t i)
{
    char bytes[256];
    struct view is, expected = leaf_of(i, bytes);
    GOOD(ledger_read(reader, i, &is));
    assert_true(view_equal(is, expected));
}

static void expect_all(uint64_t size)
{
    struct ledger_reader *reader = NULL;
    GOOD(ledger_reader_open(&options.place, &reader));
    assert_int_equal(ledger_reader_size(reader), size);
    for (uint64_t i = 0; i < size; i++)
        expect_leaf(reader, i);
    struct view leaf;
    assert_int_equal(ledger_read(reader, size, &leaf).kind, FAULT_USAGE);
    ledger_reader_free(reader);
}

static void test_grows(void **state)
{
    (void)state;
    static const uint64_t steps[] = {1, 254, 1, 1, 255, 256, 257, 4096, 3};
    uint64_t size = 0;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        struct ledger *ledger = open_ledger();
        assert_int_equal(ledger_size(ledger), size);
        append_leaves(ledger, steps[i]);
        size += steps[i];
        clock_now += SECOND;
        GOOD(ledger_close(ledger, clock_now));
        expect_all(size);
        expect_clean();
    }
}

static void test_empty(void **state)
{
    (void)state;
    struct ledger *ledger = open_ledger();
    GOOD(ledger_tick(ledger, clock_now));
    GOOD(ledger_close(ledger, clock_now));
    expect_clean();
    fill(3, 0);
    expect_clean();
    struct ledger_report *report = verify();
    assert_int_equal(report->checkpoints, 6);
    assert_int_equal(report->size, 0);
    mem_free(report);
}

static void test_sizes(void **state)
{
    (void)state;
    static char bytes[LEDGER_LEAF_MAX + 1];
    struct ledger *ledger = open_ledger();
    uint64_t index = 9;
    memset(bytes, 'x', sizeof bytes);
    GOOD(ledger_append(ledger, (struct view){bytes, LEDGER_LEAF_MAX}, &index));
    assert_int_equal(index, 0);
    GOOD(ledger_append(ledger, (struct view){NULL, 0}, &index));
    assert_int_equal(index, 1);
    assert_int_equal(ledger_append(ledger, (struct view){bytes, sizeof bytes}, &index).kind,
                     FAULT_USAGE);
    assert_int_equal(ledger_append_many(ledger, NULL, 0, &index).kind, FAULT_USAGE);
    assert_int_equal(index, 1);
    GOOD(ledger_close(ledger, clock_now));
    struct ledger_reader *reader = NULL;
    struct view leaf;
    GOOD(ledger_reader_open(&options.place, &reader));
    GOOD(ledger_read(reader, 0, &leaf));
    assert_int_equal(leaf.len, LEDGER_LEAF_MAX);
    GOOD(ledger_read(reader, 1, &leaf));
    assert_int_equal(leaf.len, 0);
    ledger_reader_free(reader);
    expect_clean();
}

/* Leaves that were never sealed stand after a crash without any checkpoint. */
static void test_unsealed_leaves_stand(void **state)
{
    (void)state;
    struct ledger *ledger = open_ledger();
    struct ledger_recovery found;
    append_leaves(ledger, 700);
    ledger_free(ledger);
    GOOD(ledger_open(&options, &ledger, &found));
    assert_int_equal(found.size, 700);
    assert_int_equal(found.unsealed, 700);
    assert_int_equal(found.torn_bytes, 0);
    GOOD(ledger_close(ledger, clock_now));
    expect_all(700);
    expect_clean();
}

/* ---- many threads, with checkpoints and a rotation in between ---- */

#define THREADS 16
#define EACH    200

static struct ledger *shared;
static uint8_t seen[THREADS * EACH];

static void *append_some(void *arg)
{
    for (int i = 0; i < EACH; i++) {
        char text[64];
        uint64_t index = 0;
        int len = snprintf(text, sizeof text, "%d-%d", (int)(intptr_t)arg, i);
        if (failed(ledger_append(shared, (struct view){text, (size_t)len}, &index)) ||
            index >= sizeof seen || __atomic_exchange_n(&seen[index], 1, __ATOMIC_SEQ_CST))
            return (void *)1;
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    char fingerprint[SM3_HEX];
    shared = open_ledger();
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, append_some, (void *)(intptr_t)i), 0);
    for (int i = 0; i < 20; i++) {
        clock_now += SECOND;
        GOOD(i == 10 ? ledger_rotate(shared, clock_now, fingerprint)
                     : ledger_checkpoint(shared, clock_now, 60, NULL));
    }
    for (int i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    assert_int_equal(ledger_size(shared), THREADS * EACH);
    GOOD(ledger_close(shared, clock_now));
    expect_clean();
}

/* ---- one process at a time ---- */

static void test_second_process_is_refused(void **state)
{
    (void)state;
    struct ledger *ledger = open_ledger(), *second = NULL;
    char pid[32];
    snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    assert_int_equal(ledger_open(&options, &second, NULL).kind, FAULT_LIMIT);
    assert_non_null(strstr(fault_text(), pid));
    pid_t child = fork();
    if (child == 0) {
        struct ledger *mine = NULL;
        uint64_t index;
        bool refused = ledger_open(&options, &mine, NULL).kind == FAULT_LIMIT &&
                       ledger_append(ledger, VIEW("x"), &index).kind == FAULT_USAGE &&
                       ledger_checkpoint(ledger, clock_now, 0, NULL).kind == FAULT_USAGE;
        _exit(refused ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    GOOD(ledger_close(ledger, clock_now));
    expect_clean();
}

/* With patience the second process gets its turn. */
static void test_second_process_waits(void **state)
{
    (void)state;
    struct ledger *ledger = open_ledger();
    pid_t child = fork();
    if (child == 0) {
        struct ledger *mine = NULL;
        uint64_t index = 0;
        ledger_free(ledger); /* the lock belongs to the open file: the parent keeps it */
        options.wait = 10 * SECOND;
        bool done = !failed(ledger_open(&options, &mine, NULL)) &&
                    !failed(ledger_append(mine, VIEW("child"), &index)) && index == 1 &&
                    !failed(ledger_close(mine, clock_now + SECOND));
        _exit(done ? 0 : 1);
    }
    uint64_t index = 9;
    usleep(100000);
    GOOD(ledger_append(ledger, VIEW("parent"), &index));
    assert_int_equal(index, 0);
    GOOD(ledger_close(ledger, clock_now));
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    expect_clean();
}

/* ---- a disk that fails ---- */

static struct {
    enum ledger_step step;
    int error, after; /* fails once `after` calls of that step went well; then `times` times */
    int times;
} plan;

static int fail_as_planned(void *context, enum ledger_step step)
{
    (void)context;
    if (plan.error == 0 || step != plan.step || plan.after-- > 0 || plan.times-- <= 0)
        return 0;
    return plan.error;
}

static void expect_after_trouble(uint64_t size)
{
    struct ledger_recovery found;
    struct ledger *ledger = NULL;
    plan.error = 0;
    GOOD(ledger_open(&options, &ledger, &found));
    assert_int_equal(found.size, size);
    append_leaves(ledger, 10);
    clock_now += SECOND;
    GOOD(ledger_close(ledger, clock_now));
    expect_all(size + 10);
    expect_clean();
}

/* A full disk refuses these leaves, at whatever bundle of the batch it happens; nothing is left of
 * them and the next ones go on. */
static void test_full_disk(void **state)
{
    (void)state;
    options.disk = fail_as_planned;
    plan.error = 0;
    for (int after = 0; after < 4; after++) {
        struct ledger *ledger = open_ledger();
        uint64_t size = ledger_size(ledger), first = 99;
        struct view leaves[700];
        for (size_t i = 0; i < COUNT_OF(leaves); i++)
            leaves[i] = VIEW("too much");
        plan.step = LEDGER_WRITE;
        plan.error = ENOSPC;
        plan.after = after;
        plan.times = 1;
        struct rc rc = ledger_append_many(ledger, leaves, COUNT_OF(leaves), &first);
        if (after < 3) {
            assert_int_equal(rc.kind, FAULT_IO);
            assert_non_null(strstr(fault_text(), "No space left"));
            assert_int_equal(first, 99);
            assert_int_equal(ledger_size(ledger), size);
            append_leaves(ledger, 100);
            GOOD(ledger_close(ledger, clock_now));
            expect_all(size + 100);
            expect_clean();
        } else {
            GOOD(rc);
            ledger_free(ledger);
        }
    }
}

static void test_failed_sync_refuses_everything(void **state)
{
    (void)state;
    options.disk = fail_as_planned;
    plan.error = 0;
    struct ledger *ledger = open_ledger();
    uint64_t index = 9;
    append_leaves(ledger, 300);
    plan.step = LEDGER_SYNC;
    plan.error = EIO;
    plan.after = 0;
    plan.times = 1;
    assert_int_equal(ledger_append(ledger, VIEW("lost"), &index).kind, FAULT_IO);
    assert_int_equal(index, 9);
    /* The disk would do again; the ledger does not believe it. */
    assert_int_equal(ledger_append(ledger, VIEW("next"), &index).kind, FAULT_IO);
    assert_non_null(strstr(fault_text(), "open it again"));
    assert_int_equal(ledger_checkpoint(ledger, clock_now, 0, NULL).kind, FAULT_IO);
    assert_int_equal(ledger_size(ledger), 300);
    ledger_free(ledger);
    /* It may stand or not: here it does, since the kernel had the bytes. */
    GOOD(ledger_open(&options, &ledger, NULL));
    assert_in_range(ledger_size(ledger), 300, 301);
    GOOD(ledger_close(ledger, clock_now));
    expect_clean();
}

static void test_failed_folder_sync(void **state)
{
    (void)state;
    options.disk = fail_as_planned;
    plan.error = 0;
    struct ledger *ledger = open_ledger();
    uint64_t index = 0;
    append_leaves(ledger, 256);
    plan.step = LEDGER_SYNC_FOLDER;
    plan.error = EIO;
    plan.after = 0;
    plan.times = 1;
    assert_int_equal(ledger_append(ledger, VIEW("x"), &index).kind, FAULT_IO);
    assert_int_equal(ledger_append(ledger, VIEW("x"), &index).kind, FAULT_IO);
    ledger_free(ledger);
    expect_after_trouble(256);
}

static void test_checkpoint_on_a_full_disk(void **state)
{
    (void)state;
    options.disk = fail_as_planned;
    plan.error = 0;
    struct ledger *ledger = open_ledger();
    append_leaves(ledger, 20);
    plan.step = LEDGER_SEAL;
    plan.error = ENOSPC;
    plan.after = 0;
    plan.times = 1;
    assert_int_equal(ledger_checkpoint(ledger, clock_now, 60, NULL).kind, FAULT_IO);
    GOOD(ledger_checkpoint(ledger, clock_now, 60, NULL)); /* nothing was left of the first one */
    plan.step = LEDGER_SEAL_SYNC;
    plan.error = EIO;
    plan.after = 0;
    plan.times = 1;
    assert_int_equal(ledger_checkpoint(ledger, clock_now, 60, NULL).kind, FAULT_IO);
    assert_int_equal(ledger_checkpoint(ledger, clock_now, 60, NULL).kind, FAULT_IO);
    ledger_free(ledger);
    expect_after_trouble(20);
}

/* ---- the torn end ---- */

static void test_torn_end_is_cut(void **state)
{
    (void)state;
    struct ledger *ledger = open_ledger();
    struct buf whole = {0};
    append_leaves(ledger, 300);
    GOOD(ledger_close(ledger, clock_now));
    ledger = open_ledger();
    append_leaves(ledger, 3);
    ledger_free(ledger);
    const char *last = path_of("ledger/entries/000/000/001");
    read_bytes(last, &whole);
    char text[256];
    size_t frame = 9 + leaf_of(302, text).len;
    for (size_t cut = 0; cut <= frame; cut++) {
        struct ledger_recovery found;
        write_bytes(last, (struct view){whole.ptr, whole.len - cut});
        GOOD(ledger_open(&options, &ledger, &found));
        assert_int_equal(found.size, cut ? 302 : 303);
        assert_int_equal(found.torn_bytes, cut ? frame - cut : 0);
        if (found.torn_bytes)
            assert_int_equal(found.torn_index, 302);
        ledger_free(ledger);
    }
    /* A block of zeros instead of the last leaf, as some file systems leave behind. */
    struct buf zeroed = {0};
    buf_add(&zeroed, whole.ptr, whole.len);
    memset(zeroed.ptr + zeroed.len - frame, 0, frame);
    write_bytes(last, buf_view(&zeroed));
    struct ledger_recovery found;
    GOOD(ledger_open(&options, &ledger, &found));
    assert_int_equal(found.size, 302);
    assert_true(found.torn_bytes > 0);
    GOOD(ledger_close(ledger, clock_now));
    buf_free(&zeroed);
    buf_free(&whole);
    expect_clean();
}

static void test_torn_head_of_a_bundle(void **state)
{
    (void)state;
    fill(1, 256);
    for (size_t size = 0; size < 16; size++) {
        struct ledger *ledger = NULL;
        struct ledger_recovery found;
        write_bytes(path_of("ledger/entries/000/000/001"),
                    (struct view){"MLEDGER1\0\0\0\0\0\0\1", size});
        GOOD(ledger_open(&options, &ledger, &found));
        assert_int_equal(found.size, 256);
        assert_int_equal(found.torn_bytes, size);
        ledger_free(ledger);
    }
    fill(1, 5);
    expect_all(261);
    expect_clean();
}

static void test_torn_checkpoint(void **state)
{
    (void)state;
    struct buf whole = {0};
    fill(2, 10);
    const char *path = path_of("ledger/checkpoints/000001");
    read_bytes(path, &whole);
    size_t before = whole.len;
    fill(1, 1);
    read_bytes(path, &whole);
    for (size_t size = before; size <= whole.len; size += 7) {
        struct ledger *ledger = NULL;
        struct ledger_recovery found;
        write_bytes(path, (struct view){whole.ptr, size});
        GOOD(ledger_open(&options, &ledger, &found));
        assert_int_equal(found.size, 21);
        ledger_free(ledger);
    }
    write_bytes(path, (struct view){whole.ptr, before + 40});
    expect_kind(FINDING_TORN);
    buf_free(&whole);
    fill(1, 1);
    expect_clean();
}

/* ---- the cache can go ---- */

static void test_cache_is_rebuilt(void **state)
{
    (void)state;
    struct ledger *ledger = NULL;
    struct ledger_recovery found;
    fill(3, 3000);
    GOOD(ledger_open(&options, &ledger, &found));
    assert_false(found.cache_rebuilt);
    ledger_free(ledger);
    run("cp -r %s %s", options.place.cache, path_of("kept"));
    run("rm -rf %s", options.place.cache);
    GOOD(ledger_open(&options, &ledger, &found));
    assert_true(found.cache_rebuilt);
    GOOD(ledger_close(ledger, clock_now));
    run("diff -r %s %s", options.place.cache, path_of("kept"));
    run("printf x | dd of=%s bs=1 conv=notrunc 2>/dev/null", path_of("cache/1/000/000/000"));
    expect_kind(FINDING_CACHE);
    GOOD(ledger_open(&options, &ledger, &found));
    assert_true(found.cache_rebuilt);
    GOOD(ledger_close(ledger, clock_now));
    expect_clean();
}

static void test_create_refuses_what_is_there(void **state)
{
    (void)state;
    char fingerprint[SM3_HEX];
    struct ledger *ledger = NULL;
    assert_int_equal(ledger_create(&options.place, clock_now, fingerprint).kind, FAULT_USAGE);
    fill(1, 10);
    run("mv %s %s", path_of("ledger/epochs"), path_of("epochs"));
    assert_int_equal(ledger_create(&options.place, clock_now, fingerprint).kind, FAULT_DATA);
    assert_int_equal(ledger_open(&options, &ledger, NULL).kind, FAULT_ABSENT);
    /* A ledger that was taken away is not silently begun anew. */
    run("rm -rf %s", options.place.folder);
    assert_int_equal(ledger_create(&options.place, clock_now, fingerprint).kind, FAULT_USAGE);
    assert_non_null(strstr(fault_text(), "not there"));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, ledger_setup, ledger_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_grows),
        CASE(test_empty),
        CASE(test_sizes),
        CASE(test_unsealed_leaves_stand),
        CASE(test_threads),
        CASE(test_second_process_is_refused),
        CASE(test_second_process_waits),
        CASE(test_full_disk),
        CASE(test_failed_sync_refuses_everything),
        CASE(test_failed_folder_sync),
        CASE(test_checkpoint_on_a_full_disk),
        CASE(test_torn_end_is_cut),
        CASE(test_torn_head_of_a_bundle),
        CASE(test_torn_checkpoint),
        CASE(test_cache_is_rebuilt),
        CASE(test_create_refuses_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
