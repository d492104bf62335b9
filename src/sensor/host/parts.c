/*
 * parts: a file that is read in parts, because it may be larger than what may be held. What is read
 * is the file that was opened, whatever happens to its name meanwhile; whether its bytes changed
 * meanwhile is asked at the end.
 */
#include "sensor/host/driver.h"

#include "foundation/sys/sys.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct rc in_bounds(const struct opened *opened, uint64_t offset, size_t len)
{
    if (offset > opened->parts.size || len > opened->parts.size - offset)
        return fault(FAULT_DATA, "it ends before its byte %llu",
                     (unsigned long long)(offset + len));
    if (opened->deadline && sys_now() > opened->deadline)
        return fault(FAULT_LIMIT, "the time for collecting ran out");
    return RC_OK;
}

static struct rc read_bytes(const struct source_parts *parts, uint64_t offset, void *out,
                            size_t len)
{
    const struct opened *opened = (const struct opened *)parts;
    TRY(in_bounds(opened, offset, len));
    if (len)
        memcpy(out, opened->bytes.ptr + offset, len);
    return RC_OK;
}

static struct rc read_fd(const struct source_parts *parts, uint64_t offset, void *out, size_t len)
{
    const struct opened *opened = (const struct opened *)parts;
    TRY(in_bounds(opened, offset, len));
    for (size_t done = 0; done < len;) {
        ssize_t got = pread(opened->fd, (char *)out + done, len - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return sys_fault(errno, opened->path);
        if (got == 0)
            return fault(FAULT_IO, "%.900s: became shorter while it was read", opened->path);
        done += (size_t)got;
    }
    return RC_OK;
}

static int64_t changed_at(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

struct outcome parts_open_fd(struct opened *opened, const char *path, int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        int error = errno;
        sys_close(fd);
        return outcome_errno(error);
    }
    *opened = (struct opened){.parts = {(uint64_t)st.st_size, read_fd},
                              .path = path,
                              .is_open = true,
                              .has_fd = true,
                              .fd = fd,
                              .identity = {st.st_dev, st.st_ino},
                              .size = st.st_size,
                              .changed_at = changed_at(&st)};
    return outcome_ok();
}

void parts_open_bytes(struct opened *opened, const char *path, struct view bytes)
{
    *opened = (struct opened){
        .parts = {bytes.len, read_bytes}, .path = path, .is_open = true, .bytes = bytes};
}

bool parts_unchanged(const struct opened *opened)
{
    struct stat st;
    if (!opened->is_open || !opened->has_fd)
        return true;
    return fstat(opened->fd, &st) == 0 && st.st_size == opened->size &&
           changed_at(&st) == opened->changed_at;
}

void parts_close(struct opened *opened)
{
    if (opened->is_open && opened->has_fd)
        sys_close(opened->fd);
    *opened = (struct opened){0};
}
