/* record: the fields that facts and walk records are made of. Private to the room. */
#ifndef MERLON_BUNDLE_RECORD_H
#define MERLON_BUNDLE_RECORD_H

#include "sensor/bundle/bundle.h"

/* A fact's eight fields without the newline. */
void fact_write(const struct stat_fact *fact, struct buf *out);

/* Each takes one field (fact_read: eight) off *rest; false when it is missing or wrong. */
bool fact_read(struct arena *arena, struct view *rest, struct stat_fact *out);
bool field_count(struct view *rest, int64_t *out); /* a number from 0 */
bool field_text(struct arena *arena, struct view *rest, const char **out);

#endif
