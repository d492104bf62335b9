/*
 * bundle: 256 leaves in one file.
 *
 *   "MLEDGER1" | first index, 8 bytes
 *   length, 4 bytes | first 4 bytes of the leaf's hash | 00 | the leaf       at most 256 times
 *
 * Numbers are big-endian. The byte 00 is the prefix of what is hashed (RFC 9162), kept so that the
 * hashed bytes lie in one piece. The 4 bytes of hash tell a torn end from a whole leaf and name an
 * edited one at once; the tree is what proves.
 *
 * Only the last bundle ever grows, and a new one is made only when the one before is durable. So a
 * torn end can stand in the last bundle alone.
 */
#include "record/ledger/parts.h"

#include <string.h>

static const char magic[8] = {'M', 'L', 'E', 'D', 'G', 'E', 'R', '1'};

struct rc bundle_path(const char *folder, uint64_t number, char out[static PATH_SIZE])
{
    return path_make(out, "%s/entries/%03u/%03u/%03u", folder, (unsigned)(number / 1000000),
                     (unsigned)(number / 1000 % 1000), (unsigned)(number % 1000));
}

void bundle_head(uint64_t number, char out[static BUNDLE_HEAD])
{
    uint64_t first = number * BUNDLE;
    memcpy(out, magic, sizeof magic);
    for (int i = 0; i < 8; i++)
        out[8 + i] = (char)(first >> (56 - 8 * i));
}

void frame_add(struct buf *out, struct view leaf, const struct hash *hash)
{
    char head[FRAME_HEAD] = {0};
    for (int i = 0; i < 4; i++)
        head[i] = (char)(leaf.len >> (24 - 8 * i));
    memcpy(head + 4, hash->bytes, 4);
    buf_add(out, head, sizeof head);
    buf_add_view(out, leaf);
}

static uint64_t big_endian(const char *bytes, int count)
{
    uint64_t number = 0;
    for (int i = 0; i < count; i++)
        number = number << 8 | (uint8_t)bytes[i];
    return number;
}

void bundle_parse(struct bundle *bundle, uint64_t number)
{
    struct view bytes = buf_view(&bundle->bytes);
    bundle->number = number;
    bundle->first = 0;
    bundle->count = 0;
    bundle->good = 0;
    bundle->headless = bytes.len < BUNDLE_HEAD || memcmp(bytes.ptr, magic, sizeof magic) != 0;
    if (bundle->headless)
        return;
    bundle->first = big_endian(bytes.ptr + 8, 8);
    bundle->good = BUNDLE_HEAD;
    while (bundle->count < BUNDLE && bytes.len - bundle->good >= FRAME_HEAD) {
        const char *head = bytes.ptr + bundle->good;
        uint64_t length = big_endian(head, 4);
        if (length > LEDGER_LEAF_MAX || head[8] != 0 ||
            length > bytes.len - bundle->good - FRAME_HEAD)
            return;
        bundle->checks[bundle->count] = (const uint8_t *)head + 4;
        bundle->inputs[bundle->count++] = (struct view){head + 8, 1 + (size_t)length};
        bundle->good += FRAME_HEAD + (size_t)length;
    }
}

struct rc bundle_read(const char *folder, uint64_t number, struct bundle *out)
{
    char path[PATH_SIZE];
    TRY(bundle_path(folder, number, path));
    out->bytes.len = 0;
    struct rc rc = sys_read_file(path, BUNDLE_MAX, &out->bytes);
    /* What stands behind the largest possible bundle is no leaf; parsing shows it. */
    if (failed(rc) && rc.kind != FAULT_LIMIT)
        return rc;
    bundle_parse(out, number);
    return RC_OK;
}

struct rc bundle_hash(const struct bundle *bundle, struct hash out[static BUNDLE], size_t *bad)
{
    uint8_t digests[BUNDLE][SM3_SIZE];
    TRY(sm3_digests(bundle->inputs, bundle->count, digests));
    size_t first_bad = bundle->count;
    for (size_t i = 0; i < bundle->count; i++) {
        memcpy(out[i].bytes, digests[i], SM3_SIZE);
        if (first_bad == bundle->count && memcmp(digests[i], bundle->checks[i], 4) != 0)
            first_bad = i;
    }
    *bad = first_bad;
    return RC_OK;
}
