/*
 * plan: which checks are judged, with which values, and what must be collected for them. The tables
 * are learned by preparing each query in an empty sandbox; where a view has several definitions,
 * the target is not known yet, so the sources of all of them are wished for.
 */
#include "sensor/baseline/engine.h"

#include <stdlib.h>
#include <string.h>

/* ---- what queries read ----------------------------------------------------------------------- */

static struct rc learn(struct sandbox *sandbox, const char *sql, struct reads *reads)
{
    sqlite3_stmt *statement = NULL;
    struct reads fresh;
    TRY(sandbox_prepare(sandbox, sql, &statement, &fresh));
    reads_join(reads, &fresh);
    return RC_OK;
}

struct rc plan_declare_views(struct sandbox *sandbox)
{
    size_t count;
    const struct view_def *views = views_of(sandbox->asset_class, &count);
    for (size_t i = 0; i < count; i++)
        TRY(sandbox_declare_view(sandbox, &views[i]));
    return RC_OK;
}

/* What a view can come to read, over all its definitions; learned once for each sandbox. */
static struct rc learn_definitions(struct sandbox *sandbox, const struct view_def *view,
                                   struct reads *reads)
{
    for (uint32_t d = 0; d < view->definitions; d++) {
        struct reads fresh;
        TRY(sandbox_prepare_view(sandbox, view, d, &fresh));
        reads_join(reads, &fresh);
        if (view_when(view, d))
            TRY(learn(sandbox, view_when(view, d), reads));
    }
    return RC_OK;
}

static struct rc learn_view(struct sandbox *sandbox, const struct view_def *view, size_t number)
{
    if (set_has(&sandbox->views_learned, number) || view_expanded(view))
        return RC_OK; /* the authorizer sees through an expanded one */
    struct rc rc = learn_definitions(sandbox, view, &sandbox->view_reads[number]);
    if (failed(rc))
        return fault_within(rc, "content/%s.yaml", view->origin);
    set_add(&sandbox->views_learned, number);
    return RC_OK;
}

struct rc plan_close_reads(struct sandbox *sandbox, struct reads *reads)
{
    size_t count;
    const struct view_def *views = views_of(sandbox->asset_class, &count);
    /* Views read only views whose name sorts before theirs: one pass downwards meets all. */
    for (size_t i = count; i-- > 0;) {
        if (!set_has(&reads->views, i))
            continue;
        TRY(learn_view(sandbox, &views[i], i));
        reads_join(reads, &sandbox->view_reads[i]);
    }
    return RC_OK;
}

/* ---- wishes ------------------------------------------------------------------------------------
 */

static bool has_source(const struct wishes *wishes, const struct source *source)
{
    for (size_t i = 0; i < wishes->source_count; i++)
        if (wishes->sources[i] == source)
            return true;
    return false;
}

/* Adds the sources behind one table that are not wished for yet. */
static void wish_table(struct arena *arena, struct wishes *wishes, const char *table)
{
    size_t count;
    const struct source *sources = facts_sources_of(table, &count);
    const struct source **all = arena_take(arena, (wishes->source_count + count + 1) * sizeof *all);
    if (wishes->source_count)
        memcpy(all, wishes->sources, wishes->source_count * sizeof *all);
    wishes->sources = all;
    for (size_t i = 0; i < count; i++)
        if (!has_source(wishes, &sources[i]))
            all[wishes->source_count++] = &sources[i];
}

static bool may_follow(const struct wishes *wishes)
{
    for (size_t i = 0; i < wishes->source_count; i++)
        if (wishes->sources[i]->follow)
            return true;
    return false;
}

