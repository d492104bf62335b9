/*
 * postgresql_conf: the lines of postgresql.conf, as the server's guc-file.l reads them.
 *
 *   name = value     name value     the '=' is optional; a '#' outside of quotes begins a comment
 *   value            a word, a number with a unit, or 'text' with '' and backslash escapes
 *   include, include_if_exists, include_dir   stand for the lines of other files
 *
 * A line that is none of this keeps the server from starting: a problem of its file.
 */
#include "sensor/facts/postgresql.h"

#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static size_t skip_blanks(struct view v, size_t at)
{
    while (at < v.len && is_blank(v.ptr[at]))
        at++;
    return at;
}

/* The end of ID or ID.ID; 0 when there is none. */
static size_t name_end(struct view v)
{
    size_t i = 0, parts = 0;
    while (i < v.len && is_letter(v.ptr[i]) && parts < 2) {
        while (i < v.len && (is_letter(v.ptr[i]) || is_digit(v.ptr[i])))
            i++;
        parts++;
        if (parts == 1 && i + 1 < v.len && v.ptr[i] == '.' && is_letter(v.ptr[i + 1]))
            i++;
        else
            break;
    }
    return i;
}

static size_t skip_digits(struct view v, size_t at)
{
    while (at < v.len && is_digit(v.ptr[at]))
        at++;
    return at;
}

/* Behind a fraction: digits, an exponent, no unit. */
static size_t fraction_end(struct view v, size_t at)
{
    size_t i = skip_digits(v, at), exponent = i + 1;
    if (i >= v.len || (v.ptr[i] | 0x20) != 'e')
        return i;
    if (exponent < v.len && (v.ptr[exponent] == '-' || v.ptr[exponent] == '+'))
        exponent++;
    size_t end = skip_digits(v, exponent);
    return end > exponent ? end : i;
}

/* INTEGER with letters of a unit, or REAL; `at` when there is neither. */
static size_t number_end(struct view v, size_t at)
{
    size_t i = at + (v.ptr[at] == '-' || v.ptr[at] == '+'), digits = i;
    if (i + 2 < v.len && v.ptr[i] == '0' && v.ptr[i + 1] == 'x')
        for (i += 2; i < v.len && (is_digit(v.ptr[i]) || strchr("abcdefABCDEF", v.ptr[i]));)
            i++;
    else
        i = skip_digits(v, i);
    if (i < v.len && v.ptr[i] == '.')
        return fraction_end(v, i + 1);
    if (i == digits)
        return at;
    while (i < v.len && is_letter(v.ptr[i]) && v.ptr[i] != '_' && !(v.ptr[i] & 0x80))
        i++;
    return i;
}

static size_t word_end(struct view v, size_t at)
{
    size_t i = at;
    while (i < v.len &&
           (is_letter(v.ptr[i]) || is_digit(v.ptr[i]) || (i > at && strchr("-._:/", v.ptr[i]))))
        i++;
    return i;
}

/* Behind the closing quote; `at` when there is none. */
static size_t quote_end(struct view v, size_t at)
{
    for (size_t i = at + 1; i < v.len; i++) {
        if (v.ptr[i] == '\\' && i + 1 < v.len)
            i++;
        else if (v.ptr[i] == '\'' && i + 1 < v.len && v.ptr[i + 1] == '\'')
            i++;
        else if (v.ptr[i] == '\'')
            return i + 1;
    }
    return at;
}

/* One escape behind a backslash; *at is left on its last byte. */
static char escaped(struct view v, size_t *at)
{
    static const char names[] = "bfnrt", bytes[] = "\b\f\n\r\t";
    char c = v.ptr[*at];
    const char *known = memchr(names, c, sizeof names - 1);
    if (known)
        return bytes[known - names];
    if (c < '0' || c > '7')
        return c;
    unsigned code = 0;
    size_t n = 0;
    for (; n < 3 && *at + n < v.len && v.ptr[*at + n] >= '0' && v.ptr[*at + n] <= '7'; n++)
        code = code * 8 + (unsigned)(v.ptr[*at + n] - '0');
    *at += n - 1;
    return (char)code;
}

/* 'it''s' -> it's */
static const char *unquote(struct arena *arena, struct view quoted)
{
    struct view v = {quoted.ptr + 1, quoted.len - 2};
    char *out = arena_take(arena, v.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if (c == '\\' && i + 1 < v.len)
            i++, c = escaped(v, &i);
        else if (c == '\'')
            i++;
        out[n++] = c;
    }
    return out;
}

