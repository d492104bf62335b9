/*
 * rpm_bdb: Packages, a hash table of Berkeley DB (versions 8 to 10), in either byte order.
 *
 *   page 0          the hash's own data: page size, last bucket, where buckets' pages begin
 *   bucket          a chain of hash pages; each has pairs of items: key, data
 *   item            on the page itself, or the first page and length of a chain of overflow pages
 *
 * A key is the number of a header (4 bytes), the data is the header; key 0 holds a counter. Buckets
 * are visited as Berkeley DB finds them: pages that no bucket leads to are old. A page belongs to
 * one chain, so a page that is met twice ends the reading: no file can make it go in circles.
 * Memory: a bit for each page, one page, and the numbers of one header's pages.
 */
#include "sensor/facts/rpm.h"

#include <string.h>

#define HASH_MAGIC    0x061561u
#define META_SIZE     512
#define PAGE_SIZE_MIN 512u
#define PAGE_SIZE_MAX 65536u
#define PAGE_HEAD     26
#define SPARES        32

enum page_type { PAGE_HASH_UNSORTED = 2, PAGE_OVERFLOW = 7, PAGE_HASH_META = 8, PAGE_HASH = 13 };
enum item_type { ITEM_KEY_DATA = 1, ITEM_DUPLICATE = 2, ITEM_OFF_PAGE = 3 };

struct hash {
    const struct source_parts *file;
    struct rpm_sink *sink;
    bool is_big; /* numbers have their most significant byte first */
    uint32_t page_size, page_count, last_bucket;
    uint32_t spares[SPARES];
    uint8_t *seen; /* a bit for each page */
};

static uint32_t number32(const struct hash *hash, const uint8_t *p)
{
    return hash->is_big ? rpm_big32(p) : rpm_little32(p);
}

