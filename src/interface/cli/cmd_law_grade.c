/*
 * law grade: a grade by a regime, with the rule that gives it and every rule that would give
 * another.
 *
 *   --object, --degree   by the matrix (China)
 *   --answer             by criteria (Vietnam)
 *   --secrecy            the lowest grade of a system that involves state secrets
 */
#include "interface/cli/command.h"
#include "interface/cli/json.h"

#include <string.h>

/* What the three ways have in common in JSON. */
static json_t *head_json(const struct call *call, const struct asked *asked,
                         const struct rule *rule, const char *confidence)
{
    json_t *object = json_object();
    json_object_set_new(object, "rule", json_string(rule->id));
    json_object_set_new(object, "source", json_string(rule_source(call, rule)));
    json_object_set_new(object, "confidence", json_string(confidence));
    json_object_set_new(object, "note", json_string(rule->note));
    json_object_set_new(object, "regime", json_string(asked->regime->id));
    json_object_set_new(object, "on", json_string(date_text(call, asked->on)));
    json_object_set_new(object, "authority",
                        json_string(authority_name(rule->document->authority)));
    json_object_set_new(object, "valid_from", json_string(date_text(call, rule->from)));
    json_object_set_new(object, "valid_to", json_string(date_text(call, rule->to)));
    return object;
}

static json_t *candidate_json(const struct call *call, const struct candidate *candidate,
                              const struct harm *harm)
{
    const struct rule *rule = candidate->rule;
    const char *confidence = rule->confidence;
    int grade = harm ? rule_cell(rule, harm->object, harm->degree, &confidence) : 0;
    json_t *object = json_object();
    json_object_set_new(object, "rule", json_string(rule->id));
    json_object_set_new(object, "grade", grade ? json_integer(grade) : json_null());
    json_object_set_new(object, "source", json_string(rule_source(call, rule)));
    json_object_set_new(object, "confidence", json_string(confidence));
    json_object_set_new(object, "standing", json_string(standing_name(candidate->standing)));
    json_object_set_new(object, "by", candidate->by ? json_string(candidate->by->id) : json_null());
    return object;
}

static void set_candidates(const struct call *call, const struct decision *decision,
                           const struct harm *harm, json_t *object)
{
    json_t *list = json_array();
    for (size_t i = 0; i < decision->count; i++)
        json_array_append_new(list, candidate_json(call, &decision->candidates[i], harm));
    json_object_set_new(object, "candidates", list);
}

/* The grade stands first in the object. */
static struct rc write_json(json_t *grade, json_t *rest, struct buf *out)
{
    json_t *object = json_object();
    json_object_set_new(object, "grade", grade);
    json_object_update(object, rest);
    json_decref(rest);
    return json_write(object, out);
}

static void write_head(const struct call *call, const char *grade, const struct rule *rule,
                       const char *confidence, struct buf *out)
{
    buf_printf(out, "%s\n", say(call, "grade.is", grade, NULL, NULL));
    buf_printf(out, "%s\n", say(call, "grade.by", rule->id, rule_source(call, rule), confidence));
    if (*rule->note)
        buf_printf(out, "%s\n", say(call, "grade.note", rule->note, NULL, NULL));
}

/* Every rule about the matter, its grade, and why it is or is not the one. */
static void write_candidates(const struct call *call, const struct decision *decision,
                             const struct harm *harm, struct buf *out)
{
    static const char *const names[] = {"rule", "grade", "confidence", "standing"};
    const char *titles[] = {
        text_get(call->lang, "column.rule"), text_get(call->lang, "column.grade"),
        text_get(call->lang, "column.confidence"), text_get(call->lang, "column.standing")};
    struct grid *grid = grid_new(call, names, titles, COUNT_OF(names));
    for (size_t i = 0; i < decision->count; i++) {
        const struct candidate *candidate = &decision->candidates[i];
        const char *confidence = candidate->rule->confidence;
        int grade = rule_cell(candidate->rule, harm->object, harm->degree, &confidence);
        const char *key =
            arena_printf(call->arena, "standing.%s", standing_name(candidate->standing));
        const char *row[] = {candidate->rule->id,
                             grade ? arena_printf(call->arena, "%d", grade) : "-", confidence,
                             say(call, key, candidate->by ? candidate->by->id : "", NULL, NULL)};
        grid_add_texts(grid, row);
    }
    buf_add_char(out, '\n');
    grid_write(grid, out);
}

