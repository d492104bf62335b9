/*
 * rpm_ndb: Packages.db, the database of SUSE. All numbers are little-endian.
 *
 *   header   RpmP version generation slot-pages next-number ...   32 bytes
 *   slots    Slot number block count                              16 bytes each, to the end of the
 *                                                                 slot pages (4096 bytes each)
 *   blob     BlbS number generation length | header | checksum length BlbE
 *
 * Blocks are 16 bytes. A slot with number 0 is free.
 */
#include "sensor/facts/rpm.h"

#include <string.h>

#define MAGIC(a, b, c, d)                                                                          \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)
#define DATABASE_MAGIC MAGIC('R', 'p', 'm', 'P')
#define SLOT_MAGIC     MAGIC('S', 'l', 'o', 't')
#define BLOB_MAGIC     MAGIC('B', 'l', 'b', 'S')
#define TAIL_MAGIC     MAGIC('B', 'l', 'b', 'E')

#define HEADER_SIZE    32
#define SLOT_SIZE      16
#define BLOCK_SIZE     16
#define PAGE_SIZE      4096
#define SLOT_PAGES_MAX 2048
#define BLOB_HEAD      16
#define BLOB_TAIL      12

bool rpm_is_ndb(struct view head)
{
    return head.len >= HEADER_SIZE && rpm_little32((const uint8_t *)head.ptr) == DATABASE_MAGIC;
}

static struct rc read_blob(const struct source_parts *file, const uint8_t *slot,
                           struct rpm_sink *sink)
{
    uint8_t head[BLOB_HEAD], tail[BLOB_TAIL];
    uint32_t number = rpm_little32(slot + 4);
    uint64_t start = (uint64_t)rpm_little32(slot + 8) * BLOCK_SIZE;
    uint64_t room = (uint64_t)rpm_little32(slot + 12) * BLOCK_SIZE;
    TRY(file->read(file, start, head, sizeof head));
    uint64_t len = rpm_little32(head + 12);
    if (rpm_little32(head) != BLOB_MAGIC || rpm_little32(head + 4) != number ||
        BLOB_HEAD + len + BLOB_TAIL > room)
        return fault(FAULT_DATA, "its blob is not where its slot says");
    TRY(file->read(file, start + room - BLOB_TAIL, tail, sizeof tail));
    if (rpm_little32(tail + 4) != len || rpm_little32(tail + 8) != TAIL_MAGIC)
        return fault(FAULT_DATA, "its blob has no end");
    return rpm_header_add(sink, file, start + BLOB_HEAD, len);
}

static struct rc read_slot(const struct source_parts *file, const uint8_t *slot,
                           struct rpm_sink *sink)
{
    if (rpm_little32(slot) != SLOT_MAGIC)
        return fault(FAULT_DATA, "its table of slots is damaged");
    if (rpm_little32(slot + 4) == 0)
        return RC_OK;
    struct rc rc = read_blob(file, slot, sink);
    if (rc.kind != FAULT_DATA)
        return rc;
    rpm_problem(sink, "package %u: %.160s", rpm_little32(slot + 4), fault_text());
    return RC_OK;
}

static struct rc read_page(const struct source_parts *file, uint32_t page, struct rpm_sink *sink)
{
    uint8_t bytes[PAGE_SIZE];
    TRY(file->read(file, (uint64_t)page * PAGE_SIZE, bytes, sizeof bytes));
    for (size_t at = page == 0 ? HEADER_SIZE : 0; at < sizeof bytes; at += SLOT_SIZE)
        TRY(read_slot(file, bytes + at, sink));
    return RC_OK;
}

struct rc rpm_ndb_read(const struct source_parts *file, struct rpm_sink *sink)
{
    uint8_t header[HEADER_SIZE];
    TRY(file->read(file, 0, header, sizeof header));
    uint32_t version = rpm_little32(header + 4), pages = rpm_little32(header + 12);
    if (version != 0)
        return fault(FAULT_DATA, "ndb version %u is not known", version);
    if (pages == 0 || pages > SLOT_PAGES_MAX)
        return fault(FAULT_DATA, "%u pages of slots", pages);
    for (uint32_t i = 0; i < pages; i++)
        TRY(read_page(file, i, sink));
    return RC_OK;
}
