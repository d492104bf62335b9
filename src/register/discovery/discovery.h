/*
 * discovery: the gap between paper and reality. Every check run meets a machine; this room says
 * which asset that is, or proposes what to do.
 *
 *   bundle -> identity (machine id, serial, addresses, name) -> sighting -> asset, or a proposal
 *
 * An asset is recognised when exactly one has the same machine id or serial number, and no other
 * asset speaks against it. Anything less certain is a proposal that a person accepts; nothing is
 * merged silently:
 *
 *   new      no asset looks like it             match    one shares an address or the host name
 *   merge    several could be it                differs  it is known, but its data are others now
 */
#ifndef MERLON_DISCOVERY_H
#define MERLON_DISCOVERY_H

#include "register/entry/entry.h"
#include "sensor/baseline/baseline.h"

/* What tells a machine from others; NULL where unknown. */
struct identity {
    const char *machine_id, *serial, *host_name, *vendor, *model;
    const char *addresses; /* as a list field: "10.0.0.1; fd00::1" */
    const char *system;    /* PRETTY_NAME */
};

/* What must be collected for it, besides what checks want; lives as long as the program. */
MUST_USE struct rc discovery_wishes(const struct wishes **out);

/* Reads it off a bundle. */
MUST_USE struct rc discovery_identify(struct bundle *bundle, struct arena *arena,
                                      struct identity *out);

/* Notes that it was met at `time` (microseconds) and by whom it is known. *asset: the key of its
 * asset, or NULL; *sighting: the key of the sighting, or NULL when nothing tells it from others. */
MUST_USE struct rc discovery_note(struct reg *reg, const struct identity *identity, int64_t time,
                                  struct arena *arena, const char **asset, const char **sighting);

/* Accepts a proposal: the sighting is this asset, which takes over machine id, serial, host name
 * and addresses. With `changes`, a new asset `asset` is made of them first. */
MUST_USE struct rc discovery_accept(struct reg *reg, const char *sighting, const char *asset,
                                    bool make_new, const struct change *changes, size_t count);

#endif
