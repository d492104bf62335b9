/*
 * collect: driver + wishes -> bundle. Nothing is judged and each thing is read once.
 *
 *   sources with a reduce or digest function, so that their files are known (see file.c)
 *   -> other sources -> live probes -> lstat of paths -> the walk
 *
 * After the deadline every wish still leaves its item, as `timeout`. A call that is stuck in the
 * kernel (a dead disk) is not interrupted.
 */
#include "sensor/host/collect.h"

#include "foundation/sys/sys.h"
#include "sensor/host/walk.h"

#include <string.h>

#define PROGRESS_STEP 64

struct expanded {
    struct expanded *next;
    const char *pattern;
    struct glob glob;
};

bool collection_expired(const struct collection *c)
{
    return c->wishes->deadline && sys_now() > c->wishes->deadline;
}

struct rc collection_add(struct collection *c, enum item_kind kind, const char *name,
                         const struct outcome *outcome, struct view bytes)
{
    bool has_bytes = outcome->status == ITEM_OK || outcome->status == ITEM_TRUNCATED;
    struct item item = {.kind = kind,
                        .status = outcome->status,
                        .name = name,
                        .reason = outcome->reason,
                        .bytes = has_bytes ? bytes : VIEW("")};
    if (c->wishes->progress && ++c->files % PROGRESS_STEP == 0)
        c->wishes->progress(c->wishes->context, "files", c->files);
    return bundle_add(c->bundle, &item);
}

/* One path a line, escaped: a name may hold a newline. */
static struct rc add_list(struct collection *c, const char *pattern, const struct glob *glob)
{
    struct buf lines = {0};
    for (size_t i = 0; i < glob->count; i++) {
        bundle_escape(&lines, view_of(glob->paths[i]));
        buf_add_char(&lines, '\n');
    }
    struct rc rc = collection_add(c, ITEM_LIST, pattern, &glob->outcome, buf_view(&lines));
    buf_free(&lines);
    return rc;
}

struct rc collection_glob(struct collection *c, const char *pattern, const struct glob **out)
{
    struct expanded *e = c->expanded;
    while (e && strcmp(e->pattern, pattern) != 0)
        e = e->next;
    if (!e) {
        e = arena_take(c->arena, sizeof *e);
        e->pattern = arena_text(c->arena, pattern);
        if (collection_expired(c))
            e->glob.outcome = outcome_of(ITEM_TIMEOUT, "%s", "");
        else
            glob_expand(c->host, c->arena, pattern, &e->glob);
        e->next = c->expanded;
        c->expanded = e;
        TRY(add_list(c, pattern, &e->glob));
    }
    *out = &e->glob;
    return RC_OK;
}

/* ---- running values -------------------------------------------------------------------- */

static struct rc collect_live(struct collection *c, const struct source *source)
{
    struct buf raw = {0}, reduced = {0};
    if (bundle_find(c->bundle, ITEM_LIVE, source->pattern))
        return RC_OK;
    struct outcome outcome = outcome_of(ITEM_TIMEOUT, "%s", "");
    if (!collection_expired(c))
        outcome = c->host->driver->live(c->host, source->pattern,
                                        source->max ? source->max : SOURCE_MAX, &raw);
    if (source->reduce)
        source->reduce(buf_view(&raw), &reduced);
    struct rc rc = collection_add(c, ITEM_LIVE, source->pattern, &outcome,
                                  buf_view(source->reduce ? &reduced : &raw));
    buf_free(&raw);
    buf_free(&reduced);
    return rc;
}

/* ---- what lstat says ------------------------------------------------------------------- */

static struct rc collect_stat(struct collection *c, const char *path)
{
    struct stat_fact fact;
    struct buf text = {0};
    if (bundle_find(c->bundle, ITEM_STAT, path))
        return RC_OK;
    struct outcome outcome = outcome_of(ITEM_TIMEOUT, "%s", "");
    if (!collection_expired(c))
        outcome = c->host->driver->lstat(c->host, c->arena, path, &fact);
    if (outcome.status == ITEM_OK)
        stat_encode(&fact, &text);
    struct rc rc = collection_add(c, ITEM_STAT, path, &outcome, buf_view(&text));
    buf_free(&text);
    return rc;
}

