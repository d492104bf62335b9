/* Tests of the reader of PAM stacks. */
#include "fixture.h"

#include <glob.h>
#include <stdlib.h>

#define D "/etc/pam.d/"

/* The files of /etc/pam.d; the fallback folders do not exist. */
static struct fixture *folder(const char *lines)
{
    struct fixture *f = fixture_new();
    fixture_list(f, "/etc/pam.d/*", lines);
    fixture_status(f, ITEM_LIST, "/usr/lib/pam.d/*", ITEM_ABSENT);
    fixture_status(f, ITEM_LIST, "/usr/share/pam.d/*", ITEM_ABSENT);
    return f;
}

static const char *rules(struct fixture *f)
{
    fixture_fill(f, "pam_rule");
    return fixture_query(f, "SELECT * FROM pam_rule ORDER BY rowid");
}

/* The problem of the one file with a problem. */
static const char *problem(struct fixture *f)
{
    size_t count;
    const struct fact_source *used = facts_used(f->facts, "pam_rule", &count);
    const struct fact_source *found = NULL;
    for (size_t i = 0; i < count; i++)
        if (used[i].problem) {
            assert_null(found);
            found = &used[i];
        }
    f->answer.len = 0;
    buf_printf(&f->answer, "%s", "");
    if (found)
        buf_printf(&f->answer, "%s:%u: %s", found->name, found->problem_line, found->problem);
    return f->answer.ptr;
}

static void reads_rules(void **state)
{
    (void)state;
    struct fixture *f = folder(D "sshd\n");
    fixture_file(
        f, D "sshd",
        "#%PAM-1.0\n"
        "auth  required\tpam_faillock.so preauth deny=3 # remark\n"
        "AUTH [success=1  default=ignore] /lib/security/pam_unix.so nullok\n"
        "-session Optional pam_systemd.so\n"
        "\n"
        "account required \\\n"
        "  # skipped\n"
        "   pam_access.so \\\n"
        "   accessfile=/etc/a\n"
        "password requisite pam_mysql.so [query=select user_name \\[x\\] from y]  a=b=c []\n");
    assert_string_equal(
        rules(f),
        "sshd|1|auth|0|required|pam_faillock.so|preauth deny=3|0|sshd|" D "sshd|2\n"
        "sshd|2|auth|0|[success=1 default=ignore]|pam_unix.so|nullok|0|sshd|" D "sshd|3\n"
        "sshd|3|session|1|optional|pam_systemd.so||0|sshd|" D "sshd|4\n"
        "sshd|4|account|0|required|pam_access.so|accessfile=/etc/a|0|sshd|" D "sshd|6\n"
        "sshd|5|password|0|requisite|pam_mysql.so|[query=select user_name \\[x] from y] a=b=c "
        "|0|sshd|" D "sshd|10\n");
    assert_string_equal(
        fixture_query(f, "SELECT position, type, module, name, value, line FROM pam_argument"),
        "1|auth|pam_faillock.so|preauth|-|2\n"
        "1|auth|pam_faillock.so|deny|3|2\n"
        "2|auth|pam_unix.so|nullok|-|3\n"
        "4|account|pam_access.so|accessfile|/etc/a|6\n"
        "5|password|pam_mysql.so|query|select user_name \\[x] from y|10\n"
        "5|password|pam_mysql.so|a|b=c|10\n"
        "5|password|pam_mysql.so||-|10\n");
    assert_string_equal(problem(f), "");
    fixture_free(f);
}

static void resolves_includes(void **state)
{
    (void)state;
    struct fixture *f = folder(D "common\n" D "inner\n" D "su\n");
    fixture_file(f, D "su",
                 "auth sufficient pam_rootok.so\n"
                 "auth include common\n"
                 "@include common\n"
                 "session substack /opt/pam/extra\n");
    fixture_file(f, D "common",
                 "auth required pam_unix.so\n@include inner\nsession required pam_unix.so\n");
    fixture_file(f, D "inner", "auth required pam_env.so\nsession required pam_limits.so\n");
    fixture_file(f, "/opt/pam/extra", "auth required pam_deny.so\nsession required pam_x.so\n");
    fixture_fill(f, "pam_rule");
    assert_string_equal(fixture_query(f,
                                      "SELECT position, type, module, depth, stack, src, line FROM "
                                      "pam_rule WHERE service = 'su' ORDER BY position"),
                        "1|auth|pam_rootok.so|0|su|" D "su|1\n"
                        "2|auth|pam_unix.so|1|common|" D "common|1\n"
                        "3|auth|pam_env.so|2|inner|" D "inner|1\n"
                        "4|auth|pam_unix.so|1|common|" D "common|1\n"
                        "5|auth|pam_env.so|2|inner|" D "inner|1\n"
                        "6|session|pam_limits.so|2|inner|" D "inner|2\n"
                        "7|session|pam_unix.so|1|common|" D "common|3\n"
                        "8|session|pam_x.so|1|/opt/pam/extra|/opt/pam/extra|2\n");
    assert_string_equal(problem(f), "");
    fixture_free(f);
}

