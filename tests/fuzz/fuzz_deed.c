/*
 * fuzz_deed: hostile bytes where a deed's payload or a leaf is expected: a database or a ledger
 * that somebody edited. What is taken must be the one way to write it.
 */
#include "record/journal/parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_deed(struct view bytes)
{
    struct arena *arena = arena_new();
    struct buf again = {0};
    struct deed deed;
    if (!failed(deed_decode(arena, bytes, &deed))) {
        deed_encode(&deed, &again);
        must(view_equal(buf_view(&again), bytes));
    }
    buf_free(&again);
    arena_free(arena);
}

static void try_leaf(struct view bytes)
{
    struct buf again = {0};
    struct leaf leaf;
    if (leaf_read(bytes, &leaf)) {
        deed_leaf(leaf.store_id, leaf.sequence, leaf.sm3, &again);
        must(view_equal(buf_view(&again), bytes));
    }
    buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = {(const char *)data, size};
    try_deed(bytes);
    try_leaf(bytes);
    return 0;
}
