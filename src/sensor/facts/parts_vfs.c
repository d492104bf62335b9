/*
 * parts_vfs: the functions that SQLite asks for files with.
 *
 *   sqlite3_step -> pager -> xRead -> source_parts.read -> pread of the file that was opened
 *
 * Each database has a vfs of its own, under a name of its own, so that nothing is shared.
 */
#include "sensor/facts/parts_vfs.h"

#include <stdio.h>
#include <string.h>

struct file {
    sqlite3_file base;
    const struct source_parts *parts; /* NULL: not there, reads as empty */
    struct parts_vfs *vfs;
};

/* ---- a file ---------------------------------------------------------------------------- */

static int file_close(sqlite3_file *base)
{
    (void)base;
    return SQLITE_OK;
}

static int file_read(sqlite3_file *base, void *out, int amount, sqlite3_int64 offset)
{
    struct file *file = (struct file *)base;
    uint64_t size = file->parts ? file->parts->size : 0, at = (uint64_t)offset;
    size_t want = (size_t)amount, have = at >= size ? 0 : (size_t)(size - at);
    size_t len = have < want ? have : want;
    memset(out, 0, want); /* SQLite asks for zeros where the file ends */
    if (len) {
        struct rc rc = file->parts->read(file->parts, at, out, len);
        if (failed(rc)) {
            if (rc.kind != FAULT_DATA && !failed(file->vfs->rc))
                file->vfs->rc = rc;
            return SQLITE_IOERR_READ;
        }
    }
    return len < want ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static int file_write(sqlite3_file *base, const void *bytes, int amount, sqlite3_int64 offset)
{
    (void)base, (void)bytes, (void)amount, (void)offset;
    return SQLITE_READONLY;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    (void)base, (void)size;
    return SQLITE_READONLY;
}

static int file_nothing(sqlite3_file *base, int value)
{
    (void)base, (void)value;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *out)
{
    const struct file *file = (const struct file *)base;
    *out = file->parts ? (sqlite3_int64)file->parts->size : 0;
    return SQLITE_OK;
}

static int file_no_lock(sqlite3_file *base, int *out)
{
    (void)base;
    *out = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int operation, void *value)
{
    (void)base, (void)operation, (void)value;
    return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *base)
{
    (void)base;
    return 512;
}

static int file_characteristics(sqlite3_file *base)
{
    (void)base;
    return 0;
}

/* Version 1 has no shared memory and no map. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_nothing,
    .xFileSize = file_size,
    .xLock = file_nothing,
    .xUnlock = file_nothing,
    .xCheckReservedLock = file_no_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_characteristics,
};

/* ---- the vfs --------------------------------------------------------------------------- */

static int vfs_open(sqlite3_vfs *base, const char *name, sqlite3_file *out, int flags,
                    int *out_flags)
{
    struct parts_vfs *vfs = base->pAppData;
    struct file *file = (struct file *)out;
    size_t which = flags & SQLITE_OPEN_MAIN_DB        ? 0
                   : flags & SQLITE_OPEN_WAL          ? 1
                   : flags & SQLITE_OPEN_MAIN_JOURNAL ? 2
                                                      : SIZE_MAX;
    (void)name;
    *file = (struct file){.vfs = vfs};
    if (which == SIZE_MAX || (which == 2 && !vfs->parts[2]))
        return SQLITE_CANTOPEN;
    file->base.pMethods = &methods;
    file->parts = vfs->parts[which];
    if (out_flags)
        *out_flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *base, const char *name, int sync)
{
    (void)base, (void)name, (void)sync;
    return SQLITE_READONLY;
}

static int vfs_access(sqlite3_vfs *base, const char *name, int flags, int *out)
{
    const struct parts_vfs *vfs = base->pAppData;
    size_t which = view_ends(view_of(name), "-wal")       ? 1
                   : view_ends(view_of(name), "-journal") ? 2
                                                          : 0;
    *out = flags != SQLITE_ACCESS_READWRITE && vfs->parts[which] && vfs->parts[which]->size;
    return SQLITE_OK;
}

static int vfs_full_name(sqlite3_vfs *base, const char *name, int room, char *out)
{
    (void)base;
    snprintf(out, (size_t)room, "%s", name);
    return SQLITE_OK;
}

static int vfs_randomness(sqlite3_vfs *base, int size, char *out)
{
    (void)base;
    memset(out, 0, (size_t)size); /* only what writes needs any */
    return size;
}

static int vfs_sleep(sqlite3_vfs *base, int us)
{
    (void)base;
    return us;
}

static int vfs_time(sqlite3_vfs *base, sqlite3_int64 *out)
{
    (void)base;
    *out = 0;
    return SQLITE_OK;
}

static int vfs_last_error(sqlite3_vfs *base, int room, char *out)
{
    (void)base, (void)room, (void)out;
    return 0;
}

static void ready(struct parts_vfs *vfs, const struct source_parts *const *parts)
{
    *vfs = (struct parts_vfs){.parts = parts};
    snprintf(vfs->name, sizeof vfs->name, "merlon-%p", (void *)vfs);
    vfs->vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = sizeof(struct file),
        .mxPathname = 64,
        .zName = vfs->name,
        .pAppData = vfs,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_name,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTimeInt64 = vfs_time,
        .xGetLastError = vfs_last_error,
    };
}

/* Hostile schemas run nothing: no triggers, no views, no functions of theirs, short statements. */
static void confine(sqlite3 *db)
{
    static const struct {
        int option, value;
    } options[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                   {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                   {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                   {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}};
    for (size_t i = 0; i < COUNT_OF(options); i++)
        sqlite3_db_config(db, options[i].option, options[i].value, NULL);
    sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 65536);
    sqlite3_limit(db, SQLITE_LIMIT_COLUMN, 64);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_VDBE_OP, 10000);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 50);
}

struct rc parts_vfs_fault(const struct parts_vfs *vfs, sqlite3 *db)
{
    if (failed(vfs->rc))
        return vfs->rc; /* its sentence is still the last one: nothing failed since */
    return fault(FAULT_DATA, "SQLite: %.160s", db ? sqlite3_errmsg(db) : "out of memory");
}

struct rc parts_vfs_open(struct parts_vfs *vfs, const struct source_parts *const *parts,
                         sqlite3 **out)
{
    /* Exclusive mode comes first: with it, no log needs shared memory. */
    static const char set_up[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY;"
                                 "PRAGMA cache_size=-1024; PRAGMA cell_size_check=ON";
    sqlite3 *db = NULL;
    ready(vfs, parts);
    if (sqlite3_vfs_register(&vfs->vfs, 0) != SQLITE_OK)
        return fault(FAULT_IO, "SQLite refuses another vfs");
    int code =
        sqlite3_open_v2("database", &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, vfs->name);
    if (code == SQLITE_OK) {
        confine(db);
        code = sqlite3_exec(db, set_up, NULL, NULL, NULL);
    }
    if (code == SQLITE_OK) {
        *out = db;
        return RC_OK;
    }
    struct rc rc = parts_vfs_fault(vfs, db);
    parts_vfs_close(vfs, db);
    return rc;
}

void parts_vfs_close(struct parts_vfs *vfs, sqlite3 *db)
{
    must(sqlite3_close(db) == SQLITE_OK);
    sqlite3_vfs_unregister(&vfs->vfs);
}
