/*
 * seen: what an import looked up or knows already, so that a hundred thousand rows do not ask the
 * store the same questions a hundred thousand times. Private to the room.
 *
 * Two sets: entries found by (kind, key), forgotten when one is written; and all keys of the kind
 * that is imported.
 */
#ifndef MERLON_ENTRY_SEEN_H
#define MERLON_ENTRY_SEEN_H

#include "register/entry/entry.h"

struct seen;

struct seen *seen_new(void) MUST_USE;
void seen_free(struct seen *seen); /* accepts NULL */

/* The entry kept for a key; *known false: nothing is known. *out NULL with *known: it is absent. */
const struct entry *seen_get(struct seen *seen, const struct kind *kind, const char *key,
                             bool *known, int64_t *id);
/* Keeps a copy. `entry` NULL: it is absent. */
void seen_put(struct seen *seen, const struct kind *kind, const char *key,
              const struct entry *entry, int64_t id);
void seen_forget(struct seen *seen, const struct kind *kind, const char *key);

/* A set of keys. */
void seen_add_key(struct seen *seen, const char *key);
bool seen_has_key(const struct seen *seen, const char *key);

#endif
