/*
 * utf8: one character at a time, strictly (no overlong forms, no surrogates, nothing above
 * U+10FFFF). Private to the room.
 */
#ifndef MERLON_TEXT_UTF8_H
#define MERLON_TEXT_UTF8_H

#include "foundation/base/base.h"

struct glyph {
    uint32_t code; /* the character; the byte itself when it is no UTF-8 */
    size_t len;    /* bytes it takes; 1 when it is no UTF-8 */
    bool valid;
};

/* Takes one character off the front of *rest; false at the end. */
bool utf8_next(struct view *rest, struct glyph *out);

/* Columns of one character: 0, 1 or 2. */
size_t utf8_width(uint32_t code);

#endif
