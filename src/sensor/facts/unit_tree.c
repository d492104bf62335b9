/*
 * unit_tree: five folders of units, the earlier one wins; links in them are aliases, links in
 * their NAME.wants/ and NAME.requires/ say what pulls a unit in (systemd.unit(5)).
 *
 *   names of all folders -> sort -> the first of each name -> instances named by links
 *   -> each link marks the units it points at, by its own name and by its target's
 *
 * Left out: units that generators made, system.control and system.attached, unit types other than
 * service, socket, target and timer. Limits: ALIAS_MAX links from alias to alias.
 */
#include "sensor/facts/unit_tree.h"

#include "sensor/facts/filling.h"

#include <stdlib.h>
#include <string.h>

#define ALIAS_MAX 10

const char *const unit_folders[FOLDERS] = {"/etc/systemd/system", "/run/systemd/system",
                                           "/usr/local/lib/systemd/system",
                                           "/usr/lib/systemd/system", "/lib/systemd/system"};

struct pull_link {
    const char *name, *target, *by; /* target: the name that the link points at */
    enum unit_folder folder;
};

struct pull_links {
    struct pull_link *list;
    size_t count;
};

const char *unit_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *unit_template_of(struct arena *arena, const char *name)
{
    const char *at = strchr(name, '@'), *dot = strrchr(name, '.');
    if (!at || !dot || dot <= at + 1)
        return NULL;
    return arena_printf(arena, "%.*s%s", (int)(at + 1 - name), name, dot);
}

static int by_name(const void *a, const void *b)
{
    const struct unit *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    if (order == 0 && left->folder != right->folder)
        order = left->folder < right->folder ? -1 : 1;
    return order;
}

static struct unit *find(const struct unit_tree *tree, const char *name)
{
    struct unit key = {.name = name};
    size_t low = 0, high = tree->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(tree->units[middle].name, key.name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_found = low < tree->count && strcmp(tree->units[low].name, name) == 0;
    return is_found ? &tree->units[low] : NULL;
}

const struct unit *unit_tree_find(const struct unit_tree *tree, const char *name)
{
    return find(tree, name);
}

/* Where the path points when it is a symbolic link; NULL when it is none or nobody knows. */
static const char *link_of(struct facts *facts, const char *path)
{
    const struct item *item = reader_stat(facts, path);
    struct stat_fact fact;
    if (!item || item->status != ITEM_OK)
        return NULL;
    if (failed(stat_decode(reader_arena(facts), item->bytes, &fact))) {
        reader_problem(facts, item, 0, "its status is damaged");
        return NULL;
    }
    return strcmp(fact.type, "link") == 0 ? fact.link : NULL;
}

static bool is_unit_name(const char *name)
{
    static const char *const kinds[] = {".service", ".socket", ".target", ".timer"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && dot > name && i < COUNT_OF(kinds); i++)
        if (strcmp(dot, kinds[i]) == 0)
            return true;
    return false;
}

/* ---- reading --------------------------------------------------------------------------- */

struct found {
    const char *const *paths[FOLDERS];
    size_t counts[FOLDERS], total;
};

static struct rc list(struct facts *facts, const char *format, struct found *out)
{
    *out = (struct found){.total = 0};
    for (size_t i = 0; i < FOLDERS; i++) {
        const char *pattern = arena_printf(reader_arena(facts), "%s/%s", unit_folders[i], format);
        TRY(reader_files(facts, pattern, &out->paths[i], &out->counts[i]));
        out->total += out->counts[i];
    }
    return RC_OK;
}

/* Links of hidden units count too: they mark what they point at. */
static struct rc read_units(struct facts *facts, struct unit_tree *all)
{
    struct found found;
    TRY(list(facts, "*.[st]*[etr]", &found));
    all->units = arena_take(reader_arena(facts), (found.total + 1) * sizeof *all->units);
    for (size_t i = 0; i < FOLDERS; i++)
        for (size_t k = 0; k < found.counts[i]; k++) {
            const char *path = found.paths[i][k];
            if (is_unit_name(unit_base(path)))
                all->units[all->count++] = (struct unit){
                    .name = unit_base(path), .path = path, .folder = (enum unit_folder)i};
        }
    qsort(all->units, all->count, sizeof *all->units, by_name);
    return RC_OK;
}

static bool is_unread(struct facts *facts, enum unit_folder folder, const char *format)
{
    const char *pattern = arena_printf(reader_arena(facts), "%s/%s", unit_folders[folder], format);
    const struct item *item = bundle_find(facts->bundle, ITEM_LIST, pattern);
    return item && item->status != ITEM_OK && item->status != ITEM_ABSENT;
}

static bool links_unread(struct facts *facts)
{
    static const char *const formats[] = {"*.[st]*[etr]", "*.wants/*", "*.requires/*"};
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (is_unread(facts, FOLDER_ETC, formats[i]) || is_unread(facts, FOLDER_RUN, formats[i]))
            return true;
    return false;
}

static struct rc read_pulls_of(struct facts *facts, const char *suffix, struct pull_links *links)
{
    struct found found;
    struct arena *arena = reader_arena(facts);
    TRY(list(facts, arena_printf(arena, "*%s/*", suffix), &found));
    struct pull_link *more = arena_take(arena, (links->count + found.total + 1) * sizeof *more);
    if (links->count)
        memcpy(more, links->list, links->count * sizeof *more);
    links->list = more;
    for (size_t i = 0; i < FOLDERS; i++)
        for (size_t k = 0; k < found.counts[i]; k++) {
            const char *path = found.paths[i][k], *target = link_of(facts, path);
            if (!target || !is_unit_name(unit_base(path)))
                continue;
            size_t length = (size_t)(unit_base(path) - path) - 1 - strlen(suffix);
            const char *by = unit_base(arena_printf(arena, "%.*s", (int)length, path));
            links->list[links->count++] =
                (struct pull_link){unit_base(path), unit_base(target), by, (enum unit_folder)i};
        }
    return RC_OK;
}

/* ---- resolving ------------------------------------------------------------------------- */

/* Keeps the first of each name. Aliases of all folders mark what they point at, once the tree is
 * whole, so they are kept as links beside it. */
static void keep_first(struct facts *facts, struct unit_tree *tree, struct pull_links *links)
{
    size_t kept = 0;
    struct arena *arena = reader_arena(facts);
    struct pull_link *more = arena_take(arena, (links->count + tree->count + 1) * sizeof *more);
    memcpy(more, links->list, links->count * sizeof *more);
    links->list = more;
    for (size_t i = 0; i < tree->count; i++) {
        struct unit unit = tree->units[i];
        /* /lib is a link to /usr/lib nearly everywhere: its copies say nothing new. */
        if (kept && unit.folder == FOLDER_LIB && strcmp(tree->units[kept - 1].name, unit.name) == 0)
            continue;
        unit.link = link_of(facts, unit.path);
        if (unit.link && strcmp(unit_base(unit.link), unit.name) != 0)
            links->list[links->count++] =
                (struct pull_link){unit.name, unit_base(unit.link), NULL, unit.folder};
        if (kept && strcmp(tree->units[kept - 1].name, unit.name) == 0)
            continue;
        unit.same_name_link =
            unit.link && unit.folder <= FOLDER_RUN && strcmp(unit_base(unit.link), unit.name) == 0;
        tree->units[kept++] = unit;
    }
    tree->count = kept;
}

/* "getty@tty1.service" in a .wants folder is a unit as soon as getty@.service is one. */
static void add_instances(struct facts *facts, struct unit_tree *tree,
                          const struct pull_links *links)
{
    struct arena *arena = reader_arena(facts);
    struct unit *units = arena_take(arena, (tree->count + links->count + 1) * sizeof *units);
    size_t count = tree->count, kept = 0;
    if (count)
        memcpy(units, tree->units, count * sizeof *units);
    for (size_t i = 0; i < links->count; i++) {
        const char *template = unit_template_of(arena, links->list[i].name);
        const struct unit *made_of = template ? find(tree, template) : NULL;
        if (!made_of || find(tree, links->list[i].name))
            continue;
        struct unit instance = *made_of;
        instance.name = links->list[i].name;
        instance.is_template_made = true;
        units[count++] = instance;
    }
    qsort(units, count, sizeof *units, by_name);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || strcmp(units[kept - 1].name, units[i].name) != 0)
            units[kept++] = units[i];
    tree->units = units;
    tree->count = kept;
}

