/*
 * sarif: the Static Analysis Results Interchange Format 2.1.0 (OASIS).
 *
 *   rules     the checks, and the items that no check covers
 *   results   one for each judged row, at its file and line; one for a result whose verdict no row
 *             shows: no rows, or a source that was not read whole
 *
 *   verdict          kind           level
 *   fail             fail           error
 *   unknown          open           none     (the format wants none wherever kind is not fail)
 *   manual           review         none
 *   pass             pass           none
 *   not_applicable   notApplicable  none
 *   waived           fail           note     with an accepted suppression
 *
 * Paths are relative to the base TARGET, the root of what was examined.
 */
#include "interface/report/export.h"
#include "foundation/crypto/crypto.h"
#include "foundation/sys/sys.h"

#include <string.h>

#define SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"

struct sarif {
    const struct run *run;
    const struct report_style *style;
    struct arena *arena;
    size_t *rules; /* of each result, the number of its rule */
};

static const char *kind_of(enum verdict verdict)
{
    static const char *const kinds[VERDICT_COUNT] = {
        [VERDICT_FAIL] = "fail",     [VERDICT_UNKNOWN] = "open",
        [VERDICT_MANUAL] = "review", [VERDICT_WAIVED] = "fail",
        [VERDICT_PASS] = "pass",     [VERDICT_NOT_APPLICABLE] = "notApplicable"};
    return kinds[verdict];
}

static const char *level_of(enum verdict verdict)
{
    return verdict == VERDICT_FAIL ? "error" : verdict == VERDICT_WAIVED ? "note" : "none";
}

/* In a SARIF message {n} is a placeholder and [text](target) a link: neither is the target's to
 * make. */
static json_t *message_of(const struct sarif *sarif, const char *text)
{
    struct buf plain = {0};
    buf_add_text(&plain, "");
    for (const char *at = export_safe(sarif->arena, text); *at; at++) {
        buf_add_char(&plain, *at);
        if (*at == '{' || *at == '}')
            buf_add_char(&plain, *at);
        if (*at == ']' && at[1] == '(')
            buf_add_char(&plain, ' ');
    }
    json_t *message = json_pack("{s:s}", "text", plain.ptr);
    buf_free(&plain);
    return message;
}

/* "/etc/a b" becomes "etc/a%20b": below the base, every odd byte by its number. */
static const char *uri_of(const struct sarif *sarif, const char *path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    struct buf uri = {0};
    buf_add_text(&uri, "");
    while (*path == '/')
        path++;
    for (; *path; path++) {
        if (strchr(plain, *path))
            buf_add_char(&uri, *path);
        else
            buf_printf(&uri, "%%%02X", (unsigned)(unsigned char)*path);
    }
    const char *copy = arena_text(sarif->arena, uri.ptr);
    buf_free(&uri);
    return copy;
}

/* A file with its line; a probe of a running system has a name, not a path. */
static json_t *location_of(const struct sarif *sarif, const char *source, int64_t line)
{
    if (source[0] != '/')
        return json_pack("{s:[{s:o, s:s}]}", "logicalLocations", "name",
                         export_json(sarif->arena, source), "kind", "resource");
    json_t *physical = json_pack("{s:{s:s, s:s}}", "artifactLocation", "uri", uri_of(sarif, source),
                                 "uriBaseId", "TARGET");
    if (line > 0)
        json_object_set_new(physical, "region", json_pack("{s:I}", "startLine", (json_int_t)line));
    return json_pack("{s:o}", "physicalLocation", physical);
}

/* The same finding in two runs has the same print: the check, the subject and the file, not the
 * line, which moves. */
static json_t *print_of(const struct sarif *sarif, const struct result *result,
                        const struct judged *row)
{
    char hex[SM3_HEX];
    const char *subject = row && row->subject ? row->subject : "";
    const char *source = row && row->src ? row->src : "";
    const char *text = arena_printf(sarif->arena, "%s\n%s\n%s%s%s", export_id(result), subject,
                                    source, result->product ? "\n" : "", result_instance(result));
    if (failed(sm3_hex(view_of(text), hex)))
        return json_object(); /* a library without SM3: the field is optional */
    return json_pack("{s:s}", "merlon/v1", hex);
}

