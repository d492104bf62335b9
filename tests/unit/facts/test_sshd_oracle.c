/*
 * The reader of sshd_config against the real sshd: what `sshd -T` prints for a configuration must
 * be what the effective global rows say, for every keyword; what it refuses must be a row that is
 * not valid or a problem, and the other way round.
 */
#include "oracle.h"

/* ---- comparing ------------------------------------------------------------------------- */

/* Both sides become lines "keyword value" in order of keyword; what is printed in another form than
 * rows have is brought to one form here. */
struct settings_text {
    char *line[1024];
    size_t count;
};

static void add_line(struct settings_text *all, const char *keyword, const char *value)
{
    /* Lists: one printed line a word there, one row a line of the file here. */
    static const char *const lists[] = {"acceptenv",   "allowusers", "denyusers",
                                        "allowgroups", "denygroups", "setenv"};
    for (size_t i = 0; i < COUNT_OF(lists) && all->count; i++) {
        char *last = all->line[all->count - 1];
        size_t len = strlen(keyword);
        if (strcmp(keyword, lists[i]) != 0 || strncmp(last, keyword, len) != 0 || last[len] != ' ')
            continue;
        char joined[8192];
        snprintf(joined, sizeof joined, "%s %s", last, value);
        mem_free(last);
        all->line[all->count - 1] = mem_copy_text(joined);
        return;
    }
    char line[8192];
    snprintf(line, sizeof line, "%s %s", keyword, value);
    assert_true(all->count < COUNT_OF(all->line));
    all->line[all->count++] = mem_copy_text(line);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void finish(struct settings_text *all)
{
    qsort(all->line, all->count, sizeof *all->line, by_text);
}

static void clear(struct settings_text *all)
{
    for (size_t i = 0; i < all->count; i++)
        mem_free(all->line[i]);
    all->count = 0;
}

/* What sshd -T printed. The host key given on the command line is not the file's. */
static void from_sshd(const struct oracle *o, struct settings_text *all)
{
    struct view rest = buf_view(&o->out), line;
    char key[128];
    snprintf(key, sizeof key, "%s/key", o->folder);
    while (view_line(&rest, &line)) {
        char text[8192];
        snprintf(text, sizeof text, "%.*s", (int)line.len, line.ptr);
        char *blank = strchr(text, ' ');
        assert_non_null(blank);
        *blank = '\0';
        char *value = blank + 1;
        if (strcmp(text, "hostkey") == 0 && strcmp(value, key) == 0)
            continue;
        if (strcmp(text, "permitrootlogin") == 0 && strcmp(value, "without-password") == 0)
            value = "prohibit-password";
        add_line(all, text, value);
    }
    finish(all);
}

/* A ListenAddress with each port, as sshd prints it. */
static void add_address(struct fixture *f, struct settings_text *all, const char *value)
{
    sqlite3_stmt *ports;
    const char *colon = strchr(value, ':');
    bool bare_v6 = value[0] != '[' && colon && strchr(colon + 1, ':');
    if (!bare_v6 && (value[0] == '[' ? strstr(value, "]:") : colon)) {
        add_line(all, "listenaddress", value);
        return;
    }
    assert_int_equal(sqlite3_prepare_v2(f->db,
                                        "SELECT value FROM sshd_config WHERE keyword = 'port' AND "
                                        "effective AND match IS NULL",
                                        -1, &ports, NULL),
                     SQLITE_OK);
    while (sqlite3_step(ports) == SQLITE_ROW) {
        char text[256];
        snprintf(text, sizeof text, bare_v6 ? "[%s]:%s" : "%s:%s", value,
                 (const char *)sqlite3_column_text(ports, 0));
        add_line(all, "listenaddress", text);
    }
    sqlite3_finalize(ports);
}

/* What the rows say. Some defaults sshd -T does not print. */
static void from_rows(struct fixture *f, struct settings_text *all)
{
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_prepare_v2(
                         f->db,
                         "SELECT keyword, value FROM sshd_config WHERE effective AND match IS NULL "
                         "AND keyword <> 'debianbanner' AND NOT (keyword = 'channeltimeout' AND "
                         "value = 'none') AND NOT (keyword = 'hostkey' AND NOT explicit) "
                         "ORDER BY keyword, rowid",
                         -1, &query, NULL),
                     SQLITE_OK);
    while (sqlite3_step(query) == SQLITE_ROW) {
        char absolute[4096];
        const char *keyword = (const char *)sqlite3_column_text(query, 0);
        const char *value = (const char *)sqlite3_column_text(query, 1);
        if (strcmp(keyword, "listenaddress") == 0)
            add_address(f, all, value);
        else if (strcmp(keyword, "banner") == 0 && value[0] != '/' && strcmp(value, "none") != 0) {
            snprintf(absolute, sizeof absolute, "//%s", value); /* sshd was started in / */
            add_line(all, keyword, absolute);
        } else
            add_line(all, keyword, value);
    }
    sqlite3_finalize(query);
    finish(all);
}