void plan_wish_tables(struct arena *arena, struct wishes *wishes, const struct reads *reads)
{
    size_t count;
    const struct table *const *tables = facts_tables(&count);
    for (size_t i = 0; i < count; i++)
        if (set_has(&reads->tables, i))
            wish_table(arena, wishes, tables[i]->name);
    if (reads_table(reads, "file") || reads_table(reads, "walk")) {
        wish_table(arena, wishes, "account"); /* the names behind uid and gid */
        wish_table(arena, wishes, "user_group");
    }
    /* What a file includes may be a file of secrets: only their own sources know how to reduce it.
     */
    if (may_follow(wishes)) {
        wish_table(arena, wishes, "shadow");
        wish_table(arena, wishes, "group_password");
    }
    wish_table(arena, wishes, "os_release"); /* every report names the system */
}

/* Paths are compared as written: two spellings of one file are collected twice, which is harmless.
 */
static bool has_path(const struct wishes *wishes, const char *path)
{
    for (size_t i = 0; i < wishes->path_count; i++)
        if (strcmp(wishes->paths[i], path) == 0)
            return true;
    return false;
}

void plan_wish_paths(struct arena *arena, struct wishes *wishes, const char *const *paths,
                     size_t count)
{
    const char **all = arena_take(arena, (wishes->path_count + count + 1) * sizeof *all);
    if (wishes->path_count)
        memcpy(all, wishes->paths, wishes->path_count * sizeof *all);
    wishes->paths = all;
    for (size_t i = 0; i < count; i++)
        if (!has_path(wishes, paths[i]))
            all[wishes->path_count++] = paths[i];
}

/* ---- one check ---------------------------------------------------------------------------------
 */

bool items_hold(const struct clause *const *items, size_t count, const struct clause *clause)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] == clause)
            return true;
    return false;
}

/* The items of one level that a check bears on, of those that the request is about. */
static size_t bears_at(const struct check *check, const struct request *request, int level,
                       const struct clause **out, size_t count)
{
    const struct clause *found[CHECK_CLAUSES_MAX];
    size_t all = check_clauses(check, request->standard, level, found, CHECK_CLAUSES_MAX);
    for (size_t i = 0; i < all && i < CHECK_CLAUSES_MAX && count < CHECK_CLAUSES_MAX; i++) {
        bool wanted = request->items
                          ? items_hold(request->items, request->item_count, found[i])
                          : !request->scope || strcmp(found[i]->scope, request->scope) == 0;
        if (wanted)
            out[count++] = found[i];
    }
    return count;
}

/* At most CHECK_CLAUSES_MAX. Items that are given may be of several levels. */
static size_t bears_on_items(const struct check *check, const struct request *request,
                             const struct clause **out)
{
    const struct standard *standard = catalogue_standard(catalogue_load(), request->standard);
    size_t count = 0;
    if (!request->items || !standard)
        return bears_at(check, request, request->level, out, 0);
    for (int level = standard->level_min; level <= standard->level_max; level++)
        count = bears_at(check, request, level, out, count);
    return count;
}

/* The values of a check are those of the highest level among its items. */
static void find_clauses(struct plan *plan, struct plan_check *wanted, struct request *request)
{
    wanted->clauses = arena_take(plan->arena, (CHECK_CLAUSES_MAX + 1) * sizeof *wanted->clauses);
    wanted->clause_count = bears_on_items(wanted->check, request, wanted->clauses);
    for (size_t i = 0; request->items && i < wanted->clause_count; i++)
        if (i == 0 || wanted->clauses[i]->level > request->level)
            request->level = wanted->clauses[i]->level;
}

/* What tells whether the products are there, and how many instances of them. */
static struct rc wish_products(struct plan *plan, struct sandbox *sandbox,
                               const struct check *check)
{
    for (size_t i = 0; i < check->product_count; i++) {
        struct reads reads = {0};
        struct rc rc = learn(sandbox, check->products[i]->instances, &reads);
        if (failed(rc))
            return fault_within(rc, "content/%s.yaml", check->products[i]->origin);
        plan_wish_tables(plan->arena, &plan->wishes, &reads);
    }
    return RC_OK;
}

