/* Another provider: taken only when the standards' vectors hold with it, and then used for
 * everything. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/crypto/crypto.h"

#include <string.h>

static int hashes, signatures;

static struct rc counting_hash(const struct view *messages, size_t count, uint8_t (*out)[SM3_SIZE])
{
    hashes++;
    return crypto_builtin.hash(messages, count, out);
}

static struct rc counting_sign(void *key, struct view message, struct sm2_signature *out)
{
    signatures++;
    return crypto_builtin.key_sign(key, message, out);
}

static struct rc wrong_hash(const struct view *messages, size_t count, uint8_t (*out)[SM3_SIZE])
{
    struct rc rc = crypto_builtin.hash(messages, count, out);
    out[count - 1][0] ^= 1;
    return rc;
}

static struct rc wrong_end(void *state, uint8_t *out)
{
    struct rc rc = crypto_builtin.hash_end(state, out);
    if (out)
        out[31] ^= 0x80;
    return rc;
}

static struct rc wrong_counter(const uint8_t key[16], const uint8_t counter[16], struct view in,
                               uint8_t *out)
{
    (void)key, (void)counter;
    memcpy(out, in.ptr, in.len);
    return RC_OK;
}

static struct rc believes_everything(const struct sm2_public *key, struct view message,
                                     struct view signature)
{
    (void)key, (void)message, (void)signature;
    return RC_OK;
}

static struct rc believes_nothing(const struct sm2_public *key, struct view message,
                                  struct view signature)
{
    (void)key, (void)message, (void)signature;
    return fault(FAULT_DATA, "no");
}

static struct rc wrong_sign(void *key, struct view message, struct sm2_signature *out)
{
    struct rc rc = crypto_builtin.key_sign(key, message, out);
    out->bytes[out->size - 1] ^= 1;
    return rc;
}

static void expect_refused(const struct crypto_provider *provider, const char *word)
{
    assert_int_equal(crypto_use(provider).kind, FAULT_DATA);
    if (!strstr(fault_text(), word))
        fail_msg("\"%s\" does not name %s", fault_text(), word);
    assert_string_equal(crypto_provider_name(), crypto_builtin.name);
}

static void test_wrong_ones_are_refused(void **state)
{
    (void)state;
    struct crypto_provider p = crypto_builtin;
    p.hash = wrong_hash;
    expect_refused(&p, "SM3");
    p = crypto_builtin;
    p.hash_end = wrong_end;
    expect_refused(&p, "SM3");
    p = crypto_builtin;
    p.counter = wrong_counter;
    expect_refused(&p, "SM4");
    p = crypto_builtin;
    p.verify = believes_everything;
    expect_refused(&p, "SM2");
    p = crypto_builtin;
    p.verify = believes_nothing;
    expect_refused(&p, "SM2");
    p = crypto_builtin;
    p.key_sign = wrong_sign;
    expect_refused(&p, "SM2");
}

static void test_another_one_is_used(void **state)
{
    (void)state;
    static struct crypto_provider other;
    uint8_t digest[SM3_SIZE];
    struct sm2_key *key = NULL;
    struct sm2_signature signature;
    other = crypto_builtin;
    other.name = "counting";
    other.hash = counting_hash;
    other.key_sign = counting_sign;
    assert_false(failed(crypto_use(&other)));
    assert_string_equal(crypto_provider_name(), "counting");
    hashes = signatures = 0;
    assert_false(failed(sm3_digest(VIEW("x"), digest)));
    assert_false(failed(sm2_generate(&key)));
    assert_false(failed(sm2_sign(key, VIEW("x"), &signature)));
    sm2_free(key);
    assert_int_equal(hashes, 1);
    assert_int_equal(signatures, 1);
    assert_false(failed(crypto_self_test()));
    assert_false(failed(crypto_use(&crypto_builtin)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_ones_are_refused),
        cmocka_unit_test(test_another_one_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
