/*
 * index: an open hash table with linear probing, at most half full. Names come from targets and
 * from stored bundles, so the hash is SipHash-2-4 under a random key: a hostile bundle cannot make
 * every name fall into one place. Nothing that is stored depends on the key.
 */
#include "sensor/bundle/parts.h"

#include <string.h>
#include <sys/random.h>

#define FIRST_ROOM 64u

struct slot {
    uint64_t hash;
    const char *text; /* NULL: free */
    uint32_t number;
    unsigned tag;
};

static uint64_t rotate(uint64_t x, unsigned by)
{
    return x << by | x >> (64u - by);
}

static void sip_rounds(uint64_t v[static 4], int count)
{
    for (int i = 0; i < count; i++) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] = rotate(v[2], 32);
    }
}

/* The tag enters as if it were one more part of the key. */
static uint64_t sip_hash(const uint64_t key[static 2], unsigned tag, struct view text)
{
    uint64_t v[4] = {key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du ^ tag,
                     key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u ^ tag};
    uint64_t last = (uint64_t)text.len << 56;
    for (; text.len >= 8; text = view_from(text, 8)) {
        uint64_t word;
        memcpy(&word, text.ptr, 8);
        v[3] ^= word;
        sip_rounds(v, 2);
        v[0] ^= word;
    }
    for (size_t i = 0; i < text.len; i++)
        last |= (uint64_t)(unsigned char)text.ptr[i] << (8 * i);
    v[3] ^= last;
    sip_rounds(v, 2);
    v[0] ^= last;
    v[2] ^= 0xff;
    sip_rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The slot that holds this text, or the free one where it belongs. */
static struct slot *slot_of(const struct index *index, uint64_t hash, unsigned tag,
                            const char *text)
{
    size_t mask = index->room - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct slot *slot = &index->slots[i];
        if (!slot->text)
            return slot;
        if (slot->hash == hash && slot->tag == tag && strcmp(slot->text, text) == 0)
            return slot;
    }
}

static void grow(struct index *index)
{
    struct index larger = *index;
    larger.room = index->room ? 2 * index->room : FIRST_ROOM;
    larger.slots = mem_new(larger.room * sizeof *larger.slots);
    for (size_t i = 0; i < index->room; i++) {
        const struct slot *old = &index->slots[i];
        if (old->text)
            *slot_of(&larger, old->hash, old->tag, old->text) = *old;
    }
    mem_free(index->slots);
    *index = larger;
}

bool index_find(const struct index *index, unsigned tag, const char *text, uint32_t *number)
{
    if (index->room == 0)
        return false;
    const struct slot *slot = slot_of(index, sip_hash(index->key, tag, view_of(text)), tag, text);
    if (slot->text)
        *number = slot->number;
    return slot->text != NULL;
}

void index_put(struct index *index, unsigned tag, const char *text, uint32_t number)
{
    if (index->room == 0 &&
        getrandom(index->key, sizeof index->key, 0) != (ssize_t)sizeof index->key)
        panic("the system gives no random bytes");
    if (2 * (index->used + 1) > index->room)
        grow(index);
    uint64_t hash = sip_hash(index->key, tag, view_of(text));
    struct slot *slot = slot_of(index, hash, tag, text);
    must(!slot->text);
    *slot = (struct slot){.hash = hash, .text = text, .number = number, .tag = tag};
    index->used++;
}

void index_free(struct index *index)
{
    mem_free(index->slots);
    *index = (struct index){0};
}
