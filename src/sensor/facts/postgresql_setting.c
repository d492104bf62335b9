/*
 * postgresql_setting: settings of postgresql.conf as the server takes them: type, unit and built-in
 * default of those that checks ask for (guc_tables.c of releases 9.6 to 17). Other names are kept
 * as written: whether the server knows them is not told.
 */
#include "sensor/facts/postgresql.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, BOOLEAN, INTEGER, OCTAL, CHOICE };

struct known {
    const char *name;
    enum kind kind;
    const char *unit;     /* of the number: "ms", "s", "min", "kB", or "" */
    const char *standard; /* the default; NULL: it depends on the platform or has none */
    const char *choices;  /* CHOICE: blank-separated; before '=' what may be written for it */
    int since, until;     /* releases that have it, with this default; 0: any */
};

#define BOOLEAN_WORDS "on off on=true on=yes on=1 off=false off=no off=0"

static const struct known all[] = {
    {"authentication_timeout", INTEGER, "s", "60", NULL, 0, 0},
    {"db_user_namespace", BOOLEAN, "", "off", NULL, 0, 16},
    {"fsync", BOOLEAN, "", "on", NULL, 0, 0},
    {"idle_in_transaction_session_timeout", INTEGER, "ms", "0", NULL, 96, 0},
    {"idle_session_timeout", INTEGER, "ms", "0", NULL, 14, 0},
    {"listen_addresses", TEXT, "", "localhost", NULL, 0, 0},
    {"log_connections", BOOLEAN, "", "off", NULL, 0, 17},
    {"log_connections", TEXT, "", "", NULL, 18, 0},
    {"log_destination", TEXT, "", "stderr", NULL, 0, 0},
    {"log_directory", TEXT, "", "log", NULL, 10, 0},
    {"log_directory", TEXT, "", "pg_log", NULL, 0, 96},
    {"log_disconnections", BOOLEAN, "", "off", NULL, 0, 0},
    {"log_error_verbosity", CHOICE, "", "default", "terse default verbose", 0, 0},
    {"log_file_mode", OCTAL, "", "0600", NULL, 0, 0},
    {"log_filename", TEXT, "", "postgresql-%Y-%m-%d_%H%M%S.log", NULL, 0, 0},
    {"log_line_prefix", TEXT, "", "%m [%p] ", NULL, 10, 0},
    {"log_line_prefix", TEXT, "", "", NULL, 0, 96},
    {"log_statement", CHOICE, "", "none", "none ddl mod all", 0, 0},
    {"log_truncate_on_rotation", BOOLEAN, "", "off", NULL, 0, 0},
    {"logging_collector", BOOLEAN, "", "off", NULL, 0, 0},
    {"max_connections", INTEGER, "", "100", NULL, 0, 0},
    {"password_encryption", CHOICE, "", "scram-sha-256", "md5 scram-sha-256", 14, 0},
    {"password_encryption", CHOICE, "", "md5",
     "md5 scram-sha-256 md5=on md5=true md5=yes md5=1 md5=off md5=false md5=no md5=0", 10, 13},
    {"password_encryption", BOOLEAN, "", "on", NULL, 0, 96},
    {"port", INTEGER, "", "5432", NULL, 0, 0},
    {"row_security", BOOLEAN, "", "on", NULL, 0, 0},
    {"shared_preload_libraries", TEXT, "", "", NULL, 0, 0},
    {"ssl", BOOLEAN, "", "off", NULL, 0, 0},
    {"ssl_ca_file", TEXT, "", "", NULL, 0, 0},
    {"ssl_ciphers", TEXT, "", "HIGH:MEDIUM:+3DES:!aNULL", NULL, 0, 0},
    {"ssl_key_file", TEXT, "", "server.key", NULL, 0, 0},
    {"ssl_min_protocol_version", CHOICE, "", "TLSv1.2", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", 13, 0},
    {"ssl_min_protocol_version", CHOICE, "", "TLSv1", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", 12, 12},
    {"ssl_prefer_server_ciphers", BOOLEAN, "", "on", NULL, 0, 0},
    {"statement_timeout", INTEGER, "ms", "0", NULL, 0, 0},
    {"superuser_reserved_connections", INTEGER, "", "3", NULL, 0, 0},
    {"tcp_keepalives_idle", INTEGER, "s", "0", NULL, 0, 0},
    {"unix_socket_permissions", OCTAL, "", "0777", NULL, 0, 0},
};

static const struct column columns[] = {
    {"instance", COLUMN_TEXT, "", "VERSION/NAME on Debian, else the folder of postgresql.conf"},
    {"name", COLUMN_TEXT, "", "the setting in lower case"},
    {"value", COLUMN_TEXT, "",
     "as SHOW gives it for on/off and choices, else as written; NULL = "
     "the default differs and the release is not known"},
    {"number", COLUMN_INTEGER, "",
     "of a known setting: 1 = on, 0 = off; times in ms, s for "
     "authentication_timeout and tcp_keepalives_idle; modes"},
    {"explicit", COLUMN_INTEGER, "", "0 = the built-in default, set in no file (no line)"},
    {"effective", COLUMN_INTEGER, "", "1 = the line that decides: the last one of its name"},
    {"conflict", COLUMN_INTEGER, "", "1 = also set to another value, without effect"},
    {"valid", COLUMN_INTEGER, "", "0 = the server refuses the value"},
};

const struct table postgresql_setting_table = {
    "postgresql_setting",
    "Settings of PostgreSQL servers: postgresql.conf, what it includes, postgresql.auto.conf, and "
    "built-in defaults. What the command line or ALTER ROLE set is not here.",
    columns, COUNT_OF(columns)};

/* ---- values ---------------------------------------------------------------------------- */

/* The choice that a text stands for, as pg_strcasecmp has it; for BOOLEAN a beginning will do. */
static const char *choose(struct arena *arena, const char *choices, struct view text, bool prefix)
{
    struct view rest = view_of(choices), word;
    const char *found = NULL;
    while (view_word(&rest, &word)) {
        struct view written = word, shown;
        view_cut(&written, '=', &shown);
        if (!written.ptr)
            written = shown;
        bool fits = view_is_nocase(text, view_text(arena, written)) ||
                    (prefix && text.len && text.len < written.len &&
                     view_is_nocase((struct view){written.ptr, text.len}, view_text(arena, text)));
        const char *name = view_text(arena, shown);
        if (fits && found && strcmp(found, name) != 0)
            return NULL; /* "o" begins on and off */
        if (fits)
            found = name;
    }
    return found;
}

static const struct unit {
    const char *name, *base;
    double factor;
} units[] = {
    {"us", "ms", 0.001}, {"ms", "ms", 1},    {"s", "ms", 1000}, {"min", "ms", 60000},
    {"h", "ms", 3600e3}, {"d", "ms", 864e5}, {"us", "s", 1e-6}, {"ms", "s", 0.001},
    {"s", "s", 1},       {"min", "s", 60},   {"h", "s", 3600},  {"d", "s", 86400},
};

/* 300, 5min, 0x10, 0600 (octal), 1.5h: a number, rounded, in the setting's own unit. */
static bool parse_number(const char *text, const char *unit, int64_t *out)
{
    char *end;
    double n = (double)strtoll(text, &end, 0);
    if (*end == '.' || *end == 'e' || *end == 'E')
        n = strtod(text, &end);
    if (end == text || !isfinite(n))
        return false;
    while (*end == ' ' || *end == '\t')
        end++;
    bool known = *end == '\0';
    for (size_t i = 0; !known && i < COUNT_OF(units); i++)
        if (strcmp(units[i].base, unit) == 0 && strcmp(units[i].name, end) == 0) {
            n *= units[i].factor;
            known = true;
        }
    n = rint(n);
    if (!known || n < -2147483648.0 || n > 2147483647.0)
        return false;
    *out = (int64_t)n;
    return true;
}

static bool take_value(struct arena *arena, const struct known *known, const char *written,
                       const char **value, struct cell *number)
{
    int64_t n;
    *value = written;
    *number = cell_null();
    if (known->kind == TEXT)
        return true;
    if (known->kind == INTEGER || known->kind == OCTAL) {
        if (!parse_number(written, known->unit, &n))
            return false;
        *number = cell_integer(n);
        return true;
    }
    bool boolean = known->kind == BOOLEAN;
    const char *shown =
        choose(arena, boolean ? BOOLEAN_WORDS : known->choices, view_of(written), boolean);
    if (shown)
        *value = shown;
    if (shown && boolean)
        *number = cell_integer(strcmp(shown, "on") == 0);
    return shown != NULL;
}

static bool in_release(const struct known *known, int version)
{
    int v = version == 96 ? 9 : version;
    int since = known->since == 96 ? 9 : known->since;
    int until = known->until == 96 ? 9 : known->until ? known->until : 1000;
    return v >= since && v <= until;
}

/* The entry for a release; of an unknown one the newest. */
static const struct known *find(const char *name, int version)
{
    const struct known *newest = NULL;
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        if (strcmp(all[i].name, name) != 0)
            continue;
        if (version && in_release(&all[i], version))
            return &all[i];
        if (!newest || all[i].since > newest->since)
            newest = &all[i];
    }
    return newest;
}

/* ---- rows ------------------------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
    const struct postgresql_line *const *left = a, *const *right = b;
    int order = strcmp((*left)->name, (*right)->name);
    /* Lines are taken from one arena in the order of reading, but not always from one block. */
    return order ? order : ((*left)->order > (*right)->order) - ((*left)->order < (*right)->order);
}

