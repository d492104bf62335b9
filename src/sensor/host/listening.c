/*
 * listening: the probe "listening": sockets of this network namespace that wait for others, as the
 * kernel lists them, and the processes that hold them. Divided by tabs, sorted:
 *
 *   socket <tcp|udp|udplite|raw> <ipv4|ipv6> <address> <port> <uid>
 *   holder <pid> <uid> <unit> <name> <program>       of the socket above it; "" where not known
 *   denied <count>    processes whose descriptors may not be listed
 *   hidden            /proc hides processes
 *   cut               a bound was reached while looking for holders
 *
 * A TCP socket waits in state LISTEN (0A); the others when they are bound and not connected (07).
 * A raw socket has a protocol's number for its port. Not seen: other network namespaces.
 *
 * Sockets come and go while we look: one without a holder counts only when it is still there
 * afterwards. Limits: LISTENING_MAX sockets, LINES_MAX lines of a list; what is more is told.
 */
#include "sensor/host/listening.h"

#include "foundation/sys/sys.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 5000000
#define PATH_SIZE 512

struct kind {
    const char *file, *protocol, *family;
    unsigned state;
};

static const struct kind kinds[] = {
    {"tcp", "tcp", "ipv4", 0x0a},         {"tcp6", "tcp", "ipv6", 0x0a},
    {"udp", "udp", "ipv4", 0x07},         {"udp6", "udp", "ipv6", 0x07},
    {"udplite", "udplite", "ipv4", 0x07}, {"udplite6", "udplite", "ipv6", 0x07},
    {"raw", "raw", "ipv4", 0x07},         {"raw6", "raw", "ipv6", 0x07},
};

/* ---- the kernel's lists ------------------------------------------------------------------- */

/* The kernel prints each 32 bits of an address as a number of this machine. */
static bool parse_address(const char *text, const char *family, uint8_t out[16])
{
    size_t words = strcmp(family, "ipv4") == 0 ? 1 : 4;
    if (strlen(text) != words * 8)
        return false;
    memset(out, 0, 16);
    for (size_t i = 0; i < words; i++) {
        char digits[9] = {0};
        memcpy(digits, text + 8 * i, 8);
        uint32_t word = (uint32_t)strtoul(digits, NULL, 16);
        memcpy(out + 4 * i, &word, 4);
    }
    return true;
}

/* "  0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 1520 ..." */
static bool parse_line(const char *line, const struct kind *kind, struct listening *out)
{
    char address[40], remote[40];
    unsigned port, remote_port, state, uid;
    uint64_t inode;
    if (sscanf(line,
               " %*d: %32[0-9A-Fa-f]:%x %32[0-9A-Fa-f]:%x %x %*x:%*x %*x:%*x %*x %u %*u %" SCNu64,
               address, &port, remote, &remote_port, &state, &uid, &inode) != 7 ||
        state != kind->state)
        return false;
    *out = (struct listening){.protocol = kind->protocol,
                              .family = kind->family,
                              .port = port,
                              .uid = uid,
                              .inode = inode};
    return parse_address(address, kind->family, out->address);
}

/* More sockets than anyone opens on purpose: then the list is told to be cut. */
static void add(struct listening_list *list, const struct listening *socket)
{
    if (list->count == LISTENING_MAX) {
        list->cut = true;
        return;
    }
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 64;
        list->list = mem_resize(list->list, list->room * sizeof *list->list);
    }
    list->list[list->count++] = *socket;
}

/* A kernel without the protocol has no such list. */
static struct outcome read_kind(const char *proc, const struct kind *kind,
                                struct listening_list *list)
{
    char path[PATH_SIZE], line[512];
    snprintf(path, sizeof path, "%s/net/%s", proc, kind->file);
    FILE *file = fopen(path, "re");
    if (!file)
        return errno == ENOENT ? outcome_ok() : outcome_errno(errno);
    size_t lines = 0;
    while (fgets(line, sizeof line, file) && lines++ < LINES_MAX) {
        struct listening socket;
        if (parse_line(line, kind, &socket))
            add(list, &socket);
    }
    list->cut |= lines > LINES_MAX;
    bool is_bad = ferror(file) != 0;
    fclose(file);
    return is_bad ? outcome_of(ITEM_ERROR, "%.100s could not be read to its end", path)
                  : outcome_ok();
}

