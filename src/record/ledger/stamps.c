/*
 * stamps: stamps of time over checkpoints, three files each below FOLDER/stamps.
 *
 *   000000001234-1785585600000000.note   the checkpoint, as it was signed
 *   ....tsq                              the request; its imprint is SM3 of the .note
 *   ....tsr                              the server's answer, verified before it is kept
 */
#include "record/ledger/parts.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STAMP_MAX  (1u << 20)
#define STAMPS_MAX 100000

static struct rc write_stamp(const char *base, const char *suffix, struct view bytes)
{
    const struct disk disk = {0};
    char path[PATH_SIZE];
    TRY(path_make(path, "%s.%s", base, suffix));
    TRY(disk_make_folders(&disk, path));
    return sys_write_file(path, bytes, 0644);
}

static struct rc read_stamp(const char *base, const char *suffix, struct buf *out)
{
    char path[PATH_SIZE];
    TRY(path_make(path, "%s.%s", base, suffix));
    return sys_read_file(path, STAMP_MAX, out);
}

struct rc ledger_stamp_request(struct ledger_reader *reader, struct buf *request)
{
    char base[PATH_SIZE];
    uint8_t imprint[SM3_SIZE];
    struct buf note = {0}, fresh = {0};
    struct rc rc = ledger_last_checkpoint(reader, &note);
    if (!failed(rc))
        rc = sm3_digest(buf_view(&note), imprint);
    if (!failed(rc))
        rc = stamp_request(imprint, &fresh);
    if (!failed(rc))
        rc = path_make(base, "%s/stamps/%012llu-%lld", reader->folder,
                       (unsigned long long)reader->seal.last.size,
                       (long long)reader->seal.last.time);
    if (!failed(rc))
        rc = write_stamp(base, "note", buf_view(&note));
    if (!failed(rc))
        rc = write_stamp(base, "tsq", buf_view(&fresh));
    if (!failed(rc))
        buf_add_view(request, buf_view(&fresh));
    buf_free(&note);
    buf_free(&fresh);
    return rc;
}

struct rc stamp_check(const char *base, struct view response, struct view roots, struct buf *note,
                      int64_t *time, struct buf *signer)
{
    uint8_t imprint[SM3_SIZE];
    struct buf request = {0};
    TRY(read_stamp(base, "note", note));
    TRY(sm3_digest(buf_view(note), imprint));
    struct rc rc = read_stamp(base, "tsq", &request);
    if (!failed(rc))
        rc = stamp_verify(response, buf_view(&request), imprint, roots, time, signer);
    buf_free(&request);
    return rc;
}

static int ends_in_tsq(const struct dirent *entry)
{
    return view_ends(view_of(entry->d_name), ".tsq");
}

static int ends_in_tsr(const struct dirent *entry)
{
    return view_ends(view_of(entry->d_name), ".tsr");
}

struct rc stamps_each(const char *folder, bool answered,
                      struct rc (*each)(void *context, const char *base), void *context)
{
    char path[PATH_SIZE], base[PATH_SIZE];
    struct dirent **entries = NULL;
    TRY(path_make(path, "%s/stamps", folder));
    int count = scandir(path, &entries, answered ? ends_in_tsr : ends_in_tsq, alphasort);
    if (count < 0)
        return errno == ENOENT ? RC_OK : sys_fault(errno, path);
    struct rc rc = RC_OK;
    for (int i = 0; i < count; i++) {
        int len = (int)strlen(entries[i]->d_name) - 4;
        if (!failed(rc) && i < STAMPS_MAX)
            rc = path_make(base, "%s/%.*s", path, len, entries[i]->d_name);
        if (!failed(rc) && i < STAMPS_MAX)
            rc = each(context, base);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

struct answer {
    struct view response, roots;
    char base[PATH_SIZE];
    bool found;
    int64_t time;
    struct buf signer, why;
};

/* Which of the open requests does the answer belong to? The one it verifies for. */
static struct rc try_request(void *context, const char *base)
{
    struct answer *answer = context;
    struct buf note = {0}, signer = {0};
    if (answer->found)
        return RC_OK;
    struct rc rc =
        stamp_check(base, answer->response, answer->roots, &note, &answer->time, &signer);
    buf_free(&note);
    if (failed(rc)) {
        answer->why.len = 0;
        buf_add_text(&answer->why, fault_text());
        buf_free(&signer);
        return RC_OK;
    }
    answer->found = true;
    answer->signer = signer;
    return path_make(answer->base, "%s", base);
}

struct rc ledger_stamp_keep(struct ledger_reader *reader, struct view response,
                            struct view roots_pem, int64_t *time, struct buf *signer)
{
    struct answer answer = {.response = response, .roots = roots_pem};
    struct rc rc = stamps_each(reader->folder, false, try_request, &answer);
    if (!failed(rc) && !answer.found)
        rc = fault(FAULT_DATA, "%s",
                   answer.why.len ? answer.why.ptr : "time stamp: no request was made");
    if (!failed(rc))
        rc = write_stamp(answer.base, "tsr", response);
    if (!failed(rc)) {
        *time = answer.time;
        buf_add_view(signer, buf_view(&answer.signer));
    }
    buf_free(&answer.signer);
    buf_free(&answer.why);
    return rc;
}

struct rc stamp_response(const char *base, struct buf *out)
{
    return read_stamp(base, "tsr", out);
}
