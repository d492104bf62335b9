/*
 * tables: which tables there are, who feeds them, and where a database has their rows.
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

size_t registry_number(const char *table)
{
    const struct registered *found = registry_find(table);
    must(found);
    return (size_t)(found - known.tables);
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

#define FUNCTION "facts_rows"

static void free_all(void *all)
{
    size_t count;
    registry(&count);
    for (size_t i = 0; i < count; i++)
        rows_empty(&((struct rows *)all)[i]);
    mem_free(all);
}

/* SQLite keeps our pointer but gives it back to functions only: this one hands it on. */
static void hand_on(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct rows **out = sqlite3_value_pointer(values[0], FUNCTION);
    if (out)
        *out = sqlite3_user_data(context);
}

static struct rc declare_all(sqlite3 *db)
{
    size_t count;
    const struct registered *tables = registry(&count);
    struct rows *all = mem_new(count * sizeof *all);
    /* Owns `all` from here on, even when it fails. */
    int code = sqlite3_create_function_v2(db, FUNCTION, 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, all,
                                          hand_on, NULL, NULL, free_all);
    for (size_t i = 0; i < count && code == SQLITE_OK; i++) {
        all[i] =
            (struct rows){.table = tables[i].table, .width = tables[i].table->column_count + 2};
        code = virtual_declare(db, &all[i]);
    }
    if (code == SQLITE_OK)
        return RC_OK;
    return fault(code == SQLITE_NOMEM ? FAULT_LIMIT : FAULT_IO,
                 "the tables of facts cannot be declared: %s", sqlite3_errmsg(db));
}

struct rc facts_declare(sqlite3 *db)
{
    /* What queries sort stays in memory, too. */
    if (sqlite3_exec(db, "PRAGMA temp_store=MEMORY", NULL, NULL, NULL) != SQLITE_OK)
        return fault(FAULT_IO, "the database cannot be set up: %s", sqlite3_errmsg(db));
    return declare_all(db);
}

struct rc tables_rows(sqlite3 *db, struct rows **out)
{
    sqlite3_stmt *ask = NULL;
    struct rows *found = NULL;
    if (sqlite3_prepare_v2(db, "SELECT " FUNCTION "(?)", -1, &ask, NULL) == SQLITE_OK &&
        sqlite3_bind_pointer(ask, 1, &found, FUNCTION, NULL) == SQLITE_OK)
        sqlite3_step(ask);
    sqlite3_finalize(ask);
    if (!found)
        return fault(FAULT_IO, "the tables of facts were not declared: %s", sqlite3_errmsg(db));
    *out = found;
    return RC_OK;
}
