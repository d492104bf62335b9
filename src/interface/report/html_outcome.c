/*
 * html_outcome: one check on the page: its head, then why, the rows, what was not read, what was
 * expected and how to mend it. Failures and unknowns stand open.
 */
#include "interface/report/html.h"

#include <string.h>

const char *html_say(const struct sheet *sheet, const char *key)
{
    return text_get(sheet->style->lang, key);
}

void html_element(const struct sheet *sheet, const char *tag, const char *name, const char *text)
{
    if (name)
        buf_printf(sheet->out, "<%s class=\"%s\">", tag, name);
    else
        buf_printf(sheet->out, "<%s>", tag);
    export_add_escaped(sheet->out, text);
    buf_printf(sheet->out, "</%s>", tag);
}

void html_verdict(const struct sheet *sheet, enum verdict verdict)
{
    const char *name = arena_printf(sheet->arena, "v %s", verdict_name(verdict));
    html_element(sheet, "span", name, sheet_verdict(sheet, verdict));
}

/* The verdict, the subject, what was observed, the file and the line. */
static void add_row(const struct sheet *sheet, const struct result *result,
                    const struct judged *row)
{
    const char *line = row->line ? arena_printf(sheet->arena, "%lld", (long long)row->line) : "";
    buf_add_text(sheet->out, "<tr><td>");
    html_verdict(sheet, export_row_verdict(result, row));
    buf_add_text(sheet->out, "</td>");
    html_element(sheet, "td", NULL, row->subject ? row->subject : "");
    html_element(sheet, "td", NULL, export_values(sheet->arena, result, row, sheet->style->lang));
    html_element(sheet, "td", NULL, row->src ? row->src : "");
    html_element(sheet, "td", "n", line);
    buf_add_text(sheet->out, "</tr>\n");
}

static void add_rows(const struct sheet *sheet, const struct result *result)
{
    static const char *const titles[] = {"page.verdict", "page.subject", "page.observed",
                                         "page.source", "page.line"};
    size_t count = export_row_count(sheet->style, result);
    if (count == 0)
        return;
    buf_add_text(sheet->out, "<div class=\"scroll\"><table><thead><tr>");
    for (size_t i = 0; i < COUNT_OF(titles); i++)
        html_element(sheet, "th", NULL, html_say(sheet, titles[i]));
    buf_add_text(sheet->out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < count; i++)
        add_row(sheet, result, &result->rows[i]);
    buf_add_text(sheet->out, "</tbody></table></div>\n");
    if (count < result->row_count)
        html_element(sheet, "p", "dim",
                     sheet_say(sheet, "report.more_rows",
                               sheet_number(sheet, result->row_count - count), NULL, NULL));
}

/* Sources that were not read whole: why an unknown is one. */
static void add_unread(const struct sheet *sheet, const struct result *result)
{
    for (size_t i = 0; i < result->evidence_count; i++) {
        const struct evidence_source *source = &result->evidence[i];
        if (strcmp(source->status, "ok") == 0 || strcmp(source->status, "absent") == 0)
            continue;
        const char *status = arena_printf(sheet->arena, "status.%s", source->status);
        const char *why = sheet_message(sheet, &source->reason);
        html_element(
            sheet, "p", "unknown",
            why[0] ? why
                   : arena_printf(sheet->arena, "%s: %s", source->source, html_say(sheet, status)));
    }
}

/* A term and its text, unless it is empty. `lines`: commands, to be copied. */
static void add_term(const struct sheet *sheet, const char *key, const char *text, bool lines)
{
    if (!text[0])
        return;
    html_element(sheet, "dt", NULL, html_say(sheet, key));
    buf_add_text(sheet->out, lines ? "<dd><pre>" : "<dd>");
    export_add_lines(sheet->out, text);
    buf_add_text(sheet->out, lines ? "</pre></dd>\n" : "</dd>\n");
}

static const char *parameters(const struct sheet *sheet, const struct result *result)
{
    const char *list = "";
    for (size_t i = 0; i < result->parameter_count; i++)
        list = arena_printf(sheet->arena, "%s%s%s = %s", list, i ? ", " : "",
                            result->parameters[i].name, result->parameters[i].value);
    return list;
}

static void add_terms(const struct sheet *sheet, const struct result *result)
{
    enum lang lang = sheet->style->lang;
    bool mend = result->verdict == VERDICT_FAIL || result->verdict == VERDICT_UNKNOWN;
    buf_add_text(sheet->out, "<dl>\n");
    add_term(sheet, "page.expected", export_expected(sheet->arena, result, lang), false);
    if (mend) {
        add_term(sheet, "page.fix", export_fix(sheet->arena, result, lang), false);
        add_term(sheet, "page.shell", result_fix_shell(result), true);
    }
    add_term(sheet, "page.parameters", parameters(sheet, result), false);
    add_term(sheet, "page.bears_on", export_clauses(sheet->arena, result, ", "), false);
    buf_add_text(sheet->out, "</dl>\n");
}

/* A check of a product may have several results: those are told apart by their places in the run.
 */
void html_anchor(const struct sheet *sheet, const struct result *result)
{
    export_add_escaped(sheet->out, result->check->id);
    if (result->product)
        buf_printf(sheet->out, "-%zu", (size_t)(result - sheet->run->results));
}

void html_outcome(const struct sheet *sheet, const struct result *result)
{
    bool work = result->verdict == VERDICT_FAIL || result->verdict == VERDICT_UNKNOWN;
    buf_add_text(sheet->out, "<details id=\"check-");
    html_anchor(sheet, result);
    buf_printf(sheet->out, "\" data-verdict=\"%s\" data-clauses=\"", verdict_name(result->verdict));
    for (size_t i = 0; i < result->clause_count; i++)
        buf_printf(sheet->out, "%s%s", i ? " " : "", result->clauses[i]->number);
    buf_printf(sheet->out, "\"%s>\n<summary>", work ? " open" : "");
    html_verdict(sheet, result->verdict);
    html_element(sheet, "code", NULL, result->check->id);
    export_add_escaped(sheet->out, export_title(sheet->arena, result, sheet->style->lang));
    if (result_instance(result)[0])
        buf_add_text(sheet->out, " - ");
    export_add_escaped(sheet->out, result_instance(result));
    buf_add_text(sheet->out, "</summary>\n");
    html_element(sheet, "p", NULL, result_reason(result, sheet->style->lang));
    if (result->note.key)
        html_element(sheet, "p", "dim", sheet_message(sheet, &result->note));
    for (size_t i = 0; i < result->waiver_count && result->verdict != VERDICT_WAIVED; i++)
        html_element(sheet, "p", "waived",
                     exclusion_text(sheet->arena, sheet->style->lang, result->waivers[i]));
    for (size_t i = 0; i < result->expired_count; i++)
        html_element(sheet, "p", "unknown",
                     exclusion_expired(sheet->arena, sheet->style->lang, result->expired[i]));
    add_rows(sheet, result);
    add_unread(sheet, result);
    add_terms(sheet, result);
    buf_add_text(sheet->out, "</details>\n");
}
