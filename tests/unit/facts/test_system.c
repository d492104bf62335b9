/* Tests of the readers of dpkg's status, mountinfo and fstab, the real ones of this machine among
 * them where it has them. */
#include "fixture.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static char *slurp(FILE *file, int (*closing)(FILE *))
{
    struct buf text = {0};
    char block[65536];
    if (!file)
        return NULL;
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;)
        buf_add(&text, block, n);
    closing(file);
    return text.ptr;
}

#define NO_STATUS_D "/var/lib/dpkg/status.d/*"

/* dpkg's sources; those of rpm, which follow, have a test of their own. */
static void expect_first_used(struct fixture *f, const char *lines)
{
    char *used = mem_copy_text(fixture_used(f, "package"));
    char *rpm = strstr(used, "/var/lib/rpm/");
    assert_non_null(rpm);
    *rpm = '\0';
    assert_string_equal(used, lines);
    mem_free(used);
}

static void reads_dpkg_status(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_status(f, ITEM_LIST, NO_STATUS_D, ITEM_ABSENT);
    fixture_file(f, "/var/lib/dpkg/status",
                 "Package: libc6\n"
                 "Status: install ok installed\n"
                 "Section: libs\n"
                 "Architecture: amd64\n"
                 "Source: glibc (2.36-9)\n"
                 "Version: 2.36-9+deb12u10\n"
                 "Conffiles:\n"
                 " /etc/ld.so.conf.d/x.conf d4e7\n"
                 "Description: GNU C Library\n"
                 " Version: 9 is not a field\n"
                 " .\n"
                 "\n\n"
                 "status: deinstall ok config-files\r\n"
                 "PACKAGE: old\r\n"
                 "version: 1\r\n"
                 "\r\n"
                 "Package: gone\n"
                 "Status: purge ok not-installed");
    assert_string_equal(
        fixture_rows(f, "package"),
        "libc6|2.36-9+deb12u10|amd64|installed|glibc|libs|dpkg|-|-|-|/var/lib/dpkg/status|1\n"
        "old|1|-|config-files|old|-|dpkg|-|-|-|/var/lib/dpkg/status|15\n"
        "gone|-|-|not-installed|gone|-|dpkg|-|-|-|/var/lib/dpkg/status|18\n");
    expect_first_used(f, "/var/lib/dpkg/status|ok|0|-\n"
                         "/var/lib/dpkg/status.d/*|absent|0|-\n");
    fixture_free(f);
}