static void finds_services(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_list(f, "/etc/pam.d/*", D "su\n" D "su.dpkg-old\n" D "su~\n" D "Upper\n" D "gone\n");
    fixture_list(f, "/usr/lib/pam.d/*",
                 "/usr/lib/pam.d/gone\n/usr/lib/pam.d/su\n/usr/lib/pam.d/z\n");
    fixture_list(f, "/usr/share/pam.d/*", "/usr/share/pam.d/z\n");
    fixture_file(f, D "su", "auth required pam_a.so\nauth include Upper\n");
    fixture_file(f, D "su.dpkg-old", "auth required pam_permit.so\n");
    fixture_file(f, D "su~", "auth required pam_permit.so\n");
    fixture_file(f, D "Upper", "auth required pam_b.so\n");
    fixture_status(f, ITEM_FILE, D "gone", ITEM_ABSENT);
    fixture_file(f, "/usr/lib/pam.d/gone", "auth required pam_c.so\n");
    fixture_file(f, "/usr/lib/pam.d/su", "auth required pam_permit.so\n");
    fixture_file(f, "/usr/lib/pam.d/z", "auth include su\n");
    fixture_file(f, "/usr/share/pam.d/z", "auth required pam_permit.so\n");
    fixture_fill(f, "pam_rule");
    assert_string_equal(
        fixture_query(f, "SELECT service, module, src FROM pam_rule ORDER BY rowid"),
        "su|pam_a.so|" D "su\n"
        "su|pam_b.so|" D "Upper\n"
        "gone|pam_c.so|/usr/lib/pam.d/gone\n"
        "z|pam_a.so|" D "su\n"
        "z|pam_b.so|" D "Upper\n");
    assert_string_equal(problem(f), "");
    fixture_free(f);
}

static void reads_pam_conf_alone(void **state)
{
    (void)state;
    struct fixture *f = folder("");
    fixture_file(f, "/etc/pam.conf",
                 "# service type control module\n"
                 "login auth required pam_a.so x\n"
                 "OTHER auth required pam_deny.so\n"
                 "Login account required pam_b.so\n"
                 "alone\n");
    assert_string_equal(rules(f),
                        "login|1|auth|0|required|pam_a.so|x|0|pam.conf|/etc/pam.conf|2\n"
                        "other|1|auth|0|required|pam_deny.so||0|pam.conf|/etc/pam.conf|3\n"
                        "login|2|account|0|required|pam_b.so||0|pam.conf|/etc/pam.conf|4\n");
    assert_non_null(strstr(problem(f), "/etc/pam.conf:5: the rule begins with none of"));
    fixture_free(f);
}

/* Where a folder has files, pam.conf is not read. */
static void ignores_pam_conf(void **state)
{
    (void)state;
    struct fixture *f = folder(D "a\n");
    fixture_file(f, D "a", "");
    fixture_file(f, "/etc/pam.conf", "login auth required pam_a.so\n");
    assert_string_equal(rules(f), "");
    fixture_free(f);
}

static void reports_bad_lines(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"authh required pam_x.so", "begins with none of"},
        {"auth", "has no control field"},
        {"auth required", "names no module"},
        {"auth include", "names no file"},
        {"@include", "names no file"},
        {"auth include missing", "the included file does not exist: missing"},
        {"@include /opt/missing", "the included file does not exist: /opt/missing"},
        {"auth include a", "the file includes itself: a"},
        {"auth maybe pam_x.so", "no known return value"},
        {"auth [success=1 default] pam_x.so", "lacks a '='"},
        {"auth [success=0] pam_x.so", "no known action"},
        {"auth [success=fine] pam_x.so", "no known action"},
        {"auth required pam_x.so\r", "carriage return"},
        {"auth required \\", "ends inside a continued line"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        char text[256];
        struct fixture *f = folder(D "a\n");
        snprintf(text, sizeof text, "auth required pam_first.so\n%s", bad[i][0]);
        fixture_file(f, D "a", text);
        fixture_fill(f, "pam_rule");
        const char *said = problem(f);
        if (!strstr(said, bad[i][1]) || !strstr(said, D "a:2:"))
            fail_msg("%s: %s", bad[i][0], said);
        assert_string_equal(fixture_query(f, "SELECT module FROM pam_rule LIMIT 1"),
                            "pam_first.so\n");
        fixture_free(f);
    }
}

static void bounds_lines(void **state)
{
    (void)state;
    struct fixture *f = folder(D "a\n");
    struct buf text = {0};
    buf_add_text(&text, "auth required pam_x.so");
    for (int i = 0; i < 100000; i++)
        buf_add_text(&text, i % 2 ? " argument" : " \\\n");
    buf_add_text(&text, "\nauth required pam_y.so\n");
    fixture_file(f, D "a", text.ptr);
    fixture_fill(f, "pam_rule");
    assert_non_null(
        strstr(fixture_query(f, "SELECT group_concat(module) FROM pam_rule"), "pam_y.so"));
    assert_non_null(strstr(problem(f), D "a:1: the line is longer than"));
    buf_free(&text);
    fixture_free(f);
}

