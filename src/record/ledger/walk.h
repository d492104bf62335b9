/* walk: all leaves once, in order, and the root at any size on the way; see walk.c. */
#ifndef MERLON_LEDGER_WALK_H
#define MERLON_LEDGER_WALK_H

#include "record/ledger/parts.h"

struct walk {
    const struct ledger_place *place;
    uint64_t over_tiles;         /* not 0: hash tiles of so many leaves instead of the leaves */
    struct merkle_frontier tree; /* of the leaves walked over */
    uint64_t number;             /* of the bundle it stands in */
    bool loaded;
    struct bundle bundle;
    struct hash hashes[BUNDLE];
    size_t count;    /* of them */
    bool tile_wrong; /* a tile of the cache differs from its leaves: the first one */
    uint64_t wrong_tile;
};

/* Begins at the end of `from`, whose size is a multiple of BUNDLE or inside of a bundle. */
void walk_start(struct walk *walk, const struct ledger_place *place,
                const struct merkle_frontier *from);
void walk_end(struct walk *walk);

/* Walks until `size` leaves, or as far as there are leaves. Findings that bytes alone give are
 * added; `sealed` tells a torn end from damage. */
MUST_USE struct rc walk_to(struct walk *walk, uint64_t size, uint64_t sealed,
                           struct ledger_report *report);

/* Hash tiles whose level-0 hashes give the signed root (diagnose.c). */
bool tiles_trusted(const char *cache, uint64_t size, const struct hash *root,
                   struct merkle_frontier *out);

/* ---- checkpoints on disk, one after the other (feed.c) ---- */

struct feed {
    int fd;
    char path[PATH_SIZE];
    struct buf bytes;
    size_t at; /* in bytes: what was taken */
    bool end;  /* the file has no more bytes */
};

MUST_USE struct rc feed_open(const char *path, struct feed *out); /* FAULT_ABSENT */
void feed_close(struct feed *feed);
/* The next note, valid until the next call. FAULT_ABSENT at the end, FAULT_LIMIT for a half-written
 * end, FAULT_DATA for bytes that are none; then it goes on behind the next line `origin`. */
MUST_USE struct rc feed_next(struct feed *feed, const char *origin, struct note *out);

#endif
