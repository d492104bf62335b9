/*
 * iptables: files of iptables-save(8):
 *
 *   *filter
 *   :INPUT DROP [0:0]
 *   -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
 *   COMMIT
 *
 * What becomes of what:
 *
 *   -p -s -d -i -o, with '!'        protocol, source, destination, interfaces; '!' before the value
 *   --dport --dports                ports, ranges with ':' as written
 *   --ctstate --state               states, in lower case
 *   -j ACCEPT DROP REJECT RETURN    action
 *   -j LOG MARK ...                 action "continue"; -j DNAT MASQUERADE ...: "other"
 *   -j NAME, -g NAME                jump, goto and target
 *   --icmp-type, --sport, ...       others, as written
 *   --limit, --comment, ...         nothing: they change nothing for what is judged
 *
 * Counters in front of a rule are passed over. A match that only narrows and has no column of its
 * own is kept as text; one that is not known is a problem, since it could mean anything.
 */
#include "sensor/facts/firewall.h"

#include <string.h>

#define WORDS_MAX 512

struct file {
    struct firewall *firewall;
    struct firewall_place place; /* its table is the one being read */
    const struct item *item;
    uint32_t line;
};

struct words {
    struct file *file;
    struct view list[WORDS_MAX];
    size_t count, next;
    struct firewall_rule rule;
    struct buf others;
    bool negated;
};

static void problem(const struct file *file, const char *what, struct view word)
{
    reader_problem(file->firewall->facts, file->item, file->line, "%s: %.*s", what,
                   (int)(word.len < 60 ? word.len : 60), word.ptr);
}

/* ---- words -------------------------------------------------------------------------------- */

