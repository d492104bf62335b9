/*
 * json: a run as one object, for machines.
 *
 *   target {kind, name, system, running, collected_at}, standard, level, scope,
 *   profile {name, file, expired [...]} or null,
 *   summary {verdict: count}, results [...], items [...], item_summary {verdict: count}
 *
 * Results are those of the checks, then the items of the standard without a check (check: null).
 * Sentences are in the language asked for; names, verdicts and statuses are not translated.
 */
#include "interface/report/report.h"
#include "foundation/sys/sys.h"

#include <jansson.h>
#include <stdlib.h>

struct writing {
    const struct run *run;
    const struct report_style *style;
    struct arena *arena;
};

/* JSON is UTF-8: bytes of a target that are none are shown as \xNN. */
static json_t *json_text(const char *text)
{
    if (!text)
        return json_null();
    json_t *plain = json_string(text);
    if (plain)
        return plain;
    struct buf safe = {0};
    text_add_safe(&safe, view_of(text));
    json_t *made = json_string(safe.ptr);
    buf_free(&safe);
    return made;
}

/* Line 0 means that lines mean nothing there. */
static json_t *json_number_or_null(int64_t n)
{
    return n ? json_integer(n) : json_null();
}

/* Every verdict, also those that did not occur: readers need no default. */
static json_t *json_counts(const size_t *counts)
{
    json_t *object = json_object();
    for (int v = 0; v < VERDICT_COUNT; v++)
        json_object_set_new(object, verdict_name((enum verdict)v),
                            json_integer((json_int_t)counts[v]));
    return object;
}

static json_t *json_message(const struct writing *writing, const struct message *message)
{
    return json_text(text_render(writing->arena, writing->style->lang, message));
}

/* The time is that of collection: what the verdicts speak of. */
static json_t *json_target(const struct run *run)
{
    char time[32];
    json_t *object = json_object();
    sys_format_time(run->target.collected_at, time);
    json_object_set_new(object, "kind", json_text(run->target.kind));
    json_object_set_new(object, "name", json_text(run->target.name));
    json_object_set_new(object, "system", json_text(run->system));
    json_object_set_new(object, "running", json_boolean(run->target.running));
    json_object_set_new(object, "collected_at", json_text(time));
    return object;
}

static json_t *json_clauses(const struct result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->clause_count; i++)
        json_array_append_new(list, json_text(result->clauses[i]->id));
    return list;
}

/* A parameter is a number where the check says so. */
static json_t *json_parameters(const struct result *result)
{
    json_t *object = json_object();
    for (size_t i = 0; i < result->parameter_count; i++) {
        const struct setting *setting = &result->parameters[i];
        int64_t number = 0;
        bool is_text = i < result->check->parameter_count && result->check->parameters[i].is_text;
        if (!is_text && view_integer(view_of(setting->value), &number))
            json_object_set_new(object, setting->name, json_integer(number));
        else
            json_object_set_new(object, setting->name, json_text(setting->value));
    }
    return object;
}

static json_t *json_observed_value(const struct observed *value)
{
    if (value->kind == OBSERVED_NULL)
        return json_null();
    return value->kind == OBSERVED_INTEGER ? json_integer(value->integer) : json_text(value->text);
}

static json_t *json_exclusions(const struct exclusion *const *exclusions, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct exclusion *e = exclusions[i];
        json_t *object = json_object();
        json_object_set_new(object, "check", json_text(e->check));
        json_object_set_new(object, "subject", json_text(e->subject));
        json_object_set_new(object, "reason", json_text(e->reason));
        json_object_set_new(object, "by", json_text(e->by));
        json_object_set_new(object, "expires", json_text(e->expires));
        json_array_append_new(list, object);
    }
    return list;
}

/* Null without one. */
static json_t *json_profile(const struct run *run)
{
    json_t *object = json_object();
    if (!run->profile) {
        json_decref(object);
        return json_null();
    }
    json_object_set_new(object, "name", json_text(run->profile->name));
    json_object_set_new(object, "file", json_text(run->profile->origin));
    json_object_set_new(object, "expired", json_exclusions(run->expired, run->expired_count));
    return object;
}

/* The row as the query gave it, with its four special columns under their own names. */
static json_t *json_row(const struct result *result, const struct judged *row)
{
    json_t *object = json_object();
    json_object_set_new(object, "subject", json_text(row->subject));
    json_object_set_new(object, "ok", row->ok < 0 ? json_null() : json_integer(row->ok));
    for (size_t i = 0; i < result->column_count; i++)
        json_object_set_new(object, result->columns[i], json_observed_value(&row->values[i]));
    json_object_set_new(object, "src", json_text(row->src));
    json_object_set_new(object, "line", json_number_or_null(row->line));
    if (row->waiver)
        json_object_set_new(object, "waived_until", json_text(row->waiver->expires));
    return object;
}

static json_t *json_rows(const struct writing *writing, const struct result *result)
{
    json_t *list = json_array();
    size_t limit = writing->style->limit ? writing->style->limit : result->row_count;
    for (size_t i = 0; i < result->row_count && i < limit; i++)
        json_array_append_new(list, json_row(result, &result->rows[i]));
    return list;
}

