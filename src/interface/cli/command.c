/* command: the dispatch table. Usage, help, man pages and completion come from here. */
#include "interface/cli/command.h"

#include <string.h>

#define BIT(name) (UINT64_C(1) << OPTION_##name)

/* Where to look, what to judge by, and where to write: the same words in every command. */
#define TARGET    (BIT(ROOT) | BIT(BUNDLE))
#define SELECTION (BIT(STANDARD) | BIT(LEVEL) | BIT(SCOPE) | BIT(CLASS))
#define OUTPUT    (BIT(FORMAT) | BIT(OUTPUT))

#define TABULAR "table|json|jsonl|csv"

/* Every kind of the register has the same commands. */
#define REGISTER (BIT(AS) | BIT(STORE))
#define QUERY    (REGISTER | BIT(FILTER) | BIT(SEARCH) | BIT(SORT) | BIT(RETIRED))
#define LISTING  "table|json|jsonl|csv|xlsx"

#define NOUN_GROUP(n)                                                                              \
    {                                                                                              \
        .path = n, .noun = n, .operands = "COMMAND", .summary = "cmd.entry.summary",               \
        .description = "cmd.entry.description"                                                     \
    }

#define NOUN_READ(n)                                                                               \
    {.path = n " list",                                                                            \
     .noun = n,                                                                                    \
     .summary = "cmd.entry.list.summary",                                                          \
     .description = "cmd.entry.list.description",                                                  \
     .options = QUERY | OUTPUT | BIT(LIMIT) | BIT(AFTER),                                          \
     .formats = LISTING,                                                                           \
     .examples = {{n " list --sort -key", "eg.entry.list"}},                                       \
     .run = cmd_entry_list},                                                                       \
        {.path = n " count",                                                                       \
         .noun = n,                                                                                \
         .summary = "cmd.entry.count.summary",                                                     \
         .options = QUERY | BIT(OUTPUT),                                                           \
         .run = cmd_entry_count},                                                                  \
    {                                                                                              \
        .path = n " history", .noun = n, .operands = "KEY", .operand_min = 1, .operand_max = 1,    \
        .summary = "cmd.entry.history.summary", .options = REGISTER | OUTPUT | BIT(LIMIT),         \
        .formats = TABULAR, .run = cmd_entry_history                                               \
    }

#define NOUN_SHOW(n)                                                                               \
    {                                                                                              \
        .path = n " show", .noun = n, .operands = "KEY", .operand_min = 1, .operand_max = 1,       \
        .summary = "cmd.entry.show.summary", .options = REGISTER | OUTPUT,                         \
        .formats = "table|json|jsonl|csv|xlsx", .run = cmd_entry_show                              \
    }

#define NOUN_WRITE(n)                                                                              \
    {.path = n " add",                                                                             \
     .noun = n,                                                                                    \
     .operands = "KEY FIELD=VALUE...",                                                             \
     .operand_min = 1,                                                                             \
     .operand_max = ANY_NUMBER,                                                                    \
     .summary = "cmd.entry.add.summary",                                                           \
     .description = "cmd.entry.add.description",                                                   \
     .options = REGISTER,                                                                          \
     .run = cmd_entry_add},                                                                        \
        {.path = n " set",                                                                         \
         .noun = n,                                                                                \
         .operands = "KEY FIELD=VALUE...",                                                         \
         .operand_min = 2,                                                                         \
         .operand_max = ANY_NUMBER,                                                                \
         .summary = "cmd.entry.set.summary",                                                       \
         .description = "cmd.entry.set.description",                                               \
         .options = REGISTER | BIT(SEEN),                                                          \
         .run = cmd_entry_set},                                                                    \
        {.path = n " retire",                                                                      \
         .noun = n,                                                                                \
         .operands = "KEY",                                                                        \
         .operand_min = 1,                                                                         \
         .operand_max = 1,                                                                         \
         .summary = "cmd.entry.retire.summary",                                                    \
         .options = REGISTER | BIT(REASON),                                                        \
         .run = cmd_entry_retire},                                                                 \
        {.path = n " import",                                                                      \
         .noun = n,                                                                                \
         .operands = "FILE",                                                                       \
         .operand_min = 1,                                                                         \
         .operand_max = 1,                                                                         \
         .summary = "cmd.entry.import.summary",                                                    \
         .description = "cmd.entry.import.description",                                            \
         .options = REGISTER | OUTPUT | BIT(DRY_RUN) | BIT(LIMIT),                                 \
         .formats = TABULAR,                                                                       \
         .run = cmd_entry_import},                                                                 \
        {.path = n " export",                                                                      \
         .noun = n,                                                                                \
         .summary = "cmd.entry.export.summary",                                                    \
         .description = "cmd.entry.export.description",                                            \
         .options = QUERY | OUTPUT,                                                                \
         .formats = "csv|xlsx|jsonl|json",                                                         \
         .run = cmd_entry_export},                                                                 \
    {                                                                                              \
        .path = n " template", .noun = n, .summary = "cmd.entry.template.summary",                 \
        .options = OUTPUT, .formats = "csv|xlsx", .run = cmd_entry_template                        \
    }

