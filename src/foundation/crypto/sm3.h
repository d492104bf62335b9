/*
 * sm3: our own SM3, for the built-in provider. sm3.c is one message at a time, sm3_lanes.c eight
 * side by side. Neither can fail.
 */
#ifndef MERLON_CRYPTO_SM3_H
#define MERLON_CRYPTO_SM3_H

#include "foundation/crypto/crypto.h"

#define SM3_BLOCK 64

struct sm3_state {
    uint32_t words[8];
    uint8_t block[SM3_BLOCK]; /* bytes that do not fill a block yet */
    size_t filled;
    uint64_t total; /* bytes so far */
};

void sm3_state_start(struct sm3_state *state);
void sm3_state_add(struct sm3_state *state, struct view bytes);
void sm3_state_end(struct sm3_state *state, uint8_t out[static SM3_SIZE]);

/* Digests of many; falls back to one at a time where eight side by side do not pay. */
void sm3_many(const struct view *messages, size_t count, uint8_t (*out)[SM3_SIZE]);

/* Mixes `count` whole blocks into the state's words. */
void sm3_blocks(uint32_t words[static 8], const uint8_t *bytes, size_t count);

#endif
