/*
 * ledger rotate, cosign, stamp: a new key, a signature of another Merlon, a stamp of a time stamp
 * server. Files in, files out; how they travel is up to people.
 */
#include "interface/cli/office.h"

#include "foundation/sys/sys.h"

#include <string.h>
#include <unistd.h>

#define US          INT64_C(1000000)
#define WAIT        (10 * US)
#define REQUEST_MAX ((size_t)64 << 20)
#define STAMP_MAX   ((size_t)1 << 20)

static void tell_locked(void)
{
    const char *why;
    if (!crypto_secrets_locked(&why))
        tell(why);
}

struct rc cmd_ledger_rotate(const struct call *call, int *exit_code)
{
    struct ledger_options wanted = {.wait = WAIT};
    struct ledger *ledger = NULL;
    char fingerprint[SM3_HEX];
    (void)exit_code;
    TRY(ledger_places(call, &wanted.place));
    TRY(ledger_open(&wanted, &ledger, NULL));
    struct rc rc = ledger_rotate(ledger, sys_now(), fingerprint);
    if (failed(rc)) {
        ledger_free(ledger);
        return rc;
    }
    TRY(ledger_close(ledger, sys_now()));
    tell_locked();
    tell(say(call, "msg.ledger.rotated", fingerprint, NULL, NULL));
    return RC_OK;
}

/* The name of this witness in signature lines: that of the machine. */
static const char *witness_name(const struct call *call)
{
    char name[65] = "";
    if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0')
        return "witness";
    return arena_text(call->arena, name);
}

/* What was co-signed last for this ledger lies beside our own data, by the ledger's fingerprint. */
static struct rc kept_path(const struct call *call, const char *fingerprint, const char **out)
{
    const char *folder;
    TRY(data_folder(call, &folder));
    folder = arena_printf(call->arena, "%s/witness", folder);
    if (access(folder, F_OK) != 0 && mkdir(folder, 0700) != 0)
        return fault(FAULT_IO, "%.900s: the folder cannot be made", folder);
    *out = arena_printf(call->arena, "%s/%s", folder, fingerprint);
    return RC_OK;
}

static struct rc cosign(const struct call *call, const char *fingerprint, const struct sm2_key *key,
                        struct buf *out)
{
    const char *path = NULL;
    struct buf request CLEANUP(buf_freep) = {0}, kept CLEANUP(buf_freep) = {0};
    TRY(kept_path(call, fingerprint, &path));
    TRY(read_input(call->operands[0], REQUEST_MAX, &request));
    struct rc rc = sys_read_file(path, REQUEST_MAX, &kept);
    if (failed(rc) && rc.kind != FAULT_ABSENT)
        return rc;
    TRY(witness_cosign(buf_view(&request), buf_view(&kept), fingerprint, witness_name(call), key,
                       sys_now(), out));
    /* Kept first: what was handed out must never be forgotten. */
    return sys_write_file(path, buf_view(out), 0600);
}

static bool is_fingerprint(const char *text)
{
    uint8_t bytes[SM3_SIZE];
    return text && !failed(crypto_from_hex(view_of(text), bytes, sizeof bytes));
}

struct rc cmd_ledger_cosign(const struct call *call, int *exit_code)
{
    struct ledger_place place;
    struct sm2_key *key = NULL;
    struct buf out CLEANUP(buf_freep) = {0}, pem CLEANUP(buf_freep) = {0};
    const char *fingerprint = call_text(call, OPTION_FINGERPRINT, NULL);
    (void)exit_code;
    if (!is_fingerprint(fingerprint))
        return wrong(call, "msg.ledger.fingerprint", NULL, NULL, NULL);
    TRY(ledger_places(call, &place));
    TRY(witness_key(place.keys, &key));
    struct rc rc = cosign(call, fingerprint, key, &out);
    sm2_pem(sm2_public_of(key), &pem);
    sm2_free(key);
    TRY(rc);
    tell_locked();
    tell(say(call, "msg.ledger.cosigned", witness_name(call), pem.ptr, NULL));
    buf_add_char(&out, '\n');
    return output_write(call, &out);
}

struct rc cmd_ledger_keep(const struct call *call, int *exit_code)
{
    struct ledger_place place;
    struct buf note CLEANUP(buf_freep) = {0};
    (void)exit_code;
    TRY(ledger_places(call, &place));
    TRY(read_input(call->operands[0], STAMP_MAX, &note));
    return witness_keep(&place, buf_view(&note));
}

static void reader_freep(struct ledger_reader **reader)
{
    ledger_reader_free(*reader);
}

static struct rc keep_stamp(const struct call *call, struct ledger_reader *reader)
{
    struct buf response CLEANUP(buf_freep) = {0}, roots CLEANUP(buf_freep) = {0};
    struct buf signer CLEANUP(buf_freep) = {0};
    const char *trust = call_text(call, OPTION_TRUST, NULL);
    char time[32];
    int64_t us = 0;
    if (!trust)
        return wrong(call, "msg.ledger.trust", NULL, NULL, NULL);
    TRY(read_input(call->operands[0], STAMP_MAX, &response));
    TRY(read_input(trust, STAMP_MAX, &roots));
    TRY(ledger_stamp_keep(reader, buf_view(&response), buf_view(&roots), &us, &signer));
    sys_format_time(us, time);
    tell(say(call, "msg.ledger.stamped", signer.ptr, time, NULL));
    return RC_OK;
}

/* Without an operand: the request to be sent. With one: the server's answer, verified and kept. */
struct rc cmd_ledger_stamp(const struct call *call, int *exit_code)
{
    struct ledger_place place;
    struct ledger_reader *reader CLEANUP(reader_freep) = NULL;
    struct buf request CLEANUP(buf_freep) = {0};
    (void)exit_code;
    TRY(ledger_places(call, &place));
    TRY(ledger_reader_open(&place, &reader));
    if (call->operand_count)
        return keep_stamp(call, reader);
    TRY(ledger_stamp_request(reader, &request));
    return output_write(call, &request);
}

/* Goes on from a restored backup: the store gets a new id, and that is written down. */
struct rc cmd_ledger_adopt(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    const char *reason = call_text(call, OPTION_REASON, NULL);
    (void)exit_code;
    if (!reason)
        return wrong(call, "msg.needs_option", call->command->path, "--reason", NULL);
    TRY(office_open(call, &office));
    TRY(office_open_ledger(call, office));
    TRY(journal_adopt(office->journal, &office->sink, reg_actor(office->reg)->name, reason,
                      sys_now()));
    tell(say(call, "msg.ledger.adopted", journal_store_id(office->journal), NULL, NULL));
    return RC_OK;
}
