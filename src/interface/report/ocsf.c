/*
 * ocsf: Compliance Findings of the Open Cybersecurity Schema Framework 1.3.0 (class 2003), one JSON
 * object a line, one line a result: checks, then items without a check.
 *
 *   verdict          compliance.status   status       severity
 *   fail             3 Fail              New          3 Medium
 *   unknown          2 Warning           New          2 Low            ("missing information")
 *   manual           99 manual           New          1 Informational
 *   waived           99 waived           Suppressed   1 Informational
 *   pass             1 Pass              Resolved     1 Informational
 *   not_applicable   99 not_applicable   Resolved     1 Informational
 */
#include "interface/report/export.h"

#include <string.h>

struct ocsf {
    const struct run *run;
    const struct report_style *style;
    struct arena *arena;
};

/* A number of the schema and its caption. */
struct coded {
    int id;
    const char *caption;
};

struct mapping {
    struct coded compliance, status, severity;
};

static const struct mapping mappings[VERDICT_COUNT] = {
    [VERDICT_FAIL] = {{3, "Fail"}, {1, "New"}, {3, "Medium"}},
    [VERDICT_UNKNOWN] = {{2, "Warning"}, {1, "New"}, {2, "Low"}},
    [VERDICT_MANUAL] = {{99, "manual"}, {1, "New"}, {1, "Informational"}},
    [VERDICT_WAIVED] = {{99, "waived"}, {3, "Suppressed"}, {1, "Informational"}},
    [VERDICT_PASS] = {{1, "Pass"}, {4, "Resolved"}, {1, "Informational"}},
    [VERDICT_NOT_APPLICABLE] = {{99, "not_applicable"}, {4, "Resolved"}, {1, "Informational"}},
};

static void set_coded(json_t *object, const char *name, const struct coded *coded)
{
    char id[32] = "";
    strncat(id, name, sizeof id - 4);
    strcat(id, "_id");
    json_object_set_new(object, id, json_integer(coded->id));
    json_object_set_new(object, name, json_string(coded->caption));
}

static json_t *compliance_of(const struct ocsf *ocsf, const struct result *result)
{
    json_t *requirements = json_array();
    for (size_t i = 0; i < result->clause_count; i++)
        json_array_append_new(requirements, json_string(result->clauses[i]->id));
    json_t *object = json_pack(
        "{s:[s], s:o, s:s, s:s, s:o}", "standards", ocsf->run->standard->title, "requirements",
        requirements, "control", export_id(result), "status_code", verdict_name(result->verdict),
        "status_detail", export_json(ocsf->arena, result_reason(result, ocsf->style->lang)));
    set_coded(object, "status", &mappings[result->verdict].compliance);
    return object;
}

/* One row as a resource: the file, or the subject where there is none. */
static json_t *resource_of(const struct ocsf *ocsf, const struct result *result,
                           const struct judged *row)
{
    json_t *data = json_pack("{s:o, s:s, s:o}", "subject", export_json(ocsf->arena, row->subject),
                             "verdict", verdict_name(export_row_verdict(result, row)), "observed",
                             json_string(export_observed(ocsf->arena, result, row)));
    if (row->line)
        json_object_set_new(data, "line", json_integer(row->line));
    return json_pack("{s:o, s:s, s:o}", "name",
                     export_json(ocsf->arena, row->src ? row->src : row->subject), "type",
                     row->src ? "file" : "setting", "data", data);
}

/* The system that was examined, then the rows. */
static json_t *resources_of(const struct ocsf *ocsf, const struct result *result)
{
    const struct target *target = &ocsf->run->target;
    json_t *list = json_pack("[{s:o, s:s}]", "name", export_json(ocsf->arena, target->name), "type",
                             target->kind);
    for (size_t i = 0; i < export_row_count(ocsf->style, result); i++)
        json_array_append_new(list, resource_of(ocsf, result, &result->rows[i]));
    return list;
}

