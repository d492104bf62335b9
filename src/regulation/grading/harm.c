/* harm: a grade by the matrix, for one harm and for a system. */
#include "regulation/grading/grading.h"

#include <string.h>

/* Does the matrix say anything about this cell? */
static bool has_cell(const struct rule *rule, const void *context)
{
    const struct harm *harm = context;
    return rule_cell(rule, harm->object, harm->degree, NULL) > 0;
}

static int higher_grade(const struct rule *a, const struct rule *b, const void *context)
{
    const struct harm *harm = context;
    return rule_cell(a, harm->object, harm->degree, NULL) -
           rule_cell(b, harm->object, harm->degree, NULL);
}

static bool is_among(const char *words, const char *word)
{
    struct view rest = view_of(words), piece;
    while (view_cut(&rest, '|', &piece))
        if (word && view_is(piece, word))
            return true;
    return false;
}

static bool has_matrix(const struct regime *regime)
{
    for (size_t i = 0; i < regime->rule_count; i++)
        if (regime->rules[i].kind == RULE_MATRIX)
            return true;
    return false;
}

struct rc grade_harm(struct arena *arena, const struct asked *asked, const struct harm *harm,
                     struct graded *out)
{
    struct question question = {.regime = asked->regime,
                                .topic = TOPIC_GRADING,
                                .on = asked->on,
                                .choices = asked->choices,
                                .choice_count = asked->choice_count,
                                .speaks = has_cell,
                                .stricter = higher_grade,
                                .context = harm};
    struct graded graded = {0};
    if (!is_among(HARM_OBJECTS, harm->object))
        return fault(FAULT_USAGE, "unknown object \"%s\"; there are %s",
                     harm->object ? harm->object : "", HARM_OBJECTS);
    if (!is_among(HARM_DEGREES, harm->degree))
        return fault(FAULT_USAGE, "unknown degree \"%s\"; there are %s",
                     harm->degree ? harm->degree : "", HARM_DEGREES);
    if (!has_matrix(asked->regime))
        return fault(FAULT_USAGE, "%s does not grade by object and degree of harm",
                     asked->regime->id);
    TRY(regime_decide(arena, &question, &graded.decision));
    graded.rule = graded.decision.applies;
    if (!graded.rule)
        return decision_none(&question);
    graded.grade = rule_cell(graded.rule, harm->object, harm->degree, &graded.confidence);
    *out = graded;
    return RC_OK;
}

static struct rc check_reason(const struct harm *harm, const char *what)
{
    if (!harm->reason || view_trim(view_of(harm->reason)).len == 0)
        return fault(FAULT_USAGE, "the grade of %s needs a reason", what);
    return RC_OK;
}

static const struct rule *rule_named(const struct regime *regime, const char *id)
{
    for (size_t i = 0; i < regime->rule_count; i++)
        if (strcmp(regime->rules[i].id, id) == 0)
            return &regime->rules[i];
    return NULL;
}

/* A rule may be chosen for one of the two harms alone: about the other, where it says nothing, the
 * choice is not heard. One that says nothing about either is left in, and refused. */
static struct asked asked_about(struct arena *arena, const struct asked *asked,
                                const struct harm *harm, const struct harm *other)
{
    struct asked own = *asked;
    const char **choices = arena_take(arena, (asked->choice_count + 1) * sizeof *choices);
    own.choices = choices;
    own.choice_count = 0;
    for (size_t i = 0; i < asked->choice_count; i++) {
        const struct rule *rule = rule_named(asked->regime, asked->choices[i]);
        if (!rule || has_cell(rule, harm) || !has_cell(rule, other))
            choices[own.choice_count++] = asked->choices[i];
    }
    return own;
}

struct rc grade_system(struct arena *arena, const struct asked *asked, const struct harm *business,
                       const struct harm *service, struct system_grade *out)
{
    struct system_grade grade = {0};
    TRY(check_reason(business, "business information"));
    TRY(check_reason(service, "system service"));
    struct asked of_business = asked_about(arena, asked, business, service);
    struct asked of_service = asked_about(arena, asked, service, business);
    TRY(grade_harm(arena, &of_business, business, &grade.business));
    TRY(grade_harm(arena, &of_service, service, &grade.service));
    int s = grade.business.grade, a = grade.service.grade;
    grade.marks = (struct marks){s, a, s > a ? s : a};
    *out = grade;
    return RC_OK;
}

const char *marks_text(struct arena *arena, struct marks marks)
{
    return arena_printf(arena, "S%dA%dG%d", marks.s, marks.a, marks.g);
}
