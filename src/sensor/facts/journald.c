/*
 * journald: journald.conf(5): the first journald.conf of four folders, then the *.conf of the
 * journald.conf.d folders in the order of their names, where a name in an earlier folder hides the
 * same name in later ones. The last valid assignment in [Journal] wins; one that journald cannot
 * parse leaves the earlier value in force.
 *
 * Each key not set has a row with the built-in default. Distributions build some in differently;
 * their journald.conf shows those in comments ("#ForwardToSyslog=yes"), which are taken from there.
 */
#include "sensor/facts/conf_files.h"
#include "sensor/facts/ini.h"

#include <string.h>

enum value_kind { VALUE_ANY, VALUE_BOOLEAN, VALUE_STORAGE };

static const struct known {
    const char *key;
    enum value_kind kind;
    const char *value; /* the default; NULL where distributions differ */
} known[] = {
    {"Storage", VALUE_STORAGE, "auto"},
    {"Compress", VALUE_ANY, "yes"}, /* or a size */
    {"Seal", VALUE_BOOLEAN, "yes"},
    {"SplitMode", VALUE_ANY, "uid"},
    {"SyncIntervalSec", VALUE_ANY, "5m"},
    {"RateLimitIntervalSec", VALUE_ANY, "30s"},
    {"RateLimitBurst", VALUE_ANY, "10000"},
    {"SystemMaxUse", VALUE_ANY, ""},
    {"SystemKeepFree", VALUE_ANY, ""},
    {"SystemMaxFileSize", VALUE_ANY, ""},
    {"RuntimeMaxUse", VALUE_ANY, ""},
    {"MaxRetentionSec", VALUE_ANY, "0"},
    {"MaxFileSec", VALUE_ANY, "1month"},
    {"ForwardToSyslog", VALUE_BOOLEAN, NULL},
    {"ForwardToKMsg", VALUE_BOOLEAN, "no"},
    {"ForwardToConsole", VALUE_BOOLEAN, "no"},
    {"ForwardToWall", VALUE_BOOLEAN, "yes"},
    {"MaxLevelStore", VALUE_ANY, "debug"},
    {"MaxLevelSyslog", VALUE_ANY, "debug"},
    {"ReadKMsg", VALUE_BOOLEAN, "yes"},
    {"Audit", VALUE_ANY, NULL},
};

static const struct column columns[] = {
    {"key", COLUMN_TEXT, "", "The setting's name, such as Storage"},
    {"value", COLUMN_TEXT, "", "As written; NULL for a default that is not known"},
    {"explicit", COLUMN_INTEGER, "", "1 = written; 0 = the built-in default"},
    {"effective", COLUMN_INTEGER, "", "1 = the row that decides"},
    {"valid", COLUMN_INTEGER, "",
     "0 = journald ignores it: no value it takes, or not in the section [Journal]"},
};

static const struct table table = {
    "journald_setting",
    "Settings of systemd's journal: a row for each line, and one for each setting not written.",
    columns, COUNT_OF(columns)};

static const char *const main_paths[] = {"/etc/systemd/journald.conf", "/run/systemd/journald.conf",
                                         "/usr/local/lib/systemd/journald.conf",
                                         "/usr/lib/systemd/journald.conf"};
static const char *const patterns[] = {
    "/etc/systemd/journald.conf.d/*.conf", "/run/systemd/journald.conf.d/*.conf",
    "/usr/local/lib/systemd/journald.conf.d/*.conf", "/usr/lib/systemd/journald.conf.d/*.conf"};

struct assignment {
    struct assignment *next;
    struct ini_line line;
    const struct item *item;
    bool valid, effective;
};

struct found {
    struct facts *facts;
    struct assignment *first, **end;
    struct assignment *last[COUNT_OF(known)]; /* of each key, the one that decides */
    struct view shown[COUNT_OF(known)];       /* its default as a comment shows it */
};

static size_t find_known(struct view key)
{
    size_t i = 0;
    while (i < COUNT_OF(known) && !view_is(key, known[i].key))
        i++;
    return i;
}