static uint32_t number16(const struct hash *hash, const uint8_t *p)
{
    return hash->is_big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

bool rpm_is_bdb(struct view head)
{
    if (head.len < META_SIZE)
        return false;
    const uint8_t *magic = (const uint8_t *)head.ptr + 12;
    return rpm_little32(magic) == HASH_MAGIC || rpm_big32(magic) == HASH_MAGIC;
}

/* ---- pages ----------------------------------------------------------------------------- */

/* Marks a page as met; false when it was before, or is none. */
static bool visit(struct hash *hash, uint32_t page)
{
    if (page == 0 || page >= hash->page_count || hash->seen[page / 8] >> page % 8 & 1)
        return false;
    hash->seen[page / 8] |= (uint8_t)(1u << page % 8);
    return true;
}

static struct rc read_page(struct hash *hash, uint32_t page, size_t len, uint8_t *out)
{
    if (!visit(hash, page))
        return fault(FAULT_DATA, "page %u is none, or belongs to two chains", page);
    TRY(hash->file->read(hash->file, (uint64_t)page * hash->page_size, out, len));
    if (number32(hash, out + 8) != page)
        return fault(FAULT_DATA, "page %u says that it is another", page);
    return RC_OK;
}

/* ---- a header in overflow pages -------------------------------------------------------- */

struct chain {
    struct source_parts parts;
    const struct hash *hash;
    const uint32_t *pages; /* all but the last are full */
};

static struct rc read_chain(const struct source_parts *parts, uint64_t offset, void *out,
                            size_t len)
{
    const struct chain *chain = (const struct chain *)parts;
    const struct hash *hash = chain->hash;
    size_t each = hash->page_size - PAGE_HEAD;
    if (offset > parts->size || len > parts->size - offset)
        return fault(FAULT_DATA, "it ends before its byte %llu",
                     (unsigned long long)(offset + len));
    for (size_t done = 0; done < len;) {
        size_t within = (size_t)((offset + done) % each);
        size_t n = each - within < len - done ? each - within : len - done;
        uint64_t page = chain->pages[(offset + done) / each];
        TRY(hash->file->read(hash->file, page * hash->page_size + PAGE_HEAD + within,
                             (char *)out + done, n));
        done += n;
    }
    return RC_OK;
}

/* The pages of a chain that must hold `size` bytes: each full, the last with the rest. */
static struct rc list_chain(struct hash *hash, uint32_t page, uint64_t size, uint32_t *pages)
{
    uint64_t each = hash->page_size - PAGE_HEAD;
    for (uint64_t left = size; left > 0;) {
        uint8_t head[PAGE_HEAD];
        uint64_t here = left < each ? left : each;
        TRY(read_page(hash, page, sizeof head, head));
        if (head[25] != PAGE_OVERFLOW || number16(hash, head + 22) != here)
            return fault(FAULT_DATA, "page %u is no overflow page of %llu bytes", page,
                         (unsigned long long)here);
        *pages++ = page;
        left -= here;
        page = number32(hash, head + 16);
    }
    return page == 0 ? RC_OK : fault(FAULT_DATA, "a chain of pages does not end");
}

static struct rc read_off_page(struct hash *hash, const uint8_t *item, uint32_t number)
{
    uint32_t page = number32(hash, item + 4), size = number32(hash, item + 8);
    uint64_t each = hash->page_size - PAGE_HEAD, count = (size + each - 1) / each;
    if (size > RPM_BLOB_MAX || count > hash->page_count)
        return fault(FAULT_DATA, "a header of %u bytes", size);
    uint32_t *pages = mem_new((size_t)(count + 1) * sizeof *pages);
    struct chain chain = {{size, read_chain}, hash, pages};
    struct rc rc = list_chain(hash, page, size, pages);
    if (!failed(rc))
        rc = rpm_header_try(hash->sink, &chain.parts, 0, size, number);
    mem_free(pages);
    return rc;
}

/* ---- a hash page ----------------------------------------------------------------------- */

/* A header that stands on the hash page itself. */
struct piece {
    struct source_parts parts;
    const uint8_t *bytes;
};

static struct rc read_piece(const struct source_parts *parts, uint64_t offset, void *out,
                            size_t len)
{
    const struct piece *piece = (const struct piece *)parts;
    if (offset > parts->size || len > parts->size - offset)
        return fault(FAULT_DATA, "it ends before its byte %llu",
                     (unsigned long long)(offset + len));
    memcpy(out, piece->bytes + offset, len);
    return RC_OK;
}

struct cell_bytes {
    const uint8_t *bytes;
    size_t len;
};

/* Item `index` of a page: items fill it from its end, in order. */
static bool item_at(const struct hash *hash, const uint8_t *page, uint32_t index,
                    struct cell_bytes *out)
{
    uint32_t start = number16(hash, page + PAGE_HEAD + (size_t)index * 2);
    uint32_t end =
        index ? number16(hash, page + PAGE_HEAD + (size_t)(index - 1) * 2) : hash->page_size;
    if (start < PAGE_HEAD || start >= end || end > hash->page_size)
        return false;
    *out = (struct cell_bytes){page + start, end - start};
    return true;
}

static struct rc read_pair(struct hash *hash, const uint8_t *page, uint32_t index)
{
    struct cell_bytes key, data;
    if (!item_at(hash, page, index, &key) || !item_at(hash, page, index + 1, &data) ||
        key.bytes[0] != ITEM_KEY_DATA || key.len != 5)
        return fault(FAULT_DATA, "a pair of items of a hash page is damaged");
    uint32_t number = number32(hash, key.bytes + 1);
    if (number == 0)
        return RC_OK;
    if (data.bytes[0] == ITEM_OFF_PAGE && data.len == 12)
        return read_off_page(hash, data.bytes, number);
    if (data.bytes[0] != ITEM_KEY_DATA)
        return fault(FAULT_DATA, "package %u: an item of type %u", number, data.bytes[0]);
    struct piece piece = {{data.len - 1, read_piece}, data.bytes + 1};
    return rpm_header_try(hash->sink, &piece.parts, 0, piece.parts.size, number);
}

/* A page of 64 KiB has its offsets in 16 bits like all others; such a size is not made by rpm. */
static struct rc read_hash_page(struct hash *hash, const uint8_t *page)
{
    uint32_t entries = number16(hash, page + 20);
    if (page[25] != PAGE_HASH && page[25] != PAGE_HASH_UNSORTED)
        return fault(FAULT_DATA, "a bucket leads to a page of type %u", page[25]);
    if (entries % 2 || PAGE_HEAD + entries * 2 > hash->page_size)
        return fault(FAULT_DATA, "a hash page with %u items", entries);
    for (uint32_t i = 0; i < entries; i += 2)
        TRY(read_pair(hash, page, i));
    return RC_OK;
}

/* The first page of a bucket: its number, moved by the spares of its power of two. */
static uint32_t page_of_bucket(const struct hash *hash, uint32_t bucket)
{
    uint32_t power = 0;
    while (power < SPARES - 1 && ((uint64_t)1 << power) < (uint64_t)bucket + 1)
        power++;
    return bucket + hash->spares[power];
}

/* A bucket that was never used has a page of zeros. */
static bool is_blank(const uint8_t *page)
{
    static const uint8_t zeros[PAGE_HEAD];
    return memcmp(page, zeros, PAGE_HEAD) == 0;
}

static struct rc read_bucket(struct hash *hash, uint32_t bucket, uint8_t *bytes)
{
    uint32_t page = page_of_bucket(hash, bucket);
    for (bool first = true; page; first = false) {
        struct rc rc = read_page(hash, page, hash->page_size, bytes);
        if (failed(rc))
            return first && rc.kind == FAULT_DATA && is_blank(bytes) ? RC_OK : rc;
        TRY(read_hash_page(hash, bytes));
        page = number32(hash, bytes + 16);
    }
    return RC_OK;
}

/* ---- the whole ------------------------------------------------------------------------- */

static struct rc read_meta(struct hash *hash)
{
    uint8_t meta[META_SIZE];
    TRY(hash->file->read(hash->file, 0, meta, sizeof meta));
    hash->is_big = rpm_big32(meta + 12) == HASH_MAGIC;
    uint32_t version = number32(hash, meta + 16);
    hash->page_size = number32(hash, meta + 20);
    if (version < 8 || version > 10 || meta[25] != PAGE_HASH_META)
        return fault(FAULT_DATA, "Berkeley DB hash version %u is not known", version);
    if (meta[24] || meta[26])
        return fault(FAULT_DATA, "an encrypted, checksummed or divided database is not read");
    if (hash->page_size < PAGE_SIZE_MIN || hash->page_size > PAGE_SIZE_MAX / 2 ||
        (hash->page_size & (hash->page_size - 1)) || hash->file->size % hash->page_size)
        return fault(FAULT_DATA, "pages of %u bytes, which the file is no multiple of",
                     hash->page_size);
    hash->page_count = (uint32_t)(hash->file->size / hash->page_size);
    hash->last_bucket = number32(hash, meta + 72);
    if (number32(hash, meta + 32) >= hash->page_count || hash->last_bucket >= hash->page_count)
        return fault(FAULT_DATA, "it ends before its last page");
    for (size_t i = 0; i < SPARES; i++)
        hash->spares[i] = number32(hash, meta + 96 + i * 4);
    return RC_OK;
}

/* A damaged bucket is told, and the others are read. */
static struct rc read_buckets(struct hash *hash)
{
    uint8_t *bytes = mem_new(hash->page_size);
    struct rc rc = RC_OK;
    for (uint32_t i = 0; i <= hash->last_bucket && !failed(rc); i++) {
        memset(bytes, 0xff, PAGE_HEAD); /* what a page that is not read may not look like */
        rc = read_bucket(hash, i, bytes);
        if (rc.kind == FAULT_DATA) {
            rpm_problem(hash->sink, "bucket %u: %.160s", i, fault_text());
            rc = RC_OK;
        }
    }
    mem_free(bytes);
    return rc;
}

struct rc rpm_bdb_read(const struct source_parts *file, struct rpm_sink *sink)
{
    struct hash hash = {.file = file, .sink = sink};
    if (file->size / PAGE_SIZE_MIN > UINT32_MAX)
        return fault(FAULT_DATA, "too large a file");
    TRY(read_meta(&hash));
    hash.seen = mem_new(hash.page_count / 8 + 1);
    struct rc rc = read_buckets(&hash);
    mem_free(hash.seen);
    return rc;
}
