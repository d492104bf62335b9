/*
 * zip: members of a zip file through libarchive, one at a time. Inflated bytes are counted as they
 * come: what a member declares of its size is not believed.
 */
#include "foundation/sheet/parts.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define MEMBERS_MAX 10000

struct zip_member {
    struct archive *archive;
    const char *origin;
    size_t inflated;
};

static struct rc broken(struct archive *archive, const char *origin)
{
    const char *why = archive_error_string(archive);
    return fault(FAULT_DATA, "%s: not a whole XLSX file: %s", origin, why ? why : "broken archive");
}

/* Walks to the member; *found says whether it is there. */
static struct rc find(struct archive *archive, const char *origin, const char *name, bool *found)
{
    struct archive_entry *entry;
    for (int i = 0; i < MEMBERS_MAX; i++) {
        int code = archive_read_next_header(archive, &entry);
        if (code == ARCHIVE_EOF) {
            *found = false;
            return RC_OK;
        }
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
            return broken(archive, origin);
        const char *path = archive_entry_pathname(entry);
        if (path && strcmp(path, name) == 0) {
            *found = true;
            return RC_OK;
        }
    }
    return fault(FAULT_LIMIT, "%s: more than %d members", origin, MEMBERS_MAX);
}

struct rc zip_open(struct view zip, const char *origin, const char *name, struct zip_member **out)
{
    struct archive *archive = archive_read_new();
    if (!archive)
        panic("out of memory");
    bool found = false;
    struct rc rc = RC_OK;
    if (archive_read_support_format_zip_seekable(archive) != ARCHIVE_OK ||
        archive_read_open_memory(archive, zip.ptr, zip.len) != ARCHIVE_OK)
        rc = broken(archive, origin);
    if (!failed(rc))
        rc = find(archive, origin, name, &found);
    if (failed(rc) || !found) {
        archive_read_free(archive);
        if (!failed(rc))
            *out = NULL;
        return rc;
    }
    struct zip_member *member = mem_new(sizeof *member);
    *member = (struct zip_member){.archive = archive, .origin = origin};
    *out = member;
    return RC_OK;
}

int zip_read(struct zip_member *member, char *bytes, int max)
{
    la_ssize_t got = archive_read_data(member->archive, bytes, (size_t)max);
    if (got < 0) {
        rc_ignore(broken(member->archive, member->origin)); /* kept as this thread's fault */
        return -1;
    }
    member->inflated += (size_t)got;
    if (member->inflated > SHEET_BYTES_MAX) {
        rc_ignore(fault(FAULT_LIMIT, "%s: inflates to more than %zu bytes", member->origin,
                        SHEET_BYTES_MAX));
        return -1;
    }
    return (int)got;
}

void zip_close(struct zip_member *member)
{
    if (!member)
        return;
    archive_read_free(member->archive);
    mem_free(member);
}

struct rc zip_member_text(struct view zip, const char *origin, const char *name, struct buf *out)
{
    struct zip_member *member;
    TRY(zip_open(zip, origin, name, &member));
    buf_add_text(out, "");
    if (!member)
        return RC_OK;
    char block[16384];
    int got;
    while ((got = zip_read(member, block, (int)sizeof block)) > 0)
        buf_add(out, block, (size_t)got);
    zip_close(member);
    return got < 0 ? (struct rc){FAULT_DATA} : RC_OK;
}
