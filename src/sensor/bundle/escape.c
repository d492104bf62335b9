/*
 * escape: any bytes as one field of a text table. Control characters, backslashes and bytes that
 * are no UTF-8 are escaped; everything else stands as it is, so that paths stay readable.
 */
#include "sensor/bundle/bundle.h"

#include <string.h>

static bool is_tail(struct view text, size_t at)
{
    return at < text.len && ((unsigned char)text.ptr[at] & 0xc0u) == 0x80;
}

/* How many bytes the UTF-8 character at the front takes; 0 when it is none (RFC 3629: no
 * surrogates, no overlong forms, nothing above U+10FFFF). */
static size_t utf8_size(struct view text)
{
    unsigned char a = (unsigned char)text.ptr[0];
    unsigned char b = text.len > 1 ? (unsigned char)text.ptr[1] : 0;
    if (a < 0x80)
        return 1;
    if (a < 0xc2 || a > 0xf4 || !is_tail(text, 1))
        return 0;
    if (a < 0xe0)
        return 2;
    if ((a == 0xe0 && b < 0xa0) || (a == 0xed && b > 0x9f) || !is_tail(text, 2))
        return 0;
    if (a < 0xf0)
        return 3;
    if ((a == 0xf0 && b < 0x90) || (a == 0xf4 && b > 0x8f) || !is_tail(text, 3))
        return 0;
    return 4;
}

static void escape_byte(struct buf *out, char c)
{
    if (c == '\t')
        buf_add_text(out, "\\t");
    else if (c == '\n')
        buf_add_text(out, "\\n");
    else if (c == '\\')
        buf_add_text(out, "\\\\");
    else
        buf_printf(out, "\\x%02x", (unsigned)(unsigned char)c);
}

static bool is_bare(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 0x20 && byte != 0x7f && byte != '\\';
}

void bundle_escape(struct buf *out, struct view text)
{
    while (text.len) {
        size_t size = is_bare(text.ptr[0]) ? utf8_size(text) : 0;
        if (size)
            buf_add(out, text.ptr, size);
        else
            escape_byte(out, text.ptr[0]);
        text = view_from(text, size ? size : 1);
    }
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c ? strchr(digits, c) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* The byte that the escape at the front of `text` stands for; 0 when it is none. A NUL is never
 * given: no name holds one. */
static char unescape_byte(struct view text, size_t *size)
{
    char c = text.len > 1 ? text.ptr[1] : '\0';
    *size = 2;
    if (c == 't' || c == 'n' || c == '\\')
        return (char)(c == 't' ? '\t' : c == 'n' ? '\n' : '\\');
    *size = 4;
    int high = text.len > 3 && c == 'x' ? hex_digit(text.ptr[2]) : -1;
    int low = high >= 0 ? hex_digit(text.ptr[3]) : -1;
    return low >= 0 ? (char)(unsigned char)(16 * high + low) : '\0';
}

char *bundle_unescape(struct arena *arena, struct view text)
{
    char *out = arena_take(arena, text.len + 1);
    size_t used = 0;
    while (text.len) {
        size_t size = 1;
        char c = text.ptr[0] == '\\' ? unescape_byte(text, &size) : '\0';
        if (c == '\0') { /* no escape: as it stands */
            c = text.ptr[0];
            size = 1;
        }
        out[used++] = c;
        text = view_from(text, size);
    }
    return out;
}
