/* buf: bytes that grow by doubling, always followed by a NUL that is not counted. */
#include "foundation/base/base.h"

#include <stdio.h>
#include <string.h>

static void buf_reserve(struct buf *buf, size_t more)
{
    must(more < SIZE_MAX / 4);
    size_t need = buf->len + more + 1;
    if (need <= buf->room)
        return;
    size_t room = buf->room ? buf->room : 64;
    while (room < need)
        room *= 2;
    buf->ptr = mem_resize(buf->ptr, room);
    buf->room = room;
}

void buf_free(struct buf *buf)
{
    mem_free(buf->ptr);
    *buf = (struct buf){0};
}

void buf_add(struct buf *buf, const void *bytes, size_t len)
{
    buf_reserve(buf, len);
    if (len)
        memcpy(buf->ptr + buf->len, bytes, len);
    buf->len += len;
    buf->ptr[buf->len] = '\0';
}

void buf_add_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_add_view(struct buf *buf, struct view v)
{
    buf_add(buf, v.ptr, v.len);
}

void buf_add_char(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    must(len >= 0);
    buf_reserve(buf, (size_t)len);
    vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
    va_end(again);
    buf->len += (size_t)len;
}

struct view buf_view(const struct buf *buf)
{
    return (struct view){buf->ptr, buf->len};
}
