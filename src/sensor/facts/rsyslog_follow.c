/*
 * rsyslog_follow: the files that a configuration of rsyslog includes, for collecting them. Whatever
 * looks like an include is fetched, in a comment too; what of it counts, the parser decides.
 */
#include "sensor/facts/rsyslog.h"

#include <string.h>

#define FOLLOW_MAX 4096 /* bytes of one include */

static void add_pattern(struct view pattern, void (*add)(void *context, const char *pattern),
                        void *context)
{
    struct buf text = {0};
    if (pattern.len == 0 || pattern.ptr[0] != '/' || memchr(pattern.ptr, '\0', pattern.len))
        return;
    buf_add_view(&text, pattern);
    if (view_ends(pattern, "/"))
        buf_add_char(&text, '*');
    add(context, text.ptr);
    buf_free(&text);
}

static bool is_prefix_nocase(struct view v, const char *prefix)
{
    size_t n = strlen(prefix);
    return v.len >= n && view_is_nocase((struct view){v.ptr, n}, prefix);
}

/* The value of file= in the text of an include(); empty when there is none. */
static struct view file_of_include(struct view text)
{
    if (!view_starts(view_trim(view_from(text, strlen("include"))), "("))
        return (struct view){"", 0};
    for (; text.len; text = view_from(text, 1)) {
        if (!is_prefix_nocase(text, "file"))
            continue;
        struct view rest = view_trim(view_from(text, strlen("file"))), value;
        if (!view_starts(rest, "="))
            continue;
        rest = view_trim(view_from(rest, 1));
        if (view_starts(rest, "\"") && view_cut(&rest, '"', &value) && view_cut(&rest, '"', &value))
            return value;
    }
    return (struct view){"", 0};
}

void rsyslog_follow(const char *path, struct view bytes,
                    void (*add)(void *context, const char *pattern), void *context)
{
    (void)path;
    for (struct view rest = bytes; rest.len; rest = view_from(rest, 1)) {
        struct view found, line = rest;
        line.len = line.len > FOLLOW_MAX ? FOLLOW_MAX : line.len;
        if (is_prefix_nocase(rest, "$IncludeConfig") && view_line(&line, &found)) {
            add_pattern(view_trim(view_from(found, strlen("$IncludeConfig"))), add, context);
        } else if (is_prefix_nocase(rest, "include") && view_cut(&line, ')', &found)) {
            add_pattern(file_of_include(found), add, context);
        }
    }
}
