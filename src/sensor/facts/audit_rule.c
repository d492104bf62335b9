/*
 * audit_rule: the audit rules that are configured and those that run, as rows.
 *
 *   configured   /etc/audit/rules.d or audit.rules, in the order of loading (audit_order.c)
 *   running      the probe "audit_rules", which speaks the same language
 *
 * One rule gives one row of audit_rule, and for each system call one of audit_rule_syscall:
 *
 *   -a always,exit -F arch=b64 -S unlink,rename -F auid>=1000 -k delete
 *      audit_rule          1 syscall exit always ... delete b64 1000 ...
 *      audit_rule_syscall  1 b64 rename ..., 1 b64 unlink ...
 *
 * A check that asks for a call looks for the call or 'all', in force, without further conditions.
 *
 * A line that auditctl refuses is a problem: what follows it is not loaded. Deletions (-D, -d, -W)
 * are carried out. Limits: AUDIT_RULES_MAX lines of each origin.
 */
#include "sensor/facts/audit.h"

#include <string.h>

static const struct column rule_columns[] = {
    {"origin", COLUMN_TEXT, "", "configured or running"},
    {"position", COLUMN_INTEGER, "", "Its place in the order of loading, from 1"},
    {"kind", COLUMN_TEXT, "",
     "watch (a path, all calls), syscall, or other (lists task, user, exclude, filesystem)"},
    {"list", COLUMN_TEXT, "", "exit, task, user, exclude, filesystem or io_uring"},
    {"action", COLUMN_TEXT, "", "always or never"},
    {"path", COLUMN_TEXT, "", "The file or folder watched, without '/' at its end; NULL for none"},
    {"tree", COLUMN_INTEGER, "",
     "1 = all below the path, 0 = the path alone, NULL = decided when it is loaded (-w: a folder "
     "is a tree) or no path"},
    {"permissions", COLUMN_TEXT, "",
     "Of r, w, x, a (read, write, execute, change attributes), in this order; NULL for none"},
    {"key", COLUMN_TEXT, "", "Its keys, divided by commas; NULL for none"},
    {"arch", COLUMN_TEXT, "", "b64 or b32; NULL when it names none: the machine's own"},
    {"auid_from", COLUMN_INTEGER, "", "The lowest login user it is about (auid>=1000); 0 = all"},
    {"success", COLUMN_TEXT, "", "1 or 0 where it asks for the outcome; NULL for both"},
    {"exit_code", COLUMN_TEXT, "", "Such as -EACCES, where it asks for one"},
    {"others", COLUMN_TEXT, "", "Further conditions, divided by blanks; '' for none"},
    {"fields", COLUMN_TEXT, "", "All conditions as written, without keys"},
    {"in_force", COLUMN_INTEGER, "",
     "1 = it has its effect; 0 = an earlier never makes it void, or a later line deletes it; NULL "
     "= "
     "an earlier never takes a part of it that cannot be told"},
};

static const struct table audit_rule = {
    "audit_rule",
    "One row for each audit rule, configured and running; watches of both spellings alike.",
    rule_columns, COUNT_OF(rule_columns)};

static const struct column call_columns[] = {
    {"origin", COLUMN_TEXT, "", "As in audit_rule"},
    {"position", COLUMN_INTEGER, "", "The rule"},
    {"arch", COLUMN_TEXT, "", "b64 or b32; b64 where the rule names none"},
    {"syscall", COLUMN_TEXT, "", "Name of the system call, or 'all'"},
    {"action", COLUMN_TEXT, "", "always or never"},
    {"path", COLUMN_TEXT, "", "As in audit_rule"},
    {"key", COLUMN_TEXT, "", "As in audit_rule"},
    {"auid_from", COLUMN_INTEGER, "", "As in audit_rule"},
    {"success", COLUMN_TEXT, "", "As in audit_rule"},
    {"exit_code", COLUMN_TEXT, "", "As in audit_rule"},
    {"others", COLUMN_TEXT, "", "As in audit_rule"},
    {"in_force", COLUMN_INTEGER, "", "As in audit_rule, for this call"},
};

static const struct table audit_rule_syscall = {
    "audit_rule_syscall",
    "One row for each audit rule of list exit, architecture and system call; none for watches.",
    call_columns, COUNT_OF(call_columns)};

static const struct column control_columns[] = {
    {"origin", COLUMN_TEXT, "", "configured or running"},
    {"name", COLUMN_TEXT, "",
     "enabled (2 = locked), failure (0 silent, 1 printk, 2 panic), backlog_limit, rate_limit, "
     "backlog_wait_time, loginuid_immutable, ignore_errors, continue; running: daemon_pid (0 = no "
     "audit daemon); machine"},
    {"value", COLUMN_TEXT, "", "As written; of machine x86_64 or aarch64"},
    {"number", COLUMN_INTEGER, "", "The value as a number"},
};