/* Who accepted it, why, and until when: of the row, or of the result as a whole. */
static json_t *suppressions_of(const struct sarif *sarif, const struct result *result,
                               const struct judged *row)
{
    enum lang lang = sarif->style->lang;
    const char *why =
        row && row->waiver
            ? export_line(sarif->arena, exclusion_text(sarif->arena, lang, row->waiver))
            : export_waivers(sarif->arena, result, lang);
    return json_pack("[{s:s, s:s, s:s}]", "kind", "external", "status", "accepted", "justification",
                     why);
}

/* What all results of one rule have in common. */
static json_t *new_result(const struct sarif *sarif, size_t rule, enum verdict verdict,
                          const char *text, const struct judged *row)
{
    const struct result *result = &sarif->run->results[rule];
    json_t *object = json_pack(
        "{s:s, s:I, s:s, s:s, s:o, s:o}", "ruleId", export_id(result), "ruleIndex",
        (json_int_t)sarif->rules[rule], "kind", kind_of(verdict), "level", level_of(verdict),
        "message", message_of(sarif, text), "partialFingerprints", print_of(sarif, result, row));
    if (result->product)
        json_object_set_new(object, "properties",
                            json_pack("{s:s, s:o}", "product", result->product->id, "instance",
                                      export_json(sarif->arena, result->instance)));
    if (verdict == VERDICT_WAIVED)
        json_object_set_new(object, "suppressions", suppressions_of(sarif, result, row));
    return object;
}

/* "subject: value = 6. Expected: at least 8. Fix: ..." */
static json_t *result_of_row(const struct sarif *sarif, size_t rule, const struct judged *row)
{
    const struct result *result = &sarif->run->results[rule];
    enum lang lang = sarif->style->lang;
    enum verdict verdict = export_row_verdict(result, row);
    const char *values = export_observed(sarif->arena, result, row);
    const char *expected = export_expected(sarif->arena, result, lang);
    struct message wanted = {.key = "report.expected", .args = {expected}};
    const char *where = result_instance(result);
    const char *text =
        arena_printf(sarif->arena, "%s%s%s: %s%s%s", where, where[0] ? ": " : "",
                     row->subject ? row->subject : "", values, expected[0] ? "; " : "",
                     expected[0] ? text_render(sarif->arena, lang, &wanted) : "");
    json_t *object = new_result(sarif, rule, verdict, text, row);
    if (row->src)
        json_object_set_new(object, "locations",
                            json_pack("[o]", location_of(sarif, row->src, row->line)));
    return object;
}

/* A result that no row shows: its reason, at what was not read whole. */
static json_t *result_of_whole(const struct sarif *sarif, size_t rule)
{
    const struct result *result = &sarif->run->results[rule];
    const char *reason = result_reason(result, sarif->style->lang);
    json_t *object = new_result(sarif, rule, result->verdict, reason, NULL);
    json_t *places = json_array();
    for (size_t i = 0; i < result->evidence_count; i++) {
        const struct evidence_source *source = &result->evidence[i];
        if (strcmp(source->status, "ok") != 0)
            json_array_append_new(places, location_of(sarif, source->source, source->line));
    }
    json_object_set_new(object, "locations", places);
    return object;
}

static void add_results(const struct sarif *sarif, size_t rule, json_t *list)
{
    const struct result *result = &sarif->run->results[rule];
    bool shown = false;
    for (size_t i = 0; i < export_row_count(sarif->style, result); i++) {
        const struct judged *row = &result->rows[i];
        shown = shown || export_row_verdict(result, row) == result->verdict;
        json_array_append_new(list, result_of_row(sarif, rule, row));
    }
    if (!shown)
        json_array_append_new(list, result_of_whole(sarif, rule));
}

/* ---- the tool ------------------------------------------------------------------------------ */

