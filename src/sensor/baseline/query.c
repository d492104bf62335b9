/* query: a person's own SELECT over the host tables and views, with the engine's limits. */
#include "sensor/baseline/engine.h"

#include <string.h>

#define COLUMNS_MAX 100

struct query {
    struct arena *arena;
    enum asset_class asset_class;
    bool by_instance; /* run for each instance of the products of the class */
    char *sql;
    struct reads reads;
    struct wishes wishes;
    struct reach reach;
    struct sandbox *sandbox;
};

static const char *const whole_tree[] = {"/"};

/* Nobody gives a person's query values: these are the only names it may leave open. */
static struct rc check_names(sqlite3_stmt *statement, bool *by_instance)
{
    *by_instance = false;
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++) {
        const char *name = sqlite3_bind_parameter_name(statement, i);
        bool instance = name && (strcmp(name, ":product") == 0 || strcmp(name, ":instance") == 0);
        *by_instance = *by_instance || instance;
        if (!instance && (!name || strcmp(name, ":now") != 0))
            return fault(FAULT_USAGE,
                         "the query is refused: it leaves %s open; only :now, :product and "
                         ":instance are known",
                         name ? name : "?");
    }
    return RC_OK;
}

/* What tells of the instances is read, too. */
static struct rc learn_products(struct query *query)
{
    static const struct reads none;
    size_t count;
    const struct product *products = products_of(query->asset_class, &count);
    query->by_instance = count && (query->by_instance || memcmp(&query->reads.views, &none.views,
                                                                sizeof none.views) != 0);
    for (size_t i = 0; query->by_instance && i < count; i++) {
        sqlite3_stmt *statement;
        struct reads reads;
        TRY(sandbox_prepare(query->sandbox, products[i].instances, &statement, &reads));
        plan_wish_tables(query->arena, &query->wishes, &reads);
    }
    return RC_OK;
}

/* Prepares the query where it will run, and learns what it reads. */
static struct rc learn_query(struct query *query)
{
    sqlite3_stmt *statement = NULL;
    TRY(sandbox_open(query->asset_class, &query->sandbox));
    TRY(plan_declare_views(query->sandbox));
    TRY(sandbox_prepare(query->sandbox, query->sql, &statement, &query->reads));
    TRY(check_names(statement, &query->by_instance));
    TRY(learn_products(query));
    return plan_close_reads(query->sandbox, &query->reads);
}

struct rc query_new(const char *sql, const char *const *paths, size_t path_count,
                    struct query **out)
{
    return query_new_for(CLASS_HOST_OS, sql, paths, path_count, out);
}

struct rc query_new_for(enum asset_class asset_class, const char *sql, const char *const *paths,
                        size_t path_count, struct query **out)
{
    struct query *query = mem_new(sizeof *query);
    query->arena = arena_new();
    query->asset_class = asset_class;
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
static void give_unread(struct bench *bench, const struct scope *scope,
                        const struct query_sink *sink)
{
    if (scope->undecided_view)
        sink->unread(sink->context, scope->undecided_view, "undecided",
                     text_render(bench->arena, LANG_EN, &scope->undecided_why));
    for (size_t i = 0; i < scope->count; i++) {
        const struct fact_source *source = &scope->sources[i];
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

/* On what the bench is turned to. Columns are given once, whatever comes first. */
static struct rc run_query(struct query *query, struct bench *bench, const struct query_sink *sink,
                           bool first)
{
    sqlite3_stmt *statement = NULL;
    struct reads reads;
    struct scope scope;
    TRY(bench_install_views(bench, &query->reads.views));
    TRY(bench_prepare(bench, query->sql, &query->reach, &statement, &reads));
    int now = sqlite3_bind_parameter_index(statement, ":now");
    if (now)
        sqlite3_bind_int64(statement, now, bench->now);
    sandbox_bind(bench->sandbox, statement);
    struct rc rc = first ? give_columns(statement, sink) : RC_OK;
    if (!failed(rc))
        rc = give_rows(bench, statement, sink);
    sandbox_release(statement);
    scope_of(bench, &reads, &scope);
    if (!failed(rc) && sink->unread)
        give_unread(bench, &scope, sink);
    return rc;
}

static struct rc run_instances(struct query *query, struct bench *bench,
                               const struct query_sink *sink)
{
    size_t count;
    const struct product *products = products_of(query->asset_class, &count);
    sqlite3_stmt *statement = NULL;
    struct reads reads;
    TRY(sandbox_prepare(query->sandbox, query->sql, &statement, &reads));
    TRY(give_columns(statement, sink));
    for (size_t p = 0; p < count; p++) {
        struct found found;
        TRY(instances_find(bench, &products[p], &found));
        if (found.undecided && sink->unread)
            give_unread(bench, found.scope, sink);
        for (size_t i = 0; i < found.count; i++) {
            bench_turn_to(bench, &products[p], found.instances[i]);
            TRY(run_query(query, bench, sink, false));
        }
    }
    return RC_OK;
}

struct rc query_run(struct query *query, struct bundle *bundle, int64_t now,
                    const struct query_sink *sink)
{
    struct bench *bench = NULL;
    struct arena *arena = arena_new();
    struct rc rc = bench_open(query->sandbox, bundle, now / 1000000, arena, &bench);
    if (!failed(rc))
        rc = query->by_instance ? run_instances(query, bench, sink)
                                : run_query(query, bench, sink, true);
    bench_close(bench);
    arena_free(arena);
    return rc;
}
