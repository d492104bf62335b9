/*
 * Compares the reader of packet filters with nft(8) and iptables(8), each in a network namespace of
 * its own:
 *   - what the program refuses, the reader must not take without a problem;
 *   - what the program loads and then lists in its own words must give the same rows as the file.
 */
#include "fixture.h"

#include <stdlib.h>
#include <unistd.h>

static char folder[64];

static void write_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* What a command prints in a new network namespace; "@" is the folder. NULL when it fails. */
static char *run(const char *command, struct buf *out)
{
    char line[1024];
    struct buf text = {0};
    buf_add_text(&text, "unshare -n sh -c 'PATH=$PATH:/usr/sbin:/sbin; ");
    for (const char *c = command; *c; c++)
        if (*c == '@')
            buf_add_text(&text, folder);
        else
            buf_add_char(&text, *c);
    buf_add_text(&text, "' 2>/dev/null");
    FILE *pipe = popen(text.ptr, "r");
    assert_non_null(pipe);
    out->len = 0;
    buf_add_text(out, "");
    while (fgets(line, sizeof line, pipe))
        buf_add_text(out, line);
    buf_free(&text);
    return pclose(pipe) == 0 ? out->ptr : NULL;
}

static int open_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/merlon-firewall-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int close_folder(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static bool is_ready(const char *program)
{
    struct buf out = {0};
    char command[128];
    snprintf(command, sizeof command, "command -v %s >/dev/null && %s", program,
             strcmp(program, "nft") == 0 ? "nft list ruleset" : "iptables-save");
    bool ready = getuid() == 0 && run(command, &out);
    buf_free(&out);
    if (!ready)
        print_message("skipped: needs root, %s and network namespaces\n", program);
    return ready;
}

/* The rows of a text, without where they stand; *problem tells whether something was not taken. */
static void rows_of(const char *path, const char *text, struct buf *out, bool *problem)
{
    struct fixture *f = fixture_new();
    fixture_file(f, path, text);
    fixture_fill(f, "firewall_rule");
    buf_add_text(out, fixture_query(f, "SELECT family, table_name, chain, type, hook, policy FROM "
                                       "firewall_chain ORDER BY 1, 2, 3"));
    buf_add_text(out, fixture_query(f, "SELECT family, table_name, chain, action, target, "
                                       "protocol, ports, source, destination, in_interface, "
                                       "out_interface, lower(states), others FROM firewall_rule "
                                       "ORDER BY 1, 2, 3, position"));
    char mark[128];
    snprintf(mark, sizeof mark, "%s|ok|0|-\n", path);
    *problem = !strstr(fixture_used(f, "firewall_rule"), mark);
    fixture_free(f);
}

static void compare(const char *path, const char *text, const char *listed)
{
    struct buf ours = {0}, theirs = {0};
    bool problem, other;
    rows_of(path, text, &ours, &problem);
    rows_of(path, listed, &theirs, &other);
    if (problem || other)
        fail_msg("a problem in\n%s\nor\n%s", text, listed);
    if (strcmp(ours.ptr, theirs.ptr) != 0)
        fail_msg("%s\ngives\n%s\nand listed\n%s\ngives\n%s", text, ours.ptr, listed, theirs.ptr);
    buf_free(&ours);
    buf_free(&theirs);
}

/* ---- nft ---------------------------------------------------------------------------------- */

static const char *const good_rules[] = {
    "accept",
    "iif \"lo\" accept",
    "iifname \"eth0\" drop",
    "iifname != \"eth0\" counter drop",
    "ct state established,related accept",
    "ct state invalid counter drop",
    "tcp dport 22 accept",
    "tcp dport { 22, 80, 8080-8090 } ct state new accept",
    "udp dport 53 accept",
    "tcp dport != 22 drop",
    "ip saddr 10.0.0.0/8 accept",
    "ip saddr { 10.0.0.1, 192.0.2.0/24 } tcp dport 443 accept",
    "ip6 saddr fe80::/10 accept",
    "ip daddr 224.0.0.251 udp dport 5353 accept",
    "icmp type echo-request accept",
    "icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept",
    "limit rate 10/second burst 5 packets accept",
    "log prefix \"no: \" level info",
    "reject",
    "reject with tcp reset",
    "jump other",
    "goto other",
    "return",
    "meta mark set 0x00000001",
    "tcp flags syn / fin,syn,rst,ack accept",
    "fib daddr type broadcast drop",
    "ip saddr @few drop",
    "tcp dport @ports accept",
    "oifname \"eth1\" accept",
    "tcp sport 53 accept comment \"a { b }\"",
    "udp dport 67 udp sport 68 accept",
    "ct state vmap { invalid : drop, established : accept }",
    "meta pkttype multicast accept",
};

static void nft_loads_what_is_read(void **state)
{
    struct buf out = {0}, text = {0};
    (void)state;
    if (!is_ready("nft"))
        skip();
    for (size_t i = 0; i < COUNT_OF(good_rules); i++) {
        text.len = 0;
        buf_printf(
            &text,
            "table inet t {\n set few { type ipv4_addr; elements = { 192.0.2.1 } }\n"
            " set ports { type inet_service; elements = { 80, 443 } }\n"
            " chain other { }\n"
            " chain input {\n  type filter hook input priority 0; policy drop;\n  %s\n }\n}\n",
            good_rules[i]);
        write_file("a.nft", text.ptr);
        if (!run("nft -f @/a.nft && nft list ruleset", &out))
            fail_msg("nft refuses %s", good_rules[i]);
        compare("/etc/nftables.conf", text.ptr, out.ptr);
    }
    buf_free(&out);
    buf_free(&text);
}

static void nft_refuses_what_is_a_problem(void **state)
{
    static const char *const bad[] = {
        "table inet t { chain c { frobnicate; } }\n",
        "table inet t { chain c { tcp dport $p accept; } }\n",
        "table inet t { chain c { tcp dport { 22 accept; } }\n",
        "table inet t { chain c { accept; }\n",
        "table inet t { wobble { } }\n",
        "include \"@/a.nft\"\n",
        "include \"@/missing.nft\"\n",
        "define x =\n",
        "table inet t { chain c { ip saddr; } }\n",
    };
    struct buf out = {0};
    (void)state;
    if (!is_ready("nft"))
        skip();
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct buf rows = {0}, text = {0};
        bool problem;
        for (const char *c = bad[i]; *c; c++)
            if (*c == '@')
                buf_add_text(&text, folder);
            else
                buf_add_char(&text, *c);
        write_file("a.nft", text.ptr);
        rows_of("/etc/nftables.conf", text.ptr, &rows, &problem);
        if (run("nft -c -f @/a.nft", &out))
            fail_msg("nft takes %s", bad[i]);
        if (!problem && !strstr(bad[i], "define"))
            fail_msg("taken: %s", bad[i]);
        buf_free(&rows);
        buf_free(&text);
    }
    buf_free(&out);
}

