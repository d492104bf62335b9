/* schema: every table and view that a query may read, with columns, units and sources. */
#include "interface/cli/command.h"
#include "interface/cli/json.h"

#include <string.h>

/* Name, type, and what it means with its unit. */
static void add_column(const struct call *call, const struct column_doc *column, struct buf *out)
{
    buf_printf(out, "  %-16s %-8s ", column->name, column->type);
    const char *text = column->doc;
    if (column->unit[0])
        text = arena_printf(call->arena, "%s [%s]", column->doc, column->unit);
    text_add_wrapped(out, view_of(text), output_width(call), 28);
    buf_add_char(out, '\n');
}

/* A table or view with its columns and where its rows come from. */
static void add_relation(const struct call *call, const struct relation *relation, struct buf *out)
{
    const char *kind = strcmp(relation->kind, "view") == 0 ? "schema.view" : "schema.table";
    buf_printf(out, "%s  (%s%s%s)\n  ", relation->name, text_get(call->lang, kind),
               relation->asset_class[0] ? ", " : "", relation->asset_class);
    text_add_wrapped(out, view_of(relation->doc), output_width(call), 2);
    buf_add_char(out, '\n');
    for (size_t i = 0; i < relation->column_count; i++)
        add_column(call, &relation->columns[i], out);
    if (relation->source_count == 0)
        return;
    struct buf sources CLEANUP(buf_freep) = {0};
    for (size_t i = 0; i < relation->source_count; i++)
        buf_printf(&sources, "%s%s", i ? ", " : "", relation->sources[i]);
    buf_add_text(out, "  ");
    text_add_wrapped(out, view_of(say(call, "schema.from", sources.ptr, NULL, NULL)),
                     output_width(call), 2);
    buf_add_char(out, '\n');
}

/* The same for machines, under the names of struct relation. */
static json_t *json_of_relation(const struct relation *relation)
{
    json_t *object = json_object(), *columns = json_array(), *sources = json_array();
    json_object_set_new(object, "name", json_string(relation->name));
    json_object_set_new(object, "kind", json_string(relation->kind));
    json_object_set_new(object, "class", json_string(relation->asset_class));
    json_object_set_new(object, "doc", json_string(relation->doc));
    for (size_t i = 0; i < relation->column_count; i++) {
        const struct column_doc *doc = &relation->columns[i];
        json_t *column = json_object();
        json_object_set_new(column, "name", json_string(doc->name));
        json_object_set_new(column, "type", json_string(doc->type));
        json_object_set_new(column, "unit", json_string(doc->unit));
        json_object_set_new(column, "doc", json_string(doc->doc));
        json_array_append_new(columns, column);
    }
    for (size_t i = 0; i < relation->source_count; i++)
        json_array_append_new(sources, json_string(relation->sources[i]));
    json_object_set_new(object, "columns", columns);
    json_object_set_new(object, "sources", sources);
    return object;
}

/* FAULT_USAGE, with the nearest name. */
static struct rc unknown_relation(const struct call *call, const struct relation *relations,
                                  size_t count, const char *name)
{
    const char **names = arena_take(call->arena, (count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = relations[i].name;
    const char *text = say(call, "msg.unknown_relation", name, NULL, NULL);
    const char *near = suggest(name, names, count);
    return near ? wrong(call, "msg.did_you_mean", text, near, NULL)
                : fault(FAULT_USAGE, "%s", text);
}

struct rc cmd_schema(const struct call *call, int *exit_code)
{
    (void)exit_code;
    const struct relation *relations = NULL;
    size_t count = 0, shown = 0;
    TRY(relations_list(call->arena, &relations, &count));
    const char *name = call->operand_count ? call->operands[0] : NULL;
    bool json = strcmp(call_format(call), "json") == 0;
    struct buf out CLEANUP(buf_freep) = {0};
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        if (name && strcmp(name, relations[i].name) != 0)
            continue;
        if (json)
            json_array_append_new(list, json_of_relation(&relations[i]));
        else if (shown)
            buf_add_char(&out, '\n');
        if (!json)
            add_relation(call, &relations[i], &out);
        shown++;
    }
    if (name && shown == 0) {
        json_decref(list);
        return unknown_relation(call, relations, count, name);
    }
    if (json)
        TRY(json_write(list, &out));
    else
        json_decref(list);
    return output_write(call, &out);
}
