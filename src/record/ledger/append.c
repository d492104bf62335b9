/*
 * append: many callers, one fdatasync.
 *
 *   caller   builds and hashes its frames, queues itself, waits
 *   leader   the first of the queue when nobody leads: takes the whole queue, writes it into the
 *            bundles, syncs, lets the leaves into the tree, wakes all it took, and makes the first
 *            of those that queued up meanwhile the next leader
 *
 * Indices are given by the leader, in the order of the queue. A write that fails (a full disk) is
 * taken back: the files are cut to where they were, these callers fail, the next ones may go on.
 * After a sync that fails nobody knows what the disk holds (the kernel may have dropped the pages),
 * so everything is refused until the ledger is opened again.
 */
#include "record/ledger/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum waiter_state { WAITING, LEADS, WRITTEN, REFUSED };

/* A caller of append; it lives on its stack while it waits. */
struct waiter {
    struct waiter *next;
    struct view frames;
    const struct hash *hashes;
    size_t count;
    uint64_t first; /* the index its first leaf got */
    enum waiter_state state;
    pthread_cond_t wake;
};

/* ---- leading ---- */

struct rc ledger_lead(struct ledger *ledger)
{
    if (ledger->owner != getpid())
        return fault(FAULT_USAGE, "ledger: it was opened by the parent of this process");
    pthread_mutex_lock(&ledger->mutex);
    ledger->sealers++;
    while (ledger->leading)
        pthread_cond_wait(&ledger->idle, &ledger->mutex);
    ledger->sealers--;
    struct rc rc = RC_OK;
    if (ledger->broken)
        rc = fault(FAULT_IO, "ledger: refused since %s; open it again", ledger->reason);
    else
        ledger->leading = true;
    if (failed(rc) && ledger->sealers)
        pthread_cond_signal(&ledger->idle);
    pthread_mutex_unlock(&ledger->mutex);
    return rc;
}

static void finish(struct waiter *waiter, enum waiter_state state)
{
    waiter->state = state;
    pthread_cond_signal(&waiter->wake);
}

/* With the mutex held: somebody else leads next. Checkpoints go first, or they might never. */
static void hand_over(struct ledger *ledger)
{
    while (ledger->broken && ledger->head) {
        struct waiter *next = ledger->head->next;
        finish(ledger->head, REFUSED);
        ledger->head = next;
    }
    /* A caller is given the lead while nobody else can take it; sealers take it for themselves. */
    ledger->leading = ledger->sealers == 0 && ledger->head;
    if (ledger->leading)
        finish(ledger->head, LEADS);
    else if (ledger->sealers)
        pthread_cond_signal(&ledger->idle);
}

void ledger_follow(struct ledger *ledger)
{
    pthread_mutex_lock(&ledger->mutex);
    hand_over(ledger);
    pthread_mutex_unlock(&ledger->mutex);
}

void ledger_break(struct ledger *ledger)
{
    pthread_mutex_lock(&ledger->mutex);
    ledger->broken = true;
    snprintf(ledger->reason, sizeof ledger->reason, "%s", fault_text());
    pthread_mutex_unlock(&ledger->mutex);
}

/* ---- writing ---- */

/* Where the leader stands in the bundles; the ledger itself changes only when all is durable. */
struct cursor {
    uint64_t size; /* leaves */
    int fd;        /* of the bundle that grows; -1: the next one is to be made */
    uint64_t at;   /* its bytes that are written */
    struct buf out;
    char path[PATH_SIZE];
    bool unsure; /* a sync failed */
};