/* nft's own JSON says hook, policy and how many rules: the reader agrees. */
static void nft_json_agrees(void **state)
{
    struct buf out = {0};
    (void)state;
    if (!is_ready("nft"))
        skip();
    static const char text[] =
        "define p = { 22, 443 }\ntable inet f {\n chain i {\n  type filter hook input priority 0; "
        "policy drop;\n  iif lo accept\n  tcp dport $p accept\n }\n chain o {\n  type filter hook "
        "output priority 0\n  accept\n }\n}\n";
    write_file("a.nft", text);
    assert_non_null(run("nft -f @/a.nft && nft -j list ruleset", &out));
    assert_non_null(strstr(out.ptr, "\"hook\": \"input\", \"prio\": 0, \"policy\": \"drop\""));
    assert_non_null(strstr(out.ptr, "\"hook\": \"output\", \"prio\": 0, \"policy\": \"accept\""));
    size_t rules = 0;
    for (const char *c = out.ptr; (c = strstr(c, "{\"rule\":")) != NULL; c++)
        rules++;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/nftables.conf", text);
    fixture_fill(f, "firewall_rule");
    char want[32];
    snprintf(want, sizeof want, "%zu\n", rules);
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM firewall_rule"), want);
    assert_string_equal(fixture_query(f, "SELECT hook, policy FROM firewall_chain"),
                        "input|drop\noutput|accept\n");
    fixture_free(f);
    buf_free(&out);
}

