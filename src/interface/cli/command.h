/*
 * command: the private interface of the room: the one dispatch table and what its commands share.
 *
 *   option.c    every option: name, letter, argument, what it means
 *   command.c   every command: path, operands, options, examples, function
 *   call.c      argv -> struct call, by these two tables; wrong usage ends here
 *   usage.c, cmd_man.c, cmd_completion.c   help, man pages and completion, from the same tables
 *   selection.c, law.c, target.c, grid.c, output.c   what several commands need
 *   cmd_*.c     one command each
 *
 * Data goes to stdout (or -o), everything else to stderr.
 */
#ifndef MERLON_CLI_COMMAND_H
#define MERLON_CLI_COMMAND_H

#include "foundation/text/text.h"
#include "regulation/grading/grading.h"
#include "sensor/baseline/baseline.h"

/* ---- exit codes ------------------------------------------------------------------------- */

enum exit_code {
    EXIT_MET = 0,     /* everything asked for was done; for a check: all met */
    EXIT_NOT_MET = 1, /* something failed */
    EXIT_WRONG = 2,   /* wrong usage */
    EXIT_OPEN = 3,    /* nothing failed, but something is unknown or for a person */
    EXIT_TARGET = 4,  /* the target cannot be used */
    EXIT_TROUBLE = 5, /* something else went wrong: a write error, a limit */
    EXIT_CODES
};

int exit_of(enum fault_kind kind);

/* ---- options ---------------------------------------------------------------------------- */

enum option_id {
    OPTION_ROOT,
    OPTION_BUNDLE,
    OPTION_STANDARD,
    OPTION_LEVEL,
    OPTION_SCOPE,
    OPTION_CLASS,
    OPTION_REGIME,
    OPTION_ON,
    OPTION_TOPIC,
    OPTION_CHOOSE,
    OPTION_OBJECT,
    OPTION_DEGREE,
    OPTION_ANSWER,
    OPTION_SECRECY,
    OPTION_S,
    OPTION_A,
    OPTION_G,
    OPTION_SCOPES,
    OPTION_CLASSES,
    OPTION_INHERITED,
    OPTION_TEMPLATE,
    OPTION_RESULTS,
    OPTION_WEIGHTS,
    OPTION_PACK,
    OPTION_CHECK,
    OPTION_PARAM,
    OPTION_PROFILE,
    OPTION_RUN,
    OPTION_NO_WALK,
    OPTION_PATH,
    OPTION_ALL,
    OPTION_ALL_PAGES,
    OPTION_LIMIT,
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_AS,
    OPTION_ASSET,
    OPTION_SYSTEM,
    OPTION_STORE,
    OPTION_FILTER,
    OPTION_SEARCH,
    OPTION_SORT,
    OPTION_AFTER,
    OPTION_RETIRED,
    OPTION_DRY_RUN,
    OPTION_REASON,
    OPTION_SEEN,
    OPTION_SCALE,
    OPTION_BUSINESS,
    OPTION_SERVICE,
    OPTION_NEW,
    OPTION_DAYS,
    OPTION_SINCE,
    OPTION_WITNESS,
    OPTION_FINGERPRINT,
    OPTION_TRUST,
    OPTION_LANG,
    OPTION_DATA,
    OPTION_NO_RECORD,
    OPTION_VERSION,
    OPTION_HELP,
    OPTION_COUNT
};

enum option_kind {
    KIND_FLAG,
    KIND_TEXT,
    KIND_NUMBER, /* 1 to 1,000,000,000 */
    KIND_CHOICE, /* one of `choices`, or of the command's formats */
    KIND_FILE,   /* a path; differs from TEXT in completion only */
    KIND_FOLDER,
};

struct option {
    const char *name; /* "output" for --output */
    char letter;      /* 'o', or 0 */
    enum option_kind kind;
    bool many;            /* may be given several times */
    const char *argument; /* "FILE"; NULL for a flag */
    const char *choices;  /* "en|zh|vi"; NULL: the command's formats, or anything */
    const char *text;     /* text key of what it means */
};

/* Options of the same name (of different commands) have the same kind and letter. */
extern const struct option options[OPTION_COUNT];

/* ---- commands --------------------------------------------------------------------------- */

struct call;

struct example {
    const char *line; /* without "merlon " */
    const char *text; /* text key */
};

struct command {
    const char *path; /* "check lint"; "" for the program itself */
    const char *noun; /* the kind of the register it is about; fills {1} in its texts; or NULL */
    const char *operands; /* "[FILE...]"; "" */
    size_t operand_max;   /* how many are accepted */
    size_t operand_min;
    const char *summary, *description; /* text keys; description NULL: nothing to add */
    uint64_t options;           /* bits 1 << enum option_id, without those accepted everywhere */
    const char *formats;        /* "table|json", the first is the default; NULL: none */
    struct example examples[5]; /* ends with line NULL */
    MUST_USE struct rc (*run)(const struct call *call, int *exit_code); /* NULL: a group */
};

#define ANY_NUMBER 1000

