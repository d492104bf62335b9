/* check diff: two reports, check by check. Exit code 1 when something got worse. */
#include "interface/cli/command.h"
#include "interface/cli/json.h"
#include "interface/report/report.h"
#include "foundation/sys/sys.h"

#include <string.h>

struct diff {
    const struct call *call;
    struct past before, after;
    const struct past_change *changes;
    size_t count;
    size_t counts[CHANGE_COUNT];
};

/* A file that cannot be read is as little a report as one that holds something else. */
struct rc past_from_file(const struct call *call, const char *path, struct past *out)
{
    struct buf bytes CLEANUP(buf_freep) = {0};
    struct rc rc = sys_read_file(path, PAST_BYTES_MAX, &bytes);
    if (failed(rc)) {
        const char *why = arena_text(call->arena, fault_text());
        return fault(FAULT_TARGET, "%s", why);
    }
    return past_read(call->arena, path, buf_view(&bytes), out);
}

static const char *verdict_in_words(const struct diff *diff, const struct past_check *check)
{
    if (!check)
        return "-";
    const char *key = arena_printf(diff->call->arena, "verdict.%s", verdict_name(check->verdict));
    return text_get(diff->call->lang, key);
}

/* The reason of the later report; that of the earlier one for a check that is gone. */
static const char *reason_of(const struct past_change *change)
{
    return change->after ? change->after->reason : change->before->reason;
}

/* ---- for people ---------------------------------------------------------------------------- */

/* "before: root /mnt, gbt22239-2019, level 3, scope general, 2026-01-01T00:00:00Z" */
static void add_side(const struct diff *diff, const char *key, const struct past *past,
                     struct buf *out)
{
    const struct call *call = diff->call;
    const char *what = arena_printf(call->arena, "%s %s", past->kind, past->name);
    const char *level = arena_printf(call->arena, "%d", past->level);
    const char *by = say(call, "report.standard", past->standard, level,
                         past->scope[0] ? past->scope : text_get(call->lang, "report.any_scope"));
    const char *line = say(call, key, what, by, past->collected_at);
    text_add_safe(out, view_of(line));
    buf_add_char(out, '\n');
}

/* Other values are expected there: what differs may be the question, not the answer. */
static bool asks_the_same(const struct diff *diff)
{
    return strcmp(diff->before.standard, diff->after.standard) == 0 &&
           diff->before.level == diff->after.level &&
           strcmp(diff->before.scope, diff->after.scope) == 0;
}

/* The check, and of which instance: "dbms-listen (postgresql 15/main)". */
static const char *named(const struct diff *diff, const struct past_change *change)
{
    const struct past_check *known = change->after ? change->after : change->before;
    if (!known->product[0])
        return known->id;
    return arena_printf(diff->call->arena, "%s (%s%s%s)", known->id, known->product,
                        known->instance[0] ? " " : "", known->instance);
}

static void add_changes(const struct diff *diff, struct buf *out)
{
    static const char *const names[] = {"change", "check", "before", "after", "reason"};
    static const char *const keys[] = {"column.change", "column.check", "column.before",
                                       "column.after", "column.reason"};
    const char *titles[COUNT_OF(keys)];
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        titles[i] = text_get(diff->call->lang, keys[i]);
    struct grid *grid = grid_new(diff->call, names, titles, COUNT_OF(names));
    for (size_t i = 0; i < diff->count; i++) {
        const struct past_change *change = &diff->changes[i];
        if (change->kind == CHANGE_SAME)
            continue;
        const char *key = arena_printf(diff->call->arena, "turn.%s", change_name(change->kind));
        const char *cells[] = {text_get(diff->call->lang, key), named(diff, change),
                               verdict_in_words(diff, change->before),
                               verdict_in_words(diff, change->after), reason_of(change)};
        grid_add_texts(grid, cells);
    }
    if (diff->counts[CHANGE_SAME] < diff->count)
        grid_write(grid, out);
}

static void write_table(const struct diff *diff, struct buf *out)
{
    add_side(diff, "diff.before", &diff->before, out);
    add_side(diff, "diff.after", &diff->after, out);
    if (!asks_the_same(diff))
        buf_printf(out, "%s\n", text_get(diff->call->lang, "diff.other_question"));
    buf_add_char(out, '\n');
    add_changes(diff, out);
    buf_add_text(out, diff->counts[CHANGE_SAME] < diff->count ? "\n" : "");
    for (int kind = 0; kind < CHANGE_COUNT; kind++) {
        const char *key =
            arena_printf(diff->call->arena, "turn.%s", change_name((enum change_kind)kind));
        buf_printf(out, "%s%zu %s", kind ? ", " : "", diff->counts[kind],
                   text_get(diff->call->lang, key));
    }
    buf_add_char(out, '\n');
}

/* ---- for machines -------------------------------------------------------------------------- */

static json_t *json_side(const struct past *past)
{
    return json_pack("{s:s, s:s, s:s, s:i, s:s, s:s}", "kind", past->kind, "name", past->name,
                     "standard", past->standard, "level", past->level, "scope", past->scope,
                     "collected_at", past->collected_at);
}

static json_t *json_check(const struct past_check *check)
{
    if (!check)
        return json_null();
    return json_pack("{s:s, s:s}", "verdict", verdict_name(check->verdict), "reason",
                     check->reason);
}

static json_t *json_change(const struct past_change *change)
{
    const struct past_check *known = change->after ? change->after : change->before;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "change", change_name(change->kind),
                     "check", known->id, "product", known->product, "instance", known->instance,
                     "title", known->title, "before", json_check(change->before), "after",
                     json_check(change->after));
}

static struct rc write_json(const struct diff *diff, struct buf *out)
{
    json_t *summary = json_object(), *changes = json_array();
    for (int kind = 0; kind < CHANGE_COUNT; kind++)
        json_object_set_new(summary, change_name((enum change_kind)kind),
                            json_integer((json_int_t)diff->counts[kind]));
    for (size_t i = 0; i < diff->count; i++) {
        if (diff->changes[i].kind != CHANGE_SAME)
            json_array_append_new(changes, json_change(&diff->changes[i]));
    }
    return json_write(json_pack("{s:o, s:o, s:b, s:o, s:o}", "before", json_side(&diff->before),
                                "after", json_side(&diff->after), "same_question",
                                asks_the_same(diff), "summary", summary, "changes", changes),
                      out);
}

struct rc cmd_check_diff(const struct call *call, int *exit_code)
{
    struct buf out CLEANUP(buf_freep) = {0};
    struct diff diff = {.call = call};
    TRY(past_from_file(call, call->operands[0], &diff.before));
    TRY(past_from_file(call, call->operands[1], &diff.after));
    diff.changes = past_compare(call->arena, &diff.before, &diff.after, &diff.count);
    for (size_t i = 0; i < diff.count; i++)
        diff.counts[diff.changes[i].kind]++;
    if (strcmp(call_format(call), "json") == 0)
        TRY(write_json(&diff, &out));
    else
        write_table(&diff, &out);
    TRY(output_write(call, &out));
    *exit_code = diff.counts[CHANGE_WORSE] ? EXIT_NOT_MET : EXIT_MET;
    return RC_OK;
}
