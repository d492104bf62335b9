/*
 * audit_line: one line of audit.rules(7) taken apart, and brought into one shape:
 *
 *   -w PATH -p wa -k KEY  and  -a always,exit -F path=PATH -F perm=wa -k KEY   the same watch
 *   -S a -S b,c           one set of names; numbers become names
 *   always,exit  exit,always  list and action, whatever their order
 *
 * What auditctl would refuse is a problem: it stops loading at such a line.
 */
#include "sensor/facts/audit.h"

#include <stdlib.h>
#include <string.h>

struct parser {
    struct facts *facts;
    enum audit_machine machine;
    struct audit_parsed *out;
    struct view words[AUDIT_WORDS_MAX];
    size_t count, next;
    struct buf fields, others, key;
    struct view calls[AUDIT_CALLS_MAX]; /* as written: the machine may come behind them */
    size_t call_count;
    bool is_watch; /* -w */
};

static void refuse(struct parser *p, const char *why)
{
    if (!p->out->problem)
        p->out->problem = why;
}

/* ---- words -------------------------------------------------------------------------------- */

/* A word ends at a blank. auditctl knows no quotes in files; the probe puts a text with blanks into
 * them, which are taken away. */
static bool take_word(struct arena *arena, bool quotes, struct view *rest, struct view *out)
{
    char quote = 0;
    size_t n = 0, i = 0;
    while (rest->len && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
        *rest = view_from(*rest, 1);
    if (rest->len == 0)
        return false;
    char *text = arena_take(arena, rest->len + 1);
    for (; i < rest->len; i++) {
        char c = rest->ptr[i];
        if (!quote && (c == ' ' || c == '\t'))
            break;
        if (c == quote)
            quote = 0;
        else if (quotes && !quote && (c == '"' || c == '\''))
            quote = c;
        else
            text[n++] = c;
    }
    *rest = view_from(*rest, i);
    *out = (struct view){text, n};
    return true;
}

static void split(struct parser *p, struct view text)
{
    struct view word;
    bool quotes = strcmp(p->out->rule.line.origin, "running") == 0;
    while (take_word(reader_arena(p->facts), quotes, &text, &word)) {
        if (p->count == AUDIT_WORDS_MAX) {
            refuse(p, "too many words in a line");
            return;
        }
        p->words[p->count++] = word;
    }
}

static struct view argument(struct parser *p)
{
    if (p->next < p->count)
        return p->words[p->next++];
    refuse(p, "an option lacks its value");
    return VIEW("");
}

/* ---- parts of a rule ---------------------------------------------------------------------- */

/* Lists are short: a search beside the names is clearer than a table of flags. */
static bool is_one_of(struct view word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (view_is(word, list[i]))
            return true;
    return false;
}

/* "always,exit" or "exit,always". */
static void set_list(struct parser *p, struct view value)
{
    static const char *const lists[] = {"task",    "exit",       "user",
                                        "exclude", "filesystem", "io_uring"};
    static const char *const actions[] = {"always", "never"};
    struct view one, other = value;
    view_cut(&other, ',', &one);
    if (!is_one_of(one, actions, COUNT_OF(actions))) {
        struct view swapped = one;
        one = other;
        other = swapped;
    }
    if (!is_one_of(one, actions, COUNT_OF(actions)) || !is_one_of(other, lists, COUNT_OF(lists)))
        refuse(p, "no list and action that auditctl knows");
    p->out->rule.action = one;
    p->out->rule.list = other;
}

/* "aw" and "wa" are the same: the letters come into one order. */
static void set_permissions(struct parser *p, struct view value)
{
    static const char order[] = "rwxa";
    char *out = p->out->rule.permissions;
    memset(out, 0, sizeof p->out->rule.permissions);
    for (const char *c = order; *c; c++)
        if (value.len && memchr(value.ptr, *c, value.len))
            *out++ = *c;
    for (size_t i = 0; i < value.len; i++)
        if (!strchr(order, value.ptr[i]))
            refuse(p, "a permission is none of r, w, x, a");
    if (value.len == 0)
        refuse(p, "no permissions");
}

/* The kernel takes "/etc/x/" and "/etc/x" for one folder. */
static void set_path(struct parser *p, struct view value, int is_tree)
{
    while (value.len > 1 && view_ends(value, "/"))
        value.len--;
    if (!view_starts(value, "/") || p->out->rule.path.ptr)
        refuse(p, "no path, or a second one");
    p->out->rule.path = value;
    p->out->rule.is_tree = is_tree;
}

/* A rule may have several keys; auditctl joins them in the same way. */
static void add_key(struct parser *p, struct view value)
{
    if (p->key.len)
        buf_add_char(&p->key, ',');
    buf_add_view(&p->key, value);
}

/* The kernel tells 64 from 32 bits only; the name of a machine says which it is. */
static void set_arch(struct parser *p, struct view value)
{
    static const char *const wide[] = {"b64",     "x86_64", "aarch64", "ppc64",
                                       "ppc64le", "s390x",  "riscv64", "loongarch64"};
    static const char *const narrow[] = {"b32", "i386", "i486", "i586",   "i686",
                                         "arm", "ppc",  "s390", "armv7l", "armv6l"};
    if (is_one_of(value, wide, COUNT_OF(wide)))
        p->out->rule.arch = "b64";
    else if (is_one_of(value, narrow, COUNT_OF(narrow)))
        p->out->rule.arch = "b32";
    else
        refuse(p, "an architecture that is not known");
}

/* ---- fields ------------------------------------------------------------------------------- */

/* The login user of what nobody logged in for; -1 is stored without a sign. */
static bool is_unset(struct view value)
{
    return view_is(value, "unset") || view_is(value, "-1") || view_is(value, "4294967295");
}

/* auid>=1000 leaves system accounts out, auid!=unset what nobody logged in for: both have their
 * column. False for another condition on the user. */
static bool set_auid(struct parser *p, struct view sign, struct view value)
{
    int64_t n;
    if (view_is(sign, "!=") && is_unset(value))
        return true;
    if (!view_integer(value, &n) || n < 0 || (!view_is(sign, ">=") && !view_is(sign, ">")))
        return false;
    n += view_is(sign, ">");
    if (n > p->out->rule.auid_from)
        p->out->rule.auid_from = n;
    return true;
}

/* A rule that leaves out one program or user leaves the others audited: see audit_mask.c. */
static bool names_one(struct view name)
{
    static const char *const names[] = {"exe", "uid",   "euid",    "auid",  "loginuid",
                                        "gid", "egid",  "pid",     "ppid",  "path",
                                        "dir", "inode", "msgtype", "fstype"};
    return is_one_of(name, names, COUNT_OF(names)) || view_starts(name, "subj_") ||
           view_starts(name, "obj_");
}

/* False for a condition without a column of its own. */
static bool set_field(struct parser *p, struct view name, struct view sign, struct view value)
{
    struct audit_rule *rule = &p->out->rule;
    bool equal = view_is(sign, "=");
    if (equal && view_is(name, "arch"))
        set_arch(p, value);
    else if (equal && view_is(name, "path"))
        set_path(p, value, 0);
    else if (equal && view_is(name, "dir"))
        set_path(p, value, 1);
    else if (equal && view_is(name, "perm"))
        set_permissions(p, value);
    else if (equal && (view_is(name, "key")))
        add_key(p, value);
    else if (equal && view_is(name, "success"))
        rule->success = view_is(value, "yes")  ? VIEW("1")
                        : view_is(value, "no") ? VIEW("0")
                                               : value;
    else if (equal && view_is(name, "exit"))
        rule->exit = audit_exit_name(reader_arena(p->facts), value);
    else if (view_is(name, "auid") || view_is(name, "loginuid"))
        return set_auid(p, sign, value);
    else
        return false;
    return true;
}

/* Conditions are joined in the order of the line, so that equal rules have equal texts. */
static void add_condition(struct buf *out, struct view text)
{
    if (out->len)
        buf_add_char(out, ' ');
    buf_add_view(out, text);
}

/* name, one of = != > >= < <= & &=, value */
static void add_field(struct parser *p, struct view text)
{
    size_t at = 0, end;
    while (at < text.len && !strchr("=!<>&", text.ptr[at]))
        at++;
    for (end = at; end < text.len && strchr("=!<>&", text.ptr[end]); end++)
        ;
    struct view name = {text.ptr, at}, sign = {text.ptr + at, end - at};
    struct view value = view_from(text, end);
    if (name.len == 0 || sign.len == 0 || sign.len > 2 || value.len == 0) {
        refuse(p, "a condition that is none");
        return;
    }
    if (view_is(name, "msgtype") && view_is(sign, "="))
        text = audit_record_name(reader_arena(p->facts), text, value);
    if (!view_is(name, "key"))
        add_condition(&p->fields, text);
    bool has_column = set_field(p, name, sign, value);
    p->out->rule.is_bare &= view_is(name, "arch") || view_is(name, "key");
    p->out->rule.is_narrow |= view_is(sign, "=") && names_one(name);
    if (!has_column)
        add_condition(&p->others, text);
}

/* Kept as written: -F arch= may come behind -S, and numbers mean nothing before it. */
static void add_calls(struct parser *p, struct view value)
{
    struct view word;
    p->out->rule.has_calls = true;
    while (view_cut(&value, ',', &word)) {
        if (p->call_count == AUDIT_CALLS_MAX) {
            refuse(p, "too many system calls in one rule");
            return;
        }
        p->calls[p->call_count++] = word;
    }
}

/* ---- options ------------------------------------------------------------------------------ */

static void set_setting(struct parser *p, const char *name, struct view value)
{
    p->out->effect = EFFECT_SETTING;
    p->out->name = view_of(name);
    p->out->value = value;
}

/* Options of a setting; false for others. */
static bool take_setting(struct parser *p, struct view word)
{
    static const struct {
        const char *option, *name;
        bool has_value;
    } settings[] = {
        {"-e", "enabled", true},
        {"-f", "failure", true},
        {"-b", "backlog_limit", true},
        {"-r", "rate_limit", true},
        {"--backlog_wait_time", "backlog_wait_time", true},
        {"--loginuid-immutable", "loginuid_immutable", false},
        {"-i", "ignore_errors", false},
        {"-c", "continue", false},
        {"--pid", "daemon_pid", true},
        {"--reset-lost", "reset_lost", false},
        {"--reset_backlog_wait_time_actual", "reset_wait", false},
    };
    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        int64_t number;
        if (!view_is(word, settings[i].option))
            continue;
        struct view value = settings[i].has_value ? argument(p) : VIEW("1");
        if (!view_integer(value, &number) || number < 0)
            refuse(p, "a setting that is no number");
        set_setting(p, settings[i].name, value);
        return true;
    }
    return false;
}

