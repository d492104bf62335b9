/* live: the probes of this running system, by name. Nothing is started: they read /proc or
 * ask the kernel. */
#include "sensor/host/driver.h"

#include "foundation/sys/sys.h"

#include <string.h>

static struct outcome probe_file(const char *path, size_t max, struct buf *out)
{
    struct rc rc = sys_read_file(path, max, out);
    if (rc.kind == FAULT_LIMIT)
        return outcome_of(ITEM_TRUNCATED, "larger than %zu bytes", max);
    return outcome_rc(rc, path);
}

static struct outcome probe_mounts(size_t max, struct buf *out)
{
    return probe_file("/proc/self/mountinfo", max, out);
}

static struct outcome probe_modules(size_t max, struct buf *out)
{
    return probe_file("/proc/modules", max, out);
}

static struct outcome probe_cmdline(size_t max, struct buf *out)
{
    return probe_file("/proc/cmdline", max, out);
}

static struct outcome probe_sysctl(size_t max, struct buf *out)
{
    return sysctl_list("/proc/sys", max, out);
}

static struct outcome probe_processes(size_t max, struct buf *out)
{
    return process_probe("/proc", max, out);
}

static struct outcome probe_listening(size_t max, struct buf *out)
{
    return listening_probe("/proc", max, out);
}

static const struct {
    const char *name;
    struct outcome (*run)(size_t max, struct buf *out);
} probes[] = {{"machine", machine_probe},     {"sysctl", probe_sysctl},
              {"mounts", probe_mounts},       {"modules", probe_modules},
              {"cmdline", probe_cmdline},     {"processes", probe_processes},
              {"listening", probe_listening}, {"audit_rules", audit_rules_probe}};

struct outcome live_probe(const char *probe, size_t max, struct buf *out)
{
    for (size_t i = 0; i < COUNT_OF(probes); i++)
        if (strcmp(probe, probes[i].name) == 0)
            return probes[i].run(max, out);
    return outcome_of(ITEM_ERROR, "there is no such probe");
}
