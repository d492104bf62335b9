/*
 * walk: what the walk looks for, and what it found. Private to the room.
 *
 * A driver shows each entry to walk_judge and hands hits to walk_hit; walk_finish writes the text
 * of the ITEM_WALK. Memory: bounded by the limits below, whatever the size of the disk.
 */
#ifndef MERLON_HOST_WALK_H
#define MERLON_HOST_WALK_H

#include "sensor/host/driver.h"

#define WALK_BIT(predicate)  (1u << (predicate))
#define WALK_TEXT_MAX        ((size_t)4 << 20) /* bytes of hits kept for each predicate */
#define WALK_NOT_ENTERED_MAX 10000             /* directories named; more are one record for "/" */

/* The numbers that have a name on the target. */
struct ids {
    uint8_t low[8192]; /* a bit for each number below 65,536 */
    uint32_t *high;    /* the others, sorted */
    size_t count, room;
};

/* Takes the third field of each line "name:...:number:..."; bad lines are left out. */
void ids_read(struct ids *ids, struct view bytes);
bool ids_known(const struct ids *ids, uint32_t id);

struct filesystem {
    struct filesystem *next;
    const char *path, *type;
    int64_t inodes, directories, denied, hits;
};

struct walk {
    uint32_t predicates; /* those to judge */
    uint32_t given_up;   /* wanted, but they cannot be judged */
    struct ids users, groups;
    const struct wishes *wishes;
    uint64_t entries;
    int64_t hits[WALK_PREDICATE_COUNT];
    size_t text[WALK_PREDICATE_COUNT]; /* bytes of kept hits */
    bool cut[WALK_PREDICATE_COUNT];
    int64_t not_entered;
    struct buf lines; /* encoded records in the order they came */
    struct arena *arena;
    struct filesystem *filesystems;
};

struct walk *walk_new(const struct wishes *wishes) MUST_USE;
void walk_free(struct walk *walk);

/* Stops judging a predicate; it is reported as cut. */
void walk_give_up(struct walk *walk, enum walk_predicate predicate);

/* One entry as its directory holds it. */
struct walk_entry {
    const char *name;
    uint32_t mode, uid, gid; /* mode with the type */
    uint64_t device;         /* what a device file stands for; 0 for none */
    bool in_dev;             /* below /dev */
};

/* The predicates that can hold for an entry of this type (S_IFREG ...; 0: not known), apart from
 * its name; and for this entry. */
uint32_t walk_concern(const struct walk *walk, uint32_t format);
bool walk_trusts(const char *name);
uint32_t walk_judge(const struct walk *walk, const struct walk_entry *entry);

void walk_hit(struct walk *walk, struct filesystem *fs, uint32_t predicates, const char *path,
              const struct stat_fact *fact);
void walk_not_entered(struct walk *walk, struct filesystem *fs, const char *path,
                      const char *reason);
void walk_skipped(struct walk *walk, const char *path, const char *type);
struct filesystem *walk_filesystem(struct walk *walk, const char *path, const char *type) MUST_USE;

/* Tells progress; false when the time ran out. To be called every few thousand entries. */
bool walk_go_on(struct walk *walk);

/* All records, sorted, so that the same tree gives the same text. */
void walk_finish(struct walk *walk, struct buf *out);

/* Walks a directory tree of this machine as "/" (walk_tree.c). */
struct outcome walk_tree(struct walk *walk, int root_fd);

/* ---- file systems (mounts.c) ----------------------------------------------------------- */

struct mount {
    uint64_t id, device;
    char type[32];
};

/* What is mounted in this mount namespace, as far as /proc tells. */
struct mounts {
    struct mount *list;
    size_t count, room;
};

void mounts_read(struct mounts *mounts);
void mounts_free(struct mounts *mounts);

/* The type of the mount with this id (0: not known) and device; NULL when it is not known. */
const char *mounts_type(const struct mounts *mounts, uint64_t id, uint64_t device);

/* The type according to statfs(2); a number in hexadecimal for one we have no name for. */
void statfs_type(int fd, char out[static 32]);

/* Kernel interfaces and network file systems are not walked. */
bool type_is_walked(const char *type);

#endif
