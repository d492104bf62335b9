/* rsyslog: what the files of the rsyslog reader share. Private to the room. */
#ifndef MERLON_FACTS_RSYSLOG_H
#define MERLON_FACTS_RSYSLOG_H

#include "sensor/facts/reader.h"

/* What an action does. */
struct rsyslog_action {
    const char *kind; /* NULL: not understood */
    struct view target;
    bool sync;
};

/* One parameter of an object: name (as written) and value without quotes. */
struct rsyslog_parameter {
    struct view name, value;
};

#define RSYSLOG_PARAMETERS_MAX 100

struct rsyslog_object {
    struct rsyslog_parameter list[RSYSLOG_PARAMETERS_MAX];
    size_t count;
};

/* The value of a parameter, by its name in any case; ptr NULL when it is not there. */
struct view rsyslog_parameter(const struct rsyslog_object *object, const char *name);

/* What stands between the parentheses of an object. */
void rsyslog_object_parse(struct facts *facts, struct view inside, struct rsyslog_object *out);

/* action(...) and the old forms: "-/var/log/mail", "@@host:514", ":omusrmsg:*". */
struct rsyslog_action rsyslog_action_of_object(const struct rsyslog_object *object);
struct rsyslog_action rsyslog_action_of_text(struct view text);

source_follow rsyslog_follow; /* rsyslog_follow.c */

#endif
