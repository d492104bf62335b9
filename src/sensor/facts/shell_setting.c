/*
 * shell_setting: what the shells' start files set: variables, umask, and which are read-only.
 *
 * /etc/profile and profile.d are read by login shells, bash.bashrc and bashrc by interactive ones,
 * here in this order. Nothing is run: a value that is computed is NULL, a statement inside if,
 * case, a loop, a function or behind && and || is conditional, and files that are sourced from
 * other places give a row of kind source but are not read.
 */
#include "sensor/facts/reader.h"
#include "sensor/facts/shell_scan.h"

#include <stdlib.h>
#include <string.h>

static const struct column columns[] = {
    {"name", COLUMN_TEXT, "", "the variable; umask; source"},
    {"value", COLUMN_TEXT, "",
     "as set; NULL where none is (export NAME) or where only a shell could tell it"},
    {"kind", COLUMN_TEXT, "", "assignment, export, readonly, unset, umask or source"},
    {"conditional", COLUMN_INTEGER, "",
     "1 = inside if, case, a loop, a function or a subshell, or behind && or ||"},
    {"effective", COLUMN_INTEGER, "",
     "1 = this value holds in the end, 0 = not, NULL = cannot tell (conditional)"},
    {"shell", COLUMN_TEXT, "", "login = login shells of sh's kind, bash = interactive bash"},
};

static const struct table table = {
    .name = "shell_setting",
    .doc = "Statements of the shells' start files that set a variable or the umask.",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};

struct setting {
    const char *name, *value, *kind, *shell;
    const struct item *item;
    uint32_t line;
    bool conditional, sets;
    int effective; /* -1: cannot tell */
};

struct reading {
    struct facts *facts;
    const struct item *item;
    const char *shell;
    struct setting *list;
    size_t count, room;
};

/* ---- statements ------------------------------------------------------------------------ */

static struct setting *add(struct reading *reading, const struct shell_command *command,
                           const char *kind, const char *name, const char *value)
{
    if (reading->count == reading->room) {
        reading->room = reading->room ? reading->room * 2 : 64;
        reading->list = mem_resize(reading->list, reading->room * sizeof *reading->list);
    }
    struct setting *setting = &reading->list[reading->count++];
    *setting = (struct setting){
        .name = name,
        .value = value,
        .kind = kind,
        .shell = reading->shell,
        .item = reading->item,
        .line = command->line,
        .conditional = command->conditional,
    };
    return setting;
}

/* The length of NAME in NAME=... or NAME+=...; 0 when the word is no assignment. */
static size_t name_length(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    bool is_name = length && (text[0] < '0' || text[0] > '9');
    return is_name && (text[length] == '=' || (text[length] == '+' && text[length + 1] == '='))
               ? length
               : 0;
}

static void add_assignment(struct reading *reading, const struct shell_command *command,
                           const char *kind, const struct shell_word *word)
{
    size_t length = name_length(word->text);
    bool is_appended = length && word->text[length] == '+';
    if (length == 0 && (word->computed || !word->text[0]))
        return;
    struct arena *arena = reader_arena(reading->facts);
    const char *name = length ? view_text(arena, (struct view){word->text, length}) : word->text;
    bool is_known = length && !word->computed && !is_appended;
    struct setting *setting =
        add(reading, command, kind, name, is_known ? word->text + length + 1 : NULL);
    setting->sets = length > 0;
}

/* export, readonly, declare -rx, typeset: what the flags make of it. */
static const char *declared_kind(const struct shell_command *command, const char *word)
{
    bool is_readonly = strcmp(word, "readonly") == 0, is_export = strcmp(word, "export") == 0;
    for (size_t i = 1; i < command->count && command->words[i].text[0] == '-'; i++) {
        is_readonly = is_readonly || strchr(command->words[i].text, 'r');
        is_export = is_export || strchr(command->words[i].text, 'x');
    }
    return is_readonly ? "readonly" : is_export ? "export" : "assignment";
}

static bool is_declaration(const char *word)
{
    return strcmp(word, "export") == 0 || strcmp(word, "readonly") == 0 ||
           strcmp(word, "declare") == 0 || strcmp(word, "typeset") == 0;
}

static void add_declared(struct reading *reading, const struct shell_command *command, size_t first)
{
    const char *kind = declared_kind(command, command->words[first].text);
    for (size_t i = first + 1; i < command->count; i++)
        if (command->words[i].text[0] != '-')
            add_assignment(reading, command, kind, &command->words[i]);
}

static void add_unset(struct reading *reading, const struct shell_command *command, size_t first)
{
    for (size_t i = first + 1; i < command->count; i++)
        if (command->words[i].text[0] && command->words[i].text[0] != '-')
            add(reading, command, "unset", command->words[i].text, NULL)->sets = true;
}

static void add_umask(struct reading *reading, const struct shell_command *command, size_t first)
{
    for (size_t i = first + 1; i < command->count; i++) {
        const struct shell_word *word = &command->words[i];
        if (word->text[0] == '-' && !word->computed)
            continue; /* -S and -p show it */
        add(reading, command, "umask", "umask", word->computed ? NULL : word->text)->sets = true;
        return;
    }
}