/* Blanks inside of double quotes belong to the word. */
static bool take_word(struct view *rest, struct view *out)
{
    size_t i = 0;
    bool quoted = false;
    while (rest->len && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
        *rest = view_from(*rest, 1);
    for (; i < rest->len && (quoted || (rest->ptr[i] != ' ' && rest->ptr[i] != '\t')); i++)
        if (rest->ptr[i] == '"')
            quoted = !quoted;
    *out = (struct view){rest->ptr, i};
    *rest = view_from(*rest, i);
    return i > 0;
}

static struct view argument(struct words *w)
{
    if (w->next < w->count)
        return w->list[w->next++];
    problem(w->file, "an option lacks its value", VIEW(""));
    return VIEW("");
}

/* The value, with '!' in front when the option was negated. */
static struct view condition(struct words *w)
{
    struct view value = argument(w);
    if (view_is(value, "!")) { /* as old files have it */
        w->negated = true;
        value = argument(w);
    }
    if (!w->negated)
        return value;
    return view_of(
        arena_printf(reader_arena(w->file->firewall->facts), "!%.*s", (int)value.len, value.ptr));
}

/* A condition without a column: kept as text, so that nobody takes the rule for one of all. */
static void other(struct words *w, struct view option, struct view value)
{
    if (w->others.len)
        buf_add_char(&w->others, ' ');
    if (w->negated)
        buf_add_char(&w->others, '!');
    buf_add_view(&w->others, option);
    buf_add_char(&w->others, ' ');
    buf_add_view(&w->others, value);
}

static bool is_one_of(struct view word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (view_is(word, list[i]))
            return true;
    return false;
}

/* ---- options ------------------------------------------------------------------------------ */

static struct view lower(struct words *w, struct view v)
{
    char *text = view_text(reader_arena(w->file->firewall->facts), v);
    for (char *c = text; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return view_of(text);
}

/* What is no target of the kernel is a chain of the file. */
static void set_target(struct words *w, bool is_goto)
{
    static const char *const verdicts[] = {"ACCEPT", "DROP", "REJECT", "RETURN"};
    static const char *const passing[] = {"LOG",      "NFLOG", "AUDIT", "CONNMARK", "MARK",
                                          "SET",      "TRACE", "CT",    "NOTRACK",  "TCPMSS",
                                          "CLASSIFY", "DSCP",  "TOS",   "CHECKSUM"};
    static const char *const changing[] = {"DNAT",   "SNAT",    "MASQUERADE", "REDIRECT", "NETMAP",
                                           "TPROXY", "NFQUEUE", "QUEUE",      "SYNPROXY"};
    struct view word = argument(w);
    if (is_one_of(word, verdicts, COUNT_OF(verdicts)))
        w->rule.action = lower(w, word);
    else if (is_one_of(word, passing, COUNT_OF(passing)))
        w->rule.action = VIEW("continue");
    else if (is_one_of(word, changing, COUNT_OF(changing)))
        w->rule.action = VIEW("other");
    else {
        w->rule.action = is_goto ? VIEW("goto") : VIEW("jump");
        w->rule.target = word;
    }
}

/* Options with a column. */
static bool take_column(struct words *w, struct view option)
{
    struct firewall_rule *rule = &w->rule;
    static const struct {
        const char *shorter, *longer;
        size_t offset;
    } columns[] = {
        {"-p", "--protocol", offsetof(struct firewall_rule, protocol)},
        {"-s", "--source", offsetof(struct firewall_rule, source)},
        {"-d", "--destination", offsetof(struct firewall_rule, destination)},
        {"-i", "--in-interface", offsetof(struct firewall_rule, in_interface)},
        {"-o", "--out-interface", offsetof(struct firewall_rule, out_interface)},
        {"--dport", "--destination-port", offsetof(struct firewall_rule, ports)},
        {"--dports", "--destination-ports", offsetof(struct firewall_rule, ports)},
        {"--ctstate", "--state", offsetof(struct firewall_rule, states)},
        {"--src-range", "--src", offsetof(struct firewall_rule, source)},
        {"--dst-range", "--dst", offsetof(struct firewall_rule, destination)},
    };
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        if (view_is(option, columns[i].shorter) || view_is(option, columns[i].longer)) {
            *(struct view *)(void *)((char *)rule + columns[i].offset) = condition(w);
            return true;
        }
    return false;
}

/* Matches that only narrow; those of limits and remarks change nothing for what is judged. */
static bool take_other(struct words *w, struct view option)
{
    static const char *const remarks[] = {"--comment",
                                          "--limit",
                                          "--limit-burst",
                                          "--log-prefix",
                                          "--log-level",
                                          "--reject-with",
                                          "--nflog-prefix",
                                          "--nflog-group",
                                          "--set-mark",
                                          "--set-xmark",
                                          "--to",
                                          "--to-destination",
                                          "--to-source",
                                          "--to-ports",
                                          "--hitcount",
                                          "--seconds",
                                          "--name",
                                          "--mask",
                                          "--zone",
                                          "--hashlimit-above",
                                          "--hashlimit-upto",
                                          "--hashlimit-burst",
                                          "--hashlimit-mode",
                                          "--hashlimit-name",
                                          "--hashlimit-htable-expire",
                                          "--queue-num",
                                          "--set-mss",
                                          "--helper"};
    static const char *const alone[] = {
        "--rsource",        "--rdest",   "--log-uid",    "--log-tcp-options",
        "--log-ip-options", "--random",  "--persistent", "--clamp-mss-to-pmtu",
        "--queue-bypass",   "--set",     "--update",     "--rcheck",
        "--remove",         "--notrack", "--save-mark",  "--restore-mark"};
    static const char *const narrowing[] = {
        "--icmp-type",    "--icmpv6-type", "--sport",      "--source-port", "--sports",
        "--source-ports", "--dst-type",    "--src-type",   "--mac-source",  "--uid-owner",
        "--gid-owner",    "--pkt-type",    "--mark",       "--ttl-eq",      "--ttl-lt",
        "--ttl-gt",       "--hl-eq",       "--hl-lt",      "--hl-gt",       "--rt-type",
        "--ctproto",      "--ctdir",       "--ctstatus",   "--dscp",        "--tcp-option",
        "--length",       "--physdev-in",  "--physdev-out"};
    if (is_one_of(option, remarks, COUNT_OF(remarks)))
        (void)argument(w);
    else if (is_one_of(option, narrowing, COUNT_OF(narrowing)))
        other(w, option, argument(w));
    else if (view_is(option, "--tcp-flags")) {
        struct view mask = argument(w);
        (void)argument(w);
        other(w, option, mask);
    } else if (view_is(option, "--syn") || view_is(option, "-f"))
        other(w, option, VIEW(""));
    else
        return is_one_of(option, alone, COUNT_OF(alone));
    return true;
}

static bool take_module(struct words *w, struct view option)
{
    static const char *const known[] = {
        "tcp",    "udp",       "multiport", "conntrack", "state",   "comment", "limit",  "icmp",
        "icmp6",  "ipv6-icmp", "addrtype",  "hl",        "ttl",     "rt",      "recent", "mac",
        "owner",  "pkttype",   "iprange",   "hashlimit", "mark",    "sctp",    "dccp",   "udplite",
        "length", "dscp",      "helper",    "physdev",   "connmark"};
    if (!view_is(option, "-m") && !view_is(option, "--match"))
        return false;
    struct view module = argument(w);
    if (!is_one_of(module, known, COUNT_OF(known)))
        problem(w->file, "a match that is not known", module);
    return true;
}

/* "!" may stand before an option or, in old files, before its value. */
static void take_option(struct words *w)
{
    struct view option = argument(w);
    w->negated = view_is(option, "!");
    if (w->negated)
        option = argument(w);
    if (view_is(option, "-j") || view_is(option, "--jump"))
        set_target(w, false);
    else if (view_is(option, "-g") || view_is(option, "--goto"))
        set_target(w, true);
    else if (!take_column(w, option) && !take_module(w, option) && !take_other(w, option))
        problem(w->file, "an option that is not known", option);
}

/* Every address is none: what iptables-save leaves out, others write. */
static void tidy(struct firewall_rule *rule)
{
    static const char *const all[] = {"0.0.0.0/0", "::/0", "0/0"};
    if (rule->source.ptr && is_one_of(rule->source, all, COUNT_OF(all)))
        rule->source = (struct view){0};
    if (rule->destination.ptr && is_one_of(rule->destination, all, COUNT_OF(all)))
        rule->destination = (struct view){0};
    if (rule->protocol.ptr && view_is(rule->protocol, "all"))
        rule->protocol = (struct view){0};
    if (rule->in_interface.ptr && view_is(rule->in_interface, "+"))
        rule->in_interface = (struct view){0};
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Only the chains of the kernel have a hook and a policy. */
static struct rc put_chain(struct file *file, struct view text)
{
    static const struct {
        const char *name, *hook;
    } hooks[] = {{"INPUT", "input"},
                 {"FORWARD", "forward"},
                 {"OUTPUT", "output"},
                 {"PREROUTING", "prerouting"},
                 {"POSTROUTING", "postrouting"}};
    struct view name, policy;
    struct firewall_chain chain = {.place = file->place};
    if (!view_word(&text, &name) || !view_word(&text, &policy)) {
        problem(file, "a chain without policy", text);
        return RC_OK;
    }
    chain.place.chain = name;
    for (size_t i = 0; i < COUNT_OF(hooks); i++)
        if (view_is(name, hooks[i].name)) {
            chain.type = view_is(file->place.table, "nat") ? VIEW("nat") : VIEW("filter");
            chain.hook = view_of(hooks[i].hook);
            chain.policy = view_is(policy, "DROP") ? VIEW("drop") : VIEW("accept");
        }
    return firewall_put_chain(file->firewall, &chain);
}

/* One line is one rule; it ends with what happens to packets that fit. */
static struct rc put_rule(struct file *file, struct view text)
{
    struct words w = {.file = file};
    struct view word;
    w.rule = (struct firewall_rule){.place = file->place, .action = VIEW("continue")};
    while (w.count < WORDS_MAX && take_word(&text, &word))
        w.list[w.count++] = word;
    if (w.count == WORDS_MAX)
        problem(file, "too many words in a rule", VIEW(""));
    w.rule.place.chain = argument(&w);
    while (w.next < w.count)
        take_option(&w);
    if (w.others.len)
        w.rule.others =
            view_of(view_text(reader_arena(file->firewall->facts), buf_view(&w.others)));
    if (w.rule.states.ptr)
        w.rule.states = lower(&w, w.rule.states);
    tidy(&w.rule);
    buf_free(&w.others);
    return firewall_put_rule(file->firewall, &w.rule);
}

/* Only of these tables is judged what comes in; the others are known and passed over. */
static bool is_table(struct view name)
{
    static const char *const tables[] = {"filter", "nat", "mangle", "raw", "security"};
    return is_one_of(name, tables, COUNT_OF(tables));
}

static struct rc read_line(struct facts *facts, const struct reader_line *line, void *context)
{
    struct file *file = context;
    struct view text = line->text, word;
    (void)facts;
    file->line = file->place.line = line->number;
    if (view_starts(text, "[") && view_cut(&text, ']', &word)) /* counters */
        text = view_trim(text);
    if (view_starts(text, "*")) {
        file->place.table = view_trim(view_from(text, 1));
        if (!is_table(file->place.table))
            problem(file, "a table that is not known", text);
    } else if (view_starts(text, ":")) {
        return put_chain(file, view_from(text, 1));
    } else if (view_starts(text, "-A ")) {
        return put_rule(file, view_from(text, 3));
    } else if (!view_is(text, "COMMIT")) {
        problem(file, "no line of iptables-save", text);
    }
    return RC_OK;
}

struct rc iptables_read_file(struct firewall *firewall, const char *backend, const char *family,
                             const char *path)
{
    const struct item *item = reader_file(firewall->facts, path);
    struct file file = {.firewall = firewall, .item = item};
    file.place = (struct firewall_place){
        .item = item, .backend = backend, .family = view_of(family), .table = VIEW("filter")};
    return reader_each_line(firewall->facts, item, "#", read_line, &file);
}

struct rc iptables_read(struct firewall *firewall)
{
    TRY(iptables_read_file(firewall, "iptables", "ip", "/etc/iptables/rules.v4"));
    TRY(iptables_read_file(firewall, "iptables", "ip6", "/etc/iptables/rules.v6"));
    TRY(iptables_read_file(firewall, "iptables", "ip", "/etc/sysconfig/iptables"));
    return iptables_read_file(firewall, "iptables", "ip6", "/etc/sysconfig/ip6tables");
}
