/*
 * deed: its canonical bytes.
 *
 *   {"action":"set","actor":"an","changes":[["name","old","new"]],"key":"k","kind":"unit",
 *    "sequence":7,"time":1767225600000000,"version":2}
 *
 * Members that are empty are left out; an absent value in a change is null. Decoding encodes again
 * and compares: there is one way to write a deed.
 */
#include "record/journal/journal.h"

#include <jansson.h>
#include <string.h>

static void add_text(struct buf *out, const char *text)
{
    buf_add_char(out, '"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c < 0x20)
            buf_printf(out, "\\u%04x", c);
        else
            buf_add_char(out, *text);
    }
    buf_add_char(out, '"');
}

static void add_member(struct buf *out, const char *name, const char *value)
{
    if (!value)
        return;
    buf_printf(out, "%s\"%s\":", out->ptr[out->len - 1] == '{' ? "" : ",", name);
    add_text(out, value);
}

static void add_number(struct buf *out, const char *name, int64_t value)
{
    buf_printf(out, "%s\"%s\":%lld", out->ptr[out->len - 1] == '{' ? "" : ",", name,
               (long long)value);
}

static void add_value(struct buf *out, const char *value)
{
    if (value)
        add_text(out, value);
    else
        buf_add_text(out, "null");
}

static void add_changes(struct buf *out, const struct deed *deed)
{
    buf_printf(out, "%s\"changes\":[", out->ptr[out->len - 1] == '{' ? "" : ",");
    for (size_t i = 0; i < deed->change_count; i++) {
        buf_add_text(out, i ? ",[" : "[");
        add_text(out, deed->changes[i].field);
        buf_add_char(out, ',');
        add_value(out, deed->changes[i].before);
        buf_add_char(out, ',');
        add_value(out, deed->changes[i].after);
        buf_add_char(out, ']');
    }
    buf_add_char(out, ']');
}

/* Keys in byte order. */
void deed_encode(const struct deed *deed, struct buf *out)
{
    size_t start = out->len;
    buf_add_char(out, '{');
    add_member(out, "action", deed->action);
    add_member(out, "actor", deed->actor);
    if (deed->body)
        buf_printf(out, "%s\"body\":%s", out->len == start + 1 ? "" : ",", deed->body);
    if (deed->change_count)
        add_changes(out, deed);
    add_member(out, "key", deed->key);
    add_member(out, "kind", deed->kind);
    add_member(out, "reason", deed->reason);
    add_number(out, "sequence", deed->sequence);
    add_member(out, "state", deed->state);
    add_number(out, "time", deed->time);
    if (deed->version)
        add_number(out, "version", deed->version);
    buf_add_char(out, '}');
}

/* ---- decoding ------------------------------------------------------------------------------ */

static const char *text_member(struct arena *arena, const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? arena_text(arena, value) : NULL;
}

static bool read_changes(struct arena *arena, const json_t *list, struct deed *out)
{
    size_t count = json_array_size(list);
    struct journal_change *changes = arena_take(arena, (count + 1) * sizeof *changes);
    for (size_t i = 0; i < count; i++) {
        const json_t *change = json_array_get(list, i);
        const char *texts[3];
        if (json_array_size(change) != 3)
            return false;
        for (size_t part = 0; part < 3; part++) {
            const char *text = json_string_value(json_array_get(change, part));
            texts[part] = text ? arena_text(arena, text) : NULL;
        }
        if (!texts[0])
            return false;
        changes[i] = (struct journal_change){texts[0], texts[1], texts[2]};
    }
    out->changes = changes;
    out->change_count = count;
    return true;
}

/* Reals have more than one way to be written. */
static bool has_reals(json_t *value)
{
    const char *key;
    json_t *member;
    size_t i;
    if (json_is_real(value))
        return true;
    json_object_foreach(value, key, member) if (has_reals(member)) return true;
    json_array_foreach(value, i, member) if (has_reals(member)) return true;
    return false;
}

static bool read_body(struct arena *arena, json_t *body, struct deed *out)
{
    if (!body)
        return true;
    if (has_reals(body))
        return false;
    char *text = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    if (!text)
        return false;
    out->body = arena_text(arena, text);
    free(text);
    return true;
}

static bool read_object(struct arena *arena, const json_t *object, struct deed *out)
{
    *out = (struct deed){
        .sequence = json_integer_value(json_object_get(object, "sequence")),
        .time = json_integer_value(json_object_get(object, "time")),
        .actor = text_member(arena, object, "actor"),
        .action = text_member(arena, object, "action"),
        .kind = text_member(arena, object, "kind"),
        .key = text_member(arena, object, "key"),
        .version = json_integer_value(json_object_get(object, "version")),
        .reason = text_member(arena, object, "reason"),
        .state = text_member(arena, object, "state"),
    };
    return read_changes(arena, json_object_get(object, "changes"), out) &&
           read_body(arena, json_object_get(object, "body"), out);
}

struct rc deed_decode(struct arena *arena, struct view bytes, struct deed *out)
{
    struct buf again CLEANUP(buf_free) = {0};
    struct deed deed;
    json_error_t error;
    json_t *object =
        json_loadb(bytes.ptr ? bytes.ptr : "", bytes.len, JSON_REJECT_DUPLICATES, &error);
    bool good = json_is_object(object) && read_object(arena, object, &deed);
    json_decref(object);
    if (good)
        deed_encode(&deed, &again);
    if (!good || !view_equal(buf_view(&again), bytes))
        return fault(FAULT_DATA, "a deed is not in its canonical form");
    *out = deed;
    return RC_OK;
}

void deed_leaf(const char *store_id, int64_t sequence, const char *payload_sm3, struct buf *out)
{
    buf_printf(out, "merlon-leaf-1\n%s\n%lld\n%s\n", store_id, (long long)sequence, payload_sm3);
}
