/* SM3 against the standard's vectors, against itself in pieces, and against the openssl command. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/crypto/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static void assert_digest(struct view bytes, const char *hex)
{
    char got[SM3_HEX];
    assert_false(failed(sm3_hex(bytes, got)));
    assert_string_equal(got, hex);
}

static void test_vectors(void **state)
{
    (void)state;
    assert_false(failed(crypto_self_test()));
    /* GB/T 32905-2016 A.1, A.2; the empty message as every implementation gives it. */
    assert_digest(VIEW("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assert_digest(VIEW("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd"),
                  "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    assert_digest(VIEW(""), "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
    assert_digest((struct view){NULL, 0},
                  "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
}

static void test_one_bit_changes_it(void **state)
{
    (void)state;
    char a[SM3_HEX], b[SM3_HEX];
    assert_false(failed(sm3_hex(VIEW("abc"), a)));
    assert_false(failed(sm3_hex(VIEW("abb"), b)));
    assert_string_not_equal(a, b);
}

/* However the bytes are cut, the digest is that of the whole. */
static void test_in_pieces(void **state)
{
    (void)state;
    char bytes[1000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7);
    uint8_t whole[SM3_SIZE], pieces[SM3_SIZE];
    assert_false(failed(sm3_digest((struct view){bytes, sizeof bytes}, whole)));
    for (size_t step = 1; step < 130; step++) {
        struct sm3 *sm3 = NULL;
        struct view rest = {bytes, sizeof bytes};
        assert_false(failed(sm3_new(&sm3)));
        assert_false(failed(sm3_add(sm3, (struct view){NULL, 0})));
        for (; rest.len; rest = view_from(rest, step)) {
            struct view piece = {rest.ptr, rest.len < step ? rest.len : step};
            assert_false(failed(sm3_add(sm3, piece)));
        }
        assert_false(failed(sm3_end(sm3, pieces)));
        sm3_free(sm3);
        assert_memory_equal(whole, pieces, SM3_SIZE);
    }
    sm3_free(NULL);
}

static void test_hex(void **state)
{
    (void)state;
    char out[9];
    crypto_to_hex((const uint8_t *)"\x00\x0f\xf0\xff", 4, out);
    assert_string_equal(out, "000ff0ff");
    crypto_to_hex(NULL, 0, out);
    assert_string_equal(out, "");
}

/* What the openssl command says of a file. */
static void ask_openssl(const char *path, char out[static SM3_HEX])
{
    char command[128];
    snprintf(command, sizeof command, "openssl dgst -sm3 -r %s", path);
    FILE *said = popen(command, "r");
    assert_non_null(said);
    assert_non_null(fgets(out, SM3_HEX, said));
    while (fgetc(said) != EOF)
        ;
    assert_int_equal(pclose(said), 0);
}

static void test_against_the_openssl_command(void **state)
{
    (void)state;
    if (system("command -v openssl >/dev/null") != 0)
        skip();
    for (size_t i = 0; i < 12; i++) {
        static const size_t sizes[] = {0, 1, 55, 56, 63, 64, 65, 119, 128, 1000, 4096, 100001};
        static char bytes[100001];
        char path[] = "/tmp/merlon-sm3-XXXXXX", ours[SM3_HEX], theirs[SM3_HEX];
        for (size_t at = 0; at < sizes[i]; at += 256)
            assert_true(getrandom(bytes + at, sizes[i] - at < 256 ? sizes[i] - at : 256, 0) > 0);
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, bytes, sizes[i]), sizes[i]);
        assert_int_equal(close(fd), 0);
        ask_openssl(path, theirs);
        assert_int_equal(unlink(path), 0);
        assert_false(failed(sm3_hex((struct view){bytes, sizes[i]}, ours)));
        assert_string_equal(ours, theirs);
    }
}

/* Many at once, of lengths that mix whole groups, short ends and very different sizes. */
static void test_many(void **state)
{
    (void)state;
    static char bytes[3000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 31 + i / 64);
    for (int round = 0; round < 400; round++) {
        struct view messages[40];
        uint8_t many[40][SM3_SIZE], alone[SM3_SIZE];
        size_t count = (size_t)rand() % 41;
        size_t most = round % 3 == 0 ? 130 : round % 3 == 1 ? 65 : 2900;
        for (size_t i = 0; i < count; i++)
            messages[i] = (struct view){bytes + rand() % 64, (size_t)rand() % (most + 1)};
        assert_false(failed(sm3_digests(messages, count, many)));
        for (size_t i = 0; i < count; i++) {
            struct sm3 *sm3 = NULL;
            assert_false(failed(sm3_new(&sm3)));
            assert_false(failed(sm3_add(sm3, messages[i])));
            assert_false(failed(sm3_end(sm3, alone)));
            sm3_free(sm3);
            assert_memory_equal(many[i], alone, SM3_SIZE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),   cmocka_unit_test(test_one_bit_changes_it),
        cmocka_unit_test(test_in_pieces), cmocka_unit_test(test_many),
        cmocka_unit_test(test_hex),       cmocka_unit_test(test_against_the_openssl_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
