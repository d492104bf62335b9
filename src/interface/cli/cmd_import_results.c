/*
 * import-results: what another scanner found, beside our own verdicts on the same matters.
 *
 * Ours come from --run, a report of `check --format json`, or are judged now. Exit code 1 when the
 * two contradict each other somewhere.
 */
#include "interface/cli/command.h"
#include "interface/cli/json.h"
#include "interface/report/report.h"
#include "foundation/sys/sys.h"

#include <string.h>

struct page {
    const struct call *call;
    struct past ours;
    struct xccdf theirs;
    const struct beside *all;
    size_t count, not_selected;
    size_t counts[BESIDE_COUNT];
    struct buf *out;
};

/* ---- both sides --------------------------------------------------------------------------------
 */

/* The form of a past report, so that both ways of giving ours are compared alike. */
static struct rc judge_now(const struct call *call, struct past *out)
{
    struct request request;
    struct plan *plan CLEANUP(plan_freep) = NULL;
    struct bundle *bundle CLEANUP(bundle_freep) = NULL;
    struct run *run = NULL;
    TRY(selection_read(call, &request));
    TRY(plan_new(&request, &plan));
    TRY(target_collect(call, plan_wishes(plan), &bundle));
    TRY(plan_evaluate(plan, bundle, bundle_target(bundle)->collected_at, &run));
    past_of_run(call->arena, run, call->lang, out);
    run_free(run);
    return RC_OK;
}

/* Judged before, or judged now; never a mixture. */
static struct rc read_ours(const struct call *call, struct past *out)
{
    bool judged = call_has(call, OPTION_ROOT) || call_has(call, OPTION_BUNDLE) ||
                  call_has(call, OPTION_PROFILE);
    if (!call_has(call, OPTION_RUN))
        return judge_now(call, out);
    if (judged)
        return wrong(call, "msg.run_or_judge", NULL, NULL, NULL);
    return past_from_file(call, call_text(call, OPTION_RUN, ""), out);
}

static struct rc read_theirs(const struct call *call, struct xccdf *out)
{
    struct buf bytes CLEANUP(buf_freep) = {0};
    struct rc rc = sys_read_file(call->operands[0], XCCDF_BYTES_MAX, &bytes);
    if (failed(rc)) {
        const char *why = arena_text(call->arena, fault_text());
        return fault(FAULT_TARGET, "%s", why);
    }
    return xccdf_read(call->arena, call->operands[0], buf_view(&bytes), out);
}

/* ---- shared texts ------------------------------------------------------------------------------
 */

/* The items of the judged standard and level that a check of Merlon's bears on. */
static const char *clauses_of(const struct page *page, const char *id)
{
    const struct check *const *checks;
    size_t count;
    const char *list = "";
    if (!id || failed(checks_builtin(&checks, &count)))
        return list;
    for (size_t i = 0; i < count; i++) {
        const struct clause *clauses[CHECK_CLAUSES_MAX];
        if (strcmp(checks[i]->id, id) != 0)
            continue;
        size_t found = check_clauses(checks[i], page->ours.standard, page->ours.level, clauses,
                                     CHECK_CLAUSES_MAX);
        for (size_t c = 0; c < found && c < CHECK_CLAUSES_MAX; c++)
            list = arena_printf(page->call->arena, "%s%s%s", list, c ? " " : "", clauses[c]->id);
    }
    return list;
}

static const char *verdict_of(const struct beside *one)
{
    return one->ours ? verdict_name(one->ours->verdict) : "";
}

/* ---- for people --------------------------------------------------------------------------------
 */

static void add_line(const struct page *page, const char *text)
{
    text_add_safe(page->out, view_of(text));
    buf_add_char(page->out, '\n');
}

/* Who judged what, by what, and when: two old answers to two questions are soon compared. */
static void add_head(const struct page *page)
{
    const struct call *call = page->call;
    const struct xccdf *theirs = &page->theirs;
    const struct past *ours = &page->ours;
    const char *level = arena_printf(call->arena, "%d", ours->level);
    const char *what = arena_printf(call->arena, "%s %s", ours->kind, ours->name);
    const char *by = say(call, "report.standard", ours->standard, level,
                         ours->scope[0] ? ours->scope : text_get(call->lang, "report.any_scope"));
    add_line(page, say(call, "import.theirs", theirs->target, theirs->profile, theirs->ended_at));
    add_line(page, say(call, "import.ours", what, by, ours->collected_at));
    if (theirs->others)
        add_line(page, say(call, "import.others", arena_printf(call->arena, "%zu", theirs->others),
                           NULL, NULL));
    buf_add_char(page->out, '\n');
}

