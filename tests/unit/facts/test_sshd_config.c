/* Tests of the reader of sshd_config that need no sshd: rows, sources, bounds. */
#include "fixture.h"

#define MAIN "/etc/ssh/sshd_config"
#define SET  "SELECT * FROM sshd_config WHERE explicit ORDER BY rowid"

static const char *explicit_rows(struct fixture *f)
{
    fixture_fill(f, "sshd_config");
    return fixture_query(f, SET);
}

static void gives_rows(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, MAIN,
                 "# remark\n"
                 "PermitRootLogin Without-Password\n"
                 "LoginGraceTime 2m\n"
                 "permitrootlogin yes\n"
                 "ChallengeResponseAuthentication no\n"
                 "UsePrivilegeSeparation yes\n"
                 "Nonsense 5\n"
                 "MaxAuthTries many\n"
                 "PerSourcePenalties crash:90s\n"
                 "Match User bob Address=10.0.0.0/8\n"
                 "  X11Forwarding yes\n"
                 "  X11Forwarding no\n"
                 "  UsePAM yes\n"
                 "Match Group wheel\n"
                 "  X11Forwarding no\n");
    assert_string_equal(explicit_rows(f),
                        "permitrootlogin|prohibit-password|1|1|1|1|-|" MAIN "|2\n"
                        "logingracetime|120|1|1|0|1|-|" MAIN "|3\n"
                        "permitrootlogin|yes|1|0|1|1|-|" MAIN "|4\n"
                        "kbdinteractiveauthentication|no|1|1|0|1|-|" MAIN "|5\n"
                        "useprivilegeseparation|yes|1|0|0|1|-|" MAIN "|6\n"
                        "nonsense|5|1|0|0|0|-|" MAIN "|7\n"
                        "maxauthtries|many|1|1|0|0|-|" MAIN "|8\n"
                        "persourcepenalties|crash:90s|1|1|0|-|-|" MAIN "|9\n"
                        "x11forwarding|yes|1|1|1|1|user bob address 10.0.0.0/8|" MAIN "|11\n"
                        "x11forwarding|no|1|0|1|1|user bob address 10.0.0.0/8|" MAIN "|12\n"
                        "usepam|yes|1|1|0|0|user bob address 10.0.0.0/8|" MAIN "|13\n"
                        "x11forwarding|no|1|1|0|1|group wheel|" MAIN "|15\n");
    /* What is set for some only keeps its default for the others. */
    assert_string_equal(fixture_query(f,
                                      "SELECT * FROM sshd_config WHERE NOT explicit AND keyword IN "
                                      "('x11forwarding', 'usepam', 'listenaddress', 'port', "
                                      "'permitrootlogin', 'allowusers') ORDER BY rowid"),
                        "listenaddress|0.0.0.0|0|1|0|1|-|" MAIN "|-\n"
                        "listenaddress|::|0|1|0|1|-|" MAIN "|-\n"
                        "port|22|0|1|0|1|-|" MAIN "|-\n"
                        "usepam|no|0|1|0|1|-|" MAIN "|-\n"
                        "x11forwarding|no|0|1|0|1|-|" MAIN "|-\n");
    assert_string_equal(fixture_used(f, "sshd_config"), MAIN "|ok|0|-\n");
    fixture_free(f);
}

/* Exactly one deciding row for everyone a keyword, lists apart. */
static void decides_once(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, MAIN,
                 "UseDNS yes\nUseDNS yes\nMatch all\nPermitTTY no\nMatch user x\nBanner y\n");
    fixture_fill(f, "sshd_config");
    assert_string_equal(fixture_query(f,
                                      "SELECT keyword FROM sshd_config WHERE effective AND match "
                                      "IS NULL GROUP BY keyword HAVING count(*) <> 1"),
                        "hostkey\nlistenaddress\n");
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM sshd_config WHERE conflict"), "0\n");
    assert_string_equal(fixture_query(f, "SELECT match, effective FROM sshd_config WHERE keyword = "
                                         "'permittty'"),
                        "-|1\n");
    fixture_free(f);
}

static void includes_in_place(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, MAIN,
                 "Include sshd_config.d/*.conf /etc/x.conf ~/y.conf\nUsePAM yes\n"
                 "Match user bob\nInclude m.conf\nBanner none\n");
    fixture_list(f, "/etc/ssh/sshd_config.d/*.conf",
                 "/etc/ssh/sshd_config.d/a.conf\n/etc/ssh/sshd_config.d/b.conf\n");
    fixture_file(f, "/etc/ssh/sshd_config.d/a.conf", "UsePAM no\nMatch user eve\nBanner /a\n");
    fixture_file(f, "/etc/ssh/sshd_config.d/b.conf", "\nPort 99\n");
    fixture_status(f, ITEM_FILE, "/etc/x.conf", ITEM_DENIED);
    fixture_file(f, "/etc/ssh/m.conf", "Match address 10.0.0.1\nBanner /m\nMatch all\nBanner /n\n");
    assert_string_equal(explicit_rows(f),
                        "usepam|no|1|1|1|1|-|/etc/ssh/sshd_config.d/a.conf|1\n"
                        "banner|/a|1|1|0|1|user eve|/etc/ssh/sshd_config.d/a.conf|3\n"
                        "port|99|1|1|0|1|-|/etc/ssh/sshd_config.d/b.conf|2\n"
                        "usepam|yes|1|0|1|1|-|" MAIN "|2\n"
                        "banner|/m|1|1|0|1|user bob address 10.0.0.1|/etc/ssh/m.conf|2\n"
                        "banner|/n|1|1|1|1|user bob|/etc/ssh/m.conf|4\n"
                        "banner|none|1|0|1|1|user bob|" MAIN "|5\n");
    assert_string_equal(fixture_used(f, "sshd_config"),
                        MAIN "|ok|0|-\n"
                             "/etc/ssh/sshd_config.d/*.conf|ok|0|-\n"
                             "/etc/ssh/sshd_config.d/a.conf|ok|0|-\n"
                             "/etc/ssh/sshd_config.d/b.conf|ok|0|-\n"
                             "/etc/x.conf|denied|0|-\n"
                             "/etc/ssh/m.conf|ok|0|-\n");
    fixture_free(f);
}

