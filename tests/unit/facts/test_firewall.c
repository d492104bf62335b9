/*
 * Tests of the reader of packet filters: nftables, iptables, ufw, firewalld. What nft(8) and
 * iptables-restore(8) make of the same files stands in test_firewall_oracle.c.
 */
#include "fixture.h"

#include <time.h>

static const char rule_columns[] =
    "SELECT family, chain, action, target, protocol, ports, source, in_interface, states, others, "
    "line FROM firewall_rule ORDER BY position";

static struct fixture *nft_of(const char *text)
{
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/nftables.conf", text);
    fixture_fill(f, "firewall_rule");
    return f;
}

static bool nft_has_problem(struct fixture *f)
{
    return !strstr(fixture_used(f, "firewall_rule"), "/etc/nftables.conf|ok|0|-\n");
}

static void nft_reads_chains_and_rules(void **state)
{
    (void)state;
    struct fixture *f =
        nft_of("#!/usr/sbin/nft -f\n"
               "flush ruleset\n"
               "define office = { 10.0.0.0/8, 192.168.0.0/16 }\n"
               "define mine = $office\n"
               "table inet filter {\n"
               "  chain input {\n"
               "    type filter hook input priority filter - 10; policy drop;\n"
               "    iif \"lo\" accept; ct state established,related accept\n"
               "    ip saddr $mine tcp dport { 22,\n      443 } counter accept\n"
               "    iifname != { eth8, eth9 } udp dport 53 accept comment \"x\"\n"
               "    jump extra\n"
               "    log prefix \"no: \" level info drop\n"
               "  }\n"
               "  chain extra { meta l4proto icmp accept \\\n comment \"two\" }\n"
               "}\n"
               "add rule inet filter extra tcp flags & (fin|syn) == (fin|syn) drop\n");
    assert_string_equal(fixture_query(f, "SELECT * FROM firewall_chain"),
                        "nftables|inet|filter|input|filter|input|filter-10|drop|"
                        "/etc/nftables.conf|6\n"
                        "nftables|inet|filter|extra|-|-|-|-|/etc/nftables.conf|15\n");
    assert_string_equal(fixture_query(f, rule_columns),
                        "inet|input|accept|-|-|-|-|lo|-|-|8\n"
                        "inet|input|accept|-|-|-|-|-|established,related|-|8\n"
                        "inet|input|accept|-|tcp|22,443|10.0.0.0/8,192.168.0.0/16|-|-|-|9\n"
                        "inet|input|accept|-|udp|53|-|!eth8,eth9|-|-|11\n"
                        "inet|input|jump|extra|-|-|-|-|-|-|12\n"
                        "inet|input|drop|-|-|-|-|-|-|-|13\n"
                        "inet|extra|accept|-|icmp|-|-|-|-|-|15\n"
                        "inet|extra|drop|-|tcp|-|-|-|-|flags & ( fin|syn ) == ( fin|syn )|18\n");
    assert_false(nft_has_problem(f));
    fixture_free(f);
}

static void nft_maps_are_rules(void **state)
{
    (void)state;
    struct fixture *f =
        nft_of("table ip t {\n set web { type inet_service; elements = { 80, 443 } }\n"
               " chain c {\n  ct state vmap { established : accept, invalid : drop }\n"
               "  tcp dport vmap { 22 : jump ssh, 80-90: accept }\n"
               "  tcp dport @web accept\n }\n chain ssh { return; }\n}\n");
    assert_string_equal(fixture_query(f, rule_columns), "ip|c|accept|-|-|-|-|-|established|-|4\n"
                                                        "ip|c|drop|-|-|-|-|-|invalid|-|4\n"
                                                        "ip|c|jump|ssh|tcp|22|-|-|-|-|5\n"
                                                        "ip|c|accept|-|tcp|80-90|-|-|-|-|5\n"
                                                        "ip|c|accept|-|tcp|80,443|-|-|-|-|6\n"
                                                        "ip|ssh|return|-|-|-|-|-|-|-|8\n");
    assert_false(nft_has_problem(f));
    fixture_free(f);
}

