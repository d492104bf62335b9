/*
 * disk: the few things the ledger asks of the file system, each with a place where a test lets it
 * fail. Everything else about files is foundation/sys.
 */
#include "record/ledger/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct rc path_make(char out[static PATH_SIZE], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(out, PATH_SIZE, format, args);
    va_end(args);
    return len >= 0 && len < PATH_SIZE ? RC_OK
                                       : fault(FAULT_LIMIT, "a path is longer than %d", PATH_SIZE);
}

/* What the test wants: 0 goes on, LEDGER_SKIP pretends, an errno fails. */
static int asked(const struct disk *disk, enum ledger_step step)
{
    return disk && disk->fail ? disk->fail(disk->context, step) : 0;
}

struct rc disk_write(const struct disk *disk, enum ledger_step step, int fd, uint64_t at,
                     struct view bytes, const char *path)
{
    int error = asked(disk, step);
    if (error > 0)
        return sys_fault(error, path);
    while (bytes.len) {
        ssize_t wrote = pwrite(fd, bytes.ptr, bytes.len, (off_t)at);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return sys_fault(errno, path);
        at += (uint64_t)wrote;
        bytes = view_from(bytes, (size_t)wrote);
    }
    return RC_OK;
}

struct rc disk_sync(const struct disk *disk, enum ledger_step step, int fd, const char *path)
{
    int error = asked(disk, step);
    if (error == LEDGER_SKIP)
        return RC_OK;
    if (error == 0 && fdatasync(fd) != 0)
        error = errno;
    return error ? sys_fault(error, path) : RC_OK;
}

struct rc disk_sync_folder(const struct disk *disk, const char *folder)
{
    int error = asked(disk, LEDGER_SYNC_FOLDER);
    if (error == LEDGER_SKIP)
        return RC_OK;
    if (error)
        return sys_fault(error, folder);
    CLEANUP(sys_close_fdp) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return sys_fault(errno, folder);
    return RC_OK;
}

/* Makes the folder `path`, whose parent exists; true when it is new. */
static struct rc make_folder(const char *path, bool *made)
{
    *made = mkdir(path, 0700) == 0;
    if (!*made && errno != EEXIST)
        return sys_fault(errno, path);
    return RC_OK;
}

struct rc disk_make_folders(const struct disk *disk, const char *path)
{
    char part[PATH_SIZE];
    TRY(path_make(part, "%s", path));
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        bool made = false;
        *slash = '\0';
        TRY(make_folder(part, &made));
        char *parent = strrchr(part, '/');
        if (made && parent && parent != part) {
            *parent = '\0';
            TRY(disk_sync_folder(disk, part));
            *parent = '/';
        }
        *slash = '/';
    }
    return RC_OK;
}

struct rc disk_size(const char *path, uint64_t *size)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return sys_fault(errno, path);
    *size = (uint64_t)st.st_size;
    return RC_OK;
}

static struct rc append_open(const struct disk *disk, int fd, const char *path, struct view bytes,
                             bool *clean)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return sys_fault(errno, path);
    struct rc rc = disk_write(disk, LEDGER_SEAL, fd, (uint64_t)st.st_size, bytes, path);
    /* A half-written note would be cut at the next open; better to leave none. */
    if (failed(rc))
        *clean = ftruncate(fd, st.st_size) == 0;
    TRY(rc);
    *clean = false;
    return disk_sync(disk, LEDGER_SEAL_SYNC, fd, path);
}

struct rc disk_append(const struct disk *disk, const char *path, struct view bytes, bool *clean)
{
    *clean = true;
    char folder[PATH_SIZE];
    bool fresh = access(path, F_OK) != 0;
    if (fresh)
        TRY(disk_make_folders(disk, path));
    CLEANUP(sys_close_fdp) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return sys_fault(errno, path);
    TRY(append_open(disk, fd, path, bytes, clean));
    TRY(path_make(folder, "%s", path));
    char *slash = strrchr(folder, '/');
    if (!fresh || !slash)
        return RC_OK;
    *slash = '\0';
    return disk_sync_folder(disk, folder);
}
