/*
 * Tests of the digests of rpm's databases. The oracle is rpm itself: it builds small packages,
 * installs them into a database (SQLite), and says with -qa what is in it. Of the same headers
 * Berkeley DB's own loader makes a hash file in both byte orders, which rpm reads too. rpm of
 * Debian cannot write ndb: such a database is put together here by its description.
 */
#include "fixture.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATTERN_DIR "/var/lib/dpkg/status.d/*"

/* ---- bytes as parts -------------------------------------------------------------------- */

struct memory_parts {
    struct source_parts parts;
    const char *bytes;
};

static struct rc read_memory(const struct source_parts *parts, uint64_t offset, void *out,
                             size_t len)
{
    const struct memory_parts *memory = (const struct memory_parts *)parts;
    if (offset > parts->size || len > parts->size - offset)
        return fault(FAULT_DATA, "it ends");
    memcpy(out, memory->bytes + offset, len);
    return RC_OK;
}

static struct memory_parts parts_of(struct view bytes)
{
    return (struct memory_parts){{bytes.len, read_memory}, bytes.ptr};
}

/* What the collector would call for a database of rpm. */
static source_digest *digest_of_package(void)
{
    size_t count;
    const struct source *sources = facts_sources_of("package", &count);
    for (size_t i = 0; i < count; i++)
        if (sources[i].digest)
            return sources[i].digest;
    fail_msg("no source of table package has a digest");
    return NULL;
}

/* The digest of a database and its log (or none). */
static char *digest(struct view bytes, struct view log)
{
    struct buf out = {0};
    struct memory_parts file = parts_of(bytes), wal = parts_of(log);
    const struct source_parts *const parts[1 + SOURCE_BESIDE] = {&file.parts,
                                                                 log.len ? &wal.parts : NULL, NULL};
    buf_add_text(&out, "");
    fixture_ok(digest_of_package()(parts, &out));
    return out.ptr;
}

static struct view slurp(const char *path)
{
    struct buf bytes = {0};
    char chunk[4096];
    FILE *file = fopen(path, "r");
    buf_add_text(&bytes, "");
    for (size_t n; file && (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buf_add(&bytes, chunk, n);
    if (file)
        fclose(file);
    return buf_view(&bytes);
}

/* ---- the laboratory: packages made once -------------------------------------------------- */

static char folder[64];

/* The output of a shell command run in the folder. */
static char *run(const char *command)
{
    struct buf out = {0};
    char line[4200], chunk[4096];
    snprintf(line, sizeof line, "cd %s && { %s; true; } 2>/dev/null </dev/null", folder, command);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    buf_add_text(&out, "");
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, pipe)) > 0;)
        buf_add(&out, chunk, n);
    pclose(pipe);
    return out.ptr;
}

static void run_quietly(const char *command)
{
    mem_free(run(command));
}

#define RPM "rpm --define '__gpg /usr/bin/gpg' --dbpath $PWD/db "

/* alpha: epoch, vendor, group; beta: signed, with a list of files that needs many pages; gamma: a
 * header that fits on one page. */
