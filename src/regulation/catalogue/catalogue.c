/*
 * catalogue: loads the law once and finds things in it.
 *
 *   standards.yaml     -> standards
 *   <standard>/level-N -> clauses, in the standards' order, and an index by id
 *   verification.yaml  -> our judgement where the facts have none
 *
 * It is kept until the process ends; nothing changes after the first load.
 */
#include "regulation/catalogue/parts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static int compare_ids(const void *a, const void *b)
{
    const struct clause *const *left = a, *const *right = b;
    return strcmp((*left)->id, (*right)->id);
}

static void index_by_id(struct catalogue *catalogue)
{
    size_t count = catalogue->clause_count;
    catalogue->by_id = arena_take(catalogue->arena, count * sizeof(struct clause *));
    for (size_t i = 0; i < count; i++)
        catalogue->by_id[i] = &catalogue->clauses[i];
    qsort(catalogue->by_id, count, sizeof(struct clause *), compare_ids);
    for (size_t i = 1; i < count; i++)
        if (compare_ids(&catalogue->by_id[i - 1], &catalogue->by_id[i]) == 0)
            panic("content/law: the id '%s' appears twice", catalogue->by_id[i]->id);
}

/* The one cached load: written once under `once`, read-only ever after. */
static struct catalogue loaded;

static void load(void)
{
    loaded.arena = arena_new();
    catalogue_read_standards(&loaded);
    catalogue_read_clauses(&loaded);
    index_by_id(&loaded);
    catalogue_read_verification(&loaded);
}

const struct catalogue *catalogue_load(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    must(pthread_once(&once, load) == 0);
    return &loaded;
}

const struct standard *catalogue_standards(const struct catalogue *catalogue, size_t *count)
{
    *count = catalogue->standard_count;
    return catalogue->standards;
}

const struct standard *catalogue_standard(const struct catalogue *catalogue, const char *id)
{
    for (size_t i = 0; i < catalogue->standard_count; i++)
        if (strcmp(catalogue->standards[i].id, id) == 0)
            return &catalogue->standards[i];
    return NULL;
}

const struct clause *catalogue_clauses(const struct catalogue *catalogue, size_t *count)
{
    *count = catalogue->clause_count;
    return catalogue->clauses;
}

const struct clause *catalogue_clause(const struct catalogue *catalogue, const char *id)
{
    struct clause wanted = {.id = id};
    const struct clause *key = &wanted;
    const struct clause **hit = bsearch(&key, catalogue->by_id, catalogue->clause_count,
                                        sizeof(struct clause *), compare_ids);
    return hit ? *hit : NULL;
}
