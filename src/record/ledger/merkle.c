/*
 * merkle: the tree of RFC 9162 section 2.1, with SM3, and appending to it.
 *
 *   leaf SM3(00 | bytes)        node SM3(01 | left | right)        empty tree SM3("")
 *
 * A tree of n leaves is a row of complete subtrees, the largest first, one for each bit of n:
 *
 *   n = 11 = 8 + 2 + 1:     [0 .. 7] [8 9] [10]      root = node(a, node(b, c))
 *
 * so those peaks are all that appending and the root need.
 */
#include "record/ledger/parts.h"

#include <string.h>

struct rc merkle_leaf(struct view leaf, struct hash *out)
{
    struct sm3 *sm3 = NULL;
    struct hash hash;
    TRY(sm3_new(&sm3));
    struct rc rc = sm3_add(sm3, VIEW("\0"));
    if (!failed(rc))
        rc = sm3_add(sm3, leaf);
    if (!failed(rc))
        rc = sm3_end(sm3, hash.bytes);
    sm3_free(sm3);
    if (!failed(rc))
        *out = hash;
    return rc;
}

#define NODE_SIZE (1 + 2 * SM3_SIZE)

static void node_bytes(const struct hash *left, const struct hash *right, char out[NODE_SIZE])
{
    out[0] = 1;
    memcpy(out + 1, left->bytes, SM3_SIZE);
    memcpy(out + 1 + SM3_SIZE, right->bytes, SM3_SIZE);
}

struct rc merkle_node(const struct hash *left, const struct hash *right, struct hash *out)
{
    char bytes[NODE_SIZE];
    node_bytes(left, right, bytes);
    return sm3_digest((struct view){bytes, NODE_SIZE}, out->bytes);
}

struct rc merkle_empty(struct hash *out)
{
    return sm3_digest((struct view){NULL, 0}, out->bytes);
}

#define PAIRS 64 /* nodes hashed side by side */

/* Each level is hashed many nodes at once: they do not depend on each other. */
struct rc merkle_reduce(struct hash *hashes, size_t count)
{
    for (; count > 1; count /= 2) {
        for (size_t done = 0; done < count / 2; done += PAIRS) {
            char bytes[PAIRS][NODE_SIZE];
            struct view messages[PAIRS];
            uint8_t digests[PAIRS][SM3_SIZE];
            size_t here = count / 2 - done < PAIRS ? count / 2 - done : PAIRS;
            for (size_t i = 0; i < here; i++) {
                const struct hash *pair = hashes + 2 * (done + i);
                node_bytes(pair, pair + 1, bytes[i]);
                messages[i] = (struct view){bytes[i], NODE_SIZE};
            }
            TRY(sm3_digests(messages, here, digests));
            /* Written over pairs that were read already: done + i < 2 * (done + i). */
            memcpy(hashes + done, digests, here * SM3_SIZE);
        }
    }
    return RC_OK;
}

struct rc merkle_push(struct merkle_frontier *frontier, unsigned height, const struct hash *root)
{
    uint64_t size = frontier->size;
    must(height < 63 && size % (UINT64_C(1) << height) == 0);
    struct hash hash = *root;
    unsigned h = height;
    for (; size >> h & 1; h++)
        TRY(merkle_node(&frontier->peaks[h], &hash, &hash));
    frontier->peaks[h] = hash;
    frontier->size = size + (UINT64_C(1) << height);
    return RC_OK;
}

struct rc merkle_root(const struct merkle_frontier *frontier, struct hash *out)
{
    if (frontier->size == 0)
        return merkle_empty(out);
    unsigned h = (unsigned)__builtin_ctzll(frontier->size);
    struct hash hash = frontier->peaks[h];
    for (h++; h < 64 && frontier->size >> h; h++) {
        if (frontier->size >> h & 1)
            TRY(merkle_node(&frontier->peaks[h], &hash, &hash));
    }
    *out = hash;
    return RC_OK;
}
