/* fault: what an errno about a path means, as a status with its sentence. */
#include "foundation/sys/sys.h"

#include <errno.h>
#include <string.h>

static enum fault_kind kind_of(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return FAULT_ABSENT;
    case EACCES:
    case EPERM:
        return FAULT_DENIED;
    case ELOOP:
        return FAULT_LIMIT;
    default:
        return FAULT_IO;
    }
}

struct rc sys_fault(int error, const char *path)
{
    /* Not strerror: its words follow the locale, and these may enter a bundle. */
    const char *words = strerrordesc_np(error);
    /* The path is bounded so that the words after it are never cut off. */
    return fault(kind_of(error), "%.900s: %s", path, words ? words : "unknown error");
}
