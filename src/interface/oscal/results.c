/*
 * results: a run as OSCAL assessment results.
 *
 *   a check, judged (once for each instance)  -> an observation, its rows as relevant evidence
 *   an item of the standard, folded           -> a finding about the catalog's statement of the
 * item
 *
 *   verdict          state           reason   implementation status
 *   pass             satisfied       pass
 *   fail             not-satisfied   fail
 *   not_applicable   satisfied       other    not-applicable
 *   unknown, manual  not-satisfied   other                     (what was not shown is not met)
 *   waived           not-satisfied   other
 *
 * The verdict itself stands beside each as a property of ours.
 */
#include "interface/oscal/parts.h"

#include "foundation/sys/sys.h"

#include <string.h>

struct writing {
    const struct run *run;
    struct arena *arena;
    enum lang lang;
    size_t limit;
    const char *name; /* of the run: what its identifiers are made of */
    char collected[32];
};

static const struct {
    const char *state, *reason, *implementation;
} states[VERDICT_COUNT] = {
    [VERDICT_PASS] = {"satisfied", "pass", NULL},
    [VERDICT_FAIL] = {"not-satisfied", "fail", NULL},
    [VERDICT_NOT_APPLICABLE] = {"satisfied", "other", "not-applicable"},
    [VERDICT_UNKNOWN] = {"not-satisfied", "other", NULL},
    [VERDICT_MANUAL] = {"not-satisfied", "other", NULL},
    [VERDICT_WAIVED] = {"not-satisfied", "other", NULL},
};

/* One line that steers nothing: what a target holds may be hostile. "-" for nothing, since OSCAL
 * allows no empty text. */
static const char *safe(const struct writing *writing, const char *text)
{
    struct buf line CLEANUP(buf_free) = {0};
    char *flat = arena_text(writing->arena, text && text[0] ? text : "-");
    for (char *at = flat; *at; at++)
        *at = *at == '\n' ? ' ' : *at;
    buf_add_text(&line, "");
    text_add_safe(&line, view_trim(view_of(flat)));
    return line.len ? arena_text(writing->arena, line.ptr) : "-";
}

static json_t *uuid(const struct writing *writing, const char *kind, const char *name)
{
    char text[OSCAL_UUID];
    oscal_uuid(kind, arena_printf(writing->arena, "%s:%s", writing->name, name), text);
    return json_string(text);
}

/* ---- observations ---------------------------------------------------------------------------- */

static const char *name_of(const struct writing *writing, const struct result *result)
{
    return arena_printf(writing->arena, "%s:%s:%s", result->check->id,
                        result->product ? result->product->id : "",
                        result->instance ? result->instance : "");
}

static const char *observed_text(const struct writing *writing, const struct result *result,
                                 const struct judged *row)
{
    struct buf text CLEANUP(buf_free) = {0};
    buf_printf(&text, "%s", row->subject ? row->subject : "");
    for (size_t i = 0; i < result->column_count; i++) {
        const struct observed *value = &row->values[i];
        if (value->kind == OBSERVED_INTEGER)
            buf_printf(&text, ", %s = %lld", result->columns[i], (long long)value->integer);
        else if (value->kind == OBSERVED_TEXT)
            buf_printf(&text, ", %s = %s", result->columns[i], value->text);
    }
    if (row->src && row->line)
        buf_printf(&text, " (%s:%lld)", row->src, (long long)row->line);
    else if (row->src)
        buf_printf(&text, " (%s)", row->src);
    return safe(writing, text.ptr);
}

static json_t *evidence_of(const struct writing *writing, const struct result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->row_count && (!writing->limit || i < writing->limit); i++)
        json_array_append_new(list, json_pack("{s:s}", "description",
                                              observed_text(writing, result, &result->rows[i])));
    return list;
}

static json_t *observation_of(const struct writing *writing, const struct result *result)
{
    json_t *props = json_array(), *evidence = evidence_of(writing, result);
    oscal_prop(props, "check", result->check->id, true);
    oscal_prop(props, "verdict", verdict_name(result->verdict), true);
    if (result->product)
        oscal_prop(props, "instance", safe(writing, result_instance(result)), true);
    json_t *observation = json_pack(
        "{s:o, s:s, s:s, s:o, s:[s], s:[{s:o, s:s}], s:s}", "uuid",
        uuid(writing, "observation", name_of(writing, result)), "title",
        safe(writing, text_of(doc_get(result->check->raw, "title"), writing->lang)), "description",
        safe(writing, result_reason(result, writing->lang)), "props", props, "methods", "TEST",
        "subjects", "subject-uuid", uuid(writing, "subject", ""), "type", "inventory-item",
        "collected", writing->collected);
    if (json_array_size(evidence)) /* OSCAL has no empty lists */
        json_object_set_new(observation, "relevant-evidence", evidence);
    else
        json_decref(evidence);
    return observation;
}

static json_t *observations(const struct writing *writing)
{
    json_t *list = json_array();
    for (size_t i = 0; i < writing->run->result_count; i++)
        if (writing->run->results[i].check)
            json_array_append_new(list, observation_of(writing, &writing->run->results[i]));
    return list;
}

/* ---- findings -------------------------------------------------------------------------------- */

