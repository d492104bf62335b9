/*
 * sm3_lanes: eight messages side by side, one in each 32-bit lane of a 256-bit register (AVX2).
 *
 *   word 0 of block b:  | message 0 | message 1 | ... | message 7 |     one vector
 *
 * The messages of a group may differ in length: a lane whose message has ended goes on with
 * rubbish, its digest was taken before. Groups in which that would waste most of the work, and
 * processors without AVX2, hash one at a time.
 */
#include "foundation/crypto/sm3.h"

#include <string.h>

#define LANES 8

static void one(struct view message, uint8_t *out)
{
    struct sm3_state state;
    sm3_state_start(&state);
    sm3_state_add(&state, message);
    sm3_state_end(&state, out);
}

#if defined(__x86_64__)

typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));
#define WORD lanes
#include "foundation/crypto/sm3_rounds.h"

/* Blocks of a padded message: 0x80 and eight bytes of length come after its own bytes. */
static size_t blocks_of(struct view message)
{
    return (message.len + 9 + SM3_BLOCK - 1) / SM3_BLOCK;
}

/* Block `b` of the padded message: in place where it is whole, else built in `aside`. */
static const uint8_t *block_of(struct view message, size_t b, uint8_t aside[static SM3_BLOCK])
{
    size_t start = b * SM3_BLOCK;
    const uint8_t *bytes = (const uint8_t *)message.ptr;
    if (start + SM3_BLOCK <= message.len)
        return bytes + start;
    memset(aside, 0, SM3_BLOCK);
    if (start < message.len)
        memcpy(aside, bytes + start, message.len - start);
    if (start <= message.len)
        aside[message.len - start] = 0x80;
    if (b + 1 == blocks_of(message)) {
        uint64_t bits = (uint64_t)message.len * 8;
        sm3_write_word(aside + SM3_BLOCK - 8, (uint32_t)(bits >> 32));
        sm3_write_word(aside + SM3_BLOCK - 4, (uint32_t)bits);
    }
    return aside;
}

struct group {
    const struct view *messages;
    uint8_t (*out)[SM3_SIZE];
    size_t blocks[LANES]; /* of each message */
    size_t most;
};

static void load(const struct group *group, size_t at, uint32_t words[16][LANES])
{
    uint8_t aside[SM3_BLOCK];
    for (size_t lane = 0; lane < LANES; lane++) {
        if (at >= group->blocks[lane])
            continue;
        const uint8_t *block = block_of(group->messages[lane], at, aside);
        for (int i = 0; i < 16; i++)
            words[i][lane] = sm3_read_word(block + 4 * i);
    }
}

static void take(const struct group *group, size_t at, uint32_t words[8][LANES])
{
    for (size_t lane = 0; lane < LANES; lane++) {
        for (int i = 0; at + 1 == group->blocks[lane] && i < 8; i++)
            sm3_write_word(group->out[lane] + 4 * i, words[i][lane]);
    }
}

__attribute__((target("avx2"))) static void hash_group(const struct group *group)
{
    union {
        lanes vector[16];
        uint32_t word[16][LANES];
    } w;
    union {
        lanes vector[8];
        uint32_t word[8][LANES];
    } v;
    memset(&w, 0, sizeof w);
    for (int i = 0; i < 8; i++) {
        for (int lane = 0; lane < LANES; lane++)
            v.word[i][lane] = sm3_start_words[i];
    }
    for (size_t at = 0; at < group->most; at++) {
        load(group, at, w.word);
        SM3_ROUNDS(v.vector, w.vector);
        take(group, at, v.word);
    }
}

/* Measured: eight side by side cost about as much as three one after the other. */
static bool pays(struct group *group)
{
    size_t all = 0;
    for (size_t i = 0; i < LANES; i++) {
        group->blocks[i] = blocks_of(group->messages[i]);
        all += group->blocks[i];
        if (group->blocks[i] > group->most)
            group->most = group->blocks[i];
    }
    return all > 3 * group->most;
}

static size_t hash_groups(const struct view *messages, size_t count, uint8_t (*out)[SM3_SIZE])
{
    if (!__builtin_cpu_supports("avx2"))
        return 0;
    size_t done = 0;
    for (; done + LANES <= count; done += LANES) {
        struct group group = {.messages = messages + done, .out = out + done};
        if (pays(&group)) {
            hash_group(&group);
            continue;
        }
        for (size_t i = 0; i < LANES; i++)
            one(messages[done + i], out[done + i]);
    }
    return done;
}

#else

static size_t hash_groups(const struct view *messages, size_t count, uint8_t (*out)[SM3_SIZE])
{
    (void)messages, (void)count, (void)out;
    return 0;
}

#endif

void sm3_many(const struct view *messages, size_t count, uint8_t (*out)[SM3_SIZE])
{
    for (size_t i = hash_groups(messages, count, out); i < count; i++)
        one(messages[i], out[i]);
}
