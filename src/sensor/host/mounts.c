/*
 * mounts: which file systems the walk goes through.
 *
 * The type comes from mountinfo, found by mount id or device: asking a network file system itself
 * (statfs) can hang when its server is gone. statfs is the fallback where /proc does not tell.
 */
#include "sensor/host/walk.h"

#include "foundation/sys/sys.h"

#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define MOUNTINFO_MAX ((size_t)64 << 20)

/* ---- types ----------------------------------------------------------------------------- */

/* Interfaces of the kernel: no files of anybody. tmpfs and ramfs do hold files. */
static const char *const kernel_types[] = {
    "autofs",     "binder",    "binfmt_misc", "bpf",       "cgroup",     "cgroup2",   "configfs",
    "cpuset",     "debugfs",   "devpts",      "devtmpfs",  "dmabuf",     "efivarfs",  "fusectl",
    "functionfs", "hugetlbfs", "mqueue",      "nfsd",      "nsfs",       "pipefs",    "proc",
    "pstore",     "resctrl",   "rpc_pipefs",  "secretmem", "securityfs", "selinuxfs", "smackfs",
    "sockfs",     "sysfs",     "tracefs",     "usbfs",     "xenfs"};

/* Somebody else's files: their own host answers for them, and they can be endless or hang. */
static const char *const network_types[] = {
    "9p",        "acfs",  "afs",    "beegfs", "ceph",  "cifs",   "coda",     "fuse",     "gfs",
    "glusterfs", "gpfs",  "lustre", "ncpfs",  "nfs",   "nfs4",   "ocfs2",    "orangefs", "panfs",
    "prl_fs",    "pvfs2", "smb2",   "smb3",   "smbfs", "vboxsf", "virtiofs", "vmhgfs"};

/* Some forty words: asked once for each mount, not for each entry. */
static bool is_one_of(const char *type, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(type, list[i]) == 0)
            return true;
    return false;
}

bool type_is_walked(const char *type)
{
    /* fuse.sshfs, fuse.rclone ...; fuseblk is a local disk (NTFS). */
    if (strncmp(type, "fuse.", 5) == 0)
        return false;
    return !is_one_of(type, kernel_types, COUNT_OF(kernel_types)) &&
           !is_one_of(type, network_types, COUNT_OF(network_types));
}

void statfs_type(int fd, char out[static 32])
{
    static const struct {
        unsigned long magic;
        const char *type;
    } known[] = {
        {EXT4_SUPER_MAGIC, "ext4"},
        {XFS_SUPER_MAGIC, "xfs"},
        {BTRFS_SUPER_MAGIC, "btrfs"},
        {TMPFS_MAGIC, "tmpfs"},
        {OVERLAYFS_SUPER_MAGIC, "overlay"},
        {SQUASHFS_MAGIC, "squashfs"},
        {PROC_SUPER_MAGIC, "proc"},
        {SYSFS_MAGIC, "sysfs"},
        {CGROUP_SUPER_MAGIC, "cgroup"},
        {CGROUP2_SUPER_MAGIC, "cgroup2"},
        {DEVPTS_SUPER_MAGIC, "devpts"},
        {DEBUGFS_MAGIC, "debugfs"},
        {TRACEFS_MAGIC, "tracefs"},
        {SECURITYFS_MAGIC, "securityfs"},
        {BPF_FS_MAGIC, "bpf"},
        {0x19800202, "mqueue"},
        {PSTOREFS_MAGIC, "pstore"},
        {0x62656570, "configfs"},
        {0x65735543, "fusectl"},
        {HUGETLBFS_MAGIC, "hugetlbfs"},
        {AUTOFS_SUPER_MAGIC, "autofs"},
        {BINFMTFS_MAGIC, "binfmt_misc"},
        {NSFS_MAGIC, "nsfs"},
        {EFIVARFS_MAGIC, "efivarfs"},
        {SELINUX_MAGIC, "selinuxfs"},
        {SMACK_MAGIC, "smackfs"},
        {NFS_SUPER_MAGIC, "nfs"},
        {CIFS_SUPER_MAGIC, "cifs"},
        {SMB2_SUPER_MAGIC, "smb2"},
        {SMB_SUPER_MAGIC, "smbfs"},
        {V9FS_MAGIC, "9p"},
        {CEPH_SUPER_MAGIC, "ceph"},
        {AFS_SUPER_MAGIC, "afs"},
        {AFS_FS_MAGIC, "afs"},
        {CODA_SUPER_MAGIC, "coda"},
        {FUSE_SUPER_MAGIC, "fuse"},
    };
    struct statfs st;
    if (fstatfs(fd, &st) != 0)
        memset(&st, 0, sizeof st);
    unsigned long magic = (unsigned long)st.f_type & 0xffffffffUL;
    snprintf(out, 32, "0x%lx", magic);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (known[i].magic == magic)
            snprintf(out, 32, "%s", known[i].type);
}

/* ---- what is mounted ------------------------------------------------------------------- */

/* "8:1" as makedev(8, 1). */
static bool read_device(struct view text, uint64_t *out)
{
    struct view major_text;
    int64_t high, low;
    if (!view_cut(&text, ':', &major_text) || !view_integer(major_text, &high) ||
        !view_integer(text, &low))
        return false;
    *out = makedev((unsigned)high, (unsigned)low);
    return true;
}

/* "36 35 98:0 /root /mnt rw,noatime master:1 - ext3 /dev/root rw": the type follows the dash. */
static bool read_line(struct view line, struct mount *out)
{
    struct view word;
    int64_t id;
    if (!view_word(&line, &word) || !view_integer(word, &id))
        return false;
    if (!view_word(&line, &word) || !view_word(&line, &word) || !read_device(word, &out->device))
        return false;
    do {
        if (!view_word(&line, &word))
            return false;
    } while (!view_is(word, "-"));
    if (!view_word(&line, &word))
        return false;
    out->id = (uint64_t)id;
    snprintf(out->type, sizeof out->type, "%.*s", (int)word.len, word.ptr);
    return true;
}

void mounts_read(struct mounts *mounts)
{
    struct buf text = {0};
    *mounts = (struct mounts){0};
    /* Not readable: nothing is known, and statfs is asked instead. */
    rc_ignore(sys_read_file("/proc/self/mountinfo", MOUNTINFO_MAX, &text));
    struct view rest = buf_view(&text), line;
    while (view_line(&rest, &line)) {
        struct mount mount;
        if (!read_line(line, &mount))
            continue;
        if (mounts->count == mounts->room) {
            mounts->room = mounts->room ? mounts->room * 2 : 64;
            mounts->list = mem_resize(mounts->list, mounts->room * sizeof *mounts->list);
        }
        mounts->list[mounts->count++] = mount;
    }
    buf_free(&text);
}

void mounts_free(struct mounts *mounts)
{
    mem_free(mounts->list);
}

const char *mounts_type(const struct mounts *mounts, uint64_t id, uint64_t device)
{
    for (size_t i = 0; i < mounts->count; i++)
        if (id ? mounts->list[i].id == id : mounts->list[i].device == device)
            return mounts->list[i].type;
    return NULL;
}