static void nft_includes_in_place(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/nftables.conf", "include \"/etc/nft.d/*.nft\"\ninclude \"b/last\"\n");
    fixture_list(f, "/etc/nft.d/*.nft", "/etc/nft.d/1.nft\n/etc/nft.d/2.nft\n");
    fixture_file(f, "/etc/nft.d/1.nft", "define p = 22");
    fixture_file(f, "/etc/nft.d/2.nft", "table ip t { chain a { tcp dport $p accept; } }");
    fixture_file(f, "/etc/b/last", "add rule ip t a drop");
    fixture_fill(f, "firewall_rule");
    assert_string_equal(fixture_query(f, rule_columns), "ip|a|accept|-|tcp|22|-|-|-|-|1\n"
                                                        "ip|a|drop|-|-|-|-|-|-|-|1\n");
    assert_false(nft_has_problem(f));
    fixture_free(f);
}

/* Each of these must leave a problem: unread is unknown, never pass. */
static void nft_says_what_it_does_not_understand(void **state)
{
    static const char *const texts[] = {
        "include \"/etc/nftables.conf\"\n",
        "include \"/etc/not-there.nft\"\n",
        "include \"./relative\"\n",
        "define a = $a\n",
        "table ip t { chain c { tcp dport $nothing accept; } }\n",
        "table ip t { chain c { frobnicate 7 accept; } }\n",
        "table ip t { chain c { tcp dport >= 1024 accept; } }\n",
        "table ip t { chain c { ip saddr . tcp dport { 1.2.3.4 . 22 } accept; } }\n",
        "table ip t { chain c { tcp dport vmap @map; } }\n",
        "table ip t { chain c { accept; } }\nflush ruleset\n",
        "table ip t { chain c { accept; } }\ndelete table ip t\n",
        "insert rule ip t c accept\n",
        "table ip t { chain c { accept; }\n",
        "table ip t { set s { elements = { 1, 2 \n",
        "table ip t { chain c { log prefix \"open accept; } }\n",
        "table ip t { wobble x }\n",
        "} } }\n",
        "chain\n",
        "=\n",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct fixture *f = nft_of(texts[i]);
        if (!nft_has_problem(f))
            fail_msg("taken: %s", texts[i]);
        fixture_free(f);
    }
}

/* A set of a million addresses is counted, not kept. */
static void nft_passes_over_a_large_set(void **state)
{
    struct buf text = {0};
    struct timespec before, after;
    (void)state;
    buf_add_text(&text, "table ip t {\n set bad { type ipv4_addr; flags interval; elements = {\n");
    for (unsigned i = 0; i < 1000000; i++)
        buf_printf(&text, "%u.%u.%u.%u,\n", 1 + i % 223, i >> 16 & 255, i >> 8 & 255, i & 255);
    buf_add_text(&text, "} }\n chain c { ip saddr @bad drop; }\n}\n");
    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_FILE, "/etc/nftables.conf", ITEM_OK, buf_view(&text));
    fixture_ok(facts_new(f->db, f->bundle, &f->facts));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    fixture_fill(f, "firewall_rule");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    double seconds =
        (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    print_message("a million elements: %.0f ms\n", seconds * 1000);
    assert_true(seconds < 5);
    assert_string_equal(fixture_query(f, rule_columns), "ip|c|drop|-|-|-|@bad|-|-|-|1000004\n");
    assert_false(nft_has_problem(f));
    fixture_free(f);
    buf_free(&text);
}

/* ---- iptables ----------------------------------------------------------------------------- */

static struct fixture *iptables_of(const char *text)
{
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/iptables/rules.v4", text);
    fixture_fill(f, "firewall_rule");
    return f;
}