#define NOUN(n) NOUN_GROUP(n), NOUN_WRITE(n), NOUN_SHOW(n), NOUN_READ(n)

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
     .options = TARGET | SELECTION | OUTPUT | BIT(CHECK) | BIT(PARAM) | BIT(PROFILE) |
                BIT(NO_WALK) | BIT(LIMIT) | BIT(ALL) | BIT(AS) | BIT(STORE) | BIT(ASSET) |
                BIT(SYSTEM),
     .formats = "table|json|html|csv|junit|sarif|ocsf|oscal",
     .examples = {{"check", "eg.check"},
                  {"check --standard jtt1417-2022 --no-walk", "eg.check.standard"},
                  {"check --root /mnt/image --format html -o report.html", "eg.check.root"},
                  {"check --check password-length --param min_length=12", "eg.check.check"},
                  {"check --system sys-001", "eg.check.system"}},
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
     .options = BIT(STANDARD) | BIT(LEVEL) | BIT(CLASS) | BIT(PROFILE) | OUTPUT | BIT(LIMIT),
     .formats = TABULAR,
     .examples = {{"check list --standard gbt22239-2019 --level 3", "eg.check.list"}},
     .run = cmd_check_list},
    {.path = "check profile",
     .operands = "FILE",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.check.profile.summary",
     .description = "cmd.check.profile.description",
     .options = BIT(STANDARD) | BIT(LEVEL) | OUTPUT,
     .formats = "table|json",
     .examples = {{"check profile site.yaml", "eg.check.profile"}},
     .run = cmd_check_profile},
    {.path = "check show",
     .operands = "ID",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.check.show.summary",
     .description = "cmd.check.show.description",
     .options = BIT(PROFILE) | OUTPUT,
     .formats = "table|json",
     .examples = {{"check show password-length", "eg.check.show"}},
     .run = cmd_check_show},
    {.path = "collect",
     .summary = "cmd.collect.summary",
     .description = "cmd.collect.description",
     .options = BIT(ROOT) | SELECTION | BIT(CHECK) | BIT(PROFILE) | BIT(NO_WALK) | BIT(OUTPUT),
     .examples = {{"collect -o host.merlon", "eg.collect"},
                  {"collect --root /mnt/image -o image.merlon", "eg.collect.root"}},
     .run = cmd_collect},
    {.path = "import-results",
     .operands = "FILE",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.import.summary",
     .description = "cmd.import.description",
     .options = BIT(RUN) | TARGET | SELECTION | BIT(PROFILE) | BIT(NO_WALK) | OUTPUT,
     .formats = "table|json|csv",
     .examples = {{"import-results oscap-results.xml", "eg.import"},
                  {"import-results arf.xml --run report.json --format csv", "eg.import.run"}},
     .run = cmd_import_results},
    {.path = "query",
     .operands = "SQL",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.query.summary",
     .description = "cmd.query.description",
     .options = TARGET | BIT(CLASS) | BIT(PATH) | OUTPUT | BIT(LIMIT),
     .formats = TABULAR,
     .examples = {{"query \"SELECT name, uid, shell FROM account WHERE uid = 0\"", "eg.query"},
                  {"query --path '/etc/cron.d/*' \"SELECT path, user FROM file\"", "eg.query.path"},
                  {"query --class dbms \"SELECT :instance, * FROM session_timeout\"",
                   "eg.query.class"},
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
    {.path = "law coverage",
     .summary = "cmd.law.coverage.summary",
     .description = "cmd.law.coverage.description",
     .options = SELECTION | OUTPUT | BIT(LIMIT),
     .formats = "table|json|jsonl|csv|markdown",
     .examples = {{"law coverage --standard jtt1417-2022 --class host_os", "eg.law.coverage"}},
     .run = cmd_law_coverage},
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
    NOUN("unit"),
    NOUN("person"),
    NOUN("system"),
    NOUN("asset"),
    {.path = "asset unregistered",
     .noun = "sighting",
     .summary = "cmd.asset.unregistered.summary",
     .description = "cmd.asset.unregistered.description",
     .options = REGISTER | OUTPUT | BIT(LIMIT),
     .formats = LISTING,
     .run = cmd_asset_unregistered},
    {.path = "asset unseen",
     .noun = "asset",
     .summary = "cmd.asset.unseen.summary",
     .description = "cmd.asset.unseen.description",
     .options = REGISTER | OUTPUT | BIT(LIMIT) | BIT(DAYS),
     .formats = LISTING,
     .examples = {{"asset unseen --days 30", "eg.asset.unseen"}},
     .run = cmd_asset_unseen},
    {.path = "asset accept",
     .noun = "sighting",
     .operands = "SIGHTING KEY [FIELD=VALUE...]",
     .operand_min = 2,
     .operand_max = ANY_NUMBER,
     .summary = "cmd.asset.accept.summary",
     .description = "cmd.asset.accept.description",
     .options = REGISTER | BIT(NEW),
     .run = cmd_asset_accept},
    {.path = "asset ignore",
     .noun = "sighting",
     .operands = "SIGHTING",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.asset.ignore.summary",
     .description = "cmd.asset.ignore.description",
     .options = REGISTER,
     .run = cmd_asset_ignore},
    NOUN("supplier"),
    {.path = "supplier exit",
     .noun = "supplier",
     .operands = "KEY",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.supplier.exit.summary",
     .description = "cmd.supplier.exit.description",
     .options = REGISTER | OUTPUT | BIT(ON) | BIT(LIMIT),
     .formats = TABULAR,
     .run = cmd_supplier_exit},
    NOUN("access"),
    NOUN("product"),
    NOUN("agency"),
    {.path = "evidence",
     .noun = "evidence",
     .operands = "COMMAND",
     .summary = "cmd.evidence.summary",
     .description = "cmd.evidence.description"},
    NOUN_READ("evidence"),
    {.path = "evidence show",
     .noun = "evidence",
     .operands = "KEY",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.evidence.show.summary",
     .description = "cmd.evidence.show.description",
     .options = REGISTER | OUTPUT,
     .formats = "table|json",
     .run = cmd_evidence_show},
    {.path = "evidence export",
     .noun = "evidence",
     .operands = "KEY DIR",
     .operand_min = 2,
     .operand_max = 2,
     .summary = "cmd.evidence.export.summary",
     .description = "cmd.evidence.export.description",
     .options = REGISTER,
     .examples = {{"evidence export ev-000001 /tmp/ev-000001", "eg.evidence.export"}},
     .run = cmd_evidence_export},
    {.path = "grade",
     .operands = "SYSTEM",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.grade.summary",
     .description = "cmd.grade.description",
     .options = REGISTER | OUTPUT | BIT(REGIME) | BIT(ON) | BIT(CHOOSE) | BIT(BUSINESS) |
                BIT(SERVICE) | BIT(ANSWER),
     .formats = "table|json",
     .examples =
         {{"grade sys-001", "eg.grade"},
          {"grade sys-001 --as p-002 --business 'social_order:serious:tolls stop' --service "
           "'social_order:general:queues'",
           "eg.grade.flags"}},
     .run = cmd_grade},
    {.path = "grade review",
     .operands = "GRADING",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.grade.review.summary",
     .options = REGISTER | BIT(REASON),
     .run = cmd_grade_review},
    {.path = "grade approve",
     .operands = "GRADING",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.grade.approve.summary",
     .description = "cmd.grade.approve.description",
     .options = REGISTER,
     .run = cmd_grade_approve},
    {.path = "grade refuse",
     .operands = "GRADING",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.grade.refuse.summary",
     .options = REGISTER | BIT(REASON),
     .run = cmd_grade_refuse},
    NOUN_GROUP("grading"),
    NOUN_SHOW("grading"),
    NOUN_READ("grading"),
    {.path = "clauses",
     .operands = "SYSTEM",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.clauses.summary",
     .description = "cmd.clauses.description",
     .options = REGISTER | OUTPUT | BIT(STANDARD) | BIT(LIMIT),
     .formats = LISTING,
     .examples = {{"clauses sys-001 --format xlsx -o sys-001.xlsx", "eg.clauses"}},
     .run = cmd_clauses},
    {.path = "evaluate",
     .operands = "SYSTEM",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.evaluate.summary",
     .description = "cmd.evaluate.description",
     .options = REGISTER | OUTPUT | BIT(RESULTS) | BIT(TEMPLATE) | BIT(WEIGHTS) | BIT(STANDARD),
     .formats = "table|json",
     .examples = {{"evaluate sys-001 --results results.jsonl", "eg.evaluate"}},
     .run = cmd_evaluate},
    NOUN_GROUP("evaluation"),
    NOUN_SHOW("evaluation"),
    NOUN_READ("evaluation"),
    {.path = "ledger",
     .operands = "COMMAND",
     .summary = "cmd.ledger.summary",
     .description = "cmd.ledger.description"},
    {.path = "ledger verify",
     .summary = "cmd.ledger.verify.summary",
     .description = "cmd.ledger.verify.description",
     .options = BIT(STORE) | BIT(SINCE) | BIT(WITNESS) | BIT(FINGERPRINT) | BIT(TRUST) | OUTPUT,
     .formats = "table|json",
     .examples = {{"ledger verify", "eg.ledger.verify"},
                  {"ledger verify --witness elsewhere/checkpoints", "eg.ledger.verify.witness"}},
     .run = cmd_ledger_verify},
    {.path = "ledger prove",
     .operands = "RECORD",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.ledger.prove.summary",
     .description = "cmd.ledger.prove.description",
     .options = BIT(OUTPUT),
     .examples = {{"ledger prove 17 -o proof", "eg.ledger.prove"}},
     .run = cmd_ledger_prove},
    {.path = "ledger consistency",
     .operands = "OLD NEW",
     .operand_min = 2,
     .operand_max = 2,
     .summary = "cmd.ledger.consistency.summary",
     .description = "cmd.ledger.consistency.description",
     .options = BIT(OUTPUT),
     .examples = {{"ledger consistency 200 300", "eg.ledger.consistency"}},
     .run = cmd_ledger_consistency},
    {.path = "ledger checkpoint",
     .summary = "cmd.ledger.checkpoint.summary",
     .description = "cmd.ledger.checkpoint.description",
     .options = BIT(OUTPUT),
     .examples = {{"ledger checkpoint >> /mnt/elsewhere/checkpoints", "eg.ledger.checkpoint"}},
     .run = cmd_ledger_checkpoint},
    {.path = "ledger rotate",
     .summary = "cmd.ledger.rotate.summary",
     .description = "cmd.ledger.rotate.description",
     .examples = {{"ledger rotate", "eg.ledger.rotate"}},
     .run = cmd_ledger_rotate},
    {.path = "ledger adopt",
     .summary = "cmd.ledger.adopt.summary",
     .description = "cmd.ledger.adopt.description",
     .options = REGISTER | BIT(REASON),
     .examples = {{"ledger adopt --reason 'backup of Thursday restored'", "eg.ledger.adopt"}},
     .run = cmd_ledger_adopt},
    {.path = "ledger request",
     .operands = "[OLD]",
     .operand_min = 0,
     .operand_max = 1,
     .summary = "cmd.ledger.request.summary",
     .description = "cmd.ledger.request.description",
     .options = BIT(OUTPUT),
     .examples = {{"ledger request 1200 -o request", "eg.ledger.request"}},
     .run = cmd_ledger_request},
    {.path = "ledger cosign",
     .operands = "REQUEST",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.ledger.cosign.summary",
     .description = "cmd.ledger.cosign.description",
     .options = BIT(FINGERPRINT) | BIT(OUTPUT),
     .examples = {{"ledger cosign request --fingerprint DIGITS -o cosigned", "eg.ledger.cosign"}},
     .run = cmd_ledger_cosign},
    {.path = "ledger keep",
     .operands = "COSIGNED",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "cmd.ledger.keep.summary",
     .description = "cmd.ledger.keep.description",
     .examples = {{"ledger keep cosigned", "eg.ledger.keep"}},
     .run = cmd_ledger_keep},
    {.path = "ledger stamp",
     .operands = "[RESPONSE]",
     .operand_min = 0,
     .operand_max = 1,
     .summary = "cmd.ledger.stamp.summary",
     .description = "cmd.ledger.stamp.description",
     .options = BIT(TRUST) | BIT(OUTPUT),
     .examples = {{"ledger stamp -o request.tsq", "eg.ledger.stamp"},
                  {"ledger stamp answer.tsr --trust roots.pem", "eg.ledger.stamp.keep"}},
     .run = cmd_ledger_stamp},
    {.path = "demo",
     .summary = "cmd.demo.summary",
     .description = "cmd.demo.description",
     .options = BIT(STORE) | BIT(SCALE),
     .examples = {{"demo --data /tmp/demo", "eg.demo"}},
     .run = cmd_demo},
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
