/*
 * account: /etc/passwd, as glibc's "files" service reads it: leading blanks and lines starting with
 * # are skipped; the fields after the group may be missing; what follows the sixth ':' is the
 * shell. A line of another number of fields is a problem, but where the system would accept it
 * there is a row all the same. Lines of NIS ('+', '-') are rows with what they have.
 */
#include "sensor/facts/colon.h"

#include <string.h>

#define FIELDS        7
#define FIELDS_NEEDED 4 /* glibc takes a line that ends behind the group */

static const struct column columns[] = {
    {"name", COLUMN_TEXT, "", "Login name; lines of NIS keep their '+' or '-'"},
    {"password", COLUMN_TEXT, "", "State of the second field: shadow, empty, none, locked or set"},
    {"uid", COLUMN_INTEGER, "", "User number; NULL when it is no number"},
    {"gid", COLUMN_INTEGER, "", "Number of the primary group; NULL when it is no number"},
    {"gecos", COLUMN_TEXT, "", "Full name and remarks"},
    {"home", COLUMN_TEXT, "", "Home directory"},
    {"shell", COLUMN_TEXT, "", "Login shell; empty means /bin/sh"},
};

static const struct table account = {
    "account", "One row for each account of /etc/passwd, duplicates included.", columns,
    COUNT_OF(columns)};

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    (void)context;
    struct view fields[FIELDS] = {0}, rest;
    size_t count = colon_split(line->text, fields, FIELDS - 1, &rest);
    if (rest.ptr) /* the shell takes all that is left */
        fields[count++] = rest;
    bool is_nis = colon_is_nis(line);
    if (!is_nis && (count != FIELDS || (rest.len && memchr(rest.ptr, ':', rest.len))))
        reader_problem(facts, line->item, line->number, "a line of passwd has seven fields");
    if (!is_nis && count < FIELDS_NEEDED)
        return RC_OK;

    struct cell cells[COUNT_OF(columns)];
    for (size_t i = 0; i < FIELDS; i++)
        cells[i] = i < count || !is_nis ? cell_view(fields[i]) : cell_null();
    cells[1] = count > 1 ? cell_text(secret_parse(fields[1]).state) : cell_null();
    /* The numbers of a line of NIS come from the directory unless they stand here. */
    bool has_ids = !is_nis || fields[2].len || fields[3].len;
    cells[2] = has_ids ? colon_id(facts, line, fields[2], "user number") : cell_null();
    cells[3] = has_ids ? colon_id(facts, line, fields[3], "group number") : cell_null();
    return reader_row(facts, &account, cells, line->item, line->number);
}

static struct rc read_account(struct facts *facts)
{
    return reader_each_line(facts, reader_file(facts, "/etc/passwd"), "#", read_line, NULL);
}

static const struct table *const tables[] = {&account, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/passwd", .reduce = secret_reduce}};

const struct reader reader_account = {"account", tables, sources, COUNT_OF(sources), read_account};
