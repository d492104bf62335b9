/*
 * walk: all leaves once, in order, in constant memory: one bundle at a time is hashed and let into
 * a frontier, which can say the root at any size on the way.
 */
#include "record/ledger/walk.h"

#include <string.h>

void walk_start(struct walk *walk, const struct ledger_place *place,
                const struct merkle_frontier *from)
{
    struct buf kept = walk->bundle.bytes;
    *walk = (struct walk){.place = place, .tree = *from, .number = from->size / BUNDLE};
    walk->bundle.bytes = kept;
}

void walk_end(struct walk *walk)
{
    bundle_free(&walk->bundle);
}

/* Whether the tile of a complete bundle is what its leaves say. */
static void look_at_tile(struct walk *walk)
{
    struct hash tile[BUNDLE];
    if (!walk->place->cache || walk->tile_wrong || walk->bundle.count < BUNDLE ||
        failed(tiles_read(walk->place->cache, 0, walk->number * BUNDLE, BUNDLE, tile)))
        return;
    walk->tile_wrong = memcmp(tile, walk->hashes, sizeof tile) != 0;
    walk->wrong_tile = walk->number;
}

/* What the bytes alone tell. Behind the last checkpoint a half-written end is a crash. */
static void look_at_frames(struct walk *walk, size_t bad, uint64_t sealed,
                           struct ledger_report *report)
{
    const struct bundle *bundle = &walk->bundle;
    uint64_t start = walk->number * BUNDLE, end = start + bundle->count;
    if (!bundle->headless && bundle->first != start)
        finding_add(report, FINDING_SWAPPED, start, start + BUNDLE - 1, 0,
                    "the bundle of leaf %llu says that it is the one of leaf %llu",
                    (unsigned long long)start, (unsigned long long)bundle->first);
    if (bad < bundle->count && start + bad < sealed)
        finding_add(report, FINDING_EDITED, start + bad, start + bad, 0,
                    "leaf %llu does not have the hash that stands beside it",
                    (unsigned long long)(start + bad));
    else if (bad < bundle->count)
        finding_add(report, FINDING_TORN, start + bad, start + bad, 0,
                    "leaf %llu, after the last checkpoint, is half-written",
                    (unsigned long long)(start + bad));
    if (bundle->good == bundle->bytes.len && !bundle->headless)
        return;
    if (end >= sealed && bundle->count < BUNDLE)
        finding_add(report, FINDING_TORN, end, end, 0,
                    "%zu bytes of a half-written leaf after leaf %llu, behind the last checkpoint",
                    bundle->bytes.len - bundle->good, (unsigned long long)end);
    else
        finding_add(report, FINDING_MALFORMED, end, end, 0,
                    "%zu bytes in the bundle of leaf %llu are no leaves",
                    bundle->bytes.len - bundle->good, (unsigned long long)start);
}

/* After a damage: the hashes that gave a signed root instead of the leaves. */
static struct rc load_tile(struct walk *walk, bool *there)
{
    uint64_t start = walk->number * BUNDLE;
    if (start >= walk->over_tiles)
        return RC_OK;
    walk->count = walk->over_tiles - start < BUNDLE ? (size_t)(walk->over_tiles - start) : BUNDLE;
    TRY(tiles_read(walk->place->cache, 0, start, walk->count, walk->hashes));
    walk->loaded = *there = true;
    return RC_OK;
}

/* Reads and hashes the bundle that the walk stands in; false: there is none. */
static struct rc load(struct walk *walk, uint64_t sealed, struct ledger_report *report, bool *there)
{
    size_t bad = 0;
    *there = walk->loaded;
    if (walk->loaded)
        return RC_OK;
    if (walk->over_tiles)
        return load_tile(walk, there);
    struct rc rc = bundle_read(walk->place->folder, walk->number, &walk->bundle);
    if (rc.kind == FAULT_ABSENT)
        return RC_OK;
    TRY(rc);
    TRY(bundle_hash(&walk->bundle, walk->hashes, &bad));
    look_at_frames(walk, bad, sealed, report);
    look_at_tile(walk);
    walk->count = walk->bundle.count;
    walk->loaded = *there = true;
    return RC_OK;
}

/* A complete bundle none of whose inner sizes is asked for. */
static struct rc take_whole(struct walk *walk)
{
    TRY(merkle_reduce(walk->hashes, BUNDLE));
    TRY(merkle_push(&walk->tree, 8, &walk->hashes[0]));
    walk->loaded = false;
    walk->number++;
    return RC_OK;
}

static struct rc take_some(struct walk *walk, uint64_t size)
{
    uint64_t start = walk->number * BUNDLE, end = start + walk->count;
    uint64_t until = size < end ? size : end;
    while (walk->tree.size < until)
        TRY(merkle_push(&walk->tree, 0, &walk->hashes[walk->tree.size - start]));
    if (walk->tree.size == start + BUNDLE) {
        walk->loaded = false;
        walk->number++;
    }
    return RC_OK;
}

struct rc walk_to(struct walk *walk, uint64_t size, uint64_t sealed, struct ledger_report *report)
{
    while (walk->tree.size < size) {
        uint64_t before = walk->tree.size;
        bool there = false;
        TRY(load(walk, sealed, report, &there));
        if (!there)
            return RC_OK;
        if (before == walk->number * BUNDLE && walk->count == BUNDLE && size - before >= BUNDLE)
            TRY(take_whole(walk));
        else
            TRY(take_some(walk, size));
        if (walk->tree.size == before)
            return RC_OK; /* a bundle that ends too early */
    }
    return RC_OK;
}