static struct rc plan_check(struct plan *plan, const struct request *request,
                            struct sandbox *sandbox, const struct check *check)
{
    struct plan_check *wanted = &plan->checks[plan->check_count];
    struct request own = *request;
    *wanted = (struct plan_check){.check = check};
    find_clauses(plan, wanted, &own);
    wanted->exclusions =
        exclusions_of(plan->arena, plan->profile, check->id, &wanted->exclusion_count);
    wanted->values = arena_take(plan->arena, (check->parameter_count + 1) * sizeof *wanted->values);
    for (size_t i = 0; i < check->parameter_count; i++) {
        wanted->values[i].name = check->parameters[i].name;
        TRY(parameter_value(plan->arena, check, &check->parameters[i], &own,
                            &wanted->values[i].value));
    }
    struct rc rc = learn(sandbox, check->sql, &wanted->reads);
    if (!failed(rc) && check->applies)
        rc = learn(sandbox, check->applies, &wanted->reads);
    if (!failed(rc))
        rc = plan_close_reads(sandbox, &wanted->reads);
    if (failed(rc))
        return fault_within(rc, "%s", check->origin);
    TRY(wish_products(plan, sandbox, check));
    plan_wish_tables(plan->arena, &plan->wishes, &wanted->reads);
    plan_wish_paths(plan->arena, &plan->wishes, check->paths, check->path_count);
    if (!plan->no_walk)
        plan->wishes.predicates |= check->predicates;
    plan->check_count++;
    return RC_OK;
}

/* One sandbox a class, made when its first check comes. */
static struct rc open_sandbox(struct plan *plan, enum asset_class asset_class)
{
    if (plan->sandboxes[asset_class])
        return RC_OK;
    TRY(sandbox_open(asset_class, &plan->sandboxes[asset_class]));
    return plan_declare_views(plan->sandboxes[asset_class]);
}

static struct rc plan_checks(struct plan *plan, const struct request *request,
                             const struct check *const *checks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum asset_class asset_class = checks[i]->asset_class;
        TRY(open_sandbox(plan, asset_class));
        TRY(plan_check(plan, request, plan->sandboxes[asset_class], checks[i]));
    }
    return RC_OK;
}

/* A setting that fits no check of the plan was meant for something else: say so. */
static struct rc check_settings(const struct plan *plan, const struct request *request)
{
    for (size_t s = 0; s < request->setting_count; s++) {
        const char *name = request->settings[s].name, *dot = strrchr(name, '.');
        bool used = false;
        for (size_t i = 0; i < plan->check_count && !used; i++) {
            const struct check *check = plan->checks[i].check;
            if (dot && (strlen(check->id) != (size_t)(dot - name) ||
                        strncmp(check->id, name, (size_t)(dot - name)) != 0))
                continue;
            for (size_t p = 0; p < check->parameter_count && !used; p++)
                used = strcmp(check->parameters[p].name, dot ? dot + 1 : name) == 0;
        }
        if (!used)
            return fault(FAULT_USAGE,
                         "no selected check has a parameter '%s'; see merlon check "
                         "list",
                         name);
    }
    return RC_OK;
}

/* Everything but the selection of checks, which the callers did. */
static struct rc fill_plan(struct plan *plan, const struct request *request,
                           const struct check *const *checks, size_t count)
{
    plan->standard = catalogue_standard(catalogue_load(), request->standard);
    if (!plan->standard)
        return fault(FAULT_USAGE, "no standard is called '%s'; see merlon law standards",
                     request->standard);
    if (request->level < plan->standard->level_min || request->level > plan->standard->level_max)
        return fault(FAULT_USAGE, "%s is known here for levels %d to %d, not %d",
                     plan->standard->title, plan->standard->level_min, plan->standard->level_max,
                     request->level);
    plan->level = request->level;
    plan->scope = request->scope ? arena_text(plan->arena, request->scope) : NULL;
    plan->items = request->items;
    plan->item_count = request->item_count;
    plan->classes = request->classes;
    plan->by_id = request->ids != NULL;
    plan->no_walk = request->no_walk;
    plan->profile = request->profile;
    plan->checks = arena_take(plan->arena, (count + 1) * sizeof *plan->checks);
    TRY(plan_checks(plan, request, checks, count));
    /* A walk always looks for everything: a stored bundle must answer later checks too. */
    plan->wishes.walk = plan->wishes.predicates != 0;
    if (plan->wishes.walk)
        plan->wishes.predicates = (1u << WALK_PREDICATE_COUNT) - 1;
    return check_settings(plan, request);
}

