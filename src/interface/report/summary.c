/*
 * summary: the bar, the counts, the items without a check, and what to do next.
 *
 * The bar shows the verdicts in proportion, worst first, each verdict that occurs at least one
 * column wide: coloured blocks where there is colour, letters where there is none.
 */
#include "interface/report/sheet.h"

#include <string.h>

#define BAR_MAX 60

static size_t total_of(const size_t *counts)
{
    size_t total = 0;
    for (int v = 0; v < VERDICT_COUNT; v++)
        total += counts[v];
    return total;
}

/* Columns for each verdict: rounded down, at least one, what is left over to the largest. */
static void share_out(const size_t *counts, size_t width, size_t *columns)
{
    size_t total = total_of(counts), used = 0;
    int largest = 0;
    for (int v = 0; v < VERDICT_COUNT; v++) {
        columns[v] = counts[v] * width / total;
        if (counts[v] && columns[v] == 0)
            columns[v] = 1;
        used += columns[v];
        if (columns[v] > columns[largest])
            largest = v;
    }
    columns[largest] += width;
    columns[largest] -= used < columns[largest] ? used : columns[largest] - 1;
}

static void add_bar(const struct sheet *sheet, const size_t *counts)
{
    static const char letters[VERDICT_COUNT] = {
        [VERDICT_FAIL] = 'F',   [VERDICT_UNKNOWN] = '?', [VERDICT_MANUAL] = 'm',
        [VERDICT_WAIVED] = 'w', [VERDICT_PASS] = '+',    [VERDICT_NOT_APPLICABLE] = '-'};
    size_t columns[VERDICT_COUNT];
    size_t width = sheet->style->width > BAR_MAX + 4 ? BAR_MAX : sheet->style->width - 4;
    if (sheet->style->width < 24)
        width = 20;
    share_out(counts, width, columns);
    sheet_blanks(sheet, 2);
    buf_add_text(sheet->out, sheet->style->colour ? "" : "[");
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (columns[v])
            sheet_tint(sheet, tint_of((enum verdict)v));
        for (size_t i = 0; i < columns[v]; i++) {
            if (sheet->style->colour)
                buf_add_text(sheet->out, "█");
            else
                buf_add_char(sheet->out, letters[v]);
        }
    }
    sheet_tint(sheet, TINT_NONE);
    buf_add_text(sheet->out, sheet->style->colour ? "\n" : "]\n");
}

/* "12 fail, 3 unknown, 20 pass" */
static void add_counts(const struct sheet *sheet, const char *label, const size_t *counts)
{
    sheet_blanks(sheet, 2);
    sheet_text(sheet, label);
    const char *separator = " ";
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (counts[v] == 0)
            continue;
        buf_add_text(sheet->out, separator);
        sheet_tint(sheet, tint_of((enum verdict)v));
        buf_printf(sheet->out, "%zu %s", counts[v], sheet_verdict(sheet, (enum verdict)v));
        sheet_tint(sheet, TINT_NONE);
        separator = ", ";
    }
    buf_add_char(sheet->out, '\n');
}

/* A label with the number of all that is counted: "211 items of the standard:". */
static const char *counted(const struct sheet *sheet, const char *key, const size_t *counts)
{
    return sheet_say(sheet, key, sheet_number(sheet, total_of(counts)), NULL, NULL);
}

/* ---- the next step ------------------------------------------------------------------------- */

/* The result that the next step names: the first of its verdict. */
static const struct result *first_of(const struct run *run, enum verdict verdict)
{
    for (size_t i = 0; i < run->result_count; i++) {
        if (run->results[i].check && run->results[i].verdict == verdict)
            return &run->results[i];
    }
    return NULL;
}

/* Did some source refuse to be read? */
static bool was_denied(const struct run *run)
{
    for (size_t i = 0; i < run->result_count; i++) {
        for (size_t e = 0; e < run->results[i].evidence_count; e++) {
            if (strcmp(run->results[i].evidence[e].status, "denied") == 0)
                return true;
        }
    }
    return false;
}

/* One step only: what helps most now. Reading everything comes before judging. */
static const char *next_step(const struct sheet *sheet)
{
    const struct run *run = sheet->run;
    const struct result *failed_first = first_of(run, VERDICT_FAIL);
    const struct result *unknown_first = first_of(run, VERDICT_UNKNOWN);
    if (was_denied(run) && run->target.running)
        return sheet_say(sheet, "report.next.denied", NULL, NULL, NULL);
    if (failed_first)
        return sheet_say(sheet, "report.next.fail", failed_first->check->id, NULL, NULL);
    if (unknown_first)
        return sheet_say(sheet, "report.next.unknown", unknown_first->check->id, NULL, NULL);
    if (run->check_count == 0)
        return sheet_say(sheet, "report.next.no_check", NULL, NULL, NULL);
    for (size_t i = 0; i < run->result_count; i++) {
        if (!run->results[i].check && run->results[i].clause_count)
            return sheet_say(sheet, "report.next.manual", run->results[i].clauses[0]->id, NULL,
                             NULL);
    }
    return sheet_say(sheet, "report.next.met", NULL, NULL, NULL);
}

