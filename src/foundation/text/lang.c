/* lang: which language to speak. */
#include "foundation/text/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[LANG_COUNT] = {[LANG_EN] = "en", [LANG_ZH] = "zh", [LANG_VI] = "vi"};

const char *lang_name(enum lang lang)
{
    return names[lang];
}

bool lang_from(const char *name, enum lang *out)
{
    /* "zh", "zh_CN.UTF-8", "zh-Hans"; but not "zhuang". */
    for (int i = 0; i < LANG_COUNT; i++) {
        if (name && strncmp(name, names[i], 2) == 0 && (!name[2] || strchr("_-.@", name[2]))) {
            *out = (enum lang)i;
            return true;
        }
    }
    return false;
}

enum lang lang_detect(void)
{
    /* The first that is set decides, as in setlocale(3): LC_ALL=C means English. */
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    enum lang lang = LANG_EN;
    for (size_t i = 0; i < COUNT_OF(variables); i++) {
        const char *value = getenv(variables[i]);
        if (!value || !*value)
            continue;
        if (!lang_from(value, &lang))
            lang = LANG_EN;
        break;
    }
    return lang;
}
