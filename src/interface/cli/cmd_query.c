/*
 * query: a person's own question to the tables.
 *
 * An answer from sources that were not all read whole is written, named so on stderr, and ends with
 * exit code 3. Answers are kept whole before they are written: ANSWER_MAX bounds them.
 */
#include "interface/cli/command.h"

#include <string.h>

#define ANSWER_MAX ((size_t)256 << 20)

struct answer {
    const struct call *call;
    struct grid *grid;
    size_t columns, rows, size, unread;
    size_t limit; /* rows wanted; 0: all */
    bool enough;  /* stopped by us, at `limit` */
};

static struct rc take_columns(void *context, const char *const *names, size_t count)
{
    struct answer *answer = context;
    answer->grid = grid_new(answer->call, names, NULL, count);
    answer->columns = count;
    return RC_OK;
}

static struct rc take_row(void *context, const struct observed *values, size_t count)
{
    struct answer *answer = context;
    for (size_t i = 0; i < count; i++)
        answer->size +=
            sizeof *values + (values[i].kind == OBSERVED_TEXT ? strlen(values[i].text) : 0);
    if (answer->size > ANSWER_MAX)
        return fault(FAULT_LIMIT, "%s", text_get(answer->call->lang, "msg.answer_too_large"));
    grid_add(answer->grid, values);
    answer->enough = ++answer->rows == answer->limit;
    return answer->enough ? fault(FAULT_LIMIT, "enough rows") : RC_OK;
}

static void take_unread(void *context, const char *source, const char *status, const char *reason)
{
    struct answer *answer = context;
    answer->unread++;
    const char *key = arena_printf(answer->call->arena, "status.%s", status);
    const char *word = text_get(answer->call->lang, key);
    if (reason && reason[0])
        word = arena_printf(answer->call->arena, "%s (%s)", word, reason);
    tell(say(answer->call, "msg.unread", source, word, NULL));
}

static struct rc ask(struct answer *answer, struct query *query)
{
    struct bundle *bundle CLEANUP(bundle_freep) = NULL;
    TRY(target_collect(answer->call, query_wishes(query), &bundle));
    struct query_sink sink = {take_columns, take_row, take_unread, answer};
    struct rc rc = query_run(query, bundle, bundle_target(bundle)->collected_at, &sink);
    if (answer->enough)
        return RC_OK;
    /* A question that takes too long or too much memory is the asker's to change. */
    return rc.kind == FAULT_LIMIT ? fault(FAULT_USAGE, "%s", fault_text()) : rc;
}

struct rc cmd_query(const struct call *call, int *exit_code)
{
    struct query *query = NULL;
    const struct given *paths = &call->given[OPTION_PATH];
    TRY(query_new(call->operands[0], paths->values, paths->count, &query));
    struct answer answer = {.call = call, .limit = call_number(call, OPTION_LIMIT, 0)};
    struct rc rc = ask(&answer, query);
    query_free(query);
    TRY(rc);
    struct buf out CLEANUP(buf_freep) = {0};
    if (answer.grid)
        grid_write(answer.grid, &out);
    *exit_code = answer.unread ? EXIT_OPEN : EXIT_MET;
    return output_write(call, &out);
}
