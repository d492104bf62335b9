/*
 * rule: what the law and sense demand of the register, as guards of its entries.
 *
 *   system.c     grade = the highest of S, A, G; a platform is never graded below what it hosts
 *                (GB/T 22239-2019, cloud extension); secret, confidential and top secret ask for
 *                grade 3, 4, 5 at least (2007 Measures, Article 27); domains (Article 25)
 *   regrade.c    what changed since a system was graded, and asks for grading it again
 *   condition.c  products and agencies of systems of grade 3 and above (Articles 21 and 22)
 *   supplier.c   an exit ends every access, and an access is closed only by proof
 *   asset.c      an asset has the highest grade of its systems; a system has the open failures of
 *                its assets in use
 *
 * Facts are never refused, only what must not be done with them: a product may lose its
 * certificate; it may then not be given to a system of grade 3.
 */
#ifndef MERLON_RULE_H
#define MERLON_RULE_H

#include "register/entry/entry.h"

/* All guards, for reg_open; ends with an entry whose kind is NULL. */
extern const struct guard rule_guards[];

/* Why a change of this field of a system asks for a new grading: "data", "users" or "function", as
 * the regime's rule about regrading names them; NULL when it does not. */
const char *rule_regrade_reason(const char *field);

/* Which condition of its article an entry (a product, an agency) fails on a day ("2026-11-27");
 * NULL when it fails none. The sentence lives in the arena. */
const char *rule_condition_failed(struct arena *arena, const struct entry *entry, const char *day);

/* An access of a supplier who left, not yet proven closed. */
struct rule_open_access {
    const char *key, *name, *type, *person;
};

/* Records a supplier's exit on a day, which ends his accesses, and gives those without proof. */
MUST_USE struct rc rule_supplier_exit(struct reg *reg, const char *supplier, const char *day,
                                      struct arena *arena, const struct rule_open_access **out,
                                      size_t *count);

#endif