static void iptables_reads_rules(void **state)
{
    (void)state;
    struct fixture *f = iptables_of(
        "# Generated\n*filter\n:INPUT DROP [1:2]\n:mine - [0:0]\n"
        "[3:4] -A INPUT -i lo -j ACCEPT\n"
        "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
        "-A INPUT ! -s 10.0.0.0/8 -p tcp -m multiport --dports 22,80:90 -m comment --comment "
        "\"a -j DROP b\" -j mine\n"
        "-A INPUT -p icmp -m icmp --icmp-type 8 -m limit --limit 5/sec -j ACCEPT\n"
        "-A mine -s 0.0.0.0/0 -j REJECT --reject-with icmp-port-unreachable\n"
        "-A INPUT -j LOG --log-prefix \"no \"\nCOMMIT\n*nat\n:POSTROUTING ACCEPT [0:0]\n"
        "-A POSTROUTING -o eth0 -j MASQUERADE\nCOMMIT\n");
    assert_string_equal(
        fixture_query(f,
                      "SELECT family, table_name, chain, type, hook, policy FROM firewall_chain"),
        "ip|filter|INPUT|filter|input|drop\nip|filter|mine|-|-|-\n"
        "ip|nat|POSTROUTING|nat|postrouting|accept\n");
    assert_string_equal(fixture_query(f, rule_columns),
                        "ip|INPUT|accept|-|-|-|-|lo|-|-|5\n"
                        "ip|INPUT|accept|-|-|-|-|-|related,established|-|6\n"
                        "ip|INPUT|jump|mine|tcp|22,80:90|!10.0.0.0/8|-|-|-|7\n"
                        "ip|INPUT|accept|-|icmp|-|-|-|-|--icmp-type 8|8\n"
                        "ip|mine|reject|-|-|-|-|-|-|-|9\n"
                        "ip|INPUT|continue|-|-|-|-|-|-|-|10\n"
                        "ip|POSTROUTING|other|-|-|-|-|-|-|-|14\n");
    assert_non_null(strstr(fixture_used(f, "firewall_rule"), "/etc/iptables/rules.v4|ok|0|-\n"));
    fixture_free(f);
}

static void iptables_says_what_it_does_not_understand(void **state)
{
    static const char *const lines[] = {"-A INPUT -m u32 --u32 7 -j ACCEPT",
                                        "-A INPUT --frobnicate -j ACCEPT",
                                        "-I INPUT -j ACCEPT",
                                        "*strange",
                                        "-A INPUT -s",
                                        ":INPUT",
                                        "rubbish"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        char text[128];
        snprintf(text, sizeof text, "*filter\n%s\n", lines[i]);
        struct fixture *f = iptables_of(text);
        if (!strstr(fixture_used(f, "firewall_rule"), "/etc/iptables/rules.v4|ok|2|"))
            fail_msg("taken: %s", lines[i]);
        fixture_free(f);
    }
}

/* ---- ufw, firewalld ----------------------------------------------------------------------- */

static void ufw_makes_its_chains(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/ufw/ufw.conf", "# c\nENABLED=yes\n");
    fixture_file(f, "/etc/default/ufw", "IPV6=yes\nDEFAULT_INPUT_POLICY=\"REJECT\"\n");
    fixture_file(f, "/etc/ufw/user.rules",
                 "*filter\n:ufw-user-input - [0:0]\n### tuple ###\n"
                 "-A ufw-user-input -p tcp --dport 22 -j ACCEPT\nCOMMIT\n");
    fixture_fill(f, "firewall_rule");
    assert_string_equal(
        fixture_query(f, "SELECT backend, family, chain, policy, line FROM firewall_chain"),
        "ufw|ip|INPUT|accept|2\nufw|ip6|INPUT|accept|2\nufw|ip|ufw-user-input|-|2\n");
    assert_string_equal(fixture_query(f, rule_columns),
                        "ip|INPUT|jump|ufw-before-input|-|-|-|-|-|-|2\n"
                        "ip|INPUT|jump|ufw-user-input|-|-|-|-|-|-|2\n"
                        "ip|INPUT|jump|ufw-after-input|-|-|-|-|-|-|2\n"
                        "ip|INPUT|reject|-|-|-|-|-|-|-|2\n"
                        "ip6|INPUT|jump|ufw6-before-input|-|-|-|-|-|-|2\n"
                        "ip6|INPUT|jump|ufw6-user-input|-|-|-|-|-|-|2\n"
                        "ip6|INPUT|jump|ufw6-after-input|-|-|-|-|-|-|2\n"
                        "ip6|INPUT|reject|-|-|-|-|-|-|-|2\n"
                        "ip|ufw-user-input|accept|-|tcp|22|-|-|-|-|4\n");
    fixture_free(f);
}

