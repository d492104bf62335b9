/*
 * html: the report as one page, for the screen and for paper.
 *
 *   head       target, system, standard, level, time; a bar and the counts
 *   filters    by verdict, clause and text
 *   sections   by clause, worst first, each with its checks
 *   items      every item of the standard, its verdict, and the checks that decided it
 *
 * The page is whole: it loads nothing and sends nothing. All text goes through html_element or
 * export_add_escaped.
 */
#include "interface/report/html.h"
#include "foundation/sys/sys.h"

#include <string.h>

/* ---- head ---------------------------------------------------------------------------------- */

static void add_head(const struct sheet *sheet)
{
    const struct run *run = sheet->run;
    char time[32];
    sys_format_time(run->target.collected_at, time);
    const char *kind = html_say(sheet, arena_printf(sheet->arena, "kind.%s", run->target.kind));
    const char *scope = run->scope ? run->scope : html_say(sheet, "report.any_scope");
    const char *name = arena_printf(sheet->arena, "%s %s", run->standard->title,
                                    text_of(run->standard->names, sheet->style->lang));
    buf_add_text(sheet->out, "<header>\n");
    html_element(sheet, "h1", NULL, arena_printf(sheet->arena, "%s %s", kind, run->target.name));
    html_element(sheet, "p", NULL, run->system);
    html_element(sheet, "p", NULL,
                 sheet_say(sheet, "report.standard", name,
                           sheet_number(sheet, (uint64_t)run->level), scope));
    html_element(sheet, "p", "dim", time);
    if (run->profile)
        html_element(
            sheet, "p", "dim",
            sheet_say(sheet, "report.profile", run->profile->name, run->profile->origin, NULL));
    if (!run->target.running)
        html_element(sheet, "p", "dim", html_say(sheet, "report.not_running"));
}

/* Rectangles whose width is a number: the page's policy allows no style in an element. */
static void add_bar(const struct sheet *sheet, const size_t *counts, size_t total)
{
    size_t at = 0;
    buf_printf(sheet->out,
               "<svg viewBox=\"0 0 %zu 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
               total);
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (counts[v])
            buf_printf(sheet->out, "<rect class=\"%s\" x=\"%zu\" width=\"%zu\" height=\"1\"/>",
                       verdict_name((enum verdict)v), at, counts[v]);
        at += counts[v];
    }
    buf_add_text(sheet->out, "</svg>\n");
}

static void add_counts(const struct sheet *sheet, const char *key, const size_t *counts, bool bar)
{
    size_t total = 0;
    for (int v = 0; v < VERDICT_COUNT; v++)
        total += counts[v];
    if (total == 0)
        return;
    if (bar)
        add_bar(sheet, counts, total);
    buf_add_text(sheet->out, "<ul class=\"counts\">");
    html_element(sheet, "li", NULL, sheet_say(sheet, key, sheet_number(sheet, total), NULL, NULL));
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (counts[v] == 0)
            continue;
        buf_printf(sheet->out, "<li>%zu ", counts[v]);
        html_verdict(sheet, (enum verdict)v);
        buf_add_text(sheet->out, "</li>");
    }
    buf_add_text(sheet->out, "</ul>\n");
}

/* Exclusions of the profile that no longer hold. */
static void add_expired(const struct sheet *sheet)
{
    const struct run *run = sheet->run;
    if (run->expired_count == 0)
        return;
    const char *count = sheet_number(sheet, run->expired_count);
    buf_add_text(sheet->out, "<div class=\"expired\">");
    html_element(sheet, "p", "unknown", sheet_say(sheet, "report.expired", count, NULL, NULL));
    buf_add_text(sheet->out, "<ul>");
    for (size_t i = 0; i < run->expired_count; i++)
        html_element(sheet, "li", NULL,
                     exclusion_expired(sheet->arena, sheet->style->lang, run->expired[i]));
    buf_add_text(sheet->out, "</ul></div>\n");
}

static void add_summary(const struct sheet *sheet)
{
    const struct run *run = sheet->run;
    size_t checks[VERDICT_COUNT] = {0};
    for (size_t i = 0; i < run->result_count; i++)
        checks[run->results[i].verdict] += run->results[i].check != NULL;
    add_counts(sheet, "report.items", run->item_summary, true);
    add_counts(sheet, "report.checks", checks, run->item_count == 0);
    add_expired(sheet);
    buf_add_text(sheet->out, "</header>\n");
}

/* ---- filters ------------------------------------------------------------------------------- */

static void add_option(const struct sheet *sheet, const struct clause *clause)
{
    buf_add_text(sheet->out, "<option value=\"");
    export_add_escaped(sheet->out, clause->number);
    buf_add_text(sheet->out, "\">");
    export_add_escaped(sheet->out, clause->number);
    buf_add_char(sheet->out, ' ');
    export_add_escaped(sheet->out, clause_title(clause, sheet->style->lang));
    buf_add_text(sheet->out, "</option>\n");
}

/* Each clause number once: those of the items, or, without items, those of the sections. */
static void add_clauses(const struct sheet *sheet, const struct group *groups, size_t count)
{
    const struct run *run = sheet->run;
    const char *last = "";
    buf_add_text(sheet->out, "<select id=\"clause\" aria-label=\"");
    export_add_escaped(sheet->out, html_say(sheet, "page.clause"));
    buf_add_text(sheet->out, "\"><option value=\"\">");
    export_add_escaped(sheet->out, html_say(sheet, "page.any_clause"));
    buf_add_text(sheet->out, "</option>\n");
    for (size_t i = 0; i < run->item_count; i++) {
        if (strcmp(run->items[i].clause->number, last) != 0)
            add_option(sheet, run->items[i].clause);
        last = run->items[i].clause->number;
    }
    for (size_t i = 0; i < count && run->item_count == 0; i++) {
        if (groups[i].clause)
            add_option(sheet, groups[i].clause);
    }
    buf_add_text(sheet->out, "</select>\n");
}