static void take_rule_option(struct parser *p, struct view word)
{
    if (view_is(word, "-p"))
        set_permissions(p, argument(p));
    else if (view_is(word, "-k"))
        add_key(p, argument(p));
    else if (view_is(word, "-F"))
        add_field(p, argument(p));
    else if (view_is(word, "-S"))
        add_calls(p, argument(p));
    else if (view_is(word, "-C")) {
        struct view value = argument(p);
        add_condition(&p->fields, value);
        add_condition(&p->others, value);
        p->out->rule.is_bare = false;
    } else
        refuse(p, "an option that auditctl does not know");
}

static void take_option(struct parser *p)
{
    struct view word = argument(p);
    struct audit_parsed *out = p->out;
    if (view_is(word, "-a") || view_is(word, "-A") || view_is(word, "-d")) {
        out->effect = view_is(word, "-d") ? EFFECT_DELETE : EFFECT_RULE;
        out->at_head = view_is(word, "-A");
        set_list(p, argument(p));
    } else if (view_is(word, "-w") || view_is(word, "-W")) {
        out->effect = view_is(word, "-W") ? EFFECT_DELETE : EFFECT_RULE;
        out->rule.list = VIEW("exit");
        out->rule.action = VIEW("always");
        p->is_watch = true;
        set_path(p, argument(p), -1);
    } else if (view_is(word, "-D")) {
        out->effect = EFFECT_DELETE_ALL;
    } else if (!take_setting(p, word)) {
        take_rule_option(p, word);
    }
}

