/*
 * cmd_entry: `merlon unit|person|system|asset|supplier|access|product|agency` add, set, show, list,
 * history, import, export, retire, template. One set of functions for all kinds: which one is the
 * first word of the command.
 */
#include "interface/cli/command.h"
#include "interface/cli/office.h"
#include "register/discovery/discovery.h"
#include "foundation/sys/sys.h"

#include <string.h>

/* ---- what a call says ------------------------------------------------------------------------ */

static const struct kind *kind_of(const struct call *call)
{
    const struct kind *kind = kind_find(call->command->noun);
    must(kind);
    return kind;
}

/* "FIELD=VALUE" operands behind the key. */
static struct rc read_changes(const struct call *call, struct change *out, size_t *count)
{
    *count = 0;
    for (size_t i = 1; i < call->operand_count; i++) {
        struct view rest = view_of(call->operands[i]), name;
        const char *equals = strchr(call->operands[i], '=');
        if (!equals || equals == call->operands[i])
            return wrong(call, "msg.no_assignment", call->operands[i], NULL, NULL);
        if (*count == FIELDS_MAX)
            return wrong(call, "msg.too_many", call->operands[i], call->command->path, NULL);
        name = (struct view){rest.ptr, (size_t)(equals - rest.ptr)};
        out[(*count)++] = (struct change){view_text(call->arena, name), view_of(equals + 1)};
    }
    return RC_OK;
}

static void read_query(const struct call *call, struct entry_query *out)
{
    *out = (struct entry_query){
        .filters = call->given[OPTION_FILTER].values,
        .filter_count = call->given[OPTION_FILTER].count,
        .search = call_text(call, OPTION_SEARCH, NULL),
        .sort = call_text(call, OPTION_SORT, NULL),
        .retired = call_has(call, OPTION_RETIRED),
        .after = call_text(call, OPTION_AFTER, NULL),
        .limit = call_number(call, OPTION_LIMIT, 0),
    };
}

/* ---- writing --------------------------------------------------------------------------------- */

/* What was done, in one line, to stderr: stdout is for data. */
static struct rc told(const struct call *call, const char *key)
{
    tell(say(call, key, call->command->noun, call->operands[0], NULL));
    return RC_OK;
}

struct rc cmd_entry_add(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct change changes[FIELDS_MAX];
    size_t count;
    (void)exit_code;
    TRY(read_changes(call, changes, &count));
    TRY(office_open(call, &office));
    TRY(office_write(call, office));
    TRY(entry_add(office->reg, kind_of(call), call->operands[0], changes, count));
    return told(call, "msg.entry.added");
}

struct rc cmd_entry_set(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct change changes[FIELDS_MAX];
    size_t count;
    (void)exit_code;
    TRY(read_changes(call, changes, &count));
    TRY(office_open(call, &office));
    TRY(office_write(call, office));
    TRY(entry_set(office->reg, kind_of(call), call->operands[0],
                  (int64_t)call_number(call, OPTION_SEEN, 0), changes, count));
    return told(call, "msg.entry.changed");
}

struct rc cmd_entry_retire(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    (void)exit_code;
    TRY(office_open(call, &office));
    TRY(office_write(call, office));
    TRY(entry_retire(office->reg, kind_of(call), call->operands[0],
                     call_text(call, OPTION_REASON, NULL)));
    return told(call, "msg.entry.retired");
}

/* ---- showing --------------------------------------------------------------------------------- */

static const char *when(const struct call *call, int64_t microseconds)
{
    char text[32];
    if (!microseconds)
        return NULL;
    sys_format_time(microseconds, text);
    return arena_text(call->arena, text);
}

/* A value as people and sheets get it: times readable, all else as it stands. */
static const char *shown(const struct call *call, const struct entry *entry, size_t field)
{
    const char *value = entry->values[field];
    int64_t number;
    if (entry->kind->fields[field].type == FIELD_TIME && value &&
        view_integer(view_of(value), &number))
        return when(call, number);
    return value;
}

