/*
 * unit: systemd's services, sockets, targets and timers as the file system alone shows them: what
 * `systemctl --root=DIR is-enabled` would say, and what each would start.
 *
 *   masked    an empty file or a link to /dev/null takes its name
 *   alias     a link to a unit of another name
 *   enabled   a link in /etc (enabled-runtime: /run) points at it: .wants, .requires or an alias
 *   disabled  has an [Install] section that would make links, and none is there
 *   indirect  used under another name (an instance, an undeclared alias), or its [Install] only
 *             names other units to enable (Also=)
 *   static    nothing to enable: started by others
 *   linked    its file lies outside the search path
 *   missing   a link that leads nowhere
 *
 * Services of System V (/etc/init.d) are units where no other has the name: enabled when a runlevel
 * 2-5 or S starts them. Drop-ins (NAME.d, NAME@.d, prefix-.d, service.d) are merged for ExecStart
 * and [Install]; their order is that of their names. Not seen: what generators make at boot.
 */
#include "sensor/facts/ini.h"
#include "sensor/facts/unit_tree.h"

#include <stdlib.h>
#include <string.h>

#define DROPINS_MAX 200  /* for one unit */
#define SCRIPTS_MAX 2000 /* of System V */

static const struct column columns[] = {
    {"name", COLUMN_TEXT, "", "With its suffix: ssh.service, getty@tty1.service"},
    {"kind", COLUMN_TEXT, "", "service, socket, target or timer"},
    {"state", COLUMN_TEXT, "",
     "enabled, enabled-runtime, disabled, masked, static, alias, indirect, linked or missing; NULL "
     "where its file or the links to it could not be read"},
    {"load_path", COLUMN_TEXT, "", "The file that counts: the first in the search path"},
    {"alias_of", COLUMN_TEXT, "", "Of an alias: the unit it leads to"},
    {"wanted_by", COLUMN_TEXT, "", "Units that pull it in by a link, separated by commas"},
    {"exec_start", COLUMN_TEXT, "", "What it starts; several joined by ' ; '; NULL for nothing"},
};

static const struct table table = {
    "unit", "One row for each systemd service, socket, target and timer, and System V service.",
    columns, COUNT_OF(columns)};

/* ---- what a unit's files say ----------------------------------------------------------- */

struct content {
    bool is_masked, is_unknown, has_rules, has_also;
    struct view instance; /* DefaultInstance= */
    struct buf exec, aliases;
};

static void take_line(struct content *content, const struct ini_line *line)
{
    static const char *const rules[] = {"WantedBy", "RequiredBy", "UpheldBy", "Alias"};
    if (view_is(line->section, "Install")) {
        for (size_t i = 0; i < COUNT_OF(rules); i++)
            content->has_rules |= line->value.len && view_is(line->key, rules[i]);
        content->has_also |= line->value.len && view_is(line->key, "Also");
        if (view_is(line->key, "DefaultInstance"))
            content->instance = line->value;
        if (view_is(line->key, "Alias")) {
            buf_add_view(&content->aliases, line->value);
            buf_add_char(&content->aliases, ' ');
        }
    }
    if (!view_is(line->section, "Service") || !view_is(line->key, "ExecStart"))
        return;
    if (line->value.len == 0) { /* an empty one takes the earlier ones back */
        content->exec.len = 0;
        return;
    }
    if (content->exec.len)
        buf_add_text(&content->exec, " ; ");
    buf_add_view(&content->exec, line->value);
}

static void read_content(struct facts *facts, const struct item *item, struct content *content)
{
    struct ini ini = ini_open(facts, item);
    struct ini_line line;
    if (item && item->status != ITEM_OK && item->status != ITEM_ABSENT)
        content->is_unknown = true;
    while (ini_next(&ini, &line))
        take_line(content, &line);
}

/* ---- drop-ins -------------------------------------------------------------------------- */

struct dropin {
    const char *owner, *name, *path; /* owner: the folder without ".d" */
    size_t rank;
};

struct dropins {
    struct dropin *list; /* by owner, name, rank */
    size_t count;
};

