/*
 * sshd_algorithm: the algorithm lists of OpenSSH 9.2 and how a configured list changes them.
 * Private to the room.
 */
#ifndef MERLON_FACTS_SSHD_ALGORITHM_H
#define MERLON_FACTS_SSHD_ALGORITHM_H

#include "sensor/facts/sshd_keyword.h"

/* The built-in defaults, in sshd's order. */
#define SSHD_DEFAULT_CIPHERS                                                                       \
    "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,"       \
    "aes256-gcm@openssh.com"
#define SSHD_DEFAULT_MACS                                                                          \
    "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,"              \
    "hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,"                 \
    "umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1"
#define SSHD_DEFAULT_KEX                                                                           \
    "sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,"                 \
    "curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"       \
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,"                          \
    "diffie-hellman-group18-sha512,diffie-hellman-group14-sha256"
#define SSHD_DEFAULT_SIGNATURES                                                                    \
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"                     \
    "sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256"
#define SSHD_DEFAULT_KEYS                                                                          \
    "ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@openssh.com,"                   \
    "ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521-cert-v01@openssh.com,"           \
    "sk-ssh-ed25519-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,"             \
    "rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com," SSHD_DEFAULT_SIGNATURES
#define SSHD_DEFAULT_GSS_KEX                                                                       \
    "gss-group14-sha256-,gss-group16-sha512-,gss-nistp256-sha256-,gss-curve25519-sha256-,"         \
    "gss-group14-sha1-,gss-gex-sha1-"

enum sshd_validity { SSHD_INVALID = 0, SSHD_VALID = 1, SSHD_UNKNOWN = 2 };

/* Resolves a configured list ("a,b", "+a", "-a*", "^a") of one of the algorithm kinds. *shown is
 * the resulting list, in the arena; the list as written when it is not valid, or when it names what
 * only other releases know (SSHD_UNKNOWN). */
enum sshd_validity sshd_algorithms(struct arena *arena, enum sshd_kind kind, const char *written,
                                   const char **shown);

/* Whether `text` matches a pattern with * and ?. */
bool sshd_pattern(const char *text, struct view pattern);

#endif
