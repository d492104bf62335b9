/* group: the results of checks, sorted and grouped by the clause they bear on first. */
#include "interface/report/sheet.h"

#include <stdlib.h>
#include <string.h>

/* "8.1.4.2" before "8.1.4.10": number by number. */
static int compare_numbers(const char *a, const char *b)
{
    struct view rest_a = view_of(a), rest_b = view_of(b), piece_a, piece_b;
    for (;;) {
        bool more_a = view_cut(&rest_a, '.', &piece_a), more_b = view_cut(&rest_b, '.', &piece_b);
        if (!more_a || !more_b)
            return (int)more_a - (int)more_b;
        int64_t n = 0, m = 0;
        if (view_integer(piece_a, &n) && view_integer(piece_b, &m) && n != m)
            return n < m ? -1 : 1;
    }
}

/* A check stands under the first item it bears on, so that nobody reads it twice. */
static const struct clause *first_clause(const struct result *result)
{
    return result->clause_count ? result->clauses[0] : NULL;
}

/* By scope and number; results that bear on no clause last. */
static int compare_clauses(const struct clause *a, const struct clause *b)
{
    if (!a || !b)
        return (a == NULL) - (b == NULL);
    int by_number = compare_numbers(a->number, b->number);
    return by_number ? by_number : strcmp(a->scope, b->scope);
}

/* Clause by clause; within one, worst first, then by name: always the same order. */
static int compare_results(const void *left, const void *right)
{
    const struct result *a = *(const struct result *const *)left;
    const struct result *b = *(const struct result *const *)right;
    int by_clause = compare_clauses(first_clause(a), first_clause(b));
    if (by_clause)
        return by_clause;
    if (a->verdict != b->verdict)
        return a->verdict < b->verdict ? -1 : 1;
    int by_id = strcmp(a->check->id, b->check->id);
    return by_id ? by_id : (a > b) - (a < b); /* as they lie in the run: by instance */
}

/* By the worst verdict in the group, which stands first. */
static int compare_groups(const void *left, const void *right)
{
    const struct group *a = left, *b = right;
    enum verdict worst_a = a->results[0]->verdict, worst_b = b->results[0]->verdict;
    if (worst_a != worst_b)
        return worst_a < worst_b ? -1 : 1;
    return compare_clauses(a->clause, b->clause);
}

const struct group *groups_make(const struct run *run, struct arena *arena, bool absent,
                                size_t *count)
{
    const struct result **sorted = arena_take(arena, (run->result_count + 1) * sizeof *sorted);
    struct group *groups = arena_take(arena, (run->result_count + 1) * sizeof *groups);
    size_t n = 0;
    for (size_t i = 0; i < run->result_count; i++) {
        if (run->results[i].check && (absent || !result_no_product(&run->results[i])))
            sorted[n++] = &run->results[i];
    }
    if (n)
        qsort(sorted, n, sizeof *sorted, compare_results);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct clause *clause = first_clause(sorted[i]);
        if (*count == 0 || compare_clauses(groups[*count - 1].clause, clause) != 0)
            groups[(*count)++] = (struct group){.clause = clause, .results = &sorted[i]};
        groups[*count - 1].count++;
    }
    if (*count)
        qsort(groups, *count, sizeof *groups, compare_groups);
    return groups;
}
