/* ledger: making, opening and closing one, and the lock that lets one process append at a time. */
#include "record/ledger/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define TRY_EVERY 20000 /* microseconds between two tries for the lock */

/* ---- the lock ---- */

static struct rc taken(int fd, const char *folder)
{
    char pid[32] = "";
    ssize_t got = pread(fd, pid, sizeof pid - 1, 0);
    pid[got > 0 ? got : 0] = '\0';
    pid[strcspn(pid, "\n")] = '\0';
    return fault(FAULT_LIMIT, "%.800s: another process appends to this ledger (process %s)", folder,
                 pid[0] ? pid : "unknown");
}

static struct rc lock_take(const char *folder, int64_t wait, int *out)
{
    char path[PATH_SIZE], pid[32];
    TRY(path_make(path, "%s/lock", folder));
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return sys_fault(errno, path);
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        struct rc rc = RC_OK;
        if (errno != EWOULDBLOCK && errno != EINTR)
            rc = sys_fault(errno, path);
        else if (wait <= 0)
            rc = taken(fd, folder);
        if (failed(rc)) {
            sys_close(fd);
            return rc;
        }
        usleep(TRY_EVERY);
        wait -= TRY_EVERY;
    }
    /* Only for the sentence above: the lock is the kernel's, so a stale number does no harm. */
    int len = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)len, 0) != len) {
        sys_close(fd);
        return sys_fault(errno, path);
    }
    *out = fd;
    return RC_OK;
}

/* ---- making one ---- */

static struct rc nothing_there(const struct ledger_place *place)
{
    char path[PATH_SIZE];
    TRY(path_make(path, "%s/epochs", place->folder));
    if (access(path, F_OK) == 0)
        return fault(FAULT_USAGE, "%.800s: a ledger is there already", place->folder);
    TRY(bundle_path(place->folder, 0, path));
    if (access(path, F_OK) == 0)
        return fault(FAULT_DATA, "%.800s: leaves without certificates: this ledger was damaged",
                     place->folder);
    TRY(keyfile_path(place->keys, 1, path));
    if (access(path, F_OK) == 0)
        return fault(FAULT_USAGE,
                     "%.800s: the key of a ledger that is not there; bring the ledger back, or "
                     "remove this key if there never was one",
                     path);
    return RC_OK;
}

/* The first epoch certifies itself; its fingerprint, kept elsewhere, is what makes it trusted. */
static struct rc first_epoch(const struct ledger_place *place, int64_t now,
                             const struct sm2_key *key)
{
    const struct disk disk = {0};
    struct chain chain = {0};
    struct epoch epoch = {.number = 1, .key = *sm2_public_of(key), .time = now};
    TRY(epoch_origin(&epoch.key, epoch.origin));
    TRY(merkle_empty(&epoch.root));
    struct rc rc = ledger_certify(&disk, place->folder, &chain, &epoch, key);
    chain_free(&chain);
    return rc;
}

static struct rc create(const struct ledger_place *place, int64_t now,
                        char fingerprint[static SM3_HEX])
{
    const struct disk disk = {0};
    struct sm2_key *key = NULL;
    TRY(nothing_there(place));
    TRY(ledger_new_key(&disk, place->keys, 1, &key));
    struct rc rc = first_epoch(place, now, key);
    if (!failed(rc))
        rc = sm2_fingerprint(sm2_public_of(key), fingerprint);
    sm2_free(key);
    return rc;
}

struct rc ledger_create(const struct ledger_place *place, int64_t now,
                        char fingerprint[static SM3_HEX])
{
    const struct disk disk = {0};
    char path[PATH_SIZE];
    int lock = -1;
    TRY(path_make(path, "%s/lock", place->folder));
    TRY(disk_make_folders(&disk, path));
    TRY(lock_take(place->folder, 0, &lock));
    struct rc rc = create(place, now, fingerprint);
    sys_close(lock);
    return rc;
}

/* ---- opening and closing ---- */

static struct ledger *ledger_new(const struct ledger_options *options)
{
    struct ledger *ledger = mem_new(sizeof *ledger);
    ledger->options = *options;
    ledger->folder = mem_copy_text(options->place.folder);
    ledger->keys = mem_copy_text(options->place.keys);
    ledger->cache = options->place.cache ? mem_copy_text(options->place.cache) : NULL;
    ledger->options.place = (struct ledger_place){ledger->folder, ledger->keys, ledger->cache};
    ledger->disk = (struct disk){options->disk, options->context};
    ledger->lock_fd = ledger->fd = -1;
    ledger->owner = getpid();
    pthread_mutex_init(&ledger->mutex, NULL);
    pthread_cond_init(&ledger->idle, NULL);
    return ledger;
}

struct rc ledger_open(const struct ledger_options *options, struct ledger **out,
                      struct ledger_recovery *recovery)
{
    char path[PATH_SIZE];
    TRY(path_make(path, "%s/epochs", options->place.folder));
    if (access(path, F_OK) != 0)
        return fault_within(sys_fault(errno, path), "there is no ledger");
    struct ledger *ledger = ledger_new(options);
    struct ledger_recovery found;
    struct rc rc = lock_take(ledger->folder, options->wait, &ledger->lock_fd);
    if (!failed(rc))
        rc = ledger_recover(ledger, &found);
    if (failed(rc)) {
        ledger_free(ledger);
        return rc;
    }
    *out = ledger;
    if (recovery)
        *recovery = found;
    return RC_OK;
}

void ledger_free(struct ledger *ledger)
{
    if (!ledger)
        return;
    sm2_free(ledger->key);
    chain_free(&ledger->chain);
    sys_close(ledger->fd);
    sys_close(ledger->lock_fd);
    pthread_mutex_destroy(&ledger->mutex);
    pthread_cond_destroy(&ledger->idle);
    mem_free(ledger->folder);
    mem_free(ledger->keys);
    mem_free(ledger->cache);
    mem_free(ledger);
}

uint64_t ledger_size(struct ledger *ledger)
{
    pthread_mutex_lock(&ledger->mutex);
    uint64_t size = ledger->durable;
    pthread_mutex_unlock(&ledger->mutex);
    return size;
}

const char *ledger_origin(const struct ledger *ledger)
{
    return ledger->chain.epochs[0].origin;
}
