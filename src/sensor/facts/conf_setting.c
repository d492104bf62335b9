/*
 * conf_setting: the line format of /etc/security/{pwquality,faillock}.conf.
 *
 * A '#' anywhere begins a comment; the key ends at white space or '='; at most one '=' (with white
 * space around it) stands before the value; the value is the rest of the line, trimmed. White space
 * is that of C's isspace, so the CR of a CRLF file is harmless here.
 */
#include "sensor/facts/conf_setting.h"

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
    const char *hash = v.len ? memchr(v.ptr, '#', v.len) : NULL;
    if (hash)
        v.len = (size_t)(hash - v.ptr);
    return v;
}

static void split(struct view text, struct conf_setting *out)
{
    size_t end = 0;
    while (end < text.len && !is_space(text.ptr[end]) && text.ptr[end] != '=')
        end++;
    out->key = (struct view){text.ptr, end};
    struct view rest = trimmed(view_from(text, end));
    if (rest.len && rest.ptr[0] == '=')
        rest = view_from(rest, 1);
    out->value = trimmed(rest);
}

bool conf_setting_next(struct view *rest, uint32_t *line, struct conf_setting *out)
{
    struct view raw;
    while (view_line(rest, &raw)) {
        ++*line;
        *out = (struct conf_setting){.line = *line, .too_long = raw.len > CONF_SETTING_LINE_MAX};
        if (out->too_long)
            return true;
        struct view text = trimmed(without_comment(raw));
        if (text.len) {
            split(text, out);
            return true;
        }
    }
    return false;
}
