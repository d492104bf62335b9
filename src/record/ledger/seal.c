/*
 * seal: checkpoints, the beat of a running server, and the end of an epoch.
 *
 * Rotation, in the order that survives a crash at any point:
 *
 *   1. the new key's file            a crash: epoch n goes on, the new key is dropped at the next
 * open
 *   2. a last checkpoint of epoch n  (signed with the old key)
 *   3. the new key's certificate     a crash: epoch n + 1 stands, the old key is erased at the next
 * open
 *   4. the old key is erased
 *   5. the first checkpoint of epoch n + 1
 */
#include "record/ledger/parts.h"

#include <string.h>

#define US INT64_C(1000000)

static struct rc seal_text(struct ledger *ledger, int64_t now, unsigned next,
                           struct checkpoint *checkpoint, struct buf *note)
{
    struct checkpoint made = {.size = ledger->size, .time = now, .next = next};
    struct buf text = {0};
    made.epoch = ledger->chain.epochs[ledger->chain.count - 1].number;
    memcpy(made.origin, ledger->chain.epochs[0].origin, sizeof made.origin);
    TRY(ledger_root(ledger, &made.root));
    if (ledger->seal.any)
        made.previous = ledger->seal.hash;
    checkpoint_encode(&made, &text);
    struct rc rc = note_sign(buf_view(&text), made.origin, ledger->key, note);
    buf_free(&text);
    *checkpoint = made;
    return rc;
}

static struct rc seal_write(struct ledger *ledger, const struct checkpoint *checkpoint,
                            const struct buf *note)
{
    char path[PATH_SIZE];
    struct hash hash;
    struct buf block = {0};
    TRY(seals_path(ledger->folder, checkpoint->epoch, path));
    TRY(note_hash(buf_view(note), &hash));
    buf_add_view(&block, buf_view(note));
    buf_add_char(&block, '\n');
    bool clean = false;
    struct rc rc = disk_append(&ledger->disk, path, buf_view(&block), &clean);
    buf_free(&block);
    if (failed(rc) && !clean) /* it may stand there or not: what the next names is unknown */
        ledger_break(ledger);
    TRY(rc);
    ledger->seal = (struct seal){.any = true, .last = *checkpoint, .hash = hash};
    pthread_mutex_lock(&ledger->mutex);
    ledger->sealed_at = checkpoint->time;
    pthread_mutex_unlock(&ledger->mutex);
    return RC_OK;
}

struct rc ledger_seal(struct ledger *ledger, int64_t now, unsigned next, struct buf *note)
{
    struct checkpoint checkpoint;
    struct buf fresh = {0};
    ledger_flush_tile(ledger);
    struct rc rc = seal_text(ledger, now, next, &checkpoint, &fresh);
    if (!failed(rc))
        rc = seal_write(ledger, &checkpoint, &fresh);
    if (!failed(rc) && note)
        buf_add_view(note, buf_view(&fresh));
    buf_free(&fresh);
    return rc;
}

struct rc ledger_checkpoint(struct ledger *ledger, int64_t now, unsigned next, struct buf *note)
{
    TRY(ledger_lead(ledger));
    struct rc rc = ledger_seal(ledger, now, next, note);
    ledger_follow(ledger);
    return rc;
}

static struct rc certify(const struct disk *disk, const char *folder, const struct epoch *epoch,
                         const struct sm2_key *signer)
{
    char path[PATH_SIZE];
    struct buf text = {0}, note = {0};
    TRY(path_make(path, "%s/epochs", folder));
    epoch_encode(epoch, &text);
    struct rc rc = note_sign(buf_view(&text), epoch->origin, signer, &note);
    buf_add_char(&note, '\n');
    bool clean; /* a rotation that fails is looked at when the ledger is opened again */
    if (!failed(rc))
        rc = disk_append(disk, path, buf_view(&note), &clean);
    buf_free(&text);
    buf_free(&note);
    return rc;
}