static struct rc bundle_create(struct ledger *ledger, struct cursor *cursor)
{
    char head[BUNDLE_HEAD], folder[PATH_SIZE];
    TRY(bundle_path(ledger->folder, cursor->size / BUNDLE, cursor->path));
    TRY(disk_make_folders(&ledger->disk, cursor->path));
    cursor->fd = open(cursor->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (cursor->fd < 0)
        return sys_fault(errno, cursor->path);
    TRY(path_make(folder, "%s", cursor->path));
    *strrchr(folder, '/') = '\0';
    cursor->at = 0;
    cursor->out.len = 0;
    bundle_head(cursor->size / BUNDLE, head);
    buf_add(&cursor->out, head, sizeof head);
    cursor->unsure = true;
    TRY(disk_sync_folder(&ledger->disk, folder));
    cursor->unsure = false;
    return RC_OK;
}

static struct rc flush(struct ledger *ledger, struct cursor *cursor)
{
    if (cursor->out.len == 0)
        return RC_OK;
    TRY(disk_write(&ledger->disk, LEDGER_WRITE, cursor->fd, cursor->at, buf_view(&cursor->out),
                   cursor->path));
    cursor->at += cursor->out.len;
    cursor->out.len = 0;
    cursor->unsure = true;
    TRY(disk_sync(&ledger->disk, LEDGER_SYNC, cursor->fd, cursor->path));
    cursor->unsure = false;
    return RC_OK;
}

/* The length of the frame that `frames` begins with; we built it ourselves. */
static size_t frame_size(struct view frames)
{
    const uint8_t *p = (const uint8_t *)frames.ptr;
    return FRAME_HEAD + ((size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]);
}

static struct rc put_frames(struct ledger *ledger, struct cursor *cursor, struct view frames)
{
    while (frames.len) {
        if (cursor->fd < 0)
            TRY(bundle_create(ledger, cursor));
        size_t size = frame_size(frames);
        buf_add(&cursor->out, frames.ptr, size);
        frames = view_from(frames, size);
        cursor->size++;
        if (cursor->size % BUNDLE)
            continue;
        TRY(flush(ledger, cursor)); /* durable before the next bundle is made */
        if (cursor->fd != ledger->fd)
            sys_close(cursor->fd);
        cursor->fd = -1;
    }
    return RC_OK;
}

/* Cuts the files to where they were before the batch; false: nobody knows what stands there. */
static bool take_back(struct ledger *ledger, struct cursor *cursor)
{
    char path[PATH_SIZE];
    uint64_t last = cursor->size / BUNDLE, number = ledger->size / BUNDLE;
    if (cursor->fd >= 0 && cursor->fd != ledger->fd)
        sys_close(cursor->fd);
    for (; last > number || (last == number && ledger->fd < 0); last--) {
        if (failed(bundle_path(ledger->folder, last, path)) ||
            (unlink(path) != 0 && errno != ENOENT))
            return false;
        if (last == number)
            return !cursor->unsure;
    }
    return !cursor->unsure && ftruncate(ledger->fd, (off_t)ledger->fd_size) == 0;
}

static struct rc write_batch(struct ledger *ledger, const struct waiter *batch,
                             struct cursor *cursor)
{
    TRY(bundle_path(ledger->folder, ledger->size / BUNDLE, cursor->path));
    if (ledger->size > (uint64_t)LEDGER_SIZE_MAX - LEDGER_MANY_MAX * BUNDLE)
        return fault(FAULT_LIMIT, "ledger: it is full");
    for (const struct waiter *w = batch; w; w = w->next)
        TRY(put_frames(ledger, cursor, w->frames));
    return flush(ledger, cursor);
}

static void keep_cursor(struct ledger *ledger, const struct cursor *cursor)
{
    if (ledger->fd >= 0 && ledger->fd != cursor->fd)
        sys_close(ledger->fd);
    ledger->fd = cursor->fd;
    ledger->fd_size = cursor->at;
}

/* Writes and grows; on success each waiter has its index. */
static struct rc commit(struct ledger *ledger, struct waiter *batch)
{
    struct cursor cursor = {.size = ledger->size, .fd = ledger->fd, .at = ledger->fd_size};
    struct rc rc = write_batch(ledger, batch, &cursor);
    buf_free(&cursor.out);
    if (failed(rc)) {
        if (!take_back(ledger, &cursor))
            ledger_break(ledger);
        return rc;
    }
    keep_cursor(ledger, &cursor);
    for (struct waiter *w = batch; w; w = w->next) {
        w->first = ledger->size;
        rc = ledger_grow(ledger, w->hashes, w->count);
        if (failed(rc)) { /* the provider refused to hash: the leaves stand, the tree does not */
            ledger_break(ledger);
            return rc;
        }
    }
    return RC_OK;
}

/* Takes the queue, commits it, and says to each of its callers how it went. */
static void lead(struct ledger *ledger)
{
    struct waiter *batch = ledger->head;
    ledger->head = ledger->tail = NULL;
    pthread_mutex_unlock(&ledger->mutex);
    struct rc rc = commit(ledger, batch);
    pthread_mutex_lock(&ledger->mutex);
    if (failed(rc) && !ledger->broken)
        snprintf(ledger->reason, sizeof ledger->reason, "%s", fault_text());
    ledger->durable = ledger->size;
    while (batch) {
        struct waiter *next = batch->next; /* gone as soon as its caller wakes */
        finish(batch, failed(rc) ? REFUSED : WRITTEN);
        batch = next;
    }
    hand_over(ledger);
}

/* ---- the callers ---- */

static void enqueue(struct ledger *ledger, struct waiter *waiter)
{
    if (ledger->head)
        ledger->tail->next = waiter;
    else
        ledger->head = waiter;
    ledger->tail = waiter;
}

static struct rc wait_for(struct ledger *ledger, struct waiter *waiter)
{
    struct rc rc = RC_OK;
    pthread_mutex_lock(&ledger->mutex);
    if (ledger->broken) {
        rc = fault(FAULT_IO, "ledger: refused since %s; open it again", ledger->reason);
        pthread_mutex_unlock(&ledger->mutex);
        return rc;
    }
    enqueue(ledger, waiter);
    if (!ledger->leading && ledger->sealers == 0) {
        ledger->leading = true;
        waiter->state = LEADS;
    }
    while (waiter->state == WAITING)
        pthread_cond_wait(&waiter->wake, &ledger->mutex);
    if (waiter->state == LEADS)
        lead(ledger);
    if (waiter->state == REFUSED)
        rc = fault(FAULT_IO, "ledger: not appended: %s", ledger->reason);
    pthread_mutex_unlock(&ledger->mutex);
    return rc;
}

/* Frames of all leaves, and their hashes: the work that callers do side by side. */
static struct rc frames_build(const struct view *leaves, size_t count, struct buf *out,
                              struct hash *hashes, struct view *inputs)
{
    static const struct hash none;
    for (size_t i = 0; i < count; i++)
        frame_add(out, leaves[i], &none);
    char *at = out->ptr;
    for (size_t i = 0; i < count; i++) {
        inputs[i] = (struct view){at + FRAME_HEAD - 1, 1 + leaves[i].len};
        at += FRAME_HEAD + leaves[i].len;
    }
    TRY(sm3_digests(inputs, count, (uint8_t(*)[SM3_SIZE])hashes));
    at = out->ptr;
    for (size_t i = 0; i < count; i++) {
        memcpy(at + 4, hashes[i].bytes, 4);
        at += FRAME_HEAD + leaves[i].len;
    }
    return RC_OK;
}

static struct rc append(struct ledger *ledger, const struct view *leaves, size_t count,
                        struct hash *hashes, struct view *inputs, uint64_t *first)
{
    struct buf frames = {0};
    struct rc rc = frames_build(leaves, count, &frames, hashes, inputs);
    struct waiter waiter = {.frames = buf_view(&frames),
                            .hashes = hashes,
                            .count = count,
                            .wake = PTHREAD_COND_INITIALIZER};
    if (!failed(rc))
        rc = wait_for(ledger, &waiter);
    pthread_cond_destroy(&waiter.wake);
    buf_free(&frames);
    if (!failed(rc))
        *first = waiter.first;
    return rc;
}

struct rc ledger_append_many(struct ledger *ledger, const struct view *leaves, size_t count,
                             uint64_t *first)
{
    if (ledger->owner != getpid())
        return fault(FAULT_USAGE, "ledger: it was opened by the parent of this process");
    if (count == 0 || count > LEDGER_MANY_MAX)
        return fault(FAULT_USAGE, "ledger: %zu leaves at once; 1 to %u are possible", count,
                     LEDGER_MANY_MAX);
    for (size_t i = 0; i < count; i++) {
        if (leaves[i].len > LEDGER_LEAF_MAX)
            return fault(FAULT_USAGE, "ledger: a leaf of %zu bytes; %u are possible", leaves[i].len,
                         LEDGER_LEAF_MAX);
    }
    CLEANUP(mem_freep) struct hash *hashes = mem_new(count * sizeof *hashes);
    CLEANUP(mem_freep) struct view *inputs = mem_new(count * sizeof *inputs);
    return append(ledger, leaves, count, hashes, inputs, first);
}

struct rc ledger_append(struct ledger *ledger, struct view leaf, uint64_t *index)
{
    return ledger_append_many(ledger, &leaf, 1, index);
}
