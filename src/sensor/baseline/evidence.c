/*
 * evidence: the sources behind a verdict, with the digest of what was collected. First those of the
 * rows, line by line; then, where the verdict rests on something being absent or on a statement
 * about all, every source in scope; then those that were not read whole.
 */
#include "sensor/baseline/engine.h"

#include <stdlib.h>
#include <string.h>

struct gathering {
    struct bench *bench;
    const struct scope *scope;
    struct evidence_source *list;
    size_t count;
};

static void add(struct gathering *g, const char *name, int64_t line,
                const struct fact_source *source)
{
    struct evidence_source e = {.source = name, .line = line, .sm3 = "", .status = "not collected"};
    if (source && source->item) {
        bool read = source->item->status == ITEM_OK || source->item->status == ITEM_TRUNCATED;
        e.status = source->problem ? "partial" : item_status_name(source->item->status);
        if (read)
            e.sm3 = bundle_sm3(g->bench->bundle, source->item);
    }
    if (source && !source_whole(source))
        e.reason = source_message(g->bench, source);
    g->list[g->count++] = e;
}

/* The source a row came from: by name, or the walk for a path that it met. */
static const struct fact_source *source_named(const struct scope *scope, const char *name)
{
    const struct fact_source *walk = NULL;
    for (size_t i = 0; i < scope->count; i++) {
        const struct fact_source *source = &scope->sources[i];
        if (strcmp(source->name, name) == 0 && source->item && source->item->kind != ITEM_LIST)
            return source;
        if (source->item && source->item->kind == ITEM_WALK)
            walk = source;
    }
    return walk;
}

static int by_place(const void *left, const void *right)
{
    const struct judged *a = *(const struct judged *const *)left;
    const struct judged *b = *(const struct judged *const *)right;
    int order = a->src == b->src ? 0 : strcmp(a->src, b->src);
    return order ? order : (a->line > b->line) - (a->line < b->line);
}

/* Whether some row states something about all that was read, or there is none. */
static bool states_all(const struct result *result)
{
    bool all = result->row_count == 0;
    for (size_t i = 0; i < result->row_count; i++)
        all = all || !result->rows[i].src;
    return all;
}

static void add_rows(struct gathering *g, const struct result *result)
{
    const struct judged **placed = mem_new((result->row_count + 1) * sizeof *placed);
    size_t count = 0;
    for (size_t i = 0; i < result->row_count; i++)
        if (result->rows[i].src)
            placed[count++] = &result->rows[i];
    if (count)
        qsort(placed, count, sizeof *placed, by_place);
    const struct fact_source *source = NULL;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(placed[i - 1]->src, placed[i]->src) != 0)
            source = source_named(g->scope, placed[i]->src);
        if (i == 0 || by_place(&placed[i - 1], &placed[i]) != 0)
            add(g, placed[i]->src, placed[i]->line, source);
    }
    mem_free(placed);
}

static bool has(const struct gathering *g, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(g->list[i].source, name) == 0)
            return true;
    return false;
}

void evidence_gather(struct bench *bench, const struct scope *scope, struct result *result)
{
    struct gathering g = {.bench = bench, .scope = scope};
    bool all = states_all(result);
    size_t room = result->row_count + 1;
    for (size_t i = 0; i < scope->count; i++)
        room += all || !source_whole(&scope->sources[i]);
    g.list = arena_take(bench->arena, room * sizeof *g.list);
    add_rows(&g, result);
    size_t of_rows = g.count;
    for (size_t i = 0; i < scope->count; i++) {
        const struct fact_source *source = &scope->sources[i];
        if (source_whole(source) ? all && !has(&g, of_rows, source->name) : true)
            add(&g, source_label(bench, source), source->problem ? source->problem_line : 0,
                source);
    }
    result->evidence = g.list;
    result->evidence_count = g.count;
}
