/* feed: notes of a file one after the other, in constant memory. */
#include "record/ledger/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHUNK    (64u * 1024u)
#define NOTE_MAX (128u * 1024u) /* a note's text is at most 64 KiB, its signatures are few */

struct rc feed_open(const char *path, struct feed *out)
{
    struct feed feed = {.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)};
    if (feed.fd < 0)
        return sys_fault(errno, path);
    TRY(path_make(feed.path, "%s", path));
    *out = feed;
    return RC_OK;
}

void feed_close(struct feed *feed)
{
    sys_close(feed->fd);
    buf_free(&feed->bytes);
}

static struct view unread(const struct feed *feed)
{
    return view_from(buf_view(&feed->bytes), feed->at);
}

/* Drops what was taken and reads one chunk more. */
static struct rc more(struct feed *feed)
{
    char chunk[CHUNK];
    struct view left = unread(feed);
    if (feed->at && left.len)
        memmove(feed->bytes.ptr, left.ptr, left.len);
    feed->bytes.len = left.len;
    feed->at = 0;
    ssize_t got = read(feed->fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR)
        return RC_OK;
    if (got < 0)
        return sys_fault(errno, feed->path);
    feed->end = got == 0;
    buf_add(&feed->bytes, chunk, (size_t)got);
    return RC_OK;
}

/* Behind the damaged bytes a note may begin again: at a line that is the origin. */
static void skip_to(struct feed *feed, const char *origin)
{
    char line[LEDGER_ORIGIN_MAX + 2];
    struct view left = unread(feed);
    size_t len = (size_t)snprintf(line, sizeof line, "\n%s\n", origin);
    const char *found = left.len > 1 ? memmem(left.ptr, left.len, line, len) : NULL;
    feed->at += found ? (size_t)(found - left.ptr) + 1 : left.len;
}

struct rc feed_next(struct feed *feed, const char *origin, struct note *out)
{
    for (;;) {
        struct view left = unread(feed);
        struct note note;
        struct rc rc = note_take(&left, &note);
        size_t used = left.ptr ? (size_t)(left.ptr - feed->bytes.ptr) - feed->at : 0;
        /* Whole only with its empty line; until that is seen more signatures may follow. */
        bool whole = !failed(rc) && used == note.whole.len + 1;
        if (whole) {
            feed->at += used;
            *out = note;
            return RC_OK;
        }
        bool cut = !failed(rc) || rc.kind == FAULT_LIMIT || rc.kind == FAULT_ABSENT;
        if (cut && !feed->end && unread(feed).len < NOTE_MAX) {
            TRY(more(feed));
            continue;
        }
        if (feed->end && unread(feed).len == 0)
            return fault(FAULT_ABSENT, "no more checkpoints");
        if (cut && feed->end)
            return fault(FAULT_LIMIT, "a half-written checkpoint of %zu bytes", unread(feed).len);
        skip_to(feed, origin);
        return fault(FAULT_DATA, "bytes that are no checkpoint");
    }
}
