/*
 * parts_vfs: SQLite over a file that is read in parts. Private to the room.
 *
 * Nothing can be written: there is no function here that could. No shared memory, no lock, no map
 * of the file: a database in WAL mode is read with its log in SQLite's exclusive mode, whose index
 * of the log is private memory.
 */
#ifndef MERLON_FACTS_PARTS_VFS_H
#define MERLON_FACTS_PARTS_VFS_H

#include "sensor/facts/reader.h"

struct parts_vfs {
    sqlite3_vfs vfs;
    char name[40];                           /* of the vfs */
    const struct source_parts *const *parts; /* database, its "-wal", its "-journal" */
    struct rc rc; /* of the first read that failed with something else than FAULT_DATA */
};

/* Opens the database read-only and bounded. `vfs` must live until parts_vfs_close. FAULT_DATA with
 * SQLite's own words when it cannot be. */
MUST_USE struct rc parts_vfs_open(struct parts_vfs *vfs, const struct source_parts *const *parts,
                                  sqlite3 **out);
void parts_vfs_close(struct parts_vfs *vfs, sqlite3 *db);

/* The status of a failed call: what reading ran into, else FAULT_DATA with SQLite's words. */
MUST_USE struct rc parts_vfs_fault(const struct parts_vfs *vfs, sqlite3 *db);

#endif
