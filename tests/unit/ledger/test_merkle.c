/*
 * The tree against an independent naive implementation: the recursive definitions of RFC
 * 9162 2.1.1, 2.1.3.1 and 2.1.4.1 written down word for word, over digests taken with sm3_new.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "record/ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

#define LEAVES 600

static struct hash leaves[LEAVES];

static void digest_of(const char *prefix, size_t prefix_size, const void *a, size_t a_size,
                      const void *b, size_t b_size, struct hash *out)
{
    struct sm3 *sm3 = NULL;
    assert_false(failed(sm3_new(&sm3)));
    assert_false(failed(sm3_add(sm3, (struct view){prefix, prefix_size})));
    assert_false(failed(sm3_add(sm3, (struct view){a, a_size})));
    assert_false(failed(sm3_add(sm3, (struct view){b, b_size})));
    assert_false(failed(sm3_end(sm3, out->bytes)));
    sm3_free(sm3);
}

static void naive_node(const struct hash *l, const struct hash *r, struct hash *out)
{
    digest_of("\1", 1, l, sizeof *l, r, sizeof *r, out);
}

static size_t naive_split(size_t n)
{
    size_t k = 1;
    while (k * 2 < n)
        k *= 2;
    return k;
}

static struct hash naive_root(const struct hash *d, size_t n)
{
    struct hash out;
    if (n == 0) {
        digest_of("", 0, NULL, 0, NULL, 0, &out);
        return out;
    }
    if (n == 1)
        return d[0];
    size_t k = naive_split(n);
    struct hash l = naive_root(d, k), r = naive_root(d + k, n - k);
    naive_node(&l, &r, &out);
    return out;
}

static void naive_path(size_t m, const struct hash *d, size_t n, struct merkle_path *out)
{
    if (n == 1)
        return;
    size_t k = naive_split(n);
    if (m < k) {
        naive_path(m, d, k, out);
        out->hashes[out->count++] = naive_root(d + k, n - k);
    } else {
        naive_path(m - k, d + k, n - k, out);
        out->hashes[out->count++] = naive_root(d, k);
    }
}

static void naive_subproof(size_t m, const struct hash *d, size_t n, bool b,
                           struct merkle_path *out)
{
    if (m == n) {
        if (!b)
            out->hashes[out->count++] = naive_root(d, n);
        return;
    }
    size_t k = naive_split(n);
    if (m <= k) {
        naive_subproof(m, d, k, b, out);
        out->hashes[out->count++] = naive_root(d + k, n - k);
    } else {
        naive_subproof(m - k, d + k, n - k, false, out);
        out->hashes[out->count++] = naive_root(d, k);
    }
}

/* Complete subtrees, by the naive way. */
static struct rc node(void *context, unsigned height, uint64_t index, struct hash *out)
{
    (void)context;
    size_t size = (size_t)1 << height;
    *out = naive_root(leaves + index * size, size);
    return RC_OK;
}

static const struct merkle_source source = {node, NULL};

static bool same_path(const struct merkle_path *a, const struct merkle_path *b)
{
    return a->count == b->count &&
           memcmp(a->hashes, b->hashes, a->count * sizeof(struct hash)) == 0;
}

static int setup(void **state)
{
    (void)state;
    srand(9162);
    for (int i = 0; i < LEAVES; i++) {
        char bytes[64];
        size_t size = (size_t)(rand() % 64);
        for (size_t k = 0; k < size; k++)
            bytes[k] = (char)rand();
        struct hash expected;
        digest_of("\0", 1, bytes, size, NULL, 0, &expected);
        assert_false(failed(merkle_leaf((struct view){bytes, size}, &leaves[i])));
        assert_memory_equal(&leaves[i], &expected, sizeof expected);
    }
    return 0;
}

static void test_roots(void **state)
{
    (void)state;
    struct merkle_frontier frontier = {0};
    for (size_t n = 0; n < LEAVES; n++) {
        struct hash root, again, naive = naive_root(leaves, n);
        assert_false(failed(merkle_root(&frontier, &root)));
        assert_memory_equal(&root, &naive, sizeof root);
        assert_false(failed(merkle_root_of(&source, n, &again)));
        assert_memory_equal(&again, &naive, sizeof again);
        assert_false(failed(merkle_push(&frontier, 0, &leaves[n])));
    }
}

