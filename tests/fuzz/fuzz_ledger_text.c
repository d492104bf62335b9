/*
 * Fuzzes every signed text of the ledger: notes, checkpoints, certificates, proofs, requests to a
 * witness. Whatever checkpoint is accepted must be written back byte for byte; whatever note is
 * taken must lie inside of the input.
 */
#include "record/ledger/parts.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one_text_for_one_meaning(struct view text)
{
    struct checkpoint checkpoint;
    struct epoch epoch;
    struct buf again = {0};
    if (!failed(checkpoint_decode(text, &checkpoint))) {
        checkpoint_encode(&checkpoint, &again);
        if (!view_equal(buf_view(&again), text))
            abort();
    }
    again.len = 0;
    if (!failed(epoch_decode(text, &epoch))) {
        epoch_encode(&epoch, &again);
        if (!view_equal(buf_view(&again), text))
            abort();
    }
    buf_free(&again);
}

static void notes(struct view bytes)
{
    struct view rest = bytes;
    struct note note;
    while (!failed(note_take(&rest, &note))) {
        if (note.whole.ptr < bytes.ptr || note.whole.ptr + note.whole.len > bytes.ptr + bytes.len ||
            note.text.len >= note.whole.len || note.signature_count == 0)
            abort();
        one_text_for_one_meaning(note.text);
    }
    one_text_for_one_meaning(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = {(const char *)data, size};
    struct chain chain = {0};
    struct hash root = {{0}};
    static struct sm2_key *key;
    struct buf cosigned = {0};
    size_t used = 0;
    uint64_t index = 0;
    int64_t time = 0;
    notes(bytes);
    if (!failed(chain_read(bytes, &chain, &used)) && used != size)
        abort();
    chain_free(&chain);
    rc_ignore(ledger_proof_check(bytes, VIEW("leaf"), bytes, NULL, &index, &time));
    rc_ignore(ledger_consistency_check(bytes, &root, &root));
    if (key || !failed(sm2_generate(&key)))
        rc_ignore(witness_cosign(bytes, bytes, NULL, "fuzz", key, 0, &cosigned));
    buf_free(&cosigned);
    return 0;
}
