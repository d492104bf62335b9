/*
 * command_secret: passwords in command lines become {secret} before they are stored. Lines keep
 * their numbers and everything else.
 *
 *   0 3 * * * root mysqldump -pLetMeIn x         ->  ... mysqldump -p{secret} x
 *   curl -u bob:pw https://a:b@host/?token=c     ->  curl -u bob:{secret}
 * https://a:{secret}@host/... PGPASSWORD=pw psql; tool --password pw       ->  PGPASSWORD={secret}
 * psql; tool --password {secret}
 *
 * What is a secret is told by the words around it: an assignment or a long option whose name speaks
 * of one, a user's part of a URL, a header of HTTP, and the short options of programs that are
 * known to take one. A value that is a variable or a command ($NAME, `...`) is none and stays.
 * Other ways to write one cannot be told from harmless text.
 */
#include "sensor/facts/reader.h"

#include <string.h>
#include <strings.h>

#define TOKEN "{secret}"

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool holds_nocase(struct view name, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= name.len; i++)
        if (strncasecmp(name.ptr + i, word, len) == 0)
            return true;
    return false;
}

/* Names of variables, options and parameters whose value is a secret. */
static bool is_secret_name(struct view name)
{
    static const char *const anywhere[] = {"passw",      "secret",     "token",      "apikey",
                                           "api_key",    "api-key",    "passphrase", "credential",
                                           "access_key", "access-key", "privatekey", "private_key"};
    static const char *const whole[] = {"pass", "pwd", "psw", "auth", "mysql_pwd", "userpwd"};
    if (view_is(name, "PWD") || view_is(name, "OLDPWD") || holds_nocase(name, "file") ||
        holds_nocase(name, "path"))
        return false; /* where one is, or where one stands: not the secret */
    for (size_t i = 0; i < COUNT_OF(anywhere); i++)
        if (holds_nocase(name, anywhere[i]))
            return true;
    for (size_t i = 0; i < COUNT_OF(whole); i++)
        if (view_is_nocase(name, whole[i]))
            return true;
    return view_ends(name, "_pass") || view_ends(name, "_PASS") || view_ends(name, "_PWD");
}

/* Where the value that starts at `at` ends: at its quote, or at what ends a word of a shell. */
static size_t value_end(struct view line, size_t at, const char *also)
{
    char quote = at < line.len ? line.ptr[at] : '\0';
    size_t i = at;
    if (quote == '"' || quote == '\'') {
        for (i = at + 1; i < line.len && line.ptr[i] != quote; i++)
            continue;
        return i < line.len ? i + 1 : i;
    }
    while (i < line.len && !strchr(" \t\r;|&)<>\"'`", line.ptr[i]) && !strchr(also, line.ptr[i]))
        i += line.ptr[i] == '\\' && i + 1 < line.len ? 2 : 1;
    return i < line.len ? i : line.len;
}

/* $NAME, ${NAME}, $(command), `command`: within double quotes, too. */
static bool is_variable(struct view value)
{
    if (value.len && value.ptr[0] == '"')
        value = view_from(value, 1);
    if (view_starts(value, "`"))
        return true;
    return value.len > 1 && value.ptr[0] == '$' &&
           (value.ptr[1] == '{' || value.ptr[1] == '(' || value.ptr[1] == '_' ||
            (value.ptr[1] >= 'A' && value.ptr[1] <= 'Z') ||
            (value.ptr[1] >= 'a' && value.ptr[1] <= 'z'));
}

/* Puts the token for what stands from `at`; gives where the rest begins. */
static size_t put_secret(struct view line, size_t at, const char *also, struct buf *out)
{
    size_t end = value_end(line, at, also);
    struct view value = {line.ptr + at, end - at};
    bool keeps = value.len == 0 || is_variable(value);
    if (keeps)
        buf_add_view(out, value);
    else
        buf_add_text(out, TOKEN);
    return end;
}