static void mark(struct facts *facts, struct unit *unit, const struct pull_link *link)
{
    if (!unit || unit->pull_count >= UNIT_PULLS_MAX)
        return;
    struct unit_pull *pull = arena_take(reader_arena(facts), sizeof *pull);
    *pull = (struct unit_pull){unit->pulls, link->name, link->by, link->folder};
    unit->pulls = pull;
    unit->pull_count++;
}

/* A link counts for the name it has, for the name it points at, and for the template of its name.
 */
static void mark_all(struct facts *facts, struct unit_tree *tree, const struct pull_links *links)
{
    for (size_t i = 0; i < links->count; i++) {
        const struct pull_link *link = &links->list[i];
        const char *template = unit_template_of(reader_arena(facts), link->name);
        if (link->by)
            mark(facts, find(tree, link->name), link);
        if (strcmp(link->target, link->name) != 0)
            mark(facts, find(tree, link->target), link);
        if (template && link->by && strcmp(template, link->target) != 0)
            mark(facts, find(tree, template), link);
    }
}

static void resolve(struct unit_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        struct unit *unit = &tree->units[i];
        const struct unit *at = unit;
        for (int depth = 0; at && at->link && !at->same_name_link; depth++) {
            if (strcmp(at->link, "/dev/null") == 0 || strcmp(unit_base(at->link), at->name) == 0)
                break;
            if (strchr(at->name, '@') && strstr(at->link, "@."))
                if (strncmp(unit_base(at->link), at->name,
                            (size_t)(strchr(at->name, '@') - at->name) + 1) == 0)
                    break; /* an instance that is a link to its template */
            at = depth < ALIAS_MAX ? find(tree, unit_base(at->link)) : NULL;
        }
        unit->of = at;
        unit->leads_nowhere = !at;
    }
}

struct rc unit_tree_read(struct facts *facts, struct unit_tree *out)
{
    struct unit_tree tree = {0};
    struct pull_links links = {0};
    TRY(read_units(facts, &tree));
    TRY(read_pulls_of(facts, ".wants", &links));
    TRY(read_pulls_of(facts, ".requires", &links));
    keep_first(facts, &tree, &links);
    add_instances(facts, &tree, &links);
    mark_all(facts, &tree, &links);
    resolve(&tree);
    tree.links_unread = links_unread(facts);
    *out = tree;
    return RC_OK;
}
