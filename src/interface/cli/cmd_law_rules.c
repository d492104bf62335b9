/* law regimes, law rules: the rule packs and their rules, and which of them apply on a day. */
#include "interface/cli/command.h"
#include "interface/cli/json.h"

#include <stdlib.h>
#include <string.h>

struct rc cmd_law_regimes(const struct call *call, int *exit_code)
{
    (void)exit_code;
    static const char *const names[] = {"regime", "country", "rules", "in_force", "from", "name"};
    const char *titles[] = {
        text_get(call->lang, "column.regime"), text_get(call->lang, "column.country"),
        text_get(call->lang, "column.rules"),  text_get(call->lang, "column.in_force"),
        text_get(call->lang, "column.from"),   text_get(call->lang, "column.name")};
    struct date on;
    size_t count = 0;
    TRY(date_of_call(call, &on));
    const struct regime *all = regimes(&count);
    struct grid *grid = grid_new(call, names, titles, COUNT_OF(names));
    for (size_t i = 0; i < count; i++) {
        int64_t holding = 0;
        struct date first = all[i].rules[0].from;
        for (size_t k = 0; k < all[i].rule_count; k++) {
            holding += rule_in_force(&all[i].rules[k], on);
            if (date_compare(all[i].rules[k].from, first) < 0)
                first = all[i].rules[k].from;
        }
        const struct observed row[] = {{OBSERVED_TEXT, 0, all[i].id},
                                       {OBSERVED_TEXT, 0, all[i].country},
                                       {OBSERVED_INTEGER, (int64_t)all[i].rule_count, NULL},
                                       {OBSERVED_INTEGER, holding, NULL},
                                       {OBSERVED_TEXT, 0, date_text(call, first)},
                                       {OBSERVED_TEXT, 0, text_of(all[i].names, call->lang)}};
        grid_add(grid, row);
    }
    struct buf out CLEANUP(buf_freep) = {0};
    grid_write(grid, &out);
    return output_write(call, &out);
}

/* ---- rules ---------------------------------------------------------------------------------- */

/* What is shown of the rules, and on which day. */
struct listing {
    const struct call *call;
    struct asked asked; /* its regime changes from one to the next */
    const char *topic;  /* or NULL */
    struct grid *grid;  /* table */
    json_t *array;      /* json, jsonl */
    size_t shown;
};

static struct rc decide(const struct listing *listing, const struct rule *rule, int grade,
                        struct candidate *out)
{
    struct decision decision;
    struct question question = {.regime = rule->regime,
                                .topic = rule->topic,
                                .grade = grade,
                                .on = listing->asked.on,
                                .choices = listing->asked.choices,
                                .choice_count = listing->asked.choice_count};
    TRY(regime_decide(listing->call->arena, &question, &decision));
    for (size_t i = 0; i < decision.count; i++)
        if (decision.candidates[i].rule == rule)
            *out = decision.candidates[i];
    return RC_OK;
}

/* A rule for several grades applies when it does for any of them. */
static struct rc standing_of(const struct listing *listing, const struct rule *rule,
                             struct candidate *out)
{
    struct candidate first = {.rule = rule, .standing = STANDING_COUNT};
    for (int grade = 1; grade <= GRADE_MAX; grade++) {
        struct candidate own = {0};
        if (!(rule->grades >> grade & 1u))
            continue;
        TRY(decide(listing, rule, grade, &own));
        if (first.standing == STANDING_COUNT || own.standing == STANDING_APPLIES ||
            own.standing == STANDING_CHOSEN)
            first = own;
        if (first.standing == STANDING_APPLIES || first.standing == STANDING_CHOSEN)
            break;
    }
    *out = first;
    return RC_OK;
}

static json_t *grades_json(uint32_t grades)
{
    json_t *list = json_array();
    for (int grade = 1; grade <= GRADE_MAX; grade++)
        if (grades >> grade & 1u)
            json_array_append_new(list, json_integer(grade));
    return list;
}

/* Every field of a rule, and how it stands. */
static json_t *rule_json(const struct listing *listing, const struct candidate *candidate)
{
    const struct call *call = listing->call;
    const struct rule *rule = candidate->rule;
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "rule",
                  rule->id, "regime", rule->regime->id, "topic", rule->topic, "kind",
                  rule_kind_name(rule->kind), "grades", grades_json(rule->grades), "valid_from",
                  date_text(call, rule->from), "valid_to", date_text(call, rule->to), "authority",
                  authority_name(rule->document->authority), "document", rule->document->title,
                  "article", rule->article, "source", rule_source(call, rule), "confidence",
                  rule->confidence, "note", rule->note, "who", rule->who);
    must(object);
    json_object_set_new(object, "trigger", json_string(rule->trigger));
    json_object_set_new(object, "value", json_of_value(rule->value));
    json_object_set_new(object, "value_text",
                        json_string(rule_value_text(call->arena, rule, call->lang)));
    json_object_set_new(object, "text", json_string(text_of(rule->text, call->lang)));
    json_object_set_new(object, "process", json_string(rule->process));
    json_object_set_new(object, "test", json_string(rule->test));
    json_object_set_new(object, "standing", json_string(standing_name(candidate->standing)));
    json_object_set_new(object, "by", candidate->by ? json_string(candidate->by->id) : json_null());
    return object;
}

