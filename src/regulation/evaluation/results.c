/*
 * results: lines of JSON become results of items, each checked as it comes.
 *
 * Lines of one item and object are found by sorting; levels that cannot belong to one system by
 * remembering the first level seen of each mark.
 */
#include "regulation/evaluation/evaluation.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *const risks[RISK_COUNT] = {[RISK_NONE] = "none",
                                              [RISK_LOW] = "low",
                                              [RISK_MEDIUM] = "medium",
                                              [RISK_HIGH] = "high",
                                              [RISK_MAJOR] = "major"};

const char *risk_name(enum risk risk)
{
    must((size_t)risk < RISK_COUNT);
    return risks[risk];
}

/* Words for results, with the half points that they are. */
static const struct {
    const char *word;
    int half;
} words[] = {{"1", 2},    {"0.5", 1},      {"0", 0},      {"n/a", -1},
             {"符合", 2}, {"部分符合", 1}, {"不符合", 0}, {"不适用", -1}};

struct reading {
    struct arena *arena;
    const char *path;
    uint32_t line;
};

static struct rc broken(const struct reading *reading, const char *what)
{
    return fault(FAULT_USAGE, "%s:%u: %s", reading->path, reading->line, what);
}

/* An id of another file, or a result's object: a text of the line, kept. */
static const char *text_of_key(const struct reading *reading, json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? arena_text(reading->arena, text) : NULL;
}

static bool read_half(json_t *value, int *half)
{
    double number = json_number_value(value);
    if (json_is_number(value) && (number == 0 || number == 0.5 || number == 1)) {
        *half = (int)(number * 2);
        return true;
    }
    const char *word = json_string_value(value);
    for (size_t i = 0; word && i < COUNT_OF(words); i++)
        if (strcmp(words[i].word, word) == 0) {
            *half = words[i].half;
            return true;
        }
    return false;
}

static bool read_weight(json_t *value, int *weight)
{
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 1 || number > 3)
        return false;
    *weight = (int)number;
    return true;
}

static bool read_risk(json_t *value, enum risk *risk)
{
    const char *word = json_string_value(value);
    for (int i = 0; word && i < RISK_COUNT; i++)
        if (strcmp(risks[i], word) == 0) {
            *risk = (enum risk)i;
            return true;
        }
    return false;
}

/* Everything that a line may say, and nothing else: a misspelt key would be silently lost. */
static struct rc check_keys(const struct reading *reading, json_t *object)
{
    static const char *const known[] = {"item",   "id",   "object",    "result",
                                        "weight", "risk", "rectified", "remark"};
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        size_t i = 0;
        while (i < COUNT_OF(known) && strcmp(known[i], key) != 0)
            i++;
        if (i == COUNT_OF(known))
            return broken(reading, arena_printf(reading->arena, "unknown field \"%s\"", key));
    }
    return RC_OK;
}

static struct rc read_fields(const struct reading *reading, json_t *object,
                             struct result_line *line)
{
    json_t *weight = json_object_get(object, "weight"), *risk = json_object_get(object, "risk");
    json_t *tested = json_object_get(object, "object"),
           *rectified = json_object_get(object, "rectified");
    TRY(check_keys(reading, object));
    if (!read_half(json_object_get(object, "result"), &line->half))
        return broken(reading, "\"result\" must be 1, 0.5, 0 or \"n/a\"");
    if (weight && !json_is_null(weight) && !read_weight(weight, &line->weight))
        return broken(reading, "\"weight\" must be 1, 2 or 3");
    if (risk && !json_is_null(risk) && !read_risk(risk, &line->risk))
        return broken(reading, "\"risk\" must be none, low, medium, high or major");
    if (tested && !json_is_null(tested) && !json_is_string(tested))
        return broken(reading, "\"object\" must be a text");
    if (rectified && !json_is_boolean(rectified))
        return broken(reading, "\"rectified\" must be true or false");
    line->rectified = json_is_true(rectified);
    line->object = text_of_key(reading, object, "object");
    if (!line->object)
        line->object = "";
    return RC_OK;
}

static struct rc read_object(const struct reading *reading, json_t *object,
                             const struct selection *selection, struct result_line *line)
{
    const char *item = text_of_key(reading, object, "item");
    if (!item)
        item = text_of_key(reading, object, "id");
    if (!item)
        return broken(reading, "\"item\" must name an item");
    line->line = reading->line;
    line->clause = catalogue_clause(catalogue_load(), item);
    if (!line->clause)
        return broken(reading, arena_printf(reading->arena, "there is no item \"%s\"", item));
    if (selection && !selection_find(selection, item))
        return broken(reading, arena_printf(reading->arena, "the item \"%s\" does not bind", item));
    return read_fields(reading, object, line);
}

static struct rc load_line(const struct reading *reading, struct view text, json_t **out)
{
    json_error_t error;
    *out = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(*out)) {
        json_decref(*out);
        return broken(reading, "not one JSON object");
    }
    return RC_OK;
}

/* ---- together ----------------------------------------------------------------------------------
 */

