/* Tests of the reader of the boot loader's files, and of what it keeps of their passwords. */
#include "fixture.h"

static const char grub[] = "set superusers=\"root,ops\"\n"
                           "password_pbkdf2 root grub.pbkdf2.sha512.10000.SALT.HASH\n"
                           "password ops letmein\n"
                           "  if true; then password other \"open sesame\"; fi\n"
                           "menuentry 'Linux 6' --class x {\n"
                           "  linux /vmlinuz root=UUID=1 ro \"dyndbg=file a b\" $more\n"
                           "}\n";

static void keeps_no_secret(void **state)
{
    (void)state;
    struct buf reduced = {0};
    fixture_reduced("boot_password", "/boot/grub/grub.cfg", grub, &reduced);
    static const char *const secrets[] = {"SALT", "HASH", "letmein", "sesame"};
    for (size_t i = 0; i < COUNT_OF(secrets); i++)
        assert_null(strstr(reduced.ptr, secrets[i]));
    assert_non_null(
        strstr(reduced.ptr, "password_pbkdf2 root grub.pbkdf2.sha512.10000.{secret}\n"));
    reduced.len = 0;
    fixture_reduced("boot_password", "/boot/grub2/user.cfg",
                    "GRUB2_PASSWORD=grub.pbkdf2.sha512.10000.AA.BB\n", &reduced);
    assert_string_equal(reduced.ptr, "GRUB2_PASSWORD=grub.pbkdf2.sha512.10000.{secret}\n");
    buf_free(&reduced);
}

static void reads_grub(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_reduced_file(f, "boot_password", "/boot/grub/grub.cfg", grub);
    assert_string_equal(fixture_rows(f, "boot_password"),
                        "root|pbkdf2|1|sha512|10000|/boot/grub/grub.cfg|2\n"
                        "ops|plain|1|-|-|/boot/grub/grub.cfg|3\n");
    assert_string_equal(fixture_rows(f, "boot_setting"),
                        "root|UUID=1|Linux 6|/boot/grub/grub.cfg|6\n"
                        "ro|-|Linux 6|/boot/grub/grub.cfg|6\n"
                        "dyndbg|file a b|Linux 6|/boot/grub/grub.cfg|6\n");
    fixture_free(f);
}

static void reads_red_hat(void **state)
{
    (void)state;
    for (int has_user = 0; has_user < 2; has_user++) {
        struct fixture *f = fixture_new();
        fixture_reduced_file(f, "boot_password", "/boot/grub2/grub.cfg",
                             "if [ -n \"${GRUB2_PASSWORD}\" ]; then\n"
                             "  set superusers=\"root\"\n  export superusers\n"
                             "  password_pbkdf2 root ${GRUB2_PASSWORD}\nfi\n");
        if (has_user)
            fixture_reduced_file(f, "boot_password", "/boot/grub2/user.cfg",
                                 "GRUB2_PASSWORD=grub.pbkdf2.sha512.20000.AA.BB\n");
        fixture_reduced_file(f, "boot_password", "/boot/grub2/grubenv",
                             "# GRUB Environment Block\nkernelopts=root=/dev/x audit=1\n");
        fixture_list(f, "/boot/loader/entries/*.conf", "/boot/loader/entries/a.conf\n");
        fixture_file(f, "/boot/loader/entries/a.conf",
                     "title T\noptions $kernelopts $none quiet\n");
        assert_string_equal(fixture_rows(f, "boot_password"),
                            has_user ? "root|pbkdf2|1|sha512|20000|/boot/grub2/grub.cfg|4\n" : "");
        assert_string_equal(fixture_rows(f, "boot_setting"),
                            "root|/dev/x|a.conf|/boot/loader/entries/a.conf|2\n"
                            "audit|1|a.conf|/boot/loader/entries/a.conf|2\n"
                            "quiet|-|a.conf|/boot/loader/entries/a.conf|2\n");
        fixture_free(f);
    }
}

static void reads_defaults_and_running(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/default/grub",
                 "GRUB_CMDLINE_LINUX=\"a=1\"\nGRUB_CMDLINE_LINUX_DEFAULT=quiet\n"
                 "# GRUB_CMDLINE_LINUX=z\n");
    fixture_list(f, "/etc/default/grub.d/*.cfg", "/etc/default/grub.d/x.cfg\n");
    fixture_file(f, "/etc/default/grub.d/x.cfg",
                 "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX b\"\n"
                 "GRUB_CMDLINE_LINUX_DEFAULT=\"${GRUB_CMDLINE_LINUX_DEFAULT} $(rm x)\"\n");
    fixture_add_bytes(f, ITEM_LIVE, "cmdline", ITEM_OK, VIEW("ro audit=0\n"));
    assert_string_equal(fixture_rows(f, "boot_setting"),
                        "a|1|GRUB_CMDLINE_LINUX|/etc/default/grub.d/x.cfg|1\n"
                        "b|-|GRUB_CMDLINE_LINUX|/etc/default/grub.d/x.cfg|1\n"
                        "quiet|-|GRUB_CMDLINE_LINUX_DEFAULT|/etc/default/grub.d/x.cfg|2\n"
                        "$(rm|-|GRUB_CMDLINE_LINUX_DEFAULT|/etc/default/grub.d/x.cfg|2\n"
                        "x)|-|GRUB_CMDLINE_LINUX_DEFAULT|/etc/default/grub.d/x.cfg|2\n"
                        "ro|-|running|cmdline|1\naudit|0|running|cmdline|1\n");
    assert_non_null(strstr(fixture_used(f, "boot_setting"), "x.cfg|ok|2|the shell"));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_no_secret),
        cmocka_unit_test(reads_grub),
        cmocka_unit_test(reads_red_hat),
        cmocka_unit_test(reads_defaults_and_running),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