/* What a list's format shows: a person the columns of the list, machines and sheets everything. */
struct table {
    const struct call *call;
    const struct kind *kind;
    bool people;
    size_t columns[FIELDS_MAX];
    size_t count;
    struct grid *grid;
    struct sheet_writer *writer;
};

#define EXTRA 4 /* version, created, updated, retired: behind the fields, for machines */

static void open_table(struct table *table, const struct call *call, const struct kind *kind)
{
    const char *format = call_format(call);
    const char *names[FIELDS_MAX + 1 + EXTRA], *titles[FIELDS_MAX + 1 + EXTRA];
    *table = (struct table){.call = call, .kind = kind, .people = strcmp(format, "table") == 0};
    names[0] = titles[0] = "key";
    for (size_t i = 0; i < kind->count; i++) {
        if (table->people && !kind->fields[i].listed)
            continue;
        table->columns[table->count++] = i;
        names[table->count] = kind->fields[i].name;
        titles[table->count] = text_of(kind->fields[i].titles, call->lang);
    }
    size_t all = table->count + 1;
    static const char *const extra[EXTRA] = {"revision", "created", "updated", "retired"};
    for (size_t i = 0; i < EXTRA && !table->people; i++)
        names[all++] = extra[i];
    const char **kept = arena_take(call->arena, all * sizeof *kept);
    memcpy(kept, titles, all * sizeof *kept);
    bool sheet = strcmp(format, "xlsx") == 0 || strcmp(format, "csv") == 0;
    if (!sheet) {
        table->grid = grid_new(call, names, table->people ? kept : NULL, all);
        return;
    }
    struct view cells[FIELDS_MAX + 1 + EXTRA];
    for (size_t i = 0; i < all; i++)
        cells[i] = view_of(names[i]);
    table->writer = sheet_writer_new(strcmp(format, "xlsx") == 0 ? SHEET_XLSX : SHEET_CSV);
    /* The header is short and cannot be refused by a format. */
    rc_ignore(sheet_writer_row(table->writer, cells, all));
}

/* Numbers stay numbers in JSON; everything else is text. */
static struct observed number_or_text(const struct field *field, const char *text)
{
    int64_t number;
    if (!text)
        return (struct observed){.kind = OBSERVED_NULL};
    if (field && field->type == FIELD_INTEGER && view_integer(view_of(text), &number))
        return (struct observed){OBSERVED_INTEGER, number, NULL};
    return (struct observed){OBSERVED_TEXT, 0, text};
}

static struct rc add_entry(void *context, const struct entry *entry)
{
    struct table *table = context;
    struct observed cells[FIELDS_MAX + 1 + EXTRA];
    size_t count = 0;
    cells[count++] = (struct observed){OBSERVED_TEXT, 0, entry->key};
    for (size_t i = 0; i < table->count; i++)
        cells[count++] = number_or_text(&table->kind->fields[table->columns[i]],
                                        shown(table->call, entry, table->columns[i]));
    if (!table->people) {
        cells[count++] = (struct observed){OBSERVED_INTEGER, entry->version, NULL};
        cells[count++] = number_or_text(NULL, when(table->call, entry->created));
        cells[count++] = number_or_text(NULL, when(table->call, entry->updated));
        cells[count++] = number_or_text(NULL, when(table->call, entry->retired));
    }
    if (table->grid) {
        grid_add(table->grid, cells);
        return RC_OK;
    }
    struct view views[FIELDS_MAX + 1 + EXTRA];
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    for (size_t i = 0; i < count; i++)
        views[i] = cells[i].kind == OBSERVED_INTEGER
                       ? view_of(arena_printf(arena, "%lld", (long long)cells[i].integer))
                       : view_of(cells[i].kind == OBSERVED_TEXT ? cells[i].text : NULL);
    return sheet_writer_row(table->writer, views, count);
}

