/*
 * key: certificates and keys in files, and what of them may be kept. Private to the room.
 *
 * The reduction of such a file (key_reduce) keeps certificates and SSH public keys whole, says of a
 * private key its type, size and whether it is encrypted, and drops all else:
 *
 *   -----BEGIN CERTIFICATE----- ...                       only what decodes as a certificate
 *   merlon-private-key FORMAT TYPE BITS ENCRYPTED         "-" where it is not known
 *   merlon-trust-anchors COUNT                            instead of more certificates than
 *                                                         KEY_CERTIFICATES_MAX
 *   merlon-problem WHAT
 *   ssh-ed25519 BASE64                                    without its comment
 *
 * Such a text reduced again is itself.
 */
#ifndef MERLON_FACTS_KEY_H
#define MERLON_FACTS_KEY_H

#include "sensor/facts/reader.h"

#define KEY_WORD             "merlon-private-key"
#define KEY_ANCHORS_WORD     "merlon-trust-anchors"
#define KEY_PROBLEM_WORD     "merlon-problem"
#define KEY_CERTIFICATES_MAX 16
#define KEY_FILE_MAX         ((size_t)2 << 20)

source_reduce key_reduce;

/* What is known of a key. */
struct key_facts {
    const char *format; /* pkcs1 sec1 dsa pkcs8 openssh */
    const char *type;   /* rsa rsa-pss ec sm2 ed25519 ed448 x25519 x448 dsa dh; NULL: not known */
    int64_t bits;       /* 0: not known */
    bool is_encrypted;
};

/* A private key in DER: PKCS #1, SEC 1, DSA's form, PKCS #8 plain or encrypted. False: it is none.
 */
bool key_from_der(struct view der, struct key_facts *out);

/* The decoded body of an OPENSSH PRIVATE KEY. */
bool key_from_openssh(struct view bytes, struct key_facts *out);

/* The decoded middle of a line of an SSH public key. */
bool key_from_ssh_public(struct view blob, struct key_facts *out);

/* Decodes base64 in which blanks and line ends may stand; false at any other byte. `out` has room
 * for text.len bytes. */
bool base64_decode(struct view text, char *out, size_t *len);
void base64_encode(struct view bytes, size_t width, struct buf *out); /* in lines of `width` */

/* Takes the next PEM block off *rest: its label and what stands between its lines. False when there
 * is none; *is_whole is false when a block begins but does not end. */
bool pem_next(struct view *rest, struct view *label, struct view *body, bool *is_whole);

#endif
