/* say: the value of a rule in a few words, in a language. Numbers come from the value, never from
 * the sentence beside it. */
#include "regulation/regime/parts.h"

#include <string.h>

static const char *number(struct arena *arena, int64_t n)
{
    return arena_printf(arena, "%lld", (long long)n);
}

static const char *render(struct arena *arena, enum lang lang, const char *key, const char *a,
                          const char *b)
{
    struct message message = {.key = key, .args = {a, b, NULL}};
    return text_render(arena, lang, &message);
}

static const char *say_period(struct arena *arena, enum lang lang, struct period period)
{
    const char *key = arena_printf(arena, period.count == 1 ? "period.%s.one" : "period.%s",
                                   period_unit_name(period.unit));
    return render(arena, lang, key, number(arena, period.count), NULL);
}

static const char *say_date(struct arena *arena, struct date date)
{
    char text[DATE_TEXT];
    date_write(date, text);
    return arena_text(arena, text);
}

static const char *say_clock(struct arena *arena, const struct rule *rule, enum lang lang)
{
    struct clock clock;
    if (failed(rule_clock(rule, &clock)))
        return "";
    switch (clock.kind) {
    case CLOCK_AS:
        return text_get(lang, arena_printf(arena, "moment.%s", clock.as));
    case CLOCK_BY:
        return render(arena, lang, "clock.by", say_date(arena, clock.by), NULL);
    case CLOCK_YEARLY_BY:
        return render(arena, lang, "clock.yearly_by", say_date(arena, clock.by) + 5, NULL);
    case CLOCK_YEARLY_BEFORE:
        return render(arena, lang, "clock.yearly_before", say_date(arena, clock.by) + 5, NULL);
    case CLOCK_EVERY:
        if (clock.times > 1)
            return render(arena, lang, "clock.times", number(arena, clock.times),
                          say_period(arena, lang, clock.period));
        return render(arena, lang, "clock.every", say_period(arena, lang, clock.period), NULL);
    case CLOCK_WITHIN:
        return render(arena, lang, "clock.within", say_period(arena, lang, clock.period), NULL);
    case CLOCK_WITHIN_BEFORE:
        return render(arena, lang, "clock.within_before", say_period(arena, lang, clock.period),
                      NULL);
    case CLOCK_LASTS:
        break;
    }
    return render(arena, lang, "clock.lasts", say_period(arena, lang, clock.period), NULL);
}

static const char *say_threshold(struct arena *arena, const struct rule *rule)
{
    struct threshold t;
    if (failed(rule_threshold(rule, &t)))
        return "";
    const char *low =
        t.has_low ? arena_printf(arena, "%s%lld", t.low_open ? "> " : ">= ", (long long)t.low) : "";
    const char *high =
        t.has_high ? arena_printf(arena, "%s%lld", t.high_open ? "< " : "<= ", (long long)t.high)
                   : "";
    if (t.has_low && t.has_high && t.low == t.high)
        return arena_printf(arena, "%s = %lld %s", t.measure, (long long)t.low, t.unit);
    return arena_printf(arena, "%s %s%s%s %s", t.measure, low, *low && *high ? ", " : "", high,
                        t.unit);
}

/* "citizens 1 2 2; social_order 2 3 4": in the order of the file. */
static const char *say_matrix(struct arena *arena, const struct rule *rule)
{
    struct value cells = doc_get(rule->value, "cells");
    const char *text = "";
    for (uint32_t i = 0; i < doc_count(cells); i++) {
        text = arena_printf(arena, "%s%s%s", text, i ? "; " : "", doc_key(cells, i));
        for (uint32_t k = 0; k < doc_count(doc_at(cells, i)); k++)
            text = arena_printf(arena, "%s %s=%s", text, doc_key(doc_at(cells, i), k),
                                doc_text(doc_at(doc_at(cells, i), k)));
    }
    return text;
}

/* "secret 3, confidential 4": keys and values as they stand; lists inside are left out. */
static const char *say_map(struct arena *arena, struct value map)
{
    const char *text = "";
    for (uint32_t i = 0; i < doc_count(map); i++) {
        const char *value = doc_text(doc_at(map, i));
        if (value)
            text =
                arena_printf(arena, "%s%s%s %s", text, *text ? ", " : "", doc_key(map, i), value);
    }
    return text;
}

static const char *say_list(struct arena *arena, const struct rule *rule, enum lang lang)
{
    struct value items = rule_items(rule);
    const char *text = render(arena, lang, "rule.items", number(arena, doc_count(items)), NULL);
    for (uint32_t i = 0; i < doc_count(items); i++)
        text = arena_printf(arena, "%s%s%s", text, i ? ", " : ": ",
                            doc_get_text(doc_at(items, i), "id"));
    return text;
}

const char *rule_value_text(struct arena *arena, const struct rule *rule, enum lang lang)
{
    switch (rule->kind) {
    case RULE_CLOCK:
        return say_clock(arena, rule, lang);
    case RULE_THRESHOLD:
        return say_threshold(arena, rule);
    case RULE_MATRIX:
        return say_matrix(arena, rule);
    case RULE_CONDITIONS:
    case RULE_FORM:
    case RULE_STEPS:
    case RULE_CRITERIA:
        return say_list(arena, rule, lang);
    case RULE_FLOORS:
    case RULE_TEMPLATE:
    case RULE_STATEMENT:
    case RULE_KIND_COUNT:
        break;
    }
    return say_map(arena, rule->value);
}