static void finds_broken_stanzas(void **state)
{
    (void)state;
    static const struct {
        const char *text, *rows, *problem;
    } cases[] = {
        {"Version: 1\nStatus: install ok installed\n\nPackage: b\nVersion: 2\n"
         "Status: install ok installed\n",
         "b|2|-|installed|b|-|dpkg|-|-|-|/var/lib/dpkg/status|4\n",
         "1|a stanza has no package name"},
        {"Package: a\nVersion: 1\n", "a|1|-|-|a|-|dpkg|-|-|-|/var/lib/dpkg/status|1\n",
         "1|a package has no status of three words"},
        {"Package: a\nStatus: install ok\nVersion: 1\n",
         "a|1|-|-|a|-|dpkg|-|-|-|/var/lib/dpkg/status|1\n",
         "1|a package has no status of three words"},
        {"Package: a\nStatus: install ok installed\n",
         "a|-|-|installed|a|-|dpkg|-|-|-|/var/lib/dpkg/status|1\n", "1|a package has no version"},
        {"Package: a\nStatus: install ok installed\nVersion: 1\nrubbish\n",
         "a|1|-|installed|a|-|dpkg|-|-|-|/var/lib/dpkg/status|1\n",
         "4|no line of the form Field: value"},
        {"Package: a\nPackage: b\nStatus: install ok installed\nVersion: 1\n",
         "b|1|-|installed|b|-|dpkg|-|-|-|/var/lib/dpkg/status|2\n",
         "2|Package: stands twice in a stanza"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *f = fixture_new();
        fixture_file(f, "/var/lib/dpkg/status", cases[i].text);
        assert_string_equal(fixture_rows(f, "package"), cases[i].rows);
        assert_non_null(strstr(fixture_used(f, "package"), cases[i].problem));
        fixture_free(f);
    }
}

static void reads_distroless_images(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_status(f, ITEM_FILE, "/var/lib/dpkg/status", ITEM_ABSENT);
    fixture_list(f, NO_STATUS_D,
                 "/var/lib/dpkg/status.d/base\n/var/lib/dpkg/status.d/base.md5sums\n");
    fixture_file(f, "/var/lib/dpkg/status.d/base",
                 "Package: base-files\nVersion: 12\nArchitecture: amd64\n");
    fixture_file(f, "/var/lib/dpkg/status.d/base.md5sums", "aaaa  etc/x\n");
    assert_string_equal(fixture_rows(f, "package"),
                        "base-files|12|amd64|installed|base-files|-|dpkg|-|-|-|"
                        "/var/lib/dpkg/status.d/base|1\n");
    expect_first_used(f, "/var/lib/dpkg/status|absent|0|-\n"
                         "/var/lib/dpkg/status.d/*|ok|0|-\n"
                         "/var/lib/dpkg/status.d/base|ok|0|-\n");
    fixture_free(f);
}

static void agrees_with_dpkg_query(void **state)
{
    (void)state;
    char *status = slurp(fopen("/var/lib/dpkg/status", "r"), fclose);
    char *said =
        slurp(popen("LC_ALL=C dpkg-query -W -f '${Package}|${Version}|${Architecture}|"
                    "${db:Status-Status}|${source:Package}\\n' 2>/dev/null | LC_ALL=C sort",
                    "r"),
              pclose);
    if (!status || !said)
        skip();
    struct fixture *f = fixture_new();
    fixture_status(f, ITEM_LIST, NO_STATUS_D, ITEM_ABSENT);
    fixture_file(f, "/var/lib/dpkg/status", status);
    fixture_fill(f, "package");
    assert_string_equal(fixture_query(f, "SELECT name || '|' || version || '|' || architecture || "
                                         "'|' || status || '|' || source FROM package ORDER BY 1"),
                        said);
    assert_non_null(strstr(fixture_used(f, "package"), "/var/lib/dpkg/status|ok|0|-\n"));
    fixture_free(f);
    mem_free(status);
    mem_free(said);
}

/* ---- mounts ---------------------------------------------------------------------------- */

static void reads_mountinfo(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_add_bytes(
        f, ITEM_LIVE, "mounts", ITEM_OK,
        VIEW("27 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro\n"
             "28 27 0:30 / /tmp\\040dir ro,nosuid,nodev - tmpfs tmpfs rw,size=10k,nosuid\n"
             "29 27 0:31 /a\\134b /x\\011y rw - ext4 /dev/a\\040b ro\n"
             "30 27 0:32 / /m rw shared:2 master:1 propagate_from:3 unbindable - nfs "
             "host:/x rw,addr=1.2.3.4\n"
             "31 27 0:33 / /broken rw shared:3\n"
             "32 27 0:33 / /broken rw - ext4\n"
             "33 27 0:33 / /broken rw - ext4 dev rw extra"));
    assert_string_equal(fixture_rows(f, "mount"),
                        "/dev/vda1|/|ext4|rw,relatime,errors=remount-ro|mounts|1\n"
                        "tmpfs|/tmp dir|tmpfs|ro,nosuid,nodev,size=10k|mounts|2\n"
                        "/dev/a b|/x\ty|ext4|ro|mounts|3\n"
                        "host:/x|/m|nfs|rw,addr=1.2.3.4|mounts|4\n");
    assert_string_equal(fixture_used(f, "mount"), "mounts|ok|5|no line of mountinfo\n");
    fixture_free(f);
}

static void agrees_with_findmnt(void **state)
{
    (void)state;
    char *info = slurp(fopen("/proc/self/mountinfo", "r"), fclose);
    char *said = slurp(popen("findmnt -n -r -u -o TARGET,FSTYPE,OPTIONS 2>/dev/null", "r"), pclose);
    if (!info || !said)
        skip();
    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_LIVE, "mounts", ITEM_OK, view_of(info));
    fixture_fill(f, "mount");
    struct view rest = view_of(said), line;
    size_t compared = 0;
    while (view_line(&rest, &line)) {
        char *text = sqlite3_mprintf("%.*s", (int)line.len, line.ptr);
        char *sql = sqlite3_mprintf("SELECT count(*) FROM mount WHERE "
                                    "target || ' ' || type || ' ' || options = %Q",
                                    text);
        if (!strchr(text, '\\')) {
            if (strcmp(fixture_query(f, sql), "0\n") == 0)
                fail_msg("findmnt has \"%s\"; no row is like it", text);
            compared++;
        }
        sqlite3_free(sql);
        sqlite3_free(text);
    }
    assert_true(compared > 0);
    assert_string_equal(fixture_used(f, "mount"), "mounts|ok|0|-\n");
    fixture_free(f);
    mem_free(info);
    mem_free(said);
}

