/*
 * key_der: what kind of private key some DER is, and its size. The key's numbers are passed over,
 * never copied: of RSA only the length of the modulus is looked at.
 *
 *   PKCS #1  SEQUENCE { INTEGER 0, INTEGER modulus, ... }                      RFC 8017, A.1.2
 *   DSA      SEQUENCE { INTEGER 0, INTEGER p, q, g, y, x }                     6 integers
 *   SEC 1    SEQUENCE { INTEGER 1, OCTET STRING, [0] { OID curve } }           RFC 5915
 *   PKCS #8  SEQUENCE { INTEGER, SEQUENCE { OID, parameters }, OCTET STRING }  RFC 5958
 *   encrypted PKCS #8  SEQUENCE { SEQUENCE { OID, parameters }, OCTET STRING }
 */
#include "sensor/facts/key.h"

#include <string.h>

enum tag { INTEGER = 0x02, OCTETS = 0x04, OBJECT = 0x06, SEQUENCE = 0x30, CONTEXT_0 = 0xa0 };

/* Takes the next element off *rest when it has this tag. */
static bool take(struct view *rest, enum tag tag, struct view *out)
{
    const uint8_t *p = (const uint8_t *)rest->ptr;
    if (rest->len < 2 || p[0] != tag)
        return false;
    size_t head = 2, len = p[1];
    if (len & 0x80) {
        size_t bytes = len & 0x7f;
        if (bytes == 0 || bytes > 4 || rest->len < 2 + bytes)
            return false;
        len = 0;
        for (size_t i = 0; i < bytes; i++)
            len = len << 8 | p[2 + i];
        head += bytes;
    }
    if (rest->len - head < len)
        return false;
    *out = (struct view){rest->ptr + head, len};
    *rest = view_from(*rest, head + len);
    return true;
}

static int64_t bits_of(struct view integer)
{
    const uint8_t *p = (const uint8_t *)integer.ptr;
    size_t at = 0;
    int64_t bits = 0;
    while (at < integer.len && p[at] == 0)
        at++;
    if (at == integer.len)
        return 0;
    for (uint8_t first = p[at]; first; first >>= 1)
        bits++;
    return bits + (int64_t)(integer.len - at - 1) * 8;
}

struct identifier {
    const char *bytes;
    size_t len;
    const char *type;
    int64_t bits;
};

#define ID(bytes, type, bits)                                                                      \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, type, bits                                                       \
    }

static const struct identifier algorithms[] = {
    ID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", "rsa", 0),     /* 1.2.840.113549.1.1.1 */
    ID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", "rsa-pss", 0), /* 1.2.840.113549.1.1.10 */
    ID("\x2a\x86\x48\xce\x3d\x02\x01", "ec", 0),              /* 1.2.840.10045.2.1 */
    ID("\x2a\x86\x48\xce\x38\x04\x01", "dsa", 0),             /* 1.2.840.10040.4.1 */
    ID("\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01", "dh", 0),      /* 1.2.840.113549.1.3.1 */
    ID("\x2b\x65\x70", "ed25519", 256),                       /* 1.3.101.112 */
    ID("\x2b\x65\x71", "ed448", 456),                         /* 1.3.101.113 */
    ID("\x2b\x65\x6e", "x25519", 253),                        /* 1.3.101.110 */
    ID("\x2b\x65\x6f", "x448", 448),                          /* 1.3.101.111 */
};

static const struct identifier curves[] = {
    ID("\x2a\x86\x48\xce\x3d\x03\x01\x01", "ec", 192),  /* P-192 */
    ID("\x2b\x81\x04\x00\x21", "ec", 224),              /* P-224 */
    ID("\x2a\x86\x48\xce\x3d\x03\x01\x07", "ec", 256),  /* P-256 */
    ID("\x2b\x81\x04\x00\x0a", "ec", 256),              /* secp256k1 */
    ID("\x2b\x81\x04\x00\x22", "ec", 384),              /* P-384 */
    ID("\x2b\x81\x04\x00\x23", "ec", 521),              /* P-521 */
    ID("\x2a\x81\x1c\xcf\x55\x01\x82\x2d", "sm2", 256), /* 1.2.156.10197.1.301 */
};

static const struct identifier *find(const struct identifier *list, size_t count, struct view id)
{
    for (size_t i = 0; i < count; i++)
        if (id.len == list[i].len && memcmp(id.ptr, list[i].bytes, id.len) == 0)
            return &list[i];
    return NULL;
}

/* A curve that is not among those known leaves the size open. */
static void describe_curve(struct view parameters, struct key_facts *out)
{
    struct view id;
    const struct identifier *curve =
        take(&parameters, OBJECT, &id) ? find(curves, COUNT_OF(curves), id) : NULL;
    out->type = curve ? curve->type : "ec";
    out->bits = curve ? curve->bits : 0;
}

static bool from_sec1(struct view rest, struct key_facts *out)
{
    struct view secret, parameters = {NULL, 0};
    if (!take(&rest, OCTETS, &secret))
        return false;
    *out = (struct key_facts){.format = "sec1", .type = "ec"};
    if (take(&rest, CONTEXT_0, &parameters))
        describe_curve(parameters, out);
    return true;
}

/* RSA has eight integers behind the version, DSA five. */
static bool from_integers(struct view rest, struct key_facts *out)
{
    struct view first, other;
    int count = 1;
    if (!take(&rest, INTEGER, &first))
        return false;
    while (take(&rest, INTEGER, &other))
        count++;
    if (count != 5 && count < 8)
        return false;
    *out = (struct key_facts){.format = count == 5 ? "dsa" : "pkcs1",
                              .type = count == 5 ? "dsa" : "rsa",
                              .bits = bits_of(first)};
    return true;
}

/* The first integer of a sequence: version, then modulus; or p of a group. */
static int64_t bits_within(struct view bytes, bool has_version)
{
    struct view inside, number;
    if (!take(&bytes, SEQUENCE, &inside) || (has_version && !take(&inside, INTEGER, &number)) ||
        !take(&inside, INTEGER, &number))
        return 0;
    return bits_of(number);
}

static bool from_pkcs8(struct view algorithm, struct view rest, struct key_facts *out)
{
    struct view id, secret;
    if (!take(&algorithm, OBJECT, &id) || !take(&rest, OCTETS, &secret))
        return false;
    const struct identifier *known = find(algorithms, COUNT_OF(algorithms), id);
    *out = (struct key_facts){.format = "pkcs8"};
    if (!known)
        return true;
    out->type = known->type;
    out->bits = known->bits;
    if (strcmp(known->type, "ec") == 0)
        describe_curve(algorithm, out);
    else if (strncmp(known->type, "rsa", 3) == 0)
        out->bits = bits_within(secret, true);
    else if (strcmp(known->type, "dsa") == 0 || strcmp(known->type, "dh") == 0)
        out->bits = bits_within(algorithm, false);
    return true;
}

bool key_from_der(struct view der, struct key_facts *out)
{
    struct view rest, inner, bytes;
    if (!take(&der, SEQUENCE, &rest))
        return false;
    if (take(&rest, SEQUENCE, &inner)) {
        if (!take(&inner, OBJECT, &bytes) || !take(&rest, OCTETS, &bytes) || rest.len)
            return false;
        *out = (struct key_facts){.format = "pkcs8", .is_encrypted = true};
        return true;
    }
    if (!take(&rest, INTEGER, &bytes) || bytes.len != 1)
        return false;
    if (take(&rest, SEQUENCE, &inner))
        return from_pkcs8(inner, rest, out);
    return bytes.ptr[0] == 1 ? from_sec1(rest, out) : from_integers(rest, out);
}
