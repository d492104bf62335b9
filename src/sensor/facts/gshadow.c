/*
 * gshadow: /etc/gshadow: the password of a group and who administers it. Its members repeat
 * /etc/group and are not kept. An empty password means that none is asked of members and no one
 * else gets in, yet it is shown as `empty`: to judge it is the business of checks.
 */
#include "sensor/facts/colon.h"

#define FIELDS 4

static const struct column password_columns[] = {
    {"name", COLUMN_TEXT, "", "Group name"},
    {"state", COLUMN_TEXT, "", "empty, none, locked or set: as in shadow.state"},
    {"algorithm", COLUMN_TEXT, "", "As in shadow.algorithm; NULL without a hash"},
};
static const struct column admin_columns[] = {
    {"group_name", COLUMN_TEXT, "", "Group name"},
    {"admin", COLUMN_TEXT, "", "Login name of one who may change its members"},
};

static const struct table group_password = {
    "group_password", "One row for each line of /etc/gshadow; hashes are never kept.",
    password_columns, COUNT_OF(password_columns)};
static const struct table group_admin = {"group_admin",
                                         "One row for each administrator that /etc/gshadow names.",
                                         admin_columns, COUNT_OF(admin_columns)};

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    (void)context;
    struct view fields[FIELDS] = {0}, rest;
    size_t count = colon_split(line->text, fields, FIELDS, &rest);
    bool is_nis = colon_is_nis(line);
    if (!is_nis && (count != FIELDS || rest.ptr))
        reader_problem(facts, line->item, line->number, "a line of gshadow has four fields");
    if (count < 2 && !is_nis)
        return RC_OK;
    struct secret secret = secret_parse(fields[1]);
    /* "x" refers nowhere from here: no password matches it. */
    struct cell cells[] = {
        cell_view(fields[0]),
        count > 1 ? cell_text(view_is(fields[1], "x") ? "none" : secret.state) : cell_null(),
        secret.algorithm.ptr ? cell_view(secret.algorithm) : cell_null(),
    };
    TRY(reader_row(facts, &group_password, cells, line->item, line->number));
    return colon_names(facts, line, &group_admin, fields[0], fields[2]);
}

static struct rc read_gshadow(struct facts *facts)
{
    return reader_each_line(facts, reader_file(facts, "/etc/gshadow"), "#", read_line, NULL);
}

static const struct table *const tables[] = {&group_password, &group_admin, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/gshadow", .reduce = secret_reduce}};

const struct reader reader_gshadow = {"gshadow", tables, sources, COUNT_OF(sources), read_gshadow};
