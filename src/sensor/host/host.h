/*
 * host: reaching a host's files and running values, and filling a bundle from them.
 *
 *   struct host       a driver: this host, a dead root, or files in memory (for fixtures)
 *   struct wishes     what a plan wants collected
 *   host_collect      driver + wishes -> bundle; judges nothing, reads each thing once
 *
 * A dead root is resolved inside itself (openat2, RESOLVE_IN_ROOT): no chroot, nothing of the
 * target is executed, no link leads out of it. Files are opened without blocking and without
 * changing their access time where the kernel allows.
 *
 * Every wish leaves an item, with a status other than ok when it could not be had. Collecting fails
 * as a whole only when the target cannot be used at all (FAULT_TARGET) or memory limits are hit.
 */
#ifndef MERLON_HOST_H
#define MERLON_HOST_H

#include "sensor/bundle/bundle.h"

struct host;

/* This machine. */
MUST_USE struct rc host_open_local(struct host **out);

/* A mounted image or container root. FAULT_TARGET when `path` is no directory that can be read. */
MUST_USE struct rc host_open_root(const char *path, struct host **out);

/* Files held in memory; everything not added is absent. */
MUST_USE struct rc host_open_memory(const char *name, struct host **out);

/* Adds a file (or, when fact->type says so, another thing) to a host in memory. `status` other than
 * ITEM_OK makes reading it (not lstat) fail like that; parents become directories of root, mode
 * 0755. With kind ITEM_LIVE, `path` is a probe's name. Everything is copied. FAULT_USAGE when the
 * path is there already. */
MUST_USE struct rc host_memory_add(struct host *host, enum item_kind kind, const char *path,
                                   const struct stat_fact *fact, struct view bytes,
                                   enum item_status status);

/* Makes a host in memory answer live probes (host_open_memory does not run at first). */
void host_memory_set_running(struct host *host, bool running);

void host_close(struct host *host); /* accepts NULL */

const char *host_name(const struct host *host);
bool host_running(const struct host *host);

/* What a plan wants. All arrays are borrowed; `paths` may hold glob patterns. */
struct wishes {
    const struct source *const *sources;
    size_t source_count;
    const char *const *paths; /* ITEM_STAT for each (a pattern: ITEM_LIST and its matches) */
    size_t path_count;
    bool walk;           /* the shared walk */
    uint32_t predicates; /* bit 1 << enum walk_predicate */
    int64_t deadline;    /* microseconds since 1970 after which the rest is `timeout`; 0: none */
    void (*progress)(void *context, const char *phase, uint64_t count); /* or NULL */
    void *context;
};

/* Fills `bundle` (its target too, with the time `now`). */
MUST_USE struct rc host_collect(struct host *host, const struct wishes *wishes, int64_t now,
                                struct bundle *bundle);

#endif
