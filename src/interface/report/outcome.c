/*
 * outcome: one check's result for a person.
 *
 *     fail      password-length  Passwords are at least 8 characters long
 *         1 of 1 does not hold.
 *         x minlen: value = 6, explicit = 1  /etc/security/pwquality.conf:12
 *         Expected: at least 8 characters
 *         Fix: ...
 *
 * Rows come failures first; `limit` of them are shown.
 */
#include "interface/report/export.h"
#include "interface/report/sheet.h"

#include <string.h>

#define LIMIT_DEFAULT 5
#define DETAIL_INDENT 6
#define LABEL_WIDTH   10

static size_t limit_of(const struct sheet *sheet)
{
    return sheet->style->limit ? sheet->style->limit : LIMIT_DEFAULT;
}

/* "  fail      password-length  title" */
static void add_head(const struct sheet *sheet, const struct result *result)
{
    const char *label = sheet_verdict(sheet, result->verdict);
    struct buf line = {0};
    sheet_blanks(sheet, 2);
    sheet_tint(sheet, tint_of(result->verdict));
    sheet_text(sheet, label);
    sheet_tint(sheet, TINT_NONE);
    size_t width = text_width(view_of(label));
    sheet_blanks(sheet, width < LABEL_WIDTH ? LABEL_WIDTH - width : 2);
    buf_printf(&line, "%s  ", result->check->id);
    const char *title = text_of(doc_get(result->check->raw, "title"), sheet->style->lang);
    text_add_safe(&line, view_of(title));
    if (result_instance(result)[0]) {
        buf_add_text(&line, " - ");
        text_add_safe(&line, view_of(result_instance(result)));
    }
    text_add_wrapped(sheet->out, buf_view(&line), sheet->style->width, 2 + LABEL_WIDTH);
    buf_add_char(sheet->out, '\n');
    buf_free(&line);
}

/* "x subject: column = value, column = value  source:line" */
static void add_row(const struct sheet *sheet, const struct result *result,
                    const struct judged *row)
{
    struct buf line = {0};
    buf_printf(&line, "%s %s",
               row->waiver    ? "w"
               : row->ok == 1 ? "✓"
               : row->ok == 0 ? "✗"
                              : "?",
               row->subject ? row->subject : "");
    const char *values = export_values(sheet->arena, result, row, sheet->style->lang);
    if (values[0])
        buf_printf(&line, "%s%s", values[0] == '(' ? " " : ": ", values);
    if (row->src)
        buf_printf(&line, "  %s", row->src);
    if (row->src && row->line)
        buf_printf(&line, ":%lld", (long long)row->line);
    /* A newline in a value is the target's: it is shown, not obeyed. */
    struct buf safe = {0};
    text_add_safe(&safe, buf_view(&line));
    sheet_tint(sheet, row->ok == 1 || row->waiver ? TINT_DIM : TINT_NONE);
    sheet_blanks(sheet, DETAIL_INDENT);
    text_add_wrapped(sheet->out, buf_view(&safe), sheet->style->width, DETAIL_INDENT + 2);
    sheet_tint(sheet, TINT_NONE);
    buf_add_char(sheet->out, '\n');
    buf_free(&safe);
    buf_free(&line);
}

/* Passing rows say nothing about what is wrong: only the others are shown here. */
static void add_rows(const struct sheet *sheet, const struct result *result)
{
    size_t shown = 0, wanted = 0;
    for (size_t i = 0; i < result->row_count; i++) {
        if (result->rows[i].ok == 1)
            continue;
        wanted++;
        if (shown < limit_of(sheet)) {
            add_row(sheet, result, &result->rows[i]);
            shown++;
        }
    }
    if (shown < wanted)
        sheet_line(
            sheet, DETAIL_INDENT,
            sheet_say(sheet, "report.more_rows", sheet_number(sheet, wanted - shown), NULL, NULL));
}

