/* select: filters, search, order and cursor as SQL that both stores understand alike. */
#include "register/entry/select.h"

#include "register/entry/reg.h"

#include <string.h>

void select_bind(struct select *select, struct datum value)
{
    if (select->count == SELECT_VALUES_MAX) {
        select->overflow = true;
        return;
    }
    select->values[select->count++] = value;
    buf_printf(&select->sql, "?%zu", select->count);
}

void select_free(struct select *select)
{
    buf_free(&select->sql);
}

/* ---- filters ------------------------------------------------------------------------------ */

/* Fields have "f_" in front in the store, the rest have not. */
static const char *column_of(const struct filter *filter, struct arena *arena)
{
    switch (filter->subject) {
    case FILTER_KEY:
        return "key";
    case FILTER_UPDATED:
        return "updated";
    case FILTER_RETIRED:
        return "retired";
    case FILTER_FIELD:
        break;
    }
    return arena_printf(arena, "f_%s", filter->field->name);
}

/* "(f_unit IN (?3, ?4))"; of a list: any item is one of them. */
static void add_is(struct select *select, const struct kind *kind, const struct filter *filter)
{
    const struct field *field = filter->field;
    bool listing = field->type == FIELD_LIST || field->type == FIELD_REFLIST;
    const char *column = column_of(filter, select->arena);
    if (listing && field_has_items(field)) {
        buf_printf(
            &select->sql,
            "id IN (SELECT id FROM entry_item WHERE kind = '%s' AND field = '%s' AND item IN (",
            kind->name, field->name);
    } else if (!listing) {
        buf_printf(&select->sql, "%s IN (", column);
    }
    for (size_t i = 0; i < filter->value_count; i++) {
        if (listing && !field_has_items(field)) {
            /* "; a; b; " holds "; b; " */
            buf_printf(&select->sql, "%s'; ' || %s || '; ' LIKE ", i ? " OR " : "(", column);
            struct buf like CLEANUP(buf_free) = {0};
            buf_add_text(&like, "%; ");
            like_escape(&like, filter->values[i]);
            buf_add_text(&like, "; %");
            select_bind(select, datum_text(arena_text(select->arena, like.ptr)));
            buf_add_text(&select->sql, " ESCAPE '!'");
            continue;
        }
        buf_add_text(&select->sql, i ? ", " : "");
        select_bind(select, field_datum(field, filter->values[i]));
    }
    buf_add_text(&select->sql, listing && field_has_items(field) ? "))" : ")");
}

void like_escape(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '%' || *text == '_' || *text == '!')
            buf_add_char(out, '!');
        buf_add_char(out, *text);
    }
}

/* Text within the value, ASCII letters in any case: the same on both stores. */
static void add_holds(struct select *select, const struct filter *filter)
{
    struct buf like CLEANUP(buf_free) = {0};
    buf_add_text(&like, "%");
    like_escape(&like, filter->values[0]);
    buf_add_text(&like, "%");
    for (size_t i = 0; i < like.len; i++)
        if (like.ptr[i] >= 'A' && like.ptr[i] <= 'Z')
            like.ptr[i] = (char)(like.ptr[i] + 32);
    const char *column = column_of(filter, select->arena);
    bool number = filter->subject == FILTER_FIELD && field_is_number(filter->field);
    buf_printf(&select->sql, number ? "CAST(%s AS TEXT) LIKE " : "lower(%s) LIKE ", column);
    select_bind(select, datum_text(arena_text(select->arena, like.ptr)));
    buf_add_text(&select->sql, " ESCAPE '!'");
}

static void add_comparison(struct select *select, const struct filter *filter, const char *sign)
{
    buf_printf(&select->sql, "%s %s ", column_of(filter, select->arena), sign);
    select_bind(select, field_datum(filter->field, filter->values[0]));
}

/* A time is compared by day: its bounds are the microseconds of the day's start and end (UTC). */
static struct rc add_time(struct select *select, const struct filter *filter)
{
    const char *column = column_of(filter, select->arena);
    int64_t start, end;
    if (filter->op == FILTER_HOLDS || filter->value_count != 1)
        return fault(FAULT_USAGE, "filter on %s: compare it with one date", filter->field->name);
    day_bounds(filter->values[0], &start, &end);
    static const struct {
        enum filter_op op;
        const char *sign;
        bool at_end;
    } signs[] = {{FILTER_LESS, "<", false},
                 {FILTER_AT_MOST, "<", true},
                 {FILTER_MORE, ">=", true},
                 {FILTER_AT_LEAST, ">=", false}};
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        if (signs[i].op != filter->op)
            continue;
        /* What never happened is longer ago than any day. */
        bool before = filter->op == FILTER_LESS || filter->op == FILTER_AT_MOST;
        buf_printf(&select->sql, before ? "(%s IS NULL OR %s %s " : "(%s IS NOT NULL AND %s %s ",
                   column, column, signs[i].sign);
        select_bind(select, datum_integer(signs[i].at_end ? end : start));
        buf_add_text(&select->sql, ")");
        return RC_OK;
    }
    buf_printf(&select->sql, "%s(%s >= ", filter->op == FILTER_IS_NOT ? "NOT " : "", column);
    select_bind(select, datum_integer(start));
    buf_printf(&select->sql, " AND %s < ", column);
    select_bind(select, datum_integer(end));
    buf_add_text(&select->sql, ")");
    return RC_OK;
}

