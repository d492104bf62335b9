/* pack: small packs for tests, written as rules without what every rule needs. */
#ifndef TEST_PACK_H
#define TEST_PACK_H

#include "regulation/regime/regime.h"

#define PACK_HEAD                                                                                  \
    "regime: trial\ncountry: XX\nnames: {en: a, zh: b, vi: c}\ndocuments:\n"                       \
    "  law: {title: Law, authority: law, basis: b}\n"                                              \
    "  decree: {title: Decree, authority: decree, basis: b}\n"                                     \
    "  other-decree: {title: Other decree, authority: decree, basis: b}\n"                         \
    "  guide: {title: Guide, authority: national_standard, basis: b}\nrules:\n"

/* A rule of document `doc` from `from` to `to` with `more` (its value and whatever else). */
#define RULE(id, doc, from, to, more)                                                              \
    "  - id: " id "\n    topic: t\n    valid_from: \"" from "\"\n    valid_to: \"" to "\"\n"       \
    "    source: {document: " doc ", article: \"1\"}\n    confidence: H\n"                         \
    "    text: {en: a, zh: b, vi: c}\n    " more "\n"

#define YEARLY  "clock: {every: {years: 1}}"
#define MONTHLY "clock: {every: {months: 1}}"

#endif
