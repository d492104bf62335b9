/* parts: the guards of this room, one a kind. Private. */
#ifndef MERLON_RULE_PARTS_H
#define MERLON_RULE_PARTS_H

#include "register/rule/rule.h"

MUST_USE struct rc system_write(struct reg *reg, const struct entry *before, struct entry *after,
                                const char **values);
MUST_USE struct rc system_written(struct reg *reg, const struct entry *before,
                                  const struct entry *after);
MUST_USE struct rc asset_write(struct reg *reg, const struct entry *before, struct entry *after,
                               const char **values);
MUST_USE struct rc asset_written(struct reg *reg, const struct entry *before,
                                 const struct entry *after);
MUST_USE struct rc access_write(struct reg *reg, const struct entry *before, struct entry *after,
                                const char **values);
MUST_USE struct rc supplier_written(struct reg *reg, const struct entry *before,
                                    const struct entry *after);

/* Refuses a product or agency that a system of this grade may not have; `key` of `kind`. */
MUST_USE struct rc condition_verify(struct reg *reg, const struct entry *system, const char *kind,
                                    const char *key, int64_t grade);

/* A system's `regrade`: taken away when it was graded on another day; added to when something
 * changed that asks for a new grading. */
void regrade_clear(const struct entry *before, const struct entry *after, const char **values);
MUST_USE struct rc regrade_note(struct reg *reg, const struct entry *before,
                                const struct entry *after);

/* Whether a field of an entry is another text now. */
bool rule_changed(const struct entry *before, const struct entry *after, const char *field);

/* Today, as the register writes dates. Lives in the arena. */
const char *rule_today(struct arena *arena);

/* Sets a value of an entry being written. */
void rule_put(const struct entry *entry, const char **values, const char *field, const char *value);

#endif
