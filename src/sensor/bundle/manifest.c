/*
 * manifest: the list of what a bundle holds. It is one JSON object, with one item on each line:
 *
 *   {"format":"merlon-bundle","version":1,"target":{...},"items":[
 *   {"kind":"file","name":"/etc/passwd","status":"ok","size":1540,"sm3":"..."},
 *   {"kind":"file","name":"/etc/shadow","status":"denied","reason":"..."}
 *   ]}
 *
 * It is read line by line, so that a hostile one can take no more memory than its longest line
 * (MANIFEST_LINE_MAX) parses to. Names and other texts are escaped (escape.c) before they become
 * JSON, and only the one way of writing a text is accepted.
 */
#include "sensor/bundle/parts.h"

#include <jansson.h>
#include <string.h>

#define FORMAT            "merlon-bundle"
#define VERSION           1
#define MARK              ",\"items\":[\n"
#define MANIFEST_LINE_MAX (10 * (size_t)BUNDLE_TEXT_MAX + 1024)
#define TIME_MAX          253402300800000000 /* year 10000 */
#define PARSE_FLAGS       JSON_REJECT_DUPLICATES

/* ---- writing ---------------------------------------------------------------------------- */

static json_t *safe(const char *text)
{
    struct buf escaped = {0};
    bundle_escape(&escaped, view_of(text));
    json_t *string = json_stringn(escaped.ptr ? escaped.ptr : "", escaped.len);
    buf_free(&escaped);
    return string;
}

static void dump(json_t *json, struct buf *out)
{
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    if (!text)
        panic("out of memory, or a text that is no UTF-8");
    buf_add_text(out, text);
    free(text);
    json_decref(json);
}

static void write_head(const struct target *target, struct buf *out)
{
    dump(json_pack("{s:s, s:i, s:{s:o, s:o, s:b, s:I, s:o}}", "format", FORMAT, "version", VERSION,
                   "target", "kind", safe(target->kind), "name", safe(target->name), "running",
                   target->running, "collected_at", (json_int_t)target->collected_at, "tool",
                   safe(target->tool)),
         out);
    must(out->ptr[out->len - 1] == '}');
    out->len--; /* reopened for the items */
    buf_add_text(out, MARK);
}

static void write_item(struct bundle *bundle, const struct item *item, struct buf *out)
{
    json_t *json = json_pack("{s:s, s:o, s:s}", "kind", item_kind_name(item->kind), "name",
                             safe(item->name), "status", item_status_name(item->status));
    int bad = 0;
    if (item->reason[0])
        bad |= json_object_set_new(json, "reason", safe(item->reason));
    if (item_has_bytes(item->status)) {
        bad |= json_object_set_new(json, "size", json_integer((json_int_t)item->bytes.len));
        bad |= json_object_set_new(json, "sm3", json_string(bundle_sm3(bundle, item)));
    }
    if (bad)
        panic("out of memory");
    dump(json, out);
}

void manifest_write(struct bundle *bundle, struct buf *out)
{
    write_head(bundle_target(bundle), out);
    size_t count = bundle_count(bundle);
    for (size_t i = 0; i < count; i++) {
        write_item(bundle, bundle_at(bundle, i), out);
        buf_add_text(out, i + 1 < count ? ",\n" : "\n");
    }
    buf_add_text(out, "]}\n");
}

/* ---- reading ---------------------------------------------------------------------------- */

static struct rc wrong(const char *what)
{
    return fault(FAULT_TARGET, "manifest.json: %s; collect it again", what);
}

/* A text as it was before `safe`; NULL when it could not have been written by it. */
static const char *unsafe(struct arena *arena, const char *text)
{
    struct buf again = {0};
    char *plain = bundle_unescape(arena, view_of(text));
    bundle_escape(&again, view_of(plain));
    bool same = view_is(buf_view(&again), text);
    buf_free(&again);
    return same ? plain : NULL;
}

static struct rc check_version(json_t *head)
{
    const char *format = NULL;
    int version = 0;
    if (json_unpack(head, "{s:s, s:i}", "format", &format, "version", &version) != 0 ||
        strcmp(format, FORMAT) != 0)
        return fault(FAULT_TARGET, "not a bundle; give a file that `merlon collect -o` wrote");
    if (version != VERSION)
        return fault(FAULT_TARGET,
                     "a bundle of version %d, this merlon reads version %d; use the merlon that "
                     "wrote it, or collect it again",
                     version, VERSION);
    return RC_OK;
}

