/*
 * sysctl: the kernel's settings as sysctl(8) writes them, one "a.b.c = value" a line.
 *
 * Lines of a value are joined by blanks; a '.' inside a component is written '/'. Values that
 * nobody can read (write-only, not set) are left out, secrets and settings whose reading does
 * something too. Values that only root may read make the probe ITEM_TRUNCATED for others.
 */
#include "sensor/host/driver.h"

#include "foundation/sys/sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEPTH_MAX 16
#define VALUE_MAX (64u * 1024u) /* the kernel gives a value in one read or cuts it */

struct listing {
    struct buf *out;
    size_t max;
    dev_t device;   /* other file systems below (binfmt_misc) are no settings */
    struct buf key; /* of the folder being listed, with a dot at its end */
    size_t values, denied;
    bool full;
    char example[64];
};

/* Secrets; a flush on reading; values whose reading makes the kernel complain. */
static bool left_out(const char *name)
{
    static const char *const names[] = {"stable_secret", "tcp_fastopen_key", "stat_refresh",
                                        "base_reachable_time", "retrans_time"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void add_component(struct buf *key, const char *name)
{
    for (; *name; name++)
        buf_add_char(key, *name == '.' ? '/' : *name);
}

/* The lines of a value become one; a value that would pass the bound ends the list. */
static void add_value(struct listing *listing, char *value, size_t len)
{
    struct buf *out = listing->out;
    while (len && value[len - 1] == '\n')
        len--;
    for (size_t i = 0; i < len; i++)
        if (value[i] == '\n' || value[i] == '\0')
            value[i] = ' ';
    listing->full |= out->len + listing->key.len + len + 4 > listing->max;
    if (listing->full)
        return;
    buf_add_view(out, buf_view(&listing->key));
    buf_add_text(out, " = ");
    buf_add(out, value, len);
    buf_add_char(out, '\n');
    listing->values++;
}

static void note_denied(struct listing *listing)
{
    size_t len =
        listing->key.len < sizeof listing->example ? listing->key.len : sizeof listing->example - 1;
    if (listing->denied++ == 0)
        memcpy(listing->example, listing->key.ptr, len);
}

static void read_value(struct listing *listing, int folder, const char *name)
{
    char value[VALUE_MAX];
    CLEANUP(sys_close_fdp) int fd = openat(folder, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, value, sizeof value);
    listing->full |= got == sizeof value;
    if (got >= 0)
        add_value(listing, value, (size_t)got);
    else if (errno == EACCES || errno == EPERM)
        note_denied(listing);
}

static void list_folder(struct listing *listing, int fd, unsigned depth);

static void list_entry(struct listing *listing, int folder, const char *name, unsigned depth)
{
    struct stat st;
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0 ||
        st.st_dev != listing->device || left_out(name))
        return;
    size_t before = listing->key.len;
    add_component(&listing->key, name);
    if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX) {
        buf_add_char(&listing->key, '.');
        int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0)
            list_folder(listing, fd, depth + 1);
        else if (errno == EACCES)
            note_denied(listing);
    } else if (S_ISREG(st.st_mode) && (st.st_mode & 0444)) {
        read_value(listing, folder, name);
    }
    listing->key.len = before;
}

static int visible(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Takes over `fd`. Sorted, so that two runs of a machine at rest give the same bytes. */
static void list_folder(struct listing *listing, int fd, unsigned depth)
{
    struct dirent **names = NULL;
    int count = scandirat(fd, ".", &names, visible, by_bytes);
    for (int i = 0; i < count; i++) {
        if (!listing->full)
            list_entry(listing, fd, names[i]->d_name, depth);
        free(names[i]);
    }
    free(names);
    close(fd);
}

static void list_top(struct listing *listing, int root)
{
    static const char *const tops[] = {"dev", "fs", "kernel", "net", "user", "vm"};
    for (size_t i = 0; i < COUNT_OF(tops); i++)
        list_entry(listing, root, tops[i], 0);
}

struct outcome sysctl_list(const char *folder, size_t max, struct buf *out)
{
    struct stat st;
    CLEANUP(sys_close_fdp) int root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0 || fstat(root, &st) != 0)
        return outcome_errno(errno);
    struct listing listing = {.out = out, .max = max, .device = st.st_dev};
    list_top(&listing, root);
    buf_free(&listing.key);
    if (listing.full)
        return outcome_of(ITEM_TRUNCATED, "larger than %zu bytes", max);
    if (listing.denied)
        return outcome_of(ITEM_TRUNCATED,
                          "%zu of %zu values are not readable for this user, "
                          "e.g. %s",
                          listing.denied, listing.denied + listing.values, listing.example);
    return outcome_ok();
}
