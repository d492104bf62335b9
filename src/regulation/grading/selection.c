/*
 * selection: the items of a standard that bind a system with these marks.
 *
 * An S item binds at the level S, an A item at A, all others at G: the same requirement never binds
 * at two levels, because its mark is the same at each. One pass over the catalogue.
 */
#include "regulation/grading/grading.h"

#include <string.h>

char clause_mark(const struct clause *clause)
{
    const char *mark = doc_get_text(clause->raw, "sag");
    return mark && (strcmp(mark, "S") == 0 || strcmp(mark, "A") == 0) ? mark[0] : 'G';
}

static struct rc check_level(const struct standard *standard, const char *name, int level)
{
    if (level < standard->level_min || level > standard->level_max)
        return fault(FAULT_USAGE, "%s has no level %d for %s here; it has %d to %d", standard->id,
                     level, name, standard->level_min, standard->level_max);
    return RC_OK;
}

static bool scope_exists(const struct standard *standard, const char *scope)
{
    size_t count = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    for (size_t i = 0; i < count; i++)
        if (clauses[i].standard == standard && strcmp(clauses[i].scope, scope) == 0)
            return true;
    return strcmp(scope, "all") == 0;
}

static struct rc check(const struct selection_request *request)
{
    struct marks marks = request->marks;
    TRY(check_level(request->standard, "S", marks.s));
    TRY(check_level(request->standard, "A", marks.a));
    TRY(check_level(request->standard, "G", marks.g));
    if (marks.g < marks.s || marks.g < marks.a)
        return fault(FAULT_USAGE, "S%dA%dG%d is no grade: G is the higher of S and A", marks.s,
                     marks.a, marks.g);
    if (request->scope_count == 0)
        return fault(FAULT_USAGE, "a selection needs at least one scope");
    for (size_t i = 0; i < request->scope_count; i++)
        if (!scope_exists(request->standard, request->scopes[i]))
            return fault(FAULT_USAGE, "%s has no scope \"%s\"", request->standard->id,
                         request->scopes[i]);
    return RC_OK;
}

static bool in_scopes(const struct selection_request *request, const struct clause *clause)
{
    for (size_t i = 0; i < request->scope_count; i++)
        if (strcmp(request->scopes[i], "all") == 0 ||
            strcmp(request->scopes[i], clause->scope) == 0)
            return true;
    return false;
}

static bool binds(const struct selection_request *request, const struct clause *clause, char mark)
{
    int level = mark == 'S' ? request->marks.s : mark == 'A' ? request->marks.a : request->marks.g;
    return clause->level == level && in_scopes(request, clause) &&
           (!request->classes || (request->classes & clause->classes));
}

static bool names(const char *name, const struct clause *clause)
{
    return strcmp(name, clause->id) == 0 || (*clause->key && strcmp(name, clause->key) == 0);
}

/* Every inherited name must be an item that binds; it may be several (a key with variants). */
static struct rc mark_inherited(const struct selection_request *request, struct selected *items,
                                size_t count)
{
    for (size_t i = 0; i < request->inherited_count; i++) {
        bool found = false;
        for (size_t k = 0; k < count; k++) {
            if (!names(request->inherited[i], items[k].clause))
                continue;
            items[k].inherited = true;
            found = true;
        }
        if (!found)
            return fault(FAULT_USAGE, "the inherited item \"%s\" does not bind at S%dA%dG%d here",
                         request->inherited[i], request->marks.s, request->marks.a,
                         request->marks.g);
    }
    return RC_OK;
}

struct rc selection_make(struct arena *arena, const struct selection_request *request,
                         struct selection *out)
{
    size_t total = 0, count = 0;
    TRY(check(request));
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    struct selected *items = arena_take(arena, (total + 1) * sizeof *items);
    for (size_t i = 0; i < total; i++) {
        const struct clause *clause = &clauses[i];
        if (clause->standard != request->standard)
            continue;
        char mark = clause_mark(clause);
        if (binds(request, clause, mark))
            items[count++] = (struct selected){clause, mark, false};
    }
    TRY(mark_inherited(request, items, count));
    *out = (struct selection){items, count};
    return RC_OK;
}

const struct selected *selection_find(const struct selection *selection, const char *id)
{
    for (size_t i = 0; i < selection->count; i++)
        if (strcmp(selection->items[i].clause->id, id) == 0)
            return &selection->items[i];
    return NULL;
}
