/*
 * filling: what struct facts holds while tables are filled. Private to the core files of the room;
 * readers use reader.h only.
 */
#ifndef MERLON_FACTS_FILLING_H
#define MERLON_FACTS_FILLING_H

#include "sensor/facts/rows.h"

/* One table and who feeds it. Fixed for the life of the program. */
struct registered {
    const struct table *table;
    const struct reader *reader; /* NULL: file, walk, target, source */
    size_t reader_number;        /* its position in `readers` */
};

/* All tables by name. */
const struct registered *registry(size_t *count);
const struct registered *registry_find(const char *table);
size_t registry_number(const char *table); /* its place in the registry, where it must be */

/* The rows of all registered tables of a database, in the registry's order; the database owns them.
 */
MUST_USE struct rc tables_rows(sqlite3 *db, struct rows **out);

/* The sources that one reader used. */
struct use_list {
    struct fact_source *list;
    size_t count, room; /* room: 0 or a power of two */
    uint32_t *chains;   /* of notes by their item: `room` first numbers, then one for each note */
};

struct names;
struct walk_cache;

struct facts {
    struct bundle *bundle;
    struct arena *arena;
    struct buf scratch; /* of a cell that had to be rewritten */
    struct rows *rows;  /* of each registered table, borrowed from the database */
    size_t last_table;  /* that got a row */
    size_t reader_count;
    struct use_list *uses; /* one for each reader, then `file`, then `walk` */
    bool *done;            /* one for each reader */
    bool source_done;
    struct use_list *current; /* the one that is being filled; NULL between fillings */
    const char *instance;     /* that sources are noted for; NULL: for all */
    struct names *names;      /* owners; built when first asked for */
    struct walk_cache *walk;  /* decoded records; likewise */
};

extern const struct table table_file, table_walk, table_target, table_source;

void filling_begin(struct facts *facts, struct use_list *uses);
/* Ends a filling that came out as `outcome`. A bound that was reached is noted at the last source
 * and is no failure. */
struct rc filling_end(struct facts *facts, struct rc outcome) MUST_USE;
void filling_empty(struct facts *facts, const struct table *table);

/* Notes `item` (NULL: `name` was never collected) as used; once. */
const struct item *used_note(struct facts *facts, const struct item *item, const char *name);
void used_clear(struct use_list *uses);

struct rc target_fill(struct facts *facts) MUST_USE;
struct rc source_fill(struct facts *facts) MUST_USE;

/* Owners: the first name that the target's passwd or group gives a number; NULL when there is none.
 * names_note puts passwd and group among the sources used where they were not read whole. */
extern const struct source names_sources[2];
void names_note(struct facts *facts);
const char *names_user(struct facts *facts, int64_t uid);
const char *names_group(struct facts *facts, int64_t gid);

#endif
