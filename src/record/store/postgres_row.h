/* postgres_row: values and rows in PostgreSQL's binary format. Private to the room. */
#ifndef MERLON_STORE_POSTGRES_ROW_H
#define MERLON_STORE_POSTGRES_ROW_H

#include "record/store/engine.h"

#include <libpq-fe.h>

/* As PQsendQueryPrepared takes them. Texts are borrowed. */
struct postgres_values {
    const char *values[STORE_VALUES_MAX];
    int lengths[STORE_VALUES_MAX];
    int formats[STORE_VALUES_MAX];
    char numbers[STORE_VALUES_MAX][24]; /* integers go as text: the server knows their width */
};

void postgres_values(const struct datum *values, size_t count, struct postgres_values *out);

/* Gives each row of a result (in binary format) to wanted->each. */
MUST_USE struct rc postgres_rows(const PGresult *result, const struct statement *wanted);

#endif
