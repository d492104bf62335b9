/* check show: one check with its reason, query, parameters, items and fix. */
#include "interface/cli/command.h"
#include "interface/cli/json.h"

#include <string.h>

struct page {
    const struct call *call;
    const struct check *check;
    struct buf *out;
};

/* "Label\n  text, wrapped\n", or nothing for an empty text. */
static void add_part(const struct page *page, const char *key, const char *text)
{
    if (!text || !text[0])
        return;
    buf_printf(page->out, "\n%s\n  ", text_get(page->call->lang, key));
    text_add_wrapped(page->out, view_of(text), output_width(page->call), 2);
    buf_add_char(page->out, '\n');
}

/* The same for text whose lines are to stay as they are. */
static void add_lines(const struct page *page, const char *key, const char *text)
{
    if (!text || !text[0])
        return;
    buf_printf(page->out, "\n%s\n", text_get(page->call->lang, key));
    struct view rest = view_of(text), line;
    while (view_line(&rest, &line)) {
        buf_add_text(page->out, "  ");
        text_add_safe(page->out, line);
        buf_add_char(page->out, '\n');
    }
}

/* "gbt22239-2019: 1 = 8, 2 = 8" for each standard that decides the parameter. */
static void add_parameter(const struct page *page, const struct parameter *parameter)
{
    size_t count = 0;
    const struct standard *standards = catalogue_standards(catalogue_load(), &count);
    const char *unit = doc_get_text(parameter->raw, "unit");
    const char *preset = doc_get_text(parameter->raw, "default");
    buf_printf(page->out, "  %s = %s %s\n", parameter->name, preset ? preset : "",
               unit ? unit : "");
    for (size_t s = 0; s < count; s++) {
        struct value levels = doc_get(parameter->raw, standards[s].id);
        if (doc_count(levels))
            buf_printf(page->out, "    %s:", standards[s].id);
        for (uint32_t i = 0; i < doc_count(levels); i++)
            buf_printf(page->out, "%s %s: %s", i ? "," : "",
                       say(page->call, "show.level", doc_key(levels, i), NULL, NULL),
                       doc_text(doc_at(levels, i)));
        buf_add_text(page->out, doc_count(levels) ? "\n" : "");
    }
}

/* Each parameter with the values that the standards give it. */
static void add_parameters(const struct page *page)
{
    if (page->check->parameter_count)
        buf_printf(page->out, "\n%s\n", text_get(page->call->lang, "show.parameters"));
    for (size_t i = 0; i < page->check->parameter_count; i++)
        add_parameter(page, &page->check->parameters[i]);
}

/* The items of all standards and levels, as the check names them by requirement. */
static void add_clauses(const struct page *page)
{
    size_t count = 0;
    const struct standard *standards = catalogue_standards(catalogue_load(), &count);
    buf_printf(page->out, "\n%s\n", text_get(page->call->lang, "show.clauses"));
    for (size_t s = 0; s < count; s++) {
        const struct clause *clauses[CHECK_CLAUSES_MAX];
        size_t found = check_clauses(page->check, standards[s].id, 0, clauses, CHECK_CLAUSES_MAX);
        for (size_t i = 0; i < found && i < CHECK_CLAUSES_MAX; i++)
            buf_printf(page->out, "  %-28s %s\n", clauses[i]->id,
                       clause_title(clauses[i], page->call->lang));
    }
}

/* From the reason to the fix; the query and the items last, they are long. */
static void write_page(const struct page *page)
{
    const struct check *check = page->check;
    enum lang lang = page->call->lang;
    struct value fix = doc_get(check->raw, "fix");
    buf_printf(page->out, "%s  %s\n", check->id, text_of(doc_get(check->raw, "title"), lang));
    add_part(page, "show.rationale", text_of(doc_get(check->raw, "rationale"), lang));
    add_part(page, "show.expected", text_of(doc_get(check->raw, "expected"), lang));
    add_parameters(page);
    add_part(page, "show.fix", text_of(doc_get(fix, "text"), lang));
    add_lines(page, "show.shell", doc_get_text(fix, "shell"));
    add_lines(page, "show.sql", check->sql);
    add_clauses(page);
}

/* The file as it stands, with the items that its requirement keys stand for. */
static struct rc write_json(const struct page *page)
{
    json_t *object = json_of_value(page->check->raw);
    json_t *clauses = json_array();
    size_t count = 0;
    const struct standard *standards = catalogue_standards(catalogue_load(), &count);
    for (size_t s = 0; s < count; s++) {
        const struct clause *found[CHECK_CLAUSES_MAX];
        size_t n = check_clauses(page->check, standards[s].id, 0, found, CHECK_CLAUSES_MAX);
        for (size_t i = 0; i < n && i < CHECK_CLAUSES_MAX; i++)
            json_array_append_new(clauses, json_string(found[i]->id));
    }
    json_object_set_new(object, "clause_ids", clauses);
    return json_write(object, page->out);
}

/* The check of that id; FAULT_USAGE, with the nearest one, when there is none. */
static struct rc find_check(const struct call *call, const char *id, const struct check **out)
{
    const struct check *const *checks = NULL;
    size_t count = 0;
    struct request request = {0};
    const struct profile *profile = NULL;
    TRY(selection_profile(call, &profile));
    request.profile = profile->name ? profile : NULL;
    TRY(request_checks(&request, &checks, &count));
    const char **ids = arena_take(call->arena, (count + 1) * sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        ids[i] = checks[i]->id;
        if (strcmp(ids[i], id) == 0) {
            *out = checks[i];
            return RC_OK;
        }
    }
    const char *text = say(call, "msg.unknown_check", id, NULL, NULL);
    const char *near = suggest(id, ids, count);
    return near ? wrong(call, "msg.did_you_mean", text, near, NULL)
                : fault(FAULT_USAGE, "%s", text);
}

struct rc cmd_check_show(const struct call *call, int *exit_code)
{
    (void)exit_code;
    struct buf out CLEANUP(buf_freep) = {0};
    struct page page = {.call = call, .out = &out};
    TRY(find_check(call, call->operands[0], &page.check));
    if (strcmp(call_format(call), "json") == 0)
        TRY(write_json(&page));
    else
        write_page(&page);
    return output_write(call, &out);
}
