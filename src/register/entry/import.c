/*
 * import: a sheet into the register, all of it or nothing.
 *
 *   header -> which column is which field        row -> changes -> entry_put, in one transaction
 *
 * Rows are looked at to the end even when some are wrong, so that a person mends all at once. A row
 * that refers to a row further down (a unit to its parent) is put off and tried again when the rest
 * is in. Values of rows that were put off are kept; of others nothing is.
 */
#include "register/entry/reg.h"

#include <string.h>

struct column {
    const struct field *field; /* NULL: the key */
    bool taken;                /* false: a column that is shown but cannot be set */
};

struct late_row { /* put off */
    size_t number;
    const char *key;
    struct change *changes;
    size_t count;
    struct late_row *next;
};

struct import {
    struct reg *reg;
    const struct kind *kind;
    struct sheet *sheet;
    bool dry_run;
    struct arena *arena; /* of the report */
    void (*progress)(void *context, size_t rows);
    void *context;
    struct import_report *report;
    struct column columns[SHEET_COLUMNS_MAX];
    size_t column_count;
    struct import_error *errors;
    struct late_row *late, **late_end;
    struct arena *late_arena;
    struct seen *own; /* the keys of this file */
    bool finished;    /* every row was looked at: what failed then is in the report */
    bool tried;       /* a transaction that is tried again cannot read the sheet again */
};

/* ---- header --------------------------------------------------------------------------------- */

static bool titled(struct value titles, struct view name)
{
    for (int lang = 0; lang < LANG_COUNT; lang++)
        if (view_is(name, text_of(titles, (enum lang)lang)))
            return true;
    return false;
}

/* By name or by the title in any language: people send back what an export gave them. */
static const struct field *field_of_header(const struct kind *kind, struct view name)
{
    for (size_t i = 0; i < kind->count; i++)
        if (view_is_nocase(name, kind->fields[i].name) || titled(kind->fields[i].titles, name))
            return &kind->fields[i];
    return NULL;
}

