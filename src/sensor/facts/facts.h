/*
 * facts: what was collected, as rows. One reader per file format turns items of a bundle into rows
 * of tables in an in-memory SQLite database. Readers parse; they do not judge.
 *
 * Every table ends in two columns: `src` (the target's path or probe the row was read from) and
 * `line` (from 1; NULL where lines mean nothing).
 *
 * What a reader could not understand it reports as a problem of that source; the tables it feeds
 * are then only partly read, and the engine above answers `unknown` where a pass would need them
 * whole. Bytes that are no text (a NUL) are such a problem. Readers bound every loop and depth.
 *
 * Two tables differ by check, because their contents follow what a check names: `file` (its
 * `paths:`) and `walk` (its `walk:` predicates and folders).
 */
#ifndef MERLON_FACTS_H
#define MERLON_FACTS_H

#include "sensor/bundle/bundle.h"

#include <sqlite3.h>

enum column_type { COLUMN_TEXT, COLUMN_INTEGER };

struct column {
    const char *name;
    enum column_type type;
    const char *unit; /* "" when it has none: "days", "bytes", "seconds", "octal" */
    const char *doc;
};

struct table {
    const char *name;
    const char *doc;
    const struct column *columns; /* without src and line, which every table has */
    size_t column_count;
};

struct reader;

/* The tables of all readers, in alphabetical order, with `file`, `walk`, `target` and `source`. */
const struct table *const *facts_tables(size_t *count);
const struct table *facts_table(const char *name); /* NULL when there is none */

/* The sources behind a table (what a plan must collect for it). `file` and `walk` need /etc/passwd
 * and /etc/group to name owners, besides the paths and the walk itself; `target` and `source` need
 * none. */
const struct source *facts_sources_of(const char *table, size_t *count);

/* Declares all tables, empty, in a new database in memory: what a plan prepares queries against.
 * They can be read only; their columns compare as those of a STRICT table. Once a database, before
 * an authorizer is set. */
MUST_USE struct rc facts_declare(sqlite3 *db);

/* ---- filling --------------------------------------------------------------------------- *
 * No statement on these tables may be under way meanwhile. A table that reaches its bounds (rows,
 * SQLite's heap) is left partly filled and its source has a problem; that is no failure.
 */

struct facts;

/* Readies `db` (facts_declare was called on it) for rows from `bundle`; both are borrowed and must
 * outlive the facts. Fills `target`. One at a time for a database. */
MUST_USE struct rc facts_new(sqlite3 *db, struct bundle *bundle, struct facts **out);
void facts_free(struct facts *facts); /* empties the tables; accepts NULL */

/* Fills a table (and those its reader feeds with it) unless that was done before. `source` is
 * filled from all items collected. For `file` and `walk` use the functions below. */
MUST_USE struct rc facts_fill(struct facts *facts, const char *table);

/* Empties `file` and fills it with what was collected for these paths or patterns. */
MUST_USE struct rc facts_fill_file(struct facts *facts, const char *const *paths, size_t count);

/* Empties `walk` and fills it with the hits of these predicates below these folders, and one row a
 * file system (predicate 'filesystem'). */
MUST_USE struct rc facts_fill_walk(struct facts *facts, uint32_t predicates,
                                   const char *const *folders, size_t count);

/* ---- how well a table was read ---------------------------------------------------------- */

/* One source that a table's rows came from, or should have come from. */
struct fact_source {
    const struct item *item; /* NULL: it was never collected */
    const char *name;        /* path or probe */
    const char *problem;     /* what of it was not understood; NULL when it was read whole */
    uint32_t problem_line;   /* 0: the whole source */
    const char *instance;    /* it concerns only this instance of a product; NULL: all */
};

/* The sources that filling `table` used, those of `file` and `walk` as last filled (/etc/passwd and
 * /etc/group are among these only where they were not read whole). Valid until the next filling. */
const struct fact_source *facts_used(const struct facts *facts, const char *table, size_t *count);

#endif
