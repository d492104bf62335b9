/*
 * law diff: what two regimes, or one regime on two days, say differently.
 *
 * Rules are put beside each other by topic and grade. With @DATE only the rule that applies on that
 * day speaks; without it all rules of the regime do, joined where they compete.
 */
#include "interface/cli/command.h"

#include <string.h>

#define TOPICS_MAX 2000

struct side {
    const struct regime *regime;
    bool dated;
    struct date on;
};

static struct rc read_side(const struct call *call, const char *word, struct side *out)
{
    const char *at = strchr(word, '@');
    struct view name = {word, at ? (size_t)(at - word) : strlen(word)};
    const char *id = view_text(call->arena, name);
    out->regime = regime_find(id);
    out->dated = at != NULL;
    if (!out->regime)
        return wrong(call, "msg.unknown_regime", id, "merlon law regimes", NULL);
    if (at && failed(date_from(at + 1, &out->on)))
        return wrong(call, "msg.bad_date", word, at + 1, NULL);
    return RC_OK;
}

/* What a side says about a topic for one grade; "" for nothing. */
static struct rc say_side(const struct call *call, const struct side *side, const char *topic,
                          int grade, const char **out)
{
    const char *text = "";
    struct decision decision;
    struct question question = {
        .regime = side->regime, .topic = topic, .grade = grade, .on = side->on};
    TRY(regime_decide(call->arena, &question, &decision));
    for (size_t i = 0; i < decision.count; i++) {
        const struct rule *rule = decision.candidates[i].rule;
        if (side->dated && rule != decision.applies)
            continue;
        text = arena_printf(call->arena, "%s%s%s", text, *text ? " | " : "",
                            rule_value_text(call->arena, rule, call->lang));
    }
    *out = text;
    return RC_OK;
}

static size_t add_topics(const struct regime *regime, const char **topics, size_t count)
{
    for (size_t i = 0; i < regime->rule_count && count < TOPICS_MAX; i++) {
        size_t k = 0;
        while (k < count && strcmp(topics[k], regime->rules[i].topic) != 0)
            k++;
        if (k == count)
            topics[count++] = regime->rules[i].topic;
    }
    return count;
}

/* Neighbouring grades that say the same on both sides are one row: "3-5". */
static struct rc add_topic(const struct call *call, const struct side sides[2], const char *topic,
                           struct grid *grid)
{
    const char *before[GRADE_MAX + 2] = {0}, *after[GRADE_MAX + 2] = {0};
    for (int grade = 1; grade <= GRADE_MAX; grade++) {
        TRY(say_side(call, &sides[0], topic, grade, &before[grade]));
        TRY(say_side(call, &sides[1], topic, grade, &after[grade]));
    }
    for (int from = 1, to = 1; from <= GRADE_MAX; from = to) {
        for (to = from; to <= GRADE_MAX && strcmp(before[to], before[from]) == 0 &&
                        strcmp(after[to], after[from]) == 0;)
            to++;
        if (strcmp(before[from], after[from]) == 0)
            continue;
        const char *grades = to - from == GRADE_MAX ? ""
                             : to - from == 1       ? arena_printf(call->arena, "%d", from)
                                              : arena_printf(call->arena, "%d-%d", from, to - 1);
        const char *turn = !*before[from]  ? "turn.new"
                           : !*after[from] ? "turn.gone"
                                           : "turn.different";
        const char *row[] = {topic, grades, text_get(call->lang, turn), before[from], after[from]};
        grid_add_texts(grid, row);
    }
    return RC_OK;
}

struct rc cmd_law_diff(const struct call *call, int *exit_code)
{
    (void)exit_code;
    static const char *const names[] = {"topic", "grades", "change", "before", "after"};
    const char *titles[] = {
        text_get(call->lang, "column.topic"), text_get(call->lang, "column.grades"),
        text_get(call->lang, "column.change"), text_get(call->lang, "column.before"),
        text_get(call->lang, "column.after")};
    struct side sides[2] = {0};
    struct buf out CLEANUP(buf_freep) = {0};
    const char **topics = arena_take(call->arena, TOPICS_MAX * sizeof *topics);
    TRY(read_side(call, call->operands[0], &sides[0]));
    TRY(read_side(call, call->operands[1], &sides[1]));
    size_t count = add_topics(sides[0].regime, topics, 0);
    count = add_topics(sides[1].regime, topics, count);
    struct grid *grid = grid_new(call, names, titles, COUNT_OF(names));
    for (size_t i = 0; i < count; i++)
        TRY(add_topic(call, sides, topics[i], grid));
    grid_write(grid, &out);
    return output_write(call, &out);
}
