/*
 * pam_line: lines of PAM configuration, put together, cut into tokens and read as rules, the way
 * libpam does. Private to the room.
 */
#ifndef MERLON_FACTS_PAM_LINE_H
#define MERLON_FACTS_PAM_LINE_H

#include "foundation/base/base.h"

/* libpam up to 1.5 gives up on a file with a longer (continued) line. */
#define PAM_LINE_MAX 1022

enum pam_type { PAM_AUTH, PAM_ACCOUNT, PAM_PASSWORD, PAM_SESSION, PAM_TYPE_COUNT, PAM_ANY };

const char *pam_type_name(enum pam_type type);

/* ---- logical lines --------------------------------------------------------------------- */

struct pam_lines {
    struct view rest;
    uint32_t number;     /* of the physical line read last */
    uint32_t first;      /* of the first physical line of this logical line */
    const char *problem; /* what libpam would stumble over; NULL when nothing */
    size_t len;
    char text[PAM_LINE_MAX + 2]; /* this logical line, NUL-terminated; cut up by pam_rule_parse */
};

/* Puts the next logical line together (comments and continuations removed); false at the end. With
 * `problem` set, text holds what could be read of it and may be empty. */
bool pam_lines_next(struct pam_lines *lines);

/* ---- rules ----------------------------------------------------------------------------- */

enum pam_action {
    PAM_MODULE,     /* an ordinary rule */
    PAM_INCLUDE,    /* include or substack: the lines of one type */
    PAM_INCLUDE_ALL /* Debian's @include: the lines of all types */
};

struct pam_rule {
    enum pam_action action;
    enum pam_type type;  /* not for PAM_INCLUDE_ALL */
    bool optional;       /* written with a leading '-' */
    const char *control; /* for PAM_MODULE: lower-case word or "[...]"; lives in the arena */
    const char *target;  /* module as written, or the file to include */
    char *arguments;     /* what follows; take it apart with pam_token */
    const char *problem; /* NULL, or why libpam would not take this rule (then ignore the rest) */
};

/* Takes the next token off *rest (NULL at the end), with "[...]" as one token, its brackets removed
 * and "\]" inside made "]". Writes into the text. */
char *pam_token(char **rest);

/* Reads a rule out of `text` (after the service field, where there is one); cuts the text up. */
struct pam_rule pam_rule_parse(struct arena *arena, char *text);

/* What is wrong with the control field "value=action ..." (brackets removed); NULL when libpam
 * takes it. */
const char *pam_control_problem(const char *control);

#endif
