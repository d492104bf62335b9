/*
 * entry: the machinery of the register. An entry is one thing of a kind (kind.h), known by its key.
 *
 *   content/register -> kind.c                     what there is, and its fields
 *   words of a person       -> value.c, filter.c     canonical values, conditions
 *   register/rule           -> struct guard          what the law and sense forbid
 *   write.c   add, change, retire: guards, row, lists, search words, journal: one transaction
 *   select.c  one query layer: lists, counts, exports, searches and look-ups all pass it
 *   import.c  a sheet, all of it or nothing
 *
 * Visibility. Every row carries `hidden`: 0 open, 1 secret, 2 confidential, 3 top secret, from the
 * systems it belongs to. Whoever asks is an actor with a clearance; select.c adds the condition to
 * every query, and nothing else reads entries. An entry that may not be seen is, for that actor,
 * not there: the same words, the same exit code. (That a key is taken shows when it is used again.)
 *
 * Two people editing one entry: the second, who names the version he saw, is refused with the field
 * that the first one changed.
 *
 * Errors: FAULT_USAGE (no such field, filter), FAULT_ABSENT (no such entry), FAULT_DATA (a value, a
 * guard: one sentence with kind, key and field), FAULT_CONFLICT (edited meanwhile).
 * Threads: one thread a register.
 */
#ifndef MERLON_ENTRY_H
#define MERLON_ENTRY_H

#include "foundation/sheet/sheet.h"
#include "record/journal/journal.h"
#include "register/entry/kind.h"

struct reg;

/* An entry as it stands; values in the order of the kind's fields. Lives in an arena. */
struct entry {
    const struct kind *kind;
    const char *key;
    int64_t version;          /* counts changes, from 1 */
    int64_t created, updated; /* microseconds since 1970 */
    int64_t retired;          /* 0: in use */
    int hidden;
    const char *const *values; /* NULL where empty */
};

const char *entry_value(const struct entry *entry, const char *field); /* NULL: empty */
int64_t entry_number(const struct entry *entry, const char *field, int64_t otherwise);

/* ---- rules ------------------------------------------------------------------------------- */

/*
 * What another room demands of entries. All are asked within the transaction that writes, and see
 * everything, whoever acts: a rule must hold for what the actor may not see, too. (Their sentences
 * must not name it.) What the actor himself refers to was looked up with his eyes before.
 */
struct guard {
    const char *kind;
    /* Looks at an entry about to be written (before: NULL when new) and may refuse it (FAULT_DATA),
     * fill derived fields, or raise `hidden`. `after->values` may be changed. */
    MUST_USE struct rc (*write)(struct reg *reg, const struct entry *before, struct entry *after,
                                const char **values);
    /* Called when it was written: to bring derived values elsewhere up to date; or NULL. */
    MUST_USE struct rc (*written)(struct reg *reg, const struct entry *before,
                                  const struct entry *after);
};

/* ---- opening ----------------------------------------------------------------------------- */

/* Who asks. */
struct actor {
    const char *name; /* key of a person, or "operator"; written to the journal */
    int clearance;    /* 0 none, 1 secret, 2 confidential, 3 top secret */
};

/* Opens the register in a store: brings its tables up to date. `guards` ends with an entry whose
 * kind is NULL and is borrowed, like the store and the journal. */
MUST_USE struct rc reg_open(struct store *store, struct journal *journal,
                            const struct guard *guards, struct reg **out);
void reg_close(struct reg *reg); /* accepts NULL */

/* From now on this actor asks. With `person` NULL: the operator, who is cleared for nothing. A
 * person must be registered, not retired; a clearance that ran out is none. */
MUST_USE struct rc reg_act_as(struct reg *reg, const char *person);
const struct actor *reg_actor(const struct reg *reg);

/* Between true and false, queries see everything, whoever acts: for rooms above that must know what
 * the actor may not (whether a machine is registered, say) and do not show it. Calls nest. */
void reg_see_all(struct reg *reg, bool on);

/* The store, for rooms above that keep tables of their own beside the register's. */
struct store *reg_store(struct reg *reg);
struct journal *reg_journal(struct reg *reg);

/* ---- writing ----------------------------------------------------------------------------- */

struct change {
    const char *field;
    struct view value; /* as a person wrote it; empty: takes the value away */
};

/* Each is one transaction with one journal entry; acknowledged when both are durable. */
MUST_USE struct rc entry_add(struct reg *reg, const struct kind *kind, const char *key,
                             const struct change *changes, size_t count);

/* `version` 0: whatever it is. */
MUST_USE struct rc entry_set(struct reg *reg, const struct kind *kind, const char *key,
                             int64_t version, const struct change *changes, size_t count);

