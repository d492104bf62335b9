/*
 * nginx_token: the words of an nginx configuration, as ngx_conf_read_token has them.
 *
 *   name word "quoted word" 'quoted' wo\ rd ${variable};        # comment
 *
 * A word ends at a blank, ';' or '{' outside of quotes; behind a closing quote one of these or ')'
 * must stand. In all words \" \' \\ \t \r \n are escapes and other backslashes stay.
 */
#include "sensor/facts/nginx.h"

#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char take(struct nginx_tokens *t)
{
    char c = t->rest.ptr[0];
    t->line += c == '\n';
    t->rest = view_from(t->rest, 1);
    return c;
}

static void skip_blanks(struct nginx_tokens *t)
{
    bool comment = false;
    while (t->rest.len) {
        char c = t->rest.ptr[0];
        comment = c == '\n' ? false : comment || c == '#';
        if (!comment && !is_space(c))
            return;
        take(t);
    }
}

static const char *unescape(struct arena *arena, struct view v)
{
    static const char names[] = "\"'\\trn", bytes[] = "\"'\\\t\r\n";
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

/* Up to the closing quote, which is taken; false when there is none. */
static bool take_quoted(struct nginx_tokens *t, struct view *out)
{
    char quote = take(t);
    const char *start = t->rest.ptr;
    while (t->rest.len && t->rest.ptr[0] != quote) {
        if (take(t) == '\\' && t->rest.len)
            take(t);
    }
    *out = (struct view){start, (size_t)(t->rest.ptr - start)};
    if (t->rest.len == 0)
        return false;
    take(t);
    return true;
}

/* "${name}" keeps its brace; everything else ends at one. */
static struct view take_bare(struct nginx_tokens *t)
{
    const char *start = t->rest.ptr;
    bool variable = false;
    while (t->rest.len) {
        char c = t->rest.ptr[0];
        if (is_space(c) || c == ';' || (c == '{' && !variable))
            break;
        variable = c == '$';
        take(t);
        if (c == '\\' && t->rest.len)
            take(t);
    }
    return (struct view){start, (size_t)(t->rest.ptr - start)};
}

static bool ends_word(struct view rest)
{
    return rest.len == 0 || is_space(rest.ptr[0]) || strchr(";{)", rest.ptr[0]);
}

/* One word onto the list; NULL, or what is wrong with it. */
static const char *take_word(struct nginx_tokens *t, size_t *count)
{
    struct view word;
    bool quoted = t->rest.ptr[0] == '"' || t->rest.ptr[0] == '\'';
    if (*count == NGINX_ARGUMENTS_MAX)
        return "too many words";
    if (quoted && !take_quoted(t, &word))
        return "a quote that is not closed";
    if (quoted && !ends_word(t->rest))
        return "something follows a closing quote";
    if (!quoted)
        word = take_bare(t);
    t->words[(*count)++] = unescape(t->arena, word);
    return NULL;
}

static enum nginx_end give(struct nginx_tokens *t, size_t count, struct nginx_statement *out,
                           enum nginx_end end)
{
    out->count = count;
    out->words = arena_take(t->arena, (count + 1) * sizeof *out->words);
    if (count)
        memcpy(out->words, t->words, count * sizeof *out->words);
    return end;
}

static enum nginx_end refuse(struct nginx_statement *out, const char *what)
{
    out->bad = what;
    return NGINX_BAD;
}

enum nginx_end nginx_next(struct nginx_tokens *t, struct nginx_statement *out)
{
    size_t count = 0;
    skip_blanks(t);
    *out = (struct nginx_statement){.line = t->line};
    for (;; skip_blanks(t)) {
        char c = t->rest.len ? t->rest.ptr[0] : '\0';
        if (t->rest.len == 0)
            return count ? refuse(out, "the file ends within a directive")
                         : give(t, 0, out, NGINX_EOF);
        if (c == '}' && count)
            return refuse(out, "a closing brace within a directive");
        if ((c == ';' || c == '{') && count == 0)
            return refuse(out, "a semicolon or brace without a directive");
        if (c == ';' || c == '{' || c == '}') {
            take(t);
            return give(t, count, out,
                        c == ';'   ? NGINX_SEMICOLON
                        : c == '{' ? NGINX_OPEN
                                   : NGINX_CLOSE);
        }
        const char *bad = take_word(t, &count);
        if (bad)
            return refuse(out, bad);
    }
}
