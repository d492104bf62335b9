/* textform: bytes as hexadecimal and base64 text. Reading accepts exactly what writing gives. */
#include "foundation/crypto/crypto.h"

#include <string.h>

void crypto_to_hex(const uint8_t *bytes, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct rc crypto_from_hex(struct view hex, uint8_t *out, size_t size)
{
    if (hex.len != 2 * size)
        return fault(FAULT_DATA, "hexadecimal text of %zu digits instead of %zu", hex.len,
                     2 * size);
    for (size_t i = 0; i < hex.len; i++) {
        if (hex_value(hex.ptr[i]) < 0)
            return fault(FAULT_DATA, "hexadecimal text: digit %zu is none (0-9, a-f)", i + 1);
    }
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(hex_value(hex.ptr[2 * i]) << 4 | hex_value(hex.ptr[2 * i + 1]));
    return RC_OK;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void crypto_to_base64(const uint8_t *bytes, size_t size, struct buf *out)
{
    for (size_t i = 0; i < size; i += 3) {
        size_t here = size - i < 3 ? size - i : 3;
        uint32_t bits = (uint32_t)bytes[i] << 16;
        if (here > 1)
            bits |= (uint32_t)bytes[i + 1] << 8;
        if (here > 2)
            bits |= bytes[i + 2];
        char four[4] = {alphabet[bits >> 18], alphabet[bits >> 12 & 63],
                        here > 1 ? alphabet[bits >> 6 & 63] : '=',
                        here > 2 ? alphabet[bits & 63] : '='};
        buf_add(out, four, sizeof four);
    }
}

/* The 6 bits of a character, or -1. */
static int sextet(char c)
{
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

/* Bits of the last group that no byte uses must be zero, or two texts would mean the same bytes. */
static bool four_characters(const char *text, size_t padding, uint8_t out[3])
{
    uint32_t bits = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i >= 4 - padding ? (text[i] == '=' ? 0 : -1) : sextet(text[i]);
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
    }
    out[0] = (uint8_t)(bits >> 16);
    out[1] = (uint8_t)(bits >> 8);
    out[2] = (uint8_t)bits;
    return padding == 0 || (padding == 1 ? out[2] == 0 : (out[1] == 0 && out[2] == 0));
}

struct rc crypto_from_base64(struct view text, size_t max, struct buf *out)
{
    size_t padding = 0;
    while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=')
        padding++;
    size_t size = text.len / 4 * 3;
    if (text.len % 4 != 0 || size < padding)
        return fault(FAULT_DATA, "base64 text of %zu characters is not whole", text.len);
    if (size - padding > max)
        return fault(FAULT_LIMIT, "base64 text of more than %zu bytes", max);
    size_t before = out->len;
    for (size_t i = 0; i < text.len; i += 4) {
        uint8_t three[3];
        size_t absent = i + 4 == text.len ? padding : 0;
        if (!four_characters(text.ptr + i, absent, three)) {
            out->len = before;
            return fault(FAULT_DATA, "base64 text is wrong near character %zu", i + 1);
        }
        buf_add(out, three, 3 - absent);
    }
    return RC_OK;
}
