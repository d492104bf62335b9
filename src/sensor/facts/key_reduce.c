/*
 * key_reduce: what of a file with certificates and keys enters the bundle (key.h). What is not
 * understood is left out and told: nothing is kept because it might be harmless.
 */
#include "sensor/facts/key.h"

#include "foundation/crypto/crypto.h"

#include <string.h>

struct reducing {
    struct buf *out;
    struct buf certificates_text; /* apart, for they may turn out to be too many */
    struct arena *arena;
    char *scratch; /* decoded bytes; as large as the file */
    size_t scratch_size;
    size_t certificates;
};

static void problem(struct reducing *r, const char *what, struct view label)
{
    buf_add_text(r->out, KEY_PROBLEM_WORD " ");
    bundle_escape(r->out, (struct view){label.ptr, label.len < 40 ? label.len : 40});
    buf_printf(r->out, "%s%s\n", label.len ? ": " : "", what);
}

static void add_key(struct reducing *r, const struct key_facts *key)
{
    buf_printf(r->out, KEY_WORD " %s %s ", key->format, key->type ? key->type : "-");
    if (key->bits)
        buf_printf(r->out, "%lld", (long long)key->bits);
    else
        buf_add_char(r->out, '-');
    buf_printf(r->out, " %d\n", key->is_encrypted);
}

static bool add_certificate(struct reducing *r, struct view der)
{
    struct certificate certificate;
    size_t size;
    if (failed(certificate_decode(r->arena, der, &certificate, &size)))
        return false;
    if (++r->certificates > KEY_CERTIFICATES_MAX)
        return true;
    buf_add_text(&r->certificates_text, "-----BEGIN CERTIFICATE-----\n");
    base64_encode((struct view){der.ptr, size}, 64, &r->certificates_text);
    buf_add_text(&r->certificates_text, "-----END CERTIFICATE-----\n");
    return true;
}

/* ---- PEM ------------------------------------------------------------------------------- */

/* The old form of an encrypted key: headers, an empty line, what cannot be looked into. */
static bool is_old_encrypted(struct view body)
{
    return view_starts(view_trim(body), "Proc-Type:") && memmem(body.ptr, body.len, "ENCRYPTED", 9);
}

static void add_old_encrypted(struct reducing *r, struct view label)
{
    struct key_facts key = {.format = "pkcs8", .is_encrypted = true};
    if (view_is(label, "RSA PRIVATE KEY"))
        key = (struct key_facts){"pkcs1", "rsa", 0, true};
    else if (view_is(label, "EC PRIVATE KEY"))
        key = (struct key_facts){"sec1", "ec", 0, true};
    else if (view_is(label, "DSA PRIVATE KEY"))
        key = (struct key_facts){"dsa", "dsa", 0, true};
    add_key(r, &key);
}

static void reduce_private(struct reducing *r, struct view label, struct view body)
{
    struct key_facts key;
    struct view bytes = {r->scratch, 0};
    if (is_old_encrypted(body)) {
        add_old_encrypted(r, label);
        return;
    }
    bool is_known = base64_decode(body, r->scratch, &bytes.len);
    if (is_known && view_is(label, "OPENSSH PRIVATE KEY"))
        is_known = key_from_openssh(bytes, &key);
    else if (is_known)
        is_known = key_from_der(bytes, &key);
    if (is_known)
        add_key(r, &key);
    else
        problem(r, "a private key that is not understood", label);
}

static void reduce_block(struct reducing *r, struct view label, struct view body, bool is_whole)
{
    struct view bytes = {r->scratch, 0};
    if (!is_whole)
        problem(r, "a block that does not end", label);
    else if (view_ends(label, "PRIVATE KEY"))
        reduce_private(r, label, body);
    else if (view_ends(label, "CERTIFICATE") &&
             (!base64_decode(body, r->scratch, &bytes.len) || !add_certificate(r, bytes)))
        problem(r, "no certificate that can be read", label);
    /* requests, parameters, public keys, lists of revoked certificates: of no interest */
}

/* ---- lines between blocks -------------------------------------------------------------- */

static bool is_word(struct view v)
{
    for (size_t i = 0; i < v.len; i++)
        if (!((v.ptr[i] >= 'a' && v.ptr[i] <= 'z') || (v.ptr[i] >= '0' && v.ptr[i] <= '9') ||
              v.ptr[i] == '-'))
            return false;
    return v.len > 0 && v.len <= 16;
}