static void compare(struct oracle *o, const char *text)
{
    struct settings_text theirs = {0}, ours = {0};
    oracle_file(o, "main", text);
    struct fixture *f = oracle_fixture(o);
    if (!oracle_sshd(o, "-T"))
        fail_msg("sshd refuses what should be valid: %s\n%s", o->out.ptr, text);
    if (!oracle_reader_takes(f))
        fail_msg("refused by the reader only:\n%s\n%s\n%s", text, fixture_used(f, "sshd_config"),
                 fixture_query(f, "SELECT * FROM sshd_config WHERE valid = 0"));
    from_sshd(o, &theirs);
    from_rows(f, &ours);
    for (size_t i = 0; i < theirs.count && i < ours.count; i++)
        if (strcmp(theirs.line[i], ours.line[i]) != 0)
            fail_msg("sshd: %s\nrows: %s\nfor:\n%s", theirs.line[i], ours.line[i], text);
    assert_int_equal(theirs.count, ours.count);
    assert_true(theirs.count > 80);
    clear(&theirs);
    clear(&ours);
    fixture_free(f);
}

/* ---- by hand --------------------------------------------------------------------------- */

static void write_includes(const struct oracle *o)
{
    char path[128];
    snprintf(path, sizeof path, "%s/d", o->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    oracle_file(o, "d/10-a.conf", "PasswordAuthentication no\nAcceptEnv A\nPort 2201\n");
    oracle_file(o, "d/20-b.conf", "PasswordAuthentication yes\nAcceptEnv B\nMaxAuthTries 3\n");
    oracle_file(o, "match.conf",
                "X11Forwarding yes\nMatch user zed\nX11Forwarding no\n"
                "PermitTTY no\nMatch all\nPermitTTY no\n");
    oracle_file(o, "outer.conf", "Include @/d/*.conf\nMaxAuthTries 2\n");
    oracle_file(o, "only-match.conf", "X11Forwarding yes\nMatch all\nAllowTcpForwarding no\n");
    oracle_file(o, "empty.conf", "");
}

/* Configurations that sshd takes. */
static const char *const valid[] = {
    "",
    "# only a remark\n\n   # another\n",
    "PermitRootLogin no\nPermitRootLogin yes\n",
    "permitrootlogin without-password\n",
    "PERMITROOTLOGIN YES\nLOGLEVEL verbose\nSyslogFacility authpriv\n",
    "PermitRootLogin = no\nMaxAuthTries=4\nLoginGraceTime =2m\n X11Forwarding  =  yes  \n",
    "LoginGraceTime 1h30m15s\nClientAliveInterval 5M\nClientAliveCountMax 0\n",
    "LoginGraceTime 1w\nClientAliveInterval 10s10s\nUnusedConnectionTimeout 1d\n",
    "\"PermitRootLogin\" \"no\"\nBanner \"/etc/issue net\"\n\"MaxSessions\"2\n",
    "Banner /etc/with\\ blank\nChrootDirectory 'single quoted'\nPidFile NONE\n",
    "MaxAuthTries 3 # remark\nAllowUsers alice # bob\nBanner none#x\n",
    "ForceCommand /bin/x \"a  b\" # no remark here  \nVersionAddendum x # y\n",
    "ForceCommand none\nVersionAddendum NONE\nBanner None\n",
    "AllowUsers alice bob@10.0.0.0/8\nAllowUsers carol\nDenyUsers *x eve\nAllowGroups a b\n"
    "DenyGroups c\nDenyGroups \"d e\"\n",
    "AcceptEnv LANG LC_*\nAcceptEnv X\nSetEnv A=1 \"B=2 3\"\nSetEnv C=3\n",
    "Port 22\nPort 2222\nListenAddress 127.0.0.1\nListenAddress 127.0.0.1:99\nListenAddress ::1\n"
    "ListenAddress [::1]:100\n",
    "AddressFamily inet6\nListenAddress ::\nPort 0022\n",
    "HostKey /etc/ssh/none1\nHostKey /etc/ssh/none2\nHostCertificate /etc/ssh/cert1\n",
    "Ciphers aes256-ctr,aes128-ctr\nMACs hmac-sha2-512\nKexAlgorithms curve25519-sha256\n",
    "Ciphers +aes128-cbc,aes256-cbc\nMACs +hmac-md5\nKexAlgorithms +diffie-hellman-group1-sha1\n",
    "Ciphers -chacha*,*gcm*\nMACs -umac*,hmac-sha1*\nKexAlgorithms -*nistp*,sntrup*\n",
    "Ciphers ^aes256-gcm@openssh.com,aes128-cbc\nMACs ^hmac-sha2-512\n"
    "KexAlgorithms ^diffie-hellman-group16-sha512\n",
    "Ciphers -*\nMACs -!hmac*,*\nHostKeyAlgorithms -ssh-ed25519\n",
    "Ciphers aes128-ctr,aes128-ctr\nCiphers aes256-ctr\nMACs hmac-sha2-256,,nonsense\n",
    "HostKeyAlgorithms rsa-sha2-*,ssh-ed25519\nPubkeyAcceptedAlgorithms +ssh-rsa\n"
    "HostbasedAcceptedAlgorithms ^ssh-rsa*\nCASignatureAlgorithms -ecdsa*\n",
    "PubkeyAcceptedKeyTypes ssh-ed25519\nHostbasedAcceptedKeyTypes rsa,ssh-ed25519\n",
    "GSSAPIKexAlgorithms gss-gex-sha1-,gss-group14-sha1-\nGSSAPIAuthentication yes\n",
    "ChallengeResponseAuthentication no\nKbdInteractiveAuthentication yes\nKeepAlive no\n",
    "Protocol 2\nUsePrivilegeSeparation sandbox\nRSAAuthentication yes\nServerKeyBits 768 x y\n"
    "KerberosGetAFSToken yes\n",
    "Include @/d/*.conf\nPasswordAuthentication yes\nAcceptEnv C\n",
    "PasswordAuthentication yes\nMaxAuthTries 9\nInclude @/d/*.conf @/match.conf\n",
    "Include \"@/outer.conf\" @/missing.conf @/d/*.nothing\nMaxAuthTries 8\nInclude @/empty.conf\n",
    "Include @/match.conf\nX11Forwarding no\nPermitTTY yes\n",
    "PermitTTY yes\nMatch all\nPermitTTY no\nAllowTcpForwarding local\nMatch user bob\n"
    "AllowTcpForwarding remote\n",
    "AcceptEnv A\nMatch all\nAcceptEnv B\nAcceptEnv C\nPort 99\nUsePAM yes\n",
    "Match user bob\nPasswordAuthentication no\nMatch all\nPasswordAuthentication yes\n"
    "PasswordAuthentication no\n",
    "Match User bob,eve Address 10.0.0.0/8,!10.1.0.0/16 # remark\nX11Forwarding yes\n"
    "Match host=*.example.org RDomain x\nBanner /x\n",
    "Match user bob\nInclude @/only-match.conf\nPermitTTY no\nMatch all\nInclude "
    "@/only-match.conf\n",
    "Match group \"a b\"\nAllowUsers x\nAllowUsers y\nPermitOpen any\n",
    "MaxStartups 10\n",
    "MaxStartups 5:20:30\nMaxStartups 7:30:60x\nPerSourceMaxStartups 3\nPerSourceMaxStartups none\n"
    "PerSourceNetBlockSize 24:64\n",
    "IPQoS af21\nIPQoS 0x12 8\nRekeyLimit 1G 1h\nRekeyLimit default none\n",
    "RekeyLimit 1.5M\nStreamLocalBindMask 0077\nStreamLocalBindMask 027\nFingerprintHash MD5\n"
    "FingerprintHash sha512\n",
    "PermitTunnel point-to-point\nGatewayPorts ClientSpecified\nAllowTcpForwarding ALL\n"
    "AllowStreamLocalForwarding remote\nCompression delayed\nIgnoreRhosts shosts-only\n",
    "PermitOpen a:1 b:*\nPermitOpen c:3\nPermitListen 22 x:80 [::1]:5\n",
    "PermitOpen none\nPermitListen any\nPermitUserEnvironment LANG,LC_*\n",
    "PubkeyAuthOptions verify-required touch-required none\nRequiredRSASize 3072\nUseDNS yes\n",
    "AuthenticationMethods publickey,password publickey,keyboard-interactive:pam\n",
    "AuthenticationMethods any\nAuthorizedKeysFile /etc/keys/%u .ssh/k\nAuthorizedKeysFile none\n",
    "AuthorizedKeysCommand /bin/x \"a b\" %u # y\nAuthorizedKeysCommandUser nobody\n",
    "Subsystem sftp \"/usr/lib/sftp server\" -l INFO\nSubsystem x internal-sftp\n",
    "ChannelTimeout session=5m x11-*=0\nLogVerbose kex.c:*:1000 \"packet.c\"\n",
    "AllowUsers # nobody\nPort\"22\nX11DisplayOffset +5\nMaxSessions 007\n",
    "Port 2222\r\nPermitRootLogin no\r\n\r\n# x\r\n\tUseDNS yes\t\r\n",
};

static void agrees_with_sshd(void **state)
{
    (void)state;
    struct oracle o;
    if (!oracle_open(&o))
        skip();
    write_includes(&o);
    for (size_t i = 0; i < COUNT_OF(valid); i++)
        compare(&o, valid[i]);
    oracle_close(&o);
}

/* Lines that sshd refuses, each in a configuration of its own. */
static const char *const refused[] = {
    "Nonsense yes",
    "PermitRootLogin",
    "PermitRootLogin maybe",
    "PermitRootLogin no yes",
    "PermitRootLogin \"no",
    "PermitRootLogin no#x",
    "UsePAM true",
    "Port 0",
    "Port 70000",
    "Port -1",
    "Port 22 23",
    "MaxAuthTries x",
    "MaxAuthTries -1",
    "MaxAuthTries 3000000000",
    "MaxAuthTries #",
    "LoginGraceTime none",
    "LoginGraceTime 5x",
    "LoginGraceTime \"\"",
    "ClientAliveInterval -5",
    "Ciphers aes*",
    "Ciphers foo",
    "Ciphers +foo",
    "Ciphers \"\"",
    "MACs none",
    "KexAlgorithms aes128-ctr",
    "HostKeyAlgorithms rsa",
    "HostKeyAlgorithms *,!rsa*",
    "CASignatureAlgorithms ssh-rsa-cert-v01@openssh.com",
    "GSSAPIKexAlgorithms +gss-gex-sha1-",
    "PermitTunnel YES",
    "Compression fast",
    "LogLevel LOUD",
    "SyslogFacility LOCAL9",
    "AllowUsers a@10.0.0.1/8",
    "AllowUsers \"\"",
    "AcceptEnv A=B",
    "SetEnv A",
    "MaxStartups 10:20",
    "MaxStartups 20:30:10",
    "MaxStartups 5:101:10",
    "PerSourceNetBlockSize 33",
    "IPQoS fast",
    "IPQoS 256",
    "RekeyLimit 5",
    "RekeyLimit 1Q",
    "RekeyLimit 1G 1h x",
    "StreamLocalBindMask 999",
    "StreamLocalBindMask 1000",
    "FingerprintHash crc",
    "RDomain none",
    "PubkeyAuthOptions x",
    "ListenAddress 127.0.0.1 rdomain x",
    "ListenAddress 127.0.0.1:0",
    "PermitOpen a",
    "PermitOpen a:x!",
    "PermitListen any 22",
    "AuthenticationMethods nonsense",
    "AuthenticationMethods any password",
    "AuthenticationMethods hostbased",
    "AuthorizedKeysCommand bin/x\nAuthorizedKeysCommandUser root",
    "AuthorizedKeysCommand /bin/x",
    "AuthorizedPrincipalsCommand /bin/x",
    "Subsystem sftp",
    "Subsystem a /b\nSubsystem a /c",
    "ChannelTimeout x",
    "ChannelTimeout none x=1",
    "Include",
    "Include #",
    "Include \"\"",
    "Match",
    "Match user",
    "Match all user bob",
    "Match user bob all",
    "Match colour red",
    "Match address 10.0.0.1/8",
    "Match localport x!",
    "Match user bob\nPort 22",
    "Match user bob\nUsePAM yes",
    "Match user bob\nNonsense x",
    "Match user bob\nMaxAuthTries x",
    "Match user bob\nInclude @/bad.conf",
    "Include @/bad.conf",
    "Include @/loop.conf",
};

/* Lines that sshd takes, though -T would ask for more about the connection. */
static const char *const taken[] = {
    "Match localport 22",
    "Match LocalPort=22 user x\nForceCommand x",
    "Match localport 0",
};

static void takes_what_sshd_takes(void **state)
{
    (void)state;
    struct oracle o;
    if (!oracle_open(&o))
        skip();
    for (size_t i = 0; i < COUNT_OF(taken); i++) {
        oracle_file(&o, "main", taken[i]);
        struct fixture *f = oracle_fixture(&o);
        if (!oracle_sshd(&o, "-t"))
            fail_msg("sshd refuses: %s", taken[i]);
        assert_true(oracle_reader_takes(f));
        fixture_free(f);
    }
    oracle_close(&o);
}

static void refuses_what_sshd_refuses(void **state)
{
    (void)state;
    struct oracle o;
    if (!oracle_open(&o))
        skip();
    oracle_file(&o, "bad.conf", "UsePAM maybe\n");
    oracle_file(&o, "loop.conf", "Include @/loop.conf\n");
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        oracle_file(&o, "main", refused[i]);
        struct fixture *f = oracle_fixture(&o);
        if (oracle_sshd(&o, "-t"))
            fail_msg("sshd takes: %s", refused[i]);
        if (oracle_reader_takes(f))
            fail_msg("the reader takes: %s", refused[i]);
        fixture_free(f);
    }
    oracle_close(&o);
}

