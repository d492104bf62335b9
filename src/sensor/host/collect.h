/* collect: what one collecting run knows. Private to the room. */
#ifndef MERLON_HOST_COLLECT_H
#define MERLON_HOST_COLLECT_H

#include "sensor/host/driver.h"

struct expanded; /* a pattern and what it matched */
struct secret;   /* a file whose source reduces it */

struct collection {
    struct host *host;
    const struct wishes *wishes;
    struct bundle *bundle;
    struct arena *arena; /* names and matches, until the run ends */
    struct expanded *expanded;
    struct secret *secrets;
    uint64_t files;
};

/* Whether the time for collecting ran out. */
bool collection_expired(const struct collection *c);

/* Adds an item with this outcome; bytes count only for ok and truncated. */
MUST_USE struct rc collection_add(struct collection *c, enum item_kind kind, const char *name,
                                  const struct outcome *outcome, struct view bytes);

/* The matches of a pattern; its ITEM_LIST is added when it is asked for first. */
MUST_USE struct rc collection_glob(struct collection *c, const char *pattern,
                                   const struct glob **out);

/* What the source's digest makes of an opened file and those beside it (digest.c). */
struct outcome digest_file(struct collection *c, const struct source *source, const char *path,
                           struct opened *opened, struct buf *out);

/* All files that one ITEM_FILE source leads to (file.c). */
MUST_USE struct rc collect_files(struct collection *c, const struct source *source);

#endif