/* Takes it out of every list and count; it stays in the history. */
MUST_USE struct rc entry_retire(struct reg *reg, const struct kind *kind, const char *key,
                                const char *reason);

/* For rooms above: adds an entry of a kind that Merlon writes itself (evidence, sightings): derived
 * fields may be set. `body` (canonical JSON, or NULL) stands in its deed: entry_body gives it back.
 */
MUST_USE struct rc entry_record(struct reg *reg, const struct kind *kind, const char *key,
                                const struct change *changes, size_t count, const char *body);
MUST_USE struct rc entry_body(struct reg *reg, const struct kind *kind, const char *key,
                              struct arena *arena, const char **body, int64_t *sequence);

/* For guards and rooms above, within a transaction of theirs (reg_transact): sets derived fields
 * without version or guards. */
MUST_USE struct rc entry_derive(struct reg *reg, const struct kind *kind, const char *key,
                                const struct change *changes, size_t count);

MUST_USE struct rc reg_transact(struct reg *reg, struct rc (*body)(struct reg *reg, void *context),
                                void *context);

/* ---- reading ----------------------------------------------------------------------------- */

/* What to list. Zero: everything in use, by key. */
struct entry_query {
    const char *const *filters; /* as written, see filter.h */
    size_t filter_count;
    const char *search; /* words; all must be found */
    const char *sort;   /* "grade", "-open_failures"; NULL: by key */
    bool retired;       /* also what is retired */
    const char *after;  /* a cursor that entry_list gave */
    size_t limit;       /* 0: all */
};

/* Gives each entry; `each` may stop with a failure. *next (may be NULL): the cursor of the next
 * page, in the arena, or NULL at the end. */
MUST_USE struct rc entry_list(struct reg *reg, const struct kind *kind,
                              const struct entry_query *query, struct arena *arena,
                              struct rc (*each)(void *context, const struct entry *entry),
                              void *context, const char **next);

/* How many entry_list would give without limit and cursor. */
MUST_USE struct rc entry_count(struct reg *reg, const struct kind *kind,
                               const struct entry_query *query, int64_t *out);

/* FAULT_ABSENT when it is not there, or not for this actor. Retired ones are given. */
MUST_USE struct rc entry_get(struct reg *reg, const struct kind *kind, const char *key,
                             struct arena *arena, const struct entry **out);

/* The entries of `kind` whose ref or reflist `field` names `key` (in use, visible). */
MUST_USE struct rc entry_referring(struct reg *reg, const struct kind *kind, const char *field,
                                   const char *key, struct arena *arena,
                                   const struct entry *const **out, size_t *count);

/* What happened to it, oldest first, from the journal. */
struct entry_event {
    int64_t sequence, time, version;
    const char *actor, *action; /* add, set, retire, derive */
    const char *reason;
    struct entry_change {
        const char *field, *before, *after; /* NULL: empty */
    } const *changes;
    size_t change_count;
};
MUST_USE struct rc entry_history(struct reg *reg, const struct kind *kind, const char *key,
                                 struct arena *arena, const struct entry_event **out,
                                 size_t *count);

/* Compares every row with what the journal last wrote down about it: a row that was changed, added
 * or removed by hand is named. Sees everything, whoever acts. */
struct reg_finding {
    const char *kind, *key; /* key "": of the whole kind */
    const char *what;
};
MUST_USE struct rc reg_verify(struct reg *reg,
                              void (*each)(void *context, const struct reg_finding *finding),
                              void *context);

/* ---- files ------------------------------------------------------------------------------- */

struct import_error {
    size_t row;
    const char *column; /* "B (unit)"; "" for the whole row */
    const char *reason;
};

#define IMPORT_ERRORS_MAX 1000 /* kept; all are counted */

struct import_report {
    size_t rows, added, changed, unchanged, errors;
    const struct import_error *kept;
    size_t kept_count;
};

/* Brings in a sheet whose header names fields (name or title of any language) and `key`. Rows whose
 * key exists change it, others add; a column that is not there is left alone; an empty cell takes
 * the value away. All rows or none: with one error nothing is written (the report says which). With
 * `dry_run` nothing is written anyway. */
MUST_USE struct rc entry_import(struct reg *reg, const struct kind *kind, struct sheet *sheet,
                                bool dry_run, struct arena *arena,
                                void (*progress)(void *context, size_t rows), void *context,
                                struct import_report *out);

/* The header of an import, and of an export: key, then every field that can be set (export: all).
 */
MUST_USE struct rc entry_template(const struct kind *kind, enum sheet_format format,
                                  struct buf *out);

#endif
