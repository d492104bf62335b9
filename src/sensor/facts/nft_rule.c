/*
 * nft_rule: one rule of nftables: conditions, statements, a verdict.
 *
 *   iifname "eth0" tcp dport { 22, 443 } ct state new counter accept
 *
 * Conditions with a column get it; others that are known are kept as text; what is not known is a
 * problem, since it could mean anything. A verdict map makes a rule of each entry:
 *
 *   ct state vmap { established : accept, invalid : drop }
 *
 * What becomes of what:
 *
 *   iif iifname oif oifname, meta iif ...          in_interface, out_interface
 *   ip saddr, ip6 saddr / daddr                    source, destination
 *   tcp dport, udp dport, th dport                 protocol and ports
 *   ip protocol, ip6 nexthdr, meta l4proto         protocol
 *   ct state                                       states
 *   icmp type, fib, pkttype, tcp flags, sport ...  others, as written
 *   counter, log, limit, comment, add @set         nothing: they let the packet go on
 *   limit rate over ...                            others: it is a condition turned round
 *   accept drop reject jump goto return continue   action, target
 *   masquerade snat dnat redirect tproxy queue     action "other"
 *
 * A value is a word, a list or a set; "!=" puts a '!' before it. The name of a short set of the
 * same table is replaced by its elements, that of a long one stays as @name. Comparisons such as
 * ">=", conditions of several fields (ip saddr . tcp dport) and maps by name are not understood.
 */
#include "sensor/facts/nft.h"

#include <string.h>

#define ENTRIES_MAX 256 /* of a verdict map */

struct entry {
    struct view key, action, target;
};

struct rule {
    struct nft *nft;
    size_t next;
    struct firewall_rule out;
    struct buf others;
    struct view *mapped; /* the column that a verdict map is about; NULL: none, or in others */
    struct entry entries[ENTRIES_MAX];
    size_t entry_count;
    bool failed; /* not understood from here on */
};

static struct nft_token peek(struct rule *r)
{
    static const struct nft_token end = {.kind = NFT_END};
    return r->next < r->nft->list_count ? r->nft->list[r->next] : end;
}

static struct nft_token next(struct rule *r)
{
    struct nft_token token = peek(r);
    r->next += token.kind != NFT_END;
    return token;
}

static bool next_is(struct rule *r, const char *text)
{
    struct nft_token token = peek(r);
    return nft_is(&token, text);
}

static bool take(struct rule *r, const char *text)
{
    bool is = next_is(r, text);
    r->next += is;
    return is;
}

/* From a word that is not understood on, nothing of the rule can be trusted. */
static void give_up(struct rule *r, const struct nft_token *at, const char *what)
{
    nft_problem(r->nft, at->item ? at : &r->nft->list[0], what);
    r->failed = true;
}

static bool is_one_of(const struct nft_token *token, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (nft_is(token, list[i]))
            return true;
    return false;
}

/* ---- verdicts ----------------------------------------------------------------------------- */

static bool is_verdict(const struct nft_token *token)
{
    static const char *const verdicts[] = {"accept",   "drop", "reject", "return",
                                           "continue", "jump", "goto",   "queue"};
    return is_one_of(token, verdicts, COUNT_OF(verdicts));
}

/* These end a rule too, but neither let in nor keep out. */
static bool is_change(const struct nft_token *token)
{
    static const char *const changes[] = {"masquerade", "snat", "dnat", "redirect",
                                          "tproxy",     "dup",  "fwd",  "synproxy"};
    return is_one_of(token, changes, COUNT_OF(changes));
}

static void take_rest(struct rule *r)
{
    r->next = r->nft->list_count;
}

/* `reject with tcp reset` is about TCP only, `with icmp` about IPv4 only: nft adds the condition.
 */
static void take_reject(struct rule *r)
{
    if (take(r, "with")) {
        if (next_is(r, "tcp") && !r->out.protocol.ptr)
            r->out.protocol = VIEW("tcp");
        if (next_is(r, "icmp") || next_is(r, "icmpv6"))
            r->out.place.family = next_is(r, "icmp") ? VIEW("ip") : VIEW("ip6");
    }
    take_rest(r);
}

/* Only `comment` may follow a verdict, and what says how to reject or queue. */
static void set_verdict(struct rule *r)
{
    struct nft_token token = next(r);
    r->out.action = nft_is(&token, "queue") ? VIEW("other") : token.text;
    if (nft_is(&token, "jump") || nft_is(&token, "goto"))
        r->out.target = next(r).text;
    if (nft_is(&token, "reject"))
        take_reject(r);
    if (nft_is(&token, "queue"))
        take_rest(r);
}

/* ---- values ------------------------------------------------------------------------------- */