static bool is_one_of(struct view value, const char *const *words, size_t count, bool any_case)
{
    for (size_t i = 0; i < count; i++)
        if (any_case ? view_is_nocase(value, words[i]) : view_is(value, words[i]))
            return true;
    return false;
}

/* As parse_boolean() of systemd; nothing takes quotes off. */
static bool takes(enum value_kind kind, struct view value)
{
    static const char *const booleans[] = {"1", "yes", "y", "true",  "t", "on",
                                           "0", "no",  "n", "false", "f", "off"};
    static const char *const storages[] = {"auto", "persistent", "volatile", "none"};
    if (kind == VALUE_BOOLEAN)
        return is_one_of(value, booleans, COUNT_OF(booleans), true);
    if (kind == VALUE_STORAGE)
        return is_one_of(value, storages, COUNT_OF(storages), false);
    return !(value.len && (value.ptr[0] == '"' || value.ptr[0] == '\''));
}

static void gather(struct found *found, const struct item *item)
{
    struct ini ini = ini_open(found->facts, item);
    struct ini_line line;
    while (ini_next(&ini, &line)) {
        size_t i = find_known(line.key);
        struct assignment *a = arena_take(reader_arena(found->facts), sizeof *a);
        *a = (struct assignment){.line = line, .item = item};
        a->valid = view_is(line.section, "Journal") && i < COUNT_OF(known) &&
                   takes(known[i].kind, line.value);
        if (a->valid) {
            if (found->last[i])
                found->last[i]->effective = false;
            found->last[i] = a;
            a->effective = true;
        }
        *found->end = a;
        found->end = &a->next;
    }
}

static void gather_shown(struct found *found, const struct item *item)
{
    struct view rest = reader_text(found->facts, item), line, key;
    while (view_line(&rest, &line)) {
        if (!view_starts(line, "#"))
            continue;
        line = view_from(line, 1);
        size_t i = view_cut(&line, '=', &key) && line.ptr ? find_known(key) : COUNT_OF(known);
        if (i < COUNT_OF(known))
            found->shown[i] = view_trim(line);
    }
}

static struct rc put(struct facts *facts, const struct assignment *a)
{
    struct cell cells[] = {cell_view(a->line.key), cell_view(a->line.value), cell_integer(1),
                           cell_integer(a->effective), cell_integer(a->valid)};
    return reader_row(facts, &table, cells, a->item, a->line.number);
}

static struct rc put_default(struct found *found, size_t i, const struct item *item)
{
    struct cell value =
        found->shown[i].ptr ? cell_view(found->shown[i]) : cell_text(known[i].value);
    struct cell cells[] = {cell_text(known[i].key), value, cell_integer(0), cell_integer(1),
                           cell_integer(1)};
    return reader_row(found->facts, &table, cells, item, 0);
}

static struct rc read_journald(struct facts *facts)
{
    struct found found = {.facts = facts};
    found.end = &found.first;
    struct conf_file *files;
    size_t count;
    const struct item *item = conf_files_first(facts, main_paths, COUNT_OF(main_paths));
    gather_shown(&found, item);
    gather(&found, item);
    TRY(conf_files_list(facts, patterns, COUNT_OF(patterns), &files, &count));
    for (size_t i = 0; i < count; i++)
        gather(&found, reader_file(facts, files[i].path));
    for (const struct assignment *a = found.first; a; a = a->next)
        TRY(put(facts, a));
    if (!item)
        item = reader_file(facts, main_paths[0]);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (!found.last[i])
            TRY(put_default(&found, i, item));
    return RC_OK;
}

static const struct table *const tables[] = {&table, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/systemd/journald.conf"},
    {.kind = ITEM_FILE, .pattern = "/run/systemd/journald.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/local/lib/systemd/journald.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/lib/systemd/journald.conf"},
    {.kind = ITEM_FILE, .pattern = "/etc/systemd/journald.conf.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/run/systemd/journald.conf.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/local/lib/systemd/journald.conf.d/*.conf"},
    {.kind = ITEM_FILE, .pattern = "/usr/lib/systemd/journald.conf.d/*.conf"}};

const struct reader reader_journald = {"journald", tables, sources, COUNT_OF(sources),
                                       read_journald};
