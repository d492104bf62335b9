/*
 * seal: the last 91 bytes of a bundle, a skippable zstd frame (RFC 8878, 3.1.2):
 *
 *   magic 0x184D2A53 | size of what follows | "merlon-bundle sm3 " 64 digits newline
 *
 * The digest covers every byte before the frame. Without it, some bytes of a zstd stream and of tar
 * padding could change unseen. A person proves it with: head -c -91 FILE | openssl dgst -sm3
 */
#include "sensor/bundle/parts.h"

#include <string.h>

#define LABEL     "merlon-bundle sm3 "
#define TEXT_SIZE (sizeof LABEL - 1 + 2 * SM3_SIZE + 1)
#define HEAD      "\x53\x2a\x4d\x18\x53\x00\x00\x00"
#define HEAD_SIZE (sizeof HEAD - 1)
#define SEAL_SIZE (HEAD_SIZE + TEXT_SIZE)

_Static_assert(TEXT_SIZE == 0x53, "the size in HEAD is that of the text");

struct rc seal_add(struct buf *bytes)
{
    char hex[SM3_HEX];
    TRY(sm3_hex(buf_view(bytes), hex));
    buf_add(bytes, HEAD, HEAD_SIZE);
    buf_printf(bytes, LABEL "%s\n", hex);
    return RC_OK;
}

static bool is_sealed(struct view tail)
{
    return memcmp(tail.ptr, HEAD, HEAD_SIZE) == 0 &&
           view_starts(view_from(tail, HEAD_SIZE), LABEL) && tail.ptr[tail.len - 1] == '\n';
}

struct rc seal_check(struct view *bytes)
{
    if (bytes->len < 4 || memcmp(bytes->ptr, "\x28\xb5\x2f\xfd", 4) != 0)
        return fault(FAULT_TARGET, "not a bundle; give a file that `merlon collect -o` wrote");
    if (bytes->len < SEAL_SIZE || !is_sealed(view_from(*bytes, bytes->len - SEAL_SIZE)))
        return fault(FAULT_TARGET, "the seal at its end is missing: the bundle was cut, or it is "
                                   "none; copy or collect it again");
    struct view body = {bytes->ptr, bytes->len - SEAL_SIZE};
    char hex[SM3_HEX];
    TRY(sm3_hex(body, hex));
    if (memcmp(bytes->ptr + bytes->len - 1 - 2 * SM3_SIZE, hex, 2 * SM3_SIZE) != 0)
        return fault(FAULT_TARGET, "the seal does not fit its bytes: the bundle was damaged or "
                                   "altered; copy or collect it again");
    *bytes = body;
    return RC_OK;
}
