/*
 * keyfile: a private key on disk, and how it ends.
 *
 *   "MLKEY001" | size of what the provider saved, 8 bytes | 128 bytes | SM3 of all before
 *
 * Read straight into locked memory. Erasing overwrites the file in place, syncs and removes it. On
 * copy-on-write file systems and flash the old bytes may survive below the file system: a hardware
 * module, or keys on a plain disk, is what helps there.
 */
#include "record/ledger/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char magic[8] = {'M', 'L', 'K', 'E', 'Y', '0', '0', '1'};

struct key_record {
    char magic[8];
    uint8_t size[8];
    uint8_t saved[SM2_SAVED_MAX];
    uint8_t check[SM3_SIZE];
};

static struct view checked_part(const struct key_record *record)
{
    return (struct view){(const char *)record, offsetof(struct key_record, check)};
}

struct rc keyfile_path(const char *keys, uint64_t epoch, char out[static PATH_SIZE])
{
    return path_make(out, "%s/epoch-%06llu.key", keys, (unsigned long long)epoch);
}

static struct rc record_fill(const struct sm2_key *key, struct key_record *record)
{
    size_t size = 0;
    memcpy(record->magic, magic, sizeof magic);
    TRY(sm2_save(key, record->saved, &size));
    must(size <= SM2_SAVED_MAX);
    record->size[7] = (uint8_t)size;
    return sm3_digest(checked_part(record), record->check);
}

static struct rc record_write(const struct disk *disk, const char *path,
                              const struct key_record *record)
{
    char folder[PATH_SIZE], fresh[PATH_SIZE];
    TRY(path_make(fresh, "%s.new", path));
    TRY(disk_make_folders(disk, path));
    unlink(fresh); /* left by a crash: never in use */
    CLEANUP(sys_close_fdp)
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return sys_fault(errno, fresh);
    struct view bytes = {(const char *)record, sizeof *record};
    TRY(disk_write(disk, LEDGER_SEAL, fd, 0, bytes, fresh));
    TRY(disk_sync(disk, LEDGER_SEAL_SYNC, fd, fresh));
    if (rename(fresh, path) != 0)
        return sys_fault(errno, path);
    TRY(path_make(folder, "%s", path));
    *strrchr(folder, '/') = '\0';
    return disk_sync_folder(disk, folder);
}

struct rc keyfile_write(const struct disk *disk, const char *path, const struct sm2_key *key)
{
    CLEANUP(secret_freep) struct secret *secret = secret_new(sizeof(struct key_record));
    struct key_record *record = secret_bytes(secret);
    TRY(record_fill(key, record));
    return record_write(disk, path, record);
}

struct rc keyfile_read(const char *path, struct sm2_key **out)
{
    CLEANUP(secret_freep) struct secret *secret = secret_new(sizeof(struct key_record));
    struct key_record *record = secret_bytes(secret);
    uint8_t check[SM3_SIZE];
    CLEANUP(sys_close_fdp) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        return sys_fault(errno, path);
    ssize_t got = pread(fd, record, sizeof *record, 0);
    if (got < 0)
        return sys_fault(errno, path);
    TRY(sm3_digest(checked_part(record), check));
    if ((size_t)got != sizeof *record || memcmp(record->magic, magic, sizeof magic) != 0 ||
        record->size[7] > SM2_SAVED_MAX || !crypto_equal(check, record->check, SM3_SIZE))
        return fault(FAULT_DATA, "%.900s: this is no key file, or it was damaged", path);
    return sm2_load((struct view){(const char *)record->saved, record->size[7]}, out);
}

struct rc keyfile_erase(const struct disk *disk, const char *path)
{
    static const char zeros[sizeof(struct key_record)];
    char folder[PATH_SIZE];
    CLEANUP(sys_close_fdp) int fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        return sys_fault(errno, path);
    struct view bytes = {zeros, sizeof zeros};
    TRY(disk_write(disk, LEDGER_ERASE, fd, 0, bytes, path));
    TRY(disk_sync(disk, LEDGER_ERASE, fd, path));
    if (unlink(path) != 0)
        return sys_fault(errno, path);
    TRY(path_make(folder, "%s", path));
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    return disk_sync_folder(disk, slash ? folder : ".");
}
