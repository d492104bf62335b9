/*
 * certificate: certificates and private keys where systems keep them, from the reduced texts of
 * key.h. Where a server's settings name other paths, its own reader finds those.
 *
 * /etc/ssl/certs and /etc/pki/tls/certs hold hundreds of links to the certificates of public
 * authorities that the distribution trusts: links there are passed over, and a file with more than
 * KEY_CERTIFICATES_MAX certificates is such a list too. What is local is a file of its own there.
 */
#include "sensor/facts/key.h"

#include "foundation/crypto/crypto.h"

#include <string.h>

static const struct column certificate_columns[] = {
    {"path", COLUMN_TEXT, "", "The file"},
    {"number", COLUMN_INTEGER, "", "Its position among the certificates of the file, from 1"},
    {"subject", COLUMN_TEXT, "", "Whose it is, in the form of RFC 2253"},
    {"issuer", COLUMN_TEXT, "", "Who signed it"},
    {"serial", COLUMN_TEXT, "", "Serial number, hexadecimal"},
    {"not_before", COLUMN_INTEGER, "seconds since 1970", "Valid from"},
    {"not_after", COLUMN_INTEGER, "seconds since 1970", "Valid until"},
    {"key_type", COLUMN_TEXT, "", "rsa, rsa-pss, ec, sm2, ed25519, ed448, dsa, ..."},
    {"key_bits", COLUMN_INTEGER, "bits", "Size of its key; NULL: not known"},
    {"key_curve", COLUMN_TEXT, "", "Curve of an ec key; NULL for other types"},
    {"signature_algorithm", COLUMN_TEXT, "", "sha256WithRSAEncryption, SM2-with-SM3, ..."},
    {"signature_hash", COLUMN_TEXT, "",
     "sha256, sm3, sha1, md5, ...; NULL: not known, or the algorithm has its own (ed25519)"},
    {"self_signed", COLUMN_INTEGER, "", "1 = its issuer is its subject"},
    {"is_ca", COLUMN_INTEGER, "", "1 = it may sign certificates"},
};

static const struct table certificate_table = {
    "certificate",
    "Certificates in /etc/ssl, /etc/pki/tls and of Let's Encrypt, without the lists of public "
    "authorities; signatures are not verified.",
    certificate_columns, COUNT_OF(certificate_columns)};

static const struct column key_columns[] = {
    {"path", COLUMN_TEXT, "", "The file; its mode and owner stand in table file"},
    {"format", COLUMN_TEXT, "", "pkcs1, sec1, dsa, pkcs8 or openssh"},
    {"type", COLUMN_TEXT, "", "rsa, rsa-pss, ec, sm2, ed25519, ed448, dsa, ...; NULL: not known"},
    {"bits", COLUMN_INTEGER, "bits", "Its size; NULL: not known"},
    {"encrypted", COLUMN_INTEGER, "", "1 = by a passphrase"},
};

static const struct table private_key_table = {
    "private_key",
    "Private keys in the same folders and of the SSH server: what kind, never the key itself.",
    key_columns, COUNT_OF(key_columns)};

static const struct column public_columns[] = {
    {"path", COLUMN_TEXT, "", "The file"},
    {"type", COLUMN_TEXT, "", "rsa, ec, ed25519 or dsa; NULL: not known"},
    {"bits", COLUMN_INTEGER, "bits", "Its size; NULL: not known"},
};

static const struct table ssh_public_key_table = {"ssh_public_key",
                                                  "Public halves of the keys of the SSH server.",
                                                  public_columns, COUNT_OF(public_columns)};

/* ---- rows ------------------------------------------------------------------------------ */

static struct cell number_or_null(int64_t n)
{
    return n > 0 ? cell_integer(n) : cell_null();
}

static struct rc put_certificate(struct facts *facts, const struct item *item, int64_t number,
                                 const struct certificate *c)
{
    struct cell cells[] = {
        cell_text(item->name),
        cell_integer(number),
        cell_text(c->subject),
        cell_text(c->issuer),
        cell_text(c->serial),
        cell_integer(c->not_before),
        cell_integer(c->not_after),
        cell_text(c->key_type),
        number_or_null(c->key_bits),
        cell_text(c->key_curve),
        cell_text(c->signature_algorithm),
        cell_text(c->signature_hash),
        cell_integer(c->is_self_signed),
        cell_integer(c->is_ca),
    };
    return reader_row(facts, &certificate_table, cells, item, 0);
}