/* ---- at random ------------------------------------------------------------------------- */

static const char *const random_keywords[] = {
    "PermitRootLogin",
    "PasswordAuthentication",
    "MaxAuthTries",
    "LoginGraceTime",
    "Ciphers",
    "MACs",
    "AllowUsers",
    "AcceptEnv",
    "Port",
    "X11Forwarding",
    "ClientAliveInterval",
    "Banner",
    "LogLevel",
    "HostKeyAlgorithms",
    "MaxStartups",
    "RekeyLimit",
    "PermitOpen",
    "AuthorizedKeysFile",
    "Match",
    "SetEnv",
    "IPQoS",
    "UsePAM",
    "Compression",
    "KexAlgorithms",
    "Match all\n",
    "ForceCommand",
};
static const char *const random_values[] = {
    "yes",         "no",
    "YES",         "10",
    "1m30s",       "\"yes\"",
    "'no'",        "aes128-ctr",
    "+aes128-cbc", "-umac*",
    "^hmac-md5",   "alice",
    "A=1",         "a:1",
    "user bob",    "all",
    "none",        "\"a b\"",
    "a\\ b",       "10:30:60",
    "INFO",        "ssh-*",
    "1G",          "1G 1h",
    "lowdelay",    "-*sha1*",
    "# remark",    "x # y",
    "\"open",      "= no",
    "==no",        "\f",
    "any",         "+diffie-hellman-group1-sha1",
    "/etc/x",      "a,b",
    "%u %h",       "no\t",
    "10\\",        "\\\"q\\\"",
    "\"\"",        "no=",
};
static const char *const between[] = {" ", "\t", "=", " = ", "  ", " =", "\"", "== "};

