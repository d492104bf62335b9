/*
 * score: results of one system -> a score or a rate -> a conclusion.
 *
 * Lines are grouped by item; an item's x is the mean of its objects that are applicable. The
 * numbers of the formula (y, weights, boundaries) come from the template's rule.
 */
#include "regulation/evaluation/evaluation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One item: its lines added up. */
struct tally {
    const struct clause *clause;
    int halves, objects; /* of the applicable lines */
    int weight;
};

struct scoring {
    const struct weight *weights;
    size_t weight_count;
    struct tally *items;
    size_t count;
};

bool clause_is_technical(const struct clause *clause)
{
    static const char *const technical[] = {
        "Physical environment security", "Communication network security", "Area boundary security",
        "Computing environment security", "Security management centre"};
    const char *layer = doc_get_text(clause->chapter, "layer_en");
    for (size_t i = 0; layer && i < COUNT_OF(technical); i++)
        if (strcmp(technical[i], layer) == 0)
            return true;
    return false;
}

static int compare(const void *a, const void *b)
{
    const struct result_line *const *left = a, *const *right = b;
    if ((*left)->clause != (*right)->clause)
        return (*left)->clause < (*right)->clause ? -1 : 1;
    return (*left)->line < (*right)->line ? -1 : (*left)->line > (*right)->line;
}

/* An imported weight of the item, or of its requirement; general where there is none. */
static int imported_weight(const struct scoring *scoring, const struct clause *clause)
{
    int weight = 0;
    for (size_t i = 0; i < scoring->weight_count; i++) {
        const struct weight *own = &scoring->weights[i];
        if (strcmp(own->name, clause->id) == 0)
            return own->weight;
        if (*clause->key && strcmp(own->name, clause->key) == 0)
            weight = own->weight;
    }
    return weight;
}

static void start_item(struct scoring *scoring, const struct clause *clause, struct evaluation *out)
{
    struct tally *item = &scoring->items[scoring->count++];
    int imported = imported_weight(scoring, clause);
    out->weighted |= imported > 0;
    *item = (struct tally){.clause = clause, .weight = imported};
}

/* The weight belongs to the item: its lines may not disagree. */
static struct rc add_line(struct tally *item, const struct result_line *line, int given,
                          struct evaluation *out)
{
    if (line->weight && given && line->weight != given)
        return fault(FAULT_USAGE, "line %u: the item \"%s\" has another weight before", line->line,
                     line->clause->id);
    if (line->weight) {
        item->weight = line->weight;
        out->weighted = true;
    }
    out->risks[line->risk]++;
    out->rectified[line->risk] += line->rectified;
    if (line->half < 0)
        return RC_OK;
    item->halves += line->half;
    item->objects++;
    return RC_OK;
}

static struct rc group(struct arena *arena, const struct results *results, struct scoring *scoring,
                       struct evaluation *out)
{
    const struct result_line **sorted =
        arena_take(arena, (results->count + 1) * sizeof(struct result_line *));
    for (size_t i = 0; i < results->count; i++)
        sorted[i] = &results->lines[i];
    qsort(sorted, results->count, sizeof(struct result_line *), compare);
    int given = 0;
    for (size_t i = 0; i < results->count; i++) {
        const struct result_line *line = sorted[i];
        if (i == 0 || sorted[i - 1]->clause != line->clause) {
            start_item(scoring, line->clause, out);
            given = 0;
        }
        TRY(add_line(&scoring->items[scoring->count - 1], line, given, out));
        given = line->weight ? line->weight : given;
    }
    return RC_OK;
}

static bool has_item(const struct scoring *scoring, size_t count, const struct clause *clause)
{
    for (size_t i = 0; i < count; i++)
        if (scoring->items[i].clause == clause)
            return true;
    return false;
}

/* What binds and was not tested is not met. */
static void add_missing(const struct selection *selection, struct scoring *scoring,
                        struct evaluation *out)
{
    size_t tested = scoring->count;
    for (size_t i = 0; selection && i < selection->count; i++) {
        if (has_item(scoring, tested, selection->items[i].clause))
            continue;
        start_item(scoring, selection->items[i].clause, out);
        scoring->items[scoring->count - 1].objects = 1;
        out->missing++;
    }
}

static void count_items(const struct scoring *scoring, struct evaluation *out)
{
    for (size_t i = 0; i < scoring->count; i++) {
        const struct tally *item = &scoring->items[i];
        if (item->objects == 0) {
            out->not_applicable++;
            continue;
        }
        out->items++;
        out->conforming += item->halves == 2 * item->objects;
        out->failing += item->halves == 0;
        out->partly += item->halves > 0 && item->halves < 2 * item->objects;
    }
}

static double millionth(double value)
{
    return round(value * 1e6) / 1e6;
}

static double factor(const struct rule *rule, int weight)
{
    static const char *const names[] = {"general", "general", "important", "key"};
    int64_t value = 1;
    must(weight >= 0 && weight <= 3);
    /* Without a number of its own a weight stands for itself. */
    if (!doc_integer(doc_path(rule->value, "weights", names[weight]), &value))
        value = weight ? weight : 1;
    return (double)value;
}

