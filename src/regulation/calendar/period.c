/* period: so many days, working days, months or years, and where they end. */
#include "regulation/calendar/calendar.h"

#include <string.h>

#define WEEKEND_DEFAULT (1u << 5 | 1u << 6)

static const char *const names[] = {[PERIOD_HOURS] = "hours",
                                    [PERIOD_DAYS] = "days",
                                    [PERIOD_WORKING_DAYS] = "working_days",
                                    [PERIOD_MONTHS] = "months",
                                    [PERIOD_YEARS] = "years"};

const char *period_unit_name(enum period_unit unit)
{
    must((size_t)unit < COUNT_OF(names));
    return names[unit];
}

bool period_unit_from(const char *name, enum period_unit *out)
{
    for (size_t i = 0; name && i < COUNT_OF(names); i++)
        if (strcmp(names[i], name) == 0) {
            *out = (enum period_unit)i;
            return true;
        }
    return false;
}

int64_t period_hours(struct period period)
{
    static const int64_t hours[] = {[PERIOD_HOURS] = 10,
                                    [PERIOD_DAYS] = 240,
                                    [PERIOD_WORKING_DAYS] = 336, /* 1.4 days */
                                    [PERIOD_MONTHS] = 7200,
                                    [PERIOD_YEARS] = 87600};
    must((size_t)period.unit < COUNT_OF(hours));
    return period.count * hours[period.unit] / 10;
}

static bool has(const struct date *dates, size_t count, struct date date)
{
    for (size_t i = 0; i < count; i++)
        if (date_compare(dates[i], date) == 0)
            return true;
    return false;
}

bool date_is_working(struct date date, const struct holidays *holidays)
{
    static const struct holidays none = {0};
    const struct holidays *table = holidays ? holidays : &none;
    uint32_t weekend = table->weekend ? table->weekend : WEEKEND_DEFAULT;
    if (has(table->on, table->on_count, date))
        return true;
    return !(weekend >> date_weekday(date) & 1u) && !has(table->off, table->off_count, date);
}

/* A table may leave no working day at all; then the count never ends and the bound does. */
static struct rc step_working(int64_t start, int count, int64_t step,
                              const struct holidays *holidays, int64_t *out)
{
    int64_t day = start, tries = 10 * (int64_t)count + HOLIDAYS_MAX;
    while (count > 0) {
        day += step;
        if (tries-- == 0)
            return fault(FAULT_LIMIT, "the holiday table leaves too few working days");
        count -= date_is_working(date_of_days(day), holidays);
    }
    *out = day;
    return RC_OK;
}

/* The same day of another month, or that month's last day. */
static int64_t add_months(struct date start, int64_t months)
{
    int64_t index = (int64_t)start.year * 12 + start.month - 1 + months;
    if (index < 12)
        return INT64_MIN / 2; /* before the year 1 */
    struct date first = {(int)(index / 12), (int)(index % 12) + 1, 1};
    struct date next = {(int)((index + 1) / 12), (int)((index + 1) % 12) + 1, 1};
    int64_t last = date_days(next) - 1, day = date_days(first) + start.day - 1;
    return day < last ? day : last;
}

/* `step` is 1 forward, -1 back. */
static struct rc move(struct date start, struct period period, int step,
                      const struct holidays *holidays, struct date *out)
{
    static const int64_t count_max = 120000; /* above every year that a date can have, in months */
    static const struct date first = {1, 1, 1}, last = {9999, 12, 31};
    if (period.count < 1 || period.count > count_max)
        return fault(FAULT_LIMIT, "a period of %d %s is out of bounds", period.count,
                     period_unit_name(period.unit));
    int64_t days = date_days(start);
    if (period.unit == PERIOD_HOURS)
        days += step * ((period.count + 23) / 24);
    else if (period.unit == PERIOD_DAYS)
        days += step * period.count;
    else if (period.unit == PERIOD_WORKING_DAYS)
        TRY(step_working(days, period.count, step, holidays, &days));
    else
        days = add_months(start, period.unit == PERIOD_YEARS ? step * INT64_C(12) * period.count
                                                             : step * (int64_t)period.count);
    if (days < date_days(first) || days > date_days(last))
        return fault(FAULT_LIMIT, "the period leaves the years 1 to 9999");
    *out = date_of_days(days);
    return RC_OK;
}

struct rc date_add(struct date start, struct period period, const struct holidays *holidays,
                   struct date *out)
{
    return move(start, period, 1, holidays, out);
}

struct rc date_back(struct date end, struct period period, const struct holidays *holidays,
                    struct date *out)
{
    return move(end, period, -1, holidays, out);
}
