/*
 * postgresql: what the files of the reader of PostgreSQL share. Private to the room.
 *
 *   postgresql.c          instances, sources, includes; fills all tables
 *   postgresql_conf.c     the lines of postgresql.conf         (guc-file.l)
 *   postgresql_setting.c  known settings: type, unit, default  (guc_tables.c)
 *   postgresql_hba.c      pg_hba.conf and pg_ident.conf        (hba.c)
 */
#ifndef MERLON_FACTS_POSTGRESQL_H
#define MERLON_FACTS_POSTGRESQL_H

#include "sensor/facts/reader.h"

#define POSTGRESQL_DEPTH_MAX 10   /* the server's own */
#define POSTGRESQL_FILES_MAX 1000 /* read for one instance */
#define POSTGRESQL_BYTES_MAX (16 << 20)
#define POSTGRESQL_ROWS_MAX  100000 /* lines kept of one instance */

struct postgresql {
    struct facts *facts;
    const char *instance;
    const char *config_file, *hba_file, *ident_file, *data_directory;
    int version;         /* 15; 96 for 9.6; 0: not known */
    size_t files, bytes; /* read so far */
    size_t depth;        /* of the include being read */
};

/* ---- postgresql.conf ------------------------------------------------------------------------ */

struct postgresql_line {
    const struct item *item;
    uint32_t line;
    const char *name; /* in lower case */
    const char *value;
    struct postgresql_line *next;
    size_t order; /* of reading, set when rows are made */
};

/* One line: false when it is blank. *bad: the server refuses the file because of it. */
bool postgresql_conf_line(struct arena *arena, struct view raw, const char **name,
                          const char **value, bool *bad);

/* The path that `value` stands for in a file; NULL for an empty one. */
const char *postgresql_path(struct arena *arena, const char *file, const char *value);

enum postgresql_include { POSTGRESQL_NONE, POSTGRESQL_FILE, POSTGRESQL_IF_EXISTS, POSTGRESQL_DIR };
enum postgresql_include postgresql_include_of(const char *word);

/* All settings in the order of reading, those of what is included in their place; bounded, with
 * problems. */
MUST_USE struct rc postgresql_conf_read(struct postgresql *p, const char *path,
                                        struct postgresql_line **first);

/* ---- settings -------------------------------------------------------------------------------- */

extern const struct table postgresql_setting_table;

/* Rows of all lines, and of the defaults of known settings that no line sets. */
MUST_USE struct rc postgresql_setting_rows(const struct postgresql *p,
                                           struct postgresql_line *first);

/* ---- pg_hba.conf ------------------------------------------------------------------------------
 */

extern const struct table postgresql_hba_table, postgresql_ident_table;

MUST_USE struct rc postgresql_hba_read(struct postgresql *p);
MUST_USE struct rc postgresql_ident_read(struct postgresql *p);

/* Calls `add` for what a pg_hba.conf or pg_ident.conf names: includes and @files. */
void postgresql_hba_follow(struct arena *arena, const char *path, struct view raw,
                           void (*add)(void *context, const char *pattern), void *context);

#endif
