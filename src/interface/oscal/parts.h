/* parts: what the documents of this room share. Private. */
#ifndef MERLON_OSCAL_PARTS_H
#define MERLON_OSCAL_PARTS_H

#include "interface/oscal/oscal.h"

#include <jansson.h>

#define OSCAL_UUID 37 /* bytes, with the end */

/* The same for the same kind and name. */
void oscal_uuid(const char *kind, const char *name, char out[static OSCAL_UUID]);

/* The id of the part of a catalog's control that states its requirement. */
const char *oscal_statement(struct arena *arena, const struct clause *clause);

json_t *oscal_metadata(const char *title, const char *version, const char *modified);

/* Adds a prop; not one without a value, which is not allowed. `ours`: OSCAL does not define it. */
void oscal_prop(json_t *props, const char *name, const char *value, bool ours);

/* Writes and frees it; NULL is a failure. */
MUST_USE struct rc oscal_write(json_t *top, struct buf *out);

#endif
