/*
 * collect: a bundle of everything that checks and tables need, so that it can be judged elsewhere.
 *
 * Unless the options narrow it, that is what all checks of all standards ask for, and the sources
 * of every table, so that any query can be asked of the bundle later.
 */
#include "interface/cli/command.h"
#include "foundation/sys/sys.h"
#include "sensor/facts/facts.h"

#include <string.h>
#include <unistd.h>

/* Did somebody ask for less than everything? */
static bool is_narrowed(const struct call *call)
{
    return call_has(call, OPTION_STANDARD) || call_has(call, OPTION_LEVEL) ||
           call_has(call, OPTION_SCOPE) || call_has(call, OPTION_CLASS) ||
           call_has(call, OPTION_CHECK);
}

/* Without a selection: the plan of all checks, whatever standard they bear on. */
static struct rc make_plan(const struct call *call, struct plan **out)
{
    struct request request;
    TRY(selection_read(call, &request));
    if (is_narrowed(call))
        return plan_new(&request, out);
    const struct check *const *checks = NULL;
    size_t count = 0;
    TRY(request_checks(&request, &checks, &count));
    return plan_new_for(&request, checks, count, out);
}

/* Two readers may need the same file; a bundle holds an item once. */
static bool has_source(const struct source *const *list, size_t count, const struct source *source)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i]->kind == source->kind && strcmp(list[i]->pattern, source->pattern) == 0)
            return true;
    }
    return false;
}

/* The plan's wishes and the sources of all tables, each once. */
static struct wishes widen(const struct call *call, const struct wishes *wishes)
{
    size_t tables = 0, room = wishes->source_count, ignored = 0;
    const struct table *const *table = facts_tables(&tables);
    for (size_t t = 0; t < tables; t++, room += ignored)
        (void)facts_sources_of(table[t]->name, &ignored);
    const struct source **all = arena_take(call->arena, (room + 1) * sizeof *all);
    size_t count = 0;
    for (; count < wishes->source_count; count++)
        all[count] = wishes->sources[count];
    for (size_t t = 0; t < tables; t++) {
        size_t more = 0;
        const struct source *sources = facts_sources_of(table[t]->name, &more);
        for (size_t i = 0; i < more; i++) {
            if (!has_source(all, count, &sources[i]))
                all[count++] = &sources[i];
        }
    }
    struct wishes wide = *wishes;
    wide.sources = all;
    wide.source_count = count;
    wide.walk = wishes->walk && !call_has(call, OPTION_NO_WALK);
    return wide;
}

/* One line for the person: how much was collected, and how much could not be read. */
static void tell_counts(const struct call *call, const struct bundle *bundle)
{
    size_t unread = 0;
    for (size_t i = 0; i < bundle_count(bundle); i++) {
        enum item_status status = bundle_at(bundle, i)->status;
        unread += status != ITEM_OK && status != ITEM_ABSENT;
    }
    tell(say(call, "msg.collected", arena_printf(call->arena, "%zu", bundle_count(bundle)),
             arena_printf(call->arena, "%zu", unread), call_text(call, OPTION_OUTPUT, "-")));
}

struct rc cmd_collect(const struct call *call, int *exit_code)
{
    (void)exit_code;
    const char *path = call_text(call, OPTION_OUTPUT, NULL);
    if (!path || (strcmp(path, "-") == 0 && sys_is_terminal(STDOUT_FILENO)))
        return wrong(call, "msg.needs_output", NULL, NULL, NULL);
    struct plan *plan CLEANUP(plan_freep) = NULL;
    struct bundle *bundle CLEANUP(bundle_freep) = NULL;
    TRY(make_plan(call, &plan));
    struct wishes wishes = *plan_wishes(plan);
    if (!is_narrowed(call))
        wishes = widen(call, &wishes);
    TRY(target_collect(call, &wishes, &bundle));
    TRY(bundle_save(bundle, path));
    tell_counts(call, bundle);
    return RC_OK;
}
