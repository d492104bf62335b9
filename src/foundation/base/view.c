/* view: borrowed bytes and cursors over them. */
#include "foundation/base/base.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

struct view view_of(const char *text)
{
    return (struct view){text, text ? strlen(text) : 0};
}

bool view_equal(struct view a, struct view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool view_is(struct view v, const char *text)
{
    return view_equal(v, view_of(text));
}

bool view_is_nocase(struct view v, const char *text)
{
    size_t len = strlen(text);
    return v.len == len && (len == 0 || strncasecmp(v.ptr, text, len) == 0);
}

bool view_starts(struct view v, const char *prefix)
{
    size_t len = strlen(prefix);
    return v.len >= len && (len == 0 || memcmp(v.ptr, prefix, len) == 0);
}

bool view_ends(struct view v, const char *suffix)
{
    size_t len = strlen(suffix);
    return v.len >= len && (len == 0 || memcmp(v.ptr + v.len - len, suffix, len) == 0);
}

struct view view_trim(struct view v)
{
    while (v.len && is_blank(v.ptr[0])) {
        v.ptr++;
        v.len--;
    }
    while (v.len && is_blank(v.ptr[v.len - 1]))
        v.len--;
    return v;
}

struct view view_from(struct view v, size_t start)
{
    if (start > v.len)
        start = v.len;
    return (struct view){v.ptr ? v.ptr + start : NULL, v.len - start};
}

char *view_text(struct arena *arena, struct view v)
{
    char *copy = arena_take(arena, v.len + 1);
    if (v.len)
        memcpy(copy, v.ptr, v.len);
    return copy;
}

bool view_cut(struct view *rest, char separator, struct view *piece)
{
    if (!rest->ptr)
        return false;
    const char *found = rest->len ? memchr(rest->ptr, separator, rest->len) : NULL;
    if (!found) {
        *piece = *rest;
        *rest = (struct view){NULL, 0};
        return true;
    }
    *piece = (struct view){rest->ptr, (size_t)(found - rest->ptr)};
    *rest = view_from(*rest, piece->len + 1);
    return true;
}

bool view_line(struct view *rest, struct view *line)
{
    if (rest->len == 0)
        return false;
    return view_cut(rest, '\n', line);
}

bool view_word(struct view *rest, struct view *word)
{
    struct view v = *rest;
    while (v.len && is_blank(v.ptr[0]))
        v = view_from(v, 1);
    if (v.len == 0) {
        *rest = v;
        return false;
    }
    size_t n = 0;
    while (n < v.len && !is_blank(v.ptr[n]))
        n++;
    *word = (struct view){v.ptr, n};
    *rest = view_from(v, n);
    return true;
}

bool view_integer(struct view v, int64_t *out)
{
    bool minus = v.len && v.ptr[0] == '-';
    if (minus || (v.len && v.ptr[0] == '+'))
        v = view_from(v, 1);
    if (v.len == 0)
        return false;
    int64_t n = 0;
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] < '0' || v.ptr[i] > '9')
            return false;
        /* Counted downwards: the most negative number has no positive twin. */
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_sub_overflow(n, v.ptr[i] - '0', &n))
            return false;
    }
    if (!minus && __builtin_sub_overflow((int64_t)0, n, &n))
        return false;
    *out = n;
    return true;
}

bool view_octal(struct view v, int64_t *out)
{
    if (v.len == 0 || v.len > 20)
        return false;
    int64_t n = 0;
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] < '0' || v.ptr[i] > '7')
            return false;
        n = n * 8 + (v.ptr[i] - '0');
    }
    *out = n;
    return true;
}
