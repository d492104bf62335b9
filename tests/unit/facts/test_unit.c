/* Tests of the reader of systemd units, also against the real `systemctl --root`. */
#include "fixture.h"

#include "sensor/host/host.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* One row a unit of a tree in the real file system: "name|state\n". */
static struct fixture *collect(const char *root)
{
    struct fixture *f = fixture_new();
    size_t count;
    const struct source *sources = facts_sources_of("unit", &count);
    const struct source **wished = mem_new(count * sizeof(struct source *));
    for (size_t i = 0; i < count; i++)
        wished[i] = &sources[i];
    struct wishes wishes = {.sources = wished, .source_count = count};
    struct host *host;
    fixture_ok(host_open_root(root, &host));
    fixture_ok(host_collect(host, &wishes, 0, f->bundle));
    host_close(host);
    mem_free(wished);
    fixture_fill(f, "unit");
    return f;
}

static const char tree[] =
    "set -e; cd \"$ROOT\"\n"
    "mkdir -p etc/systemd/system/multi-user.target.wants etc/systemd/system/drop.service.d "
    "etc/systemd/system/s.target.requires usr/lib/systemd/system/x.target.wants "
    "run/systemd/system/x.target.wants usr/local/lib/systemd/system opt etc/init.d etc/rc3.d\n"
    "cd usr/lib/systemd/system\n"
    "for u in on off runs drop; do printf "
    "\"[Service]\\nExecStart=/bin/$u\\n[Install]\\nWantedBy=multi-user.target\\n\" >$u.service; "
    "done\n"
    "printf '[Service]\\nExecStart=/bin/s\\n' | tee still.service gone1.service gone2.service "
    "local.service pulled.service >used.service\n"
    "printf "
    "'[Service]\\nExecStart=/bin/g\\n[Install]\\nWantedBy=x.target\\nDefaultInstance=one\\n' "
    "| tee t@.service >d@.service\n"
    "printf '[Service]\\nExecStart=/bin/a\\n[Install]\\nAlias=said.service\\n' >named.service\n"
    "printf '[Service]\\nExecStart=/bin/a\\n[Install]\\nAlso=off.service\\n' >also.service\n"
    "printf '[Socket]\\nListenStream=1\\n[Install]\\nRequiredBy=s.target\\n' >s.socket\n"
    "printf '[Timer]\\nOnCalendar=daily\\n' >day.timer; printf '[Unit]\\n' >x.target\n"
    "ln -s off.service other.service; ln -s other.service third.service\n"
    "ln -s ../pulled.service x.target.wants/; ln -s ../t@.service x.target.wants/t@pkg.service\n"
    "printf '[Service]\\nExecStart=/bin/l\\n' "
    ">\"$ROOT/usr/local/lib/systemd/system/local.service\"\n"
    "cd \"$ROOT/etc/systemd/system\"\n"
    "L=/usr/lib/systemd/system\n"
    "ln -s $L/on.service multi-user.target.wants/; ln -s $L/s.socket s.target.requires/\n"
    "ln -s $L/t@.service multi-user.target.wants/t@two.service\n"
    "ln -s $L/d@.service multi-user.target.wants/d@one.service\n"
    "ln -s $L/named.service said.service; ln -s $L/used.service unsaid.service\n"
    "ln -s /dev/null gone1.service; : >gone2.service; ln -s $L/gone1.service lead.service\n"
    "printf '[Service]\\nExecStart=/bin/o\\n[Install]\\nWantedBy=x.target\\n' "
    ">\"$ROOT/opt/out.service\"\n"
    "ln -s /opt/out.service out.service\n"
    "printf '[Service]\\nExecStart=\\nExecStart=/bin/new \\\\\\n -x\\n' >drop.service.d/1.conf\n"
    "ln -s $L/runs.service \"$ROOT/run/systemd/system/x.target.wants/\"\n";

static char *make_tree(void)
{
    char *root = mem_copy_text("/tmp/merlon-unit-XXXXXX");
    assert_non_null(mkdtemp(root));
    setenv("ROOT", root, 1);
    assert_int_equal(system(tree), 0);
    return root;
}

static void drop_tree(char *root)
{
    assert_int_equal(system("rm -rf \"$ROOT\""), 0);
    mem_free(root);
}

