/* sheet: text, colours and blanks. */
#include "interface/report/sheet.h"

const char *sheet_number(const struct sheet *sheet, uint64_t n)
{
    return arena_printf(sheet->arena, "%llu", (unsigned long long)n);
}

const char *sheet_message(const struct sheet *sheet, const struct message *message)
{
    return text_render(sheet->arena, sheet->style->lang, message);
}

const char *sheet_say(const struct sheet *sheet, const char *key, const char *a, const char *b,
                      const char *c)
{
    struct message message = {.key = key, .args = {a, b, c}};
    return sheet_message(sheet, &message);
}

/* A verdict in words; machines read verdict_name instead. */
const char *sheet_verdict(const struct sheet *sheet, enum verdict verdict)
{
    const char *key = arena_printf(sheet->arena, "verdict.%s", verdict_name(verdict));
    return text_get(sheet->style->lang, key);
}

void sheet_text(const struct sheet *sheet, const char *text)
{
    text_add_safe(sheet->out, view_of(text));
}

void sheet_blanks(const struct sheet *sheet, size_t count)
{
    while (count--)
        buf_add_char(sheet->out, ' ');
}

/* One line of a text. Blanks that it starts with are part of the indent. */
static void add_line(const struct sheet *sheet, size_t indent, struct view line)
{
    struct buf safe = {0};
    for (; line.len && line.ptr[0] == ' '; indent++)
        line = view_from(line, 1);
    text_add_safe(&safe, line);
    sheet_blanks(sheet, indent);
    text_add_wrapped(sheet->out, buf_view(&safe), sheet->style->width, indent);
    buf_add_char(sheet->out, '\n');
    buf_free(&safe);
}

void sheet_line(const struct sheet *sheet, size_t indent, const char *text)
{
    struct view line = view_of(text);
    /* Content blocks end in a newline; any other one may be a target's try to forge a line. */
    while (line.len && line.ptr[line.len - 1] == '\n')
        line.len--;
    if (line.len)
        add_line(sheet, indent, line);
}

void sheet_lines(const struct sheet *sheet, size_t indent, const char *text)
{
    struct view rest = view_of(text), line;
    while (view_line(&rest, &line))
        add_line(sheet, indent, line);
}

void sheet_tint(const struct sheet *sheet, enum tint tint)
{
    static const char *const codes[] = {
        [TINT_NONE] = "\x1b[0m", [TINT_BOLD] = "\x1b[1m",   [TINT_DIM] = "\x1b[2m",
        [TINT_RED] = "\x1b[31m", [TINT_GREEN] = "\x1b[32m", [TINT_YELLOW] = "\x1b[33m",
        [TINT_BLUE] = "\x1b[34m"};
    if (sheet->style->colour)
        buf_add_text(sheet->out, codes[tint]);
}

/* Red asks for work, yellow for a look, blue for a person, green for nothing. */
enum tint tint_of(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_FAIL:
        return TINT_RED;
    case VERDICT_UNKNOWN:
        return TINT_YELLOW;
    case VERDICT_MANUAL:
    case VERDICT_WAIVED:
        return TINT_BLUE;
    case VERDICT_PASS:
        return TINT_GREEN;
    case VERDICT_NOT_APPLICABLE:
    case VERDICT_COUNT:
        break;
    }
    return TINT_DIM;
}
