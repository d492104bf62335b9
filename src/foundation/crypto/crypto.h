/*
 * crypto: the cryptography of China's commercial standards over OpenSSL's EVP. So far SM3.
 *
 * Source: GB/T 32905-2016 (SM3 cryptographic hash algorithm). Digests are 32 bytes.
 * Threads: a struct sm3 belongs to one thread; the one-shot functions may be called from any.
 */
#ifndef MERLON_CRYPTO_H
#define MERLON_CRYPTO_H

#include "foundation/base/base.h"

#define SM3_SIZE 32
#define SM3_HEX  (2 * SM3_SIZE + 1) /* with its NUL */

/* The digest of some bytes. Fails (FAULT_IO) only when OpenSSL was built without SM3. */
MUST_USE struct rc sm3_digest(struct view bytes, uint8_t out[static SM3_SIZE]);

/* The same as lower-case hexadecimal text. */
MUST_USE struct rc sm3_hex(struct view bytes, char out[static SM3_HEX]);

/* The digest of bytes that come in pieces: new, add..., end; free accepts NULL. */
struct sm3;
MUST_USE struct rc sm3_new(struct sm3 **out);
MUST_USE struct rc sm3_add(struct sm3 *sm3, struct view bytes);
MUST_USE struct rc sm3_end(struct sm3 *sm3, uint8_t out[static SM3_SIZE]);
void sm3_free(struct sm3 *sm3);

void crypto_to_hex(const uint8_t *bytes, size_t size, char *out); /* writes 2 * size + 1 bytes */

/* Runs the standard's vectors (GB/T 32905-2016 A.1 and A.2); FAULT_DATA when one does not hold. */
MUST_USE struct rc crypto_self_test(void);

#endif
