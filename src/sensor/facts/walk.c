/*
 * walk: table `walk`: what the shared walk over the file systems found, cut down to the predicates
 * and folders of one check. The walk's item is decoded once; each check picks its part.
 *
 * The source counts as read whole for a check when no directory within its folders was refused, no
 * hits of its predicates were cut, and none of its folders lies on a file system left out.
 */
#include "sensor/facts/filling.h"

#include <string.h>

static const struct column columns[] = {
    {"predicate", COLUMN_TEXT, "",
     "unowned ungrouped world_writable world_writable_directory setuid setgid device trust_file; "
     "filesystem: the counts of one file system; skipped: a file system that was left out"},
    {"path", COLUMN_TEXT, "", "Absolute path; where it is mounted for a file system"},
    {"type", COLUMN_TEXT, "", "As in file.type"},
    {"mode", COLUMN_INTEGER, "", "As in file.mode"},
    {"uid", COLUMN_INTEGER, "", "Number of the owner"},
    {"gid", COLUMN_INTEGER, "", "Number of the group"},
    {"user", COLUMN_TEXT, "", "The owner's name on the target; NULL when it has none"},
    {"group_name", COLUMN_TEXT, "", "The group's name on the target; NULL when it has none"},
    {"size", COLUMN_INTEGER, "bytes", "Size"},
    {"mtime", COLUMN_INTEGER, "seconds since 1970", "Time of the last change of its content"},
    {"filesystem", COLUMN_TEXT, "", "Type of the file system"},
    {"inodes", COLUMN_INTEGER, "", "Entries seen on this file system"},
    {"directories", COLUMN_INTEGER, "", "Directories entered on this file system"},
    {"denied", COLUMN_INTEGER, "", "Directories of it that could not be entered"},
    {"hits", COLUMN_INTEGER, "", "Hits of all predicates on this file system"},
};

const struct table table_walk = {
    "walk",
    "Hits of the check's predicates below its folders, and one row for each file system walked.",
    columns, COUNT_OF(columns)};

struct walk_cache {
    struct walk_record *records;
    size_t count;
    const struct walk_record **filesystems;
    size_t filesystem_count;
    const char *problem;
};

/* What one check asks for, and what stood in its way. */
struct pick {
    const struct item *item;
    uint32_t predicates;
    const char *const *folders;
    size_t folder_count;
    size_t refused; /* directories within its folders that could not be entered */
    const struct walk_record *first_refused;
};

/* ---- decoding -------------------------------------------------------------------------- */

static void decode(struct facts *facts, const struct item *item)
{
    struct walk_cache *cache = arena_take(facts->arena, sizeof *cache);
    struct view rest = item->bytes, line;
    size_t room = 0;
    for (struct view count = rest; view_line(&count, &line);)
        room++;
    cache->records = arena_take(facts->arena, (room + 1) * sizeof *cache->records);
    cache->filesystems = arena_take(facts->arena, (room + 1) * sizeof(void *));
    for (bool more = true; more && cache->count < room;) {
        struct walk_record *record = &cache->records[cache->count];
        struct rc rc = walk_decode(facts->arena, &rest, record, &more);
        if (failed(rc) && !cache->problem)
            cache->problem = arena_text(facts->arena, fault_text());
        if (failed(rc) || !more)
            continue; /* a broken line is skipped */
        if (record->kind == WALK_FILESYSTEM)
            cache->filesystems[cache->filesystem_count++] = record;
        cache->count++;
    }
    facts->walk = cache;
}

/* ---- scope ----------------------------------------------------------------------------- */

