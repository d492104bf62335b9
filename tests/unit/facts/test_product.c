/*
 * The readers of PostgreSQL, MySQL and nginx where no program can be the judge: includes that lead
 * nowhere or in circles, secrets, instances. What the files mean is compared with the real programs
 * in tests/scenario/{postgresql,mysql,nginx}.sh.
 */
#include "fixture.h"

#define PG "/etc/postgresql/15/main/"

static struct fixture *postgresql(const char *conf)
{
    struct fixture *f = fixture_new();
    fixture_list(f, "/etc/postgresql/*/*/postgresql.conf", PG "postgresql.conf\n");
    fixture_list(f, "/var/lib/pgsql/*/data/postgresql.conf", "");
    fixture_status(f, ITEM_FILE, "/var/lib/pgsql/data/postgresql.conf", ITEM_ABSENT);
    fixture_file(f, PG "postgresql.conf", conf);
    fixture_status(f, ITEM_FILE, PG "postgresql.auto.conf", ITEM_ABSENT);
    fixture_status(f, ITEM_FILE, PG "pg_ident.conf", ITEM_ABSENT);
    fixture_status(f, ITEM_FILE, PG "PG_VERSION", ITEM_ABSENT);
    return f;
}

static void expect_used(struct fixture *f, const char *table, const char *line)
{
    const char *used = fixture_used(f, table);
    if (!strstr(used, line))
        fail_msg("no '%s' among:\n%s", line, used);
}

static void test_postgresql_loop(void **state)
{
    (void)state;
    struct fixture *f = postgresql("ssl = on\ninclude 'postgresql.conf'\n");
    fixture_file(f, PG "pg_hba.conf", "local all all peer\n");
    fixture_fill(f, "postgresql_setting");
    expect_used(f, "postgresql_setting",
                PG "postgresql.conf|ok|2|includes lead deeper than 10 files: " PG
                   "postgresql.conf");
    fixture_free(f);
}

static void test_postgresql_missing(void **state)
{
    (void)state;
    struct fixture *f = postgresql("\ninclude_dir 'conf.d'\n");
    fixture_file(f, PG "pg_hba.conf", "host @names all 10.0.0.0/8 md5\n");
    fixture_status(f, ITEM_LIST, PG "conf.d/*.conf", ITEM_ABSENT);
    fixture_status(f, ITEM_FILE, PG "names", ITEM_ABSENT);
    fixture_fill(f, "postgresql_setting");
    expect_used(f, "postgresql_setting", PG "postgresql.conf|ok|2|" PG "conf.d, which it includes");
    expect_used(f, "postgresql_hba", PG "pg_hba.conf|ok|1|" PG "names, which it names");
    fixture_free(f);
}

/* Since release 16 a pg_hba.conf includes others; before, the line is refused. */
static void test_postgresql_hba_include(void **state)
{
    (void)state;
    for (int release = 15; release <= 16; release++) {
        struct fixture *f = fixture_new();
        fixture_list(f, "/etc/postgresql/*/*/postgresql.conf", "");
        fixture_list(f, "/var/lib/pgsql/*/data/postgresql.conf", "");
        fixture_file(f, "/var/lib/pgsql/data/postgresql.conf", "");
        fixture_file(f, "/var/lib/pgsql/data/PG_VERSION", release == 15 ? "15\n" : "16\n");
        fixture_file(f, "/var/lib/pgsql/data/pg_hba.conf",
                     "local all all peer\ninclude more\n"
                     "local x x reject\n");
        fixture_file(f, "/var/lib/pgsql/data/more", "host a b 10.0.0.0/8 scram-sha-256\n");
        fixture_fill(f, "postgresql_hba");
        const char *rows = fixture_query(
            f, "SELECT position, type, \"database\", valid, src, line FROM postgresql_hba");
        assert_string_equal(rows, release == 15
                                      ? "1|local|all|1|/var/lib/pgsql/data/pg_hba.conf|1\n"
                                        "2|include|more|0|/var/lib/pgsql/data/pg_hba.conf|2\n"
                                        "3|local|x|1|/var/lib/pgsql/data/pg_hba.conf|3\n"
                                      : "1|local|all|1|/var/lib/pgsql/data/pg_hba.conf|1\n"
                                        "2|host|a|1|/var/lib/pgsql/data/more|1\n"
                                        "3|local|x|1|/var/lib/pgsql/data/pg_hba.conf|3\n");
        fixture_free(f);
    }
}

/* Defaults that differ among releases are not guessed where the release is not known. */
static void test_postgresql_releases(void **state)
{
    (void)state;
    static const char *const wanted[][2] = {
        {"9.6", "on\n"}, {"13", "md5\n"}, {"14", "scram-sha-256\n"}, {"", "-\n"}};
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        struct fixture *f = fixture_new();
        fixture_list(f, "/etc/postgresql/*/*/postgresql.conf", "");
        fixture_list(f, "/var/lib/pgsql/*/data/postgresql.conf", "");
        fixture_file(f, "/var/lib/pgsql/data/postgresql.conf", "");
        fixture_file(f, "/var/lib/pgsql/data/PG_VERSION", wanted[i][0]);
        fixture_fill(f, "postgresql_setting");
        assert_string_equal(fixture_query(f, "SELECT value FROM postgresql_setting WHERE name = "
                                             "'password_encryption'"),
                            wanted[i][1]);
        fixture_free(f);
    }
}

