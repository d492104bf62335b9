/*
 * process: see the header. The probe "processes" is one line for each process, by number:
 *
 *   process <pid> <parent> <uid> <state> <kernel 0|1> <unit> <name>     divided by tabs
 *   denied <count>      processes whose status may not be read
 *   hidden              /proc hides the processes of others (hidepid)
 *
 * Command lines are not read: they may hold passwords.
 */
#include "sensor/host/process.h"

#include "foundation/sys/sys.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE  512
#define STATUS_MAX ((size_t)64 << 10)

/* ---- which processes there are ------------------------------------------------------------ */

static int by_number(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static void add_pid(struct process_list *list, int64_t pid)
{
    if (list->count == PROCESSES_MAX) {
        list->cut = true;
        return;
    }
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 256;
        list->pids = mem_resize(list->pids, list->room * sizeof *list->pids);
    }
    list->pids[list->count++] = pid;
}

struct outcome process_list_read(const char *proc, struct process_list *out)
{
    *out = (struct process_list){.hidden = true};
    DIR *folder = opendir(proc);
    if (!folder)
        return outcome_of(ITEM_ERROR, "%s cannot be listed", proc);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        int64_t pid;
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
            !view_integer(view_of(entry->d_name), &pid))
            continue;
        out->hidden &= pid != 1;
        add_pid(out, pid);
    }
    closedir(folder);
    if (out->count)
        qsort(out->pids, out->count, sizeof *out->pids, by_number);
    return outcome_ok();
}

void process_list_free(struct process_list *list)
{
    mem_free(list->pids);
    *list = (struct process_list){0};
}

/* ---- one of them -------------------------------------------------------------------------- */

/* Slices only group units. */
static bool is_unit(struct view name)
{
    return view_ends(name, ".service") || view_ends(name, ".scope");
}

/* Lines are "0::/path" (version 2) and "1:name=systemd:/path" (version 1). */
void process_unit(struct view cgroup, char out[static 256])
{
    struct view line, number, controller, name;
    out[0] = '\0';
    while (view_line(&cgroup, &line)) {
        if (!view_cut(&line, ':', &number) || !view_cut(&line, ':', &controller) ||
            (controller.len && !view_is(controller, "name=systemd")))
            continue;
        while (view_cut(&line, '/', &name))
            if (is_unit(name) && name.len < 256) {
                memcpy(out, name.ptr, name.len);
                out[name.len] = '\0';
                return;
            }
    }
}

/* Of four user numbers the second is the one that rights follow. */
static void take_status_line(struct view line, struct process *out, bool *has_memory)
{
    struct view value = line, key, word;
    if (!view_cut(&value, ':', &key))
        return;
    value = view_trim(value);
    if (view_is(key, "Name"))
        snprintf(out->name, sizeof out->name, "%.*s", (int)value.len, value.ptr);
    else if (view_is(key, "State") && value.len)
        out->state = value.ptr[0];
    else if (view_is(key, "PPid"))
        (void)view_integer(value, &out->parent);
    else if (view_is(key, "Uid") && view_word(&value, &word) && view_word(&value, &word))
        (void)view_integer(word, &out->uid);
    else if (view_is(key, "VmSize"))
        *has_memory = true;
}

static struct rc read_part(const char *proc, int64_t pid, const char *part, struct buf *out)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%lld/%s", proc, (long long)pid, part);
    return sys_read_file(path, STATUS_MAX, out);
}

bool process_read(const char *proc, int64_t pid, struct process *out, bool *denied)
{
    struct buf status = {0}, cgroup = {0};
    struct view line;
    bool has_memory = false;
    *out = (struct process){.pid = pid, .uid = -1, .state = '?'};
    struct rc rc = read_part(proc, pid, "status", &status);
    *denied = rc.kind == FAULT_DENIED;
    for (struct view rest = buf_view(&status); view_line(&rest, &line);)
        take_status_line(line, out, &has_memory);
    out->is_kernel = !has_memory && out->state != 'Z';
    /* A kernel without cgroups has no such file: then nothing has a unit. */
    rc_ignore(read_part(proc, pid, "cgroup", &cgroup));
    process_unit(buf_view(&cgroup), out->unit);
    buf_free(&status);
    buf_free(&cgroup);
    return !failed(rc);
}

/* ---- the probe ---------------------------------------------------------------------------- */

static void write_process(const struct process *p, struct buf *out)
{
    buf_printf(out, "process\t%lld\t%lld\t%lld\t%c\t%d\t", (long long)p->pid, (long long)p->parent,
               (long long)p->uid, p->state, p->is_kernel);
    bundle_escape(out, view_of(p->unit));
    buf_add_char(out, '\t');
    bundle_escape(out, view_of(p->name));
    buf_add_char(out, '\n');
}

struct outcome process_probe(const char *proc, size_t max, struct buf *out)
{
    struct process_list list;
    size_t denied = 0;
    struct outcome outcome = process_list_read(proc, &list);
    bool full = list.cut;
    for (size_t i = 0; i < list.count && !full; i++) {
        struct process process;
        bool refused;
        if (process_read(proc, list.pids[i], &process, &refused))
            write_process(&process, out);
        denied += refused;
        full = out->len + 1024 > max;
    }
    if (denied)
        buf_printf(out, "denied\t%zu\n", denied);
    if (list.hidden)
        buf_add_text(out, "hidden\n");
    process_list_free(&list);
    return full ? outcome_of(ITEM_TRUNCATED, "more processes than are kept") : outcome;
}
