/*
 * past: reports that were written as JSON, read again and compared check by check.
 *
 * A report is a file from anywhere: its size, depth, types and verdicts are verified, and whatever
 * does not fit ends in one sentence that names the field.
 */
#include "interface/report/report.h"
#include "foundation/sys/sys.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct arena *arena;
    const char *origin;
};

/* ---- reading ------------------------------------------------------------------------------- */

static struct rc no_report(const struct reading *reading, const char *field)
{
    return fault(FAULT_TARGET,
                 "%s is no report of \"merlon check --format json\": %s is missing or of a wrong "
                 "kind",
                 reading->origin, field);
}

/* Brackets outside of texts, before a parser that recurses sees them. */
static bool is_deep(struct view json)
{
    size_t depth = 0;
    bool text = false;
    for (size_t i = 0; i < json.len; i++) {
        char c = json.ptr[i];
        if (text && c == '\\')
            i++;
        else if (c == '"')
            text = !text;
        else if (!text && (c == '{' || c == '['))
            depth++;
        else if (!text && (c == '}' || c == ']') && depth)
            depth--;
        if (depth > PAST_DEPTH_MAX)
            return true;
    }
    return false;
}

/* A text field of an object; `otherwise` where it is null or absent (NULL: it must be there). */
static struct rc read_text(const struct reading *reading, const json_t *object, const char *key,
                           const char *otherwise, const char **out)
{
    const json_t *field = json_object_get(object, key);
    if (otherwise && (!field || json_is_null(field))) {
        *out = otherwise;
        return RC_OK;
    }
    if (!json_is_string(field))
        return no_report(reading, key);
    *out = arena_text(reading->arena, json_string_value(field));
    return RC_OK;
}

/* One entry of results[]; an item without a check leaves out->id NULL. */
static struct rc read_check(const struct reading *reading, size_t index, const json_t *entry,
                            struct past_check *out)
{
    const char *verdict = NULL;
    struct past_check check = {0};
    const char *where = arena_printf(reading->arena, "results[%zu]", index);
    if (!json_is_object(entry))
        return no_report(reading, where);
    if (json_is_null(json_object_get(entry, "check")))
        return RC_OK;
    TRY(read_text(reading, entry, "check", NULL, &check.id));
    TRY(read_text(reading, entry, "verdict", NULL, &verdict));
    TRY(read_text(reading, entry, "product", "", &check.product));
    TRY(read_text(reading, entry, "instance", "", &check.instance));
    TRY(read_text(reading, entry, "title", "", &check.title));
    TRY(read_text(reading, entry, "reason", "", &check.reason));
    if (!verdict_from(verdict, &check.verdict))
        return no_report(reading, arena_printf(reading->arena, "%s.verdict", where));
    *out = check;
    return RC_OK;
}

static int compare_ids(const void *left, const void *right)
{
    const struct past_check *a = left, *b = right;
    int order = strcmp(a->id, b->id);
    if (order == 0)
        order = strcmp(a->product, b->product);
    return order ? order : strcmp(a->instance, b->instance);
}

/* All checks, sorted; one that stands there twice has no one verdict. */
static struct rc read_checks(const struct reading *reading, const json_t *results, struct past *out)
{
    size_t entries = json_array_size(results), count = 0;
    if (!json_is_array(results))
        return no_report(reading, "results");
    if (entries > PAST_CHECKS_MAX)
        return fault(FAULT_TARGET, "%s has more than %d results; give one report at a time",
                     reading->origin, PAST_CHECKS_MAX);
    struct past_check *checks = arena_take(reading->arena, (entries + 1) * sizeof *checks);
    for (size_t i = 0; i < entries; i++) {
        TRY(read_check(reading, i, json_array_get(results, i), &checks[count]));
        count += checks[count].id != NULL;
    }
    qsort(checks, count, sizeof *checks, compare_ids);
    for (size_t i = 1; i < count; i++) {
        if (compare_ids(&checks[i - 1], &checks[i]) == 0)
            return fault(FAULT_TARGET, "%s names the check \"%s\" twice; write the report again",
                         reading->origin, checks[i].id);
    }
    out->checks = checks;
    out->count = count;
    return RC_OK;
}

static struct rc read_top(const struct reading *reading, const json_t *top, struct past *out)
{
    const json_t *target = json_object_get(top, "target"), *level = json_object_get(top, "level");
    struct past past = {0};
    if (!json_is_object(target))
        return no_report(reading, "target");
    TRY(read_text(reading, target, "kind", NULL, &past.kind));
    TRY(read_text(reading, target, "name", NULL, &past.name));
    TRY(read_text(reading, target, "collected_at", NULL, &past.collected_at));
    TRY(read_text(reading, top, "standard", NULL, &past.standard));
    TRY(read_text(reading, top, "scope", "", &past.scope));
    if (!json_is_integer(level) || json_integer_value(level) < 0 || json_integer_value(level) > 99)
        return no_report(reading, "level");
    past.level = (int)json_integer_value(level);
    TRY(read_checks(reading, json_object_get(top, "results"), &past));
    *out = past;
    return RC_OK;
}

