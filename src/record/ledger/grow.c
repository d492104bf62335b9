/*
 * grow: the writer's tree. The complete bundles are a frontier; of the last bundle the hashes are
 * kept, since its tile is written when it is complete (and, of what it has so far, at each
 * checkpoint).
 */
#include "record/ledger/parts.h"

#include <string.h>

/* A cache that cannot be written is left alone: it can be built again, the leaves cannot. */
static struct rc bundle_done(struct ledger *ledger)
{
    struct hash root;
    uint64_t number = ledger->base.size / BUNDLE;
    if (ledger->cache_bad || failed(tiles_add(ledger->cache, number, ledger->partial, &root))) {
        struct hash tile[BUNDLE];
        ledger->cache_bad = true;
        memcpy(tile, ledger->partial, sizeof tile);
        TRY(merkle_reduce(tile, BUNDLE));
        root = tile[0];
    }
    ledger->flushed = 0;
    return merkle_push(&ledger->base, 8, &root);
}

struct rc ledger_grow(struct ledger *ledger, const struct hash *hashes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ledger->partial[ledger->size % BUNDLE] = hashes[i];
        ledger->size++;
        if (ledger->size % BUNDLE == 0)
            TRY(bundle_done(ledger));
    }
    return RC_OK;
}

struct rc ledger_root(const struct ledger *ledger, struct hash *out)
{
    struct merkle_frontier frontier = ledger->base;
    for (size_t i = 0; i < ledger->size % BUNDLE; i++)
        TRY(merkle_push(&frontier, 0, &ledger->partial[i]));
    return merkle_root(&frontier, out);
}

void ledger_flush_tile(struct ledger *ledger)
{
    size_t count = ledger->size % BUNDLE;
    if (ledger->cache_bad || ledger->flushed >= count)
        return;
    if (failed(tiles_write(ledger->cache, 0, ledger->base.size + ledger->flushed,
                           ledger->partial + ledger->flushed, count - ledger->flushed)))
        ledger->cache_bad = true;
    ledger->flushed = count;
}
