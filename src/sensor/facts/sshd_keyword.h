/*
 * sshd_keyword: what sshd knows of each keyword. Private to the room.
 */
#ifndef MERLON_FACTS_SSHD_KEYWORD_H
#define MERLON_FACTS_SSHD_KEYWORD_H

#include "foundation/base/base.h"

/* What a keyword's arguments are. */
enum sshd_kind {
    SSHD_CHOICE,       /* one of `choices`, in any case */
    SSHD_CHOICE_EXACT, /* one of `choices`, in this case */
    SSHD_TIME,         /* 90, 1m30s; shown in seconds */
    SSHD_TIME_OR_NONE,
    SSHD_INTEGER, /* 0 to 2^31-1 */
    SSHD_INTEGER_OR_NONE,
    SSHD_OCTAL, /* a file mode mask */
    SSHD_ONE,   /* one word: a path, a name, a pattern list */
    SSHD_WORDS, /* any number of words */
    SSHD_USERS, /* words: user patterns, with user@address */
    SSHD_ACCEPT_ENV,
    SSHD_SET_ENV,
    SSHD_PORT,
    SSHD_LISTEN,
    SSHD_PERMIT_OPEN,
    SSHD_PERMIT_LISTEN,
    SSHD_SUBSYSTEM,
    SSHD_STARTUPS,
    SSHD_NET_BLOCK,
    SSHD_QOS,
    SSHD_REKEY,
    SSHD_PUBKEY_OPTIONS,
    SSHD_METHODS,
    SSHD_CHANNEL_TIMEOUT,
    SSHD_RAW,         /* the rest of the line as it stands */
    SSHD_RAW_COMMAND, /* the same: an absolute command, or none */
    SSHD_CIPHERS,
    SSHD_MACS,
    SSHD_KEX,
    SSHD_KEYS,       /* key algorithms */
    SSHD_SIGNATURES, /* of certificate authorities */
    SSHD_GSS_KEX,
    SSHD_INCLUDE,
    SSHD_MATCH,
    SSHD_IGNORED, /* deprecated or not built in: accepted, without effect */
    SSHD_REFUSED, /* known, but never accepted on Linux */
    SSHD_FOREIGN, /* known to other releases or distributions only */
};

enum sshd_flag {
    SSHD_IN_MATCH = 1, /* allowed in a Match block */
    SSHD_EACH = 2,     /* every occurrence adds to the list */
    SSHD_LAST = 4,     /* the last occurrence wins (9.2 overwrites these) */
};

struct sshd_keyword {
    const char *name;
    unsigned flags;
    enum sshd_kind kind;
    const char *initial; /* the built-in default; NULL: none; several rows divided by newlines */
    const char *const *choices; /* pairs: as written, as shown; ends with NULL */
    const char *same;           /* an old name of this keyword */
};

#define SSHD_KEYWORDS_MAX 192

/* The table, in alphabetical order. */
const struct sshd_keyword *sshd_keywords(size_t *count);

/* The keyword of a name in any case; NULL when sshd does not know it. */
const struct sshd_keyword *sshd_keyword_find(const char *name);

/* The keyword itself, or the one it is an old name of. */
const struct sshd_keyword *sshd_keyword_meant(const struct sshd_keyword *keyword);

#endif
