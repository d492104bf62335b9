/*
 * run: all checks of a plan on one bundle, and the fold over the items of the standard. Every
 * selected item appears: one without a check is `manual`, or `unknown` where a machine could judge
 * it and no check does yet. An item that is only partly for machines, or whose checks show only a
 * part of it (`part:`), stays `manual` when they pass: a person judges the rest.
 */
#include "sensor/baseline/engine.h"

#include <stdlib.h>
#include <string.h>

/* ---- items of the standard ---------------------------------------------------------------------
 */

static bool selected(const struct plan *plan, const struct clause *clause)
{
    const struct clause_filter filter = {.standard = plan->standard->id,
                                         .level = plan->level,
                                         .scope = plan->scope,
                                         .classes = plan->classes};
    const struct clause_filter classes = {.classes = plan->classes};
    if (plan->items)
        return items_hold(plan->items, plan->item_count, clause) &&
               clause_matches(clause, &classes);
    return clause_matches(clause, &filter);
}

/* The results that bear on each item, item after item; those of item i end before those of i + 1.
 * Every result lists its items, so one pass finds them all. */
struct bearing {
    const struct result **results;
    size_t *ends; /* by the item's place in the catalogue */
};

static struct bearing find_bearing(struct run *run, const struct result *results,
                                   const struct clause *clauses, size_t count)
{
    size_t *ends = arena_take(run->arena, (count + 1) * sizeof *ends), total = 0;
    for (size_t i = 0; i < run->check_count; i++)
        for (size_t c = 0; c < results[i].clause_count; c++)
            ends[results[i].clauses[c] - clauses]++;
    for (size_t i = 0; i < count; i++) {
        size_t mine = ends[i];
        ends[i] = total; /* where its first goes; it moves on with each */
        total += mine;
    }
    const struct result **list = arena_take(run->arena, (total + 1) * sizeof *list);
    for (size_t i = 0; i < run->check_count; i++)
        for (size_t c = 0; c < results[i].clause_count; c++)
            list[ends[results[i].clauses[c] - clauses]++] = &results[i];
    return (struct bearing){list, ends};
}

/* Results lie in the order of their checks' ids, instance by instance: so do their places. */
static int by_verdict(const void *left, const void *right)
{
    const struct result *a = *(const struct result *const *)left;
    const struct result *b = *(const struct result *const *)right;
    if (a->verdict != b->verdict)
        return (int)a->verdict - (int)b->verdict;
    return (a > b) - (a < b);
}

static void add_uncovered(struct run *run, struct result *result, const struct clause *clause)
{
    const struct clause **one = arena_take(run->arena, sizeof(struct clause *));
    one[0] = clause;
    *result = (struct result){.clauses = one, .clause_count = 1, .arena = run->arena};
    bool person = clause->verify == VERIFY_MANUAL;
    result->verdict = person ? VERDICT_MANUAL : VERDICT_UNKNOWN;
    result->reason = (struct message){.key = person ? "reason.by_person" : "reason.no_check"};
    run->result_count++;
}

/* Whether nothing but parts of the item was looked at. Where a product is not there, nothing of it
 * was; that no other product is in its place is for a person to say. */
static bool all_part(const struct result *const *results, size_t count, const struct clause *clause)
{
    for (size_t i = 0; i < count; i++)
        if (!result_no_product(results[i]) &&
            (!results[i]->check || !check_covers_part(results[i]->check, clause)))
            return false;
    return true;
}

/* `mine`: the results of the checks that bear on it. */
static void fold_item(struct run *run, struct result *results, const struct clause *clause,
                      const struct result **mine, size_t count, struct item_verdict *item)
{
    if (count > 1)
        qsort(mine, count, sizeof *mine, by_verdict);
    if (count == 0) {
        mine = arena_take(run->arena, sizeof *mine);
        add_uncovered(run, &results[run->result_count], clause);
        mine[count++] = &results[run->result_count - 1];
    }
    enum verdict verdict = mine[0]->verdict;
    if (verdict >= VERDICT_PASS && (clause->verify == VERIFY_SEMI || all_part(mine, count, clause)))
        verdict = VERDICT_MANUAL;
    *item = (struct item_verdict){clause, verdict, mine, count};
    run->item_summary[verdict]++;
}

