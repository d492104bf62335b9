/*
 * sudoers: what a sudoers file says, as parsed and before aliases are resolved. Private to the
 * sudoers files of the room.
 *
 *   text -> logical lines, words (sudoers_word.c) -> lists, rules, aliases, Defaults
 *   (sudoers_parse.c) -> members without aliases (sudoers_alias.c) -> rows (sudoers.c)
 *
 * Everything lives in one arena. Lists are chains in the order of the file.
 */
#ifndef MERLON_FACTS_SUDOERS_H
#define MERLON_FACTS_SUDOERS_H

#include "sensor/facts/reader.h"

/* ---- words ----------------------------------------------------------------------------- */

/* A place in one logical line: the physical lines that '\' joins, with '\n' where each joint is. */
struct sudoers_cursor {
    struct arena *arena;
    const char *at;
    uint32_t line;     /* of `at` */
    const char *error; /* the first thing not understood; NULL as long as all is well */
};

/* Takes the next logical line off *rest as a text; false at the end. *line is its first physical
 * line, *next the one after its last. */
bool sudoers_logical(struct arena *arena, struct view *rest, uint32_t *next, char **text,
                     uint32_t *line);

void sudoers_skip(struct sudoers_cursor *cursor); /* blanks, joints and a comment */
bool sudoers_take(struct sudoers_cursor *cursor, char c);
bool sudoers_at_end(struct sudoers_cursor *cursor);
void sudoers_fail(struct sudoers_cursor *cursor, const char *why);

/* Up to a character of `stops`, a blank or the end; \c and \xHH become what they mean. */
const char *sudoers_word(struct sudoers_cursor *cursor, const char *stops);
const char *sudoers_quoted(struct sudoers_cursor *cursor); /* at a '"' */
/* A command with its arguments, at its first character; without: a path only. */
const char *sudoers_command(struct sudoers_cursor *cursor, bool with_arguments);

/* ---- what is parsed -------------------------------------------------------------------- */

enum sudoers_kind { SUDOERS_USER, SUDOERS_RUNAS, SUDOERS_HOST, SUDOERS_COMMAND, SUDOERS_KINDS };

struct sudoers_member {
    struct sudoers_member *next;
    const char *text; /* with its prefix: % + # */
    const char *digest;
    uint32_t line;
    bool is_negated;
    bool is_literal; /* quoted: neither ALL nor an alias */
};

struct sudoers_list {
    struct sudoers_member *first, **end;
};

enum { SUDOERS_TAGS = 8, SUDOERS_OPTIONS = 7 }; /* pairs X/NOX; ROLE=, CWD=, ... */

struct sudoers_spec { /* one command of a rule */
    struct sudoers_spec *next;
    struct sudoers_member *command;
    const struct sudoers_list *runas_users, *runas_groups; /* NULL: not given */
    bool has_runas;
    int8_t tags[SUDOERS_TAGS]; /* 1: the tag, 0: its opposite, -1: neither */
    const char *options[SUDOERS_OPTIONS];
};

struct sudoers_privilege { /* HOSTS = commands */
    struct sudoers_privilege *next;
    struct sudoers_list hosts;
    struct sudoers_spec *specs;
};

struct sudoers_rule {
    struct sudoers_rule *next;
    const struct item *item;
    struct sudoers_list users;
    struct sudoers_privilege *privileges;
};

struct sudoers_alias {
    struct sudoers_alias *next, *in_bucket;
    enum sudoers_kind kind;
    const char *name;
    struct sudoers_list members;
    bool is_open; /* being resolved: a loop when it is met again */
};

struct sudoers_default {
    struct sudoers_default *next;
    const struct item *item;
    uint32_t line;
    bool is_global;
    enum sudoers_kind scope_kind; /* when not global */
    const struct sudoers_list *scope;
    const char *name, *operation, *value; /* operation NULL: a flag */
    bool is_negated;
    const char *scope_text; /* filled when rows are made */
    bool is_effective;
};

#define SUDOERS_BUCKETS 1024

struct sudoers {
    struct arena *arena;
    struct sudoers_rule *rules, **rules_end;
    struct sudoers_default *defaults, **defaults_end;
    struct sudoers_alias *buckets[SUDOERS_BUCKETS];
    size_t steps; /* of resolving aliases */
};

/* Parses one logical line into *sudoers; NULL, or why it is not understood. Nothing of a line that
 * is not understood is kept, as sudo itself does. */
const char *sudoers_parse_line(struct sudoers *sudoers, const struct item *item, char *text,
                               uint32_t line);

/* The tags and options of a command in words. */
const char *sudoers_tags_text(struct arena *arena, const struct sudoers_spec *spec);

enum sudoers_tag { SUDOERS_NOPASSWD, SUDOERS_NOEXEC };

/* ---- aliases --------------------------------------------------------------------------- */

#define SUDOERS_STEPS_MAX 500000 /* members visited while aliases are resolved, in all */

struct sudoers_alias *sudoers_alias_find(struct sudoers *sudoers, enum sudoers_kind kind,
                                         const char *name);
bool sudoers_is_alias_name(const char *text);

/* Calls `each` for every member with aliases resolved; an alias that is not defined, or that holds
 * itself, gives its own name for users and hosts (sudo compares it as one) and nothing for
 * commands. False when SUDOERS_STEPS_MAX was passed. */
typedef void sudoers_each(void *context, const struct sudoers_member *member, bool is_negated);
bool sudoers_resolve(struct sudoers *sudoers, enum sudoers_kind kind,
                     const struct sudoers_member *first, sudoers_each *each, void *context);

/* The list in one text, "root, !bob"; NULL when SUDOERS_STEPS_MAX was passed. */
const char *sudoers_list_text(struct sudoers *sudoers, enum sudoers_kind kind,
                              const struct sudoers_list *list);

/* ---- includes -------------------------------------------------------------------------- */

enum sudoers_include { SUDOERS_NO_INCLUDE, SUDOERS_FILE, SUDOERS_FOLDER };

/* Whether a logical line is an include, and of which absolute path; *path is NULL when that cannot
 * be told (%h, the host's name) and *error says why. */
enum sudoers_include sudoers_include(struct arena *arena, const char *text, const char *from,
                                     const char **path, const char **error);

#endif
