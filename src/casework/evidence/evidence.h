/*
 * evidence: what a sensor showed, kept so that it can be proven later.
 *
 *   run of checks + bundle -> evidence: an entry of the register (lists, filters, visibility),
 * whose whole text stands in its deed, whose digest stands in the ledger
 *
 * The text is canonical JSON: the bundle's digest (what manifest.sm3 in its file says), the time of
 * the fact, target, standard, level, scope; for each check its id, the SM3 of its definition, its
 * parameters, verdict, reason, clauses, observed rows and sources; for each item of the standard
 * its verdict. The time of recording is the deed's.
 *
 * An export is a folder that somebody without Merlon verifies with `openssl` and a POSIX shell.
 */
#ifndef MERLON_EVIDENCE_H
#define MERLON_EVIDENCE_H

#include "record/ledger/ledger.h"
#include "register/entry/entry.h"
#include "sensor/baseline/baseline.h"

#define EVIDENCE_ROWS_MAX 2000 /* observed rows kept of one check; all are counted */

struct evidence_facts {
    const struct run *run;
    struct bundle *bundle;
    const char *asset;      /* key, or NULL */
    const char *system;     /* key, or NULL */
    const char *machine_id; /* or NULL */
};

/* Records a run and brings its asset's and system's standing (open failures, last evidence) up to
 * date. *key ("ev-000001") lives in the arena. */
MUST_USE struct rc evidence_record(struct reg *reg, const struct evidence_facts *facts,
                                   struct arena *arena, const char **key);

/* The text of a run as it is recorded. */
MUST_USE struct rc evidence_text(const struct evidence_facts *facts, struct buf *out);

/* Its whole text, and the sequence of its deed. */
MUST_USE struct rc evidence_get(struct reg *reg, const char *key, struct arena *arena,
                                const char **text, int64_t *sequence);

/* Writes the export of a piece of evidence into `folder`, which must not exist or be empty:
 * payload, leaf, proof, checkpoint, certificates, verify.sh, README. FAULT_USAGE when its leaf is
 * not sealed by a checkpoint yet. */
MUST_USE struct rc evidence_export(struct reg *reg, struct ledger_reader *reader, const char *key,
                                   const char *folder);

#endif
