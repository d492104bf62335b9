/*
 * provider: which provider is in use, whether its vectors held, and the digests that go through it.
 *
 * The self-test runs once a process, before the first use, under pthread_once; afterwards each call
 * costs one load. A provider given to crypto_use is tested before it takes the place.
 */
#include "foundation/crypto/provider.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static _Atomic(const struct crypto_provider *) in_use; /* set only when its vectors held */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];

static void test_builtin(void)
{
    if (atomic_load(&in_use))
        return;
    if (failed(vectors_run(&crypto_builtin)))
        snprintf(failure, sizeof failure, "%s", fault_text());
    else
        atomic_store(&in_use, &crypto_builtin);
}

struct rc crypto_ready(const struct crypto_provider **out)
{
    const struct crypto_provider *provider = atomic_load_explicit(&in_use, memory_order_acquire);
    if (!provider) {
        pthread_once(&once, test_builtin);
        provider = atomic_load(&in_use);
    }
    if (!provider)
        return fault(FAULT_DATA, "cryptography is not to be trusted here: %s", failure);
    *out = provider;
    return RC_OK;
}

struct rc crypto_use(const struct crypto_provider *provider)
{
    TRY(vectors_run(provider));
    atomic_store(&in_use, provider);
    return RC_OK;
}

const char *crypto_provider_name(void)
{
    const struct crypto_provider *provider = NULL;
    return failed(crypto_ready(&provider)) ? "none" : provider->name;
}

struct rc crypto_self_test(void)
{
    const struct crypto_provider *provider = NULL;
    TRY(crypto_ready(&provider));
    return vectors_run(provider);
}

struct rc crypto_random(void *out, size_t size)
{
    const struct crypto_provider *provider = NULL;
    TRY(crypto_ready(&provider));
    return provider->random(out, size);
}

struct rc sm3_digests(const struct view *messages, size_t count, uint8_t (*out)[SM3_SIZE])
{
    const struct crypto_provider *provider = NULL;
    TRY(crypto_ready(&provider));
    return provider->hash(messages, count, out);
}

struct rc sm3_digest(struct view bytes, uint8_t out[static SM3_SIZE])
{
    uint8_t digest[1][SM3_SIZE];
    TRY(sm3_digests(&bytes, 1, digest));
    memcpy(out, digest[0], SM3_SIZE);
    return RC_OK;
}

struct rc sm3_hex(struct view bytes, char out[static SM3_HEX])
{
    uint8_t digest[SM3_SIZE];
    TRY(sm3_digest(bytes, digest));
    crypto_to_hex(digest, SM3_SIZE, out);
    return RC_OK;
}

struct sm3 {
    const struct crypto_provider *provider;
    void *state; /* NULL once it ended */
};

struct rc sm3_new(struct sm3 **out)
{
    const struct crypto_provider *provider = NULL;
    void *state = NULL;
    TRY(crypto_ready(&provider));
    TRY(provider->hash_start(&state));
    struct sm3 *sm3 = mem_new(sizeof *sm3);
    *sm3 = (struct sm3){provider, state};
    *out = sm3;
    return RC_OK;
}

struct rc sm3_add(struct sm3 *sm3, struct view bytes)
{
    must(sm3->state);
    return sm3->provider->hash_add(sm3->state, bytes);
}

struct rc sm3_end(struct sm3 *sm3, uint8_t out[static SM3_SIZE])
{
    must(sm3->state);
    void *state = sm3->state;
    sm3->state = NULL;
    return sm3->provider->hash_end(state, out);
}

void sm3_free(struct sm3 *sm3)
{
    if (!sm3)
        return;
    if (sm3->state)
        rc_ignore(sm3->provider->hash_end(sm3->state, NULL)); /* nothing is asked of it any more */
    mem_free(sm3);
}

struct rc sm3_hmac(struct view key, const struct view *parts, size_t count,
                   uint8_t out[static SM3_SIZE])
{
    const struct crypto_provider *provider = NULL;
    TRY(crypto_ready(&provider));
    return hmac_with(provider, key, parts, count, out);
}
