/*
 * baseline: the check engine. Is what stands on a target what its grade asks for?
 *
 *   plan       checks + parameters   -> what to collect        (no target is touched)
 *   collect    host_collect (sensor/host), or a stored bundle  (nothing is judged)
 *   evaluate   plan + bundle + time  -> verdicts               (a pure function: replayable)
 *
 * A check is one YAML file under content/checks (see docs/CHECKS.md): one SELECT with a row per
 * subject judged. Its columns `subject`, `ok` (1, 0, NULL = cannot tell), `src`, `line` have a
 * meaning; every other column is an observed value. Verdict, first that holds:
 *
 *   1. a row with ok = 0 whose source was read                                     fail
 *   2. a row with ok = NULL, or a source in scope that was not read whole          unknown
 *   3. a row with ok = 1                                                           pass
 *   4. no rows                                               what the check says under `absent:`
 *
 * A row without src states something about all its tables: its 0 counts only when they were read
 * whole. Sources in scope are those behind the tables that SQLite's authorizer saw the query read,
 * the check's own `paths:`, and its own part of the walk. Where every source in scope is a probe of
 * a system that does not run, the verdict is unknown; where some are, the rest is judged and the
 * result says so.
 *
 * Queries are content and untrusted: reading only, no clock, no randomness, limits on length, steps
 * (QUERY_STEPS_MAX) and heap. SQLite's hard heap limit is process-wide and set while evaluating.
 * Threads: one thread at a time.
 */
#ifndef MERLON_BASELINE_H
#define MERLON_BASELINE_H

#include "regulation/catalogue/catalogue.h"
#include "sensor/bundle/bundle.h"
#include "sensor/host/host.h"

#define QUERY_STEPS_MAX 20000000 /* steps of SQLite's virtual machine, for one query */
#define QUERY_HEAP_MAX  ((int64_t)64 << 20)

enum verdict {
    VERDICT_FAIL, /* in the order of a report: worst first */
    VERDICT_UNKNOWN,
    VERDICT_MANUAL,
    VERDICT_WAIVED,
    VERDICT_PASS,
    VERDICT_NOT_APPLICABLE,
    VERDICT_COUNT
};

const char *verdict_name(enum verdict verdict); /* "fail", "not_applicable", ... */
bool verdict_from(const char *name, enum verdict *out);

/* ---- checks ------------------------------------------------------------------------------ */

#define CHECK_PARAMETERS_MAX 16
#define CHECK_CLAUSES_MAX    64

/* A named value that the standard and level decide, bound in the query as :name. */
struct parameter {
    const char *name;
    bool is_text;
    struct value raw; /* type, unit, min, max, default, one map level -> value per standard */
};

struct check {
    const char *id;     /* "account-uid0" */
    const char *origin; /* file it was read from */
    const char *sql;
    const char *applies; /* SELECT of one value: 1, 0, NULL; or NULL: always */
    enum asset_class asset_class;
    enum verdict absent;
    struct value raw; /* title, rationale, expected, fix, absent, applies, fixtures */
    struct parameter parameters[CHECK_PARAMETERS_MAX];
    size_t parameter_count;
    const char *const *paths; /* of table `file` */
    size_t path_count;
    uint32_t predicates;        /* of table `walk`: bits 1 << enum walk_predicate */
    const char *const *folders; /* where the walk concerns this check; "/" unless it says so */
    size_t folder_count;
};

/* All checks of Merlon itself, sorted by id; parsed once. */
MUST_USE struct rc checks_builtin(const struct check *const **out, size_t *count);

/* One check from a file of a person. Texts live in the arena. */
MUST_USE struct rc check_read(struct arena *arena, const char *path, struct check *out);

/* The clauses of `standard` at `level` (0: all levels) that a check bears on, in their order; at
 * most `max` are stored. Gives how many there are. */
size_t check_clauses(const struct check *check, const char *standard, int level,
                     const struct clause **out, size_t max);

/* Whether the check shows only a part of what the item asks (its `part:`): an item that no other
 * check bears on stays with a person when it passes. */
bool check_covers_part(const struct check *check, const struct clause *clause);

/* Refuses (FAULT_DATA, "file:line: what") a check with a missing text or language, an unknown
 * clause, parameter or table, a query that may not run, or without pass, fail, absent and
 * unreadable fixtures; runs the fixtures and refuses a verdict that differs. `cases` counts
 * fixtures run. */
MUST_USE struct rc check_lint(const struct check *check, size_t *cases);

/* The same for the definitions of views in content/views; `views` counts them. */
MUST_USE struct rc views_lint(size_t *views, size_t *cases);

/* ---- plan -------------------------------------------------------------------------------- */

/* One parameter set by hand: --param min_length=10, or for one check only:
 * --param password-length.min_length=10. */
struct setting {
    const char *name;
    const char *value;
};

/* What is to be judged. NULL and 0 where nothing was asked: see fields. */
struct request {
    const char *standard; /* required */
    int level;            /* required */
    const char *scope;    /* NULL: any */
    uint32_t classes;     /* 0: any */
    const char *const
        *ids; /* exactly these checks; NULL: all that bear on the standard and level */
    size_t id_count;
    const struct setting *settings;
    size_t setting_count;
    bool no_walk;
};

struct plan;

/* FAULT_USAGE for an unknown standard, level, scope, check or parameter, or a value out of its
 * bounds. */