static struct rc end_table(struct table *table, struct buf *out)
{
    if (table->grid) {
        grid_write(table->grid, out);
        return RC_OK;
    }
    struct sheet_writer *writer = table->writer;
    table->writer = NULL;
    return sheet_writer_finish(writer, out);
}

static void table_free(struct table *table)
{
    sheet_writer_free(table->writer);
}

/* What a page leaves out is said, and how to get it; to stderr, for stdout is data. */
static struct rc tell_rest(const struct call *call, struct office *office, const struct kind *kind,
                           const struct entry_query *query, const char *next)
{
    int64_t count;
    if (!next)
        return RC_OK;
    TRY(entry_count(office->reg, kind, query, &count));
    tell(say(call, "msg.entry.more", arena_printf(call->arena, "%lld", (long long)count), next,
             NULL));
    return RC_OK;
}

#define PAGE_OF_PEOPLE 100 /* rows of a table on a terminal unless --limit says otherwise */

struct rc cmd_entry_list(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    const struct kind *kind = kind_of(call);
    struct entry_query query;
    struct table table CLEANUP(table_free) = {.call = call};
    struct buf out CLEANUP(buf_freep) = {0};
    const char *next;
    (void)exit_code;
    read_query(call, &query);
    TRY(office_open(call, &office));
    open_table(&table, call, kind);
    if (!query.limit && table.people && output_is_terminal(call))
        query.limit = PAGE_OF_PEOPLE;
    TRY(entry_list(office->reg, kind, &query, call->arena, add_entry, &table, &next));
    TRY(end_table(&table, &out));
    TRY(output_write(call, &out));
    return tell_rest(call, office, kind, &query, next);
}

/* For scripts: the number alone. */
struct rc cmd_entry_count(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct buf out CLEANUP(buf_freep) = {0};
    struct entry_query query;
    int64_t count;
    (void)exit_code;
    read_query(call, &query);
    TRY(office_open(call, &office));
    TRY(entry_count(office->reg, kind_of(call), &query, &count));
    buf_printf(&out, "%lld\n", (long long)count);
    return output_write(call, &out);
}

/* One entry, a field a line. Machines get the same object as from the list. */
struct rc cmd_entry_show(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    const struct kind *kind = kind_of(call);
    struct table table CLEANUP(table_free) = {.call = call};
    struct buf out CLEANUP(buf_freep) = {0};
    const struct entry *entry;
    (void)exit_code;
    TRY(office_open(call, &office));
    TRY(entry_get(office->reg, kind, call->operands[0], call->arena, &entry));
    if (strcmp(call_format(call), "table") != 0) {
        open_table(&table, call, kind);
        TRY(add_entry(&table, entry));
        TRY(end_table(&table, &out));
        return output_write(call, &out);
    }
    const char *const names[] = {"field", "value"};
    const char *const titles[] = {text_of(kind->titles, call->lang), entry->key};
    struct grid *grid = grid_new(call, names, titles, 2);
    for (size_t i = 0; i < kind->count; i++) {
        const char *cells[] = {text_of(kind->fields[i].titles, call->lang), shown(call, entry, i)};
        if (cells[1])
            grid_add_texts(grid, cells);
    }
    const char *version[] = {text_get(call->lang, "column.version"),
                             arena_printf(call->arena, "%lld  %s", (long long)entry->version,
                                          when(call, entry->updated))};
    grid_add_texts(grid, version);
    if (entry->retired) {
        const char *retired[] = {text_get(call->lang, "column.retired"),
                                 when(call, entry->retired)};
        grid_add_texts(grid, retired);
    }
    grid_write(grid, &out);
    return output_write(call, &out);
}