static void add_text(struct buf *out, const struct nft_token *token)
{
    if (out->len && !nft_is(token, ",") && out->ptr[out->len - 1] != ',')
        buf_add_char(out, ' ');
    buf_add_view(out, token->text);
}

/* { a, b } or a, b or one word, without blanks. */
static struct view take_value(struct rule *r)
{
    struct buf text = {0};
    bool negated = take(r, "!=");
    if (!negated)
        (void)(take(r, "==") || take(r, "eq"));
    if (negated)
        buf_add_char(&text, '!');
    bool braces = take(r, "{");
    for (;;) {
        struct nft_token token = next(r);
        if (token.kind == NFT_END || (token.kind == NFT_MARK && !nft_is(&token, ","))) {
            if (!nft_is(&token, "}") || !braces)
                give_up(r, &token, "a value that is not understood");
            break;
        }
        buf_add_view(&text, token.text);
        if (!braces && !next_is(r, ",") && !nft_is(&token, ","))
            break;
    }
    while (view_ends(buf_view(&text), ","))
        text.len--;
    struct view kept = view_of(view_text(reader_arena(r->nft->facts), buf_view(&text)));
    buf_free(&text);
    return kept;
}

/* A verdict behind ':' of a map. */
static void take_entry_verdict(struct rule *r, struct entry *entry)
{
    struct nft_token token = next(r);
    if (!is_verdict(&token))
        give_up(r, &token, "a verdict that is not known");
    entry->action = token.text;
    if (nft_is(&token, "jump") || nft_is(&token, "goto"))
        entry->target = next(r).text;
}

/* vmap { key : verdict, ... }; a map by name is not looked into. */
static void take_map(struct rule *r, struct view *column)
{
    struct nft_token token = next(r);
    r->mapped = column;
    if (!nft_is(&token, "{")) {
        give_up(r, &token, "a verdict map by name");
        return;
    }
    while (!r->failed && !take(r, "}")) {
        struct entry entry = {.key = next(r).text};
        if (view_ends(entry.key, ":"))
            entry.key.len--;
        else if (!take(r, ":"))
            give_up(r, &token, "a verdict map that is not understood");
        if (r->entry_count == ENTRIES_MAX)
            give_up(r, &token, "a verdict map that is too long");
        if (r->failed)
            return;
        take_entry_verdict(r, &entry);
        r->entries[r->entry_count++] = entry;
        if (!take(r, ",") && !next_is(r, "}"))
            give_up(r, &token, "a verdict map that is not understood");
    }
}

/* The elements of a short set stand for its name. */
static struct view resolve(struct rule *r, struct view value)
{
    if (!view_starts(value, "@"))
        return value;
    const struct nft_set *set = nft_find_set(r->nft, &r->out.place, view_from(value, 1));
    return set && set->elements.ptr && set->elements.len ? set->elements : value;
}

/* A second condition on the same field narrows further: both are kept. */
static void take_column(struct rule *r, struct view *column)
{
    if (take(r, "vmap")) {
        take_map(r, column);
        return;
    }
    if (next_is(r, ".")) {
        struct nft_token at = peek(r);
        give_up(r, &at, "a condition of several fields at once");
        return;
    }
    struct view value = resolve(r, take_value(r));
    if (column->ptr)
        value = view_of(arena_printf(reader_arena(r->nft->facts), "%.*s %.*s", (int)column->len,
                                     column->ptr, (int)value.len, value.ptr));
    *column = value;
}

/* Kept as text: the field's words, then its value. */
static void take_other(struct rule *r, const struct nft_token *first,
                       const struct nft_token *second)
{
    add_text(&r->others, first);
    if (second)
        add_text(&r->others, second);
    if (take(r, "vmap")) {
        take_map(r, NULL);
        return;
    }
    struct nft_token value = {.kind = NFT_WORD, .text = take_value(r)};
    add_text(&r->others, &value);
}

/* Up to the next statement: for flags and their bits. */
static void take_until_statement(struct rule *r)
{
    static const char *const statements[] = {"counter", "log",  "limit", "comment",
                                             "ct",      "ip",   "ip6",   "tcp",
                                             "udp",     "meta", "iif",   "iifname"};
    for (;;) {
        struct nft_token token = peek(r);
        if (token.kind == NFT_END || is_verdict(&token) ||
            is_one_of(&token, statements, COUNT_OF(statements)))
            return;
        (void)next(r);
        add_text(&r->others, &token);
    }
}

/* ---- conditions --------------------------------------------------------------------------- */

/* "iif" is a number to the kernel and "iifname" a text; for a judge they are the same. */
static bool take_interface(struct rule *r, const struct nft_token *word)
{
    if (nft_is(word, "iif") || nft_is(word, "iifname"))
        take_column(r, &r->out.in_interface);
    else if (nft_is(word, "oif") || nft_is(word, "oifname"))
        take_column(r, &r->out.out_interface);
    else
        return false;
    return true;
}

