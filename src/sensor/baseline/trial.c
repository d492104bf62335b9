/*
 * trial: other queries in the place of a check's own, tried on its fixtures. All of them are judged
 * side by side, as if they were so many checks:
 *
 *   for each fixture: one plan (the check itself, then its variants) + one bundle -> one run
 *
 * Preparing costs more than running: a plan is kept for the next fixture when that asks for the
 * same standard, level and parameters, until half of its variants are caught.
 *
 * A view's definition is tried in the same way. It becomes a check with a row a row of the view,
 * whose columns are observed; its rows are then compared with those the view's fixtures expect. Of
 * a view with several definitions, the rows that this definition gives are the ones it must give.
 */
#include "sensor/baseline/engine.h"

#include <string.h>

/* A variant may run in circles, and a fixture is small: no honest query needs as many. */
#define TRIAL_STEPS_MAX 1000000

struct attempt {
    struct arena *arena;
    const struct check *check; /* what is tried */
    struct check *all;         /* first the check itself, then a copy for each trial */
    struct trial *trials;
    size_t count;
    bool is_view;
    struct plan *plan;    /* of the fixture before; NULL: none */
    struct value planned; /* that fixture */
    size_t plan_live;     /* variants that were live when it was made */
};

/* The same query as the engine will see it; a view's columns have the names that are declared. */
static const char *as_check_query(const struct attempt *attempt, const char *sql)
{
    struct value columns = doc_get(attempt->check->raw, "columns");
    struct buf text = {0};
    if (!attempt->is_view)
        return sql;
    for (uint32_t i = 0; i < doc_count(columns); i++)
        buf_printf(&text, "%s\"%s\"", i ? ", " : "WITH v(", doc_key(columns, i));
    buf_printf(&text, ") AS (\n%s\n) SELECT 'row' AS subject, 1 AS ok, v.* FROM v", sql);
    const char *query = view_text(attempt->arena, buf_view(&text));
    buf_free(&text);
    return query;
}

static bool may_run(struct sandbox *sandbox, const struct check *variant)
{
    sqlite3_stmt *statement = NULL;
    struct reads reads;
    return !failed(sandbox_prepare(sandbox, variant->sql, &statement, &reads)) &&
           (!variant->applies ||
            !failed(sandbox_prepare(sandbox, variant->applies, &statement, &reads)));
}

/* Queries that SQLite or the sandbox refuses would spoil the plan of all. */
static struct rc sort_out_invalid(const struct attempt *attempt)
{
    struct sandbox *sandbox = NULL;
    TRY(sandbox_open(attempt->check->asset_class, &sandbox));
    struct rc rc = plan_declare_views(sandbox);
    for (size_t i = 0; i < attempt->count && !failed(rc); i++)
        if (!may_run(sandbox, &attempt->all[i + 1]))
            attempt->trials[i].state = TRIAL_INVALID;
    sandbox_close(sandbox);
    return rc;
}

/* The results of one variant as a run of their own, in the run's arena; NULL when there is none. */
static const struct run *run_of(const struct run *run, const struct check *variant)
{
    size_t count = 0;
    for (size_t i = 0; i < run->check_count; i++)
        count += run->results[i].check == variant;
    if (count == 0)
        return NULL;
    struct run *alone = arena_take(run->arena, sizeof *alone);
    struct result *results = arena_take(run->arena, count * sizeof *results);
    *alone = *run;
    alone->results = results;
    alone->result_count = alone->check_count = 0;
    for (size_t i = 0; i < run->check_count; i++)
        if (run->results[i].check == variant)
            results[alone->check_count++] = run->results[i];
    alone->result_count = alone->check_count;
    return alone;
}

/* What is known of a fixture before the variants are compared with it. */
struct measure {
    struct value fixture;
    const bool *chosen; /* rows of a view's fixture that are this definition's */
    bool left_out;      /* its `when` says that the definition is not the one here */
    bool foreign;       /* an earlier definition is the one: nothing is learned */
};