static const struct table audit_control = {
    "audit_control", "The settings of the kernel's audit; of several lines the last one.",
    control_columns, COUNT_OF(control_columns)};

/* ---- loading ------------------------------------------------------------------------------ */

struct control {
    struct audit_line line;
    struct view name, value;
};

#define CONTROLS_MAX 32

struct loaded {
    struct facts *facts;
    enum audit_machine machine;
    struct audit_rule **rules; /* AUDIT_RULES_MAX at most */
    size_t count;
    int64_t head, tail; /* next positions; -A goes before all others */
    struct control controls[CONTROLS_MAX];
    size_t control_count;
};

/* The last line of a name wins, as when auditctl runs them one after the other. */
static void set_control(struct loaded *l, const struct audit_line *line, struct view name,
                        struct view value)
{
    size_t i = 0;
    while (i < l->control_count && !view_equal(l->controls[i].name, name))
        i++;
    if (i == CONTROLS_MAX)
        return;
    l->controls[i] = (struct control){*line, name, value};
    l->control_count += i == l->control_count;
}

/* Whether -d or -W of one means the other: the kernel compares every part, the key too. */
static bool same_rule(const struct audit_rule *a, const struct audit_rule *b)
{
    if (!view_equal(a->list, b->list) || !view_equal(a->action, b->action) ||
        !view_equal(a->path, b->path) || !view_equal(a->fields, b->fields) ||
        strcmp(a->permissions, b->permissions) != 0 || a->all_calls != b->all_calls ||
        a->call_count != b->call_count || !view_equal(a->key, b->key))
        return false;
    for (size_t i = 0; i < a->call_count; i++)
        if (!view_equal(a->calls[i], b->calls[i]))
            return false;
    return true;
}

/* With a key, -D takes only the rules that have it. */
static void delete_all(struct loaded *l, struct view key)
{
    for (size_t i = 0; i < l->count; i++)
        if (!key.ptr || view_equal(l->rules[i]->key, key))
            l->rules[i]->force = FORCE_NO;
}

/* The kernel refuses to delete what is not there, and auditctl stops loading. */
static void delete_one(struct loaded *l, const struct audit_rule *wanted)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->rules[i]->force == FORCE_NO || !same_rule(l->rules[i], wanted))
            continue;
        l->rules[i]->force = FORCE_NO;
        return;
    }
    reader_problem(l->facts, wanted->line.item, wanted->line.number, "there is no such rule yet");
}

/* One line, in the order of loading. */
static void load_line(struct loaded *l, const struct audit_line *line)
{
    struct audit_parsed parsed;
    audit_parse(l->facts, l->machine, line, &parsed);
    if (parsed.problem) {
        reader_problem(l->facts, line->item, line->number, "auditctl would refuse it: %s",
                       parsed.problem);
        return;
    }
    if (parsed.effect == EFFECT_SETTING)
        set_control(l, line, parsed.name, parsed.value);
    else if (parsed.effect == EFFECT_DELETE_ALL)
        delete_all(l, parsed.rule.key);
    else if (parsed.effect == EFFECT_DELETE)
        delete_one(l, &parsed.rule);
    else if (parsed.effect == EFFECT_RULE && l->count < AUDIT_RULES_MAX) {
        struct audit_rule *rule = arena_take(reader_arena(l->facts), sizeof *rule);
        *rule = parsed.rule;
        rule->force = FORCE_YES;
        rule->position = parsed.at_head ? --l->head : l->tail++;
        l->rules[l->count++] = rule;
    }
}

/* ---- rows --------------------------------------------------------------------------------- */

static struct cell maybe(struct view v)
{
    return v.ptr ? cell_view(v) : cell_null();
}

static struct cell force_cell(enum audit_force force)
{
    return force == FORCE_UNDECIDED ? cell_null() : cell_integer(force == FORCE_YES);
}

static struct rc put_rule(struct loaded *l, const struct audit_rule *r)
{
    struct cell cells[] = {
        cell_text(r->line.origin),
        cell_integer(r->position),
        cell_text(r->kind),
        cell_view(r->list),
        cell_view(r->action),
        maybe(r->path),
        r->is_tree < 0 || !r->path.ptr ? cell_null() : cell_integer(r->is_tree),
        r->permissions[0] ? cell_text(r->permissions) : cell_null(),
        maybe(r->key),
        cell_text(r->arch),
        cell_integer(r->auid_from),
        maybe(r->success),
        maybe(r->exit),
        cell_view(r->others),
        cell_view(r->fields),
        force_cell(r->force),
    };
    return reader_row(l->facts, &audit_rule, cells, r->line.item, r->line.number);
}

