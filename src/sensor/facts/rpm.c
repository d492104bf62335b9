/* rpm: which kind of database it is, and the text that a digest is: written and read back. */
#include "sensor/facts/rpm.h"

#include <stdio.h>
#include <string.h>

#define HEAD 512

void rpm_problem(struct rpm_sink *sink, const char *format, ...)
{
    char sentence[256];
    va_list args;
    if (sink->problems++ >= RPM_PROBLEMS_MAX)
        return;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    buf_add_text(sink->out, "problem\t");
    bundle_escape(sink->out, view_of(sentence));
    buf_add_char(sink->out, '\n');
}

/* ---- writing --------------------------------------------------------------------------- */

/* A digest that was digested already, as the fixtures of checks have it. */
static struct rc copy_digest(const struct source_parts *file, struct buf *out)
{
    if (file->size > SOURCE_MAX)
        return fault(FAULT_DATA, "a digest of more than %zu bytes", SOURCE_MAX);
    char *bytes = mem_new((size_t)file->size);
    struct rc rc = file->read(file, 0, bytes, (size_t)file->size);
    if (!failed(rc))
        buf_add(out, bytes, (size_t)file->size);
    mem_free(bytes);
    return rc;
}

static struct rc read_database(const struct source_parts *const parts[1 + SOURCE_BESIDE],
                               struct view head, struct rpm_sink *sink)
{
    if (view_starts(head, "SQLite format 3"))
        return rpm_sqlite_read(parts, sink);
    if (rpm_is_bdb(head))
        return rpm_bdb_read(parts[0], sink);
    if (rpm_is_ndb(head))
        return rpm_ndb_read(parts[0], sink);
    return fault(FAULT_DATA, "no database of rpm: neither SQLite, nor Berkeley DB hash, nor ndb");
}

struct rc rpm_digest(const struct source_parts *const parts[1 + SOURCE_BESIDE], struct buf *out)
{
    char bytes[HEAD];
    struct rpm_sink sink = {.out = out};
    struct view head = {bytes, parts[0]->size < HEAD ? (size_t)parts[0]->size : HEAD};
    TRY(parts[0]->read(parts[0], 0, bytes, head.len));
    if (view_starts(head, RPM_MAGIC "\n"))
        return copy_digest(parts[0], out);
    buf_add_text(out, RPM_MAGIC "\n");
    struct rc rc = read_database(parts, head, &sink);
    if (failed(rc) && rc.kind != FAULT_DATA)
        return rc;
    if (failed(rc)) {
        sink.problems = 0; /* this one is told in any case */
        rpm_problem(&sink, "%.200s", fault_text());
    }
    buf_printf(out, "end\t%zu\n", sink.packages);
    return RC_OK;
}

/* ---- reading back ---------------------------------------------------------------------- */

static struct view take(struct facts *facts, struct view *rest)
{
    struct view field = {NULL, 0};
    if (!view_cut(rest, '\t', &field) || !memchr(field.ptr, '\\', field.len))
        return field;
    return view_of(bundle_unescape(reader_arena(facts), field));
}

static bool read_package(struct facts *facts, struct view rest, struct rpm_package *p)
{
    struct view *const fields[] = {&p->name,         &p->epoch,  &p->version,      &p->release,
                                   &p->architecture, &p->vendor, &p->install_time, &p->key_id,
                                   &p->source_rpm,   &p->group};
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (!rest.ptr)
            return false;
        *fields[i] = take(facts, &rest);
    }
    return !rest.ptr && p->name.len && p->version.len;
}

struct reading {
    const struct item *item;
    uint32_t line;
    int64_t packages;
    bool is_ended;
};

static void read_end(struct facts *facts, struct reading *r, struct view rest)
{
    int64_t count;
    if (!view_integer(rest, &count) || count != r->packages)
        reader_problem(facts, r->item, r->line, "its count of packages is not that of its lines");
    r->is_ended = true;
}

static struct rc read_record(struct facts *facts, struct reading *r, struct view line,
                             struct rc (*add)(struct facts *facts, const struct item *item,
                                              const struct rpm_package *package))
{
    struct view rest = line, word;
    struct rpm_package package = {0};
    bool has_word = view_cut(&rest, '\t', &word) && !r->is_ended;
    if (has_word && view_is(word, "package") && read_package(facts, rest, &package)) {
        r->packages++;
        return add(facts, r->item, &package);
    }
    if (has_word && view_is(word, "problem"))
        reader_problem(facts, r->item, 0, "%.300s", bundle_unescape(reader_arena(facts), rest));
    else if (has_word && view_is(word, "end"))
        read_end(facts, r, rest);
    else
        reader_problem(facts, r->item, r->line, "no record of a digest of an rpm database");
    return RC_OK;
}

struct rc rpm_each(struct facts *facts, const struct item *item,
                   struct rc (*add)(struct facts *facts, const struct item *item,
                                    const struct rpm_package *package))
{
    struct view rest = reader_text(facts, item), line;
    struct reading r = {.item = item};
    if (!item || item->status != ITEM_OK)
        return RC_OK;
    if (!view_line(&rest, &line) || !view_is(line, RPM_MAGIC)) {
        reader_problem(facts, item, 1, "no digest of an rpm database");
        return RC_OK;
    }
    for (r.line = 2; view_line(&rest, &line); r.line++)
        TRY(read_record(facts, &r, line, add));
    if (!r.is_ended)
        reader_problem(facts, item, r.line, "the digest of the rpm database is cut");
    return RC_OK;
}