/* Whole subtrees pushed at once give the same tree. */
static void test_subtrees(void **state)
{
    (void)state;
    for (unsigned height = 0; height <= 8; height++) {
        struct merkle_frontier frontier = {0};
        size_t size = (size_t)1 << height;
        for (size_t i = 0; i + size <= LEAVES; i += size) {
            struct hash part[256];
            memcpy(part, leaves + i, size * sizeof *part);
            assert_false(failed(merkle_reduce(part, size)));
            assert_false(failed(merkle_push(&frontier, height, &part[0])));
        }
        struct hash root, naive = naive_root(leaves, LEAVES / size * size);
        assert_false(failed(merkle_root(&frontier, &root)));
        assert_memory_equal(&root, &naive, sizeof root);
    }
}

static void spoil(struct merkle_path *path)
{
    path->hashes[(size_t)rand() % path->count].bytes[rand() % SM3_SIZE] ^=
        (uint8_t)(1 << rand() % 8);
}

static void try_inclusion(size_t index, size_t size)
{
    struct merkle_path path, naive = {0}, bad;
    struct hash root = naive_root(leaves, size);
    assert_false(failed(merkle_inclusion(&source, index, size, &path)));
    naive_path(index, leaves, size, &naive);
    assert_true(same_path(&path, &naive));
    assert_false(failed(merkle_prove_inclusion(&path, index, size, &leaves[index], &root)));
    /* Not for another leaf, index or root, and not with a bit or a hash more or less. */
    size_t other = (index + 1 + (size_t)rand() % 7) % LEAVES;
    assert_true(failed(merkle_prove_inclusion(&path, index, size, &leaves[other], &root)));
    if (size > 1) {
        size_t elsewhere = (index + 1) % size;
        assert_true(failed(merkle_prove_inclusion(&path, elsewhere, size, &leaves[index], &root)));
        bad = path;
        spoil(&bad);
        assert_true(failed(merkle_prove_inclusion(&bad, index, size, &leaves[index], &root)));
        bad = path;
        bad.count--;
        assert_true(failed(merkle_prove_inclusion(&bad, index, size, &leaves[index], &root)));
    }
    bad = path;
    bad.hashes[bad.count++] = root;
    assert_true(failed(merkle_prove_inclusion(&bad, index, size, &leaves[index], &root)));
    assert_true(failed(merkle_prove_inclusion(&path, size, size, &leaves[index], &root)));
}

static void try_consistency(size_t old, size_t size)
{
    struct merkle_path path, naive = {0}, bad;
    struct hash old_root = naive_root(leaves, old), root = naive_root(leaves, size);
    assert_false(failed(merkle_consistency(&source, old, size, &path)));
    naive_subproof(old, leaves, size, true, &naive);
    assert_true(same_path(&path, &naive));
    assert_false(failed(merkle_prove_consistency(&path, old, size, &old_root, &root)));
    struct hash wrong = old_root;
    wrong.bytes[rand() % SM3_SIZE] ^= 1;
    assert_true(failed(merkle_prove_consistency(&path, old, size, &wrong, &root)));
    wrong = root;
    wrong.bytes[rand() % SM3_SIZE] ^= 1;
    assert_true(failed(merkle_prove_consistency(&path, old, size, &old_root, &wrong)));
    if (path.count) {
        bad = path;
        spoil(&bad);
        assert_true(failed(merkle_prove_consistency(&bad, old, size, &old_root, &root)));
        bad = path;
        bad.count--;
        assert_true(failed(merkle_prove_consistency(&bad, old, size, &old_root, &root)));
    }
    bad = path;
    bad.hashes[bad.count++] = root;
    assert_true(failed(merkle_prove_consistency(&bad, old, size, &old_root, &root)));
}

static void test_small_trees_whole(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 17; size++) {
        for (size_t i = 0; i < size; i++) {
            try_inclusion(i, size);
            try_consistency(i + 1, size);
        }
    }
}

static void test_random_trees(void **state)
{
    (void)state;
    for (int round = 0; round < 300; round++) {
        size_t size = 1 + (size_t)rand() % LEAVES;
        try_inclusion((size_t)rand() % size, size);
        try_consistency(1 + (size_t)rand() % size, size);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    struct merkle_path path;
    assert_int_equal(merkle_inclusion(&source, 5, 5, &path).kind, FAULT_USAGE);
    assert_int_equal(merkle_inclusion(&source, 0, 0, &path).kind, FAULT_USAGE);
    assert_int_equal(merkle_consistency(&source, 0, 5, &path).kind, FAULT_USAGE);
    assert_int_equal(merkle_consistency(&source, 6, 5, &path).kind, FAULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roots),
        cmocka_unit_test(test_subtrees),
        cmocka_unit_test(test_small_trees_whole),
        cmocka_unit_test(test_random_trees),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
