/*
 * listening: the probe "listening" (sensor/host/listening.c) as two tables.
 *
 * They are two readers of one probe, because they can be read differently well: the kernel shows
 * its sockets to everyone, their programs only to root. So an ordinary user is told which ports are
 * open, and only what asks for programs stays unknown.
 */
#include "sensor/facts/probe_line.h"

#include <string.h>

static const struct column port_columns[] = {
    {"protocol", COLUMN_TEXT, "", "tcp, udp, udplite or raw"},
    {"family", COLUMN_TEXT, "", "ipv4 or ipv6; a socket of :: mostly takes IPv4 too"},
    {"address", COLUMN_TEXT, "", "The address it is bound to; 0.0.0.0 or :: for all"},
    {"port", COLUMN_INTEGER, "", "Port; of a raw socket the protocol's number"},
    {"uid", COLUMN_INTEGER, "", "The user who opened it"},
    {"loopback", COLUMN_INTEGER, "", "1 = reached from this machine only"},
    {"any_address", COLUMN_INTEGER, "", "1 = bound to all addresses"},
};

static const struct table listening_port = {
    "listening_port",
    "One row for each socket of the network namespace that waits for others: TCP that listens, UDP "
    "and others that are bound and not connected.",
    port_columns, COUNT_OF(port_columns)};

static const struct column program_columns[] = {
    {"protocol", COLUMN_TEXT, "", "As in listening_port"},
    {"family", COLUMN_TEXT, "", "As in listening_port"},
    {"address", COLUMN_TEXT, "", "As in listening_port"},
    {"port", COLUMN_INTEGER, "", "As in listening_port"},
    {"loopback", COLUMN_INTEGER, "", "As in listening_port"},
    {"pid", COLUMN_INTEGER, "",
     "The process that holds it, of several equal ones the first; NULL when none was found: the "
     "kernel itself, another PID namespace, or not allowed to look"},
    {"name", COLUMN_TEXT, "", "What the kernel calls the process; at most 15 bytes"},
    {"program", COLUMN_TEXT, "", "Path of the program; NULL when it may not be read"},
    {"deleted", COLUMN_INTEGER, "", "1 = the program's file was removed or replaced since"},
    {"uid", COLUMN_INTEGER, "", "The process's effective user"},
    {"unit", COLUMN_TEXT, "",
     "systemd's unit, system-wide: ssh.service, session-3.scope; NULL for none"},
};

static const struct table listening_program = {
    "listening_program",
    "One row for each waiting socket and each different program that holds it; one row with NULLs "
    "for a socket whose holder was not found.",
    program_columns, COUNT_OF(program_columns)};

/* 127.0.0.0/8, ::1, and the first inside the second. */
static bool is_loopback(struct view address)
{
    return view_starts(address, "127.") || view_is(address, "::1") ||
           view_starts(address, "::ffff:127.");
}

static bool is_any(struct view address)
{
    return view_is(address, "0.0.0.0") || view_is(address, "::");
}

static bool is_socket(const struct probe_line *line)
{
    int64_t port;
    return view_is(line->word, "socket") && line->count == 5 &&
           view_integer(line->fields[3], &port) && port >= 0 && port <= 65535;
}

/* ---- ports -------------------------------------------------------------------------------- */

static struct rc put_port(struct facts *facts, const struct probe_line *line)
{
    const struct view *f = line->fields;
    struct cell cells[] = {cell_view(f[0]),           cell_view(f[1]),
                           cell_view(f[2]),           cell_number(f[3]),
                           cell_number(f[4]),         cell_integer(is_loopback(f[2])),
                           cell_integer(is_any(f[2]))};
    return reader_row(facts, &listening_port, cells, line->item, line->number);
}

static bool is_other_record(const struct probe_line *line)
{
    return (view_is(line->word, "holder") && line->count == 5) ||
           (view_is(line->word, "denied") && line->count == 1) ||
           ((view_is(line->word, "hidden") || view_is(line->word, "cut")) && line->count == 0);
}

