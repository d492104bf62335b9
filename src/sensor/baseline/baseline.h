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
 * A failing row that a site's profile excludes does not count in 1; where the rows that count would
 * give pass (or none is left), the verdict is waived. Rule 2 is untouched: unread stays unknown.
 *
 * A row without src states something about all its tables: its 0 counts only when they were read
 * whole. Sources in scope are those behind the tables that SQLite's authorizer saw the query read,
 * the check's own `paths:`, and its own part of the walk. Where every source in scope is a probe of
 * a system that does not run, the verdict is unknown; where some are, the rest is judged and the
 * result says so.
 *
 * Products. A check of a class like dbms names the products it serves (`products:`); it is judged
 * once for each instance of them that the target has (content/products says how they are found),
 * and its views hold that instance alone. Where a product is not there, its checks are not
 * applicable; where that could not be read, they are unknown.
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

/* A program that an asset class is made of here, from content/products/<class>/<id>.yaml. */
struct product {
    const char *id;   /* "postgresql" */
    const char *name; /* "PostgreSQL" */
    enum asset_class asset_class;
    const char *instances; /* SELECT of one column: the instances on the target */
    const char *origin;
};

/* The products of a class, by id; loaded once. NULL when there is none of that id. */
const struct product *products_of(enum asset_class asset_class, size_t *count);
const struct product *product_find(const char *id);

#define CHECK_PRODUCTS_MAX 8

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
    const struct product *products[CHECK_PRODUCTS_MAX]; /* it serves; none: the target itself */
    size_t product_count;
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

/* The same for the definitions of views in content/views; `views` counts them. A view that several
 * classes have must have the same columns in each. */
MUST_USE struct rc views_lint(size_t *views, size_t *cases);

/* ---- trying other queries on the fixtures --------------------------------------------------- *
 * How good are the fixtures? Change a query, and see whether one of them notices.
 */

enum trial_state {
    TRIAL_LIVE,   /* every fixture holds with this query too */
    TRIAL_CAUGHT, /* a fixture's verdict or rows are others than it expects */
    TRIAL_INVALID /* the query may not run */
};

struct trial {
    const char *sql;     /* in the place of the check's own */
    const char *applies; /* likewise; NULL: always */
    enum trial_state state;
    uint32_t fixture; /* that caught it */
};

/* Judges every fixture of a check by each of these queries; all `state` start as TRIAL_LIVE.
 * One plan and one bundle a fixture serve them all. FAULT_DATA when the check itself does not hold.
 */
MUST_USE struct rc check_try(const struct check *check, struct trial *trials, size_t count);

/* Every definition of every view as a check "VIEW/PLATFORM" for check_try: `sql` is the definition,
 * `applies` its `when`, and the fixtures are the view's. For nothing else: its query has no subject
 * and no ok. Gives how many there are. */
size_t views_as_checks(struct arena *arena, const struct check **out);

/* ---- plan -------------------------------------------------------------------------------- */

/* One parameter set by hand: --param min_length=10, or for one check only:
 * --param password-length.min_length=10. */
struct setting {
    const char *name;
    const char *value;
};

/* ---- site profiles ------------------------------------------------------------------------ */

#define PROFILE_BYTES_MAX      ((size_t)1 << 20)
#define PROFILE_EXCLUSIONS_MAX 1000
#define PROFILE_CHECKS_MAX     500

/* What a site knows of and accepts for a time: failing rows of a check, or of some subjects. It
 * never makes anything better that was not read. */
struct exclusion {
    const char *check;
    const char *subject; /* a pattern as of fnmatch(3); NULL: all that the check judges */
    const char *reason;
    const char *by;      /* who decided it; "" when nobody is named */
    const char *expires; /* "2026-12-31": the last day it holds, in UTC */
    int64_t until;       /* microseconds since 1970: the moment from which it does not */
    uint32_t line;       /* in the profile */
};

/* A site's own values, exclusions and checks: one YAML file (docs/PROFILES.md). */
struct profile {
    const char *name;
    const char *origin;   /* its file */
    const char *standard; /* NULL, 0: not set */
    const char *scope;    /* "all": every scope */
    int level;
    uint32_t classes;
    const struct setting *settings; /* as --param gives them; --param itself wins */
    size_t setting_count;
    const struct exclusion *exclusions;
    size_t exclusion_count;
    const struct check *const *own; /* the site's checks, by id */
    size_t own_count;
    const struct check *const *checks; /* Merlon's and the site's, by id */
    size_t check_count;
};

