/*
 * sshd_algorithm: kex_assemble_names and its friends (kex.c, cipher.c, mac.c, sshkey.c of 9.2).
 *
 * Names are checked first (patterns only for keys), then '+' appends to the default list, '^' puts
 * in front of it, '-' removes from it, and what remains is picked from the list of all there are,
 * each name once. After '-' nothing is checked, and removing all gives the default back.
 */
#include "sensor/facts/sshd_algorithm.h"

#include <string.h>

struct family {
    enum sshd_kind kind;
    const char *all;     /* every name sshd knows */
    const char *initial; /* the default list */
};

#define ALL_SIGNATURES                                                                             \
    "ssh-ed25519,sk-ssh-ed25519@openssh.com,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"              \
    "ecdsa-sha2-nistp521,sk-ecdsa-sha2-nistp256@openssh.com,"                                      \
    "webauthn-sk-ecdsa-sha2-nistp256@openssh.com,ssh-dss,ssh-rsa,rsa-sha2-256,rsa-sha2-512"
#define ALL_KEYS                                                                                   \
    "ssh-ed25519,ssh-ed25519-cert-v01@openssh.com,sk-ssh-ed25519@openssh.com,"                     \
    "sk-ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256,"                                     \
    "ecdsa-sha2-nistp256-cert-v01@openssh.com,ecdsa-sha2-nistp384,"                                \
    "ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521,"                                \
    "ecdsa-sha2-nistp521-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,"                 \
    "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,webauthn-sk-ecdsa-sha2-nistp256@openssh.com,"     \
    "ssh-dss,ssh-dss-cert-v01@openssh.com,ssh-rsa,ssh-rsa-cert-v01@openssh.com,rsa-sha2-256,"      \
    "rsa-sha2-256-cert-v01@openssh.com,rsa-sha2-512,rsa-sha2-512-cert-v01@openssh.com"

static const struct family families[] = {
    {SSHD_CIPHERS,
     "3des-cbc,aes128-cbc,aes192-cbc,aes256-cbc,aes128-ctr,aes192-ctr,aes256-ctr,"
     "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com",
     SSHD_DEFAULT_CIPHERS},
    {SSHD_MACS,
     "hmac-sha1,hmac-sha1-96,hmac-sha2-256,hmac-sha2-512,hmac-md5,hmac-md5-96,umac-64@openssh.com,"
     "umac-128@openssh.com,hmac-sha1-etm@openssh.com,hmac-sha1-96-etm@openssh.com,"
     "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-md5-etm@openssh.com,"
     "hmac-md5-96-etm@openssh.com,umac-64-etm@openssh.com,umac-128-etm@openssh.com",
     SSHD_DEFAULT_MACS},
    {SSHD_KEX,
     "diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,diffie-hellman-group14-sha256,"
     "diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,"
     "diffie-hellman-group-exchange-sha1,diffie-hellman-group-exchange-sha256,ecdh-sha2-nistp256,"
     "ecdh-sha2-nistp384,ecdh-sha2-nistp521,curve25519-sha256,curve25519-sha256@libssh.org,"
     "sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com",
     SSHD_DEFAULT_KEX},
    {SSHD_KEYS, ALL_KEYS, SSHD_DEFAULT_KEYS},
    {SSHD_SIGNATURES, ALL_SIGNATURES, SSHD_DEFAULT_SIGNATURES},
    {SSHD_GSS_KEX,
     "gss-gex-sha1-,gss-group1-sha1-,gss-group14-sha1-,gss-group14-sha256-,gss-group16-sha512-,"
     "gss-nistp256-sha256-,gss-curve25519-sha256-",
     SSHD_DEFAULT_GSS_KEX},
};

/* Names of other releases and distributions: whether sshd there takes them we cannot tell. */
static const char foreign[] =
    "mlkem768x25519-sha256,sntrup4591761x25519-sha512@tinyssh.org,blowfish-cbc,cast128-cbc,arcfour,"
    "arcfour128,arcfour256,rijndael-cbc@lysator.liu.se,hmac-ripemd160,hmac-ripemd160-etm@openssh."
    "com,"
    "hmac-ripemd160@openssh.com,ssh-dss,ssh-dss-cert-v01@openssh.com,"
    "webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,sm2,sm2-cert,sm4-ctr,hmac-sm3,sm2-sm3";

/* Short names of key types, which sshd takes in any case, though they match no algorithm. */
static const char *const short_names[] = {"ED25519",  "ED25519-SK", "ECDSA",
                                          "ECDSA-SK", "DSA",        "RSA"};

