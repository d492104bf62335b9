/*
 * shell_scan: simple commands of a shell script, word by word, with what surrounds them. Private to
 * the room. It runs nothing: a word whose value only a shell can tell is marked `computed`.
 */
#ifndef MERLON_FACTS_SHELL_SCAN_H
#define MERLON_FACTS_SHELL_SCAN_H

#include "foundation/base/base.h"

#define SHELL_WORDS_MAX  64 /* of one command; more are passed over */
#define SHELL_NESTED_MAX 64

struct shell_word {
    const char *text; /* without quotes; of a computed one only what stands before the expansion */
    bool computed;
    bool quoted;
};

struct shell_command {
    struct shell_word words[SHELL_WORDS_MAX];
    size_t count;
    uint32_t line;
    bool conditional; /* inside if, case, a loop, a function, ( ), or behind && and || */
};

/* Calls `each` for every simple command. NULL, or why the rest could not be read and *line where.
 */
typedef struct rc shell_each(void *context, const struct shell_command *command);
MUST_USE struct rc shell_scan(struct arena *arena, struct view text, shell_each *each,
                              void *context, const char **problem, uint32_t *line);

/* Whether a command surely succeeds, so that && behind it is no condition (the caller of shell_scan
 * and the scanner share this): assignments and declarations without anything computed. */
bool shell_is_setting(const struct shell_command *command);

#endif
