/*
 * builtin: the built-in provider. SM3 is our own (sm3.c), SM2 and SM4 are OpenSSL's EVP.
 *
 * OpenSSL keeps private numbers in its secure heap once that exists: locked, not dumped, wiped. It
 * is made before the first key; where that fails, keys lie in ordinary memory, still wiped.
 */
#include "foundation/crypto/provider.h"
#include "foundation/crypto/sm3.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#define SECURE_HEAP  (64 * 1024) /* an SM2 key takes a few hundred bytes */
#define PRIVATE_SIZE 32

static struct rc refused(const char *what)
{
    return fault(FAULT_IO, "%s: this OpenSSL refuses it; install one built with SM2, SM3 and SM4",
                 what);
}

/* ---- SM3 ---- */

static struct rc hash(const struct view *messages, size_t count, uint8_t (*out)[SM3_SIZE])
{
    sm3_many(messages, count, out);
    return RC_OK;
}

static struct rc hash_start(void **state)
{
    struct sm3_state *fresh = mem_new(sizeof *fresh);
    sm3_state_start(fresh);
    *state = fresh;
    return RC_OK;
}

static struct rc hash_add(void *state, struct view bytes)
{
    sm3_state_add(state, bytes);
    return RC_OK;
}

static struct rc hash_end(void *state, uint8_t *out)
{
    if (out)
        sm3_state_end(state, out);
    crypto_wipe(state, sizeof(struct sm3_state)); /* it may have held the pad of an HMAC */
    mem_free(state);
    return RC_OK;
}

/* ---- SM4 ---- */

static bool counter_parts(EVP_CIPHER_CTX *context, struct view in, uint8_t *out)
{
    const size_t most = 1 << 30; /* EVP counts in int */
    while (in.len) {
        size_t here = in.len < most ? in.len : most;
        int wrote = 0;
        if (EVP_EncryptUpdate(context, out, &wrote, (const uint8_t *)in.ptr, (int)here) != 1 ||
            (size_t)wrote != here)
            return false;
        in = view_from(in, here);
        out += here;
    }
    return true;
}

static struct rc counter(const uint8_t key[16], const uint8_t first[16], struct view in,
                         uint8_t *out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (!context)
        panic("out of memory");
    bool done = EVP_EncryptInit_ex(context, EVP_sm4_ctr(), NULL, key, first) == 1 &&
                counter_parts(context, in, out);
    EVP_CIPHER_CTX_free(context);
    return done ? RC_OK : refused("SM4-CTR");
}

/* ---- random ---- */

static struct rc random_bytes(void *out, size_t size)
{
    uint8_t *at = out;
    while (size) {
        ssize_t got = getrandom(at, size < 256 ? size : 256, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fault(FAULT_IO, "getrandom: the system has no random numbers");
        at += got;
        size -= (size_t)got;
    }
    return RC_OK;
}

/* ---- SM2 ---- */

static void make_secure_heap(void)
{
    if (!CRYPTO_secure_malloc_initialized() && CRYPTO_secure_malloc_init(SECURE_HEAP, 16) == 0)
        return; /* ordinary memory, still wiped */
}

static EVP_PKEY *key_from(const char *group, const uint8_t *scalar, const uint8_t *point)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    BIGNUM *number = scalar ? BN_secure_new() : NULL;
    OSSL_PARAM *params = NULL;
    bool good = build && context &&
                OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 &&
                OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point,
                                                 SM2_PUBLIC_SIZE) == 1;
    if (good && scalar)
        good = number && BN_bin2bn(scalar, PRIVATE_SIZE, number) &&
               OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1;
    if (good)
        params = OSSL_PARAM_BLD_to_param(build);
    if (params && EVP_PKEY_fromdata_init(context) == 1)
        EVP_PKEY_fromdata(context, &key, scalar ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(context);
    BN_clear_free(number);
    return key;
}

/* The public point of a private number: [d]G. */
static bool point_of(const uint8_t *scalar, uint8_t out[SM2_PUBLIC_SIZE])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    EC_POINT *point = group ? EC_POINT_new(group) : NULL;
    BIGNUM *number = BN_secure_new();
    bool good = point && number && BN_bin2bn(scalar, PRIVATE_SIZE, number) && !BN_is_zero(number) &&
                BN_cmp(number, EC_GROUP_get0_order(group)) < 0;
    if (good)
        BN_set_flags(number, BN_FLG_CONSTTIME);
    good = good && EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 &&
           EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out, SM2_PUBLIC_SIZE,
                              NULL) == SM2_PUBLIC_SIZE;
    BN_clear_free(number);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    return good;
}

