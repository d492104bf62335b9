/*
 * box: SM4 in counter mode, then HMAC-SM3 (encrypt-then-MAC), with separate keys.
 *
 *   key (32) --HMAC "merlon box encrypt"------> first 16 bytes: the key of SM4
 *            --HMAC "merlon box authenticate"-> 32 bytes: the key of the tag
 *
 *   box   nonce 16 | encrypted bytes | tag 32
 *   tag   HMAC(length of associated, 8 bytes | associated | nonce | encrypted bytes)
 *
 * The nonce is the first counter. Random nonces of 128 bits collide, in part, with probability
 * about n^2 * blocks / 2^128 for n boxes under a key: no concern at any number we could make.
 */
#include "foundation/crypto/provider.h"

#include <string.h>

struct box_keys {
    uint8_t encrypt[SM3_SIZE], authenticate[SM3_SIZE];
};

static struct rc derive(const uint8_t *key, struct box_keys *out)
{
    static const struct view encrypt = {"merlon box encrypt", 18};
    static const struct view authenticate = {"merlon box authenticate", 23};
    struct view master = {(const char *)key, BOX_KEY_SIZE};
    TRY(sm3_hmac(master, &encrypt, 1, out->encrypt));
    return sm3_hmac(master, &authenticate, 1, out->authenticate);
}

static struct rc tag_of(const struct box_keys *keys, struct view associated, struct view sealed,
                        uint8_t out[SM3_SIZE])
{
    char length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (char)((uint64_t)associated.len >> (56 - 8 * i));
    struct view parts[] = {{length, sizeof length}, associated, sealed};
    struct view key = {(const char *)keys->authenticate, SM3_SIZE};
    return sm3_hmac(key, parts, COUNT_OF(parts), out);
}

static struct rc seal(const struct crypto_provider *provider, const struct box_keys *keys,
                      struct view associated, struct view bytes, uint8_t *box)
{
    uint8_t *tag = box + BOX_NONCE + bytes.len;
    TRY(provider->random(box, BOX_NONCE));
    TRY(provider->counter(keys->encrypt, box, bytes, box + BOX_NONCE));
    return tag_of(keys, associated, (struct view){(char *)box, BOX_NONCE + bytes.len}, tag);
}

struct rc box_seal(const uint8_t key[static BOX_KEY_SIZE], struct view associated,
                   struct view bytes, struct buf *out)
{
    const struct crypto_provider *provider = NULL;
    struct box_keys keys;
    TRY(crypto_ready(&provider));
    size_t size = bytes.len + BOX_OVERHEAD;
    CLEANUP(mem_freep) uint8_t *box = mem_new(size);
    struct rc rc = derive(key, &keys);
    if (!failed(rc))
        rc = seal(provider, &keys, associated, bytes, box);
    crypto_wipe(&keys, sizeof keys);
    if (!failed(rc))
        buf_add(out, box, size);
    return rc;
}

static struct rc unseal(const struct crypto_provider *provider, const struct box_keys *keys,
                        struct view associated, struct view box, uint8_t *plain)
{
    uint8_t tag[SM3_SIZE];
    struct view sealed = {box.ptr, box.len - SM3_SIZE};
    TRY(tag_of(keys, associated, sealed, tag));
    if (!crypto_equal(tag, box.ptr + sealed.len, SM3_SIZE))
        return fault(FAULT_DATA, "box: it was altered, or belongs to another key or other data");
    return provider->counter(keys->encrypt, (const uint8_t *)box.ptr, view_from(sealed, BOX_NONCE),
                             plain);
}

struct rc box_open(const uint8_t key[static BOX_KEY_SIZE], struct view associated, struct view box,
                   struct buf *out)
{
    const struct crypto_provider *provider = NULL;
    struct box_keys keys;
    if (box.len < BOX_OVERHEAD)
        return fault(FAULT_DATA, "box: %zu bytes are too few for one", box.len);
    TRY(crypto_ready(&provider));
    size_t size = box.len - BOX_OVERHEAD;
    CLEANUP(mem_freep) uint8_t *plain = mem_new(size);
    struct rc rc = derive(key, &keys);
    if (!failed(rc))
        rc = unseal(provider, &keys, associated, box, plain);
    crypto_wipe(&keys, sizeof keys);
    if (!failed(rc))
        buf_add(out, plain, size);
    crypto_wipe(plain, size);
    return rc;
}
