/* rc: the sentence behind a status, one per thread, at most 1,023 bytes. */
#include "foundation/base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAULT_TEXT_MAX 1024

static _Thread_local char text[FAULT_TEXT_MAX];

struct rc fault(enum fault_kind kind, const char *format, ...)
{
    /* Formatted aside first: an argument may be fault_text() itself. */
    char fresh[FAULT_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(fresh, sizeof fresh, format, args);
    va_end(args);
    memcpy(text, fresh, sizeof text);
    return (struct rc){kind};
}

struct rc fault_within(struct rc rc, const char *format, ...)
{
    char fresh[FAULT_TEXT_MAX];
    va_list args;
    va_start(args, format);
    int used = vsnprintf(fresh, sizeof fresh, format, args);
    va_end(args);
    if (used > 0 && (size_t)used < sizeof fresh)
        snprintf(fresh + used, sizeof fresh - (size_t)used, ": %.900s", text);
    memcpy(text, fresh, sizeof text);
    return rc;
}

const char *fault_text(void)
{
    return text;
}

void panic_at(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "merlon: internal error at %s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}
