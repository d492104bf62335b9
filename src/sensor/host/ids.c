/* ids: the numbers of users or groups that have a name on the target. */
#include "sensor/host/walk.h"

#include <stdlib.h>
#include <string.h>

#define LOW_COUNT (8u * sizeof((struct ids *)0)->low)

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void add(struct ids *ids, uint32_t id)
{
    if (id < LOW_COUNT) {
        ids->low[id / 8] = (uint8_t)(ids->low[id / 8] | 1u << id % 8);
        return;
    }
    if (ids->count == ids->room) {
        ids->room = ids->room ? ids->room * 2 : 64;
        ids->high = mem_resize(ids->high, ids->room * sizeof *ids->high);
    }
    ids->high[ids->count++] = id;
}

void ids_read(struct ids *ids, struct view bytes)
{
    struct view line, name, skipped, number;
    int64_t id;
    while (view_line(&bytes, &line)) {
        bool fields = view_cut(&line, ':', &name) && view_cut(&line, ':', &skipped) &&
                      view_cut(&line, ':', &number);
        if (fields && name.len && view_integer(number, &id) && id >= 0 && id <= UINT32_MAX)
            add(ids, (uint32_t)id);
    }
    if (ids->count)
        qsort(ids->high, ids->count, sizeof *ids->high, by_number);
}

bool ids_known(const struct ids *ids, uint32_t id)
{
    if (id < LOW_COUNT)
        return ids->low[id / 8] >> id % 8 & 1;
    return ids->count && bsearch(&id, ids->high, ids->count, sizeof id, by_number);
}
