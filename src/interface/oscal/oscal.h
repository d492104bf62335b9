/*
 * oscal: a standard as an OSCAL catalog, a selection of it as an OSCAL profile.
 *
 * Written by the public JSON reference and metaschema of NIST's OSCAL, version 1.1.1
 * (pages.nist.gov/OSCAL-Reference): the fields that it requires, and of the optional ones groups,
 * controls, props, parts and back-matter. No schema was at hand: that its validators accept the
 * output is not claimed. Prose is our gist, never the standard's sentence.
 *
 * Identifiers are the same at each export: UUIDs of version 5 (SHA-1 of a name, RFC 9562) over the
 * standard's id, or over the ids that a profile selects. Threads: pure.
 */
#ifndef MERLON_OSCAL_H
#define MERLON_OSCAL_H

#include "regulation/grading/grading.h"

#define OSCAL_VERSION "1.1.1"

/* `modified`: "2026-11-27T10:00:00Z". */
MUST_USE struct rc oscal_catalog(const struct standard *standard, const char *modified,
                                 enum lang lang, struct buf *out);
MUST_USE struct rc oscal_profile(const struct standard *standard, const struct selection *selection,
                                 const char *modified, struct buf *out);

#endif
