/*
 * sshd_match: the criteria of a Match line. Private to the room.
 */
#ifndef MERLON_FACTS_SSHD_MATCH_H
#define MERLON_FACTS_SSHD_MATCH_H

#include "foundation/base/base.h"

/* Reads what follows "Match"; cuts the text up. *criteria is "user bob address 10.0.0.0/8", with
 * the names in lower case and one blank between, or NULL for "all". False when sshd would refuse
 * it. */
bool sshd_match_parse(struct arena *arena, char *text, const char **criteria);

#endif
