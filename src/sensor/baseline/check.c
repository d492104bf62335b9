/*
 * check: a check as read from its YAML file (docs/CHECKS.md). Reading refuses what the engine could
 * not run; check_lint refuses what a person could not rely on.
 */
#include "sensor/baseline/engine.h"

#include "foundation/content/content.h"
#include "foundation/sys/sys.h"

#include <stdlib.h>
#include <string.h>

#define CHECK_FILE_MAX ((size_t)1 << 20)

static struct rc refuse(const struct check *check, struct value at, const char *what)
{
    return fault(FAULT_DATA, "%s:%u: %s", check->origin, doc_line(at), what);
}

/* A list of texts (or one text) under `key` as an array of the arena. */
static struct rc read_texts(struct arena *arena, const struct check *check, struct value parent,
                            const char *key, const char *const **out, size_t *count)
{
    struct value list = doc_get(parent, key);
    uint32_t n = doc_count(list);
    const char **texts = arena_take(arena, (n + 1) * sizeof *texts);
    for (uint32_t i = 0; i < n; i++) {
        texts[i] = doc_text(doc_at(list, i));
        if (!texts[i])
            return refuse(check, list, "this must be a list of texts");
    }
    *out = texts;
    *count = n;
    return RC_OK;
}

/* Types only; values are looked up by standard and level when a plan is made. */
static struct rc read_parameters(struct check *check)
{
    struct value map = doc_get(check->raw, "parameters");
    if (doc_count(map) > CHECK_PARAMETERS_MAX)
        return refuse(check, map, "too many parameters");
    for (uint32_t i = 0; i < doc_count(map); i++) {
        struct value raw = doc_at(map, i);
        const char *type = doc_get_text(raw, "type");
        if (!type || (strcmp(type, "integer") != 0 && strcmp(type, "text") != 0))
            return refuse(check, raw, "a parameter's type is integer or text");
        check->parameters[check->parameter_count++] = (struct parameter){
            .name = doc_key(map, i), .is_text = strcmp(type, "text") == 0, .raw = raw};
    }
    return RC_OK;
}

/* Without `folders:` the walk concerns the check as a whole: "/". */
static struct rc read_walk(struct arena *arena, struct check *check)
{
    struct value walk = doc_get(check->raw, "walk"), names = doc_get(walk, "predicates");
    for (uint32_t i = 0; i < doc_count(names); i++) {
        enum walk_predicate predicate;
        const char *name = doc_text(doc_at(names, i));
        if (!name || !walk_predicate_from(name, &predicate))
            return refuse(check, doc_at(names, i), "there is no such predicate of the walk");
        check->predicates |= 1u << predicate;
    }
    TRY(read_texts(arena, check, walk, "folders", &check->folders, &check->folder_count));
    if (check->predicates && check->folder_count == 0) {
        static const char *const whole[] = {"/"};
        check->folders = whole;
        check->folder_count = 1;
    }
    return RC_OK;
}

/* A check serves products of its own class; of a class that has none it serves the target. */
static struct rc read_products(struct check *check)
{
    struct value list = doc_get(check->raw, "products");
    size_t of_class;
    products_of(check->asset_class, &of_class);
    if (doc_count(list) > CHECK_PRODUCTS_MAX)
        return refuse(check, list, "too many products");
    for (uint32_t i = 0; i < doc_count(list); i++) {
        const char *id = doc_text(doc_at(list, i));
        const struct product *product = id ? product_find(id) : NULL;
        if (!product || product->asset_class != check->asset_class)
            return refuse(check, doc_at(list, i), "there is no such product of this class");
        check->products[check->product_count++] = product;
    }
    if (of_class && check->product_count == 0)
        return refuse(check, check->raw, "`products:` must name those that the check serves");
    return RC_OK;
}

