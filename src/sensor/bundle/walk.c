/*
 * walk: the records of the file-system walk, one a line, fields divided by tabs:
 *
 *   hit         predicate path, and the eight fields of a fact
 *   filesystem  path type inodes directories denied total
 *   not_entered path reason
 *   cut         predicate total
 *   skipped     path type
 */
#include "sensor/bundle/record.h"

#include <string.h>

static const char *const predicates[WALK_PREDICATE_COUNT] = {
    [WALK_UNOWNED] = "unowned",
    [WALK_UNGROUPED] = "ungrouped",
    [WALK_WORLD_WRITABLE] = "world_writable",
    [WALK_WORLD_WRITABLE_DIRECTORY] = "world_writable_directory",
    [WALK_SETUID] = "setuid",
    [WALK_SETGID] = "setgid",
    [WALK_DEVICE] = "device",
    [WALK_TRUST_FILE] = "trust_file",
};

static const char *const kinds[] = {
    [WALK_HIT] = "hit", [WALK_FILESYSTEM] = "filesystem", [WALK_NOT_ENTERED] = "not_entered",
    [WALK_CUT] = "cut", [WALK_SKIPPED] = "skipped",
};

const char *walk_predicate_name(enum walk_predicate predicate)
{
    must(predicate < WALK_PREDICATE_COUNT);
    return predicates[predicate];
}

static bool predicate_of(struct view name, enum walk_predicate *out)
{
    for (unsigned i = 0; i < WALK_PREDICATE_COUNT; i++)
        if (view_is(name, predicates[i])) {
            *out = (enum walk_predicate)i;
            return true;
        }
    return false;
}

bool walk_predicate_from(const char *name, enum walk_predicate *out)
{
    return predicate_of(view_of(name), out);
}

static void add_text(struct buf *out, const char *text)
{
    buf_add_char(out, '\t');
    bundle_escape(out, view_of(text));
}

static void add_counts(struct buf *out, const struct walk_record *record)
{
    buf_printf(out, "\t%lld\t%lld\t%lld\t%lld", (long long)record->inodes,
               (long long)record->directories, (long long)record->denied, (long long)record->total);
}

void walk_encode(const struct walk_record *record, struct buf *out)
{
    buf_add_text(out, kinds[record->kind]);
    if (record->kind == WALK_HIT || record->kind == WALK_CUT)
        add_text(out, walk_predicate_name(record->predicate));
    if (record->kind != WALK_CUT)
        add_text(out, record->path);
    if (record->kind == WALK_HIT) {
        buf_add_char(out, '\t');
        fact_write(&record->fact, out);
    } else if (record->kind == WALK_CUT) {
        buf_printf(out, "\t%lld", (long long)record->total);
    } else {
        add_text(out, record->kind == WALK_NOT_ENTERED ? record->reason : record->type);
    }
    if (record->kind == WALK_FILESYSTEM)
        add_counts(out, record);
    buf_add_char(out, '\n');
}

static bool read_kind(struct view *rest, enum walk_record_kind *out)
{
    struct view name;
    if (!view_cut(rest, '\t', &name))
        return false;
    for (unsigned i = 0; i < COUNT_OF(kinds); i++)
        if (view_is(name, kinds[i])) {
            *out = (enum walk_record_kind)i;
            return true;
        }
    return false;
}

static bool read_predicate(struct view *rest, enum walk_predicate *out)
{
    struct view name;
    return view_cut(rest, '\t', &name) && predicate_of(name, out);
}

static bool read_counts(struct view *rest, struct walk_record *record)
{
    return field_count(rest, &record->inodes) && field_count(rest, &record->directories) &&
           field_count(rest, &record->denied) && field_count(rest, &record->total);
}

static bool read_fields(struct arena *arena, struct view *rest, struct walk_record *record)
{
    switch (record->kind) {
    case WALK_HIT:
        return read_predicate(rest, &record->predicate) && field_text(arena, rest, &record->path) &&
               fact_read(arena, rest, &record->fact);
    case WALK_FILESYSTEM:
        return field_text(arena, rest, &record->path) && field_text(arena, rest, &record->type) &&
               read_counts(rest, record);
    case WALK_NOT_ENTERED:
        return field_text(arena, rest, &record->path) && field_text(arena, rest, &record->reason);
    case WALK_CUT:
        return read_predicate(rest, &record->predicate) && field_count(rest, &record->total);
    case WALK_SKIPPED:
        return field_text(arena, rest, &record->path) && field_text(arena, rest, &record->type);
    }
    return false;
}

struct rc walk_decode(struct arena *arena, struct view *rest, struct walk_record *out, bool *more)
{
    struct walk_record record = {.path = "", .type = "", .reason = "", .fact.link = ""};
    struct view line;
    *more = view_line(rest, &line);
    if (!*more)
        return RC_OK;
    /* A line is used up to its newline: a field too many is as wrong as one that was cut. */
    if (!rest->ptr || !read_kind(&line, &record.kind) || !read_fields(arena, &line, &record) ||
        line.ptr)
        return fault(FAULT_DATA, "walk: a line that is no walk record");
    *out = record;
    return RC_OK;
}