/* Reads and verifies all of it: names, values and their bounds, dates, the site's checks with their
 * fixtures. FAULT_USAGE "file:line: what" for anything that does not hold. Texts live in the arena.
 */
MUST_USE struct rc profile_read(struct arena *arena, const char *path, struct profile *out);

bool exclusion_holds(const struct exclusion *exclusion, int64_t now); /* microseconds */

/* "ssh-root-login" or "file-cron-mode (subject /etc/cron.d)". Lives in the arena. */
const char *exclusion_name(struct arena *arena, const struct exclusion *exclusion);

/* "Waived until 2026-12-31 by Lan: reason"; and that it expired and no longer counts. */
const char *exclusion_text(struct arena *arena, enum lang lang, const struct exclusion *exclusion);
const char *exclusion_expired(struct arena *arena, enum lang lang,
                              const struct exclusion *exclusion);

/* What is to be judged. NULL and 0 where nothing was asked: see fields. */
struct request {
    const char *standard;              /* required */
    int level;                         /* required */
    const char *scope;                 /* NULL: any */
    uint32_t classes;                  /* 0: any */
    const struct clause *const *items; /* exactly these items, of any levels, in place of all of
                                          `level` and `scope`; NULL: those. Must outlive the plan */
    size_t item_count;
    const char *const
        *ids; /* exactly these checks; NULL: all that bear on the standard and level */
    size_t id_count;
    const struct setting *settings;
    size_t setting_count;
    bool no_walk;
    const struct profile *profile; /* NULL: none; must outlive the plan */
};

/* The checks that a request can name: Merlon's, and those of its profile; by id. */
MUST_USE struct rc request_checks(const struct request *request, const struct check *const **out,
                                  size_t *count);

/* The value of a parameter by standard and level, or set by hand; as text. FAULT_USAGE when it is
 * out of its bounds, FAULT_DATA when the check gives none. Lives in the arena. */
MUST_USE struct rc parameter_value(struct arena *arena, const struct check *check,
                                   const struct parameter *parameter, const struct request *request,
                                   const char **out);

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
    int ok;                         /* 1, 0, or -1: cannot tell */
    const char *src;                /* NULL: a statement about all that was read */
    int64_t line;                   /* 0: none */
    const struct observed *values;  /* one for each of result.columns */
    const struct exclusion *waiver; /* of a row that does not hold, where the site waives it */
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
    const struct check *check;     /* NULL: an item of the standard without a check */
    const struct product *product; /* NULL: the target itself, or no product was found */
    const char *instance;          /* of the product; NULL: it is not known whether there is one */
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
    const struct exclusion *const *waivers; /* those that were used, in the profile's order */
    size_t waiver_count;
    const struct exclusion *const *expired; /* of this check, no longer in force */
    size_t expired_count;
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
    size_t check_count;               /* results of checks: more than checks, with instances */
    size_t summary[VERDICT_COUNT];    /* over results */
    const struct item_verdict *items; /* every selected item, in the standard's order; none
                                         when request.ids was given */
    size_t item_count;
    size_t item_summary[VERDICT_COUNT];
    const struct profile *profile;          /* NULL: none */
    const struct exclusion *const *expired; /* of the whole profile */
    size_t expired_count;
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

/* "PostgreSQL 15/main"; "PostgreSQL" where it is not known which; "" for the target itself. */
const char *result_instance(const struct result *result);

/* Whether it only says that no product of the check is on the target. */
bool result_no_product(const struct result *result);

/* Why, in one sentence: the check's own words where `absent:` or `applies:` decided. */
const char *result_reason(const struct result *result, enum lang lang);

/* ---- asking freely ------------------------------------------------------------------------ */

/* A person's own query: same tables, views and limits. */
struct query;

/* FAULT_USAGE with SQLite's word when the query may not run. `paths` fill the table file. */
MUST_USE struct rc query_new(const char *sql, const char *const *paths, size_t path_count,
                             struct query **out);

/* The same over the views of another class. Where that class has products and the query reads a
 * view or names `:product` or `:instance`, it is run for each instance found. */
MUST_USE struct rc query_new_for(enum asset_class asset_class, const char *sql,
                                 const char *const *paths, size_t path_count, struct query **out);
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
