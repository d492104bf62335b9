/*
 * firewall: the rules of packet filters in one shape. Private to the room.
 *
 *   nft_token.c -> nft.c -> nft_rule.c    nftables.conf
 *   iptables.c                            iptables-save(8) files, which ufw uses too
 *   ufw.c, firewalld.c                    their own settings, as chains and rules
 *                        \-> firewall.c   the tables
 */
#ifndef MERLON_FACTS_FIREWALL_H
#define MERLON_FACTS_FIREWALL_H

#include "sensor/facts/reader.h"

#define FIREWALL_RULES_MAX 100000 /* of one backend; more are a problem */

/* Where a rule or chain stands. */
struct firewall_place {
    const struct item *item;
    uint32_t line;
    const char *backend; /* nftables iptables ufw firewalld */
    struct view family;  /* inet ip ip6 ... */
    struct view table, chain;
};

struct firewall_chain {
    struct firewall_place place;
    struct view type, hook, priority, policy; /* ptr NULL: none */
};

/* A text with ptr NULL is a condition that the rule does not have. */
struct firewall_rule {
    struct firewall_place place;
    struct view action; /* accept drop reject jump goto return continue other */
    struct view target; /* of jump and goto */
    struct view protocol, ports, source, destination, in_interface, out_interface, states;
    struct view others; /* further conditions, as written */
};

struct firewall {
    struct facts *facts;
    int64_t position;
};

MUST_USE struct rc firewall_put_chain(struct firewall *firewall,
                                      const struct firewall_chain *chain);
MUST_USE struct rc firewall_put_rule(struct firewall *firewall, const struct firewall_rule *rule);
MUST_USE struct rc firewall_put_setting(struct firewall *firewall, const char *backend,
                                        struct view key, struct view value, const struct item *item,
                                        uint32_t line);

/* One accept, drop or jump without conditions, for what a backend does by itself. */
struct firewall_rule firewall_plain(const struct firewall_place *place, const char *action);

MUST_USE struct rc nft_read(struct firewall *firewall);
MUST_USE struct rc ufw_read(struct firewall *firewall);
MUST_USE struct rc firewalld_read(struct firewall *firewall);
MUST_USE struct rc iptables_read(struct firewall *firewall);

/* One iptables-save file as `backend`; family "ip" or "ip6". */
MUST_USE struct rc iptables_read_file(struct firewall *firewall, const char *backend,
                                      const char *family, const char *path);

source_follow nft_follow, firewalld_follow;

#endif
