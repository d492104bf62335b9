/*
 * probe_line: lines of probes that are records: a word, then fields, divided by tabs and escaped as
 * bundle_escape does. Private to the room.
 */
#ifndef MERLON_FACTS_PROBE_LINE_H
#define MERLON_FACTS_PROBE_LINE_H

#include "sensor/facts/reader.h"

#define PROBE_FIELDS 8

struct probe_line {
    const struct item *item;
    uint32_t number;
    struct view word, fields[PROBE_FIELDS]; /* unescaped */
    size_t count;
};

struct probe {
    struct facts *facts;
    const struct item *item;
    struct view rest;
    uint32_t number;
};

struct probe probe_open(struct facts *facts, const char *name);

/* Takes the next record; false at the end. A line with more fields is a problem and left out. */
bool probe_next(struct probe *probe, struct probe_line *out);

/* A text as a cell; an empty one is NULL. */
struct cell probe_text(struct view field);

#endif
