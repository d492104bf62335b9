/* command: the dispatch table. Usage, help, man pages and completion come from here. */
#include "interface/cli/command.h"

#include <string.h>

#define BIT(name) (UINT64_C(1) << OPTION_##name)

/* Where to look, what to judge by, and where to write: the same words in every command. */
#define TARGET    (BIT(ROOT) | BIT(BUNDLE))
#define SELECTION (BIT(STANDARD) | BIT(LEVEL) | BIT(SCOPE) | BIT(CLASS))
#define OUTPUT    (BIT(FORMAT) | BIT(OUTPUT))

#define TABULAR "table|json|jsonl|csv"

const struct command commands[] = {
    {.path = "",
     .operands = "COMMAND",
     .operand_max = 0,
     .summary = "cmd.merlon.summary",
     .description = "cmd.merlon.description",
     .options = BIT(VERSION),
     .examples = {{"check", "eg.check"},
                  {"check --root /mnt/image", "eg.check.root"},
                  {"law clauses --level 3", "eg.law.clauses"}},
     .run = cmd_top},
    {.path = "check",
     .summary = "cmd.check.summary",
     .description = "cmd.check.description",
     .options = TARGET | SELECTION | OUTPUT | BIT(CHECK) | BIT(PARAM) | BIT(NO_WALK) | BIT(LIMIT) |
                BIT(ALL),
     .formats = "table|json|html|csv|junit|sarif|ocsf",
     .examples = {{"check", "eg.check"},
                  {"check --standard jtt1417-2022 --no-walk", "eg.check.standard"},
                  {"check --root /mnt/image --format html -o report.html", "eg.check.root"},
                  {"check --check password-length --param min_length=12", "eg.check.check"}},
     .run = cmd_check},
    {.path = "check diff",
     .operands = "BEFORE AFTER",
     .operand_max = 2,
     .operand_min = 2,
     .summary = "cmd.check.diff.summary",
     .description = "cmd.check.diff.description",
     .options = OUTPUT,
     .formats = "table|json",
     .examples = {{"check diff monday.json friday.json", "eg.check.diff"}},
     .run = cmd_check_diff},
    {.path = "check lint",
     .operands = "[FILE...]",
     .operand_max = ANY_NUMBER,
     .summary = "cmd.check.lint.summary",
     .description = "cmd.check.lint.description",
     .examples = {{"check lint", "eg.check.lint"}, {"check lint mine.yaml", "eg.check.lint.file"}},
     .run = cmd_check_lint},
    {.path = "check list",
     .summary = "cmd.check.list.summary",
     .description = "cmd.check.list.description",
     .options = BIT(STANDARD) | BIT(LEVEL) | BIT(CLASS) | OUTPUT | BIT(LIMIT),
     .formats = TABULAR,
     .examples = {{"check list --standard gbt22239-2019 --level 3", "eg.check.list"}},
     .run = cmd_check_list},
    {.path = "check show",
     .operands = "ID",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.check.show.summary",
     .description = "cmd.check.show.description",
     .options = OUTPUT,
     .formats = "table|json",
     .examples = {{"check show password-length", "eg.check.show"}},
     .run = cmd_check_show},
    {.path = "collect",
     .summary = "cmd.collect.summary",
     .description = "cmd.collect.description",
     .options = BIT(ROOT) | SELECTION | BIT(CHECK) | BIT(NO_WALK) | BIT(OUTPUT),
     .examples = {{"collect -o host.merlon", "eg.collect"},
                  {"collect --root /mnt/image -o image.merlon", "eg.collect.root"}},
     .run = cmd_collect},
    {.path = "query",
     .operands = "SQL",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.query.summary",
     .description = "cmd.query.description",
     .options = TARGET | BIT(PATH) | OUTPUT | BIT(LIMIT),
     .formats = TABULAR,
     .examples = {{"query \"SELECT name, uid, shell FROM account WHERE uid = 0\"", "eg.query"},
                  {"query --path '/etc/cron.d/*' \"SELECT path, user FROM file\"", "eg.query.path"},
                  {"query --bundle host.merlon --format csv \"SELECT * FROM package\"",
                   "eg.query.bundle"}},
     .run = cmd_query},
    {.path = "schema",
     .operands = "[NAME]",
     .operand_max = 1,
     .summary = "cmd.schema.summary",
     .description = "cmd.schema.description",
     .options = OUTPUT,
     .formats = "table|json",
     .examples = {{"schema", "eg.schema"}, {"schema account", "eg.schema.name"}},
     .run = cmd_schema},
    {.path = "law",
     .operands = "COMMAND",
     .summary = "cmd.law.summary",
     .description = "cmd.law.description"},
    {.path = "law standards",
     .summary = "cmd.law.standards.summary",
     .description = "cmd.law.standards.description",
     .options = OUTPUT,
     .formats = TABULAR,
     .examples = {{"law standards", "eg.law.standards"}},
     .run = cmd_law_standards},
    {.path = "law clauses",
     .summary = "cmd.law.clauses.summary",
     .description = "cmd.law.clauses.description",
     .options = SELECTION | OUTPUT | BIT(LIMIT),
     .formats = TABULAR,
     .examples = {{"law clauses --standard gbt22239-2019 --level 3 --format jsonl",
                   "eg.law.clauses"},
                  {"law clauses --level 2 --scope cloud", "eg.law.clauses.scope"},
                  {"law clauses --standard jtt1417-2022 --class host_os", "eg.law.clauses.class"}},
     .run = cmd_law_clauses},
    {.path = "law show",
     .operands = "ID",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.law.show.summary",
     .description = "cmd.law.show.description",
     .options = OUTPUT,
     .formats = "table|json",
     .examples = {{"law show GB22239-L3-8.1.4.1-a", "eg.law.show"}},
     .run = cmd_law_show},
    {.path = "law regimes",
     .summary = "cmd.law.regimes.summary",
     .description = "cmd.law.regimes.description",
     .options = OUTPUT | BIT(ON),
     .formats = TABULAR,
     .examples = {{"law regimes", "eg.law.regimes"}},
     .run = cmd_law_regimes},
    {.path = "law rules",
     .summary = "cmd.law.rules.summary",
     .description = "cmd.law.rules.description",
     .options = OUTPUT | BIT(REGIME) | BIT(ON) | BIT(TOPIC) | BIT(CHOOSE),
     .formats = "table|json|jsonl",
     .examples = {{"law rules --regime cn-mlps --topic evaluation", "eg.law.rules"},
                  {"law rules --regime vn-2016 --on 2025-01-01", "eg.law.rules.on"}},
     .run = cmd_law_rules},
    {.path = "law diff",
     .operands = "REGIME[@DATE] REGIME[@DATE]",
     .operand_min = 2,
     .operand_max = 2,
     .summary = "cmd.law.diff.summary",
     .description = "cmd.law.diff.description",
     .options = OUTPUT,
     .formats = TABULAR,
     .examples = {{"law diff vn-2016 vn-2026", "eg.law.diff"},
                  {"law diff cn-mlps@2024-12-31 cn-mlps@2026-01-01", "eg.law.diff.dates"}},
     .run = cmd_law_diff},
    {.path = "law lint",
     .operands = "[FILE...]",
     .operand_max = ANY_NUMBER,
     .summary = "cmd.law.lint.summary",
     .description = "cmd.law.lint.description",
     .options = BIT(PACK),
     .examples = {{"law lint", "eg.law.lint"}, {"law lint mine.yaml", "eg.law.lint.file"}},
     .run = cmd_law_lint},
    {.path = "law grade",
     .summary = "cmd.law.grade.summary",
     .description = "cmd.law.grade.description",
     .options = OUTPUT | BIT(REGIME) | BIT(ON) | BIT(OBJECT) | BIT(DEGREE) | BIT(ANSWER) |
                BIT(SECRECY) | BIT(CHOOSE),
     .formats = "table|json",
     .examples = {{"law grade --regime cn-mlps --object social_order --degree serious",
                   "eg.law.grade"},
                  {"law grade --regime vn-2016 --on 2025-01-01 --answer users=12000",
                   "eg.law.grade.answer"},
                  {"law grade --regime cn-secret --secrecy confidential", "eg.law.grade.secrecy"}},
     .run = cmd_law_grade},
    {.path = "law select",
     .summary = "cmd.law.select.summary",
     .description = "cmd.law.select.description",
     .options = OUTPUT | BIT(STANDARD) | BIT(S) | BIT(A) | BIT(G) | BIT(SCOPES) | BIT(CLASSES) |
                BIT(INHERITED),
     .formats = TABULAR,
     .examples = {{"law select --standard gbt22239-2019 --s 3 --a 2 --g 3", "eg.law.select"},
                  {"law select --s 3 --a 3 --scope general,cloud --format jsonl",
                   "eg.law.select.cloud"}},
     .run = cmd_law_select},
    {.path = "law score",
     .summary = "cmd.law.score.summary",
     .description = "cmd.law.score.description",
     .options = OUTPUT | BIT(TEMPLATE) | BIT(RESULTS) | BIT(WEIGHTS) | BIT(STANDARD) | BIT(S) |
                BIT(A) | BIT(G) | BIT(SCOPES),
     .formats = "table|json",
     .examples = {{"law score --template 2021 --results results.jsonl", "eg.law.score"},
                  {"law score --template 2025 --results results.jsonl --s 3 --a 3",
                   "eg.law.score.whole"}},
     .run = cmd_law_score},
    {.path = "law export",
     .summary = "cmd.law.export.summary",
     .description = "cmd.law.export.description",
     .options = OUTPUT | BIT(STANDARD) | BIT(S) | BIT(A) | BIT(G) | BIT(SCOPES) | BIT(CLASSES),
     .formats = "oscal-catalog|oscal-profile",
     .examples = {{"law export --format oscal-catalog -o catalog.json", "eg.law.export"},
                  {"law export --format oscal-profile --s 3 --a 2 -o profile.json",
                   "eg.law.export.profile"}},
     .run = cmd_law_export},
    {.path = "help",
     .operands = "[COMMAND...]",
     .operand_max = 3,
     .summary = "cmd.help.summary",
     .examples = {{"help check", "eg.help"}},
     .run = cmd_help},
    {.path = "man",
     .operands = "[COMMAND... | --all DIR]",
     .operand_max = 3,
     .summary = "cmd.man.summary",
     .description = "cmd.man.description",
     .options = BIT(ALL_PAGES),
     .examples = {{"man check | man -l -", "eg.man"},
                  {"man --all /usr/local/share/man/man1", "eg.man.all"}},
     .run = cmd_man},
    {.path = "completion",
     .operands = "bash",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.completion.summary",
     .description = "cmd.completion.description",
     .examples = {{"completion bash", "eg.completion"}},
     .run = cmd_completion},
    {.path = "version", .operands = "", .summary = "cmd.version.summary", .run = cmd_version},
};

const size_t command_count = COUNT_OF(commands);

/* There are few commands: a look at each costs nothing. */
const struct command *command_find(const char *path)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].path, path) == 0)
            return &commands[i];
    }
    return NULL;
}

bool command_accepts(const struct command *command, enum option_id id)
{
    return ((command->options | options_everywhere) >> id) & 1u;
}

/* "law clauses" is within "law"; everything is within the program itself. */
bool command_is_within(const struct command *command, const struct command *group)
{
    size_t len = strlen(group->path);
    if (command == group || command->path[0] == '\0')
        return false;
    if (len == 0)
        return true;
    return strncmp(command->path, group->path, len) == 0 && command->path[len] == ' ';
}

const char *command_choices(const struct command *command, enum option_id id)
{
    return id == OPTION_FORMAT ? command->formats : options[id].choices;
}
