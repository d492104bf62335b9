/*
 * diagnose: which leaves are wrong, where the signed root says that some are.
 *
 * The hash tiles tell, if they can be believed: when the root over all their leaf hashes is the
 * signed one, they are the hashes of what was sealed, whoever keeps them. Then each bundle is
 * compared with its tile. Without them only the range between two checkpoints can be named.
 */
#include "record/ledger/walk.h"

#include <string.h>

struct compare {
    const struct ledger_place *place;
    struct ledger_report *report;
    uint64_t number; /* of the bundle */
    uint64_t to;     /* leaves that the signed root covers */
    int64_t time;
    const struct hash *is;
    size_t is_count;
    const struct hash *was;
    size_t was_count;
};

static bool same(const struct hash *a, const struct hash *b, size_t count)
{
    return memcmp(a, b, count * sizeof *a) == 0;
}

/* The root over the level-0 tiles of `size` leaves: the only hashes that depend on no other tile.
 */
static struct rc tiles_root(const char *cache, uint64_t size, struct merkle_frontier *out)
{
    struct merkle_frontier frontier = {0};
    if (!cache)
        return fault(FAULT_ABSENT, "no hash tiles");
    while (frontier.size < size) {
        struct hash tile[BUNDLE];
        size_t count = size - frontier.size < BUNDLE ? (size_t)(size - frontier.size) : BUNDLE;
        TRY(tiles_read(cache, 0, frontier.size, count, tile));
        if (count == BUNDLE) {
            TRY(merkle_reduce(tile, BUNDLE));
            TRY(merkle_push(&frontier, 8, &tile[0]));
            continue;
        }
        for (size_t i = 0; i < count; i++)
            TRY(merkle_push(&frontier, 0, &tile[i]));
    }
    *out = frontier;
    return RC_OK;
}

bool tiles_trusted(const char *cache, uint64_t size, const struct hash *root,
                   struct merkle_frontier *out)
{
    struct merkle_frontier frontier;
    struct hash found;
    if (failed(tiles_root(cache, size, &frontier)) || failed(merkle_root(&frontier, &found)) ||
        !same(&found, root, 1))
        return false;
    *out = frontier;
    return true;
}

#define FOUND(kind, from, until, ...)                                                              \
    finding_add(c->report, kind, c->number *BUNDLE + (from), c->number * BUNDLE + (until),         \
                c->time, __VA_ARGS__)

/* Another bundle's leaves stand here: look for the tile that begins with the same hash. */
static bool is_swapped(const struct compare *c)
{
    struct hash first;
    for (uint64_t n = 0; n * BUNDLE < c->to; n++) {
        if (n == c->number || failed(tiles_read(c->place->cache, 0, n * BUNDLE, 1, &first)))
            continue;
        if (same(&first, c->is, 1)) {
            FOUND(FINDING_SWAPPED, 0, c->was_count - 1,
                  "the bundle of leaf %llu holds the leaves of the bundle of leaf %llu",
                  (unsigned long long)(c->number * BUNDLE), (unsigned long long)(n * BUNDLE));
            return true;
        }
    }
    return false;
}

static bool holds(const struct hash *hashes, size_t count, const struct hash *wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (same(&hashes[i], wanted, 1))
            return true;
    }
    return false;
}

/* The same leaves in another order, from `i` on. */
static bool is_reordered(const struct compare *c, size_t i)
{
    size_t last = i;
    if (c->is_count != c->was_count)
        return false;
    for (size_t k = i; k < c->is_count; k++) {
        if (!holds(c->was + i, c->was_count - i, &c->is[k]) ||
            !holds(c->is + i, c->is_count - i, &c->was[k]))
            return false;
        if (!same(&c->is[k], &c->was[k], 1))
            last = k;
    }
    FOUND(FINDING_REORDERED, i, last, "the leaves %llu to %llu stand in another order than sealed",
          (unsigned long long)(c->number * BUNDLE + i),
          (unsigned long long)(c->number * BUNDLE + last));
    return true;
}

/* How many leaves from `i` on were taken out: what follows them stands there instead. */
static size_t deleted_at(const struct compare *c, size_t i)
{
    for (size_t gap = 1; i + gap < c->was_count && i < c->is_count; gap++) {
        size_t left = c->is_count - i, right = c->was_count - i - gap;
        if (same(c->is + i, c->was + i + gap, left < right ? left : right))
            return gap;
    }
    return 0;
}

static size_t inserted_at(const struct compare *c, size_t i)
{
    for (size_t gap = 1; i + gap < c->is_count; gap++) {
        size_t left = c->is_count - i - gap, right = c->was_count - i;
        if (same(c->is + i + gap, c->was + i, left < right ? left : right))
            return gap;
    }
    return 0;
}

static void name_edited(const struct compare *c, size_t i)
{
    for (; i < c->is_count && i < c->was_count; i++) {
        if (!same(&c->is[i], &c->was[i], 1))
            FOUND(FINDING_EDITED, i, i, "leaf %llu is not the one that was sealed",
                  (unsigned long long)(c->number * BUNDLE + i));
    }
}

