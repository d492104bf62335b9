/*
 * path: proofs of inclusion and of consistency (RFC 9162 2.1.3, 2.1.4), made and checked.
 *
 * Making them follows the recursive definitions, as loops: the tree [start, end) is split at the
 * largest power of two below its size, the proof takes the root of the part it does not go into.
 * Checking follows the RFC's algorithms and looks at numbers only, never at a tree.
 */
#include "record/ledger/parts.h"

#include <string.h>

/* The largest power of two that is smaller than `size` (> 1). */
static uint64_t split_of(uint64_t size)
{
    return UINT64_C(1) << (63 - __builtin_clzll(size - 1));
}

/* The root of leaves [start, end): start is a multiple of the largest power of two in end - start,
 * so the range is a row of complete subtrees. */
static struct rc range_root(const struct merkle_source *source, uint64_t start, uint64_t end,
                            struct hash *out)
{
    struct hash hash = {{0}};
    uint64_t size = end - start;
    bool first = true;
    while (size) {
        unsigned height = (unsigned)__builtin_ctzll(size); /* the last, smallest subtree */
        struct hash part;
        size -= UINT64_C(1) << height;
        TRY(source->node(source->context, height, (start + size) >> height, &part));
        if (first)
            hash = part;
        else
            TRY(merkle_node(&part, &hash, &hash));
        first = false;
    }
    *out = hash;
    return RC_OK;
}

struct rc merkle_root_of(const struct merkle_source *source, uint64_t size, struct hash *out)
{
    return size ? range_root(source, 0, size, out) : merkle_empty(out);
}

/* The proof is found from the root down and written from the leaf up. */
static void reverse(struct merkle_path *path)
{
    for (size_t i = 0, j = path->count; i + 1 < j; i++, j--) {
        struct hash kept = path->hashes[i];
        path->hashes[i] = path->hashes[j - 1];
        path->hashes[j - 1] = kept;
    }
}

static struct rc add_range(const struct merkle_source *source, uint64_t start, uint64_t end,
                           struct merkle_path *path)
{
    must(path->count < MERKLE_PATH_MAX);
    TRY(range_root(source, start, end, &path->hashes[path->count]));
    path->count++;
    return RC_OK;
}

struct rc merkle_inclusion(const struct merkle_source *source, uint64_t index, uint64_t size,
                           struct merkle_path *out)
{
    if (index >= size)
        return fault(FAULT_USAGE, "record %llu is not in a tree of %llu", (unsigned long long)index,
                     (unsigned long long)size);
    struct merkle_path path = {0};
    uint64_t start = 0, end = size;
    while (end - start > 1) {
        uint64_t middle = start + split_of(end - start);
        if (index < middle) {
            TRY(add_range(source, middle, end, &path));
            end = middle;
        } else {
            TRY(add_range(source, start, middle, &path));
            start = middle;
        }
    }
    reverse(&path);
    *out = path;
    return RC_OK;
}

struct rc merkle_consistency(const struct merkle_source *source, uint64_t old, uint64_t size,
                             struct merkle_path *out)
{
    if (old == 0 || old > size)
        return fault(FAULT_USAGE, "a tree of %llu does not continue one of %llu",
                     (unsigned long long)size, (unsigned long long)old);
    struct merkle_path path = {0};
    uint64_t start = 0, end = size;
    bool known = true; /* the old tree is this very subtree: its root need not be said */
    while (old != end) {
        uint64_t middle = start + split_of(end - start);
        if (old <= middle) {
            TRY(add_range(source, middle, end, &path));
            end = middle;
        } else {
            TRY(add_range(source, start, middle, &path));
            start = middle;
            known = false;
        }
    }
    if (!known)
        TRY(add_range(source, start, end, &path));
    reverse(&path);
    *out = path;
    return RC_OK;
}

static struct rc unproven(const char *what)
{
    return fault(FAULT_DATA, "%s: the proof does not hold", what);
}

struct rc merkle_prove_inclusion(const struct merkle_path *path, uint64_t index, uint64_t size,
                                 const struct hash *leaf, const struct hash *root)
{
    if (index >= size)
        return unproven("inclusion");
    uint64_t fn = index, sn = size - 1;
    struct hash r = *leaf;
    for (size_t i = 0; i < path->count; i++) {
        const struct hash *p = &path->hashes[i];
        if (sn == 0)
            return unproven("inclusion");
        if ((fn & 1) || fn == sn) {
            TRY(merkle_node(p, &r, &r));
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            TRY(merkle_node(&r, p, &r));
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0 || memcmp(&r, root, sizeof r) != 0)
        return unproven("inclusion");
    return RC_OK;
}

/* The loop of RFC 9162 2.1.4.2 steps 5 and 6, once fn and sn stand at the old tree's last peak. */
static struct rc climb(const struct merkle_path *path, size_t at, uint64_t fn, uint64_t sn,
                       struct hash *fr, struct hash *sr)
{
    for (; at < path->count; at++) {
        const struct hash *c = &path->hashes[at];
        if (sn == 0)
            return unproven("consistency");
        if ((fn & 1) || fn == sn) {
            TRY(merkle_node(c, fr, fr));
            TRY(merkle_node(c, sr, sr));
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            TRY(merkle_node(sr, c, sr));
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 ? RC_OK : unproven("consistency");
}

struct rc merkle_prove_consistency(const struct merkle_path *path, uint64_t old, uint64_t size,
                                   const struct hash *old_root, const struct hash *root)
{
    if (old == 0 || old > size)
        return unproven("consistency");
    if (old == size) {
        bool same = path->count == 0 && memcmp(old_root, root, sizeof *root) == 0;
        return same ? RC_OK : unproven("consistency");
    }
    if (path->count == 0)
        return unproven("consistency");
    uint64_t fn = old - 1, sn = size - 1;
    bool whole = (old & (old - 1)) == 0; /* a complete subtree: its root is not in the path */
    for (; fn & 1; fn >>= 1)
        sn >>= 1;
    struct hash fr = whole ? *old_root : path->hashes[0], sr = fr;
    TRY(climb(path, whole ? 0 : 1, fn, sn, &fr, &sr));
    if (memcmp(&fr, old_root, sizeof fr) != 0 || memcmp(&sr, root, sizeof sr) != 0)
        return unproven("consistency");
    return RC_OK;
}
