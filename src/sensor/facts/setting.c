/*
 * setting: rows of "key value" files in which the last line of a key wins. The lines are gathered
 * first, because only the end of the last file tells which of them has an effect.
 */
#include "sensor/facts/reader.h"

#include <stdlib.h>
#include <string.h>

struct setting {
    struct view key, value;
    const struct item *item;
    uint32_t line;
    bool effective;
};

struct settings {
    struct facts *facts;
    const struct table *table;
    bool only_effective;
    struct setting *list;
    size_t count, room;
};

struct settings *settings_new(struct facts *facts, const struct table *table, bool only_effective)
{
    struct settings *settings = mem_new(sizeof *settings);
    *settings = (struct settings){.facts = facts, .table = table, .only_effective = only_effective};
    return settings;
}

void settings_add(struct settings *settings, struct view key, struct view value,
                  const struct item *item, uint32_t line)
{
    if (settings->count == settings->room) {
        settings->room = settings->room ? settings->room * 2 : 64;
        settings->list = mem_resize(settings->list, settings->room * sizeof *settings->list);
    }
    settings->list[settings->count++] = (struct setting){key, value, item, line, false};
}

/* By key, then by position: `a` and `b` point into one array. */
static int by_key(const void *a, const void *b)
{
    const struct setting *left = *(const struct setting *const *)a;
    const struct setting *right = *(const struct setting *const *)b;
    size_t shorter = left->key.len < right->key.len ? left->key.len : right->key.len;
    int order = shorter ? memcmp(left->key.ptr, right->key.ptr, shorter) : 0;
    if (order == 0 && left->key.len != right->key.len)
        order = left->key.len < right->key.len ? -1 : 1;
    if (order == 0)
        order = left < right ? -1 : left > right;
    return order;
}

/* Sorts pointers, so that the rows keep the order of the files. */
static void mark_effective(struct settings *settings)
{
    struct setting **sorted = mem_new(settings->count * sizeof(struct setting *));
    size_t count = 0;
    for (size_t i = 0; i < settings->count; i++)
        if (settings->list[i].value.ptr)
            sorted[count++] = &settings->list[i];
    qsort(sorted, count, sizeof *sorted, by_key);
    for (size_t i = 0; i < count; i++)
        sorted[i]->effective = i + 1 == count || !view_equal(sorted[i]->key, sorted[i + 1]->key);
    mem_free(sorted);
}

static struct rc add_row(struct settings *settings, const struct setting *setting)
{
    if (settings->only_effective && !setting->effective)
        return RC_OK;
    struct cell cells[] = {
        cell_view(setting->key),
        setting->value.ptr ? cell_view(setting->value) : cell_null(),
        cell_integer(setting->effective),
    };
    must(settings->table->column_count == (settings->only_effective ? 2 : 3));
    return reader_row(settings->facts, settings->table, cells, setting->item, setting->line);
}

struct rc settings_end(struct settings *settings)
{
    struct rc rc = RC_OK;
    mark_effective(settings);
    for (size_t i = 0; i < settings->count && !failed(rc); i++)
        rc = add_row(settings, &settings->list[i]);
    mem_free(settings->list);
    mem_free(settings);
    return rc;
}
