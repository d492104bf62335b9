/* Tests of what all readers stand on: tables, rows, lines, notes of use; and of the tables file,
 * walk, target and source. */
#include "fixture.h"

#include <ctype.h>
#include <stdlib.h>

/* ---- tables ---------------------------------------------------------------------------- */

static void documents_every_column(void **state)
{
    (void)state;
    size_t count;
    const struct table *const *tables = facts_tables(&count);
    assert_true(count >= 20);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || strcmp(tables[i - 1]->name, tables[i]->name) < 0);
        assert_ptr_equal(facts_table(tables[i]->name), tables[i]);
        assert_true(strlen(tables[i]->doc) > 10);
        assert_true(tables[i]->column_count > 0);
        for (size_t k = 0; k < tables[i]->column_count; k++) {
            const struct column *c = &tables[i]->columns[k];
            assert_true(c->name[0] && c->unit && strlen(c->doc) > 3);
            assert_string_not_equal(c->name, "src");
            assert_string_not_equal(c->name, "line");
            for (const char *p = c->name; *p; p++)
                assert_true(islower(*p) || *p == '_');
        }
    }
    assert_null(facts_table("nothing"));
}

static void declares_strict_tables(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    size_t count;
    const struct table *const *tables = facts_tables(&count);
    for (size_t i = 0; i < count; i++) {
        struct buf sql = {0};
        buf_add_text(&sql, "SELECT ");
        for (size_t k = 0; k < tables[i]->column_count; k++) /* none needs quotes */
            buf_printf(&sql, "%s, ", tables[i]->columns[k].name);
        buf_printf(&sql, "src, line FROM %s", tables[i]->name);
        assert_string_equal(fixture_query(f, sql.ptr), "");
        buf_free(&sql);
    }
    assert_int_not_equal(
        sqlite3_exec(f->db, "INSERT INTO account(uid) VALUES('x')", NULL, NULL, NULL), SQLITE_OK);
    fixture_free(f);
}

static void names_the_sources_of_tables(void **state)
{
    (void)state;
    size_t count;
    assert_string_equal(facts_sources_of("shadow", &count)[0].pattern, "/etc/shadow");
    assert_int_equal(count, 1);
    assert_string_equal(facts_sources_of("file", &count)[0].pattern, "/etc/passwd");
    assert_int_equal(count, 2);
    assert_null(facts_sources_of("target", &count));
    assert_int_equal(count, 0);
    assert_null(facts_sources_of("nothing", &count));
    assert_int_equal(count, 0);
}

/* ---- how well it was read -------------------------------------------------------------- */

static void shows_what_was_not_collected(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_status(f, ITEM_FILE, "/etc/shadow", ITEM_DENIED);
    fixture_status(f, ITEM_FILE, "/etc/group", ITEM_ABSENT);
    assert_string_equal(fixture_rows(f, "account"), "");
    assert_string_equal(fixture_used(f, "account"), "/etc/passwd|none|0|-\n");
    assert_string_equal(fixture_rows(f, "shadow"), "");
    assert_string_equal(fixture_used(f, "shadow"), "/etc/shadow|denied|0|-\n");
    assert_string_equal(fixture_rows(f, "group_member"), "");
    assert_string_equal(fixture_used(f, "group_member"), "/etc/group|absent|0|-\n");
    assert_string_equal(fixture_used(f, "mount"), ""); /* never filled */
    size_t count;
    assert_null(facts_used(f->facts, "nothing", &count));
    assert_int_equal(facts_fill(f->facts, "nothing").kind, FAULT_USAGE);
    fixture_free(f);
}

static void fills_once(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/group", "a:x:1:b\n");
    fixture_fill(f, "user_group");
    fixture_fill(f, "group_member");
    fixture_fill(f, "user_group");
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM user_group"), "1\n");
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM group_member"), "1\n");
    assert_string_equal(fixture_used(f, "user_group"), "/etc/group|ok|0|-\n");
    fixture_free(f);
}

static void stops_at_a_nul(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_FILE, "/etc/login.defs", ITEM_OK, VIEW("A 1\nB 2\nC 3\0D 4\nE 5\n"));
    assert_string_equal(fixture_rows(f, "login_defs"), "A|1|1|/etc/login.defs|1\n"
                                                       "B|2|1|/etc/login.defs|2\n"
                                                       "C|3|1|/etc/login.defs|3\n");
    assert_string_equal(fixture_used(f, "login_defs"),
                        "/etc/login.defs|ok|3|holds a NUL byte: no text from there on\n");
    fixture_free(f);
}

