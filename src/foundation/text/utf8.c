/*
 * utf8: decoding after RFC 3629. The table of lead bytes tells the length, the bits of the lead and
 * the smallest character that needs this length, so that overlong forms show themselves.
 */
#include "foundation/text/text.h"
#include "foundation/text/utf8.h"

#include <string.h>

struct lead {
    uint8_t mask, mark; /* byte & mask == mark */
    uint8_t len;
    uint32_t least;
};

static const struct lead leads[] = {
    {0x80, 0x00, 1, 0x0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

/* The character that starts at bytes[0] by `lead`; false when what follows does not fit it. */
static bool decode(const uint8_t *bytes, size_t room, const struct lead *lead, uint32_t *code)
{
    if (room < lead->len)
        return false;
    uint32_t n = bytes[0] & (uint8_t)~lead->mask;
    for (size_t i = 1; i < lead->len; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return false;
        n = n << 6 | (bytes[i] & 0x3f);
    }
    if (n < lead->least || n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff))
        return false;
    *code = n;
    return true;
}

bool utf8_next(struct view *rest, struct glyph *out)
{
    if (rest->len == 0)
        return false;
    const uint8_t *bytes = (const uint8_t *)rest->ptr;
    *out = (struct glyph){.code = bytes[0], .len = 1, .valid = false};
    for (size_t i = 0; i < COUNT_OF(leads); i++) {
        if ((bytes[0] & leads[i].mask) != leads[i].mark)
            continue;
        out->valid = decode(bytes, rest->len, &leads[i], &out->code);
        if (out->valid)
            out->len = leads[i].len;
        break;
    }
    *rest = view_from(*rest, out->len);
    return true;
}

bool text_is_utf8(struct view text)
{
    struct glyph glyph;
    while (text.len) {
        uint64_t eight = 0;
        if (text.len >= sizeof eight) {
            memcpy(&eight, text.ptr, sizeof eight);
            if (!(eight & 0x8080808080808080u)) { /* eight ASCII characters */
                text = view_from(text, sizeof eight);
                continue;
            }
        }
        if (!utf8_next(&text, &glyph) || !glyph.valid)
            return false;
    }
    return true;
}
