/* holidays: the customer's table of days that are not worked, and of weekend days that are. */
#include "regulation/calendar/calendar.h"

#include <string.h>

static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};

static struct rc read_weekend(struct value list, uint32_t *out)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < doc_count(list); i++) {
        const char *name = doc_text(doc_at(list, i));
        size_t day = 0;
        while (name && day < COUNT_OF(weekdays) && strcmp(weekdays[day], name) != 0)
            day++;
        if (!name || day == COUNT_OF(weekdays))
            return fault(FAULT_DATA, "weekend: \"%s\" is no weekday (monday to sunday)",
                         name ? name : "");
        bits |= 1u << day;
    }
    if (bits == (1u << COUNT_OF(weekdays)) - 1)
        return fault(FAULT_DATA, "weekend: seven days leave no working day");
    *out = bits;
    return RC_OK;
}

static struct rc read_dates(struct arena *arena, const char *name, struct value list,
                            const struct date **out, size_t *count)
{
    if (doc_count(list) > HOLIDAYS_MAX)
        return fault(FAULT_LIMIT, "%s: more than %d days", name, HOLIDAYS_MAX);
    struct date *dates = arena_take(arena, (doc_count(list) + 1) * sizeof *dates);
    for (uint32_t i = 0; i < doc_count(list); i++) {
        struct rc rc = date_from(doc_text(doc_at(list, i)), &dates[i]);
        if (failed(rc))
            return fault_within((struct rc){FAULT_DATA}, "%s", name);
    }
    *out = dates;
    *count = doc_count(list);
    return RC_OK;
}

struct rc holidays_read(struct arena *arena, struct value from, struct holidays *out)
{
    static const char *const known[] = {"weekend", "off", "on"};
    struct holidays table = {0};
    if (doc_kind(from) != DOC_MAP)
        return fault(FAULT_DATA, "a holiday table is a map of weekend, off and on");
    for (uint32_t i = 0; i < doc_count(from); i++) {
        size_t k = 0;
        while (k < COUNT_OF(known) && strcmp(known[k], doc_key(from, i)) != 0)
            k++;
        if (k == COUNT_OF(known) || doc_kind(doc_at(from, i)) != DOC_LIST)
            return fault(FAULT_DATA, "a holiday table has the lists weekend, off and on; not %s",
                         doc_key(from, i));
    }
    TRY(read_weekend(doc_get(from, "weekend"), &table.weekend));
    TRY(read_dates(arena, "off", doc_get(from, "off"), &table.off, &table.off_count));
    TRY(read_dates(arena, "on", doc_get(from, "on"), &table.on, &table.on_count));
    *out = table;
    return RC_OK;
}
