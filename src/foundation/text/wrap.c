/*
 * wrap: breaking a text into lines.
 *
 * The text is taken piece by piece. A piece is what may not be broken: a run of narrow characters
 * up to a blank, or one wide character with the closing punctuation that must not start a line. A
 * piece that is wider than a whole line is broken where the line ends.
 */
#include "foundation/text/text.h"
#include "foundation/text/utf8.h"

#include <string.h>

struct line {
    struct buf *out;
    size_t width, indent;
    size_t column;
    size_t gap; /* blanks before the next piece, unless it starts a line */
};

/* Punctuation that must not start a line: it stays with the character before it. */
static bool closes(uint32_t code)
{
    static const uint32_t marks[] = {0x2019, 0x201d, 0x3001, 0x3002, 0x3009, 0x300b,
                                     0x300d, 0x300f, 0x3011, 0x3015, 0xff01, 0xff09,
                                     0xff0c, 0xff0e, 0xff1a, 0xff1b, 0xff1f, 0xff5d};
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        if (marks[i] == code)
            return true;
    }
    return code < 0x80 && code != 0 && strchr(",.;:!?)]}", (int)code) != NULL;
}

static bool is_blank(uint32_t code)
{
    return code == ' ' || code == '\t';
}

/* Takes one piece off *rest, which starts with neither blank nor newline. */
static struct view take_piece(struct view *rest)
{
    struct view piece = {rest->ptr, 0};
    struct glyph glyph;
    bool after_wide = false;
    for (struct view ahead = *rest; utf8_next(&ahead, &glyph);) {
        size_t width = glyph.valid ? utf8_width(glyph.code) : 1;
        bool joins = width == 0 || closes(glyph.code);
        bool ends = is_blank(glyph.code) || glyph.code == '\n';
        if (piece.len && (ends || (!joins && (after_wide || width == 2))))
            break;
        after_wide = width == 2 || (joins && after_wide);
        piece.len += glyph.len;
    }
    *rest = view_from(*rest, piece.len);
    return piece;
}

static void break_line(struct line *line)
{
    buf_add_char(line->out, '\n');
    for (size_t i = 0; i < line->indent; i++)
        buf_add_char(line->out, ' ');
    line->column = line->indent;
    line->gap = 0;
}

/* A piece that fits into no line: character by character. */
static void add_broken(struct line *line, struct view piece)
{
    struct glyph glyph;
    while (utf8_next(&piece, &glyph)) {
        size_t width = glyph.valid ? utf8_width(glyph.code) : 1;
        if (line->column + width > line->width && line->column > line->indent)
            break_line(line);
        buf_add(line->out, piece.ptr - glyph.len, glyph.len);
        line->column += width;
    }
}

static void add_piece(struct line *line, struct view piece)
{
    size_t width = text_width(piece);
    if (line->column > line->indent && line->column + line->gap + width > line->width)
        break_line(line);
    for (; line->gap && line->column > line->indent; line->gap--, line->column++)
        buf_add_char(line->out, ' ');
    line->gap = 0;
    add_broken(line, piece);
}

void text_add_wrapped(struct buf *out, struct view text, size_t width, size_t indent)
{
    /* However narrow the terminal, a line has room for a word or two. */
    if (width < indent + 16)
        width = indent + 16;
    struct line line = {.out = out, .width = width, .indent = indent, .column = indent};
    while (text.len) {
        if (text.ptr[0] == '\n') {
            break_line(&line);
            text = view_from(text, 1);
        } else if (is_blank((uint8_t)text.ptr[0])) {
            line.gap++;
            text = view_from(text, 1);
        } else {
            add_piece(&line, take_piece(&text));
        }
    }
}
