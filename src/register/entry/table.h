/*
 * table: how entries lie in the store. Private to the room.
 *
 * One table a kind, one column a field ("f_" in front keeps fields and SQL's words apart), made
 * from content/register so that fields are written down once:
 *
 *   asset        id  key  version  created  updated  retired  hidden  words  f_name  f_class ...
 *   entry_item   kind  field  item  id     one row an item of a reflist or of a list of addresses
 *
 * id      numbers entries of a kind in the order they came; a cursor of a list
 * words   what --search finds, see foundation/text; never shown
 * NULL    an empty value
 *
 * Lists are sorted by (coalesce(field, the last of its type), id): the same order on both stores,
 * empty values last, and an index can serve a page from anywhere where there is one.
 */
#ifndef MERLON_ENTRY_TABLE_H
#define MERLON_ENTRY_TABLE_H

#include "register/entry/entry.h"

/* Whether a field's values are numbers in the store. */
bool field_is_number(const struct field *field);

/* Whether its items have rows in entry_item. */
bool field_has_items(const struct field *field);

/* Adds the expression that a list sorts by; `descending` asks for empty values last there, too. */
void table_add_order(struct buf *sql, const struct field *field, bool descending);

/* Adds the columns of a kind in the order of struct row_columns, then its fields. */
void table_add_columns(struct buf *sql, const struct kind *kind);

#define TABLE_HEAD                                                                                 \
    7 /* columns before the fields: id key version created updated retired hidden                  \
       */

/* The entry in a row of table_add_columns; *id too. Texts are copied into the arena. */
void table_read(struct arena *arena, const struct kind *kind, const struct datum *row,
                struct entry *out, int64_t *id);

/* A canonical text as the store keeps it. */
struct datum field_datum(const struct field *field, const char *value);

/*
 * The schema grows by versions, from 1: what a version brought is never changed afterwards, for
 * stores out there have run its text. A new field says `since:` the next version in its file, a new
 * kind says it for all of it. The SQL of one version lives in the arena.
 */
const char *table_sql(struct arena *arena, const struct kind *const *all, size_t count,
                      int64_t version);
int64_t table_version(const struct kind *const *all, size_t count); /* the newest */

#endif
