/* law: the standards and their items, listed. One item in full is cmd_law_show.c. */
#include "interface/cli/command.h"

#include <string.h>

/* People see what they choose by; machines get every field. */
struct rc cmd_law_standards(const struct call *call, int *exit_code)
{
    (void)exit_code;
    static const char *const names[] = {"id",     "title",      "level_min", "level_max",
                                        "items",  "valid_from", "valid_to",  "confidence",
                                        "source", "name"};
    size_t count = 0, clause_count = 0;
    const struct standard *standards = catalogue_standards(catalogue_load(), &count);
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &clause_count);
    bool people = strcmp(call_format(call), "table") == 0;
    static const char *const few[] = {"id", "items", "level_min", "level_max", "name"};
    const char *titles[] = {
        text_get(call->lang, "column.standard"), text_get(call->lang, "column.items"),
        text_get(call->lang, "column.level_min"), text_get(call->lang, "column.level_max"),
        text_get(call->lang, "column.name")};
    struct grid *grid = people ? grid_new(call, few, titles, COUNT_OF(few))
                               : grid_new(call, names, NULL, COUNT_OF(names));
    for (size_t i = 0; i < count; i++) {
        const struct standard *s = &standards[i];
        int64_t items = 0;
        for (size_t c = 0; c < clause_count; c++)
            items += clauses[c].standard == s;
        struct observed id = {OBSERVED_TEXT, 0, s->id};
        struct observed low = {OBSERVED_INTEGER, s->level_min, NULL};
        struct observed high = {OBSERVED_INTEGER, s->level_max, NULL};
        struct observed number = {OBSERVED_INTEGER, items, NULL};
        struct observed name = {OBSERVED_TEXT, 0, text_of(s->names, call->lang)};
        const struct observed short_row[] = {id, number, low, high, name};
        const struct observed row[] = {id,
                                       {OBSERVED_TEXT, 0, s->title},
                                       low,
                                       high,
                                       number,
                                       {OBSERVED_TEXT, 0, s->valid_from},
                                       {OBSERVED_TEXT, 0, s->valid_to},
                                       {OBSERVED_TEXT, 0, s->confidence},
                                       {OBSERVED_TEXT, 0, s->source},
                                       name};
        grid_add(grid, people ? short_row : row);
    }
    struct buf out CLEANUP(buf_freep) = {0};
    grid_write(grid, &out);
    return output_write(call, &out);
}

/* "host_os dbms": one word a class, so that a row of CSV keeps one field. */
static const char *class_names(const struct call *call, uint32_t classes)
{
    struct buf out CLEANUP(buf_freep) = {0};
    buf_add_text(&out, "");
    for (int i = 0; i < CLASS_COUNT; i++) {
        if (classes >> i & 1u)
            buf_printf(&out, "%s%s", out.len ? " " : "", asset_class_name((enum asset_class)i));
    }
    return arena_text(call->arena, out.ptr);
}

/* One item: its id and gist for people, everything for CSV. */
static void add_clause(const struct call *call, const struct clause *clause, bool people,
                       struct grid *grid)
{
    const char *level = arena_printf(call->arena, "%d", clause->level);
    const char *title = clause_title(clause, call->lang);
    const char *gist = clause_gist(clause, call->lang);
    const char *few[] = {clause->id, gist};
    const char *all[] = {clause->id,
                         clause->standard->id,
                         level,
                         clause->scope,
                         clause_layer(clause, call->lang),
                         clause->number,
                         clause->item,
                         clause->subitem,
                         title,
                         gist,
                         verify_name(clause->verify),
                         class_names(call, clause->classes)};
    grid_add_texts(grid, people ? few : all);
}

/* The rows as the facts' own objects. */
static void write_objects(const struct clause *const *clauses, size_t count, bool lines,
                          struct buf *out)
{
    buf_add_text(out, lines ? "" : "[");
    for (size_t i = 0; i < count; i++) {
        buf_add_text(out, lines ? "" : i ? ",\n " : "\n ");
        clause_add_json(clauses[i], out);
        buf_add_text(out, lines ? "\n" : "");
    }
    buf_add_text(out, lines ? "" : "\n]\n");
}

/* Table and CSV. */
static void write_rows(const struct call *call, const struct clause *const *clauses, size_t count,
                       struct buf *out)
{
    static const char *const all[] = {"id",   "standard", "level", "scope", "layer",  "clause",
                                      "item", "subitem",  "title", "gist",  "verify", "classes"};
    static const char *const few[] = {"id", "gist"};
    bool people = strcmp(call_format(call), "table") == 0;
    const char *titles[] = {text_get(call->lang, "column.id"), text_get(call->lang, "column.gist")};
    struct grid *grid = people ? grid_new(call, few, titles, COUNT_OF(few))
                               : grid_new(call, all, NULL, COUNT_OF(all));
    for (size_t i = 0; i < count; i++)
        add_clause(call, clauses[i], people, grid);
    grid_write(grid, out);
}

/* Selects by the options and writes the rows in the order of the standard. */
struct rc cmd_law_clauses(const struct call *call, int *exit_code)
{
    (void)exit_code;
    struct request request;
    TRY(selection_read(call, &request));
    struct clause_filter filter = {request.standard, request.level, request.scope, request.classes};
    size_t count = 0, kept = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    const struct clause **chosen = arena_take(call->arena, (count + 1) * sizeof *chosen);
    for (size_t i = 0; i < count; i++) {
        if (clause_matches(&clauses[i], &filter))
            chosen[kept++] = &clauses[i];
    }
    size_t limit = call_number(call, OPTION_LIMIT, kept);
    kept = limit < kept ? limit : kept;
    struct buf out CLEANUP(buf_freep) = {0};
    buf_add_text(&out, "");
    const char *format = call_format(call);
    if (strncmp(format, "json", 4) == 0)
        write_objects(chosen, kept, strcmp(format, "jsonl") == 0, &out);
    else
        write_rows(call, chosen, kept, &out);
    return output_write(call, &out);
}
