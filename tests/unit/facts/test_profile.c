/* Tests of the reader of the shells' start files. */
#include "fixture.h"

#define COLUMNS                                                                                    \
    "SELECT name, value, kind, conditional, effective, line FROM shell_setting ORDER BY rowid"

static struct fixture *with_profile(const char *text)
{
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/profile", text);
    fixture_list(f, "/etc/profile.d/*.sh", "");
    fixture_list(f, "/etc/bash.bashrc.d/*", "");
    fixture_fill(f, "shell_setting");
    return f;
}

static void reads_statements(void **state)
{
    (void)state;
    struct fixture *f = with_profile("# TMOUT=1\n"
                                     "TMOUT=600; export TMOUT # why\n"
                                     "readonly  LIMIT='a b'\n"
                                     "declare -xr X=\"1\\$2\" Y=2;typeset -x Z=3\n"
                                     "umask 027 ; umask -S\n"
                                     "export P=$PATH:/x Q=`id` R=$(a \")\" (b)) S=${T}\n"
                                     "A=1 B=2 /bin/cmd C=3\n"
                                     "D=1 E=\\\n2\n"
                                     "unset D; . /etc/own.sh\n"
                                     "L+=x; M=(a b); [ a = b ]; N=a\\ b'c'\"d\" 2>/dev/null");
    assert_string_equal(fixture_query(f, COLUMNS), "TMOUT|600|assignment|0|1|2\n"
                                                   "TMOUT|-|export|0|0|2\n"
                                                   "LIMIT|a b|readonly|0|1|3\n"
                                                   "X|1$2|readonly|0|1|4\n"
                                                   "Y|2|readonly|0|1|4\n"
                                                   "Z|3|export|0|1|4\n"
                                                   "umask|027|umask|0|1|5\n"
                                                   "P|-|export|0|1|6\n"
                                                   "Q|-|export|0|1|6\n"
                                                   "R|-|export|0|1|6\n"
                                                   "S|-|export|0|1|6\n"
                                                   "D|1|assignment|0|0|8\n"
                                                   "E|2|assignment|0|1|8\n"
                                                   "D|-|unset|0|0|10\n"
                                                   "source|/etc/own.sh|source|0|0|10\n"
                                                   "L|-|assignment|0|1|11\n"
                                                   "M|-|assignment|0|1|11\n"
                                                   "N|a bcd|assignment|0|1|11\n");
    assert_null(strstr(fixture_used(f, "shell_setting"), "|ok|0|e"));
    fixture_free(f);
}

static void knows_what_is_conditional(void **state)
{
    (void)state;
    struct fixture *f =
        with_profile("if [ a ]; then A=1; elif true\nthen\n A=2\nelse A=3; fi; A=4\n"
                     "case \"$x\" in\n  a|(b) B=1 ;;\n *c*) B=2;; esac\nB=3\n"
                     "for i in a b; do C=1; done; while read x; do C=2\ndone <f\n"
                     "fn() { D=1; }\nfunction g {\n D=2\n}\n(E=1); E=2\n"
                     "[ x ] && F=1; F=2 && export F || G=1\nH=1 &&\nreadonly H\n"
                     "cat <<EOF; I=1\nJ=1\nif\nEOF\nK=1\n"
                     "x=$((1 << 2)); if (( a > 2 )); then L=1; fi\nfi=1 M=if\n");
    assert_string_equal(
        fixture_query(f, "SELECT group_concat(name || '=' || coalesce(value, '') || ':' || "
                         "conditional || coalesce(effective, '?'), ' ') FROM shell_setting"),
        "A=1:1? A=2:1? A=3:1? A=4:01 B=1:1? B=2:1? B=3:01 C=1:1? C=2:1? D=1:1? D=2:1? "
        "E=1:1? E=2:01 F=1:1? F=2:01 F=:00 G=1:1? H=1:01 H=:00 I=1:01 K=1:01 x=:01 L=1:1? "
        "fi=1:01 M=if:01\n");
    assert_non_null(strstr(fixture_used(f, "shell_setting"), "/etc/profile|ok|0|-\n"));
    fixture_free(f);
}

static void read_only_wins_over_later_files(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/profile", "umask 022\nTMOUT=600\n");
    fixture_list(f, "/etc/profile.d/*.sh", "/etc/profile.d/a.sh\n/etc/profile.d/b.sh\n");
    fixture_file(f, "/etc/profile.d/a.sh", "readonly TMOUT=300\n");
    fixture_file(f, "/etc/profile.d/b.sh", "TMOUT=0\nif x; then TMOUT=1; fi\n");
    fixture_file(f, "/etc/bash.bashrc", "umask 077\n");
    fixture_list(f, "/etc/bash.bashrc.d/*", "");
    fixture_fill(f, "shell_setting");
    assert_string_equal(
        fixture_query(f, "SELECT name, value, effective, shell FROM shell_setting ORDER BY rowid"),
        "umask|022|0|login\nTMOUT|600|0|login\nTMOUT|300|1|login\nTMOUT|0|0|login\n"
        "TMOUT|1|0|login\numask|077|1|bash\n");
    fixture_free(f);
}

static void says_what_it_cannot_read(void **state)
{
    (void)state;
    static const char *const broken[] = {"A=1\nB='x",       "A=1\nB=$(x", "A=1\nB=`x",
                                         "A=1\nfi",         "A=1\n)",     "A=1\nif x; then B=1",
                                         "A=1\ncat <<E\nx", "A=1\nB=(x"};
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        struct fixture *f = with_profile(broken[i]);
        assert_non_null(strstr(fixture_query(f, COLUMNS), "A|1|assignment|0|1|1\n"));
        assert_null(strstr(fixture_used(f, "shell_setting"), "/etc/profile|ok|0|-"));
        fixture_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_statements),
        cmocka_unit_test(knows_what_is_conditional),
        cmocka_unit_test(read_only_wins_over_later_files),
        cmocka_unit_test(says_what_it_cannot_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
