/* check: plan, collect (or load), evaluate, report. The exit code is the worst verdict. */
#include "interface/cli/command.h"
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
    if (strcmp(call_format(call), "json") == 0)
        TRY(report_json(run, &style, &out));
    else
        report_table(run, &style, &out);
    return output_write(call, &out);
}

struct rc cmd_check(const struct call *call, int *exit_code)
{
    struct request request;
    struct plan *plan CLEANUP(plan_freep) = NULL;
    struct bundle *bundle CLEANUP(bundle_freep) = NULL;
    struct run *run = NULL;
    TRY(selection_read(call, &request));
    TRY(plan_new(&request, &plan));
    TRY(target_collect(call, plan_wishes(plan), &bundle));
    /* A stored bundle is judged at the time it was collected: the same verdicts, years later. */
    TRY(plan_evaluate(plan, bundle, bundle_target(bundle)->collected_at, &run));
    *exit_code = exit_of_run(run);
    struct rc rc = show(call, run);
    run_free(run);
    return rc;
}
