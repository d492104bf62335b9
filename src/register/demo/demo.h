/*
 * demo: a fictitious province, so that everything can be seen at once: 12 units, 40 systems of all
 * grades and scopes, 600 assets, people, suppliers, accesses, products, agencies; with names in one
 * of three languages (content/demo). The same call gives the same entries.
 *
 * Everything goes through the register's own doors: the same rules, the same journal.
 */
#ifndef MERLON_DEMO_H
#define MERLON_DEMO_H

#include "register/entry/entry.h"

struct demo_counts {
    size_t units, persons, systems, assets, suppliers, accesses, products, agencies;
};

/* Fills an empty register; FAULT_USAGE when there are units already. `scale` multiplies systems and
 * assets, 1 to 1000. Who acts becomes a person with every clearance, since some systems are secret.
 */
MUST_USE struct rc demo_make(struct reg *reg, enum lang lang, size_t scale,
                             void (*progress)(void *context, size_t entries), void *context,
                             struct demo_counts *out);

#endif
