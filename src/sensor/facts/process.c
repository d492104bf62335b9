/*
 * process: the probe "processes" (sensor/host/process.c) as a table. What an ordinary user may see
 * of every process; no command lines, which may hold secrets.
 */
#include "sensor/facts/probe_line.h"

static const struct column columns[] = {
    {"pid", COLUMN_INTEGER, "", "Process number"},
    {"parent", COLUMN_INTEGER, "", "The process that started it"},
    {"uid", COLUMN_INTEGER, "", "Effective user"},
    {"state", COLUMN_TEXT, "", "As the kernel has it: R, S, D, I, T, Z (ended, not yet collected)"},
    {"kernel", COLUMN_INTEGER, "", "1 = a thread of the kernel"},
    {"unit", COLUMN_TEXT, "",
     "systemd's unit, system-wide: auditd.service, session-3.scope; NULL for none"},
    {"name", COLUMN_TEXT, "",
     "At most 15 bytes of the program's name; a process may give itself another"},
};

static const struct table process = {"process", "One row for each process that runs.", columns,
                                     COUNT_OF(columns)};

static struct rc put(struct facts *facts, const struct probe_line *line)
{
    const struct view *f = line->fields;
    struct cell cells[] = {cell_number(f[0]), cell_number(f[1]), cell_number(f[2]), cell_view(f[3]),
                           cell_number(f[4]), probe_text(f[5]),  cell_view(f[6])};
    return reader_row(facts, &process, cells, line->item, line->number);
}

static struct rc read_processes(struct facts *facts)
{
    struct probe probe = probe_open(facts, "processes");
    struct probe_line line;
    while (probe_next(&probe, &line)) {
        int64_t pid;
        if (view_is(line.word, "process") && line.count == 7 && view_integer(line.fields[0], &pid))
            TRY(put(facts, &line));
        else if (view_is(line.word, "denied") || view_is(line.word, "hidden"))
            reader_problem(facts, line.item, line.number, "/proc does not show all processes");
        else
            reader_problem(facts, line.item, line.number, "no record of the probe");
    }
    return RC_OK;
}

static const struct table *const tables[] = {&process, NULL};
static const struct source sources[] = {{.kind = ITEM_LIVE, .pattern = "processes"}};

const struct reader reader_process = {"process", tables, sources, COUNT_OF(sources),
                                      read_processes};