static struct rc put_line(const struct postgresql *p, const struct postgresql_line *line,
                          bool effective, bool conflict)
{
    const struct known *known = find(line->name, p->version);
    const char *value = line->value;
    struct cell number = cell_null();
    bool valid = !known || take_value(reader_arena(p->facts), known, line->value, &value, &number);
    struct cell cells[] = {
        cell_text(p->instance), cell_text(line->name),
        cell_text(value),       number,
        cell_integer(1),        cell_integer(effective),
        cell_integer(conflict), cell_integer(valid),
    };
    return reader_row(p->facts, &postgresql_setting_table, cells, line->item, line->line);
}

/* Whether defaults of this name differ among releases. */
static bool differs(const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        count += strcmp(all[i].name, name) == 0;
    return count > 1;
}

static struct rc put_default(const struct postgresql *p, const struct known *known)
{
    const char *value = NULL;
    struct cell number = cell_null();
    if (p->version ? !in_release(known, p->version) : find(known->name, 0) != known)
        return RC_OK;
    if (known->standard && (p->version || !differs(known->name)))
        take_value(reader_arena(p->facts), known, known->standard, &value, &number);
    struct cell cells[] = {
        cell_text(p->instance), cell_text(known->name), cell_text(value), number,
        cell_integer(0),        cell_integer(1),        cell_integer(0),  cell_integer(1),
    };
    return reader_row(p->facts, &postgresql_setting_table, cells, NULL, 0);
}

