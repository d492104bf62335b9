/*
 * vectors: the standards' own examples, run against a provider before anything relies on it.
 *
 *   SM3   GB/T 32905-2016 A.1, A.2; nine messages at once against one at a time
 *   SM4   GB/T 32907-2016 A.1: counter mode over zeros gives the encrypted counter
 *   SM2   GB/T 32918.5-2017 A.2: the signature of "message digest" holds, one bit off does not;
 *         the public key follows from the private one; a fresh signature holds
 */
#include "foundation/crypto/provider.h"

#include <string.h>

static struct rc wrong(const char *what)
{
    return fault(FAULT_DATA, "self-test: %s does not hold", what);
}

static bool is_hex(const uint8_t *bytes, size_t size, const char *hex)
{
    char text[2 * SM2_PUBLIC_SIZE + 1];
    must(size <= SM2_PUBLIC_SIZE);
    crypto_to_hex(bytes, size, text);
    return strcmp(text, hex) == 0;
}

#define ABC  "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
#define ABCD "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"

static struct rc test_sm3(const struct crypto_provider *provider)
{
    struct view short_one = VIEW("abc");
    struct view block = VIEW("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd");
    struct view messages[9];
    uint8_t digests[9][SM3_SIZE], pieces[SM3_SIZE];
    for (size_t i = 0; i < COUNT_OF(messages); i++)
        messages[i] = i % 2 ? block : short_one;
    TRY(provider->hash(messages, COUNT_OF(messages), digests));
    for (size_t i = 0; i < COUNT_OF(messages); i++) {
        if (!is_hex(digests[i], SM3_SIZE, i % 2 ? ABCD : ABC))
            return wrong("SM3 (GB/T 32905 A)");
    }
    void *state = NULL;
    TRY(provider->hash_start(&state));
    struct rc rc = provider->hash_add(state, (struct view){block.ptr, 5});
    if (!failed(rc))
        rc = provider->hash_add(state, view_from(block, 5));
    TRY(provider->hash_end(state, pieces));
    TRY(rc);
    return is_hex(pieces, SM3_SIZE, ABCD) ? RC_OK : wrong("SM3 in pieces (GB/T 32905 A.2)");
}

static struct rc test_hmac(const struct crypto_provider *provider)
{
    /* Made with `openssl dgst -sm3 -hmac key`, since GB/T 15852.2 has no example over SM3. */
    struct view message = VIEW("The quick brown fox jumps over the lazy dog");
    uint8_t tag[SM3_SIZE];
    TRY(hmac_with(provider, VIEW("key"), &message, 1, tag));
    return is_hex(tag, SM3_SIZE, "bd4a34077888162b210645b8ebf74b9af357303789357a27c7fc457244ebd398")
               ? RC_OK
               : wrong("HMAC-SM3");
}

static struct rc test_sm4(const struct crypto_provider *provider)
{
    static const uint8_t block[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                      0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};
    static const char zeros[16];
    uint8_t out[16];
    TRY(provider->counter(block, block, (struct view){zeros, sizeof zeros}, out));
    return is_hex(out, 16, "681edf34d206965e86b3e94f536e4246") ? RC_OK
                                                               : wrong("SM4 (GB/T 32907 A.1)");
}

#define PRIVATE_KEY "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
#define PUBLIC_KEY                                                                                 \
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"                           \
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
/* r and s of the example, as DER: both begin with a bit that needs a zero before it. */
#define SIGNATURE                                                                                  \
    "3046"                                                                                         \
    "022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"                       \
    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"

static struct rc test_verify(const struct crypto_provider *provider, const struct sm2_public *key)
{
    uint8_t signature[SM2_SIGNATURE_MAX];
    struct view message = VIEW("message digest"), given = {(char *)signature, sizeof signature};
    TRY(crypto_from_hex(VIEW(SIGNATURE), signature, sizeof signature));
    if (failed(provider->verify(key, message, given)))
        return wrong("verifying by SM2 (GB/T 32918.5 A.2)");
    signature[sizeof signature - 1] ^= 1;
    if (!failed(provider->verify(key, message, given)))
        return wrong("refusing a wrong signature by SM2");
    return RC_OK;
}

static struct rc test_sign(const struct crypto_provider *provider, void *key,
                           const struct sm2_public *public_key)
{
    struct sm2_signature made;
    struct view message = VIEW("merlon self-test");
    TRY(provider->key_sign(key, message, &made));
    if (failed(provider->verify(public_key, message, (struct view){(char *)made.bytes, made.size})))
        return wrong("verifying what SM2 signed");
    return RC_OK;
}

static struct rc test_sm2(const struct crypto_provider *provider)
{
    struct sm2_public public_key, expected;
    TRY(crypto_from_hex(VIEW(PUBLIC_KEY), expected.point, SM2_PUBLIC_SIZE));
    TRY(test_verify(provider, &expected));
    /* A module may refuse to take a key in; then it signs with one of its own. */
    uint8_t number[32];
    void *key = NULL;
    TRY(crypto_from_hex(VIEW(PRIVATE_KEY), number, sizeof number));
    struct rc taken =
        provider->key_open((struct view){(char *)number, sizeof number}, &key, &public_key);
    if (failed(taken))
        TRY(provider->key_open((struct view){NULL, 0}, &key, &public_key));
    else if (memcmp(&public_key, &expected, sizeof expected) != 0)
        taken = wrong("the public key of a private one by SM2 (GB/T 32918.5 A.2)");
    struct rc rc = test_sign(provider, key, &public_key);
    provider->key_close(key);
    if (!failed(taken) || provider != &crypto_builtin)
        return rc;
    return taken;
}

struct rc vectors_run(const struct crypto_provider *provider)
{
    TRY(test_sm3(provider));
    TRY(test_hmac(provider));
    TRY(test_sm4(provider));
    return test_sm2(provider);
}