static int compare(const void *a, const void *b)
{
    const struct result_line *const *left = a, *const *right = b;
    if ((*left)->clause != (*right)->clause)
        return (*left)->clause < (*right)->clause ? -1 : 1;
    return strcmp((*left)->object, (*right)->object);
}

static struct rc check_twice(struct reading *reading, const struct results *results)
{
    const struct result_line **sorted =
        arena_take(reading->arena, (results->count + 1) * sizeof(struct result_line *));
    for (size_t i = 0; i < results->count; i++)
        sorted[i] = &results->lines[i];
    qsort(sorted, results->count, sizeof(struct result_line *), compare);
    for (size_t i = 1; i < results->count; i++) {
        if (compare(&sorted[i - 1], &sorted[i]) != 0)
            continue;
        uint32_t a = sorted[i - 1]->line, b = sorted[i]->line;
        reading->line = a > b ? a : b;
        return broken(reading,
                      arena_printf(reading->arena, "the item \"%s\" has a second result for \"%s\"",
                                   sorted[i]->clause->id, sorted[i]->object));
    }
    return RC_OK;
}

/* One system has one level for each mark, and G is the highest. */
static struct rc check_levels(struct reading *reading, struct results *results)
{
    int levels[3] = {0}; /* S, A, G */
    for (size_t i = 0; i < results->count; i++) {
        const struct clause *clause = results->lines[i].clause;
        char mark = clause_mark(clause);
        int *level = &levels[mark == 'S' ? 0 : mark == 'A' ? 1 : 2];
        reading->line = results->lines[i].line;
        if (!results->standard)
            results->standard = clause->standard;
        if (clause->standard != results->standard)
            return broken(reading, arena_printf(reading->arena, "\"%s\" is not of %s", clause->id,
                                                results->standard->id));
        if (*level && *level != clause->level)
            return broken(reading,
                          arena_printf(reading->arena,
                                       "\"%s\" does not bind a system with %c items of level %d",
                                       clause->id, mark, *level));
        *level = clause->level;
    }
    if (levels[2] && (levels[0] > levels[2] || levels[1] > levels[2]))
        return fault(FAULT_USAGE, "%s: S%dA%dG%d is no grade: G is the higher of S and A",
                     reading->path, levels[0], levels[1], levels[2]);
    return RC_OK;
}

static size_t count_lines(struct view text)
{
    struct view line;
    size_t count = 0;
    while (view_line(&text, &line))
        count += view_trim(line).len > 0;
    return count;
}

struct rc results_read(struct arena *arena, const char *path, struct view jsonl,
                       const struct selection *selection, struct results *out)
{
    struct reading reading = {.arena = arena, .path = path};
    size_t room = count_lines(jsonl);
    if (room > RESULTS_MAX)
        return fault(FAULT_USAGE, "%s: more than %d results", path, RESULTS_MAX);
    if (room == 0)
        return fault(FAULT_USAGE, "%s: holds no result", path);
    struct result_line *lines = arena_take(arena, room * sizeof *lines);
    struct results results = {.lines = lines};
    struct view line;
    while (view_line(&jsonl, &line)) {
        json_t *object = NULL;
        reading.line++;
        if (view_trim(line).len == 0)
            continue;
        TRY(load_line(&reading, line, &object));
        struct rc rc = read_object(&reading, object, selection, &lines[results.count]);
        json_decref(object);
        TRY(rc);
        results.count++;
    }
    TRY(check_twice(&reading, &results));
    TRY(check_levels(&reading, &results));
    *out = results;
    return RC_OK;
}

/* ---- weights -----------------------------------------------------------------------------------
 */

static bool is_requirement(const char *name)
{
    size_t count = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    if (catalogue_clause(catalogue_load(), name))
        return true;
    for (size_t i = 0; i < count; i++)
        if (*name && strcmp(clauses[i].key, name) == 0)
            return true;
    return false;
}

static struct rc read_one_weight(const struct reading *reading, json_t *object,
                                 struct weight *weight)
{
    weight->name = text_of_key(reading, object, "item");
    if (!weight->name || !is_requirement(weight->name))
        return broken(reading, arena_printf(reading->arena, "there is no item or key \"%s\"",
                                            weight->name ? weight->name : ""));
    if (!read_weight(json_object_get(object, "weight"), &weight->weight))
        return broken(reading, "\"weight\" must be 1, 2 or 3");
    return RC_OK;
}

struct rc weights_read(struct arena *arena, const char *path, struct view jsonl,
                       const struct weight **out, size_t *count)
{
    struct reading reading = {.arena = arena, .path = path};
    size_t room = count_lines(jsonl), found = 0;
    if (room > RESULTS_MAX)
        return fault(FAULT_USAGE, "%s: more than %d weights", path, RESULTS_MAX);
    struct weight *weights = arena_take(arena, (room + 1) * sizeof *weights);
    struct view line;
    while (view_line(&jsonl, &line)) {
        json_t *object = NULL;
        reading.line++;
        if (view_trim(line).len == 0)
            continue;
        TRY(load_line(&reading, line, &object));
        struct rc rc = read_one_weight(&reading, object, &weights[found]);
        json_decref(object);
        TRY(rc);
        found++;
    }
    *out = weights;
    *count = found;
    return RC_OK;
}
