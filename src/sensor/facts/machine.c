/*
 * machine: what tells a machine from others. The register recognises an asset by it.
 *
 *   /etc/machine-id   systemd's id, made at installation       /etc/hostname   its name
 *   probe "machine"   running only: name, addresses, what the maker wrote into it
 */
#include "sensor/facts/reader.h"

static const struct column columns[] = {
    {"key", COLUMN_TEXT, "", "machine_id, name, serial, uuid, vendor, model or address (several)"},
    {"value", COLUMN_TEXT, "", "The value"},
};

static const struct table table = {"machine", "What tells this machine from others.", columns,
                                   COUNT_OF(columns)};

static struct rc add(struct facts *facts, struct view key, struct view value,
                     const struct item *item, uint32_t line)
{
    struct cell cells[] = {cell_view(key), cell_view(value)};
    return value.len ? reader_row(facts, &table, cells, item, line) : RC_OK;
}

static struct rc read_probe_line(struct facts *facts, const struct reader_line *line, void *context)
{
    struct view rest = line->text, key;
    (void)context;
    if (!view_cut(&rest, '=', &key) || !rest.ptr) {
        reader_problem(facts, line->item, line->number, "no line of the form key = value");
        return RC_OK;
    }
    return add(facts, view_trim(key), view_trim(rest), line->item, line->number);
}

/* The first line that is neither blank nor a comment. */
static struct rc read_first(struct facts *facts, const struct reader_line *line, void *context)
{
    struct view *found = context;
    (void)facts;
    if (!found->ptr)
        *found = line->text;
    return RC_OK;
}

static struct rc read_file(struct facts *facts, const char *path, struct view key)
{
    struct view found = {NULL, 0};
    const struct item *item = reader_file(facts, path);
    TRY(reader_each_line(facts, item, "#", read_first, &found));
    /* systemd writes "uninitialized" into an image that was not started yet */
    return view_is(found, "uninitialized") ? RC_OK : add(facts, key, found, item, 1);
}

static struct rc read_machine(struct facts *facts)
{
    TRY(read_file(facts, "/etc/machine-id", VIEW("machine_id")));
    TRY(read_file(facts, "/etc/hostname", VIEW("name")));
    return reader_each_line(facts, reader_live(facts, "machine"), "", read_probe_line, NULL);
}

static const struct table *const tables[] = {&table, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/machine-id", .max = 4096},
    {.kind = ITEM_FILE, .pattern = "/etc/hostname", .max = 4096},
    {.kind = ITEM_LIVE, .pattern = "machine", .max = 65536}};

const struct reader reader_machine = {"machine", tables, sources, COUNT_OF(sources), read_machine};
