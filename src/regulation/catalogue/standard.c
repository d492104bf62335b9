/* standard: the standards themselves, from content/law/standards.yaml. */
#include "regulation/catalogue/parts.h"

#include <string.h>

struct value law_file(const char *name)
{
    char path[128] = "law/";
    must(strlen(name) < sizeof path - 4);
    strcpy(path + 4, name);
    return doc_get(content_root(), path);
}

const char *law_text(struct value map, const char *key, const char *path)
{
    const char *text = doc_get_text(map, key);
    if (!text)
        panic("%s:%u: '%s' is missing", path, doc_line(map), key);
    return text;
}

static void read_standard(struct standard *standard, struct value from)
{
    static const char path[] = "law/standards";
    struct value levels = doc_get(from, "levels");
    int64_t low = 0, high = 0;
    if (!doc_integer(doc_at(levels, 0), &low) ||
        !doc_integer(doc_at(levels, doc_count(levels) - 1), &high))
        panic("%s:%u: levels must be a list of numbers", path, doc_line(from));
    *standard = (struct standard){
        .id = law_text(from, "id", path),
        .title = law_text(from, "title", path),
        .names = doc_get(from, "names"),
        .authority = law_text(from, "authority", path),
        .source = law_text(from, "source", path),
        .confidence = law_text(from, "confidence", path),
        .valid_from = law_text(from, "valid_from", path),
        .valid_to = law_text(from, "valid_to", path),
        .level_min = (int)low,
        .level_max = (int)high,
    };
}

void catalogue_read_standards(struct catalogue *catalogue)
{
    struct value list = doc_get(law_file("standards"), "standards");
    catalogue->standard_count = doc_count(list);
    catalogue->standards =
        arena_take(catalogue->arena, catalogue->standard_count * sizeof *catalogue->standards);
    for (uint32_t i = 0; i < doc_count(list); i++)
        read_standard(&catalogue->standards[i], doc_at(list, i));
}
