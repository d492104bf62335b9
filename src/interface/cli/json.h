/* json: documents and clauses as JSON. Private to the room. */
#ifndef MERLON_CLI_JSON_H
#define MERLON_CLI_JSON_H

#include "foundation/document/document.h"

#include <jansson.h>

/* A content document as JSON: plain whole numbers, true, false and null stay what they are. */
json_t *json_of_value(struct value v);

/* Writes *top, indented, with a newline, and frees it. */
MUST_USE struct rc json_write(json_t *top, struct buf *out);

#endif
