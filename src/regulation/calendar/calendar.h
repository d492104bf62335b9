/*
 * calendar: civil dates and the arithmetic of legal periods.
 *
 *   date_from "2026-07-01" -> struct date -> date_add(5 working days, holidays) -> struct date
 *
 * Dates are of the proleptic Gregorian calendar, years 1 to 9999, without a time of day or a zone:
 * the law counts days. A period of months ends on the same day of a later month, or on that month's
 * last day where it is shorter (31 January + 1 month = 28 February). The day on which a period
 * starts is not counted. Working days are all days but the weekend's and the holidays of a table
 * that the customer gives: no law in content/regimes states its holidays, and they change by year.
 *
 * Errors: FAULT_USAGE for a text that is no date, FAULT_LIMIT when a result leaves the years.
 * Ownership: a holiday table lives in the caller's arena. Threads: pure.
 */
#ifndef MERLON_CALENDAR_H
#define MERLON_CALENDAR_H

#include "foundation/base/base.h"
#include "foundation/document/document.h"

struct date {
    int year, month, day; /* 1-9999, 1-12, 1-31; all 0: no date */
};

#define DATE_TEXT 11 /* "2026-07-01" with its NUL */

/* Reads exactly YYYY-MM-DD of a day that exists. */
MUST_USE struct rc date_from(const char *text, struct date *out);
void date_write(struct date date, char out[static DATE_TEXT]);

/* The UTC day of microseconds since 1970. */
struct date date_of_time(int64_t microseconds);

bool date_is_none(struct date date);
int date_compare(struct date a, struct date b); /* below, 0, above */

/* Days since 1970-01-01, negative before. */
int64_t date_days(struct date date);
struct date date_of_days(int64_t days);
int date_weekday(struct date date); /* 0 Monday .. 6 Sunday */

/* ---- periods ------------------------------------------------------------------------------ */

enum period_unit { PERIOD_HOURS, PERIOD_DAYS, PERIOD_WORKING_DAYS, PERIOD_MONTHS, PERIOD_YEARS };

struct period {
    int count; /* 1 or more */
    enum period_unit unit;
};

const char *period_unit_name(enum period_unit unit); /* "working_days" */
bool period_unit_from(const char *name, enum period_unit *out);

/* For "which is shorter": hours, with months of 30 and years of 365 days and 7 days for 5 working
 * ones. An order of strictness, never a due date. */
int64_t period_hours(struct period period);

/* What is not a working day. Zero: Saturday and Sunday, no holidays. */
struct holidays {
    uint32_t weekend; /* bits 1 << weekday; 0 means Saturday and Sunday */
    const struct date *off;
    size_t off_count;
    const struct date *on; /* days of a weekend that are worked (moved working days) */
    size_t on_count;
};

#define HOLIDAYS_MAX 4000

/* Reads a table: {weekend: [saturday, sunday], off: [2026-01-01, ...], on: [2026-01-04, ...]}. */
MUST_USE struct rc holidays_read(struct arena *arena, struct value from, struct holidays *out);

bool date_is_working(struct date date, const struct holidays *holidays);

/* The last day of the period that starts on `start`. Hours count as the days they touch (24 hours:
 * the next day). */
MUST_USE struct rc date_add(struct date start, struct period period,
                            const struct holidays *holidays, struct date *out);

/* The first day of the period that ends on `end`. */
MUST_USE struct rc date_back(struct date end, struct period period, const struct holidays *holidays,
                             struct date *out);

#endif