static int build(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/merlon-rpm-XXXXXX");
    assert_non_null(mkdtemp(folder));
    run_quietly(
        "mkdir db home && chmod 700 home; export GNUPGHOME=$PWD/home HOME=$PWD/home;"
        "gpg --batch --quiet --passphrase '' --quick-gen-key 'T <t@example.invalid>' rsa2048 sign;"
        "spec() { printf 'Name: %s\\nSummary: x\\nLicense: MIT\\nBuildArch: noarch\\n%b"
        "%%description\\nx\\n%b%%files\\n%b' \"$1\" \"$2\" \"$3\" \"$4\" >$1.spec;"
        "rpmbuild --quiet -bb --define \"_topdir $PWD/b\" --define \"_rpmdir $PWD/out\" $1.spec; };"
        "spec alpha 'Version: 1.2\\nRelease: 3.el9\\nEpoch: 2\\nVendor: V\\303\\242n\\nGroup: "
        "System/Base\\n' '' '';"
        "spec beta 'Version: 3\\nRelease: 1\\n' '%install\\nmkdir -p %{buildroot}/d; for i in "
        "$(seq 1500); do echo $i >%{buildroot}/d/a-rather-long-name-of-a-file-$i; done\\n' "
        "'/d\\n';"
        "spec gamma 'Version: 0~rc1\\nRelease: 1\\n' '' '';"
        "rpmsign --define '__gpg /usr/bin/gpg' --define '_gpg_name T' --addsign "
        "out/noarch/beta*.rpm;"
        "gpg --export -a >key.asc; " RPM "--import key.asc; " RPM
        "--justdb --nodeps -i out/noarch/*.rpm;"
        "rm -f db/rpmdb.sqlite-shm");
    run_quietly("dump() { printf 'VERSION=3\\nformat=bytevalue\\ntype=hash\\ndb_lorder=%s\\n"
                "db_pagesize=4096\\nHEADER=END\\n 00000000\\n 03000000\\n' $1;"
                "sqlite3 db/rpmdb.sqlite \"SELECT printf(' %02x000000', hnum) || char(10) || ' ' "
                "|| lower(hex(blob)) FROM Packages\"; echo DATA=END; };"
                "mkdir little big; dump 1234 | db5.3_load little/Packages;"
                "dump 4321 | db5.3_load big/Packages");
    return 0;
}

static int clean(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? 0 : -1;
}

static struct view database(const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return slurp(path);
}

static void need(struct view bytes)
{
    if (bytes.len)
        return;
    print_message("skipped: needs rpm, gpg, sqlite3 and db5.3-util\n");
    skip();
}

/* What the reader makes of a digest under `path`, sorted, in the form that rpm is asked for. */
static char *rows_of(const char *path, const char *text)
{
    struct fixture *f = fixture_new();
    fixture_status(f, ITEM_LIST, PATTERN_DIR, ITEM_ABSENT);
    fixture_file(f, path, text);
    fixture_fill(f, "package");
    char *rows = mem_copy_text(fixture_query(
        f, "SELECT name, version, coalesce(architecture, '(none)'), coalesce(vendor, '(none)'),"
           " install_time, coalesce(key_id, '(none)'), coalesce(source, '(none)'),"
           " coalesce(section, 'Unspecified'), manager, status FROM package ORDER BY 1"));
    fixture_free(f);
    return rows;
}

/* "RSA/SHA256, Mon ..., Key ID 0123": only the id is ours; the source's name is cut out. */
static char *rpm_says(const char *options)
{
    char command[1024];
    snprintf(command, sizeof command,
             "rpm %s -qa --qf '%%{NAME}|%%|EPOCH?{%%{EPOCH}:}|%%{VERSION}-%%{RELEASE}|%%{ARCH}|"
             "%%{VENDOR}|%%{INSTALLTIME}|%%{RSAHEADER:pgpsig}|%%{SOURCERPM}|%%{GROUP}|rpm|"
             "installed\\n' | sed -E 's/\\|[^|]*Key ID ([0-9a-f]*)/|\\1/;"
             "s/\\|([^|]*)-[^-|]*-[^-|]*\\.src\\.rpm/|\\1/' | LC_ALL=C sort",
             options);
    return run(command);
}

/* ---- comparing ------------------------------------------------------------------------- */

static void agrees_with_rpm_on_sqlite(void **state)
{
    (void)state;
    struct view bytes = database("db/rpmdb.sqlite");
    need(bytes);
    char *text = digest(bytes, VIEW("")), *said = rpm_says("--dbpath $PWD/db");
    char *rows = rows_of("/var/lib/rpm/rpmdb.sqlite", text);
    assert_string_equal(rows, said);
    assert_non_null(strstr(rows, "alpha|2:1.2-3.el9|noarch|V\303\242n|"));
    assert_null(strstr(text, "problem"));
    mem_free(rows), mem_free(said), mem_free(text), mem_free((char *)bytes.ptr);
}

