/*
 * chapter: the files content/law/<standard>/level-N/<scope>-<chapter>.yaml, put into the standards'
 * order (standard, level, scope, chapter number) and turned into clauses.
 *
 * Each file has a head (standard, level, scope, chapter, layer, source, confidence) and `items`.
 */
#include "regulation/catalogue/parts.h"

#include <stdlib.h>
#include <string.h>

#define CHAPTERS_MAX 4096

struct chapter {
    const char *path;
    struct value top;
    const struct standard *standard;
    int64_t level;
    uint32_t scope_rank; /* its place among the scopes of standards.yaml */
    const char *scope, *number, *layer;
};

struct reading {
    struct catalogue *catalogue;
    struct value scopes, mapping;
    struct chapter *chapters;
    size_t count, items;
};

static void read_head(struct reading *r, struct chapter *chapter)
{
    const char *path = chapter->path;
    chapter->standard = catalogue_standard(r->catalogue, law_text(chapter->top, "standard", path));
    if (!chapter->standard)
        panic("%s: its standard is not in law/standards", path);
    if (!doc_integer(doc_get(chapter->top, "level"), &chapter->level))
        panic("%s: its level must be a number", path);
    chapter->scope = law_text(chapter->top, "scope", path);
    chapter->number = law_text(chapter->top, "chapter", path);
    chapter->layer = law_text(chapter->top, "layer_en", path);
    while (chapter->scope_rank < doc_count(r->scopes) &&
           strcmp(doc_key(r->scopes, chapter->scope_rank), chapter->scope) != 0)
        chapter->scope_rank++;
    if (chapter->scope_rank == doc_count(r->scopes))
        panic("%s: the scope '%s' is not in law/standards", path, chapter->scope);
}

/* A file of the law with a list of items is a chapter; the others are ours and have their readers.
 */
static struct rc collect(void *context, const char *path, struct value top)
{
    struct reading *r = context;
    struct value items = doc_get(top, "items");
    if (doc_kind(items) != DOC_LIST)
        return RC_OK;
    must(r->count < CHAPTERS_MAX);
    struct chapter *chapter = &r->chapters[r->count++];
    *chapter = (struct chapter){.path = path, .top = top};
    read_head(r, chapter);
    r->items += doc_count(items);
    return RC_OK;
}

/* Chapter numbers compare digit run by digit run: 8.1.9 stands before 8.1.10. */
static int compare(const void *a, const void *b)
{
    const struct chapter *left = a, *right = b;
    if (left->standard != right->standard)
        return left->standard < right->standard ? -1 : 1;
    if (left->level != right->level)
        return left->level < right->level ? -1 : 1;
    if (left->scope_rank != right->scope_rank)
        return left->scope_rank < right->scope_rank ? -1 : 1;
    return strverscmp(left->number, right->number);
}

static const char *without_variant(struct arena *arena, const char *key)
{
    const char *at = strchr(key, '@');
    return at ? view_text(arena, (struct view){key, (size_t)(at - key)}) : key;
}

static enum verify verify_from(const char *name, const char *path, uint32_t line)
{
    for (enum verify v = VERIFY_AUTO; name && v <= VERIFY_MANUAL; v++)
        if (strcmp(verify_name(v), name) == 0)
            return v;
    panic("%s:%u: verify must be auto, semi or manual", path, line);
}

/* The classes that a clause names itself (JT/T 1417), or else those of our mapping. */
static uint32_t classes_of(const struct reading *r, const struct chapter *chapter,
                           const struct clause *clause)
{
    struct value own = doc_get(clause->raw, "asset_class");
    enum asset_class asset_class;
    if (doc_kind(own) == DOC_NONE)
        return class_mapping(r->mapping, clause->key, chapter->scope, chapter->layer);
    if (asset_class_from(doc_text(own), &asset_class))
        return 1u << asset_class;
    if (!doc_plain(own) || strcmp(doc_text(own), "null") != 0)
        panic("%s:%u: no such asset class", chapter->path, doc_line(own));
    return 0;
}

static void read_clause(const struct reading *r, const struct chapter *chapter, struct value item,
                        struct clause *clause)
{
    const char *path = chapter->path, *key = doc_get_text(item, "key");
    const char *subitem = doc_get_text(item, "subitem"), *verify = doc_get_text(item, "verify");
    *clause = (struct clause){
        .id = law_text(item, "id", path),
        .standard = chapter->standard,
        .level = (int)chapter->level,
        .scope = chapter->scope,
        .number = law_text(item, "clause", path),
        .item = law_text(item, "item", path),
        .subitem = subitem ? subitem : "",
        .key = key ? without_variant(r->catalogue->arena, key) : "",
        .raw = item,
        .chapter = chapter->top,
    };
    /* Where the item has no judgement, a file of its own must give one: see below. */
    clause->verify = verify ? verify_from(verify, path, doc_line(item)) : VERIFY_MANUAL;
    clause->classes = classes_of(r, chapter, clause);
}

static void read_items(const struct reading *r)
{
    struct clause *next = r->catalogue->clauses;
    for (size_t i = 0; i < r->count; i++) {
        struct value items = doc_get(r->chapters[i].top, "items");
        for (uint32_t k = 0; k < doc_count(items); k++)
            read_clause(r, &r->chapters[i], doc_at(items, k), next++);
    }
}

void catalogue_read_clauses(struct catalogue *catalogue)
{
    struct reading r = {.catalogue = catalogue,
                        .scopes = doc_get(law_file("standards"), "scopes"),
                        .mapping = law_file("asset-classes"),
                        .chapters = mem_new(CHAPTERS_MAX * sizeof(struct chapter))};
    rc_ignore(content_each("law/", collect, &r)); /* collect never fails */
    qsort(r.chapters, r.count, sizeof *r.chapters, compare);
    catalogue->clause_count = r.items;
    catalogue->clauses = arena_take(catalogue->arena, r.items * sizeof *catalogue->clauses);
    read_items(&r);
    mem_free(r.chapters);
}

void catalogue_read_verification(struct catalogue *catalogue)
{
    static const char path[] = "law/jtt1417-2022/verification";
    struct value map = doc_get(law_file(path + 4), "verify");
    for (uint32_t i = 0; i < doc_count(map); i++) {
        /* The clauses are ours and still being read; only the interface sees them as const. */
        const struct clause *found = catalogue_clause(catalogue, doc_key(map, i));
        if (!found)
            panic("%s: '%s' is no item", path, doc_key(map, i));
        struct clause *clause = &catalogue->clauses[found - catalogue->clauses];
        clause->verify = verify_from(doc_text(doc_at(map, i)), path, doc_line(doc_at(map, i)));
    }
}