struct rc ledger_new_key(const struct disk *disk, const char *keys, uint64_t number,
                         struct sm2_key **out)
{
    char path[PATH_SIZE];
    struct sm2_key *key = NULL;
    TRY(keyfile_path(keys, number, path));
    TRY(sm2_generate(&key));
    struct rc rc = keyfile_write(disk, path, key);
    if (failed(rc))
        sm2_free(key);
    else
        *out = key;
    return rc;
}

struct rc ledger_certify(const struct disk *disk, const char *folder, struct chain *chain,
                         const struct epoch *epoch, const struct sm2_key *signer)
{
    TRY(certify(disk, folder, epoch, signer));
    chain_add(chain, epoch);
    return RC_OK;
}

/* Steps 2 to 5, with the new key's file in place. */
static struct rc change_key(struct ledger *ledger, struct sm2_key *fresh, int64_t now)
{
    char old[PATH_SIZE];
    const struct epoch *current = &ledger->chain.epochs[ledger->chain.count - 1];
    struct epoch next = {.number = current->number + 1,
                         .key = *sm2_public_of(fresh),
                         .size = ledger->size,
                         .time = now};
    memcpy(next.origin, current->origin, sizeof next.origin);
    TRY(keyfile_path(ledger->keys, current->number, old));
    TRY(ledger_seal(ledger, now, LEDGER_BEAT, NULL));
    next.root = ledger->seal.last.root;
    TRY(ledger_certify(&ledger->disk, ledger->folder, &ledger->chain, &next, ledger->key));
    struct sm2_key *ended = ledger->key;
    ledger->key = fresh;
    sm2_free(ended);
    TRY(keyfile_erase(&ledger->disk, old));
    return ledger_seal(ledger, now, LEDGER_BEAT, NULL);
}

static struct rc rotate(struct ledger *ledger, int64_t now, char fingerprint[static SM3_HEX])
{
    struct sm2_key *fresh = NULL;
    uint64_t number = ledger->chain.epochs[ledger->chain.count - 1].number + 1;
    if (ledger->chain.count >= EPOCHS_MAX)
        return fault(FAULT_LIMIT, "ledger: no more epochs are possible");
    TRY(ledger_new_key(&ledger->disk, ledger->keys, number, &fresh));
    struct rc rc = change_key(ledger, fresh, now);
    if (ledger->key != fresh)
        sm2_free(fresh);
    if (failed(rc)) { /* how far it came shows when the ledger is opened again */
        ledger_break(ledger);
        return rc;
    }
    pthread_mutex_lock(&ledger->mutex);
    ledger->epoch_began = now;
    pthread_mutex_unlock(&ledger->mutex);
    return sm2_fingerprint(sm2_public_of(ledger->key), fingerprint);
}

struct rc ledger_rotate(struct ledger *ledger, int64_t now, char fingerprint[static SM3_HEX])
{
    TRY(ledger_lead(ledger));
    struct rc rc = rotate(ledger, now, fingerprint);
    ledger_follow(ledger);
    return rc;
}

/* Commands that open, append and close live shorter than an epoch: the one that comes after its end
 * rotates. */
struct rc ledger_close(struct ledger *ledger, int64_t now)
{
    char fingerprint[SM3_HEX];
    bool over = ledger->options.epoch && now - ledger->epoch_began >= ledger->options.epoch;
    struct rc rc = over ? ledger_rotate(ledger, now, fingerprint) : RC_OK;
    if (!failed(rc))
        rc = ledger_checkpoint(ledger, now, 0, NULL);
    ledger_free(ledger);
    return rc;
}

struct rc ledger_tick(struct ledger *ledger, int64_t now)
{
    char fingerprint[SM3_HEX];
    pthread_mutex_lock(&ledger->mutex);
    /* A clock that stepped back is sealed at once: the step shows where it happened. */
    bool seal = now < ledger->sealed_at || now - ledger->sealed_at >= LEDGER_BEAT * US / 2;
    bool over = ledger->options.epoch && now - ledger->epoch_began >= ledger->options.epoch;
    pthread_mutex_unlock(&ledger->mutex);
    if (over)
        return ledger_rotate(ledger, now, fingerprint);
    return seal ? ledger_checkpoint(ledger, now, LEDGER_BEAT, NULL) : RC_OK;
}