static void add_button(const struct sheet *sheet, const char *id, const char *key)
{
    buf_printf(sheet->out, "<button type=\"button\" id=\"%s\">", id);
    export_add_escaped(sheet->out, html_say(sheet, key));
    buf_add_text(sheet->out, "</button>\n");
}

static void add_filters(const struct sheet *sheet, const struct group *groups, size_t count)
{
    buf_add_text(sheet->out, "<div id=\"filters\" role=\"search\" hidden>\n<fieldset>");
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (sheet->run->summary[v] == 0 && sheet->run->item_summary[v] == 0)
            continue;
        buf_printf(sheet->out, "<label><input type=\"checkbox\" value=\"%s\" checked> ",
                   verdict_name((enum verdict)v));
        html_verdict(sheet, (enum verdict)v);
        buf_add_text(sheet->out, "</label>\n");
    }
    buf_add_text(sheet->out, "</fieldset>\n");
    add_clauses(sheet, groups, count);
    buf_add_text(sheet->out, "<input type=\"search\" id=\"text\" placeholder=\"");
    export_add_escaped(sheet->out, html_say(sheet, "page.search"));
    buf_add_text(sheet->out, "\" aria-label=\"");
    export_add_escaped(sheet->out, html_say(sheet, "page.search"));
    buf_add_text(sheet->out, "\">\n");
    add_button(sheet, "unfold", "page.unfold");
    add_button(sheet, "fold", "page.fold");
    buf_add_text(sheet->out, "<output id=\"count\"></output>\n</div>\n");
}

/* ---- body ---------------------------------------------------------------------------------- */

static void add_group(const struct sheet *sheet, const struct group *group)
{
    const struct clause *clause = group->clause;
    const char *title = html_say(sheet, "report.other");
    if (clause)
        title = arena_printf(sheet->arena, "%s  %s", clause->number,
                             clause_title(clause, sheet->style->lang));
    buf_add_text(sheet->out, "<section>\n");
    html_element(sheet, "h2", NULL, title);
    buf_add_char(sheet->out, '\n');
    for (size_t i = 0; i < group->count; i++)
        html_outcome(sheet, group->results[i]);
    buf_add_text(sheet->out, "</section>\n");
}

/* The checks of an item, each a link to where it stands on the page. */
static void add_links(const struct sheet *sheet, const struct item_verdict *item)
{
    for (size_t i = 0; i < item->result_count; i++) {
        if (!item->results[i]->check) {
            export_add_escaped(sheet->out, result_reason(item->results[i], sheet->style->lang));
            continue;
        }
        buf_add_text(sheet->out, "<a href=\"#check-");
        html_anchor(sheet, item->results[i]);
        buf_add_text(sheet->out, "\">");
        export_add_escaped(sheet->out, item->results[i]->check->id);
        buf_add_text(sheet->out, "</a> ");
    }
}

static void add_items(const struct sheet *sheet)
{
    static const char *const titles[] = {"page.verdict", "page.item", "page.gist", "page.checks"};
    if (sheet->run->item_count == 0)
        return;
    buf_add_text(sheet->out, "<section>\n");
    html_element(sheet, "h2", NULL, html_say(sheet, "page.items"));
    buf_add_text(sheet->out, "<div class=\"scroll\"><table class=\"items\"><thead><tr>");
    for (size_t i = 0; i < COUNT_OF(titles); i++)
        html_element(sheet, "th", NULL, html_say(sheet, titles[i]));
    buf_add_text(sheet->out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < sheet->run->item_count; i++) {
        const struct item_verdict *item = &sheet->run->items[i];
        buf_printf(sheet->out, "<tr data-verdict=\"%s\" data-clauses=\"%s\"><td>",
                   verdict_name(item->verdict), item->clause->number);
        html_verdict(sheet, item->verdict);
        buf_add_text(sheet->out, "</td>");
        html_element(sheet, "td", "n", item->clause->id);
        html_element(sheet, "td", NULL, clause_gist(item->clause, sheet->style->lang));
        buf_add_text(sheet->out, "<td>");
        add_links(sheet, item);
        buf_add_text(sheet->out, "</td></tr>\n");
    }
    buf_add_text(sheet->out, "</tbody></table></div>\n</section>\n");
}

struct rc report_html(const struct run *run, const struct report_style *style, struct buf *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct sheet sheet = {.run = run, .style = style, .arena = arena, .out = out};
    size_t count = 0;
    const struct group *groups = groups_make(run, arena, true, &count);
    TRY(html_open(&sheet, sheet_say(&sheet, "page.title", run->target.name, NULL, NULL)));
    add_head(&sheet);
    add_summary(&sheet);
    add_filters(&sheet, groups, count);
    buf_add_text(out, "<main>\n");
    for (size_t i = 0; i < count; i++)
        add_group(&sheet, &groups[i]);
    add_items(&sheet);
    buf_add_text(out, "</main>\n");
    html_element(&sheet, "footer", NULL, "Merlon " MERLON_VERSION);
    html_close(&sheet);
    return RC_OK;
}
