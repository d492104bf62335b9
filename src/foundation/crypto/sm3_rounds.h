/*
 * sm3_rounds: the compression function of GB/T 32905-2016 section 5.3, as macros that work on
 * plain words and on vectors of words alike. WORD is the type, SM3_ROUNDS(v, w) mixes the sixteen
 * words w[0..15] (which are overwritten) into the eight words v[0..7].
 */
#ifndef MERLON_CRYPTO_SM3_ROUNDS_H
#define MERLON_CRYPTO_SM3_ROUNDS_H

#include <stdint.h>

/* T_j rotated left by j mod 32 (5.2, table of constants). */
extern const uint32_t sm3_constants[64];

#define ROTATE(x, n)      (((x) << (n)) | ((x) >> (32 - (n))))
#define P0(x)             ((x) ^ ROTATE(x, 9) ^ ROTATE(x, 17))
#define P1(x)             ((x) ^ ROTATE(x, 15) ^ ROTATE(x, 23))
#define PARITY(x, y, z)   ((x) ^ (y) ^ (z))
#define MAJORITY(x, y, z) (((x) & (y)) | (((x) | (y)) & (z)))
#define CHOICE(x, y, z)   ((((y) ^ (z)) & (x)) ^ (z))

/* One round; the caller renames the words instead of moving them. */
#define ROUND(A, B, C, D, E, F, G, H, j, wj, wj4, FF, GG)                                          \
    do {                                                                                           \
        WORD a12 = ROTATE(A, 12);                                                                  \
        WORD ss1 = a12 + E + sm3_constants[j];                                                     \
        ss1 = ROTATE(ss1, 7);                                                                      \
        WORD tt1 = FF(A, B, C) + D + (ss1 ^ a12) + ((wj) ^ (wj4));                                 \
        WORD tt2 = GG(E, F, G) + H + ss1 + (wj);                                                   \
        B = ROTATE(B, 9);                                                                          \
        D = tt1;                                                                                   \
        F = ROTATE(F, 19);                                                                         \
        H = P0(tt2);                                                                               \
    } while (0)

#define FOUR_ROUNDS(j, w0, w1, w2, w3, w4, w5, w6, w7, FF, GG)                                     \
    do {                                                                                           \
        ROUND(a, b, c, d, e, f, g, h, j, w0, w4, FF, GG);                                          \
        ROUND(d, a, b, c, h, e, f, g, (j) + 1, w1, w5, FF, GG);                                    \
        ROUND(c, d, a, b, g, h, e, f, (j) + 2, w2, w6, FF, GG);                                    \
        ROUND(b, c, d, a, f, g, h, e, (j) + 3, w3, w7, FF, GG);                                    \
    } while (0)

/* The next word of the expanded message takes the place of the oldest one. */
#define EXPAND(w, i)                                                                               \
    do {                                                                                           \
        WORD mixed = (w)[i] ^ (w)[((i) + 7) & 15] ^ ROTATE((w)[((i) + 13) & 15], 15);              \
        (w)[i] = P1(mixed) ^ ROTATE((w)[((i) + 3) & 15], 7) ^ (w)[((i) + 10) & 15];                \
    } while (0)

#define EXPAND_FOUR(w, i)                                                                          \
    do {                                                                                           \
        EXPAND(w, i);                                                                              \
        EXPAND(w, (i) + 1);                                                                        \
        EXPAND(w, (i) + 2);                                                                        \
        EXPAND(w, (i) + 3);                                                                        \
    } while (0)

/* Sixteen rounds. The words are used up to four ahead (W'_j = W_j ^ W_(j+4)), so each four words
 * are replaced as soon as no later round of the sixteen needs them; the last sixteen rounds need
 * four words more and no others. */
#define SIXTEEN_ROUNDS(j, w, FF, GG, REPLACE)                                                      \
    do {                                                                                           \
        FOUR_ROUNDS(j, w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], FF, GG);                    \
        EXPAND_FOUR(w, 0);                                                                         \
        FOUR_ROUNDS((j) + 4, w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11], FF, GG);            \
        REPLACE(w, 4);                                                                             \
        FOUR_ROUNDS((j) + 8, w[8], w[9], w[10], w[11], w[12], w[13], w[14], w[15], FF, GG);        \
        REPLACE(w, 8);                                                                             \
        FOUR_ROUNDS((j) + 12, w[12], w[13], w[14], w[15], w[0], w[1], w[2], w[3], FF, GG);         \
        REPLACE(w, 12);                                                                            \
    } while (0)
#define KEEP_FOUR(w, i)

#define SM3_ROUNDS(v, w)                                                                           \
    do {                                                                                           \
        WORD a = (v)[0], b = (v)[1], c = (v)[2], d = (v)[3];                                       \
        WORD e = (v)[4], f = (v)[5], g = (v)[6], h = (v)[7];                                       \
        SIXTEEN_ROUNDS(0, w, PARITY, PARITY, EXPAND_FOUR);                                         \
        SIXTEEN_ROUNDS(16, w, MAJORITY, CHOICE, EXPAND_FOUR);                                      \
        SIXTEEN_ROUNDS(32, w, MAJORITY, CHOICE, EXPAND_FOUR);                                      \
        SIXTEEN_ROUNDS(48, w, MAJORITY, CHOICE, KEEP_FOUR);                                        \
        (v)[0] ^= a;                                                                               \
        (v)[1] ^= b;                                                                               \
        (v)[2] ^= c;                                                                               \
        (v)[3] ^= d;                                                                               \
        (v)[4] ^= e;                                                                               \
        (v)[5] ^= f;                                                                               \
        (v)[6] ^= g;                                                                               \
        (v)[7] ^= h;                                                                               \
    } while (0)

static const uint32_t sm3_start_words[8] = {0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
                                            0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e};

static inline uint32_t sm3_read_word(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void sm3_write_word(uint8_t *p, uint32_t word)
{
    p[0] = (uint8_t)(word >> 24);
    p[1] = (uint8_t)(word >> 16);
    p[2] = (uint8_t)(word >> 8);
    p[3] = (uint8_t)word;
}

#endif
