/* relation: the tables and views that queries may read, described from their own declarations. */
#include "sensor/baseline/engine.h"

#include <string.h>

static const struct column_doc place_columns[] = {
    {"src", "text", "", "path or probe the row was read from"},
    {"line", "integer", "", "line in it, from 1; NULL where lines mean nothing"},
};

/* Tables end in src and line, which their declarations leave out. */
static void describe_table(struct arena *arena, const struct table *table, struct relation *out)
{
    struct column_doc *columns = arena_take(arena, (table->column_count + 2) * sizeof *columns);
    for (size_t i = 0; i < table->column_count; i++)
        columns[i] = (struct column_doc){
            table->columns[i].name, table->columns[i].type == COLUMN_INTEGER ? "integer" : "text",
            table->columns[i].unit, table->columns[i].doc};
    memcpy(columns + table->column_count, place_columns, sizeof place_columns);
    size_t count;
    const struct source *sources = facts_sources_of(table->name, &count);
    const char **names = arena_take(arena, (count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = sources[i].kind == ITEM_LIVE ? arena_printf(arena, "live:%s", sources[i].pattern)
                                                : sources[i].pattern;
    *out = (struct relation){table->name, "table", "", table->doc, columns, table->column_count + 2,
                             names,       count};
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* The sources of a view are the platforms it has definitions for. */
static void describe_view(struct arena *arena, const struct view_def *view, struct relation *out)
{
    struct value map = doc_get(view->raw, "columns"), list = doc_get(view->raw, "definitions");
    struct column_doc *columns = arena_take(arena, (doc_count(map) + 1) * sizeof *columns);
    for (uint32_t i = 0; i < doc_count(map); i++) {
        struct value column = doc_at(map, i);
        columns[i] = (struct column_doc){doc_key(map, i), or_empty(doc_get_text(column, "type")),
                                         or_empty(doc_get_text(column, "unit")),
                                         or_empty(doc_get_text(column, "doc"))};
    }
    const char **platforms = arena_take(arena, (doc_count(list) + 1) * sizeof *platforms);
    for (uint32_t i = 0; i < doc_count(list); i++)
        platforms[i] = or_empty(doc_get_text(doc_at(list, i), "platform"));
    *out = (struct relation){view->name,
                             "view",
                             asset_class_name(view->asset_class),
                             or_empty(doc_get_text(view->raw, "doc")),
                             columns,
                             doc_count(map),
                             platforms,
                             doc_count(list)};
}

struct rc relations_list(struct arena *arena, const struct relation **out, size_t *count)
{
    size_t tables, views, total = 0;
    const struct table *const *all = facts_tables(&tables);
    for (int c = 0; c < CLASS_COUNT; c++) {
        views_of((enum asset_class)c, &views);
        total += views;
    }
    struct relation *list = arena_take(arena, (tables + total + 1) * sizeof *list);
    size_t used = 0;
    for (size_t i = 0; i < tables; i++)
        describe_table(arena, all[i], &list[used++]);
    for (int c = 0; c < CLASS_COUNT; c++) {
        const struct view_def *of_class = views_of((enum asset_class)c, &views);
        for (size_t i = 0; i < views; i++)
            describe_view(arena, &of_class[i], &list[used++]);
    }
    *out = list;
    *count = used;
    return RC_OK;
}
