/* evaluation: results scored against what binds the system, and recorded with the score. */
#include "casework/lifecycle/lifecycle.h"

#include "foundation/sys/sys.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* What results may be about: the items that bind, inherited ones too. */
static void selection_of(const struct binding *binding, struct arena *arena, struct selection *out)
{
    struct selected *items = arena_take(arena, (binding->count + 1) * sizeof *items);
    for (size_t i = 0; i < binding->count; i++)
        items[i] = (struct selected){binding->items[i].clause, binding->items[i].mark,
                                     binding->items[i].platform != NULL};
    *out = (struct selection){items, binding->count};
}

struct recording {
    const struct binding *binding;
    const struct evaluation *evaluation;
    const char *body, *sm3, *template_year;
    struct arena *arena;
    const char *key;
};

static void put(struct change *changes, size_t *count, const char *field, const char *value)
{
    if (value && value[0])
        changes[(*count)++] = (struct change){field, view_of(value)};
}

static const char *score_text(struct arena *arena, const struct evaluation *e)
{
    return e->year == 2021 ? arena_printf(arena, "%.1f", e->score)
                           : arena_printf(arena, "%.2f%%", e->rate);
}

static struct rc body(struct reg *reg, void *context)
{
    struct recording *recording = context;
    const struct evaluation *e = recording->evaluation;
    struct arena *arena = recording->arena;
    struct change changes[16];
    struct datum last;
    size_t count = 0;
    bool any;
    TRY(store_one(reg_store(reg), "SELECT coalesce(max(id), 0) FROM evaluation", NULL, 0, arena,
                  &last, 1, &any));
    recording->key = arena_printf(arena, "evl-%06lld", (long long)last.integer + 1);
    const struct entry *system = recording->binding->system;
    put(changes, &count, "system", system->key);
    put(changes, &count, "agency", entry_value(system, "agency"));
    put(changes, &count, "template", recording->template_year);
    put(changes, &count, "marks", marks_text(arena, recording->binding->marks));
    put(changes, &count, "score", score_text(arena, e));
    put(changes, &count, "conclusion", e->conclusion);
    put(changes, &count, "items", arena_printf(arena, "%zu", e->items));
    put(changes, &count, "failing", arena_printf(arena, "%zu", e->failing));
    put(changes, &count, "missing", arena_printf(arena, "%zu", e->missing));
    put(changes, &count, "high_risks",
        arena_printf(arena, "%zu", e->risks[RISK_HIGH] + e->risks[RISK_MAJOR]));
    put(changes, &count, "results_sm3", recording->sm3);
    put(changes, &count, "evaluated", arena_printf(arena, "%lld", (long long)sys_now()));
    return entry_record(reg, kind_find("evaluation"), recording->key, changes, count,
                        recording->body);
}

/* The results as they were given, line by line, so that the score can be computed again. */
static const char *body_of(struct arena *arena, struct view jsonl)
{
    json_t *top = json_object(), *lines = json_array();
    struct view rest = jsonl, line;
    while (view_line(&rest, &line))
        if (view_trim(line).len)
            json_array_append_new(lines, json_stringn(line.ptr, line.len));
    json_object_set_new(top, "form", json_string("merlon-evaluation-1"));
    json_object_set_new(top, "results", lines);
    char *text = json_dumps(top, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(top);
    if (!text)
        panic("results could not be written as JSON: memory ran out");
    const char *kept = arena_text(arena, text);
    free(text);
    return kept;
}

struct rc evaluation_make(struct reg *reg, const char *system, const char *standard,
                          const char *template_year, const char *path, struct view jsonl,
                          const struct weight *weights, size_t weight_count, struct arena *arena,
                          struct evaluation *out, const char **key)
{
    struct binding binding;
    struct selection selection;
    struct results results;
    struct evaluation evaluation;
    char sm3[SM3_HEX];
    TRY(binding_make(reg, system, standard, arena, &binding));
    selection_of(&binding, arena, &selection);
    TRY(results_read(arena, path, jsonl, &selection, &results));
    TRY(evaluate(arena, template_year, &results, &selection, weights, weight_count, &evaluation));
    TRY(sm3_hex(jsonl, sm3));
    struct recording recording = {&binding, &evaluation, body_of(arena, jsonl), sm3, template_year,
                                  arena,    NULL};
    TRY(reg_transact(reg, body, &recording));
    *out = evaluation;
    *key = recording.key;
    return RC_OK;
}
