/* Secrets: locked, not dumped, empty in children; comparison; texts of bytes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/crypto/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* The sanitizers make mlock do nothing and say that it did. */
#if defined(__SANITIZE_ADDRESS__)
#define MLOCK_WORKS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MLOCK_WORKS false
#endif
#endif
#ifndef MLOCK_WORKS
#define MLOCK_WORKS true
#endif

/* The kernel's flags of the mapping that holds `address`: "rd wr mr mw me ac lo dd wf ...". */
static void flags_of(const void *address, char out[static 256])
{
    char line[512];
    bool here = false;
    FILE *maps = fopen("/proc/self/smaps", "r");
    assert_non_null(maps);
    out[0] = '\0';
    while (fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            here = (uintptr_t)address >= from && (uintptr_t)address < to;
        else if (here && strncmp(line, "VmFlags:", 8) == 0)
            snprintf(out, 256, "%.250s", line);
    }
    fclose(maps);
}

static void test_locked_and_not_dumped(void **state)
{
    (void)state;
    struct secret *secret = secret_new(100);
    char flags[256];
    const char *why = NULL;
    flags_of(secret_bytes(secret), flags);
    assert_non_null(strstr(flags, " dd"));
    assert_non_null(strstr(flags, " wf"));
    if (MLOCK_WORKS && crypto_secrets_locked(&why))
        assert_non_null(strstr(flags, " lo"));
    else if (MLOCK_WORKS)
        assert_non_null(strstr(why, "ulimit"));
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(((uint8_t *)secret_bytes(secret))[i], 0);
    secret_free(secret);
    secret_free(NULL);
}

static void test_a_child_finds_zeros(void **state)
{
    (void)state;
    struct secret *secret = secret_new(32);
    memset(secret_bytes(secret), 'k', 32);
    pid_t child = fork();
    if (child == 0)
        _exit(((uint8_t *)secret_bytes(secret))[0]);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(((uint8_t *)secret_bytes(secret))[31], 'k');
    secret_free(secret);
}

/* A process that may not lock memory goes on, and says so. Root may always: it becomes nobody. */
static void test_says_so_where_not_locked(void **state)
{
    (void)state;
    if (!MLOCK_WORKS)
        skip();
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit none = {0, 0};
        const char *why = "";
        if (setrlimit(RLIMIT_MEMLOCK, &none) != 0 || (getuid() == 0 && setuid(65534) != 0))
            _exit(1);
        struct secret *secret = secret_new(10);
        memset(secret_bytes(secret), 1, 10);
        _exit(!crypto_secrets_locked(&why) && strstr(why, "lock memory") ? 0 : 2);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void test_equal(void **state)
{
    (void)state;
    uint8_t a[33] = {0}, b[33] = {0};
    assert_true(crypto_equal(a, b, sizeof a));
    for (size_t i = 0; i < 8 * sizeof a; i++) {
        a[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_false(crypto_equal(a, b, sizeof a));
        a[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    assert_true(crypto_equal(a, "x", 0));
}

static void test_random(void **state)
{
    (void)state;
    uint8_t a[1000] = {0}, b[1000] = {0};
    assert_false(failed(crypto_random(a, sizeof a)));
    assert_false(failed(crypto_random(b, sizeof b)));
    assert_memory_not_equal(a, b, sizeof a);
    size_t bits = 0;
    for (size_t i = 0; i < sizeof a; i++)
        bits += (size_t)__builtin_popcount(a[i]);
    assert_in_range(bits, 3700, 4300); /* more than six standard deviations to either side */
}

static void test_hex(void **state)
{
    (void)state;
    uint8_t out[4];
    assert_false(failed(crypto_from_hex(VIEW("00ff1a7e"), out, 4)));
    assert_memory_equal(out, "\x00\xff\x1a\x7e", 4);
    assert_true(failed(crypto_from_hex(VIEW("00FF1a7e"), out, 4)));
    assert_true(failed(crypto_from_hex(VIEW("00ff1a7"), out, 4)));
    assert_true(failed(crypto_from_hex(VIEW("00ff1a7g"), out, 4)));
    assert_memory_equal(out, "\x00\xff\x1a\x7e", 4);
}

/* RFC 4648 section 10, and what is not the one text of its bytes. */
static void test_base64(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    static const char *const bad[] = {"Z",        "Zg",   "Zg=",   "Zh==",   "Zm9=", "Z===", "====",
                                      "Zg==Zg==", "Zm-v", "Zm9v ", "Zm9v\n", "=Zm9", "Zm\0v"};
    struct buf out = {0};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        out.len = 0;
        crypto_to_base64((const uint8_t *)pairs[i][0], strlen(pairs[i][0]), &out);
        assert_true(view_is(buf_view(&out), pairs[i][1]));
        out.len = 0;
        assert_false(failed(crypto_from_base64(view_of(pairs[i][1]), 100, &out)));
        assert_true(view_is(buf_view(&out), pairs[i][0]));
    }
    out.len = 0;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_true(failed(crypto_from_base64(view_of(bad[i]), 100, &out)));
    assert_true(failed(crypto_from_base64((struct view){"Zm\0v", 4}, 100, &out)));
    assert_int_equal(crypto_from_base64(VIEW("Zm9vYmFy"), 5, &out).kind, FAULT_LIMIT);
    assert_int_equal(out.len, 0);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locked_and_not_dumped),
        cmocka_unit_test(test_a_child_finds_zeros),
        cmocka_unit_test(test_says_so_where_not_locked),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_hex),
        cmocka_unit_test(test_base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
