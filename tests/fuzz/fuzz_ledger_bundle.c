/*
 * Fuzzes a bundle of leaves: frames lie inside of the bytes, one behind the other, and writing what
 * was read gives the same bytes again.
 */
#include "record/ledger/parts.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(const struct bundle *bundle)
{
    struct buf again = {0};
    for (size_t i = 0; i < bundle->count; i++) {
        struct hash hash = {{0}};
        memcpy(hash.bytes, bundle->checks[i], 4);
        frame_add(&again, view_from(bundle->inputs[i], 1), &hash);
    }
    if (again.len != bundle->good - BUNDLE_HEAD ||
        (again.len && memcmp(again.ptr, bundle->bytes.ptr + BUNDLE_HEAD, again.len) != 0))
        abort();
    buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bundle bundle = {0};
    struct hash hashes[BUNDLE];
    size_t bad = 0;
    buf_add(&bundle.bytes, data, size);
    bundle_parse(&bundle, 3);
    if (bundle.count > BUNDLE || bundle.good > size || (bundle.headless && bundle.count))
        abort();
    if (!failed(bundle_hash(&bundle, hashes, &bad)) && bad > bundle.count)
        abort();
    if (!bundle.headless)
        same_again(&bundle);
    bundle_free(&bundle);
    return 0;
}
