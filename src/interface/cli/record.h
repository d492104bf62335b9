/* record: a check run into the record. Private to the room. */
#ifndef MERLON_CLI_RECORD_H
#define MERLON_CLI_RECORD_H

#include "interface/cli/office.h"

/* Whether this call is to be recorded: not with --no-record. */
bool record_wanted(const struct call *call);

/* With --system: what binds that system, in place of level and scope. What its platform answers for
 * is left out: it is checked there. Lives in the call's arena. */
MUST_USE struct rc record_binding(const struct call *call, struct request *request);

/* What a plan wants, and what tells the machine from others; lives in the call's arena. */
MUST_USE struct rc record_wishes(const struct call *call, const struct wishes *wanted,
                                 const struct wishes **out);

/* Records a run: which machine it was, which asset that is, what was shown; and says so. */
MUST_USE struct rc record_run(const struct call *call, const struct run *run,
                              struct bundle *bundle);

#endif
