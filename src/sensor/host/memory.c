/*
 * memory: a host made of files in memory, for fixtures and tests. It behaves as a file tree does:
 * directories hold names, links are resolved inside, a denied directory hides what it holds.
 *
 * Nodes are an array sorted by path; a directory's entries are the run of paths that begin with
 * its own. Small trees only: adding is linear in the number of nodes.
 */
#include "sensor/host/memory.h"

#include <errno.h>
#include <string.h>

#define LINKS_MAX 40

size_t memory_position(const struct memory *memory, const char *path)
{
    size_t low = 0, high = memory->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(memory->nodes[middle]->path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct node *memory_node(const struct memory *memory, const char *path)
{
    size_t at = memory_position(memory, path);
    bool found = at < memory->count && strcmp(memory->nodes[at]->path, path) == 0;
    return found ? memory->nodes[at] : NULL;
}

/* ---- resolving ------------------------------------------------------------------------- */

struct resolving {
    const struct memory *memory;
    struct arena *arena;
    struct node *at;
    const char *rest; /* what is still to be walked */
    unsigned links;
};

static struct node *parent_of(const struct resolving *r, const struct node *node)
{
    const char *slash = strrchr(node->path, '/');
    size_t len = slash == node->path ? 1 : (size_t)(slash - node->path);
    return memory_node(r->memory, view_text(r->arena, (struct view){node->path, len}));
}

static struct outcome follow_link(struct resolving *r, const struct node *link)
{
    if (++r->links > LINKS_MAX)
        return outcome_errno(ELOOP);
    if (link->fact.link[0] == '/')
        r->at = memory_node(r->memory, "/");
    r->rest = arena_printf(r->arena, "%s/%s", link->fact.link, r->rest);
    return outcome_ok();
}

/* One component; `last` when nothing but slashes follows it. */
static struct outcome step(struct resolving *r, struct view name, bool keep_link)
{
    if (strcmp(r->at->fact.type, "directory") != 0)
        return outcome_of(ITEM_ABSENT, "%s", "");
    if (r->at->status != ITEM_OK)
        return outcome_errno(EACCES);
    if (view_is(name, "."))
        return outcome_ok();
    if (view_is(name, "..")) {
        r->at = parent_of(r, r->at);
        return outcome_ok();
    }
    const char *folder = r->at->path[1] ? r->at->path : "";
    struct node *next =
        memory_node(r->memory, arena_printf(r->arena, "%s/%.*s", folder, (int)name.len, name.ptr));
    if (!next)
        return outcome_of(ITEM_ABSENT, "%s", "");
    if (strcmp(next->fact.type, "link") == 0 && !keep_link)
        return follow_link(r, next);
    r->at = next;
    return outcome_ok();
}

struct outcome memory_resolve(const struct memory *memory, const char *path, bool follow,
                              struct node **out)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct resolving r = {memory, arena, memory_node(memory, "/"), path, 0};
    struct outcome outcome = outcome_ok();
    while (outcome.status == ITEM_OK) {
        r.rest += strspn(r.rest, "/");
        if (!*r.rest)
            break;
        struct view name = {r.rest, strcspn(r.rest, "/")};
        r.rest += name.len;
        outcome = step(&r, name, !follow && !*r.rest);
    }
    if (outcome.status == ITEM_OK)
        *out = r.at;
    return outcome;
}

/* ---- filling --------------------------------------------------------------------------- */

/* Every text is copied; an implied directory is described once. */
static void describe(struct memory *memory, struct node *node, const struct stat_fact *fact)
{
    node->fact = *fact;
    node->fact.type = arena_text(memory->arena, fact->type);
    node->fact.link = arena_text(memory->arena, fact->link ? fact->link : "");
    node->implied = false;
}

static struct node *node_new(struct memory *memory, const char *path, const struct stat_fact *fact)
{
    struct node *node = arena_take(memory->arena, sizeof *node);
    node->path = arena_text(memory->arena, path);
    describe(memory, node, fact);
    return node;
}

static void insert(struct node ***list, size_t *count, size_t *room, size_t at, struct node *node)
{
    if (*count == *room) {
        *room = *room ? *room * 2 : 32;
        *list = mem_resize(*list, *room * sizeof **list);
    }
    memmove(*list + at + 1, *list + at, (*count - at) * sizeof **list);
    (*list)[at] = node;
    ++*count;
}

static struct node *add_node(struct memory *memory, const char *path, const struct stat_fact *fact)
{
    struct node *node = node_new(memory, path, fact);
    insert(&memory->nodes, &memory->count, &memory->room, memory_position(memory, path), node);
    return node;
}

/* Parents that nobody described: root's, 0755. */
static struct rc add_parents(struct memory *memory, const char *path)
{
    static const struct stat_fact folder = {
        .type = "directory", .mode = 0755, .nlink = 2, .link = ""};
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        char *parent = view_text(memory->arena, (struct view){path, (size_t)(slash - path)});
        struct node *node = memory_node(memory, parent);
        if (node && strcmp(node->fact.type, "directory") != 0)
            return fault(FAULT_USAGE, "%.400s: cannot be added, %.400s is no directory", path,
                         parent);
        if (!node)
            add_node(memory, parent, &folder)->implied = true;
    }
    return RC_OK;
}

