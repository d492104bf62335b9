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

/* Every wanted row takes the first that fits and was not taken. */
struct rc rows_expected(const char *origin, struct value rows, const struct result *result)
{
    if (doc_count(rows) != result->row_count)
        return fault(FAULT_DATA, "%s:%u: %zu rows, expected %u", origin, doc_line(rows),
                     result->row_count, doc_count(rows));
    bool *taken = mem_new(result->row_count + 1);
    struct rc rc = RC_OK;
    for (uint32_t i = 0; i < doc_count(rows) && !failed(rc); i++) {
        size_t r = 0;
        while (r < result->row_count &&
               (taken[r] || !row_fits(result, &result->rows[r], doc_at(rows, i))))
            r++;
        if (r == result->row_count)
            rc = fault(FAULT_DATA, "%s:%u: no row is like this one", origin,
                       doc_line(doc_at(rows, i)));
        else
            taken[r] = true;
    }
    mem_free(taken);
    return rc;
}
