/*
 * law coverage: each item that a machine can judge, wholly or partly, with the checks that bear on
 * it, or why none does. Without options: all standards, levels and scopes. docs/COVERAGE.md is what
 * --format markdown gives; a test holds the two against each other.
 */
#include "interface/cli/command.h"

#include <string.h>

struct entry {
    const struct clause *clause;
    const char *checks; /* ids, by name; "" for none */
    bool partly;        /* they all show only a part of it */
    struct coverage_reason reason;
    bool has_reason;
};

struct page {
    const struct call *call;
    struct entry *entries;
    size_t count;
    struct buf *out;
};

/* ---- what covers what --------------------------------------------------------------------------
 */

/* For each check once: its clauses are found, and its id added to theirs. */
static void add_check(struct page *page, const struct check *check, const struct standard *standard)
{
    struct arena *arena = page->call->arena;
    const struct clause *clauses[CHECK_CLAUSES_MAX];
    size_t found = check_clauses(check, standard->id, 0, clauses, CHECK_CLAUSES_MAX);
    for (size_t e = 0; found && e < page->count; e++) {
        struct entry *entry = &page->entries[e];
        for (size_t i = 0; i < found && i < CHECK_CLAUSES_MAX; i++) {
            if (clauses[i] != entry->clause)
                continue;
            bool part = check_covers_part(check, entry->clause);
            entry->partly = part && (!entry->checks[0] || entry->partly);
            entry->checks = arena_printf(arena, "%s%s%s", entry->checks,
                                         entry->checks[0] ? " " : "", check->id);
        }
    }
}

/* Options narrow; without them everything counts, unlike in law clauses. */
static bool asked_for(const struct call *call, const struct request *request,
                      const struct clause *clause)
{
    struct clause_filter filter = {.classes = request->classes};
    if (call_has(call, OPTION_STANDARD))
        filter.standard = request->standard;
    if (call_has(call, OPTION_LEVEL))
        filter.level = request->level;
    if (call_has(call, OPTION_SCOPE))
        filter.scope = request->scope;
    return clause->verify != VERIFY_MANUAL && clause_matches(clause, &filter);
}

static struct rc fill(struct page *page)
{
    struct request request;
    const struct check *const *checks;
    size_t clause_count, check_count, standard_count;
    TRY(selection_read(page->call, &request));
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &clause_count);
    const struct standard *standards = catalogue_standards(catalogue_load(), &standard_count);
    page->entries = arena_take(page->call->arena, (clause_count + 1) * sizeof *page->entries);
    for (size_t i = 0; i < clause_count; i++) {
        if (!asked_for(page->call, &request, &clauses[i]))
            continue;
        struct entry *entry = &page->entries[page->count++];
        *entry = (struct entry){.clause = &clauses[i], .checks = ""};
    }
    TRY(checks_builtin(&checks, &check_count));
    for (size_t c = 0; c < check_count; c++)
        for (size_t s = 0; s < standard_count; s++)
            add_check(page, checks[c], &standards[s]);
    for (size_t i = 0; i < page->count; i++)
        page->entries[i].has_reason =
            clause_coverage_reason(page->entries[i].clause, &page->entries[i].reason);
    return RC_OK;
}

/* "checks", the reason's kind, or "none": what a test never wants to see. */
static const char *state_of(const struct entry *entry)
{
    if (entry->checks[0])
        return entry->partly ? "part" : "checks";
    return entry->has_reason ? entry->reason.kind : "none";
}

