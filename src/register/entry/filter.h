/*
 * filter: what a list is narrowed to, from the words a person writes:
 *
 *   field=value     is it; of a list: holds it          field~text     holds this text, any case
 *   field=a|b       is one of them                      field=         is empty
 *   field!=value    is not it; empty counts as "not"    field!=        is not empty
 *   field<value  field<=value  field>value  field>=value               numbers and dates
 *
 * A time (last_seen) is compared by day; one that is empty is longer ago than any day. Besides a
 * kind's fields there are `key`, `retired` (yes, no) and `updated` (a date). Several
 * filters must all hold. Private to the room.
 */
#ifndef MERLON_ENTRY_FILTER_H
#define MERLON_ENTRY_FILTER_H

#include "register/entry/kind.h"

#define FILTERS_MAX       16
#define FILTER_VALUES_MAX 32

enum filter_op {
    FILTER_IS,
    FILTER_IS_NOT,
    FILTER_LESS,
    FILTER_AT_MOST,
    FILTER_MORE,
    FILTER_AT_LEAST,
    FILTER_HOLDS,
    FILTER_EMPTY,
    FILTER_NOT_EMPTY,
};

enum filter_subject { FILTER_FIELD, FILTER_KEY, FILTER_RETIRED, FILTER_UPDATED };

struct filter {
    enum filter_subject subject;
    const struct field *field; /* of FILTER_FIELD */
    enum filter_op op;
    const char *values[FILTER_VALUES_MAX]; /* canonical; one unless IS or IS_NOT */
    size_t value_count;
};

/* FAULT_USAGE with one sentence that names what is wrong and what there is. */
MUST_USE struct rc filter_parse(struct arena *arena, const struct kind *kind, const char *written,
                                struct filter *out);

#endif