static void take_meta(struct rule *r, const struct nft_token *meta)
{
    static const char *const others[] = {"nfproto", "protocol", "pkttype", "skuid", "skgid",
                                         "length",  "iifgroup", "iiftype", "cpu",   "day",
                                         "hour",    "time",     "cgroup"};
    struct nft_token word = next(r);
    if (take_interface(r, &word))
        return;
    if (nft_is(&word, "l4proto"))
        take_column(r, &r->out.protocol);
    else if (nft_is(&word, "mark") || nft_is(&word, "priority") || nft_is(&word, "nftrace")) {
        if (take(r, "set"))
            (void)take_value(r);
        else
            take_other(r, meta, &word);
    } else if (is_one_of(&word, others, COUNT_OF(others)))
        take_other(r, meta, &word);
    else
        give_up(r, &word, "a condition that is not known");
}

static void take_address(struct rule *r, const struct nft_token *family)
{
    static const char *const others[] = {"dscp", "ttl",      "length",   "version",  "id",
                                         "ecn",  "frag-off", "hoplimit", "flowlabel"};
    struct nft_token word = next(r);
    if (nft_is(&word, "saddr"))
        take_column(r, &r->out.source);
    else if (nft_is(&word, "daddr"))
        take_column(r, &r->out.destination);
    else if (nft_is(&word, "protocol") || nft_is(&word, "nexthdr"))
        take_column(r, &r->out.protocol);
    else if (is_one_of(&word, others, COUNT_OF(others)))
        take_other(r, family, &word);
    else
        give_up(r, &word, "a condition that is not known");
}

/* "tcp dport" says the protocol as well; "th" leaves it open. */
static void take_transport(struct rule *r, const struct nft_token *protocol)
{
    struct nft_token word = next(r);
    if (!nft_is(protocol, "th"))
        r->out.protocol = protocol->text;
    if (nft_is(&word, "dport"))
        take_column(r, &r->out.ports);
    else if (nft_is(&word, "flags") || nft_is(&word, "option")) {
        add_text(&r->others, &word);
        take_until_statement(r);
    } else if (nft_is(&word, "sport") || nft_is(&word, "length"))
        take_other(r, protocol, &word);
    else
        give_up(r, &word, "a condition that is not known");
}

static void take_icmp(struct rule *r, const struct nft_token *protocol)
{
    struct nft_token word = next(r);
    r->out.protocol = protocol->text;
    if (nft_is(&word, "type") || nft_is(&word, "code"))
        take_other(r, protocol, &word);
    else
        give_up(r, &word, "a condition that is not known");
}

static void take_connection(struct rule *r, const struct nft_token *ct)
{
    static const char *const others[] = {"status", "direction", "zone",
                                         "helper", "original",  "expiration"};
    struct nft_token word = next(r);
    if (nft_is(&word, "state"))
        take_column(r, &r->out.states);
    else if (nft_is(&word, "count")) {
        (void)take(r, "over");
        (void)next(r);
    } else if (nft_is(&word, "mark") && take(r, "set"))
        (void)take_value(r);
    else if (nft_is(&word, "mark") || is_one_of(&word, others, 4))
        take_other(r, ct, &word);
    else
        give_up(r, &word, "a condition that is not known");
}

/* fib daddr . iif type local */
static void take_fib(struct rule *r, const struct nft_token *fib)
{
    add_text(&r->others, fib);
    for (int i = 0; i < 12; i++) {
        struct nft_token word = next(r);
        if (word.kind == NFT_END) {
            give_up(r, fib, "a condition that is not known");
            return;
        }
        if (nft_is(&word, "type") || nft_is(&word, "oif") || nft_is(&word, "oifname")) {
            if (take(r, "missing") || take(r, "exists"))
                add_text(&r->others, &word);
            else
                take_other(r, &word, NULL);
            return;
        }
        add_text(&r->others, &word);
    }
    give_up(r, fib, "a condition that is not known");
}

static bool take_condition(struct rule *r, const struct nft_token *word)
{
    static const char *const transports[] = {"tcp", "udp", "sctp", "dccp", "udplite", "th"};
    static const char *const frames[] = {"ether", "vlan", "arp"};
    if (take_interface(r, word))
        return true;
    if (nft_is(word, "meta"))
        take_meta(r, word);
    else if (nft_is(word, "ip") || nft_is(word, "ip6"))
        take_address(r, word);
    else if (is_one_of(word, transports, COUNT_OF(transports)))
        take_transport(r, word);
    else if (nft_is(word, "icmp") || nft_is(word, "icmpv6"))
        take_icmp(r, word);
    else if (nft_is(word, "ct"))
        take_connection(r, word);
    else if (nft_is(word, "fib"))
        take_fib(r, word);
    else if (nft_is(word, "mark") || nft_is(word, "pkttype") || nft_is(word, "skuid"))
        take_other(r, word, NULL);
    else if (is_one_of(word, frames, COUNT_OF(frames))) {
        struct nft_token field = next(r);
        take_other(r, word, &field);
    } else
        return false;
    return true;
}