/* One bundle against its tile. False: what follows is shifted and is not worth comparing. */
static bool compare_bundle(const struct compare *c)
{
    size_t least = c->is_count < c->was_count ? c->is_count : c->was_count, i = 0;
    while (i < least && same(&c->is[i], &c->was[i], 1))
        i++;
    if (i == c->was_count)
        return true;
    if (i == c->is_count) { /* the beginning of it stands: the rest is missing */
        FOUND(FINDING_MISSING, i, c->was_count - 1, "the leaves %llu to %llu are missing",
              (unsigned long long)(c->number * BUNDLE + i),
              (unsigned long long)(c->number * BUNDLE + c->was_count - 1));
        return true;
    }
    if ((i == 0 && c->number * BUNDLE + 1 < c->to && is_swapped(c)) || is_reordered(c, i))
        return true;
    size_t gap = i + 1 < c->was_count ? deleted_at(c, i) : 0;
    if (gap) {
        FOUND(FINDING_DELETED, i, i + gap - 1, "%zu leaves were taken out from leaf %llu on", gap,
              (unsigned long long)(c->number * BUNDLE + i));
        return c->is_count < c->was_count; /* else the next bundles' leaves have moved up */
    }
    gap = i + 1 < c->is_count ? inserted_at(c, i) : 0;
    if (gap) {
        FOUND(FINDING_INSERTED, i, i + gap - 1, "%zu leaves were put in before leaf %llu", gap,
              (unsigned long long)(c->number * BUNDLE + i));
        return false;
    }
    name_edited(c, i);
    return true;
}

/* Whether any bundle after number `n` exists, up to the end of what was sealed. */
static bool any_after(const struct ledger_place *place, uint64_t n, uint64_t to)
{
    char path[PATH_SIZE];
    uint64_t size;
    for (n++; n * BUNDLE < to; n++) {
        if (!failed(bundle_path(place->folder, n, path)) && !failed(disk_size(path, &size)))
            return true;
    }
    return false;
}

static void name_truncated(uint64_t from, uint64_t to, int64_t time, struct ledger_report *report)
{
    finding_add(report, FINDING_TRUNCATED, from, to - 1, time,
                "truncated: the leaves from %llu on are missing, %llu were sealed",
                (unsigned long long)from, (unsigned long long)to);
}

/* Nothing of the bundle, or only its beginning, and no bundle after it: the end was cut off. */
static bool is_truncated(const struct compare *c)
{
    if (c->is_count >= c->was_count || !same(c->is, c->was, c->is_count) ||
        any_after(c->place, c->number, c->to))
        return false;
    name_truncated(c->number * BUNDLE + c->is_count, c->to, c->time, c->report);
    return true;
}

/* False when nothing after this bundle is worth looking at. */
static bool diagnose_bundle(struct compare *c, struct bundle *bundle)
{
    struct hash is[BUNDLE], was[BUNDLE];
    uint64_t left = c->to - c->number * BUNDLE;
    size_t bad = 0;
    c->is = is;
    c->was = was;
    c->was_count = left < BUNDLE ? (size_t)left : BUNDLE;
    c->is_count = 0;
    if (failed(tiles_read(c->place->cache, 0, c->number * BUNDLE, c->was_count, was)))
        return false;
    if (!failed(bundle_read(c->place->folder, c->number, bundle)) &&
        !failed(bundle_hash(bundle, is, &bad)))
        c->is_count = bundle->count;
    /* A bundle that goes on after the checkpoint: those leaves are not this root's concern. */
    if (left < BUNDLE && c->is_count > c->was_count)
        c->is_count = c->was_count;
    return !is_truncated(c) && compare_bundle(c);
}

static void name_range(uint64_t from, uint64_t to, int64_t time, struct ledger_report *report)
{
    finding_add(report, FINDING_ALTERED, from, to - 1, time,
                "the leaves %llu to %llu are not those that were sealed (edited, deleted or "
                "reordered); no hash tiles tell which",
                (unsigned long long)from, (unsigned long long)(to - 1));
}

void diagnose_blind(const struct ledger_place *place, uint64_t from, uint64_t stands, uint64_t end,
                    const struct checkpoint *checkpoint, struct ledger_report *report)
{
    if (stands >= checkpoint->size)
        name_range(from, checkpoint->size, checkpoint->time, report);
    else if (any_after(place, stands / BUNDLE, end))
        finding_add(report, FINDING_MISSING, stands, stands / BUNDLE * BUNDLE + BUNDLE - 1,
                    checkpoint->time, "leaf %llu and others of its bundle are missing",
                    (unsigned long long)stands);
    else
        name_truncated(stands, end, checkpoint->time, report);
}

void diagnose(const struct ledger_place *place, uint64_t from, const struct checkpoint *checkpoint,
              struct ledger_report *report)
{
    uint64_t before = report->damage, to = checkpoint->size;
    struct compare c = {.place = place, .report = report, .to = to, .time = checkpoint->time};
    struct bundle bundle = {0};
    bool more = true;
    for (c.number = from / BUNDLE; more && c.number * BUNDLE < to; c.number++)
        more = diagnose_bundle(&c, &bundle);
    bundle_free(&bundle);
    if (report->damage == before && before == 0 && from < to)
        name_range(from, to, checkpoint->time, report);
}
