/*
 * holder: which processes hold the sockets. Each descriptor of each process is a link, of a socket
 * "socket:[inode]"; nothing is opened but folders of /proc.
 *
 *   /proc/812/fd/3 -> socket:[15200]     15200 is one of the sockets that wait
 *   /proc/812/exe -> /usr/sbin/sshd      the program; only then is the process looked at further
 *
 * Several processes may hold one socket: what a service manager opened for a service, or the
 * workers of a server. Those that differ by nothing but their number are told once.
 *
 * Limits: DESCRIPTORS_MAX links over all processes, HOLDERS_MAX holders a socket.
 */
#include "sensor/host/listening.h"

#include "foundation/sys/sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 4000000
#define PATH_SIZE       512

struct search {
    const char *proc;
    struct listening_list *list;
    int64_t pid;
    const struct process *process; /* of the pid; NULL until it holds something */
    const char *program;
    bool failed; /* the process cannot be described */
    size_t descriptors;
};

static struct listening *find_inode(struct listening_list *list, uint64_t inode)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->list[middle].inode < inode)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->count && list->list[low].inode == inode ? &list->list[low] : NULL;
}

/* Denied to ordinary users for processes of others, and for threads of the kernel there is none. */
static const char *read_program(struct search *search)
{
    char path[PATH_SIZE], target[PATH_MAX];
    snprintf(path, sizeof path, "%s/%lld/exe", search->proc, (long long)search->pid);
    ssize_t got = readlink(path, target, sizeof target - 1);
    if (got <= 0)
        return NULL;
    target[got] = '\0';
    return arena_text(search->list->arena, target);
}

/* The process is described once, when the first socket of it is found. */
static bool describe(struct search *search)
{
    struct process process;
    bool denied;
    if (search->process || search->failed)
        return search->process != NULL;
    search->failed = !process_read(search->proc, search->pid, &process, &denied);
    if (search->failed)
        return false;
    struct process *kept = arena_take(search->list->arena, sizeof *kept);
    *kept = process;
    search->process = kept;
    search->program = read_program(search);
    return true;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Workers of one program are told once, with the lowest number. */
static void add_holder(struct search *search, struct listening *socket)
{
    struct holder **end = &socket->holders;
    if (!describe(search))
        return;
    for (; *end; end = &(*end)->next) {
        const struct process *p = (*end)->process;
        if (p == search->process ||
            (p->uid == search->process->uid && strcmp(p->unit, search->process->unit) == 0 &&
             strcmp(p->name, search->process->name) == 0 &&
             same_text((*end)->program, search->program)))
            return;
    }
    if (socket->holder_count == HOLDERS_MAX) {
        search->list->holders_cut = true;
        return;
    }
    *end = arena_take(search->list->arena, sizeof **end);
    **end = (struct holder){NULL, search->process, search->program};
    socket->holder_count++;
}

static void look_at(struct search *search, int folder, const char *name)
{
    char target[64];
    ssize_t got = readlinkat(folder, name, target, sizeof target - 1);
    unsigned long long inode;
    if (got <= 0)
        return;
    target[got] = '\0';
    if (sscanf(target, "socket:[%llu]", &inode) != 1)
        return;
    struct listening *socket = find_inode(search->list, inode);
    if (socket)
        add_holder(search, socket);
}

/* A process that has ended meanwhile holds nothing; one that may not be looked at is counted. */
static void look_through(struct search *search)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%lld/fd", search->proc, (long long)search->pid);
    DIR *folder = opendir(path);
    if (!folder) {
        search->list->denied += errno == EACCES || errno == EPERM;
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        if (search->descriptors++ >= DESCRIPTORS_MAX) {
            search->list->holders_cut = true;
            break;
        }
        look_at(search, dirfd(folder), entry->d_name);
    }
    closedir(folder);
}

struct outcome holders_find(const char *proc, struct listening_list *list)
{
    struct process_list processes;
    struct search search = {.proc = proc, .list = list};
    struct outcome outcome = process_list_read(proc, &processes);
    for (size_t i = 0; i < processes.count; i++) {
        search.pid = processes.pids[i];
        search.process = NULL;
        search.failed = false;
        look_through(&search);
    }
    list->hidden = processes.hidden;
    list->holders_cut |= processes.cut;
    process_list_free(&processes);
    return outcome;
}