static int by_owner(const void *a, const void *b)
{
    const struct dropin *left = a, *right = b;
    int order = strcmp(left->owner, right->owner);
    if (order == 0)
        order = strcmp(left->name, right->name);
    if (order == 0 && left->rank != right->rank)
        order = left->rank < right->rank ? -1 : 1;
    return order;
}

static int by_file_name(const void *a, const void *b)
{
    const struct dropin *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    if (order == 0 && left->rank != right->rank)
        order = left->rank < right->rank ? -1 : 1;
    return order;
}

static struct rc list_dropins(struct facts *facts, struct dropins *out)
{
    struct arena *arena = reader_arena(facts);
    *out = (struct dropins){0};
    for (size_t i = 0; i < FOLDERS; i++) {
        const char *const *paths;
        size_t n;
        TRY(reader_files(facts, arena_printf(arena, "%s/*.d/*.conf", unit_folders[i]), &paths, &n));
        struct dropin *more = arena_take(arena, (out->count + n + 1) * sizeof *more);
        if (out->count)
            memcpy(more, out->list, out->count * sizeof *more);
        out->list = more;
        for (size_t k = 0; k < n; k++) {
            const char *name = unit_base(paths[k]);
            size_t length = (size_t)(name - paths[k]);
            const char *owner =
                length > 3 ? unit_base(arena_printf(arena, "%.*s", (int)length - 3, paths[k])) : "";
            out->list[out->count++] = (struct dropin){owner, name, paths[k], i};
        }
    }
    if (out->count)
        qsort(out->list, out->count, sizeof *out->list, by_owner);
    return RC_OK;
}

struct chosen {
    struct dropin list[DROPINS_MAX];
    size_t count;
};

/* Adds the drop-ins of one owner; a lower rank hides a higher one of the same name. */
static void choose(const struct dropins *all, const char *owner, size_t rank, struct chosen *out)
{
    size_t low = 0, high = all->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(all->list[middle].owner, owner) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < all->count && strcmp(all->list[low].owner, owner) == 0; low++)
        if (out->count < DROPINS_MAX) {
            out->list[out->count] = all->list[low];
            out->list[out->count++].rank += rank * FOLDERS;
        }
}

/* The most special owner first: NAME, NAME@, each prefix that ends in '-', the type. */
static void choose_all(struct facts *facts, const struct dropins *all, const char *name,
                       struct chosen *out)
{
    struct arena *arena = reader_arena(facts);
    const char *template = unit_template_of(arena, name), *dot = strrchr(name, '.');
    size_t rank = 0;
    out->count = 0;
    if (all->count == 0)
        return;
    choose(all, name, rank++, out);
    if (template)
        choose(all, template, rank++, out);
    for (const char *p = dot; p-- > name;)
        if (*p == '-' && p + 1 != dot)
            choose(all, arena_printf(arena, "%.*s%s", (int)(p + 1 - name), name, dot), rank++, out);
    choose(all, dot + 1, rank, out);
    qsort(out->list, out->count, sizeof *out->list, by_file_name);
}

static void read_dropins(struct facts *facts, const struct dropins *all, const char *name,
                         const struct item *item, struct content *content)
{
    struct chosen chosen;
    choose_all(facts, all, name, &chosen);
    if (chosen.count == DROPINS_MAX)
        reader_problem(facts, item, 0, "more than %d drop-ins", DROPINS_MAX);
    for (size_t i = 0; i < chosen.count; i++)
        if (i == 0 || strcmp(chosen.list[i].name, chosen.list[i - 1].name) != 0)
            read_content(facts, reader_file(facts, chosen.list[i].path), content);
}

/* ---- rows ------------------------------------------------------------------------------ */

/* Whether enabling the unit would make a link of this name; another one only uses the unit. */
static bool is_known_name(const struct unit *unit, const struct content *content, const char *name)
{
    struct view rest = buf_view(&content->aliases), alias;
    const char *at = strchr(name, '@');
    if (strcmp(unit->name, name) == 0)
        return true;
    while (view_word(&rest, &alias))
        if (view_is(alias, name))
            return true;
    return at && content->instance.len && strlen(at + 1) > content->instance.len &&
           memcmp(at + 1, content->instance.ptr, content->instance.len) == 0 &&
           at[1 + content->instance.len] == '.';
}

