/*
 * office: the store, the ledger, the journal and the register of one call, opened together. Private
 * to the room.
 *
 *   $MERLON_DATA/merlon.db        the store, unless --store names another
 *   $MERLON_DATA/ledger/          the ledger; $MERLON_DATA/keys/ its key; $MERLON_DATA/cache/
 * rebuildable
 *
 * Reading needs the store only; office_write opens the ledger, which one process at a time may do.
 */
#ifndef MERLON_CLI_OFFICE_H
#define MERLON_CLI_OFFICE_H

#include "casework/evidence/evidence.h"
#include "interface/cli/command.h"
#include "record/ledger/ledger.h"
#include "register/rule/rule.h"

struct office {
    struct store *store;
    struct journal *journal;
    struct reg *reg;
    struct ledger_place place;
    struct ledger *ledger;        /* once something is written */
    struct ledger_reader *reader; /* once a leaf is read */
    struct journal_sink sink;
    bool appended;
};

/* Where this call keeps its data: --data, MERLON_DATA, or by default /var/lib/merlon for root and
 * $XDG_DATA_HOME/merlon (~/.local/share/merlon) for others. Lives in the call's arena. */
MUST_USE struct rc data_folder(const struct call *call, const char **out);

/* The ledger's places below it. */
MUST_USE struct rc ledger_places(const struct call *call, struct ledger_place *out);

/* Opens store and register for reading, and acts as --as. Makes the folder when there is none. */
MUST_USE struct rc office_open(const struct call *call, struct office **out);

/* Opens (or makes) the ledger, so that things can be written; what a crash left is brought over and
 * told. */
MUST_USE struct rc office_write(const struct call *call, struct office *office);

/* The same without comparing the journal with it: for `ledger adopt`, which is called when they
 * differ.
 */
MUST_USE struct rc office_open_ledger(const struct call *call, struct office *office);

void office_close(struct office *office); /* accepts NULL */
static inline void office_closep(struct office **office)
{
    office_close(*office);
}

#endif