static void tells_states(void **state)
{
    (void)state;
    char *root = make_tree();
    struct fixture *f = collect(root);
    assert_string_equal(fixture_query(f, "SELECT name, state, alias_of, wanted_by FROM unit"),
                        "also.service|indirect|-|\n"
                        "d@.service|enabled|-|multi-user.target\n"
                        "d@one.service|enabled|-|multi-user.target\n"
                        "day.timer|static|-|\n"
                        "drop.service|disabled|-|\n"
                        "gone1.service|masked|-|\n"
                        "gone2.service|masked|-|\n"
                        "lead.service|masked|gone1.service|\n"
                        "local.service|static|-|\n"
                        "named.service|enabled|-|\n"
                        "off.service|disabled|-|\n"
                        "on.service|enabled|-|multi-user.target\n"
                        "other.service|alias|off.service|\n"
                        "out.service|linked|-|\n"
                        "pulled.service|static|-|x.target\n"
                        "runs.service|enabled-runtime|-|x.target\n"
                        "s.socket|enabled|-|s.target\n"
                        "said.service|alias|named.service|\n"
                        "still.service|static|-|\n"
                        "t@.service|indirect|-|multi-user.target,x.target\n"
                        "t@pkg.service|static|-|x.target\n"
                        "t@two.service|enabled|-|multi-user.target\n"
                        "third.service|alias|off.service|\n"
                        "unsaid.service|alias|used.service|\n"
                        "used.service|indirect|-|\n"
                        "x.target|static|-|\n");
    assert_string_equal(fixture_query(f, "SELECT exec_start, load_path FROM unit WHERE name IN "
                                         "('drop.service', 'local.service', 'gone1.service')"),
                        "/bin/new  -x|/usr/lib/systemd/system/drop.service\n"
                        "-|/etc/systemd/system/gone1.service\n"
                        "/bin/l|/usr/local/lib/systemd/system/local.service\n");
    fixture_free(f);
    drop_tree(root);
}

static void agrees_with_systemctl(void **state)
{
    (void)state;
    if (system("systemctl --version >/dev/null 2>&1") != 0) {
        print_message("systemctl is not installed: nothing is compared\n");
        skip();
    }
    char *root = make_tree(), command[256], said[64];
    struct fixture *f = collect(root);
    char *rows = mem_copy_text(fixture_query(f, "SELECT name, state FROM unit"));
    struct view rest = view_of(rows), line, name;
    size_t compared = 0;
    while (view_line(&rest, &line)) {
        view_cut(&line, '|', &name);
        snprintf(command, sizeof command, "systemctl --root=\"$ROOT\" is-enabled %.*s 2>/dev/null",
                 (int)name.len, name.ptr);
        FILE *pipe = popen(command, "r");
        bool has_said = fgets(said, sizeof said, pipe) != NULL;
        pclose(pipe);
        if (!has_said)
            continue;
        said[strcspn(said, "\n")] = '\0';
        if (!view_is(line, said))
            fail_msg("%.*s: %.*s, systemctl says %s", (int)name.len, name.ptr, (int)line.len,
                     line.ptr, said);
        compared++;
    }
    assert_true(compared >= 20);
    mem_free(rows);
    fixture_free(f);
    drop_tree(root);
}

static void loops_are_missing_units(void **state)
{
    (void)state;
    char *root = mem_copy_text("/tmp/merlon-unit-XXXXXX");
    assert_non_null(mkdtemp(root));
    setenv("ROOT", root, 1);
    assert_int_equal(system("cd \"$ROOT\"; mkdir -p etc/systemd/system; cd etc/systemd/system; "
                            "ln -s b.service a.service; ln -s a.service b.service; "
                            "ln -s c.service c.service; ln -s /usr/lib/gone.service d.service"),
                     0);
    struct fixture *f = collect(root);
    assert_string_equal(fixture_query(f, "SELECT name, state FROM unit WHERE name <> 'c.service'"),
                        "a.service|missing\nb.service|missing\nd.service|missing\n");
    fixture_free(f);
    drop_tree(root);
}

static void system_v_scripts_are_services(void **state)
{
    (void)state;
    char *root = mem_copy_text("/tmp/merlon-unit-XXXXXX");
    assert_non_null(mkdtemp(root));
    setenv("ROOT", root, 1);
    assert_int_equal(
        system("cd \"$ROOT\"; mkdir -p etc/init.d etc/rc3.d usr/lib/systemd/system; "
               "touch etc/init.d/README; for s in a b c; do echo x >etc/init.d/$s; "
               "chmod 755 etc/init.d/$s; done; ln -s ../init.d/a etc/rc3.d/S01a; "
               "ln -s ../init.d/b etc/rc3.d/K01b; echo '[Unit]' >usr/lib/systemd/system/c.service"),
        0);
    struct fixture *f = collect(root);
    assert_string_equal(fixture_query(f, "SELECT name, state, src FROM unit"),
                        "c.service|static|/usr/lib/systemd/system/c.service\n"
                        "a.service|enabled|/etc/init.d/a\n"
                        "b.service|disabled|/etc/init.d/b\n");
    fixture_free(f);
    drop_tree(root);
}

static void an_unread_unit_has_no_state(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_list(f, "/usr/lib/systemd/system/*.[st]*[etr]", "/usr/lib/systemd/system/a.service\n");
    fixture_status(f, ITEM_FILE, "/usr/lib/systemd/system/a.service", ITEM_DENIED);
    fixture_fill(f, "unit");
    assert_string_equal(fixture_query(f, "SELECT name, state FROM unit"), "a.service|-\n");
    assert_non_null(strstr(fixture_used(f, "unit"), "a.service|denied"));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_states),
        cmocka_unit_test(agrees_with_systemctl),
        cmocka_unit_test(loops_are_missing_units),
        cmocka_unit_test(system_v_scripts_are_services),
        cmocka_unit_test(an_unread_unit_has_no_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
