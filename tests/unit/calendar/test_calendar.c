/* Civil dates against the C library over four centuries, periods, working days, bad tables. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "regulation/calendar/calendar.h"

#include <string.h>
#include <time.h>

static struct date at(const char *text)
{
    struct date date = {0};
    assert_false(failed(date_from(text, &date)));
    return date;
}

static void ends(const char *start, int count, enum period_unit unit,
                 const struct holidays *holidays, const char *expected)
{
    struct date end = {0};
    char text[DATE_TEXT];
    assert_false(failed(date_add(at(start), (struct period){count, unit}, holidays, &end)));
    date_write(end, text);
    assert_string_equal(text, expected);
}

static void reads_only_days_that_exist(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "2026",       "2026-1-1",    "2026-02-29",
                                      "2026-13-01", "2026-00-10", "2026-01-00",  "2026-04-31",
                                      "1900-02-29", "0000-01-01", "2026-01-01 ", "2026/01/01",
                                      "20260101",   "-026-01-01", "2026-01-0x"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct date untouched = {7, 7, 7};
        struct rc rc = date_from(bad[i], &untouched);
        assert_int_equal(rc.kind, FAULT_USAGE);
        assert_int_equal(untouched.year, 7);
    }
    assert_true(failed(date_from(NULL, &(struct date){0})));
    assert_int_equal(at("2000-02-29").day, 29);
    assert_int_equal(at("9999-12-31").year, 9999);
}

/* Every day from 1800 to 2200, forth and back, with its weekday, as timegm has them. */
static void agrees_with_the_c_library(void **state)
{
    (void)state;
    int64_t first = date_days(at("1800-01-01")), last = date_days(at("2200-12-31"));
    assert_int_equal(last - first, 146461);
    for (int64_t day = first; day <= last; day++) {
        time_t seconds = (time_t)(day * 86400);
        struct tm tm;
        gmtime_r(&seconds, &tm);
        struct date date = date_of_days(day);
        assert_int_equal(date.year, tm.tm_year + 1900);
        assert_int_equal(date.month, tm.tm_mon + 1);
        assert_int_equal(date.day, tm.tm_mday);
        assert_int_equal(date_days(date), day);
        assert_int_equal(date_weekday(date), (tm.tm_wday + 6) % 7);
    }
    assert_int_equal(date_compare(date_of_time(-1), at("1969-12-31")), 0);
    assert_int_equal(date_compare(date_of_time(INT64_C(86400000000)), at("1970-01-02")), 0);
}

static void compares_dates(void **state)
{
    (void)state;
    assert_true(date_compare(at("2026-07-01"), at("2026-06-30")) > 0);
    assert_true(date_compare(at("2025-12-31"), at("2026-01-01")) < 0);
    assert_true(date_compare(at("2026-07-01"), at("2026-07-02")) < 0);
    assert_int_equal(date_compare(at("2026-07-01"), at("2026-07-01")), 0);
    assert_true(date_is_none((struct date){0}));
    assert_false(date_is_none(at("2026-07-01")));
}

static void adds_calendar_periods(void **state)
{
    (void)state;
    ends("2007-06-22", 180, PERIOD_DAYS, NULL, "2007-12-19");
    ends("2026-12-25", 30, PERIOD_DAYS, NULL, "2027-01-24");
    ends("2026-01-31", 1, PERIOD_MONTHS, NULL, "2026-02-28");
    ends("2024-01-31", 1, PERIOD_MONTHS, NULL, "2024-02-29");
    ends("2026-08-31", 6, PERIOD_MONTHS, NULL, "2027-02-28");
    ends("2026-12-15", 1, PERIOD_MONTHS, NULL, "2027-01-15");
    ends("2024-02-29", 1, PERIOD_YEARS, NULL, "2025-02-28");
    ends("2025-01-01", 3, PERIOD_YEARS, NULL, "2028-01-01");
    ends("2026-07-01", 24, PERIOD_HOURS, NULL, "2026-07-02");
    ends("2026-07-01", 72, PERIOD_HOURS, NULL, "2026-07-04");
    ends("2026-07-01", 25, PERIOD_HOURS, NULL, "2026-07-03");
}

