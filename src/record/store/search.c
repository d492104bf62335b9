/*
 * search: rows that hold all words asked for.
 *
 * SQLite: an FTS5 table `<table>_search` without contents of its own (it reads them from the
 * table), so a change must first tell it what stood there before. Words hold letters, digits and .
 * - _ : / @ only, which the tokenizer keeps together. PostgreSQL: a GIN index over the words as an
 * array.
 */
#include "record/store/engine.h"

#include <string.h>

struct rc store_search_declare(struct store *store, const char *table)
{
    struct buf sql CLEANUP(buf_free) = {0}, name CLEANUP(buf_free) = {0};
    bool there = false;
    /* Asked first: PostgreSQL would wait for all writers of the table only to find it there. */
    buf_printf(&name, "%s_search", table);
    TRY(store_has(store, name.ptr, &there));
    if (there)
        return RC_OK;
    if (store_engine(store) == STORE_SQLITE)
        buf_printf(&sql,
                   "CREATE VIRTUAL TABLE IF NOT EXISTS %s_search USING fts5(words, content='%s', "
                   "content_rowid='id', detail=none, columnsize=0, tokenize=\"ascii tokenchars "
                   "'.-_:/@'\")",
                   table, table);
    else
        buf_printf(&sql,
                   "CREATE INDEX IF NOT EXISTS %s_search ON %s USING gin "
                   "(string_to_array(words, ' '))",
                   table, table);
    struct rc rc = store_script(store, sql.ptr);
    if (failed(rc) && !store_in_transaction(store))
        TRY(store_has(store, name.ptr, &there)); /* another process was faster */
    return there ? RC_OK : rc;
}

struct rc store_search_add(struct store *store, const char *table, int64_t id, const char *words)
{
    struct buf sql CLEANUP(buf_free) = {0};
    struct datum values[] = {datum_integer(id), datum_text(words)};
    if (store_engine(store) == STORE_POSTGRES)
        return RC_OK;
    buf_printf(&sql, "INSERT INTO %s_search (rowid, words) VALUES (?1, ?2)", table);
    return store_run(store, sql.ptr, values, COUNT_OF(values));
}

struct rc store_search_change(struct store *store, const char *table, int64_t id,
                              const char *before, const char *after)
{
    struct buf sql CLEANUP(buf_free) = {0};
    struct datum values[] = {datum_integer(id), datum_text(before)};
    if (store_engine(store) == STORE_POSTGRES || strcmp(before, after) == 0)
        return RC_OK;
    buf_printf(&sql, "INSERT INTO %s_search (%s_search, rowid, words) VALUES ('delete', ?1, ?2)",
               table, table);
    TRY(store_run(store, sql.ptr, values, COUNT_OF(values)));
    return store_search_add(store, table, id, after);
}

void store_search_condition(const struct store *store, const char *table, size_t number,
                            struct buf *sql)
{
    if (store->engine->id == STORE_SQLITE)
        buf_printf(sql, "id IN (SELECT rowid FROM %s_search WHERE %s_search MATCH ?%zu)", table,
                   table, number);
    else
        buf_printf(sql,
                   "(?%zu <> '' AND string_to_array(words, ' ') @> string_to_array(?%zu, ' '))",
                   number, number);
}

/* FTS5 takes a word in double quotes literally; words hold no quotes. */
const char *store_search_words(const struct store *store, struct arena *arena, const char *words)
{
    if (store->engine->id == STORE_POSTGRES)
        return arena_text(arena, words);
    struct buf quoted CLEANUP(buf_free) = {0};
    struct view rest = view_of(words), word;
    buf_add_text(&quoted, "");
    while (view_word(&rest, &word))
        buf_printf(&quoted, "%s\"%.*s\"", quoted.len ? " " : "", (int)word.len, word.ptr);
    return arena_text(arena, quoted.len ? quoted.ptr : "\"\"");
}
