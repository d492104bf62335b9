/* crosswalk: rules of other programs and the check of ours that judges the same thing. */
#include "sensor/xccdf/xccdf.h"

#include "foundation/content/content.h"

const char *crosswalk_check(const char *name)
{
    struct value root = content_root();
    for (uint32_t i = 0; i < doc_count(root); i++) {
        if (!view_starts(view_of(doc_key(root, i)), "crosswalk/"))
            continue;
        const char *check = doc_text(doc_path(doc_at(root, i), "rules", name));
        if (check)
            return check;
    }
    return NULL;
}

void crosswalk_each(void (*each)(void *context, const char *name, const char *check), void *context)
{
    struct value root = content_root();
    for (uint32_t i = 0; i < doc_count(root); i++) {
        struct value rules = doc_get(doc_at(root, i), "rules");
        if (!view_starts(view_of(doc_key(root, i)), "crosswalk/"))
            continue;
        for (uint32_t k = 0; k < doc_count(rules); k++)
            each(context, doc_key(rules, k), doc_text(doc_at(rules, k)));
    }
}
