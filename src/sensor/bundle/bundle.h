/*
 * bundle: what was collected from a target, raw, with how well it was read, and nothing judged.
 *
 *   struct source   what to collect: a path, a pattern, or a named live probe
 *   struct item     one thing collected: its bytes and its status
 *   struct bundle   all items of one target at one time; saved as tar+zstd
 *
 * On disk: `manifest.json` (format version, target, one entry per item with its SM3 digest), then
 * `items/<sm3>` (each content once), then `manifest.sm3` (the manifest's digest), in this order in
 * a zstd-compressed pax tar; then the seal, a zstd frame that every zstd skips and that holds the
 * SM3 digest of all bytes before it (seal.c). The same items give the same bytes. Loading checks
 * every digest; a bundle that was cut or altered anywhere is refused whole (FAULT_TARGET). It shows
 * damage, not forgery: the signed ledger does that.
 *
 * Limits: BUNDLE_SIZE_MAX inflated bytes, BUNDLE_ITEMS_MAX items, BUNDLE_TEXT_MAX bytes in a name
 * or a reason. Ownership: a bundle owns copies of all it holds. Threads: one thread at a time.
 */
#ifndef MERLON_BUNDLE_H
#define MERLON_BUNDLE_H

#include "foundation/base/base.h"
#include "foundation/crypto/crypto.h"

#define BUNDLE_SIZE_MAX  ((size_t)1 << 30)
#define BUNDLE_ITEMS_MAX 1000000
#define BUNDLE_TEXT_MAX  16384

enum item_kind {
    ITEM_FILE, /* a file's bytes; name: its absolute path on the target */
    ITEM_LIST, /* the paths a pattern matched, one a line, sorted; name: the pattern */
    ITEM_STAT, /* what lstat says of a path (struct stat_fact); name: the path */
    ITEM_LIVE, /* what a probe of the running system said; name: the probe ("sysctl") */
    ITEM_WALK, /* the hits and counts of the file-system walk (walk.c); name: "/" */
    ITEM_KIND_COUNT
};

enum item_status {
    ITEM_OK,
    ITEM_ABSENT,    /* it is not there; reason "not running" for a live probe of a dead root */
    ITEM_DENIED,    /* permission refused */
    ITEM_TIMEOUT,   /* the time for collecting ran out */
    ITEM_ERROR,     /* could not be read: no regular file, read error, left the root, ... */
    ITEM_TRUNCATED, /* larger than its source allows: only the first part is here */
    ITEM_STATUS_COUNT
};

const char *item_kind_name(enum item_kind kind);       /* "file", "list", ... */
const char *item_status_name(enum item_status status); /* "ok", "absent", ... */

struct item {
    enum item_kind kind;
    enum item_status status;
    const char *name;
    const char *reason; /* for a status other than ok; "" when there is nothing to add */
    struct view bytes;  /* empty unless ok or truncated; always followed by a NUL */
    uint32_t number;    /* its position in the bundle, from 0 */
};

/* The reason of a live item of a target that does not run. */
#define NOT_RUNNING "not running"

/* ---- what to collect ------------------------------------------------------------------- */

/* Calls `add` for more paths or patterns (absolute) that `bytes` of file `path` refer to. */
typedef void source_follow(const char *path, struct view bytes,
                           void (*add)(void *context, const char *pattern), void *context);

/* Replaces secrets by what a judge needs to know of them. Never fails: what it cannot parse it
 * leaves out. */
typedef void source_reduce(struct view bytes, struct buf *out);

/* A file that may be larger than what may be held: it is read in parts. `read` gives exactly `len`
 * bytes at `offset`. It fails with FAULT_DATA where the file ends before them, FAULT_LIMIT when the
 * time for collecting ran out, FAULT_IO when the file cannot be read. */
struct source_parts {
    uint64_t size;
    MUST_USE struct rc (*read)(const struct source_parts *parts, uint64_t offset, void *out,
                               size_t len);
};

#define SOURCE_BESIDE 2

/* Reduces such a file to a small text, in bounded memory; only that text is ever stored. parts[0]
 * is the file, the others are those that stand beside it (`beside`; NULL: not there). What the
 * format does not allow is told in the text, for the reader; it fails only as `read` does with
 * FAULT_LIMIT and FAULT_IO. */
typedef struct rc source_digest(const struct source_parts *const parts[1 + SOURCE_BESIDE],
                                struct buf *out);

/* One thing to collect. Static data of the readers. A `pattern` with * ? or [ is a glob(7) pattern
 * (no braces; a leading dot must be matched by a dot; ** is not special); it yields one ITEM_LIST
 * and an ITEM_FILE for each match. */
struct source {
    enum item_kind kind; /* ITEM_FILE, ITEM_LIVE, or ITEM_STAT: lstat of a path or all matches */
    const char *pattern;
    size_t max;            /* largest size in bytes; 0 means SOURCE_MAX */
    source_follow *follow; /* or NULL; files found by it get the same follow and reduce */
    source_reduce *reduce; /* or NULL */
    source_digest *digest; /* or NULL; instead of reduce; larger than `max`: nothing is kept */
    const char *beside[SOURCE_BESIDE]; /* endings of the names of what digest needs besides */
    bool skip_links; /* matches of the pattern that are symbolic links are `absent` */
};

#define SOURCE_MAX        ((size_t)16 << 20)
#define SOURCE_FOLLOW_MAX 2000 /* files that one source may lead to by following */

/* ---- the target ------------------------------------------------------------------------ */