static const char *why_of(const struct page *page, const struct entry *entry)
{
    return !entry->checks[0] && entry->has_reason ? text_of(entry->reason.why, page->call->lang)
                                                  : "";
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static void write_grid(const struct page *page, bool people)
{
    static const char *const all[] = {"id",   "standard", "level", "scope",  "requirement",
                                      "gist", "verify",   "state", "checks", "reason"};
    static const char *const few[] = {"id", "state", "answer"};
    const struct call *call = page->call;
    const char *titles[] = {text_get(call->lang, "column.id"), text_get(call->lang, "column.state"),
                            text_get(call->lang, "column.coverage")};
    struct grid *grid = people ? grid_new(call, few, titles, COUNT_OF(few))
                               : grid_new(call, all, NULL, COUNT_OF(all));
    for (size_t i = 0; i < page->count; i++) {
        const struct entry *entry = &page->entries[i];
        const struct clause *clause = entry->clause;
        const char *state = state_of(entry), *why = why_of(page, entry);
        const char *level = arena_printf(call->arena, "%d", clause->level);
        const char *cells[] = {clause->id,
                               clause->standard->id,
                               level,
                               clause->scope,
                               clause->key,
                               clause_gist(clause, call->lang),
                               verify_name(clause->verify),
                               state,
                               entry->checks,
                               why};
        const char *word = text_get(call->lang, arena_printf(call->arena, "coverage.%s", state));
        const char *short_cells[] = {clause->id, word, entry->checks[0] ? entry->checks : why};
        grid_add_texts(grid, people ? short_cells : cells);
    }
    grid_write(grid, page->out);
}

/* ---- the document ------------------------------------------------------------------------------
 */

/* "8.1.4.1 a)" */
static void add_place(struct buf *out, const struct clause *clause)
{
    buf_add_text(out, clause->number);
    if (clause->item[0])
        buf_printf(out, " %s)", clause->item);
    if (clause->subitem[0])
        buf_printf(out, " %s)", clause->subitem);
}

/* Items of one requirement that are answered alike share a row. */
static bool shares_row(const struct entry *a, const struct entry *b)
{
    if (a->clause->standard != b->clause->standard ||
        strcmp(a->clause->scope, b->clause->scope) != 0 || !a->clause->key[0])
        return false;
    return strcmp(a->clause->key, b->clause->key) == 0 && strcmp(a->checks, b->checks) == 0;
}

static void add_answer(const struct page *page, const struct entry *entry)
{
    struct view rest = view_of(entry->checks), id;
    for (const char *separator = ""; view_word(&rest, &id); separator = ", ") {
        buf_printf(page->out, "%s`", separator);
        buf_add_view(page->out, id);
        buf_add_char(page->out, '`');
    }
    if (entry->checks[0])
        buf_add_text(page->out, entry->partly ? " (a part)" : "");
    else
        buf_printf(page->out, "*%s*: %s", state_of(entry), why_of(page, entry));
}

/* `done` marks the entries that stand in an earlier row. */
static void add_row(const struct page *page, size_t at, bool *done)
{
    const struct entry *first = &page->entries[at];
    const struct clause *last = first->clause;
    buf_add_text(page->out, "| ");
    for (size_t i = at; i < page->count; i++) {
        const struct entry *entry = &page->entries[i];
        if (done[i] || (i != at && !shares_row(first, entry)))
            continue;
        buf_add_text(page->out, i == at ? "" : "; ");
        add_place(page->out, entry->clause);
        done[i] = true;
        last = entry->clause;
    }
    buf_printf(page->out, " | %s | %s | ", clause_gist(last, page->call->lang),
               verify_name(last->verify));
    add_answer(page, first);
    buf_add_text(page->out, " |\n");
}

/* "0 items with neither" is printed too: it is the claim of the page. */
static void add_counts(const struct page *page)
{
    static const char *const states[] = {"checks",   "part",        "record", "device",
                                         "platform", "application", "open",   "none"};
    static const char *const words[] = {
        "items with checks",
        "items of which the checks show a part",
        "items that people, places and papers show (*record*)",
        "items that network and security devices show, not read yet (*device*)",
        "items that cloud, mobile, sensing and data platforms show, not read yet (*platform*)",
        "items that a business application itself shows (*application*)",
        "items that could be read and whose check is still to be written (*open*)",
        "items with neither"};
    for (size_t s = 0; s < COUNT_OF(states); s++) {
        size_t count = 0;
        for (size_t i = 0; i < page->count; i++)
            count += strcmp(state_of(&page->entries[i]), states[s]) == 0;
        buf_printf(page->out, "| %zu | %s |\n", count, words[s]);
    }
}

static bool same_section(const struct clause *a, const struct clause *b)
{
    return a->standard == b->standard && strcmp(a->scope, b->scope) == 0;
}

/* All rows of the standard and scope of the entry at `at`, whatever their level. */
static void add_section(const struct page *page, size_t at, bool *done)
{
    const struct clause *first = page->entries[at].clause;
    buf_printf(page->out,
               "\n## %s, %s\n\n| Items | What is asked | | Checks, or why none |\n"
               "| --- | --- | --- | --- |\n",
               first->standard->title, first->scope);
    for (size_t i = at; i < page->count; i++)
        if (!done[i] && same_section(first, page->entries[i].clause))
            add_row(page, i, done);
}

static void write_markdown(const struct page *page)
{
    bool *done = arena_take(page->call->arena, page->count + 1);
    buf_printf(page->out,
               "# Coverage of the standards\n\n"
               "Made by `merlon law coverage --format markdown` (`make coverage`); do not edit it. "
               "Every item that a machine can\njudge (*auto*) or partly judge (*semi*) stands here "
               "with the checks that bear on it, or with the reason why none\ndoes "
               "(`content/law/coverage.yaml`). Items that only a person can judge are not listed. "
               "What is auto, semi or manual,\nand every reason, is our own judgement.\n\n"
               "| %zu items | |\n| ---: | --- |\n",
               page->count);
    add_counts(page);
    for (size_t i = 0; i < page->count; i++)
        if (!done[i])
            add_section(page, i, done);
}

struct rc cmd_law_coverage(const struct call *call, int *exit_code)
{
    (void)exit_code;
    struct buf out CLEANUP(buf_freep) = {0};
    struct page page = {.call = call, .out = &out};
    const char *format = call_format(call);
    TRY(fill(&page));
    if (strcmp(format, "markdown") == 0)
        write_markdown(&page);
    else
        write_grid(&page, strcmp(format, "table") == 0);
    return output_write(call, &out);
}
