/* provider: what the files of this room share: the provider in use, behind its self-test. */
#ifndef MERLON_CRYPTO_PROVIDER_H
#define MERLON_CRYPTO_PROVIDER_H

#include "foundation/crypto/crypto.h"

/* The provider in use. The first call in a process runs the vectors; FAULT_DATA when they failed.
 */
MUST_USE struct rc crypto_ready(const struct crypto_provider **out);

/* The standards' vectors against one provider. */
MUST_USE struct rc vectors_run(const struct crypto_provider *provider);

/* HMAC with a given provider: the vectors must not wait for themselves. */
MUST_USE struct rc hmac_with(const struct crypto_provider *provider, struct view key,
                             const struct view *parts, size_t count, uint8_t out[static SM3_SIZE]);

/* The identity of every SM2 signature: GB/T 35276 gives it where none is agreed on. */
#define SM2_ID "1234567812345678"

#endif
