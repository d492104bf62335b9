/*
 * expectation: whether a check gave the rows that a fixture lists. A listed row names the columns
 * it cares about (`subject`, `ok`, `src`, `line` or an observed one); the others may be anything.
 */
#include "sensor/baseline/engine.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_MAX 24 /* bytes of an integer as text */

static const char *number_text(int64_t n, char *room)
{
    snprintf(room, NUMBER_MAX, "%lld", (long long)n);
    return room;
}

static const char *observed_text(const struct observed *value, char *room)
{
    if (value->kind == OBSERVED_INTEGER)
        return number_text(value->integer, room);
    return value->kind == OBSERVED_TEXT ? value->text : "null";
}

/* A column of a row as text, "null" for NULL; NULL when there is no such column. */
static const char *column_as_text(const struct result *result, const struct judged *row,
                                  const char *name, char *room)
{
    if (strcmp(name, "subject") == 0)
        return row->subject;
    if (strcmp(name, "ok") == 0)
        return row->ok < 0 ? "null" : number_text(row->ok, room);
    if (strcmp(name, "src") == 0)
        return row->src ? row->src : "null";
    if (strcmp(name, "line") == 0)
        return row->line ? number_text(row->line, room) : "null";
    for (size_t i = 0; i < result->column_count; i++)
        if (strcmp(result->columns[i], name) == 0)
            return observed_text(&row->values[i], room);
    return NULL;
}

static bool row_fits(const struct result *result, const struct judged *row, struct value wanted)
{
    for (uint32_t i = 0; i < doc_count(wanted); i++) {
        char room[NUMBER_MAX];
        const char *want = doc_text(doc_at(wanted, i));
        const char *got = column_as_text(result, row, doc_key(wanted, i), room);
        if (!want || !got || strcmp(want, got) != 0)
            return false;
    }
    return true;
}

/* A row of a run, with the result that says what its columns are. */
struct placed {
    const struct result *result;
    const struct judged *row;
    bool taken;
};

static struct placed *place_rows(const struct run *run, size_t *count)
{
    size_t total = 0;
    *count = 0;
    for (size_t i = 0; i < run->result_count; i++)
        total += run->results[i].row_count;
    struct placed *all = mem_new((total + 1) * sizeof *all);
    for (size_t i = 0; i < run->result_count; i++)
        for (size_t r = 0; r < run->results[i].row_count; r++)
            all[(*count)++] =
                (struct placed){.result = &run->results[i], .row = &run->results[i].rows[r]};
    return all;
}

/* Takes the first row that fits and was not taken. */
static bool take_one(struct placed *all, size_t count, struct value wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (!all[i].taken && row_fits(all[i].result, all[i].row, wanted)) {
            all[i].taken = true;
            return true;
        }
    }
    return false;
}

struct rc rows_expected(const char *origin, struct value rows, const bool *chosen,
                        const struct run *run)
{
    size_t count, wanted = 0;
    struct placed *all = place_rows(run, &count);
    struct rc rc = RC_OK;
    for (uint32_t i = 0; i < doc_count(rows); i++)
        wanted += !chosen || chosen[i];
    if (wanted != count)
        rc = fault(FAULT_DATA, "%s:%u: %zu rows, expected %zu", origin, doc_line(rows), count,
                   wanted);
    for (uint32_t i = 0; i < doc_count(rows) && !failed(rc); i++)
        if ((!chosen || chosen[i]) && !take_one(all, count, doc_at(rows, i)))
            rc = fault(FAULT_DATA, "%s:%u: no row is like this one", origin,
                       doc_line(doc_at(rows, i)));
    mem_free(all);
    return rc;
}

bool rows_choose(struct value rows, const struct run *run, bool *chosen)
{
    size_t count, taken = 0;
    struct placed *all = place_rows(run, &count);
    for (uint32_t i = 0; i < doc_count(rows); i++) {
        chosen[i] = take_one(all, count, doc_at(rows, i));
        taken += chosen[i];
    }
    mem_free(all);
    return taken == count;
}