static struct rc add_probe(struct memory *memory, const char *name, struct view bytes,
                           enum item_status status)
{
    static const struct stat_fact none = {.type = "file", .link = ""};
    for (size_t i = 0; i < memory->probe_count; i++)
        if (strcmp(memory->probes[i]->path, name) == 0)
            return fault(FAULT_USAGE, "live probe %.400s: is there already", name);
    struct node *node = node_new(memory, name, &none);
    node->bytes = (struct view){view_text(memory->arena, bytes), bytes.len};
    node->status = status;
    insert(&memory->probes, &memory->probe_count, &memory->probe_room, memory->probe_count, node);
    return RC_OK;
}

/* A plain absolute path: what the sorted array relies on. */
static bool is_plain(const char *path)
{
    struct view rest = view_of(path), part;
    if (path[0] != '/')
        return false;
    rest = view_from(rest, 1);
    while (path[1] && view_cut(&rest, '/', &part))
        if (part.len == 0 || view_is(part, ".") || view_is(part, ".."))
            return false;
    return true;
}

struct rc host_memory_add(struct host *host, enum item_kind kind, const char *path,
                          const struct stat_fact *fact, struct view bytes, enum item_status status)
{
    struct memory *memory = (struct memory *)host;
    must(host->driver == &memory_driver);
    if (kind == ITEM_LIVE)
        return add_probe(memory, path, bytes, status);
    if (!is_plain(path))
        return fault(FAULT_USAGE, "%.800s: give an absolute path without '.', '..' or empty parts",
                     path);
    struct node *node = memory_node(memory, path);
    if (node && !(node->implied && strcmp(fact->type, "directory") == 0))
        return fault(FAULT_USAGE, "%.900s: is there already", path);
    TRY(add_parents(memory, path));
    if (node)
        describe(memory, node, fact);
    else
        node = add_node(memory, path, fact);
    node->bytes = (struct view){view_text(memory->arena, bytes), bytes.len};
    node->status = status;
    return RC_OK;
}

void host_memory_set_running(struct host *host, bool running)
{
    must(host->driver == &memory_driver);
    host->running = running;
}

struct rc host_open_memory(const char *name, struct host **out)
{
    static const struct stat_fact root = {
        .type = "directory", .mode = 0755, .nlink = 2, .link = ""};
    struct memory *memory = mem_new(sizeof *memory);
    memory->host.driver = &memory_driver;
    memory->host.name = mem_copy_text(name);
    memory->arena = arena_new();
    add_node(memory, "/", &root)->implied = true;
    *out = &memory->host;
    return RC_OK;
}