/* Columns that an export adds for people and an import leaves alone. */
static bool left_alone(struct view name)
{
    static const char *const names[] = {"revision", "created", "updated", "retired"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (view_is_nocase(name, names[i]))
            return true;
    return name.len == 0;
}

static struct rc read_header(struct import *import, const struct sheet_row *row)
{
    bool has_key = false;
    for (size_t i = 0; i < row->count; i++) {
        struct view name = view_trim(row->cells[i]);
        struct column *column = &import->columns[i];
        char letters[8];
        if (view_is_nocase(name, "key")) {
            has_key = column->taken = true;
            continue;
        }
        column->field = field_of_header(import->kind, name);
        column->taken = column->field && !column->field->derived;
        if (!column->field && !left_alone(name))
            return fault(FAULT_DATA, "row %zu, column %s: %s has no field '%.*s'", row->number,
                         sheet_column_name(i, letters), import->kind->name, (int)name.len,
                         name.ptr);
        for (size_t before = 0; before < i && column->taken; before++)
            if (import->columns[before].taken && import->columns[before].field == column->field)
                return fault(FAULT_DATA, "row %zu, column %s: '%.*s' stands there twice",
                             row->number, sheet_column_name(i, letters), (int)name.len, name.ptr);
    }
    if (!has_key)
        return fault(FAULT_DATA, "row %zu: there is no column `key`: see `merlon %s template`",
                     row->number, import->kind->name);
    import->column_count = row->count;
    return RC_OK;
}

/* ---- errors ------------------------------------------------------------------------------- */

/* "B (unit)": the letter a spreadsheet shows, and the field. */
static const char *column_name(const struct import *import, const struct field *field)
{
    for (size_t i = 0; i < import->column_count; i++) {
        char letters[8];
        if (import->columns[i].taken && import->columns[i].field == field)
            return arena_printf(import->arena, "%s (%s)", sheet_column_name(i, letters),
                                field ? field->name : "key");
    }
    return field ? field->name : "";
}

static void note_error(struct import *import, size_t row, const char *column)
{
    struct import_report *report = import->report;
    report->errors++;
    if (report->kept_count == IMPORT_ERRORS_MAX)
        return;
    import->errors[report->kept_count++] = (struct import_error){
        .row = row, .column = column, .reason = arena_text(import->arena, fault_text())};
}

/* What is wrong with a row, and not with the store or the machine. */
static bool is_row_error(struct rc rc)
{
    return rc.kind == FAULT_DATA || rc.kind == FAULT_ABSENT || rc.kind == FAULT_USAGE ||
           rc.kind == FAULT_DENIED;
}

/* ---- rows --------------------------------------------------------------------------------- */

/* Keys are known beforehand, so a new row costs no question to the store. */
static struct rc put_row(struct import *import, const char *key, const struct change *changes,
                         size_t count)
{
    struct reg *reg = import->reg;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct entry *before = NULL;
    struct entry after = {.kind = import->kind, .key = key};
    const char **values = arena_take(arena, (import->kind->count + 1) * sizeof *values);
    int64_t id = 0;
    bool changed;
    if (seen_has_key(reg->seen, key)) {
        TRY(reg_find(reg, import->kind, key, reg_clearance(reg), arena, &before, &id));
        if (!before)
            return no_such_entry(import->kind, key); /* taken by what he may not see */
        if (before->retired)
            return fault(FAULT_DATA, "%s '%s' is retired", import->kind->name, key);
        values = entry_open(arena, before, &after);
    }
    after.values = values;
    TRY(apply_changes(arena, import->kind, key, changes, count, false, values));
    TRY(entry_put(reg, before ? PUT_SET : PUT_ADD, before, id, &after, values, NULL, arena,
                  &changed));
    seen_add_key(reg->seen, key);
    import->report->added += !before;
    import->report->changed += before && changed;
    import->report->unchanged += before && !changed;
    return RC_OK;
}

static void put_off(struct import *import, size_t number, const char *key,
                    const struct change *changes, size_t count)
{
    struct arena *arena = import->late_arena;
    struct late_row *late = arena_take(arena, sizeof *late);
    *late = (struct late_row){.number = number, .key = arena_text(arena, key), .count = count};
    late->changes = arena_take(arena, (count + 1) * sizeof *late->changes);
    for (size_t i = 0; i < count; i++)
        late->changes[i] =
            (struct change){changes[i].field, view_of(view_text(arena, changes[i].value))};
    *import->late_end = late;
    import->late_end = &late->next;
}

/* A cell that does not parse is told with its column; then the row is not tried. */
static struct rc parse_cells(struct import *import, const struct sheet_row *row,
                             struct arena *arena, struct change *changes, size_t *count,
                             const char **key)
{
    size_t wrong = import->report->errors;
    *count = 0;
    *key = NULL;
    for (size_t i = 0; i < import->column_count; i++) {
        const struct column *column = &import->columns[i];
        struct view cell = i < row->count ? view_trim(row->cells[i]) : (struct view){NULL, 0};
        const char *value;
        struct rc rc = RC_OK;
        if (!column->taken)
            continue;
        if (column->field) {
            rc = field_parse(arena, column->field, cell, &value);
            changes[(*count)++] = (struct change){column->field->name, cell};
        } else {
            rc = key_verify(cell);
            *key = view_text(arena, cell);
        }
        if (failed(rc))
            note_error(import, row->number, column_name(import, column->field));
    }
    for (size_t i = import->column_count; i < row->count; i++)
        if (view_trim(row->cells[i]).len) {
            rc_ignore(fault(FAULT_DATA, "more cells than the header has"));
            note_error(import, row->number, "");
            break;
        }
    return import->report->errors == wrong ? RC_OK : (struct rc){FAULT_DATA};
}

/* Whether a row failed only because what it refers to, of its own kind, is not there (yet). */
static bool may_come_later(const struct import *import, struct rc rc)
{
    const struct field *wrong = import->reg->wrong;
    return rc.kind == FAULT_DATA && wrong && wrong->ref == import->kind;
}

/* A row that cannot be read is counted and told, and the next one is looked at. */
static struct rc take_row(struct import *import, const struct sheet_row *row)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct change changes[FIELDS_MAX];
    size_t count;
    const char *key;
    import->report->rows++;
    if (failed(parse_cells(import, row, arena, changes, &count, &key)))
        return RC_OK;
    if (seen_has_key(import->own, key)) {
        rc_ignore(fault(FAULT_DATA, "'%s' stands in a row further up, too", key));
        note_error(import, row->number, column_name(import, NULL));
        return RC_OK;
    }
    seen_add_key(import->own, key);
    import->reg->wrong = NULL;
    struct rc rc = put_row(import, key, changes, count);
    if (may_come_later(import, rc)) {
        put_off(import, row->number, key, changes, count);
        return RC_OK;
    }
    if (failed(rc) && is_row_error(rc)) {
        note_error(import, row->number,
                   import->reg->wrong ? column_name(import, import->reg->wrong) : "");
        return RC_OK;
    }
    return rc;
}

