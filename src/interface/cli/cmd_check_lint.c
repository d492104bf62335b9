/* check lint: do checks and views hold what docs/CHECKS.md asks, and do their fixtures agree? */
#include "interface/cli/command.h"

struct tally {
    size_t checks, views, cases, refused;
};

/* Says why something was refused and goes on: all of them are worth knowing. */
static void note_refusal(struct tally *tally)
{
    tell(fault_text());
    tally->refused++;
}

/* One check and its fixtures. */
static void lint_check(const struct check *check, struct tally *tally)
{
    size_t cases = 0;
    tally->checks++;
    if (failed(check_lint(check, &cases)))
        note_refusal(tally);
    tally->cases += cases;
}

/* All checks, then the definitions of all views. */
static struct rc lint_builtin(struct tally *tally)
{
    const struct check *const *checks = NULL;
    size_t count = 0, cases = 0;
    TRY(checks_builtin(&checks, &count));
    for (size_t i = 0; i < count; i++)
        lint_check(checks[i], tally);
    if (failed(views_lint(&tally->views, &cases)))
        note_refusal(tally);
    tally->cases += cases;
    return RC_OK;
}

/* A file that cannot be read at all ends the command; one that is no check is refused. */
static struct rc lint_file(const struct call *call, const char *path, struct tally *tally)
{
    struct check check = {0};
    struct rc rc = check_read(call->arena, path, &check);
    if (!failed(rc)) {
        lint_check(&check, tally);
        return RC_OK;
    }
    if (rc.kind != FAULT_DATA && rc.kind != FAULT_USAGE && rc.kind != FAULT_LIMIT)
        return rc;
    tally->checks++;
    note_refusal(tally);
    return RC_OK;
}

struct rc cmd_check_lint(const struct call *call, int *exit_code)
{
    struct tally tally = {0};
    struct buf out CLEANUP(buf_freep) = {0};
    if (call->operand_count == 0)
        TRY(lint_builtin(&tally));
    for (size_t i = 0; i < call->operand_count; i++)
        TRY(lint_file(call, call->operands[i], &tally));
    const char *checks = arena_printf(call->arena, "%zu", tally.checks);
    const char *views = arena_printf(call->arena, "%zu", tally.views);
    const char *cases = arena_printf(call->arena, "%zu", tally.cases);
    buf_printf(&out, "%s ", say(call, "lint.counted", checks, views, cases));
    if (tally.refused == 0)
        buf_printf(&out, "%s\n", text_get(call->lang, "lint.hold"));
    else
        buf_printf(
            &out, "%s\n",
            say(call, "lint.refused", arena_printf(call->arena, "%zu", tally.refused), NULL, NULL));
    *exit_code = tally.refused ? EXIT_NOT_MET : EXIT_MET;
    return output_write(call, &out);
}