static void stops_at_nul(void **state)
{
    (void)state;
    struct fixture *f = folder(D "a\n");
    fixture_add_bytes(f, ITEM_FILE, D "a", ITEM_OK,
                      VIEW("auth required pam_x.so\n\0auth required pam_y.so\n"));
    fixture_fill(f, "pam_rule");
    assert_string_equal(fixture_query(f, "SELECT module FROM pam_rule"), "pam_x.so\n");
    assert_non_null(strstr(problem(f), D "a:2: holds a NUL byte"));
    fixture_free(f);
}

/* A chain of files, each including the next one `times` times. */
static struct fixture *chain(int files, int times)
{
    struct buf list = {0};
    for (int i = 0; i < files; i++)
        buf_printf(&list, D "f%02d\n", i);
    struct fixture *f = folder(list.ptr);
    for (int i = 0; i < files; i++) {
        char path[32];
        struct buf text = {0};
        snprintf(path, sizeof path, D "f%02d", i);
        for (int k = 0; k < times && i + 1 < files; k++)
            buf_printf(&text, "@include f%02d\n", i + 1);
        buf_add_text(&text, "auth required pam_x.so\n");
        fixture_file(f, path, text.ptr);
        buf_free(&text);
    }
    buf_free(&list);
    return f;
}

static void bounds_includes(void **state)
{
    (void)state;
    struct fixture *f = chain(40, 1);
    fixture_fill(f, "pam_rule");
    assert_non_null(
        strstr(fixture_used(f, "pam_rule"), D "f31|ok|1|includes are nested more than"));
    assert_string_equal(fixture_query(f,
                                      "SELECT count(*), max(depth) FROM pam_rule WHERE service = "
                                      "'f00'"),
                        "32|31\n");
    fixture_free(f);
    f = chain(30, 2); /* 2^30 rules without a bound */
    fixture_fill(f, "pam_rule");
    assert_non_null(strstr(fixture_used(f, "pam_rule"), "more than 64 MiB"));
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
    const struct source *sources = facts_sources_of("pam_rule", &count);
    assert_int_equal(count, 4);
    sources[0].follow(D "a",
                      VIEW("auth include common\n@include /opt/a\nauth substack \\\n sub/b\n"
                           "auth required /lib/pam_x.so\n#@include /opt/c\n\0@include /opt/d\n"),
                      note_pattern, &found);
    sources[3].follow("/etc/pam.conf", VIEW("login auth include /opt/e\nx @include y\n"),
                      note_pattern, &found);
    assert_string_equal(found.ptr, "/opt/a\n/etc/pam.d/sub/b\n/usr/lib/pam.d/sub/b\n"
                                   "/usr/share/pam.d/sub/b\n/opt/e\n");
    buf_free(&found);
}

/* ---- this machine ---------------------------------------------------------------------- */

static void add_real_file(struct fixture *f, const char *path)
{
    char bytes[65536];
    FILE *file = fopen(path, "r");
    if (!file) {
        fixture_status(f, ITEM_FILE, path, ITEM_DENIED);
        return;
    }
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    fixture_add_bytes(f, ITEM_FILE, path, ITEM_OK, (struct view){bytes, n});
}

/* A real configuration has no problems, and its services authenticate with pam_unix. */
static void reads_this_machine(void **state)
{
    (void)state;
    static const char *const patterns[] = {"/etc/pam.d/*", "/usr/lib/pam.d/*",
                                           "/usr/share/pam.d/*"};
    struct fixture *f = fixture_new();
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        glob_t found = {0};
        struct buf list = {0};
        buf_add_text(&list, "");
        if (glob(patterns[i], 0, NULL, &found) == 0)
            for (size_t k = 0; k < found.gl_pathc; k++) {
                buf_printf(&list, "%s\n", found.gl_pathv[k]);
                add_real_file(f, found.gl_pathv[k]);
            }
        fixture_list(f, patterns[i], list.ptr);
        globfree(&found);
        buf_free(&list);
    }
    fixture_fill(f, "pam_rule");
    assert_string_equal(problem(f), "");
    if (bundle_find(f->bundle, ITEM_FILE, "/etc/pam.d/su"))
        assert_string_equal(fixture_query(f,
                                          "SELECT count(*) > 0 FROM pam_rule WHERE service = 'su' "
                                          "AND type = 'auth' AND module = 'pam_unix.so'"),
                            "1\n");
    else
        print_message("no /etc/pam.d/su here: little to see\n");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_rules),        cmocka_unit_test(resolves_includes),
        cmocka_unit_test(finds_services),     cmocka_unit_test(reads_pam_conf_alone),
        cmocka_unit_test(ignores_pam_conf),   cmocka_unit_test(reports_bad_lines),
        cmocka_unit_test(bounds_lines),       cmocka_unit_test(stops_at_nul),
        cmocka_unit_test(bounds_includes),    cmocka_unit_test(follows_includes),
        cmocka_unit_test(reads_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