/* "sshd_disable_root_login fail, sshd_x pass" */
static const char *rules_text(const struct page *page, const struct beside *one)
{
    struct buf list CLEANUP(buf_freep) = {0};
    buf_add_text(&list, "");
    for (size_t i = 0; i < one->their_count; i++)
        buf_printf(&list, "%s%s %s", i ? ", " : "", one->theirs[i]->name,
                   xccdf_result_name(one->theirs[i]->result));
    return arena_text(page->call->arena, list.ptr);
}

static const char *kind_text(const struct page *page, enum beside_kind kind)
{
    return text_get(page->call->lang,
                    arena_printf(page->call->arena, "beside.%s", beside_name(kind)));
}

static void add_rows(const struct page *page)
{
    static const char *const names[] = {"comparison", "check", "ours", "theirs"};
    static const char *const keys[] = {"column.comparison", "column.check", "column.ours",
                                       "column.theirs"};
    const struct call *call = page->call;
    const char *titles[COUNT_OF(keys)];
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        titles[i] = text_get(call->lang, keys[i]);
    struct grid *grid = grid_new(call, names, titles, COUNT_OF(names));
    for (size_t i = 0; i < page->count; i++) {
        const struct beside *one = &page->all[i];
        const char *verdict = "-";
        if (one->ours)
            verdict =
                text_get(call->lang, arena_printf(call->arena, "verdict.%s", verdict_of(one)));
        const char *cells[] = {kind_text(page, one->kind), one->check ? one->check : "-", verdict,
                               one->their_count ? rules_text(page, one) : "-"};
        grid_add_texts(grid, cells);
    }
    if (page->count)
        grid_write(grid, page->out);
}

/* Rows, then the counts of every kind, also of those that did not occur. */
static void write_table(const struct page *page)
{
    const struct call *call = page->call;
    add_head(page);
    add_rows(page);
    buf_add_text(page->out, page->count ? "\n" : "");
    for (int kind = 0; kind < BESIDE_COUNT; kind++)
        buf_printf(page->out, "%s%zu %s", kind ? ", " : "", page->counts[kind],
                   kind_text(page, (enum beside_kind)kind));
    buf_add_char(page->out, '\n');
    if (page->not_selected)
        add_line(page, say(call, "import.not_selected",
                           arena_printf(call->arena, "%zu", page->not_selected), NULL, NULL));
}

/* ---- for machines ------------------------------------------------------------------------------
 */

static void add_csv_row(const struct page *page, struct grid *grid, const struct beside *one,
                        const struct xccdf_rule *rule)
{
    const char *cells[] = {one ? beside_name(one->kind) : "not_selected",
                           one && one->check ? one->check : "",
                           one ? clauses_of(page, one->check) : "",
                           one ? verdict_of(one) : "",
                           rule ? rule->name : "",
                           rule ? xccdf_result_name(rule->result) : "",
                           rule ? rule->severity : "",
                           rule ? rule->id : ""};
    grid_add_texts(grid, cells);
}

/* A line for each rule; one for a check that only we judged. */
static void write_csv(const struct page *page)
{
    static const char *const names[] = {"comparison", "check",  "clauses",  "verdict",
                                        "rule",       "result", "severity", "rule_id"};
    struct grid *grid = grid_new(page->call, names, NULL, COUNT_OF(names));
    for (size_t i = 0; i < page->count; i++) {
        const struct beside *one = &page->all[i];
        if (one->their_count == 0)
            add_csv_row(page, grid, one, NULL);
        for (size_t k = 0; k < one->their_count; k++)
            add_csv_row(page, grid, one, one->theirs[k]);
    }
    for (size_t i = 0; i < page->theirs.count; i++)
        if (page->theirs.rules[i].result == XCCDF_NOT_SELECTED)
            add_csv_row(page, grid, NULL, &page->theirs.rules[i]);
    grid_write(grid, page->out);
}

