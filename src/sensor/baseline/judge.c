/*
 * judge: one check on one bundle. Runs the applicability and the query, keeps every row, and folds
 * the rows and the scope into a verdict with its reason (the order stands in baseline.h).
 */
#include "sensor/baseline/engine.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 200000

struct judging {
    struct bench *bench;
    const struct plan_check *wanted;
    struct result *result;
    struct judged *rows; /* growing, then kept: of the arena */
    size_t room;
    const struct exclusion **waivers; /* result.waivers, with room for all */
    int subject, ok, src, line;       /* column numbers, -1 when missing */
    int *observed;                    /* column number of each observed column */
};

static const char *count_text(struct bench *bench, size_t n)
{
    return arena_printf(bench->arena, "%zu", n);
}

static void decide(struct result *result, enum verdict verdict, struct message reason)
{
    result->verdict = verdict;
    result->reason = reason;
}

/* ---- binding --------------------------------------------------------------------------------- */

static struct rc bind_one(const struct judging *j, sqlite3_stmt *statement, int number)
{
    const char *name = sqlite3_bind_parameter_name(statement, number);
    if (!name || name[0] != ':')
        return fault(FAULT_DATA, "a parameter of the query must be written :name");
    if (strcmp(name, ":now") == 0) {
        sqlite3_bind_int64(statement, number, j->bench->now);
        return RC_OK;
    }
    if (strcmp(name, ":product") == 0 || strcmp(name, ":instance") == 0)
        return RC_OK; /* sandbox_bind */
    const struct check *check = j->wanted->check;
    for (size_t i = 0; i < check->parameter_count; i++) {
        if (strcmp(check->parameters[i].name, name + 1) != 0)
            continue;
        const char *text = j->wanted->values[i].value;
        int64_t n;
        if (!check->parameters[i].is_text && view_integer(view_of(text), &n))
            sqlite3_bind_int64(statement, number, n);
        else
            sqlite3_bind_text(statement, number, text, -1, SQLITE_STATIC);
        return RC_OK;
    }
    return fault(FAULT_DATA, "the query uses %s, which is no parameter of the check", name);
}

static struct rc bind_all(const struct judging *j, sqlite3_stmt *statement)
{
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++)
        TRY(bind_one(j, statement, i));
    sandbox_bind(j->bench->sandbox, statement);
    return RC_OK;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void map_columns(struct judging *j, sqlite3_stmt *statement)
{
    int count = sqlite3_column_count(statement);
    const char **names = arena_take(j->bench->arena, (size_t)count * sizeof *names);
    j->observed = arena_take(j->bench->arena, (size_t)count * sizeof *j->observed);
    j->subject = j->ok = j->src = j->line = -1;
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        const char *name = sqlite3_column_name(statement, i);
        int *special = strcmp(name, "subject") == 0 ? &j->subject
                       : strcmp(name, "ok") == 0    ? &j->ok
                       : strcmp(name, "src") == 0   ? &j->src
                       : strcmp(name, "line") == 0  ? &j->line
                                                    : NULL;
        if (special) {
            *special = i;
            continue;
        }
        j->observed[used] = i;
        names[used++] = arena_text(j->bench->arena, name);
    }
    j->result->columns = names;
    j->result->column_count = used;
}

/* A column as text of the arena; NULL for SQL NULL and for a column that is not there. */
static const char *column_text(struct judging *j, sqlite3_stmt *statement, int column)
{
    if (column < 0 || sqlite3_column_type(statement, column) == SQLITE_NULL)
        return NULL;
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? arena_text(j->bench->arena, text) : NULL;
}

/* Neighbours mostly come from one source: they share its text, which makes sorting them cheap. */
static const char *source_text(struct judging *j, sqlite3_stmt *statement)
{
    const char *before = j->result->row_count ? j->rows[j->result->row_count - 1].src : NULL;
    if (before && sqlite3_column_type(statement, j->src) == SQLITE_TEXT) {
        const char *text = (const char *)sqlite3_column_text(statement, j->src);
        if (text && strcmp(text, before) == 0)
            return before;
    }
    return column_text(j, statement, j->src);
}

