/*
 * parts: what the files of this room share. Private.
 *
 *   journal.c   opening, writing, moving deeds into the sink
 *   deed.c      canonical bytes           leaf.c    what a leaf says
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
    int64_t next; /* the next sequence within this transaction; 0: not asked yet */
};

/* What a leaf says; false when it is none of ours. */
struct leaf {
    char store_id[STORE_ID_MAX];
    int64_t sequence;
    char sm3[SM3_HEX];
};
bool leaf_read(struct view bytes, struct leaf *out);

#endif
