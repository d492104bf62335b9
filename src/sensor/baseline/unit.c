/*
 * unit: what is judged. A check without products is judged once, of the target itself; one with
 * products once for each instance of them that the target has:
 *
 *   product -> its instances on the bundle -> for each: the views of that instance -> its checks
 *
 * All checks of one instance come after each other, so that a view is filled once an instance. A
 * check of whose products none is there is not applicable; where that could not be told, unknown.
 */
#include "sensor/baseline/engine.h"

#include <string.h>

/* The checks of one class on one bundle. */
struct units {
    const struct plan *plan;
    struct bench *bench;
    struct results *results;
    enum asset_class asset_class;
    struct found *found; /* one for each product of the class that a check asks for */
    size_t found_count;
};

struct result *results_add(struct results *results)
{
    if (results->count == results->room) {
        size_t room = results->room ? 2 * results->room : 256;
        struct result *wider = arena_take(results->arena, room * sizeof *wider);
        if (results->count)
            memcpy(wider, results->list, results->count * sizeof *wider);
        results->list = wider;
        results->room = room;
    }
    return &results->list[results->count++];
}

/* ---- finding instances ----------------------------------------------------------------------- */

static struct rc take_instances(struct bench *bench, sqlite3_stmt *statement, struct found *out)
{
    out->instances = arena_take(bench->arena, INSTANCES_MAX * sizeof *out->instances);
    for (;;) {
        bool row;
        TRY(sandbox_step(bench->sandbox, statement, &row));
        if (!row)
            return RC_OK;
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        if (out->count == INSTANCES_MAX) {
            out->undecided = true;
            out->why = (struct message){
                "reason.many_instances",
                {arena_printf(bench->arena, "%d", INSTANCES_MAX), out->product->name, NULL}};
            return RC_OK;
        }
        out->instances[out->count++] = arena_text(bench->arena, name ? name : "");
    }
}

struct rc instances_find(struct bench *bench, const struct product *product, struct found *out)
{
    static const struct reach nothing;
    sqlite3_stmt *statement = NULL;
    struct reads reads;
    *out = (struct found){.product = product};
    bench_turn_to(bench, product, ""); /* in scope is what concerns no instance alone */
    TRY(bench_prepare(bench, product->instances, &nothing, &statement, &reads));
    struct rc rc = take_instances(bench, statement, out);
    sandbox_release(statement);
    TRY(rc);
    out->scope = arena_take(bench->arena, sizeof *out->scope);
    scope_of(bench, &reads, out->scope);
    if (!scope_whole(out->scope)) {
        out->undecided = true;
        out->why = scope_message(bench, out->scope);
    }
    return RC_OK;
}

static bool serves(const struct check *check, const struct product *product)
{
    for (size_t i = 0; i < check->product_count; i++)
        if (check->products[i] == product)
            return true;
    return false;
}

/* Products that no check of the plan asks for are not looked for: nothing was collected for them.
 */
static struct rc find_products(struct units *units)
{
    size_t count;
    const struct product *products = products_of(units->asset_class, &count);
    units->found = arena_take(units->bench->arena, (count + 1) * sizeof *units->found);
    for (size_t p = 0; p < count; p++) {
        bool asked = false;
        for (size_t i = 0; i < units->plan->check_count && !asked; i++)
            asked = serves(units->plan->checks[i].check, &products[p]);
        if (asked)
            TRY(instances_find(units->bench, &products[p], &units->found[units->found_count++]));
    }
    return RC_OK;
}

/* ---- judging --------------------------------------------------------------------------------- */

static struct result *new_result(struct units *units, const struct plan_check *wanted)
{
    struct arena *arena = units->bench->arena;
    struct result *result = results_add(units->results);
    size_t size = wanted->clause_count * sizeof(struct clause *);
    *result = (struct result){
        .check = wanted->check,
        .clauses = memcpy(arena_take(arena, size + 1), wanted->clauses, size),
        .clause_count = wanted->clause_count,
        .parameters = wanted->values,
        .parameter_count = wanted->check->parameter_count,
        .arena = arena,
    };
    return result;
}

