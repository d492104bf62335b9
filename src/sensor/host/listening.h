/*
 * listening: sockets that wait for others, and who holds them. Private to the room.
 *
 *   listening.c  /proc/net/{tcp,udp,...} -> sockets -> text     holder.c  inode -> processes
 */
#ifndef MERLON_HOST_LISTENING_H
#define MERLON_HOST_LISTENING_H

#include "sensor/host/process.h"

#define LISTENING_MAX 20000 /* sockets */
#define HOLDERS_MAX   64    /* different holders told for one socket */

/* Processes that hold a socket and that cannot be told apart but by their number: the lowest. */
struct holder {
    struct holder *next;
    const struct process *process;
    const char *program; /* NULL: may not be read */
};

struct listening {
    const char *protocol; /* tcp udp udplite raw */
    const char *family;   /* ipv4 ipv6 */
    uint8_t address[16];
    uint32_t port;
    int64_t uid;
    uint64_t inode;
    struct holder *holders; /* in the order of their numbers */
    size_t holder_count;
    bool gone; /* it was closed while we looked */
};

struct listening_list {
    struct listening *list;
    size_t count, room;
    bool cut;
    struct arena *arena; /* of the holders */
    size_t denied;       /* processes whose descriptors may not be listed */
    bool hidden;         /* /proc hides processes */
    bool holders_cut;    /* a bound of holder.c was reached */
};

/* Looks through the descriptors of all processes; `list` must be sorted by inode. */
struct outcome holders_find(const char *proc, struct listening_list *list);

#endif
