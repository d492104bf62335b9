/*
 * table: the report for a person at a terminal.
 *
 *   head      target, system, standard, level, time
 *   groups    by clause, worst first; failures and unknowns in full, the rest one line each
 *   products that are not there, with how many checks that leaves out
 *   items without a check, counted by layer
 *   summary   a bar, the counts, the next step
 */
#include "interface/report/sheet.h"
#include "foundation/sys/sys.h"

#define WIDTH_MIN 40

/* What was examined, by what, and when. */
static void add_head(const struct sheet *sheet)
{
    const struct run *run = sheet->run;
    char time[32];
    sys_format_time(run->target.collected_at, time);
    const char *kind = arena_printf(sheet->arena, "kind.%s", run->target.kind);
    sheet_tint(sheet, TINT_BOLD);
    sheet_line(sheet, 0,
               arena_printf(sheet->arena, "%s %s%s%s", text_get(sheet->style->lang, kind),
                            run->target.name, run->system[0] ? " - " : "", run->system));
    sheet_tint(sheet, TINT_NONE);
    const char *level = sheet_number(sheet, (uint64_t)run->level);
    const char *scope = run->scope ? run->scope : text_get(sheet->style->lang, "report.any_scope");
    const char *name = arena_printf(sheet->arena, "%s %s", run->standard->title,
                                    text_of(run->standard->names, sheet->style->lang));
    const char *judged_by = sheet_say(sheet, "report.standard", name, level, scope);
    sheet_line(sheet, 0, arena_printf(sheet->arena, "%s - %s", judged_by, time));
    if (run->profile)
        sheet_line(
            sheet, 0,
            sheet_say(sheet, "report.profile", run->profile->name, run->profile->origin, NULL));
    if (!run->target.running)
        sheet_line(sheet, 0, sheet_say(sheet, "report.not_running", NULL, NULL, NULL));
}

/* The number and title of a clause, then its checks. */
static void add_group(const struct sheet *sheet, const struct group *group)
{
    buf_add_char(sheet->out, '\n');
    sheet_tint(sheet, TINT_BOLD);
    if (group->clause)
        buf_printf(sheet->out, "%s  %s", group->clause->number,
                   clause_title(group->clause, sheet->style->lang));
    else
        buf_add_text(sheet->out, text_get(sheet->style->lang, "report.other"));
    sheet_tint(sheet, TINT_NONE);
    buf_add_char(sheet->out, '\n');
    for (size_t i = 0; i < group->count; i++)
        outcome_add(sheet, group->results[i]);
}

void report_table(const struct run *run, const struct report_style *style, struct buf *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct report_style own = *style;
    own.width = own.width < WIDTH_MIN ? WIDTH_MIN : own.width;
    struct sheet sheet = {.run = run, .style = &own, .arena = arena, .out = out};
    size_t count = 0;
    const struct group *groups = groups_make(run, arena, style->all, &count);
    add_head(&sheet);
    for (size_t i = 0; i < count; i++)
        add_group(&sheet, &groups[i]);
    if (!style->all)
        absent_add(&sheet);
    uncovered_add(&sheet);
    summary_add(&sheet);
}
