/*
 * sshd_line: lines of sshd_config cut into words as OpenSSH 9.2 does. Private to the room.
 */
#ifndef MERLON_FACTS_SSHD_LINE_H
#define MERLON_FACTS_SSHD_LINE_H

#include "foundation/base/base.h"

struct sshd_words {
    char **word;
    size_t count;
    bool broken; /* a quote is not closed; no words then */
};

/* Takes one word off *rest (NULL when there is none left, or a quote is not closed): ends at white
 * space, one '=' or a closing quote. Writes into the text. What remains begins with the next word.
 * For keywords and Match lines. */
char *sshd_delim(char **rest);

/* The arguments after a keyword: words at blanks, with ' and " quotes and \ escapes, up to a '#'
 * that begins a word. */
struct sshd_words sshd_split(struct arena *arena, const char *text);

/* The words with one blank between. */
const char *sshd_join(struct arena *arena, const struct sshd_words *words);

#endif
