/*
 * junit: JUnit XML, as continuous integration reads it: one testcase a check.
 *
 *   fail                             failure, its text the rows with file and line, and the fix
 *   unknown                          error: what could not be read is not met, and must not be
 * green manual, waived, not_applicable   skipped, with the reason pass nothing inside
 *
 * Items without a check are no testcase: they would never turn green by a change of the system.
 */
#include "interface/report/export.h"
#include "foundation/sys/sys.h"

#include <string.h>

struct junit {
    const struct run *run;
    const struct report_style *style;
    struct arena *arena;
    struct buf *out;
};

/* ` name="value"` */
static void add_attribute(const struct junit *junit, const char *name, const char *value)
{
    buf_printf(junit->out, " %s=\"", name);
    export_add_escaped(junit->out, value);
    buf_add_char(junit->out, '"');
}

static void add_number(const struct junit *junit, const char *name, size_t number)
{
    buf_printf(junit->out, " %s=\"%zu\"", name, number);
}

/* Only checks are counted, not the items without one. */
static void add_counts(const struct junit *junit)
{
    size_t counts[VERDICT_COUNT] = {0}, total = 0;
    for (size_t i = 0; i < junit->run->result_count; i++) {
        if (!junit->run->results[i].check)
            continue;
        counts[junit->run->results[i].verdict]++;
        total++;
    }
    add_number(junit, "tests", total);
    add_number(junit, "failures", counts[VERDICT_FAIL]);
    add_number(junit, "errors", counts[VERDICT_UNKNOWN]);
    add_number(junit, "skipped",
               counts[VERDICT_MANUAL] + counts[VERDICT_WAIVED] + counts[VERDICT_NOT_APPLICABLE]);
    buf_add_text(junit->out, " time=\"0\"");
}

static void add_property(const struct junit *junit, const char *name, const char *value)
{
    buf_add_text(junit->out, "   <property");
    add_attribute(junit, "name", name);
    add_attribute(junit, "value", value);
    buf_add_text(junit->out, "/>\n");
}

static void add_properties(const struct junit *junit)
{
    const struct run *run = junit->run;
    buf_add_text(junit->out, "  <properties>\n");
    add_property(junit, "target", run->target.name);
    add_property(junit, "system", run->system);
    add_property(junit, "standard", run->standard->id);
    add_property(junit, "level", arena_printf(junit->arena, "%d", run->level));
    add_property(junit, "scope", run->scope ? run->scope : "all");
    if (run->profile)
        add_property(junit, "profile", run->profile->name);
    for (size_t i = 0; i < run->expired_count; i++)
        add_property(junit, "expired exclusion",
                     exclusion_expired(junit->arena, junit->style->lang, run->expired[i]));
    buf_add_text(junit->out, "  </properties>\n");
}

/* "fail: minlen: value = 6 (/etc/security/pwquality.conf:12)" for each row that does not pass. */
static void add_rows(const struct junit *junit, const struct result *result)
{
    for (size_t i = 0; i < export_row_count(junit->style, result); i++) {
        const struct judged *row = &result->rows[i];
        if (row->ok == 1)
            continue;
        const char *line = arena_printf(
            junit->arena, "%s: %s: %s", verdict_name(export_row_verdict(result, row)),
            row->subject ? row->subject : "", export_observed(junit->arena, result, row));
        if (row->src)
            line = arena_printf(junit->arena, "%s (%s", line, row->src);
        if (row->src)
            line = row->line ? arena_printf(junit->arena, "%s:%lld)", line, (long long)row->line)
                             : arena_printf(junit->arena, "%s)", line);
        export_add_escaped(junit->out, line);
        buf_add_char(junit->out, '\n');
    }
}

/* A sentence with its label, on its own lines. */
static void add_labelled(const struct junit *junit, const char *key, const char *text)
{
    struct message message = {.key = key, .args = {text}};
    if (text[0]) {
        export_add_lines(junit->out, text_render(junit->arena, junit->style->lang, &message));
        buf_add_char(junit->out, '\n');
    }
}

static void add_sentence(const struct junit *junit, const char *text)
{
    export_add_escaped(junit->out, text);
    buf_add_text(junit->out, text[0] ? "\n" : "");
}

/* The body of a failure or error: what a person needs who sees nothing but the build's log. */
static void add_body(const struct junit *junit, const struct result *result)
{
    enum lang lang = junit->style->lang;
    export_add_escaped(junit->out, export_title(junit->arena, result, lang));
    buf_add_char(junit->out, '\n');
    add_rows(junit, result);
    add_sentence(junit, export_waivers(junit->arena, result, lang));
    add_sentence(junit, export_expired(junit->arena, result, lang));
    add_labelled(junit, "report.expected", export_expected(junit->arena, result, lang));
    if (result->verdict == VERDICT_FAIL)
        add_labelled(junit, "report.fix", result_fix(result, lang));
    add_labelled(junit, "report.bears_on", export_clauses(junit->arena, result, ", "));
}

static void add_case(const struct junit *junit, const struct result *result)
{
    const char *verdict = verdict_name(result->verdict);
    buf_add_text(junit->out, "  <testcase");
    const char *instance = result_instance(result);
    add_attribute(junit, "name",
                  arena_printf(junit->arena, "%s%s%s%s", result->check->id, instance[0] ? " (" : "",
                               instance, instance[0] ? ")" : ""));
    add_attribute(junit, "classname",
                  arena_printf(junit->arena, "%s.%s", junit->run->standard->id,
                               asset_class_name(result->check->asset_class)));
    buf_add_text(junit->out, " time=\"0\"");
    if (result->verdict == VERDICT_PASS) {
        buf_add_text(junit->out, "/>\n");
        return;
    }
    bool failure = result->verdict == VERDICT_FAIL, error = result->verdict == VERDICT_UNKNOWN;
    const char *element = failure ? "failure" : error ? "error" : "skipped";
    buf_printf(junit->out, ">\n   <%s", element);
    add_attribute(junit, "message", result_reason(result, junit->style->lang));
    if (failure || error) {
        add_attribute(junit, "type", verdict);
        buf_add_char(junit->out, '>');
        add_body(junit, result);
        buf_printf(junit->out, "</%s>\n  </testcase>\n", element);
    } else {
        buf_add_text(junit->out, "/>\n  </testcase>\n");
    }
}

struct rc report_junit(const struct run *run, const struct report_style *style, struct buf *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct junit junit = {.run = run, .style = style, .arena = arena, .out = out};
    char time[32];
    sys_format_time(run->target.collected_at, time);
    time[strcspn(time, "Z")] = '\0'; /* its schema knows no time zones; the time is UTC */
    buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"merlon\"");
    add_counts(&junit);
    buf_add_text(out, ">\n <testsuite");
    add_attribute(&junit, "name",
                  arena_printf(arena, "%s level %d", run->standard->id, run->level));
    add_attribute(&junit, "hostname", run->target.name);
    add_attribute(&junit, "timestamp", time);
    add_counts(&junit);
    buf_add_text(out, ">\n");
    add_properties(&junit);
    for (size_t i = 0; i < run->result_count; i++) {
        if (run->results[i].check)
            add_case(&junit, &run->results[i]);
    }
    buf_add_text(out, " </testsuite>\n</testsuites>\n");
    return RC_OK;
}