static bool is_instance(const struct unit *unit)
{
    const char *at = strchr(unit->name, '@');
    return at && at[1] != '.';
}

/* What the links that point at it make of it: /etc before /run before the folders of packages,
 * where only instances count. NULL: nothing. */
static const char *linked_state(const struct unit *unit, const struct content *content)
{
    bool in_etc = false, in_run = false, elsewhere = false, indirect = false;
    for (const struct unit_pull *p = unit->pulls; p; p = p->next) {
        bool known = is_known_name(unit, content, p->name);
        in_etc |= known && p->folder == FOLDER_ETC;
        in_run |= known && p->folder == FOLDER_RUN;
        elsewhere |= known && p->folder > FOLDER_RUN;
        indirect |= !known && p->folder <= FOLDER_RUN;
    }
    if (in_etc || in_run)
        return in_etc ? "enabled" : "enabled-runtime";
    if (elsewhere && is_instance(unit))
        return "static";
    if (content->is_unknown)
        return NULL;
    if (unit->same_name_link)
        return "linked";
    return indirect ? "indirect" : NULL;
}

static const char *state_of(const struct unit *unit, const struct content *content)
{
    if (unit->leads_nowhere)
        return "missing";
    if (content->is_masked)
        return "masked";
    if (unit->of != unit)
        return "alias";
    const char *state = linked_state(unit, content);
    if (state)
        return state;
    if (content->is_unknown)
        return NULL;
    if (content->has_rules)
        return "disabled";
    return content->has_also ? "indirect" : "static";
}

/* Whether a newer link, earlier in the list, names the same unit. */
static bool is_told(const struct unit *unit, const struct unit_pull *pull)
{
    for (const struct unit_pull *p = unit->pulls; p != pull; p = p->next)
        if (p->by && strcmp(p->by, pull->by) == 0)
            return true;
    return false;
}

static struct view wanted_by(struct facts *facts, const struct unit *unit)
{
    const char *text = NULL; /* pulls are kept newest first */
    for (const struct unit_pull *p = unit->pulls; p; p = p->next)
        if (p->by && !is_told(unit, p))
            text = text ? arena_printf(reader_arena(facts), "%s,%s", p->by, text) : p->by;
    return view_of(text);
}

static struct rc put(struct facts *facts, const struct unit_tree *tree, const struct unit *unit,
                     const struct dropins *dropins)
{
    const struct item *item = reader_file(facts, unit->path);
    const struct unit *of = unit->of;
    const struct item *final = of ? reader_file(facts, of->path) : item;
    struct content content = {.is_unknown = tree->links_unread};
    content.is_masked = final && final->status == ITEM_OK && final->bytes.len == 0;
    struct unit shown = *unit;
    if (final && final->status == ITEM_ABSENT)
        shown.leads_nowhere = true;
    else if (!content.is_masked && of)
        read_content(facts, final, &content);
    if (!content.is_masked && !shown.leads_nowhere && of)
        read_dropins(facts, dropins, of->name, final, &content);
    shown.of = of == unit ? &shown : of;
    const char *state = state_of(&shown, &content);
    struct cell cells[] = {
        cell_text(unit->name),
        cell_text(strrchr(unit->name, '.') + 1),
        cell_text(state),
        cell_text(unit->path),
        cell_text(of && of != unit ? of->name : NULL),
        cell_view(wanted_by(facts, of && of != unit ? of : unit)),
        content.exec.len ? cell_view(buf_view(&content.exec)) : cell_null(),
    };
    struct rc rc = reader_row(facts, &table, cells, item, 0);
    buf_free(&content.exec);
    buf_free(&content.aliases);
    return rc;
}

/* ---- System V -------------------------------------------------------------------------- */

static const char *const start_patterns[] = {"/etc/rc[2345S].d/S[0-9][0-9]*",
                                             "/etc/rc.d/rc[2345].d/S[0-9][0-9]*"};

struct starts {
    const char *const *paths[COUNT_OF(start_patterns)];
    size_t counts[COUNT_OF(start_patterns)];
};

