/*
 * nginx: what the files of the reader of nginx share. Private to the room.
 *
 *   nginx.c         instances, sources, includes -> blocks and directives in memory -> tables
 *   nginx_token.c   the words of a file              (ngx_conf_file.c)
 *   nginx_effect.c  what holds in each server and location, by inheritance
 */
#ifndef MERLON_FACTS_NGINX_H
#define MERLON_FACTS_NGINX_H

#include "sensor/facts/reader.h"

#define NGINX_DEPTH_MAX      32 /* blocks within blocks */
#define NGINX_INCLUDE_MAX    16 /* includes within includes */
#define NGINX_FILES_MAX      2000
#define NGINX_BYTES_MAX      (16 << 20)
#define NGINX_DIRECTIVES_MAX 200000
#define NGINX_BLOCKS_MAX     50000
#define NGINX_ARGUMENTS_MAX  1000
#define NGINX_EFFECTS_MAX    100000

/* ---- words ----------------------------------------------------------------------------------- */

enum nginx_end { NGINX_SEMICOLON, NGINX_OPEN, NGINX_CLOSE, NGINX_EOF, NGINX_BAD };

/* The words up to ';', '{' or '}'. */
struct nginx_statement {
    const char **words; /* unescaped; in the arena */
    size_t count;
    uint32_t line;   /* of the first word, or of what ends it */
    const char *bad; /* NGINX_BAD: what nginx refuses */
};

struct nginx_tokens {
    struct arena *arena;
    struct view rest;
    uint32_t line;
    const char *words[NGINX_ARGUMENTS_MAX];
};

enum nginx_end nginx_next(struct nginx_tokens *tokens, struct nginx_statement *out);

/* ---- one configuration ------------------------------------------------------------------------
 */

struct nginx_directive {
    size_t block;
    const char *name;
    const char *const *words; /* its arguments */
    size_t count;
    const struct item *item;
    uint32_t line;
    size_t next; /* in its block, from 1; 0: none */
    size_t same; /* the next of the same set in its block (nginx_effect.c); 0: none */
};

struct nginx_block {
    size_t parent;           /* its number; the main block is 0 and its own parent */
    const char *kind, *name; /* "server", "location" ...; its words */
    const char *protocol;    /* "http", "stream", "mail", or "" outside of them */
    const struct item *item;
    uint32_t line;
    size_t first, last; /* directives, from 1; 0: none */
};

struct nginx {
    struct facts *facts;
    const char *instance; /* path of its nginx.conf */
    const char *folder;   /* that of nginx.conf, which relative paths start from; ends in '/' */
    struct nginx_block *blocks;
    struct nginx_directive *directives; /* [0] is unused */
    size_t block_count, block_room, directive_count, directive_room;
    size_t files, bytes;
};

/* The words with blanks between them. */
const char *nginx_words(struct arena *arena, const char *const *words, size_t count);

extern const struct table nginx_effective_table;
MUST_USE struct rc nginx_effect(struct nginx *n);

#endif