/* What is shown of a value: numbers stay numbers, everything else is text. */
static struct observed observe(struct judging *j, sqlite3_stmt *statement, int column)
{
    int type = sqlite3_column_type(statement, column);
    if (type == SQLITE_NULL)
        return (struct observed){.kind = OBSERVED_NULL};
    if (type == SQLITE_INTEGER)
        return (struct observed){.kind = OBSERVED_INTEGER,
                                 .integer = sqlite3_column_int64(statement, column)};
    return (struct observed){.kind = OBSERVED_TEXT, .text = column_text(j, statement, column)};
}

/* 1, 0 or -1 (cannot tell). Anything else is a mistake in the check and must not become a verdict.
 */
static struct rc read_ok(struct judging *j, sqlite3_stmt *statement, int *ok)
{
    *ok = -1;
    if (sqlite3_column_type(statement, j->ok) == SQLITE_NULL)
        return RC_OK;
    int64_t n = sqlite3_column_int64(statement, j->ok);
    if (sqlite3_column_type(statement, j->ok) != SQLITE_INTEGER || (n != 0 && n != 1))
        return fault(FAULT_DATA, "column ok must be 1, 0 or NULL");
    *ok = (int)n;
    return RC_OK;
}

static struct rc take_row(struct judging *j, sqlite3_stmt *statement)
{
    struct result *result = j->result;
    if (result->row_count == ROWS_MAX)
        return fault(FAULT_LIMIT, "the query gives more than %d rows", ROWS_MAX);
    if (result->row_count == j->room) {
        j->room = j->room ? 2 * j->room : 16;
        j->rows = mem_resize(j->rows, j->room * sizeof *j->rows);
    }
    struct judged row = {.subject = column_text(j, statement, j->subject),
                         .src = source_text(j, statement)};
    if (!row.subject)
        row.subject = "";
    TRY(read_ok(j, statement, &row.ok));
    row.line = j->line >= 0 ? sqlite3_column_int64(statement, j->line) : 0;
    struct observed *values =
        arena_take(j->bench->arena, (result->column_count + 1) * sizeof *values);
    for (size_t i = 0; i < result->column_count; i++)
        values[i] = observe(j, statement, j->observed[i]);
    row.values = values;
    j->rows[result->row_count++] = row;
    return RC_OK;
}

/* Runs the query to its end and keeps every row: they are the evidence. */
static struct rc take_rows(struct judging *j, sqlite3_stmt *statement)
{
    map_columns(j, statement);
    if (j->subject < 0 || j->ok < 0)
        return fault(FAULT_DATA, "the query lacks a column subject or ok");
    TRY(bind_all(j, statement));
    for (bool row = true; row;) {
        TRY(sandbox_step(j->bench->sandbox, statement, &row));
        if (row)
            TRY(take_row(j, statement));
    }
    return RC_OK;
}

/* Failures first, then what could not be told, what is waived, what holds. */
static int rank(const struct judged *row)
{
    if (row->ok == 0)
        return row->waiver ? 2 : 0;
    return row->ok < 0 ? 1 : 3;
}

static int by_rank(const void *left, const void *right)
{
    const struct judged *a = left, *b = right;
    if (rank(a) != rank(b))
        return rank(a) - rank(b);
    int order = strcmp(a->subject, b->subject);
    if (order == 0 && a->src != b->src)
        order = strcmp(a->src ? a->src : "", b->src ? b->src : "");
    if (order == 0)
        order = (a->line > b->line) - (a->line < b->line);
    return order;
}

/* ---- what the site waives ----------------------------------------------------------------------
 */

static int64_t now_of(const struct judging *j)
{
    return j->bench->now * 1000000;
}

/* Lists a waiver once, however many rows it waives. */
static void use_waiver(struct judging *j, const struct exclusion *waiver)
{
    struct result *result = j->result;
    const struct exclusion **list = j->waivers;
    for (size_t i = 0; i < result->waiver_count; i++)
        if (list[i] == waiver)
            return;
    list[result->waiver_count++] = waiver;
}

/* Before the rows are sorted: which of those that do not hold the profile names. */
static void find_waivers(struct judging *j)
{
    const struct plan_check *wanted = j->wanted;
    for (size_t i = 0; i < j->result->row_count && wanted->exclusion_count; i++)
        if (j->rows[i].ok == 0)
            j->rows[i].waiver = exclusion_find(wanted->exclusions, wanted->exclusion_count,
                                               j->rows[i].subject, now_of(j));
}

