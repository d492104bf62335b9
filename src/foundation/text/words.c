/*
 * words: what a search looks for, cut out of a text. Two stores must find the same rows, so the
 * words are made here and kept beside the record.
 *
 *   "Cảng Hải Phòng"   cang hai phong            letters without marks, lower case
 *   "web-01.gz"        web 01 gz web-01.gz       parts, and the whole that . - _ : / @ hold
 * together "交通厅"            交通 通厅                  overlapping pairs; a lone character is
 * its own word
 *
 * A search for "交通厅" asks for both pairs, so it finds what holds them, hardly ever anything
 * else.
 */
#include "foundation/text/text.h"
#include "foundation/text/utf8.h"

#include <string.h>

/* Letters with marks (Latin, Vietnamese) and full-width forms as plain lower-case letters: runs of
 * characters from `first` on. Made from the decompositions of Unicode 14. */
static const struct {
    uint32_t first;
    const char *plain;
} folds[] = {
    {0x00c0, "aaaaaa"},
    {0x00c7, "ceeeeiiiidnooooo"},
    {0x00d8, "ouuuuy"},
    {0x00e0, "aaaaaa"},
    {0x00e7, "ceeeeiiiidnooooo"},
    {0x00f8, "ouuuuy"},
    {0x00ff, "yaaaaaaccccccccddddeeeeeeeeeegggggggghh"},
    {0x0128, "iiiiiiiiii"},
    {0x0134, "jjkk"},
    {0x0139, "llllll"},
    {0x0141, "llnnnnnn"},
    {0x014c, "oooooo"},
    {0x0154, "rrrrrrsssssssstttt"},
    {0x0168, "uuuuuuuuuuuuwwyyyzzzzzzs"},
    {0x01a0, "oo"},
    {0x01af, "uu"},
    {0x01cd, "aaiioouuuuuuuuuu"},
    {0x01de, "aaaa"},
    {0x01e6, "ggkkoooo"},
    {0x01f0, "j"},
    {0x01f4, "gg"},
    {0x01f8, "nnaa"},
    {0x01fe, "ooaaaaeeeeiiiioooorrrruuuusstt"},
    {0x021e, "hh"},
    {0x0226, "aaeeooooooooyy"},
    {0x1e00, "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnn"
             "nnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyy"
             "zzzzzzhtwy"},
    {0x1e9b, "s"},
    {0x1ea0, "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuu"
             "uuuuuuuuuuyyyyyyyy"},
    {0xff10, "0123456789"},
    {0xff21, "abcdefghijklmnopqrstuvwxyz"},
    {0xff41, "abcdefghijklmnopqrstuvwxyz"},
};

static uint32_t fold(uint32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z' ? code + 32 : code;
    for (size_t i = 0; i < COUNT_OF(folds); i++)
        if (code >= folds[i].first && code < folds[i].first + strlen(folds[i].plain))
            return (uint32_t)folds[i].plain[code - folds[i].first];
    /* Greek and Cyrillic capitals. */
    if ((code >= 0x391 && code <= 0x3a9) || (code >= 0x410 && code <= 0x42f))
        return code + 32;
    return code;
}

enum sort { GAP, LETTER, JOINT, MARK, PAIRED };

/* Scripts written without blanks are searched by pairs. */
static bool is_paired(uint32_t code)
{
    return (code >= 0x3040 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff) ||
           (code >= 0xf900 && code <= 0xfaff) || (code >= 0x20000 && code <= 0x3ffff);
}