struct rc plan_new_for(const struct request *request, const struct check *const *checks,
                       size_t count, struct plan **out)
{
    struct plan *plan = mem_new(sizeof *plan);
    plan->arena = arena_new();
    struct reads none = {0};
    plan_wish_tables(plan->arena, &plan->wishes, &none);
    struct rc rc = fill_plan(plan, request, checks, count);
    if (failed(rc))
        plan_free(plan);
    else
        *out = plan;
    return rc;
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    for (int c = 0; c < CLASS_COUNT; c++)
        sandbox_close(plan->sandboxes[c]);
    arena_free(plan->arena);
    mem_free(plan);
}

const struct wishes *plan_wishes(const struct plan *plan)
{
    return &plan->wishes;
}

size_t plan_check_count(const struct plan *plan)
{
    return plan->check_count;
}

/* ---- selection ---------------------------------------------------------------------------------
 */

static bool bears(const struct check *check, const struct request *request)
{
    const struct clause *clauses[CHECK_CLAUSES_MAX];
    if (request->classes && !(request->classes >> check->asset_class & 1))
        return false;
    return bears_on_items(check, request, clauses) > 0;
}

/* Exactly the named checks, each once, in the order they were named. */
static struct rc select_by_id(const struct request *request, const struct check *const *all,
                              size_t count, const struct check **out, size_t *chosen)
{
    for (size_t i = 0; i < request->id_count; i++) {
        const struct check *found = NULL;
        for (size_t k = 0; k < count && !found; k++)
            if (strcmp(all[k]->id, request->ids[i]) == 0)
                found = all[k];
        if (!found)
            return fault(FAULT_USAGE, "no check is called '%s'; see merlon check list",
                         request->ids[i]);
        bool twice = false;
        for (size_t k = 0; k < *chosen; k++)
            twice = twice || out[k] == found;
        if (!twice)
            out[(*chosen)++] = found;
    }
    return RC_OK;
}

/* A scope that no item of the standard has was mistyped; an empty report would hide that. */
static struct rc check_scope(const struct request *request)
{
    size_t count;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    const struct clause_filter filter = {.standard = request->standard, .scope = request->scope};
    for (size_t i = 0; i < count; i++)
        if (clause_matches(&clauses[i], &filter))
            return RC_OK;
    return fault(FAULT_USAGE, "%s has no items of scope '%s'", request->standard, request->scope);
}

struct rc request_checks(const struct request *request, const struct check *const **out,
                         size_t *count)
{
    if (!request->profile)
        return checks_builtin(out, count);
    *out = request->profile->checks;
    *count = request->profile->check_count;
    return RC_OK;
}

struct rc plan_new(const struct request *request, struct plan **out)
{
    const struct check *const *all;
    size_t count, chosen = 0;
    TRY(request_checks(request, &all, &count));
    if (request->scope && catalogue_standard(catalogue_load(), request->standard))
        TRY(check_scope(request));
    const struct check **picked = mem_new((count + request->id_count + 1) * sizeof *picked);
    struct rc rc = RC_OK;
    if (request->ids)
        rc = select_by_id(request, all, count, picked, &chosen);
    else
        for (size_t i = 0; i < count; i++)
            if (bears(all[i], request))
                picked[chosen++] = all[i];
    if (!failed(rc))
        rc = plan_new_for(request, picked, chosen, out);
    mem_free(picked);
    return rc;
}
