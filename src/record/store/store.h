/*
 * store: where records lie: SQLite in a file, or PostgreSQL by URL. One dialect, two engines.
 *
 *   store_open                      a file's path, or postgresql://user@host/database
 *   store_migrate                   the tables of a component, by numbered migrations
 *   store_transact                  a body of statements: all or nothing, serializable, tried again
 *   store_read                      a body of queries that all see the same moment
 *   store_run, store_query          one statement, with values bound as ?1 ?2 ...
 *   store_bulk                      many statements without waiting for each
 *
 * The dialect is SQL that both engines understand alike, and five tokens in braces:
 *
 *   {text}    TEXT compared by bytes          {int}   64 bits, signed      {bytes}   any bytes
 *   {strict}  behind a table's last ")": types are enforced
 *   {id}      the row's number, given by the engine where none is said
 *
 * Also alike: lower() folds ASCII only; texts are UTF-8 without NUL (others are refused); times are
 * microseconds since 1970 UTC as {int}; numbers are integers: sum() and its kin need CAST(... AS
 * {int}). Alike only where a statement says so: NULLS FIRST or LAST; LIKE, which minds the case,
 * with ESCAPE '\'; LIMIT with ORDER BY.
 *
 * SQLite: WAL, synchronous=FULL, foreign keys, STRICT tables. A file is served by one server or
 * used by any number of commands: store_open refuses the rest (FAULT_BUSY). PostgreSQL:
 * SERIALIZABLE; a lost connection fails what was under way (FAULT_LOST) and is made anew at the
 * next transaction.
 *
 * Errors: FAULT_USAGE an unusable URL; FAULT_BUSY served by somebody else, or locked too long;
 * FAULT_LOST the connection; FAULT_CONFLICT a unique or foreign key; FAULT_DATA a corrupt database,
 * a newer or altered schema, a text that is not UTF-8; FAULT_LIMIT the disk is full; FAULT_IO the
 * rest. Passwords in URLs never stand in a sentence. A failed transaction leaves nothing behind;
 * only where the connection broke during the commit itself nobody can know, and the sentence says
 * so. docs/STORE.md tells all this to an operator.
 * Threads: one thread a store; several stores may be open on one database.
 */
#ifndef MERLON_STORE_H
#define MERLON_STORE_H

#include "foundation/base/base.h"

enum store_engine { STORE_SQLITE, STORE_POSTGRES };

enum store_use {
    STORE_SHARED, /* one of several commands */
    STORE_SERVED, /* a server that owns it: nobody else may open it meanwhile */
};

struct store;

/* Opens or creates. `where`: a file's path or a URL. A URL holds no password (the process list
 * shows it): libpq reads it from ~/.pgpass, $PGPASSFILE or ?passfile=FILE. */
MUST_USE struct rc store_open(const char *where, enum store_use use, struct store **out);
void store_close(struct store *store); /* accepts NULL; a transaction under way is undone */

enum store_engine store_engine(const struct store *store);
const char *store_name(const struct store *store); /* for sentences; without any password */

/* Adds a place as it may be shown or logged: what could be a password is left out, also of a URL
 * that cannot be read. */
void store_add_place(struct buf *out, const char *where);

/* Looks whether the database is whole, as far as the engine can tell: SQLite reads all pages,
 * indexes and foreign keys (FAULT_DATA names the first damage); PostgreSQL watches over its own
 * pages, see docs/STORE.md. */
MUST_USE struct rc store_check(struct store *store);

/* ---- values ------------------------------------------------------------------------------ */

enum datum_kind { DATUM_NULL, DATUM_INTEGER, DATUM_TEXT, DATUM_BYTES };

struct datum {
    enum datum_kind kind;
    int64_t integer;
    struct view bytes; /* of text and bytes; borrowed */
};

static inline struct datum datum_null(void)
{
    return (struct datum){.kind = DATUM_NULL};
}
static inline struct datum datum_integer(int64_t n)
{
    return (struct datum){.kind = DATUM_INTEGER, .integer = n};
}
static inline struct datum datum_view(struct view text)
{
    return (struct datum){.kind = DATUM_TEXT, .bytes = text};
}
static inline struct datum datum_text(const char *text) /* NULL gives NULL */
{
    return text ? datum_view(view_of(text)) : datum_null();
}
static inline struct datum datum_bytes(struct view bytes)
{
    return (struct datum){.kind = DATUM_BYTES, .bytes = bytes};
}

