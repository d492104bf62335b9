/*
 * yaml: libyaml's events into a tree of `struct part`, then level by level into the frozen form.
 * Only what document.h promises is accepted; everything else is refused with its line.
 */
#include "foundation/document/node.h"

#include <string.h>
#include <yaml.h>

struct part {
    enum doc_kind kind;
    bool plain;
    uint32_t line, count;
    const char *text; /* DOC_TEXT */
    size_t len;
    struct part *first, *last; /* children; of a map: key, value, key, value */
    struct part *next;
};

struct doc_builder {
    struct arena *arena;
    struct part root;
    uint32_t nodes;
};

struct reading {
    struct doc_builder *builder;
    yaml_parser_t parser;
    const char *origin;
    struct view yaml;
};

struct doc_builder *doc_builder_new(void)
{
    struct doc_builder *builder = mem_new(sizeof *builder);
    builder->arena = arena_new();
    builder->root.kind = DOC_MAP;
    builder->nodes = 1;
    return builder;
}

void doc_builder_free(struct doc_builder *builder)
{
    if (!builder)
        return;
    arena_free(builder->arena);
    mem_free(builder);
}

static void part_add(struct part *parent, struct part *child)
{
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
}

static struct part *part_new(struct doc_builder *builder, enum doc_kind kind, size_t line)
{
    struct part *part = arena_take(builder->arena, sizeof *part);
    part->kind = kind;
    part->line = line < (1u << 27) ? (uint32_t)line : (1u << 27);
    builder->nodes++;
    return part;
}

static struct part *part_text(struct doc_builder *builder, struct view text, size_t line)
{
    struct part *part = part_new(builder, DOC_TEXT, line);
    part->text = view_text(builder->arena, text);
    part->len = text.len;
    return part;
}

/* For bytes that are no text libyaml tells an offset instead of a line. */
static size_t problem_line(const struct reading *r)
{
    if (r->parser.error != YAML_READER_ERROR)
        return r->parser.problem_mark.line + 1;
    struct view before = r->yaml, line;
    if (r->parser.problem_offset < before.len)
        before.len = r->parser.problem_offset;
    size_t lines = 1;
    while (view_cut(&before, '\n', &line) && before.ptr)
        lines++;
    return lines;
}

static struct rc next_event(struct reading *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event))
        return RC_OK;
    return fault(FAULT_DATA, "%s:%zu: %s", r->origin, problem_line(r),
                 r->parser.problem ? r->parser.problem : "not YAML");
}

static struct rc refuse(struct reading *r, const yaml_event_t *event, const char *what)
{
    return fault(FAULT_DATA, "%s:%zu: %s", r->origin, event->start_mark.line + 1, what);
}

static struct rc read_part(struct reading *r, yaml_event_t *event, int depth, struct part **out);

static bool has_key(const struct part *map, const struct part *key)
{
    for (const struct part *k = map->first; k; k = k->next->next)
        if (k->len == key->len && memcmp(k->text, key->text, k->len) == 0)
            return true;
    return false;
}

/* Looking for a key takes longer the more there are: a mapping is bounded. */
static struct rc check_key(const struct reading *r, const struct part *map, const struct part *key)
{
    if (key->kind != DOC_TEXT)
        return fault(FAULT_DATA, "%s:%u: a key must be plain text", r->origin, key->line);
    if (key->plain && strcmp(key->text, "<<") == 0)
        return fault(FAULT_DATA, "%s:%u: merge keys are not allowed", r->origin, key->line);
    if (map->count / 2 >= DOC_KEYS_MAX)
        return fault(FAULT_LIMIT, "%s:%u: more than %d keys in one mapping", r->origin, key->line,
                     DOC_KEYS_MAX);
    if (has_key(map, key))
        return fault(FAULT_DATA, "%s:%u: the key '%s' appears twice in one mapping", r->origin,
                     key->line, key->text);
    return RC_OK;
}

/* One entry of `parent`: for a map, `event` is its key and the value is read too. */
static struct rc read_entry(struct reading *r, struct part *parent, yaml_event_t *event, int depth)
{
    struct part *part = NULL;
    TRY(read_part(r, event, depth, &part));
    if (parent->kind == DOC_MAP) {
        TRY(check_key(r, parent, part));
        yaml_event_t value;
        struct part *second = NULL;
        TRY(next_event(r, &value));
        struct rc rc = read_part(r, &value, depth, &second);
        yaml_event_delete(&value);
        TRY(rc);
        part_add(parent, part);
        part = second;
    }
    part_add(parent, part);
    return RC_OK;
}

static struct rc read_children(struct reading *r, struct part *parent, int depth)
{
    yaml_event_type_t end =
        parent->kind == DOC_MAP ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    for (bool more = true; more;) {
        yaml_event_t event;
        TRY(next_event(r, &event));
        more = event.type != end;
        struct rc rc = more ? read_entry(r, parent, &event, depth) : RC_OK;
        yaml_event_delete(&event);
        TRY(rc);
    }
    if (parent->kind == DOC_MAP)
        parent->count /= 2;
    return RC_OK;
}

static struct rc read_scalar(struct reading *r, const yaml_event_t *event, struct part **out)
{
    struct view text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    if (event->data.scalar.anchor)
        return refuse(r, event, "anchors are not allowed");
    if (event->data.scalar.tag)
        return refuse(r, event, "tags are not allowed");
    if (text.len && memchr(text.ptr, '\0', text.len))
        return refuse(r, event, "a NUL character in a text");
    *out = part_text(r->builder, text, event->start_mark.line + 1);
    (*out)->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return RC_OK;
}

