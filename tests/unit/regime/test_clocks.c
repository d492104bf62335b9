/* Every clock of every pack, one by one, as facts and sources give it; and when clocks are due. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "regulation/regime/regime.h"

#include <string.h>

/* regime, rule, grades, from, to, value */
static const struct {
    const char *regime, *id, *grades, *from, *to, *value;
} clocks[] = {
    {"cn-crypto", "measures-39-check", "", "2007-06-22", "", "at least every 2 years"},
    {"cn-mlps", "measures-42-grade-existing", "", "2007-06-22", "", "within 180 days"},
    {"cn-mlps", "measures-42-grade-new", "", "2007-06-22", "", "at the design stage"},
    {"cn-mlps", "measures-14-evaluation-3", "3", "2007-06-22", "", "at least every 1 year"},
    {"cn-mlps", "measures-14-self-inspection-3", "3", "2007-06-22", "", "at least every 1 year"},
    {"cn-mlps", "measures-14-evaluation-4", "4", "2007-06-22", "", "at least every 6 months"},
    {"cn-mlps", "measures-14-self-inspection-4", "4", "2007-06-22", "", "at least every 6 months"},
    {"cn-mlps", "measures-14-evaluation-5", "5", "2007-06-22", "", "by special need"},
    {"cn-mlps", "measures-14-self-inspection-5", "5", "2007-06-22", "", "by special need"},
    {"cn-mlps", "letter-1846-q11-evaluation", "345", "2025-03-08", "", "at least every 1 year"},
    {"cn-mlps", "measures-14-plan", "", "2007-06-22", "", "no period given"},
    {"cn-mlps", "letter-1846-q21-template", "", "2025-03-08", "", "by 2025-03-19"},
    {"cn-mlps", "measures-15-filing-existing", "2345", "2007-06-22", "", "within 30 days"},
    {"cn-mlps", "measures-15-filing-new", "2345", "2007-06-22", "", "within 30 days"},
    {"cn-mlps", "letter-1846-certificate", "2345", "2025-03-08", "", "for 3 years"},
    {"cn-mlps", "letter-1846-certificate-extension", "2345", "2025-03-08", "", "for 1 year"},
    {"cn-mlps", "letter-1846-certificate-renewal", "2345", "2025-03-08", "",
     "within 3 months before"},
    {"cn-mlps", "measures-17-answer", "2345", "2007-06-22", "", "within 10 days"},
    {"cn-mlps", "measures-18-inspection-3", "3", "2007-06-22", "", "at least every 1 year"},
    {"cn-mlps", "measures-18-inspection-4", "4", "2007-06-22", "", "at least every 6 months"},
    {"cn-mlps", "measures-18-inspection-5", "5", "2007-06-22", "", "by a special body"},
    {"cn-mlps", "measures-20-notice", "", "2007-06-22", "", "as the notice says"},
    {"cn-mlps", "measures-40-order", "345", "2007-06-22", "", "as the notice says"},
    {"cn-mlps", "guizhou-rule-checks", "", "2022-08-15", "", "at least 12 times every 1 year"},
    {"cn-mlps", "guizhou-exercise", "", "2022-08-15", "", "at least every 1 year"},
    {"cn-mlps", "guizhou-drill", "", "2022-08-15", "", "at least 2 times every 1 year"},
    {"cn-mlps", "guizhou-duty", "", "2022-08-15", "", "all the time"},
    {"cn-secret", "measures-31-change", "", "2007-06-22", "", "at once"},
    {"cn-secret", "measures-32-risk", "", "2007-06-22", "", "regularly, no period given"},
    {"cn-secret", "measures-33-inspection", "", "2007-06-22", "", "at least every 2 years"},
    {"cn-secret", "measures-33-inspection-top", "", "2007-06-22", "", "at least every 1 year"},
    {"cn-telecom-pilot", "miit-391-application", "", "2015-01-01", "2015-12-31", "by 2015-09-30"},
    {"cn-transport", "jtt1417-password-age", "1", "2022-09-09", "", "at least every 1 year"},
    {"cn-transport", "jtt1417-malware-update", "1", "2022-09-09", "", "at least every 3 months"},
    {"cn-transport", "jtt1417-account-review", "1", "2022-09-09", "", "at least every 1 year"},
    {"cn-transport", "jtt1417-room-maintenance", "1", "2022-09-09", "", "at least every 1 year"},
    {"cn-transport", "jtt1417-extinguisher", "1", "2022-09-09", "", "at least every 1 year"},
    {"vn-2016", "decree-85-appraisal-3", "3", "2016-07-01", "2026-06-30", "within 15 days"},
    {"vn-2016", "decree-85-appraisal-4-5", "45", "2016-07-01", "2026-06-30", "within 30 days"},
    {"vn-2016", "decree-85-approval", "", "2016-07-01", "2026-06-30", "within 7 working days"},
    {"vn-2016", "decree-85-check-all", "", "2016-07-01", "2026-06-30", "at least every 2 years"},
    {"vn-2016", "decree-85-check-3-4", "34", "2016-07-01", "2026-06-30", "at least every 1 year"},
    {"vn-2016", "decree-85-check-5", "5", "2016-07-01", "2026-06-30", "at least every 6 months"},
    {"vn-2016", "directive-09-levels", "", "2024-02-23", "2026-06-30", "by 2024-09-30"},
    {"vn-2016", "directive-09-measures", "", "2024-02-23", "2026-06-30", "by 2024-12-31"},
    {"vn-2016", "directive-09-inspection", "", "2024-02-23", "2026-06-30", "at least every 1 year"},
    {"vn-2016", "directive-09-report", "", "2024-02-23", "2026-06-30", "each year before 12-25"},
    {"vn-2016", "directive-09-handbook", "", "2024-02-23", "2026-06-30", "by 2024-06-30"},
    {"vn-2026", "decree-331-dossier-check", "", "2026-08-19", "", "within 5 working days"},
    {"vn-2026", "decree-331-appraisal-3", "3", "2026-08-19", "", "within 15 days"},
    {"vn-2026", "decree-331-appraisal-4-5", "45", "2026-08-19", "", "within 25 days"},
    {"vn-2026", "decree-331-approval", "", "2026-08-19", "", "within 7 days"},
    {"vn-2026", "law-116-transition-measures", "", "2026-07-01", "", "by 2027-07-01"},
    {"vn-2026", "law-116-transition-construction", "", "2026-07-01", "", "by 2027-01-01"},
    {"vn-2026", "decree-331-incident-first", "", "2026-08-19", "", "within 24 hours"},
    {"vn-2026", "decree-331-incident-report", "", "2026-08-19", "", "within 72 hours"},
    {"vn-2026", "decree-331-incident-national", "", "2026-08-19", "", "at once"},
    {"vn-2026", "decree-331-report-units", "", "2026-08-19", "", "each year by 12-20"},
    {"vn-2026", "decree-331-report", "", "2026-08-19", "", "each year by 12-25"},
    {"vn-2026", "tcvn-14423-scan-3", "3", "2026-07-01", "", "at least every 6 months"},
};

