/*
 * used: how readers come to their items. Each item asked for is noted, with the first problem that
 * was found in it; these notes decide later whether a table was read whole.
 *
 * Readers ask for the same items again and again, and a host has thousands: notes are found by
 * their item. chains[hash] -> number of the newest note, from 1 -> chains[room + number - 1] -> ...
 * -> 0
 */
#include "sensor/facts/filling.h"

#include <stdio.h>
#include <string.h>

#define PROBLEM_MAX 400 /* bytes of one sentence; hostile text in it is cut */

void used_clear(struct use_list *uses)
{
    uses->count = 0;
    if (uses->room)
        memset(uses->chains, 0, 2 * uses->room * sizeof *uses->chains);
}

/* Items lie apart by more than a few bytes: the low bits of their place say nothing. */
static size_t chain_of(const struct use_list *uses, const struct item *item)
{
    return (uintptr_t)item * UINT64_C(0x9e3779b97f4a7c15) >> 32 & (uses->room - 1);
}

static void link_use(struct use_list *uses, size_t note)
{
    uint32_t *first = &uses->chains[chain_of(uses, uses->list[note].item)];
    uses->chains[uses->room + note] = *first;
    *first = (uint32_t)note + 1;
}

static void widen(struct use_list *uses)
{
    uses->room = uses->room ? uses->room * 2 : 16;
    uses->list = mem_resize(uses->list, uses->room * sizeof *uses->list);
    uses->chains = mem_resize(uses->chains, 2 * uses->room * sizeof *uses->chains);
    memset(uses->chains, 0, 2 * uses->room * sizeof *uses->chains);
    for (size_t i = 0; i < uses->count; i++)
        link_use(uses, i);
}

static bool same_instance(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* A file that two instances share is noted for each: it may be a problem for only one of them. */
static struct fact_source *find_use(const struct facts *facts, const struct item *item,
                                    const char *name)
{
    const struct use_list *uses = facts->current;
    uint32_t next = uses->room ? uses->chains[chain_of(uses, item)] : 0;
    for (; next; next = uses->chains[uses->room + next - 1]) {
        struct fact_source *use = &uses->list[next - 1];
        if (!same_instance(use->instance, facts->instance))
            continue;
        if (item ? use->item == item : !use->item && name && strcmp(use->name, name) == 0)
            return use;
    }
    return NULL;
}

const struct item *used_note(struct facts *facts, const struct item *item, const char *name)
{
    struct use_list *uses = facts->current;
    must(uses);
    if (find_use(facts, item, name))
        return item;
    if (uses->count == uses->room)
        widen(uses);
    uses->list[uses->count] = (struct fact_source){
        .item = item,
        .name = item ? item->name : arena_text(facts->arena, name),
        .instance = facts->instance,
    };
    link_use(uses, uses->count++);
    return item;
}

const struct item *reader_file(struct facts *facts, const char *path)
{
    return used_note(facts, bundle_find(facts->bundle, ITEM_FILE, path), path);
}

const struct item *reader_stat(struct facts *facts, const char *path)
{
    return used_note(facts, bundle_find(facts->bundle, ITEM_STAT, path), path);
}

const struct item *reader_live(struct facts *facts, const char *probe)
{
    return used_note(facts, bundle_find(facts->bundle, ITEM_LIVE, probe), probe);
}

bool reader_absent(struct facts *facts, enum item_kind kind, const char *name)
{
    const struct item *item = bundle_find(facts->bundle, kind, name);
    return item && item->status == ITEM_ABSENT;
}

const struct item *reader_hint(struct facts *facts, enum item_kind kind, const char *name)
{
    return bundle_find(facts->bundle, kind, name);
}

static size_t count_lines(struct view text)
{
    size_t count = 0;
    struct view line;
    while (view_line(&text, &line))
        count++;
    return count;
}

/* Paths are escaped in a list, so that a newline in a name cannot make two names of it. */
struct rc reader_files(struct facts *facts, const char *pattern, const char *const **paths,
                       size_t *count)
{
    const struct item *item = bundle_find(facts->bundle, ITEM_LIST, pattern);
    used_note(facts, item, pattern);
    struct view text = reader_text(facts, item);
    size_t lines = count_lines(text);
    if (lines > BUNDLE_ITEMS_MAX)
        return fault(FAULT_LIMIT, "%s names more than %d files", pattern, BUNDLE_ITEMS_MAX);
    const char **list = arena_take(facts->arena, (lines + 1) * sizeof *list);
    struct view line;
    size_t n = 0;
    while (view_line(&text, &line))
        if (line.len)
            list[n++] = bundle_unescape(facts->arena, line);
    *paths = list;
    *count = n;
    return RC_OK;
}

/* The first problem is enough to say that a source was not read whole, and hostile input may have a
 * million of them. */
void reader_problem(struct facts *facts, const struct item *item, uint32_t line, const char *format,
                    ...)
{
    struct use_list *uses = facts->current;
    struct fact_source *use = item && uses ? find_use(facts, item, NULL) : NULL;
    if (!use || use->problem)
        return;
    char sentence[PROBLEM_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    use->problem = arena_text(facts->arena, sentence);
    use->problem_line = line;
}

void reader_for_instance(struct facts *facts, const char *instance)
{
    facts->instance = instance;
}

struct arena *reader_arena(struct facts *facts)
{
    return facts->arena;
}
