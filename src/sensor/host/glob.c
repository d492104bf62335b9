/*
 * glob: the paths that a pattern matches, through any driver's directory listing.
 *
 *   /home/ * /.ssh/authorized_keys:   list /home -> for each match: lstat the rest
 *
 * Limits: GLOB_MATCHES_MAX paths and GLOB_FOLDERS_MAX directories listed; then the outcome is
 * ITEM_TRUNCATED. A pattern from the target cannot make more work than that.
 */
#include "sensor/host/driver.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct search {
    struct host *host;
    struct arena *arena;
    struct glob *out;
    size_t room, folders;
};

/* The names of one directory that match one component. */
struct names {
    struct arena *arena;
    const char *pattern;
    char **list;
    size_t count, room;
    bool full;
};

/* Room for one more text in a list that lives in the arena. */
static char **grow(struct arena *arena, char **list, size_t count, size_t *room)
{
    if (count < *room)
        return list;
    *room = *room ? *room * 2 : 16;
    char **wider = arena_take(arena, *room * sizeof *wider);
    if (count)
        memcpy(wider, list, count * sizeof *list);
    return wider;
}

static bool take_name(void *context, const char *name)
{
    struct names *names = context;
    if (!match_name(names->pattern, name))
        return true;
    names->full = names->count == GLOB_MATCHES_MAX;
    if (names->full)
        return false;
    names->list = grow(names->arena, names->list, names->count, &names->room);
    names->list[names->count++] = arena_text(names->arena, name);
    return true;
}

/* The first trouble is the one to tell. */
static void note(struct search *search, struct outcome outcome)
{
    if (search->out->outcome.status == ITEM_OK)
        search->out->outcome = outcome;
}

static void add_path(struct search *search, char *path)
{
    struct glob *out = search->out;
    if (out->count == GLOB_MATCHES_MAX) {
        note(search, outcome_of(ITEM_TRUNCATED, "more than %d matches", GLOB_MATCHES_MAX));
        return;
    }
    out->paths = grow(search->arena, out->paths, out->count, &search->room);
    out->paths[out->count++] = path;
}

/* After the last wildcard come plain names: whether they exist decides. */
static void add_if_there(struct search *search, char *path)
{
    struct stat_fact fact;
    struct outcome outcome = search->host->driver->lstat(search->host, search->arena, path, &fact);
    if (outcome.status == ITEM_OK)
        add_path(search, path);
    else if (outcome.status != ITEM_ABSENT)
        note(search, outcome_of(outcome.status, "%.90s: %.90s", path, outcome.reason));
}

/* False when the directory's names could not be had. */
static bool list_names(struct search *search, const char *folder, struct names *names)
{
    bool first = search->folders == 0;
    if (search->folders++ == GLOB_FOLDERS_MAX) {
        note(search, outcome_of(ITEM_TRUNCATED, "more than %d directories", GLOB_FOLDERS_MAX));
        return false;
    }
    const char *path = folder[0] ? folder : "/";
    struct outcome outcome = search->host->driver->list(search->host, path, take_name, names);
    if (names->full)
        outcome = outcome_of(ITEM_TRUNCATED, "more than %d names in %.90s", GLOB_MATCHES_MAX, path);
    /* Below a first directory that is there, a match that holds nothing is no news. */
    if (outcome.status != ITEM_OK && (first || outcome.status != ITEM_ABSENT))
        note(search, outcome);
    return outcome.status == ITEM_OK || names->full;
}

/* `done` is the path so far (no slash at its end), `rest` what follows ("" or "/component..."). */
static void expand(struct search *search, const char *done, const char *rest)
{
    size_t slashes = strspn(rest, "/");
    size_t len = strcspn(rest + slashes, "/");
    const char *after = rest + slashes + len;
    char *part = view_text(search->arena, (struct view){rest + slashes, len});
    if (!is_pattern(part)) {
        char *path = arena_printf(search->arena, "%s%.*s", done, (int)(slashes + len), rest);
        if (*after)
            expand(search, path, after);
        else
            add_if_there(search, path);
        return;
    }
    struct names names = {.arena = search->arena, .pattern = part};
    if (!list_names(search, done, &names))
        return;
    for (size_t i = 0; i < names.count && search->folders <= GLOB_FOLDERS_MAX; i++) {
        char *path =
            arena_printf(search->arena, "%s%.*s%s", done, (int)slashes, rest, names.list[i]);
        if (*after)
            expand(search, path, after);
        else
            add_path(search, path);
    }
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void glob_expand(struct host *host, struct arena *arena, const char *pattern, struct glob *out)
{
    struct search search = {.host = host, .arena = arena, .out = out};
    *out = (struct glob){.outcome = outcome_ok()};
    if (strlen(pattern) >= PATH_MAX) { /* also bounds the recursion */
        out->outcome = outcome_errno(ENAMETOOLONG);
        return;
    }
    expand(&search, "", pattern);
    if (out->count)
        qsort(out->paths, out->count, sizeof *out->paths, by_bytes);
}