/* A 0 about all that was read says nothing where not all was: there is nothing to waive. */
static void settle_waivers(struct judging *j, bool whole)
{
    for (size_t i = 0; i < j->result->row_count && j->wanted->exclusion_count; i++) {
        if (!whole && !j->rows[i].src)
            j->rows[i].waiver = NULL;
        if (j->rows[i].waiver)
            use_waiver(j, j->rows[i].waiver);
    }
}

/* ---- the fold -------------------------------------------------------------------------------- */

struct tally {
    size_t fail, undecided, waived, pass;
};

static struct tally count_rows(const struct result *result, const struct judged *rows, bool whole)
{
    struct tally tally = {0};
    for (size_t i = 0; i < result->row_count; i++) {
        bool failing = rows[i].ok == 0 && (rows[i].src || whole);
        if (failing && rows[i].waiver)
            tally.waived++;
        else if (failing)
            tally.fail++;
        else if (rows[i].ok == 1)
            tally.pass++;
        else
            tally.undecided++;
    }
    return tally;
}

/* Whether every row that could not be told waits for the running server (column `needs`). */
static bool all_need_live(const struct result *result)
{
    size_t column = 0;
    while (column < result->column_count && strcmp(result->columns[column], "needs") != 0)
        column++;
    if (column == result->column_count)
        return false;
    for (size_t i = 0; i < result->row_count; i++) {
        const struct observed *value = &result->rows[i].values[column];
        if (result->rows[i].ok < 0 && value->kind != OBSERVED_TEXT)
            return false;
    }
    return true;
}

/* No rows: what the check says of that, unless the site waives the check as a whole. */
static void decide_absent(struct judging *j)
{
    const struct exclusion *waiver =
        exclusion_find(j->wanted->exclusions, j->wanted->exclusion_count, NULL, now_of(j));
    if (j->wanted->check->absent == VERDICT_FAIL && waiver) {
        use_waiver(j, waiver);
        decide(j->result, VERDICT_WAIVED, (struct message){.key = "reason.waived"});
    } else {
        decide(j->result, j->wanted->check->absent, (struct message){.key = "reason.absent"});
    }
}

/* "2 of 9 judged do not hold", and how many more are waived. */
static struct message failed_message(struct bench *bench, const struct tally *tally, size_t judged)
{
    const char *fails = count_text(bench, tally->fail), *all = count_text(bench, judged);
    if (tally->waived)
        return (struct message){"reason.row_failed_waived",
                                {fails, all, count_text(bench, tally->waived)}};
    return (struct message){"reason.row_failed", {fails, all, NULL}};
}

static void fold(struct judging *j, const struct scope *scope)
{
    struct result *result = j->result;
    struct bench *bench = j->bench;
    bool whole = scope_whole(scope);
    settle_waivers(j, whole);
    struct tally tally = count_rows(result, result->rows, whole);
    if (tally.fail)
        decide(result, VERDICT_FAIL, failed_message(bench, &tally, result->row_count));
    else if (!whole)
        decide(result, VERDICT_UNKNOWN, scope_message(bench, scope));
    else if (tally.undecided)
        decide(
            result, VERDICT_UNKNOWN,
            (struct message){all_need_live(result) ? "reason.needs_live" : "reason.row_undecided",
                             {count_text(bench, tally.undecided), NULL, NULL}});
    else if (tally.waived)
        decide(result, VERDICT_WAIVED, (struct message){.key = "reason.waived"});
    else if (tally.pass)
        decide(result, VERDICT_PASS,
               (struct message){"reason.rows_passed",
                                {count_text(bench, result->row_count), NULL, NULL}});
    else
        decide_absent(j);
    if (scope->not_running && scope->not_running < scope->count)
        result->note = (struct message){.key = "note.configured_only"};
}

/* ---- applicability -----------------------------------------------------------------------------
 */

static struct reach reach_of(const struct check *check)
{
    return (struct reach){check->paths, check->path_count, check->predicates, check->folders,
                          check->folder_count};
}

