/* memory_driver: reading, listing and walking a host in memory, with the answers a tree would give.
 */
#include "sensor/host/memory.h"

#include "sensor/host/walk.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static struct memory *memory_of(struct host *host)
{
    return (struct memory *)host;
}

/* Bytes of a file or probe, within the bound and with the status that was asked for. */
static struct outcome give(struct view bytes, enum item_status status, size_t max, struct buf *out)
{
    bool cut = bytes.len > max || status == ITEM_TRUNCATED;
    if (status != ITEM_OK && status != ITEM_TRUNCATED)
        return status == ITEM_DENIED ? outcome_errno(EACCES) : outcome_of(status, "%s", "");
    buf_add(out, bytes.ptr, bytes.len < max ? bytes.len : max);
    return cut ? outcome_of(ITEM_TRUNCATED, "larger than %zu bytes", max) : outcome_ok();
}

static struct outcome memory_read(struct host *host, const char *path, size_t max, struct buf *out,
                                  struct identity *identity)
{
    struct node *node;
    struct outcome outcome = memory_resolve(memory_of(host), path, true, &node);
    if (outcome.status != ITEM_OK)
        return outcome;
    *identity = (struct identity){1, (uintptr_t)node};
    if (strcmp(node->path, "/dev/null") == 0 && strcmp(node->fact.type, "char") == 0)
        return outcome_ok();
    if (strcmp(node->fact.type, "file") != 0)
        return outcome_not_regular(node->fact.type);
    return give(node->bytes, node->status, max, out);
}

static struct outcome memory_open(struct host *host, const char *path, struct opened *out)
{
    struct node *node;
    struct outcome outcome = memory_resolve(memory_of(host), path, true, &node);
    if (outcome.status != ITEM_OK)
        return outcome;
    if (strcmp(node->fact.type, "char") == 0 && strcmp(node->path, "/dev/null") == 0)
        return outcome_of(ITEM_ABSENT, "masked with /dev/null");
    if (strcmp(node->fact.type, "file") != 0)
        return outcome_not_regular(node->fact.type);
    if (node->status != ITEM_OK)
        return node->status == ITEM_DENIED ? outcome_errno(EACCES)
                                           : outcome_of(node->status, "%s", "");
    parts_open_bytes(out, path, node->bytes);
    out->identity = (struct identity){1, (uintptr_t)node};
    return outcome_ok();
}

static struct outcome memory_lstat(struct host *host, struct arena *arena, const char *path,
                                   struct stat_fact *out)
{
    struct node *node;
    struct outcome outcome = memory_resolve(memory_of(host), path, false, &node);
    (void)arena; /* the texts of a node live as long as the host */
    if (outcome.status != ITEM_OK)
        return outcome;
    *out = node->fact;
    if (strcmp(out->type, "link") != 0)
        return outcome;
    struct outcome real = memory_resolve(memory_of(host), path, true, &node);
    if (real.status == ITEM_OK)
        out->real =
            (struct stat_real){node->fact.type, node->fact.mode, node->fact.uid, node->fact.gid};
    else if (real.status == ITEM_ABSENT)
        out->real.type = STAT_REAL_ABSENT;
    return outcome;
}

static struct outcome memory_list(struct host *host, const char *path, name_each *each,
                                  void *context)
{
    struct memory *memory = memory_of(host);
    struct node *folder;
    struct outcome outcome = memory_resolve(memory, path, true, &folder);
    if (outcome.status != ITEM_OK)
        return outcome;
    if (strcmp(folder->fact.type, "directory") != 0)
        return outcome_errno(ENOTDIR);
    if (folder->status != ITEM_OK)
        return outcome_errno(EACCES);
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    const char *prefix = arena_printf(arena, "%s/", folder->path[1] ? folder->path : "");
    size_t len = strlen(prefix);
    for (size_t i = memory_position(memory, prefix); i < memory->count; i++) {
        const char *name = memory->nodes[i]->path;
        if (strncmp(name, prefix, len) != 0)
            break;
        if (name[len] && !strchr(name + len, '/') && !each(context, name + len))
            break;
    }
    return outcome_ok();
}

static struct outcome memory_live(struct host *host, const char *probe, size_t max, struct buf *out)
{
    struct memory *memory = memory_of(host);
    if (!host->running)
        return outcome_of(ITEM_ABSENT, NOT_RUNNING);
    for (size_t i = 0; i < memory->probe_count; i++)
        if (strcmp(memory->probes[i]->path, probe) == 0)
            return give(memory->probes[i]->bytes, memory->probes[i]->status, max, out);
    return outcome_of(ITEM_ABSENT, "%s", "");
}

/* ---- the walk: the nodes one after the other, as one file system ------------------------ */

/* The mode with its type, as lstat would give it. */
static uint32_t mode_of(const struct stat_fact *fact)
{
    static const uint32_t formats[] = {S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR,
                                       S_IFBLK, S_IFIFO, S_IFSOCK};
    uint32_t format = 0;
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (strcmp(type_of_mode(formats[i]), fact->type) == 0)
            format = formats[i];
    return format | (fact->mode & 07777u);
}

static void visit(struct walk *walk, struct filesystem *fs, const struct node *node)
{
    const char *slash = strrchr(node->path, '/');
    struct walk_entry entry = {.name = slash + 1,
                               .mode = mode_of(&node->fact),
                               .uid = (uint32_t)node->fact.uid,
                               .gid = (uint32_t)node->fact.gid,
                               .device = 1,
                               .in_dev = strncmp(node->path, "/dev/", 5) == 0};
    fs->inodes++;
    uint32_t hits = walk_judge(walk, &entry);
    if (hits)
        walk_hit(walk, fs, hits, node->path, &node->fact);
    if (!S_ISDIR(entry.mode))
        return;
    fs->directories++;
    if (node->status != ITEM_OK)
        walk_not_entered(walk, fs, node->path, outcome_errno(EACCES).reason);
}

/* Whether `path` lies below the folder `top` (no slash at its end but for "/"). */
static bool lies_below(const char *path, const char *top)
{
    size_t len = strlen(top);
    return strncmp(path, top, len) == 0 && (len == 1 || path[len] == '/') && path[len];
}

static struct outcome memory_walk(struct host *host, struct walk *walk)
{
    struct memory *memory = memory_of(host);
    struct filesystem *fs = walk_filesystem(walk, "/", "memory");
    for (size_t i = 0; i < memory->count; i++) {
        const struct node *node = memory->nodes[i];
        bool hidden = false;
        for (size_t j = 0; j < i && !hidden; j++)
            hidden = memory->nodes[j]->status != ITEM_OK &&
                     strcmp(memory->nodes[j]->fact.type, "directory") == 0 &&
                     lies_below(node->path, memory->nodes[j]->path);
        if (!hidden)
            visit(walk, fs, node);
    }
    return outcome_ok();
}

static void memory_close(struct host *host)
{
    struct memory *memory = memory_of(host);
    mem_free(memory->nodes);
    mem_free(memory->probes);
    arena_free(memory->arena);
}

const struct driver memory_driver = {memory_read, memory_open, memory_lstat, memory_list,
                                     memory_live, memory_walk, memory_close};
