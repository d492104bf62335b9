/* find: lists, counts and look-ups: what select.c builds, run. */
#include "register/entry/reg.h"

#include <string.h>

struct listing {
    const struct kind *kind;
    struct arena *arena;
    struct entry *entries; /* of this page */
    int64_t *ids;
    size_t count, room;
};

/* Entries of one page; the arena keeps outgrown arrays until the page is given. */
static void keep(struct listing *listing, const struct datum *row)
{
    if (listing->count == listing->room) {
        size_t room = listing->room ? 2 * listing->room : 64;
        struct entry *entries = arena_take(listing->arena, room * sizeof *entries);
        int64_t *ids = arena_take(listing->arena, room * sizeof *ids);
        if (listing->count) {
            memcpy(entries, listing->entries, listing->count * sizeof *entries);
            memcpy(ids, listing->ids, listing->count * sizeof *ids);
        }
        listing->entries = entries;
        listing->ids = ids;
        listing->room = room;
    }
    table_read(listing->arena, listing->kind, row, &listing->entries[listing->count],
               &listing->ids[listing->count]);
    listing->count++;
}

static struct rc keep_row(void *context, const struct datum *row)
{
    keep(context, row);
    return RC_OK;
}

static struct rc run_select(struct reg *reg, struct select *select, struct listing *listing)
{
    size_t columns = TABLE_HEAD + listing->kind->count;
    return store_query(reg->store, select->sql.ptr, select->values, select->count, columns,
                       keep_row, listing);
}

static void start_select(struct select *select, const struct kind *kind)
{
    buf_add_text(&select->sql, "SELECT ");
    table_add_columns(&select->sql, kind);
}

/* One page of at most `limit` and one more, which tells whether there is a next page. What is
 * sorted are ids alone: whole rows are read for those of the page only. */
static struct rc read_page(struct reg *reg, const struct entry_query *query,
                           const struct order *order, size_t limit, struct listing *listing)
{
    struct select select CLEANUP(select_free) = {.arena = listing->arena};
    start_select(&select, listing->kind);
    buf_printf(&select.sql, " FROM %s JOIN (SELECT id AS page_id", listing->kind->name);
    TRY(select_where(reg, &select, listing->kind, query, reg_clearance(reg)));
    if (query->after)
        TRY(select_after(&select, order, query->after));
    select_order(&select, order);
    buf_add_text(&select.sql, " LIMIT ");
    select_bind(&select, datum_integer((int64_t)limit + 1));
    buf_add_text(&select.sql, ") AS page ON id = page_id");
    select_order(&select, order);
    return run_select(reg, &select, listing);
}

#define PAGE 500 /* entries of one query when all are asked for */

/* All that a query gives, page by page, so that a long list does not stand in memory. */
static struct rc list_pages(struct reg *reg, const struct kind *kind,
                            const struct entry_query *query, const struct order *order,
                            struct arena *last, struct rc (*each)(void *, const struct entry *),
                            void *context, const char **next)
{
    size_t left = query->limit ? query->limit : SIZE_MAX;
    struct entry_query page = *query;
    const char *cursor = NULL;
    for (bool more = true; more && left > 0;) {
        struct arena *arena CLEANUP(arena_freep) = arena_new();
        struct listing listing = {.kind = kind, .arena = arena};
        size_t size = left < PAGE ? left : PAGE;
        TRY(read_page(reg, &page, order, size, &listing));
        more = listing.count > size;
        size_t given = more ? size : listing.count;
        for (size_t i = 0; i < given; i++)
            TRY(each(context, &listing.entries[i]));
        left -= given;
        cursor =
            more ? cursor_write(last, order, &listing.entries[given - 1], listing.ids[given - 1])
                 : NULL;
        page.after = cursor;
    }
    if (next)
        *next = cursor;
    return RC_OK;
}