static bool is_set(struct postgresql_line *const *sorted, size_t count, const char *name)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(sorted[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && strcmp(sorted[low]->name, name) == 0;
}

/* `sorted`: by name; of one name the last line decides. */
static struct rc put_lines(const struct postgresql *p, struct postgresql_line *const *sorted,
                           size_t count)
{
    for (size_t i = 0, last; i < count; i = last + 1) {
        bool conflict = false;
        for (last = i; last + 1 < count && strcmp(sorted[last + 1]->name, sorted[i]->name) == 0;)
            last++;
        for (size_t k = i; k < last; k++)
            conflict = conflict || strcmp(sorted[k]->value, sorted[last]->value) != 0;
        for (size_t k = i; k <= last; k++)
            TRY(put_line(p, sorted[k], k == last, conflict));
    }
    return RC_OK;
}

struct rc postgresql_setting_rows(const struct postgresql *p, struct postgresql_line *first)
{
    size_t count = 0, n = 0;
    for (struct postgresql_line *line = first; line; line = line->next)
        line->order = count++;
    struct postgresql_line **sorted = mem_new((count + 1) * sizeof(struct postgresql_line *));
    for (struct postgresql_line *line = first; line; line = line->next)
        sorted[n++] = line;
    qsort(sorted, n, sizeof(struct postgresql_line *), by_name);
    struct rc rc = put_lines(p, sorted, n);
    for (size_t i = 0; i < COUNT_OF(all) && !failed(rc); i++)
        if (!is_set(sorted, n, all[i].name))
            rc = put_default(p, &all[i]);
    mem_free(sorted);
    return rc;
}
