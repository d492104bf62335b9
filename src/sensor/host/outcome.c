/* outcome: how one question to a host ended, from an errno or from a fault. */
#include "sensor/host/driver.h"

#include "foundation/sys/sys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct outcome outcome_ok(void)
{
    return (struct outcome){.status = ITEM_OK};
}

struct outcome outcome_of(enum item_status status, const char *format, ...)
{
    struct outcome outcome = {.status = status};
    va_list args;
    va_start(args, format);
    vsnprintf(outcome.reason, sizeof outcome.reason, format, args);
    va_end(args);
    return outcome;
}

struct outcome outcome_errno(int error)
{
    return outcome_rc(sys_fault(error, ""), "");
}

struct outcome outcome_rc(struct rc rc, const char *path)
{
    if (!failed(rc))
        return outcome_ok();
    if (rc.kind == FAULT_ABSENT)
        return outcome_of(ITEM_ABSENT, "%s", "");
    /* The item has the path as its name: the reason is what follows "PATH: ". */
    struct view text = view_of(fault_text());
    if (view_starts(text, path) && view_starts(view_from(text, strlen(path)), ": "))
        text = view_from(text, strlen(path) + 2);
    return outcome_of(rc.kind == FAULT_DENIED ? ITEM_DENIED : ITEM_ERROR, "%.*s", (int)text.len,
                      text.ptr);
}

struct outcome outcome_not_regular(const char *type)
{
    bool device = strcmp(type, "char") == 0 || strcmp(type, "block") == 0;
    struct outcome outcome =
        outcome_of(ITEM_ERROR, "is a %s, not a regular file", device ? "device" : type);
    outcome.is_directory = strcmp(type, "directory") == 0;
    return outcome;
}

const char *type_of_mode(uint32_t mode)
{
    if (S_ISREG(mode))
        return "file";
    if (S_ISDIR(mode))
        return "directory";
    if (S_ISLNK(mode))
        return "link";
    if (S_ISCHR(mode))
        return "char";
    if (S_ISBLK(mode))
        return "block";
    return S_ISFIFO(mode) ? "fifo" : "socket";
}
