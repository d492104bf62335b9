/* Tests of the sudoers reader, and of its idea of syntax against the real visudo. */
#include "fixture.h"

#include <stdlib.h>
#include <unistd.h>

#define RULES                                                                                      \
    "SELECT who, who_kind, who_negated, host, run_as_user, run_as_group, command, negated, "       \
    "nopasswd, noexec, tags, digest, line FROM sudo_rule ORDER BY rowid"

static struct fixture *with_sudoers(const char *text)
{
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/sudoers", text);
    fixture_fill(f, "sudo_rule");
    return f;
}

static void reads_rules(void **state)
{
    (void)state;
    struct fixture *f = with_sudoers("root\tALL=(ALL:ALL) ALL\n"
                                     "%wheel ALL = NOPASSWD: ALL # all of it\n"
                                     "#1000, !bob, +net,\"%:Domain Users\" h1, !h2 = (op : dial)"
                                     " ALL\n"
                                     "ann fe80::1/64 = (:adm) CWD=/tmp SETENV : "
                                     "sha256:abc= /bin/x, ALL\n"
                                     "us\\x65r ALL = !ALL, ! /bin/su, sudoedit /etc/motd, list\n");
    assert_string_equal(fixture_query(f, RULES),
                        "root|user|0|ALL|ALL|ALL|ALL|0|0|0||-|1\n"
                        "wheel|group|0|ALL|root|-|ALL|0|1|0|NOPASSWD|-|2\n"
                        "1000|uid|0|h1, !h2|op|dial|ALL|0|0|0||-|3\n"
                        "bob|user|1|h1, !h2|op|dial|ALL|0|0|0||-|3\n"
                        "net|netgroup|0|h1, !h2|op|dial|ALL|0|0|0||-|3\n"
                        "Domain Users|nonunix_group|0|h1, !h2|op|dial|ALL|0|0|0||-|3\n"
                        "ann|user|0|fe80::1/64||adm|/bin/x|0|0|0|SETENV CWD=/tmp|sha256:abc=|4\n"
                        "ann|user|0|fe80::1/64||adm|ALL|0|0|0|SETENV CWD=/tmp|-|4\n"
                        "user|user|0|ALL|root|-|ALL|1|0|0||-|5\n"
                        "user|user|0|ALL|root|-|/bin/su|1|0|0||-|5\n"
                        "user|user|0|ALL|root|-|sudoedit /etc/motd|0|0|0||-|5\n"
                        "user|user|0|ALL|root|-|list|0|0|0||-|5\n");
    assert_string_equal(fixture_used(f, "sudo_rule"), "/etc/sudoers|ok|0|-\n");
    fixture_free(f);
}

static void tags_and_runas_are_inherited(void **state)
{
    (void)state;
    struct fixture *f =
        with_sudoers("a ALL = (op) NOPASSWD: /bin/a x\\,y \\\n"
                     "    z, /bin/b \"\", \\\n"
                     "    NOEXEC: /bin/c, (:g) PASSWD: EXEC: /bin/d/ : h = /bin/e, () /bin/f\n");
    assert_string_equal(fixture_query(f, RULES),
                        "a|user|0|ALL|op|-|/bin/a x,y z|0|1|0|NOPASSWD|-|1\n"
                        "a|user|0|ALL|op|-|/bin/b \"\"|0|1|0|NOPASSWD|-|2\n"
                        "a|user|0|ALL|op|-|/bin/c|0|1|1|NOPASSWD NOEXEC|-|3\n"
                        "a|user|0|ALL||g|/bin/d/|0|0|0|PASSWD EXEC|-|3\n"
                        "a|user|0|h|root|-|/bin/e|0|0|0||-|3\n"
                        "a|user|0|h||-|/bin/f|0|0|0||-|3\n");
    fixture_free(f);
}