static struct rc take_command(void *context, const struct shell_command *command)
{
    struct reading *reading = context;
    size_t first = 0;
    while (first < command->count && name_length(command->words[first].text))
        first++;
    if (first == command->count) { /* before a command they hold for that command only */
        for (size_t i = 0; i < first; i++)
            add_assignment(reading, command, "assignment", &command->words[i]);
        return RC_OK;
    }
    while (first + 1 < command->count && (strcmp(command->words[first].text, "builtin") == 0 ||
                                          strcmp(command->words[first].text, "command") == 0))
        first++;
    const char *word = command->words[first].text;
    if (command->words[first].computed)
        return RC_OK;
    if (is_declaration(word))
        add_declared(reading, command, first);
    else if (strcmp(word, "unset") == 0)
        add_unset(reading, command, first);
    else if (strcmp(word, "umask") == 0)
        add_umask(reading, command, first);
    else if ((strcmp(word, ".") == 0 || strcmp(word, "source") == 0) && first + 1 < command->count)
        add(reading, command, "source", "source",
            command->words[first + 1].computed ? NULL : command->words[first + 1].text);
    return RC_OK;
}

/* ---- which holds ----------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const struct setting *left = *(const struct setting *const *)a;
    const struct setting *right = *(const struct setting *const *)b;
    int order = strcmp(left->name, right->name);
    return order ? order : left < right ? -1 : left > right;
}

/* All statements about one name, in their order: the last unconditional one holds, but nothing
 * changes a variable once it was made read-only. */
static void judge(struct setting *const *list, size_t count)
{
    struct setting *last = NULL;
    bool is_locked = false;
    for (size_t i = 0; i < count; i++) {
        bool is_change = list[i]->sets && !is_locked;
        list[i]->effective = list[i]->conditional && is_change ? -1 : 0;
        if (is_change && !list[i]->conditional)
            last = list[i];
        if (strcmp(list[i]->kind, "readonly") == 0 && !list[i]->conditional)
            is_locked = true;
    }
    if (last)
        last->effective = strcmp(last->kind, "unset") != 0;
}

static void judge_all(const struct reading *reading)
{
    struct setting **sorted = mem_new((reading->count + 1) * sizeof(struct setting *));
    for (size_t i = 0; i < reading->count; i++)
        sorted[i] = &reading->list[i];
    qsort(sorted, reading->count, sizeof *sorted, by_name);
    for (size_t start = 0, end; start < reading->count; start = end) {
        end = start + 1;
        while (end < reading->count && strcmp(sorted[start]->name, sorted[end]->name) == 0)
            end++;
        judge(sorted + start, end - start);
    }
    mem_free(sorted);
}

/* ---- files ----------------------------------------------------------------------------- */

static struct rc read_file(struct reading *reading, const char *path)
{
    const char *problem = NULL;
    uint32_t line = 0;
    reading->item = reader_file(reading->facts, path);
    struct view text = reader_text(reading->facts, reading->item);
    if (text.len == 0)
        return RC_OK;
    TRY(shell_scan(reader_arena(reading->facts), text, take_command, reading, &problem, &line));
    if (problem)
        reader_problem(reading->facts, reading->item, line, "%s", problem);
    return RC_OK;
}

static struct rc read_folder(struct reading *reading, const char *pattern)
{
    const char *const *paths;
    size_t count;
    TRY(reader_files(reading->facts, pattern, &paths, &count));
    for (size_t i = 0; i < count; i++)
        TRY(read_file(reading, paths[i]));
    return RC_OK;
}

static struct rc read_all(struct reading *reading)
{
    reading->shell = "login";
    TRY(read_file(reading, "/etc/profile"));
    TRY(read_folder(reading, "/etc/profile.d/*.sh"));
    reading->shell = "bash";
    TRY(read_file(reading, "/etc/bash.bashrc"));
    TRY(read_folder(reading, "/etc/bash.bashrc.d/*"));
    return read_file(reading, "/etc/bashrc");
}

static struct rc put(const struct reading *reading, const struct setting *setting)
{
    struct cell cells[] = {
        cell_text(setting->name),
        cell_text(setting->value),
        cell_text(setting->kind),
        cell_integer(setting->conditional),
        setting->effective < 0 ? cell_null() : cell_integer(setting->effective),
        cell_text(setting->shell),
    };
    return reader_row(reading->facts, &table, cells, setting->item, setting->line);
}

static struct rc read_settings(struct facts *facts)
{
    struct reading reading = {.facts = facts};
    struct rc rc = read_all(&reading);
    if (!failed(rc))
        judge_all(&reading);
    for (size_t i = 0; i < reading.count && !failed(rc); i++)
        rc = put(&reading, &reading.list[i]);
    mem_free(reading.list);
    return rc;
}

static const struct table *const tables[] = {&table, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/profile", .max = (size_t)1 << 20},
    {.kind = ITEM_FILE, .pattern = "/etc/profile.d/*.sh", .max = (size_t)1 << 20},
    {.kind = ITEM_FILE, .pattern = "/etc/bash.bashrc", .max = (size_t)1 << 20},
    {.kind = ITEM_FILE, .pattern = "/etc/bash.bashrc.d/*", .max = (size_t)1 << 20},
    {.kind = ITEM_FILE, .pattern = "/etc/bashrc", .max = (size_t)1 << 20},
};

const struct reader reader_shell_setting = {"shell_setting", tables, sources, COUNT_OF(sources),
                                            read_settings};
