/*
 * facts: opens a bundle for reading as rows, fills tables on demand, and remembers which sources a
 * table came from.
 *
 *   facts_fill(table) -> its reader, once -> reader_row... -> rows.c <- virtual.c <- queries
 *
 * A bound that is reached while filling (rows, SQLite's heap limit) leaves the table partly filled
 * and a problem at the source; the engine above turns that into `unknown`.
 */
#include "sensor/facts/filling.h"

#include <string.h>

void filling_begin(struct facts *facts, struct use_list *uses)
{
    facts->current = uses;
    facts->instance = NULL;
}

struct rc filling_end(struct facts *facts, struct rc outcome)
{
    struct use_list *uses = facts->current;
    facts->current = NULL;
    if (outcome.kind == FAULT_LIMIT && uses && uses->count) {
        struct fact_source *last = &uses->list[uses->count - 1];
        if (!last->problem)
            last->problem = arena_text(facts->arena, fault_text());
        outcome = RC_OK;
    }
    return outcome;
}

void filling_empty(struct facts *facts, const struct table *table)
{
    rows_empty(&facts->rows[registry_number(table->name)]);
}

struct rc facts_new(sqlite3 *db, struct bundle *bundle, struct facts **out)
{
    struct rows *rows;
    TRY(tables_rows(db, &rows));
    struct facts *facts = mem_new(sizeof *facts);
    while (readers[facts->reader_count])
        facts->reader_count++;
    facts->bundle = bundle;
    facts->arena = arena_new();
    facts->rows = rows;
    facts->uses = arena_take(facts->arena, (facts->reader_count + 2) * sizeof *facts->uses);
    facts->done = arena_take(facts->arena, facts->reader_count * sizeof *facts->done);
    struct rc rc = target_fill(facts);
    if (failed(rc)) {
        facts_free(facts);
        return rc;
    }
    *out = facts;
    return RC_OK;
}

void facts_free(struct facts *facts)
{
    if (!facts)
        return;
    size_t tables;
    registry(&tables);
    for (size_t i = 0; i < tables; i++)
        rows_empty(&facts->rows[i]);
    for (size_t i = 0; i < facts->reader_count + 2; i++) {
        mem_free(facts->uses[i].list);
        mem_free(facts->uses[i].chains);
    }
    buf_free(&facts->scratch);
    arena_free(facts->arena);
    mem_free(facts);
}

struct rc facts_fill(struct facts *facts, const char *table)
{
    const struct registered *found = registry_find(table);
    if (!found)
        return fault(FAULT_USAGE, "there is no table \"%s\"; `merlon schema` lists them", table);
    if (found->table == &table_source && !facts->source_done) {
        facts->source_done = true;
        return source_fill(facts);
    }
    if (!found->reader || facts->done[found->reader_number])
        return RC_OK;
    /* Even a failure is not tried again: the rows it left would come twice. */
    facts->done[found->reader_number] = true;
    filling_begin(facts, &facts->uses[found->reader_number]);
    return filling_end(facts, found->reader->read(facts));
}

const struct fact_source *facts_used(const struct facts *facts, const char *table, size_t *count)
{
    const struct registered *found = registry_find(table);
    /* Behind the lists of the readers stand those of `file` and `walk`. */
    const struct use_list *uses = NULL;
    if (found && found->reader)
        uses = &facts->uses[found->reader_number];
    else if (found && found->table == &table_file)
        uses = &facts->uses[facts->reader_count];
    else if (found && found->table == &table_walk)
        uses = &facts->uses[facts->reader_count + 1];
    *count = uses ? uses->count : 0;
    return uses ? uses->list : NULL;
}