/* One line a changed field; a deed without changes (a retirement) has one with its reason. */
struct rc cmd_entry_history(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct buf out CLEANUP(buf_freep) = {0};
    const struct entry_event *events;
    size_t count;
    (void)exit_code;
    TRY(office_open(call, &office));
    TRY(entry_history(office->reg, kind_of(call), call->operands[0], call->arena, &events, &count));
    static const char *const names[] = {"time",   "actor", "action",  "field",
                                        "before", "after", "sequence"};
    struct grid *grid = grid_new(call, names, NULL, COUNT_OF(names));
    for (size_t e = 0; e < count; e++) {
        const struct entry_event *event = &events[e];
        const char *sequence = arena_printf(call->arena, "%lld", (long long)event->sequence);
        for (size_t c = 0; c < event->change_count; c++) {
            const struct entry_change *change = &event->changes[c];
            const char *cells[] = {
                when(call, event->time), event->actor,  event->action, change->field,
                change->before,          change->after, sequence};
            grid_add_texts(grid, cells);
        }
        if (event->change_count == 0) {
            const char *cells[] = {when(call, event->time), event->actor, event->action, NULL, NULL,
                                   event->reason,           sequence};
            grid_add_texts(grid, cells);
        }
    }
    grid_write(grid, &out);
    return output_write(call, &out);
}

/* ---- files ----------------------------------------------------------------------------------- */

/* On a terminal only: a log file needs no progress. */
static void progress(void *context, size_t rows)
{
    const struct call *call = context;
    if (sys_is_terminal(2) && rows % 10000 == 0)
        tell(say(call, "msg.import.progress", arena_printf(call->arena, "%zu", rows), NULL, NULL));
}

static struct rc tell_errors(const struct call *call, const struct import_report *report)
{
    struct buf out CLEANUP(buf_freep) = {0};
    static const char *const names[] = {"row", "column", "reason"};
    struct grid *grid = grid_new(call, names, NULL, COUNT_OF(names));
    for (size_t i = 0; i < report->kept_count; i++) {
        struct observed cells[] = {{OBSERVED_INTEGER, (int64_t)report->kept[i].row, NULL},
                                   {OBSERVED_TEXT, 0, report->kept[i].column},
                                   {OBSERVED_TEXT, 0, report->kept[i].reason}};
        grid_add(grid, cells);
    }
    grid_write(grid, &out);
    return output_write(call, &out);
}

/* Errors are the data of this command: a row each. */
struct rc cmd_entry_import(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct sheet *sheet;
    struct import_report report;
    bool dry_run = call_has(call, OPTION_DRY_RUN);
    TRY(office_open(call, &office));
    TRY(office_write(call, office));
    TRY(sheet_open(call->operands[0], &sheet));
    struct rc rc = entry_import(office->reg, kind_of(call), sheet, dry_run, call->arena, progress,
                                (void *)(uintptr_t)call, &report);
    sheet_close(sheet);
    TRY(rc);
    if (report.errors) {
        *exit_code = EXIT_NOT_MET;
        TRY(tell_errors(call, &report));
        tell(say(call, "msg.import.refused", arena_printf(call->arena, "%zu", report.errors),
                 arena_printf(call->arena, "%zu", report.rows), NULL));
        return RC_OK;
    }
    tell(say(call, dry_run ? "msg.import.would" : "msg.import.done",
             arena_printf(call->arena, "%zu", report.added),
             arena_printf(call->arena, "%zu", report.changed),
             arena_printf(call->arena, "%zu", report.unchanged)));
    return RC_OK;
}

/* Everything that the filters give, whatever its number: what a list would show. */
struct rc cmd_entry_export(const struct call *call, int *exit_code)
{
    return cmd_entry_list(call, exit_code);
}

struct rc cmd_entry_template(const struct call *call, int *exit_code)
{
    struct buf out CLEANUP(buf_freep) = {0};
    (void)exit_code;
    bool xlsx = strcmp(call_format(call), "xlsx") == 0;
    TRY(entry_template(kind_of(call), xlsx ? SHEET_XLSX : SHEET_CSV, &out));
    return output_write(call, &out);
}

