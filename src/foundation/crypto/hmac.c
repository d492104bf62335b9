/* hmac: RFC 2104 over SM3, whose block is 64 bytes. Pads and inner digest are wiped. */
#include "foundation/crypto/provider.h"

#include <string.h>

#define BLOCK 64

static struct rc digest_after(const struct crypto_provider *provider, const uint8_t pad[BLOCK],
                              const struct view *parts, size_t count, uint8_t out[SM3_SIZE])
{
    void *state = NULL;
    TRY(provider->hash_start(&state));
    struct rc rc = provider->hash_add(state, (struct view){(const char *)pad, BLOCK});
    for (size_t i = 0; i < count && !failed(rc); i++)
        rc = provider->hash_add(state, parts[i]);
    if (failed(rc)) {
        rc_ignore(provider->hash_end(state, NULL)); /* the first failure is the one to tell */
        return rc;
    }
    return provider->hash_end(state, out);
}

struct rc hmac_with(const struct crypto_provider *provider, struct view key,
                    const struct view *parts, size_t count, uint8_t out[static SM3_SIZE])
{
    uint8_t inner[BLOCK] = {0}, outer[BLOCK], digest[SM3_SIZE];
    if (key.len > BLOCK) {
        uint8_t shorter[1][SM3_SIZE];
        TRY(provider->hash(&key, 1, shorter));
        memcpy(inner, shorter[0], SM3_SIZE);
        crypto_wipe(shorter, sizeof shorter);
    } else if (key.len) {
        memcpy(inner, key.ptr, key.len);
    }
    for (size_t i = 0; i < BLOCK; i++) {
        outer[i] = inner[i] ^ 0x5c;
        inner[i] ^= 0x36;
    }
    struct rc rc = digest_after(provider, inner, parts, count, digest);
    struct view middle = {(const char *)digest, SM3_SIZE};
    if (!failed(rc))
        rc = digest_after(provider, outer, &middle, 1, out);
    crypto_wipe(inner, sizeof inner);
    crypto_wipe(outer, sizeof outer);
    crypto_wipe(digest, sizeof digest);
    return rc;
}
