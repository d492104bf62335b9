/*
 * file: table `file`: what lstat said of the paths that a check names. Filled anew for each check.
 * A path that is not there has no row; a pattern that could not be listed is a source not read.
 */
#include "sensor/facts/filling.h"

#include <string.h>

static const struct column columns[] = {
    {"path", COLUMN_TEXT, "", "Absolute path"},
    {"type", COLUMN_TEXT, "", "file, directory, link, char, block, fifo or socket"},
    {"mode", COLUMN_INTEGER, "",
     "Permission bits with set-uid, set-gid and sticky, as a number; "
     "printf('%04o', mode) shows it in octal"},
    {"uid", COLUMN_INTEGER, "", "Number of the owner"},
    {"gid", COLUMN_INTEGER, "", "Number of the group"},
    {"user", COLUMN_TEXT, "", "The owner's name on the target; NULL when it has none"},
    {"group_name", COLUMN_TEXT, "", "The group's name on the target; NULL when it has none"},
    {"size", COLUMN_INTEGER, "bytes", "Size"},
    {"mtime", COLUMN_INTEGER, "seconds since 1970", "Time of the last change of its content"},
    {"nlink", COLUMN_INTEGER, "", "Number of names (hard links)"},
    {"link", COLUMN_TEXT, "", "Where a symbolic link points; NULL for other types"},
    {"real_type", COLUMN_TEXT, "",
     "Type of what opening the path reaches: the thing itself or, for a link, what it leads to "
     "inside the target; absent: a link that leads nowhere; NULL: not known"},
    {"real_mode", COLUMN_INTEGER, "", "Its permission bits; NULL where real_type has no thing"},
    {"real_uid", COLUMN_INTEGER, "", "Number of its owner"},
    {"real_gid", COLUMN_INTEGER, "", "Number of its group"},
    {"real_user", COLUMN_TEXT, "", "Its owner's name"},
    {"real_group", COLUMN_TEXT, "", "Its group's name"},
};

const struct table table_file = {
    "file", "One row for each thing that exists among the `paths:` of the check being judged.",
    columns, COUNT_OF(columns)};

/* A path of its own, or a match of a pattern. */
static struct rc add_file(struct facts *facts, const char *path)
{
    const struct item *item = used_note(facts, bundle_find(facts->bundle, ITEM_STAT, path), path);
    struct stat_fact fact;
    if (!item || item->status != ITEM_OK)
        return RC_OK;
    if (failed(stat_decode(facts->arena, item->bytes, &fact))) {
        reader_problem(facts, item, 0, "%s", fault_text());
        return RC_OK;
    }
    bool is_link = strcmp(fact.type, "link") == 0;
    if (!is_link)
        fact.real = (struct stat_real){fact.type, fact.mode, fact.uid, fact.gid};
    bool is_real = fact.real.type && strcmp(fact.real.type, STAT_REAL_ABSENT) != 0;
    struct cell none = cell_null();
    struct cell cells[] = {
        cell_text(path),
        cell_text(fact.type),
        cell_integer(fact.mode),
        cell_integer(fact.uid),
        cell_integer(fact.gid),
        cell_text(names_user(facts, fact.uid)),
        cell_text(names_group(facts, fact.gid)),
        cell_integer(fact.size),
        cell_integer(fact.mtime),
        cell_integer(fact.nlink),
        is_link ? cell_text(fact.link) : none,
        cell_text(fact.real.type),
        is_real ? cell_integer(fact.real.mode) : none,
        is_real ? cell_integer(fact.real.uid) : none,
        is_real ? cell_integer(fact.real.gid) : none,
        is_real ? cell_text(names_user(facts, fact.real.uid)) : none,
        is_real ? cell_text(names_group(facts, fact.real.gid)) : none,
    };
    return reader_row(facts, &table_file, cells, item, 0);
}

/* The list that a pattern gave is a source too: where it was denied, files may be missing. */
static struct rc add_path(struct facts *facts, const char *path)
{
    const char *const *paths;
    size_t count;
    if (!strpbrk(path, "*?["))
        return add_file(facts, path);
    TRY(reader_files(facts, path, &paths, &count));
    for (size_t i = 0; i < count; i++)
        TRY(add_file(facts, paths[i]));
    return RC_OK;
}

struct rc facts_fill_file(struct facts *facts, const char *const *paths, size_t count)
{
    struct use_list *uses = &facts->uses[facts->reader_count];
    used_clear(uses);
    struct rc rc = RC_OK;
    filling_begin(facts, uses);
    filling_empty(facts, &table_file);
    for (size_t i = 0; i < count && !failed(rc); i++)
        rc = add_path(facts, paths[i]);
    names_note(facts);
    return filling_end(facts, rc);
}