static struct fixture *firewalld_of(const char *zone)
{
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/firewalld/firewalld.conf", "DefaultZone=mine\n");
    fixture_list(f, "/etc/firewalld/zones/*.xml", "/etc/firewalld/zones/mine.xml\n");
    fixture_list(f, "/usr/lib/firewalld/zones/*.xml", "/usr/lib/firewalld/zones/mine.xml\n");
    fixture_list(f, "/etc/firewalld/policies/*.xml", "");
    fixture_file(f, "/etc/firewalld/zones/mine.xml", zone);
    fixture_status(f, ITEM_FILE, "/usr/lib/firewalld/zones/mine.xml", ITEM_DENIED); /* hidden */
    fixture_file(f, "/usr/lib/firewalld/services/ssh.xml",
                 "<service><short>SSH</short><port protocol=\"tcp\" port=\"22\"/></service>");
    fixture_status(f, ITEM_FILE, "/etc/firewalld/services/ssh.xml", ITEM_ABSENT);
    fixture_fill(f, "firewall_rule");
    return f;
}

static void firewalld_writes_zones_out(void **state)
{
    (void)state;
    struct fixture *f = firewalld_of(
        "<?xml version=\"1.0\"?>\n<zone target=\"DROP\">\n<short>M</short>\n<service "
        "name=\"ssh\"/>\n"
        "<port port=\"8080-8090\" protocol=\"tcp\"/>\n<interface name=\"eth1\"/>\n"
        "<source address=\"10.0.0.0/8\"/>\n<rule family=\"ipv4\"><source address=\"192.0.2.1\" "
        "invert=\"yes\"/><port port=\"53\" protocol=\"udp\"/><reject/></rule>\n</zone>\n");
    assert_string_equal(fixture_query(f, rule_columns),
                        "inet|INPUT|accept|-|-|-|-|-|established,related|-|1\n"
                        "inet|INPUT|accept|-|-|-|-|lo|-|-|1\n"
                        "inet|INPUT|goto|zone mine|-|-|-|eth1|-|-|6\n"
                        "inet|INPUT|goto|zone mine|-|-|10.0.0.0/8|-|-|-|7\n"
                        "inet|INPUT|goto|zone mine|-|-|-|-|-|-|1\n"
                        "inet|zone mine|accept|-|tcp|22|-|-|-|-|4\n"
                        "inet|zone mine|accept|-|tcp|8080-8090|-|-|-|-|5\n"
                        "ip|zone mine|reject|-|udp|53|!192.0.2.1|-|-|-|8\n"
                        "inet|zone mine|drop|-|-|-|-|-|-|-|2\n");
    assert_non_null(strstr(fixture_used(f, "firewall_rule"), "zones/mine.xml|ok|0|-\n"));
    assert_null(strstr(f->answer.ptr, "denied"));
    fixture_free(f);
}

