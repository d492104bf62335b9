/*
 * mysql: what the files of the reader of MySQL and MariaDB share. Private to the room.
 *
 *   mysql.c         the server, sources, includes; fills the tables
 *   mysql_file.c    the lines of an option file     (mysys/my_default.c)
 *   mysql_option.c  options: names, prefixes, known ones and their defaults
 */
#ifndef MERLON_FACTS_MYSQL_H
#define MERLON_FACTS_MYSQL_H

#include "sensor/facts/reader.h"

#define MYSQL_DEPTH_MAX 10
#define MYSQL_FILES_MAX 1000
#define MYSQL_BYTES_MAX (16 << 20)
#define MYSQL_LINES_MAX 100000

struct mysql {
    struct facts *facts;
    const char *product;  /* "mysql" or "mariadb" */
    const char *instance; /* path of the server's program */
    const char *version;  /* "10.11"; NULL: not known */
    size_t files, bytes, depth;
};

/* ---- option files ---------------------------------------------------------------------------- */

enum mysql_line_kind {
    MYSQL_NOTHING,
    MYSQL_GROUP,       /* name */
    MYSQL_OPTION,      /* name and value (NULL: none was given) */
    MYSQL_INCLUDE,     /* value: a file */
    MYSQL_INCLUDE_DIR, /* value: a folder, of which *.cnf are read */
    MYSQL_BAD          /* the server refuses the file */
};

struct mysql_line {
    enum mysql_line_kind kind;
    const char *name, *value;
};

struct mysql_line mysql_line_parse(struct arena *arena, struct view raw);

/* ---- options --------------------------------------------------------------------------------- */

struct mysql_option {
    const struct item *item;
    uint32_t line;
    const char *group;
    const char *name;  /* in its plain form */
    const char *value; /* as written; NULL: none */
    size_t order;      /* of reading */
    struct mysql_option *next;
};

extern const struct table mysql_setting_table;

/* An option in its plain form: small letters, '_' for '-', without loose_; skip_ and disable_
 * become the value 0, enable_ 1, where the option itself is not named so. */
void mysql_option_name(struct arena *arena, const char **name, const char **value);

/* Rows of all lines, and of the defaults of known options that no line sets. */
MUST_USE struct rc mysql_option_rows(const struct mysql *m, struct mysql_option *first);

#endif
