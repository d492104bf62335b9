/*
 * sshd_effect: which lines of sshd_config decide. Private to the room.
 */
#ifndef MERLON_FACTS_SSHD_EFFECT_H
#define MERLON_FACTS_SSHD_EFFECT_H

#include "sensor/facts/reader.h"
#include "sensor/facts/sshd_value.h"

/* One line that sets a keyword. */
struct sshd_row {
    const struct sshd_keyword *keyword; /* the one meant; NULL: sshd does not know it */
    const char *name;                   /* keyword in lower case */
    struct sshd_value value;
    const char *head;  /* the first argument; NULL when there is none */
    const char *match; /* criteria of the Match block; NULL: it holds for everyone */
    bool for_all;      /* stands after a "Match all" */
    bool effective, conflict;
    const struct item *item;
    uint32_t line;
    size_t order;
};

struct sshd_rows {
    struct sshd_row *list;
    size_t count, room;
    bool set[SSHD_KEYWORDS_MAX]; /* by keyword: set for everyone */
};

/* Fills `effective`, `conflict` and `set`, and marks as invalid what sshd refuses only when it has
 * read everything. Keeps the order. */
void sshd_effect(struct sshd_rows *rows);

#endif
