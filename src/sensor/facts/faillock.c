/*
 * faillock: /etc/security/faillock.conf, the lockout after failed logins, as pam_faillock reads it.
 *
 * Keys are case-sensitive; the last line of a key wins; flags (even_deny_root, ...) need no value.
 * A number that pam_faillock cannot read leaves the earlier value in force: such a row is never
 * effective. Unknown keys may belong to another release, so they are a problem of the source.
 * Arguments on the PAM line win over this file: table pam_argument has those.
 */
#include "sensor/facts/conf_setting.h"
#include "sensor/facts/reader.h"

#define PATH "/etc/security/faillock.conf"

enum value_kind {
    VALUE_NONE,
    VALUE_TEXT,
    VALUE_PATH,
    VALUE_NUMBER,
    VALUE_TIME,
    VALUE_TIME_OR_NEVER
};

struct known {
    const char *name;
    enum value_kind kind;
};

static const struct known known_keys[] = {
    {"dir", VALUE_PATH},
    {"audit", VALUE_NONE},
    {"silent", VALUE_NONE},
    {"no_log_info", VALUE_NONE},
    {"local_users_only", VALUE_NONE},
    {"nodelay", VALUE_NONE},
    {"uid_based_files", VALUE_NONE},
    {"deny", VALUE_NUMBER},
    {"fail_interval", VALUE_TIME},
    {"unlock_time", VALUE_TIME_OR_NEVER},
    {"even_deny_root", VALUE_NONE},
    {"root_unlock_time", VALUE_TIME_OR_NEVER},
    {"admin_group", VALUE_TEXT},
};

#define KNOWN_COUNT COUNT_OF(known_keys)

/* Past this pam_faillock refuses an interval: a week of seconds. */
#define TIME_MAX 604800

static const struct column columns[] = {
    {"key", COLUMN_TEXT, "", "the setting's name"},
    {"value", COLUMN_TEXT, "", "as written; '' for a key alone, such as even_deny_root"},
    {"effective", COLUMN_INTEGER, "", "1 = the line that decides: the last valid one of its key"},
};

static const struct table table = {
    .name = "faillock",
    .doc = "Settings of " PATH " (pam_faillock), one row a line.",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};

static const struct table *const tables[] = {&table, NULL};

static const struct source sources[] = {{.kind = ITEM_FILE, .pattern = PATH, .max = 1 << 20}};

static const struct known *find_known(struct view key)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        if (view_is(key, known_keys[i].name))
            return &known_keys[i];
    }
    return NULL;
}

/* pam_faillock scans a number with sscanf: digits, then whatever follows is ignored. */
static bool leading_number(struct view value, int64_t *out)
{
    size_t end = 0;
    while (end < value.len && value.ptr[end] >= '0' && value.ptr[end] <= '9')
        end++;
    return view_integer((struct view){value.ptr, end}, out);
}

static bool takes(const struct known *known, struct view value)
{
    int64_t number = 0;
    switch (known->kind) {
    case VALUE_NONE:
    case VALUE_TEXT:
        return true;
    case VALUE_PATH:
        return value.len && value.ptr[0] == '/';
    case VALUE_NUMBER:
        return leading_number(value, &number);
    case VALUE_TIME_OR_NEVER:
        if (view_is(value, "never"))
            return true;
        return leading_number(value, &number) && number <= TIME_MAX;
    case VALUE_TIME:
        return leading_number(value, &number) && number <= TIME_MAX;
    }
    return false;
}

/* Finds for each key the line that decides. */
static void find_last(struct view text, uint32_t last[KNOWN_COUNT])
{
    struct conf_setting setting;
    uint32_t line = 0;
    while (conf_setting_next(&text, &line, &setting)) {
        const struct known *known = find_known(setting.key);
        if (known && takes(known, setting.value))
            last[known - known_keys] = line;
    }
}

static struct rc put(struct facts *facts, const struct item *item,
                     const struct conf_setting *setting, const uint32_t *last)
{
    if (setting->too_long) {
        reader_problem(facts, item, setting->line,
                       "longer than the %d bytes pam_faillock reads; split or shorten the line",
                       CONF_SETTING_LINE_MAX);
        return RC_OK;
    }
    const struct known *known = find_known(setting->key);
    if (!known)
        reader_problem(facts, item, setting->line, "'%.*s' is no setting known of pam_faillock",
                       (int)(setting->key.len < 64 ? setting->key.len : 64), setting->key.ptr);
    struct cell cells[] = {
        cell_view(setting->key),
        cell_view(setting->value),
        cell_integer(known && last[known - known_keys] == setting->line),
    };
    return reader_row(facts, &table, cells, item, setting->line);
}

static struct rc read_faillock(struct facts *facts)
{
    const struct item *item = reader_file(facts, PATH);
    struct view text = reader_text(facts, item), rest = text;
    uint32_t last[KNOWN_COUNT] = {0}, line = 0;
    find_last(text, last);
    struct conf_setting setting;
    while (conf_setting_next(&rest, &line, &setting))
        TRY(put(facts, item, &setting, last));
    return RC_OK;
}

const struct reader reader_faillock = {
    .name = "faillock",
    .tables = tables,
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .read = read_faillock,
};
