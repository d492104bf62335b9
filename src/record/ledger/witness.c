/*
 * witness: co-signing between two Merlons. The witness signs
 *
 *   merlon cosignature
 *   time 1785585600                   seconds since 1970, by the witness's clock
 *   the checkpoint's text
 *
 * and its line in the note holds key hash | those seconds, 8 bytes | signature. It signs nothing
 * that does not continue what it signed last: from then on the owner can show no other past to
 * anybody who asks the witness.
 *
 * A request:  merlon witness request | old N | size N | hashes of the consistency proof, a line
 * each an empty line | the checkpoint | an empty line | all certificates
 */
#include "record/ledger/parts.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REQUEST "merlon witness request"
#define US      INT64_C(1000000)

struct rc witness_key(const char *keys, struct sm2_key **out)
{
    const struct disk disk = {0};
    char path[PATH_SIZE];
    struct sm2_key *key = NULL;
    TRY(path_make(path, "%s/witness.key", keys));
    if (access(path, F_OK) == 0)
        return keyfile_read(path, out);
    TRY(sm2_generate(&key));
    struct rc rc = keyfile_write(&disk, path, key);
    if (failed(rc))
        sm2_free(key);
    else
        *out = key;
    return rc;
}

/* ---- the owner ---- */

static struct rc request_write(struct ledger_reader *reader, uint64_t seen, const struct buf *note,
                               struct buf *out)
{
    struct merkle_path path = {0};
    struct buf certificates = {0};
    uint64_t size = reader->seal.last.size;
    if (seen > size)
        return fault(FAULT_USAGE, "witness: it saw %llu leaves, the last checkpoint has %llu",
                     (unsigned long long)seen, (unsigned long long)size);
    if (seen && seen < size)
        TRY(reader_consistency(reader, seen, size, &path));
    TRY(ledger_certificates(reader, &certificates));
    buf_printf(out, REQUEST "\nold %llu\nsize %llu\n", (unsigned long long)seen,
               (unsigned long long)size);
    for (size_t i = 0; i < path.count; i++) {
        hash_write(&path.hashes[i], out);
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '\n');
    buf_add_view(out, buf_view(note));
    buf_add_char(out, '\n');
    buf_add_view(out, buf_view(&certificates));
    buf_free(&certificates);
    return RC_OK;
}

struct rc witness_request(struct ledger_reader *reader, uint64_t seen, struct buf *out)
{
    struct buf note = {0};
    struct rc rc = ledger_last_checkpoint(reader, &note);
    if (!failed(rc))
        rc = request_write(reader, seen, &note, out);
    buf_free(&note);
    return rc;
}

struct rc witness_keep(const struct ledger_place *place, struct view cosigned)
{
    const struct disk disk = {0};
    char path[PATH_SIZE];
    struct note note;
    struct checkpoint checkpoint;
    struct view rest = cosigned;
    bool clean;
    TRY(note_take(&rest, &note));
    TRY(checkpoint_decode(note.text, &checkpoint));
    TRY(path_make(path, "%s/cosigned", place->folder));
    struct buf block = {0};
    buf_add_view(&block, note.whole);
    buf_add_char(&block, '\n');
    struct rc rc = disk_append(&disk, path, buf_view(&block), &clean);
    buf_free(&block);
    return rc;
}

/* ---- the witness ---- */

struct request {
    uint64_t old, size;
    struct merkle_path path;
    struct note note;
    struct checkpoint checkpoint;
};

static struct rc request_take(struct view *rest, struct request *out)
{
    struct view value;
    if (!field_take(rest, "", &value) || !view_is(value, REQUEST) ||
        !field_take(rest, "old", &value) || !field_number(value, &out->old) ||
        !field_take(rest, "size", &value) || !field_number(value, &out->size) ||
        !path_take(rest, &out->path))
        return fault(FAULT_DATA, "witness: this is no request");
    return fault_within(note_take(rest, &out->note), "witness: the request's checkpoint");
}

