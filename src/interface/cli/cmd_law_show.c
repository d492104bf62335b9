/* law show: everything about one item of a standard, with the checks that bear on it. */
#include "interface/cli/command.h"
#include "interface/cli/json.h"

#include <stdlib.h>
#include <string.h>

/* A check bears on an item when the item is among its clauses. */
static bool bears_on(const struct check *check, const struct clause *clause)
{
    const struct clause *found[CHECK_CLAUSES_MAX];
    size_t count =
        check_clauses(check, clause->standard->id, clause->level, found, CHECK_CLAUSES_MAX);
    for (size_t i = 0; i < count && i < CHECK_CLAUSES_MAX; i++) {
        if (found[i] == clause)
            return true;
    }
    return false;
}

/* A field's name and value, when there is a value. */
static void add_field(const struct call *call, const char *key, const char *text, struct buf *out)
{
    const size_t column = 24; /* where values start */
    if (!text || !text[0])
        return;
    const char *label = text_get(call->lang, key);
    buf_printf(out, "  %s", label);
    for (size_t used = 2 + text_width(view_of(label)); used < column; used++)
        buf_add_char(out, ' ');
    text_add_wrapped(out, view_of(text), output_width(call), column);
    buf_add_char(out, '\n');
}

/* The classes by their names in the language. */
static const char *class_titles(const struct call *call, uint32_t classes)
{
    struct buf out CLEANUP(buf_freep) = {0};
    buf_add_text(&out, "");
    for (int i = 0; i < CLASS_COUNT; i++) {
        const char *name = asset_class_name((enum asset_class)i);
        if (classes >> i & 1u)
            buf_printf(&out, "%s%s", out.len ? ", " : "",
                       text_get(call->lang, arena_printf(call->arena, "class.%s", name)));
    }
    return arena_text(call->arena, out.ptr);
}

/* The items of the same requirement at other levels. */
static const char *kin(const struct call *call, const struct clause *clause)
{
    size_t count = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    struct buf out CLEANUP(buf_freep) = {0};
    buf_add_text(&out, "");
    for (size_t i = 0; i < count && clause->key[0]; i++) {
        if (&clauses[i] != clause && clauses[i].standard == clause->standard &&
            strcmp(clauses[i].key, clause->key) == 0)
            buf_printf(&out, "%s%s", out.len ? " " : "", clauses[i].id);
    }
    return arena_text(call->arena, out.ptr);
}

/* What JT/T 1417 gives as numbers, as one line of JSON: it is nested and differs by item. */
static const char *params_text(const struct call *call, const struct clause *clause)
{
    struct value params = doc_get(clause->raw, "params");
    if (doc_count(params) == 0)
        return "";
    json_t *json = json_of_value(params);
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    const char *kept = text ? arena_text(call->arena, text) : "";
    free(text);
    return kept;
}

/* How the item differs from the level below. */
static const char *change_text(const struct call *call, const struct clause *clause)
{
    const char *change = doc_get_text(clause->raw, "vs_prev_level");
    return change ? text_get(call->lang, arena_printf(call->arena, "change.%s", change)) : "";
}

/* The checks that bear on the item, or that there is none. */
static void add_checks(const struct call *call, const struct clause *clause,
                       const struct check *const *checks, size_t count, struct buf *out)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!bears_on(checks[i], clause))
            continue;
        buf_printf(out, "%s%s", any ? "" : "\n", any ? "" : text_get(call->lang, "show.checks"));
        buf_printf(out, "%s  %-30s %s\n", any ? "" : "\n", checks[i]->id,
                   text_of(doc_get(checks[i]->raw, "title"), call->lang));
        any = true;
    }
    if (!any)
        buf_printf(out, "\n%s\n", text_get(call->lang, "show.no_checks"));
}

