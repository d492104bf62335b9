/*
 * postgres_row: integers are sent as text, so that they fit columns of any width; texts and bytes
 * as they are. Rows come back in binary: numbers in network order, texts and bytes as they are.
 */
#include "record/store/postgres_row.h"

#include <stdio.h>
#include <string.h>

/* Types by their numbers in the server's catalogue (pg_type.dat). */
enum type {
    TYPE_BOOL = 16,
    TYPE_BYTES = 17,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_NUMERIC = 1700,
    TYPE_FLOAT4 = 700,
    TYPE_FLOAT8 = 701
};

void postgres_values(const struct datum *values, size_t count, struct postgres_values *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct datum *value = &values[i];
        out->values[i] = NULL;
        out->lengths[i] = 0;
        out->formats[i] = 0;
        if (value->kind == DATUM_INTEGER) {
            snprintf(out->numbers[i], sizeof out->numbers[i], "%lld", (long long)value->integer);
            out->values[i] = out->numbers[i];
        } else if (value->kind != DATUM_NULL) {
            out->values[i] = value->bytes.ptr ? value->bytes.ptr : "";
            out->lengths[i] = (int)value->bytes.len;
            out->formats[i] = 1;
        }
    }
}

static int64_t number_of(const unsigned char *bytes, int length)
{
    uint64_t number = length > 0 && bytes[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < length; i++)
        number = number << 8 | bytes[i];
    return (int64_t)number;
}

static struct rc cell_of(const PGresult *result, int row, int column, struct datum *out)
{
    const char *bytes = PQgetvalue(result, row, column);
    int length = PQgetlength(result, row, column);
    struct view view = {bytes, (size_t)length};
    *out = datum_null();
    if (PQgetisnull(result, row, column))
        return RC_OK;
    switch (PQftype(result, column)) {
    case TYPE_INT8:
    case TYPE_INT4:
    case TYPE_INT2:
        *out = datum_integer(number_of((const unsigned char *)bytes, length));
        return RC_OK;
    case TYPE_BOOL:
        *out = datum_integer(bytes[0] != 0);
        return RC_OK;
    case TYPE_NUMERIC:
    case TYPE_FLOAT4:
    case TYPE_FLOAT8:
        return fault(FAULT_DATA, "column %d is a number that is no integer", column + 1);
    case TYPE_BYTES:
        *out = datum_bytes(view);
        return RC_OK;
    default:
        *out = datum_view(view);
        return RC_OK;
    }
}

struct rc postgres_rows(const PGresult *result, const struct statement *wanted)
{
    struct datum row[128];
    int rows = PQntuples(result);
    must(wanted->columns <= COUNT_OF(row) &&
         (rows == 0 || (int)wanted->columns <= PQnfields(result)));
    for (int r = 0; r < rows; r++) {
        for (size_t i = 0; i < wanted->columns; i++)
            TRY(cell_of(result, r, (int)i, &row[i]));
        TRY(wanted->each(wanted->context, row));
    }
    return RC_OK;
}