static struct rc holds(const struct attempt *attempt, const struct measure *measure,
                       const struct run *own, const struct check *variant)
{
    struct value rows = doc_get(measure->fixture, "rows");
    if (!own)
        return fault(FAULT_DATA, "%s:%u: nothing was judged", variant->origin,
                     doc_line(measure->fixture));
    if (!attempt->is_view)
        return fixture_compare(variant, measure->fixture, own);
    return rows_expected(variant->origin, rows, measure->chosen, own);
}

static bool is_left_out(const struct attempt *attempt, const struct run *own)
{
    return attempt->is_view && own && own->results[0].verdict == VERDICT_NOT_APPLICABLE;
}

static bool has_others(const struct attempt *attempt)
{
    return attempt->is_view && doc_count(doc_get(attempt->check->raw, "definitions")) > 1;
}

/* The check itself must hold. */
static struct rc take_measure(const struct attempt *attempt, struct value fixture,
                              const struct run *run, struct measure *out)
{
    const struct run *own = run_of(run, &attempt->all[0]);
    struct value rows = doc_get(fixture, "rows");
    *out = (struct measure){.fixture = fixture, .left_out = is_left_out(attempt, own)};
    if (out->left_out)
        return RC_OK;
    if (own && has_others(attempt)) {
        bool *chosen = arena_take(run->arena, doc_count(rows) + 1);
        out->foreign = !rows_choose(rows, own, chosen);
        out->chosen = chosen;
    }
    return out->foreign ? RC_OK : holds(attempt, out, own, &attempt->all[0]);
}

/* Where the definition is not the one, its `when` must say so. */
static bool is_caught(const struct attempt *attempt, const struct measure *measure,
                      const struct run *run, const struct check *variant)
{
    const struct run *own = run_of(run, variant);
    if (measure->left_out)
        return !is_left_out(attempt, own);
    return failed(holds(attempt, measure, own, variant));
}

static struct rc compare_all(const struct attempt *attempt, uint32_t number, struct value fixture,
                             const struct run *run)
{
    struct measure measure;
    TRY(take_measure(attempt, fixture, run, &measure));
    for (size_t i = 0; i < attempt->count && !measure.foreign; i++) {
        struct trial *trial = &attempt->trials[i];
        if (trial->state == TRIAL_LIVE && is_caught(attempt, &measure, run, &attempt->all[i + 1])) {
            trial->state = TRIAL_CAUGHT;
            trial->fixture = number;
        }
    }
    return RC_OK;
}

static size_t count_live(const struct attempt *attempt)
{
    size_t live = 0;
    for (size_t i = 0; i < attempt->count; i++)
        live += attempt->trials[i].state == TRIAL_LIVE;
    return live;
}

static bool same_request(struct value left, struct value right)
{
    struct setting a[CHECK_PARAMETERS_MAX], b[CHECK_PARAMETERS_MAX];
    struct request x = fixture_request(left, a), y = fixture_request(right, b);
    bool same = strcmp(x.standard, y.standard) == 0 && x.level == y.level &&
                x.setting_count == y.setting_count;
    for (size_t i = 0; same && i < x.setting_count; i++)
        same = strcmp(a[i].name, b[i].name) == 0 && strcmp(a[i].value, b[i].value) == 0;
    return same;
}

/* A plan over the check and all variants that are live. */
static struct rc make_plan(struct attempt *attempt, struct value fixture)
{
    struct setting settings[CHECK_PARAMETERS_MAX];
    struct request request = fixture_request(fixture, settings);
    request.ids = &attempt->check->id;
    request.id_count = 1;
    plan_free(attempt->plan);
    attempt->plan = NULL;
    const struct check **live = mem_new((attempt->count + 1) * sizeof *live);
    size_t count = 0;
    live[count++] = &attempt->all[0];
    for (size_t i = 0; i < attempt->count; i++)
        if (attempt->trials[i].state == TRIAL_LIVE)
            live[count++] = &attempt->all[i + 1];
    struct rc rc = plan_new_for(&request, live, count, &attempt->plan);
    mem_free(live);
    TRY(rc);
    attempt->plan->sandboxes[attempt->check->asset_class]->steps_max = TRIAL_STEPS_MAX;
    attempt->planned = fixture;
    attempt->plan_live = count - 1;
    return RC_OK;
}

