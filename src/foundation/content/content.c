/* content: opens the block that the build linked in (see tools/freeze.c). */
#include "foundation/content/content.h"

#include <string.h>

extern const char merlon_content_start[];
extern const char merlon_content_end[];

struct value content_root(void)
{
    struct view frozen = {merlon_content_start,
                          (size_t)(merlon_content_end - merlon_content_start)};
    struct value root = {0};
    if (failed(doc_open(frozen, &root)))
        panic("the content linked into this program is damaged: %s", fault_text());
    return root;
}

struct rc content_each(const char *folder,
                       struct rc (*each)(void *context, const char *path, struct value top),
                       void *context)
{
    struct value root = content_root();
    size_t len = strlen(folder);
    for (uint32_t i = 0; i < doc_count(root); i++) {
        const char *path = doc_key(root, i);
        if (strncmp(path, folder, len) == 0)
            TRY(each(context, path, doc_at(root, i)));
    }
    return RC_OK;
}
