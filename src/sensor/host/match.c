/*
 * match: one name against one component of a glob(7) pattern.
 *
 * Not fnmatch(3): patterns come from the target (Include of sshd_config), fnmatch needs exponential
 * time for "*a*a*a*b" and its answer depends on the locale. This one goes back to the last star
 * only, which is enough, and looks at bytes.
 */
#include "sensor/host/driver.h"

#include <ctype.h>
#include <string.h>

bool is_pattern(const char *text)
{
    return strpbrk(text, "*?[") != NULL;
}

static bool in_class(struct view name, unsigned char c)
{
    static const struct {
        const char *name;
        int (*holds)(int);
    } classes[] = {{"alpha", isalpha}, {"digit", isdigit},  {"alnum", isalnum},
                   {"upper", isupper}, {"lower", islower},  {"space", isspace},
                   {"punct", ispunct}, {"xdigit", isxdigit}};
    for (size_t i = 0; i < COUNT_OF(classes); i++)
        if (view_is(name, classes[i].name))
            return c < 0x80 && classes[i].holds(c);
    return false;
}

/* One element of a bracket expression: "[:class:]", "a-z" or "a"; returns what follows it. */
static const char *bracket_element(const char *p, unsigned char c, bool *hit)
{
    const char *end = p[0] == '[' && p[1] == ':' ? strstr(p + 2, ":]") : NULL;
    if (end) {
        *hit |= in_class((struct view){p + 2, (size_t)(end - p - 2)}, c);
        return end + 2;
    }
    unsigned char from = (unsigned char)p[0], to = from;
    if (p[1] == '-' && p[2] && p[2] != ']') {
        to = (unsigned char)p[2];
        p += 2;
    }
    *hit |= from <= c && c <= to;
    return p + 1;
}

/* `p` stands behind '['. NULL when no ']' ends it: then '[' is an ordinary character. */
static const char *match_bracket(const char *p, unsigned char c, bool *matched)
{
    bool inverted = *p == '!' || *p == '^';
    bool hit = false;
    if (inverted)
        p++;
    const char *first = p;
    while (*p && (*p != ']' || p == first))
        p = bracket_element(p, c, &hit);
    *matched = hit != inverted;
    return *p ? p + 1 : NULL;
}

/* One element of the pattern other than '*' against one byte; returns what follows it, or NULL. */
static const char *match_one(const char *p, unsigned char c)
{
    bool matched;
    if (*p == '?')
        return p + 1;
    if (*p == '[') {
        const char *next = match_bracket(p + 1, c, &matched);
        if (next)
            return matched ? next : NULL;
    }
    if (*p == '\\' && p[1])
        p++;
    return (unsigned char)*p == c ? p + 1 : NULL;
}

bool match_name(const char *pattern, const char *name)
{
    const char *star = NULL, *resume = NULL;
    if (name[0] == '.' && pattern[0] != '.' && strncmp(pattern, "\\.", 2) != 0)
        return false;
    while (*name) {
        const char *next;
        if (*pattern == '*') {
            star = ++pattern;
            resume = name;
        } else if (*pattern && (next = match_one(pattern, (unsigned char)*name))) {
            pattern = next;
            name++;
        } else if (star) {
            pattern = star;
            name = ++resume; /* the star takes one byte more */
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}
