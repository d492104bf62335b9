/*
 * driver: what every way of reaching a host can do. Private to the room.
 *
 *   collect.c -> file.c, glob.c, walk.c -> struct driver -> tree.c    this host, a dead root
 *                                                           memory_driver.c   files in memory
 *
 * A driver never fails as a whole: each question gets an outcome, which becomes an item's status.
 */
#ifndef MERLON_HOST_DRIVER_H
#define MERLON_HOST_DRIVER_H

#include "sensor/host/host.h"

/* How one question to a host ended. */
struct outcome {
    enum item_status status;
    char reason[192];  /* "" when the status says it all */
    bool is_directory; /* reading failed because it is one */
};

struct outcome outcome_ok(void);
struct outcome outcome_errno(int error); /* ENOENT: absent, EACCES: denied, else: error and why */
struct outcome outcome_rc(struct rc rc, const char *path); /* of a failed sys_* call about `path` */
struct outcome outcome_not_regular(const char *type);
PRINTF(2, 3) struct outcome outcome_of(enum item_status status, const char *format, ...);

/* Which file it was, whatever name led to it. */
struct identity {
    uint64_t device, inode;
};

/* A regular file that is open for reading in parts (parts.c). Zero-initialise it; parts_close
 * accepts one that was never opened. */
struct opened {
    struct source_parts parts; /* first: what a digest is given */
    const char *path;
    bool is_open, has_fd;
    int fd;
    struct view bytes; /* of a host in memory, instead of fd */
    struct identity identity;
    int64_t size, changed_at; /* when it was opened; changed_at in nanoseconds */
    int64_t deadline;         /* as in struct wishes */
};

/* Readies what a driver opened: `fd` (then owned) of a regular file, or bytes. */
struct outcome parts_open_fd(struct opened *opened, const char *path, int fd);
void parts_open_bytes(struct opened *opened, const char *path, struct view bytes);

/* Whether the file is still the one that was opened, unchanged: false while somebody writes it. */
bool parts_unchanged(const struct opened *opened);
void parts_close(struct opened *opened);

/* Given each name in a directory but "." and ".."; false ends the listing. */
typedef bool name_each(void *context, const char *name);

struct walk;

struct driver {
    /* The bytes of a regular file; a longer one is ITEM_TRUNCATED with its first `max` bytes. */
    struct outcome (*read)(struct host *host, const char *path, size_t max, struct buf *out,
                           struct identity *identity);
    /* Opens a regular file for reading in parts; one masked with /dev/null is absent. */
    struct outcome (*open)(struct host *host, const char *path, struct opened *out);
    /* What lstat says; the last component is not followed. Of a link also what it leads to. */
    struct outcome (*lstat)(struct host *host, struct arena *arena, const char *path,
                            struct stat_fact *out);
    struct outcome (*list)(struct host *host, const char *path, name_each *each, void *context);
    struct outcome (*live)(struct host *host, const char *probe, size_t max, struct buf *out);
    /* Everything below "/", into the recorder. */
    struct outcome (*walk)(struct host *host, struct walk *walk);
    void (*close)(struct host *host);
};

/* The head of each driver's own struct. */
struct host {
    const struct driver *driver;
    char *name;
    bool running;
};

/* The word of bundle.h for what a mode says: "file", "directory", ... */
const char *type_of_mode(uint32_t mode);

/* ---- patterns (match.c, glob.c) -------------------------------------------------------- */

#define GLOB_MATCHES_MAX 20000
#define GLOB_FOLDERS_MAX 10000

bool is_pattern(const char *text); /* holds * ? or [ */

/* Whether a name (no '/') matches one component of a glob(7) pattern. Time: length x length. */
bool match_name(const char *pattern, const char *name);

struct glob {
    struct outcome outcome;
    char **paths; /* sorted, in the arena */
    size_t count;
};

/* The paths that a pattern matches. Denied when a directory that had to be listed was; what could
 * be found is given nevertheless. */
void glob_expand(struct host *host, struct arena *arena, const char *pattern, struct glob *out);

/* ---- the running system (live.c, sysctl.c, ...) ----------------------------------------- */

struct outcome live_probe(const char *probe, size_t max, struct buf *out);

/* What tells this machine from others, as "key = value" lines. */
struct outcome machine_probe(size_t max, struct buf *out);

/* The values below `folder` (/proc/sys) as "key = value" lines. */
struct outcome sysctl_list(const char *folder, size_t max, struct buf *out);

/* The processes, and the sockets that wait for others, as `proc` (/proc) shows them. */
struct outcome process_probe(const char *proc, size_t max, struct buf *out);
struct outcome listening_probe(const char *proc, size_t max, struct buf *out);

/* The audit rules of the running kernel. */
struct outcome audit_rules_probe(size_t max, struct buf *out);

#endif
