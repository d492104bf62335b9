/* leaf: four lines, read strictly. */
#include "record/journal/parts.h"

#include <string.h>

static bool hexadecimal(struct view text, size_t length)
{
    if (text.len != length)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!text.ptr[i] || !strchr("0123456789abcdef", text.ptr[i]))
            return false;
    return true;
}

bool leaf_read(struct view bytes, struct leaf *out)
{
    struct view rest = bytes, lines[4];
    int64_t sequence;
    for (size_t i = 0; i < 4; i++)
        if (!view_line(&rest, &lines[i]))
            return false;
    if (rest.len || !view_ends(bytes, "\n") || !view_is(lines[0], "merlon-leaf-1") ||
        !hexadecimal(lines[1], 32) || !hexadecimal(lines[3], SM3_HEX - 1) ||
        !view_integer(lines[2], &sequence) || sequence < 1)
        return false;
    struct leaf leaf = {.sequence = sequence};
    struct buf again CLEANUP(buf_free) = {0};
    memcpy(leaf.store_id, lines[1].ptr, lines[1].len);
    memcpy(leaf.sm3, lines[3].ptr, lines[3].len);
    deed_leaf(leaf.store_id, sequence, leaf.sm3, &again); /* "007" is not how 7 is written */
    if (!view_equal(buf_view(&again), bytes))
        return false;
    *out = leaf;
    return true;
}
