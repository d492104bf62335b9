/*
 * login_defs: /etc/login.defs, as shadow-utils' getdef.c reads it: "KEY value", # only at the start
 * of a line, a value ends at its closing quote, the last line of a key wins. A remark behind a
 * value belongs to the value (and makes it invalid to shadow-utils). A key without a value has no
 * effect.
 */
#include "sensor/facts/reader.h"

#include <string.h>

static const struct column columns[] = {
    {"key", COLUMN_TEXT, "", "Name of the setting, as written"},
    {"value", COLUMN_TEXT, "", "Its value without quotes; NULL where a line has a key only"},
    {"effective", COLUMN_INTEGER, "", "1 for the line that wins: the last one of its key"},
};

static const struct table login_defs = {
    "login_defs", "One row for each setting of /etc/login.defs.", columns, COUNT_OF(columns)};

static struct view value_of(struct view rest)
{
    while (rest.len && strchr(" \t\"", rest.ptr[0]))
        rest = view_from(rest, 1);
    const char *quote = rest.len ? memchr(rest.ptr, '"', rest.len) : NULL;
    if (quote)
        rest.len = (size_t)(quote - rest.ptr);
    return rest;
}

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    (void)facts;
    struct view rest = line->text, key;
    if (!view_word(&rest, &key))
        return RC_OK;
    struct view value = rest.len ? value_of(rest) : (struct view){NULL, 0};
    settings_add(context, key, value, line->item, line->number);
    return RC_OK;
}

static struct rc read_login_defs(struct facts *facts)
{
    struct settings *settings = settings_new(facts, &login_defs, false);
    const struct item *item = reader_file(facts, "/etc/login.defs");
    struct rc rc = reader_each_line(facts, item, "#", read_line, settings);
    struct rc ended = settings_end(settings);
    return failed(rc) ? rc : ended;
}

static const struct table *const tables[] = {&login_defs, NULL};
static const struct source sources[] = {{.kind = ITEM_FILE, .pattern = "/etc/login.defs"}};

const struct reader reader_login_defs = {"login_defs", tables, sources, COUNT_OF(sources),
                                         read_login_defs};
