/* authority: ranks of documents, and the words for how sure we are. */
#include "regulation/regime/parts.h"

#include <string.h>

static const char *const names[AUTHORITY_COUNT] = {
    [AUTHORITY_LAW] = "law",
    [AUTHORITY_DECREE] = "decree",
    [AUTHORITY_DEPARTMENT_RULE] = "department_rule",
    [AUTHORITY_DIRECTIVE] = "directive",
    [AUTHORITY_NATIONAL_STANDARD] = "national_standard",
    [AUTHORITY_INDUSTRY_STANDARD] = "industry_standard",
    [AUTHORITY_NOTICE] = "notice",
    [AUTHORITY_GUIDELINE] = "guideline",
    [AUTHORITY_PRACTICE] = "practice",
};

const char *authority_name(enum authority authority)
{
    must((size_t)authority < AUTHORITY_COUNT);
    return names[authority];
}

bool authority_from(const char *name, enum authority *out)
{
    for (int i = 0; name && i < AUTHORITY_COUNT; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (enum authority)i;
            return true;
        }
    return false;
}

bool confidence_is(const char *word)
{
    static const char *const words[] = {"H", "M-H", "M", "M-", "L-M", "L"};
    for (size_t i = 0; word && i < COUNT_OF(words); i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}
