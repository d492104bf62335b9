/* high_risk: the general cases of the guideline, and those that an item names. */
#include "regulation/evaluation/evaluation.h"
#include "foundation/content/content.h"

#include <string.h>

const struct high_risk *high_risk_cases(struct arena *arena, size_t *count)
{
    struct value list = doc_get(doc_get(content_root(), "law/high-risk-cases"), "cases");
    struct high_risk *cases = arena_take(arena, (doc_count(list) + 1) * sizeof *cases);
    for (uint32_t i = 0; i < doc_count(list); i++) {
        struct value from = doc_at(list, i);
        int64_t level = 0;
        cases[i] = (struct high_risk){.number = doc_get_text(from, "case"),
                                      .trigger = doc_get_text(from, "trigger_en"),
                                      .mitigation = doc_get_text(from, "mitigation_en")};
        must(cases[i].number && cases[i].trigger && cases[i].mitigation &&
             doc_integer(doc_get(from, "min_level"), &level));
        cases[i].min_level = (int)level;
    }
    *count = doc_count(list);
    return cases;
}

size_t high_risk_of(const struct clause *clause, const struct high_risk *cases, size_t count,
                    const struct high_risk **out, size_t room)
{
    struct value named = doc_get(clause->raw, "high_risk_case");
    size_t found = 0;
    for (uint32_t i = 0; i < doc_count(named); i++)
        for (size_t k = 0; k < count && found < room; k++)
            if (strcmp(doc_text(doc_at(named, i)), cases[k].number) == 0 &&
                clause->level >= cases[k].min_level)
                out[found++] = &cases[k];
    return found;
}
