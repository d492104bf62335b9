/* filter: words like "class=dbms" and "end_of_support<2027-01-01" as conditions. */
#include "register/entry/filter.h"

#include <string.h>

static const struct {
    const char *sign; /* longer ones first */
    enum filter_op op;
} operators[] = {{"!=", FILTER_IS_NOT}, {"<=", FILTER_AT_MOST}, {">=", FILTER_AT_LEAST},
                 {"=", FILTER_IS},      {"<", FILTER_LESS},     {">", FILTER_MORE},
                 {"~", FILTER_HOLDS}};

/* The operator that stands first; *name what is before it, *value what is behind. */
static bool split(struct view written, struct view *name, enum filter_op *op, struct view *value)
{
    size_t at = 0;
    while (at < written.len && !strchr("!<>=~", written.ptr[at]))
        at++;
    struct view rest = view_from(written, at);
    for (size_t i = 0; i < COUNT_OF(operators); i++) {
        if (!view_starts(rest, operators[i].sign))
            continue;
        *name = view_trim((struct view){written.ptr, at});
        *op = operators[i].op;
        *value = view_trim(view_from(rest, strlen(operators[i].sign)));
        return true;
    }
    return false;
}

/* The three that every kind has. */
static const struct field special[] = {
    {.name = "key", .type = FIELD_TEXT, .max = ENTRY_KEY_MAX},
    {.name = "retired", .type = FIELD_YESNO},
    {.name = "updated", .type = FIELD_DATE},
};

static struct rc find_subject(struct arena *arena, const struct kind *kind, struct view name,
                              struct filter *out)
{
    const char *text = view_text(arena, name), *all = "key, retired, updated";
    out->field = field_find(kind, text);
    if (out->field) {
        out->subject = FILTER_FIELD;
        return RC_OK;
    }
    for (size_t i = 0; i < COUNT_OF(special); i++) {
        if (strcmp(special[i].name, text) == 0) {
            out->field = &special[i];
            out->subject = FILTER_KEY + (enum filter_subject)i;
            return RC_OK;
        }
    }
    for (size_t i = 0; i < kind->count; i++)
        all = arena_printf(arena, "%s, %s", all, kind->fields[i].name);
    return fault(FAULT_USAGE, "%s has no field '%s'; it has: %s", kind->name, text, all);
}

static bool ordered(enum field_type type)
{
    return type == FIELD_INTEGER || type == FIELD_DATE || type == FIELD_TIME;
}

/* One value in canonical form. An item of a list is parsed as a list of one. */
static struct rc add_value(struct arena *arena, struct view written, struct filter *out)
{
    const char *value;
    if (out->value_count == FILTER_VALUES_MAX)
        return fault(FAULT_USAGE, "a filter has more than %d values", FILTER_VALUES_MAX);
    /* A time is asked for by its day. */
    const struct field day = {.name = out->field->name, .type = FIELD_DATE};
    bool time = out->field->type == FIELD_TIME;
    struct rc rc = field_parse(arena, time ? &day : out->field, written, &value);
    if (failed(rc))
        return fault(FAULT_USAGE, "filter on %s: %s", out->field->name,
                     arena_text(arena, fault_text()));
    if (!value)
        return fault(FAULT_USAGE, "filter on %s: an empty value among several", out->field->name);
    out->values[out->value_count++] = value;
    return RC_OK;
}

static struct rc read_values(struct arena *arena, struct view value, struct filter *out)
{
    bool equality = out->op == FILTER_IS || out->op == FILTER_IS_NOT;
    if (value.len == 0 && equality) {
        out->op = out->op == FILTER_IS ? FILTER_EMPTY : FILTER_NOT_EMPTY;
        return RC_OK;
    }
    if (value.len == 0)
        return fault(FAULT_USAGE, "filter on %s: a value is missing", out->field->name);
    if (out->op == FILTER_HOLDS) {
        out->values[out->value_count++] = view_text(arena, value);
        return RC_OK;
    }
    if (!equality && !ordered(out->field->type))
        return fault(FAULT_USAGE,
                     "filter on %s: only numbers and dates can be compared with < and >",
                     out->field->name);
    struct view one;
    while (view_cut(&value, equality ? '|' : '\0', &one))
        TRY(add_value(arena, one, out));
    return RC_OK;
}

struct rc filter_parse(struct arena *arena, const struct kind *kind, const char *written,
                       struct filter *out)
{
    struct filter filter = {.field = NULL};
    struct view name, value;
    if (!split(view_of(written), &name, &filter.op, &value))
        return fault(FAULT_USAGE, "'%s' is no filter: write field=value, field<value or field~text",
                     written);
    TRY(find_subject(arena, kind, name, &filter));
    TRY(read_values(arena, value, &filter));
    *out = filter;
    return RC_OK;
}
