/*
 * rpm_sqlite: rpmdb.sqlite. Table Packages has a row for each header: hnum, blob; the other tables
 * are indexes, of which Name tells how many headers there must be.
 *
 * SQLite reads the file, and the log beside it, through parts_vfs. Blobs are read in parts too, so
 * that neither the size of the database nor that of a header is in memory: the page cache (1 MiB)
 * and one header's few values are. A transaction that was interrupted in rollback mode cannot be
 * undone without writing, so it is a problem.
 */
#include "sensor/facts/parts_vfs.h"
#include "sensor/facts/rpm.h"

#define HEAP_MAX ((sqlite3_int64)16 << 20) /* that SQLite may take on top of what it has */

struct blob {
    struct source_parts parts;
    sqlite3_blob *blob;
    const struct parts_vfs *vfs;
    sqlite3 *db;
};

static struct rc read_blob(const struct source_parts *parts, uint64_t offset, void *out, size_t len)
{
    const struct blob *blob = (const struct blob *)parts;
    if (offset > parts->size || len > parts->size - offset)
        return fault(FAULT_DATA, "it ends before its byte %llu",
                     (unsigned long long)(offset + len));
    if (len && sqlite3_blob_read(blob->blob, out, (int)len, (int)offset) != SQLITE_OK)
        return parts_vfs_fault(blob->vfs, blob->db);
    return RC_OK;
}

static struct rc open_blob(struct blob *blob, sqlite3_int64 number)
{
    int code = blob->blob ? sqlite3_blob_reopen(blob->blob, number)
                          : sqlite3_blob_open(blob->db, "main", "Packages", "blob", number, 0,
                                              &blob->blob);
    if (code != SQLITE_OK)
        return parts_vfs_fault(blob->vfs, blob->db);
    blob->parts = (struct source_parts){(uint64_t)sqlite3_blob_bytes(blob->blob), read_blob};
    return RC_OK;
}

static struct rc read_package(struct blob *blob, sqlite3_int64 number, struct rpm_sink *sink)
{
    struct rc rc = open_blob(blob, number);
    if (!failed(rc))
        return rpm_header_try(sink, &blob->parts, 0, blob->parts.size, (uint64_t)number);
    sqlite3_blob_close(blob->blob); /* after a failed reopen it is of no more use */
    blob->blob = NULL;
    if (rc.kind != FAULT_DATA)
        return rc;
    rpm_problem(sink, "package %lld: %.160s", (long long)number, fault_text());
    return RC_OK;
}

static struct rc read_packages(struct parts_vfs *vfs, sqlite3 *db, struct rpm_sink *sink,
                               int64_t *count)
{
    sqlite3_stmt *query;
    struct blob blob = {.vfs = vfs, .db = db};
    struct rc rc = RC_OK;
    int code = sqlite3_prepare_v2(db, "SELECT hnum FROM main.Packages", -1, &query, NULL);
    if (code != SQLITE_OK)
        return parts_vfs_fault(vfs, db);
    for (*count = 0; !failed(rc) && (code = sqlite3_step(query)) == SQLITE_ROW; ++*count) {
        if (*count == RPM_PACKAGES_MAX)
            rc = fault(FAULT_DATA, "more than %d packages", RPM_PACKAGES_MAX);
        else
            rc = read_package(&blob, sqlite3_column_int64(query, 0), sink);
    }
    if (!failed(rc) && code != SQLITE_DONE)
        rc = parts_vfs_fault(vfs, db);
    sqlite3_blob_close(blob.blob);
    sqlite3_finalize(query);
    return rc;
}

static struct rc ask_number(struct parts_vfs *vfs, sqlite3 *db, const char *sql, int64_t *out)
{
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK)
        return parts_vfs_fault(vfs, db);
    bool has_row = sqlite3_step(query) == SQLITE_ROW;
    if (has_row)
        *out = sqlite3_column_int64(query, 0);
    struct rc rc = has_row ? RC_OK : parts_vfs_fault(vfs, db);
    sqlite3_finalize(query);
    return rc;
}

/* Tables that run code of SQLite's extensions, or that are no tables, are refused before they are
 * asked. */
static struct rc check_schema(struct parts_vfs *vfs, sqlite3 *db)
{
    int64_t plain;
    TRY(ask_number(vfs, db,
                   "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table'"
                   " AND name IN ('Packages', 'Name') AND rootpage > 0"
                   " AND sql LIKE 'CREATE TABLE%'",
                   &plain));
    return plain == 2 ? RC_OK : fault(FAULT_DATA, "no database of rpm: no Packages and Name in it");
}

static struct rc read_all(struct parts_vfs *vfs, sqlite3 *db, struct rpm_sink *sink)
{
    int64_t count = 0, named;
    TRY(check_schema(vfs, db));
    TRY(read_packages(vfs, db, sink, &count));
    TRY(ask_number(vfs, db, "SELECT count(DISTINCT hnum) FROM main.Name", &named));
    if (count != named)
        rpm_problem(sink, "it holds %lld packages, its index of names %lld", (long long)count,
                    (long long)named);
    return RC_OK;
}

struct rc rpm_sqlite_read(const struct source_parts *const parts[1 + SOURCE_BESIDE],
                          struct rpm_sink *sink)
{
    struct parts_vfs vfs;
    sqlite3 *db;
    sqlite3_int64 before = sqlite3_hard_heap_limit64(-1);
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + HEAP_MAX);
    struct rc rc = parts_vfs_open(&vfs, parts, &db);
    if (!failed(rc)) {
        rc = read_all(&vfs, db, sink);
        parts_vfs_close(&vfs, db);
    }
    sqlite3_hard_heap_limit64(before);
    return rc;
}
