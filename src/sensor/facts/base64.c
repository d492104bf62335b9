/* base64: RFC 4648, decoded strictly but for blanks, and encoded in lines. */
#include "sensor/facts/key.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int sextet(char c)
{
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

bool base64_decode(struct view text, char *out, size_t *len)
{
    uint32_t bits = 0;
    int have = 0;
    bool is_padded = false;
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        int six = sextet(c);
        if (c && strchr(" \t\r\n", c))
            continue;
        if (c == '=')
            is_padded = true;
        if (c == '=')
            continue;
        if (six < 0 || is_padded)
            return false;
        bits = bits << 6 | (uint32_t)six;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[n++] = (char)(bits >> have & 0xff);
        }
    }
    *len = n;
    return true;
}

void base64_encode(struct view bytes, size_t width, struct buf *out)
{
    size_t column = 0;
    for (size_t i = 0; i < bytes.len; i += 3) {
        uint32_t bits = 0;
        size_t have = bytes.len - i < 3 ? bytes.len - i : 3;
        for (size_t j = 0; j < 3; j++)
            bits = bits << 8 | (j < have ? (uint8_t)bytes.ptr[i + j] : 0u);
        for (size_t j = 0; j < 4; j++)
            buf_add_char(out, j <= have ? digits[bits >> (18 - 6 * j) & 63] : '=');
        column += 4;
        if (column >= width) {
            buf_add_char(out, '\n');
            column = 0;
        }
    }
    if (column)
        buf_add_char(out, '\n');
}