static const char *grades_of(const struct rule *rule, char out[static 8])
{
    size_t count = 0;
    for (int grade = 1; grade <= GRADE_MAX && rule->grades != GRADES_ALL; grade++)
        if (rule->grades >> grade & 1u)
            out[count++] = (char)('0' + grade);
    out[count] = '\0';
    return out;
}

static const char *day(struct date date, char out[static DATE_TEXT])
{
    out[0] = '\0';
    if (!date_is_none(date))
        date_write(date, out);
    return out;
}

static void holds_every_clock(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        char text[16];
        const struct rule *rule = regime_rule(regime_find(clocks[i].regime), clocks[i].id);
        if (!rule || rule->kind != RULE_CLOCK)
            fail_msg("%s has no clock %s", clocks[i].regime, clocks[i].id);
        assert_string_equal(rule_value_text(arena, rule, LANG_EN), clocks[i].value);
        assert_string_equal(grades_of(rule, text), clocks[i].grades);
        assert_string_equal(day(rule->from, text), clocks[i].from);
        assert_string_equal(day(rule->to, text), clocks[i].to);
    }
    arena_free(arena);
}

/* A clock that nobody put into the table would be a clock without a test. */
static void has_no_other_clock(void **state)
{
    (void)state;
    size_t count = 0, found = 0;
    const struct regime *all = regimes(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < all[i].rule_count; k++)
            found += all[i].rules[k].kind == RULE_CLOCK;
    assert_int_equal(found, COUNT_OF(clocks));
}

