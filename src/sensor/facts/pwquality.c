/*
 * pwquality: the password rules of libpwquality, as its own parser reads them.
 *
 * First the .conf files of /etc/security/pwquality.conf.d in the order of their names, then
 * /etc/security/pwquality.conf; the last line of a key wins. Keys are taken in any case and shown
 * in lower case. libpwquality stops reading for good at the first line it does not take (an unknown
 * key, a number that is none, a line too long): from there on no row is effective, and the line is
 * a problem of its source. Arguments on the PAM line win over these files: see table pam_argument.
 */
#include "sensor/facts/conf_setting.h"
#include "sensor/facts/reader.h"

#include <limits.h>

#define MAIN_PATH "/etc/security/pwquality.conf"
#define DROP_INS  "/etc/security/pwquality.conf.d/*.conf"

enum value_kind { VALUE_NUMBER, VALUE_TEXT, VALUE_FLAG };

struct known {
    const char *name;
    enum value_kind kind;
};

static const struct known known_keys[] = {
    {"difok", VALUE_NUMBER},          {"minlen", VALUE_NUMBER},
    {"dcredit", VALUE_NUMBER},        {"ucredit", VALUE_NUMBER},
    {"lcredit", VALUE_NUMBER},        {"ocredit", VALUE_NUMBER},
    {"minclass", VALUE_NUMBER},       {"maxrepeat", VALUE_NUMBER},
    {"maxclassrepeat", VALUE_NUMBER}, {"maxsequence", VALUE_NUMBER},
    {"gecoscheck", VALUE_NUMBER},     {"dictcheck", VALUE_NUMBER},
    {"usercheck", VALUE_NUMBER},      {"usersubstr", VALUE_NUMBER},
    {"enforcing", VALUE_NUMBER},      {"retry", VALUE_NUMBER},
    {"badwords", VALUE_TEXT},         {"dictpath", VALUE_TEXT},
    {"enforce_for_root", VALUE_FLAG}, {"local_users_only", VALUE_FLAG},
};

#define KNOWN_COUNT COUNT_OF(known_keys)

static const struct column columns[] = {
    {"key", COLUMN_TEXT, "", "the setting's name in lower case"},
    {"value", COLUMN_TEXT, "", "as written; '' for a key alone, such as enforce_for_root"},
    {"effective", COLUMN_INTEGER, "", "1 = the line that decides: the last of its key"},
};

static const struct table table = {
    .name = "pwquality",
    .doc = "Settings of " MAIN_PATH " and its .d folder (libpwquality), one row a line.",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};

static const struct table *const tables[] = {&table, NULL};

static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = DROP_INS, .max = 1 << 20},
    {.kind = ITEM_FILE, .pattern = MAIN_PATH, .max = 1 << 20},
};

/* A setting met so far; kept until the last one of each key is known. */
struct row {
    struct row *next;
    const struct item *item;
    const struct known *known; /* NULL: not known */
    struct conf_setting setting;
};

struct reading {
    struct facts *facts;
    struct row *first, **end;
    const struct row *last[KNOWN_COUNT];
    bool stopped; /* libpwquality reads no further */
};

static const struct known *find_known(struct view key)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        if (view_is_nocase(key, known_keys[i].name))
            return &known_keys[i];
    }
    return NULL;
}

static bool takes(const struct known *known, struct view value)
{
    int64_t number = 0;
    if (known->kind != VALUE_NUMBER)
        return true;
    return view_integer(value, &number) && number > INT_MIN && number < INT_MAX;
}

static void stop(struct reading *reading, const struct row *row)
{
    const struct view key = row->setting.key;
    const char *why = row->setting.too_long ? "it is longer than 1,022 bytes"
                      : row->known          ? "its value is no number"
                                            : "it is no setting known of libpwquality";
    reader_problem(reading->facts, row->item, row->setting.line,
                   "libpwquality stops reading at '%.*s': %s", (int)(key.len < 64 ? key.len : 64),
                   key.len ? key.ptr : "", why);
    reading->stopped = true;
}

static void take(struct reading *reading, const struct item *item,
                 const struct conf_setting *setting)
{
    struct row *row = arena_take(reader_arena(reading->facts), sizeof *row);
    *row = (struct row){.item = item, .known = find_known(setting->key), .setting = *setting};
    if (!row->known || !takes(row->known, setting->value))
        stop(reading, row);
    else if (!reading->stopped)
        reading->last[row->known - known_keys] = row;
    *reading->end = row;
    reading->end = &row->next;
}

static void read_file(struct reading *reading, const char *path)
{
    const struct item *item = reader_file(reading->facts, path);
    struct view rest = reader_text(reading->facts, item);
    struct conf_setting setting;
    uint32_t line = 0;
    while (conf_setting_next(&rest, &line, &setting))
        take(reading, item, &setting);
}

static struct rc put(const struct reading *reading, const struct row *row)
{
    if (row->setting.too_long)
        return RC_OK;
    const struct known *known = row->known;
    struct cell cells[] = {
        known ? cell_text(known->name) : cell_view(row->setting.key),
        cell_view(row->setting.value),
        cell_integer(known && reading->last[known - known_keys] == row),
    };
    return reader_row(reading->facts, &table, cells, row->item, row->setting.line);
}

static struct rc read_pwquality(struct facts *facts)
{
    struct reading reading = {.facts = facts, .end = &reading.first};
    const char *const *paths = NULL;
    size_t count = 0;
    TRY(reader_files(facts, DROP_INS, &paths, &count));
    for (size_t i = 0; i < count; i++)
        read_file(&reading, paths[i]);
    read_file(&reading, MAIN_PATH);
    for (const struct row *row = reading.first; row; row = row->next)
        TRY(put(&reading, row));
    return RC_OK;
}

const struct reader reader_pwquality = {
    .name = "pwquality",
    .tables = tables,
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .read = read_pwquality,
};