static bool is_started(const struct starts *starts, const char *name)
{
    for (size_t i = 0; i < COUNT_OF(start_patterns); i++)
        for (size_t k = 0; k < starts->counts[i]; k++)
            if (strcmp(unit_base(starts->paths[i][k]) + 3, name) == 0) /* behind "S01" */
                return true;
    return false;
}

/* Only a regular file that may be executed is a script. */
static bool is_script(struct facts *facts, const struct item *item)
{
    struct stat_fact fact;
    return item && item->status == ITEM_OK &&
           !failed(stat_decode(reader_arena(facts), item->bytes, &fact)) &&
           strcmp(fact.type, "file") == 0 && (fact.mode & 0111);
}

static struct rc put_script(struct facts *facts, const struct unit_tree *tree,
                            const struct starts *starts, const char *path)
{
    const struct item *item = reader_stat(facts, path);
    const char *base = unit_base(path), *dot = strrchr(base, '.');
    int length = (int)strlen(base) - (dot && strcmp(dot, ".sh") == 0 ? 3 : 0);
    const char *name = arena_printf(reader_arena(facts), "%.*s.service", length, base);
    if (!is_script(facts, item) || unit_tree_find(tree, name))
        return RC_OK;
    bool started = is_started(starts, base);
    struct cell cells[] = {
        cell_text(name),
        cell_text("service"),
        cell_text(started ? "enabled" : "disabled"),
        cell_text(path),
        cell_null(),
        cell_text(""),
        cell_view(view_of(arena_printf(reader_arena(facts), "%s start", path))),
    };
    return reader_row(facts, &table, cells, item, 0);
}

static struct rc read_scripts(struct facts *facts, const struct unit_tree *tree)
{
    const char *const *paths;
    struct starts starts;
    size_t n;
    for (size_t i = 0; i < COUNT_OF(start_patterns); i++)
        TRY(reader_files(facts, start_patterns[i], &starts.paths[i], &starts.counts[i]));
    TRY(reader_files(facts, "/etc/init.d/*", &paths, &n));
    if (n > SCRIPTS_MAX)
        return fault(FAULT_LIMIT, "/etc/init.d holds more than %d scripts", SCRIPTS_MAX);
    for (size_t i = 0; i < n; i++)
        TRY(put_script(facts, tree, &starts, paths[i]));
    return RC_OK;
}

static struct rc read_units(struct facts *facts)
{
    struct unit_tree tree;
    struct dropins dropins;
    TRY(unit_tree_read(facts, &tree));
    TRY(list_dropins(facts, &dropins));
    for (size_t i = 0; i < tree.count; i++)
        TRY(put(facts, &tree, &tree.units[i], &dropins));
    return read_scripts(facts, &tree);
}

static const struct table *const tables[] = {&table, NULL};

/* *.[st]*[etr] matches .service, .socket, .target and .timer, and no .d, .wants, .requires. */
#define UNIT_SOURCES(folder)                                                                       \
    {.kind = ITEM_FILE, .pattern = folder "/*.[st]*[etr]", .max = 1 << 20},                        \
        {.kind = ITEM_STAT, .pattern = folder "/*.[st]*[etr]"},                                    \
        {.kind = ITEM_FILE, .pattern = folder "/*.d/*.conf", .max = 1 << 20},                      \
        {.kind = ITEM_STAT, .pattern = folder "/*.wants/*"},                                       \
    {                                                                                              \
        .kind = ITEM_STAT, .pattern = folder "/*.requires/*"                                       \
    }

static const struct source sources[] = {
    UNIT_SOURCES("/etc/systemd/system"),
    UNIT_SOURCES("/run/systemd/system"),
    UNIT_SOURCES("/usr/local/lib/systemd/system"),
    UNIT_SOURCES("/usr/lib/systemd/system"),
    UNIT_SOURCES("/lib/systemd/system"),
    {.kind = ITEM_STAT, .pattern = "/etc/init.d/*"},
    {.kind = ITEM_STAT, .pattern = "/etc/rc[2345S].d/S[0-9][0-9]*"},
    {.kind = ITEM_STAT, .pattern = "/etc/rc.d/rc[2345].d/S[0-9][0-9]*"},
};

const struct reader reader_unit = {"unit", tables, sources, COUNT_OF(sources), read_units};
