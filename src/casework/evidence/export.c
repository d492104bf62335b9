/*
 * export: a record with all that proves it, for somebody who has neither Merlon nor the ledger.
 *
 *   record.json       the deed's canonical bytes, with the evidence as its body
 *   leaf.txt          what the ledger holds of it           proof.txt  its place in the tree, and
 * the certificates.txt  the keys that sealed the tree                    signed checkpoint of that
 * tree verify.sh         the steps, as a program               README     the steps, as words
 */
#include "casework/evidence/evidence.h"

#include "foundation/sys/sys.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* verify.sh, linked in by script.S */
extern const char evidence_script[], evidence_script_end[];

static const char readme[] =
    "A record of Merlon, with what proves that it stands in a ledger.\n"
    "\n"
    "  record.json       the record: who recorded what and when; `body` is the evidence itself:\n"
    "                    target, digest of what was collected, each check with the digest of its\n"
    "                    definition, its parameters, verdict, observed rows and their sources\n"
    "  leaf.txt          what the ledger holds of it: the store's id, the record's number, the "
    "SM3\n"
    "                    of record.json\n"
    "  proof.txt         the hashes that lead from the leaf to the root of the tree, then the "
    "signed\n"
    "                    checkpoint with that root (RFC 9162 with SM3; signed note form)\n"
    "  certificates.txt  the keys of the ledger's epochs; each was certified by the one before\n"
    "\n"
    "To verify, with OpenSSL 3 and a POSIX shell and nothing else:\n"
    "\n"
    "  sh verify.sh FINGERPRINT\n"
    "\n"
    "FINGERPRINT was printed once, when the ledger was made, and should have been kept elsewhere.\n"
    "The script's text says each step. SM2 signatures are over the ID 1234567812345678, which the\n"
    "openssl command must be told (-sigopt distid:1234567812345678): its own default is empty.\n"
    "What is proven: the record was in the ledger when the checkpoint was signed, unaltered "
    "since.\n"
    "What is not: that the ledger as a whole was not replaced, unless the fingerprint matches; "
    "and\n"
    "that what was observed is true of the target: see the digest of what was collected.\n";

static struct rc make_folder(const char *folder)
{
    if (mkdir(folder, 0755) == 0 ||
        (errno == EEXIST && rmdir(folder) == 0 && mkdir(folder, 0755) == 0))
        return RC_OK;
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR)
        return fault(FAULT_USAGE, "%s exists and is not an empty folder", folder);
    return sys_fault(errno, folder);
}

static struct rc write_part(struct arena *arena, const char *folder, const char *name,
                            struct view bytes, mode_t mode)
{
    return sys_write_file(arena_printf(arena, "%s/%s", folder, name), bytes, mode);
}

static struct rc write_parts(struct arena *arena, const char *folder, struct view record,
                             struct view leaf, struct ledger_reader *reader, uint64_t index)
{
    struct buf proof CLEANUP(buf_free) = {0}, certificates CLEANUP(buf_free) = {0};
    TRY(ledger_prove(reader, index, &proof));
    TRY(ledger_certificates(reader, &certificates));
    TRY(make_folder(folder));
    TRY(write_part(arena, folder, "record.json", record, 0644));
    TRY(write_part(arena, folder, "leaf.txt", leaf, 0644));
    TRY(write_part(arena, folder, "proof.txt", buf_view(&proof), 0644));
    TRY(write_part(arena, folder, "certificates.txt", buf_view(&certificates), 0644));
    TRY(write_part(arena, folder, "README", view_of(readme), 0644));
    return write_part(
        arena, folder, "verify.sh",
        (struct view){evidence_script, (size_t)(evidence_script_end - evidence_script)}, 0755);
}

struct rc evidence_export(struct reg *reg, struct ledger_reader *reader, const char *key,
                          const char *folder)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct buf record CLEANUP(buf_free) = {0};
    const char *text;
    struct deed deed;
    struct view leaf;
    int64_t sequence, number;
    TRY(evidence_get(reg, key, arena, &text, &sequence));
    TRY(journal_get(reg_journal(reg), sequence, arena, &deed, &number));
    if (number < 0)
        return fault(FAULT_USAGE, "evidence '%s' has not reached the ledger yet", key);
    deed_encode(&deed, &record);
    TRY(ledger_read(reader, (uint64_t)number, &leaf));
    struct view kept = view_of(arena_printf(arena, "%.*s", (int)leaf.len, leaf.ptr));
    return write_parts(arena, folder, buf_view(&record), kept, reader, (uint64_t)number);
}
