/*
 * digest: a file too large to be held, reduced to a small text in parts, with the files beside it
 * (a database and its log). Whatever of them changes meanwhile makes the whole an error: half of an
 * old state and half of a new one is no state.
 */
#include "sensor/host/collect.h"

#include <limits.h>
#include <string.h>

struct group {
    struct opened beside[SOURCE_BESIDE];
    const struct source_parts *parts[1 + SOURCE_BESIDE];
};

static struct outcome open_beside(struct collection *c, const struct source *source,
                                  const char *path, struct group *group)
{
    for (size_t i = 0; i < SOURCE_BESIDE && source->beside[i]; i++) {
        struct opened *opened = &group->beside[i];
        const char *name = arena_printf(c->arena, "%s%s", path, source->beside[i]);
        struct outcome outcome = c->host->driver->open(c->host, name, opened);
        if (outcome.status != ITEM_OK && outcome.status != ITEM_ABSENT)
            return outcome_of(outcome.status, "%.60s: %.100s", name, outcome.reason);
        opened->deadline = c->wishes->deadline;
        group->parts[1 + i] = opened->is_open ? &opened->parts : NULL;
    }
    return outcome_ok();
}

static bool is_too_large(const struct source *source, const struct group *group)
{
    uint64_t size = 0, max = source->max ? source->max : SOURCE_MAX;
    for (size_t i = 0; i < COUNT_OF(group->parts); i++)
        if (group->parts[i] && group->parts[i]->size > max)
            return true;
        else if (group->parts[i])
            size += group->parts[i]->size;
    return size > max;
}

static struct outcome outcome_of_digest(struct rc rc)
{
    if (rc.kind == FAULT_LIMIT)
        return outcome_of(ITEM_TIMEOUT, "%s", "");
    return failed(rc) ? outcome_of(ITEM_ERROR, "%.180s", fault_text()) : outcome_ok();
}

static struct outcome digest_group(struct collection *c, const struct source *source,
                                   const char *path, struct group *group, struct buf *out)
{
    struct outcome outcome = open_beside(c, source, path, group);
    if (outcome.status != ITEM_OK)
        return outcome;
    if (is_too_large(source, group))
        return outcome_of(ITEM_TRUNCATED, "larger than %zu bytes, nothing of it was kept",
                          source->max ? source->max : SOURCE_MAX);
    return outcome_of_digest(source->digest(group->parts, out));
}

static bool is_unchanged(const struct opened *opened, const struct group *group)
{
    for (size_t i = 0; i < SOURCE_BESIDE; i++)
        if (!parts_unchanged(&group->beside[i]))
            return false;
    return parts_unchanged(opened);
}

struct outcome digest_file(struct collection *c, const struct source *source, const char *path,
                           struct opened *opened, struct buf *out)
{
    struct group group = {.parts = {&opened->parts}};
    opened->deadline = c->wishes->deadline;
    struct outcome outcome = digest_group(c, source, path, &group, out);
    if (outcome.status == ITEM_OK && !is_unchanged(opened, &group))
        outcome = outcome_of(ITEM_ERROR, "was written while it was read; collect again");
    for (size_t i = 0; i < SOURCE_BESIDE; i++)
        parts_close(&group.beside[i]);
    return outcome;
}
