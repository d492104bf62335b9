/* Epochs: the old key is gone, the chain holds, and an interruption at any step is mended. */
#include "ledger_case.h"

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void test_old_key_is_erased(void **state)
{
    (void)state;
    char second[SM3_HEX], third[SM3_HEX];
    struct ledger *ledger = open_ledger();
    append_leaves(ledger, 30);
    /* A name for the old key's file that outlives it shows what its bytes became. */
    assert_int_equal(link(path_of("keys/epoch-000001.key"), path_of("held")), 0);
    GOOD(ledger_rotate(ledger, clock_now + SECOND, second));
    assert_false(exists(path_of("keys/epoch-000001.key")));
    struct buf held = {0};
    read_bytes(path_of("held"), &held);
    assert_true(held.len > 32);
    for (size_t i = 0; i < held.len; i++)
        assert_int_equal(held.ptr[i], 0);
    buf_free(&held);
    append_leaves(ledger, 30);
    GOOD(ledger_rotate(ledger, clock_now + 2 * SECOND, third));
    assert_string_not_equal(second, third);
    assert_string_not_equal(second, first_key);
    clock_now += 3 * SECOND;
    GOOD(ledger_close(ledger, clock_now));
    expect_clean();
    struct ledger_report *report = verify();
    assert_int_equal(report->epochs, 3);
    assert_int_equal(report->epoch_size, 60);
    assert_string_equal(report->fingerprint, first_key);
    mem_free(report);
    run("test $(stat -c %%a %s) = 600", path_of("keys/epoch-000003.key"));
    /* No private key lies in the ledger's folder. */
    run("! grep -rl MLKEY %s", options.place.folder);
}

static void test_tick_beats_and_rotates(void **state)
{
    (void)state;
    options.epoch = 10 * BEAT_US;
    struct ledger *ledger = open_ledger();
    for (int second = 0; second < 25 * LEDGER_BEAT; second++) {
        clock_now += SECOND;
        GOOD(ledger_tick(ledger, clock_now));
    }
    GOOD(ledger_close(ledger, clock_now));
    struct ledger_report *report = verify();
    assert_int_equal(report->finding_total, 0);
    assert_int_equal(report->epochs, 3);
    /* Two a beat, and two at each rotation. */
    assert_in_range(report->checkpoints, 50, 56);
    assert_false(report->unproven[UNPROVEN_WHOLE]);
    mem_free(report);
}

/* Short commands never see a whole epoch go by: closing looks at the certificate's time. */
static void test_close_rotates(void **state)
{
    (void)state;
    options.epoch = 10 * BEAT_US;
    for (int command = 0; command < 12; command++) {
        struct ledger *ledger = open_ledger();
        append_leaves(ledger, 1);
        clock_now += 4 * BEAT_US;
        GOOD(ledger_close(ledger, clock_now));
    }
    struct ledger_report *report = verify();
    assert_int_equal(report->finding_total, 0);
    assert_int_equal(report->epochs, 5);
    mem_free(report);
}

/* ---- interruptions ---- */

static struct {
    enum ledger_step step;
    int after;
} stop;

static int stop_there(void *context, enum ledger_step step)
{
    (void)context;
    return step == stop.step && stop.after-- == 0 ? EIO : 0;
}

static void test_interrupted_anywhere(void **state)
{
    (void)state;
    static const enum ledger_step steps[] = {LEDGER_SEAL, LEDGER_SEAL_SYNC, LEDGER_SYNC_FOLDER,
                                             LEDGER_ERASE};
    int interrupted = 0, late = 0, dropped = 0, refused = 0, epochs = 1;
    for (size_t s = 0; s < COUNT_OF(steps); s++) {
        for (int after = 0; after < 6; after++) {
            char fingerprint[SM3_HEX];
            struct ledger_recovery found;
            options.disk = NULL;
            struct ledger *ledger = open_ledger();
            append_leaves(ledger, 3);
            ledger_free(ledger);
            options.disk = stop_there;
            stop.after = -1;
            ledger = open_ledger();
            stop.step = steps[s];
            stop.after = after;
            clock_now += SECOND;
            struct rc rc = ledger_rotate(ledger, clock_now, fingerprint);
            interrupted += failed(rc);
            /* Before the new key's file stood nothing had begun; after that, nothing goes on. */
            uint64_t index;
            if (failed(rc) && access(path_of("keys/epoch-%06d.key", epochs + 1), F_OK) == 0)
                refused += failed(ledger_append(ledger, VIEW("x"), &index));
            ledger_free(ledger);
            options.disk = NULL;
            GOOD(ledger_open(&options, &ledger, &found));
            late += found.erased_late;
            dropped += found.dropped_new_key;
            append_leaves(ledger, 1);
            clock_now += SECOND;
            GOOD(ledger_close(ledger, clock_now));
            expect_clean();
            struct ledger_report *report = verify();
            epochs = (int)report->epochs;
            mem_free(report);
        }
    }
    assert_true(refused >= 6);
    assert_true(interrupted >= 8);
    assert_true(late >= 1);
    assert_true(dropped >= 1);
}

/* A key of another ledger, or none: nothing is sealed with it. */
static void test_wrong_key_file(void **state)
{
    (void)state;
    struct ledger *ledger = NULL;
    fill(1, 5);
    run("mv %s %s", path_of("keys/epoch-000001.key"), path_of("mine"));
    assert_int_equal(ledger_open(&options, &ledger, NULL).kind, FAULT_ABSENT);
    assert_non_null(strstr(fault_text(), "key of epoch 1"));
    struct ledger_place other = {path_of("other"), path_of("keys2"), path_of("cache2")};
    char fingerprint[SM3_HEX];
    GOOD(ledger_create(&other, clock_now, fingerprint));
    run("cp %s %s", path_of("keys2/epoch-000001.key"), path_of("keys/epoch-000001.key"));
    assert_int_equal(ledger_open(&options, &ledger, NULL).kind, FAULT_DATA);
    run("cp %s %s; printf x | dd of=%s bs=1 seek=40 conv=notrunc 2>/dev/null", path_of("mine"),
        path_of("keys/epoch-000001.key"), path_of("keys/epoch-000001.key"));
    assert_int_equal(ledger_open(&options, &ledger, NULL).kind, FAULT_DATA);
    run("cp %s %s", path_of("mine"), path_of("keys/epoch-000001.key"));
    fill(1, 5);
    expect_clean();
}

static void test_key_left_is_named(void **state)
{
    (void)state;
    char fingerprint[SM3_HEX];
    struct ledger *ledger = open_ledger();
    run("cp %s %s", path_of("keys/epoch-000001.key"), path_of("copy"));
    GOOD(ledger_rotate(ledger, clock_now, fingerprint));
    GOOD(ledger_rotate(ledger, clock_now, fingerprint));
    GOOD(ledger_close(ledger, clock_now));
    run("cp %s %s", path_of("copy"), path_of("keys/epoch-000001.key"));
    expect_kind(FINDING_KEY_LEFT);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, ledger_setup, ledger_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_old_key_is_erased), CASE(test_tick_beats_and_rotates),
        CASE(test_close_rotates),     CASE(test_interrupted_anywhere),
        CASE(test_wrong_key_file),    CASE(test_key_left_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
