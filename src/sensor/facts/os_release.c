/*
 * os_release: os-release(5). /usr/lib/os-release is read only where /etc/os-release is absent;
 * where that one is denied nobody can tell. Values follow the shell's quoting, nothing is expanded;
 * of a key that repeats, the last line counts.
 */
#include "sensor/facts/reader.h"

#include <string.h>

static const struct column columns[] = {
    {"key", COLUMN_TEXT, "", "ID, VERSION_ID, PRETTY_NAME, ..."},
    {"value", COLUMN_TEXT, "", "Its value without quotes and escapes"},
};

static const struct table os_release = {
    "os_release", "What the system says it is: one row for each key of os-release.", columns,
    COUNT_OF(columns)};

/* A name of a shell variable. */
static bool is_key(struct view key)
{
    if (key.len == 0 || (key.ptr[0] >= '0' && key.ptr[0] <= '9'))
        return false;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_'))
            return false;
    }
    return true;
}

/* Takes quotes and escapes off a value; false where the shell would not see one word. */
static bool unquote(struct view raw, char *out, size_t *length)
{
    char quote = raw.len && (raw.ptr[0] == '"' || raw.ptr[0] == '\'') ? raw.ptr[0] : '\0';
    size_t i = quote ? 1 : 0, n = 0;
    for (; i < raw.len && (!quote || raw.ptr[i] != quote); i++) {
        if (!quote && strchr(" \t;&|<>()\"'`$", raw.ptr[i]))
            return false;
        bool is_escape = raw.ptr[i] == '\\' && quote != '\'' && i + 1 < raw.len &&
                         (!quote || strchr("$\"\\`", raw.ptr[i + 1]));
        out[n++] = raw.ptr[is_escape ? ++i : i];
    }
    *length = n;
    return quote ? i + 1 == raw.len : true;
}

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    struct view value = line->text, key;
    if (!view_cut(&value, '=', &key) || !value.ptr || !is_key(key)) {
        reader_problem(facts, line->item, line->number, "no line of the form KEY=value");
        return RC_OK;
    }
    char *text = arena_take(reader_arena(facts), value.len + 1);
    size_t length;
    if (!unquote(value, text, &length)) {
        reader_problem(facts, line->item, line->number, "the value is not quoted as a shell needs");
        return RC_OK;
    }
    settings_add(context, key, (struct view){text, length}, line->item, line->number);
    return RC_OK;
}

static struct rc read_os_release(struct facts *facts)
{
    struct settings *settings = settings_new(facts, &os_release, true);
    const struct item *item = reader_file(facts, "/etc/os-release");
    if (item && item->status == ITEM_ABSENT)
        item = reader_file(facts, "/usr/lib/os-release");
    struct rc rc = reader_each_line(facts, item, "#", read_line, settings);
    struct rc ended = settings_end(settings);
    return failed(rc) ? rc : ended;
}

static const struct table *const tables[] = {&os_release, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/os-release", .max = 1 << 20},
    {.kind = ITEM_FILE, .pattern = "/usr/lib/os-release", .max = 1 << 20}};

const struct reader reader_os_release = {"os_release", tables, sources, COUNT_OF(sources),
                                         read_os_release};
