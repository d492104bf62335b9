/* law score: the results of an evaluation, scored by a template. */
#include "interface/cli/command.h"
#include "interface/cli/json.h"
#include "regulation/evaluation/evaluation.h"

#include <string.h>

static json_t *risks_json(const size_t counts[RISK_COUNT])
{
    json_t *object = json_object();
    for (int i = RISK_LOW; i < RISK_COUNT; i++)
        json_object_set_new(object, risk_name((enum risk)i), json_integer((json_int_t)counts[i]));
    return object;
}

static struct rc score_json(const struct call *call, const struct evaluation *e, struct buf *out)
{
    const struct {
        const char *name;
        size_t count;
    } counts[] = {{"items", e->items},           {"not_applicable", e->not_applicable},
                  {"conforming", e->conforming}, {"partly", e->partly},
                  {"failing", e->failing},       {"missing", e->missing}};
    json_t *object = json_object();
    json_object_set_new(object, "template", json_integer(e->year));
    if (e->year == 2021) {
        json_object_set_new(object, "score", json_real(e->score));
        json_object_set_new(object, "technical", json_real(e->technical));
        json_object_set_new(object, "management", json_real(e->management));
        json_object_set_new(object, "weighted", json_boolean(e->weighted));
    } else {
        json_object_set_new(object, "compliance_rate", json_real(e->rate));
    }
    json_object_set_new(object, "conclusion", json_string(e->conclusion));
    json_object_set_new(object, "reason", json_string(e->reason));
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        json_object_set_new(object, counts[i].name, json_integer((json_int_t)counts[i].count));
    json_object_set_new(object, "risks", risks_json(e->risks));
    json_object_set_new(object, "rectified", risks_json(e->rectified));
    json_object_set_new(object, "rule", json_string(e->rule->id));
    json_object_set_new(object, "source", json_string(rule_source(call, e->rule)));
    json_object_set_new(object, "confidence", json_string(e->rule->confidence));
    return json_write(object, out);
}

static const char *number(const struct call *call, size_t n)
{
    return arena_printf(call->arena, "%zu", n);
}

/* "10 (5 rectified)" for each risk that occurs. */
static const char *risks_text(const struct call *call, const struct evaluation *e)
{
    const char *text = "";
    for (int i = RISK_COUNT - 1; i > RISK_NONE; i--) {
        if (!e->risks[i])
            continue;
        const char *key = arena_printf(call->arena, "risk.%s", risk_name((enum risk)i));
        text = arena_printf(call->arena, "%s%s%s", text, *text ? ", " : "",
                            say(call, "score.risk", text_get(call->lang, key),
                                number(call, e->risks[i]), number(call, e->rectified[i])));
    }
    return *text ? text : text_get(call->lang, "risk.none");
}

static void score_table(const struct call *call, const struct evaluation *e, struct buf *out)
{
    if (e->year == 2021)
        buf_printf(out, "%s\n",
                   say(call, "score.points", arena_printf(call->arena, "%.1f", e->score),
                       arena_printf(call->arena, "%.1f", e->technical),
                       arena_printf(call->arena, "%.1f", e->management)));
    else
        buf_printf(out, "%s\n",
                   say(call, "score.rate", arena_printf(call->arena, "%.2f", e->rate),
                       number(call, e->conforming), number(call, e->items)));
    const char *name = *e->reason ? text_get(call->lang, "score.undetermined") : e->conclusion;
    buf_printf(out, "%s\n", say(call, "score.conclusion", name, NULL, NULL));
    if (*e->reason)
        buf_printf(out, "%s\n", e->reason);
    buf_printf(out, "%s\n",
               say(call, "score.items", number(call, e->items), number(call, e->not_applicable),
                   number(call, e->missing)));
    buf_printf(out, "%s\n", say(call, "score.risks", risks_text(call, e), NULL, NULL));
    if (e->year == 2021 && !e->weighted)
        buf_printf(out, "%s\n", text_get(call->lang, "score.unweighted"));
    buf_printf(out, "%s\n",
               say(call, "grade.by", e->rule->id, rule_source(call, e->rule), e->rule->confidence));
}

/* Which items bind is known only when the marks are given. */
static struct rc read_selection(const struct call *call, struct selection *selection, bool *known)
{
    *known = call_has(call, OPTION_S) || call_has(call, OPTION_A) || call_has(call, OPTION_G) ||
             call_has(call, OPTION_SCOPES);
    return *known ? selected_of_call(call, selection) : RC_OK;
}

static struct rc read_weights(const struct call *call, const struct weight **out, size_t *count)
{
    struct buf bytes CLEANUP(buf_freep) = {0};
    const char *path = call_text(call, OPTION_WEIGHTS, NULL);
    if (!path)
        return RC_OK;
    TRY(read_input(path, RESULTS_BYTES_MAX, &bytes));
    return weights_read(call->arena, path, buf_view(&bytes), out, count);
}

struct rc score_write(const struct call *call, const struct evaluation *evaluation, struct buf *out)
{
    if (strcmp(call_format(call), "json") == 0)
        return score_json(call, evaluation, out);
    score_table(call, evaluation, out);
    return RC_OK;
}

struct rc cmd_law_score(const struct call *call, int *exit_code)
{
    (void)exit_code;
    struct buf bytes CLEANUP(buf_freep) = {0}, out CLEANUP(buf_freep) = {0};
    const char *year = call_text(call, OPTION_TEMPLATE, NULL);
    const char *path = call_text(call, OPTION_RESULTS, NULL);
    const struct weight *weights = NULL;
    size_t weight_count = 0;
    struct selection selection;
    struct results results;
    struct evaluation evaluation;
    bool known = false;
    if (!year || !path)
        return wrong(call, "msg.needs_option", call->command->path,
                     year ? "--results" : "--template", NULL);
    TRY(read_selection(call, &selection, &known));
    TRY(read_weights(call, &weights, &weight_count));
    TRY(read_input(path, RESULTS_BYTES_MAX, &bytes));
    TRY(results_read(call->arena, path, buf_view(&bytes), known ? &selection : NULL, &results));
    TRY(evaluate(call->arena, year, &results, known ? &selection : NULL, weights, weight_count,
                 &evaluation));
    TRY(score_write(call, &evaluation, &out));
    return output_write(call, &out);
}
