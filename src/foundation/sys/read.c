/*
 * read: whole files with an upper bound.
 *
 * A file is looked at (O_PATH) before it is opened: opening a device can have effects of its own (a
 * watchdog starts, a tape rewinds) and opening a pipe can wait for ever.
 */
#include "foundation/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define CHUNK (64u * 1024u)

struct rc sys_read_fd(int fd, const char *path, size_t max, struct buf *out)
{
    char chunk[CHUNK];
    size_t before = out->len;
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            int error = errno;
            out->len = before; /* untouched on failure */
            return sys_fault(error, path);
        }
        if (got == 0)
            return RC_OK;
        size_t room = max - (out->len - before);
        buf_add(out, chunk, (size_t)got < room ? (size_t)got : room);
        if ((size_t)got > room)
            return fault(FAULT_LIMIT, "%.900s: larger than %zu bytes", path, max);
    }
}

static struct rc must_be_regular(int fd, const char *path)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return sys_fault(errno, path);
    if (S_ISDIR(st.st_mode))
        return fault(FAULT_DATA, "%.900s: is a directory; name a file", path);
    if (!S_ISREG(st.st_mode))
        return fault(FAULT_DATA, "%.900s: is a device, pipe or socket; name a regular file", path);
    return RC_OK;
}

struct rc sys_read_file(const char *path, size_t max, struct buf *out)
{
    CLEANUP(sys_close_fdp) int seen = open(path, O_PATH | O_CLOEXEC);
    if (seen < 0)
        return sys_fault(errno, path);
    TRY(must_be_regular(seen, path));
    CLEANUP(sys_close_fdp) int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return sys_fault(errno, path);
    /* Once more: the name may have been given to something else in between. */
    TRY(must_be_regular(fd, path));
    return sys_read_fd(fd, path, max, out);
}