static json_t *safe_text(const char *text)
{
    struct buf safe CLEANUP(buf_freep) = {0};
    buf_add_text(&safe, "");
    text_add_safe(&safe, view_of(text));
    return json_string(safe.ptr);
}

static json_t *json_rule(const struct xccdf_rule *rule)
{
    return json_pack("{s:o, s:o, s:s, s:o}", "rule", safe_text(rule->name), "id",
                     safe_text(rule->id), "result", xccdf_result_name(rule->result), "severity",
                     safe_text(rule->severity));
}

/* Clauses as a list: one comparison may bear on several items. */
static json_t *json_row(const struct page *page, const struct beside *one)
{
    json_t *rules = json_array(), *clauses = json_array(), *ours = json_null();
    struct view rest = view_of(clauses_of(page, one->check)), word;
    while (view_word(&rest, &word))
        json_array_append_new(clauses, json_stringn(word.ptr, word.len));
    for (size_t i = 0; i < one->their_count; i++)
        json_array_append_new(rules, json_rule(one->theirs[i]));
    if (one->ours)
        ours = json_pack("{s:s, s:o, s:o}", "verdict", verdict_of(one), "title",
                         safe_text(one->ours->title), "reason", safe_text(one->ours->reason));
    return json_pack("{s:s, s:s?, s:o, s:o, s:o}", "comparison", beside_name(one->kind), "check",
                     one->check, "clauses", clauses, "ours", ours, "theirs", rules);
}

static json_t *json_theirs(const struct page *page)
{
    const struct xccdf *theirs = &page->theirs;
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:I}", "xccdf", theirs->version,
                     "benchmark", safe_text(theirs->benchmark), "profile",
                     safe_text(theirs->profile), "target", safe_text(theirs->target), "system",
                     safe_text(theirs->system), "ended_at", safe_text(theirs->ended_at), "rules",
                     (json_int_t)theirs->count, "earlier_results", (json_int_t)theirs->others);
}

/* Summary first; rules that were not selected by name only. */
static struct rc write_json(const struct page *page)
{
    json_t *summary = json_object(), *rows = json_array(), *unselected = json_array();
    const struct past *ours = &page->ours;
    for (int kind = 0; kind < BESIDE_COUNT; kind++)
        json_object_set_new(summary, beside_name((enum beside_kind)kind),
                            json_integer((json_int_t)page->counts[kind]));
    for (size_t i = 0; i < page->count; i++)
        json_array_append_new(rows, json_row(page, &page->all[i]));
    for (size_t i = 0; i < page->theirs.count; i++)
        if (page->theirs.rules[i].result == XCCDF_NOT_SELECTED)
            json_array_append_new(unselected, safe_text(page->theirs.rules[i].name));
    json_t *own =
        json_pack("{s:s, s:o, s:s, s:i, s:s, s:s}", "kind", ours->kind, "name",
                  safe_text(ours->name), "standard", ours->standard, "level", ours->level, "scope",
                  ours->scope[0] ? ours->scope : "all", "collected_at", ours->collected_at);
    return json_write(json_pack("{s:o, s:o, s:o, s:o, s:o}", "theirs", json_theirs(page), "ours",
                                own, "summary", summary, "rows", rows, "not_selected", unselected),
                      page->out);
}

struct rc cmd_import_results(const struct call *call, int *exit_code)
{
    struct buf out CLEANUP(buf_freep) = {0};
    struct page page = {.call = call, .out = &out};
    const char *format = call_format(call);
    TRY(read_theirs(call, &page.theirs));
    TRY(read_ours(call, &page.ours));
    page.all = beside_make(call->arena, &page.ours, &page.theirs, &page.count);
    for (size_t i = 0; i < page.count; i++)
        page.counts[page.all[i].kind]++;
    for (size_t i = 0; i < page.theirs.count; i++)
        page.not_selected += page.theirs.rules[i].result == XCCDF_NOT_SELECTED;
    if (strcmp(format, "json") == 0)
        TRY(write_json(&page));
    else if (strcmp(format, "csv") == 0)
        write_csv(&page);
    else
        write_table(&page);
    TRY(output_write(call, &out));
    *exit_code = page.counts[BESIDE_DIFFER] ? EXIT_NOT_MET : EXIT_MET;
    return RC_OK;
}
