/*
 * sm3: GB/T 32905-2016, one message at a time.
 *
 * Our own beside OpenSSL's, because EVP of OpenSSL 3 spends more on setting up than on hashing a
 * message of the size of a tree's node (65 bytes): tests/bench/bench_sm3.c compares both.
 */
#include "foundation/crypto/sm3.h"
#include "foundation/crypto/sm3_rounds.h"

#include <string.h>

#define LENGTH_SIZE 8 /* the message's length in bits ends its last block (5.2) */

#define T0(j) ROTATE(0x79cc4519u, j)
#define T1(j) ROTATE(0x7a879d8au, j)

/* ROTATE by 0 would shift by 32: the first of each 32 is written out. */
const uint32_t sm3_constants[64] = {
    0x79cc4519, T0(1),  T0(2),  T0(3),  T0(4),  T0(5),  T0(6),  T0(7),  T0(8),  T0(9),  T0(10),
    T0(11),     T0(12), T0(13), T0(14), T0(15), T1(16), T1(17), T1(18), T1(19), T1(20), T1(21),
    T1(22),     T1(23), T1(24), T1(25), T1(26), T1(27), T1(28), T1(29), T1(30), T1(31), 0x7a879d8a,
    T1(1),      T1(2),  T1(3),  T1(4),  T1(5),  T1(6),  T1(7),  T1(8),  T1(9),  T1(10), T1(11),
    T1(12),     T1(13), T1(14), T1(15), T1(16), T1(17), T1(18), T1(19), T1(20), T1(21), T1(22),
    T1(23),     T1(24), T1(25), T1(26), T1(27), T1(28), T1(29), T1(30), T1(31)};

#define WORD uint32_t

void sm3_blocks(uint32_t words[static 8], const uint8_t *bytes, size_t count)
{
    for (; count; count--, bytes += SM3_BLOCK) {
        uint32_t w[16];
        for (int i = 0; i < 16; i++)
            w[i] = sm3_read_word(bytes + 4 * i);
        SM3_ROUNDS(words, w);
    }
}

void sm3_state_start(struct sm3_state *state)
{
    *state = (struct sm3_state){0};
    memcpy(state->words, sm3_start_words, sizeof state->words);
}

void sm3_state_add(struct sm3_state *state, struct view bytes)
{
    state->total += bytes.len;
    if (state->filled) {
        size_t room = SM3_BLOCK - state->filled;
        size_t take = bytes.len < room ? bytes.len : room;
        if (take)
            memcpy(state->block + state->filled, bytes.ptr, take);
        state->filled += take;
        bytes = view_from(bytes, take);
        if (state->filled < SM3_BLOCK)
            return;
        sm3_blocks(state->words, state->block, 1);
        state->filled = 0;
    }
    sm3_blocks(state->words, (const uint8_t *)bytes.ptr, bytes.len / SM3_BLOCK);
    bytes = view_from(bytes, bytes.len - bytes.len % SM3_BLOCK);
    if (bytes.len)
        memcpy(state->block, bytes.ptr, bytes.len);
    state->filled = bytes.len;
}

void sm3_state_end(struct sm3_state *state, uint8_t out[static SM3_SIZE])
{
    uint8_t *block = state->block;
    uint64_t bits = state->total * 8;
    block[state->filled++] = 0x80;
    if (state->filled > SM3_BLOCK - LENGTH_SIZE) {
        memset(block + state->filled, 0, SM3_BLOCK - state->filled);
        sm3_blocks(state->words, block, 1);
        state->filled = 0;
    }
    memset(block + state->filled, 0, SM3_BLOCK - LENGTH_SIZE - state->filled);
    sm3_write_word(block + SM3_BLOCK - 8, (uint32_t)(bits >> 32));
    sm3_write_word(block + SM3_BLOCK - 4, (uint32_t)bits);
    sm3_blocks(state->words, block, 1);
    for (int i = 0; i < 8; i++)
        sm3_write_word(out + 4 * i, state->words[i]);
}
