/*
 * mysql_option: options of the server in their plain form, and the built-in defaults of those that
 * checks ask for (MySQL 5.7 to 8.4, MariaDB 10.3 to 11.4). Where releases differ there is no
 * default: only the server knows. `plugin_load_add` adds up: each of its lines decides.
 */
#include "sensor/facts/mysql.h"

#include <stdlib.h>
#include <string.h>

enum kind { TEXT, BOOLEAN, NUMBER };

struct known {
    const char *name;
    enum kind kind;
    const char *mysql, *mariadb; /* the default; NULL: it differs, or the product lacks it */
};

static const struct known all[] = {
    {"bind_address", TEXT, "*", "*"},
    {"connect_timeout", NUMBER, "10", "10"},
    {"default_password_lifetime", NUMBER, "0", "0"},
    {"general_log", BOOLEAN, "0", "0"},
    {"interactive_timeout", NUMBER, "28800", "28800"},
    {"local_infile", BOOLEAN, NULL, "1"},
    {"log_error", TEXT, "", ""},
    {"log_output", TEXT, "FILE", "FILE"},
    {"max_connect_errors", NUMBER, "100", "100"},
    {"max_connections", NUMBER, "151", "151"},
    {"max_password_errors", NUMBER, NULL, "4294967295"},
    {"password_history", NUMBER, "0", NULL},
    {"plugin_load", TEXT, "", ""},
    {"require_secure_transport", BOOLEAN, "0", "0"},
    {"secure_file_priv", TEXT, NULL, ""},
    {"server_audit_events", TEXT, NULL, ""},
    {"server_audit_logging", BOOLEAN, NULL, "0"},
    {"simple_password_check_digits", NUMBER, NULL, "1"},
    {"simple_password_check_letters_same_case", NUMBER, NULL, "1"},
    {"simple_password_check_minimal_length", NUMBER, NULL, "8"},
    {"simple_password_check_other_characters", NUMBER, NULL, "1"},
    {"skip_grant_tables", BOOLEAN, "0", "0"},
    {"skip_name_resolve", BOOLEAN, "0", NULL},
    {"skip_networking", BOOLEAN, "0", "0"},
    {"skip_show_database", BOOLEAN, "0", "0"},
    {"ssl_ca", TEXT, NULL, ""},
    {"ssl_cert", TEXT, NULL, ""},
    {"ssl_key", TEXT, NULL, ""},
    {"symbolic_links", BOOLEAN, NULL, "1"},
    {"tls_version", TEXT, NULL, NULL},
    {"user", TEXT, "", ""},
    {"wait_timeout", NUMBER, "28800", "28800"},
};

static const struct column columns[] = {
    {"product", COLUMN_TEXT, "", "mysql or mariadb"},
    {"instance", COLUMN_TEXT, "", "path of the server's program"},
    {"name", COLUMN_TEXT, "",
     "the option: small letters, '_' for '-', without loose_, skip_ (which "
     "makes its value 0), enable_ and disable_"},
    {"value", COLUMN_TEXT, "",
     "as written; NULL = none was given, or it is the default of a "
     "release that is not known"},
    {"number", COLUMN_INTEGER, "",
     "1 = on, 0 = off for a known switch; a number with K, M or G "
     "worked out"},
    {"group_name", COLUMN_TEXT, "", "the [group] it stands in; NULL for a default"},
    {"explicit", COLUMN_INTEGER, "", "0 = the built-in default, set in no file (no line)"},
    {"effective", COLUMN_INTEGER, "", "1 = the line that decides: the last one of its name"},
    {"conflict", COLUMN_INTEGER, "", "1 = also set to another value, without effect"},
    {"valid", COLUMN_INTEGER, "", "0 = no value that the server takes for this option"},
};

const struct table mysql_setting_table = {
    "mysql_setting",
    "Options of the MySQL or MariaDB server in its option files, and built-in defaults. What the "
    "command line, SET GLOBAL or INSTALL PLUGIN set is not here.",
    columns, COUNT_OF(columns)};

/* ---- names ----------------------------------------------------------------------------- */

/* Options that are named so themselves. */
static const char *const named_skip[] = {"skip_character_set_client_handshake",
                                         "skip_grant_tables",
                                         "skip_name_resolve",
                                         "skip_networking",
                                         "skip_parallel_replication",
                                         "skip_replica_start",
                                         "skip_show_database",
                                         "skip_slave_start"};

static bool is_named_skip(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(named_skip); i++)
        if (strcmp(named_skip[i], name) == 0)
            return true;
    return false;
}

static bool take_prefix(const char **name, const char *prefix)
{
    size_t len = strlen(prefix);
    if (strncmp(*name, prefix, len) != 0 || !(*name)[len])
        return false;
    *name += len;
    return true;
}

