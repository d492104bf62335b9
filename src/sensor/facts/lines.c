/*
 * lines: an item's bytes as text, and its lines. A line may end in LF or CR LF; the last one may
 * lack its end. Limits: READER_LINE_MAX bytes a line.
 */
#include "sensor/facts/filling.h"

#include <string.h>

struct view reader_text(struct facts *facts, const struct item *item)
{
    if (!item || item->bytes.len == 0)
        return (struct view){NULL, 0};
    struct view text = item->bytes;
    const char *nul = memchr(text.ptr, '\0', text.len);
    if (nul) {
        struct view before = {text.ptr, (size_t)(nul - text.ptr)}, rest = before, line;
        uint32_t number = 1;
        while (view_line(&rest, &line))
            number += rest.ptr != NULL;
        reader_problem(facts, item, number, "holds a NUL byte: no text from there on");
        return before;
    }
    /* The last line of a cut text may be the beginning of something else: "uid 1" of "uid 1000". */
    if (item->status == ITEM_TRUNCATED)
        while (text.len && text.ptr[text.len - 1] != '\n')
            text.len--;
    return text;
}

/* Lines are counted before comments are skipped: numbers are those of the file. */
struct rc reader_each_line(struct facts *facts, const struct item *item, const char *comments,
                           struct rc (*each)(struct facts *facts, const struct reader_line *line,
                                             void *context),
                           void *context)
{
    struct view rest = reader_text(facts, item), text;
    struct reader_line line = {.item = item};
    while (view_line(&rest, &text)) {
        line.number++;
        line.text = view_trim(text);
        if (line.text.len == 0 || strchr(comments, line.text.ptr[0]))
            continue;
        if (line.text.len > READER_LINE_MAX) {
            reader_problem(facts, item, line.number, "a line of %zu bytes was skipped",
                           line.text.len);
            continue;
        }
        TRY(each(facts, &line, context));
    }
    return RC_OK;
}

/* Three octal digits up to 377. */
static bool is_octal(const char *p)
{
    return p[0] >= '0' && p[0] <= '3' && p[1] >= '0' && p[1] <= '7' && p[2] >= '0' && p[2] <= '7';
}

struct view reader_unescape_octal(struct facts *facts, struct view v)
{
    if (v.len == 0 || !memchr(v.ptr, '\\', v.len))
        return v;
    char *out = arena_take(reader_arena(facts), v.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] == '\\' && i + 3 < v.len && is_octal(v.ptr + i + 1)) {
            const char *p = v.ptr + i + 1;
            out[n++] = (char)((p[0] - '0') * 64 + (p[1] - '0') * 8 + (p[2] - '0'));
            i += 3;
        } else {
            out[n++] = v.ptr[i];
        }
    }
    return (struct view){out, n};
}