static struct rc read_certificate(struct facts *facts, const struct item *item, int64_t number,
                                  struct view body)
{
    struct certificate certificate;
    size_t size;
    char *der = arena_take(reader_arena(facts), body.len + 1);
    struct view bytes = {der, 0};
    if (!base64_decode(body, der, &bytes.len) ||
        failed(certificate_decode(reader_arena(facts), bytes, &certificate, &size))) {
        reader_problem(facts, item, 0, "certificate %lld cannot be read", (long long)number);
        return RC_OK;
    }
    return put_certificate(facts, item, number, &certificate);
}

/* format type bits encrypted */
static struct rc read_private_key(struct facts *facts, const struct item *item, struct view rest)
{
    struct view format, type, bits, encrypted;
    int64_t is_encrypted;
    if (!view_word(&rest, &format) || !view_word(&rest, &type) || !view_word(&rest, &bits) ||
        !view_word(&rest, &encrypted) || !view_integer(encrypted, &is_encrypted)) {
        reader_problem(facts, item, 0, "a private key is not described in four words");
        return RC_OK;
    }
    struct cell cells[] = {
        cell_text(item->name),
        cell_view(format),
        view_is(type, "-") ? cell_null() : cell_view(type),
        view_is(bits, "-") ? cell_null() : cell_number(bits),
        cell_integer(is_encrypted),
    };
    return reader_row(facts, &private_key_table, cells, item, 0);
}

static struct rc read_public_key(struct facts *facts, const struct item *item, struct view text)
{
    struct key_facts key;
    char *bytes = arena_take(reader_arena(facts), text.len + 1);
    struct view blob = {bytes, 0};
    if (!base64_decode(text, bytes, &blob.len) || !key_from_ssh_public(blob, &key)) {
        reader_problem(facts, item, 0, "an SSH public key that is not understood");
        return RC_OK;
    }
    struct cell cells[] = {cell_text(item->name), cell_text(key.type), number_or_null(key.bits)};
    return reader_row(facts, &ssh_public_key_table, cells, item, 0);
}

/* ---- files ----------------------------------------------------------------------------- */

static struct rc read_line(struct facts *facts, const struct item *item, struct view line)
{
    struct view rest = line, word;
    if (!view_word(&rest, &word) || view_is(word, KEY_ANCHORS_WORD))
        return RC_OK;
    if (view_is(word, KEY_WORD))
        return read_private_key(facts, item, rest);
    rest = view_trim(rest);
    if (view_is(word, KEY_PROBLEM_WORD))
        reader_problem(facts, item, 0, "%.*s", (int)(rest.len < 200 ? rest.len : 200), rest.ptr);
    else if (view_word(&rest, &line))
        return read_public_key(facts, item, line);
    return RC_OK;
}

static struct rc read_item(struct facts *facts, const struct item *item)
{
    struct view rest = reader_text(facts, item), line, label, body;
    int64_t number = 0;
    bool is_whole;
    while (rest.ptr) {
        struct view before = rest;
        if (!view_line(&rest, &line))
            break;
        if (!view_starts(line, "-----BEGIN ")) {
            TRY(read_line(facts, item, line));
            continue;
        }
        rest = before;
        if (pem_next(&rest, &label, &body, &is_whole) && is_whole)
            TRY(read_certificate(facts, item, ++number, body));
    }
    return RC_OK;
}

static const struct source sources[] = {
#define KEY_SOURCE(path)                                                                           \
    .kind = ITEM_FILE, .pattern = path, .max = KEY_FILE_MAX, .reduce = key_reduce
    {KEY_SOURCE("/etc/ssl/certs/*"), .skip_links = true},
    {KEY_SOURCE("/etc/ssl/private/*")},
    {KEY_SOURCE("/etc/pki/tls/certs/*"), .skip_links = true},
    {KEY_SOURCE("/etc/pki/tls/private/*")},
    {KEY_SOURCE("/etc/letsencrypt/live/*/*")},
    {KEY_SOURCE("/etc/ssh/ssh_host_*_key")},
    {KEY_SOURCE("/etc/ssh/ssh_host_*_key.pub")},
#undef KEY_SOURCE
};

static struct rc read_certificates(struct facts *facts)
{
    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        const char *const *paths;
        size_t count;
        TRY(reader_files(facts, sources[i].pattern, &paths, &count));
        for (size_t j = 0; j < count; j++)
            TRY(read_item(facts, reader_file(facts, paths[j])));
    }
    return RC_OK;
}

static const struct table *const tables[] = {&certificate_table, &private_key_table,
                                             &ssh_public_key_table, NULL};

const struct reader reader_certificate = {"certificate", tables, sources, COUNT_OF(sources),
                                          read_certificates};
