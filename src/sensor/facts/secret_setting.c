/*
 * secret_setting: values of settings whose name says that they are secret become {secret}, in the
 * configuration of databases and web servers. Lines keep their numbers.
 *
 *   password = 'x'                    ->   password = '{secret}'
 *   primary_conninfo = 'password=x'   ->   primary_conninfo = 'password={secret}'    (to the end)
 *   fastcgi_param DB_PASSWORD "x";    ->   fastcgi_param DB_PASSWORD "{secret}";     (nginx)
 *
 * A name is secret when it ends like a word for one (`password`, `bindpasswd`, `secret`, ...) or
 * holds "passphrase"; names of plugins that end so (`mysql_native_password`) are not.
 */
#include "sensor/facts/reader.h"

#include <string.h>

enum style {
    MYSQL,      /* name = value */
    POSTGRESQL, /* also `name value` where the name begins its line */
    NGINX,      /* also `name value` anywhere; quotes may hold several lines */
};

static const char *const endings[] = {"password", "passwd",  "pwd",      "secret",
                                      "secrets",  "token",   "api_key",  "apikey",
                                      "sst_auth", "filekey", "auth_key", "authorization"};
static const char *const harmless[] = {"validate_password",  "validate-password", "native_password",
                                       "native-password",    "sha2_password",     "sha2-password",
                                       "sha256_password",    "sha256-password",   "old_password",
                                       "generated_password", "skip_password"};

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

static bool ends_like(struct view v, const char *ending)
{
    size_t len = strlen(ending);
    return v.len >= len && view_is_nocase(view_from(v, v.len - len), ending);
}

static bool holds(struct view v, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= v.len; i++)
        if (view_is_nocase((struct view){v.ptr + i, len}, word))
            return true;
    return false;
}

static bool is_secret(struct view name)
{
    for (size_t i = 0; i < COUNT_OF(harmless); i++)
        if (ends_like(name, harmless[i]))
            return false;
    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (ends_like(name, endings[i]))
            return true;
    return holds(name, "passphrase");
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Where the value that begins at `at` ends. In nginx behind its closing quote, or before what ends
 * a bare word; elsewhere with the line (doubled quotes within quotes are not worth being wrong
 * about), and with the lines that a backslash joins to it. */
static size_t value_end(struct view v, size_t at, enum style style)
{
    char quote = v.ptr[at] == '\'' || v.ptr[at] == '"' ? v.ptr[at] : '\0';
    size_t i = style == NGINX ? at + (quote != '\0') : at;
    for (; i < v.len; i++) {
        if (v.ptr[i] == '\n' && (style != NGINX || !quote))
            return i;
        if (v.ptr[i] == '\\' && i + 1 < v.len && style != MYSQL)
            i++;
        else if (style == NGINX && quote && v.ptr[i] == quote)
            return i + 1;
        else if (style == NGINX && !quote && (is_blank(v.ptr[i]) || strchr("'\";,", v.ptr[i])))
            return i;
    }
    return i;
}

static bool is_odd(struct view v, char quote)
{
    bool odd = false;
    for (size_t i = 0; i < v.len; i++)
        odd = odd != (v.ptr[i] == quote);
    return odd;
}

/* The value without its bytes, but with its line ends, and so many quotes that the others of its
 * line still make pairs. */
static void add_hidden(struct view value, struct buf *out)
{
    char quote = value.ptr[0] == '"' || (is_odd(value, '"') && !is_odd(value, '\'')) ? '"' : '\'';
    bool begins = value.ptr[0] == quote, odd = is_odd(value, quote);
    if (begins && !odd)
        buf_add_char(out, quote);
    buf_add_text(out, "{secret}");
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] == '\n')
            buf_add_text(out, "\\\n");
    if (begins || odd)
        buf_add_char(out, quote);
}

/* Where the value of the name that ends at `at` begins; the length of `v` when it has none. */
static size_t value_start(struct view v, size_t at, bool blank_separates)
{
    size_t i = at;
    if (i < v.len && (v.ptr[i] == '"' || v.ptr[i] == '\''))
        i++; /* a quoted name: "password"="x" */
    while (i < v.len && is_blank(v.ptr[i]))
        i++;
    if (i < v.len && (v.ptr[i] == '=' || v.ptr[i] == ':')) {
        for (i++; i < v.len && is_blank(v.ptr[i]);)
            i++;
        return i < v.len && v.ptr[i] != '\n' ? i : v.len;
    }
    bool is_value = blank_separates && i > at && i < v.len && !strchr("\n;{}", v.ptr[i]);
    return is_value ? i : v.len;
}

static void reduce(struct view v, enum style style, struct buf *out)
{
    bool first = true; /* on its line */
    for (size_t i = 0; i < v.len;) {
        size_t end = i;
        while (end < v.len && is_name(v.ptr[end]))
            end++;
        struct view name = {v.ptr + i, end - i};
        if (name.len == 0) {
            first = v.ptr[i] == '\n' || (first && is_blank(v.ptr[i]));
            buf_add_char(out, v.ptr[i++]);
            continue;
        }
        size_t value = is_secret(name)
                           ? value_start(v, end, style == NGINX || (style == POSTGRESQL && first))
                           : v.len;
        first = false;
        buf_add(out, v.ptr + i, (value < v.len ? value : end) - i);
        i = end;
        if (value < v.len) {
            i = value_end(v, value, style);
            add_hidden((struct view){v.ptr + value, i - value}, out);
        }
    }
}

void secret_reduce_postgresql(struct view bytes, struct buf *out)
{
    reduce(bytes, POSTGRESQL, out);
}

void secret_reduce_mysql(struct view bytes, struct buf *out)
{
    reduce(bytes, MYSQL, out);
}

void secret_reduce_nginx(struct view bytes, struct buf *out)
{
    reduce(bytes, NGINX, out);
}
