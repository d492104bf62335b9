/*
 * safe: what came from a target, made harmless for a terminal.
 *
 * Escaped are C0 and C1 controls, DEL, line and paragraph separators, zero-width and bidirectional
 * controls (they can make a path read as another one), and bytes that are no UTF-8. A backslash
 * stays as it is: the output is for eyes, and is never read back.
 */
#include "foundation/text/text.h"
#include "foundation/text/utf8.h"

static bool steers(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0xad || code == 0x61c ||
           code == 0x180e || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
           code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) ||
           (code >= 0xe0000 && code <= 0xe007f);
}

void text_add_safe(struct buf *out, struct view text)
{
    struct glyph glyph;
    for (struct view rest = text; utf8_next(&rest, &glyph);) {
        const char *start = rest.ptr - glyph.len;
        if (!glyph.valid || (steers(glyph.code) && glyph.code < 0x80))
            buf_printf(out, "\\x%02x", (unsigned)glyph.code);
        else if (steers(glyph.code))
            buf_printf(out, "\\u{%x}", (unsigned)glyph.code);
        else
            buf_add(out, start, glyph.len);
    }
}
