/*
 * sm2: keys, signatures, and a public key's text forms.
 *
 * A public key travels as SubjectPublicKeyInfo (RFC 5480): on this curve a fixed beginning and the
 * 65 bytes of the point, so neither writing nor reading it needs a DER parser.
 */
#include "foundation/crypto/provider.h"

#include <string.h>

struct sm2_key {
    const struct crypto_provider *provider;
    void *key;
    struct sm2_public public_key;
};

/* SEQUENCE { SEQUENCE { id-ecPublicKey, 1.2.156.10197.1.301 }, BIT STRING of 65 bytes } */
static const uint8_t spki_start[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                     0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x81, 0x1c,
                                     0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00};
_Static_assert(sizeof spki_start + SM2_PUBLIC_SIZE == SM2_SPKI_SIZE, "SPKI of SM2 is 91 bytes");

struct rc sm2_load(struct view saved, struct sm2_key **out)
{
    const struct crypto_provider *provider = NULL;
    TRY(crypto_ready(&provider));
    struct sm2_key *key = mem_new(sizeof *key);
    key->provider = provider;
    struct rc rc = provider->key_open(saved, &key->key, &key->public_key);
    if (failed(rc)) {
        mem_free(key);
        return rc;
    }
    *out = key;
    return RC_OK;
}

struct rc sm2_generate(struct sm2_key **out)
{
    return sm2_load((struct view){NULL, 0}, out);
}

struct rc sm2_save(const struct sm2_key *key, uint8_t saved[static SM2_SAVED_MAX], size_t *size)
{
    return key->provider->key_save(key->key, saved, size);
}

const struct sm2_public *sm2_public_of(const struct sm2_key *key)
{
    return &key->public_key;
}

void sm2_free(struct sm2_key *key)
{
    if (!key)
        return;
    key->provider->key_close(key->key);
    mem_free(key);
}

struct rc sm2_sign(const struct sm2_key *key, struct view message, struct sm2_signature *out)
{
    return key->provider->key_sign(key->key, message, out);
}

struct rc sm2_verify(const struct sm2_public *key, struct view message, struct view signature)
{
    const struct crypto_provider *provider = NULL;
    TRY(crypto_ready(&provider));
    return provider->verify(key, message, signature);
}

void sm2_encode(const struct sm2_public *key, uint8_t out[static SM2_SPKI_SIZE])
{
    memcpy(out, spki_start, sizeof spki_start);
    memcpy(out + sizeof spki_start, key->point, SM2_PUBLIC_SIZE);
}

struct rc sm2_decode(struct view der, struct sm2_public *out)
{
    if (der.len != SM2_SPKI_SIZE || memcmp(der.ptr, spki_start, sizeof spki_start) != 0 ||
        der.ptr[sizeof spki_start] != 4)
        return fault(FAULT_DATA, "not a public key on the curve of SM2, uncompressed");
    memcpy(out->point, der.ptr + sizeof spki_start, SM2_PUBLIC_SIZE);
    return RC_OK;
}

void sm2_pem(const struct sm2_public *key, struct buf *out)
{
    uint8_t der[SM2_SPKI_SIZE];
    struct buf text = {0};
    sm2_encode(key, der);
    crypto_to_base64(der, sizeof der, &text);
    buf_add_text(out, "-----BEGIN PUBLIC KEY-----\n");
    for (size_t i = 0; i < text.len; i += 64)
        buf_printf(out, "%.64s\n", text.ptr + i);
    buf_add_text(out, "-----END PUBLIC KEY-----\n");
    buf_free(&text);
}

struct rc sm2_fingerprint(const struct sm2_public *key, char out[static SM3_HEX])
{
    uint8_t der[SM2_SPKI_SIZE];
    sm2_encode(key, der);
    return sm3_hex((struct view){(const char *)der, sizeof der}, out);
}
