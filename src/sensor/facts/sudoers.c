/*
 * sudoers: who may act as whom: /etc/sudoers and what it includes, as sudo reads it.
 *
 * A row of sudo_rule is one member of the user list (aliases resolved) with one command (aliases
 * resolved); hosts and users to run as stay lists. sudo takes the last row that matches. A line
 * with a syntax error is a problem of its file and gives nothing. Rules from LDAP or SSSD are not
 * here.
 *
 * Bounds: 16 levels of include (sudo: 128), 1,000 files, 2 MiB in all, 200,000 rows, and what
 * sudoers_alias.c says; past one of them reading stops with a problem.
 */
#include "sensor/facts/sudoers.h"

#include <stdlib.h>
#include <string.h>

#define PATH      "/etc/sudoers"
#define FALLBACK  "/usr/etc/sudoers"
#define DEPTH_MAX 16
#define FILES_MAX 1000
#define WORK_MAX  ((size_t)2 << 20)
#define ROWS_MAX  200000

static const struct column rule_columns[] = {
    {"who", COLUMN_TEXT, "", "one member of the user list, without the mark of its kind"},
    {"who_kind", COLUMN_TEXT, "", "ALL, user, uid, group, gid, netgroup or nonunix_group"},
    {"who_negated", COLUMN_INTEGER, "", "1 = the rule is not for this member ('!')"},
    {"host", COLUMN_TEXT, "", "hosts on which it holds, divided by ', '; ALL = everywhere"},
    {"run_as_user", COLUMN_TEXT, "",
     "users to run as, divided by ', '; '' = only the caller; without a list runas_default (root)"},
    {"run_as_group", COLUMN_TEXT, "", "groups to run with, divided by ', '; NULL = not given"},
    {"command", COLUMN_TEXT, "", "ALL, sudoedit, list, or a path or pattern with its arguments"},
    {"negated", COLUMN_INTEGER, "", "1 = the command is forbidden ('!')"},
    {"nopasswd", COLUMN_INTEGER, "", "1 = NOPASSWD holds: no password is asked"},
    {"noexec", COLUMN_INTEGER, "", "1 = NOEXEC holds: the command may start no other"},
    {"tags", COLUMN_TEXT, "", "all tags and options that hold, divided by blanks"},
    {"digest", COLUMN_TEXT, "", "digests the command must have; NULL = any"},
};

static const struct table rule_table = {
    .name = "sudo_rule",
    .doc = "Rules of sudo: a row for each user or group and each command.",
    .columns = rule_columns,
    .column_count = COUNT_OF(rule_columns),
};

static const struct column default_columns[] = {
    {"scope", COLUMN_TEXT, "", "for whom or what it holds, divided by ', '; NULL = for all"},
    {"scope_kind", COLUMN_TEXT, "", "global, user, host, runas or command"},
    {"name", COLUMN_TEXT, "", "the parameter, such as authenticate or timestamp_timeout"},
    {"operation", COLUMN_TEXT, "", "=, += or -=; NULL for a flag"},
    {"value", COLUMN_TEXT, "", "without its quotes; NULL for a flag"},
    {"negated", COLUMN_INTEGER, "", "1 = switched off ('!')"},
    {"effective", COLUMN_INTEGER, "", "1 = no later line of the same scope sets it anew"},
};

static const struct table default_table = {
    .name = "sudo_default",
    .doc = "Defaults lines of sudoers: a row for each parameter.",
    .columns = default_columns,
    .column_count = COUNT_OF(default_columns),
};

static const struct table *const tables[] = {&rule_table, &default_table, NULL};

/* ---- includes -------------------------------------------------------------------------- */

static const char *resolve_path(struct arena *arena, const char *path, const char *from)
{
    const char *slash = strrchr(from, '/');
    if (path[0] == '/')
        return path;
    return arena_printf(arena, "%.*s/%s", slash ? (int)(slash - from) : 0, from, path);
}

enum sudoers_include sudoers_include(struct arena *arena, const char *text, const char *from,
                                     const char **path, const char **error)
{
    while (*text == ' ' || *text == '\t')
        text++;
    if ((*text != '#' && *text != '@') || strncmp(text + 1, "include", 7) != 0)
        return SUDOERS_NO_INCLUDE;
    bool is_folder = strncmp(text + 8, "dir", 3) == 0;
    struct sudoers_cursor cursor = {.arena = arena, .at = text + (is_folder ? 11 : 8)};
    if (!strchr(" \t\n\"", *cursor.at) || !*cursor.at)
        return SUDOERS_NO_INCLUDE;
    sudoers_skip(&cursor);
    const char *name = *cursor.at == '"' ? sudoers_quoted(&cursor) : sudoers_word(&cursor, "\"");
    *path = NULL;
    *error = cursor.error;
    if (!name[0] || !sudoers_at_end(&cursor))
        *error = "an include names one path";
    else if (strstr(name, "%h"))
        *error = "an include depends on the host's name (%h)";
    else if (strpbrk(name, "*?[") || strchr(name, ':'))
        *error = "an include names several paths or a pattern";
    if (!*error)
        *path = resolve_path(arena, name, from);
    return is_folder ? SUDOERS_FOLDER : SUDOERS_FILE;
}

