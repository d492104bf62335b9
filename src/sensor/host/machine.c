/*
 * machine: what tells this machine from others: its name, addresses, and what its maker wrote into
 * it. One "key = value" a line. Serial numbers are for root only: for others there are none, which
 * is no error, for nothing is judged by them.
 */
#include "sensor/host/driver.h"

#include "foundation/sys/sys.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *key, *path;
} written[] = {{"serial", "/sys/class/dmi/id/product_serial"},
               {"uuid", "/sys/class/dmi/id/product_uuid"},
               {"vendor", "/sys/class/dmi/id/sys_vendor"},
               {"model", "/sys/class/dmi/id/product_name"}};

static void add_written(struct buf *out)
{
    for (size_t i = 0; i < COUNT_OF(written); i++) {
        struct buf bytes CLEANUP(buf_free) = {0};
        struct view rest, line;
        if (failed(sys_read_file(written[i].path, 4096, &bytes)))
            continue;
        rest = buf_view(&bytes);
        if (view_line(&rest, &line) && view_trim(line).len) {
            buf_printf(out, "%s = ", written[i].key);
            buf_add_view(out, view_trim(line));
            buf_add_char(out, '\n');
        }
    }
}

/* Addresses that others reach it by: neither of the loopback nor of one link only. */
static bool reachable(const struct sockaddr *address, char text[static INET6_ADDRSTRLEN])
{
    if (address->sa_family == AF_INET) {
        const struct in_addr *four = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
        return (ntohl(four->s_addr) >> 24) != 127 &&
               inet_ntop(AF_INET, four, text, INET6_ADDRSTRLEN);
    }
    if (address->sa_family == AF_INET6) {
        const struct in6_addr *six =
            &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        return !IN6_IS_ADDR_LOOPBACK(six) && !IN6_IS_ADDR_LINKLOCAL(six) &&
               inet_ntop(AF_INET6, six, text, INET6_ADDRSTRLEN);
    }
    return false;
}

static struct outcome add_addresses(struct buf *out)
{
    struct ifaddrs *all;
    char text[INET6_ADDRSTRLEN];
    if (getifaddrs(&all) != 0)
        return outcome_of(ITEM_ERROR, "the addresses cannot be listed");
    for (const struct ifaddrs *one = all; one; one = one->ifa_next)
        if (one->ifa_addr && reachable(one->ifa_addr, text))
            buf_printf(out, "address = %s\n", text);
    freeifaddrs(all);
    return outcome_ok();
}

struct outcome machine_probe(size_t max, struct buf *out)
{
    char name[256] = "";
    if (gethostname(name, sizeof name - 1) == 0 && name[0])
        buf_printf(out, "name = %s\n", name);
    add_written(out);
    struct outcome outcome = add_addresses(out);
    if (out->len <= max)
        return outcome;
    out->len = max;
    return outcome_of(ITEM_TRUNCATED, "larger than %zu bytes", max);
}
