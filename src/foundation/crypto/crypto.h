/*
 * crypto: the cryptography of China's commercial standards, behind one small interface.
 *
 *   SM3   digest, digests of many messages at once, HMAC            GB/T 32905-2016
 *   SM4   counter mode with HMAC-SM3 over it: an authenticated box  GB/T 32907-2016
 *   SM2   key generation, signing, verifying                        GB/T 32918.2-2016, .5-2017
 *   time  stamps of a server by RFC 3161 over an SM3 imprint, requested and verified
 *   secrets in locked, wiped memory; random bytes; comparison in constant time; hex, base64
 *
 * The algorithms come from a `struct crypto_provider`. The one built in computes SM3 itself (faster
 * on short messages and on many at once than EVP) and takes SM2 and SM4 from OpenSSL 3. Another
 * (Tongsuo, a hardware module by GM/T 0018) can stand in. No certification is claimed, of no part.
 *
 * Every SM2 signature is made and verified with the identity 1234567812345678 (GB/T 35276); the
 * openssl command needs it said: -sigopt distid:1234567812345678.
 *
 * The standards' vectors are run before the first use in each process; when one does not hold,
 * every function answers FAULT_DATA. SM2 signing takes a random number, so its vector is verified
 * instead and a fresh signature must verify.
 *
 * Threads: a struct sm3 belongs to one thread, a struct sm2_key may sign in several; everything
 * else may be called from any. crypto_use is called before there is a second thread.
 */
#ifndef MERLON_CRYPTO_H
#define MERLON_CRYPTO_H

#include "foundation/base/base.h"

#define SM3_SIZE 32
#define SM3_HEX  (2 * SM3_SIZE + 1) /* with its NUL */

/* ---- SM3 --------------------------------------------------------------------------------- */

MUST_USE struct rc sm3_digest(struct view bytes, uint8_t out[static SM3_SIZE]);

/* The same as lower-case hexadecimal text. */
MUST_USE struct rc sm3_hex(struct view bytes, char out[static SM3_HEX]);

/* The digests of `count` messages, eight side by side where the processor can. */
MUST_USE struct rc sm3_digests(const struct view *messages, size_t count, uint8_t (*out)[SM3_SIZE]);

/* The digest of bytes that come in pieces: new, add..., end; free accepts NULL. */
struct sm3;
MUST_USE struct rc sm3_new(struct sm3 **out);
MUST_USE struct rc sm3_add(struct sm3 *sm3, struct view bytes);
MUST_USE struct rc sm3_end(struct sm3 *sm3, uint8_t out[static SM3_SIZE]); /* once */
void sm3_free(struct sm3 *sm3);

/* HMAC (RFC 2104, GB/T 15852.2) over SM3, of several parts one after the other. */
MUST_USE struct rc sm3_hmac(struct view key, const struct view *parts, size_t count,
                            uint8_t out[static SM3_SIZE]);

/* ---- SM4: the box ------------------------------------------------------------------------- */

#define BOX_KEY_SIZE 32 /* from it the keys of SM4 and of HMAC-SM3 are derived */
#define BOX_NONCE    16
#define BOX_OVERHEAD (BOX_NONCE + SM3_SIZE)

/*
 * Encrypts, then authenticates. A box is nonce (16 random bytes, made here) | SM4-CTR of the bytes
 * | HMAC-SM3 over the associated data, its length, the nonce and what was encrypted. `associated`
 * is bound to the box but not in it. Appends to `out`. Opening checks the tag before it decrypts;
 * a box that was altered, cut, or belongs to another key or other data is FAULT_DATA.
 */
MUST_USE struct rc box_seal(const uint8_t key[static BOX_KEY_SIZE], struct view associated,
                            struct view bytes, struct buf *out);
MUST_USE struct rc box_open(const uint8_t key[static BOX_KEY_SIZE], struct view associated,
                            struct view box, struct buf *out);

/* ---- SM2 ---------------------------------------------------------------------------------- */

#define SM2_PUBLIC_SIZE   65 /* 04 | x | y */
#define SM2_SIGNATURE_MAX 72 /* SEQUENCE of two INTEGERs, as GM/T 0009 and openssl have it */
#define SM2_SPKI_SIZE     91 /* SubjectPublicKeyInfo, the body of a "PUBLIC KEY" PEM file */
#define SM2_SAVED_MAX     128

struct sm2_public {
    uint8_t point[SM2_PUBLIC_SIZE];
};

struct sm2_signature {
    uint8_t bytes[SM2_SIGNATURE_MAX];
    size_t size;
};

struct sm2_key; /* a private key; what a provider keeps of it is never handed out but by save */

MUST_USE struct rc sm2_generate(struct sm2_key **out);
MUST_USE struct rc sm2_load(struct view saved, struct sm2_key **out);
/* What sm2_load needs to find the key again: of the built-in provider the 32 bytes of the key
 * itself, of a module a handle. `saved` should lie in a struct secret; *size at most
 * SM2_SAVED_MAX. */
MUST_USE struct rc sm2_save(const struct sm2_key *key, uint8_t saved[static SM2_SAVED_MAX],
                            size_t *size);
const struct sm2_public *sm2_public_of(const struct sm2_key *key);
void sm2_free(struct sm2_key *key); /* wiped; accepts NULL */

MUST_USE struct rc sm2_sign(const struct sm2_key *key, struct view message,
                            struct sm2_signature *out);
/* FAULT_DATA when the signature is not that key's over that message, whatever the reason. */
MUST_USE struct rc sm2_verify(const struct sm2_public *key, struct view message,
                              struct view signature);

/* A public key as DER, back (FAULT_DATA), as PEM text, and SM3 over its DER as hexadecimal text:
 * openssl pkey -pubin -in key.pem -outform DER | openssl dgst -sm3. */
