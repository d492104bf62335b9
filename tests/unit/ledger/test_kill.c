/*
 * Power cuts by kill -9: an appender with several threads writes every acknowledged index and leaf
 * into a pipe and is killed at a random moment, ROUNDS times, on one ledger that grows over all of
 * them. Nothing acknowledged may be lost, before, between or after: checkpoints and rotations go on
 * meanwhile.
 */
#include "ledger_case.h"

#include <pthread.h>
#include <signal.h>

#define ROUNDS  100
#define THREADS 4

struct told {
    uint64_t index, number;
};

static int pipe_out;
static struct ledger *shared;
static uint64_t counter;

/* A pipe takes a small write whole or not at all, so two threads do not mix. */
static void *append_for_ever(void *arg)
{
    (void)arg;
    for (;;) {
        char bytes[256];
        struct told told = {.number = __atomic_fetch_add(&counter, 1, __ATOMIC_SEQ_CST)};
        if (failed(ledger_append(shared, leaf_of(told.number, bytes), &told.index)) ||
            write(pipe_out, &told, sizeof told) != sizeof told)
            _exit(1);
    }
    return NULL;
}

static void appender(uint64_t start)
{
    pthread_t thread;
    char fingerprint[SM3_HEX];
    counter = start;
    if (failed(ledger_open(&options, &shared, NULL))) {
        fprintf(stderr, "open: %s\n", fault_text());
        _exit(2);
    }
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&thread, NULL, append_for_ever, NULL) != 0)
            _exit(3);
    }
    for (int i = 0;; i++) {
        clock_now += SECOND;
        usleep(5000);
        if (failed(i % 4 == 3 ? ledger_rotate(shared, clock_now, fingerprint)
                              : ledger_checkpoint(shared, clock_now, 60, NULL))) {
            fprintf(stderr, "seal: %s\n", fault_text());
            _exit(4);
        }
    }
}

#define TOLD_MAX 2000000
static uint64_t *number_of; /* index -> number of the leaf, + 1; 0: not told */
static uint64_t told_count, highest;

static void listen(int fd)
{
    struct told told;
    ssize_t got;
    while ((got = read(fd, &told, sizeof told)) == sizeof told) {
        assert_true(told.index < TOLD_MAX);
        assert_int_equal(number_of[told.index], 0);
        number_of[told.index] = told.number + 1;
        told_count++;
        if (told.number + 1 > highest)
            highest = told.number + 1;
    }
}

static void kill_one(void)
{
    int ends[2], status = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        pipe_out = ends[1];
        appender(highest + 1000);
    }
    close(ends[1]);
    usleep((useconds_t)(5000 + rand() % 60000));
    assert_int_equal(kill(child, SIGKILL), 0);
    listen(ends[0]);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status)); /* it did not end by itself */
}

/* Every index that was told holds the leaf that was told. */
static void expect_nothing_lost(void)
{
    struct ledger_reader *reader = NULL;
    GOOD(ledger_reader_open(&options.place, &reader));
    uint64_t size = ledger_reader_size(reader);
    for (uint64_t i = 0; i < TOLD_MAX; i++) {
        char bytes[256];
        struct view is;
        if (number_of[i] == 0)
            continue;
        if (i >= size)
            fail_msg("leaf %llu was acknowledged and is lost", (unsigned long long)i);
        GOOD(ledger_read(reader, i, &is));
        assert_true(view_equal(is, leaf_of(number_of[i] - 1, bytes)));
    }
    ledger_reader_free(reader);
}

static void test_kill(void **state)
{
    (void)state;
    number_of = calloc(TOLD_MAX, sizeof *number_of);
    srand((unsigned)getpid());
    for (int round = 0; round < ROUNDS; round++) {
        clock_now += 100 * SECOND;
        kill_one();
        if (round % 10 == 0)
            expect_nothing_lost();
    }
    struct ledger *ledger = NULL;
    struct ledger_recovery found;
    GOOD(ledger_open(&options, &ledger, &found));
    GOOD(ledger_close(ledger, clock_now + 1000 * SECOND));
    expect_nothing_lost();
    struct ledger_report *report = verify();
    if (report->damage) {
        show(report);
        fail_msg("a kill looks like damage");
    }
    print_message("%llu leaves acknowledged over %d kills, %llu stand, %llu epochs\n",
                  (unsigned long long)told_count, ROUNDS, (unsigned long long)report->size,
                  (unsigned long long)report->epochs);
    assert_true(told_count > ROUNDS);
    mem_free(report);
    free(number_of);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kill, ledger_setup, ledger_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
