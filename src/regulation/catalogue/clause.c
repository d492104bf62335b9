/* clause: what can be asked of one clause: whether it matches, and its texts in a language. */
#include "regulation/catalogue/parts.h"

#include <string.h>

const char *verify_name(enum verify verify)
{
    static const char *const names[] = {
        [VERIFY_AUTO] = "auto", [VERIFY_SEMI] = "semi", [VERIFY_MANUAL] = "manual"};
    must((size_t)verify < COUNT_OF(names));
    return names[verify];
}

bool clause_matches(const struct clause *clause, const struct clause_filter *filter)
{
    if (filter->standard && strcmp(filter->standard, clause->standard->id) != 0)
        return false;
    if (filter->level && filter->level != clause->level)
        return false;
    if (filter->scope && strcmp(filter->scope, clause->scope) != 0)
        return false;
    return !filter->classes || (filter->classes & clause->classes);
}

/* One text that the files hold in English and Chinese, and vietnamese.yaml, by the English text, in
 * Vietnamese. What is not translated stays English. */
static const char *in_language(const char *english, const char *chinese, const char *table,
                               enum lang lang)
{
    const char *text = NULL;
    if (lang == LANG_ZH)
        text = chinese;
    else if (lang == LANG_VI && english)
        text = doc_get_text(doc_get(law_file("vietnamese"), table), english);
    if (!text)
        text = english;
    return text ? text : "";
}

const char *clause_title(const struct clause *clause, enum lang lang)
{
    return in_language(doc_get_text(clause->raw, "title_en"), doc_get_text(clause->raw, "title_zh"),
                       "titles", lang);
}

const char *clause_gist(const struct clause *clause, enum lang lang)
{
    return in_language(doc_get_text(clause->raw, "gist_en"), doc_get_text(clause->raw, "gist_zh"),
                       "gists", lang);
}

const char *clause_layer(const struct clause *clause, enum lang lang)
{
    return in_language(doc_get_text(clause->chapter, "layer_en"),
                       doc_get_text(clause->chapter, "layer"), "layers", lang);
}