/* The checks for what the bench is turned to. */
static struct rc judge_here(struct units *units)
{
    const struct product *product = units->bench->sandbox->product;
    for (size_t i = 0; i < units->plan->check_count; i++) {
        const struct plan_check *wanted = &units->plan->checks[i];
        if (wanted->check->asset_class != units->asset_class ||
            (product ? !serves(wanted->check, product) : wanted->check->product_count > 0))
            continue;
        struct result *result = new_result(units, wanted);
        result->product = product;
        result->instance = units->bench->sandbox->instance;
        TRY(judge_check(units->bench, wanted, result));
    }
    return RC_OK;
}

static struct rc judge_product(struct units *units, const struct found *found)
{
    for (size_t i = 0; i < found->count; i++) {
        bench_turn_to(units->bench, found->product, found->instances[i]);
        TRY(judge_here(units));
    }
    return RC_OK;
}

/* ---- products that are not there ---------------------------------------------------------------
 */

/* "MariaDB, MySQL", and all that was looked at to tell. */
static void describe_absent(struct units *units, const struct check *check, struct result *result)
{
    struct arena *arena = units->bench->arena;
    struct scope all = {0};
    const char *names = "";
    for (size_t f = 0; f < units->found_count; f++)
        if (serves(check, units->found[f].product))
            all.count += units->found[f].scope->count;
    all.sources = arena_take(arena, (all.count + 1) * sizeof *all.sources);
    all.count = 0;
    for (size_t f = 0; f < units->found_count; f++) {
        const struct found *found = &units->found[f];
        if (!serves(check, found->product))
            continue;
        names = arena_printf(arena, "%s%s%s", names, names[0] ? ", " : "", found->product->name);
        if (found->scope->count)
            memcpy(all.sources + all.count, found->scope->sources,
                   found->scope->count * sizeof *all.sources);
        all.count += found->scope->count;
    }
    result->verdict = VERDICT_NOT_APPLICABLE;
    result->reason = (struct message){.key = "reason.no_product", .args = {names}};
    evidence_gather(units->bench, &all, result);
}

const char *result_instance(const struct result *result)
{
    const struct product *product = result->product;
    if (!product || !result->instance)
        return product ? product->name : "";
    return arena_printf(result->arena, "%s %s", product->name, result->instance);
}

bool result_no_product(const struct result *result)
{
    return result->reason.key && strcmp(result->reason.key, "reason.no_product") == 0;
}

static void tell_undecided(struct units *units, const struct found *found, struct result *result)
{
    result->product = found->product;
    result->verdict = VERDICT_UNKNOWN;
    result->reason = found->why;
    evidence_gather(units->bench, found->scope, result);
}

/* One result for each product of the check that may be there, or one when none is. */
static void add_missing(struct units *units, const struct plan_check *wanted)
{
    bool told = false;
    for (size_t f = 0; f < units->found_count; f++) {
        const struct found *found = &units->found[f];
        if (!serves(wanted->check, found->product))
            continue;
        told = told || found->count || found->undecided;
        if (found->undecided)
            tell_undecided(units, found, new_result(units, wanted));
    }
    if (!told)
        describe_absent(units, wanted->check, new_result(units, wanted));
}

static struct rc judge_all(struct units *units)
{
    TRY(judge_here(units));
    TRY(find_products(units));
    for (size_t f = 0; f < units->found_count; f++)
        TRY(judge_product(units, &units->found[f]));
    for (size_t i = 0; i < units->plan->check_count; i++) {
        const struct check *check = units->plan->checks[i].check;
        if (check->asset_class == units->asset_class && check->product_count)
            add_missing(units, &units->plan->checks[i]);
    }
    return RC_OK;
}

struct rc units_judge(const struct plan *plan, struct bundle *bundle, int64_t now,
                      enum asset_class asset_class, struct results *results)
{
    struct units units = {.plan = plan, .results = results, .asset_class = asset_class};
    if (!plan->sandboxes[asset_class])
        return RC_OK;
    TRY(bench_open(plan->sandboxes[asset_class], bundle, now / 1000000, results->arena,
                   &units.bench));
    units.bench->no_walk = plan->no_walk;
    struct rc rc = judge_all(&units);
    bench_close(units.bench);
    return rc;
}
