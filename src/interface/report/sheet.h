/*
 * sheet: what the parts of the table report share: where to write, how wide, in which language and
 * colour. Private to the room. All text that is added here is made safe for a terminal first.
 */
#ifndef MERLON_REPORT_SHEET_H
#define MERLON_REPORT_SHEET_H

#include "interface/report/report.h"

struct sheet {
    const struct run *run;
    const struct report_style *style;
    struct arena *arena; /* lives as long as the report is made */
    struct buf *out;
};

/* Results of checks that bear on one clause number ("8.1.4.1"), worst first. */
struct group {
    const struct clause *clause; /* one of that number; NULL: checks that bear on none */
    const struct result **results;
    size_t count;
};

/* All results of checks, each under its first clause: groups worst first, then by clause number.
 * `absent`: with those that only say that a product is not there. */
const struct group *groups_make(const struct run *run, struct arena *arena, bool absent,
                                size_t *count);

/* Formatted text that lives in the arena. */
const char *sheet_number(const struct sheet *sheet, uint64_t n);
const char *sheet_say(const struct sheet *sheet, const char *key, const char *a, const char *b,
                      const char *c);
const char *sheet_message(const struct sheet *sheet, const struct message *message);
const char *sheet_verdict(const struct sheet *sheet, enum verdict verdict);

/* Adds text, safe. sheet_line: one paragraph, wrapped to the width, `indent` blanks before each
 * line, with a newline; newlines in it are escaped. sheet_lines: text of our own, whose newlines
 * are obeyed. */
void sheet_text(const struct sheet *sheet, const char *text);
void sheet_line(const struct sheet *sheet, size_t indent, const char *text);
void sheet_lines(const struct sheet *sheet, size_t indent, const char *text);
void sheet_blanks(const struct sheet *sheet, size_t count);

/* Colours: nothing when the style wants none. */
enum tint { TINT_NONE, TINT_BOLD, TINT_DIM, TINT_RED, TINT_GREEN, TINT_YELLOW, TINT_BLUE };
void sheet_tint(const struct sheet *sheet, enum tint tint); /* TINT_NONE ends it */
enum tint tint_of(enum verdict verdict);

/* One result in full (a failure, an unknown) or on one line (the rest). */
void outcome_add(const struct sheet *sheet, const struct result *result);

/* The bar, the counts and the next step. */
void summary_add(const struct sheet *sheet);

/* One line for the checks of products that are not there. */
void absent_add(const struct sheet *sheet);

/* Items of the standard without a check: counts by layer, or one by one with style.all. */
void uncovered_add(const struct sheet *sheet);

#endif