static void drops_the_half_line_of_a_cut_file(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_add_bytes(f, ITEM_FILE, "/etc/login.defs", ITEM_TRUNCATED, VIEW("A 1\nB 20"));
    assert_string_equal(fixture_rows(f, "login_defs"), "A|1|1|/etc/login.defs|1\n");
    assert_string_equal(fixture_used(f, "login_defs"), "/etc/login.defs|truncated|0|-\n");
    fixture_free(f);
    f = fixture_new();
    fixture_add_bytes(f, ITEM_FILE, "/etc/login.defs", ITEM_TRUNCATED, VIEW("B 20"));
    assert_string_equal(fixture_rows(f, "login_defs"), "");
    fixture_free(f);
}

static void skips_a_long_line(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct buf text = {0};
    buf_add_text(&text, "A 1\nB ");
    for (int i = 0; i < 1100000; i++)
        buf_add_char(&text, 'x');
    buf_add_text(&text, "\nC 3\n");
    fixture_file(f, "/etc/login.defs", text.ptr);
    assert_string_equal(fixture_rows(f, "login_defs"), "A|1|1|/etc/login.defs|1\n"
                                                       "C|3|1|/etc/login.defs|3\n");
    assert_string_equal(fixture_used(f, "login_defs"),
                        "/etc/login.defs|ok|2|a line of 1100002 bytes was skipped\n");
    buf_free(&text);
    fixture_free(f);
}

static void makes_text_of_any_bytes(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/login.defs",
                 "A \xe4\xb8\xad\xe6\x96\x87 ti\xe1\xba\xbfng \xf0\x9f\x90\xa7\n"
                 "B gr\xfc\xdf \xff\n"
                 "C \xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80 \xe0\x80\x80 \xf8\n"
                 "D \xe4\xb8\n");
    assert_string_equal(
        fixture_rows(f, "login_defs"),
        "A|\xe4\xb8\xad\xe6\x96\x87 ti\xe1\xba\xbfng \xf0\x9f\x90\xa7|1|/etc/login.defs|1\n"
        "B|gr\\xfc\\xdf \\xff|1|/etc/login.defs|2\n"
        "C|\\xc0\\x80 \\xed\\xa0\\x80 \\xf4\\x90\\x80\\x80 \\xe0\\x80\\x80 \\xf8|1|"
        "/etc/login.defs|3\n"
        "D|\\xe4\\xb8|1|/etc/login.defs|4\n");
    fixture_free(f);
}

/* A heap that is too small is a problem of the source, not the end of the run. */
static void survives_a_small_heap(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct buf text = {0};
    for (int i = 0; i < 100000; i++)
        buf_printf(&text, "user%d:x:%d:1:somebody:/home/user:/bin/sh\n", i, i);
    fixture_file(f, "/etc/passwd", text.ptr);
    fixture_file(f, "/etc/group", "a:x:1:b\n");
    fixture_fill(f, "target");
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + (2 << 20));
    struct rc rc = facts_fill(f->facts, "account");
    struct rc after = facts_fill(f->facts, "user_group");
    sqlite3_hard_heap_limit64(0);
    fixture_ok(rc);
    fixture_ok(after);
    assert_string_equal(fixture_used(f, "account"),
                        "/etc/passwd|ok|0|more than the memory set aside for facts can hold\n");
    assert_string_equal(fixture_query(f, "PRAGMA integrity_check"), "ok\n");
    assert_string_equal(fixture_query(f, "SELECT name FROM user_group"), "a\n");
    buf_free(&text);
    fixture_free(f);
}

/* ---- target and source ----------------------------------------------------------------- */

static void fills_target_and_source(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_file(f, "/etc/group", "a:x:1:b\n");
    fixture_status(f, ITEM_LIVE, "mounts", ITEM_TIMEOUT);
    assert_string_equal(fixture_rows(f, "target"), "host|test|1|1700000000|-|-\n");
    assert_string_equal(fixture_rows(f, "source"), "file|/etc/group|ok||8|/etc/group|-\n"
                                                   "live|mounts|timeout||0|mounts|-\n");
    fixture_fill(f, "source");
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM source"), "2\n");
    assert_string_equal(fixture_used(f, "source"), "");
    fixture_free(f);
}

/* ---- file ------------------------------------------------------------------------------ */

static void add_stat(struct fixture *f, const char *path, const struct stat_fact *fact)
{
    struct buf text = {0};
    stat_encode(fact, &text);
    fixture_add_bytes(f, ITEM_STAT, path, ITEM_OK, buf_view(&text));
    buf_free(&text);
}