static void resolves_aliases(void **state)
{
    (void)state;
    struct fixture *f = with_sudoers("OPS WEB = (ROLES) !SHELLS, UNKNOWN\n"
                                     "NOBODY, \"OPS\" ALL = /bin/x\n"
                                     "User_Alias OPS = ann, !MORE : MORE = bob, !%x, MORE\n"
                                     "Host_Alias WEB = w1, \\\n  10.0.0.0/8\n"
                                     "Runas_Alias ROLES = op, !root\n"
                                     "Cmnd_Alias SHELLS = /bin/sh, !/bin/ls\n");
    assert_string_equal(fixture_query(f, RULES),
                        "ann|user|0|w1, 10.0.0.0/8|op, !root|-|/bin/sh|1|0|0||-|1\n"
                        "ann|user|0|w1, 10.0.0.0/8|op, !root|-|/bin/ls|0|0|0||-|1\n"
                        "bob|user|1|w1, 10.0.0.0/8|op, !root|-|/bin/sh|1|0|0||-|1\n"
                        "bob|user|1|w1, 10.0.0.0/8|op, !root|-|/bin/ls|0|0|0||-|1\n"
                        "x|group|0|w1, 10.0.0.0/8|op, !root|-|/bin/sh|1|0|0||-|1\n"
                        "x|group|0|w1, 10.0.0.0/8|op, !root|-|/bin/ls|0|0|0||-|1\n"
                        "NOBODY|user|0|ALL|root|-|/bin/x|0|0|0||-|2\n"
                        "OPS|user|0|ALL|root|-|/bin/x|0|0|0||-|2\n");
    fixture_free(f);
}

static void doubling_aliases_end(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_add_text(&text, "User_Alias A0 = u\n");
    for (int i = 1; i < 60; i++)
        buf_printf(&text, "User_Alias A%d = A%d, A%d\n", i, i - 1, i - 1);
    buf_add_text(&text, "A59 ALL = ALL\n");
    struct fixture *f = with_sudoers(text.ptr);
    assert_string_equal(fixture_query(f, RULES), "");
    assert_non_null(strstr(fixture_used(f, "sudo_rule"), "aliases name too many members"));
    fixture_free(f);
    buf_free(&text);
}

static void reads_defaults(void **state)
{
    (void)state;
    struct fixture *f = with_sudoers("Defaults env_reset, !authenticate\n"
                                     "Defaults:ann,%ops !!requiretty, timestamp_timeout=-1\n"
                                     "Defaults!SH noexec\n"
                                     "Cmnd_Alias SH = /bin/sh, /bin/bash\n"
                                     "Defaults secure_path=\"/a:\\\n  /b\", passwd_tries = 3\n"
                                     "Defaults env_keep = \"A B\"\n"
                                     "Defaults env_keep += C, env_keep -= \"q\\\"q\"\n"
                                     "Defaults authenticate\n"
                                     "Defaults>op log_output\n"
                                     "Defaults@h1 runas_default=x\n"
                                     "Defaults runas_default=op\n"
                                     "u ALL = ALL\n");
    assert_string_equal(
        fixture_query(f, "SELECT scope, scope_kind, name, operation, value, negated, effective, "
                         "line FROM sudo_default ORDER BY rowid"),
        "-|global|env_reset|-|-|0|1|1\n"
        "-|global|authenticate|-|-|1|0|1\n"
        "ann, %ops|user|requiretty|-|-|0|1|2\n"
        "ann, %ops|user|timestamp_timeout|=|-1|0|1|2\n"
        "/bin/sh, /bin/bash|command|noexec|-|-|0|1|3\n"
        "-|global|secure_path|=|/a:/b|0|1|5\n"
        "-|global|passwd_tries|=|3|0|1|6\n"
        "-|global|env_keep|=|A B|0|1|7\n"
        "-|global|env_keep|+=|C|0|1|8\n"
        "-|global|env_keep|-=|q\"q|0|1|8\n"
        "-|global|authenticate|-|-|0|1|9\n"
        "op|runas|log_output|-|-|0|1|10\n"
        "h1|host|runas_default|=|x|0|1|11\n"
        "-|global|runas_default|=|op|0|1|12\n");
    assert_string_equal(fixture_query(f, "SELECT run_as_user FROM sudo_rule"), "op\n");
    fixture_free(f);
}

