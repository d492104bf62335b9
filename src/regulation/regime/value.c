/* value: thresholds, lists and statements; which of two values asks more. */
#include "regulation/regime/parts.h"

#include <string.h>

/* ---- thresholds ------------------------------------------------------------------------------ */

static bool read_bound(struct value from, const char *closed, const char *open, bool *has,
                       bool *is_open, int64_t *out)
{
    struct value v = doc_get(from, closed), w = doc_get(from, open);
    bool has_closed = doc_kind(v) != DOC_NONE, has_open = doc_kind(w) != DOC_NONE;
    *has = has_closed || has_open;
    *is_open = has_open;
    if (has_closed && has_open)
        return false;
    return !*has || doc_integer(has_open ? w : v, out);
}

struct rc rule_threshold(const struct rule *rule, struct threshold *out)
{
    struct value v = rule->value;
    struct threshold t = {.measure = doc_get_text(v, "measure"), .unit = doc_get_text(v, "unit")};
    if (!is_word(t.measure) || !t.unit || !*t.unit)
        return fault(FAULT_DATA, "a threshold needs what it measures and its unit");
    if (!read_bound(v, "at_least", "above", &t.has_low, &t.low_open, &t.low) ||
        !read_bound(v, "at_most", "below", &t.has_high, &t.high_open, &t.high))
        return fault(FAULT_DATA, "the bounds of a threshold are whole numbers, one a side");
    size_t known = 2 + (size_t)t.has_low + (size_t)t.has_high;
    if (known == 2 || doc_count(v) != known)
        return fault(FAULT_DATA, "a threshold has at_least, above, at_most or below");
    if (t.has_low && t.has_high && t.low > t.high)
        return fault(FAULT_DATA, "the lower bound is above the upper one");
    *out = t;
    return RC_OK;
}

/* ---- lists ---------------------------------------------------------------------------------- */

struct value rule_items(const struct rule *rule)
{
    return doc_get(rule->value, "items");
}

uint32_t item_grades(const struct rule *rule, struct value item)
{
    uint32_t grades = rule->grades;
    struct value own = doc_get(item, "grades");
    if (doc_kind(own) != DOC_NONE)
        rc_ignore(grades_read(own, &grades)); /* checked when the pack was read */
    return grades;
}

static struct rc item_check(const struct rule *rule, struct value item)
{
    const char *id = doc_get_text(item, "id");
    uint32_t grades;
    int64_t level = 0;
    if (!is_word(id) || !is_said_in_all(doc_get(item, "text")))
        return fault(FAULT_DATA, "each item needs an id and its text in en, zh and vi");
    if (doc_kind(doc_get(item, "grades")) != DOC_NONE)
        TRY(grades_read(doc_get(item, "grades"), &grades));
    if (rule->kind == RULE_STEPS && !is_word(doc_get_text(item, "who")))
        return fault(FAULT_DATA, "step '%s' needs who does it", id);
    if (rule->kind == RULE_CRITERIA &&
        (!doc_integer(doc_get(item, "level"), &level) || level < 1 || level > GRADE_MAX))
        return fault(FAULT_DATA, "question '%s' needs a level from 1 to %d", id, GRADE_MAX);
    return RC_OK;
}

struct rc list_check(const struct rule *rule)
{
    static const char *const needs[] = {"all", "any", "none", "each"};
    struct value items = rule_items(rule);
    const char *need = doc_get_text(rule->value, "need");
    size_t i = 0;
    if (doc_kind(items) != DOC_LIST || doc_count(items) == 0)
        return fault(FAULT_DATA, "needs items");
    for (uint32_t k = 0; k < doc_count(items); k++) {
        TRY(item_check(rule, doc_at(items, k)));
        for (uint32_t m = 0; m < k; m++)
            if (strcmp(doc_get_text(doc_at(items, m), "id"),
                       doc_get_text(doc_at(items, k), "id")) == 0)
                return fault(FAULT_DATA, "the item '%s' appears twice",
                             doc_get_text(doc_at(items, k), "id"));
    }
    if (rule->kind != RULE_CONDITIONS)
        return RC_OK;
    while (need && i < COUNT_OF(needs) && strcmp(needs[i], need) != 0)
        i++;
    return need && i < COUNT_OF(needs) ? RC_OK
                                       : fault(FAULT_DATA, "need must be all, any, none or each");
}

