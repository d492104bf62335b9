/* clock: by when or how often, and when that is due. */
#include "regulation/regime/parts.h"

#include <stdio.h>
#include <string.h>

static const char *const keys[] = {
    [CLOCK_EVERY] = "every",
    [CLOCK_WITHIN] = "within",
    [CLOCK_WITHIN_BEFORE] = "within_before",
    [CLOCK_LASTS] = "lasts",
    [CLOCK_BY] = "by",
    [CLOCK_YEARLY_BY] = "yearly_by",
    [CLOCK_YEARLY_BEFORE] = "yearly_before",
    [CLOCK_AS] = "as",
};

/* {months: 6} */
static struct rc read_period(struct value from, struct period *out)
{
    int64_t count = 0;
    enum period_unit unit;
    if (doc_count(from) != 1 || doc_kind(from) != DOC_MAP ||
        !period_unit_from(doc_key(from, 0), &unit) || !doc_integer(doc_at(from, 0), &count) ||
        count < 1 || count > 10000)
        return fault(FAULT_DATA, "a period is one unit and a count, like {months: 6}");
    *out = (struct period){(int)count, unit};
    return RC_OK;
}

/* "12-25": a day of every year, so not 29 February. */
static struct rc read_day(const char *text, struct date *out)
{
    char whole[16];
    if (!text || strlen(text) != 5)
        return fault(FAULT_DATA, "a day of the year is written as \"12-25\"");
    snprintf(whole, sizeof whole, "2001-%.5s", text);
    struct rc rc = date_from(whole, out);
    return failed(rc) ? (struct rc){FAULT_DATA} : RC_OK;
}

static struct rc read_when(struct value v, struct clock *clock)
{
    switch (clock->kind) {
    case CLOCK_EVERY:
    case CLOCK_WITHIN:
    case CLOCK_WITHIN_BEFORE:
    case CLOCK_LASTS:
        return read_period(v, &clock->period);
    case CLOCK_BY:
        return failed(date_from(doc_text(v), &clock->by)) ? (struct rc){FAULT_DATA} : RC_OK;
    case CLOCK_YEARLY_BY:
    case CLOCK_YEARLY_BEFORE:
        return read_day(doc_text(v), &clock->by);
    case CLOCK_AS:
        break;
    }
    clock->as = doc_text(v);
    return is_word(clock->as) ? RC_OK : fault(FAULT_DATA, "'as' takes one word");
}

struct rc rule_clock(const struct rule *rule, struct clock *out)
{
    struct clock clock = {.times = 1};
    size_t found = 0;
    for (uint32_t i = 0; i < doc_count(rule->value); i++) {
        const char *key = doc_key(rule->value, i);
        struct value v = doc_at(rule->value, i);
        int64_t times = 0;
        size_t kind = 0;
        while (key && kind < COUNT_OF(keys) && strcmp(keys[kind], key) != 0)
            kind++;
        if (key && kind < COUNT_OF(keys)) {
            found++;
            clock.kind = (enum clock_kind)kind;
            TRY(read_when(v, &clock));
        } else if (key && strcmp(key, "times") == 0 && doc_integer(v, &times) && times > 0 &&
                   times <= 366) {
            clock.times = (int)times;
        } else if (key && strcmp(key, "counted") == 0 && doc_text(v) &&
                   strcmp(doc_text(v), "unstated") == 0) {
            clock.unstated = true;
        } else {
            return fault(FAULT_DATA, "a clock does not know '%s' so", key ? key : "");
        }
    }
    if (found != 1)
        return fault(FAULT_DATA, "a clock has one of every, within, by, as, ...");
    *out = clock;
    return RC_OK;
}

/* So many times in a period: months where they divide, else days. */
static struct period share(struct period whole, int times)
{
    int months = whole.unit == PERIOD_YEARS    ? whole.count * 12
                 : whole.unit == PERIOD_MONTHS ? whole.count
                                               : 0;
    if (times == 1)
        return whole;
    if (months % times == 0 && months > 0)
        return (struct period){months / times, PERIOD_MONTHS};
    int64_t days = period_hours(whole) / 24 / times;
    return (struct period){days > 0 ? (int)days : 1, PERIOD_DAYS};
}

/* The next such day of a year, `start` itself included. */
static struct date next_yearly(const struct clock *clock, struct date start)
{
    int64_t before = clock->kind == CLOCK_YEARLY_BEFORE;
    struct date day = {start.year, clock->by.month, clock->by.day};
    day = date_of_days(date_days(day) - before);
    if (date_compare(day, start) >= 0)
        return day;
    day = (struct date){start.year + 1, clock->by.month, clock->by.day};
    return date_of_days(date_days(day) - before);
}

struct rc clock_due(const struct clock *clock, struct date start, const struct counting *counting,
                    struct date *out)
{
    const struct holidays *holidays = counting ? counting->holidays : NULL;
    struct period period = clock->period;
    if (clock->unstated && period.unit == PERIOD_DAYS && counting && counting->working)
        period.unit = PERIOD_WORKING_DAYS;
    switch (clock->kind) {
    case CLOCK_EVERY:
        return date_add(start, share(period, clock->times), holidays, out);
    case CLOCK_WITHIN:
    case CLOCK_LASTS:
        return date_add(start, period, holidays, out);
    case CLOCK_WITHIN_BEFORE:
        return date_back(start, period, holidays, out);
    case CLOCK_BY:
        *out = clock->by;
        return RC_OK;
    case CLOCK_YEARLY_BY:
    case CLOCK_YEARLY_BEFORE:
        if (start.year >= 9999)
            return fault(FAULT_LIMIT, "the next year is after the year 9999");
        *out = next_yearly(clock, start);
        return RC_OK;
    case CLOCK_AS:
        break;
    }
    return fault(FAULT_USAGE, "\"%s\" names no number of days: it has no due date by itself",
                 clock->as);
}