static void follows_includes(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/sudoers",
                 "a ALL=ALL\n#includedir /etc/sudoers.d\n@include \"local rules\"\nz ALL=ALL\n");
    fixture_list(f, "/etc/sudoers.d/*",
                 "/etc/sudoers.d/10\n/etc/sudoers.d/2\n/etc/sudoers.d/b.bak\n/etc/sudoers.d/c~\n");
    fixture_file(f, "/etc/sudoers.d/10", "b ALL=ALL\n");
    fixture_file(f, "/etc/sudoers.d/2", "c ALL=ALL\n@include ../sudoers.d/more\\ x # why\n");
    fixture_file(f, "/etc/sudoers.d/../sudoers.d/more x", "d ALL=ALL");
    fixture_status(f, ITEM_FILE, "/etc/sudoers.d/b.bak", ITEM_DENIED);
    fixture_status(f, ITEM_FILE, "/etc/local rules", ITEM_ABSENT);
    fixture_fill(f, "sudo_rule");
    assert_string_equal(fixture_query(f, "SELECT who, src, line FROM sudo_rule ORDER BY rowid"),
                        "a|/etc/sudoers|1\n"
                        "b|/etc/sudoers.d/10|1\n"
                        "c|/etc/sudoers.d/2|1\n"
                        "d|/etc/sudoers.d/../sudoers.d/more x|1\n"
                        "z|/etc/sudoers|4\n");
    assert_null(strstr(fixture_used(f, "sudo_rule"), "denied"));
    fixture_free(f);
}

static void stops_at_loops_and_unknown_hosts(void **state)
{
    (void)state;
    struct fixture *f = with_sudoers("a ALL=ALL\n@include sudoers\n");
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM sudo_rule"), "17\n");
    assert_non_null(strstr(fixture_used(f, "sudo_rule"), "|2|includes are nested more than 16"));
    fixture_free(f);
    f = with_sudoers("@include /etc/sudoers.%h\na ALL=ALL\n");
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM sudo_rule"), "1\n");
    assert_non_null(strstr(fixture_used(f, "sudo_rule"), "|1|an include depends on the host"));
    fixture_free(f);
}

static void add_pattern(void *context, const char *pattern)
{
    buf_printf(context, "%s\n", pattern);
}

static void collects_what_is_included(void **state)
{
    (void)state;
    size_t count;
    const struct source *source = facts_sources_of("sudo_rule", &count);
    struct buf found = {0};
    source->follow("/etc/x/sudoers",
                   VIEW("@includedir /etc/sudoers.d\n# @include no\n#include rel\n"
                        "@include a b\n#included x\na ALL=/bin/x \\\n@include /no\n@include %h\n"),
                   add_pattern, &found);
    assert_string_equal(found.ptr, "/etc/sudoers.d/*\n/etc/x/rel\n");
    buf_free(&found);
}

static void a_broken_line_gives_nothing(void **state)
{
    (void)state;
    struct fixture *f = with_sudoers("a ALL=ALL\nb ALL=/bin/x, NOPASSWD ALL\nc ALL=ALL\n");
    assert_string_equal(fixture_query(f, "SELECT who FROM sudo_rule"), "a\nc\n");
    assert_non_null(strstr(fixture_used(f, "sudo_rule"), "/etc/sudoers|ok|2|"));
    fixture_free(f);
}

/* ---- against visudo -------------------------------------------------------------------- */

