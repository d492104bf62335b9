/* text: a run of checks as canonical JSON. */
#include "casework/evidence/evidence.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Texts of a target may be any bytes: what is no UTF-8 is shown as \xNN. */
static json_t *text_or_null(const char *text)
{
    if (!text)
        return json_null();
    json_t *plain = json_string(text);
    if (plain)
        return plain;
    struct buf safe CLEANUP(buf_free) = {0};
    text_add_safe(&safe, view_of(text));
    return json_string(safe.ptr ? safe.ptr : "");
}

static void set_text(json_t *object, const char *name, const char *text)
{
    json_object_set_new(object, name, text_or_null(text));
}

/* The key and what fills it, not a sentence: the same in every language. */
static json_t *message_json(const struct message *message)
{
    if (!message->key)
        return json_null();
    json_t *object = json_object(), *args = json_array();
    for (size_t i = 0; i < MESSAGE_ARGS && message->args[i]; i++)
        json_array_append_new(args, text_or_null(message->args[i]));
    set_text(object, "key", message->key);
    json_object_set_new(object, "args", args);
    return object;
}

static json_t *value_json(const struct observed *value)
{
    if (value->kind == OBSERVED_INTEGER)
        return json_integer(value->integer);
    return value->kind == OBSERVED_TEXT ? text_or_null(value->text) : json_null();
}

/* Who let a failing row stand, why and until when. */
static json_t *waiver_json(const struct exclusion *waiver)
{
    if (!waiver)
        return json_null();
    json_t *object = json_object();
    set_text(object, "reason", waiver->reason);
    set_text(object, "expires", waiver->expires);
    set_text(object, "by", waiver->by);
    return object;
}

static json_t *row_json(const struct result *result, const struct judged *row)
{
    json_t *object = json_object(), *values = json_object();
    for (size_t i = 0; i < result->column_count; i++)
        json_object_set_new(values, result->columns[i], value_json(&row->values[i]));
    set_text(object, "subject", row->subject);
    json_object_set_new(object, "ok", row->ok < 0 ? json_null() : json_integer(row->ok));
    set_text(object, "src", row->src);
    json_object_set_new(object, "line", row->line ? json_integer(row->line) : json_null());
    json_object_set_new(object, "values", values);
    json_object_set_new(object, "waiver", waiver_json(row->waiver));
    return object;
}

/* Failures come first in a result, so what a bound cuts off are passes. */
static json_t *rows_json(const struct result *result)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < result->row_count && i < EVIDENCE_ROWS_MAX; i++)
        json_array_append_new(rows, row_json(result, &result->rows[i]));
    return rows;
}

static json_t *sources_json(const struct result *result)
{
    json_t *sources = json_array();
    for (size_t i = 0; i < result->evidence_count; i++) {
        const struct evidence_source *source = &result->evidence[i];
        json_t *object = json_object();
        set_text(object, "source", source->source);
        set_text(object, "status", source->status);
        set_text(object, "sm3", source->sm3);
        json_object_set_new(object, "line",
                            source->line ? json_integer(source->line) : json_null());
        json_object_set_new(object, "reason", message_json(&source->reason));
        json_array_append_new(sources, object);
    }
    return sources;
}

static json_t *parameters_json(const struct result *result)
{
    json_t *object = json_object();
    for (size_t i = 0; i < result->parameter_count; i++)
        set_text(object, result->parameters[i].name, result->parameters[i].value);
    return object;
}

static json_t *clauses_json(const struct clause *const *clauses, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(clauses[i]->id));
    return list;
}

/* What the check is: its whole definition, whatever file it stands in. */
static struct rc check_sm3(const struct check *check, char out[static SM3_HEX])
{
    struct buf text CLEANUP(buf_free) = {0};
    doc_add_canonical(check->raw, &text);
    return sm3_hex(buf_view(&text), out);
}

static struct rc add_result(json_t *list, const struct result *result)
{
    char sm3[SM3_HEX];
    if (!result->check)
        return RC_OK; /* an item without a check: it stands under `items` */
    TRY(check_sm3(result->check, sm3));
    json_t *object = json_object();
    set_text(object, "check", result->check->id);
    set_text(object, "check_sm3", sm3);
    set_text(object, "product", result->product ? result->product->id : NULL);
    set_text(object, "instance", result->instance);
    set_text(object, "verdict", verdict_name(result->verdict));
    json_object_set_new(object, "reason", message_json(&result->reason));
    json_object_set_new(object, "note", message_json(&result->note));
    json_object_set_new(object, "parameters", parameters_json(result));
    json_object_set_new(object, "clauses", clauses_json(result->clauses, result->clause_count));
    json_object_set_new(object, "rows", rows_json(result));
    json_object_set_new(object, "row_count", json_integer((json_int_t)result->row_count));
    json_object_set_new(object, "sources", sources_json(result));
    json_array_append_new(list, object);
    return RC_OK;
}

static json_t *items_json(const struct run *run)
{
    json_t *items = json_object();
    for (size_t i = 0; i < run->item_count; i++)
        json_object_set_new(items, run->items[i].clause->id,
                            json_string(verdict_name(run->items[i].verdict)));
    return items;
}

static json_t *target_json(const struct evidence_facts *facts)
{
    json_t *target = json_object();
    set_text(target, "kind", facts->run->target.kind);
    set_text(target, "name", facts->run->target.name);
    set_text(target, "system", facts->run->system);
    set_text(target, "machine_id", facts->machine_id);
    json_object_set_new(target, "running", json_integer(facts->run->target.running));
    return target;
}

/* Keys are sorted when it is written; their order here does not matter. */
static struct rc fill(const struct evidence_facts *facts, json_t *top)
{
    const struct run *run = facts->run;
    char sm3[SM3_HEX];
    json_t *results = json_array();
    json_object_set_new(top, "results", results);
    for (size_t i = 0; i < run->result_count; i++)
        TRY(add_result(results, &run->results[i]));
    TRY(bundle_digest(facts->bundle, sm3));
    set_text(top, "bundle", sm3);
    set_text(top, "form", "merlon-evidence-1");
    set_text(top, "type", "check");
    set_text(top, "tool", "merlon " MERLON_VERSION);
    set_text(top, "standard", run->standard->id);
    json_object_set_new(top, "level", json_integer(run->level));
    set_text(top, "scope", run->scope);
    json_object_set_new(top, "observed", json_integer(run->target.collected_at));
    json_object_set_new(top, "target", target_json(facts));
    set_text(top, "asset", facts->asset);
    set_text(top, "protected_system", facts->system);
    json_object_set_new(top, "items", items_json(run));
    return RC_OK;
}

struct rc evidence_text(const struct evidence_facts *facts, struct buf *out)
{
    json_t *top = json_object();
    struct rc rc = fill(facts, top);
    char *text = failed(rc) ? NULL : json_dumps(top, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(top);
    TRY(rc);
    if (!text)
        panic("evidence could not be written as JSON: memory ran out");
    buf_add_text(out, text);
    free(text);
    return RC_OK;
}