/* What the profile once excused and no longer does: somebody must renew it or mend it. */
static void add_expired(const struct sheet *sheet)
{
    const struct run *run = sheet->run;
    if (run->expired_count == 0)
        return;
    const char *count = sheet_number(sheet, run->expired_count);
    sheet_tint(sheet, TINT_YELLOW);
    sheet_line(sheet, 2, sheet_say(sheet, "report.expired", count, NULL, NULL));
    sheet_tint(sheet, TINT_NONE);
    for (size_t i = 0; i < run->expired_count; i++)
        sheet_line(sheet, 4, exclusion_expired(sheet->arena, sheet->style->lang, run->expired[i]));
}

void summary_add(const struct sheet *sheet)
{
    const struct run *run = sheet->run;
    size_t checks[VERDICT_COUNT] = {0};
    for (size_t i = 0; i < run->result_count; i++)
        checks[run->results[i].verdict] += run->results[i].check != NULL;
    const size_t *bar = run->item_count ? run->item_summary : checks;
    buf_add_char(sheet->out, '\n');
    if (total_of(bar))
        add_bar(sheet, bar);
    if (run->item_count)
        add_counts(sheet, counted(sheet, "report.items", run->item_summary), run->item_summary);
    if (total_of(checks))
        add_counts(sheet, counted(sheet, "report.checks", checks), checks);
    add_expired(sheet);
    buf_add_char(sheet->out, '\n');
    sheet_lines(sheet, 0, next_step(sheet));
}

/* ---- products that are not there ---------------------------------------------------------------
 */

static bool serves(const struct check *check, const struct product *product)
{
    for (size_t i = 0; i < check->product_count; i++)
        if (check->products[i] == product)
            return true;
    return false;
}

/* Each product that some check looked for in vain: "MariaDB, MySQL". */
static const char *absent_products(const struct sheet *sheet)
{
    const char *names = "";
    for (int c = 0; c < CLASS_COUNT; c++) {
        size_t count;
        const struct product *products = products_of((enum asset_class)c, &count);
        for (size_t p = 0; p < count; p++) {
            bool missed = false;
            for (size_t i = 0; i < sheet->run->result_count && !missed; i++)
                missed = result_no_product(&sheet->run->results[i]) &&
                         serves(sheet->run->results[i].check, &products[p]);
            if (missed)
                names = arena_printf(sheet->arena, "%s%s%s", names, names[0] ? ", " : "",
                                     products[p].name);
        }
    }
    return names;
}

void absent_add(const struct sheet *sheet)
{
    const struct run *run = sheet->run;
    size_t count = 0;
    for (size_t i = 0; i < run->result_count; i++)
        count += result_no_product(&run->results[i]);
    if (count == 0)
        return;
    buf_add_char(sheet->out, '\n');
    sheet_line(sheet, 0,
               sheet_say(sheet, "report.absent", sheet_number(sheet, count), absent_products(sheet),
                         NULL));
}

/* ---- items without a check ------------------------------------------------------------------ */

struct layer {
    const char *title;
    size_t counts[VERDICT_COUNT];
};

/* One line an item, with its gist. */
static void list_uncovered(const struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->run->result_count; i++) {
        const struct result *result = &sheet->run->results[i];
        if (result->check || result->clause_count == 0)
            continue;
        const struct clause *clause = result->clauses[0];
        const char *line = arena_printf(
            sheet->arena, "%s  %s: %s (%s)", sheet_verdict(sheet, result->verdict), clause->id,
            clause_gist(clause, sheet->style->lang), result_reason(result, sheet->style->lang));
        sheet_line(sheet, 2, line);
    }
}

/* Layers in the order in which they occur, with the counts of their items. */
static size_t count_layers(const struct sheet *sheet, struct layer *layers)
{
    size_t count = 0;
    for (size_t i = 0; i < sheet->run->result_count; i++) {
        const struct result *result = &sheet->run->results[i];
        if (result->check || result->clause_count == 0)
            continue;
        const char *title = clause_layer(result->clauses[0], sheet->style->lang);
        size_t at = 0;
        while (at < count && strcmp(layers[at].title, title) != 0)
            at++;
        if (at == count)
            layers[count++].title = title;
        layers[at].counts[result->verdict]++;
    }
    return count;
}

void uncovered_add(const struct sheet *sheet)
{
    size_t room = sheet->run->result_count - sheet->run->check_count;
    if (room == 0)
        return;
    buf_add_char(sheet->out, '\n');
    sheet_tint(sheet, TINT_BOLD);
    sheet_text(sheet, sheet_say(sheet, "report.uncovered", sheet_number(sheet, room), NULL, NULL));
    sheet_tint(sheet, TINT_NONE);
    buf_add_char(sheet->out, '\n');
    if (sheet->style->all) {
        list_uncovered(sheet);
        return;
    }
    struct layer *layers = arena_take(sheet->arena, (room + 1) * sizeof *layers);
    size_t count = count_layers(sheet, layers);
    for (size_t i = 0; i < count; i++)
        add_counts(sheet, arena_printf(sheet->arena, "%s:", layers[i].title), layers[i].counts);
}