static void firewalld_services_are_made_of_others(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_list(f, "/etc/firewalld/zones/*.xml", "/etc/firewalld/zones/public.xml\n");
    fixture_file(f, "/etc/firewalld/zones/public.xml", "<zone><service name=\"a\"/></zone>");
    fixture_file(f, "/etc/firewalld/services/a.xml",
                 "<service><include service=\"b\"/><protocol value=\"esp\"/></service>");
    fixture_file(f, "/etc/firewalld/services/b.xml",
                 "<service><port protocol=\"udp\" port=\"137\"/></service>");
    fixture_fill(f, "firewall_rule");
    assert_string_equal(fixture_query(f, "SELECT action, protocol, ports FROM firewall_rule "
                                         "WHERE protocol IS NOT NULL"),
                        "accept|udp|137\naccept|esp|-\n");
    fixture_free(f);
    f = fixture_new();
    fixture_list(f, "/etc/firewalld/zones/*.xml", "/etc/firewalld/zones/public.xml\n");
    fixture_file(f, "/etc/firewalld/zones/public.xml", "<zone><service name=\"a\"/></zone>");
    fixture_file(f, "/etc/firewalld/services/a.xml",
                 "<service><include service=\"a\"/><include service=\"a\"/></service>");
    fixture_fill(f, "firewall_rule");
    assert_non_null(strstr(fixture_used(f, "firewall_rule"), "too deep"));
    fixture_free(f);
}

static void count_pattern(void *context, const char *pattern)
{
    buf_printf(context, "%s\n", pattern);
}

static void firewalld_follows_services(void **state)
{
    struct buf out = {0};
    size_t count;
    (void)state;
    const struct source *sources = facts_sources_of("firewall_rule", &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(sources[i].pattern, "/etc/firewalld/zones/*.xml") == 0)
            sources[i].follow("x",
                              VIEW("<service name=\"ssh\"/><include service='b'/>"
                                   "<service name=\"../x\"/><service name="),
                              count_pattern, &out);
    assert_string_equal(out.ptr, "/etc/firewalld/services/ssh.xml\n"
                                 "/usr/lib/firewalld/services/ssh.xml\n"
                                 "/etc/firewalld/services/b.xml\n"
                                 "/usr/lib/firewalld/services/b.xml\n");
    buf_free(&out);
}

static void firewalld_says_what_it_does_not_understand(void **state)
{
    static const char *const zones[] = {
        "<zone><service name=\"unheard-of\"/></zone>",
        "<zone><service name=\"../x\"/></zone>",
        "<zone><wobble/></zone>",
        "<zone",
        "<other/>",
        "<!DOCTYPE zone [<!ENTITY a \"b\">]><zone/>",
        "<!DOCTYPE zone SYSTEM \"file:///etc/passwd\"><zone/>",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(zones); i++) {
        struct fixture *f = firewalld_of(zones[i]);
        if (strstr(fixture_used(f, "firewall_rule"), "/etc/firewalld/zones/mine.xml|ok|0|-\n"))
            fail_msg("taken: %s", zones[i]);
        fixture_free(f);
    }
}

static void direct_rules_are_problems(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/firewalld/direct.xml", "<direct><rule ipv=\"ipv4\">x</rule></direct>");
    fixture_fill(f, "firewall_rule");
    assert_non_null(strstr(fixture_used(f, "firewall_rule"), "direct rules"));
    fixture_free(f);
    f = fixture_new();
    fixture_file(f, "/etc/firewalld/direct.xml", "<direct/>");
    fixture_fill(f, "firewall_rule");
    assert_null(strstr(fixture_used(f, "firewall_rule"), "direct rules"));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nft_reads_chains_and_rules),
        cmocka_unit_test(nft_maps_are_rules),
        cmocka_unit_test(nft_includes_in_place),
        cmocka_unit_test(nft_says_what_it_does_not_understand),
        cmocka_unit_test(nft_passes_over_a_large_set),
        cmocka_unit_test(iptables_reads_rules),
        cmocka_unit_test(iptables_says_what_it_does_not_understand),
        cmocka_unit_test(ufw_makes_its_chains),
        cmocka_unit_test(firewalld_writes_zones_out),
        cmocka_unit_test(firewalld_services_are_made_of_others),
        cmocka_unit_test(firewalld_follows_services),
        cmocka_unit_test(firewalld_says_what_it_does_not_understand),
        cmocka_unit_test(direct_rules_are_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