extern const struct command commands[];
extern const size_t command_count;

/* Options accepted by every command. */
extern const uint64_t options_everywhere;

const struct command *command_find(const char *path);
bool command_accepts(const struct command *command, enum option_id id);
bool command_is_within(const struct command *command, const struct command *group);

/* The choices of an option as `command` takes it; NULL when it has none. */
const char *command_choices(const struct command *command, enum option_id id);

/* ---- a call ----------------------------------------------------------------------------- */

struct given {
    const char **values;
    size_t count;
};

struct call {
    const struct command *command;
    enum lang lang;
    struct arena *arena;
    const char **operands;
    size_t operand_count;
    struct given given[OPTION_COUNT];
};

/* Reads the words after the program's name; FAULT_USAGE with a suggestion where one is near. */
MUST_USE struct rc call_read(struct call *call, int count, char **words);

bool call_has(const struct call *call, enum option_id id);
const char *call_text(const struct call *call, enum option_id id, const char *otherwise);
size_t call_number(const struct call *call, enum option_id id, size_t otherwise);
const char *call_format(const struct call *call); /* the one asked for, or the command's default */

/* The sentence of `key`, filled, in the call's language. */
const char *say(const struct call *call, const char *key, const char *a, const char *b,
                const char *c);

/* FAULT_USAGE with that sentence. */
MUST_USE struct rc wrong(const struct call *call, const char *key, const char *a, const char *b,
                         const char *c);

/* Of `count` words the one nearest to `word`, or NULL when none is near. */
const char *suggest(const char *word, const char *const *words, size_t count);

/* Adds the text of a key of a command, with its noun's title filled in. */
void command_add_text(const struct command *command, enum lang lang, const char *key,
                      struct buf *out);

/* ---- output ----------------------------------------------------------------------------- */

/* Writes the command's data: to -o, or to stdout. */
MUST_USE struct rc output_write(const struct call *call, const struct buf *data);
bool output_is_terminal(const struct call *call);
size_t output_width(const struct call *call);
bool output_colour(const struct call *call);

/* One line to stderr: "merlon: sentence", made safe for a terminal. */
void tell(const char *sentence);

/* Help of one command (of the program, when path is ""). */
void usage_write(const struct command *command, enum lang lang, size_t width, struct buf *out);
void usage_line(const struct command *command, struct buf *out); /* "merlon check lint [FILE...]" */

/* ---- rows and columns ------------------------------------------------------------------- */

struct grid;

/* A table with `count` columns, kept in the call's arena. `titles` (or NULL) are for people. */
struct grid *grid_new(const struct call *call, const char *const *names, const char *const *titles,
                      size_t count) MUST_USE;
void grid_add(struct grid *grid, const struct observed *cells);
void grid_add_texts(struct grid *grid, const char *const *cells);

/* Writes it as the call's format says (table, json, jsonl, csv), at most --limit rows. */
void grid_write(const struct grid *grid, struct buf *out);

/* ---- what several commands need ---------------------------------------------------------- */

/* Fills a request from the options, then --profile, then the defaults of docs: gbt22239-2019, level
 * 3 (or the nearest the standard has), scope general ("all": every scope). Verifies them. */
MUST_USE struct rc selection_read(const struct call *call, struct request *out);

/* The same with a profile that was read. */
MUST_USE struct rc selection_with(const struct call *call, const struct profile *profile,
                                  struct request *out);

/* The profile of the call; an empty one (name NULL) without --profile. */
MUST_USE struct rc selection_profile(const struct call *call, const struct profile **out);

/* FAULT_USAGE when --standard, --level or --scope name nothing that the catalogue has. */
MUST_USE struct rc selection_verify(const struct call *call);

/* A report that was written as JSON; FAULT_TARGET when it is none or cannot be read. */
struct past;
MUST_USE struct rc past_from_file(const struct call *call, const char *path, struct past *out);
/* The regime of --regime; NULL where none is given. FAULT_USAGE with those there are. */
MUST_USE struct rc regime_of_call(const struct call *call, const struct regime **out);

/* --on, or today (UTC). */
MUST_USE struct rc date_of_call(const struct call *call, struct date *out);

/* --regime, --on and --choose together; the choices must be rules of the regime. */
MUST_USE struct rc asked_of_call(const struct call *call, struct asked *out);

/* --standard, --s, --a, --g, --scope, --class and --inherited as a selection. */
MUST_USE struct rc selected_of_call(const struct call *call, struct selection *out);

/* Reads a file that the caller named, at most `max` bytes, as a view into `out`. */
/* NAME=yes, NAME=no or NAME=NUMBER. */
MUST_USE struct rc fact_of_text(const struct call *call, const char *text, struct fact *out);

/* The score of an evaluation, as the call's format says. */
struct evaluation;
MUST_USE struct rc score_write(const struct call *call, const struct evaluation *evaluation,
                               struct buf *out);

MUST_USE struct rc read_input(const char *path, size_t max, struct buf *out);

