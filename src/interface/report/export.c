/* export: one result as plain, safe texts, for the formats that other programs read. */
#include "interface/report/export.h"

#include <string.h>

const char *export_safe(struct arena *arena, const char *text)
{
    struct buf safe = {0};
    buf_add_text(&safe, "");
    text_add_safe(&safe, view_of(text));
    char *copy = arena_text(arena, safe.ptr);
    buf_free(&safe);
    return copy;
}

const char *export_id(const struct result *result)
{
    if (result->check)
        return result->check->id;
    return result->clause_count ? result->clauses[0]->id : "";
}

const char *export_line(struct arena *arena, const char *text)
{
    char *line = arena_text(arena, text ? text : "");
    size_t len = strlen(line);
    while (len && line[len - 1] == '\n')
        line[--len] = '\0';
    for (char *at = line; *at; at++) {
        if (*at == '\n')
            *at = ' ';
    }
    return export_safe(arena, line);
}

const char *export_title(struct arena *arena, const struct result *result, enum lang lang)
{
    if (result->check)
        return export_line(arena, text_of(doc_get(result->check->raw, "title"), lang));
    return result->clause_count ? export_line(arena, clause_title(result->clauses[0], lang)) : "";
}

const char *export_expected(struct arena *arena, const struct result *result, enum lang lang)
{
    return result->check ? export_line(arena, result_expected(result, lang)) : "";
}

const char *export_fix(struct arena *arena, const struct result *result, enum lang lang)
{
    return result->check ? export_line(arena, result_fix(result, lang)) : "";
}

const char *export_clauses(struct arena *arena, const struct result *result, const char *separator)
{
    struct buf list = {0};
    buf_add_text(&list, "");
    for (size_t i = 0; i < result->clause_count; i++)
        buf_printf(&list, "%s%s", i ? separator : "", result->clauses[i]->id);
    char *copy = arena_text(arena, list.ptr);
    buf_free(&list);
    return copy;
}

static const char *append(struct arena *arena, const char *list, const char *sentence)
{
    return arena_printf(arena, "%s%s%s", list, list[0] ? " " : "", sentence);
}

const char *export_waivers(struct arena *arena, const struct result *result, enum lang lang)
{
    const char *list = "";
    for (size_t i = 0; i < result->waiver_count; i++)
        list = append(arena, list, exclusion_text(arena, lang, result->waivers[i]));
    return export_line(arena, list);
}

const char *export_expired(struct arena *arena, const struct result *result, enum lang lang)
{
    const char *list = "";
    for (size_t i = 0; i < result->expired_count; i++)
        list = append(arena, list, exclusion_expired(arena, lang, result->expired[i]));
    return export_line(arena, list);
}

enum verdict export_row_verdict(const struct result *result, const struct judged *row)
{
    if (row->waiver)
        return VERDICT_WAIVED;
    bool decided = result->verdict == VERDICT_FAIL || result->verdict == VERDICT_UNKNOWN ||
                   result->verdict == VERDICT_PASS;
    if (row->ok == 1)
        return VERDICT_PASS;
    if (!decided)
        return result->verdict;
    return row->ok == 0 && result->verdict == VERDICT_FAIL ? VERDICT_FAIL : VERDICT_UNKNOWN;
}

const char *export_observed(struct arena *arena, const struct result *result,
                            const struct judged *row)
{
    struct buf list = {0};
    buf_add_text(&list, "");
    for (size_t i = 0; i < result->column_count; i++) {
        const struct observed *value = &row->values[i];
        buf_printf(&list, "%s%s = ", i ? ", " : "", result->columns[i]);
        if (value->kind == OBSERVED_INTEGER)
            buf_printf(&list, "%lld", (long long)value->integer);
        else
            buf_add_text(&list, value->kind == OBSERVED_TEXT ? value->text : "-");
    }
    const char *safe = export_safe(arena, list.ptr);
    buf_free(&list);
    return safe;
}

/* Of the columns that every setting view has, only what is out of the ordinary is said. */
static bool is_ordinary(const char *column, const struct observed *value)
{
    if (value->kind == OBSERVED_NULL)
        return true;
    if (strcmp(column, "conflict") == 0)
        return value->kind == OBSERVED_INTEGER && value->integer == 0;
    return strcmp(column, "explicit") == 0 && value->kind == OBSERVED_INTEGER;
}

const char *export_values(struct arena *arena, const struct result *result,
                          const struct judged *row, enum lang lang)
{
    const char *list = "";
    bool built_in = false;
    for (size_t i = 0; i < result->column_count; i++) {
        const struct observed *value = &row->values[i];
        const char *separator = list[0] ? ", " : "", *name = result->columns[i];
        built_in = built_in || (strcmp(name, "explicit") == 0 && value->kind == OBSERVED_INTEGER &&
                                value->integer == 0);
        if (is_ordinary(name, value))
            continue;
        if (value->kind == OBSERVED_INTEGER)
            list = arena_printf(arena, "%s%s%s = %lld", list, separator, name,
                                (long long)value->integer);
        else
            list = arena_printf(arena, "%s%s%s = %s", list, separator, name, value->text);
    }
    if (!built_in)
        return list;
    return arena_printf(arena, "%s%s(%s)", list, list[0] ? " " : "",
                        text_get(lang, "report.built_in"));
}

size_t export_row_count(const struct report_style *style, const struct result *result)
{
    bool cut = style->limit && style->limit < result->row_count;
    return cut ? style->limit : result->row_count;
}

/* The two noncharacters that XML 1.0 forbids and that are no controls: U+FFFE and U+FFFF. */
static bool is_forbidden(const char *at)
{
    return strncmp(at, "\xef\xbf\xbe", 3) == 0 || strncmp(at, "\xef\xbf\xbf", 3) == 0;
}

/* Entities by number where HTML and XML disagree about names. */
static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&#34;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void add_escaped(struct buf *out, struct view text)
{
    struct buf safe = {0};
    buf_add_text(&safe, "");
    text_add_safe(&safe, text);
    for (const char *at = safe.ptr; *at; at++) {
        const char *name = entity(*at);
        if (name) {
            buf_add_text(out, name);
        } else if (is_forbidden(at)) {
            buf_add_text(out, "\xef\xbf\xbd"); /* the replacement character */
            at += 2;
        } else {
            buf_add_char(out, *at);
        }
    }
    buf_free(&safe);
}

void export_add_escaped(struct buf *out, const char *text)
{
    add_escaped(out, view_of(text));
}

void export_add_lines(struct buf *out, const char *text)
{
    struct view rest = view_of(text), line;
    for (bool first = true; view_line(&rest, &line); first = false) {
        if (!first)
            buf_add_char(out, '\n');
        add_escaped(out, line);
    }
}

json_t *export_json(struct arena *arena, const char *text)
{
    return json_string(export_safe(arena, text));
}

static int add_piece(const char *piece, size_t size, void *data)
{
    buf_add(data, piece, size);
    return 0;
}

struct rc export_write_json(json_t *top, size_t flags, struct buf *out)
{
    int wrote = json_dump_callback(top, add_piece, out, flags);
    json_decref(top);
    if (wrote != 0)
        return fault(FAULT_IO, "the report could not be written as JSON");
    buf_add_char(out, '\n');
    return RC_OK;
}
