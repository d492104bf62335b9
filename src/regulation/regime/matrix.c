/* matrix: object harmed x degree of harm -> grade. A matrix may leave cells out. */
#include "regulation/regime/parts.h"

#include <string.h>

/* Maps of maps; every leaf must satisfy `fits`. */
static bool all_cells(struct value rows, bool (*fits)(struct value))
{
    for (uint32_t i = 0; i < doc_count(rows); i++) {
        struct value row = doc_at(rows, i);
        if (doc_kind(row) != DOC_MAP)
            return false;
        for (uint32_t k = 0; k < doc_count(row); k++)
            if (!fits(doc_at(row, k)))
                return false;
    }
    return true;
}

static bool is_grade(struct value v)
{
    int64_t grade = 0;
    return doc_integer(v, &grade) && grade >= 1 && grade <= GRADE_MAX;
}

static bool is_confidence(struct value v)
{
    return confidence_is(doc_text(v));
}

struct rc matrix_check(const struct rule *rule)
{
    struct value cells = doc_get(rule->value, "cells");
    if (doc_kind(cells) != DOC_MAP || doc_count(cells) == 0 || !all_cells(cells, is_grade))
        return fault(FAULT_DATA, "a matrix needs cells: object, degree, grade from 1 to %d",
                     GRADE_MAX);
    if (!all_cells(doc_get(rule->value, "confidence"), is_confidence))
        return fault(FAULT_DATA, "the confidence of a cell must be H, M-H, M, M-, L-M or L");
    return RC_OK;
}

int rule_cell(const struct rule *rule, const char *object, const char *degree,
              const char **confidence)
{
    int64_t grade = 0;
    struct value cells = doc_get(rule->value, "cells"), own = doc_get(rule->value, "confidence");
    if (rule->kind != RULE_MATRIX || !doc_integer(doc_path(cells, object, degree), &grade))
        return 0;
    const char *word = doc_text(doc_path(own, object, degree));
    if (confidence)
        *confidence = word ? word : rule->confidence;
    return (int)grade;
}
