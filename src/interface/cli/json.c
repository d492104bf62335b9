/* json: documents as JSON. Content is nested at most DOC_DEPTH_MAX deep, so recursion is bounded.
 */
#include "interface/cli/json.h"

#include <stdlib.h>
#include <string.h>

/* YAML keeps a type by its spelling: what is quoted is a text. */
static json_t *json_of_scalar(struct value v)
{
    const char *text = doc_text(v);
    int64_t number = 0;
    if (doc_plain(v) && doc_integer(v, &number))
        return json_integer(number);
    if (doc_plain(v) && strcmp(text, "null") == 0)
        return json_null();
    if (doc_plain(v) && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        return json_boolean(text[0] == 't');
    return json_string(text);
}

json_t *json_of_value(struct value v)
{
    if (doc_kind(v) == DOC_TEXT)
        return json_of_scalar(v);
    if (doc_kind(v) == DOC_NONE)
        return json_null();
    bool map = doc_kind(v) == DOC_MAP;
    json_t *top = map ? json_object() : json_array();
    for (uint32_t i = 0; i < doc_count(v); i++) {
        json_t *child = json_of_value(doc_at(v, i));
        if (map)
            json_object_set_new(top, doc_key(v, i), child);
        else
            json_array_append_new(top, child);
    }
    return top;
}

struct rc json_write(json_t *top, struct buf *out)
{
    char *text = json_dumps(top, JSON_INDENT(2));
    json_decref(top);
    if (!text)
        return fault(FAULT_IO, "the answer could not be written as JSON");
    buf_printf(out, "%s\n", text);
    free(text);
    return RC_OK;
}
