/* decide: which of the rules about one matter applies on a day, and why the others do not. */
#include "regulation/regime/parts.h"

#include <string.h>

static const char *const names[STANDING_COUNT] = {
    [STANDING_APPLIES] = "applies",           [STANDING_CHOSEN] = "chosen",
    [STANDING_NOT_IN_FORCE] = "not_in_force", [STANDING_SILENT] = "silent",
    [STANDING_NOT_CHOSEN] = "not_chosen",     [STANDING_REFERS] = "refers",
    [STANDING_OUTRANKED] = "outranked",       [STANDING_EARLIER] = "earlier",
    [STANDING_LESS_STRICT] = "less_strict",
};

const char *standing_name(enum standing standing)
{
    must((size_t)standing < STANDING_COUNT);
    return names[standing];
}

/* Does `rule` refer to the document that `other` stands in? */
static bool refers_to(const struct rule *rule, const struct rule *other)
{
    struct value list = doc_get(rule->raw, "delegates");
    for (uint32_t i = 0; i < doc_count(list); i++) {
        const char *document = doc_text(doc_at(list, i));
        if (document && strcmp(document, other->document->id) == 0)
            return true;
    }
    return false;
}

static int compare_strict(const struct question *q, const struct rule *a, const struct rule *b)
{
    return q->stricter ? q->stricter(a, b, q->context) : rule_stricter(a, b);
}

/* Why `a` stands back behind `b`; STANDING_APPLIES when it does not. */
static enum standing behind(const struct question *q, const struct rule *a, const struct rule *b)
{
    if (refers_to(a, b))
        return STANDING_REFERS;
    if (refers_to(b, a))
        return STANDING_APPLIES;
    if (a->document->authority != b->document->authority)
        return a->document->authority > b->document->authority ? STANDING_OUTRANKED
                                                               : STANDING_APPLIES;
    int later = date_compare(a->from, b->from);
    if (later)
        return later < 0 ? STANDING_EARLIER : STANDING_APPLIES;
    int strict = compare_strict(q, a, b);
    if (strict)
        return strict < 0 ? STANDING_LESS_STRICT : STANDING_APPLIES;
    return a > b ? STANDING_LESS_STRICT : STANDING_APPLIES;
}

static bool is_chosen(const struct question *q, const struct rule *rule)
{
    for (size_t i = 0; i < q->choice_count; i++)
        if (strcmp(q->choices[i], rule->id) == 0)
            return true;
    return false;
}

static bool concerns(const struct question *q, const struct rule *rule)
{
    return strcmp(rule->topic, q->topic) == 0 && (!q->grade || rule->grades >> q->grade & 1u);
}

static void collect(const struct question *q, struct decision *decision)
{
    for (size_t i = 0; i < q->regime->rule_count; i++) {
        const struct rule *rule = &q->regime->rules[i];
        if (!concerns(q, rule))
            continue;
        enum standing standing = STANDING_APPLIES;
        if (!rule_in_force(rule, q->on))
            standing = STANDING_NOT_IN_FORCE;
        else if (q->speaks && !q->speaks(rule, q->context))
            standing = STANDING_SILENT;
        decision->candidates[decision->count++] = (struct candidate){rule, standing, NULL};
    }
}

/* The choice must be among those that are in force and speak; a choice about another topic is not
 * looked at here. */
static struct rc apply_choice(const struct question *q, struct decision *decision)
{
    for (size_t i = 0; i < decision->count; i++) {
        const struct candidate *candidate = &decision->candidates[i];
        if (!is_chosen(q, candidate->rule))
            continue;
        if (candidate->standing != STANDING_APPLIES)
            return fault(FAULT_USAGE, "the chosen rule %s does not hold here: %s",
                         candidate->rule->id, standing_name(candidate->standing));
        if (decision->applies)
            return fault(FAULT_USAGE, "two rules about one matter are chosen: %s and %s",
                         decision->applies->id, candidate->rule->id);
        decision->applies = candidate->rule;
    }
    return RC_OK;
}

/* Precedence is an order only between two; a reference can run against authority. So the winner is
 * the one that stands behind no other, or the last that was not beaten. */
static const struct rule *winner(const struct question *q, const struct decision *decision)
{
    const struct rule *best = NULL;
    for (size_t i = 0; i < decision->count; i++) {
        const struct candidate *candidate = &decision->candidates[i];
        if (candidate->standing != STANDING_APPLIES)
            continue;
        if (!best || behind(q, best, candidate->rule) != STANDING_APPLIES)
            best = candidate->rule;
    }
    return best;
}

/* Those who refer to a document that speaks are out before the others are compared. */
static void stand_back(const struct decision *decision)
{
    for (size_t i = 0; i < decision->count; i++)
        for (size_t k = 0; k < decision->count; k++) {
            struct candidate *a = &decision->candidates[i], *b = &decision->candidates[k];
            if (a->standing == STANDING_APPLIES && b->standing == STANDING_APPLIES && i != k &&
                refers_to(a->rule, b->rule))
                a->standing = STANDING_REFERS;
        }
}

static void explain(const struct question *q, const struct decision *decision, bool chosen)
{
    for (size_t i = 0; i < decision->count; i++) {
        struct candidate *candidate = &decision->candidates[i];
        if (candidate->standing != STANDING_APPLIES && candidate->standing != STANDING_REFERS)
            continue;
        if (candidate->rule == decision->applies) {
            candidate->standing = chosen ? STANDING_CHOSEN : STANDING_APPLIES;
            continue;
        }
        candidate->by = decision->applies;
        if (chosen)
            candidate->standing = STANDING_NOT_CHOSEN;
        else if (candidate->standing == STANDING_APPLIES)
            candidate->standing = behind(q, candidate->rule, decision->applies);
    }
}

struct rc regime_decide(struct arena *arena, const struct question *question, struct decision *out)
{
    struct decision decision = {0};
    decision.candidates =
        arena_take(arena, (question->regime->rule_count + 1) * sizeof *decision.candidates);
    collect(question, &decision);
    TRY(apply_choice(question, &decision));
    bool chosen = decision.applies != NULL;
    if (!chosen) {
        stand_back(&decision);
        decision.applies = winner(question, &decision);
    }
    explain(question, &decision, chosen);
    *out = decision;
    return RC_OK;
}

/* The earliest rule about the topic, in force or not. */
static const struct rule *first_of(const struct question *q)
{
    const struct rule *first = NULL;
    for (size_t i = 0; i < q->regime->rule_count; i++) {
        const struct rule *rule = &q->regime->rules[i];
        if (concerns(q, rule) && (!first || date_compare(rule->from, first->from) < 0))
            first = rule;
    }
    return first;
}

struct rc decision_none(const struct question *question)
{
    char on[DATE_TEXT], from[DATE_TEXT];
    const struct rule *first = first_of(question);
    if (!first)
        return fault(FAULT_USAGE, "%s has no rule about %s", question->regime->id, question->topic);
    date_write(question->on, on);
    date_write(first->from, from);
    return fault(
        FAULT_USAGE,
        "no rule of %s about %s answers this on %s; its first rule, %s, is in force from %s",
        question->regime->id, question->topic, on, first->id, from);
}
