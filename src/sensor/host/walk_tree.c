/*
 * walk_tree: the shared walk over a directory tree of this machine.
 *
 *   frames   the directories from the root to where we are, each with its descriptor
 *   pending  per frame: sub-directories of the chunk read last, still to be entered
 *
 *   read a chunk of entries -> statx each -> enter its sub-directories -> read the next chunk
 *
 * Every call is relative to a directory's descriptor: nothing can lead the walk out of the root,
 * and paths may be longer than PATH_MAX. At most OPEN_MAX descriptors are open; those of frames
 * further up are closed and opened again, and compared, on the way back. Memory: a chunk's worth of
 * names for each level. An entry that vanishes meanwhile is no error.
 *
 * Bind mounts are walked where they are found, unless they lead back to a directory above.
 */
#include "sensor/host/walk.h"

#include "foundation/sys/sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define OPEN_MAX_FRAMES 64
#define CHUNK           (64u * 1024u)
#define LOOK                                                                                       \
    (AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC) /* does not wait for a server */

/* What getdents64 gives. */
struct entry {
    uint64_t inode;
    int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

/* Where a directory is, and what it belongs to. */
struct place {
    uint64_t device, inode, mount;
    struct filesystem *fs;
};

struct pending {
    struct place place;
    size_t name_size; /* with its NUL; the name follows */
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

struct tree_walk {
    struct walk *walk;
    struct mounts mounts;
    struct frame *frames;
    size_t depth, room;
    struct buf pending;
    struct buf path;      /* of the frame on top, or of an entry of it; "" for the root */
    uint32_t concern[16]; /* by d_type */
    int open_flags;
    _Alignas(struct entry) char chunk[CHUNK];
};

static struct frame *top_of(struct tree_walk *t)
{
    return &t->frames[t->depth - 1];
}

/* ---- paths ----------------------------------------------------------------------------- */

static const char *path_text(const struct tree_walk *t)
{
    return t->path.len ? t->path.ptr : "/";
}

/* The path of an entry of the frame on top; path_reset forgets it. */
static const char *path_with(struct tree_walk *t, const char *name)
{
    buf_add_char(&t->path, '/');
    buf_add_text(&t->path, name);
    return t->path.ptr;
}

static void path_reset(struct tree_walk *t, size_t len)
{
    t->path.len = len;
    if (t->path.ptr)
        t->path.ptr[len] = '\0';
}

/* ---- file systems ---------------------------------------------------------------------- */

/* Whether something else is mounted at `to`, an entry of a directory at `from`. A sub-volume of
 * btrfs has a device of its own but belongs to the same mount. */
static bool is_crossing(const struct place *from, const struct place *to)
{
    return from->mount && to->mount ? from->mount != to->mount : from->device != to->device;
}

/* A bind mount of a directory that we are inside of would show all of it again and again. */
static bool is_loop(const struct tree_walk *t, const struct place *place)
{
    for (size_t i = 0; i < t->depth; i++)
        if (t->frames[i].place.device == place->device && t->frames[i].place.inode == place->inode)
            return true;
    return false;
}

static void type_of_mount(struct tree_walk *t, int folder, const char *name,
                          const struct place *place, char out[static 32])
{
    const char *known = mounts_type(&t->mounts, place->mount, place->device);
    if (known) {
        memcpy(out, known, 32);
        return;
    }
    CLEANUP(sys_close_fdp) int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    statfs_type(fd, out);
}

/* The file system mounted at an entry of the frame on top; NULL when it is not to be walked. */
static struct filesystem *arrive(struct tree_walk *t, const char *name, const struct place *place)
{
    char type[32];
    struct filesystem *fs = NULL;
    if (is_loop(t, place))
        return NULL;
    type_of_mount(t, top_of(t)->fd, name, place, type);
    size_t len = t->path.len;
    const char *path = path_with(t, name);
    if (type_is_walked(type))
        fs = walk_filesystem(t->walk, path, type);
    else
        walk_skipped(t->walk, path, type);
    path_reset(t, len);
    return fs;
}

/* ---- entries --------------------------------------------------------------------------- */

static struct stat_fact fact_of(const struct statx *st, const char *link)
{
    return (struct stat_fact){.type = type_of_mode(st->stx_mode),
                              .mode = st->stx_mode & 07777u,
                              .uid = st->stx_uid,
                              .gid = st->stx_gid,
                              .size = (int64_t)st->stx_size,
                              .nlink = st->stx_nlink,
                              .mtime = st->stx_mtime.tv_sec,
                              .link = link};
}

static struct place place_of(const struct statx *st, struct filesystem *fs)
{
    bool told = st->stx_mask & STATX_MNT_ID;
    return (struct place){makedev(st->stx_dev_major, st->stx_dev_minor), st->stx_ino,
                          told ? st->stx_mnt_id : 0, fs};
}

static void record_hit(struct tree_walk *t, struct filesystem *fs, const char *name,
                       const struct statx *st, uint32_t hits)
{
    char link[4096] = "";
    size_t len = t->path.len;
    if (S_ISLNK(st->stx_mode)) {
        ssize_t got = readlinkat(top_of(t)->fd, name, link, sizeof link - 1);
        link[got > 0 ? got : 0] = '\0';
    }
    struct stat_fact fact = fact_of(st, link);
    walk_hit(t->walk, fs, hits, path_with(t, name), &fact);
    path_reset(t, len);
}

static void judge(struct tree_walk *t, struct filesystem *fs, const char *name,
                  const struct statx *st)
{
    struct walk_entry entry = {.name = name,
                               .mode = st->stx_mode,
                               .uid = st->stx_uid,
                               .gid = st->stx_gid,
                               .device = makedev(st->stx_rdev_major, st->stx_rdev_minor),
                               .in_dev = top_of(t)->in_dev};
    uint32_t hits = walk_judge(t->walk, &entry);
    if (hits)
        record_hit(t, fs, name, st, hits);
}

/* Entries that cannot be looked at: the directory can be listed but not searched, or is broken. */
static void complain(struct tree_walk *t, int error)
{
    struct frame *frame = top_of(t);
    if (error == ENOENT || frame->complained)
        return;
    frame->complained = true;
    walk_not_entered(t->walk, frame->place.fs, path_text(t), outcome_errno(error).reason);
}

static void add_pending(struct tree_walk *t, const char *name, const struct place *place)
{
    struct pending pending = {*place, strlen(name) + 1};
    buf_add(&t->pending, &pending, sizeof pending);
    buf_add(&t->pending, name, pending.name_size);
    top_of(t)->end = t->pending.len;
}

static void look_at_folder(struct tree_walk *t, const char *name, const struct statx *st)
{
    const struct frame *frame = top_of(t);
    struct place place = place_of(st, frame->place.fs);
    if (is_crossing(&frame->place, &place))
        place.fs = arrive(t, name, &place);
    if (!place.fs)
        return;
    place.fs->inodes++;
    place.fs->directories++;
    judge(t, place.fs, name, st);
    add_pending(t, name, &place);
}

static void look_at(struct tree_walk *t, const struct entry *entry)
{
    const char *name = entry->name;
    unsigned type = entry->type < 16 ? entry->type : DT_UNKNOWN;
    bool folder = type == DT_DIR || type == DT_UNKNOWN;
    struct filesystem *fs = top_of(t)->place.fs;
    struct statx st;
    t->walk->entries++;
    /* Not to look at all is the fastest look: only directories always need one. */
    if (!folder && !t->concern[type] && !walk_trusts(name)) {
        fs->inodes++;
        return;
    }
    if (statx(top_of(t)->fd, name, LOOK, STATX_BASIC_STATS | STATX_MNT_ID, &st) != 0) {
        complain(t, errno);
        return;
    }
    if (S_ISDIR(st.stx_mode)) {
        look_at_folder(t, name, &st);
        return;
    }
    fs->inodes++;
    judge(t, fs, name, &st);
}

static bool is_self_or_parent(const char *name)
{
    return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* Looks at the next chunk of the directory on top. */
static void read_chunk(struct tree_walk *t)
{
    struct frame *frame = top_of(t);
    long got = syscall(SYS_getdents64, frame->fd, t->chunk, sizeof t->chunk);
    frame->done = got <= 0;
    if (got < 0)
        complain(t, errno);
    for (long at = 0; at < got;) {
        const struct entry *entry = (const void *)(t->chunk + at);
        top_of(t)->offset = entry->offset;
        if (!is_self_or_parent(entry->name))
            look_at(t, entry);
        at += entry->size;
    }
}

/* ---- up and down ----------------------------------------------------------------------- */

static int open_folder(const struct tree_walk *t, int folder, const char *name)
{
    int fd = openat(folder, name, t->open_flags);
    return fd < 0 && errno == EPERM ? openat(folder, name, t->open_flags & ~O_NOATIME) : fd;
}

static void push(struct tree_walk *t, int fd, const struct place *place, bool in_dev)
{
    if (t->depth == t->room) {
        t->room = t->room ? t->room * 2 : 64;
        t->frames = mem_resize(t->frames, t->room * sizeof *t->frames);
    }
    size_t start = t->pending.len;
    t->frames[t->depth++] = (struct frame){.fd = fd,
                                           .place = *place,
                                           .path_len = t->path.len,
                                           .start = start,
                                           .next = start,
                                           .end = start,
                                           .in_dev = in_dev};
    /* The root's stays open: the way back to all others begins there. */
    if (t->depth > OPEN_MAX_FRAMES + 1) {
        struct frame *upper = &t->frames[t->depth - 1 - OPEN_MAX_FRAMES];
        sys_close(upper->fd);
        upper->fd = -1;
    }
}

static void pop(struct tree_walk *t)
{
    sys_close(top_of(t)->fd);
    t->pending.len = top_of(t)->start;
    t->depth--;
    if (t->depth)
        path_reset(t, top_of(t)->path_len);
}

static void enter_next(struct tree_walk *t)
{
    struct frame *frame = top_of(t);
    struct pending pending;
    memcpy(&pending, t->pending.ptr + frame->next, sizeof pending);
    const char *name = t->pending.ptr + frame->next + sizeof pending;
    frame->next += sizeof pending + pending.name_size;
    int fd = open_folder(t, frame->fd, name);
    int error = errno;
    bool in_dev = frame->in_dev || (t->depth == 1 && strcmp(name, "dev") == 0);
    size_t len = t->path.len;
    path_with(t, name);
    if (fd >= 0) {
        push(t, fd, &pending.place, in_dev);
        return;
    }
    /* Gone, or something else by now, is no error. */
    if (error != ENOENT && error != ENOTDIR && error != ELOOP)
        walk_not_entered(t->walk, pending.place.fs, path_text(t), outcome_errno(error).reason);
    path_reset(t, len);
}

/* The name of a frame below the root: the last part of its path. */
static const char *frame_name(struct tree_walk *t, size_t index, struct buf *name)
{
    size_t from = t->frames[index - 1].path_len + 1;
    name->len = 0;
    buf_add(name, t->path.ptr + from, t->frames[index].path_len - from);
    return name->ptr;
}

/* Opens the frames up to the top again, from the root, and keeps the last half of what may be open,
 * so that going up a long way costs little. False when the top is not where it was. */
static bool reopen(struct tree_walk *t)
{
    struct buf name = {0};
    struct statx st;
    int above = dup(t->frames[0].fd);
    size_t index = 1;
    for (; index < t->depth; index++) {
        struct frame *frame = &t->frames[index];
        int fd = open_folder(t, above, frame_name(t, index, &name));
        sys_close(above);
        above = fd;
        if (fd < 0 || statx(fd, "", AT_EMPTY_PATH, STATX_INO, &st) != 0 ||
            st.stx_ino != frame->place.inode)
            break;
        if (index + OPEN_MAX_FRAMES / 2 >= t->depth && lseek(fd, frame->offset, SEEK_SET) >= 0)
            frame->fd = dup(fd);
    }
    sys_close(above);
    buf_free(&name);
    return top_of(t)->fd >= 0;
}

static bool usable(struct tree_walk *t)
{
    if (top_of(t)->fd >= 0 || reopen(t))
        return true;
    walk_not_entered(t->walk, top_of(t)->place.fs, path_text(t), "it was moved during the walk");
    return false;
}

static void advance(struct tree_walk *t)
{
    struct frame *frame = top_of(t);
    bool pending = frame->next < frame->end;
    if (!pending) { /* the names of the last chunk are used up */
        t->pending.len = frame->start;
        frame->next = frame->end = frame->start;
    }
    if (frame->done && !pending)
        pop(t);
    else if (!usable(t))
        pop(t);
    else if (pending)
        enter_next(t);
    else
        read_chunk(t);
}

/* ---- the whole ------------------------------------------------------------------------- */

static void prepare(struct tree_walk *t)
{
    for (unsigned i = 0; i < COUNT_OF(t->concern); i++)
        t->concern[i] = walk_concern(t->walk, (uint32_t)DTTOIF(i));
    /* Only root may leave the access time alone everywhere; others would ask in vain each time. */
    t->open_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC |
                    (geteuid() == 0 ? O_NOATIME : 0);
    mounts_read(&t->mounts);
}

static struct outcome start(struct tree_walk *t, int root_fd)
{
    struct statx st;
    char type[32];
    int fd = open_folder(t, root_fd, ".");
    if (fd < 0 || statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &st) != 0) {
        struct outcome outcome = outcome_errno(errno);
        sys_close(fd);
        return outcome;
    }
    struct place place = place_of(&st, NULL);
    type_of_mount(t, fd, ".", &place, type);
    place.fs = walk_filesystem(t->walk, "/", type);
    place.fs->inodes = place.fs->directories = 1;
    push(t, fd, &place, false);
    judge(t, place.fs, "", &st);
    return outcome_ok();
}

static struct outcome run(struct tree_walk *t, int root_fd)
{
    struct outcome outcome = start(t, root_fd);
    for (uint64_t steps = 0; outcome.status == ITEM_OK && t->depth; steps++) {
        if (steps % 512 == 0 && !walk_go_on(t->walk))
            outcome = outcome_of(ITEM_TIMEOUT, "after %llu entries",
                                 (unsigned long long)t->walk->entries);
        else
            advance(t);
    }
    while (t->depth)
        pop(t);
    return outcome;
}

struct outcome walk_tree(struct walk *walk, int root_fd)
{
    struct tree_walk *t = mem_new(sizeof *t);
    t->walk = walk;
    prepare(t);
    struct outcome outcome = run(t, root_fd);
    mounts_free(&t->mounts);
    mem_free(t->frames);
    buf_free(&t->pending);
    buf_free(&t->path);
    mem_free(t);
    return outcome;
}
