/*
 * criteria: a level by questions; one yes is enough.
 *
 * The level is the highest one with a yes. It is certain only when every question of a higher level
 * is answered no: an open question is not a no.
 */
#include "regulation/grading/grading.h"

#include <string.h>

#define PARTS_MAX 1000

static const struct fact *find(const struct fact *facts, size_t count, const char *name)
{
    for (size_t i = 0; name && i < count; i++)
        if (strcmp(facts[i].name, name) == 0)
            return &facts[i];
    return NULL;
}

/* {fact: users, at_least: 1, below: 10000} of a known number is yes or no. */
static enum criterion_answer fill(struct value rule, const struct fact *facts, size_t count)
{
    const struct fact *fact = find(facts, count, doc_get_text(rule, "fact"));
    int64_t low = 0, high = 0;
    if (!fact || !fact->is_number)
        return ANSWER_UNKNOWN;
    if (doc_integer(doc_get(rule, "at_least"), &low) && fact->number < low)
        return ANSWER_NO;
    if (doc_integer(doc_get(rule, "below"), &high) && fact->number >= high)
        return ANSWER_NO;
    return ANSWER_YES;
}

static struct criterion read_criterion(struct value item, const struct fact *facts, size_t count)
{
    int64_t level = 0;
    struct criterion criterion = {.item = item, .id = doc_get_text(item, "id")};
    const struct fact *own = find(facts, count, criterion.id);
    if (doc_integer(doc_get(item, "level"), &level))
        criterion.level = (int)level;
    criterion.answer =
        own && !own->is_number ? own->answer : fill(doc_get(item, "fill"), facts, count);
    return criterion;
}

/* Each fact must answer a question or fill one, in the way that it is given. */
static struct rc check_facts(const struct rule *rule, const struct fact *facts, size_t count)
{
    struct value items = rule_items(rule);
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (uint32_t k = 0; k < doc_count(items); k++) {
            struct value item = doc_at(items, k);
            const char *name = facts[i].is_number ? doc_get_text(doc_get(item, "fill"), "fact")
                                                  : doc_get_text(item, "id");
            known |= name && strcmp(name, facts[i].name) == 0;
        }
        if (!known)
            return fault(FAULT_USAGE, "%s has no question \"%s\" that %s answers", rule->id,
                         facts[i].name, facts[i].is_number ? "a number" : "yes or no");
    }
    return RC_OK;
}

static bool is_criteria(const struct rule *rule, const void *context)
{
    (void)context;
    return rule->kind == RULE_CRITERIA;
}

static void conclude(struct criteria_grade *grade)
{
    for (size_t i = 0; i < grade->count; i++)
        if (grade->criteria[i].answer == ANSWER_YES && grade->criteria[i].level > grade->level)
            grade->level = grade->criteria[i].level;
    for (size_t i = 0; i < grade->count; i++)
        grade->open +=
            grade->criteria[i].answer == ANSWER_UNKNOWN && grade->criteria[i].level > grade->level;
    grade->certain = grade->level > 0 && grade->open == 0 && !grade->partial;
}

struct rc grade_criteria(struct arena *arena, const struct asked *asked, const struct fact *facts,
                         size_t fact_count, struct criteria_grade *out)
{
    struct question question = {.regime = asked->regime,
                                .topic = TOPIC_GRADING,
                                .on = asked->on,
                                .choices = asked->choices,
                                .choice_count = asked->choice_count,
                                .speaks = is_criteria};
    struct criteria_grade grade = {0};
    TRY(regime_decide(arena, &question, &grade.decision));
    grade.rule = grade.decision.applies;
    if (!grade.rule)
        return decision_none(&question);
    TRY(check_facts(grade.rule, facts, fact_count));
    struct value items = rule_items(grade.rule);
    const char *partial = doc_get_text(grade.rule->value, "partial");
    struct criterion *criteria = arena_take(arena, (doc_count(items) + 1) * sizeof *criteria);
    for (uint32_t i = 0; i < doc_count(items); i++)
        criteria[i] = read_criterion(doc_at(items, i), facts, fact_count);
    grade.criteria = criteria;
    grade.count = doc_count(items);
    grade.partial = partial && strcmp(partial, "true") == 0;
    conclude(&grade);
    *out = grade;
    return RC_OK;
}

/* ---- splitting ------------------------------------------------------------------------------- */

/* Adds one part's fact to what the whole has. */
static void add_fact(struct fact *whole, size_t *count, const struct fact *fact)
{
    struct fact *same = NULL;
    for (size_t i = 0; i < *count; i++)
        if (strcmp(whole[i].name, fact->name) == 0 && whole[i].is_number == fact->is_number)
            same = &whole[i];
    if (!same)
        whole[(*count)++] = *fact;
    else if (fact->is_number)
        same->number += fact->number;
    else if (fact->answer == ANSWER_YES || same->answer == ANSWER_NO)
        same->answer = fact->answer;
}

struct rc grade_splitting(struct arena *arena, const struct asked *asked, const struct part *parts,
                          size_t count, int *whole, int *highest, const struct rule **rule)
{
    struct criteria_grade grade;
    struct decision decision;
    size_t room = 1, together = 0;
    int top = 0;
    if (count > PARTS_MAX)
        return fault(FAULT_LIMIT, "a system of more than %d parts", PARTS_MAX);
    for (size_t i = 0; i < count; i++)
        room += parts[i].count;
    struct fact *facts = arena_take(arena, room * sizeof *facts);
    for (size_t i = 0; i < count; i++) {
        TRY(grade_criteria(arena, asked, parts[i].facts, parts[i].count, &grade));
        top = grade.level > top ? grade.level : top;
        for (size_t k = 0; k < parts[i].count; k++)
            add_fact(facts, &together, &parts[i].facts[k]);
    }
    TRY(grade_criteria(arena, asked, facts, together, &grade));
    struct question question = {.regime = asked->regime, .topic = "splitting", .on = asked->on};
    TRY(regime_decide(arena, &question, &decision));
    *whole = grade.level;
    *highest = top;
    *rule = decision.applies;
    return RC_OK;
}
