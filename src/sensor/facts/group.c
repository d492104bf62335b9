/* group: /etc/group, one row a group and one row a member named there. A user's primary group is
 * not named there: it stands in account.gid. */
#include "sensor/facts/reader.h"

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

static struct cell gid_cell(struct facts *facts, const struct reader_line *line, struct view field,
                            bool is_nis)
{
    struct cell cell = cell_number(field);
    if (cell.kind == CELL_INTEGER && cell.integer >= 0 && cell.integer <= UINT32_MAX)
        return cell;
    if (!is_nis)
        reader_problem(facts, line->item, line->number, "the group number is no number");
    return cell_null();
}

static struct rc add_members(struct facts *facts, const struct reader_line *line, struct view name,
                             struct view members)
{
    struct view member;
    while (view_cut(&members, ',', &member)) {
        member = view_trim(member);
        struct cell cells[] = {cell_view(name), cell_view(member)};
        if (member.len)
            TRY(reader_row(facts, &group_member, cells, line->item, line->number));
    }
    return RC_OK;
}

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    (void)context;
    struct view fields[FIELDS] = {0}, rest = line->text;
    size_t count = 0;
    while (count < FIELDS && view_cut(&rest, ':', &fields[count]))
        count++;
    bool is_nis = line->text.ptr[0] == '+' || line->text.ptr[0] == '-';
    if (!is_nis && (count != FIELDS || rest.ptr))
        reader_problem(facts, line->item, line->number, "a line of group has four fields");
    if (!is_nis && count < 3)
        return RC_OK;
    struct cell cells[] = {
        cell_view(fields[0]),
        count > 1 ? cell_text(secret_parse(fields[1]).state) : cell_null(),
        gid_cell(facts, line, fields[2], is_nis),
    };
    TRY(reader_row(facts, &user_group, cells, line->item, line->number));
    return add_members(facts, line, fields[0], fields[3]);
}

static struct rc read_group(struct facts *facts)
{
    return reader_each_line(facts, reader_file(facts, "/etc/group"), "#", read_line, NULL);
}

static const struct table *const tables[] = {&user_group, &group_member, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/group", .reduce = secret_reduce}};

const struct reader reader_group = {"group", tables, sources, COUNT_OF(sources), read_group};
