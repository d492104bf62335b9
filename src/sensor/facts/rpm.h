/*
 * rpm: the package databases of rpm, digested at collection. Private to the room.
 *
 *   rpmdb.sqlite   rpm_sqlite.c -\
 *   Packages       rpm_bdb.c    --+-> header blobs -> rpm_header.c -> a line a package -> package.c
 *   Packages.db    rpm_ndb.c    -/                        \-> rpm_signature.c
 *
 * Every byte of these files is hostile; all of them are read in parts (struct source_parts) and in
 * bounded memory. The digest's text, one record a line, fields divided by tabs and escaped:
 *
 *   merlon-rpm 1
 *   package name epoch version release architecture vendor install_time key_id source_rpm group
 *   problem what of it was not understood
 *   end COUNT                                    the last line; without it the text was cut
 *
 * A field that the header does not have is empty. Facts of the formats: rpm's own documentation
 * (format_v4, hregions) and lib/backend of rpm; Berkeley DB's db_page.h; RFC 4880 for signatures.
 */
#ifndef MERLON_FACTS_RPM_H
#define MERLON_FACTS_RPM_H

#include "sensor/facts/reader.h"

#define RPM_MAGIC        "merlon-rpm 1"
#define RPM_DATABASE_MAX ((size_t)1 << 30)
#define RPM_PACKAGES_MAX 200000
#define RPM_PROBLEMS_MAX 20 /* told one by one */
#define RPM_BLOB_MAX     ((uint32_t)256 << 20)

/* Digests a database of any of the three kinds, told apart by its first bytes. */
source_digest rpm_digest;

/* Where a database being read puts what it finds. */
struct rpm_sink {
    struct buf *out;
    size_t packages, problems;
};

/* Adds a line about something not understood; reading goes on. Printf-like. */
PRINTF(2, 3) void rpm_problem(struct rpm_sink *sink, const char *format, ...);

/* Adds a package from a header blob of `size` bytes at `offset` of `parts`. FAULT_DATA, and nothing
 * added, when it is no header. */
MUST_USE struct rc rpm_header_add(struct rpm_sink *sink, const struct source_parts *parts,
                                  uint64_t offset, uint64_t size);

/* The same, but a header that is none is a problem called `number`, and reading goes on. */
MUST_USE struct rc rpm_header_try(struct rpm_sink *sink, const struct source_parts *parts,
                                  uint64_t offset, uint64_t size, uint64_t number);

/* The id of the key (16 hexadecimal digits) that made an OpenPGP signature; false: none is named.
 */
bool rpm_signature_key(struct view packet, char out[static 17]);

/* Each reads one kind of database; FAULT_DATA when it cannot be read on. */
MUST_USE struct rc rpm_sqlite_read(const struct source_parts *const parts[1 + SOURCE_BESIDE],
                                   struct rpm_sink *sink);
MUST_USE struct rc rpm_bdb_read(const struct source_parts *file, struct rpm_sink *sink);
MUST_USE struct rc rpm_ndb_read(const struct source_parts *file, struct rpm_sink *sink);

bool rpm_is_bdb(struct view head); /* by the first 512 bytes */
bool rpm_is_ndb(struct view head);

/* One record of the digest's text. */
struct rpm_package {
    struct view name, epoch, version, release, architecture, vendor, key_id, source_rpm, group;
    struct view install_time;
};

/* Rows of table `package` from a digest; `add` puts one. */
MUST_USE struct rc rpm_each(struct facts *facts, const struct item *item,
                            struct rc (*add)(struct facts *facts, const struct item *item,
                                             const struct rpm_package *package));

static inline uint32_t rpm_big32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}
static inline uint32_t rpm_little32(const uint8_t *p)
{
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

#endif