/* What could not be read: why an unknown is one. */
static void add_unread(const struct sheet *sheet, const struct result *result)
{
    size_t shown = 0, wanted = 0;
    for (size_t i = 0; i < result->evidence_count; i++) {
        const struct evidence_source *source = &result->evidence[i];
        if (strcmp(source->status, "ok") == 0 || strcmp(source->status, "absent") == 0)
            continue;
        if (++wanted > limit_of(sheet))
            continue;
        const char *key = arena_printf(sheet->arena, "status.%s", source->status);
        const char *why = sheet_message(sheet, &source->reason);
        const char *status = text_get(sheet->style->lang, key);
        const char *line = arena_printf(sheet->arena, "? %s: %s", source->source, status);
        shown++;
        sheet_line(sheet, DETAIL_INDENT, why[0] ? arena_printf(sheet->arena, "? %s", why) : line);
    }
    if (shown < wanted)
        sheet_line(sheet, DETAIL_INDENT,
                   sheet_say(sheet, "report.more_sources", sheet_number(sheet, wanted - shown),
                             NULL, NULL));
}

/* "Expected: text", or nothing for an empty text. */
static void add_labelled(const struct sheet *sheet, const char *key, const char *text)
{
    if (text[0])
        sheet_line(sheet, DETAIL_INDENT, sheet_say(sheet, key, text, NULL, NULL));
}

/* What to do, and the commands for it. They are shown and never run. */
static void add_fix(const struct sheet *sheet, const struct result *result)
{
    const char *text = result_fix(result, sheet->style->lang);
    if (text[0])
        sheet_lines(sheet, DETAIL_INDENT, sheet_say(sheet, "report.fix", text, NULL, NULL));
    struct view rest = view_of(result_fix_shell(result)), line;
    while (view_line(&rest, &line)) {
        sheet_tint(sheet, TINT_DIM);
        sheet_blanks(sheet, DETAIL_INDENT);
        buf_add_text(sheet->out, "$ ");
        text_add_safe(sheet->out, line); /* not wrapped: it is to be copied */
        sheet_tint(sheet, TINT_NONE);
        buf_add_char(sheet->out, '\n');
    }
}

/* The items it bears on, by number and letter: "8.1.4.1 a), 8.1.4.1 b)". */
static void add_items(const struct sheet *sheet, const struct result *result)
{
    struct buf items = {0};
    buf_add_text(&items, "");
    for (size_t i = 0; i < result->clause_count; i++) {
        const struct clause *clause = result->clauses[i];
        buf_printf(&items, "%s%s%s%s%s%s", i ? ", " : "", clause->number,
                   clause->item[0] ? " " : "", clause->item, clause->item[0] ? ")" : "",
                   clause->subitem);
    }
    add_labelled(sheet, "report.bears_on", items.ptr);
    buf_free(&items);
}

/* What a person needs to mend it, in the order of his questions. */
static void add_details(const struct sheet *sheet, const struct result *result)
{
    sheet_line(sheet, DETAIL_INDENT, result_reason(result, sheet->style->lang));
    add_rows(sheet, result);
    if (result->verdict == VERDICT_UNKNOWN)
        add_unread(sheet, result);
    for (size_t i = 0; i < result->waiver_count; i++)
        sheet_line(sheet, DETAIL_INDENT,
                   exclusion_text(sheet->arena, sheet->style->lang, result->waivers[i]));
    for (size_t i = 0; i < result->expired_count; i++)
        sheet_line(sheet, DETAIL_INDENT,
                   exclusion_expired(sheet->arena, sheet->style->lang, result->expired[i]));
    add_labelled(sheet, "report.expected", result_expected(result, sheet->style->lang));
    if (result->verdict == VERDICT_FAIL)
        add_fix(sheet, result);
    add_items(sheet, result);
}

void outcome_add(const struct sheet *sheet, const struct result *result)
{
    add_head(sheet, result);
    bool in_full = result->verdict == VERDICT_FAIL || result->verdict == VERDICT_UNKNOWN;
    if (in_full)
        add_details(sheet, result);
    else if (result->verdict != VERDICT_PASS || sheet->style->all)
        sheet_line(sheet, DETAIL_INDENT, result_reason(result, sheet->style->lang));
    if (result->note.key && (in_full || sheet->style->all))
        sheet_line(sheet, DETAIL_INDENT, sheet_message(sheet, &result->note));
    for (size_t i = 0; !in_full && sheet->style->all && i < result->row_count; i++) {
        if (i < limit_of(sheet))
            add_row(sheet, result, &result->rows[i]);
    }
}
