/*
 * conf_setting: "name = value" lines as libpwquality and pam_faillock read them (their parsers are
 * twins). Private to the room; used by pwquality.c and faillock.c.
 */
#ifndef MERLON_FACTS_CONF_SETTING_H
#define MERLON_FACTS_CONF_SETTING_H

#include "foundation/base/base.h"

/* The longest line both libraries take, without its newline. */
#define CONF_SETTING_LINE_MAX 1022

struct conf_setting {
    uint32_t line;
    struct view key;   /* as written */
    struct view value; /* empty for a key alone */
    bool too_long;     /* the line is longer than the libraries read; key and value are empty */
};

/* Takes lines off *rest until one holds a setting; counts them in *line. False at the end. */
bool conf_setting_next(struct view *rest, uint32_t *line, struct conf_setting *out);

#endif