static struct rc public_from(EVP_PKEY *key, struct sm2_public *out)
{
    uint8_t point[SM2_PUBLIC_SIZE];
    size_t size = 0;
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point,
                                        sizeof point, &size) != 1 ||
        size != SM2_PUBLIC_SIZE || point[0] != 4)
        return refused("SM2 key");
    memcpy(out->point, point, SM2_PUBLIC_SIZE);
    return RC_OK;
}

static struct rc key_open(struct view saved, void **out, struct sm2_public *public_key)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_secure_heap);
    uint8_t point[SM2_PUBLIC_SIZE];
    EVP_PKEY *key = NULL;
    if (saved.len == 0)
        key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    else if (saved.len != PRIVATE_SIZE || !point_of((const uint8_t *)saved.ptr, point))
        return fault(FAULT_DATA, "SM2: the saved key is none");
    else
        key = key_from("SM2", (const uint8_t *)saved.ptr, point);
    if (!key)
        return refused("SM2 key");
    struct rc rc = public_from(key, public_key);
    if (failed(rc))
        EVP_PKEY_free(key);
    else
        *out = key;
    return rc;
}

static struct rc key_save(void *key, uint8_t saved[SM2_SAVED_MAX], size_t *size)
{
    BIGNUM *number = BN_secure_new();
    bool good = number && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
                BN_bn2binpad(number, saved, PRIVATE_SIZE) == PRIVATE_SIZE;
    BN_clear_free(number);
    if (!good)
        return refused("SM2 key");
    *size = PRIVATE_SIZE;
    return RC_OK;
}

static void key_close(void *key)
{
    EVP_PKEY_free(key);
}

/* A digest context whose key signs or verifies with the identity of all our signatures. */
static EVP_MD_CTX *context_of(EVP_PKEY *key, bool sign)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *inner = EVP_PKEY_CTX_new(key, NULL);
    if (!context || !inner)
        panic("out of memory");
    EVP_MD_CTX_set_pkey_ctx(context, inner);
    bool good = EVP_PKEY_CTX_set1_id(inner, SM2_ID, sizeof SM2_ID - 1) == 1 &&
                (sign ? EVP_DigestSignInit(context, NULL, EVP_sm3(), NULL, key)
                      : EVP_DigestVerifyInit(context, NULL, EVP_sm3(), NULL, key)) == 1;
    if (good)
        return context;
    EVP_MD_CTX_free(context);
    EVP_PKEY_CTX_free(inner);
    return NULL;
}

static void context_free(EVP_MD_CTX *context)
{
    EVP_PKEY_CTX *inner = EVP_MD_CTX_get_pkey_ctx(context);
    EVP_MD_CTX_free(context); /* leaves alone what set_pkey_ctx gave it */
    EVP_PKEY_CTX_free(inner);
}

static struct rc key_sign(void *key, struct view message, struct sm2_signature *out)
{
    EVP_MD_CTX *context = context_of(key, true);
    if (!context)
        return refused("SM2 signing");
    struct sm2_signature made = {.size = sizeof made.bytes};
    int good = EVP_DigestSign(context, made.bytes, &made.size,
                              (const uint8_t *)(message.ptr ? message.ptr : ""), message.len);
    context_free(context);
    if (good != 1)
        return refused("SM2 signing");
    *out = made;
    return RC_OK;
}

static struct rc verify(const struct sm2_public *public_key, struct view message,
                        struct view signature)
{
    EVP_PKEY *key = key_from("SM2", NULL, public_key->point);
    if (!key)
        return fault(FAULT_DATA, "SM2: the public key is no point of the curve");
    EVP_MD_CTX *context = context_of(key, false);
    int good =
        context ? EVP_DigestVerify(context, (const uint8_t *)signature.ptr, signature.len,
                                   (const uint8_t *)(message.ptr ? message.ptr : ""), message.len)
                : 0;
    if (context)
        context_free(context);
    EVP_PKEY_free(key);
    return good == 1 ? RC_OK
                     : fault(FAULT_DATA, "SM2: the signature is not that key's over these bytes");
}

const struct crypto_provider crypto_builtin = {
    .name = "built-in SM3, OpenSSL SM2 and SM4",
    .hash = hash,
    .hash_start = hash_start,
    .hash_add = hash_add,
    .hash_end = hash_end,
    .counter = counter,
    .random = random_bytes,
    .key_open = key_open,
    .key_save = key_save,
    .key_sign = key_sign,
    .verify = verify,
    .key_close = key_close,
};