/* ---- suppliers ------------------------------------------------------------------------------- */

/* The exit of a supplier ends his accesses; what is not proven closed is listed. */
struct rc cmd_supplier_exit(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct buf out CLEANUP(buf_freep) = {0};
    const struct rule_open_access *open;
    size_t count;
    char today[32];
    sys_format_time(sys_now(), today);
    today[10] = '\0';
    TRY(office_open(call, &office));
    TRY(office_write(call, office));
    TRY(rule_supplier_exit(office->reg, call->operands[0], call_text(call, OPTION_ON, today),
                           call->arena, &open, &count));
    static const char *const names[] = {"key", "type", "person", "name"};
    struct grid *grid = grid_new(call, names, NULL, COUNT_OF(names));
    for (size_t i = 0; i < count; i++) {
        const char *cells[] = {open[i].key, open[i].type, open[i].person, open[i].name};
        grid_add_texts(grid, cells);
    }
    grid_write(grid, &out);
    TRY(output_write(call, &out));
    tell(say(call, "msg.supplier.exit", call->operands[0], arena_printf(call->arena, "%zu", count),
             NULL));
    *exit_code = count ? EXIT_OPEN : EXIT_MET;
    return RC_OK;
}

/* ---- assets and what was met -------------------------------------------------------------------
 */

static struct rc list_with(const struct call *call, const char *kind_name,
                           const char *const *filters, size_t count, const char *sort)
{
    struct office *office CLEANUP(office_closep) = NULL;
    const struct kind *kind = kind_find(kind_name);
    struct table table CLEANUP(table_free) = {.call = call};
    struct buf out CLEANUP(buf_freep) = {0};
    struct entry_query query = {.filters = filters, .filter_count = count, .sort = sort};
    TRY(office_open(call, &office));
    open_table(&table, call, kind);
    TRY(entry_list(office->reg, kind, &query, call->arena, add_entry, &table, NULL));
    TRY(end_table(&table, &out));
    return output_write(call, &out);
}

/* Seen, and a person has to say what it is. */
struct rc cmd_asset_unregistered(const struct call *call, int *exit_code)
{
    static const char *const filters[] = {"proposal!=", "ignored!=yes"};
    (void)exit_code;
    return list_with(call, "sighting", filters, COUNT_OF(filters), "-last_seen");
}

/* Registered machines that were not met for so many days, or never. */
struct rc cmd_asset_unseen(const struct call *call, int *exit_code)
{
    char since[32];
    int64_t days = (int64_t)call_number(call, OPTION_DAYS, 30);
    (void)exit_code;
    sys_format_time(sys_now() - days * INT64_C(86400000000), since);
    const char *filters[] = {"class=host_os", arena_printf(call->arena, "last_seen<%.10s", since)};
    return list_with(call, "asset", filters, COUNT_OF(filters), "last_seen");
}

struct rc cmd_asset_accept(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct change changes[FIELDS_MAX];
    size_t count;
    struct call rest = *call;
    (void)exit_code;
    rest.operands++; /* the key of the asset stands where read_changes expects one */
    rest.operand_count--;
    TRY(read_changes(&rest, changes, &count));
    TRY(office_open(call, &office));
    TRY(office_write(call, office));
    TRY(discovery_accept(office->reg, call->operands[0], call->operands[1],
                         call_has(call, OPTION_NEW), changes, count));
    tell(say(call, "msg.asset.accepted", call->operands[0], call->operands[1], NULL));
    return RC_OK;
}

struct rc cmd_asset_ignore(const struct call *call, int *exit_code)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct change change = {"ignored", VIEW("yes")};
    (void)exit_code;
    TRY(office_open(call, &office));
    TRY(office_write(call, office));
    TRY(entry_set(office->reg, kind_of(call), call->operands[0], 0, &change, 1));
    tell(say(call, "msg.asset.ignored", call->operands[0], NULL, NULL));
    return RC_OK;
}
