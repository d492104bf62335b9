/* Tests of the readers of passwd, shadow, group and gshadow, and of the reduction of hashes. */
#include "fixture.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#define SIX "$6$abcdefgh$0123456789012345678901234567890123456789012345678901234567890123456789"

static void reads_passwd(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_reduced_file(f, "account", "/etc/passwd",
                         "root:x:0:0:root:/root:/bin/bash\n"
                         "# a remark\n"
                         "\n"
                         "  bin::2:2:Bin, the:/bin:\r\n"
                         "old:" SIX ":1000:100:::\n"
                         "root:*:0:0::/:/bin/sh");
    assert_string_equal(fixture_rows(f, "account"),
                        "root|shadow|0|0|root|/root|/bin/bash|/etc/passwd|1\n"
                        "bin|empty|2|2|Bin, the|/bin||/etc/passwd|4\n"
                        "old|set|1000|100||||/etc/passwd|5\n"
                        "root|none|0|0||/|/bin/sh|/etc/passwd|6\n");
    assert_string_equal(fixture_used(f, "account"), "/etc/passwd|ok|0|-\n");
    fixture_free(f);
}

/* glibc takes these lines, so they must have rows; they are problems all the same. */
static void keeps_odd_lines_of_passwd(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/passwd",
                 "toor:x:+0:0\n"
                 "more:x:00: 0:a:b:/bin/sh:x\n"
                 "big:x:4294967296:-1:::\n"
                 "word:x:zero:0:::\n"
                 "short:x:1\n"
                 "nothing\n"
                 "+\n"
                 "+@admins::::::\n"
                 "-eve::::::\n"
                 "+ann:x:5:6::/h:/s\n");
    assert_string_equal(fixture_rows(f, "account"), "toor|shadow|0|0||||/etc/passwd|1\n"
                                                    "more|shadow|0|0|a|b|/bin/sh:x|/etc/passwd|2\n"
                                                    "big|shadow|-|-||||/etc/passwd|3\n"
                                                    "word|shadow|-|0||||/etc/passwd|4\n"
                                                    "+|-|-|-|-|-|-|/etc/passwd|7\n"
                                                    "+@admins|empty|-|-||||/etc/passwd|8\n"
                                                    "-eve|empty|-|-||||/etc/passwd|9\n"
                                                    "+ann|shadow|5|6||/h|/s|/etc/passwd|10\n");
    assert_string_equal(fixture_used(f, "account"),
                        "/etc/passwd|ok|1|a line of passwd has seven fields\n");
    fixture_free(f);
}

static void finds_colons_too_many(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/passwd", "a:x:1:1:::/bin/sh\nb:x:2:2:::/bin/sh:\n");
    assert_string_equal(fixture_rows(f, "account"), "a|shadow|1|1|||/bin/sh|/etc/passwd|1\n"
                                                    "b|shadow|2|2|||/bin/sh:|/etc/passwd|2\n");
    assert_string_equal(fixture_used(f, "account"),
                        "/etc/passwd|ok|2|a line of passwd has seven fields\n");
    fixture_free(f);
}