static struct rc read_check(struct arena *arena, const char *origin, struct value top,
                            struct check *out)
{
    struct check check = {.origin = origin, .raw = top};
    check.id = doc_get_text(top, "id");
    check.sql = doc_get_text(top, "sql");
    check.applies = doc_get_text(doc_get(top, "applies"), "sql");
    const char *class_name = doc_get_text(top, "class");
    if (!check.id || !check.sql)
        return refuse(&check, top, "a check needs `id:` and `sql:`");
    if (!asset_class_from(class_name ? class_name : "", &check.asset_class))
        return refuse(&check, doc_get(top, "class"), "`class:` names no asset class");
    if (!verdict_from(doc_get_text(doc_get(top, "absent"), "verdict"), &check.absent) ||
        check.absent == VERDICT_MANUAL || check.absent == VERDICT_WAIVED)
        return refuse(&check, top, "`absent: verdict:` must say what no rows mean");
    TRY(read_products(&check));
    TRY(read_parameters(&check));
    TRY(read_texts(arena, &check, top, "paths", &check.paths, &check.path_count));
    TRY(read_walk(arena, &check));
    *out = check;
    return RC_OK;
}

struct rc check_read(struct arena *arena, const char *path, struct check *out)
{
    struct buf bytes = {0};
    struct value top;
    struct rc rc = sys_read_file(path, CHECK_FILE_MAX, &bytes);
    if (!failed(rc))
        rc = doc_read_yaml(arena, path, buf_view(&bytes), &top);
    buf_free(&bytes);
    TRY(rc);
    return read_check(arena, arena_text(arena, path), top, out);
}

/* ---- Merlon's own checks ------------------------------------------------------------------- */

struct registry {
    struct arena *arena;
    const struct check **checks;
    size_t count, room;
};

static struct registry registry;

/* content_each goes by path; by_id sorts over the folders of all classes. */
static struct rc add_builtin(void *context, const char *path, struct value top)
{
    struct registry *r = context;
    struct check *check = arena_take(r->arena, sizeof *check);
    TRY(read_check(r->arena, arena_printf(r->arena, "content/%s.yaml", path), top, check));
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 128;
        r->checks = mem_resize(r->checks, r->room * sizeof *r->checks);
    }
    r->checks[r->count++] = check;
    return RC_OK;
}

static int by_id(const void *a, const void *b)
{
    return strcmp((*(const struct check *const *)a)->id, (*(const struct check *const *)b)->id);
}

/* Filled on first use and kept for the life of the program. */
struct rc checks_builtin(const struct check *const **out, size_t *count)
{
    if (!registry.arena) {
        registry.arena = arena_new();
        TRY(content_each("checks/", add_builtin, &registry));
        if (registry.count)
            qsort(registry.checks, registry.count, sizeof *registry.checks, by_id);
    }
    *out = registry.checks;
    *count = registry.count;
    return RC_OK;
}

/* ---- what a check bears on ------------------------------------------------------------------ */

static bool at_level(const struct check *check, const char *standard, int level)
{
    struct value levels = doc_path(check->raw, "levels", standard);
    if (doc_count(levels) == 0)
        return true;
    for (uint32_t i = 0; i < doc_count(levels); i++) {
        int64_t n;
        if (doc_integer(doc_at(levels, i), &n) && n == level)
            return true;
    }
    return false;
}

/* A clause is named by its id, or by the requirement key that its levels share. */
static bool names_clause(struct value names, const struct clause *clause)
{
    for (uint32_t i = 0, count = doc_count(names); i < count; i++) {
        const char *name = doc_text(doc_at(names, i));
        if (name && (strcmp(name, clause->key) == 0 || strcmp(name, clause->id) == 0))
            return true;
    }
    return false;
}

size_t check_clauses(const struct check *check, const char *standard, int level,
                     const struct clause **out, size_t max)
{
    struct value names = doc_path(check->raw, "clauses", standard);
    const struct standard *of = catalogue_standard(catalogue_load(), standard);
    size_t count, found = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    for (size_t i = 0; i < count && doc_count(names); i++) {
        const struct clause *clause = &clauses[i];
        if (clause->standard != of || (level && clause->level != level) ||
            !names_clause(names, clause) || !at_level(check, standard, clause->level))
            continue;
        if (found < max)
            out[found] = clause;
        found++;
    }
    return found;
}

bool check_covers_part(const struct check *check, const struct clause *clause)
{
    return names_clause(doc_get(check->raw, "part"), clause);
}
