/*
 * sudoers_word: logical lines and words of sudoers(5), as sudo's scanner takes them.
 *
 * A '\' at the end of a line joins it with the next, inside quotes without the blanks that follow;
 * a comment is never joined. '#' opens a comment unless digits follow (a uid). Limits: a logical
 * line of READER_LINE_MAX bytes is cut there by the caller's check.
 */
#include "sensor/facts/sudoers.h"

#include <string.h>

/* ---- logical lines --------------------------------------------------------------------- */

static bool is_comment(const char *at, const char *end)
{
    if (at + 1 < end && at[1] == '-')
        at++;
    return at + 1 >= end || at[1] < '0' || at[1] > '9';
}

/* Whether a line goes on in the next: its last '\' is not part of a comment. */
static bool goes_on(struct view line, bool *in_quotes)
{
    const char *end = line.ptr + line.len;
    for (const char *at = line.ptr; at < end; at++) {
        if (*at == '\\') {
            if (++at == end)
                return true;
        } else if (*at == '"') {
            *in_quotes = !*in_quotes;
        } else if (*at == '#' && !*in_quotes && is_comment(at, end)) {
            return false;
        }
    }
    return false;
}

/* Blanks may stand behind the joining '\'. */
static struct view without_tail(struct view line)
{
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    struct view bare = line;
    while (bare.len && (bare.ptr[bare.len - 1] == ' ' || bare.ptr[bare.len - 1] == '\t'))
        bare.len--;
    return bare.len && bare.ptr[bare.len - 1] == '\\' ? bare : line;
}

bool sudoers_logical(struct arena *arena, struct view *rest, uint32_t *next, char **text,
                     uint32_t *line)
{
    struct view raw;
    struct buf whole = {0};
    bool in_quotes = false, again = true;
    *line = *next;
    if (!view_line(rest, &raw))
        return false;
    do {
        ++*next;
        raw = without_tail(raw);
        again = goes_on(raw, &in_quotes);
        buf_add(&whole, raw.ptr, raw.len - again);
        if (again)
            buf_add_char(&whole, '\n');
    } while (again && view_line(rest, &raw));
    *text = view_text(arena, buf_view(&whole));
    buf_free(&whole);
    return true;
}

/* ---- words ----------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void step(struct sudoers_cursor *cursor)
{
    cursor->line += *cursor->at++ == '\n';
}

void sudoers_skip(struct sudoers_cursor *cursor)
{
    while (is_blank(*cursor->at))
        step(cursor);
    if (*cursor->at == '#') {
        const char *end = cursor->at + strnlen(cursor->at, 3);
        if (is_comment(cursor->at, end))
            cursor->at += strlen(cursor->at);
    }
}

bool sudoers_take(struct sudoers_cursor *cursor, char c)
{
    sudoers_skip(cursor);
    if (*cursor->at != c || c == '\0')
        return false;
    cursor->at++;
    return true;
}

bool sudoers_at_end(struct sudoers_cursor *cursor)
{
    sudoers_skip(cursor);
    return *cursor->at == '\0';
}

void sudoers_fail(struct sudoers_cursor *cursor, const char *why)
{
    if (!cursor->error)
        cursor->error = why;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* At a '\': adds what the escape means. */
static void add_escaped(struct sudoers_cursor *cursor, struct buf *out)
{
    const char *at = ++cursor->at;
    if (*at == 'x' && hex(at[1]) >= 0 && hex(at[2]) >= 0 && (at[1] != '0' || at[2] != '0')) {
        buf_add_char(out, (char)(hex(at[1]) * 16 + hex(at[2])));
        cursor->at += 3;
    } else if (*at) {
        buf_add_char(out, *at);
        step(cursor);
    }
}

static const char *finish(struct sudoers_cursor *cursor, struct buf *out)
{
    const char *text = view_text(cursor->arena, buf_view(out));
    buf_free(out);
    return text;
}

const char *sudoers_word(struct sudoers_cursor *cursor, const char *stops)
{
    struct buf out = {0};
    while (*cursor->at && !is_blank(*cursor->at) && !strchr(stops, *cursor->at)) {
        if (*cursor->at == '\\')
            add_escaped(cursor, &out);
        else
            buf_add_char(&out, *cursor->at++);
    }
    return finish(cursor, &out);
}

const char *sudoers_quoted(struct sudoers_cursor *cursor)
{
    struct buf out = {0};
    cursor->at++;
    while (*cursor->at && *cursor->at != '"') {
        if (*cursor->at == '\n') {
            while (is_blank(*cursor->at))
                step(cursor);
        } else if (*cursor->at == '\\' && (cursor->at[1] == '"' || cursor->at[1] == '\\')) {
            buf_add_char(&out, cursor->at[1]);
            cursor->at += 2;
        } else {
            buf_add_char(&out, *cursor->at++);
        }
    }
    if (*cursor->at)
        cursor->at++;
    else
        sudoers_fail(cursor, "a quote is not closed");
    return finish(cursor, &out);
}

/* ---- commands -------------------------------------------------------------------------- */

/* Characters that a '\' protects in commands; before others it stays, for fnmatch. */
static void add_of_command(struct sudoers_cursor *cursor, struct buf *out)
{
    if (*cursor->at == '\\' && cursor->at[1] && strchr("\\:,= \t#", cursor->at[1]))
        cursor->at++;
    else if (*cursor->at == '\\' && cursor->at[1] && !is_blank(cursor->at[1]))
        buf_add_char(out, *cursor->at++);
    buf_add_char(out, *cursor->at);
    step(cursor);
}

/* ^...$, in which nothing but '#' and '$' is special. */
static void add_regex(struct sudoers_cursor *cursor, struct buf *out)
{
    while (*cursor->at && *cursor->at != '\n') {
        char c = *cursor->at;
        if (c == '\\' && cursor->at[1])
            buf_add_char(out, *cursor->at++);
        buf_add_char(out, *cursor->at++);
        if (c == '$')
            return;
    }
    sudoers_fail(cursor, "a regular expression lacks its $");
}

static void add_arguments(struct sudoers_cursor *cursor, struct buf *out)
{
    sudoers_skip(cursor);
    if (!*cursor->at || strchr("#:,=", *cursor->at))
        return;
    buf_add_char(out, ' ');
    if (*cursor->at == '^') {
        add_regex(cursor, out);
        return;
    }
    while (*cursor->at && !strchr("#:,=", *cursor->at)) {
        if (is_blank(*cursor->at)) {
            bool is_joint = false; /* blanks around a joint are one */
            while (is_blank(*cursor->at)) {
                is_joint = is_joint || *cursor->at == '\n';
                if (!is_joint)
                    buf_add_char(out, *cursor->at);
                step(cursor);
            }
            if (is_joint && out->len && !is_blank(out->ptr[out->len - 1]))
                buf_add_char(out, ' ');
        } else {
            add_of_command(cursor, out);
        }
    }
    while (out->len && is_blank(out->ptr[out->len - 1]))
        out->len--;
}

const char *sudoers_command(struct sudoers_cursor *cursor, bool with_arguments)
{
    struct buf out = {0};
    if (*cursor->at == '^')
        add_regex(cursor, &out);
    else
        while (*cursor->at && !is_blank(*cursor->at) && !strchr("#:,=", *cursor->at))
            add_of_command(cursor, &out);
    bool is_folder = out.len && out.ptr[out.len - 1] == '/';
    if (with_arguments && !is_folder)
        add_arguments(cursor, &out);
    return finish(cursor, &out);
}
