/*
 * export: what the formats for other programs share: one result as plain, safe texts. Private to
 * the room.
 *
 * Every text that may come from a target goes through export_safe: one line of valid UTF-8 without
 * control or bidirectional characters. Each format then adds the escapes of its own syntax.
 */
#ifndef MERLON_REPORT_EXPORT_H
#define MERLON_REPORT_EXPORT_H

#include "interface/report/report.h"

#include <jansson.h>

/* A safe copy on one line; "" for NULL. */
const char *export_safe(struct arena *arena, const char *text);

/* The id of the check, or of the item when no check covers it. */
const char *export_id(const struct result *result);

/* Texts of the check, safe, on one line: content breaks its lines where it likes. */
const char *export_line(struct arena *arena, const char *text);
const char *export_title(struct arena *arena, const struct result *result, enum lang lang);
const char *export_expected(struct arena *arena, const struct result *result, enum lang lang);
const char *export_fix(struct arena *arena, const struct result *result, enum lang lang);

/* Ids of the items it bears on, with `separator` between them. */
const char *export_clauses(struct arena *arena, const struct result *result, const char *separator);

/* What one row says by itself, never better nor worse than the verdict that it led to: a 0 whose
 * source was not read whole is unknown, not a failure. */
enum verdict export_row_verdict(const struct result *result, const struct judged *row);

/* The sentences of the waivers that were used, and of the check's exclusions that expired; safe, ""
 * where there is none. */
const char *export_waivers(struct arena *arena, const struct result *result, enum lang lang);
const char *export_expired(struct arena *arena, const struct result *result, enum lang lang);

/* "value = 6, explicit = 1", safe. */
const char *export_observed(struct arena *arena, const struct result *result,
                            const struct judged *row);

/* The same for people, not made safe: without NULLs and what every setting view has and is
 * ordinary; "value = 6 (built-in default)". */
const char *export_values(struct arena *arena, const struct result *result,
                          const struct judged *row, enum lang lang);

/* How many rows of the result are shown: all, or style.limit. */
size_t export_row_count(const struct report_style *style, const struct result *result);

/* Adds safe text with & < > " ' as entities: for HTML and XML, between tags and in attributes.
 * export_add_lines keeps the newlines: only for text of our own content. */
void export_add_escaped(struct buf *out, const char *text);
void export_add_lines(struct buf *out, const char *text);

/* A safe JSON string. */
json_t *export_json(struct arena *arena, const char *text);

/* Writes an object with `flags` of jansson and a newline, and frees it. */
MUST_USE struct rc export_write_json(json_t *top, size_t flags, struct buf *out);

#endif