/* Whether `path` is `folder` or lies below it: "/homely" is not below "/home". */
static bool is_below(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    while (n && folder[n - 1] == '/')
        n--;
    return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool in_folders(const struct pick *pick, const char *path)
{
    for (size_t i = 0; i < pick->folder_count; i++)
        if (is_below(path, pick->folders[i]))
            return true;
    return false;
}

/* Whether one of the folders is `path` or lies below it. */
static bool holds_folder(const struct pick *pick, const char *path)
{
    for (size_t i = 0; i < pick->folder_count; i++)
        if (is_below(pick->folders[i], path))
            return true;
    return false;
}

static bool wants(const struct pick *pick, enum walk_predicate predicate)
{
    return (unsigned)predicate < WALK_PREDICATE_COUNT && pick->predicates >> predicate & 1;
}

/* The type of the file system that `path` lies on: the one mounted nearest above it. */
static const char *filesystem_of(const struct walk_cache *cache, const char *path)
{
    const struct walk_record *nearest = NULL;
    for (size_t i = 0; i < cache->filesystem_count; i++) {
        const struct walk_record *candidate = cache->filesystems[i];
        bool is_nearer = !nearest || strlen(candidate->path) > strlen(nearest->path);
        if (is_nearer && is_below(path, candidate->path))
            nearest = candidate;
    }
    return nearest ? nearest->type : NULL;
}

/* ---- rows ------------------------------------------------------------------------------ */

static struct rc add_hit(struct facts *facts, const struct pick *pick,
                         const struct walk_record *record)
{
    struct cell cells[COUNT_OF(columns)] = {
        cell_text(walk_predicate_name(record->predicate)),
        cell_text(record->path),
        cell_text(record->fact.type),
        cell_integer(record->fact.mode),
        cell_integer(record->fact.uid),
        cell_integer(record->fact.gid),
        cell_text(names_user(facts, record->fact.uid)),
        cell_text(names_group(facts, record->fact.gid)),
        cell_integer(record->fact.size),
        cell_integer(record->fact.mtime),
        cell_text(filesystem_of(facts->walk, record->path)),
    };
    struct item source = *pick->item; /* a hit's source is the thing itself */
    source.name = record->path;
    return reader_row(facts, &table_walk, cells, &source, 0);
}

static struct rc add_filesystem(struct facts *facts, const struct pick *pick,
                                const struct walk_record *record, const char *predicate)
{
    struct cell cells[COUNT_OF(columns)] = {cell_text(predicate), cell_text(record->path)};
    cells[10] = cell_text(record->type);
    if (record->kind == WALK_FILESYSTEM) {
        cells[11] = cell_integer(record->inodes);
        cells[12] = cell_integer(record->directories);
        cells[13] = cell_integer(record->denied);
        cells[14] = cell_integer(record->total);
    }
    struct item source = *pick->item;
    source.name = record->path;
    return reader_row(facts, &table_walk, cells, &source, 0);
}

/* Hits that are missing: too many of them, or (fewer counted than fit) never looked for. */
static void report_cut(struct facts *facts, const struct pick *pick,
                       const struct walk_record *record)
{
    const char *name = walk_predicate_name(record->predicate);
    if (!wants(pick, record->predicate))
        return;
    if (record->total > WALK_HITS_MAX)
        reader_problem(facts, pick->item, 0, "only %d of %lld hits of %s were kept", WALK_HITS_MAX,
                       (long long)record->total, name);
    else
        reader_problem(facts, pick->item, 0, "%s could not be judged", name);
}

static struct rc add_record(struct facts *facts, struct pick *pick,
                            const struct walk_record *record)
{
    switch (record->kind) {
    case WALK_HIT:
        if (!wants(pick, record->predicate) || !in_folders(pick, record->path))
            return RC_OK;
        return add_hit(facts, pick, record);
    case WALK_FILESYSTEM:
        return add_filesystem(facts, pick, record, "filesystem");
    case WALK_SKIPPED:
        if (holds_folder(pick, record->path))
            reader_problem(facts, pick->item, 0, "%s (%s) is not walked", record->path,
                           record->type);
        return add_filesystem(facts, pick, record, "skipped");
    case WALK_NOT_ENTERED:
        if (!in_folders(pick, record->path) && !holds_folder(pick, record->path))
            return RC_OK;
        if (pick->refused++ == 0)
            pick->first_refused = record;
        return RC_OK;
    case WALK_CUT:
        report_cut(facts, pick, record);
        return RC_OK;
    }
    return RC_OK;
}

/* One sentence for all of them: an ordinary user is refused by thousands. */
static void report_refused(struct facts *facts, const struct pick *pick)
{
    const struct walk_record *first = pick->first_refused;
    if (pick->refused == 1)
        reader_problem(facts, pick->item, 0, "%s could not be entered: %s", first->path,
                       first->reason);
    else if (pick->refused > 1)
        reader_problem(facts, pick->item, 0,
                       "%zu directories could not be entered; the first is %s: %s", pick->refused,
                       first->path, first->reason);
}

static struct rc fill(struct facts *facts, struct pick *pick)
{
    filling_empty(facts, &table_walk);
    pick->item = used_note(facts, bundle_find(facts->bundle, ITEM_WALK, "/"), "/");
    if (!pick->item)
        return RC_OK;
    if (!facts->walk)
        decode(facts, pick->item);
    for (size_t i = 0; i < facts->walk->count; i++)
        TRY(add_record(facts, pick, &facts->walk->records[i]));
    report_refused(facts, pick);
    if (facts->walk->problem)
        reader_problem(facts, pick->item, 0, "%s", facts->walk->problem);
    names_note(facts);
    return RC_OK;
}

struct rc facts_fill_walk(struct facts *facts, uint32_t predicates, const char *const *folders,
                          size_t count)
{
    struct use_list *uses = &facts->uses[facts->reader_count + 1];
    struct pick pick = {.predicates = predicates, .folders = folders, .folder_count = count};
    used_clear(uses);
    filling_begin(facts, uses);
    return filling_end(facts, fill(facts, &pick));
}