/* Decides the result when the check does not apply or that cannot be told; *go_on otherwise. */
static struct rc judge_applies(struct judging *j, bool *go_on)
{
    const struct check *check = j->wanted->check;
    struct reach reach = reach_of(check);
    sqlite3_stmt *statement = NULL;
    struct reads reads;
    struct scope scope;
    bool row = false;
    *go_on = true;
    if (!check->applies)
        return RC_OK;
    TRY(bench_prepare(j->bench, check->applies, &reach, &statement, &reads));
    struct rc rc = bind_all(j, statement);
    if (!failed(rc))
        rc = sandbox_step(j->bench->sandbox, statement, &row);
    bool null = !row || sqlite3_column_type(statement, 0) == SQLITE_NULL;
    bool yes = !null && sqlite3_column_int(statement, 0) != 0;
    sandbox_release(statement);
    TRY(rc);
    scope_of(j->bench, &reads, &scope);
    /* A check may ask whether the target runs, and apply where nothing of it can be asked. */
    *go_on = yes && !scope.unread && !scope.undecided_view;
    if (*go_on)
        return RC_OK;
    evidence_gather(j->bench, &scope, j->result);
    if (!scope_whole(&scope))
        decide(j->result, VERDICT_UNKNOWN, scope_message(j->bench, &scope));
    else if (null)
        decide(j->result, VERDICT_UNKNOWN, (struct message){.key = "reason.applies_undecided"});
    else
        decide(j->result, VERDICT_NOT_APPLICABLE, (struct message){.key = "reason.not_applicable"});
    return RC_OK;
}

/* Sorts the rows and moves them into the arena; all of them go when the query failed. */
static void keep_rows(struct judging *j, struct rc rc)
{
    struct judged *taken = j->rows, *kept = NULL;
    size_t count = j->result->row_count;
    if (!failed(rc) && count) {
        find_waivers(j);
        qsort(taken, count, sizeof *taken, by_rank);
        kept = arena_take(j->bench->arena, count * sizeof *kept);
        memcpy(kept, taken, count * sizeof *kept);
        j->result->rows = kept;
    }
    mem_free(taken);
    j->rows = kept;
}

static struct rc judge_query(struct judging *j)
{
    const struct check *check = j->wanted->check;
    struct reach reach = reach_of(check);
    sqlite3_stmt *statement = NULL;
    struct reads reads;
    struct scope scope;
    TRY(bench_prepare(j->bench, check->sql, &reach, &statement, &reads));
    struct rc rc = take_rows(j, statement);
    sandbox_release(statement);
    keep_rows(j, rc);
    TRY(rc);
    scope_of(j->bench, &reads, &scope);
    fold(j, &scope);
    evidence_gather(j->bench, &scope, j->result);
    return RC_OK;
}

/* A query that fails or hits a limit is unknown with the reason; everything else is our own fault
 * and ends the run. */
static struct rc query_trouble(struct judging *j, struct rc rc)
{
    if (rc.kind != FAULT_LIMIT && rc.kind != FAULT_DATA && rc.kind != FAULT_USAGE)
        return rc;
    const char *text = arena_text(j->bench->arena, fault_text());
    const char *key = rc.kind == FAULT_LIMIT ? "reason.query_limit" : "reason.query_failed";
    j->result->row_count = 0;
    j->result->waiver_count = 0;
    decide(j->result, VERDICT_UNKNOWN, (struct message){key, {text, NULL, NULL}});
    return RC_OK;
}

/* Room for every exclusion of the check; and those that are over, which a report names beside it.
 */
static void prepare_waivers(struct judging *j)
{
    const struct plan_check *wanted = j->wanted;
    j->waivers = arena_take(j->bench->arena, (wanted->exclusion_count + 1) * sizeof *j->waivers);
    j->result->waivers = j->waivers;
    j->result->expired =
        exclusions_expired(j->bench->arena, wanted->exclusions, wanted->exclusion_count, now_of(j),
                           &j->result->expired_count);
}

struct rc judge_check(struct bench *bench, const struct plan_check *wanted, struct result *result)
{
    struct judging j = {.bench = bench, .wanted = wanted, .result = result};
    bool go_on = true;
    prepare_waivers(&j);
    TRY(bench_install_views(bench, &wanted->reads.views));
    struct rc rc = judge_applies(&j, &go_on);
    if (!failed(rc) && go_on)
        rc = judge_query(&j);
    return failed(rc) ? query_trouble(&j, rc) : RC_OK;
}
