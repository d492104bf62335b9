/*
 * walk: the predicates and the recorder of the shared walk.
 *
 * Records are kept encoded, one line each, and sorted at the end: directories give their entries in
 * no order, and two walks of the same tree must give the same bytes. Hits beyond WALK_HITS_MAX or
 * WALK_TEXT_MAX of a predicate are counted only.
 */
#include "sensor/host/walk.h"

#include "foundation/sys/sys.h"

#include <stdlib.h>
#include <string.h>

struct walk *walk_new(const struct wishes *wishes)
{
    struct walk *walk = mem_new(sizeof *walk);
    walk->wishes = wishes;
    walk->predicates = wishes->predicates & (WALK_BIT(WALK_PREDICATE_COUNT) - 1);
    walk->arena = arena_new();
    return walk;
}

void walk_free(struct walk *walk)
{
    if (!walk)
        return;
    mem_free(walk->users.high);
    mem_free(walk->groups.high);
    buf_free(&walk->lines);
    arena_free(walk->arena);
    mem_free(walk);
}

void walk_give_up(struct walk *walk, enum walk_predicate predicate)
{
    walk->predicates &= ~WALK_BIT(predicate);
    walk->given_up |= WALK_BIT(predicate);
}

bool walk_go_on(struct walk *walk)
{
    const struct wishes *wishes = walk->wishes;
    if (wishes->progress)
        wishes->progress(wishes->context, "walk", walk->entries);
    return !wishes->deadline || sys_now() <= wishes->deadline;
}

/* ---- predicates ------------------------------------------------------------------------ */

uint32_t walk_concern(const struct walk *walk, uint32_t format)
{
    uint32_t any = WALK_BIT(WALK_UNOWNED) | WALK_BIT(WALK_UNGROUPED);
    uint32_t file = WALK_BIT(WALK_WORLD_WRITABLE) | WALK_BIT(WALK_SETUID) | WALK_BIT(WALK_SETGID);
    uint32_t folder = WALK_BIT(WALK_WORLD_WRITABLE_DIRECTORY);
    uint32_t device = WALK_BIT(WALK_DEVICE);
    if (format == 0)
        return walk->predicates & (any | file | folder | device);
    if (S_ISREG(format))
        any |= file;
    if (S_ISDIR(format))
        any |= folder;
    if (S_ISCHR(format) || S_ISBLK(format))
        any |= device;
    return walk->predicates & any;
}