static const char *lower(struct arena *arena, struct view v)
{
    char *text = view_text(arena, v);
    for (char *c = text; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c |= 0x20;
    return text;
}

bool postgresql_conf_line(struct arena *arena, struct view raw, const char **name,
                          const char **value, bool *bad)
{
    size_t start = skip_blanks(raw, 0);
    struct view v = view_from(raw, start);
    *bad = false;
    if (v.len == 0 || v.ptr[0] == '#')
        return false;
    size_t end = name_end(v), at = skip_blanks(v, end);
    *bad = true;
    if (end == 0)
        return true;
    if (at < v.len && v.ptr[at] == '=')
        at = skip_blanks(v, at + 1);
    if (at >= v.len)
        return true;
    size_t stop = v.ptr[at] == '\''      ? quote_end(v, at)
                  : is_letter(v.ptr[at]) ? word_end(v, at)
                                         : number_end(v, at);
    size_t after = skip_blanks(v, stop);
    if (stop == at || (after < v.len && v.ptr[after] != '#'))
        return true;
    struct view text = {v.ptr + at, stop - at};
    *name = lower(arena, (struct view){v.ptr, end});
    *value = v.ptr[at] == '\'' ? unquote(arena, text) : view_text(arena, text);
    *bad = false;
    return true;
}

/* ---- includes -------------------------------------------------------------------------- */

const char *postgresql_path(struct arena *arena, const char *file, const char *value)
{
    const char *slash = strrchr(file, '/');
    if (!value[0])
        return NULL;
    if (value[0] == '/')
        return value;
    return arena_printf(arena, "%.*s%s", slash ? (int)(slash - file + 1) : 0, file, value);
}

enum postgresql_include postgresql_include_of(const char *word)
{
    if (strcmp(word, "include") == 0)
        return POSTGRESQL_FILE;
    if (strcmp(word, "include_if_exists") == 0)
        return POSTGRESQL_IF_EXISTS;
    return strcmp(word, "include_dir") == 0 ? POSTGRESQL_DIR : POSTGRESQL_NONE;
}

/* ---- reading --------------------------------------------------------------------------- */

struct reading {
    struct postgresql *p;
    struct postgresql_line **end;
    size_t count;
};

static struct rc read_file(struct reading *r, const char *path, bool must_exist,
                           const struct item *from, uint32_t line);

static struct rc read_folder(struct reading *r, const char *folder, const struct item *from,
                             uint32_t line)
{
    const char *const *paths;
    size_t count;
    struct facts *facts = r->p->facts;
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    const char *pattern = arena_printf(reader_arena(facts), "%s%s*.conf", folder, slash);
    if (reader_absent(facts, ITEM_LIST, pattern))
        reader_problem(facts, from, line, "%s, which it includes, is not there", folder);
    TRY(reader_files(facts, pattern, &paths, &count));
    for (size_t i = 0; i < count; i++)
        TRY(read_file(r, paths[i], true, from, line));
    return RC_OK;
}

static struct rc include(struct reading *r, enum postgresql_include kind, const char *value,
                         const struct item *item, uint32_t line)
{
    struct postgresql *p = r->p;
    const char *path = postgresql_path(reader_arena(p->facts), item->name, value);
    if (!path) {
        reader_problem(p->facts, item, line, "an include without a path");
        return RC_OK;
    }
    if (p->depth >= POSTGRESQL_DEPTH_MAX) {
        reader_problem(p->facts, item, line, "includes lead deeper than %d files: %s",
                       POSTGRESQL_DEPTH_MAX, path);
        return RC_OK;
    }
    p->depth++;
    struct rc rc = kind == POSTGRESQL_DIR ? read_folder(r, path, item, line)
                                          : read_file(r, path, kind == POSTGRESQL_FILE, item, line);
    p->depth--;
    return rc;
}

static struct rc take_line(struct reading *r, const struct item *item, uint32_t number,
                           struct view raw)
{
    struct arena *arena = reader_arena(r->p->facts);
    const char *name, *value;
    bool bad;
    if (!postgresql_conf_line(arena, raw, &name, &value, &bad))
        return RC_OK;
    if (bad) {
        reader_problem(r->p->facts, item, number, "the server refuses this line: a syntax error");
        return RC_OK;
    }
    enum postgresql_include kind = postgresql_include_of(name);
    if (kind != POSTGRESQL_NONE)
        return include(r, kind, value, item, number);
    if (r->count++ >= POSTGRESQL_ROWS_MAX) {
        reader_problem(r->p->facts, item, number, "more than %d settings", POSTGRESQL_ROWS_MAX);
        return RC_OK;
    }
    struct postgresql_line *line = arena_take(arena, sizeof *line);
    *line = (struct postgresql_line){.item = item, .line = number, .name = name, .value = value};
    *r->end = line;
    r->end = &line->next;
    return RC_OK;
}

static struct rc read_file(struct reading *r, const char *path, bool must_exist,
                           const struct item *from, uint32_t line)
{
    struct facts *facts = r->p->facts;
    const struct item *item = reader_file(facts, path);
    if (item && item->status == ITEM_ABSENT && must_exist)
        reader_problem(facts, from, line, "%s, which it includes, is not there", path);
    if (r->p->files++ >= POSTGRESQL_FILES_MAX) {
        reader_problem(facts, from, line, "includes lead to more than %d files",
                       POSTGRESQL_FILES_MAX);
        return RC_OK;
    }
    struct view rest = reader_text(facts, item), raw;
    r->p->bytes += rest.len;
    if (r->p->bytes > POSTGRESQL_BYTES_MAX) {
        reader_problem(facts, item, 0, "more than %d bytes with all includes",
                       POSTGRESQL_BYTES_MAX);
        return RC_OK;
    }
    for (uint32_t number = 1; view_line(&rest, &raw); number++)
        TRY(take_line(r, item, number, raw));
    return RC_OK;
}

struct rc postgresql_conf_read(struct postgresql *p, const char *path,
                               struct postgresql_line **first)
{
    struct reading r = {.p = p, .end = first};
    while (*r.end)
        r.end = &(*r.end)->next;
    return read_file(&r, path, false, NULL, 0);
}
