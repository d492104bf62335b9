/*
 * engine: what the files of this room share. Private.
 *
 *   check.c      a check read from its file            view.c      views and their definitions
 *   parameter.c  values by standard and level          sandbox.c   SQLite with its hands tied
 *   plan.c       what to judge and to collect          scope.c     what a query stood on
 *   product.c    products, as content has them         unit.c      each check, once or by instance
 *   function.c   SQL functions that cannot take long
 *   judge.c      one check: rows, fold, reason         evidence.c  the sources behind a verdict
 *   run.c        all checks and items: the report      query.c     a person's own query
 *   profile.c, profile_verify.c   a site's profile     exclusion.c what it waives
 *   result.c     a result's sentences
 *   lint.c, fixture.c   checks and views tried         relation.c  tables and views described
 *   expectation.c       rows that a fixture lists      trial.c     variants of a query tried
 */
#ifndef MERLON_BASELINE_ENGINE_H
#define MERLON_BASELINE_ENGINE_H

#include "sensor/baseline/baseline.h"
#include "sensor/facts/facts.h"

#include <sqlite3.h>

/* ---- names ------------------------------------------------------------------------------- */

/* Numbers from 0 to SET_MAX - 1. Zero-initialised: none. */
#define SET_MAX 256
struct set {
    uint64_t words[SET_MAX / 64];
};

static inline bool set_has(const struct set *set, size_t number)
{
    return set->words[number / 64] >> number % 64 & 1;
}

static inline void set_add(struct set *set, size_t number)
{
    must(number < SET_MAX);
    set->words[number / 64] |= UINT64_C(1) << number % 64;
}

static inline void set_join(struct set *set, const struct set *other)
{
    for (size_t i = 0; i < COUNT_OF(set->words); i++)
        set->words[i] |= other->words[i];
}

/* What a query reads: facts_tables() by their number, views of its class by theirs. */
struct reads {
    struct set tables;
    struct set views;
};

static inline void reads_join(struct reads *reads, const struct reads *other)
{
    set_join(&reads->tables, &other->tables);
    set_join(&reads->views, &other->views);
}

bool reads_table(const struct reads *reads, const char *name);

/* ---- views ------------------------------------------------------------------------------- */

struct view_def {
    const char *name;
    const char *origin; /* file, for messages */
    enum asset_class asset_class;
    struct value raw;
    uint32_t definitions;
};

#define VIEWS_MAX 64 /* of one class */

/* The views of a class, by name; loaded once. */
const struct view_def *views_of(enum asset_class asset_class, size_t *count);
const char *view_sql(const struct view_def *view, uint32_t definition);
const char *view_when(const struct view_def *view, uint32_t definition); /* NULL: always */

/* Whether the definition is one for this product (NULL: for a target without one). */
bool view_serves(const struct view_def *view, uint32_t definition, const struct product *product);

/* `expand: true`: not filled once but expanded into each query; for a view of very many rows of
 * which a check asks a few by key. It has one definition and no `when`. */
bool view_expanded(const struct view_def *view);

/* ---- sandbox ----------------------------------------------------------------------------- */

struct prepared {
    const char *sql; /* found again by this address */
    sqlite3_stmt *statement;
    sqlite3_stmt *fill; /* of a view's definition: INSERT INTO the view what the query gives */
    struct reads reads;
};

/* An in-memory database with the tables of facts and a class's views, in which untrusted queries
 * may read and nothing else. */
struct sandbox {
    sqlite3 *db;
    enum asset_class asset_class;
    bool trusted;                  /* our own statements run (filling tables, making views) */
    const struct product *product; /* being judged; NULL: the target itself */
    const char *instance;          /* its instance, "" while instances are looked for */
    struct reads reads;            /* what the statement being prepared reads */
    uint64_t steps;                /* taken by the statement that runs */
    uint64_t steps_max;            /* QUERY_STEPS_MAX; less only for trials */
    int64_t started;
    bool limit_hit;
    int64_t old_heap_limit;
    struct set views_learned;           /* the plan's: the views whose reads are known */
    struct reads view_reads[VIEWS_MAX]; /* and what they read */
    struct prepared *prepared;
    size_t prepared_count, prepared_room;
    sqlite3_stmt *empties[VIEWS_MAX]; /* one a view, when it was needed */
};

MUST_USE struct rc sandbox_open(enum asset_class asset_class, struct sandbox **out);
void sandbox_close(struct sandbox *sandbox); /* accepts NULL */

/* Prepares one untrusted SELECT, or gives it again if its text (by address: it must outlive the
 * sandbox) was prepared before; *reads says what it reads. Give it back with sandbox_release.
 * FAULT_USAGE with SQLite's word. */
