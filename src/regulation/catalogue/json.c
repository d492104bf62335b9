/*
 * json: a clause as the JSON object of the facts it came from.
 *
 * The content keeps a value's type by its spelling: a plain scalar that reads as a whole number,
 * null, true or false is that; every other scalar is a text.
 */
#include "regulation/catalogue/parts.h"

#include <string.h>

static void add_text(struct buf *out, const char *text)
{
    buf_add_char(out, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            buf_printf(out, "\\%c", *c);
        else if ((unsigned char)*c < 0x20)
            buf_printf(out, "\\u%04x", (unsigned)*c);
        else
            buf_add_char(out, *c);
    }
    buf_add_char(out, '"');
}

/* Numbers as JSON writes them: no plus sign and no leading zero. */
static bool is_literal(struct value v)
{
    const char *text = doc_text(v);
    int64_t number;
    if (!doc_plain(v))
        return false;
    if (strcmp(text, "null") == 0 || strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return true;
    const char *digits = text[0] == '-' ? text + 1 : text;
    bool canonical = digits[0] != '+' && (digits[0] != '0' || digits[1] == '\0');
    return canonical && doc_integer(v, &number);
}

static void add_value(struct buf *out, struct value v)
{
    if (doc_kind(v) == DOC_TEXT) {
        if (is_literal(v))
            buf_add_text(out, doc_text(v));
        else
            add_text(out, doc_text(v));
        return;
    }
    bool map = doc_kind(v) == DOC_MAP;
    buf_add_char(out, map ? '{' : '[');
    for (uint32_t i = 0; i < doc_count(v); i++) {
        if (i)
            buf_add_text(out, ", ");
        if (map) {
            add_text(out, doc_key(v, i));
            buf_add_text(out, ": ");
        }
        add_value(out, doc_at(v, i));
    }
    buf_add_char(out, map ? '}' : ']');
}

static void add_field(struct buf *out, const char *name, struct value v)
{
    buf_add_text(out, ", ");
    add_text(out, name);
    buf_add_text(out, ": ");
    add_value(out, v);
}

void clause_add_json(const struct clause *clause, struct buf *out)
{
    static const char *const head[] = {"level", "scope", "layer", "layer_en"};
    buf_add_text(out, "{\"standard\": ");
    add_text(out, clause->standard->title);
    for (size_t i = 0; i < COUNT_OF(head); i++)
        add_field(out, head[i], doc_get(clause->chapter, head[i]));
    for (uint32_t i = 0; i < doc_count(clause->raw); i++)
        add_field(out, doc_key(clause->raw, i), doc_at(clause->raw, i));
    buf_add_char(out, '}');
}