static struct rc grade_by_matrix(const struct call *call, const struct asked *asked, bool json,
                                 struct buf *out)
{
    struct graded graded;
    struct harm harm = {.object = call_text(call, OPTION_OBJECT, NULL),
                        .degree = call_text(call, OPTION_DEGREE, NULL)};
    if (!harm.object || !harm.degree)
        return wrong(call, "msg.needs_option", call->command->path,
                     harm.object ? "--degree" : "--object", NULL);
    TRY(grade_harm(call->arena, asked, &harm, &graded));
    if (json) {
        json_t *rest = head_json(call, asked, graded.rule, graded.confidence);
        set_candidates(call, &graded.decision, &harm, rest);
        return write_json(json_integer(graded.grade), rest, out);
    }
    write_head(call, arena_printf(call->arena, "%d", graded.grade), graded.rule, graded.confidence,
               out);
    write_candidates(call, &graded.decision, &harm, out);
    return RC_OK;
}

/* ---- by secrecy -------------------------------------------------------------------------------
 */

static struct rc grade_by_secrecy(const struct call *call, const struct asked *asked, bool json,
                                  struct buf *out)
{
    const struct rule *rule = NULL;
    int grade = 0;
    TRY(grade_floor(call->arena, asked, call_text(call, OPTION_SECRECY, NULL), &grade, &rule));
    if (json) {
        json_t *rest = head_json(call, asked, rule, rule->confidence);
        json_object_set_new(rest, "at_least", json_true());
        return write_json(json_integer(grade), rest, out);
    }
    write_head(call, arena_printf(call->arena, ">= %d", grade), rule, rule->confidence, out);
    return RC_OK;
}

/* ---- by criteria ------------------------------------------------------------------------------
 */

/* NAME=yes, NAME=no or NAME=NUMBER. */
struct rc fact_of_text(const struct call *call, const char *text, struct fact *out)
{
    const char *equals = strchr(text, '=');
    struct view value = view_of(equals ? equals + 1 : "");
    if (!equals || equals == text)
        return wrong(call, "msg.bad_answer", text, NULL, NULL);
    *out =
        (struct fact){.name = view_text(call->arena, (struct view){text, (size_t)(equals - text)})};
    if (view_is(value, "yes") || view_is(value, "no"))
        out->answer = view_is(value, "yes") ? ANSWER_YES : ANSWER_NO;
    else if (view_integer(value, &out->number) && out->number >= 0)
        out->is_number = true;
    else
        return wrong(call, "msg.bad_answer", text, NULL, NULL);
    return RC_OK;
}

static const char *answer_name(enum criterion_answer answer)
{
    static const char *const names[] = {
        [ANSWER_UNKNOWN] = "unknown", [ANSWER_NO] = "no", [ANSWER_YES] = "yes"};
    return names[answer];
}

