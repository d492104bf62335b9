/*
 * note: signed notes, as transparency logs write them (C2SP signed-note).
 *
 *   text, one line or more
 *                                    an empty line
 *   — NAME BASE64(key hash | signature)
 *
 * The key hash is the first four bytes of SM3(NAME | newline | ff | "SM2-SM3" | the key's DER); it
 * only says which key to try. The signature is the DER that the openssl command verifies, over the
 * text with its last newline.
 */
#include "record/ledger/parts.h"

#include <string.h>

#define DASH          "\xe2\x80\x94 " /* an em dash and a blank */
#define NOTE_TEXT_MAX 65536u

static struct rc key_hash(const char *name, const struct sm2_public *key, uint8_t out[static 4])
{
    struct buf bytes = {0};
    uint8_t der[SM2_SPKI_SIZE], digest[SM3_SIZE];
    sm2_encode(key, der);
    buf_printf(&bytes, "%s\n\xffSM2-SM3", name);
    buf_add(&bytes, der, sizeof der);
    struct rc rc = sm3_digest(buf_view(&bytes), digest);
    buf_free(&bytes);
    TRY(rc);
    memcpy(out, digest, 4);
    return RC_OK;
}

/* "— NAME BASE64", without its newline. */
static struct rc signature_decode(struct view line, struct note_signature *out)
{
    struct note_signature signature = {0};
    if (!view_starts(line, DASH))
        return fault(FAULT_DATA, "note: a line that is no signature");
    line = view_from(line, sizeof DASH - 1);
    if (!view_cut(&line, ' ', &signature.name) || signature.name.len == 0 || !line.ptr)
        return fault(FAULT_DATA, "note: a signature without a name");
    struct buf bytes = {0};
    struct rc rc = crypto_from_base64(line, 4 + sizeof signature.bytes, &bytes);
    if (!failed(rc) && bytes.len < 5)
        rc = fault(FAULT_DATA, "note: a signature of %zu bytes", bytes.len);
    if (!failed(rc)) {
        memcpy(signature.key_hash, bytes.ptr, 4);
        signature.size = bytes.len - 4;
        memcpy(signature.bytes, bytes.ptr + 4, signature.size);
        *out = signature;
    }
    buf_free(&bytes);
    return rc;
}

/* The text up to the first empty line; that newline is taken too, but is no part of it. */
static struct rc text_take(struct view *rest, struct view *text)
{
    const char *end = rest->len ? memmem(rest->ptr, rest->len, "\n\n", 2) : NULL;
    size_t len = end ? (size_t)(end - rest->ptr) + 1 : rest->len;
    if (len > NOTE_TEXT_MAX)
        return fault(FAULT_DATA, "note: a text of more than %u bytes", NOTE_TEXT_MAX);
    if (!end)
        return fault(FAULT_LIMIT, "note: it ends before its signatures");
    if (len < 2)
        return fault(FAULT_DATA, "note: an empty text");
    *text = (struct view){rest->ptr, len};
    *rest = view_from(*rest, len + 1);
    return RC_OK;
}

/* Signature lines up to an empty line (taken) or the end. */
static struct rc signatures_take(struct view *rest, struct note *note)
{
    for (;;) {
        struct view line, before = *rest;
        if (rest->len == 0 && note->signature_count)
            return RC_OK;
        if (rest->len == 0 || !memchr(rest->ptr, '\n', rest->len))
            return fault(FAULT_LIMIT, "note: it ends within its signatures");
        if (!view_line(rest, &line))
            return fault(FAULT_LIMIT, "note: it ends within its signatures");
        if (line.len == 0 && note->signature_count)
            return RC_OK;
        if (note->signature_count == NOTE_SIGNATURES)
            return fault(FAULT_DATA, "note: more than %d signatures", NOTE_SIGNATURES);
        TRY(signature_decode(line, &note->signatures[note->signature_count++]));
        note->whole =
            (struct view){note->text.ptr, (size_t)(before.ptr + line.len + 1 - note->text.ptr)};
    }
}

struct rc note_take(struct view *rest, struct note *out)
{
    struct view at = *rest;
    struct note note = {0};
    if (at.len == 0)
        return fault(FAULT_ABSENT, "note: none is left");
    TRY(text_take(&at, &note.text));
    TRY(signatures_take(&at, &note));
    *rest = at;
    *out = note;
    return RC_OK;
}

struct rc note_verify(const struct note *note, const char *name, const struct sm2_public *key)
{
    uint8_t hash[4];
    TRY(key_hash(name, key, hash));
    for (size_t i = 0; i < note->signature_count; i++) {
        const struct note_signature *s = &note->signatures[i];
        if (view_is(s->name, name) && memcmp(s->key_hash, hash, 4) == 0)
            return sm2_verify(key, note->text, (struct view){(const char *)s->bytes, s->size});
    }
    return fault(FAULT_DATA, "note: that key has no signature on it");
}

/* `prefix` comes before the text in what is signed, and before the signature: a co-signature's
 * time. */
struct rc signature_line(struct view message, struct view prefix, const char *name,
                         const struct sm2_key *key, struct buf *out)
{
    struct sm2_signature signature;
    uint8_t hash[4];
    struct buf bytes = {0};
    TRY(key_hash(name, sm2_public_of(key), hash));
    TRY(sm2_sign(key, message, &signature));
    buf_add(&bytes, hash, sizeof hash);
    buf_add_view(&bytes, prefix);
    buf_add(&bytes, signature.bytes, signature.size);
    buf_printf(out, DASH "%s ", name);
    crypto_to_base64((const uint8_t *)bytes.ptr, bytes.len, out);
    buf_add_char(out, '\n');
    buf_free(&bytes);
    return RC_OK;
}

bool signature_is_of(const struct note_signature *signature, const char *name,
                     const struct sm2_public *key)
{
    uint8_t hash[4];
    return view_is(signature->name, name) && !failed(key_hash(name, key, hash)) &&
           memcmp(signature->key_hash, hash, 4) == 0;
}

struct rc note_sign(struct view text, const char *name, const struct sm2_key *key, struct buf *out)
{
    struct buf line = {0};
    struct rc rc = signature_line(text, (struct view){NULL, 0}, name, key, &line);
    if (!failed(rc)) {
        buf_add_view(out, text);
        buf_add_char(out, '\n');
        buf_add_view(out, buf_view(&line));
    }
    buf_free(&line);
    return rc;
}
