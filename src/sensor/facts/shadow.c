/*
 * shadow: /etc/shadow, whose hashes were reduced to tokens when it was collected. Dates are days
 * since 1970; an empty field and -1 both mean "not set" and are NULL.
 */
#include "sensor/facts/colon.h"

#define FIELDS 9

static const struct column columns[] = {
    {"name", COLUMN_TEXT, "", "Login name"},
    {"state", COLUMN_TEXT, "",
     "empty: no password is asked; none: no password matches; locked: '!' or '*' before a hash; "
     "set: a hash"},
    {"algorithm", COLUMN_TEXT, "",
     "md5 blowfish sha256 sha512 yescrypt gost-yescrypt scrypt sm3 sm3-yescrypt des bsdi unknown; "
     "NULL without a hash"},
    {"rounds", COLUMN_INTEGER, "rounds",
     "Rounds of the hash (2 to the cost for blowfish); NULL where they are not told"},
    {"last_change", COLUMN_INTEGER, "days since 1970", "Day of the last change; 0: must change"},
    {"min_days", COLUMN_INTEGER, "days", "Days before a password may be changed; NULL: not set"},
    {"max_days", COLUMN_INTEGER, "days", "Days after which it must be changed; NULL: never"},
    {"warn_days", COLUMN_INTEGER, "days", "Days of warning before; NULL: not set"},
    {"inactive_days", COLUMN_INTEGER, "days", "Days of grace after; NULL: no end"},
    {"expire_day", COLUMN_INTEGER, "days since 1970", "Day the account expires; NULL: never"},
};

static const struct table shadow = {
    "shadow", "One row for each line of /etc/shadow; hashes are never kept, only their kind.",
    columns, COUNT_OF(columns)};

/* NULL where nothing is set. -1 must not stay a number: it would pass for "at most 90 days". */
static struct cell days_cell(struct facts *facts, const struct reader_line *line, struct view field)
{
    struct cell cell = cell_number(field);
    if (cell.kind == CELL_INTEGER && cell.integer >= 0 && cell.integer <= INT32_MAX)
        return cell;
    bool is_unset = view_trim(field).len == 0 || (cell.kind == CELL_INTEGER && cell.integer == -1);
    if (!is_unset)
        reader_problem(facts, line->item, line->number, "a field is no number of days");
    return cell_null();
}

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    (void)context;
    struct view fields[FIELDS] = {0}, rest;
    size_t count = colon_split(line->text, fields, FIELDS, &rest);
    bool is_nis = colon_is_nis(line);
    if (!is_nis && (count != FIELDS || rest.ptr))
        reader_problem(facts, line->item, line->number, "a line of shadow has nine fields");
    if (count < 2 && !is_nis) /* nothing is known of its password */
        return RC_OK;

    struct secret secret = secret_parse(fields[1]);
    bool is_x = view_is(fields[1], "x"); /* here it refers to nothing */
    struct cell cells[COUNT_OF(columns)] = {
        cell_view(fields[0]),
        count > 1 ? cell_text(is_x ? "none" : secret.state) : cell_null(),
        secret.algorithm.ptr ? cell_view(secret.algorithm) : cell_null(),
        secret.rounds ? cell_integer(secret.rounds) : cell_null(),
    };
    for (size_t i = 0; i < 6; i++)
        cells[4 + i] = days_cell(facts, line, fields[2 + i]);
    return reader_row(facts, &shadow, cells, line->item, line->number);
}

static struct rc read_shadow(struct facts *facts)
{
    return reader_each_line(facts, reader_file(facts, "/etc/shadow"), "#", read_line, NULL);
}

static const struct table *const tables[] = {&shadow, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/shadow", .reduce = secret_reduce_shadow}};

const struct reader reader_shadow = {"shadow", tables, sources, COUNT_OF(sources), read_shadow};