static void reads_shadow(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_reduced_file(f, "shadow", "/etc/shadow",
                         "root:" SIX ":19000:0:99999:7:::\n"
                         "a::19000:0:90:7:30:20000:\n"
                         "b:*:19000::::::\n"
                         "c:!:19000::::::\n"
                         "d:!!:::::::\n"
                         "e:!*:::::::\n"
                         "f:!" SIX ":0:-1:-1::::\n"
                         "g:$6$rounds=656000$salt$hash:::::::\n"
                         "h:$y$j9T$salt$hash:::::::\n"
                         "i:$2b$12$saltsaltsaltsalt:::::::\n"
                         "j:abJnggxhB/yWI:::::::\n"
                         "k:_J9..CCCCXBrJUJV154M:::::::\n"
                         "l:$9$what$ever:::::::\n"
                         "m:plain text:::::::\n"
                         "n:x:::::::\n"
                         "o:$sm3$salt$hash:::::::\n"
                         "p:$1$salt$hash:::::::\n"
                         "q:$5$rounds=zz$salt$hash:::::::\n");
    assert_string_equal(fixture_rows(f, "shadow"),
                        "root|set|sha512|5000|19000|0|99999|7|-|-|/etc/shadow|1\n"
                        "a|empty|-|-|19000|0|90|7|30|20000|/etc/shadow|2\n"
                        "b|none|-|-|19000|-|-|-|-|-|/etc/shadow|3\n"
                        "c|none|-|-|19000|-|-|-|-|-|/etc/shadow|4\n"
                        "d|none|-|-|-|-|-|-|-|-|/etc/shadow|5\n"
                        "e|none|-|-|-|-|-|-|-|-|/etc/shadow|6\n"
                        "f|locked|sha512|5000|0|-|-|-|-|-|/etc/shadow|7\n"
                        "g|set|sha512|656000|-|-|-|-|-|-|/etc/shadow|8\n"
                        "h|set|yescrypt|-|-|-|-|-|-|-|/etc/shadow|9\n"
                        "i|set|blowfish|4096|-|-|-|-|-|-|/etc/shadow|10\n"
                        "j|set|des|25|-|-|-|-|-|-|/etc/shadow|11\n"
                        "k|set|bsdi|-|-|-|-|-|-|-|/etc/shadow|12\n"
                        "l|set|unknown|-|-|-|-|-|-|-|/etc/shadow|13\n"
                        "m|none|-|-|-|-|-|-|-|-|/etc/shadow|14\n"
                        "n|none|-|-|-|-|-|-|-|-|/etc/shadow|15\n"
                        "o|set|sm3|5000|-|-|-|-|-|-|/etc/shadow|16\n"
                        "p|set|md5|1000|-|-|-|-|-|-|/etc/shadow|17\n"
                        "q|set|sha256|-|-|-|-|-|-|-|/etc/shadow|18\n");
    assert_string_equal(fixture_used(f, "shadow"), "/etc/shadow|ok|0|-\n");
    fixture_free(f);
}

static void finds_broken_lines_of_shadow(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_reduced_file(f, "shadow", "/etc/shadow",
                         "root:*:19000:0:99999:7:::\na:*:-5:0:soon:7:::\nb:*:1\nc\n");
    assert_string_equal(fixture_rows(f, "shadow"),
                        "root|none|-|-|19000|0|99999|7|-|-|/etc/shadow|1\n"
                        "a|none|-|-|-|0|-|7|-|-|/etc/shadow|2\n"
                        "b|none|-|-|1|-|-|-|-|-|/etc/shadow|3\n");
    assert_string_equal(fixture_used(f, "shadow"),
                        "/etc/shadow|ok|2|a field is no number of days\n");
    fixture_free(f);
}

/* What is stored must hold no hash, wherever it stands. */
static void reduces_every_hash(void **state)
{
    (void)state;
    struct buf out = {0};
    fixture_reduced("shadow", "/etc/shadow",
                    "root:" SIX ":19000:0:99999:7:::\r\n"
                    "#root:" SIX ":19000::::::\n"
                    "stray:*:" SIX ":::::\n" SIX "\n" SIX ":x\n"
                    "# remark with " SIX "\n"
                    "\n"
                    "+\n"
                    "plain:hunter2:1:2:3:4:5:6:7",
                    &out);
    assert_string_equal(out.ptr, "root:{sha512,5000}:19000:0:99999:7:::\r\n"
                                 "#root:{sha512,5000}:19000::::::\n"
                                 "stray:*:?:::::\n"
                                 "?\n"
                                 "{secret}:x\n"
                                 "#\n"
                                 "\n"
                                 "+\n"
                                 "plain:?:1:2:3:4:5:6:7");
    out.len = 0;
    fixture_reduced("account", "/etc/passwd", "a:x:1:1:gecos " SIX ":/:/bin/sh\nb:Zx:1", &out);
    assert_string_equal(out.ptr, "a:x:1:1:{secret}:/:/bin/sh\nb:?:1");
    buf_free(&out);
}

