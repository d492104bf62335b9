/*
 * file: all files that one source leads to.
 *
 *   worklist: pattern -> its matches -> read -> follow -> more patterns -> ...
 *                                          \-> reduce -> the bundle
 *
 * A worklist, no recursion: an include loop ends because a path stands in the list once. At most
 * SOURCE_FOLLOW_MAX paths are added by following; the first one beyond leaves an `error` item.
 *
 * Secrets: a file that some source reduces is never stored as it is, whatever source or link leads
 * to it (an Include of /etc/shadow, a link to it): it is known by device and inode.
 */
#include "sensor/host/collect.h"

#include <limits.h>
#include <search.h>
#include <string.h>

struct secret {
    struct secret *next;
    struct identity identity;
    source_reduce *reduce;
    source_digest *digest; /* instead of reduce */
    const char *path;      /* the name it was first collected by */
};

struct worklist {
    struct collection *c;
    const struct source *source;
    const char **keys;
    size_t count, room, followed;
    void *seen; /* a tree (tsearch) of all keys ever added */
    bool full;
    struct rc rc; /* of adding the item that tells so */
};

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void keep_node(void *node)
{
    (void)node; /* texts belong to the arena */
}

/* The text under which a path is listed: '=' before a path, '?' before a pattern. A match of a
 * pattern is a path whatever its name looks like: there is a /usr/bin/[ on every Debian. */
static const char *key_of(struct worklist *list, const char *path, bool match)
{
    return arena_printf(list->c->arena, "%c%s", match || !is_pattern(path) ? '=' : '?', path);
}

static void push(struct worklist *list, const char *key)
{
    if (tfind(key, &list->seen, by_text))
        return;
    if (!tsearch(key, &list->seen, by_text))
        panic("out of memory");
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 16;
        list->keys = mem_resize(list->keys, list->room * sizeof *list->keys);
    }
    list->keys[list->count++] = key;
}

/* Tells once, by an item of the first path that is left out, that not everything was followed. */
static void refuse(struct worklist *list, const char *key)
{
    enum item_kind kind = key[0] == '?' ? ITEM_LIST : ITEM_FILE;
    const char *name = arena_printf(list->c->arena, "%.*s", PATH_MAX - 1, key + 1);
    if (list->full || bundle_find(list->c->bundle, kind, name))
        return;
    struct outcome outcome = outcome_of(
        ITEM_ERROR, "not read: %.100s leads to more than %d files, or to a path too long",
        list->source->pattern, SOURCE_FOLLOW_MAX);
    list->full = true;
    list->rc = collection_add(list->c, kind, name, &outcome, VIEW(""));
}

static void push_followed(struct worklist *list, const char *key)
{
    if (tfind(key, &list->seen, by_text))
        return;
    if (list->followed >= SOURCE_FOLLOW_MAX || strlen(key) > PATH_MAX) {
        refuse(list, key);
        return;
    }
    list->followed++;
    push(list, key);
}

/* What the source's follow function calls. */
static void follow_to(void *context, const char *path)
{
    struct worklist *list = context;
    if (!list->full)
        push_followed(list, key_of(list, path, false));
}

static void follow(struct worklist *list, const char *path, struct view bytes)
{
    if (list->source->follow)
        list->source->follow(path, bytes, follow_to, list);
}

/* ---- one file -------------------------------------------------------------------------- */

static const struct secret *known_secret(const struct collection *c,
                                         const struct identity *identity)
{
    for (const struct secret *s = c->secrets; s; s = s->next)
        if (s->identity.device == identity->device && s->identity.inode == identity->inode)
            return s;
    return NULL;
}

static const struct secret *remember(struct worklist *list, const char *path,
                                     const struct identity *identity)
{
    struct collection *c = list->c;
    struct secret *secret = arena_take(c->arena, sizeof *secret);
    *secret = (struct secret){.next = c->secrets,
                              .identity = *identity,
                              .reduce = list->source->reduce,
                              .digest = list->source->digest,
                              .path = arena_text(c->arena, path)};
    c->secrets = secret;
    return secret;
}

/* How the file is to be reduced, or NULL; remembers one that its source reduces. */
static const struct secret *secret_of(struct worklist *list, const char *path,
                                      const struct identity *identity)
{
    const struct secret *known = known_secret(list->c, identity);
    if (known || !list->source->reduce)
        return known;
    return remember(list, path, identity);
}

/* One file under two names of different kinds: what one reduction leaves out the other may need, so
 * it counts as not read under the second name. */
static bool contradicts(const struct source *source, const struct secret *secret)
{
    if (!secret || (!source->reduce && !source->digest))
        return false;
    return secret->reduce != source->reduce || secret->digest != source->digest;
}

static struct outcome contradiction(const struct secret *secret)
{
    return outcome_of(ITEM_ERROR, "is collected as another kind of file as %.120s", secret->path);
}

/* A link to /dev/null masks a file; in an image there may be no /dev for it to lead to. */
static bool is_mask(struct collection *c, const char *path)
{
    struct stat_fact fact;
    struct outcome outcome = c->host->driver->lstat(c->host, c->arena, path, &fact);
    return outcome.status == ITEM_OK && strcmp(fact.link, "/dev/null") == 0;
}

