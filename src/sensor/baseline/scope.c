/* scope: the sources that a query stood on, and whether each was read whole. */
#include "sensor/baseline/engine.h"

#include <string.h>

bool source_whole(const struct fact_source *source)
{
    if (!source->item || source->problem)
        return false;
    return source->item->status == ITEM_OK || source->item->status == ITEM_ABSENT;
}

bool source_not_running(const struct fact_source *source)
{
    const struct item *item = source->item;
    return item && item->kind == ITEM_LIVE && item->status == ITEM_ABSENT &&
           strcmp(item->reason, NOT_RUNNING) == 0;
}

/* The name of an item is the bundle's; that of a source never collected dies with the facts. */
const char *source_label(struct bench *bench, const struct fact_source *source)
{
    return source->item ? source->item->name : arena_text(bench->arena, source->name);
}

/* Why a source was not read whole, as a sentence. */
struct message source_message(struct bench *bench, const struct fact_source *source)
{
    const char *name = source_label(bench, source);
    if (!source->item)
        return bench->no_walk && strcmp(name, "/") == 0
                   ? (struct message){.key = "reason.no_walk"}
                   : (struct message){.key = "reason.not_collected", .args = {name}};
    if (source->problem) {
        const char *where = source->problem_line
                                ? arena_printf(bench->arena, "%s:%u", name, source->problem_line)
                                : name;
        return (struct message){.key = "reason.partial",
                                .args = {where, arena_text(bench->arena, source->problem)}};
    }
    const char *why =
        source->item->reason[0] ? source->item->reason : item_status_name(source->item->status);
    return (struct message){.key = "reason.source_unread", .args = {name, why}};
}

/* Nothing in scope could be asked: all of it are probes, and the target does not run. */
static bool nothing_runs(const struct scope *scope)
{
    return scope->not_running && scope->not_running == scope->count;
}

bool scope_whole(const struct scope *scope)
{
    return !scope->unread && !scope->undecided_view && !nothing_runs(scope);
}

/* A view without a definition, or the first source. */
struct message scope_message(struct bench *bench, const struct scope *scope)
{
    if (scope->undecided_view)
        return scope->undecided_why;
    if (scope->unread)
        return source_message(bench, scope->unread);
    return (struct message){"reason.not_running", {scope->probes, NULL, NULL}};
}

/* A source of another instance than the one being judged does not concern it. */
static bool concerns(const struct bench *bench, const struct fact_source *source)
{
    const char *instance = bench->sandbox->instance;
    return !source->instance || !instance || strcmp(source->instance, instance) == 0;
}

/* A table names each of its sources once; `earlier` are those of other tables. */
static void add_source(struct bench *bench, struct scope *scope, const struct fact_source *source,
                       size_t earlier)
{
    for (size_t i = 0; i < earlier; i++)
        if (scope->sources[i].item == source->item &&
            scope->sources[i].problem == source->problem && source->item)
            return;
    scope->sources[scope->count++] = *source;
    if (!source->item || source->item->kind != ITEM_LIVE)
        return;
    scope->live++;
    if (source_not_running(source))
        scope->probes = scope->not_running++
                            ? arena_printf(bench->arena, "%s, %s", scope->probes, source->name)
                            : arena_text(bench->arena, source->name);
}

/* An upper bound: sources shared by tables are counted for each. */
static size_t count_sources(struct bench *bench, const struct reads *reads)
{
    size_t tables, total = 0;
    const struct table *const *all = facts_tables(&tables);
    for (size_t i = 0; i < tables; i++) {
        size_t count = 0;
        if (set_has(&reads->tables, i))
            facts_used(bench->facts, all[i]->name, &count);
        total += count;
    }
    return total;
}

/* The first view in scope that has no definition for this target. */
static void find_undecided(struct bench *bench, const struct reads *reads, struct scope *scope)
{
    size_t count;
    const struct view_def *views = views_of(bench->sandbox->asset_class, &count);
    for (size_t i = 0; i < count && !scope->undecided_view; i++) {
        if (set_has(&reads->views, i) && bench->view_states[i] == VIEW_UNDECIDED) {
            scope->undecided_view = views[i].name;
            scope->undecided_why = bench->view_reasons[i];
        }
    }
}

void scope_of(struct bench *bench, const struct reads *reads, struct scope *out)
{
    *out = (struct scope){0};
    size_t tables;
    const struct table *const *all = facts_tables(&tables);
    out->sources =
        arena_take(bench->arena, (count_sources(bench, reads) + 1) * sizeof *out->sources);
    for (size_t i = 0; i < tables; i++) {
        size_t count = 0;
        if (!set_has(&reads->tables, i))
            continue;
        const struct fact_source *used = facts_used(bench->facts, all[i]->name, &count);
        size_t earlier = out->count;
        for (size_t k = 0; k < count; k++)
            if (concerns(bench, &used[k]))
                add_source(bench, out, &used[k], earlier);
    }
    for (size_t i = 0; i < out->count && !out->unread; i++)
        if (!source_whole(&out->sources[i]))
            out->unread = &out->sources[i];
    find_undecided(bench, reads, out);
}