static struct rc read_target(json_t *head, struct arena *arena, struct target *out)
{
    const char *kind = "", *name = "", *tool = "", *ignored;
    int running = 0, version;
    json_int_t at = 0;
    if (json_unpack(head, "{s:s, s:i, s:{s:s, s:s, s:b, s:I, s:s !} !}", "format", &ignored,
                    "version", &version, "target", "kind", &kind, "name", &name, "running",
                    &running, "collected_at", &at, "tool", &tool) != 0)
        return wrong("what it says of the target is not complete");
    *out = (struct target){.kind = unsafe(arena, kind),
                           .name = unsafe(arena, name),
                           .running = running != 0,
                           .collected_at = at,
                           .tool = unsafe(arena, tool)};
    if (!out->kind || !out->name || !out->tool)
        return wrong("a text of the target is not written as it should be");
    if (at < 0 || at >= TIME_MAX)
        return wrong("the time of collection is none");
    return RC_OK;
}

struct rc manifest_read_head(struct bundle *bundle, struct arena *arena, struct view *rest)
{
    struct view line;
    if (!view_line(rest, &line) || line.len > MANIFEST_LINE_MAX || line.len < sizeof MARK - 1 ||
        memcmp(line.ptr + line.len - (sizeof MARK - 2), MARK, sizeof MARK - 2) != 0)
        return fault(FAULT_TARGET, "not a bundle; give a file that `merlon collect -o` wrote");
    struct buf text = {0};
    buf_add(&text, line.ptr, line.len - (sizeof MARK - 2));
    buf_add_char(&text, '}');
    json_t *head = json_loadb(text.ptr, text.len, PARSE_FLAGS, NULL);
    buf_free(&text);
    struct target target = {0};
    struct rc rc = head ? check_version(head) : wrong("its first line is no JSON");
    if (!failed(rc))
        rc = read_target(head, arena, &target);
    json_decref(head);
    if (!failed(rc))
        bundle_set_target(bundle, &target);
    return rc;
}

/* 64 lower-case digits, and a size: exactly where the item has bytes. */
static struct rc read_digest(struct listed *listed, json_int_t size, const char *sm3)
{
    bool bytes = item_has_bytes(listed->item.status);
    if (bytes != (sm3 != NULL) || bytes != (size >= 0))
        return wrong("an item's size or digest is missing, or one too many");
    if (!bytes)
        return RC_OK;
    if (strlen(sm3) != 2 * SM3_SIZE || strspn(sm3, "0123456789abcdef") != 2 * SM3_SIZE)
        return wrong("an item's digest is none");
    memcpy(listed->sm3, sm3, SM3_HEX);
    listed->size = (size_t)size;
    return RC_OK;
}

static struct rc read_fields(json_t *json, struct arena *arena, struct listed *out)
{
    const char *kind, *name, *status, *reason = "", *sm3 = NULL;
    json_int_t size = -1;
    if (json_unpack(json, "{s:s, s:s, s:s, s?s, s?I, s?s !}", "kind", &kind, "name", &name,
                    "status", &status, "reason", &reason, "size", &size, "sm3", &sm3) != 0)
        return wrong("an item lacks a field, or has one too many");
    if (!item_kind_from(kind, &out->item.kind) || !item_status_from(status, &out->item.status))
        return wrong("an item of unknown kind or status");
    out->item.name = unsafe(arena, name);
    out->item.reason = unsafe(arena, reason);
    if (!out->item.name || !out->item.reason)
        return wrong("an item's name or reason is not written as it should be");
    return read_digest(out, size, sm3);
}

static struct rc read_last(struct view rest)
{
    return rest.len == 0 ? RC_OK : wrong("there is more after its end");
}

struct rc manifest_read_item(struct arena *arena, struct view *rest, struct listed *out, bool *more)
{
    struct view line;
    if (!view_line(rest, &line) || line.len > MANIFEST_LINE_MAX)
        return wrong("cut, or a line longer than an item can be");
    *more = !view_is(line, "]}");
    if (!*more)
        return read_last(*rest);
    bool last = !view_ends(line, ",");
    if (last != view_is(*rest, "]}\n"))
        return wrong("its lines do not end as they should");
    json_t *json = json_loadb(line.ptr, last ? line.len : line.len - 1, PARSE_FLAGS, NULL);
    *out = (struct listed){0};
    struct rc rc = json ? read_fields(json, arena, out) : wrong("an item is no JSON");
    json_decref(json);
    return rc;
}