/* Each list is read to its end at once: it is a snapshot of its own. */
static struct outcome read_kinds(const char *proc, struct listening_list *list)
{
    struct outcome outcome = outcome_ok();
    for (size_t i = 0; i < COUNT_OF(kinds) && outcome.status == ITEM_OK; i++)
        outcome = read_kind(proc, &kinds[i], list);
    return outcome;
}

/* ---- order -------------------------------------------------------------------------------- */

static int by_inode(const void *a, const void *b)
{
    const struct listening *left = a, *right = b;
    return left->inode < right->inode ? -1 : left->inode > right->inode;
}

static int by_place(const void *a, const void *b)
{
    const struct listening *left = a, *right = b;
    int order = strcmp(left->protocol, right->protocol);
    if (order == 0)
        order = strcmp(left->family, right->family);
    if (order == 0 && left->port != right->port)
        order = left->port < right->port ? -1 : 1;
    if (order == 0)
        order = memcmp(left->address, right->address, sizeof left->address);
    return order ? order : by_inode(a, b);
}

static void sort(struct listening_list *list, int (*order)(const void *, const void *))
{
    if (list->count)
        qsort(list->list, list->count, sizeof *list->list, order);
}

/* Marks what nobody holds and what is not listed any more. */
static struct outcome drop_gone(const char *proc, struct listening_list *list)
{
    struct listening_list again = {0};
    struct outcome outcome = read_kinds(proc, &again);
    sort(&again, by_inode);
    for (size_t i = 0; i < list->count; i++)
        list->list[i].gone = !list->list[i].holders &&
                             (again.count == 0 || !bsearch(&list->list[i], again.list, again.count,
                                                           sizeof *again.list, by_inode));
    mem_free(again.list);
    return outcome;
}

/* ---- the probe ---------------------------------------------------------------------------- */

static void write_socket(const struct listening *socket, struct buf *out)
{
    char address[INET6_ADDRSTRLEN] = "";
    int family = strcmp(socket->family, "ipv4") == 0 ? AF_INET : AF_INET6;
    inet_ntop(family, socket->address, address, sizeof address);
    buf_printf(out, "socket\t%s\t%s\t%s\t%u\t%lld\n", socket->protocol, socket->family, address,
               socket->port, (long long)socket->uid);
    for (const struct holder *h = socket->holders; h; h = h->next) {
        buf_printf(out, "holder\t%lld\t%lld\t", (long long)h->process->pid,
                   (long long)h->process->uid);
        bundle_escape(out, view_of(h->process->unit));
        buf_add_char(out, '\t');
        bundle_escape(out, view_of(h->process->name));
        buf_add_char(out, '\t');
        bundle_escape(out, view_of(h->program));
        buf_add_char(out, '\n');
    }
}

static struct outcome write_list(struct listening_list *list, size_t max, struct buf *out)
{
    bool full = list->cut;
    sort(list, by_place);
    for (size_t i = 0; i < list->count && !full; i++) {
        if (!list->list[i].gone)
            write_socket(&list->list[i], out);
        full = out->len > max;
    }
    if (list->denied)
        buf_printf(out, "denied\t%zu\n", list->denied);
    if (list->hidden)
        buf_add_text(out, "hidden\n");
    if (list->holders_cut)
        buf_add_text(out, "cut\n");
    return full ? outcome_of(ITEM_TRUNCATED, "more sockets than are kept") : outcome_ok();
}

struct outcome listening_probe(const char *proc, size_t max, struct buf *out)
{
    struct listening_list list = {.arena = arena_new()};
    struct outcome outcome = read_kinds(proc, &list);
    sort(&list, by_inode);
    if (outcome.status == ITEM_OK)
        outcome = holders_find(proc, &list);
    if (outcome.status == ITEM_OK)
        outcome = drop_gone(proc, &list);
    if (outcome.status == ITEM_OK)
        outcome = write_list(&list, max, out);
    mem_free(list.list);
    arena_free(list.arena);
    return outcome;
}
