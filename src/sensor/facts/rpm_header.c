/*
 * rpm_header: a package's header as rpm keeps it in its databases.
 *
 *   il  dl | il x (tag type offset count) | dl bytes of data
 *
 * All numbers are 32 bits, most significant byte first; offsets count from the start of the data. A
 * text ends in NUL. Only the index and the few values we want are read, each within its bound: the
 * lists of files, which make up almost all of a header, are passed over.
 */
#include "sensor/facts/key.h"
#include "sensor/facts/rpm.h"

#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX    65535
#define ENTRY_SIZE     16
#define TEXT_MAX       1024
#define SIGNATURE_MAX  8192
#define TEXT_BYTES_MAX ((size_t)16 << 20) /* of a whole digest */

enum type { INT32 = 4, STRING = 6, BIN = 7, STRING_ARRAY = 8, I18N_STRING = 9 };

enum want {
    NAME,
    EPOCH,
    VERSION,
    RELEASE,
    ARCHITECTURE,
    VENDOR,
    INSTALL_TIME,
    SOURCE_RPM,
    GROUP,
    RSA_HEADER,
    DSA_HEADER,
    OPENPGP,
    PGP,
    GPG,
    WANT_COUNT
};

static const struct {
    uint32_t tag;
    uint8_t type, other_type;
} wanted[WANT_COUNT] = {
    [NAME] = {1000, STRING, STRING},
    [EPOCH] = {1003, INT32, INT32},
    [VERSION] = {1001, STRING, STRING},
    [RELEASE] = {1002, STRING, STRING},
    [ARCHITECTURE] = {1022, STRING, STRING},
    [VENDOR] = {1011, STRING, STRING},
    [INSTALL_TIME] = {1008, INT32, INT32},
    [SOURCE_RPM] = {1044, STRING, STRING},
    [GROUP] = {1016, I18N_STRING, STRING},
    [RSA_HEADER] = {268, BIN, BIN},
    [DSA_HEADER] = {267, BIN, BIN},
    [OPENPGP] = {278, STRING_ARRAY, STRING_ARRAY},
    [PGP] = {259, BIN, BIN},
    [GPG] = {262, BIN, BIN},
};

struct entry {
    bool is_there;
    uint32_t offset, count;
};

struct header {
    const struct source_parts *parts;
    uint64_t data; /* where it starts */
    uint32_t data_size;
    struct entry entries[WANT_COUNT];
};

static struct rc take_entry(struct header *header, const uint8_t *raw)
{
    uint32_t tag = rpm_big32(raw), type = rpm_big32(raw + 4);
    struct entry entry = {true, rpm_big32(raw + 8), rpm_big32(raw + 12)};
    for (size_t i = 0; i < WANT_COUNT; i++) {
        if (wanted[i].tag != tag || header->entries[i].is_there)
            continue;
        if (type != wanted[i].type && type != wanted[i].other_type)
            return fault(FAULT_DATA, "tag %u of a header has type %u", tag, type);
        if (entry.offset >= header->data_size || entry.count == 0)
            return fault(FAULT_DATA, "tag %u of a header lies outside of its data", tag);
        header->entries[i] = entry;
    }
    return RC_OK;
}

static struct rc read_index(struct header *header, uint64_t offset, uint32_t count)
{
    uint8_t raw[64 * ENTRY_SIZE];
    for (uint32_t i = 0; i < count;) {
        uint32_t n = count - i < 64 ? count - i : 64;
        TRY(header->parts->read(header->parts, offset + (uint64_t)i * ENTRY_SIZE, raw,
                                (size_t)n * ENTRY_SIZE));
        for (uint32_t j = 0; j < n; j++)
            TRY(take_entry(header, raw + (size_t)j * ENTRY_SIZE));
        i += n;
    }
    return RC_OK;
}

static struct rc open_header(const struct source_parts *parts, uint64_t offset, uint64_t size,
                             struct header *out)
{
    uint8_t head[8];
    if (size < sizeof head || size > RPM_BLOB_MAX)
        return fault(FAULT_DATA, "a header of %llu bytes", (unsigned long long)size);
    TRY(parts->read(parts, offset, head, sizeof head));
    uint64_t count = rpm_big32(head), data_size = rpm_big32(head + 4);
    if (count > ENTRIES_MAX || 8 + count * ENTRY_SIZE + data_size != size)
        return fault(FAULT_DATA, "a header whose sizes contradict each other");
    *out = (struct header){
        .parts = parts, .data = offset + 8 + count * ENTRY_SIZE, .data_size = (uint32_t)data_size};
    return read_index(out, offset + 8, (uint32_t)count);
}

/* ---- values ---------------------------------------------------------------------------- */

