/* target: tables `target` (one row) and `source` (one row an item of the bundle). */
#include "sensor/facts/filling.h"

static const struct column target_columns[] = {
    {"kind", COLUMN_TEXT, "", "host: a machine that runs; root: a file tree"},
    {"name", COLUMN_TEXT, "", "Host name, or the root's path"},
    {"running", COLUMN_INTEGER, "", "1 when it runs and has running values"},
    {"collected_at", COLUMN_INTEGER, "seconds since 1970", "When it was collected"},
};
const struct table table_target = {"target", "What is judged: exactly one row.", target_columns,
                                   COUNT_OF(target_columns)};

static const struct column source_columns[] = {
    {"kind", COLUMN_TEXT, "", "file, list, stat, live or walk"},
    {"name", COLUMN_TEXT, "", "Path, pattern or probe"},
    {"status", COLUMN_TEXT, "", "ok, absent, denied, timeout, error or truncated"},
    {"reason", COLUMN_TEXT, "", "Why, for a status other than ok"},
    {"size", COLUMN_INTEGER, "bytes", "Size of what was collected"},
};
const struct table table_source = {"source", "One row for each thing that was collected.",
                                   source_columns, COUNT_OF(source_columns)};

struct rc target_fill(struct facts *facts)
{
    const struct target *target = bundle_target(facts->bundle);
    filling_begin(facts, NULL);
    struct cell cells[] = {
        cell_text(target->kind),
        cell_text(target->name),
        cell_integer(target->running),
        cell_integer(target->collected_at / 1000000),
    };
    return filling_end(facts, reader_row(facts, &table_target, cells, NULL, 0));
}

/* A statement about the collecting itself: whether a source was read is for checks to ask here. */
static struct rc add_source(struct facts *facts, const struct item *item)
{
    struct cell cells[] = {
        cell_text(item_kind_name(item->kind)),     cell_text(item->name),
        cell_text(item_status_name(item->status)), cell_text(item->reason ? item->reason : ""),
        cell_integer((int64_t)item->bytes.len),
    };
    return reader_row(facts, &table_source, cells, item, 0);
}

struct rc source_fill(struct facts *facts)
{
    struct rc rc = RC_OK;
    filling_begin(facts, NULL);
    size_t count = bundle_count(facts->bundle);
    for (size_t i = 0; i < count && !failed(rc); i++)
        rc = add_source(facts, bundle_at(facts->bundle, i));
    return filling_end(facts, rc);
}
