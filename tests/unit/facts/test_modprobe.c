/* Tests of the readers of modprobe.d and of the loaded modules. */
#include "fixture.h"

static void reads_rules(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_list(f, "/etc/modprobe.d/*.conf", "/etc/modprobe.d/a.conf\n");
    fixture_list(f, "/usr/lib/modprobe.d/*.conf",
                 "/usr/lib/modprobe.d/a.conf\n/usr/lib/modprobe.d/b.conf\n");
    fixture_file(f, "/etc/modprobe.d/a.conf",
                 "# install x /bin/true\n"
                 "install usb-storage /bin/true\n"
                 "options a-b x-y=1 \\\n  z=2\n"
                 "blacklist  firewire-core\n"
                 "alias net-pf-[0-9]-* x-y\n"
                 "install dccp\nfrobnicate a b\n");
    fixture_status(f, ITEM_FILE, "/usr/lib/modprobe.d/a.conf", ITEM_DENIED);
    fixture_file(f, "/usr/lib/modprobe.d/b.conf", "softdep a pre: b");
    assert_string_equal(fixture_rows(f, "modprobe_rule"),
                        "install|usb_storage|/bin/true|/etc/modprobe.d/a.conf|2\n"
                        "options|a_b|x-y=1  z=2|/etc/modprobe.d/a.conf|3\n"
                        "blacklist|firewire_core||/etc/modprobe.d/a.conf|5\n"
                        "alias|net_pf_[0-9]_*|x_y|/etc/modprobe.d/a.conf|6\n"
                        "softdep|a|pre: b|/usr/lib/modprobe.d/b.conf|1\n");
    assert_non_null(strstr(fixture_used(f, "modprobe_rule"), "a.conf|ok|7|no line"));
    assert_null(strstr(f->answer.ptr, "denied")); /* the hidden file */
    fixture_free(f);
}

static void reads_loaded_modules(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_LIVE, "modules", ITEM_OK,
                      VIEW("nf_tables 311296 3 a,b, Live 0x0\nusb-storage 1 0 - Live 0x0\nbad\n"));
    assert_string_equal(fixture_rows(f, "module_loaded"), "nf_tables|311296|a,b|modules|1\n"
                                                          "usb_storage|1||modules|2\n");
    assert_non_null(strstr(fixture_used(f, "module_loaded"), "modules|ok|3|"));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_rules),
        cmocka_unit_test(reads_loaded_modules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
