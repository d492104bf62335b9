/* process: who decides on a grade, when it is decided again, and what keeps it up. */
#include "regulation/grading/grading.h"

#include <string.h>

#define TOPIC_PROCESS "grading-process" /* and every topic that begins so */

static bool is_for(const struct rule *rule, struct value item, int grade, bool cross_province)
{
    const char *when = doc_get_text(item, "when");
    if (!(item_grades(rule, item) >> grade & 1u))
        return false;
    return !when || strcmp(when, "cross_province") != 0 || cross_province;
}

struct rc grade_steps(struct arena *arena, const struct asked *asked, int grade,
                      bool cross_province, const struct step **out, size_t *count)
{
    const struct regime *regime = asked->regime;
    size_t room = 0, found = 0;
    if (grade < 1 || grade > GRADE_MAX)
        return fault(FAULT_USAGE, "%d is no grade; there are 1 to %d", grade, GRADE_MAX);
    for (size_t i = 0; i < regime->rule_count; i++)
        room += doc_count(rule_items(&regime->rules[i]));
    struct step *steps = arena_take(arena, (room + 1) * sizeof *steps);
    for (size_t i = 0; i < regime->rule_count; i++) {
        const struct rule *rule = &regime->rules[i];
        struct value items = rule_items(rule);
        if (rule->kind != RULE_STEPS || !rule_in_force(rule, asked->on) ||
            strncmp(rule->topic, TOPIC_PROCESS, strlen(TOPIC_PROCESS)) != 0)
            continue;
        for (uint32_t k = 0; k < doc_count(items); k++) {
            struct value item = doc_at(items, k);
            if (is_for(rule, item, grade, cross_province))
                steps[found++] =
                    (struct step){rule, item, doc_get_text(item, "id"), doc_get_text(item, "who")};
        }
    }
    *out = steps;
    *count = found;
    return RC_OK;
}

struct rc grade_approver(const char *requester, const char *approver)
{
    if (!requester || !approver || !*requester || !*approver)
        return fault(FAULT_USAGE, "an approval names who asked and who approves");
    if (strcmp(requester, approver) == 0)
        return fault(FAULT_USAGE, "%s asked for this grade and cannot approve it", approver);
    return RC_OK;
}

/* The rule of a topic that applies, or the sentence that none does. */
static struct rc applying(struct arena *arena, const struct asked *asked, const char *topic,
                          const struct rule **out)
{
    struct question question = {.regime = asked->regime,
                                .topic = topic,
                                .on = asked->on,
                                .choices = asked->choices,
                                .choice_count = asked->choice_count};
    struct decision decision;
    TRY(regime_decide(arena, &question, &decision));
    if (!decision.applies)
        return decision_none(&question);
    *out = decision.applies;
    return RC_OK;
}

struct rc grade_again(struct arena *arena, const struct asked *asked, const char *const *changes,
                      size_t change_count, bool *out)
{
    const struct rule *rule = NULL;
    bool again = false;
    TRY(applying(arena, asked, "regrading", &rule));
    struct value items = rule_items(rule);
    for (uint32_t i = 0; i < doc_count(items); i++)
        for (size_t k = 0; k < change_count; k++)
            again |= strcmp(doc_get_text(doc_at(items, i), "id"), changes[k]) == 0;
    *out = again;
    return RC_OK;
}

struct rc grade_floor(struct arena *arena, const struct asked *asked, const char *secrecy,
                      int *grade, const struct rule **rule)
{
    const struct rule *found = NULL;
    int64_t floor = 0;
    TRY(applying(arena, asked, "secret-grade", &found));
    if (!secrecy || !doc_integer(doc_get(found->value, secrecy), &floor))
        return fault(FAULT_USAGE,
                     "unknown degree of secrecy \"%s\"; there are secret, confidential, top_secret",
                     secrecy ? secrecy : "");
    *grade = (int)floor;
    *rule = found;
    return RC_OK;
}

struct rc grade_platform(int platform, const int *hosted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (hosted[i] > platform)
            return fault(FAULT_USAGE, "a platform of grade %d cannot host a system of grade %d",
                         platform, hosted[i]);
    return RC_OK;
}
