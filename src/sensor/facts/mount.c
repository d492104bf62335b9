/*
 * mount: /proc/self/mountinfo as the probe "mounts" gave it (proc(5)):
 *
 *   36 35 98:0 /root /target rw,noatime master:1 - ext3 /dev/root rw,errors=continue
 *   id parent device root target options optional... - type source super-options
 *
 * Blanks, tabs, newlines and backslashes in it are octal escapes. The options of the mount and of
 * its file system are merged as findmnt(8) shows them: read-only where either is.
 */
#include "sensor/facts/reader.h"

#include <string.h>

#define OPTIONAL_MAX 64 /* optional fields before '-'; the kernel writes at most four */

static const struct column columns[] = {
    {"device", COLUMN_TEXT, "", "What is mounted: a device, or a name such as tmpfs"},
    {"target", COLUMN_TEXT, "", "Where it is mounted"},
    {"type", COLUMN_TEXT, "", "File system type"},
    {"options", COLUMN_TEXT, "",
     "Options of the mount and of its file system, each once, "
     "separated by commas"},
};

static const struct table mount = {
    "mount",
    "One row for each mount in force, in the order of mounting: of rows with the same target, the "
    "last one lies on top.",
    columns, COUNT_OF(columns)};

static bool has_option(struct view options, struct view wanted)
{
    struct view option;
    while (view_cut(&options, ',', &option))
        if (view_equal(option, wanted))
            return true;
    return false;
}

/* Adds the options that are not there yet; "rw" gives way to an "ro" of the other list. */
static void merge(struct buf *out, struct view options, struct view other)
{
    struct view option;
    while (view_cut(&options, ',', &option)) {
        bool gives_way = view_is(option, "rw") && has_option(other, VIEW("ro"));
        if (option.len == 0 || gives_way || has_option(buf_view(out), option))
            continue;
        if (out->len)
            buf_add_char(out, ',');
        buf_add_view(out, option);
    }
}

/* The fields before the optional ones, and those behind the "-". */
static bool split(struct view rest, struct view head[6], struct view tail[3])
{
    struct view word = {NULL, 0};
    for (size_t i = 0; i < 6; i++)
        if (!view_word(&rest, &head[i]))
            return false;
    for (int i = 0; i < OPTIONAL_MAX && !view_is(word, "-"); i++)
        if (!view_word(&rest, &word))
            return false;
    for (size_t i = 0; i < 3; i++)
        if (!view_word(&rest, &tail[i]))
            return false;
    return view_is(word, "-") && !view_word(&rest, &word);
}

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    struct buf *options = context;
    struct view head[6] = {0}, tail[3] = {0};
    if (!split(line->text, head, tail)) {
        reader_problem(facts, line->item, line->number, "no line of mountinfo");
        return RC_OK;
    }
    options->len = 0;
    merge(options, head[5], tail[2]);
    merge(options, tail[2], head[5]);
    struct cell cells[] = {
        cell_view(reader_unescape_octal(facts, tail[1])),
        cell_view(reader_unescape_octal(facts, head[4])),
        cell_view(reader_unescape_octal(facts, tail[0])),
        cell_view(reader_unescape_octal(facts, buf_view(options))),
    };
    return reader_row(facts, &mount, cells, line->item, line->number);
}

static struct rc read_mount(struct facts *facts)
{
    struct buf options = {0};
    struct rc rc = reader_each_line(facts, reader_live(facts, "mounts"), "", read_line, &options);
    buf_free(&options);
    return rc;
}

static const struct table *const tables[] = {&mount, NULL};
static const struct source sources[] = {{.kind = ITEM_LIVE, .pattern = "mounts"}};

const struct reader reader_mount = {"mount", tables, sources, COUNT_OF(sources), read_mount};
