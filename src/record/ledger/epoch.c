/*
 * epoch: the certificates of the epochs' keys.
 *
 *   merlon ledger epoch
 *   origin merlon/0123...
 *   epoch 4
 *   public BASE64          SubjectPublicKeyInfo of the new key, as openssl reads it
 *   size 1234              leaves sealed by the epochs before
 *   root BASE64            and their root
 *   time 2026-...
 *
 * Signed under the origin's name by the key of the epoch before; the first one by itself. The
 * origin holds the first half of the first key's fingerprint, so a ledger cannot change its first
 * key and keep its name.
 */
#include "record/ledger/parts.h"

#include <stdio.h>
#include <string.h>

#define TITLE       "merlon ledger epoch"
#define ORIGIN_PART 32 /* digits of the fingerprint in the origin */

void epoch_encode(const struct epoch *epoch, struct buf *out)
{
    char time[TIME_TEXT];
    uint8_t der[SM2_SPKI_SIZE];
    time_write(epoch->time, time);
    sm2_encode(&epoch->key, der);
    buf_printf(out, TITLE "\norigin %s\nepoch %llu\npublic ", epoch->origin,
               (unsigned long long)epoch->number);
    crypto_to_base64(der, sizeof der, out);
    buf_printf(out, "\nsize %llu\nroot ", (unsigned long long)epoch->size);
    hash_write(&epoch->root, out);
    buf_printf(out, "\ntime %s\n", time);
}

static bool public_read(struct view text, struct sm2_public *out)
{
    struct buf der = {0};
    bool good = !failed(crypto_from_base64(text, SM2_SPKI_SIZE, &der)) &&
                !failed(sm2_decode(buf_view(&der), out));
    buf_free(&der);
    return good;
}

struct rc epoch_decode(struct view text, struct epoch *out)
{
    struct epoch read = {0};
    struct view value;
    if (!field_take(&text, "", &value) || !view_is(value, TITLE) ||
        !field_take(&text, "origin", &value) || !origin_read(value, read.origin) ||
        !field_take(&text, "epoch", &value) || !field_number(value, &read.number) ||
        !field_take(&text, "public", &value) || !public_read(value, &read.key) ||
        !field_take(&text, "size", &value) || !field_number(value, &read.size) ||
        !field_take(&text, "root", &value) || !field_hash(value, &read.root) ||
        !field_take(&text, "time", &value) || !time_read(value, &read.time) || text.len)
        return fault(FAULT_DATA, "certificate of an epoch: malformed");
    *out = read;
    return RC_OK;
}

struct rc epoch_origin(const struct sm2_public *first, char out[static LEDGER_ORIGIN_MAX])
{
    char fingerprint[SM3_HEX];
    TRY(sm2_fingerprint(first, fingerprint));
    snprintf(out, LEDGER_ORIGIN_MAX, "merlon/%.*s", ORIGIN_PART, fingerprint);
    return RC_OK;
}

/* Whether `epoch` may follow `before` (NULL: be the first one). */
static struct rc epoch_follows(const struct epoch *epoch, const struct epoch *before,
                               const struct note *note)
{
    char origin[LEDGER_ORIGIN_MAX];
    if (epoch->number != (before ? before->number + 1 : 1))
        return fault(FAULT_DATA, "epoch %llu does not follow the one before it",
                     (unsigned long long)epoch->number);
    if (before && epoch->size < before->size)
        return fault(FAULT_DATA, "epoch %llu begins with fewer leaves than the one before it",
                     (unsigned long long)epoch->number);
    if (before)
        memcpy(origin, before->origin, sizeof origin);
    else
        TRY(epoch_origin(&epoch->key, origin));
    if (strcmp(origin, epoch->origin) != 0)
        return fault(FAULT_DATA, "epoch %llu is of another ledger (%s)",
                     (unsigned long long)epoch->number, epoch->origin);
    return fault_within(note_verify(note, origin, before ? &before->key : &epoch->key),
                        "certificate of epoch %llu", (unsigned long long)epoch->number);
}

void chain_free(struct chain *chain)
{
    mem_free(chain->epochs);
    *chain = (struct chain){0};
}

void chain_add(struct chain *chain, const struct epoch *epoch)
{
    if (chain->count == chain->room) {
        chain->room = chain->room ? 2 * chain->room : 16;
        chain->epochs = mem_resize(chain->epochs, chain->room * sizeof *epoch);
    }
    chain->epochs[chain->count++] = *epoch;
}

struct rc chain_read(struct view bytes, struct chain *chain, size_t *used)
{
    struct view rest = bytes;
    *used = 0;
    for (;;) {
        struct note note;
        struct epoch epoch;
        struct rc rc = note_take(&rest, &note);
        if (rc.kind == FAULT_ABSENT)
            return RC_OK;
        TRY(rc);
        size_t end = (size_t)(note.whole.ptr + note.whole.len - bytes.ptr);
        if (end == bytes.len || bytes.ptr[end] != '\n')
            return fault(FAULT_LIMIT, "certificates: the last one is half-written");
        TRY(epoch_decode(note.text, &epoch));
        const struct epoch *before = chain->count ? &chain->epochs[chain->count - 1] : NULL;
        TRY(epoch_follows(&epoch, before, &note));
        if (chain->count == EPOCHS_MAX)
            return fault(FAULT_LIMIT, "more than %d epochs", EPOCHS_MAX);
        chain_add(chain, &epoch);
        *used = bytes.len - rest.len;
    }
}