bool sshd_pattern(const char *text, struct view pattern)
{
    size_t at = 0, star = SIZE_MAX;
    const char *resume = NULL;
    while (*text) {
        if (at < pattern.len && pattern.ptr[at] == '*') {
            star = at++;
            resume = text;
        } else if (at < pattern.len && (pattern.ptr[at] == '?' || pattern.ptr[at] == *text)) {
            at++;
            text++;
        } else if (star != SIZE_MAX) {
            at = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (at < pattern.len && pattern.ptr[at] == '*')
        at++;
    return at == pattern.len;
}

/* Whether any name of `list` matches the pattern (a plain name matches itself). */
static bool any_matches(const char *list, struct view pattern)
{
    struct view rest = view_of(list), name;
    char text[96];
    while (view_cut(&rest, ',', &name)) {
        if (name.len >= sizeof text)
            continue;
        memcpy(text, name.ptr, name.len);
        text[name.len] = '\0';
        if (sshd_pattern(text, pattern))
            return true;
    }
    return false;
}

static bool holds(struct view list, struct view wanted)
{
    struct view name;
    while (view_cut(&list, ',', &name)) {
        if (view_equal(name, wanted))
            return true;
    }
    return false;
}

static bool is_short_name(struct view name)
{
    for (size_t i = 0; i < COUNT_OF(short_names); i++) {
        if (view_is_nocase(name, short_names[i]))
            return true;
    }
    return false;
}

/* One name of a list that is not a '-' list. Key lists take patterns, also negated ones (which the
 * assembling then refuses). */
static enum sshd_validity name_validity(const struct family *family, struct view name)
{
    bool keys = family->kind == SSHD_KEYS || family->kind == SSHD_SIGNATURES;
    if (holds(view_of(family->all), name))
        return SSHD_VALID;
    if (keys && (is_short_name(name) || any_matches(ALL_KEYS, name)))
        return SSHD_VALID;
    return holds(view_of(foreign), name) ? SSHD_UNKNOWN : SSHD_INVALID;
}

/* sshd stops looking at the first empty name. */
static enum sshd_validity list_validity(const struct family *family, struct view list)
{
    enum sshd_validity all = SSHD_VALID;
    struct view name;
    if (list.len == 0)
        return SSHD_INVALID;
    while (view_cut(&list, ',', &name) && name.len) {
        enum sshd_validity one = name_validity(family, name);
        if (one == SSHD_INVALID)
            return one;
        if (one == SSHD_UNKNOWN)
            all = one;
    }
    return all;
}

static void add_once(struct buf *list, struct view name)
{
    if (holds(buf_view(list), name))
        return;
    if (list->len)
        buf_add_char(list, ',');
    buf_add_view(list, name);
}

/* Adds the names of `all` that match one name or pattern. */
static void pick(struct buf *list, const char *all, struct view pattern)
{
    struct view rest = view_of(all), name;
    char text[96];
    while (view_cut(&rest, ',', &name)) {
        must(name.len < sizeof text);
        memcpy(text, name.ptr, name.len);
        text[name.len] = '\0';
        if (sshd_pattern(text, pattern))
            add_once(list, name);
    }
}

/* Adds what a list picks; false when it holds a negated pattern. */
static bool pick_list(struct buf *list, const char *all, struct view patterns)
{
    struct view pattern;
    while (view_cut(&patterns, ',', &pattern)) {
        if (pattern.len && pattern.ptr[0] == '!')
            return false;
        if (pattern.len)
            pick(list, all, pattern);
    }
    return true;
}

/* The default list without what the patterns match; a "!pattern" that matches keeps a name. */
static void remove_list(struct buf *list, const char *initial, struct view patterns)
{
    struct view rest = view_of(initial), name, pattern;
    while (view_cut(&rest, ',', &name)) {
        char text[96];
        bool matched = false, kept = false;
        must(name.len < sizeof text);
        memcpy(text, name.ptr, name.len);
        text[name.len] = '\0';
        for (struct view left = patterns; view_cut(&left, ',', &pattern);) {
            bool negated = pattern.len && pattern.ptr[0] == '!';
            if (!sshd_pattern(text, view_from(pattern, negated)))
                continue;
            kept |= negated;
            matched |= !negated;
        }
        if (!matched || kept)
            add_once(list, name);
    }
}

static bool assemble(const struct family *family, const char *written, struct buf *list)
{
    struct view names = view_of(written), initial = view_of(family->initial);
    switch (written[0]) {
    case '-':
        remove_list(list, family->initial, view_from(names, 1));
        if (!list->len)
            buf_add_view(list, initial);
        return true;
    case '+':
        return pick_list(list, family->all, initial) &&
               pick_list(list, family->all, view_from(names, 1));
    case '^':
        return pick_list(list, family->all, view_from(names, 1)) &&
               pick_list(list, family->all, initial);
    default:
        return pick_list(list, family->all, names) && list->len;
    }
}

enum sshd_validity sshd_algorithms(struct arena *arena, enum sshd_kind kind, const char *written,
                                   const char **shown)
{
    const struct family *family = families;
    while (family->kind != kind)
        family++;
    *shown = written;
    struct view names = view_of(written);
    if (kind == SSHD_GSS_KEX) /* no prefixes there, and shown as written */
        return list_validity(family, names);
    if (written[0] == '+' || written[0] == '^')
        names = view_from(names, 1);
    enum sshd_validity validity = written[0] == '-' ? SSHD_VALID : list_validity(family, names);
    if (validity != SSHD_VALID)
        return validity;
    struct buf list = {0};
    bool assembled = assemble(family, written, &list);
    if (assembled)
        *shown = view_text(arena, buf_view(&list));
    buf_free(&list);
    return assembled ? SSHD_VALID : SSHD_INVALID;
}