/* Lines put together at random: valid or not, both must say the same. */
static void agrees_at_random(void **state)
{
    (void)state;
    struct oracle o;
    uint32_t seed = 20240229;
    size_t agreed = 0;
    const char *rounds = getenv("MERLON_ORACLE_ROUNDS");
    if (!oracle_open(&o))
        skip();
    for (int round = 0; round < (rounds ? atoi(rounds) : 300); round++) {
        char text[2048] = "";
        seed = seed * 1664525u + 1013904223u;
        for (uint32_t n = 0; n < 1 + (seed >> 24) % 3; n++) {
            uint32_t dice[4];
            for (size_t k = 0; k < 4; k++)
                dice[k] = (seed = seed * 1664525u + 1013904223u) >> 8;
            size_t len = strlen(text);
            snprintf(text + len, sizeof text - len, "%s%s%s\n",
                     random_keywords[dice[0] % COUNT_OF(random_keywords)],
                     between[dice[1] % 4 ? 0 : dice[3] % COUNT_OF(between)],
                     random_values[dice[2] % COUNT_OF(random_values)]);
        }
        oracle_file(&o, "main", text);
        struct fixture *f = oracle_fixture(&o);
        bool ours = oracle_reader_takes(f), theirs = oracle_sshd(&o, "-t");
        bool unsure =
            atoi(fixture_query(f, "SELECT count(*) FROM sshd_config WHERE valid IS NULL"));
        fixture_free(f);
        if (unsure) /* such as a port by the name of its service */
            continue;
        if (ours != theirs)
            fail_msg("%s: %s\n%s", theirs ? "only sshd takes" : "only the reader takes", o.out.ptr,
                     text);
        if (theirs)
            compare(&o, text);
        agreed += theirs;
    }
    print_message("%zu of the random configurations are valid\n", agreed);
    assert_true(agreed > 5);
    oracle_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_sshd),
        cmocka_unit_test(takes_what_sshd_takes),
        cmocka_unit_test(refuses_what_sshd_refuses),
        cmocka_unit_test(agrees_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
