/*
 * coverage: why an item that a machine could judge has no check, from content/law/coverage.yaml. A
 * reason names requirement keys, so that one covers an item at every level, or ids.
 */
#include "regulation/catalogue/catalogue.h"

#include "foundation/content/content.h"

#include <string.h>

static struct value reasons(void)
{
    return doc_path(content_root(), "law/coverage", "reasons");
}

static bool fits(const char *pattern, const char *text)
{
    size_t len = strlen(pattern);
    if (len && pattern[len - 1] == '*')
        return strncmp(pattern, text, len - 1) == 0;
    return strcmp(pattern, text) == 0;
}

bool coverage_names(const char *name, const struct clause *clause)
{
    return (clause->key[0] && fits(name, clause->key)) || fits(name, clause->id);
}

bool clause_coverage_reason(const struct clause *clause, struct coverage_reason *out)
{
    struct value list = reasons();
    for (uint32_t i = 0; i < doc_count(list); i++) {
        struct value one = doc_at(list, i), covers = doc_get(one, "covers");
        for (uint32_t k = 0; k < doc_count(covers); k++) {
            if (!coverage_names(doc_text(doc_at(covers, k)), clause))
                continue;
            *out = (struct coverage_reason){doc_get_text(one, "id"), doc_get_text(one, "kind"),
                                            doc_get(one, "why")};
            return true;
        }
    }
    return false;
}

void coverage_each(void (*each)(void *context, const char *reason, const char *name), void *context)
{
    struct value list = reasons();
    for (uint32_t i = 0; i < doc_count(list); i++) {
        struct value covers = doc_get(doc_at(list, i), "covers");
        for (uint32_t k = 0; k < doc_count(covers); k++)
            each(context, doc_get_text(doc_at(list, i), "id"), doc_text(doc_at(covers, k)));
    }
}