/* "merlon-private-key pkcs8 rsa 2048 0", as it was written here: five short words. */
static void keep_key_line(struct reducing *r, struct view line)
{
    struct view rest = line, word;
    size_t count = 0;
    while (view_word(&rest, &word) && (count == 0 || is_word(word)))
        count++;
    if (count != 5 || rest.len)
        return;
    buf_add_view(r->out, line);
    buf_add_char(r->out, '\n');
}

static void keep_number_line(struct reducing *r, struct view line, const char *word)
{
    int64_t n;
    struct view number = view_trim(view_from(line, strlen(word)));
    if (!view_integer(number, &n))
        return;
    buf_printf(r->out, "%s %lld\n", word, (long long)n);
}

static void keep_problem_line(struct reducing *r, struct view line)
{
    struct view text = view_trim(view_from(line, strlen(KEY_PROBLEM_WORD)));
    buf_add_text(r->out, KEY_PROBLEM_WORD " ");
    buf_add_view(r->out, (struct view){text.ptr, text.len < 120 ? text.len : 120});
    buf_add_char(r->out, '\n');
}

static bool is_ssh_name(struct view word)
{
    return view_starts(word, "ssh-") || view_starts(word, "ecdsa-sha2-") ||
           view_starts(word, "sk-ssh-") || view_starts(word, "sk-ecdsa-");
}

/* Name and key of an SSH public key whose two parts agree. */
static void keep_ssh_line(struct reducing *r, struct view line)
{
    struct view rest = line, name, text, blob = {r->scratch, 0};
    struct key_facts key;
    if (!view_word(&rest, &name) || !view_word(&rest, &text) ||
        !base64_decode(text, r->scratch, &blob.len) || !key_from_ssh_public(blob, &key) ||
        blob.len < 4 + name.len || memcmp(blob.ptr + 4, name.ptr, name.len) != 0) {
        problem(r, "an SSH public key that is not understood", VIEW(""));
        return;
    }
    buf_add_view(r->out, name);
    buf_add_char(r->out, ' ');
    buf_add_view(r->out, text);
    buf_add_char(r->out, '\n');
}

static void reduce_line(struct reducing *r, struct view line)
{
    struct view rest = line, word;
    if (!view_word(&rest, &word))
        return;
    if (view_is(word, KEY_WORD))
        keep_key_line(r, line);
    else if (view_is(word, KEY_ANCHORS_WORD))
        keep_number_line(r, line, KEY_ANCHORS_WORD);
    else if (view_is(word, KEY_PROBLEM_WORD))
        keep_problem_line(r, line);
    else if (is_ssh_name(word))
        keep_ssh_line(r, line);
}

/* ---- the whole ------------------------------------------------------------------------- */

/* Everything up to the next block goes line by line. */
static void reduce_text(struct reducing *r, struct view bytes)
{
    struct view rest = bytes, label, body, line;
    bool is_whole, found = true;
    while (found && rest.ptr) {
        const char *start = rest.ptr;
        found = pem_next(&rest, &label, &body, &is_whole);
        size_t len = found ? (size_t)(label.ptr - start) : (size_t)(bytes.ptr + bytes.len - start);
        struct view between = {start, len};
        while (view_line(&between, &line))
            reduce_line(r, line);
        if (found)
            reduce_block(r, label, body, is_whole);
    }
}

static bool is_text(struct view bytes)
{
    return !memchr(bytes.ptr, '\0', bytes.len);
}

/* DER itself, or something else that is no text (PKCS #12, a store of Java). */
static void reduce_binary(struct reducing *r, struct view bytes)
{
    struct key_facts key;
    if (add_certificate(r, bytes))
        return;
    if (key_from_der(bytes, &key))
        add_key(r, &key);
    else
        problem(r, "neither text nor DER: what it holds is not known", VIEW(""));
}

void key_reduce(struct view bytes, struct buf *out)
{
    if (bytes.len == 0)
        return;
    struct reducing r = {
        .out = out, .arena = arena_new(), .scratch = mem_new(bytes.len), .scratch_size = bytes.len};
    if (is_text(bytes))
        reduce_text(&r, bytes);
    else
        reduce_binary(&r, bytes);
    if (r.certificates > KEY_CERTIFICATES_MAX)
        buf_printf(out, KEY_ANCHORS_WORD " %zu\n", r.certificates);
    else
        buf_add_view(out, buf_view(&r.certificates_text));
    explicit_bzero(r.scratch, r.scratch_size);
    mem_free(r.scratch);
    arena_free(r.arena);
    buf_free(&r.certificates_text);
}