MUST_USE struct rc plan_new(const struct request *request, struct plan **out);

/* A plan over given checks (tests, benchmarks, lint); they are borrowed. */
MUST_USE struct rc plan_new_for(const struct request *request, const struct check *const *checks,
                                size_t count, struct plan **out);
void plan_free(struct plan *plan); /* accepts NULL */

/* What to collect for it; borrowed from the plan. */
const struct wishes *plan_wishes(const struct plan *plan);

size_t plan_check_count(const struct plan *plan);

/* ---- evaluate ---------------------------------------------------------------------------- */

enum observed_kind { OBSERVED_NULL, OBSERVED_INTEGER, OBSERVED_TEXT };

struct observed {
    enum observed_kind kind;
    int64_t integer;
    const char *text;
};

/* One row of a check: one subject judged. */
struct judged {
    const char *subject;
    int ok;                        /* 1, 0, or -1: cannot tell */
    const char *src;               /* NULL: a statement about all that was read */
    int64_t line;                  /* 0: none */
    const struct observed *values; /* one for each of result.columns */
};

/* A source behind a verdict. */
struct evidence_source {
    const char *source;
    int64_t line;          /* 0: the whole source */
    const char *sm3;       /* of its bytes as collected; "" when it could not be read */
    const char *status;    /* "ok", "absent", "denied", ... or "partial" */
    struct message reason; /* for a status other than ok */
};

struct result {
    const struct check *check;           /* NULL: an item of the standard without a check */
    const struct clause *const *clauses; /* of the plan's standard and level */
    size_t clause_count;
    enum verdict verdict;
    struct message reason;      /* why, in one sentence */
    struct message note;        /* e.g. only the configured value was judged; may be zero */
    const char *const *columns; /* the observed columns */
    size_t column_count;
    const struct judged *rows; /* failures first, then unknown, then passes; by subject */
    size_t row_count;
    const struct evidence_source *evidence; /* those of the rows, then those not read whole */
    size_t evidence_count;
    const struct setting *parameters; /* as bound, in the check's order */
    size_t parameter_count;
    struct arena *arena; /* where its texts are made */
};

/* The fold over the checks of one item of the standard. */
struct item_verdict {
    const struct clause *clause;
    enum verdict verdict;
    const struct result *const *results; /* its checks, worst first; or its one result without */
    size_t result_count;
};

struct run {
    const struct standard *standard;
    int level;
    const char *scope; /* NULL: any */
    struct target target;
    const char *system;           /* PRETTY_NAME of the target, "" when unknown */
    const struct result *results; /* checks, then items without a check */
    size_t result_count;
    size_t check_count;
    size_t summary[VERDICT_COUNT];    /* over results */
    const struct item_verdict *items; /* every selected item, in the standard's order; none
                                         when request.ids was given */
    size_t item_count;
    size_t item_summary[VERDICT_COUNT];
    struct arena *arena;
};

/* Judges a bundle at the time `now` (microseconds since 1970). FAULT_TARGET when the bundle holds
 * nothing that the plan asks for. A run borrows from its plan and its bundle: free it first.
 * run_free accepts NULL. */
MUST_USE struct rc plan_evaluate(const struct plan *plan, struct bundle *bundle, int64_t now,
                                 struct run **out);
void run_free(struct run *run);

/* The text of a check's `expected:` in a language with {name} filled by the bound parameters. */
const char *result_expected(const struct result *result, enum lang lang);

/* How to mend it: for people, and as commands, which are shown and never run. Both with {name}
 * filled; in the commands only by numbers, so that no text becomes a command. */
const char *result_fix(const struct result *result, enum lang lang);
const char *result_fix_shell(const struct result *result);

/* Why, in one sentence: the check's own words where `absent:` or `applies:` decided. */
const char *result_reason(const struct result *result, enum lang lang);

/* ---- asking freely ------------------------------------------------------------------------ */

/* A person's own query: same tables, views and limits. */
struct query;

/* FAULT_USAGE with SQLite's word when the query may not run. `paths` fill the table file. */
MUST_USE struct rc query_new(const char *sql, const char *const *paths, size_t path_count,
                             struct query **out);
const struct wishes *query_wishes(const struct query *query);

/* Calls `row` for each row. FAULT_LIMIT when it takes too many steps or too much memory. `unread`
 * is called for each source in scope that was not read whole. */
struct query_sink {
    MUST_USE struct rc (*columns)(void *context, const char *const *names, size_t count);
    MUST_USE struct rc (*row)(void *context, const struct observed *values, size_t count);
    void (*unread)(void *context, const char *source, const char *status, const char *reason);
    void *context;
};
MUST_USE struct rc query_run(struct query *query, struct bundle *bundle, int64_t now,
                             const struct query_sink *sink);
void query_free(struct query *query);

/* ---- documenting -------------------------------------------------------------------------- */

/* Everything queries may read: tables, then views. */
struct relation {
    const char *name;
    const char *kind;        /* "table" or "view" */
    const char *asset_class; /* of a view; "" for a table */
    const char *doc;
    const struct column_doc {
        const char *name, *type, *unit, *doc;
    } * columns;
    size_t column_count;
    const char *const *sources; /* paths, patterns and probes; for a view: its tables */
    size_t source_count;
};
MUST_USE struct rc relations_list(struct arena *arena, const struct relation **out, size_t *count);

#endif