/* A token written into the file by hand is no hash and must not pass for one. */
static void takes_no_token_for_a_hash(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_reduced_file(f, "shadow", "/etc/shadow", "a:{sha512,5000}:1::::::\n");
    assert_string_equal(fixture_rows(f, "shadow"), "a|none|-|-|1|-|-|-|-|-|/etc/shadow|1\n");
    fixture_free(f);
}

static void reads_group(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_reduced_file(f, "user_group", "/etc/group",
                         "root:x:0:\nsudo:x:27:ann, bob,,\n+\nbad:x:no:\nshort:x\nmore::1:a:b");
    assert_string_equal(fixture_rows(f, "user_group"), "root|shadow|0|/etc/group|1\n"
                                                       "sudo|shadow|27|/etc/group|2\n"
                                                       "+|-|-|/etc/group|3\n"
                                                       "bad|shadow|-|/etc/group|4\n"
                                                       "more|empty|1|/etc/group|6\n");
    assert_string_equal(fixture_rows(f, "group_member"), "sudo|ann|/etc/group|2\n"
                                                         "sudo|bob|/etc/group|2\n"
                                                         "more|a|/etc/group|6\n");
    assert_string_equal(fixture_used(f, "group_member"),
                        "/etc/group|ok|4|the group number is no number that the system takes\n");
    fixture_free(f);
}

static void reads_gshadow(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_reduced_file(f, "group_password", "/etc/gshadow",
                         "root:*::\nsudo:!:ann,bob:carl\nlab:" SIX "::\nopen:::\nbad:x\n");
    assert_string_equal(fixture_rows(f, "group_password"), "root|none|-|/etc/gshadow|1\n"
                                                           "sudo|none|-|/etc/gshadow|2\n"
                                                           "lab|set|sha512|/etc/gshadow|3\n"
                                                           "open|empty|-|/etc/gshadow|4\n"
                                                           "bad|none|-|/etc/gshadow|5\n");
    assert_string_equal(fixture_rows(f, "group_admin"), "sudo|ann|/etc/gshadow|2\n"
                                                        "sudo|bob|/etc/gshadow|2\n");
    assert_string_equal(fixture_used(f, "group_admin"),
                        "/etc/gshadow|ok|5|a line of gshadow has four fields\n");
    fixture_free(f);
}

static char *slurp(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    struct buf text = {0};
    char block[4096];
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;)
        buf_add(&text, block, n);
    fclose(file);
    return text.ptr;
}

/* This machine's own files, against what the C library makes of them. */
static void agrees_with_the_c_library(void **state)
{
    (void)state;
    char *text = slurp("/etc/passwd");
    if (!text || strstr(text, "\n+"))
        skip();
    struct fixture *f = fixture_new();
    struct buf expected = {0};
    fixture_reduced_file(f, "account", "/etc/passwd", text);
    FILE *file = fopen("/etc/passwd", "r");
    for (struct passwd *p; (p = fgetpwent(file));)
        buf_printf(&expected, "%s|%u|%u|%s|%s|%s\n", p->pw_name, p->pw_uid, p->pw_gid, p->pw_gecos,
                   p->pw_dir, p->pw_shell);
    fclose(file);
    fixture_fill(f, "account");
    assert_string_equal(
        fixture_query(f, "SELECT name, uid, gid, gecos, home, shell FROM account ORDER BY rowid"),
        expected.ptr);
    fixture_free(f);
    buf_free(&expected);
    mem_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_passwd),
        cmocka_unit_test(keeps_odd_lines_of_passwd),
        cmocka_unit_test(finds_colons_too_many),
        cmocka_unit_test(reads_shadow),
        cmocka_unit_test(finds_broken_lines_of_shadow),
        cmocka_unit_test(reduces_every_hash),
        cmocka_unit_test(takes_no_token_for_a_hash),
        cmocka_unit_test(reads_group),
        cmocka_unit_test(reads_gshadow),
        cmocka_unit_test(agrees_with_the_c_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
