/*
 * view: the abstract views of each asset class, from content/views/<class>/<view>.yaml. Loaded once
 * and kept for the life of the program.
 */
#include "sensor/baseline/engine.h"

#include "foundation/content/content.h"

#include <stdio.h>
#include <string.h>

struct view_list {
    struct view_def views[VIEWS_MAX];
    size_t count;
};

static struct view_list lists[CLASS_COUNT];
static bool loaded;

static struct rc load_view(void *context, const char *path, struct value top)
{
    (void)context;
    enum asset_class asset_class;
    const char *name = doc_get_text(top, "view"), *class_name = doc_get_text(top, "class");
    if (!name || !asset_class_from(class_name ? class_name : "", &asset_class))
        return fault(FAULT_DATA, "content/%s.yaml: a view needs `view:` and `class:`", path);
    struct view_list *list = &lists[asset_class];
    if (list->count == VIEWS_MAX)
        return fault(FAULT_LIMIT, "content/views: more than %d views for %s", VIEWS_MAX,
                     class_name);
    /* content_each goes by path, so that the views of a class come by name. */
    list->views[list->count++] = (struct view_def){
        .name = name,
        .origin = path,
        .asset_class = asset_class,
        .raw = top,
        .definitions = doc_count(doc_get(top, "definitions")),
    };
    return RC_OK;
}

const struct view_def *views_of(enum asset_class asset_class, size_t *count)
{
    if (!loaded) {
        if (failed(content_each("views/", load_view, NULL)))
            panic("%s", fault_text());
        loaded = true;
    }
    *count = lists[asset_class].count;
    return lists[asset_class].views;
}

static struct value definition_at(const struct view_def *view, uint32_t definition)
{
    return doc_at(doc_get(view->raw, "definitions"), definition);
}

const char *view_sql(const struct view_def *view, uint32_t definition)
{
    const char *sql = doc_get_text(definition_at(view, definition), "sql");
    return sql ? sql : "";
}

const char *view_when(const struct view_def *view, uint32_t definition)
{
    return doc_get_text(definition_at(view, definition), "when");
}

bool view_serves(const struct view_def *view, uint32_t definition, const struct product *product)
{
    struct value list = doc_get(definition_at(view, definition), "products");
    for (uint32_t i = 0; product && i < doc_count(list); i++) {
        const char *name = doc_text(doc_at(list, i));
        if (name && strcmp(name, product->id) == 0)
            return true;
    }
    return doc_count(list) == 0;
}

bool view_expanded(const struct view_def *view)
{
    return doc_text(doc_get(view->raw, "expand")) && view->definitions == 1 &&
           !view_when(view, 0) && view_serves(view, 0, NULL);
}