static void goes_back(void **state)
{
    (void)state;
    static const struct {
        const char *end;
        struct period period;
        const char *start;
    } cases[] = {{"2028-05-31", {3, PERIOD_MONTHS}, "2028-02-29"},
                 {"2028-01-01", {3, PERIOD_MONTHS}, "2027-10-01"},
                 {"2024-02-29", {1, PERIOD_YEARS}, "2023-02-28"},
                 {"2026-03-01", {1, PERIOD_DAYS}, "2026-02-28"},
                 {"2026-10-05", {1, PERIOD_WORKING_DAYS}, "2026-10-02"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct date start = {0};
        char text[DATE_TEXT];
        assert_false(failed(date_back(at(cases[i].end), cases[i].period, NULL, &start)));
        date_write(start, text);
        assert_string_equal(text, cases[i].start);
    }
    assert_true(failed(
        date_back(at("0001-03-01"), (struct period){3, PERIOD_MONTHS}, NULL, &(struct date){0})));
    assert_true(failed(
        date_back(at("0001-01-01"), (struct period){1, PERIOD_DAYS}, NULL, &(struct date){0})));
}

static void counts_working_days(void **state)
{
    (void)state;
    struct date off[] = {at("2026-10-01"), at("2026-10-02"), at("2026-10-05")};
    struct date on[] = {at("2026-10-10")};
    struct holidays table = {.off = off, .off_count = 3, .on = on, .on_count = 1};
    struct holidays friday = {.weekend = 1u << 4};
    ends("2026-09-30", 1, PERIOD_WORKING_DAYS, NULL, "2026-10-01");
    ends("2026-10-02", 1, PERIOD_WORKING_DAYS, NULL, "2026-10-05"); /* over a weekend */
    ends("2026-09-30", 1, PERIOD_WORKING_DAYS, &table, "2026-10-06");
    ends("2026-09-30", 5, PERIOD_WORKING_DAYS, &table, "2026-10-10"); /* a worked Saturday */
    ends("2026-10-01", 1, PERIOD_WORKING_DAYS, &friday, "2026-10-03");
    ends("2026-09-30", 5, PERIOD_DAYS, &table, "2026-10-05"); /* calendar days ignore the table */
}

static void refuses_what_leaves_its_bounds(void **state)
{
    (void)state;
    struct date end = {7, 7, 7};
    struct date off[HOLIDAYS_MAX];
    for (int i = 0; i < HOLIDAYS_MAX; i++)
        off[i] = date_of_days(date_days(at("2026-01-01")) + i);
    struct holidays never = {.weekend = 0x7f, .off = off, .off_count = HOLIDAYS_MAX};
    assert_true(failed(date_add(at("2026-01-01"), (struct period){0, PERIOD_DAYS}, NULL, &end)));
    assert_true(failed(date_add(at("2026-01-01"), (struct period){-3, PERIOD_DAYS}, NULL, &end)));
    assert_true(failed(date_add(at("9999-12-31"), (struct period){1, PERIOD_DAYS}, NULL, &end)));
    assert_true(
        failed(date_add(at("9000-01-01"), (struct period){9000, PERIOD_YEARS}, NULL, &end)));
    assert_true(
        failed(date_add(at("2026-01-01"), (struct period){9, PERIOD_WORKING_DAYS}, &never, &end)));
    assert_int_equal(end.year, 7);
}

static struct rc read_table(struct arena *arena, const char *yaml, struct holidays *out)
{
    struct value top = {0};
    TRY(doc_read_yaml(arena, "holidays", view_of(yaml), &top));
    return holidays_read(arena, top, out);
}

static void reads_a_holiday_table(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct holidays table = {0};
    assert_false(failed(read_table(arena,
                                   "weekend: [friday, saturday]\n"
                                   "off: [2026-01-01, 2026-02-17]\non: [2026-02-14]\n",
                                   &table)));
    assert_int_equal(table.weekend, 1u << 4 | 1u << 5);
    assert_int_equal(table.off_count, 2);
    assert_false(date_is_working(at("2026-02-17"), &table));
    assert_true(date_is_working(at("2026-02-14"), &table));
    assert_true(date_is_working(at("2026-02-15"), &table)); /* a Sunday, worked here */
    static const char *const bad[] = {"[]",
                                      "off: [2026-02-30]",
                                      "off: soon",
                                      "weekend: [moonday]",
                                      ("weekend: [monday, tuesday, wednesday, thursday, friday, "
                                       "saturday, sunday]"),
                                      "holidays: []",
                                      "on: [[1]]"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct rc rc = read_table(arena, bad[i], &table);
        assert_int_equal(rc.kind, FAULT_DATA);
        assert_int_equal(table.off_count, 2);
    }
    arena_free(arena);
}

static void names_and_orders_units(void **state)
{
    (void)state;
    for (int i = PERIOD_HOURS; i <= PERIOD_YEARS; i++) {
        enum period_unit unit;
        assert_true(period_unit_from(period_unit_name((enum period_unit)i), &unit));
        assert_int_equal(unit, i);
    }
    assert_false(period_unit_from("weeks", &(enum period_unit){0}));
    assert_false(period_unit_from(NULL, &(enum period_unit){0}));
    assert_int_equal(period_hours((struct period){5, PERIOD_WORKING_DAYS}), 168);
    assert_true(period_hours((struct period){6, PERIOD_MONTHS}) <
                period_hours((struct period){1, PERIOD_YEARS}));
    assert_true(period_hours((struct period){23, PERIOD_HOURS}) <
                period_hours((struct period){1, PERIOD_DAYS}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_only_days_that_exist),
        cmocka_unit_test(agrees_with_the_c_library),
        cmocka_unit_test(compares_dates),
        cmocka_unit_test(adds_calendar_periods),
        cmocka_unit_test(counts_working_days),
        cmocka_unit_test(goes_back),
        cmocka_unit_test(refuses_what_leaves_its_bounds),
        cmocka_unit_test(reads_a_holiday_table),
        cmocka_unit_test(names_and_orders_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
