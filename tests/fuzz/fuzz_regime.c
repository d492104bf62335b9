/*
 * fuzz_regime: bytes as a rule pack. It is refused with a sentence, or every rule of it can be
 * said, decided about and linted; what reading accepts, lint does not refuse rule by rule.
 */
#include "regulation/regime/regime.h"

#include <stdlib.h>

#define PACK_MAX ((size_t)64 << 10)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void note(void *context, const char *sentence)
{
    if (!sentence || !*sentence)
        abort();
    ++*(size_t *)context;
}

static void ask(struct arena *arena, const struct rule *rule)
{
    struct decision decision;
    struct question question = {.regime = rule->regime, .topic = rule->topic, .on = rule->from};
    if (!rule_value_text(arena, rule, LANG_ZH))
        abort();
    if (failed(regime_decide(arena, &question, &decision)) || !decision.applies)
        abort(); /* the rule itself is in force on its first day */
    struct clock clock;
    struct date due;
    if (rule->kind == RULE_CLOCK && !failed(rule_clock(rule, &clock)))
        rc_ignore(clock_due(&clock, rule->from, NULL, &due)); /* may leave the years */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > PACK_MAX)
        return 0;
    struct arena *arena = arena_new();
    struct view yaml = {(const char *)data, size};
    const struct regime *regime = NULL;
    struct value top;
    size_t problems = 0;
    if (!failed(doc_read_yaml(arena, "fuzz", yaml, &top)) &&
        regime_lint("fuzz", top, note, &problems) != problems)
        abort();
    if (!failed(regime_read(arena, "fuzz", yaml, &regime))) {
        for (size_t i = 0; i < regime->rule_count && i < 64; i++)
            ask(arena, &regime->rules[i]);
    } else if (!*fault_text()) {
        abort();
    }
    arena_free(arena);
    return 0;
}