static enum sort sort_of(const struct glyph *glyph)
{
    uint32_t code = glyph->code;
    if (!glyph->valid)
        return GAP;
    if (code < 0x80) {
        bool letter = (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
                      (code >= 'A' && code <= 'Z');
        return letter ? LETTER : code && strchr(".-_:/@", (int)code) ? JOINT : GAP;
    }
    if (code >= 0x300 && code <= 0x36f)
        return MARK; /* a combining mark: folded away */
    if (is_paired(code))
        return PAIRED;
    bool space = code == 0xa0 || (code >= 0x2000 && code <= 0x206f) ||
                 (code >= 0x3000 && code <= 0x303f) || (code >= 0xff00 && code <= 0xff0f) ||
                 (code >= 0xff1a && code <= 0xff20) || code < 0xaa;
    return space ? GAP : LETTER;
}

static void add_code(struct buf *out, uint32_t code)
{
    if (code < 0x80) {
        buf_add_char(out, (char)code);
    } else if (code < 0x800) {
        buf_add_char(out, (char)(0xc0 | code >> 6));
        buf_add_char(out, (char)(0x80 | (code & 0x3f)));
    } else if (code < 0x10000) {
        buf_add_char(out, (char)(0xe0 | code >> 12));
        buf_add_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        buf_add_char(out, (char)(0x80 | (code & 0x3f)));
    } else {
        buf_add_char(out, (char)(0xf0 | code >> 18));
        buf_add_char(out, (char)(0x80 | (code >> 12 & 0x3f)));
        buf_add_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        buf_add_char(out, (char)(0x80 | (code & 0x3f)));
    }
}

/* A word that is too long is cut where a character ends. */
static struct view cut(struct view word)
{
    if (word.len <= TEXT_WORD_MAX)
        return word;
    word.len = TEXT_WORD_MAX;
    while (word.len && ((unsigned char)word.ptr[word.len] & 0xc0) == 0x80)
        word.len--;
    return word;
}

static void add_word(struct buf *out, struct view word)
{
    if (word.len == 0)
        return;
    if (out->len)
        buf_add_char(out, ' ');
    buf_add_view(out, cut(word));
}

/* A run of letters and joints, already folded: its parts, then the whole. */
static void end_run(struct buf *out, struct buf *run)
{
    struct view whole = buf_view(run);
    while (whole.len && strchr(".-_:/@", whole.ptr[whole.len - 1]))
        whole.len--;
    while (whole.len && strchr(".-_:/@", whole.ptr[0]))
        whole = view_from(whole, 1);
    size_t start = 0, parts = 0;
    for (size_t i = 0; i <= whole.len; i++) {
        if (i < whole.len && !strchr(".-_:/@", whole.ptr[i]))
            continue;
        if (i > start) {
            add_word(out, (struct view){whole.ptr + start, i - start});
            parts++;
        }
        start = i + 1;
    }
    if (parts > 1)
        add_word(out, whole);
    run->len = 0;
}

/* A run of paired characters; with one character only, that one. */
struct pairs {
    struct buf last; /* the character before */
    size_t count;
};

static void add_paired(struct buf *out, struct pairs *pairs, uint32_t code)
{
    struct buf pair CLEANUP(buf_free) = {0};
    buf_add_view(&pair, buf_view(&pairs->last));
    add_code(&pair, code);
    if (pairs->count > 0)
        add_word(out, buf_view(&pair));
    pairs->count++;
    pairs->last.len = 0;
    add_code(&pairs->last, code);
}

static void end_pairs(struct buf *out, struct pairs *pairs)
{
    if (pairs->count == 1)
        add_word(out, buf_view(&pairs->last));
    pairs->last.len = 0;
    pairs->count = 0;
}

void text_add_words(struct buf *out, struct view text)
{
    struct buf run CLEANUP(buf_free) = {0};
    struct pairs pairs = {.count = 0};
    struct glyph glyph;
    buf_add_text(out, "");
    while (utf8_next(&text, &glyph)) {
        enum sort sort = sort_of(&glyph);
        if (sort == MARK)
            continue;
        if (sort != PAIRED)
            end_pairs(out, &pairs);
        if (sort == LETTER || sort == JOINT) {
            add_code(&run, fold(glyph.code));
            continue;
        }
        end_run(out, &run);
        if (sort == PAIRED)
            add_paired(out, &pairs, glyph.code);
    }
    end_run(out, &run);
    end_pairs(out, &pairs);
    buf_free(&pairs.last);
}
