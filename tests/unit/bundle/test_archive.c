/* A bundle saved and loaded: what comes back is what went in, or nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/sys/sys.h"
#include "sensor/bundle/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(struct bundle *bundle, enum item_kind kind, enum item_status status,
                const char *name, const char *reason, struct view bytes)
{
    struct item item = {
        .kind = kind, .status = status, .name = name, .reason = reason, .bytes = bytes};
    assert_false(failed(bundle_add(bundle, &item)));
}

static struct bundle *sample(void)
{
    static const struct target target = {.kind = "host",
                                         .name = "web-01 \xe5\xae\x89\xe5\x85\xa8 \xff",
                                         .running = true,
                                         .collected_at = 1767225600123456,
                                         .tool = "merlon 0.1.0"};
    struct bundle *bundle = bundle_new();
    bundle_set_target(bundle, &target);
    add(bundle, ITEM_FILE, ITEM_OK, "/etc/passwd", "", VIEW("root:x:0:0::/root:/bin/sh\n"));
    add(bundle, ITEM_FILE, ITEM_OK, "/etc/passwd-", "", VIEW("root:x:0:0::/root:/bin/sh\n"));
    add(bundle, ITEM_STAT, ITEM_OK, "/etc/passwd", "", VIEW("file\t0644\t0\t0\t27\t1\t5\t\n"));
    add(bundle, ITEM_FILE, ITEM_DENIED, "/etc/shadow", "Permission denied", VIEW(""));
    add(bundle, ITEM_FILE, ITEM_ABSENT, "/etc/odd \t\n\\\xff\x01name", NULL, VIEW(""));
    add(bundle, ITEM_LIVE, ITEM_TRUNCATED, "sysctl", "larger than 10 bytes",
        VIEW("a\0b\xff c = 1"));
    add(bundle, ITEM_LIST, ITEM_OK, "/etc/cron.d/*", "", VIEW(""));
    add(bundle, ITEM_WALK, ITEM_TIMEOUT, "/", "", VIEW(""));
    return bundle;
}

static struct buf encoded(struct bundle *bundle)
{
    struct buf bytes = {0};
    assert_false(failed(bundle_encode(bundle, &bytes)));
    return bytes;
}

static void assert_same(struct bundle *a, struct bundle *b)
{
    const struct target *s = bundle_target(a), *t = bundle_target(b);
    assert_string_equal(s->kind, t->kind);
    assert_string_equal(s->name, t->name);
    assert_string_equal(s->tool, t->tool);
    assert_int_equal(s->running, t->running);
    assert_int_equal(s->collected_at, t->collected_at);
    assert_int_equal(bundle_count(a), bundle_count(b));
    for (size_t i = 0; i < bundle_count(a); i++) {
        const struct item *x = bundle_at(a, i), *y = bundle_at(b, i);
        assert_int_equal(x->kind, y->kind);
        assert_int_equal(x->status, y->status);
        assert_string_equal(x->name, y->name);
        assert_string_equal(x->reason, y->reason);
        assert_true(view_equal(x->bytes, y->bytes));
        assert_int_equal(y->bytes.ptr[y->bytes.len], '\0');
        assert_string_equal(bundle_sm3(a, x), bundle_sm3(b, y));
        assert_ptr_equal(bundle_find(b, x->kind, x->name), y);
    }
}

static void test_round_trip(void **state)
{
    (void)state;
    struct bundle *bundle = sample(), *again = NULL;
    struct buf bytes = encoded(bundle), twice = {0};
    assert_false(failed(bundle_decode(buf_view(&bytes), "a.tar.zst", &again)));
    assert_same(bundle, again);
    twice = encoded(again);
    assert_true(view_equal(buf_view(&bytes), buf_view(&twice)));
    buf_free(&bytes);
    buf_free(&twice);
    bundle_free(again);
    bundle_free(bundle);
}

static void test_empty_bundle(void **state)
{
    (void)state;
    struct bundle *bundle = bundle_new(), *again = NULL;
    struct buf bytes = encoded(bundle);
    assert_false(failed(bundle_decode(buf_view(&bytes), "a", &again)));
    assert_same(bundle, again);
    buf_free(&bytes);
    bundle_free(again);
    bundle_free(bundle);
}

/* Thousands of items with large and equal contents. */
static void test_many_items(void **state)
{
    (void)state;
    struct bundle *bundle = bundle_new(), *again = NULL;
    struct buf content = {0};
    for (int i = 0; i < 3000; i++) {
        char name[64];
        snprintf(name, sizeof name, "/srv/%d", i);
        content.len = 0;
        for (int j = 0; j < i % 500; j++)
            buf_printf(&content, "line %d of %d\n", j, i % 700);
        add(bundle, ITEM_FILE, ITEM_OK, name, "", buf_view(&content));
    }
    struct buf bytes = encoded(bundle);
    assert_false(failed(bundle_decode(buf_view(&bytes), "a", &again)));
    assert_same(bundle, again);
    buf_free(&bytes);
    buf_free(&content);
    bundle_free(again);
    bundle_free(bundle);
}