static const char *standing_text(const struct call *call, const struct candidate *candidate)
{
    const char *key = arena_printf(call->arena, "standing.%s", standing_name(candidate->standing));
    return say(call, key, candidate->by ? candidate->by->id : "", NULL, NULL);
}

static void add_rule(struct listing *listing, const struct candidate *candidate)
{
    const struct call *call = listing->call;
    const struct rule *rule = candidate->rule;
    listing->shown++;
    if (listing->array) {
        json_array_append_new(listing->array, rule_json(listing, candidate));
        return;
    }
    const char *row[] = {
        rule->id,
        rule->topic,
        grades_text(call, rule->grades),
        arena_printf(call->arena, "%s..%s", date_text(call, rule->from), date_text(call, rule->to)),
        rule->confidence,
        standing_text(call, candidate),
        rule_value_text(call->arena, rule, call->lang)};
    grid_add_texts(listing->grid, row);
}

/* With --on: only rules in force that day. */
static struct rc list_regime(struct listing *listing, const struct regime *regime)
{
    bool only_in_force = call_has(listing->call, OPTION_ON);
    for (size_t i = 0; i < regime->rule_count; i++) {
        const struct rule *rule = &regime->rules[i];
        struct candidate candidate = {0};
        if (listing->topic && strcmp(rule->topic, listing->topic) != 0)
            continue;
        if (only_in_force && !rule_in_force(rule, listing->asked.on))
            continue;
        TRY(standing_of(listing, rule, &candidate));
        add_rule(listing, &candidate);
    }
    return RC_OK;
}

static struct rc list_all(struct listing *listing)
{
    size_t count = 0;
    const struct regime *all = regimes(&count);
    if (listing->asked.regime)
        return list_regime(listing, listing->asked.regime);
    for (size_t i = 0; i < count; i++)
        TRY(list_regime(listing, &all[i]));
    return RC_OK;
}

/* Choices are rules of one regime, so they need it. */
static struct rc read_listing(const struct call *call, struct listing *listing)
{
    if (call_has(call, OPTION_REGIME) || call_has(call, OPTION_CHOOSE))
        return asked_of_call(call, &listing->asked);
    return date_of_call(call, &listing->asked.on);
}

static struct rc write_lines(const json_t *array, struct buf *out)
{
    buf_add_text(out, "");
    for (size_t i = 0; i < json_array_size(array); i++) {
        char *text = json_dumps(json_array_get(array, i), JSON_COMPACT);
        if (!text)
            return fault(FAULT_IO, "the answer could not be written as JSON");
        buf_printf(out, "%s\n", text);
        free(text);
    }
    return RC_OK;
}

static struct rc nothing(const struct call *call, const struct listing *listing)
{
    const char *regime =
        listing->asked.regime ? listing->asked.regime->id : text_get(call->lang, "law.any_regime");
    if (listing->topic)
        return wrong(call, "msg.no_topic", regime, listing->topic,
                     date_text(call, listing->asked.on));
    return wrong(call, "msg.no_rules", regime, date_text(call, listing->asked.on), NULL);
}

struct rc cmd_law_rules(const struct call *call, int *exit_code)
{
    (void)exit_code;
    static const char *const names[] = {"rule",       "topic",    "grades", "valid",
                                        "confidence", "standing", "value"};
    const char *titles[] = {
        text_get(call->lang, "column.rule"),       text_get(call->lang, "column.topic"),
        text_get(call->lang, "column.grades"),     text_get(call->lang, "column.valid"),
        text_get(call->lang, "column.confidence"), text_get(call->lang, "column.standing"),
        text_get(call->lang, "column.value")};
    struct listing listing = {.call = call, .topic = call_text(call, OPTION_TOPIC, NULL)};
    struct buf out CLEANUP(buf_freep) = {0};
    const char *format = call_format(call);
    TRY(read_listing(call, &listing));
    if (strcmp(format, "table") == 0)
        listing.grid = grid_new(call, names, titles, COUNT_OF(names));
    else
        listing.array = json_array();
    struct rc rc = list_all(&listing);
    if (!failed(rc) && listing.shown == 0)
        rc = nothing(call, &listing);
    if (failed(rc)) {
        json_decref(listing.array);
        return rc;
    }
    if (listing.grid)
        grid_write(listing.grid, &out);
    else if (strcmp(format, "json") == 0)
        rc = json_write(json_incref(listing.array), &out);
    else
        rc = write_lines(listing.array, &out);
    json_decref(listing.array);
    TRY(rc);
    return output_write(call, &out);
}
