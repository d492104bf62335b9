/*
 * audit_setting: auditd.conf(5): "key = value" lines, the last of a key wins. A key that is not
 * there has the daemon's own default, as a row with explicit = 0.
 *
 * Keys are compared without regard to case, as auditd does; values stay as written, since some are
 * paths. An action may have a program behind it (exec /path): a check looks at its first word.
 * Limit: KEYS_MAX different keys.
 */
#include "sensor/facts/reader.h"

#include <string.h>

static const struct column columns[] = {
    {"key", COLUMN_TEXT, "", "The setting, in lower case"},
    {"value", COLUMN_TEXT, "", "As written"},
    {"number", COLUMN_INTEGER, "", "The value as a number; NULL when it is none"},
    {"explicit", COLUMN_INTEGER, "", "0 = the daemon's built-in default"},
    {"conflict", COLUMN_INTEGER, "", "1 = set again to another value, which has no effect"},
};

static const struct table table = {
    "audit_setting", "One row for each setting of auditd.conf; none where the file is not there.",
    columns, COUNT_OF(columns)};

#define KEYS_MAX 200

struct assigned {
    struct view key, value;
    uint32_t line;
    bool conflict;
};

struct settings_read {
    struct assigned list[KEYS_MAX];
    size_t count;
};

/* What auditd takes where the file does not say. */
static const struct {
    const char *key, *value;
} defaults[] = {
    {"log_file", "/var/log/audit/audit.log"},
    {"write_logs", "yes"},
    {"local_events", "yes"},
    {"log_format", "RAW"},
    {"flush", "NONE"},
    {"num_logs", "0"},
    {"max_log_file", "0"},
    {"max_log_file_action", "IGNORE"},
    {"space_left", "0"},
    {"space_left_action", "IGNORE"},
    {"action_mail_acct", "root"},
    {"admin_space_left", "0"},
    {"admin_space_left_action", "IGNORE"},
    {"disk_full_action", "IGNORE"},
    {"disk_error_action", "SYSLOG"},
};

static struct view lower(struct facts *facts, struct view v)
{
    char *text = view_text(reader_arena(facts), v);
    for (char *c = text; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return view_of(text);
}

static struct rc take(struct facts *facts, const struct reader_line *line, void *context)
{
    struct settings_read *read = context;
    struct view value = line->text, key;
    size_t i = 0;
    view_cut(&value, '=', &key);
    key = lower(facts, view_trim(key));
    value = view_trim(value);
    if (!value.ptr || key.len == 0 || value.len == 0) {
        reader_problem(facts, line->item, line->number, "no setting");
        return RC_OK;
    }
    while (i < read->count && !view_equal(read->list[i].key, key))
        i++;
    if (i == KEYS_MAX) {
        reader_problem(facts, line->item, line->number, "more than %d settings", KEYS_MAX);
        return RC_OK;
    }
    bool is_new = i == read->count;
    bool conflict = !is_new && (read->list[i].conflict || !view_equal(read->list[i].value, value));
    read->list[i] = (struct assigned){key, value, line->number, conflict};
    read->count += is_new;
    return RC_OK;
}

static struct rc put(struct facts *facts, const struct item *item, const struct assigned *a,
                     bool explicit)
{
    struct cell cells[] = {cell_view(a->key), cell_view(a->value), cell_number(a->value),
                           cell_integer(explicit), cell_integer(a->conflict)};
    return reader_row(facts, &table, cells, item, a->line);
}

static bool is_set(const struct settings_read *read, const char *key)
{
    for (size_t i = 0; i < read->count; i++)
        if (view_is(read->list[i].key, key))
            return true;
    return false;
}

static struct rc read_settings(struct facts *facts)
{
    struct settings_read read = {.count = 0};
    const struct item *item = reader_file(facts, "/etc/audit/auditd.conf");
    TRY(reader_each_line(facts, item, "#", take, &read));
    for (size_t i = 0; i < read.count; i++)
        TRY(put(facts, item, &read.list[i], true));
    for (size_t i = 0; i < COUNT_OF(defaults) && item && item->status == ITEM_OK; i++) {
        struct assigned a = {view_of(defaults[i].key), view_of(defaults[i].value), 0, false};
        if (!is_set(&read, defaults[i].key))
            TRY(put(facts, item, &a, false));
    }
    return RC_OK;
}

static const struct table *const tables[] = {&table, NULL};
static const struct source sources[] = {{.kind = ITEM_FILE, .pattern = "/etc/audit/auditd.conf"}};

const struct reader reader_audit_setting = {"audit_setting", tables, sources, COUNT_OF(sources),
                                            read_settings};
