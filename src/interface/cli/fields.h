/* fields: the fields of a kind of the register, as help, man pages and completion tell them.
 * Private to the room. */
#ifndef MERLON_CLI_FIELDS_H
#define MERLON_CLI_FIELDS_H

#include "register/entry/entry.h"

struct command;

/* The kind whose fields belong to the words of a command; NULL: none do. */
const struct kind *fields_kind(const struct command *command);

/* Whether the command takes (or gives) a field of it. */
bool fields_shown(const struct command *command, const struct field *field);

/* "Class: one of host_os, dbms; mandatory (JT/T 1417-2022 6.1.4)". In the arena. */
const char *field_described(struct arena *arena, const struct field *field, enum lang lang);

#endif
