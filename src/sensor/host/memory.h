/* memory: the files of a host in memory, by path. Private to the room. */
#ifndef MERLON_HOST_MEMORY_H
#define MERLON_HOST_MEMORY_H

#include "sensor/host/driver.h"

struct node {
    const char *path; /* absolute, no slash at its end; "/" for the root */
    struct stat_fact fact;
    struct view bytes;
    enum item_status status; /* of reading or entering it */
    bool implied;            /* a directory made because something was added below it */
};

struct memory {
    struct host host;
    struct arena *arena;
    struct node **nodes; /* sorted by path */
    size_t count, room;
    struct node **probes;
    size_t probe_count, probe_room;
};

/* The node of exactly this path (no link is followed), or NULL. */
struct node *memory_node(const struct memory *memory, const char *path);

/* Where a path of that text stands, or would stand, among the sorted nodes. */
size_t memory_position(const struct memory *memory, const char *path);

/* The node that a path leads to, links resolved inside the host; the last one only if `follow`. */
struct outcome memory_resolve(const struct memory *memory, const char *path, bool follow,
                              struct node **out);

extern const struct driver memory_driver;

#endif