/* Again and again, as long as each round brings some in. */
static struct rc take_late(struct import *import)
{
    for (bool progress = true; progress && import->late;) {
        progress = false;
        for (struct late_row **at = &import->late; *at;) {
            struct late_row *late = *at;
            import->reg->wrong = NULL;
            struct rc rc = put_row(import, late->key, late->changes, late->count);
            if (may_come_later(import, rc)) {
                at = &late->next;
                continue;
            }
            if (failed(rc) && !is_row_error(rc))
                return rc;
            if (failed(rc))
                note_error(import, late->number, "");
            *at = late->next;
            progress = true;
        }
    }
    for (struct late_row *late = import->late; late; late = late->next) {
        struct rc rc = put_row(import, late->key, late->changes, late->count);
        if (failed(rc) && !is_row_error(rc))
            return rc;
        if (failed(rc))
            note_error(import, late->number, column_name(import, import->reg->wrong));
    }
    return RC_OK;
}

static struct rc keep_key(void *context, const struct datum *row)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    seen_add_key(context, view_text(arena, row[0].bytes));
    return RC_OK;
}

static struct rc read_keys(struct reg *reg, const struct kind *kind)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    return store_query(reg->store, arena_printf(arena, "SELECT key FROM %s", kind->name), NULL, 0,
                       1, keep_key, reg->seen);
}

/* The one transaction: its failure, asked for or not, takes every row back. */
static struct rc all_rows(struct reg *reg, void *context)
{
    struct import *import = context;
    struct sheet_row row;
    bool more;
    if (import->tried)
        return fault(FAULT_CONFLICT, "somebody else wrote meanwhile: import again");
    import->tried = true;
    TRY(read_keys(reg, import->kind));
    TRY(sheet_next(import->sheet, &row, &more));
    if (!more)
        return fault(FAULT_DATA, "the file is empty: it needs a header, see `merlon %s template`",
                     import->kind->name);
    TRY(read_header(import, &row));
    TRY(store_bulk_begin(reg->store));
    for (;;) {
        TRY(sheet_next(import->sheet, &row, &more));
        if (!more)
            break;
        TRY(take_row(import, &row));
        if (import->progress && import->report->rows % 1000 == 0)
            import->progress(import->context, import->report->rows);
    }
    TRY(take_late(import));
    TRY(store_bulk_end(reg->store));
    import->finished = true;
    if (import->report->errors)
        return fault(FAULT_DATA, "%zu errors: nothing was imported", import->report->errors);
    return import->dry_run ? fault(FAULT_DATA, "a dry run: nothing is kept") : RC_OK;
}

struct rc entry_import(struct reg *reg, const struct kind *kind, struct sheet *sheet, bool dry_run,
                       struct arena *arena, void (*progress)(void *context, size_t rows),
                       void *context, struct import_report *out)
{
    struct import_report report = {.kept = NULL};
    struct import import = {.reg = reg,
                            .kind = kind,
                            .sheet = sheet,
                            .dry_run = dry_run,
                            .arena = arena,
                            .progress = progress,
                            .context = context,
                            .report = &report,
                            .own = seen_new(),
                            .late_arena = arena_new()};
    import.late_end = &import.late;
    import.errors = arena_take(arena, IMPORT_ERRORS_MAX * sizeof *import.errors);
    report.kept = import.errors;
    reg->seen = seen_new();
    struct rc rc = reg_transact(reg, all_rows, &import);
    seen_free(reg->seen);
    seen_free(import.own);
    reg->seen = NULL;
    arena_free(import.late_arena);
    if (failed(rc) && !(import.finished && (report.errors || dry_run)))
        return rc;
    *out = report;
    return RC_OK;
}

struct rc entry_template(const struct kind *kind, enum sheet_format format, struct buf *out)
{
    struct view cells[FIELDS_MAX + 1] = {VIEW("key")};
    size_t count = 1;
    for (size_t i = 0; i < kind->count; i++)
        if (!kind->fields[i].derived)
            cells[count++] = view_of(kind->fields[i].name);
    struct sheet_writer *writer = sheet_writer_new(format);
    struct rc rc = sheet_writer_row(writer, cells, count);
    if (failed(rc)) {
        sheet_writer_free(writer);
        return rc;
    }
    return sheet_writer_finish(writer, out);
}