static struct rc read_ports(struct facts *facts)
{
    struct probe probe = probe_open(facts, "listening");
    struct probe_line line;
    while (probe_next(&probe, &line)) {
        if (is_socket(&line))
            TRY(put_port(facts, &line));
        else if (!is_other_record(&line))
            reader_problem(facts, line.item, line.number, "no record of the probe");
    }
    return RC_OK;
}

/* ---- programs ----------------------------------------------------------------------------- */

#define DELETED " (deleted)"

struct holders {
    struct facts *facts;
    struct probe_line socket; /* the one that holders are of */
    bool has_socket, has_holder, unowned;
};

static struct rc put_holder(struct holders *h, const struct probe_line *line)
{
    const struct view *s = h->socket.fields, *f = line->fields;
    bool known = line != &h->socket;
    struct view program = known ? f[4] : VIEW("");
    bool deleted = view_ends(program, DELETED);
    if (deleted)
        program.len -= strlen(DELETED);
    struct cell cells[] = {cell_view(s[0]),
                           cell_view(s[1]),
                           cell_view(s[2]),
                           cell_number(s[3]),
                           cell_integer(is_loopback(s[2])),
                           known ? cell_number(f[0]) : cell_null(),
                           known ? probe_text(f[3]) : cell_null(),
                           probe_text(program),
                           program.len ? cell_integer(deleted) : cell_null(),
                           known ? cell_number(f[1]) : cell_null(),
                           known ? probe_text(f[2]) : cell_null()};
    return reader_row(h->facts, &listening_program, cells, line->item, line->number);
}

/* A socket that no holder followed has one row all the same. */
static struct rc end_socket(struct holders *h)
{
    if (!h->has_socket || h->has_holder)
        return RC_OK;
    h->unowned = true;
    return put_holder(h, &h->socket);
}

static struct rc take_record(struct holders *h, const struct probe_line *line)
{
    if (is_socket(line)) {
        TRY(end_socket(h));
        h->socket = *line;
        h->has_socket = true;
        h->has_holder = false;
    } else if (view_is(line->word, "holder") && is_other_record(line) && h->has_socket) {
        h->has_holder = true;
        if (line->fields[4].len == 0)
            reader_problem(h->facts, line->item, line->number,
                           "the program behind a socket may not be read");
        return put_holder(h, line);
    } else if (view_is(line->word, "cut")) {
        reader_problem(h->facts, line->item, line->number,
                       "too many descriptors to find every holder");
    }
    return RC_OK;
}

/* Why the holder of a socket was not found. Where all processes could be looked at, it is the
 * kernel's own or one of another namespace, and the table is whole. */
static void tell_denied(const struct holders *h, const struct probe_line *line)
{
    if (!h->unowned)
        return;
    if (view_is(line->word, "denied") && line->count == 1)
        reader_problem(h->facts, line->item, line->number,
                       "the programs behind some sockets are not known: the descriptors of %.*s "
                       "processes may not be listed",
                       (int)(line->fields[0].len < 20 ? line->fields[0].len : 20),
                       line->fields[0].ptr);
    if (view_is(line->word, "hidden"))
        reader_problem(h->facts, line->item, line->number,
                       "the programs behind some sockets are not known: /proc hides processes");
}

static struct rc read_programs(struct facts *facts)
{
    struct probe probe = probe_open(facts, "listening");
    struct holders holders = {.facts = facts};
    struct probe_line line;
    bool ended = false;
    while (probe_next(&probe, &line)) {
        if (!ended && (view_is(line.word, "denied") || view_is(line.word, "hidden"))) {
            TRY(end_socket(&holders));
            ended = true;
            holders.has_socket = false;
        }
        TRY(take_record(&holders, &line));
        tell_denied(&holders, &line);
    }
    return end_socket(&holders);
}

static const struct source sources[] = {{.kind = ITEM_LIVE, .pattern = "listening"}};
static const struct table *const port_tables[] = {&listening_port, NULL};
static const struct table *const program_tables[] = {&listening_program, NULL};

const struct reader reader_listening_port = {"listening_port", port_tables, sources,
                                             COUNT_OF(sources), read_ports};
const struct reader reader_listening_program = {"listening_program", program_tables, sources,
                                                COUNT_OF(sources), read_programs};
