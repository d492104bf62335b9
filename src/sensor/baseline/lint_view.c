/*
 * lint_view: tries the definitions of a view: the declared columns, then every fixture, whose rows
 * are compared column by column.
 */
#include "sensor/baseline/engine.h"

#include <stdio.h>
#include <string.h>

#define ROWS_MAX 1000

struct seen {
    struct arena *arena;
    struct value columns; /* as declared */
    const char *names[100];
    size_t column_count;
    char **rows[ROWS_MAX]; /* each column as text, NULL for NULL */
    size_t row_count, unread;
    bool columns_differ;
};

static struct rc take_columns(void *context, const char *const *names, size_t count)
{
    struct seen *seen = context;
    seen->columns_differ = count != doc_count(seen->columns);
    seen->column_count = count < COUNT_OF(seen->names) ? count : COUNT_OF(seen->names);
    for (size_t i = 0; i < seen->column_count; i++) {
        const char *declared = doc_key(seen->columns, (uint32_t)i);
        seen->names[i] = arena_text(seen->arena, names[i]);
        seen->columns_differ = seen->columns_differ || !declared || strcmp(declared, names[i]) != 0;
    }
    return RC_OK;
}

static struct rc take_row(void *context, const struct observed *values, size_t count)
{
    struct seen *seen = context;
    if (seen->row_count == ROWS_MAX)
        return fault(FAULT_LIMIT, "more than %d rows", ROWS_MAX);
    char **row = arena_take(seen->arena, (count + 1) * sizeof *row);
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind == OBSERVED_INTEGER)
            row[i] = arena_printf(seen->arena, "%lld", (long long)values[i].integer);
        else if (values[i].kind == OBSERVED_TEXT)
            row[i] = arena_text(seen->arena, values[i].text);
    }
    seen->rows[seen->row_count++] = row;
    return RC_OK;
}

static void take_unread(void *context, const char *source, const char *status, const char *reason)
{
    (void)source;
    (void)reason;
    /* A probe of a target that does not run is absent, and told, but not unreadable. */
    if (strcmp(status, item_status_name(ITEM_ABSENT)) != 0)
        ((struct seen *)context)->unread++;
}

/* A wanted row names only the columns it cares about; the others may be anything. */
static bool row_fits(const struct seen *seen, char *const *row, struct value wanted)
{
    for (uint32_t i = 0; i < doc_count(wanted); i++) {
        const char *want = doc_text(doc_at(wanted, i)), *got = NULL;
        for (size_t c = 0; c < seen->column_count; c++)
            if (strcmp(seen->names[c], doc_key(wanted, i)) == 0)
                got = row[c] ? row[c] : "null";
        if (!want || !got || strcmp(want, got) != 0)
            return false;
    }
    return true;
}

/* Every wanted row takes one row that fits and was not taken; none may be left. */
static struct rc compare_rows(const struct view_def *view, const struct seen *seen,
                              struct value fixture)
{
    struct value rows = doc_get(fixture, "rows");
    bool taken[ROWS_MAX] = {false};
    if (doc_count(rows) != seen->row_count)
        return fault(FAULT_DATA, "content/%s.yaml:%u: the view gives %zu rows, expected %u",
                     view->origin, doc_line(fixture), seen->row_count, doc_count(rows));
    for (uint32_t i = 0; i < doc_count(rows); i++) {
        size_t r = 0;
        while (r < seen->row_count && (taken[r] || !row_fits(seen, seen->rows[r], doc_at(rows, i))))
            r++;
        if (r == seen->row_count)
            return fault(FAULT_DATA, "content/%s.yaml:%u: no row of the view is like this one",
                         view->origin, doc_line(doc_at(rows, i)));
        taken[r] = true;
    }
    return RC_OK;
}

/* The view as a person would ask it, over the tree of the fixture. */
static struct rc try_fixture(const struct view_def *view, struct value fixture, struct seen *seen)
{
    struct query *query = NULL;
    struct bundle *bundle = NULL;
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT * FROM \"%.150s\"", view->name);
    struct rc rc = query_new_for(view->asset_class, sql, NULL, 0, &query);
    if (!failed(rc))
        rc = fixture_bundle(fixture, query_wishes(query), &bundle);
    if (!failed(rc))
        rc = query_run(query, bundle, fixture_now(fixture),
                       &(struct query_sink){take_columns, take_row, take_unread, seen});
    bundle_free(bundle);
    query_free(query);
    return failed(rc) ? fault_within(rc, "content/%s.yaml:%u", view->origin, doc_line(fixture))
                      : rc;
}

