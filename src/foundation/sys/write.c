/*
 * write: results that somebody relies on.
 *
 *   a regular file, or none yet:  temporary file beside it -> fsync -> rename -> fsync of the
 * folder anything else:                written directly (a device, a pipe, a descriptor's name)
 *
 * A symbolic link stays: the file it leads to is replaced. One that leads nowhere is refused.
 */
#include "foundation/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIES 100

struct rc sys_write_fd(int fd, const char *name, struct view bytes)
{
    while (bytes.len) {
        ssize_t wrote = write(fd, bytes.ptr, bytes.len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return sys_fault(errno, name);
        bytes = view_from(bytes, (size_t)wrote);
    }
    return RC_OK;
}

/* Appends: a descriptor's name (/dev/stdout) may stand for a file that has bytes already. */
static struct rc write_directly(const char *path, struct view bytes)
{
    CLEANUP(sys_close_fdp) int fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return sys_fault(errno, path);
    return sys_write_fd(fd, path, bytes);
}

/* The folder part of `path` ("." when it has none), to be freed with mem_free. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return mem_copy_text(".");
    size_t len = slash == path ? 1 : (size_t)(slash - path);
    char *folder = mem_new(len + 1);
    memcpy(folder, path, len);
    return folder;
}

/* Creates a file of a name that nothing has yet; *name is to be freed. */
static struct rc open_temporary(const char *folder, mode_t mode, char **name, int *fd)
{
    size_t size = strlen(folder) + 64;
    char *path = mem_new(size);
    for (int try = 0; try < TRIES; try++) {
        snprintf(path, size, "%s/.merlon-%ld-%d.tmp", folder, (long)getpid(), try);
        int made = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (made >= 0) {
            *name = path;
            *fd = made;
            return RC_OK;
        }
        if (errno != EEXIST)
            break;
    }
    int error = errno;
    mem_free(path);
    return fault_within(sys_fault(error, folder), "cannot create a file");
}

/* The replacement looks like what it replaces; the owner only where we may set it. */
static struct rc dress_like(int fd, const struct stat *old, const char *path)
{
    if (fchown(fd, old->st_uid, old->st_gid) != 0 && errno != EPERM && errno != EINVAL)
        return sys_fault(errno, path);
    if (fchmod(fd, old->st_mode & 07777) != 0)
        return sys_fault(errno, path);
    return RC_OK;
}

static struct rc fill(int fd, const char *path, struct view bytes, const struct stat *old)
{
    if (old)
        TRY(dress_like(fd, old, path));
    TRY(sys_write_fd(fd, path, bytes));
    if (fsync(fd) != 0)
        return sys_fault(errno, path);
    return RC_OK;
}

/* The new name must outlive a power cut too. Not every file system can promise it for a folder. */
static void settle_folder(const char *folder)
{
    CLEANUP(sys_close_fdp) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && fsync(fd) != 0)
        return;
}

static struct rc replace(const char *path, struct view bytes, mode_t mode, const struct stat *old)
{
    CLEANUP(mem_freep) char *folder = folder_of(path);
    CLEANUP(mem_freep) char *name = NULL;
    int fd = -1;
    TRY(open_temporary(folder, old ? 0600 : mode, &name, &fd));
    struct rc rc = fill(fd, path, bytes, old);
    if (close(fd) != 0 && !failed(rc))
        rc = sys_fault(errno, path);
    if (!failed(rc) && rename(name, path) != 0)
        rc = sys_fault(errno, path);
    if (failed(rc)) {
        unlink(name);
        return rc;
    }
    settle_folder(folder);
    return RC_OK;
}

/* /dev/stdout and its kin are links to whatever the caller redirected: not ours to replace. */
static bool names_descriptor(const char *path)
{
    struct view name = view_of(path);
    return view_starts(name, "/dev/std") || view_starts(name, "/dev/fd/") ||
           view_starts(name, "/proc/");
}

static struct rc write_new(const char *path, struct view bytes, mode_t mode)
{
    struct stat st;
    if (lstat(path, &st) == 0)
        return fault(FAULT_ABSENT,
                     "%.900s: is a symbolic link that leads nowhere; remove it or "
                     "name another file",
                     path);
    size_t len = strlen(path);
    if (len == 0 || path[len - 1] == '/')
        return sys_fault(ENOENT, path);
    return replace(path, bytes, mode, NULL);
}

struct rc sys_write_file(const char *path, struct view bytes, mode_t mode)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return errno == ENOENT ? write_new(path, bytes, mode) : sys_fault(errno, path);
    if (S_ISDIR(st.st_mode))
        return sys_fault(EISDIR, path);
    if (!S_ISREG(st.st_mode) || names_descriptor(path))
        return write_directly(path, bytes);
    char *real = realpath(path, NULL);
    if (!real)
        return sys_fault(errno, path);
    struct rc rc = replace(real, bytes, mode, &st);
    free(real);
    return rc;
}