static struct rc collect_path(struct collection *c, const char *path)
{
    const struct glob *glob;
    if (!is_pattern(path))
        return collect_stat(c, path);
    TRY(collection_glob(c, path, &glob));
    for (size_t i = 0; i < glob->count; i++)
        TRY(collect_stat(c, glob->paths[i]));
    return RC_OK;
}

/* ---- the walk -------------------------------------------------------------------------- */

/* The names known on the target. The file was most likely collected already. */
static struct outcome read_ids(struct collection *c, const char *path, struct ids *ids)
{
    struct buf bytes = {0};
    struct identity identity;
    const struct item *item = bundle_find(c->bundle, ITEM_FILE, path);
    if (item && item->status == ITEM_OK) {
        ids_read(ids, item->bytes);
        return outcome_ok();
    }
    struct outcome outcome = c->host->driver->read(c->host, path, SOURCE_MAX, &bytes, &identity);
    ids_read(ids, buf_view(&bytes));
    buf_free(&bytes);
    return outcome;
}

/* A predicate that needs a file which cannot be read is not judged, and says so by its cut. A file
 * that is not there has no names: then everything is unowned. */
static void learn_ids(struct collection *c, struct walk *walk, enum walk_predicate predicate,
                      const char *path, struct ids *ids)
{
    if (!(walk->predicates & WALK_BIT(predicate)))
        return;
    struct outcome outcome = read_ids(c, path, ids);
    if (outcome.status != ITEM_OK && outcome.status != ITEM_ABSENT)
        walk_give_up(walk, predicate);
}

static struct rc collect_walk(struct collection *c)
{
    struct buf text = {0};
    struct outcome outcome = outcome_of(ITEM_TIMEOUT, "%s", "");
    if (!collection_expired(c)) {
        struct walk *walk = walk_new(c->wishes);
        learn_ids(c, walk, WALK_UNOWNED, "/etc/passwd", &walk->users);
        learn_ids(c, walk, WALK_UNGROUPED, "/etc/group", &walk->groups);
        outcome = c->host->driver->walk(c->host, walk);
        walk_finish(walk, &text);
        walk_free(walk);
    }
    struct rc rc = collection_add(c, ITEM_WALK, "/", &outcome, buf_view(&text));
    buf_free(&text);
    return rc;
}

/* ---- the whole ------------------------------------------------------------------------- */

static void name_target(struct collection *c, int64_t now)
{
    struct target target = {.kind = c->host->running ? "host" : "root",
                            .name = c->host->name,
                            .running = c->host->running,
                            .collected_at = now,
                            .tool = "merlon " MERLON_VERSION};
    bundle_set_target(c->bundle, &target);
}

/* The sources that reduce their files, or those that do not. */
static struct rc collect_sources(struct collection *c, bool reduced)
{
    for (size_t i = 0; i < c->wishes->source_count; i++) {
        const struct source *source = c->wishes->sources[i];
        if ((source->reduce || source->digest) != reduced)
            continue;
        if (source->kind == ITEM_LIVE)
            TRY(collect_live(c, source));
        else if (source->kind == ITEM_STAT)
            TRY(collect_path(c, source->pattern));
        else
            TRY(collect_files(c, source));
    }
    return RC_OK;
}

/* The walk comes last: it is the longest, and by then the names it needs were collected. */
static struct rc collect_all(struct collection *c)
{
    TRY(collect_sources(c, true));
    TRY(collect_sources(c, false));
    for (size_t i = 0; i < c->wishes->path_count; i++)
        TRY(collect_path(c, c->wishes->paths[i]));
    return c->wishes->walk ? collect_walk(c) : RC_OK;
}

struct rc host_collect(struct host *host, const struct wishes *wishes, int64_t now,
                       struct bundle *bundle)
{
    struct collection c = {.host = host, .wishes = wishes, .bundle = bundle, .arena = arena_new()};
    name_target(&c, now);
    struct rc rc = collect_all(&c);
    arena_free(c.arena);
    return rc;
}

const char *host_name(const struct host *host)
{
    return host->name;
}

bool host_running(const struct host *host)
{
    return host->running;
}

void host_close(struct host *host)
{
    if (!host)
        return;
    host->driver->close(host);
    mem_free(host->name);
    mem_free(host);
}
