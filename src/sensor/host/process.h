/*
 * process: the processes of this system as /proc shows them. Private to the room.
 *
 * All functions take the folder (/proc), so that tests can give them one of their own.
 */
#ifndef MERLON_HOST_PROCESS_H
#define MERLON_HOST_PROCESS_H

#include "sensor/host/driver.h"

#define PROCESSES_MAX 100000

struct process {
    int64_t pid, parent, uid; /* uid: the effective one */
    char state;               /* R S D Z T ... */
    bool is_kernel;           /* a thread of the kernel: it has no memory of its own */
    char name[64];            /* what the kernel calls it: at most 15 bytes of the program's name */
    char unit[256];           /* systemd's service or scope; "" for none */
};

/* The numbers of all processes that are visible, ascending. */
struct process_list {
    int64_t *pids;
    size_t count, room;
    bool cut;    /* there are more than PROCESSES_MAX */
    bool hidden; /* process 1 is not visible: others may be hidden too (hidepid) */
};

struct outcome process_list_read(const char *proc, struct process_list *out);
void process_list_free(struct process_list *list);

/* False when it is gone or may not be read; *denied tells the second. */
bool process_read(const char *proc, int64_t pid, struct process *out, bool *denied);

/* The system's unit in the text of /proc/PID/cgroup: the topmost service or scope. A unit of a
 * user's own manager is therefore "user@1000.service", whatever the user calls it. */
void process_unit(struct view cgroup, char out[static 256]);

#endif
