/*
 * mysql_file: one line of an option file, as my_default.c of MySQL and MariaDB reads it.
 *
 *   [group]        key        key = value        # comment        ; comment
 *   !include FILE  !includedir FOLDER
 *
 * A '#' outside of quotes ends the value; a value within quotes loses them; \n \t \r \b \s \" \' \\
 * are escapes, other backslashes stay.
 */
#include "sensor/facts/mysql.h"

#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct view trimmed(struct view v)
{
    while (v.len && is_space(v.ptr[0]))
        v = view_from(v, 1);
    while (v.len && is_space(v.ptr[v.len - 1]))
        v.len--;
    return v;
}

static struct view without_comment(struct view v)
{
    char quote = '\0';
    bool escaped = false;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if ((c == '\'' || c == '"') && !escaped)
            quote = !quote ? c : quote == c ? '\0' : quote;
        if (!quote && c == '#')
            return (struct view){v.ptr, i};
        escaped = quote && c == '\\' && !escaped;
    }
    return v;
}

static const char *unescape(struct arena *arena, struct view v)
{
    static const char names[] = "ntrbs\"'\\", bytes[] = "\n\t\r\b \"'\\";
    char *out = arena_take(arena, v.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < v.len; i++) {
        const char *known = v.ptr[i] == '\\' && i + 1 < v.len
                                ? memchr(names, v.ptr[i + 1], sizeof names - 1)
                                : NULL;
        out[n++] = known ? bytes[known - names] : v.ptr[i];
        i += known != NULL;
    }
    return out;
}

static struct mysql_line parse_option(struct arena *arena, struct view text)
{
    struct view value = without_comment(text), key;
    view_cut(&value, '=', &key);
    struct mysql_line line = {.kind = MYSQL_OPTION, .name = view_text(arena, trimmed(key))};
    if (!value.ptr)
        return line;
    value = trimmed(value);
    char first = value.len > 1 ? value.ptr[0] : '\0';
    if ((first == '\'' || first == '"') && value.ptr[value.len - 1] == first)
        value = (struct view){value.ptr + 1, value.len - 2};
    line.value = unescape(arena, value);
    return line;
}

static struct mysql_line parse_directive(struct arena *arena, struct view text)
{
    static const struct {
        const char *word;
        enum mysql_line_kind kind;
    } words[] = {{"!includedir", MYSQL_INCLUDE_DIR}, {"!include", MYSQL_INCLUDE}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct view rest = view_from(text, strlen(words[i].word));
        if (!view_starts(text, words[i].word) || rest.len == 0 || !is_space(rest.ptr[0]))
            continue;
        const char *path = view_text(arena, trimmed(rest));
        return (struct mysql_line){.kind = words[i].kind, .value = path};
    }
    return (struct mysql_line){.kind = MYSQL_NOTHING}; /* other directives are passed over */
}

struct mysql_line mysql_line_parse(struct arena *arena, struct view raw)
{
    struct view text = trimmed(raw);
    if (text.len == 0 || text.ptr[0] == '#' || text.ptr[0] == ';')
        return (struct mysql_line){.kind = MYSQL_NOTHING};
    if (text.ptr[0] == '!')
        return parse_directive(arena, text);
    if (text.ptr[0] != '[')
        return parse_option(arena, text);
    const char *end = memchr(text.ptr, ']', text.len);
    if (!end)
        return (struct mysql_line){.kind = MYSQL_BAD};
    struct view name = {text.ptr + 1, (size_t)(end - text.ptr - 1)};
    return (struct mysql_line){.kind = MYSQL_GROUP, .name = view_text(arena, trimmed(name))};
}