static struct rc try_fixture(struct attempt *attempt, uint32_t number, struct value fixture)
{
    if (!attempt->plan || !same_request(attempt->planned, fixture) ||
        2 * count_live(attempt) < attempt->plan_live)
        TRY(make_plan(attempt, fixture));
    struct bundle *bundle = NULL;
    struct run *run = NULL;
    struct rc rc = fixture_bundle(fixture, plan_wishes(attempt->plan), &bundle);
    if (!failed(rc))
        rc = plan_evaluate(attempt->plan, bundle, fixture_now(fixture), &run);
    if (!failed(rc))
        rc = compare_all(attempt, number, fixture, run);
    run_free(run);
    bundle_free(bundle);
    return rc;
}

/* What cannot be read gives a view no rows to compare. */
static bool is_tried(const struct attempt *attempt, struct value fixture)
{
    return !attempt->is_view || strcmp(doc_get_text(fixture, "kind"), "unreadable") != 0;
}

static struct rc try_all(struct attempt *attempt)
{
    struct value fixtures = doc_get(attempt->check->raw, "fixtures");
    TRY(sort_out_invalid(attempt));
    for (uint32_t i = 0; i < doc_count(fixtures); i++)
        if (is_tried(attempt, doc_at(fixtures, i)))
            TRY(try_fixture(attempt, i, doc_at(fixtures, i)));
    return RC_OK;
}

struct rc check_try(const struct check *check, struct trial *trials, size_t count)
{
    struct attempt attempt = {.arena = arena_new(), .check = check, .trials = trials};
    attempt.count = count;
    attempt.is_view = doc_get_text(check->raw, "view") != NULL;
    attempt.all = arena_take(attempt.arena, (count + 1) * sizeof *attempt.all);
    attempt.all[0] = *check;
    attempt.all[0].sql = as_check_query(&attempt, check->sql);
    for (size_t i = 0; i < count; i++) {
        attempt.all[i + 1] = *check;
        attempt.all[i + 1].sql = as_check_query(&attempt, trials[i].sql);
        attempt.all[i + 1].applies = trials[i].applies;
    }
    struct rc rc = try_all(&attempt);
    plan_free(attempt.plan);
    arena_free(attempt.arena);
    return rc;
}

/* ---- views ------------------------------------------------------------------------------------
 */

/* A definition without `products:` serves the target, or every product of its class. */
static void add_products(struct check *check, const struct view_def *view, uint32_t definition)
{
    size_t count;
    const struct product *all = products_of(view->asset_class, &count);
    for (size_t i = 0; i < count && check->product_count < CHECK_PRODUCTS_MAX; i++)
        if (view_serves(view, definition, &all[i]))
            check->products[check->product_count++] = &all[i];
}

static struct check definition_as_check(struct arena *arena, const struct view_def *view,
                                        uint32_t definition)
{
    const char *platform =
        doc_get_text(doc_at(doc_get(view->raw, "definitions"), definition), "platform");
    struct check check = {
        .id = arena_printf(arena, "%s/%s", view->name, platform ? platform : "?"),
        .origin = arena_printf(arena, "content/%s.yaml", view->origin),
        .sql = view_sql(view, definition),
        .applies = view_when(view, definition),
        .asset_class = view->asset_class,
        .absent = VERDICT_PASS,
        .raw = view->raw,
    };
    add_products(&check, view, definition);
    return check;
}

/* Adds those of one class, or counts them when `out` is NULL. */
static size_t add_definitions(struct arena *arena, enum asset_class asset_class, struct check *out)
{
    size_t views, made = 0;
    const struct view_def *all = views_of(asset_class, &views);
    for (size_t i = 0; i < views; i++) {
        for (uint32_t d = 0; d < all[i].definitions; d++, made++)
            if (out)
                out[made] = definition_as_check(arena, &all[i], d);
    }
    return made;
}

size_t views_as_checks(struct arena *arena, const struct check **out)
{
    size_t total = 0, made = 0;
    for (int c = 0; c < CLASS_COUNT; c++)
        total += add_definitions(arena, (enum asset_class)c, NULL);
    struct check *checks = arena_take(arena, (total + 1) * sizeof *checks);
    for (int c = 0; c < CLASS_COUNT; c++)
        made += add_definitions(arena, (enum asset_class)c, &checks[made]);
    *out = checks;
    return made;
}