static json_t *target_of(const struct writing *writing, const struct item_verdict *item)
{
    json_t *target = json_pack("{s:s, s:s, s:{s:s, s:s}}", "type", "statement-id", "target-id",
                               oscal_statement(writing->arena, item->clause), "status", "state",
                               states[item->verdict].state, "reason", states[item->verdict].reason);
    if (states[item->verdict].implementation)
        json_object_set_new(target, "implementation-status",
                            json_pack("{s:s}", "state", states[item->verdict].implementation));
    return target;
}

static json_t *finding_of(const struct writing *writing, const struct item_verdict *item)
{
    json_t *props = json_array(), *related = json_array();
    const char *reason = item->result_count ? result_reason(item->results[0], writing->lang) : "";
    oscal_prop(props, "verdict", verdict_name(item->verdict), true);
    for (size_t i = 0; i < item->result_count; i++)
        if (item->results[i]->check)
            json_array_append_new(related, json_pack("{s:o}", "observation-uuid",
                                                     uuid(writing, "observation",
                                                          name_of(writing, item->results[i]))));
    json_t *finding =
        json_pack("{s:o, s:s, s:s, s:o, s:o}", "uuid", uuid(writing, "finding", item->clause->id),
                  "title", safe(writing, clause_title(item->clause, writing->lang)), "description",
                  safe(writing, reason), "props", props, "target", target_of(writing, item));
    if (json_array_size(related))
        json_object_set_new(finding, "related-observations", related);
    else
        json_decref(related);
    return finding;
}

static json_t *findings(const struct writing *writing)
{
    json_t *list = json_array();
    for (size_t i = 0; i < writing->run->item_count; i++)
        json_array_append_new(list, finding_of(writing, &writing->run->items[i]));
    return list;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Each item that any result bears on, once. */
static json_t *reviewed(const struct run *run)
{
    json_t *seen = json_object(), *controls = json_array();
    for (size_t i = 0; i < run->result_count; i++)
        for (size_t k = 0; k < run->results[i].clause_count; k++) {
            const char *id = run->results[i].clauses[k]->id;
            if (json_object_get(seen, id))
                continue;
            json_object_set_new(seen, id, json_true());
            json_array_append_new(controls, json_pack("{s:s}", "control-id", id));
        }
    json_decref(seen);
    json_t *selection = json_object();
    if (json_array_size(controls))
        json_object_set_new(selection, "include-controls", controls);
    else
        json_decref(controls);
    return json_pack("{s:[o]}", "control-selections", selection);
}

static void set_list(json_t *object, const char *name, json_t *list)
{
    if (json_array_size(list))
        json_object_set_new(object, name, list);
    else
        json_decref(list);
}

static json_t *result_of_run(const struct writing *writing, const char *title)
{
    const struct target *target = &writing->run->target;
    json_t *result = json_pack(
        "{s:o, s:s, s:s, s:s, s:{s:[{s:o, s:s}]}, s:o}", "uuid", uuid(writing, "result", ""),
        "title", title, "description",
        "Checks judged on facts collected at one time, and folded for each item of the standard.",
        "start", writing->collected, "local-definitions", "inventory-items", "uuid",
        uuid(writing, "subject", ""), "description",
        arena_printf(writing->arena, "%s %s", target->kind, safe(writing, target->name)),
        "reviewed-controls", reviewed(writing->run));
    set_list(result, "observations", observations(writing));
    set_list(result, "findings", findings(writing));
    return result;
}

/* Nobody wrote an OSCAL assessment plan: the resource that stands in its place says what was asked.
 */
static json_t *plan_resource(const struct writing *writing, const char *plan, const char *title)
{
    const char *said = arena_printf(
        writing->arena,
        "No OSCAL assessment plan was written. What was asked: %s, scope %s. Control ids are those "
        "of `merlon law export --standard %s`.",
        title, writing->run->scope ? writing->run->scope : "all", writing->run->standard->id);
    return json_pack("{s:[{s:s, s:s, s:s}]}", "resources", "uuid", plan, "title", "What was asked",
                     "description", said);
}

struct rc oscal_results(const struct run *run, enum lang lang, size_t limit, struct buf *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct writing writing = {.run = run, .arena = arena, .lang = lang, .limit = limit};
    char plan[OSCAL_UUID];
    sys_format_time(run->target.collected_at, writing.collected);
    writing.name = arena_printf(arena, "%s:%d:%s:%s:%s", run->standard->id, run->level,
                                run->scope ? run->scope : "", safe(&writing, run->target.name),
                                writing.collected);
    oscal_uuid("plan", writing.name, plan);
    const char *title = arena_printf(arena, "%s, level %d: %s", run->standard->title, run->level,
                                     safe(&writing, run->target.name));
    json_t *metadata = oscal_metadata(title, MERLON_VERSION, writing.collected);
    json_t *top = json_pack("{s:{s:o, s:o, s:{s:s}, s:[o], s:o}}", "assessment-results", "uuid",
                            uuid(&writing, "assessment-results", ""), "metadata", metadata,
                            "import-ap", "href", arena_printf(arena, "#%s", plan), "results",
                            result_of_run(&writing, title), "back-matter",
                            plan_resource(&writing, plan, title));
    return oscal_write(top, out);
}