static void agrees_with_rpm_on_berkeley_db(void **state)
{
    static const char *const orders[] = {"little", "big"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        char name[64], options[128];
        snprintf(name, sizeof name, "%s/Packages", orders[i]);
        snprintf(options, sizeof options, "--define '_db_backend bdb_ro' --dbpath $PWD/%s",
                 i == 0 ? orders[i] : "little"); /* rpm itself reads its own order only */
        struct view bytes = database(name);
        need(bytes);
        char *text = digest(bytes, VIEW("")), *said = rpm_says(options);
        char *rows = rows_of("/var/lib/rpm/Packages", text);
        assert_string_equal(rows, said);
        assert_non_null(strstr(rows, "beta|3-1|"));
        assert_null(strstr(text, "problem"));
        mem_free(rows), mem_free(said), mem_free(text), mem_free((char *)bytes.ptr);
    }
}

/* What a transaction put into the log counts, what it deleted does not. */
static void reads_the_log_beside(void **state)
{
    (void)state;
    struct view tried = database("db/rpmdb.sqlite");
    need(tried);
    mem_free((char *)tried.ptr);
    run_quietly("cp db/rpmdb.sqlite w.sqlite; printf '%s\\n' 'PRAGMA journal_mode=wal;'"
                " 'PRAGMA wal_autocheckpoint=0;' \"DELETE FROM Packages WHERE hnum IN (SELECT hnum"
                " FROM Name WHERE key = 'alpha'); DELETE FROM Name WHERE key = 'alpha';\""
                " '.shell cp w.sqlite w1; cp w.sqlite-wal w1-wal' | sqlite3 w.sqlite");
    struct view bytes = database("w1"), log = database("w1-wal");
    assert_true(bytes.len > 0 && log.len > 0);
    char *with = digest(bytes, log), *without = digest(bytes, VIEW(""));
    assert_null(strstr(with, "alpha"));
    assert_non_null(strstr(with, "beta"));
    assert_null(strstr(with, "problem"));
    assert_non_null(strstr(without, "alpha"));
    mem_free(with), mem_free(without), mem_free((char *)bytes.ptr), mem_free((char *)log.ptr);
}

/* Its journal says that a transaction was not finished; undoing it would mean to write. */
static void tells_an_unfinished_transaction(void **state)
{
    (void)state;
    struct view bytes = database("db/rpmdb.sqlite");
    need(bytes);
    run_quietly("cp db/rpmdb.sqlite j.sqlite; sqlite3 j.sqlite 'PRAGMA journal_mode=delete'");
    struct view old = database("j.sqlite");
    char journal[1024] = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
    journal[11] = 1;
    struct buf out = {0};
    struct memory_parts file = parts_of(old), beside = parts_of((struct view){journal, 1024});
    const struct source_parts *const parts[] = {&file.parts, NULL, &beside.parts};
    fixture_ok(digest_of_package()(parts, &out));
    assert_non_null(strstr(out.ptr, "problem\t"));
    buf_free(&out);
    mem_free((char *)old.ptr), mem_free((char *)bytes.ptr);
}

/* ---- ndb ------------------------------------------------------------------------------- */

static void put_numbers(struct buf *out, const char *magic, const uint32_t *numbers, size_t count)
{
    buf_add_text(out, magic);
    for (size_t i = 0; i < count; i++)
        for (int shift = 0; shift < 32; shift += 8)
            buf_add_char(out, (char)(numbers[i] >> shift & 0xff));
}

static void pad(struct buf *out, size_t size)
{
    while (out->len % size)
        buf_add_char(out, '\0');
}

/* A header with a name and a version, as rpm writes headers. */
static void put_header(struct buf *out, const char *name)
{
    size_t len = strlen(name) + 1;
    const uint32_t words[] = {2, (uint32_t)len + 2, 1000, 6, 0, 1, 1001, 6, (uint32_t)len, 1};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        for (int shift = 24; shift >= 0; shift -= 8)
            buf_add_char(out, (char)(words[i] >> shift & 0xff));
    buf_add(out, name, len);
    buf_add(out, "1", 2);
}

static void put_blob(struct buf *out, uint32_t number, const char *name)
{
    struct buf header = {0};
    put_header(&header, name);
    size_t start = out->len;
    put_numbers(out, "BlbS", (uint32_t[]){number, 1, (uint32_t)header.len}, 3);
    buf_add_view(out, buf_view(&header));
    while ((out->len - start + 12) % 16)
        buf_add_char(out, '\0');
    put_numbers(out, "", (uint32_t[]){0, (uint32_t)header.len}, 2);
    buf_add_text(out, "BlbE");
    buf_free(&header);
}

