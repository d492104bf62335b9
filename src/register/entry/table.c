/* table: the tables that follow from the kinds. */
#include "register/entry/table.h"

#include <string.h>

bool field_is_number(const struct field *field)
{
    return field->type == FIELD_INTEGER || field->type == FIELD_TIME;
}

bool field_has_items(const struct field *field)
{
    return field->type == FIELD_REFLIST || field->item == ITEM_ADDRESS;
}

void table_add_order(struct buf *sql, const struct field *field, bool descending)
{
    if (field_is_number(field))
        buf_printf(sql, "coalesce(f_%s, %s)", field->name,
                   descending ? "-9223372036854775807" : "9223372036854775807");
    else
        buf_printf(sql, "coalesce(f_%s, '%s')", field->name, descending ? "" : "\xf4\x8f\xbf\xbf");
}

void table_add_columns(struct buf *sql, const struct kind *kind)
{
    buf_add_text(sql, "id, key, version, created, updated, retired, hidden");
    for (size_t i = 0; i < kind->count; i++)
        buf_printf(sql, ", f_%s", kind->fields[i].name);
}

static const char *read_value(struct arena *arena, const struct datum *cell)
{
    if (cell->kind == DATUM_INTEGER)
        return arena_printf(arena, "%lld", (long long)cell->integer);
    return cell->kind == DATUM_NULL ? NULL : view_text(arena, cell->bytes);
}

void table_read(struct arena *arena, const struct kind *kind, const struct datum *row,
                struct entry *out, int64_t *id)
{
    const char **values = arena_take(arena, (kind->count + 1) * sizeof *values);
    for (size_t i = 0; i < kind->count; i++)
        values[i] = read_value(arena, &row[TABLE_HEAD + i]);
    *id = row[0].integer;
    *out = (struct entry){
        .kind = kind,
        .key = view_text(arena, row[1].bytes),
        .version = row[2].integer,
        .created = row[3].integer,
        .updated = row[4].integer,
        .retired = row[5].integer,
        .hidden = (int)row[6].integer,
        .values = values,
    };
}

struct datum field_datum(const struct field *field, const char *value)
{
    int64_t number = 0;
    if (!value)
        return datum_null();
    if (!field_is_number(field))
        return datum_text(value);
    must(view_integer(view_of(value), &number));
    return datum_integer(number);
}

static void add_table(struct buf *sql, const struct kind *kind)
{
    buf_printf(sql,
               "CREATE TABLE %s (id {int} PRIMARY KEY, key {text} NOT NULL UNIQUE, version {int} "
               "NOT NULL, created {int} NOT NULL, updated {int} NOT NULL, retired {int} NOT NULL, "
               "hidden {int} NOT NULL, words {text} NOT NULL",
               kind->name);
    for (size_t i = 0; i < kind->count; i++)
        buf_printf(sql, ", f_%s %s", kind->fields[i].name,
                   field_is_number(&kind->fields[i]) ? "{int}" : "{text}");
    buf_add_text(sql, "){strict};\n");
}

/* What refers to something is indexed, and numbers with the largest first, which is what people ask
 * for. Other orders sort ids when asked: 25 ms over 100,000 entries, less than their indexes would
 * cost every import. */
static void add_indexes(struct buf *sql, const struct kind *kind)
{
    for (size_t i = 0; i < kind->count; i++) {
        const struct field *field = &kind->fields[i];
        if (field->listed && field_is_number(field)) {
            buf_printf(sql, "CREATE INDEX %s_by_%s ON %s ((", kind->name, field->name, kind->name);
            table_add_order(sql, field, true);
            buf_add_text(sql, "), id);\n");
        }
        if (field->type == FIELD_REF)
            buf_printf(sql, "CREATE INDEX %s_of_%s ON %s (f_%s);\n", kind->name, field->name,
                       kind->name, field->name);
    }
}

const char *table_sql(struct arena *arena)
{
    struct buf sql CLEANUP(buf_free) = {0};
    size_t count;
    const struct kind *const *all = kinds(&count);
    for (size_t i = 0; i < count; i++) {
        add_table(&sql, all[i]);
        add_indexes(&sql, all[i]);
    }
    buf_add_text(&sql, "CREATE TABLE entry_item (kind {text} NOT NULL, field {text} NOT NULL, item "
                       "{text} NOT NULL, id {int} NOT NULL, PRIMARY KEY (kind, field, item, "
                       "id)){strict};\n"
                       "CREATE INDEX entry_item_of ON entry_item (kind, id);\n");
    return arena_text(arena, sql.ptr);
}
