/* ini: see the header. Limits: READER_LINE_MAX bytes an assignment with all its lines. */
#include "sensor/facts/ini.h"

#include <string.h>

struct ini ini_open(struct facts *facts, const struct item *item)
{
    return (struct ini){.facts = facts, .item = item, .rest = reader_text(facts, item)};
}

static bool is_comment(struct view line)
{
    return line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';';
}

static bool goes_on(struct view line)
{
    return line.len && line.ptr[line.len - 1] == '\\';
}

/* Joins the lines that follow a backslash; comments between them are passed over, as systemd does.
 */
static struct view join(struct ini *ini, struct view first)
{
    struct buf joined = {0};
    struct view line = first;
    for (;;) {
        bool more = goes_on(line);
        if (joined.len < READER_LINE_MAX)
            buf_add(&joined, line.ptr, line.len - more);
        if (!more)
            break;
        buf_add_char(&joined, ' ');
        do {
            if (!view_line(&ini->rest, &line)) {
                line = (struct view){"", 0};
                break;
            }
            ini->number++;
            line = view_trim(line);
        } while (line.len && is_comment(line));
    }
    if (joined.len >= READER_LINE_MAX)
        reader_problem(ini->facts, ini->item, ini->number, "an assignment that is too long");
    char *text = view_text(reader_arena(ini->facts), buf_view(&joined));
    buf_free(&joined);
    return view_trim(view_of(text));
}

/* Sections change the state; true for an assignment. */
static bool take(struct ini *ini, struct view line, struct ini_line *out)
{
    if (line.ptr[0] == '[' && line.ptr[line.len - 1] == ']') {
        ini->section = (struct view){line.ptr + 1, line.len > 1 ? line.len - 2 : 0};
        return false;
    }
    struct view value = line, key;
    view_cut(&value, '=', &key);
    key = view_trim(key);
    if (!value.ptr || key.len == 0) {
        reader_problem(ini->facts, ini->item, out->number, "neither [Section] nor Key=value");
        return false;
    }
    out->section = ini->section;
    out->key = key;
    out->value = view_trim(value);
    return true;
}

bool ini_next(struct ini *ini, struct ini_line *out)
{
    struct view line;
    while (view_line(&ini->rest, &line)) {
        ini->number++;
        line = view_trim(line);
        if (is_comment(line))
            continue;
        out->number = ini->number;
        if (goes_on(line))
            line = join(ini, line);
        if (line.len && take(ini, line, out))
            return true;
    }
    return false;
}
