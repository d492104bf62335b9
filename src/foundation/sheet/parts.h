/*
 * parts: what the files of this room share. Private.
 *
 *   encoding.c   bytes of a text file -> UTF-8        csv.c    CSV, row by row
 *   zip.c        members of a zip file    xml.c       their elements and texts
 *   workbook.c   what XLSX keeps beside its rows       xlsx.c   its rows
 *   write.c      rows -> CSV, XLSX
 */
#ifndef MERLON_SHEET_PARTS_H
#define MERLON_SHEET_PARTS_H

#include "foundation/sheet/sheet.h"

/* A row being gathered: cells end to end in `text`, `ends[i]` where cell i ends. */
struct gathered {
    struct buf text;
    size_t ends[SHEET_COLUMNS_MAX];
    struct view views[SHEET_COLUMNS_MAX];
    size_t count;
};

/* Adds a cell; FAULT_LIMIT when there are too many. FAULT_DATA when it is too long. */
MUST_USE struct rc gathered_add(struct gathered *row, struct view cell);
void gathered_clear(struct gathered *row);

/* The cells as views; true when one of them holds something. */
bool gathered_end(struct gathered *row);

/* What reads one format. */
struct sheet_format_reader {
    /* One row into `row`, also an empty one; *more false at the end. *number: its row number. */
    MUST_USE struct rc (*next)(void *state, struct gathered *row, size_t *number, bool *more);
    void (*close)(void *state);
};

MUST_USE struct rc csv_open(struct view bytes, const char *origin, void **state);
extern const struct sheet_format_reader csv_reader;

/* Whether a spreadsheet would compute a CSV cell that begins like this. */
bool csv_is_formula(struct view cell);
/* Whether a cell begins with an apostrophe that guards against that (or looks as if). */
bool csv_is_guarded(struct view cell);

/* `bytes` are borrowed until close. */
MUST_USE struct rc xlsx_open(struct view bytes, const char *origin, void **state);
extern const struct sheet_format_reader xlsx_reader;

/* The file's text as UTF-8, without byte order mark. FAULT_DATA with "origin: line N". */
MUST_USE struct rc encoding_to_utf8(struct view bytes, const char *origin, struct buf *out);

/* ---- zip ----------------------------------------------------------------------------------- */

struct zip_member;

/* Opens the member `name` for reading; *out NULL when there is none. */
MUST_USE struct rc zip_open(struct view zip, const char *origin, const char *name,
                            struct zip_member **out);

/* Up to `max` bytes; 0 at the end, -1 when the archive is broken or inflates past the bound (the
 * fault is set). */
int zip_read(struct zip_member *member, char *bytes, int max);
void zip_close(struct zip_member *member);

/* A whole member; an absent one is the empty text. */
MUST_USE struct rc zip_member_text(struct view zip, const char *origin, const char *name,
                                   struct buf *out);

/* ---- workbook ------------------------------------------------------------------------------- */

struct workbook {
    char sheet[256];  /* the first sheet's member */
    struct buf texts; /* the shared texts, end to end */
    size_t *ends;     /* where each ends */
    size_t text_count, text_room;
    uint8_t *date_styles; /* 1: cells of this style are dates */
    size_t style_count;
    bool from_1904; /* days are counted from 1904-01-01 */
};

MUST_USE struct rc workbook_read(struct view zip, const char *origin, struct workbook *out);
void workbook_free(struct workbook *book);
struct view workbook_text(const struct workbook *book, size_t number);

/* A number as XLSX writes it, as people write it; with `date`, as a date. */
void workbook_add_number(const struct workbook *book, struct view raw, bool date, struct buf *out);

#endif