void mysql_option_name(struct arena *arena, const char **name, const char **value)
{
    char *plain = arena_text(arena, *name);
    for (char *c = plain; *c; c++)
        *c = *c == '-' ? '_' : *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
    *name = plain;
    take_prefix(name, "loose_");
    if (is_named_skip(*name))
        return;
    if (take_prefix(name, "skip_") || take_prefix(name, "disable_"))
        *value = "0";
    else if (take_prefix(name, "enable_"))
        *value = "1";
}

/* ---- values ---------------------------------------------------------------------------- */

static const struct known *find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

static bool is_switch(struct view v, bool *on)
{
    *on = view_is_nocase(v, "on") || view_is_nocase(v, "true") || view_is(v, "1") ||
          view_is_nocase(v, "yes");
    return *on || view_is_nocase(v, "off") || view_is_nocase(v, "false") || view_is(v, "0") ||
           view_is_nocase(v, "no");
}

/* 16M -> 16777216 */
static bool parse_number(struct view v, int64_t *out)
{
    static const char letters[] = "kmgt";
    char last = v.len > 1 ? (char)(v.ptr[v.len - 1] | 0x20) : '\0';
    const char *known = last ? strchr(letters, last) : NULL;
    int64_t n;
    if (known)
        v.len--;
    if (!view_integer(v, &n) || n < 0 || (known && n > INT64_MAX >> 40))
        return false;
    for (const char *l = letters; known && l <= known; l++)
        n *= 1024;
    *out = n;
    return true;
}

/* An option without a value is a switch that is on. */
static bool take_value(const struct known *known, const char *value, struct cell *number)
{
    int64_t n;
    bool on;
    struct view v = view_of(value);
    *number = cell_null();
    if (known && known->kind == BOOLEAN) {
        bool good = !value || is_switch(v, &on);
        if (good)
            *number = cell_integer(!value || on);
        return good;
    }
    if (value && parse_number(v, &n))
        *number = cell_integer(n);
    return !known || known->kind == TEXT || number->kind == CELL_INTEGER;
}

/* ---- rows ------------------------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
    const struct mysql_option *const *left = a, *const *right = b;
    int order = strcmp((*left)->name, (*right)->name);
    return order ? order : ((*left)->order > (*right)->order) - ((*left)->order < (*right)->order);
}

static struct rc put_option(const struct mysql *m, const struct mysql_option *option,
                            bool effective, bool conflict)
{
    struct cell number;
    bool valid = take_value(find(option->name), option->value, &number);
    struct cell cells[] = {
        cell_text(m->product),
        cell_text(m->instance),
        cell_text(option->name),
        cell_text(option->value),
        number,
        cell_text(option->group),
        cell_integer(1),
        cell_integer(effective),
        cell_integer(conflict),
        cell_integer(valid),
    };
    return reader_row(m->facts, &mysql_setting_table, cells, option->item, option->line);
}

static struct rc put_default(const struct mysql *m, const struct known *known)
{
    const char *value = strcmp(m->product, "mysql") == 0 ? known->mysql : known->mariadb;
    struct cell number = cell_null();
    if (value)
        take_value(known, value, &number);
    struct cell cells[] = {
        cell_text(m->product),
        cell_text(m->instance),
        cell_text(known->name),
        cell_text(value),
        number,
        cell_null(),
        cell_integer(0),
        cell_integer(1),
        cell_integer(0),
        cell_integer(1),
    };
    return reader_row(m->facts, &mysql_setting_table, cells, NULL, 0);
}

static bool differ(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) != 0 : a != b;
}

/* Options of one name, in the order of reading. */
static struct rc put_name(const struct mysql *m, struct mysql_option *const *same, size_t count)
{
    bool adds = strcmp(same[0]->name, "plugin_load_add") == 0, conflict = false;
    for (size_t i = 0; i + 1 < count && !adds; i++)
        conflict = conflict || differ(same[i]->value, same[count - 1]->value);
    for (size_t i = 0; i < count; i++)
        TRY(put_option(m, same[i], adds || i + 1 == count, conflict));
    return RC_OK;
}

static bool is_set(struct mysql_option *const *sorted, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(sorted[i]->name, name) == 0)
            return true;
    return false;
}

struct rc mysql_option_rows(const struct mysql *m, struct mysql_option *first)
{
    size_t count = 0;
    for (struct mysql_option *o = first; o; o = o->next)
        o->order = count++;
    struct mysql_option **sorted = mem_new((count + 1) * sizeof(struct mysql_option *));
    for (struct mysql_option *o = first; o; o = o->next)
        sorted[o->order] = o;
    qsort(sorted, count, sizeof(struct mysql_option *), by_name);
    struct rc rc = RC_OK;
    for (size_t i = 0, n; i < count && !failed(rc); i += n) {
        for (n = 1; i + n < count && strcmp(sorted[i]->name, sorted[i + n]->name) == 0;)
            n++;
        rc = put_name(m, sorted + i, n);
    }
    for (size_t i = 0; i < COUNT_OF(all) && !failed(rc); i++)
        if (!is_set(sorted, count, all[i].name))
            rc = put_default(m, &all[i]);
    mem_free(sorted);
    return rc;
}