static void follow(const char *path, struct view bytes,
                   void (*add)(void *context, const char *pattern), void *context)
{
    const char *nul = bytes.len ? memchr(bytes.ptr, '\0', bytes.len) : NULL;
    if (nul)
        bytes.len = (size_t)(nul - bytes.ptr);
    uint32_t line, next = 1;
    for (char *text; bytes.len;) {
        struct arena *arena = arena_new();
        const char *found = NULL, *error = NULL;
        bool is_more = sudoers_logical(arena, &bytes, &next, &text, &line);
        if (is_more) {
            enum sudoers_include kind = sudoers_include(arena, text, path, &found, &error);
            if (found)
                add(context, kind == SUDOERS_FILE ? found : arena_printf(arena, "%s/*", found));
        }
        arena_free(arena);
        if (!is_more)
            break;
    }
}

static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = PATH, .max = (size_t)1 << 20, .follow = follow},
    {.kind = ITEM_FILE, .pattern = FALLBACK, .max = (size_t)1 << 20, .follow = follow},
};

/* ---- reading --------------------------------------------------------------------------- */

struct reading {
    struct facts *facts;
    struct sudoers sudoers;
    const struct item *main;
    size_t files, work, rows;
    bool stopped;
};

static void stop(struct reading *reading, const struct item *item, uint32_t line, const char *why)
{
    reading->stopped = true;
    reader_problem(reading->facts, item, line, "%s; the rest was not read", why);
}

static struct rc read_file(struct reading *reading, const char *path, unsigned depth);

/* Names with a '.' and those that end in '~' are passed over. */
static bool is_skipped(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return strchr(name, '.') || (name[0] && name[strlen(name) - 1] == '~');
}

static struct rc include_folder(struct reading *reading, const char *folder, unsigned depth)
{
    const char *const *paths;
    size_t count;
    const char *pattern = arena_printf(reading->sudoers.arena, "%s/*", folder);
    TRY(reader_files(reading->facts, pattern, &paths, &count));
    for (size_t i = 0; i < count && !reading->stopped; i++)
        if (!is_skipped(paths[i]))
            TRY(read_file(reading, paths[i], depth));
    return RC_OK;
}

static struct rc read_lines(struct reading *reading, const struct item *item, unsigned depth)
{
    struct view rest = reader_text(reading->facts, item);
    struct arena *arena = reading->sudoers.arena;
    uint32_t line, next = 1;
    char *text;
    while (!reading->stopped && sudoers_logical(arena, &rest, &next, &text, &line)) {
        const char *path = NULL, *error = NULL;
        enum sudoers_include kind = sudoers_include(arena, text, item->name, &path, &error);
        if (strlen(text) > READER_LINE_MAX)
            error = "a line is too long";
        else if (kind == SUDOERS_NO_INCLUDE)
            error = sudoers_parse_line(&reading->sudoers, item, text, line);
        if (error)
            reader_problem(reading->facts, item, line, "%s", error);
        else if (kind != SUDOERS_NO_INCLUDE && depth >= DEPTH_MAX)
            stop(reading, item, line, "includes are nested more than 16 levels");
        else if (kind == SUDOERS_FILE)
            TRY(read_file(reading, path, depth + 1));
        else if (kind == SUDOERS_FOLDER)
            TRY(include_folder(reading, path, depth + 1));
    }
    return RC_OK;
}

static struct rc read_file(struct reading *reading, const char *path, unsigned depth)
{
    const struct item *item = reader_file(reading->facts, path);
    if (!item)
        return RC_OK;
    reading->work += item->bytes.len;
    if (++reading->files > FILES_MAX || reading->work > WORK_MAX) {
        stop(reading, item, 0, "more than 1,000 files or 2 MiB are included");
        return RC_OK;
    }
    return read_lines(reading, item, depth);
}

/* ---- rows of rules --------------------------------------------------------------------- */

/* Members of a list without aliases. */
struct flat {
    struct flat_member {
        const struct sudoers_member *member;
        bool is_negated;
    } * list;
    size_t count, room;
};

static void add_flat(void *context, const struct sudoers_member *member, bool is_negated)
{
    struct flat *flat = context;
    if (flat->count == flat->room) {
        flat->room = flat->room ? flat->room * 2 : 16;
        flat->list = mem_resize(flat->list, flat->room * sizeof *flat->list);
    }
    flat->list[flat->count++] = (struct flat_member){member, is_negated};
}