/* Whether the new checkpoint continues the one that was signed last. */
static struct rc continues(const struct request *request, struct view kept)
{
    struct note note;
    struct checkpoint before;
    const struct checkpoint *now = &request->checkpoint;
    if (kept.len == 0)
        return request->old == 0
                   ? RC_OK
                   : fault(FAULT_DATA, "witness: nothing was co-signed for this ledger yet");
    TRY(note_take(&kept, &note));
    TRY(checkpoint_decode(note.text, &before));
    if (strcmp(before.origin, now->origin) != 0)
        return fault(FAULT_DATA, "witness: kept is a checkpoint of another ledger (%s)",
                     before.origin);
    if (before.size != request->old)
        return fault(FAULT_DATA, "witness: the request continues %llu leaves; co-signed were %llu",
                     (unsigned long long)request->old, (unsigned long long)before.size);
    if (before.size == 0)
        return RC_OK;
    return fault_within(
        merkle_prove_consistency(&request->path, before.size, now->size, &before.root, &now->root),
        "witness: the ledger does not continue what was co-signed");
}

static void cosign_message(const struct note *note, int64_t seconds, struct buf *out)
{
    buf_printf(out, "merlon cosignature\ntime %lld\n", (long long)seconds);
    buf_add_view(out, note->text);
}

static struct rc cosign(const struct note *note, const char *name, const struct sm2_key *key,
                        int64_t now, struct buf *out)
{
    struct buf message = {0}, line = {0};
    int64_t seconds = now / US;
    char prefix[8];
    for (int i = 0; i < 8; i++)
        prefix[i] = (char)((uint64_t)seconds >> (56 - 8 * i));
    cosign_message(note, seconds, &message);
    struct rc rc =
        signature_line(buf_view(&message), (struct view){prefix, sizeof prefix}, name, key, &line);
    if (!failed(rc)) {
        buf_add_view(out, note->whole);
        buf_add_view(out, buf_view(&line));
    }
    buf_free(&message);
    buf_free(&line);
    return rc;
}

struct rc witness_cosign(struct view request, struct view kept, const char *fingerprint,
                         const char *name, const struct sm2_key *key, int64_t now,
                         struct buf *cosigned)
{
    struct request read = {0};
    struct chain chain = {0};
    size_t used = 0;
    char origin[LEDGER_ORIGIN_MAX];
    if (!origin_read(view_of(name), origin))
        return fault(FAULT_USAGE, "witness: a name has no blanks and no plus sign");
    TRY(request_take(&request, &read));
    struct rc rc = chain_read(request, &chain, &used);
    if (!failed(rc))
        rc = chain_checkpoint(&chain, fingerprint, &read.note, &read.checkpoint);
    chain_free(&chain);
    TRY(rc);
    if (read.checkpoint.size != read.size)
        return fault(FAULT_DATA, "witness: the request is not about its checkpoint");
    TRY(continues(&read, kept));
    return cosign(&read.note, name, key, now, cosigned);
}

/* ---- anybody ---- */

static struct rc cosignature_verify(const struct note *note, const struct note_signature *signature,
                                    const struct sm2_public *key, int64_t *time)
{
    uint64_t seconds = 0;
    struct buf message = {0};
    if (signature->size < 9)
        return fault(FAULT_DATA, "witness: a co-signature of %zu bytes", signature->size);
    for (int i = 0; i < 8; i++)
        seconds = seconds << 8 | signature->bytes[i];
    if (seconds > (uint64_t)INT64_MAX / (uint64_t)US)
        return fault(FAULT_DATA, "witness: a co-signature of no possible time");
    cosign_message(note, (int64_t)seconds, &message);
    struct rc rc =
        sm2_verify(key, buf_view(&message),
                   (struct view){(const char *)signature->bytes + 8, signature->size - 8});
    buf_free(&message);
    if (!failed(rc))
        *time = (int64_t)seconds * US;
    return rc;
}

struct rc note_cosigned(const struct note *note, const char *name, const struct sm2_public *key,
                        int64_t *time)
{
    for (size_t i = 0; i < note->signature_count; i++) {
        if (signature_is_of(&note->signatures[i], name, key))
            return cosignature_verify(note, &note->signatures[i], key, time);
    }
    return fault(FAULT_DATA, "witness: %.60s has not co-signed this checkpoint", name);
}

struct rc witness_verify(struct view cosigned, const char *name, const struct sm2_public *key,
                         struct checkpoint *out, int64_t *time)
{
    struct note note;
    struct checkpoint read;
    TRY(note_take(&cosigned, &note));
    TRY(checkpoint_decode(note.text, &read));
    TRY(note_cosigned(&note, name, key, time));
    *out = read;
    return RC_OK;
}
