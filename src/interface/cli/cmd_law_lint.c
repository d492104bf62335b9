/* law lint: do the rule packs hold what docs/LAW.md asks? */
#include "interface/cli/command.h"
#include "foundation/content/content.h"

#include <string.h>

#define PACK_BYTES_MAX ((size_t)8 << 20)

struct tally {
    size_t packs, problems;
};

static void tell_problem(void *context, const char *sentence)
{
    (void)context;
    tell(sentence);
}

static void lint_pack(struct tally *tally, const char *path, struct value top)
{
    tally->packs++;
    tally->problems += regime_lint(path, top, tell_problem, NULL);
}

static struct rc lint_builtin(void *context, const char *path, struct value top)
{
    lint_pack(context, path, top);
    return RC_OK;
}

/* A file that is no YAML is a problem of the pack; one that cannot be read ends the command. */
static struct rc lint_file(const struct call *call, const char *path, struct tally *tally)
{
    struct buf bytes CLEANUP(buf_freep) = {0};
    struct value top = {0};
    TRY(read_input(path, PACK_BYTES_MAX, &bytes));
    if (!failed(doc_read_yaml(call->arena, path, buf_view(&bytes), &top))) {
        lint_pack(tally, path, top);
        return RC_OK;
    }
    tally->packs++;
    tally->problems++;
    tell(fault_text());
    return RC_OK;
}

struct rc cmd_law_lint(const struct call *call, int *exit_code)
{
    struct tally tally = {0};
    struct buf out CLEANUP(buf_freep) = {0};
    const struct given *packs = &call->given[OPTION_PACK];
    if (call->operand_count + packs->count == 0)
        TRY(content_each("regimes/", lint_builtin, &tally));
    for (size_t i = 0; i < call->operand_count; i++)
        TRY(lint_file(call, call->operands[i], &tally));
    for (size_t i = 0; i < packs->count; i++)
        TRY(lint_file(call, packs->values[i], &tally));
    buf_printf(&out, "%s\n",
               say(call, tally.problems ? "law.lint.problems" : "law.lint.hold",
                   arena_printf(call->arena, "%zu", tally.packs),
                   arena_printf(call->arena, "%zu", tally.problems), NULL));
    *exit_code = tally.problems ? EXIT_NOT_MET : EXIT_MET;
    return output_write(call, &out);
}
