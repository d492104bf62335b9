/*
 * query: a person's own question to the tables.
 *
 * An answer from sources that were not all read whole is written, named so on stderr, and ends with
 * exit code 3. Answers are kept whole before they are written: ANSWER_MAX bounds them.
 */
#include "interface/cli/command.h"

#include <string.h>

#define ANSWER_MAX ((size_t)64 << 20)

struct answer {
    const struct call *call;
    struct grid *grid;
    size_t rows, size, unread;
    size_t limit; /* rows wanted */
};

/* Called once, before the rows. */
static struct rc take_columns(void *context, const char *const *names, size_t count)
{
    struct answer *answer = context;
    answer->grid = grid_new(answer->call, names, NULL, count);
    return RC_OK;
}

/* Rows past the limit are not kept, but the query runs to its end: only then is it known whether
 * its sources were read whole. */
static struct rc take_row(void *context, const struct observed *values, size_t count)
{
    struct answer *answer = context;
    if (answer->rows++ >= answer->limit)
        return RC_OK;
    for (size_t i = 0; i < count; i++)
        answer->size +=
            sizeof *values + (values[i].kind == OBSERVED_TEXT ? strlen(values[i].text) : 0);
    if (answer->size > ANSWER_MAX)
        return fault(FAULT_LIMIT, "%s", text_get(answer->call->lang, "msg.answer_too_large"));
    grid_add(answer->grid, values);
    return RC_OK;
}

/* Names a source that was not read whole, and why: the answer may lack rows. */
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

/* Collects what the query needs (or loads the bundle) and runs it. */
static struct rc ask(struct answer *answer, struct query *query)
{
    struct bundle *bundle CLEANUP(bundle_freep) = NULL;
    TRY(target_collect(answer->call, query_wishes(query), &bundle));
    struct query_sink sink = {take_columns, take_row, take_unread, answer};
    struct rc rc = query_run(query, bundle, bundle_target(bundle)->collected_at, &sink);
    /* A question that takes too long or too much memory is the asker's to change. */
    return rc.kind == FAULT_LIMIT ? fault(FAULT_USAGE, "%s", fault_text()) : rc;
}

struct rc cmd_query(const struct call *call, int *exit_code)
{
    struct query *query = NULL;
    const struct given *paths = &call->given[OPTION_PATH];
    /* The choices were checked when the call was read. */
    enum asset_class asset_class = CLASS_HOST_OS;
    asset_class_from(call_text(call, OPTION_CLASS, "host_os"), &asset_class);
    TRY(query_new_for(asset_class, call->operands[0], paths->values, paths->count, &query));
    struct answer answer = {.call = call, .limit = call_number(call, OPTION_LIMIT, SIZE_MAX)};
    struct rc rc = ask(&answer, query);
    query_free(query);
    TRY(rc);
    struct buf out CLEANUP(buf_freep) = {0};
    if (answer.grid)
        grid_write(answer.grid, &out);
    *exit_code = answer.unread ? EXIT_OPEN : EXIT_MET;
    return output_write(call, &out);
}
