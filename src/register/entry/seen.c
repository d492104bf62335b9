/* seen: two hash tables with open addressing; memory in one arena until the import ends. */
#include "register/entry/seen.h"

#include <string.h>

struct slot {
    const struct kind *kind; /* NULL: of the set of keys */
    const char *key;         /* NULL: free */
    const struct entry *entry;
    int64_t id;
    bool known;
};

struct table {
    struct slot *slots;
    size_t count, room; /* room: a power of two */
};

struct seen {
    struct arena *arena;
    struct table entries, keys;
};

static size_t hash_of(const struct kind *kind, const char *key)
{
    uint64_t hash = 1469598103934665603u ^ (uint64_t)(uintptr_t)kind;
    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 1099511628211u;
    return (size_t)(hash ^ hash >> 29);
}

static struct slot *slot_of(const struct table *table, const struct kind *kind, const char *key)
{
    size_t at = hash_of(kind, key);
    for (;; at++) {
        struct slot *slot = &table->slots[at & (table->room - 1)];
        if (!slot->key || (slot->kind == kind && strcmp(slot->key, key) == 0))
            return slot;
    }
}

static void grow(struct table *table)
{
    struct table old = *table;
    table->room = old.room ? 2 * old.room : 1024;
    table->slots = mem_new(table->room * sizeof *table->slots);
    for (size_t i = 0; i < old.room; i++)
        if (old.slots[i].key)
            *slot_of(table, old.slots[i].kind, old.slots[i].key) = old.slots[i];
    mem_free(old.slots);
}

static struct slot *take(struct seen *seen, struct table *table, const struct kind *kind,
                         const char *key)
{
    if (2 * (table->count + 1) > table->room)
        grow(table);
    struct slot *slot = slot_of(table, kind, key);
    if (!slot->key) {
        *slot = (struct slot){.kind = kind, .key = arena_text(seen->arena, key)};
        table->count++;
    }
    return slot;
}

struct seen *seen_new(void)
{
    struct seen *seen = mem_new(sizeof *seen);
    seen->arena = arena_new();
    grow(&seen->entries);
    grow(&seen->keys);
    return seen;
}

void seen_free(struct seen *seen)
{
    if (!seen)
        return;
    mem_free(seen->entries.slots);
    mem_free(seen->keys.slots);
    arena_free(seen->arena);
    mem_free(seen);
}

const struct entry *seen_get(struct seen *seen, const struct kind *kind, const char *key,
                             bool *known, int64_t *id)
{
    const struct slot *slot = slot_of(&seen->entries, kind, key);
    *known = slot->key && slot->known;
    *id = slot->id;
    return *known ? slot->entry : NULL;
}

static const struct entry *copy(struct arena *arena, const struct entry *entry)
{
    struct entry *made = arena_take(arena, sizeof *made);
    const char **values = arena_take(arena, (entry->kind->count + 1) * sizeof *values);
    for (size_t i = 0; i < entry->kind->count; i++)
        values[i] = entry->values[i] ? arena_text(arena, entry->values[i]) : NULL;
    *made = *entry;
    made->key = arena_text(arena, entry->key);
    made->values = values;
    return made;
}

void seen_put(struct seen *seen, const struct kind *kind, const char *key,
              const struct entry *entry, int64_t id)
{
    struct slot *slot = take(seen, &seen->entries, kind, key);
    slot->entry = entry ? copy(seen->arena, entry) : NULL;
    slot->id = id;
    slot->known = true;
}

void seen_forget(struct seen *seen, const struct kind *kind, const char *key)
{
    slot_of(&seen->entries, kind, key)->known = false;
}

void seen_add_key(struct seen *seen, const char *key)
{
    take(seen, &seen->keys, NULL, key);
}

bool seen_has_key(const struct seen *seen, const char *key)
{
    return slot_of(&seen->keys, NULL, key)->key != NULL;
}
