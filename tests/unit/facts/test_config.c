/* Tests of the readers of login.defs, os-release and sysctl. */
#include "fixture.h"

#include <stdlib.h>
#include <unistd.h>

static void reads_login_defs(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/login.defs",
                 "# PASS_MAX_DAYS 1\n"
                 "PASS_MAX_DAYS\t99999\n"
                 "  UMASK 022  \n"
                 "PASS_MAX_DAYS   \"90\" ignored\r\n"
                 "ENV_PATH  PATH=/bin:/usr/bin\n"
                 "PASS_MIN_DAYS 1 # remark\n"
                 "PASS_WARN_AGE=7\n"
                 "EMPTY \"\"\n"
                 "pass_max_days 5");
    assert_string_equal(fixture_rows(f, "login_defs"),
                        "PASS_MAX_DAYS|99999|0|/etc/login.defs|2\n"
                        "UMASK|022|1|/etc/login.defs|3\n"
                        "PASS_MAX_DAYS|90|1|/etc/login.defs|4\n"
                        "ENV_PATH|PATH=/bin:/usr/bin|1|/etc/login.defs|5\n"
                        "PASS_MIN_DAYS|1 # remark|1|/etc/login.defs|6\n"
                        "PASS_WARN_AGE=7|-|0|/etc/login.defs|7\n"
                        "EMPTY||1|/etc/login.defs|8\n"
                        "pass_max_days|5|1|/etc/login.defs|9\n");
    assert_string_equal(fixture_used(f, "login_defs"), "/etc/login.defs|ok|0|-\n");
    fixture_free(f);
}

static void reads_os_release(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/os-release",
                 "PRETTY_NAME=\"Debian \\\"12\\\" \\$x \\n\"\n"
                 "ID=debian\n"
                 "# remark\n"
                 "\n"
                 "VERSION='a \\ b'\n"
                 "VERSION_ID=11\n"
                 "VERSION_ID=\"12\"\r\n"
                 "ESCAPED=a\\ b\n"
                 "EMPTY=");
    assert_string_equal(fixture_rows(f, "os_release"),
                        "PRETTY_NAME|Debian \"12\" $x \\n|/etc/os-release|1\n"
                        "ID|debian|/etc/os-release|2\n"
                        "VERSION|a \\ b|/etc/os-release|5\n"
                        "VERSION_ID|12|/etc/os-release|7\n"
                        "ESCAPED|a b|/etc/os-release|8\n"
                        "EMPTY||/etc/os-release|9\n");
    assert_string_equal(fixture_used(f, "os_release"), "/etc/os-release|ok|0|-\n");
    fixture_free(f);
}

/* Compared with libselinux's getters: blanks around a value do not count, the first line does. */
static void reads_selinux(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/selinux/config",
                 "# remark\nSELINUX= enforcing \nSELINUXTYPE=targeted\nSELINUX=disabled\n");
    assert_string_equal(fixture_rows(f, "selinux_setting"),
                        "SELINUX|enforcing|1|/etc/selinux/config|2\n"
                        "SELINUXTYPE|targeted|1|/etc/selinux/config|3\n"
                        "SELINUX|disabled|0|/etc/selinux/config|4\n");
    fixture_free(f);
    f = fixture_new();
    fixture_file(f, "/etc/selinux/config", "SELINUX enforcing\n");
    assert_string_equal(fixture_rows(f, "selinux_setting"), "");
    assert_non_null(strstr(fixture_used(f, "selinux_setting"), "/etc/selinux/config|ok|1|"));
    fixture_free(f);
}

static void finds_broken_os_release(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "ID=\"debian", "ID=\"a\"b", "ID=a b", "1D=x", "I D=x", "=x", "ID", "ID='a''b'", "ID=$(rm)"};
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        struct fixture *f = fixture_new();
        fixture_file(f, "/etc/os-release", broken[i]);
        assert_string_equal(fixture_rows(f, "os_release"), "");
        assert_non_null(strstr(fixture_used(f, "os_release"), "/etc/os-release|ok|1|"));
        assert_null(strstr(f->answer.ptr, "1|-"));
        fixture_free(f);
    }
}