static json_t *rule_of(const struct sarif *sarif, const struct result *result)
{
    enum lang lang = sarif->style->lang;
    json_t *tags = json_array();
    for (size_t i = 0; i < result->clause_count; i++)
        json_array_append_new(tags, json_string(result->clauses[i]->id));
    json_t *rule = json_pack("{s:s, s:o, s:{s:o}}", "id", export_id(result), "shortDescription",
                             message_of(sarif, export_title(sarif->arena, result, lang)),
                             "properties", "tags", tags);
    const char *why = result->check ? text_of(doc_get(result->check->raw, "rationale"), lang) : "";
    why = export_line(sarif->arena, why);
    const char *fix = export_fix(sarif->arena, result, lang);
    if (why[0])
        json_object_set_new(rule, "fullDescription", message_of(sarif, why));
    if (fix[0])
        json_object_set_new(rule, "help", message_of(sarif, fix));
    return rule;
}

/* Results of one check on several instances share its rule. */
static void add_rule(const struct sarif *sarif, size_t number, json_t *rules)
{
    const struct result *results = sarif->run->results;
    for (size_t i = 0; results[number].check && i < number; i++)
        if (results[i].check == results[number].check) {
            sarif->rules[number] = sarif->rules[i];
            return;
        }
    sarif->rules[number] = json_array_size(rules);
    json_array_append_new(rules, rule_of(sarif, &results[number]));
}

/* Where the run's paths begin. Only for this host is that the root of a file system we can name. */
static json_t *bases_of(const struct sarif *sarif)
{
    json_t *base = json_pack("{s:o}", "description", message_of(sarif, sarif->run->target.name));
    if (strcmp(sarif->run->target.kind, "host") == 0)
        json_object_set_new(base, "uri", json_string("file:///"));
    return json_pack("{s:o}", "TARGET", base);
}

/* How the tool was called, and what of its profile no longer holds. */
static json_t *invocation_of(const struct sarif *sarif)
{
    const struct run *run = sarif->run;
    json_t *notes = json_array();
    for (size_t i = 0; i < run->expired_count; i++) {
        const char *text = exclusion_expired(sarif->arena, sarif->style->lang, run->expired[i]);
        json_array_append_new(
            notes, json_pack("{s:s, s:o}", "level", "warning", "message", message_of(sarif, text)));
    }
    return json_pack("{s:b, s:o}", "executionSuccessful", 1, "toolConfigurationNotifications",
                     notes);
}

static json_t *run_of(const struct sarif *sarif, json_t *rules, json_t *results)
{
    const struct run *run = sarif->run;
    char time[32];
    sys_format_time(run->target.collected_at, time);
    json_t *driver = json_pack("{s:s, s:s, s:o}", "name", "Merlon", "semanticVersion",
                               MERLON_VERSION, "rules", rules);
    json_t *properties = json_pack(
        "{s:o, s:o, s:s, s:i, s:s, s:s, s:o}", "target",
        export_json(sarif->arena, run->target.name), "system",
        export_json(sarif->arena, run->system), "standard", run->standard->id, "level", run->level,
        "scope", run->scope ? run->scope : "all", "collectedAt", time, "profile",
        run->profile ? export_json(sarif->arena, run->profile->name) : json_null());
    return json_pack("{s:{s:o}, s:s, s:[o], s:o, s:o, s:o}", "tool", "driver", driver, "language",
                     lang_name(sarif->style->lang), "invocations", invocation_of(sarif),
                     "originalUriBaseIds", bases_of(sarif), "results", results, "properties",
                     properties);
}

struct rc report_sarif(const struct run *run, const struct report_style *style, struct buf *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct sarif sarif = {.run = run, .style = style, .arena = arena};
    json_t *rules = json_array(), *results = json_array();
    sarif.rules = arena_take(arena, (run->result_count + 1) * sizeof *sarif.rules);
    for (size_t i = 0; i < run->result_count; i++) {
        add_rule(&sarif, i, rules);
        add_results(&sarif, i, results);
    }
    json_t *top = json_pack("{s:s, s:s, s:[o]}", "$schema", SCHEMA, "version", "2.1.0", "runs",
                            run_of(&sarif, rules, results));
    return export_write_json(top, JSON_INDENT(1), out);
}