/* ---- iptables ----------------------------------------------------------------------------- */

static const char *const good_lines[] = {
    "-A INPUT -j ACCEPT",
    "-A INPUT -i lo -j ACCEPT",
    "-A INPUT ! -i eth0 -j DROP",
    "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT",
    "-A INPUT -p tcp -m tcp --dport 80:90 -j ACCEPT",
    "-A INPUT -p udp -m multiport --dports 53,67 -j ACCEPT",
    "-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 443 -j ACCEPT",
    "-A INPUT ! -s 192.0.2.0/24 -j DROP",
    "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A INPUT -m state --state INVALID -j DROP",
    "-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT",
    "-A INPUT -p tcp -m comment --comment \"a b\" -j ACCEPT",
    "-A INPUT -m limit --limit 5/min -j ACCEPT",
    "-A INPUT -j REJECT --reject-with icmp-port-unreachable",
    "-A INPUT -j mine",
    "-A mine -j RETURN",
    "-A INPUT -j LOG --log-prefix \"no \"",
    "-A INPUT -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT",
    "-A INPUT -m addrtype --dst-type BROADCAST -j DROP",
};

static void iptables_loads_what_is_read(void **state)
{
    struct buf out = {0}, text = {0};
    size_t compared = 0;
    (void)state;
    if (!is_ready("iptables-restore"))
        skip();
    for (size_t i = 0; i < COUNT_OF(good_lines); i++) {
        text.len = 0;
        buf_printf(&text,
                   "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                   ":mine - [0:0]\n%s\nCOMMIT\n",
                   good_lines[i]);
        write_file("a", text.ptr);
        if (!run("iptables-restore --test @/a", &out))
            fail_msg("iptables-restore refuses %s", good_lines[i]);
        if (!run("iptables-restore @/a && iptables-save -t filter", &out))
            continue; /* this kernel lacks the match */
        compare("/etc/iptables/rules.v4", text.ptr, out.ptr);
        compared++;
    }
    print_message("%zu of %zu compared as loaded\n", compared, COUNT_OF(good_lines));
    assert_true(compared > 0);
    buf_free(&out);
    buf_free(&text);
}

static void iptables_refuses_what_is_a_problem(void **state)
{
    static const char *const bad[] = {"-A INPUT --frobnicate -j ACCEPT", "-A INPUT -s",
                                      "-A INPUT -m nosuchmatch -j ACCEPT", "rubbish", ":INPUT"};
    struct buf out = {0}, text = {0};
    (void)state;
    if (!is_ready("iptables-restore"))
        skip();
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct buf rows = {0};
        bool problem;
        text.len = 0;
        buf_printf(&text, "*filter\n%s\nCOMMIT\n", bad[i]);
        write_file("a", text.ptr);
        rows_of("/etc/iptables/rules.v4", text.ptr, &rows, &problem);
        if (run("iptables-restore --test @/a", &out) || !problem)
            fail_msg("taken: %s", bad[i]);
        buf_free(&rows);
    }
    buf_free(&out);
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nft_loads_what_is_read),
        cmocka_unit_test(nft_refuses_what_is_a_problem),
        cmocka_unit_test(nft_json_agrees),
        cmocka_unit_test(iptables_loads_what_is_read),
        cmocka_unit_test(iptables_refuses_what_is_a_problem),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
