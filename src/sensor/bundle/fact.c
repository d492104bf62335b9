/*
 * fact: what lstat said of a path, as one line of eight fields divided by tabs:
 *
 *   type mode uid gid size nlink mtime link
 *
 * The line of a symbolic link in an ITEM_STAT may have one more, or four: what it leads to.
 *
 *   ... absent        it leads nowhere
 *   ... type mode uid gid
 */
#include "sensor/bundle/record.h"

#include <string.h>

static const char *const types[] = {"file", "directory", "link", "char", "block", "fifo", "socket"};

void fact_write(const struct stat_fact *fact, struct buf *out)
{
    buf_printf(out, "%s\t%04o\t%lld\t%lld\t%lld\t%lld\t%lld\t", fact->type, fact->mode & 07777u,
               (long long)fact->uid, (long long)fact->gid, (long long)fact->size,
               (long long)fact->nlink, (long long)fact->mtime);
    bundle_escape(out, view_of(fact->link));
}

void stat_encode(const struct stat_fact *fact, struct buf *out)
{
    fact_write(fact, out);
    if (fact->real.type && strcmp(fact->real.type, STAT_REAL_ABSENT) == 0)
        buf_add_text(out, "\t" STAT_REAL_ABSENT);
    else if (fact->real.type)
        buf_printf(out, "\t%s\t%04o\t%lld\t%lld", fact->real.type, fact->real.mode & 07777u,
                   (long long)fact->real.uid, (long long)fact->real.gid);
    buf_add_char(out, '\n');
}

/* The static text of a type: a fact outlives the bytes it was read from. */
static bool known_type(struct view field, const char **out)
{
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (view_is(field, types[i])) {
            *out = types[i];
            return true;
        }
    return false;
}

bool field_count(struct view *rest, int64_t *out)
{
    struct view field;
    return view_cut(rest, '\t', &field) && view_integer(field, out) && *out >= 0;
}

bool field_text(struct arena *arena, struct view *rest, const char **out)
{
    struct view field;
    if (!view_cut(rest, '\t', &field))
        return false;
    *out = bundle_unescape(arena, field);
    return true;
}

static bool read_mode(struct view *rest, uint32_t *out)
{
    struct view field;
    int64_t mode;
    if (!view_cut(rest, '\t', &field) || !view_octal(field, &mode) || mode > 07777)
        return false;
    *out = (uint32_t)mode;
    return true;
}

bool fact_read(struct arena *arena, struct view *rest, struct stat_fact *out)
{
    struct stat_fact fact = {0};
    struct view field;
    if (!view_cut(rest, '\t', &field) || !known_type(field, &fact.type))
        return false;
    if (!read_mode(rest, &fact.mode))
        return false;
    if (!field_count(rest, &fact.uid) || !field_count(rest, &fact.gid) ||
        !field_count(rest, &fact.size) || !field_count(rest, &fact.nlink))
        return false;
    if (!view_cut(rest, '\t', &field) || !view_integer(field, &fact.mtime))
        return false;
    if (!field_text(arena, rest, &fact.link))
        return false;
    *out = fact;
    return true;
}

/* What follows the eight fields: nothing, or what a link leads to. */
static bool real_read(struct view *rest, struct stat_fact *fact)
{
    struct view field;
    if (!view_cut(rest, '\t', &field))
        return true;
    if (strcmp(fact->type, "link") != 0)
        return false;
    if (view_is(field, STAT_REAL_ABSENT)) {
        fact->real.type = STAT_REAL_ABSENT;
        return true;
    }
    return known_type(field, &fact->real.type) && read_mode(rest, &fact->real.mode) &&
           field_count(rest, &fact->real.uid) && field_count(rest, &fact->real.gid);
}

struct rc stat_decode(struct arena *arena, struct view bytes, struct stat_fact *out)
{
    struct view rest = bytes, line;
    struct stat_fact fact;
    /* The newline must be there: without it, the last field may have been cut. */
    bool one_line = view_line(&rest, &line) && rest.ptr && rest.len == 0;
    if (!one_line || !fact_read(arena, &line, &fact) || !real_read(&line, &fact) || line.ptr)
        return fault(FAULT_DATA, "not what lstat says of a path: eight fields are needed");
    *out = fact;
    return RC_OK;
}