MUST_USE struct rc sandbox_prepare(struct sandbox *sandbox, const char *sql, sqlite3_stmt **out,
                                   struct reads *reads);
void sandbox_release(sqlite3_stmt *statement); /* accepts NULL */

/* Binds :product and :instance, where the statement names them. */
void sandbox_bind(const struct sandbox *sandbox, sqlite3_stmt *statement);

/* Adds the functions of function.c to a new database. */
void functions_add(sqlite3 *db);

/* Empties all views; facts_free emptied the tables: ready for the next bundle. */
void sandbox_empty(struct sandbox *sandbox);

/* One step: *row says whether there is a row. FAULT_LIMIT when a limit was hit, FAULT_DATA for any
 * other failure of the query. */
MUST_USE struct rc sandbox_step(struct sandbox *sandbox, sqlite3_stmt *statement, bool *row);

/* Makes an empty table with a view's name and declared columns: what queries are prepared against.
 * A view is a table filled once: its definition is prepared and run once, however many checks ask.
 */
MUST_USE struct rc sandbox_declare_view(struct sandbox *sandbox, const struct view_def *view);

/* Prepares a definition as the untrusted query it is, and the statement that fills the view by it.
 */
MUST_USE struct rc sandbox_prepare_view(struct sandbox *sandbox, const struct view_def *view,
                                        uint32_t definition, struct reads *reads);

/* Fills the view by a definition that was prepared. */
MUST_USE struct rc sandbox_fill_view(struct sandbox *sandbox, const struct view_def *view,
                                     uint32_t definition);

/* ---- parameters -------------------------------------------------------------------------- */

/* A value that makes no sense is refused: FAULT_USAGE. */
MUST_USE struct rc parameter_check_bounds(const struct check *check,
                                          const struct parameter *parameter, const char *text);

/* ---- profiles ---------------------------------------------------------------------------- */

/* Names and values of a profile that was read, against the checks and standards there are. */
MUST_USE struct rc profile_verify(const struct profile *profile, struct value top);

/* The profile's exclusions of one check. */
const struct exclusion **exclusions_of(struct arena *arena, const struct profile *profile,
                                       const char *check, size_t *count);

/* Of some exclusions the one that waives `subject` (NULL: the check as a whole) at `now`; NULL when
 * there is none. */
const struct exclusion *exclusion_find(const struct exclusion *const *list, size_t count,
                                       const char *subject, int64_t now);

/* Those of `list` that expired before `now`. */
const struct exclusion **exclusions_expired(struct arena *arena,
                                            const struct exclusion *const *list, size_t count,
                                            int64_t now, size_t *expired);

/* ---- plan -------------------------------------------------------------------------------- */

struct plan_check {
    const struct check *check;
    struct setting *values;        /* one for each parameter of the check */
    const struct clause **clauses; /* of the plan's standard, level and scope */
    size_t clause_count;
    struct reads reads; /* of its query, its applicability and all definitions of its views */
    const struct exclusion **exclusions; /* the profile's for this check */
    size_t exclusion_count;
};

struct plan {
    struct arena *arena;
    const struct standard *standard;
    int level;
    const char *scope;
    uint32_t classes;
    const struct clause *const *items; /* exactly these; NULL: those of level and scope */
    size_t item_count;
    bool by_id; /* the checks were named: the report holds only them */
    bool no_walk;
    struct plan_check *checks;
    size_t check_count;
    const struct profile *profile; /* NULL: none */
    struct wishes wishes;
    struct sandbox *sandboxes[CLASS_COUNT]; /* with all queries prepared; NULL: no check */
};

/* Whether an item is among those given. */
bool items_hold(const struct clause *const *items, size_t count, const struct clause *clause);

/* All tables that these views can come to read, over all their definitions. */
MUST_USE struct rc plan_close_reads(struct sandbox *sandbox, struct reads *reads);

/* Declares all views of the sandbox's class. */
MUST_USE struct rc plan_declare_views(struct sandbox *sandbox);

/* Adds to the wishes what these tables need. `paths`, `predicates`: of table file and walk. */
void plan_wish_tables(struct arena *arena, struct wishes *wishes, const struct reads *reads);
void plan_wish_paths(struct arena *arena, struct wishes *wishes, const char *const *paths,
                     size_t count);

/* ---- a bundle being judged --------------------------------------------------------------- */

enum view_state { VIEW_UNSEEN = 0, VIEW_READY, VIEW_UNDECIDED };

/* One class's sandbox with the facts of a bundle. */
struct bench {
    struct sandbox *sandbox;
    struct facts *facts;
    struct bundle *bundle;
    struct arena *arena;
    int64_t now; /* seconds since 1970 */
    bool no_walk;
    enum view_state view_states[VIEWS_MAX];
    struct message view_reasons[VIEWS_MAX];
    struct reads view_reads[VIEWS_MAX]; /* of the chosen definition, and of the views it reads */
};