static struct rc read_part(struct reading *r, yaml_event_t *event, int depth, struct part **out)
{
    if (depth > DOC_DEPTH_MAX || r->builder->nodes > DOC_NODES_MAX)
        return fault(FAULT_LIMIT, "%s:%zu: nested deeper than %d levels or too large", r->origin,
                     event->start_mark.line + 1, DOC_DEPTH_MAX);
    if (event->type == YAML_SCALAR_EVENT)
        return read_scalar(r, event, out);
    if (event->type == YAML_ALIAS_EVENT)
        return refuse(r, event, "aliases are not allowed");
    bool map = event->type == YAML_MAPPING_START_EVENT;
    if (!map && event->type != YAML_SEQUENCE_START_EVENT)
        return refuse(r, event, "a value is missing");
    if (map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor)
        return refuse(r, event, "anchors are not allowed");
    if (map ? event->data.mapping_start.tag : event->data.sequence_start.tag)
        return refuse(r, event, "tags are not allowed");
    struct part *part = part_new(r->builder, map ? DOC_MAP : DOC_LIST, event->start_mark.line + 1);
    *out = part;
    return read_children(r, part, depth + 1);
}

/* stream-start, document-start, one value, document-end, stream-end */
static struct rc read_document(struct reading *r, struct part **out)
{
    for (int step = 0; step < 5; step++) {
        static const yaml_event_type_t wanted[] = {YAML_STREAM_START_EVENT,
                                                   YAML_DOCUMENT_START_EVENT, YAML_NO_EVENT,
                                                   YAML_DOCUMENT_END_EVENT, YAML_STREAM_END_EVENT};
        yaml_event_t event;
        TRY(next_event(r, &event));
        struct rc rc = RC_OK;
        if (step == 2)
            rc = read_part(r, &event, 0, out);
        else if (event.type != wanted[step])
            rc = refuse(r, &event,
                        step == 1 ? "the file holds no document" : "more than one document");
        yaml_event_delete(&event);
        TRY(rc);
    }
    return RC_OK;
}

static struct rc parse(struct doc_builder *builder, const char *origin, struct view yaml,
                       struct part **out)
{
    struct reading r = {.builder = builder, .origin = origin, .yaml = yaml};
    if (!yaml_parser_initialize(&r.parser))
        panic("out of memory");
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(yaml.ptr ? yaml.ptr : ""),
                                 yaml.len);
    struct rc rc = read_document(&r, out);
    yaml_parser_delete(&r.parser);
    return rc;
}

struct rc doc_builder_add_yaml(struct doc_builder *builder, const char *name, const char *origin,
                               struct view yaml)
{
    struct part *top = NULL;
    TRY(parse(builder, origin, yaml, &top));
    struct part *key = part_text(builder, view_of(name), 0);
    if (has_key(&builder->root, key))
        return fault(FAULT_DATA, "%s: the name '%s' was added before", origin, name);
    uint32_t pairs = builder->root.count;
    part_add(&builder->root, key);
    part_add(&builder->root, top);
    builder->root.count = pairs + 1;
    return RC_OK;
}

/* Breadth first: `queue` lists the parts in the order of their nodes, so that the children of a
 * part become neighbours. */
static void lay_out(const struct part **queue, uint32_t total, struct node *nodes,
                    struct buf *texts)
{
    uint32_t used = 1;
    for (uint32_t i = 0; i < total; i++) {
        const struct part *part = queue[i];
        nodes[i] = (struct node){.kind_line = (uint32_t)part->kind | (part->plain ? 8u : 0u) |
                                              part->line << 4,
                                 .at = used,
                                 .count = part->count};
        if (part->kind == DOC_TEXT) {
            nodes[i].at = (uint32_t)texts->len;
            nodes[i].count = (uint32_t)part->len;
            buf_add(texts, part->text, part->len + 1);
        }
        for (const struct part *child = part->first; child; child = child->next)
            queue[used++] = child;
    }
    must(used == total);
}

static void freeze(const struct part *root, uint32_t total, struct buf *out)
{
    const struct part **queue = mem_new(total * sizeof *queue);
    struct node *nodes = mem_new(total * sizeof *nodes);
    struct buf texts = {0};
    queue[0] = root;
    lay_out(queue, total, nodes, &texts);
    struct frozen h = {FROZEN_MAGIC, total, (uint32_t)texts.len, 0};
    buf_add(out, &h, sizeof h);
    buf_add(out, nodes, total * sizeof *nodes);
    buf_add(out, texts.ptr, texts.len);
    buf_free(&texts);
    mem_free(nodes);
    mem_free(queue);
}

static uint32_t part_total(const struct part *part)
{
    uint32_t total = 1;
    for (const struct part *child = part->first; child; child = child->next)
        total += part_total(child);
    return total;
}

struct rc doc_freeze(const struct doc_builder *builder, struct buf *out)
{
    freeze(&builder->root, part_total(&builder->root), out);
    return RC_OK;
}

struct rc doc_read_yaml(struct arena *arena, const char *origin, struct view yaml,
                        struct value *top)
{
    struct doc_builder *builder = doc_builder_new();
    struct part *part = NULL;
    struct rc rc = parse(builder, origin, yaml, &part);
    if (!failed(rc)) {
        struct buf frozen = {0};
        freeze(part, part_total(part), &frozen);
        char *bytes = arena_take(arena, frozen.len);
        memcpy(bytes, frozen.ptr, frozen.len);
        rc = doc_open((struct view){bytes, frozen.len}, top);
        buf_free(&frozen);
    }
    doc_builder_free(builder);
    return rc;
}
