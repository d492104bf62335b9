/*
 * bundle: the items of one target in the order they were added, with an index over kind and name.
 *
 * Everything is copied into one arena; an item never moves, so pointers to it hold until
 * bundle_free. The size that counts against BUNDLE_SIZE_MAX is what the item takes at most when it
 * is stored (its bytes, and its line in the manifest): what could be filled can be saved and
 * loaded.
 */
#include "sensor/bundle/parts.h"

#include <string.h>

#define LINE_COST 256u /* a line of the manifest without its texts */
#define TEXT_COST 5u   /* a byte of a text there at worst: \\xNN */

struct entry {
    struct item item;
    char sm3[SM3_HEX]; /* "" until it is asked for */
};

struct bundle {
    struct arena *arena;
    struct target target;
    struct entry **entries;
    size_t count, room;
    size_t size;
    struct index names;
};

static const char *const kind_names[ITEM_KIND_COUNT] = {
    [ITEM_FILE] = "file", [ITEM_LIST] = "list", [ITEM_STAT] = "stat",
    [ITEM_LIVE] = "live", [ITEM_WALK] = "walk",
};

static const char *const status_names[ITEM_STATUS_COUNT] = {
    [ITEM_OK] = "ok",           [ITEM_ABSENT] = "absent", [ITEM_DENIED] = "denied",
    [ITEM_TIMEOUT] = "timeout", [ITEM_ERROR] = "error",   [ITEM_TRUNCATED] = "truncated",
};

static bool name_among(const char *const *names, unsigned count, const char *name, unsigned *out)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) {
            *out = i;
            return true;
        }
    return false;
}

const char *item_kind_name(enum item_kind kind)
{
    must(kind < ITEM_KIND_COUNT);
    return kind_names[kind];
}

const char *item_status_name(enum item_status status)
{
    must(status < ITEM_STATUS_COUNT);
    return status_names[status];
}

bool item_kind_from(const char *name, enum item_kind *out)
{
    unsigned found;
    bool known = name_among(kind_names, ITEM_KIND_COUNT, name, &found);
    if (known)
        *out = (enum item_kind)found;
    return known;
}

bool item_status_from(const char *name, enum item_status *out)
{
    unsigned found;
    bool known = name_among(status_names, ITEM_STATUS_COUNT, name, &found);
    if (known)
        *out = (enum item_status)found;
    return known;
}

struct bundle *bundle_new(void)
{
    struct bundle *bundle = mem_new(sizeof *bundle);
    bundle->arena = arena_new();
    bundle->target = (struct target){.kind = "", .name = "", .tool = ""};
    return bundle;
}

void bundle_free(struct bundle *bundle)
{
    if (!bundle)
        return;
    index_free(&bundle->names);
    mem_free(bundle->entries);
    arena_free(bundle->arena);
    mem_free(bundle);
}

void bundle_set_target(struct bundle *bundle, const struct target *target)
{
    bundle->target = *target;
    bundle->target.kind = arena_text(bundle->arena, target->kind);
    bundle->target.name = arena_text(bundle->arena, target->name);
    bundle->target.tool = arena_text(bundle->arena, target->tool);
}

const struct target *bundle_target(const struct bundle *bundle)
{
    return &bundle->target;
}

/* What an item takes at most when stored; bytes come with a tar header and up to a block more. */
static size_t cost(const struct item *item, size_t texts)
{
    size_t bytes = item_has_bytes(item->status) ? item->bytes.len + 1024 : 0;
    return bytes + texts * TEXT_COST + LINE_COST;
}

static struct rc check_limits(const struct bundle *bundle, const struct item *item, size_t *size)
{
    size_t name = strlen(item->name), reason = item->reason ? strlen(item->reason) : 0;
    if (name > BUNDLE_TEXT_MAX || reason > BUNDLE_TEXT_MAX)
        return fault(FAULT_LIMIT, "%.60s...: a name or reason longer than %u bytes", item->name,
                     BUNDLE_TEXT_MAX);
    if (bundle->count >= BUNDLE_ITEMS_MAX)
        return fault(FAULT_LIMIT, "%s: a bundle holds at most %u items; collect less", item->name,
                     BUNDLE_ITEMS_MAX);
    *size = cost(item, name + reason);
    if (item->bytes.len > BUNDLE_SIZE_MAX || *size > BUNDLE_SIZE_MAX - bundle->size)
        return fault(FAULT_LIMIT, "%s: a bundle holds at most %zu MiB; collect less", item->name,
                     BUNDLE_SIZE_MAX >> 20);
    return RC_OK;
}

static struct entry *entry_new(struct bundle *bundle, const struct item *item)
{
    struct entry *entry = arena_take(bundle->arena, sizeof *entry);
    entry->item = *item;
    entry->item.name = arena_text(bundle->arena, item->name);
    entry->item.reason = item->reason ? arena_text(bundle->arena, item->reason) : "";
    entry->item.bytes = item_has_bytes(item->status) ? item->bytes : VIEW("");
    entry->item.bytes.ptr = view_text(bundle->arena, entry->item.bytes);
    entry->item.number = (uint32_t)bundle->count;
    return entry;
}

struct rc bundle_add(struct bundle *bundle, const struct item *item)
{
    size_t size = 0;
    must(item->kind < ITEM_KIND_COUNT && item->status < ITEM_STATUS_COUNT);
    TRY(check_limits(bundle, item, &size));
    if (bundle_find(bundle, item->kind, item->name))
        return fault(FAULT_USAGE, "%s: the bundle has this %s already", item->name,
                     item_kind_name(item->kind));
    if (bundle->count == bundle->room) {
        bundle->room = bundle->room ? 2 * bundle->room : 64;
        bundle->entries = mem_resize(bundle->entries, bundle->room * sizeof *bundle->entries);
    }
    struct entry *entry = entry_new(bundle, item);
    index_put(&bundle->names, item->kind, entry->item.name, entry->item.number);
    bundle->entries[bundle->count++] = entry;
    bundle->size += size;
    return RC_OK;
}

const struct item *bundle_find(const struct bundle *bundle, enum item_kind kind, const char *name)
{
    uint32_t number;
    return index_find(&bundle->names, kind, name, &number) ? bundle_at(bundle, number) : NULL;
}

size_t bundle_count(const struct bundle *bundle)
{
    return bundle->count;
}

const struct item *bundle_at(const struct bundle *bundle, size_t number)
{
    return number < bundle->count ? &bundle->entries[number]->item : NULL;
}

void bundle_know_sm3(struct bundle *bundle, uint32_t number, const char sm3[static SM3_HEX])
{
    memcpy(bundle->entries[number]->sm3, sm3, SM3_HEX);
}

const char *bundle_sm3(struct bundle *bundle, const struct item *item)
{
    must(item->number < bundle->count && &bundle->entries[item->number]->item == item);
    struct entry *entry = bundle->entries[item->number];
    if (entry->sm3[0] == '\0' && failed(sm3_hex(item->bytes, entry->sm3)))
        panic("%s", fault_text()); /* the program tests SM3 when it starts */
    return entry->sm3;
}
