/* law select: exactly the items that bind a system with these marks, scopes and classes. */
#include "interface/cli/command.h"
#include "interface/cli/json.h"

#include <stdlib.h>
#include <string.h>

/* The catalogue's object with what the selection adds: mark, classes, inherited. */
static struct rc add_object(const struct selected *item, bool line, struct buf *out)
{
    struct buf own CLEANUP(buf_freep) = {0};
    clause_add_json(item->clause, &own);
    json_t *object = json_loadb(own.ptr, own.len, 0, NULL), *classes = json_array();
    if (!object) {
        json_decref(classes);
        return fault(FAULT_DATA, "%s: its JSON cannot be read back", item->clause->id);
    }
    for (int i = 0; i < CLASS_COUNT; i++)
        if (item->clause->classes >> i & 1u)
            json_array_append_new(classes, json_string(asset_class_name((enum asset_class)i)));
    json_object_set_new(object, "mark", json_stringn(&item->mark, 1));
    json_object_set_new(object, "classes", classes);
    json_object_set_new(object, "inherited", json_boolean(item->inherited));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (!text)
        return fault(FAULT_IO, "the answer could not be written as JSON");
    buf_printf(out, line ? "%s\n" : "%s", text);
    free(text);
    return RC_OK;
}

static struct rc write_objects(const struct selection *selection, bool lines, struct buf *out)
{
    buf_add_text(out, lines ? "" : "[");
    for (size_t i = 0; i < selection->count; i++) {
        buf_add_text(out, lines ? "" : i ? ",\n " : "\n ");
        TRY(add_object(&selection->items[i], lines, out));
    }
    buf_add_text(out, lines ? "" : "\n]\n");
    return RC_OK;
}

static void write_rows(const struct call *call, const struct selection *selection, struct buf *out)
{
    static const char *const names[] = {"id", "mark", "scope", "inherited", "gist"};
    const char *titles[] = {text_get(call->lang, "column.id"), text_get(call->lang, "column.mark"),
                            text_get(call->lang, "column.scope"),
                            text_get(call->lang, "column.inherited"),
                            text_get(call->lang, "column.gist")};
    struct grid *grid = grid_new(call, names, titles, COUNT_OF(names));
    for (size_t i = 0; i < selection->count; i++) {
        const struct selected *item = &selection->items[i];
        const char *row[] = {item->clause->id, (const char[]){item->mark, '\0'},
                             item->clause->scope, item->inherited ? "yes" : "",
                             clause_gist(item->clause, call->lang)};
        grid_add_texts(grid, row);
    }
    grid_write(grid, out);
}

struct rc cmd_law_select(const struct call *call, int *exit_code)
{
    (void)exit_code;
    struct selection selection;
    struct buf out CLEANUP(buf_freep) = {0};
    const char *format = call_format(call);
    TRY(selected_of_call(call, &selection));
    if (strncmp(format, "json", 4) == 0)
        TRY(write_objects(&selection, strcmp(format, "jsonl") == 0, &out));
    else
        write_rows(call, &selection, &out);
    return output_write(call, &out);
}
