/*
 * open: files below a root that no link and no ".." can leave.
 *
 * openat2(2), Linux 5.6, resolves the whole path in the kernel as if the root were "/"; there is no
 * window between looking and opening. glibc has no wrapper for it, hence syscall().
 */
#include "foundation/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRIES 100

/* ".." makes the kernel answer EAGAIN when somebody renames directories meanwhile. */
static int open_patiently(int root_fd, const char *path, uint64_t flags)
{
    struct open_how how = {.flags = flags | O_CLOEXEC,
                           .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    for (int try = 0; try < TRIES; try++) {
        long fd = syscall(SYS_openat2, root_fd, path, &how, sizeof how);
        if (fd >= 0)
            return (int)fd;
        if (errno != EAGAIN && errno != EINTR)
            return -1;
    }
    return -1;
}

struct rc sys_open_in(int root_fd, const char *path, int flags, int *fd)
{
    /* openat2 refuses flags that open(2) ignores beside O_PATH. */
    int keep = flags & O_PATH ? O_PATH | O_DIRECTORY | O_NOFOLLOW : ~0;
    int opened = open_patiently(root_fd, path, (uint64_t)(unsigned)(flags & keep));
    if (opened < 0 && errno == ENOSYS)
        return fault(FAULT_IO,
                     "%.900s: this kernel cannot keep paths inside a root (openat2); "
                     "Linux 5.6 or newer is needed",
                     path);
    if (opened < 0)
        return sys_fault(errno, path);
    *fd = opened;
    return RC_OK;
}

void sys_close(int fd)
{
    if (fd >= 0)
        close(fd);
}
