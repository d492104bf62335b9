/*
 * tree: a host whose files hang below a directory: this machine ("/") or a dead root.
 *
 * Paths are resolved inside the root by the kernel (sys_open_in). A file is opened in two steps:
 * O_PATH, which has no effect on anything, shows whether it is a regular file; only then the very
 * same file is opened for reading. A kernel without openat2 (before 5.6) serves "/" only, where
 * there is nothing to leave.
 */
#include "sensor/host/driver.h"

#include "foundation/sys/sys.h"
#include "sensor/host/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct tree {
    struct host host;
    int root_fd;
    bool plain; /* no openat2 */
};

static struct tree *tree_of(struct host *host)
{
    return (struct tree *)host;
}

static struct rc open_path(struct tree *tree, const char *path, int flags, int *fd)
{
    if (!tree->plain)
        return sys_open_in(tree->root_fd, path, flags, fd);
    *fd = openat(tree->root_fd, path, flags | O_CLOEXEC);
    return *fd < 0 ? sys_fault(errno, path) : RC_OK;
}

/* O_NOATIME is for the owner and root only. */
static int open_quietly(const char *path)
{
    int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = open(path, flags | O_NOATIME);
    return fd < 0 && errno == EPERM ? open(path, flags) : fd;
}

/* Two descriptors of one file, whatever names led there. */
static bool same_file(int a, int b)
{
    struct stat x, y;
    return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Opens for reading what `seen` (O_PATH) is. The magic link of our own descriptor leads to that
 * very file; where /proc is not mounted the path is resolved once more and compared. */
static struct rc reopen(struct tree *tree, int seen, const char *path, int *fd)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", seen);
    *fd = open_quietly(link);
    if (*fd >= 0)
        return RC_OK;
    if (errno != ENOENT)
        return sys_fault(errno, path);
    TRY(open_path(tree, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, fd));
    if (same_file(seen, *fd))
        return RC_OK;
    sys_close(*fd);
    return fault(FAULT_IO, "%.900s: changed while it was opened", path);
}

static struct outcome not_regular(const struct stat *st)
{
    /* A file masked with /dev/null reads as empty everywhere. */
    if (S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3))
        return outcome_ok();
    return outcome_not_regular(type_of_mode(st->st_mode));
}

/* A descriptor (*fd) of a regular file, or -1 and why there is none: see the head of this file. */
static struct outcome open_regular(struct tree *tree, const char *path, int *fd,
                                   struct identity *identity)
{
    struct stat st;
    CLEANUP(sys_close_fdp) int seen = -1;
    struct rc rc = open_path(tree, path, O_PATH, &seen);
    if (failed(rc))
        return outcome_rc(rc, path);
    if (fstat(seen, &st) != 0)
        return outcome_errno(errno);
    *identity = (struct identity){st.st_dev, st.st_ino};
    if (!S_ISREG(st.st_mode))
        return not_regular(&st);
    return outcome_rc(reopen(tree, seen, path, fd), path);
}

static struct outcome tree_read(struct host *host, const char *path, size_t max, struct buf *out,
                                struct identity *identity)
{
    CLEANUP(sys_close_fdp) int fd = -1;
    struct outcome outcome = open_regular(tree_of(host), path, &fd, identity);
    if (fd < 0)
        return outcome;
    struct rc rc = sys_read_fd(fd, path, max, out);
    if (rc.kind == FAULT_LIMIT)
        return outcome_of(ITEM_TRUNCATED, "larger than %zu bytes", max);
    return outcome_rc(rc, path);
}

static struct outcome tree_open(struct host *host, const char *path, struct opened *out)
{
    int fd = -1;
    struct identity identity;
    struct outcome outcome = open_regular(tree_of(host), path, &fd, &identity);
    if (fd >= 0)
        return parts_open_fd(out, path, fd);
    return outcome.status == ITEM_OK ? outcome_of(ITEM_ABSENT, "masked with /dev/null") : outcome;
}

/* What opening the path would reach: the thing behind a link, found inside the root. */
static void describe_real(struct tree *tree, const char *path, struct stat_fact *out)
{
    struct stat st;
    CLEANUP(sys_close_fdp) int fd = -1;
    struct rc rc = open_path(tree, path, O_PATH, &fd);
    if (failed(rc)) {
        out->real.type = outcome_rc(rc, path).status == ITEM_ABSENT ? STAT_REAL_ABSENT : NULL;
        return;
    }
    if (fstat(fd, &st) == 0)
        out->real =
            (struct stat_real){type_of_mode(st.st_mode), st.st_mode & 07777, st.st_uid, st.st_gid};
}