struct rc entry_list(struct reg *reg, const struct kind *kind, const struct entry_query *query,
                     struct arena *arena,
                     struct rc (*each)(void *context, const struct entry *entry), void *context,
                     const char **next)
{
    struct order order;
    TRY(order_parse(arena, kind, query->sort, &order));
    return list_pages(reg, kind, query, &order, arena, each, context, next);
}

struct rc entry_count(struct reg *reg, const struct kind *kind, const struct entry_query *query,
                      int64_t *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct select select CLEANUP(select_free) = {.arena = arena};
    struct datum count;
    bool any;
    buf_add_text(&select.sql, "SELECT count(*)");
    TRY(select_where(reg, &select, kind, query, reg_clearance(reg)));
    TRY(store_one(reg->store, select.sql.ptr, select.values, select.count, arena, &count, 1, &any));
    *out = count.integer;
    return RC_OK;
}

static struct rc find_stored(struct reg *reg, const struct kind *kind, const char *key,
                             struct arena *arena, const struct entry **out, int64_t *id)
{
    struct select select CLEANUP(select_free) = {.arena = arena};
    struct listing listing = {.kind = kind, .arena = arena};
    start_select(&select, kind);
    buf_printf(&select.sql, " FROM %s WHERE key = ", kind->name);
    select_bind(&select, datum_text(key));
    TRY(run_select(reg, &select, &listing));
    *out = listing.count ? &listing.entries[0] : NULL;
    *id = listing.count ? listing.ids[0] : 0;
    return RC_OK;
}

/* Looked up without regard to who asks, so that an import can remember it; then hidden or not. */
struct rc reg_find(struct reg *reg, const struct kind *kind, const char *key, int clearance,
                   struct arena *arena, const struct entry **out, int64_t *id)
{
    bool known = false;
    const struct entry *found = NULL;
    if (reg->seen)
        found = seen_get(reg->seen, kind, key, &known, id);
    if (!known) {
        TRY(find_stored(reg, kind, key, arena, &found, id));
        if (reg->seen)
            seen_put(reg->seen, kind, key, found, *id);
    }
    *out = found && found->hidden <= clearance ? found : NULL;
    return RC_OK;
}

/* Absent and hidden give the same words. */
struct rc entry_get(struct reg *reg, const struct kind *kind, const char *key, struct arena *arena,
                    const struct entry **out)
{
    const struct entry *found;
    int64_t id;
    TRY(reg_find(reg, kind, key, reg_clearance(reg), arena, &found, &id));
    if (!found)
        return no_such_entry(kind, key);
    *out = found;
    return RC_OK;
}

struct rc entry_referring(struct reg *reg, const struct kind *kind, const char *field,
                          const char *key, struct arena *arena, const struct entry *const **out,
                          size_t *count)
{
    const struct field *by = field_find(kind, field);
    struct select select CLEANUP(select_free) = {.arena = arena};
    struct listing listing = {.kind = kind, .arena = arena};
    must(by && by->ref);
    start_select(&select, kind);
    buf_printf(&select.sql, " FROM %s WHERE hidden <= ", kind->name);
    select_bind(&select, datum_integer(reg_clearance(reg)));
    if (by->type == FIELD_REF)
        buf_printf(&select.sql, " AND retired = 0 AND f_%s = ", field);
    else
        buf_printf(&select.sql,
                   " AND retired = 0 AND id IN (SELECT id FROM entry_item WHERE kind = '%s' AND "
                   "field = '%s' AND item = ",
                   kind->name, field);
    select_bind(&select, datum_text(key));
    buf_add_text(&select.sql, by->type == FIELD_REF ? " ORDER BY key" : ") ORDER BY key");
    TRY(run_select(reg, &select, &listing));
    const struct entry **list = arena_take(arena, (listing.count + 1) * sizeof *list);
    for (size_t i = 0; i < listing.count; i++)
        list[i] = &listing.entries[i];
    *out = list;
    *count = listing.count;
    return RC_OK;
}