/* ---- options of programs that take a secret --------------------------------------------- */

struct option {
    const char *program; /* how its name begins */
    const char *option;
    bool attached, apart; /* "-pX", "-p X" */
    char before;          /* the secret stands behind this character of the value; or NUL */
};

static const struct option options[] = {
    {"mysql", "-p", true, false, 0},      {"mariadb", "-p", true, false, 0},
    {"xtrabackup", "-p", true, true, 0},  {"sshpass", "-p", true, true, 0},
    {"mongo", "-p", true, true, 0},       {"curl", "-u", true, true, ':'},
    {"curl", "--user", false, true, ':'}, {"curl", "--proxy-user", false, true, ':'},
    {"curl", "-U", true, true, ':'},      {"ldap", "-w", true, true, 0},
    {"redis-cli", "-a", true, true, 0},   {"smbclient", "-U", true, true, '%'},
    {"rpcclient", "-U", true, true, '%'}, {"sqlcmd", "-P", true, true, 0},
    {"isql", "-P", true, true, 0},        {"bcp", "-P", true, true, 0},
    {"7z", "-p", true, false, 0},         {"unzip", "-P", true, true, 0},
    {"zip", "-P", true, true, 0},         {"lftp", "-u", true, true, ','},
    {"ncftp", "-p", true, true, 0},       {"snmp", "-A", true, true, 0},
    {"snmp", "-X", true, true, 0},        {"ipmitool", "-P", true, true, 0},
    {"sqlplus", "", true, false, '/'},    {"rclone", "--sftp-pass", false, true, 0},
};

/* The last component of a path. */
static struct view base_of(struct view word)
{
    for (size_t i = word.len; i-- > 0;)
        if (word.ptr[i] == '/')
            return view_from(word, i + 1);
    return word;
}

static bool is_program(struct view program, const char *name)
{
    return view_starts(base_of(program), name);
}

/* Only what follows `before` in the value is secret; without it, nothing is. */
static size_t put_part(struct view line, size_t at, const struct option *option, struct buf *out)
{
    size_t end = value_end(line, at, "");
    const char *mark = option->before ? memchr(line.ptr + at, option->before, end - at) : NULL;
    if (!option->before)
        return put_secret(line, at, "", out);
    if (!mark) {
        buf_add(out, line.ptr + at, end - at);
        return end;
    }
    size_t start = (size_t)(mark - line.ptr) + 1;
    buf_add(out, line.ptr + at, start - at);
    buf_add_text(out, TOKEN);
    return end;
}

/* Whether the word goes on at `at`, be it with a quoted part. */
static bool goes_on(struct view line, size_t at)
{
    return at < line.len && !strchr(" \t\r;|&)<>", line.ptr[at]);
}

/* At the start of a word: gives where the rest begins, or `at` when the word is no such option. */
static size_t put_option(struct view line, size_t at, struct view program, struct buf *out)
{
    struct view rest = view_from(line, at);
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        const struct option *o = &options[i];
        size_t len = strlen(o->option);
        if (!is_program(program, o->program) || !view_starts(rest, o->option) ||
            !goes_on(line, at) || (len == 0 && rest.ptr[0] == '-'))
            continue;
        bool is_attached = goes_on(line, at + len);
        if (is_attached ? !o->attached : !o->apart)
            continue;
        buf_add(out, rest.ptr, len);
        for (at += len; !is_attached && at < line.len && is_blank(line.ptr[at]); at++)
            buf_add_char(out, line.ptr[at]);
        return put_part(line, at, o, out);
    }
    return at;
}

/* ---- what tells by itself --------------------------------------------------------------- */