/* The gist first, then the fields that have a value. */
static void write_page(const struct call *call, const struct clause *clause, struct buf *out)
{
    const struct standard *standard = clause->standard;
    const char *verify = arena_printf(call->arena, "verify.%s", verify_name(clause->verify));
    buf_printf(out, "%s  %s\n\n  ", clause->id, clause_title(clause, call->lang));
    text_add_wrapped(out, view_of(clause_gist(clause, call->lang)), output_width(call), 2);
    buf_add_text(out, "\n\n");
    const char *level = arena_printf(call->arena, "%d", clause->level);
    add_field(call, "field.standard", standard->title, out);
    add_field(call, "field.level", level, out);
    add_field(call, "field.scope", clause->scope, out);
    add_field(call, "field.layer", clause_layer(clause, call->lang), out);
    add_field(call, "field.clause",
              arena_printf(call->arena, "%s %s%s%s", clause->number, clause->item,
                           clause->item[0] ? ") " : "", clause->subitem),
              out);
    add_field(call, "field.verify", text_get(call->lang, verify), out);
    add_field(call, "field.sag", doc_get_text(clause->raw, "sag"), out);
    add_field(call, "field.change", change_text(call, clause), out);
    add_field(call, "field.key", clause->key, out);
    add_field(call, "field.kin", kin(call, clause), out);
    add_field(call, "field.params", params_text(call, clause), out);
    add_field(call, "field.classes", class_titles(call, clause->classes), out);
    add_field(call, "field.source", doc_get_text(clause->chapter, "source"), out);
    add_field(call, "field.confidence", doc_get_text(clause->chapter, "confidence"), out);
}

/* The item as the catalogue has it, with its classes, source and checks added. */
static struct rc write_json(const struct clause *clause, const struct check *const *checks,
                            size_t count, enum lang lang, struct buf *out)
{
    struct buf own CLEANUP(buf_freep) = {0};
    clause_add_json(clause, &own);
    json_t *object = json_loadb(own.ptr, own.len, 0, NULL);
    if (!object)
        return fault(FAULT_DATA, "%s: its JSON cannot be read back", clause->id);
    json_t *list = json_array(), *classes = json_array();
    for (int i = 0; i < CLASS_COUNT; i++) {
        if (clause->classes >> i & 1u)
            json_array_append_new(classes, json_string(asset_class_name((enum asset_class)i)));
    }
    for (size_t i = 0; i < count; i++) {
        if (!bears_on(checks[i], clause))
            continue;
        json_t *check = json_object();
        json_object_set_new(check, "check", json_string(checks[i]->id));
        json_object_set_new(check, "title",
                            json_string(text_of(doc_get(checks[i]->raw, "title"), lang)));
        json_array_append_new(list, check);
    }
    json_object_set_new(object, "classes", classes);
    json_object_set_new(object, "source", json_string(doc_get_text(clause->chapter, "source")));
    json_object_set_new(object, "confidence",
                        json_string(doc_get_text(clause->chapter, "confidence")));
    json_object_set_new(object, "checks", list);
    return json_write(object, out);
}

/* The item of that id; FAULT_USAGE, with the nearest one, when there is none. */
static struct rc find_clause(const struct call *call, const char *id, const struct clause **out)
{
    *out = catalogue_clause(catalogue_load(), id);
    if (*out)
        return RC_OK;
    size_t count = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    const char **ids = arena_take(call->arena, (count + 1) * sizeof *ids);
    for (size_t i = 0; i < count; i++)
        ids[i] = clauses[i].id;
    const char *text = say(call, "msg.unknown_clause", id, NULL, NULL);
    const char *near = suggest(id, ids, count);
    return near ? wrong(call, "msg.did_you_mean", text, near, NULL)
                : fault(FAULT_USAGE, "%s", text);
}

struct rc cmd_law_show(const struct call *call, int *exit_code)
{
    (void)exit_code;
    const struct clause *clause = NULL;
    const struct check *const *checks = NULL;
    size_t count = 0;
    TRY(find_clause(call, call->operands[0], &clause));
    TRY(checks_builtin(&checks, &count));
    struct buf out CLEANUP(buf_freep) = {0};
    if (strcmp(call_format(call), "json") == 0) {
        TRY(write_json(clause, checks, count, call->lang, &out));
    } else {
        write_page(call, clause, &out);
        add_checks(call, clause, checks, count, &out);
    }
    return output_write(call, &out);
}
