/*
 * names: which user and group a number belongs to, by the target's own /etc/passwd and /etc/group.
 * Of several names for a number the first one counts, as getpwuid(3) has it.
 */
#include "sensor/facts/filling.h"

#include <stdlib.h>

enum { USERS, GROUPS, LISTS };

struct owner {
    int64_t number;
    const char *name;
    size_t position;
};

struct names {
    struct {
        struct owner *list;
        size_t count;
        const struct item *item;
    } of[LISTS];
};

const struct source names_sources[2] = {
    {.kind = ITEM_FILE, .pattern = "/etc/passwd", .reduce = secret_reduce},
    {.kind = ITEM_FILE, .pattern = "/etc/group", .reduce = secret_reduce}};

static int by_number(const void *a, const void *b)
{
    const struct owner *left = a, *right = b;
    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return left->position < right->position ? -1 : left->position > right->position;
}

/* The first and third of the fields of a line. */
static bool parse_owner(struct view line, struct view *name, int64_t *number)
{
    struct view skipped, third;
    line = view_trim(line);
    if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == '+' || line.ptr[0] == '-')
        return false;
    return view_cut(&line, ':', name) && view_cut(&line, ':', &skipped) &&
           view_cut(&line, ':', &third) && view_integer(view_trim(third), number);
}

static void read_owners(struct facts *facts, int which)
{
    const struct item *item = bundle_find(facts->bundle, ITEM_FILE, names_sources[which].pattern);
    struct view rest = item ? item->bytes : (struct view){NULL, 0}, line, name;
    size_t lines = 0, n = 0;
    for (struct view count = rest; view_line(&count, &line);)
        lines++;
    struct owner *list = arena_take(facts->arena, (lines + 1) * sizeof *list);
    int64_t number;
    while (view_line(&rest, &line))
        if (parse_owner(line, &name, &number)) {
            list[n] = (struct owner){number, view_text(facts->arena, name), n};
            n++;
        }
    qsort(list, n, sizeof *list, by_number);
    facts->names->of[which].list = list;
    facts->names->of[which].count = n;
    facts->names->of[which].item = item;
}

/* Only checks on files and the walk need names; most others never come here. */
static void names_ready(struct facts *facts)
{
    if (facts->names)
        return;
    facts->names = arena_take(facts->arena, sizeof *facts->names);
    read_owners(facts, USERS);
    read_owners(facts, GROUPS);
}

/* Without these files "no such user" and "not known" look alike. */
void names_note(struct facts *facts)
{
    names_ready(facts);
    for (int i = 0; i < LISTS; i++) {
        const struct item *item = facts->names->of[i].item;
        if (!item || (item->status != ITEM_OK && item->status != ITEM_ABSENT))
            used_note(facts, item, names_sources[i].pattern);
    }
}

static const char *find_owner(struct facts *facts, int which, int64_t number)
{
    names_ready(facts);
    const struct owner *list = facts->names->of[which].list;
    size_t low = 0, high = facts->names->of[which].count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_found = low < facts->names->of[which].count && list[low].number == number;
    return is_found ? list[low].name : NULL;
}

const char *names_user(struct facts *facts, int64_t uid)
{
    return find_owner(facts, USERS, uid);
}

const char *names_group(struct facts *facts, int64_t gid)
{
    return find_owner(facts, GROUPS, gid);
}