static struct buf ndb(void)
{
    struct buf file = {0};
    put_numbers(&file, "RpmP", (uint32_t[]){0, 1, 1, 4, 0, 0, 0}, 7);
    put_numbers(&file, "Slot", (uint32_t[]){1, 256, 5}, 3);
    put_numbers(&file, "Slot", (uint32_t[]){3, 261, 5}, 3);
    while (file.len < 4096)
        put_numbers(&file, "Slot", (uint32_t[]){0, 0, 0}, 3);
    put_blob(&file, 1, "first");
    assert_int_equal(file.len, 4096 + 80);
    put_blob(&file, 3, "third");
    pad(&file, 16);
    return file;
}

static void reads_ndb(void **state)
{
    (void)state;
    struct buf file = ndb();
    char *text = digest(buf_view(&file), VIEW(""));
    assert_string_equal(text, "merlon-rpm 1\npackage\tfirst\t\t1\t\t\t\t\t\t\t\n"
                              "package\tthird\t\t1\t\t\t\t\t\t\t\nend\t2\n");
    mem_free(text);
    file.ptr[4096 + 16] = 1; /* the header's number of entries */
    text = digest(buf_view(&file), VIEW(""));
    assert_non_null(strstr(text, "problem\tpackage 1: a header whose sizes contradict"));
    assert_non_null(strstr(text, "third"));
    mem_free(text);
    buf_free(&file);
}

/* ---- damage ---------------------------------------------------------------------------- */

/* However much is missing at its end, the digest says that something is. */
static void tells_what_is_cut(struct view bytes, size_t step)
{
    for (size_t len = 0; len < bytes.len; len += step) {
        char *text = digest((struct view){bytes.ptr, len}, VIEW(""));
        if (!strstr(text, "\nproblem\t"))
            fail_msg("%zu of %zu bytes: %s", len, bytes.len, text);
        mem_free(text);
    }
}

static void tells_that_a_database_is_cut(void **state)
{
    (void)state;
    struct buf small = ndb();
    tells_what_is_cut(buf_view(&small), 1);
    buf_free(&small);
    static const char *const names[] = {"db/rpmdb.sqlite", "little/Packages", "big/Packages"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct view bytes = database(names[i]);
        need(bytes);
        tells_what_is_cut(bytes, 4096);
        tells_what_is_cut(bytes, bytes.len / 50 + 1);
        mem_free((char *)bytes.ptr);
    }
}

/* Each page overwritten in turn, and random bytes: no crash, no endless loop, at most all packages.
 */
static void survives_damage(void **state)
{
    static const char *const names[] = {"db/rpmdb.sqlite", "little/Packages", "big/Packages"};
    uint32_t random = 12345;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct view bytes = database(names[i]);
        need(bytes);
        char *copy = mem_new(bytes.len);
        for (int round = 0; round < 300; round++) {
            memcpy(copy, bytes.ptr, bytes.len);
            for (int n = 0; n < 1 + round % 40; n++) {
                random = random * 1664525 + 1013904223;
                size_t page = (random >> 8) % (bytes.len / 4096);
                copy[page * 4096 + (random >> 3) % (round % 2 ? 64 : 4096)] = (char)(random >> 24);
            }
            char *text = digest((struct view){copy, bytes.len}, VIEW(""));
            assert_non_null(strstr(text, "\nend\t"));
            mem_free(text);
        }
        mem_free(copy);
        mem_free((char *)bytes.ptr);
    }
}

/* Two records whose overflow pages are one chain, and a chain that leads back into itself. */
static void refuses_chains_that_cross(void **state)
{
    (void)state;
    struct view bytes = database("little/Packages");
    need(bytes);
    char *copy = (char *)bytes.ptr;
    size_t changed = 0;
    for (size_t page = 4096; page < bytes.len; page += 4096)
        if (copy[page + 25] == 7 && memcmp(copy + page + 16, "\0\0\0", 4) != 0) {
            memcpy(copy + page + 16, copy + page + 8, 4); /* next: itself */
            changed++;
        }
    assert_true(changed > 1);
    char *text = digest(bytes, VIEW(""));
    assert_non_null(strstr(text, "belongs to two chains"));
    mem_free(text);
    mem_free(copy);
}

