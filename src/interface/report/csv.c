/*
 * csv: one line a judged row, and one for a result without rows; after RFC 4180 (CRLF, a header).
 *
 * Every cell is quoted and made safe, so that a line is a line whatever the target holds. A cell
 * that a spreadsheet would take for a formula gets an apostrophe in front; so do the full-width
 * signs, which spreadsheets set to Chinese or Japanese read the same way.
 */
#include "interface/report/export.h"

#include <string.h>

static const char *const header[] = {"target",  "standard", "level",   "check",  "class",
                                     "product", "instance", "clauses", "title",  "verdict",
                                     "subject", "row",      "src",     "line",   "value",
                                     "reason",  "expected", "fix",     "waiver", "note"};

enum column {
    TARGET,
    STANDARD,
    LEVEL,
    CHECK,
    CLASS,
    PRODUCT,
    INSTANCE,
    CLAUSES,
    TITLE,
    RESULT,
    SUBJECT,
    ROW,
    SOURCE,
    LINE,
    VALUE,
    REASON,
    EXPECTED,
    FIX,
    WAIVER,
    NOTE,
    COLUMNS
};

/* Does a spreadsheet compute what begins like this? */
static bool is_formula(const char *text)
{
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        if (strncmp(text, starts[i], strlen(starts[i])) == 0)
            return true;
    }
    return false;
}

static void add_cell(struct buf *out, const char *text)
{
    buf_add_text(out, is_formula(text) ? "\"'" : "\"");
    for (const char *at = text; *at; at++) {
        if (*at == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *at);
    }
    buf_add_char(out, '"');
}

static void add_line(struct buf *out, const char *const *cells)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        buf_add_text(out, i ? "," : "");
        add_cell(out, cells[i] ? cells[i] : "");
    }
    buf_add_text(out, "\r\n");
}

/* What else is to be known: e.g. that an exclusion of the profile expired. */
static const char *note_of(const struct result *result, struct arena *arena, enum lang lang)
{
    const char *note = export_safe(arena, text_render(arena, lang, &result->note));
    const char *expired = export_expired(arena, result, lang);
    return arena_printf(arena, "%s%s%s", note, note[0] && expired[0] ? " " : "", expired);
}

/* What all rows of a result have in common. */
static void fill_result(const struct run *run, const struct report_style *style,
                        const struct result *result, struct arena *arena, const char **cells)
{
    const struct check *check = result->check;
    cells[TARGET] = export_safe(arena, run->target.name);
    cells[STANDARD] = run->standard->id;
    cells[LEVEL] = arena_printf(arena, "%d", run->level);
    cells[CHECK] = check ? check->id : "";
    cells[CLASS] = check ? asset_class_name(check->asset_class) : "";
    cells[PRODUCT] = result->product ? result->product->id : "";
    cells[INSTANCE] = export_safe(arena, result->instance);
    cells[CLAUSES] = export_clauses(arena, result, " ");
    cells[TITLE] = export_title(arena, result, style->lang);
    cells[RESULT] = verdict_name(result->verdict);
    cells[REASON] = export_safe(arena, result_reason(result, style->lang));
    cells[EXPECTED] = export_expected(arena, result, style->lang);
    cells[FIX] = export_fix(arena, result, style->lang);
    cells[WAIVER] = export_waivers(arena, result, style->lang);
    cells[NOTE] = note_of(result, arena, style->lang);
}

static void fill_row(const struct report_style *style, const struct result *result,
                     const struct judged *row, struct arena *arena, const char **cells)
{
    const struct exclusion *waiver = row->waiver;
    cells[WAIVER] = waiver ? export_line(arena, exclusion_text(arena, style->lang, waiver)) : "";
    cells[SUBJECT] = export_safe(arena, row->subject);
    cells[ROW] = verdict_name(export_row_verdict(result, row));
    cells[SOURCE] = export_safe(arena, row->src);
    cells[LINE] = row->line ? arena_printf(arena, "%lld", (long long)row->line) : "";
    cells[VALUE] = export_observed(arena, result, row);
}

struct rc report_csv(const struct run *run, const struct report_style *style, struct buf *out)
{
    add_line(out, header);
    for (size_t i = 0; i < run->result_count; i++) {
        /* One arena a result: a long list of rows does not stay in memory twice. */
        struct arena *arena CLEANUP(arena_freep) = arena_new();
        const struct result *result = &run->results[i];
        const char *cells[COLUMNS] = {0};
        fill_result(run, style, result, arena, cells);
        if (result->row_count == 0)
            add_line(out, cells);
        for (size_t r = 0; r < export_row_count(style, result); r++) {
            fill_row(style, result, &result->rows[r], arena, cells);
            add_line(out, cells);
        }
    }
    return RC_OK;
}