#define STORE_VALUES_MAX 1024 /* bound to one statement */

/* ---- statements --------------------------------------------------------------------------- *
 * Within a transaction, a statement that fails dooms it: what follows is refused, and nothing is
 * committed, whatever the body gives back. (PostgreSQL is so; here both engines are.) Outside, each
 * is a transaction of its own.
 */

/* A statement that gives no rows. */
MUST_USE struct rc store_run(struct store *store, const char *sql, const struct datum *values,
                             size_t count);

/* The same; *changed: how many rows it wrote. Not within store_bulk. */
MUST_USE struct rc store_change(struct store *store, const char *sql, const struct datum *values,
                                size_t count, int64_t *changed);

/* Gives each row, of `columns` values that are valid during the call only. `each` must not use the
 * store; its failure ends the statement and is given back. Rows come as they are read: a million of
 * them do not stand in memory. */
MUST_USE struct rc store_query(struct store *store, const char *sql, const struct datum *values,
                               size_t count, size_t columns,
                               struct rc (*each)(void *context, const struct datum *row),
                               void *context);

/* The first row, copied into the arena; *any false: there is none. */
MUST_USE struct rc store_one(struct store *store, const char *sql, const struct datum *values,
                             size_t count, struct arena *arena, struct datum *row, size_t columns,
                             bool *any);

/* Several statements without values, separated by ";\n": for migrations and tests. */
MUST_USE struct rc store_script(struct store *store, const char *sql);

/* ---- transactions ------------------------------------------------------------------------- */

/* Runs `body` in a transaction and commits; its failure undoes everything and is given back. Where
 * another writer was faster, everything is undone and the body runs again (up to STORE_TRIES_MAX
 * times): it must start from its context as it was. Within a transaction, `body` joins it. */
#define STORE_TRIES_MAX 10
MUST_USE struct rc store_transact(struct store *store,
                                  struct rc (*body)(struct store *store, void *context),
                                  void *context);
bool store_in_transaction(const struct store *store);

/* Runs a body of queries that all see the database as it was at the first of them, whatever others
 * write meanwhile; it hinders nobody. What writes is refused. */
MUST_USE struct rc store_read(struct store *store,
                              struct rc (*body)(struct store *store, void *context), void *context);

/* From here on store_run does not wait for its result (PostgreSQL: a pipeline); what fails is told
 * by a later statement, or by store_bulk_end. Within a transaction. SQLite: no difference. */
MUST_USE struct rc store_bulk_begin(struct store *store);
MUST_USE struct rc store_bulk_end(struct store *store);

/* ---- schema -------------------------------------------------------------------------------- */

struct migration {
    int64_t number; /* 1, 2, 3, ... within the component */
    const char *name;
    const char *sql; /* as for store_script */
};

/* Brings a component's tables up to date, in one transaction. What was done stands in table
 * `migration` with the SM3 of its text. FAULT_DATA when a migration's text is not what was run,
 * when one is missing, or when the database has more than this program knows. Where nothing is to
 * be done, it only reads; several processes may do it at once. */
MUST_USE struct rc store_migrate(struct store *store, const char *component,
                                 const struct migration *migrations, size_t count);

/* ---- search -------------------------------------------------------------------------------- *
 * A table with columns `id {int}` and `words {text}` (blank-separated, see foundation/text) becomes
 * searchable: rows that hold all words asked for. Both engines index the same words.
 *
 *   SQLite      a full-text table beside it, of which search_add and search_change take care
 *   PostgreSQL  an inverted index over the column
 */
MUST_USE struct rc store_search_declare(struct store *store, const char *table);
MUST_USE struct rc store_search_add(struct store *store, const char *table, int64_t id,
                                    const char *words);
/* Before the row itself is changed. */
MUST_USE struct rc store_search_change(struct store *store, const char *table, int64_t id,
                                       const char *before, const char *after);

/* Adds a condition on `table` that holds where all words do; the words are bound as ?number, in the
 * form that store_search_words makes of them. No words are found nowhere. */
void store_search_condition(const struct store *store, const char *table, size_t number,
                            struct buf *sql);
const char *store_search_words(const struct store *store, struct arena *arena,
                               const char *words) MUST_USE;

#endif
