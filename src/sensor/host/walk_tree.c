/*
 * walk_tree: the shared walk over a directory tree of this machine.
 *
 *   read a chunk of entries -> statx each -> enter its sub-directories -> read the next chunk
 *
 * Every call is relative to a directory's descriptor (frames.c): nothing can lead the walk out of
 * the root, and paths may be longer than PATH_MAX. Memory: a chunk's worth of names for each level.
 * An entry that vanishes meanwhile is no error.
 *
 * Bind mounts are walked where they are found, unless they lead back to a directory above.
 */
#include "sensor/host/frames.h"

#include "foundation/sys/sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define CHUNK (64u * 1024u)
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

struct tree_walk {
    struct walk *walk;
    struct mounts mounts;
    struct frames frames;
    uint32_t concern[16]; /* by d_type */
    _Alignas(struct entry) char chunk[CHUNK];
};

static struct frame *top_of(struct tree_walk *t)
{
    return frames_top(&t->frames);
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
    for (size_t i = 0; i < t->frames.depth; i++)
        if (t->frames.list[i].place.device == place->device &&
            t->frames.list[i].place.inode == place->inode)
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
    size_t len = t->frames.path.len;
    const char *path = frames_path_with(&t->frames, name);
    if (type_is_walked(type))
        fs = walk_filesystem(t->walk, path, type);
    else
        walk_skipped(t->walk, path, type);
    frames_path_reset(&t->frames, len);
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
    size_t len = t->frames.path.len;
    if (S_ISLNK(st->stx_mode)) {
        ssize_t got = readlinkat(top_of(t)->fd, name, link, sizeof link - 1);
        link[got > 0 ? got : 0] = '\0';
    }
    struct stat_fact fact = fact_of(st, link);
    walk_hit(t->walk, fs, hits, frames_path_with(&t->frames, name), &fact);
    frames_path_reset(&t->frames, len);
}

/* Most entries end here: no path is put together before there is a hit. */
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
    walk_not_entered(t->walk, frame->place.fs, frames_path(&t->frames),
                     outcome_errno(error).reason);
}

/* A directory counts for the file system mounted on it, not for the one it is an entry of. */
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
    frames_add_pending(&t->frames, name, &place);
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

/* ---- down and up ----------------------------------------------------------------------- */

static void enter_next(struct tree_walk *t)
{
    struct place place;
    const char *name = frames_next_pending(&t->frames, &place);
    const struct frame *frame = top_of(t);
    int fd = frames_open(&t->frames, frame->fd, name);
    int error = errno;
    bool in_dev = frame->in_dev || (t->frames.depth == 1 && strcmp(name, "dev") == 0);
    size_t len = t->frames.path.len;
    frames_path_with(&t->frames, name);
    if (fd >= 0) {
        frames_push(&t->frames, fd, &place, in_dev);
        return;
    }
    /* Gone, or something else by now, is no error. */
    if (error != ENOENT && error != ENOTDIR && error != ELOOP)
        walk_not_entered(t->walk, place.fs, frames_path(&t->frames), outcome_errno(error).reason);
    frames_path_reset(&t->frames, len);
}

/* One step: enter a sub-directory, else read on, else go back up. */
static void advance(struct tree_walk *t)
{
    bool pending = frames_has_pending(&t->frames);
    if (!pending && top_of(t)->done) {
        frames_pop(&t->frames);
    } else if (!frames_ready(&t->frames)) {
        walk_not_entered(t->walk, top_of(t)->place.fs, frames_path(&t->frames),
                         "it was moved during the walk");
        frames_pop(&t->frames);
    } else if (pending) {
        enter_next(t);
    } else {
        read_chunk(t);
    }
}

/* ---- the whole ------------------------------------------------------------------------- */

static void prepare(struct tree_walk *t)
{
    for (unsigned i = 0; i < COUNT_OF(t->concern); i++)
        t->concern[i] = walk_concern(t->walk, (uint32_t)DTTOIF(i));
    frames_init(&t->frames);
    mounts_read(&t->mounts);
}

static struct outcome start(struct tree_walk *t, int root_fd)
{
    struct statx st;
    char type[32];
    int fd = frames_open(&t->frames, root_fd, ".");
    if (fd < 0 || statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &st) != 0) {
        struct outcome outcome = outcome_errno(errno);
        sys_close(fd);
        return outcome;
    }
    struct place place = place_of(&st, NULL);
    type_of_mount(t, fd, ".", &place, type);
    place.fs = walk_filesystem(t->walk, "/", type);
    place.fs->inodes = place.fs->directories = 1;
    frames_push(&t->frames, fd, &place, false);
    judge(t, place.fs, "", &st);
    return outcome_ok();
}

static struct outcome run(struct tree_walk *t, int root_fd)
{
    struct outcome outcome = start(t, root_fd);
    for (uint64_t steps = 0; outcome.status == ITEM_OK && t->frames.depth; steps++) {
        if (steps % 512 == 0 && !walk_go_on(t->walk))
            outcome = outcome_of(ITEM_TIMEOUT, "after %llu entries",
                                 (unsigned long long)t->walk->entries);
        else
            advance(t);
    }
    return outcome;
}

struct outcome walk_tree(struct walk *walk, int root_fd)
{
    struct tree_walk *t = mem_new(sizeof *t);
    t->walk = walk;
    prepare(t);
    struct outcome outcome = run(t, root_fd);
    mounts_free(&t->mounts);
    frames_free(&t->frames);
    mem_free(t);
    return outcome;
}