static struct fixture *fixture_with_files(void)
{
    struct fixture *f = fixture_new();
    struct stat_fact plain = {"file", 0640, 0, 42, 100, 1, 1600000000, "", {NULL, 0, 0, 0}};
    struct stat_fact link = {"link", 0777, 7, 9, 4, 1, 1600000001, "../x", {"file", 0600, 0, 42}};
    fixture_file(f, "/etc/passwd", "root:x:0:0::/:\ntoor:x:0:0::/:\n# x:x:7:7\n+:x:9\n");
    fixture_file(f, "/etc/group", "root:x:0:\nshadow:x:42:\n");
    fixture_list(f, "/etc/*.conf", "/etc/a.conf\n/etc/b.conf\n");
    add_stat(f, "/etc/shadow", &plain);
    add_stat(f, "/etc/a.conf", &link);
    fixture_status(f, ITEM_STAT, "/etc/b.conf", ITEM_DENIED);
    fixture_status(f, ITEM_STAT, "/etc/none", ITEM_ABSENT);
    fixture_status(f, ITEM_LIST, "/root/*", ITEM_DENIED);
    fixture_fill(f, "target");
    return f;
}

static void fills_file_for_each_check(void **state)
{
    (void)state;
    struct fixture *f = fixture_with_files();
    const char *first[] = {"/etc/shadow", "/etc/none", "/etc/*.conf"};
    fixture_ok(facts_fill_file(f->facts, first, 3));
    assert_string_equal(fixture_rows(f, "file"),
                        "/etc/shadow|file|416|0|42|root|shadow|100|1600000000|1|-|"
                        "file|416|0|42|root|shadow|/etc/shadow|-\n"
                        "/etc/a.conf|link|511|7|9|-|-|4|1600000001|1|../x|"
                        "file|384|0|42|root|shadow|/etc/a.conf|-\n");
    assert_string_equal(fixture_used(f, "file"), "/etc/shadow|ok|0|-\n"
                                                 "/etc/none|absent|0|-\n"
                                                 "/etc/*.conf|ok|0|-\n"
                                                 "/etc/a.conf|ok|0|-\n"
                                                 "/etc/b.conf|denied|0|-\n");
    const char *second[] = {"/root/*", "/etc/unasked"};
    fixture_ok(facts_fill_file(f->facts, second, 2));
    assert_string_equal(fixture_rows(f, "file"), "");
    assert_string_equal(fixture_used(f, "file"), "/root/*|denied|0|-\n/etc/unasked|none|0|-\n");
    fixture_free(f);
}

static void notes_owners_that_cannot_be_named(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_status(f, ITEM_FILE, "/etc/passwd", ITEM_DENIED);
    fixture_status(f, ITEM_FILE, "/etc/group", ITEM_ABSENT);
    fixture_add_bytes(f, ITEM_STAT, "/x", ITEM_OK, VIEW("rubbish"));
    fixture_fill(f, "target");
    const char *paths[] = {"/x"};
    fixture_ok(facts_fill_file(f->facts, paths, 1));
    assert_string_equal(fixture_rows(f, "file"), "");
    const char *used = fixture_used(f, "file");
    assert_non_null(strstr(used, "/x|ok|0|"));
    assert_null(strstr(used, "/x|ok|0|-"));
    assert_non_null(strstr(used, "/etc/passwd|denied|0|-\n"));
    assert_null(strstr(used, "/etc/group"));
    fixture_free(f);
}

/* ---- walk ------------------------------------------------------------------------------ */

static struct fixture *fixture_with_walk(const struct walk_record *records, size_t count)
{
    struct fixture *f = fixture_new();
    struct buf text = {0};
    for (size_t i = 0; i < count; i++)
        walk_encode(&records[i], &text);
    fixture_add_bytes(f, ITEM_WALK, "/", ITEM_OK, buf_view(&text));
    fixture_file(f, "/etc/passwd", "root:x:0:0::/:\n");
    fixture_file(f, "/etc/group", "root:x:0:\n");
    fixture_fill(f, "target");
    buf_free(&text);
    return f;
}

#define BIT(p) (1u << (p))

static const struct walk_record records[] = {
    {.kind = WALK_FILESYSTEM,
     .path = "/",
     .type = "ext4",
     .inodes = 10,
     .directories = 3,
     .denied = 1,
     .total = 2},
    {.kind = WALK_FILESYSTEM, .path = "/home", .type = "xfs", .inodes = 5, .directories = 1},
    {.kind = WALK_HIT,
     .predicate = WALK_SETUID,
     .path = "/usr/bin/su",
     .fact = {"file", 04755, 0, 0, 9, 1, 5, "", {NULL, 0, 0, 0}}},
    {.kind = WALK_HIT,
     .predicate = WALK_UNOWNED,
     .path = "/home/x",
     .fact = {"file", 0644, 7, 8, 9, 1, 5, "", {NULL, 0, 0, 0}}},
    {.kind = WALK_HIT,
     .predicate = WALK_UNOWNED,
     .path = "/homely",
     .fact = {"file", 0644, 7, 8, 9, 1, 5, "", {NULL, 0, 0, 0}}},
    {.kind = WALK_SKIPPED, .path = "/net", .type = "nfs"},
    {.kind = WALK_NOT_ENTERED, .path = "/root", .reason = "Permission denied"},
    {.kind = WALK_CUT, .predicate = WALK_SETGID, .total = 20000},
    {.kind = WALK_CUT, .predicate = WALK_UNGROUPED, .total = 0},
};