static struct rc lint_fixture(const struct view_def *view, struct value fixture)
{
    struct seen *seen = mem_new(sizeof *seen);
    seen->arena = arena_new();
    seen->columns = doc_get(view->raw, "columns");
    bool unreadable = strcmp(doc_get_text(fixture, "kind"), "unreadable") == 0;
    struct rc rc = try_fixture(view, fixture, seen);
    if (!failed(rc) && seen->columns_differ)
        rc = fault(FAULT_DATA, "content/%s.yaml: the query's columns are not those declared",
                   view->origin);
    if (!failed(rc) && unreadable != (seen->unread > 0))
        rc = fault(FAULT_DATA, "content/%s.yaml:%u: the sources were%s read whole", view->origin,
                   doc_line(fixture), unreadable ? "" : " not");
    if (!failed(rc) && !unreadable)
        rc = compare_rows(view, seen, fixture);
    arena_free(seen->arena);
    mem_free(seen);
    return rc;
}

/* The words of an abstract view mean the same in every class: it has the same columns there. */
static struct rc lint_columns(const struct view_def *view)
{
    struct value mine = doc_get(view->raw, "columns");
    for (int c = 0; c < CLASS_COUNT; c++) {
        size_t count;
        const struct view_def *all = views_of((enum asset_class)c, &count);
        for (size_t i = 0; i < count; i++) {
            struct value columns = doc_get(all[i].raw, "columns");
            bool same = doc_count(mine) == doc_count(columns);
            if (strcmp(all[i].name, view->name) != 0)
                continue;
            for (uint32_t k = 0; same && k < doc_count(mine); k++)
                same = strcmp(doc_key(mine, k), doc_key(columns, k)) == 0;
            if (!same)
                return fault(FAULT_DATA, "content/%s.yaml: its columns are not those of %s",
                             view->origin, all[i].origin);
        }
    }
    return RC_OK;
}

/* In a class with products each definition says whose it is. */
static struct rc lint_products(const struct view_def *view)
{
    struct value list = doc_get(view->raw, "definitions");
    size_t products;
    products_of(view->asset_class, &products);
    for (uint32_t i = 0; i < doc_count(list); i++) {
        struct value names = doc_get(doc_at(list, i), "products");
        bool good = doc_count(names) || products == 0;
        for (uint32_t k = 0; k < doc_count(names); k++) {
            const char *name = doc_text(doc_at(names, k));
            const struct product *product = name ? product_find(name) : NULL;
            good = good && product && product->asset_class == view->asset_class;
        }
        if (!good)
            return fault(FAULT_DATA, "content/%s.yaml:%u: `products:` must be some of the class",
                         view->origin, doc_line(doc_at(list, i)));
    }
    return RC_OK;
}

static struct rc lint_view(const struct view_def *view, size_t *cases)
{
    struct value fixtures = doc_get(view->raw, "fixtures");
    if (view->definitions == 0 || doc_count(doc_get(view->raw, "columns")) < 3)
        return fault(FAULT_DATA, "content/%s.yaml: a view needs columns and definitions",
                     view->origin);
    TRY(lint_columns(view));
    TRY(lint_products(view));
    TRY(fixture_kinds(view->origin, fixtures));
    for (uint32_t i = 0; i < doc_count(fixtures); i++) {
        TRY(lint_fixture(view, doc_at(fixtures, i)));
        (*cases)++;
    }
    return RC_OK;
}

struct rc views_lint(size_t *views, size_t *cases)
{
    for (int c = 0; c < CLASS_COUNT; c++) {
        size_t count;
        const struct view_def *all = views_of((enum asset_class)c, &count);
        for (size_t i = 0; i < count; i++) {
            TRY(lint_view(&all[i], cases));
            (*views)++;
        }
    }
    return RC_OK;
}