struct rc past_read(struct arena *arena, const char *origin, struct view json, struct past *out)
{
    struct reading reading = {.arena = arena, .origin = origin};
    json_error_t error;
    if (json.len > PAST_BYTES_MAX)
        return fault(FAULT_TARGET, "%s is larger than %zu MiB; write it with --limit", origin,
                     PAST_BYTES_MAX >> 20);
    if (is_deep(json))
        return fault(FAULT_TARGET,
                     "%s is no report of \"merlon check --format json\": it is nested too deeply",
                     origin);
    json_t *top = json_loadb(json.ptr ? json.ptr : "", json.len, JSON_REJECT_DUPLICATES, &error);
    if (!top)
        return fault(FAULT_TARGET, "%s is no report of \"merlon check --format json\": line %d: %s",
                     origin, error.line, error.text);
    struct rc rc = json_is_object(top) ? read_top(&reading, top, out)
                                       : no_report(&reading, "the object around everything");
    json_decref(top);
    return rc;
}

/* ---- a run of this moment ------------------------------------------------------------------- */

void past_of_run(struct arena *arena, const struct run *run, enum lang lang, struct past *out)
{
    struct past_check *checks = arena_take(arena, (run->check_count + 1) * sizeof *checks);
    char time[32];
    sys_format_time(run->target.collected_at, time);
    for (size_t i = 0; i < run->check_count; i++) {
        const struct result *result = &run->results[i];
        checks[i] =
            (struct past_check){.id = result->check->id,
                                .title = text_of(doc_get(result->check->raw, "title"), lang),
                                .reason = arena_text(arena, result_reason(result, lang)),
                                .verdict = result->verdict};
    }
    if (run->check_count)
        qsort(checks, run->check_count, sizeof *checks, compare_ids);
    *out = (struct past){.kind = arena_text(arena, run->target.kind),
                         .name = arena_text(arena, run->target.name),
                         .collected_at = arena_text(arena, time),
                         .standard = run->standard->id,
                         .scope = run->scope ? arena_text(arena, run->scope) : "",
                         .level = run->level,
                         .checks = checks,
                         .count = run->check_count};
}

/* ---- comparing ----------------------------------------------------------------------------- */

const char *change_name(enum change_kind kind)
{
    static const char *const names[CHANGE_COUNT] = {
        [CHANGE_WORSE] = "worse", [CHANGE_BETTER] = "better",   [CHANGE_NEW] = "new",
        [CHANGE_GONE] = "gone",   [CHANGE_OTHER] = "different", [CHANGE_SAME] = "same"};
    return kind < CHANGE_COUNT ? names[kind] : "";
}

/* Neither pass nor not applicable asks for anything. */
static int rank_of(enum verdict verdict)
{
    return verdict == VERDICT_NOT_APPLICABLE ? (int)VERDICT_PASS : (int)verdict;
}

static enum change_kind kind_of(enum verdict before, enum verdict after)
{
    if (before == after)
        return CHANGE_SAME;
    if (rank_of(before) == rank_of(after))
        return CHANGE_OTHER;
    return rank_of(after) < rank_of(before) ? CHANGE_WORSE : CHANGE_BETTER;
}

static const struct past_check *known_of(const struct past_change *change)
{
    return change->after ? change->after : change->before;
}

static int compare_changes(const void *left, const void *right)
{
    const struct past_change *a = left, *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return compare_ids(known_of(a), known_of(b));
}

const struct past_change *past_compare(struct arena *arena, const struct past *before,
                                       const struct past *after, size_t *count)
{
    struct past_change *changes =
        arena_take(arena, (before->count + after->count + 1) * sizeof *changes);
    size_t a = 0, b = 0, n = 0;
    /* Both are sorted by id: one walk along both. */
    while (a < before->count || b < after->count) {
        int order = a == before->count  ? 1
                    : b == after->count ? -1
                                        : compare_ids(&before->checks[a], &after->checks[b]);
        struct past_change change = {.before = order <= 0 ? &before->checks[a++] : NULL,
                                     .after = order >= 0 ? &after->checks[b++] : NULL};
        change.kind = order < 0   ? CHANGE_GONE
                      : order > 0 ? CHANGE_NEW
                                  : kind_of(change.before->verdict, change.after->verdict);
        changes[n++] = change;
    }
    qsort(changes, n, sizeof *changes, compare_changes);
    *count = n;
    return changes;
}
