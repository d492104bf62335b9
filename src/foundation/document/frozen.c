/* frozen: reading the frozen form. Node 0 is the root. */
#include "foundation/document/node.h"

#include <string.h>

static const struct frozen *head(struct value v)
{
    return (const void *)v.doc;
}

static const struct node *node_at(struct value v, uint32_t index)
{
    return (const struct node *)(const void *)(v.doc + sizeof(struct frozen)) + index;
}

static const char *text_at(struct value v, const struct node *node)
{
    size_t texts = sizeof(struct frozen) + (size_t)head(v)->nodes * sizeof(struct node);
    return (const char *)v.doc + texts + node->at;
}

MUST_USE struct rc doc_open(struct view frozen, struct value *root)
{
    struct frozen h;
    if (frozen.len < sizeof h || ((uintptr_t)frozen.ptr & 7u))
        return fault(FAULT_DATA, "frozen document: too short or not aligned");
    memcpy(&h, frozen.ptr, sizeof h);
    size_t size = sizeof h + (size_t)h.nodes * sizeof(struct node) + h.text_size;
    if (h.magic != FROZEN_MAGIC || h.nodes == 0 || size != frozen.len)
        return fault(FAULT_DATA, "frozen document: cut, or of another version");
    *root = (struct value){(const uint8_t *)frozen.ptr, 0};
    return RC_OK;
}

enum doc_kind doc_kind(struct value v)
{
    return v.doc ? (enum doc_kind)(node_at(v, v.node)->kind_line & 7u) : DOC_NONE;
}

uint32_t doc_line(struct value v)
{
    return v.doc ? node_at(v, v.node)->kind_line >> 4 : 0;
}

bool doc_plain(struct value v)
{
    return v.doc && (node_at(v, v.node)->kind_line & 8u);
}

uint32_t doc_count(struct value v)
{
    enum doc_kind kind = doc_kind(v);
    return kind == DOC_LIST || kind == DOC_MAP ? node_at(v, v.node)->count : 0;
}

struct value doc_at(struct value v, uint32_t index)
{
    if (index >= doc_count(v))
        return (struct value){0};
    const struct node *node = node_at(v, v.node);
    uint32_t child = doc_kind(v) == DOC_MAP ? 2 * index + 1 : index;
    return (struct value){v.doc, node->at + child};
}

const char *doc_key(struct value v, uint32_t index)
{
    if (doc_kind(v) != DOC_MAP || index >= doc_count(v))
        return NULL;
    return text_at(v, node_at(v, node_at(v, v.node)->at + 2 * index));
}

struct value doc_get(struct value v, const char *key)
{
    if (doc_kind(v) != DOC_MAP)
        return (struct value){0};
    const struct node *map = node_at(v, v.node);
    size_t len = strlen(key);
    for (uint32_t i = 0; i < map->count; i++) {
        const struct node *name = node_at(v, map->at + 2 * i);
        if (name->count == len && memcmp(text_at(v, name), key, len) == 0)
            return (struct value){v.doc, map->at + 2 * i + 1};
    }
    return (struct value){0};
}

struct value doc_path(struct value v, const char *a, const char *b)
{
    return doc_get(doc_get(v, a), b);
}

const char *doc_text(struct value v)
{
    return doc_kind(v) == DOC_TEXT ? text_at(v, node_at(v, v.node)) : NULL;
}

const char *doc_get_text(struct value v, const char *key)
{
    return doc_text(doc_get(v, key));
}

bool doc_integer(struct value v, int64_t *out)
{
    const char *text = doc_text(v);
    return text && view_integer(view_of(text), out);
}

/* Every text with its length in front, so that no two values look alike. */
void doc_add_canonical(struct value v, struct buf *out)
{
    switch (doc_kind(v)) {
    case DOC_NONE:
        buf_add_text(out, "-");
        return;
    case DOC_TEXT:
        buf_printf(out, "%zu:%s", strlen(doc_text(v)), doc_text(v));
        return;
    case DOC_LIST:
    case DOC_MAP:
        break;
    }
    bool map = doc_kind(v) == DOC_MAP;
    buf_add_text(out, map ? "{" : "[");
    for (uint32_t i = 0; i < doc_count(v); i++) {
        if (map)
            buf_printf(out, "%zu:%s=", strlen(doc_key(v, i)), doc_key(v, i));
        doc_add_canonical(doc_at(v, i), out);
        buf_add_text(out, ",");
    }
    buf_add_text(out, map ? "}" : "]");
}
