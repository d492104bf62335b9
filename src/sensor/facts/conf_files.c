/* conf_files: see the header. */
#include "sensor/facts/conf_files.h"

#include <stdlib.h>
#include <string.h>

static int by_name_then_folder(const void *a, const void *b)
{
    const struct conf_file *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    if (order == 0 && left->folder != right->folder)
        order = left->folder < right->folder ? -1 : 1;
    return order;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

struct rc conf_files_list(struct facts *facts, const char *const *patterns, size_t pattern_count,
                          struct conf_file **out, size_t *count)
{
    struct conf_file *files = NULL;
    size_t total = 0, kept = 0;
    struct arena *arena = reader_arena(facts);
    for (size_t i = 0; i < pattern_count; i++) {
        const char *const *paths;
        size_t n;
        TRY(reader_files(facts, patterns[i], &paths, &n));
        struct conf_file *more = arena_take(arena, (total + n + 1) * sizeof *more);
        if (total)
            memcpy(more, files, total * sizeof *more);
        for (size_t k = 0; k < n; k++)
            more[total++] = (struct conf_file){name_of(paths[k]), paths[k], i};
        files = more;
    }
    if (total)
        qsort(files, total, sizeof *files, by_name_then_folder);
    for (size_t i = 0; i < total; i++)
        if (kept == 0 || strcmp(files[i].name, files[kept - 1].name) != 0)
            files[kept++] = files[i];
    *out = files;
    *count = kept;
    return RC_OK;
}

const struct item *conf_files_first(struct facts *facts, const char *const *paths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct item *item = reader_file(facts, paths[i]);
        if (item && item->status != ITEM_ABSENT)
            return item;
    }
    return NULL;
}