static struct rc put_call(struct loaded *l, const struct audit_rule *r, struct view call,
                          enum audit_force force)
{
    struct cell cells[] = {cell_text(r->line.origin),
                           cell_integer(r->position),
                           cell_text(r->arch ? r->arch : "b64"),
                           cell_view(call),
                           cell_view(r->action),
                           maybe(r->path),
                           maybe(r->key),
                           cell_integer(r->auid_from),
                           maybe(r->success),
                           maybe(r->exit),
                           cell_view(r->others),
                           force_cell(force)};
    return reader_row(l->facts, &audit_rule_syscall, cells, r->line.item, r->line.number);
}

/* Watches are about all calls that touch the path, and have no rows here. */
static struct rc put_calls(struct loaded *l, struct audit_rule *const *nevers, size_t count,
                           const struct audit_rule *r)
{
    if (strcmp(r->kind, "syscall") != 0)
        return RC_OK;
    if (r->all_calls)
        return put_call(l, r, VIEW("all"), r->force);
    for (size_t i = 0; i < r->call_count; i++)
        TRY(put_call(l, r, r->calls[i],
                     view_is(r->action, "always") ? audit_mask_call(nevers, count, r, r->calls[i])
                                                  : r->force));
    return RC_OK;
}

/* Masks need all rules: those in front of the others count, whichever line they stand in. */
static struct rc put_rules(struct loaded *l)
{
    struct arena *arena = reader_arena(l->facts);
    struct audit_rule **nevers = arena_take(arena, (l->count + 1) * sizeof *nevers);
    size_t count = 0;
    audit_mask(l->rules, l->count);
    for (size_t i = 0; i < l->count; i++)
        if (view_is(l->rules[i]->action, "never") && l->rules[i]->force != FORCE_NO)
            nevers[count++] = l->rules[i];
    for (size_t i = 0; i < l->count; i++) {
        TRY(put_rule(l, l->rules[i]));
        TRY(put_calls(l, nevers, count, l->rules[i]));
    }
    return RC_OK;
}

static struct rc put_controls(struct loaded *l)
{
    for (size_t i = 0; i < l->control_count; i++) {
        const struct control *c = &l->controls[i];
        struct cell cells[] = {cell_text(c->line.origin), cell_view(c->name), cell_view(c->value),
                               cell_number(c->value)};
        TRY(reader_row(l->facts, &audit_control, cells, c->line.item, c->line.number));
    }
    return RC_OK;
}

static struct rc load(struct facts *facts, enum audit_machine machine,
                      const struct audit_line *lines, size_t count)
{
    struct loaded l = {.facts = facts, .machine = machine, .head = 1, .tail = 1};
    l.rules = arena_take(reader_arena(facts), (AUDIT_RULES_MAX + 1) * sizeof *l.rules);
    for (size_t i = 0; i < count; i++)
        load_line(&l, &lines[i]);
    TRY(put_rules(&l));
    return put_controls(&l);
}

/* ---- the reader --------------------------------------------------------------------------- */

struct running {
    struct audit_line *lines;
    size_t count;
};

static struct rc take_running(struct facts *facts, const struct reader_line *line, void *context)
{
    struct running *running = context;
    if (running->count == AUDIT_RULES_MAX)
        reader_problem(facts, line->item, line->number, "more than %d rules", AUDIT_RULES_MAX);
    else
        running->lines[running->count++] =
            (struct audit_line){line->item, line->number, line->text, "running"};
    return RC_OK;
}

static struct rc read_audit_rules(struct facts *facts)
{
    enum audit_machine machine = audit_machine_read(facts);
    struct audit_line *lines;
    size_t count;
    TRY(audit_order(facts, &lines, &count));
    TRY(load(facts, machine, lines, count));
    struct running running = {0};
    running.lines = arena_take(reader_arena(facts), AUDIT_RULES_MAX * sizeof *running.lines);
    TRY(reader_each_line(facts, reader_live(facts, "audit_rules"), "", take_running, &running));
    TRY(load(facts, machine, running.lines, running.count));
    struct cell cells[] = {cell_text("configured"), cell_text("machine"),
                           cell_text(audit_machine_name(machine)), cell_null()};
    return reader_row(facts, &audit_control, cells, NULL, 0);
}

static const struct table *const tables[] = {&audit_rule, &audit_rule_syscall, &audit_control,
                                             NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/audit/rules.d/*.rules"},
    {.kind = ITEM_FILE, .pattern = "/etc/audit/audit.rules"},
    {.kind = ITEM_STAT, .pattern = "/etc/audit/rules.d"},
    {.kind = ITEM_STAT, .pattern = "/lib/ld-linux-aarch64.so.1"},
    {.kind = ITEM_LIVE, .pattern = "audit_rules"}};

const struct reader reader_audit_rule = {"audit_rule", tables, sources, COUNT_OF(sources),
                                         read_audit_rules};
