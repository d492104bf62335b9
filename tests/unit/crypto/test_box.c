/* SM4 against the standard (GB/T 32907-2016 A), the authenticated box, HMAC against OpenSSL. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/crypto/crypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t block[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                  0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};

static void encrypt(const uint8_t in[16], uint8_t out[16])
{
    static const char zeros[16];
    assert_false(failed(crypto_builtin.counter(block, in, (struct view){zeros, 16}, out)));
}

static void expect_hex(const uint8_t *bytes, size_t size, const char *hex)
{
    char text[129];
    crypto_to_hex(bytes, size, text);
    assert_string_equal(text, hex);
}

/* A.1 once, A.2 a million times over: a counter over zeros is the cipher alone. */
static void test_standard(void **state)
{
    (void)state;
    uint8_t at[16];
    encrypt(block, at);
    expect_hex(at, 16, "681edf34d206965e86b3e94f536e4246");
    for (int i = 1; i < 1000000; i++)
        encrypt(at, at);
    expect_hex(at, 16, "595298c7c6fd271f0402f804c33d3f66");
}

static void test_counter_against_openssl(void **state)
{
    (void)state;
    uint8_t bytes[1000], ours[1000], theirs[1000], first[16];
    int size = 0;
    assert_false(failed(crypto_random(bytes, sizeof bytes)));
    memset(first, 0xff, sizeof first); /* the counter runs over its end */
    assert_false(failed(
        crypto_builtin.counter(block, first, (struct view){(char *)bytes, sizeof bytes}, ours)));
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_EncryptInit_ex(context, EVP_sm4_ecb(), NULL, block, NULL), 1);
    for (size_t i = 0; i < sizeof bytes; i += 16) {
        uint8_t stream[32];
        assert_int_equal(EVP_EncryptUpdate(context, stream, &size, first, 16), 1);
        for (size_t k = 0; k < 16 && i + k < sizeof bytes; k++)
            theirs[i + k] = bytes[i + k] ^ stream[k];
        for (int k = 15; k >= 0 && ++first[k] == 0; k--)
            ;
    }
    EVP_CIPHER_CTX_free(context);
    assert_memory_equal(ours, theirs, sizeof ours);
}

static uint8_t key[BOX_KEY_SIZE] = {1, 2, 3};

static void test_box(void **state)
{
    (void)state;
    for (size_t size = 0; size < 200; size += 7) {
        char bytes[200];
        struct buf box = {0}, again = {0}, back = {0};
        memset(bytes, 'm', sizeof bytes);
        struct view plain = {bytes, size};
        assert_false(failed(box_seal(key, VIEW("row 7"), plain, &box)));
        assert_false(failed(box_seal(key, VIEW("row 7"), plain, &again)));
        assert_int_equal(box.len, size + BOX_OVERHEAD);
        assert_false(view_equal(buf_view(&box), buf_view(&again))); /* another nonce */
        assert_false(failed(box_open(key, VIEW("row 7"), buf_view(&box), &back)));
        assert_true(view_equal(buf_view(&back), plain));
        back.len = 0;
        assert_int_equal(box_open(key, VIEW("row 8"), buf_view(&box), &back).kind, FAULT_DATA);
        key[31] ^= 1;
        assert_int_equal(box_open(key, VIEW("row 7"), buf_view(&box), &back).kind, FAULT_DATA);
        key[31] ^= 1;
        for (size_t i = 0; i < box.len; i++) {
            box.ptr[i] ^= 1;
            assert_int_equal(box_open(key, VIEW("row 7"), buf_view(&box), &back).kind, FAULT_DATA);
            box.ptr[i] ^= 1;
            assert_int_equal(box_open(key, VIEW("row 7"), (struct view){box.ptr, i}, &back).kind,
                             FAULT_DATA);
        }
        assert_int_equal(back.len, 0);
        buf_free(&box);
        buf_free(&again);
        buf_free(&back);
    }
}

/* What is moved between associated data and content is noticed: its length is authenticated. */
static void test_box_border(void **state)
{
    (void)state;
    struct buf box = {0}, moved = {0}, back = {0};
    assert_false(failed(box_seal(key, VIEW("ab"), VIEW("cd"), &box)));
    buf_add(&moved, box.ptr, box.len);
    struct view tail = {box.ptr + 1, box.len - 1};
    assert_true(failed(box_open(key, VIEW("abc"), tail, &back)));
    buf_free(&box);
    buf_free(&moved);
}

static void test_hmac_against_openssl(void **state)
{
    (void)state;
    for (size_t size = 0; size < 140; size += 3) {
        char secret[140], message[300];
        uint8_t ours[SM3_SIZE], theirs[EVP_MAX_MD_SIZE];
        unsigned len = 0;
        memset(secret, (int)size, sizeof secret);
        memset(message, 'x', sizeof message);
        struct view parts[] = {{message, size}, {NULL, 0}, {message + size, 300 - size}};
        assert_false(failed(sm3_hmac((struct view){secret, size}, parts, 3, ours)));
        assert_non_null(HMAC(EVP_sm3(), secret, (int)size, (uint8_t *)message, 300, theirs, &len));
        assert_memory_equal(ours, theirs, SM3_SIZE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standard),
        cmocka_unit_test(test_counter_against_openssl),
        cmocka_unit_test(test_box),
        cmocka_unit_test(test_box_border),
        cmocka_unit_test(test_hmac_against_openssl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