static const char *who_kind(const struct sudoers_member *member, const char **name)
{
    static const struct {
        const char *prefix, *kind;
    } kinds[] = {
        {"%:", "nonunix_group"}, {"%#", "gid"}, {"%", "group"}, {"+", "netgroup"}, {"#", "uid"}};
    *name = member->text;
    if (!member->is_literal && strcmp(member->text, "ALL") == 0)
        return "ALL";
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strncmp(member->text, kinds[i].prefix, strlen(kinds[i].prefix)) == 0) {
            *name += strlen(kinds[i].prefix);
            return kinds[i].kind;
        }
    return "user";
}

/* What one command of a rule has in all its rows. */
struct shared {
    const struct item *item;
    const char *hosts, *run_as_user, *run_as_group, *tags;
    const struct sudoers_spec *spec;
};

static struct rc put_rule(struct reading *reading, const struct shared *shared,
                          const struct flat_member *who, const struct flat_member *command)
{
    const char *name, *kind = who_kind(who->member, &name);
    if (reading->rows++ == ROWS_MAX)
        stop(reading, shared->item, shared->spec->command->line, "more than 200,000 rules");
    if (reading->stopped)
        return RC_OK;
    struct cell cells[] = {
        cell_text(name),
        cell_text(kind),
        cell_integer(who->is_negated),
        cell_text(shared->hosts),
        cell_text(shared->run_as_user),
        cell_text(shared->run_as_group),
        cell_text(command->member->text),
        cell_integer(command->is_negated),
        cell_integer(shared->spec->tags[SUDOERS_NOPASSWD] == 1),
        cell_integer(shared->spec->tags[SUDOERS_NOEXEC] == 1),
        cell_text(shared->tags),
        cell_text(command->member->digest),
    };
    return reader_row(reading->facts, &rule_table, cells, shared->item,
                      shared->spec->command->line);
}

static const char *runas_default(const struct sudoers *sudoers)
{
    const char *name = "root";
    for (const struct sudoers_default *entry = sudoers->defaults; entry; entry = entry->next)
        if (entry->is_global && entry->value && strcmp(entry->name, "runas_default") == 0)
            name = entry->value;
    return name;
}

/* False when resolving took too long. */
static bool describe(struct reading *reading, const struct sudoers_spec *spec,
                     struct shared *shared)
{
    struct sudoers *sudoers = &reading->sudoers;
    shared->spec = spec;
    shared->tags = sudoers_tags_text(sudoers->arena, spec);
    shared->run_as_group = NULL;
    shared->run_as_user = spec->runas_users
                              ? sudoers_list_text(sudoers, SUDOERS_RUNAS, spec->runas_users)
                              : runas_default(sudoers);
    if (spec->runas_groups && spec->runas_groups->first)
        shared->run_as_group = sudoers_list_text(sudoers, SUDOERS_RUNAS, spec->runas_groups);
    return sudoers->steps <= SUDOERS_STEPS_MAX;
}

static struct rc put_spec(struct reading *reading, struct shared *shared, const struct flat *users,
                          const struct sudoers_spec *spec)
{
    struct flat commands = {0};
    struct sudoers_member alone = *spec->command;
    alone.next = NULL;
    bool is_done = describe(reading, spec, shared) &&
                   sudoers_resolve(&reading->sudoers, SUDOERS_COMMAND, &alone, add_flat, &commands);
    if (!is_done)
        stop(reading, shared->item, spec->command->line, "aliases name too many members");
    struct rc rc = RC_OK;
    for (size_t i = 0; i < users->count && !failed(rc); i++)
        for (size_t k = 0; k < commands.count && !reading->stopped && !failed(rc); k++)
            rc = put_rule(reading, shared, &users->list[i], &commands.list[k]);
    mem_free(commands.list);
    return rc;
}

static struct rc put_rules(struct reading *reading, const struct sudoers_rule *rule)
{
    struct flat users = {0};
    struct shared shared = {.item = rule->item};
    bool is_done =
        sudoers_resolve(&reading->sudoers, SUDOERS_USER, rule->users.first, add_flat, &users);
    struct rc rc = RC_OK;
    for (const struct sudoers_privilege *privilege = rule->privileges; privilege && is_done;
         privilege = privilege->next) {
        shared.hosts = sudoers_list_text(&reading->sudoers, SUDOERS_HOST, &privilege->hosts);
        is_done = shared.hosts != NULL;
        for (const struct sudoers_spec *spec = privilege->specs;
             spec && is_done && !reading->stopped && !failed(rc); spec = spec->next)
            rc = put_spec(reading, &shared, &users, spec);
    }
    if (!is_done)
        stop(reading, rule->item, rule->users.first->line, "aliases name too many members");
    mem_free(users.list);
    return rc;
}

