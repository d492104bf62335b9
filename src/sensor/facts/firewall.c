/*
 * firewall: the configured packet filters as tables. What a backend does by itself (ufw's chains,
 * firewalld's zones) is written out as chains and rules too, so that one query judges them all.
 *
 * Only what is configured is read; the rules in the running kernel are not. A statement that is not
 * understood is a problem of its file.
 */
#include "sensor/facts/firewall.h"

#include <string.h>

static const struct column chain_columns[] = {
    {"backend", COLUMN_TEXT, "", "nftables, iptables, ufw or firewalld: whose configuration it is"},
    {"family", COLUMN_TEXT, "", "inet (both), ip, ip6, bridge, arp or netdev"},
    {"table_name", COLUMN_TEXT, "", "The table it stands in"},
    {"chain", COLUMN_TEXT, "", "Its name"},
    {"type", COLUMN_TEXT, "", "filter, nat or route; NULL for a chain that is only jumped to"},
    {"hook", COLUMN_TEXT, "", "Where packets come in: input, forward, output ...; NULL for none"},
    {"priority", COLUMN_TEXT, "", "As written; NULL for none"},
    {"policy", COLUMN_TEXT, "", "accept or drop: what happens at its end; NULL without hook"},
};

static const struct table firewall_chain = {
    "firewall_chain", "One row for each chain of the configured packet filters.", chain_columns,
    COUNT_OF(chain_columns)};

static const struct column rule_columns[] = {
    {"backend", COLUMN_TEXT, "", "As in firewall_chain"},
    {"family", COLUMN_TEXT, "", "As in firewall_chain"},
    {"table_name", COLUMN_TEXT, "", "As in firewall_chain"},
    {"chain", COLUMN_TEXT, "", "As in firewall_chain"},
    {"position", COLUMN_INTEGER, "", "Ascending in the order of the rules"},
    {"action", COLUMN_TEXT, "",
     "accept, drop, reject, jump, goto, return, other (address translation and the like), or "
     "continue for none"},
    {"target", COLUMN_TEXT, "", "The chain of a jump or goto; NULL otherwise"},
    {"protocol", COLUMN_TEXT, "", "tcp, udp, icmp ...; NULL for all, '!' before what is left out"},
    {"ports", COLUMN_TEXT, "",
     "Destination ports and ranges, divided by commas; @name for a long set; NULL for all"},
    {"source", COLUMN_TEXT, "", "Source addresses; NULL for all"},
    {"destination", COLUMN_TEXT, "", "Destination addresses; NULL for all"},
    {"in_interface", COLUMN_TEXT, "", "NULL for all"},
    {"out_interface", COLUMN_TEXT, "", "NULL for all"},
    {"states", COLUMN_TEXT, "", "Connection states: established,related; NULL for all"},
    {"others", COLUMN_TEXT, "", "Further conditions as written; NULL for none. Limits are none"},
};

static const struct table firewall_rule = {
    "firewall_rule",
    "One row for each rule of the configured packet filters; a verdict map has one for each entry.",
    rule_columns, COUNT_OF(rule_columns)};

static const struct column setting_columns[] = {
    {"backend", COLUMN_TEXT, "", "ufw or firewalld"},
    {"key", COLUMN_TEXT, "", "As in the file: ENABLED, DefaultZone"},
    {"value", COLUMN_TEXT, "", "As written, without quotes"},
};

static const struct table firewall_setting = {"firewall_setting",
                                              "One row for each setting of ufw and firewalld.",
                                              setting_columns, COUNT_OF(setting_columns)};

static struct cell maybe(struct view v)
{
    return v.ptr ? cell_view(v) : cell_null();
}

struct rc firewall_put_chain(struct firewall *firewall, const struct firewall_chain *c)
{
    struct cell cells[] = {
        cell_text(c->place.backend), maybe(c->place.family), maybe(c->place.table),
        maybe(c->place.chain),       maybe(c->type),         maybe(c->hook),
        maybe(c->priority),          maybe(c->policy)};
    return reader_row(firewall->facts, &firewall_chain, cells, c->place.item, c->place.line);
}