bool walk_trusts(const char *name)
{
    static const char *const names[] = {".rhosts", ".shosts", "hosts.equiv", "shosts.equiv",
                                        ".netrc"};
    if (name[0] != '.' && name[0] != 'h' && name[0] != 's')
        return false;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static uint32_t judge_mode(const struct walk_entry *entry)
{
    uint32_t hits = 0;
    if (S_ISREG(entry->mode)) {
        hits |= entry->mode & S_IWOTH ? WALK_BIT(WALK_WORLD_WRITABLE) : 0;
        hits |= entry->mode & S_ISUID ? WALK_BIT(WALK_SETUID) : 0;
        hits |= entry->mode & S_ISGID ? WALK_BIT(WALK_SETGID) : 0;
    } else if (S_ISDIR(entry->mode)) {
        bool open = (entry->mode & S_IWOTH) && !(entry->mode & S_ISVTX);
        hits |= open ? WALK_BIT(WALK_WORLD_WRITABLE_DIRECTORY) : 0;
    } else if (S_ISCHR(entry->mode) || S_ISBLK(entry->mode)) {
        /* Device 0:0 is how an overlay writes that a file was deleted; nothing answers to it. */
        hits |= entry->device && !entry->in_dev ? WALK_BIT(WALK_DEVICE) : 0;
    }
    return hits;
}

uint32_t walk_judge(const struct walk *walk, const struct walk_entry *entry)
{
    uint32_t hits = judge_mode(entry);
    if ((walk->predicates & WALK_BIT(WALK_UNOWNED)) && !ids_known(&walk->users, entry->uid))
        hits |= WALK_BIT(WALK_UNOWNED);
    if ((walk->predicates & WALK_BIT(WALK_UNGROUPED)) && !ids_known(&walk->groups, entry->gid))
        hits |= WALK_BIT(WALK_UNGROUPED);
    if (!S_ISDIR(entry->mode) && walk_trusts(entry->name))
        hits |= WALK_BIT(WALK_TRUST_FILE);
    return hits & walk->predicates;
}

/* ---- records --------------------------------------------------------------------------- */

/* A hit that is not kept is still counted; the first one over a limit cuts all that follow. */
static void keep_hit(struct walk *walk, enum walk_predicate predicate, const char *path,
                     const struct stat_fact *fact)
{
    struct walk_record record = {
        .kind = WALK_HIT, .predicate = predicate, .path = path, .fact = *fact};
    size_t before = walk->lines.len;
    walk->cut[predicate] |= ++walk->hits[predicate] > WALK_HITS_MAX;
    if (walk->cut[predicate])
        return;
    walk_encode(&record, &walk->lines);
    walk->text[predicate] += walk->lines.len - before;
    if (walk->text[predicate] <= WALK_TEXT_MAX)
        return;
    walk->cut[predicate] = true;
    walk->lines.len = before;
}

void walk_hit(struct walk *walk, struct filesystem *fs, uint32_t predicates, const char *path,
              const struct stat_fact *fact)
{
    fs->hits++;
    for (unsigned i = 0; i < WALK_PREDICATE_COUNT; i++)
        if (predicates & WALK_BIT(i))
            keep_hit(walk, (enum walk_predicate)i, path, fact);
}

void walk_not_entered(struct walk *walk, struct filesystem *fs, const char *path,
                      const char *reason)
{
    struct walk_record record = {.kind = WALK_NOT_ENTERED, .path = path, .reason = reason};
    fs->denied++;
    if (walk->not_entered++ < WALK_NOT_ENTERED_MAX)
        walk_encode(&record, &walk->lines);
}

void walk_skipped(struct walk *walk, const char *path, const char *type)
{
    struct walk_record record = {.kind = WALK_SKIPPED, .path = path, .type = type};
    walk_encode(&record, &walk->lines);
}

struct filesystem *walk_filesystem(struct walk *walk, const char *path, const char *type)
{
    struct filesystem *fs = arena_take(walk->arena, sizeof *fs);
    fs->path = arena_text(walk->arena, path);
    fs->type = arena_text(walk->arena, type);
    fs->next = walk->filesystems;
    walk->filesystems = fs;
    return fs;
}

/* ---- the text -------------------------------------------------------------------------- */

/* What is known only at the end: counts, what was cut, directories beyond those named. */
static void add_summaries(struct walk *walk)
{
    for (const struct filesystem *fs = walk->filesystems; fs; fs = fs->next) {
        struct walk_record record = {.kind = WALK_FILESYSTEM,
                                     .path = fs->path,
                                     .type = fs->type,
                                     .inodes = fs->inodes,
                                     .directories = fs->directories,
                                     .denied = fs->denied,
                                     .total = fs->hits};
        walk_encode(&record, &walk->lines);
    }
    for (unsigned i = 0; i < WALK_PREDICATE_COUNT; i++) {
        struct walk_record record = {
            .kind = WALK_CUT, .predicate = (enum walk_predicate)i, .total = walk->hits[i]};
        if (walk->cut[i] || (walk->given_up & WALK_BIT(i)))
            walk_encode(&record, &walk->lines);
    }
    if (walk->not_entered > WALK_NOT_ENTERED_MAX) {
        struct walk_record record = {.kind = WALK_NOT_ENTERED,
                                     .path = "/",
                                     .reason = arena_printf(walk->arena,
                                                            "%lld directories could "
                                                            "not be entered",
                                                            (long long)walk->not_entered)};
        walk_encode(&record, &walk->lines);
    }
}

static int by_bytes(const void *a, const void *b)
{
    const struct view *x = a, *y = b;
    int order = memcmp(x->ptr, y->ptr, x->len < y->len ? x->len : y->len);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

void walk_finish(struct walk *walk, struct buf *out)
{
    add_summaries(walk);
    struct view rest = buf_view(&walk->lines), line;
    size_t count = 0, room = 0;
    struct view *lines = NULL;
    while (view_line(&rest, &line)) {
        if (count == room) {
            room = room ? room * 2 : 256;
            lines = mem_resize(lines, room * sizeof *lines);
        }
        lines[count++] = line;
    }
    if (count)
        qsort(lines, count, sizeof *lines, by_bytes);
    for (size_t i = 0; i < count; i++) {
        buf_add_view(out, lines[i]);
        buf_add_char(out, '\n');
    }
    mem_free(lines);
}