static struct fixture *mysql(const char *cnf)
{
    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_STAT, "/usr/sbin/mysqld", ITEM_OK, VIEW("x"));
    fixture_file(f, "/etc/my.cnf", cnf);
    fixture_status(f, ITEM_FILE, "/etc/mysql/my.cnf", ITEM_ABSENT);
    return f;
}

static void test_mysql_includes(void **state)
{
    (void)state;
    struct fixture *f = mysql("[mysqld]\n!include /etc/my.cnf\n!include relative\n");
    fixture_fill(f, "mysql_setting");
    expect_used(f, "mysql_setting", "/etc/my.cnf|ok|2|includes lead deeper than 10 files");
    fixture_free(f);
    f = mysql("[mysqld]\n!includedir /etc/none\n");
    fixture_status(f, ITEM_LIST, "/etc/none/*.cnf", ITEM_ABSENT);
    fixture_fill(f, "mysql_setting");
    expect_used(f, "mysql_setting", "/etc/my.cnf|ok|2|/etc/none, which it includes, is not there");
    fixture_free(f);
}

/* SET PERSIST wins over option files, and groups of a release hang on it. */
static void test_mysql_not_known(void **state)
{
    (void)state;
    struct fixture *f = mysql("[mysqld-8.0]\nport=1\n");
    fixture_add_bytes(f, ITEM_STAT, "/var/lib/mysql/mysqld-auto.cnf", ITEM_OK, VIEW("x"));
    fixture_fill(f, "mysql_setting");
    expect_used(f, "mysql_setting", "/etc/my.cnf|ok|2|whether group [mysqld-8.0] counts");
    expect_used(f, "mysql_setting", "/var/lib/mysql/mysqld-auto.cnf|ok|0|values of SET PERSIST");
    fixture_free(f);
}

static void test_nginx_includes(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_STAT, "/etc/nginx/nginx.conf", ITEM_OK, VIEW("x"));
    fixture_file(f, "/etc/nginx/nginx.conf", "http {\n include a;\n include b;\n include no;\n}\n");
    fixture_file(f, "/etc/nginx/a", "server { }\ninclude a;\n");
    fixture_file(f, "/etc/nginx/b", "server { }\ninclude nginx.conf;\n");
    fixture_status(f, ITEM_FILE, "/etc/nginx/no", ITEM_ABSENT);
    fixture_fill(f, "nginx_block");
    expect_used(f, "nginx_block", "/etc/nginx/a|ok|2|/etc/nginx/a includes itself");
    expect_used(f, "nginx_block", "/etc/nginx/b|ok|2|/etc/nginx/nginx.conf includes itself");
    expect_used(f, "nginx_block", "/etc/nginx/nginx.conf|ok|4|/etc/nginx/no, which it includes");
    fixture_free(f);
}

static void expect_reduced(const char *table, const char *path, const char *text,
                           const char *wanted)
{
    struct buf out = {0};
    fixture_reduced(table, path, text, &out);
    assert_string_equal(out.ptr, wanted);
    buf_free(&out);
}

static void test_secrets(void **state)
{
    (void)state;
    static const char pg[] = "/etc/postgresql/*/*/postgresql.conf", ng[] = "/etc/nginx/nginx.conf";
    expect_reduced("postgresql_setting", pg,
                   "ssl_passphrase_command 'echo x'\nprimary_conninfo = 'host=a password=''x y'''\n"
                   "recovery = 'password=x host=b'\npassword_encryption = md5\n",
                   "ssl_passphrase_command '{secret}'\nprimary_conninfo = 'host=a "
                   "password={secret}'\nrecovery = 'password={secret}'\n"
                   "password_encryption = md5\n");
    expect_reduced("postgresql_hba", pg,
                   "host all all all ldap x=y ldapbindpasswd=\"a \\\nb\"\n"
                   "host all all all password\n",
                   "host all all all ldap x=y ldapbindpasswd=\"{secret}\\\n\"\n"
                   "host all all all password\n");
    expect_reduced("mysql_setting", "/etc/my.cnf",
                   "password = \"x y\nreport-password=a b\\\nvalidate_password.length=8\n"
                   "default_password_lifetime=9\n",
                   "password = {secret}\"\nreport-password={secret}\nvalidate_password.length=8\n"
                   "default_password_lifetime=9\n");
    expect_reduced("nginx_directive", ng,
                   "fastcgi_param DB_PASSWORD \"a\nb\";\nset $secret x;\nssl_password_file /a;\n"
                   "proxy_set_header Authorization \"Basic eA==\";\n",
                   "fastcgi_param DB_PASSWORD \"{secret}\\\n\";\nset $secret {secret};\n"
                   "ssl_password_file /a;\nproxy_set_header Authorization \"{secret}\";\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_postgresql_loop),        cmocka_unit_test(test_postgresql_missing),
        cmocka_unit_test(test_postgresql_hba_include), cmocka_unit_test(test_postgresql_releases),
        cmocka_unit_test(test_mysql_includes),         cmocka_unit_test(test_mysql_not_known),
        cmocka_unit_test(test_nginx_includes),         cmocka_unit_test(test_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