struct rc firewall_put_rule(struct firewall *firewall, const struct firewall_rule *r)
{
    if (firewall->position == FIREWALL_RULES_MAX) {
        reader_problem(firewall->facts, r->place.item, r->place.line, "more than %d rules",
                       FIREWALL_RULES_MAX);
        return RC_OK;
    }
    struct cell cells[] = {cell_text(r->place.backend),
                           maybe(r->place.family),
                           maybe(r->place.table),
                           maybe(r->place.chain),
                           cell_integer(++firewall->position),
                           maybe(r->action),
                           maybe(r->target),
                           maybe(r->protocol),
                           maybe(r->ports),
                           maybe(r->source),
                           maybe(r->destination),
                           maybe(r->in_interface),
                           maybe(r->out_interface),
                           maybe(r->states),
                           maybe(r->others)};
    return reader_row(firewall->facts, &firewall_rule, cells, r->place.item, r->place.line);
}

struct rc firewall_put_setting(struct firewall *firewall, const char *backend, struct view key,
                               struct view value, const struct item *item, uint32_t line)
{
    struct cell cells[] = {cell_text(backend), cell_view(key), cell_view(value)};
    return reader_row(firewall->facts, &firewall_setting, cells, item, line);
}

struct firewall_rule firewall_plain(const struct firewall_place *place, const char *action)
{
    return (struct firewall_rule){.place = *place, .action = view_of(action)};
}

static struct rc read_firewall(struct facts *facts)
{
    struct firewall firewall = {.facts = facts};
    TRY(nft_read(&firewall));
    TRY(iptables_read(&firewall));
    TRY(ufw_read(&firewall));
    return firewalld_read(&firewall);
}

static const struct table *const tables[] = {&firewall_chain, &firewall_rule, &firewall_setting,
                                             NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/nftables.conf", .follow = nft_follow},
    {.kind = ITEM_FILE, .pattern = "/etc/sysconfig/nftables.conf", .follow = nft_follow},
    {.kind = ITEM_FILE, .pattern = "/etc/iptables/rules.v4"},
    {.kind = ITEM_FILE, .pattern = "/etc/iptables/rules.v6"},
    {.kind = ITEM_FILE, .pattern = "/etc/sysconfig/iptables"},
    {.kind = ITEM_FILE, .pattern = "/etc/sysconfig/ip6tables"},
    {.kind = ITEM_FILE, .pattern = "/etc/default/ufw"},
    {.kind = ITEM_FILE, .pattern = "/etc/ufw/ufw.conf"},
    {.kind = ITEM_FILE, .pattern = "/etc/ufw/before.rules"},
    {.kind = ITEM_FILE, .pattern = "/etc/ufw/user.rules"},
    {.kind = ITEM_FILE, .pattern = "/etc/ufw/after.rules"},
    {.kind = ITEM_FILE, .pattern = "/etc/ufw/before6.rules"},
    {.kind = ITEM_FILE, .pattern = "/etc/ufw/user6.rules"},
    {.kind = ITEM_FILE, .pattern = "/etc/ufw/after6.rules"},
    {.kind = ITEM_FILE, .pattern = "/etc/firewalld/firewalld.conf"},
    {.kind = ITEM_FILE, .pattern = "/etc/firewalld/direct.xml"},
    {.kind = ITEM_FILE, .pattern = "/etc/firewalld/policies/*.xml"},
    {.kind = ITEM_FILE, .pattern = "/etc/firewalld/zones/*.xml", .follow = firewalld_follow},
    {.kind = ITEM_FILE, .pattern = "/usr/lib/firewalld/zones/*.xml", .follow = firewalld_follow}};

const struct reader reader_firewall = {"firewall", tables, sources, COUNT_OF(sources),
                                       read_firewall};