static void fold_items(const struct plan *plan, struct run *run, struct result *results)
{
    size_t count;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    struct item_verdict *items = arena_take(run->arena, (count + 1) * sizeof *items);
    run->items = items;
    if (plan->by_id)
        return;
    struct bearing bearing = find_bearing(run, results, clauses, count);
    for (size_t i = 0; i < count; i++) {
        size_t start = i ? bearing.ends[i - 1] : 0;
        if (selected(plan, &clauses[i]))
            fold_item(run, results, &clauses[i], &bearing.results[start], bearing.ends[i] - start,
                      &items[run->item_count++]);
    }
}

/* ---- the run ------------------------------------------------------------------------------------
 */

/* PRETTY_NAME of the target, asked like everything else. */
static const char *system_name(struct bundle *bundle, struct arena *arena)
{
    static const char *const paths[] = {"/etc/os-release", "/usr/lib/os-release"};
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        const struct item *item = bundle_find(bundle, ITEM_FILE, paths[i]);
        struct view rest = item ? item->bytes : (struct view){0}, line;
        while (view_line(&rest, &line)) {
            if (!view_starts(line, "PRETTY_NAME="))
                continue;
            struct view name = view_trim(view_from(line, strlen("PRETTY_NAME=")));
            if (name.len >= 2 && (name.ptr[0] == '"' || name.ptr[0] == '\''))
                name = (struct view){name.ptr + 1, name.len - 2};
            return view_text(arena, name);
        }
    }
    return "";
}

/* What the report says of the target. */
static void copy_target(struct run *run, struct bundle *bundle)
{
    const struct target *target = bundle_target(bundle);
    run->target = *target;
    run->target.kind = arena_text(run->arena, target->kind ? target->kind : "");
    run->target.name = arena_text(run->arena, target->name ? target->name : "");
    run->target.tool = arena_text(run->arena, target->tool ? target->tool : "");
    run->system = system_name(bundle, run->arena);
}

/* Which profile was used, and what of it no longer holds. */
static void note_profile(const struct plan *plan, int64_t now, struct run *run)
{
    const struct exclusion **all;
    size_t count;
    run->profile = plan->profile;
    if (!plan->profile)
        return;
    all = exclusions_of(run->arena, plan->profile, NULL, &count);
    run->expired = exclusions_expired(run->arena, all, count, now, &run->expired_count);
}

static struct rc fill_run(const struct plan *plan, struct bundle *bundle, int64_t now,
                          struct run *run)
{
    struct results results = {.arena = run->arena};
    run->standard = plan->standard;
    run->level = plan->level;
    run->scope = plan->scope ? arena_text(run->arena, plan->scope) : NULL;
    copy_target(run, bundle);
    for (int c = 0; c < CLASS_COUNT; c++)
        TRY(units_judge(plan, bundle, now, (enum asset_class)c, &results));
    size_t clauses;
    catalogue_clauses(catalogue_load(), &clauses);
    struct result *all = arena_take(run->arena, (results.count + clauses + 1) * sizeof *all);
    if (results.count)
        memcpy(all, results.list, results.count * sizeof *all);
    run->check_count = run->result_count = results.count;
    fold_items(plan, run, all);
    run->results = all;
    for (size_t i = 0; i < run->result_count; i++)
        run->summary[run->results[i].verdict]++;
    note_profile(plan, now, run);
    return RC_OK;
}

struct rc plan_evaluate(const struct plan *plan, struct bundle *bundle, int64_t now,
                        struct run **out)
{
    if (bundle_count(bundle) == 0)
        return fault(FAULT_TARGET, "the bundle is empty: there is nothing to judge");
    struct arena *arena = arena_new();
    struct run *run = arena_take(arena, sizeof *run);
    run->arena = arena;
    struct rc rc = fill_run(plan, bundle, now, run);
    if (failed(rc))
        arena_free(arena);
    else
        *out = run;
    return rc;
}

void run_free(struct run *run)
{
    if (run)
        arena_free(run->arena);
}