/* ---- statements --------------------------------------------------------------------------- */

/* Words that belong to a statement, each with a value. */
static void take_options(struct rule *r, const char *const *options, size_t count)
{
    for (struct nft_token token = peek(r); is_one_of(&token, options, count); token = peek(r)) {
        (void)next(r);
        do
            (void)next(r);
        while (take(r, ","));
    }
}

/* limit rate [over] 10/second [burst 5 packets]: `over` turns it round. */
static void take_limit(struct rule *r)
{
    (void)(take(r, "rate") || take(r, "name"));
    bool is_over = take(r, "over");
    (void)next(r);
    struct nft_token token = peek(r);
    if (token.kind == NFT_WORD && view_starts(token.text, "/")) {
        (void)next(r);
        if (view_is(token.text, "/"))
            (void)next(r);
        token = peek(r);
    }
    if (token.kind == NFT_WORD && memmem(token.text.ptr, token.text.len, "bytes/", 6))
        (void)next(r);
    if (take(r, "burst")) {
        (void)next(r);
        if (!take(r, "packets") && !take(r, "bytes"))
            (void)(take(r, "kbytes") || take(r, "mbytes"));
    }
    if (is_over) {
        struct nft_token over = {.kind = NFT_WORD, .text = VIEW("over a limit")};
        add_text(&r->others, &over);
    }
}

/* add @set { ip saddr timeout 1m } */
static void take_block(struct rule *r)
{
    size_t depth = 0;
    for (struct nft_token token = next(r); token.kind != NFT_END; token = next(r)) {
        depth += nft_is(&token, "{");
        if (nft_is(&token, "}") && --depth == 0)
            return;
    }
}

static bool take_statement(struct rule *r, const struct nft_token *word)
{
    static const char *const counters[] = {"packets", "bytes", "name"};
    static const char *const logs[] = {"prefix", "level",   "flags",
                                       "group",  "snaplen", "queue-threshold"};
    if (nft_is(word, "counter"))
        take_options(r, counters, COUNT_OF(counters));
    else if (nft_is(word, "log"))
        take_options(r, logs, COUNT_OF(logs));
    else if (nft_is(word, "limit"))
        take_limit(r);
    else if (nft_is(word, "comment"))
        (void)next(r);
    else if (nft_is(word, "add") || nft_is(word, "update") || nft_is(word, "delete") ||
             nft_is(word, "meter"))
        take_block(r);
    else if (is_change(word)) {
        r->out.action = VIEW("other");
        take_rest(r);
    } else
        return nft_is(word, "notrack");
    return true;
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* Each entry of a map becomes a rule with the key as its condition. */
static struct rc put_entries(struct rule *r)
{
    for (size_t i = 0; i < r->entry_count; i++) {
        struct firewall_rule row = r->out;
        size_t offset = r->mapped ? (size_t)((char *)r->mapped - (char *)&r->out) : 0;
        if (r->mapped)
            *(struct view *)(void *)((char *)&row + offset) = r->entries[i].key;
        else
            row.others = view_of(arena_printf(reader_arena(r->nft->facts), "%.*s %.*s",
                                              (int)row.others.len, row.others.ptr,
                                              (int)r->entries[i].key.len, r->entries[i].key.ptr));
        row.action = r->entries[i].action;
        row.target = r->entries[i].target;
        TRY(firewall_put_rule(r->nft->firewall, &row));
    }
    return RC_OK;
}

static struct rc put(struct rule *r)
{
    if (r->others.len)
        r->out.others = view_of(view_text(reader_arena(r->nft->facts), buf_view(&r->others)));
    if (r->out.source.ptr &&
        (view_is(r->out.source, "0.0.0.0/0") || view_is(r->out.source, "::/0")))
        r->out.source = (struct view){0};
    return r->entry_count ? put_entries(r) : firewall_put_rule(r->nft->firewall, &r->out);
}

struct rc nft_rule(struct nft *nft, const struct firewall_place *place)
{
    struct rule *r = mem_new(sizeof *r);
    r->nft = nft;
    r->out = (struct firewall_rule){.place = *place, .action = VIEW("continue")};
    while (!r->failed && r->next < nft->list_count) {
        struct nft_token word = peek(r);
        if (is_verdict(&word)) {
            set_verdict(r);
            continue;
        }
        (void)next(r);
        if (!take_condition(r, &word) && !take_statement(r, &word))
            give_up(r, &word, "a statement that is not known");
    }
    struct rc rc = put(r);
    buf_free(&r->others);
    mem_free(r);
    return rc;
}
