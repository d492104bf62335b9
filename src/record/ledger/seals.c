/*
 * seals: the files of checkpoints, one for each epoch. Each note is followed by an empty line; a
 * note without it is torn, whatever else is there.
 */
#include "record/ledger/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TAIL 65536 /* bytes read from the end: a checkpoint takes about 400 */

struct rc seals_path(const char *folder, uint64_t epoch, char out[static PATH_SIZE])
{
    return path_make(out, "%s/checkpoints/%06llu", folder, (unsigned long long)epoch);
}

struct rc note_hash(struct view whole, struct hash *out)
{
    return sm3_digest(whole, out->bytes);
}

/* The last TAIL bytes of a file; *start is where they begin in it. */
static struct rc tail_read(const char *path, uint64_t *start, struct buf *out)
{
    CLEANUP(sys_close_fdp) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        return sys_fault(errno, path);
    off_t from = st.st_size > TAIL ? st.st_size - TAIL : 0;
    if (lseek(fd, from, SEEK_SET) < 0)
        return sys_fault(errno, path);
    TRY(sys_read_fd(fd, path, 2 * TAIL, out));
    *start = (uint64_t)from;
    return RC_OK;
}

/* The last place in `bytes` before `end` where a note of this origin begins; false: none. */
static bool note_start(struct view bytes, size_t end, const char *origin, bool from_start,
                       size_t *out)
{
    char line[LEDGER_ORIGIN_MAX + 2];
    size_t len = (size_t)snprintf(line, sizeof line, "\n%s\n", origin);
    for (size_t at = end; at-- > 0;) {
        if (at + len <= bytes.len && memcmp(bytes.ptr + at, line, len) == 0) {
            *out = at + 1;
            return true;
        }
    }
    *out = 0; /* the first note of a file has no newline before it */
    return end > 0 && from_start && bytes.len >= len - 1 &&
           memcmp(bytes.ptr, line + 1, len - 1) == 0;
}

static bool note_whole(struct view bytes, struct note *note, size_t *end)
{
    struct view rest = bytes;
    if (failed(note_take(&rest, note)))
        return false;
    size_t len = note->whole.len;
    *end = len + 1;
    return len < bytes.len && bytes.ptr[len] == '\n';
}

static struct rc seal_take(const struct note *note, const struct epoch *epoch, struct seal *seal,
                           struct buf *out)
{
    TRY(checkpoint_decode(note->text, &seal->last));
    if (seal->last.epoch != epoch->number)
        return fault(FAULT_DATA, "checkpoints of epoch %llu: one of epoch %llu stands there",
                     (unsigned long long)epoch->number, (unsigned long long)seal->last.epoch);
    TRY(fault_within(note_verify(note, epoch->origin, &epoch->key), "last checkpoint"));
    TRY(note_hash(note->whole, &seal->hash));
    seal->any = true;
    if (out)
        buf_add_view(out, note->whole);
    return RC_OK;
}

/* The last whole note among the file's last bytes. */
static struct rc seal_find(struct view bytes, uint64_t start, const struct epoch *epoch,
                           struct seal *seal, struct buf *out)
{
    struct note note;
    size_t at = bytes.len, end = 0;
    while (note_start(bytes, at, epoch->origin, start == 0, &at)) {
        if (!note_whole(view_from(bytes, at), &note, &end)) {
            at -= at > 0; /* before the newline that led here */
            continue;
        }
        seal->torn = bytes.len - at - end;
        return seal_take(&note, epoch, seal, out);
    }
    if (start)
        return fault(FAULT_DATA, "checkpoints of epoch %llu: no whole one at their end",
                     (unsigned long long)epoch->number);
    seal->torn = bytes.len;
    return RC_OK;
}

struct rc seals_last(const char *folder, const struct chain *chain, struct seal *out,
                     struct buf *note)
{
    struct seal seal = {0};
    for (size_t i = chain->count; i-- > 0 && !seal.any;) {
        struct buf bytes = {0};
        char path[PATH_SIZE];
        uint64_t start = 0, torn = seal.torn;
        TRY(seals_path(folder, chain->epochs[i].number, path));
        struct rc rc = tail_read(path, &start, &bytes);
        if (!failed(rc))
            rc = seal_find(buf_view(&bytes), start, &chain->epochs[i], &seal, note);
        else if (rc.kind == FAULT_ABSENT)
            rc = RC_OK; /* an epoch that has sealed nothing yet */
        buf_free(&bytes);
        TRY(rc);
        if (i + 1 < chain->count)
            seal.torn = torn; /* only the newest file may end half-written */
    }
    *out = seal;
    return RC_OK;
}
