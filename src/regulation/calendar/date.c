/*
 * date: one civil date and its number of days.
 *
 * The conversions count in eras of 400 years from 1 March of year 0: leap days then stand at the
 * end of a year, and every era has the same 146,097 days.
 */
#include "regulation/calendar/calendar.h"

#include <stdio.h>
#include <string.h>

#define ERA_DAYS     146097
#define ERA_TO_EPOCH 719468 /* days from 0000-03-01 to 1970-01-01 */
#define DAY_US       INT64_C(86400000000)

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static bool is_number(const char *text, size_t len)
{
    return strspn(text, "0123456789") >= len;
}

struct rc date_from(const char *text, struct date *out)
{
    struct date date = {0};
    bool shaped = text && strlen(text) == DATE_TEXT - 1 && is_number(text, 4) && text[4] == '-' &&
                  is_number(text + 5, 2) && text[7] == '-' && is_number(text + 8, 2);
    if (shaped) {
        date.year =
            (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
        date.month = (text[5] - '0') * 10 + (text[6] - '0');
        date.day = (text[8] - '0') * 10 + (text[9] - '0');
    }
    if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > month_days(date.year, date.month))
        return fault(FAULT_USAGE, "\"%s\" is no date; write it as 2026-07-01", text ? text : "");
    *out = date;
    return RC_OK;
}

void date_write(struct date date, char out[static DATE_TEXT])
{
    /* The widths keep the compiler, and a damaged date, within the eleven bytes. */
    snprintf(out, DATE_TEXT, "%04u-%02u-%02u", (unsigned)date.year % 10000u,
             (unsigned)date.month % 100u, (unsigned)date.day % 100u);
}

bool date_is_none(struct date date)
{
    return date.year == 0;
}

int date_compare(struct date a, struct date b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return a.day < b.day ? -1 : a.day > b.day;
}

int64_t date_days(struct date date)
{
    int64_t year = date.year - (date.month <= 2); /* years begin in March */
    int64_t era = year / 400, of_era = year % 400;
    int64_t of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - ERA_TO_EPOCH;
}

struct date date_of_days(int64_t days)
{
    days += ERA_TO_EPOCH;
    int64_t era = days / ERA_DAYS, of_era = days % ERA_DAYS;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    struct date date = {.day = (int)(of_year - (153 * month + 2) / 5 + 1),
                        .month = (int)(month < 10 ? month + 3 : month - 9)};
    date.year = (int)(year + era * 400 + (date.month <= 2));
    return date;
}

struct date date_of_time(int64_t microseconds)
{
    int64_t days = microseconds / DAY_US;
    return date_of_days(days - (microseconds % DAY_US < 0));
}

int date_weekday(struct date date)
{
    int64_t day = (date_days(date) + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(day < 0 ? day + 7 : day);
}
