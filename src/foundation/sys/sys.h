/*
 * sys: files, clocks and terminals of the machine that Merlon runs on.
 *
 * Errors: FAULT_ABSENT (ENOENT, ENOTDIR), FAULT_DENIED (EACCES, EPERM), FAULT_LIMIT (larger than
 * asked for, ELOOP), FAULT_IO for the rest; the sentence holds the path and strerror's word.
 */
#ifndef MERLON_SYS_H
#define MERLON_SYS_H

#include "foundation/base/base.h"

#include <sys/stat.h>

/* Microseconds since 1970-01-01 UTC. */
int64_t sys_now(void);

/* Writes "2026-11-23T13:42:12Z" (21 bytes with NUL) for microseconds since 1970. */
void sys_format_time(int64_t us, char out[static 32]);

/* Status of an errno about a path, with the sentence "PATH: strerror". */
MUST_USE struct rc sys_fault(int error, const char *path);

/* Opens `path` below the directory `root_fd` as if that directory were "/": symbolic links and ".."
 * cannot leave it (openat2, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS). `flags` as for open(2);
 * O_CLOEXEC is added. */
MUST_USE struct rc sys_open_in(int root_fd, const char *path, int flags, int *fd);

/* Reads a whole file of at most `max` bytes from an open descriptor. A longer one gives FAULT_LIMIT
 * and its first `max` bytes. */
MUST_USE struct rc sys_read_fd(int fd, const char *path, size_t max, struct buf *out);

/* Opens and reads a regular file of this machine; a device, directory or pipe is FAULT_DATA. */
MUST_USE struct rc sys_read_file(const char *path, size_t max, struct buf *out);

/* Writes a file for somebody who relies on it. A regular file (or a new one) is replaced
 * atomically: a temporary file beside it, fsync, rename, fsync of the folder; on failure the old
 * file stands and nothing is left over. Anything else (a device, a pipe) is written directly.
 * `mode` is used for a new file; a replaced one keeps its own. */
MUST_USE struct rc sys_write_file(const char *path, struct view bytes, mode_t mode);

/* Writes all bytes to a descriptor, over short writes and EINTR. */
MUST_USE struct rc sys_write_fd(int fd, const char *name, struct view bytes);

bool sys_is_terminal(int fd);
size_t sys_terminal_width(int fd); /* columns; 100 when it is no terminal */
bool sys_wants_colour(int fd);     /* a terminal, NO_COLOR unset, TERM not "dumb" */

static inline void sys_close_fdp(int *fd);
void sys_close(int fd); /* accepts -1 */
static inline void sys_close_fdp(int *fd)
{
    sys_close(*fd);
}

#endif
