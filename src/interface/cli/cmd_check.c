/* check: plan, collect (or load), evaluate, report. The exit code is the worst verdict. */
#include "interface/cli/command.h"
#include "interface/cli/record.h"
#include "interface/oscal/oscal.h"
#include "interface/report/report.h"
#include "foundation/sys/sys.h"

#include <string.h>

/* Waived and not applicable do not ask for anything. */
static int exit_of_run(const struct run *run)
{
    if (run->summary[VERDICT_FAIL])
        return EXIT_NOT_MET;
    if (run->summary[VERDICT_UNKNOWN] || run->summary[VERDICT_MANUAL])
        return EXIT_OPEN;
    return EXIT_MET;
}

/* A table cannot fail; the others may lack memory or an algorithm. */
static struct rc write_table(const struct run *run, const struct report_style *style,
                             struct buf *out)
{
    report_table(run, style, out);
    return RC_OK;
}

static struct rc write_oscal(const struct run *run, const struct report_style *style,
                             struct buf *out)
{
    return oscal_results(run, style->lang, style->limit, out);
}

typedef struct rc (*writer)(const struct run *run, const struct report_style *style,
                            struct buf *out);

static const struct {
    const char *name;
    writer write;
} formats[] = {{"table", write_table}, {"json", report_json},   {"html", report_html},
               {"csv", report_csv},    {"junit", report_junit}, {"sarif", report_sarif},
               {"ocsf", report_ocsf},  {"oscal", write_oscal}};

/* The format was verified against the dispatch table; a test tries each of that table here. */
static writer writer_of(const char *format)
{
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        if (strcmp(formats[i].name, format) == 0)
            return formats[i].write;
    }
    panic("no writer for the format %s", format);
}

/* The whole report is made before any of it is written. */
static struct rc show(const struct call *call, const struct run *run)
{
    struct buf out CLEANUP(buf_freep) = {0};
    struct report_style style = {
        .lang = call->lang,
        .colour = output_colour(call),
        .width = output_width(call),
        .limit = call_number(call, OPTION_LIMIT, 0),
        .all = call_has(call, OPTION_ALL),
    };
    TRY(writer_of(call_format(call))(run, &style, &out));
    return output_write(call, &out);
}

struct rc cmd_check(const struct call *call, int *exit_code)
{
    struct request request;
    struct plan *plan CLEANUP(plan_freep) = NULL;
    struct bundle *bundle CLEANUP(bundle_freep) = NULL;
    struct run *run = NULL;
    TRY(selection_read(call, &request));
    TRY(record_binding(call, &request));
    TRY(plan_new(&request, &plan));
    const struct wishes *wishes = plan_wishes(plan);
    if (record_wanted(call))
        TRY(record_wishes(call, wishes, &wishes));
    TRY(target_collect(call, wishes, &bundle));
    /* A stored bundle is judged at the time it was collected: the same verdicts, years later. */
    TRY(plan_evaluate(plan, bundle, bundle_target(bundle)->collected_at, &run));
    *exit_code = exit_of_run(run);
    for (size_t i = 0; i < run->expired_count; i++)
        tell(exclusion_expired(call->arena, call->lang, run->expired[i]));
    struct rc rc = show(call, run);
    if (!failed(rc) && record_wanted(call))
        rc = record_run(call, run, bundle);
    run_free(run);
    return rc;
}