/* ---- due dates ------------------------------------------------------------------------------- */

static void due_is(const char *regime, const char *id, const char *start, bool working,
                   const char *expected)
{
    struct clock clock;
    struct date from, due;
    char text[DATE_TEXT];
    struct counting counting = {.working = working};
    assert_false(failed(rule_clock(regime_rule(regime_find(regime), id), &clock)));
    assert_false(failed(date_from(start, &from)));
    assert_false(failed(clock_due(&clock, from, &counting, &due)));
    date_write(due, text);
    assert_string_equal(text, expected);
}

static void tells_when_clocks_are_due(void **state)
{
    (void)state;
    due_is("cn-mlps", "measures-14-evaluation-3", "2026-03-31", false, "2027-03-31");
    due_is("cn-mlps", "measures-14-evaluation-4", "2026-08-31", false, "2027-02-28");
    due_is("cn-mlps", "measures-15-filing-new", "2026-06-01", false, "2026-07-01");
    due_is("cn-mlps", "measures-15-filing-new", "2026-06-01", true, "2026-07-13");
    due_is("cn-mlps", "measures-17-answer", "2026-06-01", false, "2026-06-11");
    due_is("cn-mlps", "measures-17-answer", "2026-06-01", true, "2026-06-15");
    due_is("cn-mlps", "measures-42-grade-existing", "2007-06-22", false, "2007-12-19");
    due_is("cn-mlps", "letter-1846-certificate", "2025-01-01", false, "2028-01-01");
    due_is("cn-mlps", "letter-1846-certificate-renewal", "2028-01-01", false, "2027-10-01");
    due_is("cn-mlps", "letter-1846-certificate-renewal", "2028-05-31", false, "2028-02-29");
    due_is("cn-mlps", "guizhou-rule-checks", "2026-01-15", false, "2026-02-15");
    due_is("cn-mlps", "guizhou-drill", "2026-01-15", false, "2026-07-15");
    due_is("cn-secret", "measures-33-inspection", "2026-01-15", false, "2028-01-15");
    due_is("vn-2016", "decree-85-approval", "2025-05-02", false, "2025-05-13");
    due_is("vn-2016", "directive-09-report", "2025-12-24", false, "2025-12-24");
    due_is("vn-2016", "directive-09-report", "2025-12-25", false, "2026-12-24");
    due_is("vn-2016", "directive-09-levels", "2024-03-01", false, "2024-09-30");
    due_is("vn-2026", "decree-331-report", "2026-12-25", false, "2026-12-25");
    due_is("vn-2026", "decree-331-report", "2026-12-26", false, "2027-12-25");
    due_is("vn-2026", "decree-331-incident-report", "2026-09-01", false, "2026-09-04");
}

static void gives_no_day_where_the_law_gives_none(void **state)
{
    (void)state;
    static const char *const ids[] = {"measures-14-evaluation-5", "measures-20-notice",
                                      "measures-14-plan", "measures-42-grade-new"};
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        struct clock clock;
        struct date due = {7, 7, 7};
        assert_false(failed(rule_clock(regime_rule(regime_find("cn-mlps"), ids[i]), &clock)));
        assert_int_equal(clock.kind, CLOCK_AS);
        struct rc rc = clock_due(&clock, (struct date){2026, 1, 1}, NULL, &due);
        assert_int_equal(rc.kind, FAULT_USAGE);
        assert_int_equal(due.year, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_every_clock),
        cmocka_unit_test(has_no_other_clock),
        cmocka_unit_test(tells_when_clocks_are_due),
        cmocka_unit_test(gives_no_day_where_the_law_gives_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