/* O_PATH with O_NOFOLLOW opens the last component itself, be it a link: the path is resolved inside
 * the root once, and nothing can be exchanged between looking and reading the link. */
static struct outcome tree_lstat(struct host *host, struct arena *arena, const char *path,
                                 struct stat_fact *out)
{
    struct stat st;
    CLEANUP(sys_close_fdp) int fd = -1;
    struct rc rc = open_path(tree_of(host), path, O_PATH | O_NOFOLLOW, &fd);
    if (failed(rc))
        return outcome_rc(rc, path);
    if (fstat(fd, &st) != 0)
        return outcome_errno(errno);
    const char *link = "";
    if (S_ISLNK(st.st_mode)) {
        char target[4096];
        ssize_t len = readlinkat(fd, "", target, sizeof target);
        if (len < 0)
            return outcome_errno(errno);
        link = view_text(arena, (struct view){target, (size_t)len});
    }
    *out = (struct stat_fact){.type = type_of_mode(st.st_mode),
                              .mode = st.st_mode & 07777,
                              .uid = st.st_uid,
                              .gid = st.st_gid,
                              .size = st.st_size,
                              .nlink = (int64_t)st.st_nlink,
                              .mtime = st.st_mtim.tv_sec,
                              .link = link};
    if (S_ISLNK(st.st_mode))
        describe_real(tree_of(host), path, out);
    return outcome_ok();
}

static struct outcome tree_list(struct host *host, const char *path, name_each *each, void *context)
{
    int fd = -1;
    struct rc rc = open_path(tree_of(host), path, O_RDONLY | O_DIRECTORY | O_NONBLOCK, &fd);
    if (failed(rc))
        return outcome_rc(rc, path);
    DIR *folder = fdopendir(fd);
    if (!folder) {
        sys_close(fd);
        return outcome_errno(errno);
    }
    bool more = true;
    struct dirent *entry;
    errno = 0;
    while (more && (entry = readdir(folder)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            more = each(context, entry->d_name);
            errno = 0;
        }
    struct outcome outcome = more && errno ? outcome_errno(errno) : outcome_ok();
    closedir(folder);
    return outcome;
}

static struct outcome tree_live(struct host *host, const char *probe, size_t max, struct buf *out)
{
    if (!host->running)
        return outcome_of(ITEM_ABSENT, NOT_RUNNING);
    return live_probe(probe, max, out);
}

static struct outcome tree_walk(struct host *host, struct walk *walk)
{
    return walk_tree(walk, tree_of(host)->root_fd);
}

static void tree_close(struct host *host)
{
    sys_close(tree_of(host)->root_fd);
}

static const struct driver tree_driver = {tree_read, tree_open, tree_lstat, tree_list,
                                          tree_live, tree_walk, tree_close};

static struct rc tree_new(const char *path, struct tree **out)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fault_within(fault(FAULT_TARGET, "%s", strerrordesc_np(errno)),
                            "cannot use %.800s as a root, give a directory that can be read", path);
    struct tree *tree = mem_new(sizeof *tree);
    tree->host.driver = &tree_driver;
    tree->root_fd = fd;
    *out = tree;
    return RC_OK;
}

/* Whether this kernel, or a sandbox around us, lacks openat2. */
static struct rc try_confinement(struct tree *tree)
{
    int fd = -1;
    TRY(sys_open_in(tree->root_fd, "/", O_PATH, &fd));
    sys_close(fd);
    return RC_OK;
}

struct rc host_open_local(struct host **out)
{
    struct tree *tree = NULL;
    char name[256] = "";
    TRY(tree_new("/", &tree));
    tree->plain = failed(try_confinement(tree));
    if (gethostname(name, sizeof name - 1) != 0 || !name[0])
        memcpy(name, "localhost", sizeof "localhost");
    tree->host.name = mem_copy_text(name);
    tree->host.running = true;
    *out = &tree->host;
    return RC_OK;
}

struct rc host_open_root(const char *path, struct host **out)
{
    struct tree *tree = NULL;
    TRY(tree_new(path, &tree));
    tree->host.name = mem_copy_text(path);
    struct rc rc = try_confinement(tree);
    if (failed(rc)) {
        host_close(&tree->host);
        return fault_within((struct rc){FAULT_TARGET}, "cannot use %.800s as a root", path);
    }
    *out = &tree->host;
    return RC_OK;
}