/* ---- the whole ---------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    const struct view *left = a, *right = b;
    size_t shorter = left->len < right->len ? left->len : right->len;
    int order = shorter ? memcmp(left->ptr, right->ptr, shorter) : 0;
    return order ? order : (left->len > right->len) - (left->len < right->len);
}

/* Names for what was written, each once, sorted. */
static void end_calls(struct parser *p)
{
    struct audit_rule *rule = &p->out->rule;
    struct arena *arena = reader_arena(p->facts);
    size_t kept = 0;
    rule->calls = arena_take(arena, (p->call_count + 1) * sizeof *rule->calls);
    for (size_t i = 0; i < p->call_count; i++) {
        if (view_is(p->calls[i], "all"))
            rule->all_calls = true;
        else if (audit_call_name(p->machine, rule->arch, p->calls[i], arena, &rule->calls[kept]))
            kept++;
        else
            refuse(p, "a system call that is not known");
    }
    if (kept)
        qsort(rule->calls, kept, sizeof *rule->calls, by_bytes);
    for (size_t i = 0; i < kept; i++)
        if (rule->call_count == 0 || by_bytes(&rule->calls[rule->call_count - 1], &rule->calls[i]))
            rule->calls[rule->call_count++] = rule->calls[i];
    rule->all_calls |= rule->call_count == 0;
}

