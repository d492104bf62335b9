/*
 * rpm_signature: whose key made an OpenPGP signature packet (RFC 4880, 5.2). Only the id is read;
 * nothing is verified, which would need the key and the package.
 *
 *   version 3: fixed fields, the id among them
 *   version 4: subpackets, hashed and then not: 16 = key id, 33 = fingerprint (its last 8 bytes)
 */
#include "sensor/facts/rpm.h"

#include "foundation/crypto/crypto.h"

#include <string.h>

static const uint8_t *bytes_of(struct view v)
{
    return (const uint8_t *)v.ptr;
}

/* Takes `len` bytes off the front. */
static bool take(struct view *rest, size_t len, struct view *out)
{
    if (rest->len < len)
        return false;
    *out = (struct view){rest->ptr, len};
    *rest = (struct view){rest->ptr + len, rest->len - len};
    return true;
}

static bool take_number(struct view *rest, size_t bytes, size_t *out)
{
    struct view number;
    size_t n = 0;
    if (!take(rest, bytes, &number))
        return false;
    for (size_t i = 0; i < bytes; i++)
        n = n << 8 | bytes_of(number)[i];
    *out = n;
    return true;
}

/* Lengths of new packets and of subpackets. */
static bool take_length(struct view *rest, size_t *out)
{
    size_t first, second;
    if (!take_number(rest, 1, &first))
        return false;
    if (first == 255)
        return take_number(rest, 4, out);
    if (first >= 192) {
        if (!take_number(rest, 1, &second))
            return false;
        first = ((first - 192) << 8) + second + 192;
    }
    *out = first;
    return true;
}

static bool open_packet(struct view packet, struct view *body)
{
    size_t tag, len;
    if (!take_number(&packet, 1, &tag) || !(tag & 0x80))
        return false;
    if (tag & 0x40) {
        if ((tag & 0x3f) != 2 || !take_length(&packet, &len))
            return false;
    } else if ((tag >> 2 & 15) != 2 || (tag & 3) == 3 ||
               !take_number(&packet, (size_t)1 << (tag & 3), &len)) {
        return false;
    }
    return take(&packet, len, body);
}

/* The key that some subpackets name: *id becomes 8 bytes. */
static void find_issuer(struct view area, struct view *id)
{
    size_t len, type;
    struct view subpacket;
    while (take_length(&area, &len) && take(&area, len, &subpacket) &&
           take_number(&subpacket, 1, &type)) {
        bool is_id = (type & 0x7f) == 16 && subpacket.len == 8;
        bool is_fingerprint = (type & 0x7f) == 33 && subpacket.len == 21;
        if (is_id || is_fingerprint)
            *id = view_from(subpacket, subpacket.len - 8);
    }
}

static bool issuer_of_version_4(struct view body, struct view *id)
{
    struct view head, area;
    size_t len;
    *id = (struct view){NULL, 0};
    if (!take(&body, 3, &head))
        return false;
    for (int i = 0; i < 2; i++) {
        if (!take_number(&body, 2, &len) || !take(&body, len, &area))
            return false;
        if (!id->ptr)
            find_issuer(area, id);
    }
    return id->ptr != NULL;
}

/* Length of what is hashed (5), type, time, then the id. */
static bool issuer_of_version_3(struct view body, struct view *id)
{
    struct view head;
    return take(&body, 6, &head) && take(&body, 8, id);
}

bool rpm_signature_key(struct view packet, char out[static 17])
{
    struct view body, id;
    size_t version;
    if (!open_packet(packet, &body) || !take_number(&body, 1, &version))
        return false;
    bool found = version == 4   ? issuer_of_version_4(body, &id)
                 : version == 3 ? issuer_of_version_3(body, &id)
                                : false;
    if (found)
        crypto_to_hex(bytes_of(id), 8, out);
    return found;
}
