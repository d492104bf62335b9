/* kept: a short list; hashes are compared first, so that looking through it costs little. */
#include "record/store/kept.h"

#include <string.h>

static uint64_t hash_of(const char *text)
{
    uint64_t hash = 1469598103934665603u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

void *kept_find(const struct kept_list *kept, const char *sql)
{
    uint64_t hash = hash_of(sql);
    for (size_t i = 0; i < kept->count; i++)
        if (kept->list[i].hash == hash && strcmp(kept->list[i].sql, sql) == 0)
            return kept->list[i].statement;
    return NULL;
}

void kept_add(struct kept_list *kept, const char *sql, void *statement)
{
    if (kept->count == KEPT_MAX)
        kept_clear(kept);
    kept->list[kept->count++] = (struct kept){hash_of(sql), mem_copy_text(sql), statement};
}

void kept_clear(struct kept_list *kept)
{
    for (size_t i = 0; i < kept->count; i++) {
        if (kept->let_go)
            kept->let_go(kept->list[i].statement);
        mem_free(kept->list[i].sql);
    }
    kept->count = 0;
}