/* Time and retirement are stored otherwise than a person writes them. */
static struct rc add_filter(struct select *select, const struct kind *kind,
                            const struct filter *filter)
{
    const char *column = column_of(filter, select->arena);
    bool time = filter->subject == FILTER_UPDATED || filter->field->type == FIELD_TIME;
    if (time && filter->value_count)
        return add_time(select, filter);
    if (filter->subject == FILTER_RETIRED) {
        bool yes = filter->value_count == 1 && strcmp(filter->values[0], "yes") == 0;
        bool wanted = filter->op == FILTER_IS_NOT ? !yes : yes;
        buf_add_text(&select->sql, wanted ? "retired > 0" : "retired = 0");
        return RC_OK;
    }
    switch (filter->op) {
    case FILTER_IS:
        add_is(select, kind, filter);
        break;
    case FILTER_IS_NOT:
        buf_printf(&select->sql, "(%s IS NULL OR NOT (", column);
        add_is(select, kind, filter);
        buf_add_text(&select->sql, "))");
        break;
    case FILTER_LESS:
        add_comparison(select, filter, "<");
        break;
    case FILTER_AT_MOST:
        add_comparison(select, filter, "<=");
        break;
    case FILTER_MORE:
        add_comparison(select, filter, ">");
        break;
    case FILTER_AT_LEAST:
        add_comparison(select, filter, ">=");
        break;
    case FILTER_HOLDS:
        add_holds(select, filter);
        break;
    case FILTER_EMPTY:
        buf_printf(&select->sql, "%s IS NULL", column);
        break;
    case FILTER_NOT_EMPTY:
        buf_printf(&select->sql, "%s IS NOT NULL", column);
        break;
    }
    return RC_OK;
}

static bool asks_for_retired(const struct filter *filters, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (filters[i].subject == FILTER_RETIRED)
            return true;
    return false;
}

/* The clearance comes first and always: no list without it can be built here. */
struct rc select_where(struct reg *reg, struct select *select, const struct kind *kind,
                       const struct entry_query *query, int clearance)
{
    struct filter *filters = arena_take(select->arena, (FILTERS_MAX + 1) * sizeof *filters);
    if (query->filter_count > FILTERS_MAX)
        return fault(FAULT_USAGE, "more than %d filters", FILTERS_MAX);
    for (size_t i = 0; i < query->filter_count; i++)
        TRY(filter_parse(select->arena, kind, query->filters[i], &filters[i]));
    buf_printf(&select->sql, " FROM %s WHERE hidden <= ", kind->name);
    select_bind(select, datum_integer(clearance));
    if (!query->retired && !asks_for_retired(filters, query->filter_count))
        buf_add_text(&select->sql, " AND retired = 0");
    for (size_t i = 0; i < query->filter_count; i++) {
        buf_add_text(&select->sql, " AND ");
        TRY(add_filter(select, kind, &filters[i]));
    }
    if (query->search && query->search[0])
        TRY(select_search(reg, select, kind, query->search));
    if (select->overflow)
        return fault(FAULT_USAGE, "the filters hold more than %d values", SELECT_VALUES_MAX);
    return RC_OK;
}

/* ---- order and cursor ---------------------------------------------------------------------- */

struct rc order_parse(struct arena *arena, const struct kind *kind, const char *written,
                      struct order *out)
{
    struct order order = {.field = NULL};
    if (written && written[0] == '-') {
        order.descending = true;
        written++;
    }
    if (written && strcmp(written, "key") != 0) {
        order.field = field_find(kind, written);
        const char *all = "key";
        for (size_t i = 0; i < kind->count && !order.field; i++)
            all = arena_printf(arena, "%s, %s", all, kind->fields[i].name);
        if (!order.field)
            return fault(FAULT_USAGE, "%s cannot be sorted by '%s'; it has: %s", kind->name,
                         written, all);
    }
    *out = order;
    return RC_OK;
}

static void add_expression(struct buf *sql, const struct order *order)
{
    if (order->field)
        table_add_order(sql, order->field, order->descending);
    else
        buf_add_text(sql, "key");
}

void select_order(struct select *select, const struct order *order)
{
    buf_add_text(&select->sql, " ORDER BY ");
    add_expression(&select->sql, order);
    buf_add_text(&select->sql, order->descending ? " DESC, id DESC" : ", id");
}

/* "ID:VALUE", ":" and what follows left out where the value is empty. A cursor holds nothing that
 * its reader has not just seen. */
const char *cursor_write(struct arena *arena, const struct order *order, const struct entry *last,
                         int64_t id)
{
    const char *value = order->field ? entry_value(last, order->field->name) : last->key;
    return value ? arena_printf(arena, "%lld:%s", (long long)id, value)
                 : arena_printf(arena, "%lld", (long long)id);
}

/* Row values compare pair by pair, so that an index can start in the middle. */
struct rc select_after(struct select *select, const struct order *order, const char *cursor)
{
    struct view rest = view_of(cursor), number;
    int64_t id = 0, check;
    if (!view_cut(&rest, ':', &number) || !view_integer(number, &id))
        return fault(FAULT_USAGE, "'%s' is no cursor of such a list", cursor);
    bool is_number = order->field && field_is_number(order->field);
    if (rest.ptr && is_number && !view_integer(rest, &check))
        return fault(FAULT_USAGE, "'%s' is no cursor of such a list", cursor);
    buf_add_text(&select->sql, " AND (");
    add_expression(&select->sql, order);
    buf_printf(&select->sql, ", id) %s (", order->descending ? "<" : ">");
    if (!rest.ptr && is_number)
        select_bind(select, datum_integer(order->descending ? -INT64_MAX : INT64_MAX));
    else if (!rest.ptr)
        select_bind(select, datum_text(order->descending ? "" : "\xf4\x8f\xbf\xbf"));
    else if (is_number)
        select_bind(select, datum_integer(check));
    else
        select_bind(select, datum_text(view_text(select->arena, rest)));
    buf_add_text(&select->sql, ", ");
    select_bind(select, datum_integer(id));
    buf_add_text(&select->sql, ")");
    return RC_OK;
}