static const char *const samples[] = {
    "user@dom.com ALL=ALL",
    "a>b ALL=ALL",
    "DOM\\\\user ALL=ALL",
    "a\"b\" ALL=ALL",
    "\"a b\" ALL=ALL",
    "\"a b ALL=ALL",
    "a\\x20b ALL=ALL",
    "%dom\\ users ALL=ALL",
    "a ALL=/bin/x a #5",
    "a ALL=/bin/x a # 5",
    "a ALL=/bin/x \"a\" \"\"",
    "a ALL=/bin/x\\ y a\\,b",
    "a ALL=/bin/x \\\n  -a \\\n  -b, \\\n /bin/y",
    "Defaults badpass_message=a=b",
    "Defaults :a !requiretty",
    "  Defaults:a !requiretty",
    "Defaultsx ALL=ALL",
    "Defaults!/bin/ls -l !requiretty",
    "Defaults!/bin/ls,/bin/x !requiretty",
    "Defaults !!requiretty, !secure_path",
    "Defaults passwd_tries=3,",
    "Defaults",
    "User_Alias A=b\nUser_Alias A=c",
    "User_Alias A=b:B=c",
    "User_Alias ab=c",
    "User_Alias ALL=c",
    "User_Alias A=b c",
    "Cmnd_Alias CWD=/bin/x",
    "a fe80::1,10.0.0.0/8=ALL",
    "a h : b = ALL",
    "a ALL=sudoedit",
    "a ALL=/bin/",
    "a ALL=/bin/ x",
    "a ALL=bin/x",
    "a ALL=^/bin/(a|b)$ ^x,y$",
    "a ALL=(ALL) ALL,",
    "a ALL",
    "a",
    "#5 ALL=ALL",
    "# 5 ALL=ALL",
    "#-1 ALL=ALL",
    "%#5 ALL=ALL",
    "%:#5 ALL=ALL",
    "% ALL=ALL",
    "a,b ALL=ALL # x \\\nfoo",
    "a ALL=(b:c) NOPASSWD:ALL:h=ALL",
    "a ALL=!!/bin/x",
    "a ALL= ! ALL",
    "a ALL=NOPASSWD ALL",
    "a ALL=NOPASSWD: CWD=/tmp ALL",
    "a ALL=NOPASSWD: (root) ALL",
    "a ALL=(root ALL",
    "a ALL=sha224:0GomF8mNN3wlDt1HD9XldjJ3SNgpFdbjO1+NsQ== /bin/ls",
    "a ALL=(:x) ALL, () /bin/x, (:) /bin/y",
    "a\tALL = ALL # \\",
    "a ALL=TIMEOUT=10 CWD=* NOTBEFORE=20170214083000Z ALL",
    "a ALL=ALL ALL",
    ", ALL=ALL",
    "a,,b ALL=ALL",
    "ALL ALL=(ALL) NOPASSWD:NOEXEC:ALL",
};

/* visudo's answer: 1 valid, 0 not, -1 there is none. */
static int visudo_says(const char *text)
{
    char path[] = "/tmp/merlon-sudoers-XXXXXX", command[256], answer[16] = "";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    fprintf(file, "%s\n", text);
    fclose(file);
    snprintf(command, sizeof command,
             "PATH=$PATH:/usr/sbin; command -v visudo >/dev/null || { echo none; exit; }; "
             "visudo -c -f %s >/dev/null 2>&1 && echo good || echo bad",
             path);
    FILE *said = popen(command, "r");
    if (!fgets(answer, sizeof answer, said))
        answer[0] = '\0';
    pclose(said);
    unlink(path);
    return answer[0] == 'n' ? -1 : answer[0] == 'g';
}

static void agrees_with_visudo(void **state)
{
    (void)state;
    if (visudo_says("root ALL=ALL") < 0) {
        print_message("skipped: no visudo here (package sudo)\n");
        skip();
    }
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        struct fixture *f = with_sudoers(samples[i]);
        bool is_valid = strcmp(fixture_used(f, "sudo_rule"), "/etc/sudoers|ok|0|-\n") == 0;
        if (visudo_says(samples[i]) != is_valid)
            fail_msg("visudo does not agree on: %s (%s)", samples[i], f->answer.ptr);
        fixture_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_rules),
        cmocka_unit_test(tags_and_runas_are_inherited),
        cmocka_unit_test(resolves_aliases),
        cmocka_unit_test(doubling_aliases_end),
        cmocka_unit_test(reads_defaults),
        cmocka_unit_test(follows_includes),
        cmocka_unit_test(stops_at_loops_and_unknown_hosts),
        cmocka_unit_test(collects_what_is_included),
        cmocka_unit_test(a_broken_line_gives_nothing),
        cmocka_unit_test(agrees_with_visudo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
