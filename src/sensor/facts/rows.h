/*
 * rows: the rows of one table, in memory of our own, and lookup by the values of some columns.
 * Private to the core files of the room. virtual.c shows them to SQLite as a table.
 */
#ifndef MERLON_FACTS_ROWS_H
#define MERLON_FACTS_ROWS_H

#include "sensor/facts/reader.h"

struct slot {
    enum cell_kind kind;
    uint32_t length; /* of the text, which ends in NUL behind it */
    union {
        const char *text;
        int64_t integer;
    };
};

struct block;
struct index;

struct rows {
    const struct table *table;
    size_t width; /* columns with src and line */
    size_t count, room;
    struct slot *slots;    /* row after row */
    struct block *blocks;  /* where the texts are; the one being filled first */
    struct index *indexes; /* those asked for since the last change */
};

/* The slots of the row after the last, to be set in full; it counts from rows_keep on. NULL when
 * there is no memory. */
struct slot *rows_next(struct rows *rows) MUST_USE;
void rows_keep(struct rows *rows);

/* A copy of `v` up to its first NUL. False when there is no memory. */
bool rows_text(struct rows *rows, struct view v, struct slot *out) MUST_USE;

void rows_empty(struct rows *rows); /* gives the memory back, too */

/* ---- lookup: columns are a set of bits ---------------------------------------------------- */

#define ROWS_COLUMNS_MAX 31        /* columns that can be looked up */
#define ROWS_NULL        INT64_MIN /* any number would do: values are compared after the lookup */

uint32_t rows_mix_text(uint32_t hash, const char *text, size_t length);
uint32_t rows_mix_integer(uint32_t hash, int64_t n); /* ROWS_NULL for NULL */

/* Goes over the rows whose values in `columns` mixed in order, from 0, give `hash`, and perhaps
 * some others: rows_first, rows_after until 0; row numbers count from 1, ascending. */
const struct index *rows_index(struct rows *rows, uint32_t columns); /* NULL: no memory */
uint32_t rows_first(const struct index *index, uint32_t hash);
uint32_t rows_after(const struct index *index, uint32_t row);

/* ---- as a table of a database (virtual.c) --------------------------------------------------- */

/* Shows the rows, which stay borrowed, as the table they are of. Gives SQLite's code. */
int virtual_declare(sqlite3 *db, struct rows *rows) MUST_USE;

#endif
