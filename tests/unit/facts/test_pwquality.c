/* Tests of the reader of pwquality.conf. */
#include "fixture.h"

#define MAIN    "/etc/security/pwquality.conf"
#define DROP_IN "/etc/security/pwquality.conf.d/*.conf"
#define FOLDER  "/etc/security/pwquality.conf.d/"

static void reads_drop_ins_first(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_list(f, DROP_IN, FOLDER "10.conf\n" FOLDER "20.conf\n");
    fixture_file(f, FOLDER "10.conf", "minlen = 10\nminclass=3\nenforce_for_root\n");
    fixture_file(f, FOLDER "20.conf", "MinClass = 4 # four\n");
    fixture_file(f, MAIN,
                 "# minlen = 8\n  minlen=12\r\nminlen 14\ndcredit = -1\nbadwords = a b  c\n"
                 "dictpath =\nretry==3\n");
    assert_string_equal(fixture_rows(f, "pwquality"), "minlen|10|0|" FOLDER "10.conf|1\n"
                                                      "minclass|3|0|" FOLDER "10.conf|2\n"
                                                      "enforce_for_root||1|" FOLDER "10.conf|3\n"
                                                      "minclass|4|1|" FOLDER "20.conf|1\n"
                                                      "minlen|12|0|" MAIN "|2\n"
                                                      "minlen|14|1|" MAIN "|3\n"
                                                      "dcredit|-1|1|" MAIN "|4\n"
                                                      "badwords|a b  c|1|" MAIN "|5\n"
                                                      "dictpath||1|" MAIN "|6\n"
                                                      "retry|=3|0|" MAIN "|7\n");
    assert_string_equal(fixture_used(f, "pwquality"),
                        DROP_IN "|ok|0|-\n" FOLDER "10.conf|ok|0|-\n" FOLDER "20.conf|ok|0|-\n" MAIN
                                "|ok|7|libpwquality stops reading at 'retry': its value is no "
                                "number\n");
    fixture_free(f);
}

/* libpwquality reads no further than a line it does not take. */
static void stops_at_bad_lines(void **state)
{
    (void)state;
    static const char *const bad[] = {"minlength = 9",       "minlen = ten", "minlen",
                                      "minlen = 2147483647", "= 5",          "minlen = 9x"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        char text[128];
        struct fixture *f = fixture_new();
        fixture_list(f, DROP_IN, "");
        snprintf(text, sizeof text, "difok = 1\n%s\ndifok = 7\n", bad[i]);
        fixture_file(f, MAIN, text);
        fixture_fill(f, "pwquality");
        assert_string_equal(fixture_query(f, "SELECT key, value FROM pwquality WHERE effective"),
                            "difok|1\n");
        assert_string_equal(fixture_query(f, "SELECT count(*) FROM pwquality"), "3\n");
        assert_non_null(strstr(fixture_used(f, "pwquality"), "|2|libpwquality stops reading"));
        fixture_free(f);
    }
}

static void survives_bad_bytes(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct buf text = {0};
    buf_add_text(&text, "minlen = 9\nbadwords = ");
    for (int i = 0; i < 2000; i++)
        buf_add_text(&text, "word ");
    buf_add(&text, "\nminlen = 10\n\0minlen = 11", 24);
    fixture_add_bytes(f, ITEM_FILE, MAIN, ITEM_OK, buf_view(&text));
    fixture_status(f, ITEM_LIST, DROP_IN, ITEM_ABSENT);
    fixture_fill(f, "pwquality");
    assert_string_equal(fixture_query(f, "SELECT value, effective FROM pwquality"), "9|1\n10|0\n");
    assert_non_null(strstr(fixture_used(f, "pwquality"), MAIN "|ok|4|holds a NUL byte"));
    buf_free(&text);
    fixture_free(f);
}

static void reads_nothing_from_nothing(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_status(f, ITEM_FILE, MAIN, ITEM_DENIED);
    assert_string_equal(fixture_rows(f, "pwquality"), "");
    assert_string_equal(fixture_used(f, "pwquality"), DROP_IN "|none|0|-\n" MAIN "|denied|0|-\n");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_drop_ins_first),
        cmocka_unit_test(stops_at_bad_lines),
        cmocka_unit_test(survives_bad_bytes),
        cmocka_unit_test(reads_nothing_from_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