/* ---- rows ------------------------------------------------------------------------------ */

static void finds_broken_digests(void **state)
{
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"", "no digest of an rpm database"},
        {"merlon-rpm 1\n", "cut"},
        {"merlon-rpm 1\npackage\ta\t\t1\t\t\t\t\t\t\t\n", "cut"},
        {"merlon-rpm 1\npackage\ta\t\t1\t\t\t\t\t\t\t\nend\t2\n", "count of packages"},
        {"merlon-rpm 1\npackage\ta\t\t1\nend\t1\n", "no record"},
        {"merlon-rpm 1\npackage\t\t\t1\t\t\t\t\t\t\t\nend\t1\n", "no record"},
        {"merlon-rpm 1\nproblem\tpage 7 is none\nend\t0\n", "page 7 is none"},
        {"merlon-rpm 1\nend\t0\nend\t0\n", "no record"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *f = fixture_new();
        fixture_file(f, "/var/lib/rpm/Packages", cases[i].text);
        fixture_fill(f, "package");
        if (!strstr(fixture_used(f, "package"), cases[i].problem))
            fail_msg("%s: %s", cases[i].text, fixture_used(f, "package"));
        fixture_free(f);
    }
}

static void reads_both_managers(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/var/lib/dpkg/status",
                 "Package: rpm\nStatus: install ok installed\nVersion: 4.18\n");
    fixture_file(f, "/var/lib/rpm/rpmdb.sqlite",
                 "merlon-rpm 1\npackage\ta\\tb\t1\t2\t3\tx86_64\tV\t1700000000\t0123456789abcdef\t"
                 "a-b-2-3.src.rpm\tApps\nend\t1\n");
    assert_string_equal(fixture_rows(f, "package"),
                        "rpm|4.18|-|installed|rpm|-|dpkg|-|-|-|/var/lib/dpkg/status|1\n"
                        "a\tb|1:2-3|x86_64|installed|a-b|Apps|rpm|V|1700000000|0123456789abcdef|"
                        "/var/lib/rpm/rpmdb.sqlite|-\n");
    fixture_free(f);
}

/* The same database by two names is one; another one with packages makes it unclear which counts.
 */
static void tells_two_databases(void **state)
{
    static const char one[] = "merlon-rpm 1\npackage\ta\t\t1\t\t\t\t\t\t\t\nend\t1\n";
    static const char two[] = "merlon-rpm 1\npackage\tb\t\t1\t\t\t\t\t\t\t\nend\t1\n";
    static const char none[] = "merlon-rpm 1\nend\t0\n";
    static const struct {
        const char *text, *count;
        bool is_problem;
    } cases[] = {{one, "1\n", false}, {two, "2\n", true}, {none, "1\n", false}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *f = fixture_new();
        fixture_file(f, "/var/lib/rpm/rpmdb.sqlite", one);
        fixture_file(f, "/usr/lib/sysimage/rpm/rpmdb.sqlite", cases[i].text);
        fixture_fill(f, "package");
        assert_string_equal(fixture_query(f, "SELECT count(*) FROM package"), cases[i].count);
        bool told = strstr(fixture_used(f, "package"), "another rpm database") != NULL;
        assert_int_equal(told, cases[i].is_problem);
        fixture_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_rpm_on_sqlite),
        cmocka_unit_test(agrees_with_rpm_on_berkeley_db),
        cmocka_unit_test(reads_the_log_beside),
        cmocka_unit_test(tells_an_unfinished_transaction),
        cmocka_unit_test(reads_ndb),
        cmocka_unit_test(tells_that_a_database_is_cut),
        cmocka_unit_test(survives_damage),
        cmocka_unit_test(refuses_chains_that_cross),
        cmocka_unit_test(finds_broken_digests),
        cmocka_unit_test(reads_both_managers),
        cmocka_unit_test(tells_two_databases),
    };
    return cmocka_run_group_tests(tests, build, clean);
}