static void note_pattern(void *context, const char *pattern)
{
    buf_printf(context, "%s\n", pattern);
}

static void follows_includes(void **state)
{
    (void)state;
    size_t count;
    struct buf found = {0};
    const struct source *source = facts_sources_of("sshd_config", &count);
    assert_int_equal(count, 1);
    source->follow(MAIN,
                   VIEW("#Include a\nInclude b \"/c d/*.conf\" # e\n include=f\nMatch all\r\n"
                        "INCLUDE ~/g \"\"\r\nInclude \"open\nIncluded h\n\0Include i\n"),
                   note_pattern, &found);
    assert_string_equal(found.ptr, "/etc/ssh/b\n/c d/*.conf\n/etc/ssh/f\n");
    buf_free(&found);
}

static void stops_at_loops(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    /* Each level doubles: 2^16 files without a bound. */
    fixture_file(f, MAIN, "Port 1\nInclude sshd_config sshd_config\nUsePAM yes\n");
    fixture_fill(f, "sshd_config");
    assert_string_equal(fixture_used(f, "sshd_config"),
                        MAIN "|ok|2|Include is nested more than 16 levels, which sshd refuses; the "
                             "rest was not read\n");
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM sshd_config WHERE keyword = 'port'"),
                        "17\n");
    fixture_free(f);
}

static void stops_at_many_files(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct buf text = {0};
    for (int i = 0; i < 1500; i++)
        buf_add_text(&text, "Include empty\n");
    fixture_file(f, MAIN, text.ptr);
    fixture_file(f, "/etc/ssh/empty", "");
    fixture_fill(f, "sshd_config");
    assert_non_null(strstr(fixture_used(f, "sshd_config"), "more than 1,000 files are included"));
    buf_free(&text);
    fixture_free(f);
}

static void reads_nothing_from_nothing(void **state)
{
    (void)state;
    static const enum item_status statuses[] = {ITEM_ABSENT, ITEM_DENIED, ITEM_ERROR};
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        struct fixture *f = fixture_new();
        fixture_status(f, ITEM_FILE, MAIN, statuses[i]);
        assert_string_equal(fixture_rows(f, "sshd_config"), "");
        fixture_free(f);
    }
    struct fixture *f = fixture_new();
    assert_string_equal(fixture_rows(f, "sshd_config"), "");
    assert_string_equal(fixture_used(f, "sshd_config"), MAIN "|none|0|-\n");
    fixture_free(f);
}

static void survives_bad_bytes(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct buf text = {0};
    buf_add_text(&text, "UsePAM yes\nBanner /\xff\nAllowUsers ");
    for (int i = 0; i < 200000; i++)
        buf_add_text(&text, "a ");
    buf_add_text(&text, "\nCiphers ");
    for (int i = 0; i < 20000; i++)
        buf_add_text(&text, "aes128-ctr,");
    buf_add(&text, "\nPort 1\0\nPort 2\n", 16);
    fixture_add_bytes(f, ITEM_FILE, MAIN, ITEM_OK, buf_view(&text));
    fixture_fill(f, "sshd_config");
    assert_string_equal(fixture_query(f, "SELECT keyword, substr(value, 1, 12), length(value) FROM "
                                         "sshd_config WHERE explicit"),
                        "usepam|yes|3\nbanner|/\\xff|5\nallowusers|a a a a a a |65536\n"
                        "ciphers|aes128-ctr|10\nport|1|1\n");
    assert_non_null(strstr(fixture_used(f, "sshd_config"), "NUL"));
    buf_free(&text);
    fixture_free(f);
}

/* sshd takes 256 ports and subsystems. */
static void bounds_lists(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct buf text = {0};
    for (int i = 1; i <= 300; i++)
        buf_printf(&text, "Port %d\n", i);
    fixture_file(f, MAIN, text.ptr);
    fixture_fill(f, "sshd_config");
    assert_string_equal(
        fixture_query(f, "SELECT min(line), count(*) FROM sshd_config WHERE NOT valid"),
        "257|44\n");
    buf_free(&text);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_rows),
        cmocka_unit_test(decides_once),
        cmocka_unit_test(includes_in_place),
        cmocka_unit_test(follows_includes),
        cmocka_unit_test(stops_at_loops),
        cmocka_unit_test(stops_at_many_files),
        cmocka_unit_test(reads_nothing_from_nothing),
        cmocka_unit_test(survives_bad_bytes),
        cmocka_unit_test(bounds_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
