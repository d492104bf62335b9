/*
 * audit_rules: the probe "audit_rules": what the running kernel audits, asked over netlink, in the
 * words of audit.rules(7), so that one parser reads what is configured and what runs:
 *
 *   -e 1 / -f 1 / -r 0 / -b 8192      the kernel's settings
 *   --pid 812                         of the daemon that takes the records; 0 for none (our word)
 *   -a always,exit -F arch=b64 -S adjtimex -F key=time
 *
 * Only questions are sent. A kernel that refuses them (no CAP_AUDIT_CONTROL, a container) makes the
 * probe ITEM_DENIED. Limits: REPLIES_MAX rules, WAIT_MS for each reply.
 */
#include "sensor/host/driver.h"

#include "foundation/sys/sys.h"

#include <errno.h>
#include <libaudit.h>
#include <poll.h>
#include <string.h>

#define REPLIES_MAX 20000
#define WAIT_MS     2000

/* ---- a rule as text ----------------------------------------------------------------------- */

/* Numbers of calls mean something only together with the machine they are of. */
static int machine_of(const struct audit_rule_data *rule)
{
    for (uint32_t i = 0; i < rule->field_count; i++)
        if (rule->fields[i] == AUDIT_ARCH)
            return audit_elf_to_machine(rule->values[i]);
    return audit_detect_machine();
}

/* The last word of the mask holds classes of calls, not calls. */
static bool is_all(const struct audit_rule_data *rule)
{
    for (size_t i = 0; i + 1 < AUDIT_BITMASK_SIZE; i++)
        if (rule->mask[i] != UINT32_MAX)
            return false;
    return true;
}

static void write_calls(const struct audit_rule_data *rule, struct buf *out)
{
    int machine = machine_of(rule);
    bool any = false;
    if (is_all(rule)) {
        buf_add_text(out, " -S all");
        return;
    }
    for (unsigned call = 0; call < AUDIT_BITMASK_SIZE * 32; call++) {
        if (!(rule->mask[call / 32] >> call % 32 & 1))
            continue;
        const char *name = audit_syscall_to_name((int)call, machine);
        buf_add_text(out, any ? "," : " -S ");
        if (name)
            buf_add_text(out, name);
        else
            buf_printf(out, "%u", call);
        any = true;
    }
}

static bool is_text_field(uint32_t field)
{
    return (field >= AUDIT_SUBJ_USER && field <= AUDIT_SUBJ_CLR) ||
           (field >= AUDIT_OBJ_USER && field <= AUDIT_OBJ_LEV_HIGH) || field == AUDIT_WATCH ||
           field == AUDIT_DIR || field == AUDIT_FILTERKEY || field == AUDIT_EXE;
}

static void write_permissions(uint32_t bits, struct buf *out)
{
    if (bits & AUDIT_PERM_READ)
        buf_add_char(out, 'r');
    if (bits & AUDIT_PERM_WRITE)
        buf_add_char(out, 'w');
    if (bits & AUDIT_PERM_EXEC)
        buf_add_char(out, 'x');
    if (bits & AUDIT_PERM_ATTR)
        buf_add_char(out, 'a');
}

/* A text with blanks or quotes in it is quoted; the key may hold several, divided by \001. */
static void write_text(struct view text, struct buf *out)
{
    bool is_plain = true;
    for (size_t i = 0; i < text.len; i++)
        is_plain &= text.ptr[i] > ' ' && text.ptr[i] != '"' && text.ptr[i] != '\'';
    if (!is_plain)
        buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++)
        buf_add_char(out, text.ptr[i] == '\n' || text.ptr[i] == '"' ? '?' : text.ptr[i]);
    if (!is_plain)
        buf_add_char(out, '"');
}

/* The names of -C, by the kernel's number. */
static const char *comparison(uint32_t number)
{
    static const char *const names[] = {
        NULL,           "uid=obj_uid",  "gid=obj_gid",  "euid=obj_uid",  "egid=obj_gid",
        "auid=obj_uid", "suid=obj_uid", "sgid=obj_gid", "fsuid=obj_uid", "fsgid=obj_gid",
        "uid=auid",     "uid=euid",     "uid=fsuid",    "uid=suid",      "auid=fsuid",
        "auid=suid",    "auid=euid",    "euid=suid",    "euid=fsuid",    "suid=fsuid",
        "gid=egid",     "gid=fsgid",    "gid=sgid",     "egid=fsgid",    "egid=sgid",
        "sgid=fsgid"};
    return number < COUNT_OF(names) ? names[number] : NULL;
}

static void write_comparison(const struct audit_rule_data *rule, uint32_t i, struct buf *out)
{
    const char *name = comparison(rule->values[i]);
    const char *equal = name ? strchr(name, '=') : NULL;
    if (!equal) {
        buf_printf(out, " -C ?%u", rule->values[i]);
        return;
    }
    buf_printf(out, " -C %.*s%s%s", (int)(equal - name), name,
               rule->fieldflags[i] == AUDIT_NOT_EQUAL ? "!=" : "=", equal + 1);
}