static struct outcome read_file(struct worklist *list, const char *path, struct buf *raw,
                                struct identity *identity)
{
    struct collection *c = list->c;
    size_t max = list->source->max ? list->source->max : SOURCE_MAX;
    if (collection_expired(c))
        return outcome_of(ITEM_TIMEOUT, "%s", "");
    struct outcome outcome = c->host->driver->read(c->host, path, max, raw, identity);
    if (outcome.status == ITEM_ABSENT && is_mask(c, path))
        outcome = outcome_ok();
    /* A folder that a pattern happens to match is no file of that format: programs pass over it. */
    if (outcome.is_directory && strcmp(list->source->pattern, path) != 0)
        outcome.status = ITEM_ABSENT;
    return outcome;
}

/* What of the bytes may be stored; outcome changes when that cannot be told. A digest's file that
 * a source without one leads to is not shown at all. */
static struct view reduced_view(struct worklist *list, const struct secret *secret,
                                const struct buf *raw, struct buf *reduced, struct outcome *outcome)
{
    if (!secret)
        return buf_view(raw);
    if (contradicts(list->source, secret) || secret->digest)
        *outcome = contradiction(secret);
    else
        secret->reduce(buf_view(raw), reduced);
    return buf_view(reduced);
}

static struct rc collect_whole(struct worklist *list, const char *path)
{
    struct buf raw = {0}, reduced = {0};
    struct identity identity = {0};
    struct outcome outcome = read_file(list, path, &raw, &identity);
    bool has_bytes = outcome.status == ITEM_OK || outcome.status == ITEM_TRUNCATED;
    const struct secret *secret = has_bytes ? secret_of(list, path, &identity) : NULL;
    follow(list, path, buf_view(&raw));
    struct view kept = reduced_view(list, secret, &raw, &reduced, &outcome);
    struct rc rc = collection_add(list->c, ITEM_FILE, path, &outcome, kept);
    if (secret && raw.len)
        explicit_bzero(raw.ptr, raw.len);
    buf_free(&raw);
    buf_free(&reduced);
    return failed(rc) ? rc : list->rc;
}

/* ---- a file that is digested in parts (digest.c) ----------------------------------------- */

static struct rc collect_digest(struct worklist *list, const char *path)
{
    struct collection *c = list->c;
    struct buf text = {0};
    CLEANUP(parts_close) struct opened opened = {0};
    struct outcome outcome = outcome_of(ITEM_TIMEOUT, "%s", "");
    if (!collection_expired(c))
        outcome = c->host->driver->open(c->host, path, &opened);
    const struct secret *known = opened.is_open ? known_secret(c, &opened.identity) : NULL;
    const struct item *twin = known ? bundle_find(c->bundle, ITEM_FILE, known->path) : NULL;
    if (known && contradicts(list->source, known))
        outcome = contradiction(known);
    else if (twin && twin->status != ITEM_OK)
        outcome = outcome_of(twin->status, "%s", twin->reason);
    else if (twin)
        buf_add_view(&text, twin->bytes);
    else if (opened.is_open) {
        remember(list, path, &opened.identity);
        outcome = digest_file(c, list->source, path, &opened, &text);
    }
    struct rc rc = collection_add(c, ITEM_FILE, path, &outcome, buf_view(&text));
    buf_free(&text);
    return rc;
}

static bool is_skipped_link(struct worklist *list, const char *path)
{
    struct stat_fact fact;
    struct collection *c = list->c;
    return list->source->skip_links && strcmp(list->source->pattern, path) != 0 &&
           c->host->driver->lstat(c->host, c->arena, path, &fact).status == ITEM_OK &&
           strcmp(fact.type, "link") == 0;
}

static struct rc collect_file(struct worklist *list, const char *path)
{
    const struct item *known = bundle_find(list->c->bundle, ITEM_FILE, path);
    if (known) { /* by another source, which may not follow what this one does */
        follow(list, path, known->bytes);
        return list->rc;
    }
    if (is_skipped_link(list, path)) {
        struct outcome outcome = outcome_of(ITEM_ABSENT, "a symbolic link, passed over");
        return collection_add(list->c, ITEM_FILE, path, &outcome, VIEW(""));
    }
    return list->source->digest ? collect_digest(list, path) : collect_whole(list, path);
}

static struct rc collect_next(struct worklist *list, const char *key)
{
    const struct glob *glob;
    if (key[0] == '=')
        return collect_file(list, key + 1);
    TRY(collection_glob(list->c, key + 1, &glob));
    bool followed = strcmp(key + 1, list->source->pattern) != 0;
    for (size_t i = 0; i < glob->count; i++)
        if (followed)
            push_followed(list, key_of(list, glob->paths[i], true));
        else
            push(list, key_of(list, glob->paths[i], true));
    return list->rc;
}

struct rc collect_files(struct collection *c, const struct source *source)
{
    struct worklist list = {.c = c, .source = source};
    struct rc rc = RC_OK;
    push(&list, key_of(&list, source->pattern, false));
    for (size_t i = 0; i < list.count && !failed(rc); i++)
        rc = collect_next(&list, list.keys[i]);
    tdestroy(list.seen, keep_node);
    mem_free(list.keys);
    return rc;
}