/* Up to `max` bytes of a value. */
static struct rc read_value(const struct header *header, enum want want, size_t max, char *out,
                            size_t *len)
{
    const struct entry *entry = &header->entries[want];
    size_t left = header->data_size - entry->offset;
    *len = left < max ? left : max;
    return header->parts->read(header->parts, header->data + entry->offset, out, *len);
}

/* A text as one field; `out` stays as it is when the header has none. */
static struct rc add_text(const struct header *header, enum want want, struct buf *out)
{
    char bytes[TEXT_MAX];
    size_t len;
    if (!header->entries[want].is_there)
        return RC_OK;
    TRY(read_value(header, want, sizeof bytes, bytes, &len));
    const char *end = memchr(bytes, '\0', len);
    if (!end)
        return fault(FAULT_DATA, "a text of a header has no end within %d bytes", TEXT_MAX);
    bundle_escape(out, (struct view){bytes, (size_t)(end - bytes)});
    return RC_OK;
}

static struct rc add_number(const struct header *header, enum want want, struct buf *out)
{
    char bytes[4];
    size_t len;
    if (!header->entries[want].is_there)
        return RC_OK;
    TRY(read_value(header, want, sizeof bytes, bytes, &len));
    if (len < sizeof bytes)
        return fault(FAULT_DATA, "a number of a header lies outside of its data");
    buf_printf(out, "%u", rpm_big32((const uint8_t *)bytes));
    return RC_OK;
}

/* Base64 up to its NUL, in place: a decoded byte never overtakes what is still to be read. */
static size_t decode64(char *text, size_t len)
{
    size_t n = 0;
    const char *end = memchr(text, '\0', len);
    struct view encoded = {text, end ? (size_t)(end - text) : len};
    return base64_decode(encoded, text, &n) ? n : 0;
}

/* The first signature that names its key; of the header, else of the header and its payload. */
static struct rc add_key(const struct header *header, struct buf *out)
{
    static const enum want order[] = {RSA_HEADER, DSA_HEADER, OPENPGP, PGP, GPG};
    char bytes[SIGNATURE_MAX], id[17];
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        const struct entry *entry = &header->entries[order[i]];
        size_t len, max = sizeof bytes;
        if (!entry->is_there)
            continue;
        if (order[i] != OPENPGP && entry->count < max)
            max = entry->count;
        TRY(read_value(header, order[i], max, bytes, &len));
        if (order[i] == OPENPGP)
            len = decode64(bytes, len);
        if (rpm_signature_key((struct view){bytes, len}, id)) {
            buf_add_text(out, id);
            return RC_OK;
        }
    }
    return RC_OK;
}

/* ---- a package ------------------------------------------------------------------------- */

static struct rc add_field(const struct header *header, enum want want, struct buf *out)
{
    buf_add_char(out, '\t');
    if (want == RSA_HEADER)
        return add_key(header, out);
    return wanted[want].type == INT32 ? add_number(header, want, out) : add_text(header, want, out);
}

static struct rc add_line(const struct header *header, struct buf *out)
{
    static const enum want order[] = {NAME,   EPOCH,        VERSION,    RELEASE,    ARCHITECTURE,
                                      VENDOR, INSTALL_TIME, RSA_HEADER, SOURCE_RPM, GROUP};
    buf_add_text(out, "package");
    for (size_t i = 0; i < COUNT_OF(order); i++)
        TRY(add_field(header, order[i], out));
    buf_add_char(out, '\n');
    return RC_OK;
}

struct rc rpm_header_add(struct rpm_sink *sink, const struct source_parts *parts, uint64_t offset,
                         uint64_t size)
{
    struct header header;
    size_t before = sink->out->len;
    TRY(open_header(parts, offset, size, &header));
    if (!header.entries[NAME].is_there || !header.entries[VERSION].is_there)
        return fault(FAULT_DATA, "a header without name or version");
    if (sink->packages == RPM_PACKAGES_MAX || before > TEXT_BYTES_MAX - TEXT_MAX * 64)
        return fault(FAULT_DATA, "more than %d packages, or too much text", RPM_PACKAGES_MAX);
    struct rc rc = add_line(&header, sink->out);
    if (failed(rc))
        sink->out->len = before; /* untouched on failure */
    else
        sink->packages++;
    return rc;
}

struct rc rpm_header_try(struct rpm_sink *sink, const struct source_parts *parts, uint64_t offset,
                         uint64_t size, uint64_t number)
{
    struct rc rc = rpm_header_add(sink, parts, offset, size);
    if (!failed(rc) || rc.kind != FAULT_DATA)
        return rc;
    rpm_problem(sink, "package %llu: %.160s", (unsigned long long)number, fault_text());
    return RC_OK;
}
