/*
 * parts: what the files of this room share. Private.
 *
 *   journal.c   opening, writing          attach.c  a sink; its end and the store's compared
 *   deed.c      canonical bytes           leaf.c    what a leaf says
 *   move.c      deeds into the sink       forget.c  retention
 *   read.c      deeds, given back         verify.c  deeds and leaves compared both ways
 */
#ifndef MERLON_JOURNAL_PARTS_H
#define MERLON_JOURNAL_PARTS_H

#include "record/journal/journal.h"

#define STORE_ID_MAX 40

struct journal {
    struct store *store;
    const struct journal_sink *sink;
    char store_id[STORE_ID_MAX];
    bool unsure;  /* moving failed: the sink may hold leaves that were not noted */
    int64_t next; /* the next sequence within this transaction; 0: not asked yet */
};

/* What a leaf says; false when it is none of ours. */
struct leaf {
    char store_id[STORE_ID_MAX];
    int64_t sequence;
    char sm3[SM3_HEX];
};
bool leaf_read(struct view bytes, struct leaf *out);

/* Fills a new id of a store: 128 random bits. */
MUST_USE struct rc journal_random_id(char out[static STORE_ID_MAX]);

/* Compares the ends of store and sink and notes leaves that are there already; see journal_attach.
 */
MUST_USE struct rc journal_catch_up(struct journal *journal, const struct journal_sink *sink,
                                    uint64_t *noted);

/* Appends all deeds that wait for a leaf, oldest first, and notes the leaves' numbers. */
MUST_USE struct rc journal_move(struct journal *journal, uint64_t *moved);

/* Up to which sequence retention removed payloads, as far as the sink confirms it; 0: never. */
MUST_USE struct rc journal_forgotten_through(struct store *store, const struct journal_sink *sink,
                                             uint64_t size, int64_t *out);

#endif