/* ---- rows of Defaults ------------------------------------------------------------------ */

static const char *scope_name(const struct sudoers_default *entry)
{
    static const char *const names[] = {[SUDOERS_USER] = "user",
                                        [SUDOERS_RUNAS] = "runas",
                                        [SUDOERS_HOST] = "host",
                                        [SUDOERS_COMMAND] = "command"};
    return entry->is_global ? "global" : names[entry->scope_kind];
}

static int by_scope_and_name(const struct sudoers_default *a, const struct sudoers_default *b)
{
    int order = strcmp(a->name, b->name);
    if (order == 0)
        order = strcmp(scope_name(a), scope_name(b));
    if (order == 0)
        order = strcmp(a->scope_text, b->scope_text);
    return order;
}

/* Pointers into an array that keeps the order of the files. */
static int compare(const void *a, const void *b)
{
    struct sudoers_default *const *left = a, *const *right = b;
    int order = by_scope_and_name(*left, *right);
    if (order == 0) /* is_effective holds nothing yet: the order of reading decides */
        order = (*left)->line < (*right)->line ? -1 : (*left)->line > (*right)->line;
    return order;
}

/* From the last of a scope and name back to the first that sets it wholly, all hold. */
static void mark_effective(struct sudoers_default **sorted, size_t count)
{
    bool is_set = false;
    for (size_t i = count; i-- > 0;) {
        if (i + 1 == count || by_scope_and_name(sorted[i], sorted[i + 1]) != 0)
            is_set = false;
        sorted[i]->is_effective = !is_set;
        bool is_added = sorted[i]->operation && sorted[i]->operation[0] != '=';
        is_set = is_set || !is_added;
    }
}

static struct rc put_default(struct reading *reading, const struct sudoers_default *entry,
                             uint32_t line)
{
    struct cell cells[] = {
        cell_text(entry->is_global ? NULL : entry->scope_text),
        cell_text(scope_name(entry)),
        cell_text(entry->name),
        cell_text(entry->operation),
        cell_text(entry->value),
        cell_integer(entry->is_negated),
        cell_integer(entry->is_effective),
    };
    return reader_row(reading->facts, &default_table, cells, entry->item, line);
}

static struct rc put_defaults(struct reading *reading)
{
    size_t count = 0, n = 0;
    for (struct sudoers_default *entry = reading->sudoers.defaults; entry; entry = entry->next)
        count++;
    struct sudoers_default **sorted =
        arena_take(reading->sudoers.arena, (count + 1) * sizeof(struct sudoers_default *));
    uint32_t *lines = arena_take(reading->sudoers.arena, (count + 1) * sizeof *lines);
    for (struct sudoers_default *entry = reading->sudoers.defaults; entry; entry = entry->next) {
        entry->scope_text = entry->is_global ? ""
                                             : sudoers_list_text(&reading->sudoers,
                                                                 entry->scope_kind, entry->scope);
        if (!entry->scope_text) {
            stop(reading, entry->item, entry->line, "aliases name too many members");
            return RC_OK;
        }
        lines[n] = entry->line;
        entry->line = (uint32_t)n; /* its place in the order of reading, for a moment */
        sorted[n++] = entry;
    }
    qsort(sorted, count, sizeof *sorted, compare);
    mark_effective(sorted, count);
    n = 0;
    for (struct sudoers_default *entry = reading->sudoers.defaults; entry; entry = entry->next)
        TRY(put_default(reading, entry, lines[n++]));
    return RC_OK;
}

/* ---- all ------------------------------------------------------------------------------- */

static struct rc put_all(struct reading *reading)
{
    TRY(put_defaults(reading));
    for (const struct sudoers_rule *rule = reading->sudoers.rules; rule && !reading->stopped;
         rule = rule->next)
        TRY(put_rules(reading, rule));
    return RC_OK;
}

static struct rc read_sudoers(struct facts *facts)
{
    struct reading reading = {.facts = facts, .sudoers = {.arena = arena_new()}};
    reading.sudoers.rules_end = &reading.sudoers.rules;
    reading.sudoers.defaults_end = &reading.sudoers.defaults;
    const struct item *item = reader_file(facts, PATH);
    bool is_absent = item && item->status == ITEM_ABSENT;
    struct rc rc = read_file(&reading, is_absent ? FALLBACK : PATH, 0);
    if (!failed(rc)) {
        reading.stopped = false; /* what was read gives rows */
        rc = put_all(&reading);
    }
    arena_free(reading.sudoers.arena);
    return rc;
}

const struct reader reader_sudoers = {
    .name = "sudoers",
    .tables = tables,
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .read = read_sudoers,
};