/* Each source with the digest of its bytes, so that it can be found again in a bundle. */
static json_t *json_evidence(const struct writing *writing, const struct result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->evidence_count; i++) {
        const struct evidence_source *source = &result->evidence[i];
        json_t *object = json_object();
        json_object_set_new(object, "source", json_text(source->source));
        json_object_set_new(object, "line", json_number_or_null(source->line));
        json_object_set_new(object, "sm3", json_text(source->sm3));
        json_object_set_new(object, "status", json_text(source->status));
        json_object_set_new(object, "reason", json_message(writing, &source->reason));
        json_array_append_new(list, object);
    }
    return list;
}

/* Text in the language asked for; shell lines have none. */
static json_t *json_fix(const struct writing *writing, const struct result *result)
{
    json_t *object = json_object();
    json_object_set_new(object, "text", json_text(result_fix(result, writing->style->lang)));
    json_object_set_new(object, "shell", json_text(result_fix_shell(result)));
    return object;
}

/* The fields of a check; null and empty for an item without one. */
static void set_check(const struct writing *writing, const struct result *result, json_t *object)
{
    const struct check *check = result->check;
    enum lang lang = writing->style->lang;
    const char *title = "";
    if (check)
        title = text_of(doc_get(check->raw, "title"), lang);
    else if (result->clause_count)
        title = clause_title(result->clauses[0], lang);
    json_object_set_new(object, "check", json_text(check ? check->id : NULL));
    json_object_set_new(object, "class",
                        json_text(check ? asset_class_name(check->asset_class) : NULL));
    json_object_set_new(object, "product", json_text(result->product ? result->product->id : NULL));
    json_object_set_new(object, "instance", json_text(result->instance));
    json_object_set_new(object, "title", json_text(title));
}

static json_t *json_result(const struct writing *writing, const struct result *result)
{
    const struct check *check = result->check;
    json_t *object = json_object();
    set_check(writing, result, object);
    json_object_set_new(object, "clauses", json_clauses(result));
    json_object_set_new(object, "verdict", json_text(verdict_name(result->verdict)));
    json_object_set_new(object, "reason", json_text(result_reason(result, writing->style->lang)));
    json_object_set_new(object, "note", json_message(writing, &result->note));
    json_object_set_new(object, "waivers", json_exclusions(result->waivers, result->waiver_count));
    json_object_set_new(object, "expired", json_exclusions(result->expired, result->expired_count));
    json_object_set_new(object, "parameters", check ? json_parameters(result) : json_object());
    json_object_set_new(object, "expected",
                        json_text(check ? result_expected(result, writing->style->lang) : NULL));
    json_object_set_new(object, "observed", json_rows(writing, result));
    json_object_set_new(object, "observed_count", json_integer((json_int_t)result->row_count));
    json_object_set_new(object, "evidence", json_evidence(writing, result));
    json_object_set_new(object, "fix", check ? json_fix(writing, result) : json_null());
    return object;
}

/* One item of the standard with the checks that decided it. */
static json_t *json_item(const struct item_verdict *item)
{
    json_t *object = json_object(), *checks = json_array();
    for (size_t i = 0; i < item->result_count; i++) {
        if (item->results[i]->check)
            json_array_append_new(checks, json_text(item->results[i]->check->id));
    }
    json_object_set_new(object, "clause", json_text(item->clause->id));
    json_object_set_new(object, "verdict", json_text(verdict_name(item->verdict)));
    json_object_set_new(object, "checks", checks);
    return object;
}

/* Summaries stand before the long lists: a person who looks at the file sees them first. */
static json_t *json_run(const struct writing *writing)
{
    const struct run *run = writing->run;
    json_t *top = json_object(), *results = json_array(), *items = json_array();
    for (size_t i = 0; i < run->result_count; i++)
        json_array_append_new(results, json_result(writing, &run->results[i]));
    for (size_t i = 0; i < run->item_count; i++)
        json_array_append_new(items, json_item(&run->items[i]));
    json_object_set_new(top, "target", json_target(run));
    json_object_set_new(top, "standard", json_text(run->standard->id));
    json_object_set_new(top, "level", json_integer(run->level));
    json_object_set_new(top, "scope", json_text(run->scope));
    json_object_set_new(top, "profile", json_profile(run));
    json_object_set_new(top, "summary", json_counts(run->summary));
    json_object_set_new(top, "item_summary", json_counts(run->item_summary));
    json_object_set_new(top, "results", results);
    json_object_set_new(top, "items", items);
    return top;
}

static int add_piece(const char *piece, size_t size, void *data)
{
    buf_add(data, piece, size);
    return 0;
}

struct rc report_json(const struct run *run, const struct report_style *style, struct buf *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct writing writing = {.run = run, .style = style, .arena = arena};
    json_t *top = json_run(&writing);
    int wrote = json_dump_callback(top, add_piece, out, JSON_INDENT(2));
    json_decref(top);
    if (wrote != 0)
        return fault(FAULT_IO, "the report could not be written as JSON");
    buf_add_char(out, '\n');
    return RC_OK;
}