static void deduct(const struct rule *rule, const struct scoring *scoring, struct evaluation *out)
{
    int64_t attention = 50;
    double deducted[2] = {0}; /* management, technical; in units of S */
    if (!doc_integer(doc_get(rule->value, "attention"), &attention))
        attention = 50;
    for (size_t i = 0; i < scoring->count; i++) {
        const struct tally *item = &scoring->items[i];
        if (item->objects == 0)
            continue;
        double lost = 1.0 - (double)item->halves / (2.0 * item->objects);
        deducted[clause_is_technical(item->clause)] += factor(rule, item->weight) * lost;
    }
    double each = 100.0 / (double)out->items;
    out->technical = millionth(fmax(0, (double)attention - deducted[1] * each));
    out->management = millionth(fmax(0, 100.0 - (double)attention - deducted[0] * each));
    out->score = millionth(out->technical + out->management);
}

/* ---- conclusions -------------------------------------------------------------------------------
 */

static enum risk worst(const struct evaluation *e)
{
    for (int i = RISK_COUNT - 1; i > RISK_NONE; i--)
        if (e->risks[i])
            return (enum risk)i;
    return RISK_NONE;
}

/* Compares the score with a bound, or the share of conforming items in whole numbers. */
static int against(const struct evaluation *e, bool rate, int64_t bound)
{
    if (rate) {
        int64_t left = (int64_t)e->conforming * 100, right = bound * (int64_t)e->items;
        return left < right ? -1 : left > right;
    }
    return e->score < (double)bound ? -1 : e->score > (double)bound;
}

static bool risk_allowed(struct value conclusion, const struct evaluation *e)
{
    const char *name = doc_get_text(conclusion, "no_risk_from");
    if (!name)
        return true;
    for (int i = RISK_NONE + 1; i < RISK_COUNT; i++)
        if (strcmp(risk_name((enum risk)i), name) == 0)
            return worst(e) < (enum risk)i;
    return false;
}

static bool holds(struct value conclusion, const struct evaluation *e, bool rate)
{
    int64_t bound = 0;
    if (doc_integer(doc_get(conclusion, "at_least"), &bound) && against(e, rate, bound) < 0)
        return false;
    if (doc_integer(doc_get(conclusion, "above"), &bound) && against(e, rate, bound) <= 0)
        return false;
    if (doc_integer(doc_get(conclusion, "below"), &bound) && against(e, rate, bound) >= 0)
        return false;
    return risk_allowed(conclusion, e);
}

static const char *why_undetermined(const struct evaluation *e)
{
    if (against(e, true, 90) == 0)
        return "the source states above and below 90 %, not exactly 90 %";
    if (against(e, true, 60) == 0)
        return "the source states above and below 60 %, not exactly 60 %";
    return "the source does not state a rate above 90 % with a major risk";
}

static void conclude(const struct rule *rule, bool rate, struct evaluation *out)
{
    struct value list = doc_get(rule->value, "conclusions");
    out->conclusion = "undetermined";
    out->reason = why_undetermined(out);
    for (uint32_t i = 0; i < doc_count(list); i++)
        if (holds(doc_at(list, i), out, rate)) {
            out->conclusion = doc_get_text(doc_at(list, i), "name");
            out->reason = "";
            return;
        }
}

static struct rc find_template(const char *year, const struct rule **out)
{
    const struct regime *regime = regime_find("cn-mlps");
    const struct rule *rule = NULL;
    if (year && strspn(year, "0123456789") == strlen(year) && strlen(year) == 4) {
        char id[16] = "template-";
        memcpy(id + strlen(id), year, 5);
        rule = regime_rule(regime, id);
    }
    if (!rule || rule->kind != RULE_TEMPLATE)
        return fault(FAULT_USAGE, "there is no template \"%s\"; there are 2021 and 2025",
                     year ? year : "");
    *out = rule;
    return RC_OK;
}

struct rc evaluate(struct arena *arena, const char *template_year, const struct results *results,
                   const struct selection *selection, const struct weight *weights,
                   size_t weight_count, struct evaluation *out)
{
    struct evaluation e = {0};
    struct scoring scoring = {.weights = weights, .weight_count = weight_count};
    size_t room = results->count + (selection ? selection->count : 0);
    TRY(find_template(template_year, &e.rule));
    scoring.items = arena_take(arena, (room + 1) * sizeof *scoring.items);
    TRY(group(arena, results, &scoring, &e));
    add_missing(selection, &scoring, &e);
    count_items(&scoring, &e);
    if (e.items == 0)
        return fault(FAULT_USAGE, "no item is applicable: there is nothing to score");
    e.year = atoi(template_year);
    bool rate = strcmp(doc_get_text(e.rule->value, "formula"), "rate") == 0;
    e.rate = millionth(100.0 * (double)e.conforming / (double)e.items);
    if (!rate)
        deduct(e.rule, &scoring, &e);
    conclude(e.rule, rate, &e);
    *out = e;
    return RC_OK;
}
