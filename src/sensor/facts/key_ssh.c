/*
 * key_ssh: keys in the forms of OpenSSH. All of them begin with the public key, which is not secret
 * and tells type and size; what is secret is not looked at.
 *
 *   private: "openssh-key-v1" NUL, cipher, kdf, kdf's options, number of keys, public key, ...
 *   public:  name, then for ssh-rsa: e, n; ssh-dss: p, ...; ecdsa-sha2-...: curve, point
 *
 * A text or number is its length (32 bits, most significant byte first) and its bytes: RFC 4251, 5;
 * RFC 4253, 6.6; PROTOCOL.key of OpenSSH.
 */
#include "sensor/facts/key.h"

#include <string.h>

static bool take(struct view *rest, struct view *out)
{
    const uint8_t *p = (const uint8_t *)rest->ptr;
    if (rest->len < 4)
        return false;
    size_t len = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
    if (rest->len - 4 < len)
        return false;
    *out = (struct view){rest->ptr + 4, len};
    *rest = view_from(*rest, 4 + len);
    return true;
}

static int64_t bits_of(struct view number)
{
    const uint8_t *p = (const uint8_t *)number.ptr;
    size_t at = 0;
    int64_t bits = 0;
    while (at < number.len && p[at] == 0)
        at++;
    if (at == number.len)
        return 0;
    for (uint8_t first = p[at]; first; first >>= 1)
        bits++;
    return bits + (int64_t)(number.len - at - 1) * 8;
}

static bool describe_number(struct view rest, int position, const char *type, struct key_facts *out)
{
    struct view number = {NULL, 0};
    for (int i = 0; i < position; i++)
        if (!take(&rest, &number))
            return false;
    out->type = type;
    out->bits = bits_of(number);
    return true;
}

/* "nistp256": the digits are its size. */
static void describe_curve(struct view name, struct key_facts *out)
{
    int64_t bits;
    size_t at = strlen("ecdsa-sha2-nistp");
    out->type = "ec";
    if (name.len >= at + 3 && view_integer((struct view){name.ptr + at, 3}, &bits))
        out->bits = bits;
}

bool key_from_ssh_public(struct view blob, struct key_facts *out)
{
    struct view name;
    struct key_facts facts = {.format = "openssh"};
    if (!take(&blob, &name) || name.len == 0 || name.len > 64)
        return false;
    if (view_starts(name, "sk-")) /* the same on a token */
        name = view_from(name, 3);
    if (view_is(name, "ssh-rsa") && !describe_number(blob, 2, "rsa", &facts))
        return false;
    if (view_is(name, "ssh-dss") && !describe_number(blob, 1, "dsa", &facts))
        return false;
    if (view_starts(name, "ecdsa-sha2-nistp"))
        describe_curve(name, &facts);
    if (view_starts(name, "ssh-ed25519")) {
        facts.type = "ed25519";
        facts.bits = 256;
    }
    *out = facts;
    return true;
}

bool key_from_openssh(struct view bytes, struct key_facts *out)
{
    static const char magic[] = "openssh-key-v1"; /* its NUL counts */
    struct view cipher, kdf, options, blob;
    struct key_facts facts;
    if (bytes.len < sizeof magic || memcmp(bytes.ptr, magic, sizeof magic) != 0)
        return false;
    struct view rest = view_from(bytes, sizeof magic);
    if (!take(&rest, &cipher) || !take(&rest, &kdf) || !take(&rest, &options) || rest.len < 4)
        return false;
    rest = view_from(rest, 4); /* how many keys: one, in every file that OpenSSH writes */
    if (!take(&rest, &blob) || !key_from_ssh_public(blob, &facts))
        return false;
    facts.is_encrypted = !view_is(cipher, "none");
    *out = facts;
    return true;
}
