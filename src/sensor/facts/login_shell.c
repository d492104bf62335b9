/*
 * login_shell: /etc/shells, the programs that count as a login shell (shells(5)), as glibc's
 * getusershell reads it: a path begins at the first '/' of a line and ends at a blank or '#'.
 * Limits: the folder /etc/shells.d of newer systems is not read.
 */
#include "sensor/facts/reader.h"

#define PATH "/etc/shells"

static const struct column columns[] = {
    {"path", COLUMN_TEXT, "", "Absolute path of a shell"},
};

static const struct table login_shell = {
    .name = "login_shell",
    .doc = "One row for each shell that " PATH " lists.",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    (void)context;
    struct view text = line->text;
    size_t start = 0;
    while (start < text.len && text.ptr[start] != '/' && text.ptr[start] != '#')
        start++;
    struct view path = view_from(text, start);
    size_t end = 0;
    while (end < path.len && path.ptr[end] != ' ' && path.ptr[end] != '\t' && path.ptr[end] != '#')
        end++;
    path.len = end;
    if (path.len == 0) {
        reader_problem(facts, line->item, line->number, "a line of shells names an absolute path");
        return RC_OK;
    }
    struct cell cells[] = {cell_view(path)};
    return reader_row(facts, &login_shell, cells, line->item, line->number);
}

static struct rc read_login_shells(struct facts *facts)
{
    return reader_each_line(facts, reader_file(facts, PATH), "#", read_line, NULL);
}

static const struct table *const tables[] = {&login_shell, NULL};
static const struct source sources[] = {{.kind = ITEM_FILE, .pattern = PATH, .max = 1 << 20}};

const struct reader reader_login_shell = {"login_shell", tables, sources, COUNT_OF(sources),
                                          read_login_shells};