/* Refused with FAULT_TARGET and a sentence that names the file; nothing is given. */
static void assert_refused(struct view bytes, const char *origin)
{
    struct bundle *none = NULL;
    /* A copy of its own, so that a sanitizer sees every byte read too far. */
    char *copy = malloc(bytes.len ? bytes.len : 1);
    assert_non_null(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    struct rc rc = bundle_decode((struct view){copy, bytes.len}, origin, &none);
    free(copy);
    if (rc.kind != FAULT_TARGET)
        fail_msg("%s: was taken", origin);
    assert_null(none);
    assert_int_equal(strncmp(fault_text(), origin, strlen(origin)), 0);
    assert_true(strlen(fault_text()) > strlen(origin) + 10);
    assert_null(strchr(fault_text(), '\n'));
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    struct bundle *bundle = sample();
    struct buf bytes = encoded(bundle);
    for (size_t len = 0; len < bytes.len; len++)
        assert_refused((struct view){bytes.ptr, len}, "cut.tar.zst");
    for (size_t from = 1; from < bytes.len; from += 7)
        assert_refused(view_from(buf_view(&bytes), from), "late.tar.zst");
    buf_free(&bytes);
    bundle_free(bundle);
}

static void test_every_bit_flipped(void **state)
{
    (void)state;
    struct bundle *bundle = sample();
    struct buf bytes = encoded(bundle);
    for (size_t at = 0; at < bytes.len; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes.ptr[at] = (char)(bytes.ptr[at] ^ (1 << bit));
            assert_refused(buf_view(&bytes), "flipped.tar.zst");
            bytes.ptr[at] = (char)(bytes.ptr[at] ^ (1 << bit));
        }
    buf_free(&bytes);
    bundle_free(bundle);
}

static void test_something_added(void **state)
{
    (void)state;
    struct bundle *bundle = sample();
    struct buf bytes = encoded(bundle);
    size_t whole = bytes.len;
    buf_add_char(&bytes, '\0');
    assert_refused(buf_view(&bytes), "a NUL more");
    bytes.len = whole;
    struct buf copy = encoded(bundle);
    buf_add_view(&bytes, buf_view(&copy));
    assert_refused(buf_view(&bytes), "twice over");
    buf_free(&copy);
    buf_free(&bytes);
    bundle_free(bundle);
}

static void test_save_and_load(void **state)
{
    (void)state;
    char folder[] = "/tmp/merlon-bundle-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/b.tar.zst", folder);
    struct bundle *bundle = sample(), *again = NULL;
    assert_false(failed(bundle_save(bundle, path)));
    assert_false(failed(bundle_load(path, &again)));
    assert_same(bundle, again);
    bundle_free(again);
    again = NULL;
    assert_int_equal(unlink(path), 0);
    assert_int_equal(bundle_load(path, &again).kind, FAULT_TARGET);
    assert_non_null(strstr(fault_text(), path));
    assert_int_equal(bundle_load(folder, &again).kind, FAULT_TARGET);
    assert_null(again);
    assert_int_equal(rmdir(folder), 0);
    bundle_free(bundle);
}

/* Runs a script with the bundle as $1. */
static int run_shell(const char *script, const char *path)
{
    char command[1024];
    snprintf(command, sizeof command, "set -- %s; %s", path, script);
    return system(command);
}

/* A person needs no Merlon to prove a bundle. */
static void test_proven_by_other_programs(void **state)
{
    (void)state;
    if (system("command -v zstd >/dev/null && command -v openssl >/dev/null") != 0)
        skip();
    char folder[] = "/tmp/merlon-bundle-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/b", folder);
    struct bundle *bundle = sample();
    assert_false(failed(bundle_save(bundle, path)));
    assert_int_equal(run_shell("test \"$(head -c -91 $1 | openssl dgst -sm3 -r | cut -c 1-64)\" = "
                               "\"$(tail -c 65 $1)\"",
                               path),
                     0);
    assert_int_equal(
        run_shell("test \"$(zstd -dc $1 | tar -xOf - manifest.json | openssl dgst -sm3 "
                  "-r | cut -c 1-64)\" = \"$(zstd -dc $1 | tar -xOf - manifest.sm3)\"",
                  path),
        0);
    assert_int_equal(run_shell("zstd -dc $1 | tar -xOf - manifest.json | grep -q "
                               "'\"/etc/shadow\",\"status\":\"denied\"'",
                               path),
                     0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    bundle_free(bundle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),        cmocka_unit_test(test_empty_bundle),
        cmocka_unit_test(test_many_items),        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_every_bit_flipped), cmocka_unit_test(test_something_added),
        cmocka_unit_test(test_save_and_load),     cmocka_unit_test(test_proven_by_other_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
