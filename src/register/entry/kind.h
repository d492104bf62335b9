/*
 * kind: what the register knows of: units, persons, systems, assets, suppliers, accesses, products,
 * agencies. A kind is data (content/register/<kind>.yaml): its fields, their types, bounds, titles
 * and sources. Tables, imports, lists, help and documentation all follow from it.
 *
 * Values are texts in one canonical form, so that what was typed, imported or exported compares:
 *
 *   text, choice    as written, blanks at both ends taken off       ref      the key of an entry
 *   integer         decimal, without leading zeros                  date     2026-11-27
 *   yesno           yes or no                                       time     microseconds since
 * 1970 list, reflist   items separated by "; ", none twice, in the order given
 *
 * An absent value is NULL, never "". Loaded once; read-only afterwards, free to share.
 */
#ifndef MERLON_ENTRY_KIND_H
#define MERLON_ENTRY_KIND_H

#include "foundation/base/base.h"
#include "foundation/text/text.h"

#define FIELDS_MAX      64
#define KINDS_MAX       16
#define ENTRY_KEY_MAX   64
#define LIST_ITEMS_MAX  1000
#define ENTRY_VALUE_MAX 16384 /* bytes of a value */

enum field_type {
    FIELD_TEXT,
    FIELD_INTEGER,
    FIELD_DATE,
    FIELD_TIME,
    FIELD_CHOICE,
    FIELD_YESNO,
    FIELD_REF,
    FIELD_LIST,
    FIELD_REFLIST,
};

/* What an item of a list must look like. */
enum item_form {
    ITEM_ANY,
    ITEM_ADDRESS, /* an IPv4 or IPv6 address, with or without /prefix */
    ITEM_GRADED,  /* name:grade, a grade from 1 to 5 */
};

struct field {
    const char *name;
    enum field_type type;
    enum item_form item;
    bool required;
    bool derived;     /* computed by Merlon; cannot be set */
    bool searched;    /* its words are found by --search */
    bool listed;      /* a column of the list */
    bool indexed;     /* sorted by it downwards by an index */
    int64_t since;    /* the version of the schema that brought it, from 1 */
    bool tree;        /* a ref to its own kind that must not form a cycle */
    bool condition;   /* a condition of the law: must be yes to be used at the kind's grade */
    int64_t min, max; /* of an integer; of a text: max characters; of a list: max items */
    const struct kind *ref;
    const char *const *choices; /* ends with NULL; or NULL */
    const struct field *after;  /* a date that must not be later than this one's */
    const char *source;         /* law or standard; "" */
    struct value titles;
};

struct kind {
    const char *name;
    struct value titles, docs;
    const struct field *fields;
    size_t count;
    const char *article; /* of the conditions; NULL: has none */
    int64_t from_grade;  /* systems of this grade and above need them */
    int64_t since;       /* the version of the schema that brought it, from 1 */
};

/* All kinds by name. A broken kind file is a fault of ours and ends the process. */
const struct kind *const *kinds(size_t *count);
const struct kind *kind_find(const char *name); /* NULL when there is none */
const struct field *field_find(const struct kind *kind, const char *name);
size_t field_index(const struct kind *kind, const struct field *field);
const char *field_type_name(enum field_type type);

/* Brings what a person wrote into canonical form; *out is NULL for an empty text. FAULT_DATA with
 * the reason alone ("not a date like 2026-11-27: 'x'"). Refs are not looked up here. */
MUST_USE struct rc field_parse(struct arena *arena, const struct field *field, struct view written,
                               const char **out);

/* Takes the next item of a canonical list off *rest. */
bool list_next(struct view *rest, struct view *item);

/* The microseconds of the start of a day ("2026-11-27") and of the next one (UTC). */
void day_bounds(const char *day, int64_t *start, int64_t *end);

/* A key: 1 to 64 letters (of any script), digits, . _ - : / without blanks. FAULT_DATA. */
MUST_USE struct rc key_verify(struct view key);

#endif