/* What can only be said when all options were seen: the kind, and whether they fit together. */
static void end_rule(struct parser *p)
{
    struct audit_rule *rule = &p->out->rule;
    struct arena *arena = reader_arena(p->facts);
    end_calls(p);
    bool is_exit = view_is(rule->list, "exit");
    bool is_watch = rule->path.ptr && rule->all_calls;
    rule->kind = !is_exit ? "other" : is_watch ? "watch" : "syscall";
    if (is_watch && !rule->permissions[0])
        memcpy(rule->permissions, "rwxa", 5);
    rule->fields = view_of(view_text(arena, buf_view(&p->fields)));
    rule->others = view_of(view_text(arena, buf_view(&p->others)));
    if (p->key.len)
        rule->key = view_of(view_text(arena, buf_view(&p->key)));
    if (p->is_watch && (rule->has_calls || rule->fields.len))
        refuse(p, "a watch takes no -S and no -F");
}

void audit_parse(struct facts *facts, enum audit_machine machine, const struct audit_line *line,
                 struct audit_parsed *out)
{
    struct parser p = {.facts = facts, .machine = machine, .out = out};
    *out = (struct audit_parsed){.effect = EFFECT_NONE};
    out->rule = (struct audit_rule){.line = *line, .is_bare = true, .is_tree = -1};
    split(&p, line->text);
    while (p.next < p.count)
        take_option(&p);
    if (out->effect == EFFECT_RULE || out->effect == EFFECT_DELETE)
        end_rule(&p);
    else if (out->effect == EFFECT_NONE && !out->problem)
        out->problem = "no rule";
    if (out->effect == EFFECT_DELETE_ALL && p.key.len)
        out->rule.key = view_of(view_text(reader_arena(facts), buf_view(&p.key)));
    buf_free(&p.fields);
    buf_free(&p.others);
    buf_free(&p.key);
}
