/*
 * checkpoint: the text that is signed.
 *
 *   merlon/0123456789abcdef0123456789abcdef    origin: of the first key's fingerprint
 *   1234                                       leaves
 *   BASE64                                     root
 *   time 2026-08-01T12:00:00.123456Z
 *   epoch 3
 *   next 60                                    seconds within which another is promised
 *   previous BASE64                            SM3 of the checkpoint before, signature included
 *
 * The first three lines are those of every transparency log's checkpoint; ours follow as extension
 * lines. Since each names the one before, the last signature of an epoch vouches for all of them.
 */
#include "record/ledger/parts.h"

#include <string.h>

void checkpoint_encode(const struct checkpoint *checkpoint, struct buf *out)
{
    char time[TIME_TEXT];
    time_write(checkpoint->time, time);
    buf_printf(out, "%s\n%llu\n", checkpoint->origin, (unsigned long long)checkpoint->size);
    hash_write(&checkpoint->root, out);
    buf_printf(out, "\ntime %s\nepoch %llu\nnext %u\nprevious ", time,
               (unsigned long long)checkpoint->epoch, checkpoint->next);
    hash_write(&checkpoint->previous, out);
    buf_add_char(out, '\n');
}

static struct rc malformed(const char *what)
{
    return fault(FAULT_DATA, "checkpoint: its %s is missing or malformed", what);
}

/* Printable ASCII without blanks: it becomes the name in signature lines. */
bool origin_read(struct view text, char out[static LEDGER_ORIGIN_MAX])
{
    if (text.len == 0 || text.len >= LEDGER_ORIGIN_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~' || text.ptr[i] == '+')
            return false;
    }
    memset(out, 0, LEDGER_ORIGIN_MAX);
    memcpy(out, text.ptr, text.len);
    return true;
}

struct rc checkpoint_decode(struct view text, struct checkpoint *out)
{
    struct checkpoint read = {0};
    struct view value;
    uint64_t next = 0;
    if (text.len == 0 || text.ptr[text.len - 1] != '\n')
        return malformed("last newline");
    if (!field_take(&text, "", &value) || !origin_read(value, read.origin))
        return malformed("origin");
    if (!field_take(&text, "", &value) || !field_number(value, &read.size))
        return malformed("size");
    if (!field_take(&text, "", &value) || !field_hash(value, &read.root))
        return malformed("root");
    if (!field_take(&text, "time", &value) || !time_read(value, &read.time))
        return malformed("time");
    if (!field_take(&text, "epoch", &value) || !field_number(value, &read.epoch) || !read.epoch)
        return malformed("epoch");
    if (!field_take(&text, "next", &value) || !field_number(value, &next) || next > 86400)
        return malformed("promise of a next one");
    if (!field_take(&text, "previous", &value) || !field_hash(value, &read.previous) || text.len)
        return malformed("link to the one before");
    read.next = (uint32_t)next;
    *out = read;
    return RC_OK;
}
