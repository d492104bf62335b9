/*
 * group: /etc/group, one row a group and one row a member named there. A user's primary group is
 * not named there: it stands in account.gid. Lines without a group number give no row, as glibc
 * skips them; they are a problem. Lines of NIS are kept with what they have.
 */
#include "sensor/facts/colon.h"

#define FIELDS 4

static const struct column group_columns[] = {
    {"name", COLUMN_TEXT, "", "Group name; lines of NIS keep their '+' or '-'"},
    {"password", COLUMN_TEXT, "", "State of the second field: shadow, empty, none, locked or set"},
    {"gid", COLUMN_INTEGER, "", "Group number; NULL when it is no number"},
};
static const struct column member_columns[] = {
    {"group_name", COLUMN_TEXT, "", "Group name"},
    {"member", COLUMN_TEXT, "", "Login name of a member"},
};

static const struct table user_group = {
    "user_group", "One row for each group of /etc/group, duplicates included.", group_columns,
    COUNT_OF(group_columns)};
static const struct table group_member = {"group_member",
                                          "One row for each member that /etc/group names.",
                                          member_columns, COUNT_OF(member_columns)};

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    (void)context;
    struct view fields[FIELDS] = {0}, rest;
    size_t count = colon_split(line->text, fields, FIELDS, &rest);
    bool is_nis = colon_is_nis(line);
    if (!is_nis && (count != FIELDS || rest.ptr))
        reader_problem(facts, line->item, line->number, "a line of group has four fields");
    if (!is_nis && count < 3) /* the system skips it too */
        return RC_OK;
    struct cell cells[] = {
        cell_view(fields[0]),
        count > 1 ? cell_text(secret_parse(fields[1]).state) : cell_null(),
        is_nis && !fields[2].len ? cell_null() : colon_id(facts, line, fields[2], "group number"),
    };
    TRY(reader_row(facts, &user_group, cells, line->item, line->number));
    return colon_names(facts, line, &group_member, fields[0], fields[3]);
}

static struct rc read_group(struct facts *facts)
{
    return reader_each_line(facts, reader_file(facts, "/etc/group"), "#", read_line, NULL);
}

static const struct table *const tables[] = {&user_group, &group_member, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/group", .reduce = secret_reduce}};

const struct reader reader_group = {"group", tables, sources, COUNT_OF(sources), read_group};
