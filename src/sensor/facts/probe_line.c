/* probe_line: see the header. */
#include "sensor/facts/probe_line.h"

#include <string.h>

struct probe probe_open(struct facts *facts, const char *name)
{
    const struct item *item = reader_live(facts, name);
    return (struct probe){.facts = facts, .item = item, .rest = reader_text(facts, item)};
}

static struct view plain(struct facts *facts, struct view field)
{
    if (field.len == 0 || !memchr(field.ptr, '\\', field.len))
        return field;
    return view_of(bundle_unescape(reader_arena(facts), field));
}

static bool split(struct probe *probe, struct view line, struct probe_line *out)
{
    struct view piece;
    *out = (struct probe_line){.item = probe->item, .number = probe->number};
    if (!view_cut(&line, '\t', &out->word))
        return false;
    while (view_cut(&line, '\t', &piece)) {
        if (out->count == PROBE_FIELDS)
            return false;
        out->fields[out->count++] = plain(probe->facts, piece);
    }
    return true;
}

bool probe_next(struct probe *probe, struct probe_line *out)
{
    struct view line;
    while (view_line(&probe->rest, &line)) {
        probe->number++;
        if (line.len == 0)
            continue;
        if (line.len < READER_LINE_MAX && split(probe, line, out))
            return true;
        reader_problem(probe->facts, probe->item, probe->number, "no record of the probe");
    }
    return false;
}

struct cell probe_text(struct view field)
{
    return field.len ? cell_view(field) : cell_null();
}