const char *date_text(const struct call *call, struct date date);          /* "" for no date */
const char *grades_text(const struct call *call, uint32_t grades);         /* "3-5", "" for all */
const char *rule_source(const struct call *call, const struct rule *rule); /* title, article */

/* The bundle the call asks about: --bundle, or collected from --root or from this host. */
MUST_USE struct rc target_collect(const struct call *call, const struct wishes *wishes,
                                  struct bundle **out);

/* Cleanup attributes. */
static inline void buf_freep(struct buf *buf)
{
    buf_free(buf);
}
static inline void bundle_freep(struct bundle **bundle)
{
    bundle_free(*bundle);
}
static inline void plan_freep(struct plan **plan)
{
    plan_free(*plan);
}

/* ---- the commands' functions -------------------------------------------------------------- */

struct rc cmd_top(const struct call *call, int *exit_code);
struct rc cmd_check(const struct call *call, int *exit_code);
struct rc cmd_check_diff(const struct call *call, int *exit_code);
struct rc cmd_check_lint(const struct call *call, int *exit_code);
struct rc cmd_check_list(const struct call *call, int *exit_code);
struct rc cmd_check_profile(const struct call *call, int *exit_code);
struct rc cmd_check_show(const struct call *call, int *exit_code);
struct rc cmd_collect(const struct call *call, int *exit_code);
struct rc cmd_import_results(const struct call *call, int *exit_code);
struct rc cmd_query(const struct call *call, int *exit_code);
struct rc cmd_schema(const struct call *call, int *exit_code);
struct rc cmd_law_standards(const struct call *call, int *exit_code);
struct rc cmd_law_clauses(const struct call *call, int *exit_code);
struct rc cmd_law_coverage(const struct call *call, int *exit_code);
struct rc cmd_law_regimes(const struct call *call, int *exit_code);
struct rc cmd_law_rules(const struct call *call, int *exit_code);
struct rc cmd_law_diff(const struct call *call, int *exit_code);
struct rc cmd_law_lint(const struct call *call, int *exit_code);
struct rc cmd_law_grade(const struct call *call, int *exit_code);
struct rc cmd_law_select(const struct call *call, int *exit_code);
struct rc cmd_law_score(const struct call *call, int *exit_code);
struct rc cmd_law_export(const struct call *call, int *exit_code);
struct rc cmd_law_show(const struct call *call, int *exit_code);
struct rc cmd_entry_add(const struct call *call, int *exit_code);
struct rc cmd_entry_set(const struct call *call, int *exit_code);
struct rc cmd_entry_show(const struct call *call, int *exit_code);
struct rc cmd_entry_list(const struct call *call, int *exit_code);
struct rc cmd_entry_count(const struct call *call, int *exit_code);
struct rc cmd_entry_history(const struct call *call, int *exit_code);
struct rc cmd_entry_import(const struct call *call, int *exit_code);
struct rc cmd_entry_export(const struct call *call, int *exit_code);
struct rc cmd_entry_retire(const struct call *call, int *exit_code);
struct rc cmd_entry_template(const struct call *call, int *exit_code);
struct rc cmd_supplier_exit(const struct call *call, int *exit_code);
struct rc cmd_asset_unregistered(const struct call *call, int *exit_code);
struct rc cmd_asset_unseen(const struct call *call, int *exit_code);
struct rc cmd_asset_accept(const struct call *call, int *exit_code);
struct rc cmd_asset_ignore(const struct call *call, int *exit_code);
struct rc cmd_evidence_show(const struct call *call, int *exit_code);
struct rc cmd_evidence_export(const struct call *call, int *exit_code);
struct rc cmd_grade(const struct call *call, int *exit_code);
struct rc cmd_grade_review(const struct call *call, int *exit_code);
struct rc cmd_grade_approve(const struct call *call, int *exit_code);
struct rc cmd_grade_refuse(const struct call *call, int *exit_code);
struct rc cmd_clauses(const struct call *call, int *exit_code);
struct rc cmd_evaluate(const struct call *call, int *exit_code);
struct rc cmd_ledger_verify(const struct call *call, int *exit_code);
struct rc cmd_ledger_prove(const struct call *call, int *exit_code);
struct rc cmd_ledger_consistency(const struct call *call, int *exit_code);
struct rc cmd_ledger_checkpoint(const struct call *call, int *exit_code);
struct rc cmd_ledger_request(const struct call *call, int *exit_code);
struct rc cmd_ledger_adopt(const struct call *call, int *exit_code);
struct rc cmd_ledger_rotate(const struct call *call, int *exit_code);
struct rc cmd_ledger_cosign(const struct call *call, int *exit_code);
struct rc cmd_ledger_keep(const struct call *call, int *exit_code);
struct rc cmd_ledger_stamp(const struct call *call, int *exit_code);
struct rc cmd_demo(const struct call *call, int *exit_code);
struct rc cmd_help(const struct call *call, int *exit_code);
struct rc cmd_man(const struct call *call, int *exit_code);
struct rc cmd_completion(const struct call *call, int *exit_code);
struct rc cmd_version(const struct call *call, int *exit_code);

#endif