/* ---- by kind --------------------------------------------------------------------------------- */

static struct rc floors_check(const struct rule *rule)
{
    for (uint32_t i = 0; i < doc_count(rule->value); i++) {
        int64_t grade = 0;
        if (!doc_integer(doc_at(rule->value, i), &grade) || grade < 1 || grade > GRADE_MAX)
            return fault(FAULT_DATA, "a floor is a grade from 1 to %d", GRADE_MAX);
    }
    return RC_OK;
}

struct rc template_check(const struct rule *rule)
{
    const char *formula = doc_get_text(rule->value, "formula");
    struct value conclusions = doc_get(rule->value, "conclusions");
    if (!formula || (strcmp(formula, "deduction") != 0 && strcmp(formula, "rate") != 0))
        return fault(FAULT_DATA, "the formula must be deduction or rate");
    if (doc_kind(conclusions) != DOC_LIST || doc_count(conclusions) == 0)
        return fault(FAULT_DATA, "a template needs conclusions");
    for (uint32_t i = 0; i < doc_count(conclusions); i++)
        if (!doc_get_text(doc_at(conclusions, i), "name"))
            return fault(FAULT_DATA, "each conclusion needs a name");
    return RC_OK;
}

struct rc value_check(const struct rule *rule)
{
    struct clock clock;
    struct threshold threshold;
    if (doc_kind(rule->value) != DOC_MAP || doc_count(rule->value) == 0)
        return fault(FAULT_DATA, "%s must be a map", rule_kind_name(rule->kind));
    switch (rule->kind) {
    case RULE_CLOCK:
        return rule_clock(rule, &clock);
    case RULE_MATRIX:
        return matrix_check(rule);
    case RULE_THRESHOLD:
        return rule_threshold(rule, &threshold);
    case RULE_FLOORS:
        return floors_check(rule);
    case RULE_TEMPLATE:
        return template_check(rule);
    case RULE_STATEMENT:
    case RULE_KIND_COUNT:
        return RC_OK;
    case RULE_CONDITIONS:
    case RULE_FORM:
    case RULE_STEPS:
    case RULE_CRITERIA:
        break;
    }
    return list_check(rule);
}

/* A shorter period between two clocks of one kind; a period before a word that names none. */
static int stricter_clock(const struct rule *a, const struct rule *b)
{
    struct clock one, two;
    if (failed(rule_clock(a, &one)) || failed(rule_clock(b, &two)))
        return 0;
    if (one.kind != two.kind)
        return (two.kind == CLOCK_AS) - (one.kind == CLOCK_AS);
    int64_t left = 0, right = 0;
    if (one.kind == CLOCK_EVERY || one.kind == CLOCK_WITHIN || one.kind == CLOCK_LASTS) {
        left = period_hours(one.period) / one.times;
        right = period_hours(two.period) / two.times;
    } else if (one.kind == CLOCK_BY) {
        left = date_days(one.by);
        right = date_days(two.by);
    }
    return left < right ? 1 : left > right ? -1 : 0;
}

static int stricter_threshold(const struct rule *a, const struct rule *b)
{
    struct threshold one, two;
    if (failed(rule_threshold(a, &one)) || failed(rule_threshold(b, &two)))
        return 0;
    if (one.has_low && two.has_low && one.low != two.low)
        return one.low > two.low ? 1 : -1;
    if (one.has_high && two.has_high && one.high != two.high)
        return one.high < two.high ? 1 : -1;
    return 0;
}

int rule_stricter(const struct rule *a, const struct rule *b)
{
    if (a->kind == RULE_CLOCK && b->kind == RULE_CLOCK)
        return stricter_clock(a, b);
    if (a->kind == RULE_THRESHOLD && b->kind == RULE_THRESHOLD)
        return stricter_threshold(a, b);
    return 0;
}
