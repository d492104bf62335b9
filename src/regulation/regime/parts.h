/* parts: what the files of the regime room share with each other. */
#ifndef MERLON_REGIME_PARTS_H
#define MERLON_REGIME_PARTS_H

#include "regulation/regime/regime.h"

#define RULES_MAX     1000
#define DOCUMENTS_MAX 100

/* The head of a pack: its id, names and documents; no rules yet. */
MUST_USE struct rc regime_read_head(struct arena *arena, const char *path, struct value top,
                                    struct regime *out);

/* One rule with everything in it checked. */
MUST_USE struct rc rule_read(const struct regime *regime, struct value raw, struct rule *out);

/* Does the value fit its kind? The sentence does not name the rule yet. */
MUST_USE struct rc value_check(const struct rule *rule);
MUST_USE struct rc matrix_check(const struct rule *rule);
MUST_USE struct rc list_check(const struct rule *rule);
MUST_USE struct rc template_check(const struct rule *rule);

/* A list of grades as bits. */
MUST_USE struct rc grades_read(struct value list, uint32_t *out);

bool authority_from(const char *name, enum authority *out);
bool confidence_is(const char *word);

/* Lower case letters, digits, '-', '_' and '.', at least one. */
bool is_word(const char *text);

/* Are all three languages there? */
bool is_said_in_all(struct value text);

/* Above 0 when a asks more than b, by the kind of rule; 0 where that cannot be told. */
int rule_stricter(const struct rule *a, const struct rule *b);

#endif