static void reads_fstab(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_reduced_file(f, "fstab", "/etc/fstab",
                         "# remark\n"
                         "UUID=1 / ext4 errors=remount-ro 0 1\n"
                         "\t/dev/sdb\t/my\\040data xfs defaults\r\n"
                         "tmpfs /tmp tmpfs\n"
                         "/dev/sdc /d ext4 rw x 2\n"
                         "/dev/sdd /d\n"
                         "a b c d 1 2");
    assert_string_equal(fixture_rows(f, "fstab"),
                        "UUID=1|/|ext4|errors=remount-ro|0|1|/etc/fstab|2\n"
                        "/dev/sdb|/my data|xfs|defaults|0|0|/etc/fstab|3\n"
                        "tmpfs|/tmp|tmpfs||0|0|/etc/fstab|4\n"
                        "/dev/sdc|/d|ext4|rw|-|2|/etc/fstab|5\n"
                        "a|b|c|d|1|2|/etc/fstab|7\n");
    assert_string_equal(fixture_used(f, "fstab"), "/etc/fstab|ok|5|dump and pass are numbers\n");
    fixture_free(f);
}

static void reduces_secrets_of_fstab(void **state)
{
    (void)state;
    struct buf out = {0};
    fixture_reduced("fstab", "/etc/fstab",
                    "//s/a /a cifs rw,password=s3cret,uid=1 0 0\n"
                    "//s/b /b cifs username=u%s3cret,PASS=s3cret\r\n"
                    "#//s/c /c cifs credentials=/root/s3cret\n"
                    "https://u:s3cret@host/d /d davfs pass=\"s3,cret\",rw\n"
                    "http://host:80/d /e x bypass=1,passno=2\n"
                    "h:/e /e nfs rw",
                    &out);
    assert_string_equal(out.ptr, "//s/a /a cifs rw,password={secret},uid=1 0 0\n"
                                 "//s/b /b cifs username=u%{secret},PASS={secret}\r\n"
                                 "#//s/c /c cifs credentials={secret}\n"
                                 "https://u:{secret}@host/d /d davfs pass={secret},rw\n"
                                 "http://host:80/d /e x bypass=1,passno=2\n"
                                 "h:/e /e nfs rw");
    buf_free(&out);
}

/* ---- speed ----------------------------------------------------------------------------- */

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* 800 packages of 1.2 KB each in a few milliseconds: the bound is loose, for busy machines and
 * sanitizers; the figure is printed. */
static void fills_packages_fast(void **state)
{
    (void)state;
    struct buf status = {0};
    for (int i = 0; i < 800; i++) {
        buf_printf(&status,
                   "Package: p%d\nStatus: install ok installed\nVersion: 1.%d\n"
                   "Architecture: amd64\nSection: libs\nDepends: libc6\nDescription: text\n",
                   i, i);
        for (int k = 0; k < 20; k++)
            buf_add_text(&status, " a line of a description that nobody reads again\n");
        buf_add_text(&status, "\n");
    }
    double best = 1e9, declared = 1e9;
    for (int round = 0; round < 10; round++) {
        double start = now_ms();
        struct fixture *f = fixture_new();
        declared = now_ms() - start < declared ? now_ms() - start : declared;
        fixture_status(f, ITEM_LIST, NO_STATUS_D, ITEM_ABSENT);
        fixture_add_bytes(f, ITEM_FILE, "/var/lib/dpkg/status", ITEM_OK, buf_view(&status));
        start = now_ms();
        fixture_fill(f, "package");
        best = now_ms() - start < best ? now_ms() - start : best;
        assert_string_equal(fixture_query(f, "SELECT count(*) FROM package"), "800\n");
        fixture_free(f);
    }
    print_message("package: %zu bytes in %.2f ms; declaring in %.2f ms\n", status.len, best,
                  declared);
    assert_true(best < 200 && declared < 200);
    buf_free(&status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_dpkg_status),
        cmocka_unit_test(finds_broken_stanzas),
        cmocka_unit_test(reads_distroless_images),
        cmocka_unit_test(agrees_with_dpkg_query),
        cmocka_unit_test(reads_mountinfo),
        cmocka_unit_test(agrees_with_findmnt),
        cmocka_unit_test(reads_fstab),
        cmocka_unit_test(reduces_secrets_of_fstab),
        cmocka_unit_test(fills_packages_fast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