static void falls_back_only_when_absent(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_status(f, ITEM_FILE, "/etc/os-release", ITEM_ABSENT);
    fixture_file(f, "/usr/lib/os-release", "ID=one\n");
    assert_string_equal(fixture_rows(f, "os_release"), "ID|one|/usr/lib/os-release|1\n");
    assert_string_equal(fixture_used(f, "os_release"), "/etc/os-release|absent|0|-\n"
                                                       "/usr/lib/os-release|ok|0|-\n");
    fixture_free(f);

    f = fixture_new();
    fixture_status(f, ITEM_FILE, "/etc/os-release", ITEM_DENIED);
    fixture_file(f, "/usr/lib/os-release", "ID=one\n");
    assert_string_equal(fixture_rows(f, "os_release"), "");
    assert_string_equal(fixture_used(f, "os_release"), "/etc/os-release|denied|0|-\n");
    fixture_free(f);
}

/* ---- sysctl ---------------------------------------------------------------------------- */

static void add_no_folders(struct fixture *f, const char *except)
{
    static const char *const patterns[] = {"/etc/sysctl.d/*.conf", "/run/sysctl.d/*.conf",
                                           "/usr/local/lib/sysctl.d/*.conf",
                                           "/usr/lib/sysctl.d/*.conf", "/lib/sysctl.d/*.conf"};
    for (size_t i = 0; i < COUNT_OF(patterns); i++)
        if (!strstr(except, patterns[i]))
            fixture_status(f, ITEM_LIST, patterns[i], ITEM_ABSENT);
}

static void sysctl_follows_precedence(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    add_no_folders(f, "/etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf");
    fixture_list(f, "/etc/sysctl.d/*.conf",
                 "/etc/sysctl.d/10-a.conf\n/etc/sysctl.d/50-masked.conf\n");
    fixture_list(f, "/run/sysctl.d/*.conf", "/run/sysctl.d/20-run.conf\n");
    fixture_list(f, "/usr/lib/sysctl.d/*.conf",
                 "/usr/lib/sysctl.d/10-a.conf\n/usr/lib/sysctl.d/15-b.conf\n"
                 "/usr/lib/sysctl.d/50-masked.conf\n");
    fixture_file(f, "/etc/sysctl.d/10-a.conf", "kernel.a = etc\n");
    fixture_file(f, "/etc/sysctl.d/50-masked.conf", "");
    fixture_file(f, "/run/sysctl.d/20-run.conf", "kernel.b = run\nkernel.c=run\n");
    /* The hidden files are not even read: that they are denied does not matter. */
    fixture_status(f, ITEM_FILE, "/usr/lib/sysctl.d/10-a.conf", ITEM_DENIED);
    fixture_status(f, ITEM_FILE, "/usr/lib/sysctl.d/50-masked.conf", ITEM_DENIED);
    fixture_file(f, "/usr/lib/sysctl.d/15-b.conf", "kernel.a = lib\nkernel.b = lib\n");
    fixture_file(f, "/etc/sysctl.conf", "kernel/c = last\n");
    assert_string_equal(fixture_rows(f, "sysctl_config"),
                        "kernel.a|etc|0|/etc/sysctl.d/10-a.conf|1\n"
                        "kernel.a|lib|1|/usr/lib/sysctl.d/15-b.conf|1\n"
                        "kernel.b|lib|0|/usr/lib/sysctl.d/15-b.conf|2\n"
                        "kernel.b|run|1|/run/sysctl.d/20-run.conf|1\n"
                        "kernel.c|run|0|/run/sysctl.d/20-run.conf|2\n"
                        "kernel.c|last|1|/etc/sysctl.conf|1\n");
    assert_null(strstr(fixture_used(f, "sysctl_config"), "denied"));
    assert_non_null(strstr(f->answer.ptr, "/etc/sysctl.d/50-masked.conf|ok|0|-\n"));
    assert_non_null(strstr(f->answer.ptr, "/lib/sysctl.d/*.conf|absent|0|-\n"));
    fixture_free(f);
}

