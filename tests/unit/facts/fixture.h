/*
 * fixture: a bundle made by hand, its facts, and the answers to queries as one text: cells divided
 * by '|', NULL as "-", a row a line. For the tests of the readers.
 */
#ifndef MERLON_TEST_FACTS_FIXTURE_H
#define MERLON_TEST_FACTS_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sensor/facts/facts.h"

#include <stdio.h>
#include <string.h>

struct fixture {
    sqlite3 *db;
    struct bundle *bundle;
    struct facts *facts; /* made when the first table is filled */
    struct buf answer;
};

static inline void fixture_ok(struct rc rc)
{
    if (failed(rc))
        fail_msg("%s", fault_text());
}

static inline struct fixture *fixture_new(void)
{
    struct fixture *f = mem_new(sizeof *f);
    assert_int_equal(sqlite3_open(":memory:", &f->db), SQLITE_OK);
    fixture_ok(facts_declare(f->db));
    f->bundle = bundle_new();
    struct target target = {"host", "test", true, 1700000000000000, "merlon test"};
    bundle_set_target(f->bundle, &target);
    return f;
}

static inline void fixture_free(struct fixture *f)
{
    facts_free(f->facts);
    bundle_free(f->bundle);
    assert_int_equal(sqlite3_close(f->db), SQLITE_OK);
    buf_free(&f->answer);
    mem_free(f);
}

static inline void fixture_add_bytes(struct fixture *f, enum item_kind kind, const char *name,
                                     enum item_status status, struct view bytes)
{
    struct item item = {.kind = kind, .status = status, .name = name, .reason = "", .bytes = bytes};
    fixture_ok(bundle_add(f->bundle, &item));
}

/* A file whose text a C string can hold. */
static inline void fixture_file(struct fixture *f, const char *path, const char *text)
{
    fixture_add_bytes(f, ITEM_FILE, path, ITEM_OK, view_of(text));
}

static inline void fixture_list(struct fixture *f, const char *pattern, const char *lines)
{
    fixture_add_bytes(f, ITEM_LIST, pattern, ITEM_OK, view_of(lines));
}

static inline void fixture_status(struct fixture *f, enum item_kind kind, const char *name,
                                  enum item_status status)
{
    fixture_add_bytes(f, kind, name, status, VIEW(""));
}

static inline void fixture_fill(struct fixture *f, const char *table)
{
    if (!f->facts)
        fixture_ok(facts_new(f->db, f->bundle, &f->facts));
    fixture_ok(facts_fill(f->facts, table));
}

static inline const char *fixture_query(struct fixture *f, const char *sql)
{
    sqlite3_stmt *query;
    f->answer.len = 0;
    buf_add_text(&f->answer, "");
    if (sqlite3_prepare_v2(f->db, sql, -1, &query, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(f->db));
    while (sqlite3_step(query) == SQLITE_ROW)
        for (int i = 0, n = sqlite3_column_count(query); i < n; i++) {
            const char *text = (const char *)sqlite3_column_text(query, i);
            buf_printf(&f->answer, "%s%s", text ? text : "-", i + 1 < n ? "|" : "\n");
        }
    assert_int_equal(sqlite3_finalize(query), SQLITE_OK);
    return f->answer.ptr;
}

/* All rows of a table, in the order of their making. */
static inline const char *fixture_rows(struct fixture *f, const char *table)
{
    char sql[128];
    fixture_fill(f, table);
    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\" ORDER BY rowid", table);
    return fixture_query(f, sql);
}

/* The sources used, one a line: name|status|line of the problem|problem; "none" for one that was
 * never collected, "-" without a problem. */
static inline const char *fixture_used(struct fixture *f, const char *table)
{
    size_t count;
    const struct fact_source *used = facts_used(f->facts, table, &count);
    f->answer.len = 0;
    buf_add_text(&f->answer, "");
    for (size_t i = 0; i < count; i++)
        buf_printf(&f->answer, "%s|%s|%u|%s\n", used[i].name,
                   used[i].item ? item_status_name(used[i].item->status) : "none",
                   used[i].problem_line, used[i].problem ? used[i].problem : "-");
    return f->answer.ptr;
}

/* The bytes of a table's source as they would be stored: reduced. */
static inline struct view fixture_reduced(const char *table, const char *path, const char *text,
                                          struct buf *out)
{
    size_t count;
    const struct source *sources = facts_sources_of(table, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(sources[i].pattern, path) == 0 && sources[i].reduce)
            sources[i].reduce(view_of(text), out);
    return buf_view(out);
}

static inline void fixture_reduced_file(struct fixture *f, const char *table, const char *path,
                                        const char *text)
{
    struct buf reduced = {0};
    fixture_add_bytes(f, ITEM_FILE, path, ITEM_OK, fixture_reduced(table, path, text, &reduced));
    buf_free(&reduced);
}

#endif