static struct rc criteria_json(const struct call *call, const struct asked *asked,
                               const struct criteria_grade *grade, struct buf *out)
{
    json_t *rest = head_json(call, asked, grade->rule, grade->rule->confidence);
    json_t *list = json_array();
    for (size_t i = 0; i < grade->count; i++) {
        const struct criterion *c = &grade->criteria[i];
        json_t *object = json_object();
        json_object_set_new(object, "question", json_string(c->id));
        json_object_set_new(object, "level", json_integer(c->level));
        json_object_set_new(object, "answer", json_string(answer_name(c->answer)));
        json_object_set_new(object, "text",
                            json_string(text_of(doc_get(c->item, "text"), call->lang)));
        json_array_append_new(list, object);
    }
    json_object_set_new(rest, "certain", json_boolean(grade->certain));
    json_object_set_new(rest, "partial", json_boolean(grade->partial));
    json_object_set_new(rest, "open", json_integer((json_int_t)grade->open));
    json_object_set_new(rest, "criteria", list);
    set_candidates(call, &grade->decision, NULL, rest);
    return write_json(grade->level ? json_integer(grade->level) : json_null(), rest, out);
}

static void criteria_table(const struct call *call, const struct criteria_grade *grade,
                           struct buf *out)
{
    static const char *const names[] = {"level", "question", "answer", "text"};
    const char *titles[] = {
        text_get(call->lang, "column.level"), text_get(call->lang, "column.question"),
        text_get(call->lang, "column.answer"), text_get(call->lang, "column.text")};
    struct grid *grid = grid_new(call, names, titles, COUNT_OF(names));
    for (size_t i = 0; i < grade->count; i++) {
        const struct criterion *c = &grade->criteria[i];
        const char *row[] = {arena_printf(call->arena, "%d", c->level), c->id,
                             answer_name(c->answer), text_of(doc_get(c->item, "text"), call->lang)};
        grid_add_texts(grid, row);
    }
    const char *level =
        grade->level ? arena_printf(call->arena, grade->certain ? "%d" : ">= %d", grade->level)
                     : "?";
    write_head(call, level, grade->rule, grade->rule->confidence, out);
    if (grade->partial)
        buf_printf(out, "%s\n", text_get(call->lang, "grade.partial"));
    else if (grade->open)
        buf_printf(
            out, "%s\n",
            say(call, "grade.open", arena_printf(call->arena, "%zu", grade->open), NULL, NULL));
    buf_add_char(out, '\n');
    grid_write(grid, out);
}

static struct rc grade_by_criteria(const struct call *call, const struct asked *asked, bool json,
                                   struct buf *out)
{
    struct criteria_grade grade;
    size_t count = call->given[OPTION_ANSWER].count;
    struct fact *facts = arena_take(call->arena, (count + 1) * sizeof *facts);
    for (size_t i = 0; i < count; i++)
        TRY(fact_of_text(call, call->given[OPTION_ANSWER].values[i], &facts[i]));
    TRY(grade_criteria(call->arena, asked, facts, count, &grade));
    if (json)
        return criteria_json(call, asked, &grade, out);
    criteria_table(call, &grade, out);
    return RC_OK;
}

/* Questions alone are shown when a regime that grades by them is named without an answer. */
static bool grades_by(const struct regime *regime, enum rule_kind kind)
{
    for (size_t i = 0; i < regime->rule_count; i++)
        if (regime->rules[i].kind == kind)
            return true;
    return false;
}

struct rc cmd_law_grade(const struct call *call, int *exit_code)
{
    (void)exit_code;
    struct asked asked;
    struct buf out CLEANUP(buf_freep) = {0};
    bool json = strcmp(call_format(call), "json") == 0;
    bool harm = call_has(call, OPTION_OBJECT) || call_has(call, OPTION_DEGREE);
    TRY(asked_of_call(call, &asked));
    if (harm + call_has(call, OPTION_ANSWER) + call_has(call, OPTION_SECRECY) > 1)
        return wrong(call, "msg.one_way", NULL, NULL, NULL);
    if (call_has(call, OPTION_SECRECY))
        TRY(grade_by_secrecy(call, &asked, json, &out));
    else if (call_has(call, OPTION_ANSWER) || (!harm && grades_by(asked.regime, RULE_CRITERIA)))
        TRY(grade_by_criteria(call, &asked, json, &out));
    else
        TRY(grade_by_matrix(call, &asked, json, &out));
    return output_write(call, &out);
}