/* NAME=value (a variable, an option, a parameter of a URL) and --name value. */
static size_t put_named(struct view line, size_t at, struct buf *out)
{
    size_t end = at;
    while (end < line.len && is_name_char(line.ptr[end]))
        end++;
    struct view name = {line.ptr + at, end - at};
    if (end == at || !is_secret_name(name) || end == line.len)
        return at;
    bool is_assigned = line.ptr[end] == '=' || (line.ptr[end] == ':' && end + 1 < line.len);
    bool is_option = view_starts(name, "--") && is_blank(line.ptr[end]);
    if (!is_assigned && !is_option)
        return at;
    buf_add_view(out, name);
    buf_add_char(out, line.ptr[end++]);
    while (end < line.len && is_blank(line.ptr[end]))
        buf_add_char(out, line.ptr[end++]);
    if (is_option && end < line.len && line.ptr[end] == '-')
        return end; /* an option follows, no value */
    return put_secret(line, end, line.ptr[end - 1] == '=' ? ",&" : "", out);
}

/* "//user:secret@host": the part between ':' and the last '@' before the path. */
static size_t put_url(struct view line, size_t at, struct buf *out)
{
    if (!view_starts(view_from(line, at), "://"))
        return at;
    size_t end = at + 3, colon = 0, mark = 0;
    for (; end < line.len && !strchr("/?# \t\"'<>|;", line.ptr[end]); end++) {
        if (line.ptr[end] == ':' && !colon)
            colon = end;
        if (line.ptr[end] == '@')
            mark = end;
    }
    if (!colon || mark < colon + 2)
        return at;
    buf_add(out, line.ptr + at, colon + 1 - at);
    struct view value = {line.ptr + colon + 1, mark - colon - 1};
    if (is_variable(value))
        buf_add_view(out, value);
    else
        buf_add_text(out, TOKEN);
    return mark;
}

/* "Authorization: Bearer X" and its kin: the word behind the scheme. */
static size_t put_header(struct view line, size_t at, struct buf *out)
{
    static const char *const schemes[] = {"Bearer ", "Basic ", "pass:"};
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        size_t len = strlen(schemes[i]);
        struct view rest = view_from(line, at);
        if (rest.len < len || strncasecmp(rest.ptr, schemes[i], len) != 0)
            continue;
        buf_add(out, rest.ptr, len);
        return put_secret(line, at + len, "", out);
    }
    return at;
}

/* ---- lines ------------------------------------------------------------------------------ */

/* The program whose options follow: any word that is one of ours; a ';' or '|' ends its reach. */
static void note_program(struct view line, size_t at, struct view *program)
{
    struct view word = {line.ptr + at, value_end(line, at, "") - at};
    for (size_t i = 0; i < COUNT_OF(options); i++)
        if (word.ptr[0] != '-' && is_program(word, options[i].program))
            *program = word;
}

static size_t put_word_start(struct view line, size_t at, struct view *program, struct buf *out)
{
    size_t next = program->len ? put_option(line, at, *program, out) : at;
    if (next == at)
        note_program(line, at, program);
    return next;
}

static void reduce_line(struct view line, struct buf *out)
{
    struct view program = {NULL, 0};
    for (size_t i = 0; i < line.len;) {
        char before = i ? line.ptr[i - 1] : ' ';
        size_t next = i;
        if (strchr(";|&", line.ptr[i]))
            program = (struct view){NULL, 0};
        if (strchr(" \t;|&(\"'", before))
            next = put_word_start(line, i, &program, out);
        if (next == i && strchr(" \t;|&(\"'", before))
            next = put_header(line, i, out);
        if (next == i && !is_name_char(before))
            next = put_named(line, i, out);
        if (next == i && line.ptr[i] == ':')
            next = put_url(line, i, out);
        if (next == i)
            buf_add_char(out, line.ptr[next++]);
        i = next;
    }
}

void command_reduce(struct view bytes, struct buf *out)
{
    struct view line;
    while (view_line(&bytes, &line)) {
        reduce_line(line, out);
        if (bytes.ptr)
            buf_add_char(out, '\n');
    }
}