/* The sandbox is borrowed, and empty again after bench_close. */
MUST_USE struct rc bench_open(struct sandbox *sandbox, struct bundle *bundle, int64_t now,
                              struct arena *arena, struct bench **out);
void bench_close(struct bench *bench); /* accepts NULL */

/* What is judged from here on: an instance of a product, or the target itself (NULL, NULL). The
 * views are empty again; the tables keep their rows. */
void bench_turn_to(struct bench *bench, const struct product *product, const char *instance);

/* What table file and walk hold for a query. */
struct reach {
    const char *const *paths;
    size_t path_count;
    uint32_t predicates;
    const char *const *folders;
    size_t folder_count;
};

/* Installs the views that may be needed, up to and including those in `views`. */
MUST_USE struct rc bench_install_views(struct bench *bench, const struct set *views);

/* Prepares a query and fills the tables it reads; *reads holds those behind its views too. */
MUST_USE struct rc bench_prepare(struct bench *bench, const char *sql, const struct reach *reach,
                                 sqlite3_stmt **out, struct reads *reads);

/* ---- scope ------------------------------------------------------------------------------- */

/* The sources that a query stood on. */
struct scope {
    struct fact_source *sources;
    size_t count;
    const struct fact_source *unread; /* the first that was not read whole; NULL: all were */
    const char *undecided_view;       /* a view without a definition for this target */
    struct message undecided_why;
    size_t live, not_running; /* probes, and those of a target that does not run */
    const char *probes;       /* the latter, comma separated */
};

void scope_of(struct bench *bench, const struct reads *reads, struct scope *out);
bool source_whole(const struct fact_source *source);
bool source_not_running(const struct fact_source *source); /* a probe of a target that does not */
const char *source_label(struct bench *bench, const struct fact_source *source);
struct message source_message(struct bench *bench, const struct fact_source *source);

/* Whether a statement about all that was read may be believed; if not, why. */
bool scope_whole(const struct scope *scope);
struct message scope_message(struct bench *bench, const struct scope *scope);

/* ---- instances --------------------------------------------------------------------------- */

/* The instances of one product on a target. */
struct found {
    const struct product *product;
    const char **instances;
    size_t count;
    struct scope *scope; /* what tells it */
    bool undecided;      /* there may be more */
    struct message why;
};

#define INSTANCES_MAX 64 /* of one product; more leave it undecided */

MUST_USE struct rc instances_find(struct bench *bench, const struct product *product,
                                  struct found *out);

/* Results as they come; they lie in the arena. */
struct results {
    struct arena *arena;
    struct result *list;
    size_t count, room;
};

/* The next result, zeroed; good until the one after. */
struct result *results_add(struct results *results);

/* Judges the plan's checks of one class: each once, or once for each instance of its products. */
MUST_USE struct rc units_judge(const struct plan *plan, struct bundle *bundle, int64_t now,
                               enum asset_class asset_class, struct results *results);

/* ---- judging ----------------------------------------------------------------------------- */

MUST_USE struct rc judge_check(struct bench *bench, const struct plan_check *wanted,
                               struct result *result);
void evidence_gather(struct bench *bench, const struct scope *scope, struct result *result);

/* ---- trying content ---------------------------------------------------------------------- */

/* A bundle collected from the small file tree of a fixture. */
MUST_USE struct rc fixture_bundle(struct value fixture, const struct wishes *wishes,
                                  struct bundle **out);
int64_t fixture_now(struct value fixture); /* microseconds */

/* "pass", "fail", "absent", "unreadable": FAULT_DATA when a kind is missing or unknown. */
MUST_USE struct rc fixture_kinds(const char *origin, struct value fixtures);

/* What a fixture is judged for: its standard, level and parameters; `settings` has room for
 * CHECK_PARAMETERS_MAX. */
struct request fixture_request(struct value fixture, struct setting *settings);

/* FAULT_DATA when the run of this one check has not the verdict and the rows of the fixture. */
MUST_USE struct rc fixture_compare(const struct check *check, struct value fixture,
                                   const struct run *run);

/* `rows:` as a list: as many rows as were judged in all, each naming only the columns it cares
 * about. FAULT_DATA with the line of the first that fits none. `chosen`: a flag for each listed row
 * that is wanted; NULL: all. */
MUST_USE struct rc rows_expected(const char *origin, struct value rows, const bool *chosen,
                                 const struct run *run);

/* Chooses the listed rows that a run's rows fit; false when a row of the run fits none. */
bool rows_choose(struct value rows, const struct run *run, bool *chosen);

#endif
