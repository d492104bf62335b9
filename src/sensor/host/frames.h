/*
 * frames: the way from the root down to the directory that the walk is in. Private to the room.
 *
 *   frames   the directories from the root to where we are, each with its descriptor
 *   pending  per frame: sub-directories of the chunk read last, still to be entered
 *   path     of the frame on top, "" for the root
 */
#ifndef MERLON_HOST_FRAMES_H
#define MERLON_HOST_FRAMES_H

#include "sensor/host/walk.h"

/* Where a directory is, and what it belongs to. */
struct place {
    uint64_t device, inode, mount;
    struct filesystem *fs;
};

struct frame {
    int fd; /* -1: closed for a while */
    struct place place;
    int64_t offset;          /* where the next chunk begins */
    size_t path_len;         /* of the path up to here */
    size_t start, next, end; /* of its pending sub-directories in the stack */
    bool done;               /* all chunks were read */
    bool complained;         /* about entries that cannot be looked at */
    bool in_dev;
};

struct frames {
    struct frame *list;
    size_t depth, room;
    struct buf pending;
    struct buf path;
    int open_flags; /* for every directory */
};

static inline struct frame *frames_top(struct frames *frames)
{
    return &frames->list[frames->depth - 1];
}

/* Opens a directory that is an entry of the directory `folder`, or -1 and errno. */
int frames_open(const struct frames *frames, int folder, const char *name);

/* Goes down into the directory `fd` (which is taken over); `path` must be its path already. */
void frames_push(struct frames *frames, int fd, const struct place *place, bool in_dev);
void frames_pop(struct frames *frames);

/* Makes sure that the top's descriptor is open; false when it is not where it was any more. */
bool frames_ready(struct frames *frames);

/* The sub-directories of the top that are to be entered. frames_next_pending: only when there is
 * one; the name lives until something is added. */
void frames_add_pending(struct frames *frames, const char *name, const struct place *place);
bool frames_has_pending(struct frames *frames);
const char *frames_next_pending(struct frames *frames, struct place *place);

const char *frames_path(const struct frames *frames); /* "/" for the root */

/* The path of an entry of the top; frames_path_reset forgets it. */
const char *frames_path_with(struct frames *frames, const char *name);
void frames_path_reset(struct frames *frames, size_t len);

void frames_init(struct frames *frames);
void frames_free(struct frames *frames);

#endif