/* Names are the library's, so that the reader of the files understands them. */
static void write_field(const struct audit_rule_data *rule, uint32_t i, struct view *texts,
                        struct buf *out)
{
    uint32_t field = rule->fields[i], value = rule->values[i];
    const char *name = audit_field_to_name((int)field);
    const char *operator= audit_operator_to_symbol((int)rule->fieldflags[i]);
    if (field == AUDIT_FIELD_COMPARE) {
        write_comparison(rule, i, out);
        return;
    }
    buf_printf(out, " -F %s%s", name ? name : "?", operator? operator: "?");
    if (is_text_field(field)) {
        struct view text = {texts->ptr, value < texts->len ? value : texts->len};
        *texts = view_from(*texts, text.len);
        write_text(text, out);
    } else if (field == AUDIT_ARCH) {
        buf_add_text(out, value & __AUDIT_ARCH_64BIT ? "b64" : "b32");
    } else if (field == AUDIT_PERM) {
        write_permissions(value, out);
    } else if (field == AUDIT_EXIT) {
        buf_printf(out, "%d", (int)value);
    } else if (value == UINT32_MAX) {
        buf_add_text(out, "unset");
    } else {
        buf_printf(out, "%u", value);
    }
}

static void write_rule(const struct audit_rule_data *rule, struct buf *out)
{
    struct view texts = {rule->buf, rule->buflen};
    const char *list = audit_flag_to_name((int)(rule->flags & ~(uint32_t)AUDIT_FILTER_PREPEND));
    const char *action = audit_action_to_name((int)rule->action);
    buf_printf(out, "-a %s,%s", action ? action : "?", list ? list : "?");
    bool has_arch = false;
    for (uint32_t i = 0; i < rule->field_count && i < AUDIT_MAX_FIELDS; i++)
        has_arch |= rule->fields[i] == AUDIT_ARCH;
    if (!has_arch && list && strcmp(list, "exit") == 0)
        write_calls(rule, out);
    for (uint32_t i = 0; i < rule->field_count && i < AUDIT_MAX_FIELDS; i++) {
        write_field(rule, i, &texts, out);
        if (rule->fields[i] == AUDIT_ARCH)
            write_calls(rule, out);
    }
    buf_add_char(out, '\n');
}

/* ---- asking ------------------------------------------------------------------------------- */

static struct outcome refused(int error)
{
    if (error == EPERM || error == EACCES || error == ECONNREFUSED)
        return outcome_of(ITEM_DENIED, "the kernel tells its audit rules only to an administrator "
                                       "of the machine, not in a container");
    return outcome_of(ITEM_ERROR, "the kernel's audit answers: %s", strerror(error));
}

/* One reply within the time; 0 and *error when there is none. */
static int next_reply(int fd, struct audit_reply *reply, int *error)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    int got = poll(&ready, 1, WAIT_MS);
    if (got <= 0) {
        *error = got == 0 ? ETIMEDOUT : errno;
        return 0;
    }
    got = audit_get_reply(fd, reply, GET_REPLY_NONBLOCKING, 0);
    *error = got < 0 ? -got : 0;
    return got > 0;
}

static void write_status(const struct audit_status *status, struct buf *out)
{
    buf_printf(out, "-e %u\n-f %u\n-r %u\n-b %u\n--pid %u\n", status->enabled, status->failure,
               status->rate_limit, status->backlog_limit, status->pid);
}

/* An acknowledgement is an error of number 0. */
static bool is_refusal(const struct audit_reply *reply, int *error)
{
    *error = reply->type == NLMSG_ERROR && reply->error ? -reply->error->error : 0;
    return *error != 0;
}

/* The status comes first: a kernel that refuses it refuses the rules too. */
static struct outcome ask_status(int fd, struct buf *out)
{
    struct audit_reply reply;
    int error = 0, sent = audit_request_status(fd);
    if (sent <= 0)
        return refused(sent < 0 ? -sent : EIO);
    for (int i = 0; i < REPLIES_MAX; i++) {
        if (!next_reply(fd, &reply, &error) || is_refusal(&reply, &error))
            return refused(error ? error : EIO);
        if (reply.type == AUDIT_GET) {
            write_status(reply.status, out);
            return outcome_ok();
        }
    }
    return refused(EIO);
}

static struct outcome ask_rules(int fd, size_t max, struct buf *out)
{
    struct audit_reply reply;
    int error = 0, sent = audit_request_rules_list_data(fd);
    if (sent <= 0)
        return refused(sent < 0 ? -sent : EIO);
    for (int i = 0; i < REPLIES_MAX && out->len < max; i++) {
        if (!next_reply(fd, &reply, &error) || is_refusal(&reply, &error))
            return refused(error ? error : EIO);
        if (reply.type == NLMSG_DONE)
            return outcome_ok();
        if (reply.type == AUDIT_LIST_RULES)
            write_rule(reply.ruledata, out);
    }
    return outcome_of(ITEM_TRUNCATED, "more rules than are kept");
}

struct outcome audit_rules_probe(size_t max, struct buf *out)
{
    set_aumessage_mode(MSG_QUIET, DBG_NO);
    int fd = audit_open();
    if (fd < 0)
        return refused(errno);
    struct outcome outcome = ask_status(fd, out);
    if (outcome.status == ITEM_OK)
        outcome = ask_rules(fd, max, out);
    audit_close(fd);
    return outcome;
}
