/*
 * ini: files in the syntax of systemd.syntax(7): [Section], Key=value, comments with # or ; and
 * lines that go on after a backslash. Private to the room.
 */
#ifndef MERLON_FACTS_INI_H
#define MERLON_FACTS_INI_H

#include "sensor/facts/reader.h"

struct ini {
    struct facts *facts;
    const struct item *item;
    struct view rest, section;
    uint32_t number;
};

struct ini_line {
    struct view section, key, value; /* section: empty before the first one */
    uint32_t number;                 /* of its first line */
};

struct ini ini_open(struct facts *facts, const struct item *item);

/* Takes the next assignment; false at the end. What is neither section nor assignment is a problem
 * of the item. */
bool ini_next(struct ini *ini, struct ini_line *out);

#endif
