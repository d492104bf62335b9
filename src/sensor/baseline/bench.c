/*
 * bench: one class's sandbox over one bundle. Tables are filled when the first query reads them,
 * views are installed when the first query may need them: only the definition whose `when` holds
 * on this target.
 */
#include "sensor/baseline/engine.h"

#include <string.h>

struct rc bench_open(struct sandbox *sandbox, struct bundle *bundle, int64_t now,
                     struct arena *arena, struct bench **out)
{
    struct bench *bench = mem_new(sizeof *bench);
    bench->bundle = bundle;
    bench->arena = arena;
    bench->now = now;
    bench->sandbox = sandbox;
    struct rc rc = facts_new(bench->sandbox->db, bundle, &bench->facts);
    if (failed(rc))
        bench_close(bench);
    else
        *out = bench;
    return rc;
}

void bench_turn_to(struct bench *bench, const struct product *product, const char *instance)
{
    sandbox_empty(bench->sandbox);
    memset(bench->view_states, 0, sizeof bench->view_states);
    memset(bench->view_reads, 0, sizeof bench->view_reads);
    bench->sandbox->product = product;
    bench->sandbox->instance = instance;
}

void bench_close(struct bench *bench)
{
    if (!bench)
        return;
    facts_free(bench->facts);
    bench_turn_to(bench, NULL, NULL);
    mem_free(bench);
}

/* Fills the tables that a query reads; each but `file` and `walk` once for the bundle. */
static struct rc fill(struct bench *bench, const struct reads *reads, const struct reach *reach)
{
    size_t count;
    const struct table *const *tables = facts_tables(&count);
    for (size_t i = 0; i < count; i++) {
        if (!set_has(&reads->tables, i))
            continue;
        if (strcmp(tables[i]->name, "file") == 0)
            TRY(facts_fill_file(bench->facts, reach->paths, reach->path_count));
        else if (strcmp(tables[i]->name, "walk") == 0)
            TRY(facts_fill_walk(bench->facts, reach->predicates, reach->folders,
                                reach->folder_count));
        else
            TRY(facts_fill(bench->facts, tables[i]->name));
    }
    return RC_OK;
}

/* Adds what the chosen definitions of the views read; those of views within them are there. */
static void close_reads(const struct bench *bench, struct reads *reads)
{
    const struct set views = reads->views;
    for (size_t i = 0; i < COUNT_OF(bench->view_reads); i++)
        if (set_has(&views, i))
            reads_join(reads, &bench->view_reads[i]);
}

struct rc bench_prepare(struct bench *bench, const char *sql, const struct reach *reach,
                        sqlite3_stmt **out, struct reads *reads)
{
    sqlite3_stmt *statement = NULL;
    TRY(sandbox_prepare(bench->sandbox, sql, &statement, reads));
    struct rc rc = fill(bench, reads, reach); /* what is behind views was filled with them */
    close_reads(bench, reads);
    if (failed(rc))
        sandbox_release(statement);
    else
        *out = statement;
    return rc;
}

/* Whether a definition is the one for this target: 1, 0, or -1 and *why when it cannot be told. */
static struct rc definition_fits(struct bench *bench, const char *when, int *fits,
                                 struct message *why)
{
    static const struct reach nothing;
    sqlite3_stmt *statement = NULL;
    struct reads reads;
    bool row = false;
    TRY(bench_prepare(bench, when, &nothing, &statement, &reads));
    sandbox_bind(bench->sandbox, statement);
    struct rc rc = sandbox_step(bench->sandbox, statement, &row);
    bool null = !row || sqlite3_column_type(statement, 0) == SQLITE_NULL;
    *fits = null ? -1 : sqlite3_column_int(statement, 0) != 0;
    sandbox_release(statement);
    TRY(rc);
    struct scope scope;
    scope_of(bench, &reads, &scope);
    if (scope.unread || scope.undecided_view) {
        *fits = -1;
        *why = scope.unread ? source_message(bench, scope.unread) : scope.undecided_why;
    }
    return RC_OK;
}

/* The first definition that fits; none when that cannot be told, with the reason. */
static struct rc choose_definition(struct bench *bench, const struct view_def *view,
                                   uint32_t *chosen, struct message *why)
{
    *why = (struct message){.key = "reason.no_definition", .args = {view->name}};
    *chosen = view->definitions;
    for (uint32_t d = 0; d < view->definitions; d++) {
        int fits = 1;
        if (!view_serves(view, d, bench->sandbox->product))
            continue;
        if (view_when(view, d))
            TRY(definition_fits(bench, view_when(view, d), &fits, why));
        if (fits == 1)
            *chosen = d;
        if (fits != 0)
            return RC_OK;
    }
    return RC_OK;
}

/* A definition that cannot be run leaves its view undecided, like one that cannot be chosen. */
static struct rc fill_view(struct bench *bench, const struct view_def *view, size_t number,
                           uint32_t chosen)
{
    static const struct reach nothing;
    sqlite3_stmt *definition = NULL;
    TRY(bench_prepare(bench, view_sql(view, chosen), &nothing, &definition,
                      &bench->view_reads[number]));
    struct rc rc = sandbox_fill_view(bench->sandbox, view, chosen);
    if (rc.kind == FAULT_LIMIT || rc.kind == FAULT_DATA) {
        bench->view_reasons[number] = (struct message){
            "reason.query_limit", {arena_text(bench->arena, fault_text()), NULL, NULL}};
        bench->view_states[number] = VIEW_UNDECIDED;
        return RC_OK;
    }
    return rc;
}

/* An undecided view stays empty, so that queries prepare; scope_of reports it. */
static struct rc install_view(struct bench *bench, const struct view_def *view, size_t number)
{
    uint32_t chosen;
    if (view_expanded(view)) {
        bench->view_states[number] = VIEW_READY;
        return RC_OK;
    }
    TRY(choose_definition(bench, view, &chosen, &bench->view_reasons[number]));
    bool decided = chosen < view->definitions;
    bench->view_states[number] = decided ? VIEW_READY : VIEW_UNDECIDED;
    return decided ? fill_view(bench, view, number, chosen) : RC_OK;
}

struct rc bench_install_views(struct bench *bench, const struct set *views)
{
    size_t count;
    const struct view_def *all = views_of(bench->sandbox->asset_class, &count);
    for (size_t i = 0; i < count; i++)
        if (set_has(views, i) && bench->view_states[i] == VIEW_UNSEEN)
            TRY(install_view(bench, &all[i], i));
    return RC_OK;
}
