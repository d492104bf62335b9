/*
 * reg: an open register: the store, who acts, which rules hold. Private to the room.
 */
#ifndef MERLON_ENTRY_REG_H
#define MERLON_ENTRY_REG_H

#include "register/entry/seen.h"
#include "register/entry/select.h"

#define CLEARANCE_ALL 3

struct reg {
    struct store *store;
    struct journal *journal;
    const struct guard *guards;
    struct arena *arena; /* of the actor's name */
    struct actor actor;
    int rules;                 /* > 0: a rule looks, and sees everything */
    int depth;                 /* of derived changes that follow from each other */
    int64_t next[KINDS_MAX];   /* the next id of a kind within this transaction; 0: not asked yet */
    struct seen *seen;         /* of an import under way; or NULL */
    const char *body;          /* of the deed about to be written; or NULL */
    const struct field *wrong; /* the field that the last refusal was about; or NULL */
};

/* The clearance that queries are made with now. */
int reg_clearance(const struct reg *reg);

/* One entry by key, whatever it is hidden by (`clearance` CLEARANCE_ALL) or not. *out NULL: absent.
 */
MUST_USE struct rc reg_find(struct reg *reg, const struct kind *kind, const char *key,
                            int clearance, struct arena *arena, const struct entry **out,
                            int64_t *id);

/* FAULT_ABSENT in the words that also stand for "not for this actor". */
MUST_USE struct rc no_such_entry(const struct kind *kind, const char *key);

void like_escape(struct buf *out, const char *text);

/* ---- words.c: what is found by --search ------------------------------------------------------ */

/* The words of an entry: its key and its searched fields. In the arena. */
const char *words_of(struct arena *arena, const struct kind *kind, const char *key,
                     const char *const *values);
MUST_USE struct rc select_search(struct reg *reg, struct select *select, const struct kind *kind,
                                 const char *search);

/* ---- verify.c: what holds for every entry, whatever its kind ----------------------------------
 */

/* Required fields, dates in order, refs that are there for this actor and in use, no cycles; raises
 * after->hidden to that of what it refers to. */
MUST_USE struct rc entry_verify(struct reg *reg, const struct entry *before, struct entry *after);

/* ---- put.c: rows ------------------------------------------------------------------------------
 */

enum put_action { PUT_ADD, PUT_SET, PUT_RETIRE, PUT_DERIVE };

/* Writes one entry with its items, words and journal entry, asks the guards, and follows what
 * derives from it. Within a transaction. `values` are after->values, to be changed by guards.
 * *changed false: nothing differs, nothing was written. */
MUST_USE struct rc entry_put(struct reg *reg, enum put_action action, const struct entry *before,
                             int64_t id, struct entry *after, const char **values,
                             const char *reason, struct arena *arena, bool *changed);

/* The SM3 of an entry's canonical text: what a deed says of the row, and reg_verify of it later. */
const char *entry_state(struct arena *arena, const struct entry *entry);

/* Copies an entry so that its values can be changed. */
const char **entry_open(struct arena *arena, const struct entry *before, struct entry *after);

/* Applies changes of a person to values: FAULT_DATA names kind, key and field. */
MUST_USE struct rc apply_changes(struct arena *arena, const struct kind *kind, const char *key,
                                 const struct change *changes, size_t count, bool derived,
                                 const char **values);

#endif