struct target {
    const char *kind; /* "host" (this machine, running) or "root" (a file tree, not running) */
    const char *name; /* host name, or the root's path */
    bool running;
    int64_t collected_at; /* microseconds since 1970: the time that checks judge at */
    const char *tool;     /* "merlon 0.1.0" */
};

/* ---- the bundle ------------------------------------------------------------------------ */

struct bundle;

struct bundle *bundle_new(void) MUST_USE;
void bundle_free(struct bundle *bundle); /* accepts NULL */

void bundle_set_target(struct bundle *bundle, const struct target *target);
const struct target *bundle_target(const struct bundle *bundle);

/* Adds a copy of *item (its number is ignored). An item of the same kind and name is FAULT_USAGE;
 * FAULT_LIMIT past one of the limits above. An item never moves before bundle_free. */
MUST_USE struct rc bundle_add(struct bundle *bundle, const struct item *item);

const struct item *bundle_find(const struct bundle *bundle, enum item_kind kind, const char *name);
size_t bundle_count(const struct bundle *bundle);
const struct item *bundle_at(const struct bundle *bundle, size_t number);

/* The digest of an item's bytes as hexadecimal text, computed when first asked for. */
const char *bundle_sm3(struct bundle *bundle, const struct item *item);

/* The digest of the bundle as a whole: what manifest.sm3 in its file says. */
MUST_USE struct rc bundle_digest(struct bundle *bundle, char out[static SM3_HEX]);

/* Writes the bundle (`-` and devices directly, regular files atomically). */
MUST_USE struct rc bundle_save(struct bundle *bundle, const char *path);
MUST_USE struct rc bundle_encode(struct bundle *bundle, struct buf *out);

/* Reads a whole bundle; FAULT_TARGET with one sentence when it cannot be used. */
MUST_USE struct rc bundle_load(const char *path, struct bundle **out);
MUST_USE struct rc bundle_decode(struct view bytes, const char *origin, struct bundle **out);

/* ---- the text of ITEM_STAT and ITEM_WALK ----------------------------------------------- */

/* What opening a symbolic link reaches, resolved inside the target. */
struct stat_real {
    const char *type; /* as below; STAT_REAL_ABSENT: it leads nowhere; NULL: not known */
    uint32_t mode;
    int64_t uid, gid;
};

#define STAT_REAL_ABSENT "absent"

/* What lstat says. `type` is one of: file directory link char block fifo socket. */
struct stat_fact {
    const char *type;
    uint32_t mode; /* permission bits with set-uid, set-gid, sticky: 07777 */
    int64_t uid, gid, size, nlink;
    int64_t mtime;         /* seconds since 1970 */
    const char *link;      /* where a symbolic link points, as written; "" otherwise */
    struct stat_real real; /* of a symbolic link; not in hits of the walk */
};

void stat_encode(const struct stat_fact *fact, struct buf *out);
MUST_USE struct rc stat_decode(struct arena *arena, struct view bytes, struct stat_fact *out);

/* What the walk looks for. A hit is an entry for which the predicate holds; no file is read. */
enum walk_predicate {
    WALK_UNOWNED,                  /* uid in no line of the target's /etc/passwd */
    WALK_UNGROUPED,                /* gid in no line of the target's /etc/group */
    WALK_WORLD_WRITABLE,           /* regular file, o+w */
    WALK_WORLD_WRITABLE_DIRECTORY, /* directory, o+w, without the sticky bit */
    WALK_SETUID,                   /* regular file, set-uid */
    WALK_SETGID,                   /* regular file, set-gid */
    WALK_DEVICE,                   /* character or block device outside /dev */
    WALK_TRUST_FILE,               /* .rhosts, .shosts, hosts.equiv, shosts.equiv, .netrc */
    WALK_PREDICATE_COUNT
};

/* "unowned", "ungrouped", "world_writable", "world_writable_directory", "setuid", "setgid",
 * "device", "trust_file" */
const char *walk_predicate_name(enum walk_predicate predicate);
bool walk_predicate_from(const char *name, enum walk_predicate *out);

/* One line of a walk item. */
enum walk_record_kind {
    WALK_HIT,         /* predicate, path, fact */
    WALK_FILESYSTEM,  /* path: where it is mounted; type; inodes seen, directories, denied, hits */
    WALK_NOT_ENTERED, /* path of a directory that could not be entered; reason */
    WALK_CUT,     /* predicate whose hits were cut at WALK_HITS_MAX; total: how many there were */
    WALK_SKIPPED, /* path of a file system that is not walked (network, kernel); type */
};

#define WALK_HITS_MAX 10000 /* hits kept for each predicate; all are counted */

struct walk_record {
    enum walk_record_kind kind;
    enum walk_predicate predicate;
    const char *path;
    struct stat_fact fact;
    const char *type; /* of the file system */
    const char *reason;
    int64_t inodes, directories, denied, total;
};

void walk_encode(const struct walk_record *record, struct buf *out);

/* Takes one record off *rest; *more is false at the end. Texts live in the arena. */
MUST_USE struct rc walk_decode(struct arena *arena, struct view *rest, struct walk_record *out,
                               bool *more);

/* Escapes a path or text: \t, \n, \\, and \xNN for other control characters and for bytes that are
 * no UTF-8. Unescaping leaves what is no escape as it stands, \x00 too: it never gives a NUL. */
void bundle_escape(struct buf *out, struct view text);
char *bundle_unescape(struct arena *arena, struct view text) MUST_USE;

#endif
