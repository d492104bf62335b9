/*
 * encoding: which encoding a text file is in, and its text as UTF-8.
 *
 * A byte order mark decides. Without one, a file that is UTF-8 is UTF-8, and any other must be
 * GB18030, which is what spreadsheets in China write. GB18030 decodes almost any bytes: a file of
 * which some lines are UTF-8 would give wrong characters without an error. Such a file is
 * recognised by a line that holds a three-byte UTF-8 character and is valid, beside a line that is
 * not; GB18030 text hardly ever looks like that.
 */
#include "foundation/sheet/parts.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

/* How many bytes a UTF-8 character takes that starts here; 0: none does. */
static size_t character_length(const uint8_t *at, size_t left)
{
    static const struct {
        uint8_t mask, start;
        size_t length;
        uint32_t least;
    } shapes[] = {{0x80, 0x00, 1, 0},
                  {0xe0, 0xc0, 2, 0x80},
                  {0xf0, 0xe0, 3, 0x800},
                  {0xf8, 0xf0, 4, 0x10000}};
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        if ((at[0] & shapes[i].mask) != shapes[i].start)
            continue;
        if (shapes[i].length > left)
            return 0;
        uint32_t code = at[0] & (uint8_t)~shapes[i].mask;
        for (size_t b = 1; b < shapes[i].length; b++) {
            if ((at[b] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (at[b] & 0x3f);
        }
        bool good = code >= shapes[i].least && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
        return good ? shapes[i].length : 0;
    }
    return 0;
}

struct lines_seen {
    size_t
        wide_utf8; /* first line that is UTF-8 with a character of three bytes or more; 0: none */
    size_t other;  /* first line that is no UTF-8 */
};

static void see_line(struct view line, size_t number, struct lines_seen *seen)
{
    const uint8_t *at = (const uint8_t *)line.ptr, *end = at + line.len;
    bool wide = false;
    while (at < end) {
        size_t length = character_length(at, (size_t)(end - at));
        if (length == 0) {
            seen->other = seen->other ? seen->other : number;
            return;
        }
        wide = wide || length >= 3;
        at += length;
    }
    if (wide && !seen->wide_utf8)
        seen->wide_utf8 = number;
}

static struct lines_seen see_lines(struct view bytes)
{
    struct lines_seen seen = {0};
    struct view rest = bytes, line;
    size_t number = 0;
    while (view_line(&rest, &line) && !(seen.other && seen.wide_utf8))
        see_line(line, ++number, &seen);
    return seen;
}

static size_t line_at(struct view bytes, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < bytes.len; i++)
        line += bytes.ptr[i] == '\n';
    return line;
}

static struct rc convert(struct view bytes, const char *encoding, const char *origin,
                         struct buf *out)
{
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == (iconv_t)-1)
        return fault(FAULT_IO, "%s: this system cannot convert %s", origin, encoding);
    char *from = (char *)(uintptr_t)bytes.ptr;
    size_t left = bytes.len;
    bool good = true;
    while (good && left > 0) {
        char room[16384], *to = room;
        size_t free_room = sizeof room;
        size_t code = iconv(converter, &from, &left, &to, &free_room);
        int why = errno;
        buf_add(out, room, sizeof room - free_room);
        good = code != (size_t)-1 || why == E2BIG;
    }
    iconv_close(converter);
    if (good)
        return RC_OK;
    return fault(FAULT_DATA, "%s: line %zu: bytes that are no %s: save the file as UTF-8", origin,
                 line_at(bytes, bytes.len - left), encoding);
}

static struct rc convert_unmarked(struct view bytes, const char *origin, struct buf *out)
{
    struct lines_seen seen = see_lines(bytes);
    if (!seen.other) {
        buf_add_view(out, bytes);
        return RC_OK;
    }
    if (seen.wide_utf8)
        return fault(FAULT_DATA,
                     "%s: line %zu is UTF-8, line %zu is not: save the whole file as UTF-8", origin,
                     seen.wide_utf8, seen.other);
    return convert(bytes, "GB18030", origin, out);
}

struct rc encoding_to_utf8(struct view bytes, const char *origin, struct buf *out)
{
    buf_add_text(out, "");
    if (bytes.len >= 2 && memcmp(bytes.ptr, "\xff\xfe", 2) == 0)
        return convert(view_from(bytes, 2), "UTF-16LE", origin, out);
    if (bytes.len >= 2 && memcmp(bytes.ptr, "\xfe\xff", 2) == 0)
        return convert(view_from(bytes, 2), "UTF-16BE", origin, out);
    if (bytes.len >= 3 && memcmp(bytes.ptr, "\xef\xbb\xbf", 3) == 0) {
        struct view rest = view_from(bytes, 3);
        struct lines_seen seen = see_lines(rest);
        if (seen.other)
            return fault(FAULT_DATA, "%s: line %zu is not UTF-8, which the file claims to be",
                         origin, seen.other);
        buf_add_view(out, rest);
        return RC_OK;
    }
    return convert_unmarked(bytes, origin, out);
}
