/*
 * oscal: a standard as an OSCAL catalog, a selection of it as an OSCAL profile, a check run as
 * OSCAL assessment results.
 *
 * Written by the public JSON reference and metaschema of NIST's OSCAL, version 1.1.1
 * (pages.nist.gov/OSCAL-Reference): the fields that it requires, and of the optional ones groups,
 * controls, props, parts, back-matter, local-definitions, observations and findings. No schema was
 * at hand: that its validators accept the output is not claimed. Prose is our gist, never the
 * standard's sentence.
 *
 * Identifiers are the same at each export: UUIDs of version 5 (SHA-1 of a name, RFC 9562) over the
 * standard's id, over the ids that a profile selects, or over a run's question, target and time.
 * Threads: pure.
 */
#ifndef MERLON_OSCAL_H
#define MERLON_OSCAL_H

#include "regulation/grading/grading.h"
#include "sensor/baseline/baseline.h"

#define OSCAL_VERSION "1.1.1"

/* `modified`: "2026-11-27T10:00:00Z". */
MUST_USE struct rc oscal_catalog(const struct standard *standard, const char *modified,
                                 enum lang lang, struct buf *out);
MUST_USE struct rc oscal_profile(const struct standard *standard, const struct selection *selection,
                                 const char *modified, struct buf *out);

/* `limit`: rows of each check that are written as evidence; 0: all. What the target holds is made
 * safe: one line without control characters. */
MUST_USE struct rc oscal_results(const struct run *run, enum lang lang, size_t limit,
                                 struct buf *out);

#endif