static const char *hits(struct fixture *f)
{
    return fixture_query(f, "SELECT predicate, path, printf('%04o', mode), uid, user, filesystem, "
                            "src FROM walk WHERE predicate NOT IN ('filesystem', 'skipped')");
}

static void fill_walk(struct fixture *f, uint32_t predicates, const char *folder)
{
    fixture_ok(facts_fill_walk(f->facts, predicates, &folder, 1));
}

static void fills_walk_for_each_check(void **state)
{
    (void)state;
    struct fixture *f = fixture_with_walk(records, COUNT_OF(records));
    fill_walk(f, BIT(WALK_UNOWNED), "/home");
    assert_string_equal(hits(f), "unowned|/home/x|0644|7|-|xfs|/home/x\n");
    assert_string_equal(fixture_used(f, "walk"), "/|ok|0|-\n");
    fill_walk(f, BIT(WALK_UNOWNED) | BIT(WALK_SETUID), "/usr/");
    assert_string_equal(hits(f), "setuid|/usr/bin/su|4755|0|root|ext4|/usr/bin/su\n");
    assert_string_equal(
        fixture_query(f, "SELECT predicate, path, filesystem, inodes, directories, denied, hits, "
                         "src FROM walk WHERE predicate IN ('filesystem', 'skipped')"),
        "filesystem|/|ext4|10|3|1|2|/\n"
        "filesystem|/home|xfs|5|1|0|0|/home\n"
        "skipped|/net|nfs|-|-|-|-|/net\n");
    fixture_free(f);
}

static void walk_tells_what_it_missed(void **state)
{
    (void)state;
    static const struct {
        uint32_t predicates;
        const char *folder, *used;
    } cases[] = {
        {BIT(WALK_UNOWNED), "/", "/|ok|0|/root could not be entered: Permission denied\n"},
        {BIT(WALK_UNOWNED), "/root/.ssh", "/|ok|0|/root could not be entered: Permission denied\n"},
        {BIT(WALK_UNOWNED), "/rooted", "/|ok|0|-\n"},
        {BIT(WALK_UNOWNED), "/net/x", "/|ok|0|/net (nfs) is not walked\n"},
        {BIT(WALK_SETGID), "/usr", "/|ok|0|only 10000 of 20000 hits of setgid were kept\n"},
        {BIT(WALK_UNGROUPED), "/usr", "/|ok|0|ungrouped could not be judged\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *f = fixture_with_walk(records, COUNT_OF(records));
        fill_walk(f, cases[i].predicates, cases[i].folder);
        assert_string_equal(fixture_used(f, "walk"), cases[i].used);
        fixture_free(f);
    }
}

static void walk_without_an_item(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    fixture_fill(f, "target");
    fill_walk(f, BIT(WALK_UNOWNED), "/");
    assert_string_equal(fixture_used(f, "walk"), "/|none|0|-\n");
    fixture_free(f);

    f = fixture_new();
    fixture_add_bytes(f, ITEM_WALK, "/", ITEM_OK, VIEW("rubbish\nskipped\t/net\tnfs\nmore\n"));
    fixture_fill(f, "target");
    fill_walk(f, BIT(WALK_UNOWNED), "/");
    assert_string_equal(fixture_query(f, "SELECT path FROM walk"), "/net\n");
    assert_non_null(strstr(fixture_used(f, "walk"), "/|ok|0|walk: "));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_every_column),
        cmocka_unit_test(declares_strict_tables),
        cmocka_unit_test(names_the_sources_of_tables),
        cmocka_unit_test(shows_what_was_not_collected),
        cmocka_unit_test(fills_once),
        cmocka_unit_test(stops_at_a_nul),
        cmocka_unit_test(drops_the_half_line_of_a_cut_file),
        cmocka_unit_test(skips_a_long_line),
        cmocka_unit_test(makes_text_of_any_bytes),
        cmocka_unit_test(survives_a_small_heap),
        cmocka_unit_test(fills_target_and_source),
        cmocka_unit_test(fills_file_for_each_check),
        cmocka_unit_test(notes_owners_that_cannot_be_named),
        cmocka_unit_test(fills_walk_for_each_check),
        cmocka_unit_test(walk_tells_what_it_missed),
        cmocka_unit_test(walk_without_an_item),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
