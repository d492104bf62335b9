/* results: makes lines of results for tests from the items of GB/T 22239-2019 level 3. */
#ifndef TEST_RESULTS_H
#define TEST_RESULTS_H

#include "regulation/evaluation/evaluation.h"

/* The `index`-th technical or management item of level 3, scope general. */
static inline const char *item(bool technical, size_t index)
{
    size_t total = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    struct clause_filter filter = {"gbt22239-2019", 3, "general", 0};
    for (size_t i = 0; i < total; i++)
        if (clause_matches(&clauses[i], &filter) && clause_is_technical(&clauses[i]) == technical &&
            index-- == 0)
            return clauses[i].id;
    panic("level 3 has fewer items");
}

/* `count` lines from item `from` on. */
static inline size_t add(struct buf *out, bool technical, size_t from, size_t count,
                         const char *result, int weight, const char *more)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "{\"item\": \"%s\", \"result\": %s, \"weight\": %d%s}\n",
                   item(technical, from + i), result, weight, more);
    return from + count;
}

#endif
