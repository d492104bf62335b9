/*
 * frames: a stack of directories that needs few descriptors.
 *
 * At most OPEN_MAX of them are open: going down closes the one that far above, coming back up opens
 * it again by its names from the root, and compares it, since it may have been moved meanwhile.
 */
#include "sensor/host/frames.h"

#include "foundation/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define OPEN_MAX_FRAMES 64

/* ---- paths ----------------------------------------------------------------------------- */

const char *frames_path(const struct frames *frames)
{
    return frames->path.len ? frames->path.ptr : "/";
}

const char *frames_path_with(struct frames *frames, const char *name)
{
    buf_add_char(&frames->path, '/');
    buf_add_text(&frames->path, name);
    return frames->path.ptr;
}

void frames_path_reset(struct frames *frames, size_t len)
{
    frames->path.len = len;
    if (frames->path.ptr)
        frames->path.ptr[len] = '\0';
}

/* ---- sub-directories still to be entered ------------------------------------------------ */

/* In the stack of bytes; the name follows. Copied in and out: nothing there is aligned. */
struct pending {
    struct place place;
    size_t name_size; /* with its NUL */
};

void frames_add_pending(struct frames *frames, const char *name, const struct place *place)
{
    struct pending pending = {*place, strlen(name) + 1};
    buf_add(&frames->pending, &pending, sizeof pending);
    buf_add(&frames->pending, name, pending.name_size);
    frames_top(frames)->end = frames->pending.len;
}

bool frames_has_pending(struct frames *frames)
{
    struct frame *frame = frames_top(frames);
    if (frame->next < frame->end)
        return true;
    frames->pending.len = frame->start;
    frame->next = frame->end = frame->start;
    return false;
}

const char *frames_next_pending(struct frames *frames, struct place *place)
{
    struct frame *frame = frames_top(frames);
    struct pending pending;
    memcpy(&pending, frames->pending.ptr + frame->next, sizeof pending);
    const char *name = frames->pending.ptr + frame->next + sizeof pending;
    frame->next += sizeof pending + pending.name_size;
    *place = pending.place;
    return name;
}

/* ---- down and up ----------------------------------------------------------------------- */

int frames_open(const struct frames *frames, int folder, const char *name)
{
    int fd = openat(folder, name, frames->open_flags);
    return fd < 0 && errno == EPERM ? openat(folder, name, frames->open_flags & ~O_NOATIME) : fd;
}

void frames_push(struct frames *frames, int fd, const struct place *place, bool in_dev)
{
    if (frames->depth == frames->room) {
        frames->room = frames->room ? frames->room * 2 : 64;
        frames->list = mem_resize(frames->list, frames->room * sizeof *frames->list);
    }
    size_t start = frames->pending.len;
    frames->list[frames->depth++] = (struct frame){.fd = fd,
                                                   .place = *place,
                                                   .path_len = frames->path.len,
                                                   .start = start,
                                                   .next = start,
                                                   .end = start,
                                                   .in_dev = in_dev};
    /* The root's stays open: the way back to all others begins there. */
    if (frames->depth > OPEN_MAX_FRAMES + 1) {
        struct frame *upper = &frames->list[frames->depth - 1 - OPEN_MAX_FRAMES];
        sys_close(upper->fd);
        upper->fd = -1;
    }
}

void frames_pop(struct frames *frames)
{
    sys_close(frames_top(frames)->fd);
    frames->pending.len = frames_top(frames)->start;
    frames->depth--;
    if (frames->depth)
        frames_path_reset(frames, frames_top(frames)->path_len);
}

/* The name of a frame below the root: the last part of its path. */
static const char *frame_name(struct frames *frames, size_t index, struct buf *name)
{
    size_t from = frames->list[index - 1].path_len + 1;
    name->len = 0;
    buf_add(name, frames->path.ptr + from, frames->list[index].path_len - from);
    return name->ptr;
}

static bool is_same(int fd, const struct place *place)
{
    struct stat st;
    return fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == place->device &&
           st.st_ino == place->inode;
}

/* Opens all frames down to the top, from the root, one after the other, and keeps the last half of
 * what may be open: so a long way up costs little. */
static void reopen(struct frames *frames)
{
    struct buf name = {0};
    int above = dup(frames->list[0].fd);
    for (size_t index = 1; index < frames->depth; index++) {
        struct frame *frame = &frames->list[index];
        int fd = frames_open(frames, above, frame_name(frames, index, &name));
        sys_close(above);
        above = fd;
        if (!is_same(fd, &frame->place))
            break;
        bool keep = index + OPEN_MAX_FRAMES / 2 >= frames->depth;
        if (keep && lseek(fd, frame->offset, SEEK_SET) >= 0)
            frame->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    }
    sys_close(above);
    buf_free(&name);
}

bool frames_ready(struct frames *frames)
{
    if (frames_top(frames)->fd < 0)
        reopen(frames);
    return frames_top(frames)->fd >= 0;
}

void frames_init(struct frames *frames)
{
    /* Only root may leave the access time alone everywhere; others would ask in vain each time. */
    *frames = (struct frames){.open_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK |
                                            O_CLOEXEC | (geteuid() == 0 ? O_NOATIME : 0)};
}

void frames_free(struct frames *frames)
{
    while (frames->depth)
        frames_pop(frames);
    mem_free(frames->list);
    buf_free(&frames->pending);
    buf_free(&frames->path);
}
