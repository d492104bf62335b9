/* Tests of the reader of what tells a machine from others. */
#include "fixture.h"

static void reads_all(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
    fixture_file(f, "/etc/hostname", "# name\n\nh1.example\nh2\n");
    fixture_add_bytes(f, ITEM_LIVE, "machine", ITEM_OK,
                      view_of("serial = SN 1\naddress = 10.0.0.1\naddress = fd00::1\nnonsense\n"));
    assert_string_equal(fixture_rows(f, "machine"),
                        "machine_id|0123456789abcdef0123456789abcdef|/etc/machine-id|1\n"
                        "name|h1.example|/etc/hostname|1\n"
                        "serial|SN 1|machine|1\n"
                        "address|10.0.0.1|machine|2\n"
                        "address|fd00::1|machine|3\n");
    assert_non_null(strstr(fixture_used(f, "machine"), "key = value"));
    fixture_free(f);
}

static void an_image_has_no_id(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/machine-id", "uninitialized\n");
    assert_string_equal(fixture_rows(f, "machine"), "");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all),
        cmocka_unit_test(an_image_has_no_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