/* The same finding of two runs has the same uid. */
static json_t *finding_of(const struct ocsf *ocsf, const struct result *result, int64_t ms)
{
    const struct run *run = ocsf->run;
    const char *uid = arena_printf(ocsf->arena, "merlon:%s:%s:%d:%s%s%s", run->target.name,
                                   run->standard->id, run->level, export_id(result),
                                   result->product ? ":" : "", result_instance(result));
    return json_pack("{s:o, s:o, s:o, s:I}", "uid", export_json(ocsf->arena, uid), "title",
                     json_string(export_title(ocsf->arena, result, ocsf->style->lang)), "desc",
                     json_string(export_expected(ocsf->arena, result, ocsf->style->lang)),
                     "created_time", (json_int_t)ms);
}

/* What the schema has no place for: the question, the profile, what it waived and what expired. */
static json_t *unmapped_of(const struct ocsf *ocsf, const struct result *result)
{
    const struct run *run = ocsf->run;
    json_t *object = json_pack("{s:s, s:i, s:s}", "standard", run->standard->id, "level",
                               run->level, "scope", run->scope ? run->scope : "all");
    const char *waivers = export_waivers(ocsf->arena, result, ocsf->style->lang);
    const char *expired = export_expired(ocsf->arena, result, ocsf->style->lang);
    if (run->profile)
        json_object_set_new(object, "profile", export_json(ocsf->arena, run->profile->name));
    if (waivers[0])
        json_object_set_new(object, "waivers", json_string(waivers));
    if (expired[0])
        json_object_set_new(object, "expired_exclusions", json_string(expired));
    return object;
}

static json_t *event_of(const struct ocsf *ocsf, const struct result *result)
{
    const struct run *run = ocsf->run;
    int64_t ms = run->target.collected_at / 1000;
    json_t *event =
        json_pack("{s:i, s:s, s:i, s:s, s:i, s:s, s:i, s:s, s:I}", "activity_id", 1,
                  "activity_name", "Create", "category_uid", 2, "category_name", "Findings",
                  "class_uid", 2003, "class_name", "Compliance Finding", "type_uid", 200301,
                  "type_name", "Compliance Finding: Create", "time", (json_int_t)ms);
    set_coded(event, "severity", &mappings[result->verdict].severity);
    set_coded(event, "status", &mappings[result->verdict].status);
    json_object_set_new(event, "message",
                        export_json(ocsf->arena, result_reason(result, ocsf->style->lang)));
    json_object_set_new(event, "metadata",
                        json_pack("{s:s, s:{s:s, s:s, s:s, s:s}}", "version", "1.3.0", "product",
                                  "name", "Merlon", "vendor_name", "Merlon", "version",
                                  MERLON_VERSION, "lang", lang_name(ocsf->style->lang)));
    json_object_set_new(event, "finding_info", finding_of(ocsf, result, ms));
    json_object_set_new(event, "compliance", compliance_of(ocsf, result));
    json_object_set_new(event, "resources", resources_of(ocsf, result));
    const char *fix = export_fix(ocsf->arena, result, ocsf->style->lang);
    if (fix[0] && result->verdict != VERDICT_PASS)
        json_object_set_new(event, "remediation", json_pack("{s:o}", "desc", json_string(fix)));
    json_object_set_new(event, "unmapped", unmapped_of(ocsf, result));
    if (result->product)
        json_object_update_new(json_object_get(event, "unmapped"),
                               json_pack("{s:s, s:o}", "product", result->product->id, "instance",
                                         export_json(ocsf->arena, result->instance)));
    return event;
}

struct rc report_ocsf(const struct run *run, const struct report_style *style, struct buf *out)
{
    for (size_t i = 0; i < run->result_count; i++) {
        struct arena *arena CLEANUP(arena_freep) = arena_new();
        struct ocsf ocsf = {.run = run, .style = style, .arena = arena};
        TRY(export_write_json(event_of(&ocsf, &run->results[i]), JSON_COMPACT, out));
    }
    return RC_OK;
}