void sm2_encode(const struct sm2_public *key, uint8_t out[static SM2_SPKI_SIZE]);
MUST_USE struct rc sm2_decode(struct view der, struct sm2_public *out);
void sm2_pem(const struct sm2_public *key, struct buf *out);
MUST_USE struct rc sm2_fingerprint(const struct sm2_public *key, char out[static SM3_HEX]);

/* ---- secrets, random, comparison ------------------------------------------------------------ */

/* Memory that is never swapped out nor part of a core dump where the system allows it, zeroed at
 * first and wiped when freed. A child made by fork() finds zeros in it. */
struct secret;
struct secret *secret_new(size_t size) MUST_USE;
void *secret_bytes(const struct secret *secret);
void secret_free(struct secret *secret); /* accepts NULL */
static inline void secret_freep(struct secret **secret)
{
    secret_free(*secret);
}

/* False when some secret of this process could not be locked; the sentence says why and what to do.
 * Programs that hold keys show it: Merlon goes on, since refusing would stop the record. */
bool crypto_secrets_locked(const char **why);

void crypto_wipe(void *bytes, size_t size);
bool crypto_equal(const void *a, const void *b, size_t size); /* in constant time */
MUST_USE struct rc crypto_random(void *out, size_t size);

/* ---- text forms ----------------------------------------------------------------------------- */

void crypto_to_hex(const uint8_t *bytes, size_t size, char *out); /* writes 2 * size + 1 bytes */
MUST_USE struct rc crypto_from_hex(struct view hex, uint8_t *out, size_t size); /* exactly size */

/* RFC 4648 section 4, with padding. Reading is strict: one text for each value. */
void crypto_to_base64(const uint8_t *bytes, size_t size, struct buf *out);
MUST_USE struct rc crypto_from_base64(struct view text, size_t max, struct buf *out);

/* ---- stamps of time: RFC 3161 -----------------------------------------------------------------
 */

/* A request (DER) for a stamp over an SM3 imprint, with a random nonce and the server's
 * certificate asked for. Servers answer with RSA or ECDSA; `openssl ts` refuses SM2 signers. */
MUST_USE struct rc stamp_request(const uint8_t imprint[static SM3_SIZE], struct buf *out);

/* Verifies a response (DER) over that imprint against PEM certificates of trusted roots; `request`
 * is the one it answers, or empty when it was not kept (then the nonce is not compared). *time is
 * in microseconds since 1970; `signer` gets the subject of the certificate. */
MUST_USE struct rc stamp_verify(struct view response, struct view request,
                                const uint8_t imprint[static SM3_SIZE], struct view roots_pem,
                                int64_t *time, struct buf *signer);

/* ---- providers ----------------------------------------------------------------------------------
 */

/* What a provider does. Outputs untouched on failure; `key` is the provider's own. */
struct crypto_provider {
    const char *name;
    struct rc (*hash)(const struct view *messages, size_t count, uint8_t (*out)[SM3_SIZE]);
    struct rc (*hash_start)(void **state);
    struct rc (*hash_add)(void *state, struct view bytes);
    struct rc (*hash_end)(void *state, uint8_t *out); /* frees it; `out` NULL: nothing but that */
    struct rc (*counter)(const uint8_t key[16], const uint8_t counter[16], struct view in,
                         uint8_t *out); /* SM4-CTR */
    struct rc (*random)(void *out, size_t size);
    struct rc (*key_open)(struct view saved, void **key,
                          struct sm2_public *); /* empty: a new key */
    struct rc (*key_save)(void *key, uint8_t saved[SM2_SAVED_MAX], size_t *size);
    struct rc (*key_sign)(void *key, struct view message, struct sm2_signature *);
    struct rc (*verify)(const struct sm2_public *, struct view message, struct view signature);
    void (*key_close)(void *key);
};

extern const struct crypto_provider crypto_builtin;

/* Makes `provider` the one in use after its self-test held; otherwise nothing changes. */
MUST_USE struct rc crypto_use(const struct crypto_provider *provider);
const char *crypto_provider_name(void);

/* Runs the standards' vectors now; FAULT_DATA when one does not hold. */
MUST_USE struct rc crypto_self_test(void);

/* ---- certificates (certificate.c) ------------------------------------------------------- *
 * X.509 (RFC 5280) as OpenSSL reads it. Nothing is verified: no signature, no chain, no revocation.
 */

struct certificate {
    const char *subject, *issuer;  /* RFC 2253, UTF-8; at most CERTIFICATE_NAME_MAX bytes */
    const char *serial;            /* hexadecimal, upper case; at most 20 bytes of it as a rule */
    int64_t not_before, not_after; /* seconds since 1970 */
    const char *key_type;  /* rsa rsa-pss ec sm2 ed25519 ed448 dsa dh; otherwise OpenSSL's name */
    const char *key_curve; /* of ec: OpenSSL's name, "prime256v1"; NULL: not named */
    int64_t key_bits;      /* 0: not known */
    const char *signature_algorithm; /* OpenSSL's long name, or the digits of its identifier */
    const char
        *signature_hash; /* "sha256", "sm3", ...; NULL: not known, or part of the algorithm */
    bool is_self_signed; /* its issuer is its subject */
    bool is_ca;          /* it may sign certificates */
};

#define CERTIFICATE_NAME_MAX 1024
#define CERTIFICATE_MAX      ((size_t)1 << 20)

/* Reads one certificate from the front of `der`; *size is what it takes of it. FAULT_DATA when
 * there is none. The texts live in the arena. */
MUST_USE struct rc certificate_decode(struct arena *arena, struct view der, struct certificate *out,
                                      size_t *size);

#endif
