/*
 * ledger_case: a ledger in a temporary folder for one test, and the short words the tests use. Leaf
 * number i is the text "leaf i" and some filling that depends on i, so that lengths differ.
 */
#ifndef MERLON_TEST_LEDGER_H
#define MERLON_TEST_LEDGER_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/sys/sys.h"
#include "record/ledger/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNUSED  __attribute__((unused))
#define SECOND  INT64_C(1000000)
#define NOON    (INT64_C(1785585600) * SECOND) /* 2026-08-01T12:00:00Z */
#define BEAT_US (LEDGER_BEAT * SECOND)

static char scratch[64];
static struct ledger_options options;
static char first_key[SM3_HEX];
static int64_t clock_now;

PRINTF(1, 2) static UNUSED const char *path_of(const char *format, ...)
{
    static char paths[8][512];
    static unsigned next;
    char *path = paths[next++ % 8];
    int used = snprintf(path, sizeof paths[0], "%s/", scratch);
    va_list args;
    va_start(args, format);
    vsnprintf(path + used, sizeof paths[0] - (size_t)used, format, args);
    va_end(args);
    return path;
}

PRINTF(1, 2) static UNUSED void run(const char *format, ...)
{
    char command[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    assert_int_equal(system(command), 0);
}

/* Says why before the test ends. */
#define GOOD(call)                                                                                 \
    do {                                                                                           \
        struct rc good_rc_ = (call);                                                               \
        if (failed(good_rc_))                                                                      \
            fail_msg("%s: %s", #call, fault_text());                                               \
    } while (0)

static UNUSED int ledger_setup(void **state)
{
    static char folder[128], keys[128], cache[128];
    (void)state;
    snprintf(scratch, sizeof scratch, "/tmp/merlon-ledger-XXXXXX");
    assert_non_null(mkdtemp(scratch));
    snprintf(folder, sizeof folder, "%s/ledger", scratch);
    snprintf(keys, sizeof keys, "%s/keys", scratch);
    snprintf(cache, sizeof cache, "%s/cache", scratch);
    options = (struct ledger_options){.place = {folder, keys, cache}};
    clock_now = NOON;
    GOOD(ledger_create(&options.place, clock_now, first_key));
    return 0;
}

static UNUSED int ledger_teardown(void **state)
{
    (void)state;
    run("rm -rf %s", scratch);
    return 0;
}

static UNUSED struct ledger *open_ledger(void)
{
    struct ledger *ledger = NULL;
    GOOD(ledger_open(&options, &ledger, NULL));
    return ledger;
}

static UNUSED struct view leaf_of(uint64_t i, char out[static 256])
{
    int len = snprintf(out, 256, "leaf %llu %.*s", (unsigned long long)i, (int)(i * 7 % 100),
                       "0123456789012345678901234567890123456789012345678901234567890123456789"
                       "0123456789012345678901234567890123456789");
    return (struct view){out, (size_t)len};
}

static UNUSED void append_leaves(struct ledger *ledger, uint64_t count)
{
    while (count) {
        static struct view leaves[LEDGER_MANY_MAX];
        static char texts[LEDGER_MANY_MAX][256];
        uint64_t size = ledger_size(ledger), first = 0;
        uint64_t here = count < LEDGER_MANY_MAX ? count : LEDGER_MANY_MAX;
        for (uint64_t i = 0; i < here; i++)
            leaves[i] = leaf_of(size + i, texts[i]);
        GOOD(ledger_append_many(ledger, leaves, here, &first));
        assert_int_equal(first, size);
        count -= here;
    }
}

/* A ledger with checkpoints a beat apart: `beats` times `each` leaves, then closed. */
static UNUSED void fill(int beats, uint64_t each)
{
    struct ledger *ledger = open_ledger();
    for (int i = 0; i < beats; i++) {
        append_leaves(ledger, each);
        clock_now += BEAT_US / 2;
        GOOD(ledger_tick(ledger, clock_now));
    }
    clock_now += SECOND;
    GOOD(ledger_close(ledger, clock_now));
}

static UNUSED struct ledger_report *verify_with(const struct ledger_verify_options *asked)
{
    struct ledger_report *report = NULL;
    GOOD(ledger_verify(&options.place, asked, &report));
    return report;
}

static UNUSED struct ledger_report *verify(void)
{
    struct ledger_verify_options asked = {.fingerprint = first_key};
    return verify_with(&asked);
}

static UNUSED const struct finding *find(const struct ledger_report *report, enum finding_kind kind)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].kind == kind)
            return &report->findings[i];
    }
    return NULL;
}

static UNUSED void show(const struct ledger_report *report)
{
    for (size_t i = 0; i < report->finding_count; i++)
        print_message("  %s [%llu, %llu]: %s\n", finding_name(report->findings[i].kind),
                      (unsigned long long)report->findings[i].first,
                      (unsigned long long)report->findings[i].last, report->findings[i].text);
}

static UNUSED void expect_clean(void)
{
    struct ledger_report *report = verify();
    if (report->finding_total) {
        show(report);
        fail_msg("%llu findings in a whole ledger", (unsigned long long)report->finding_total);
    }
    mem_free(report);
}

/* Exactly this kind of damage, at these leaves. */
static UNUSED void expect_leaves(enum finding_kind kind, uint64_t first, uint64_t last)
{
    struct ledger_report *report = verify();
    const struct finding *f = find(report, kind);
    bool right = f && f->first == first && f->last == last && report->finding_total == 1;
    if (!right) {
        show(report);
        fail_msg("expected: %s [%llu, %llu]", finding_name(kind), (unsigned long long)first,
                 (unsigned long long)last);
    }
    mem_free(report);
}

static UNUSED void expect_kind(enum finding_kind kind)
{
    struct ledger_report *report = verify();
    if (!find(report, kind)) {
        show(report);
        fail_msg("expected: %s", finding_name(kind));
    }
    mem_free(report);
}

static UNUSED void read_bytes(const char *path, struct buf *out)
{
    out->len = 0;
    GOOD(sys_read_file(path, 1 << 26, out));
}

static UNUSED void write_bytes(const char *path, struct view bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.ptr, bytes.len), bytes.len);
    assert_int_equal(close(fd), 0);
}

#endif
