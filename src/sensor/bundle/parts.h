/* parts: what the files of this room share. Private to the room. */
#ifndef MERLON_BUNDLE_PARTS_H
#define MERLON_BUNDLE_PARTS_H

#include "sensor/bundle/bundle.h"

/* ---- index: which item has this kind and text? (index.c) -------------------------------- */

/* An open hash table from (tag, text) to a number. The texts are borrowed. Zero-initialise it. */
struct index {
    struct slot *slots;
    size_t room, used;
    uint64_t key[2]; /* drawn at random: nobody can prepare names that collide */
};

bool index_find(const struct index *index, unsigned tag, const char *text, uint32_t *number);
void index_put(struct index *index, unsigned tag, const char *text, uint32_t number);
void index_free(struct index *index);

/* ---- items with their digests (bundle.c) ------------------------------------------------ */

static inline bool item_has_bytes(enum item_status status)
{
    return status == ITEM_OK || status == ITEM_TRUNCATED;
}

bool item_kind_from(const char *name, enum item_kind *out);
bool item_status_from(const char *name, enum item_status *out);

/* Tells a digest that is already known, so that bundle_sm3 need not compute it. */
void bundle_know_sm3(struct bundle *bundle, uint32_t number, const char sm3[static SM3_HEX]);

/* ---- manifest (manifest.c) -------------------------------------------------------------- */

/* One item as the manifest states it. sm3 is "" where an item has no bytes. */
struct listed {
    struct item item; /* without bytes */
    size_t size;
    char sm3[SM3_HEX];
};

void manifest_write(struct bundle *bundle, struct buf *out);

/* Reads the head (and sets the target), then one item after the other off *rest; `more` is false
 * after the last one. Texts live in the arena. FAULT_TARGET without the bundle's name in front. */
MUST_USE struct rc manifest_read_head(struct bundle *bundle, struct arena *arena,
                                      struct view *rest);
MUST_USE struct rc manifest_read_item(struct arena *arena, struct view *rest, struct listed *out,
                                      bool *more);

/* ---- tar + zstd (archive.c) ------------------------------------------------------------- */

struct packer;
MUST_USE struct rc packer_new(struct buf *out, struct packer **packer);
MUST_USE struct rc packer_add(struct packer *packer, const char *name, struct view bytes);
MUST_USE struct rc packer_end(struct packer *packer);
void packer_free(struct packer *packer); /* accepts NULL */

struct unpacker;
MUST_USE struct rc unpacker_new(struct view bytes, struct unpacker **unpacker);
/* Reads the next entry into `out` (emptied first); it must be a plain file of just this name. */
MUST_USE struct rc unpacker_next(struct unpacker *unpacker, const char *name, struct buf *out);
/* Holds when no entry is left. */
MUST_USE struct rc unpacker_end(struct unpacker *unpacker);
void unpacker_free(struct unpacker *unpacker); /* accepts NULL */

/* ---- the seal at the end (seal.c) ------------------------------------------------------- */

MUST_USE struct rc seal_add(struct buf *bytes);
/* Takes the seal off the end of *bytes after proving it. */
MUST_USE struct rc seal_check(struct view *bytes);

#endif