static void sysctl_reads_lines(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    add_no_folders(f, "");
    fixture_file(f, "/etc/sysctl.conf",
                 "# remark\n; remark\n\n"
                 "net.ipv4.conf.all.rp_filter=1\r\n"
                 "-net/ipv4/conf/eth0.200/forwarding = 0\n"
                 "net.ipv4.conf.eth0/200.forwarding = 1\n"
                 "net.ipv4.conf.*.rp_filter = 2\n"
                 "-net.ipv4.conf.lo.rp_filter\n"
                 "kernel.core_pattern = |/bin/x = %p  \n"
                 "kernel.domainname =\n"
                 "nonsense\n"
                 "= 5");
    assert_string_equal(fixture_rows(f, "sysctl_config"),
                        "net.ipv4.conf.all.rp_filter|1|1|/etc/sysctl.conf|4\n"
                        "net.ipv4.conf.eth0/200.forwarding|0|0|/etc/sysctl.conf|5\n"
                        "net.ipv4.conf.eth0/200.forwarding|1|1|/etc/sysctl.conf|6\n"
                        "net.ipv4.conf.*.rp_filter|2|1|/etc/sysctl.conf|7\n"
                        "net.ipv4.conf.lo.rp_filter|-|0|/etc/sysctl.conf|8\n"
                        "kernel.core_pattern||/bin/x = %p|1|/etc/sysctl.conf|9\n"
                        "kernel.domainname||1|/etc/sysctl.conf|10\n");
    assert_non_null(strstr(fixture_used(f, "sysctl_config"),
                           "/etc/sysctl.conf|ok|11|no line of the form key = value\n"));
    fixture_free(f);
}

static void sysctl_reads_running_values(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_LIVE, "sysctl", ITEM_OK,
                      VIEW("kernel.a = 1\nkernel.b =\nnet.c = 1 2 = 3\n"));
    assert_string_equal(fixture_rows(f, "sysctl_running"), "kernel.a|1|sysctl|1\n"
                                                           "kernel.b||sysctl|2\n"
                                                           "net.c|1 2 = 3|sysctl|3\n");
    fixture_free(f);
}

/* What `sysctl --system --dry-run` of procps would set, against our effective rows, both on the
 * files of this machine. An old procps without --dry-run shows nothing: then nothing is compared.
 */
static void sysctl_agrees_with_procps(void **state)
{
    (void)state;
    FILE *files =
        popen("ls /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf "
              "/usr/lib/sysctl.d/*.conf /lib/sysctl.d/*.conf /etc/sysctl.conf 2>/dev/null",
              "r");
    struct fixture *f = fixture_new();
    struct buf lists[5] = {0};
    static const char *const folders[5] = {"/etc/sysctl.d/", "/run/sysctl.d/",
                                           "/usr/local/lib/sysctl.d/", "/usr/lib/sysctl.d/",
                                           "/lib/sysctl.d/"};
    char path[4096], block[65536];
    while (fgets(path, sizeof path, files)) {
        path[strcspn(path, "\n")] = '\0';
        FILE *file = fopen(path, "r");
        if (!file)
            continue;
        size_t n = fread(block, 1, sizeof block, file);
        fclose(file);
        fixture_add_bytes(f, ITEM_FILE, path, ITEM_OK, (struct view){block, n});
        for (size_t i = 0; i < 5; i++)
            if (strncmp(path, folders[i], strlen(folders[i])) == 0)
                buf_printf(&lists[i], "%s\n", path);
    }
    pclose(files);
    for (size_t i = 0; i < 5; i++) {
        char pattern[64];
        snprintf(pattern, sizeof pattern, "%s*.conf", folders[i]);
        fixture_add_bytes(f, ITEM_LIST, pattern, ITEM_OK, buf_view(&lists[i]));
        buf_free(&lists[i]);
    }
    fixture_fill(f, "sysctl_config");
    FILE *said = popen("PATH=$PATH:/sbin:/usr/sbin sysctl --system --dry-run 2>/dev/null", "r");
    while (fgets(path, sizeof path, said)) {
        char *equals = strstr(path, " = ");
        if (path[0] == '*' || !equals)
            continue;
        *equals = '\0';
        equals[3 + strcspn(equals + 3, "\n")] = '\0';
        char *sql = sqlite3_mprintf(
            "SELECT count(*) FROM sysctl_config WHERE key = %Q AND value = %Q", path, equals + 3);
        assert_string_not_equal(fixture_query(f, sql), "0\n");
        sqlite3_free(sql);
    }
    pclose(said);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_login_defs),
        cmocka_unit_test(reads_selinux),
        cmocka_unit_test(reads_os_release),
        cmocka_unit_test(finds_broken_os_release),
        cmocka_unit_test(falls_back_only_when_absent),
        cmocka_unit_test(sysctl_follows_precedence),
        cmocka_unit_test(sysctl_reads_lines),
        cmocka_unit_test(sysctl_reads_running_values),
        cmocka_unit_test(sysctl_agrees_with_procps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
