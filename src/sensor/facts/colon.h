/* colon: lines of fields divided by ':', which passwd, shadow, group and gshadow share. */
#ifndef MERLON_FACTS_COLON_H
#define MERLON_FACTS_COLON_H

#include "sensor/facts/reader.h"

/* Takes at most `max` fields off the line; gives how many there were. What is left stands in *rest,
 * with ptr NULL when nothing is: not even an empty field. */
size_t colon_split(struct view line, struct view *fields, size_t max, struct view *rest);

/* Whether it is a line of NIS: "+", "+@admins", "-eve:...". Its fields may be missing. */
bool colon_is_nis(const struct reader_line *line);

/* A user or group number. What is none, or does not fit 32 bits, is NULL and a problem that names
 * `what`. */
struct cell colon_id(struct facts *facts, const struct reader_line *line, struct view field,
                     const char *what);

/* Adds a row (owner, name) of `table` for each name of a list divided by commas. */
MUST_USE struct rc colon_names(struct facts *facts, const struct reader_line *line,
                               const struct table *table, struct view owner, struct view names);

#endif
