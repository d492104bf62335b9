/* Tests of the readers of the probes "listening" and "processes". */
#include "fixture.h"

static struct fixture *fixture_of(const char *probe, const char *text)
{
    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_LIVE, probe, ITEM_OK, view_of(text));
    return f;
}

static void reads_ports_and_programs(void **state)
{
    (void)state;
    struct fixture *f =
        fixture_of("listening", "socket\ttcp\tipv4\t0.0.0.0\t22\t0\n"
                                "holder\t1\t0\tinit.scope\tsystemd\t/lib/systemd/systemd\n"
                                "holder\t40\t0\tssh.service\ta\\tb\t/usr/sbin/sshd (deleted)\n"
                                "socket\tudp\tipv6\t::1\t53\t101\n"
                                "socket\ttcp\tipv6\t::ffff:127.0.0.2\t80\t33\n");
    assert_string_equal(fixture_rows(f, "listening_port"),
                        "tcp|ipv4|0.0.0.0|22|0|0|1|listening|1\n"
                        "udp|ipv6|::1|53|101|1|0|listening|4\n"
                        "tcp|ipv6|::ffff:127.0.0.2|80|33|1|0|listening|5\n");
    assert_string_equal(
        fixture_rows(f, "listening_program"),
        "tcp|ipv4|0.0.0.0|22|0|1|systemd|/lib/systemd/systemd|0|0|init.scope|listening|2\n"
        "tcp|ipv4|0.0.0.0|22|0|40|a\tb|/usr/sbin/sshd|1|0|ssh.service|listening|3\n"
        "udp|ipv6|::1|53|1|-|-|-|-|-|-|listening|4\n"
        "tcp|ipv6|::ffff:127.0.0.2|80|1|-|-|-|-|-|-|listening|5\n");
    assert_string_equal(fixture_used(f, "listening_program"), "listening|ok|0|-\n");
    fixture_free(f);
}

/* The ports are whole for everyone; only the programs are not. */
static void denied_descriptors_concern_programs_only(void **state)
{
    (void)state;
    static const char *const ends[] = {"denied\t7\n", "hidden\n", "cut\n"};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        char text[256];
        snprintf(text, sizeof text, "socket\ttcp\tipv4\t0.0.0.0\t22\t0\n%s", ends[i]);
        struct fixture *f = fixture_of("listening", text);
        fixture_fill(f, "listening_port");
        fixture_fill(f, "listening_program");
        assert_string_equal(fixture_used(f, "listening_port"), "listening|ok|0|-\n");
        assert_non_null(strstr(fixture_used(f, "listening_program"), "listening|ok|2|"));
        fixture_free(f);
    }
}

/* Denied processes do not matter when every socket has its holder. */
static void found_holders_are_enough(void **state)
{
    (void)state;
    struct fixture *f = fixture_of("listening", "socket\ttcp\tipv4\t0.0.0.0\t22\t0\n"
                                                "holder\t1\t0\t\tx\t/bin/x\ndenied\t7\n");
    fixture_fill(f, "listening_program");
    assert_string_equal(fixture_used(f, "listening_program"), "listening|ok|0|-\n");
    fixture_free(f);
    f = fixture_of("listening", "socket\ttcp\tipv4\t0.0.0.0\t22\t0\nholder\t1\t0\t\tx\t\n");
    assert_string_equal(fixture_rows(f, "listening_program"),
                        "tcp|ipv4|0.0.0.0|22|0|1|x|-|-|0|-|listening|2\n");
    assert_non_null(strstr(fixture_used(f, "listening_program"), "may not be read"));
    fixture_free(f);
}

static void odd_records_are_problems(void **state)
{
    (void)state;
    static const char *const odd[] = {"socket\ttcp\tipv4\t0.0.0.0\t65536\t0\n", "socket\ttcp\n",
                                      "rubbish\n", "holder\t1\n",
                                      "socket\ta\tb\tc\td\te\tf\tg\th\ti\tj\n"};
    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        struct fixture *f = fixture_of("listening", odd[i]);
        assert_string_equal(fixture_rows(f, "listening_port"), "");
        assert_non_null(strstr(fixture_used(f, "listening_port"), "listening|ok|1|no record"));
        fixture_free(f);
    }
}

static void reads_processes(void **state)
{
    (void)state;
    struct fixture *f =
        fixture_of("processes", "process\t1\t0\t0\tS\t0\tinit.scope\tsystemd\n"
                                "process\t2\t0\t0\tI\t1\t\tkthreadd\nprocess\tx\nhidden\n");
    assert_string_equal(fixture_rows(f, "process"), "1|0|0|S|0|init.scope|systemd|processes|1\n"
                                                    "2|0|0|I|1|-|kthreadd|processes|2\n");
    assert_non_null(strstr(fixture_used(f, "process"), "processes|ok|3|no record"));
    fixture_free(f);
    f = fixture_of("processes", "hidden\n");
    fixture_fill(f, "process");
    assert_non_null(strstr(fixture_used(f, "process"), "does not show all"));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_ports_and_programs),
        cmocka_unit_test(denied_descriptors_concern_programs_only),
        cmocka_unit_test(found_holders_are_enough),
        cmocka_unit_test(odd_records_are_problems),
        cmocka_unit_test(reads_processes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
