/* query: a person's own SELECT over the host tables and views, with the engine's limits. */
#include "sensor/baseline/engine.h"

#include <string.h>

#define COLUMNS_MAX 100

struct query {
    struct arena *arena;
    char *sql;
    struct reads reads;
    struct wishes wishes;
    struct reach reach;
    struct sandbox *sandbox;
};

static const char *const whole_tree[] = {"/"};

/* Nobody gives a person's query values: `:now` is the only name it may leave open. */
static struct rc check_names(sqlite3_stmt *statement)
{
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++) {
        const char *name = sqlite3_bind_parameter_name(statement, i);
        if (!name || strcmp(name, ":now") != 0)
            return fault(FAULT_USAGE, "the query is refused: it leaves %s open; only :now is known",
                         name ? name : "?");
    }
    return RC_OK;
}

/* Prepares the query where it will run, and learns what it reads. */
static struct rc learn_query(struct query *query)
{
    sqlite3_stmt *statement = NULL;
    TRY(sandbox_open(CLASS_HOST_OS, &query->sandbox));
    TRY(plan_declare_views(query->sandbox));
    TRY(sandbox_prepare(query->sandbox, query->sql, &statement, &query->reads));
    TRY(check_names(statement));
    return plan_close_reads(query->sandbox, &query->reads);
}

struct rc query_new(const char *sql, const char *const *paths, size_t path_count,
                    struct query **out)
{
    struct query *query = mem_new(sizeof *query);
    query->arena = arena_new();
    query->sql = arena_text(query->arena, sql);
    struct rc rc = learn_query(query);
    if (failed(rc)) {
        query_free(query);
        return rc;
    }
    /* `source` tells of all that was collected: then that is everything. */
    struct reads all;
    memset(&all, 0xff, sizeof all);
    bool sources = reads_table(&query->reads, "source");
    plan_wish_tables(query->arena, &query->wishes, sources ? &all : &query->reads);
    plan_wish_paths(query->arena, &query->wishes, paths, path_count);
    query->reach = (struct reach){query->wishes.paths, query->wishes.path_count, 0, whole_tree, 1};
    query->wishes.walk = reads_table(&query->reads, "walk");
    if (query->wishes.walk)
        query->reach.predicates = query->wishes.predicates = (1u << WALK_PREDICATE_COUNT) - 1;
    *out = query;
    return RC_OK;
}

void query_free(struct query *query)
{
    if (!query)
        return;
    sandbox_close(query->sandbox);
    arena_free(query->arena);
    mem_free(query);
}

const struct wishes *query_wishes(const struct query *query)
{
    return &query->wishes;
}

static struct rc give_columns(sqlite3_stmt *statement, const struct query_sink *sink)
{
    const char *names[COLUMNS_MAX];
    int count = sqlite3_column_count(statement);
    for (int i = 0; i < count && i < COLUMNS_MAX; i++)
        names[i] = sqlite3_column_name(statement, i);
    return sink->columns(sink->context, names, (size_t)count);
}

/* A text is borrowed from SQLite: good until the next step. */
static struct observed value_at(sqlite3_stmt *statement, int column)
{
    int type = sqlite3_column_type(statement, column);
    if (type == SQLITE_NULL)
        return (struct observed){.kind = OBSERVED_NULL};
    if (type == SQLITE_INTEGER)
        return (struct observed){.kind = OBSERVED_INTEGER,
                                 .integer = sqlite3_column_int64(statement, column)};
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return (struct observed){.kind = OBSERVED_TEXT, .text = text ? text : ""};
}

static struct rc give_rows(struct bench *bench, sqlite3_stmt *statement,
                           const struct query_sink *sink)
{
    struct observed values[COLUMNS_MAX];
    int count = sqlite3_column_count(statement);
    TRY(give_columns(statement, sink));
    for (;;) {
        bool row;
        TRY(sandbox_step(bench->sandbox, statement, &row));
        if (!row)
            return RC_OK;
        for (int i = 0; i < count && i < COLUMNS_MAX; i++)
            values[i] = value_at(statement, i);
        TRY(sink->row(sink->context, values, (size_t)count));
    }
}

/* Names every source in scope that was not read whole: an answer without it would mislead. */
static void give_unread(struct bench *bench, const struct reads *reads,
                        const struct query_sink *sink)
{
    struct scope scope;
    scope_of(bench, reads, &scope);
    if (scope.undecided_view)
        sink->unread(sink->context, scope.undecided_view, "undecided",
                     text_render(bench->arena, LANG_EN, &scope.undecided_why));
    for (size_t i = 0; i < scope.count; i++) {
        const struct fact_source *source = &scope.sources[i];
        if (source_whole(source) && !source_not_running(source))
            continue;
        const char *status = !source->item     ? "not collected"
                             : source->problem ? "partial"
                                               : item_status_name(source->item->status);
        const char *reason = source->problem ? source->problem
                             : source->item  ? source->item->reason
                                             : "";
        sink->unread(sink->context, source->name, status, reason);
    }
}

static struct rc run_query(struct query *query, struct bench *bench, const struct query_sink *sink)
{
    sqlite3_stmt *statement = NULL;
    struct reads reads;
    TRY(bench_install_views(bench, &query->reads.views));
    TRY(bench_prepare(bench, query->sql, &query->reach, &statement, &reads));
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++)
        sqlite3_bind_int64(statement, i, bench->now); /* check_names: it is :now */
    struct rc rc = give_rows(bench, statement, sink);
    sandbox_release(statement);
    if (!failed(rc) && sink->unread)
        give_unread(bench, &reads, sink);
    return rc;
}

struct rc query_run(struct query *query, struct bundle *bundle, int64_t now,
                    const struct query_sink *sink)
{
    struct bench *bench = NULL;
    struct arena *arena = arena_new();
    struct rc rc = bench_open(query->sandbox, bundle, now / 1000000, arena, &bench);
    if (!failed(rc))
        rc = run_query(query, bench, sink);
    bench_close(bench);
    arena_free(arena);
    return rc;
}
