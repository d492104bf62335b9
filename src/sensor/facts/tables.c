/*
 * tables: which tables there are, who feeds them, and how they are declared.
 *
 * The registry is built once, from the readers' own tables, and sorted by name; after that it never
 * changes, so that threads may share it.
 */
#include "sensor/facts/filling.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define TABLES_MAX 128

static struct {
    pthread_once_t once;
    size_t count;
    struct registered tables[TABLES_MAX];
    const struct table *plain[TABLES_MAX]; /* the same, for facts_tables */
} known = {.once = PTHREAD_ONCE_INIT};

static void register_table(const struct table *table, const struct reader *reader, size_t number)
{
    must(known.count < TABLES_MAX);
    known.tables[known.count++] = (struct registered){table, reader, number};
}

static int by_name(const void *a, const void *b)
{
    const struct registered *left = a, *right = b;
    return strcmp(left->table->name, right->table->name);
}

/* Two tables of one name would be a mistake of ours, seen at the first start. */
static void build_registry(void)
{
    register_table(&table_file, NULL, 0);
    register_table(&table_walk, NULL, 0);
    register_table(&table_target, NULL, 0);
    register_table(&table_source, NULL, 0);
    for (size_t i = 0; readers[i]; i++)
        for (const struct table *const *t = readers[i]->tables; *t; t++)
            register_table(*t, readers[i], i);
    qsort(known.tables, known.count, sizeof known.tables[0], by_name);
    for (size_t i = 0; i < known.count; i++) {
        must(i == 0 || by_name(&known.tables[i - 1], &known.tables[i]) < 0);
        known.plain[i] = known.tables[i].table;
    }
}

const struct registered *registry(size_t *count)
{
    must(pthread_once(&known.once, build_registry) == 0);
    *count = known.count;
    return known.tables;
}

static int name_against(const void *key, const void *entry)
{
    const struct registered *registered = entry;
    return strcmp(key, registered->table->name);
}

const struct registered *registry_find(const char *table)
{
    size_t count;
    const struct registered *all = registry(&count);
    return bsearch(table, all, count, sizeof *all, name_against);
}

const struct table *const *facts_tables(size_t *count)
{
    registry(count);
    return known.plain;
}

const struct table *facts_table(const char *name)
{
    const struct registered *found = registry_find(name);
    return found ? found->table : NULL;
}

const struct source *facts_sources_of(const char *table, size_t *count)
{
    const struct registered *found = registry_find(table);
    *count = 0;
    if (found && found->reader) {
        *count = found->reader->source_count;
        return found->reader->sources;
    }
    if (found && (found->table == &table_file || found->table == &table_walk)) {
        *count = COUNT_OF(names_sources);
        return names_sources;
    }
    return NULL;
}

/* ---- declaring ------------------------------------------------------------------------- */

/* Names are quoted: `match`, `key` and their like are words of SQL as well. */
static void add_table(struct buf *sql, const struct table *table)
{
    buf_printf(sql, "CREATE TABLE \"%s\"(", table->name);
    for (size_t i = 0; i < table->column_count; i++)
        buf_printf(sql, "\"%s\" %s,", table->columns[i].name,
                   table->columns[i].type == COLUMN_INTEGER ? "INTEGER" : "TEXT");
    buf_add_text(sql, "src TEXT,line INTEGER)STRICT;\n");
}

/* What checks look up row by row. */
static const char indexes[] = "CREATE INDEX package_name ON package(name);"
                              "CREATE INDEX user_group_gid ON user_group(gid);"
                              "CREATE INDEX pam_rule_module ON pam_rule(module);"
                              "CREATE INDEX pam_argument_service ON pam_argument(service);";

struct rc facts_declare(sqlite3 *db)
{
    struct buf sql = {0};
    size_t count;
    const struct registered *all = registry(&count);
    /* A journal in memory, not none: when the heap's limit stops an INSERT, SQLite rolls back. */
    buf_add_text(&sql, "PRAGMA journal_mode=MEMORY;PRAGMA temp_store=MEMORY;BEGIN;\n");
    for (size_t i = 0; i < count; i++)
        add_table(&sql, all[i].table);
    buf_add_text(&sql, indexes);
    buf_add_text(&sql, "COMMIT;\n");
    int code = sqlite3_exec(db, sql.ptr, NULL, NULL, NULL);
    buf_free(&sql);
    if (code != SQLITE_OK)
        return fault(code == SQLITE_NOMEM ? FAULT_LIMIT : FAULT_IO,
                     "the tables of facts cannot be declared: %s", sqlite3_errmsg(db));
    return RC_OK;
}
