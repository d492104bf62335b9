/*
 * selinux: /etc/selinux/config, from which SELinux takes its mode when the system starts. As
 * libselinux reads it: a key stands at the start of its line, and the first line of a key counts.
 */
#include "sensor/facts/reader.h"

static const struct column columns[] = {
    {"key", COLUMN_TEXT, "", "SELINUX, SELINUXTYPE, ..."},
    {"value", COLUMN_TEXT, "", "enforcing, permissive, disabled; targeted, mls, ..."},
    {"effective", COLUMN_INTEGER, "", "1 = the first line of its key, which counts"},
};

static const struct table selinux_setting = {"selinux_setting", "Lines of SELinux's configuration.",
                                             columns, COUNT_OF(columns)};

#define KEYS_MAX 64

struct reading {
    struct view keys[KEYS_MAX]; /* seen so far */
    size_t count;
};

static bool is_first(struct reading *reading, struct view key)
{
    for (size_t i = 0; i < reading->count; i++)
        if (view_equal(reading->keys[i], key))
            return false;
    if (reading->count < KEYS_MAX)
        reading->keys[reading->count++] = key;
    return true;
}

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    struct reading *reading = context;
    struct view value = line->text, key;
    if (!view_cut(&value, '=', &key) || !value.ptr || key.len == 0) {
        reader_problem(facts, line->item, line->number, "no line of the form KEY=value");
        return RC_OK;
    }
    if (reading->count == KEYS_MAX) {
        reader_problem(facts, line->item, line->number, "more keys than it can have");
        return RC_OK;
    }
    const struct cell cells[] = {cell_view(key), cell_view(view_trim(value)),
                                 cell_integer(is_first(reading, key))};
    return reader_row(facts, &selinux_setting, cells, line->item, line->number);
}

static struct rc read_selinux(struct facts *facts)
{
    struct reading reading = {0};
    return reader_each_line(facts, reader_file(facts, "/etc/selinux/config"), "#", read_line,
                            &reading);
}

static const struct table *const tables[] = {&selinux_setting, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/selinux/config", .max = 1 << 20}};

const struct reader reader_selinux = {"selinux", tables, sources, COUNT_OF(sources), read_selinux};
