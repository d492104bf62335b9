/*
 * unit_tree: which systemd units a file tree holds, and which links point at them.
 * Private to the room; unit.c makes rows of it.
 */
#ifndef MERLON_FACTS_UNIT_TREE_H
#define MERLON_FACTS_UNIT_TREE_H

#include "sensor/facts/reader.h"

enum unit_folder { FOLDER_ETC, FOLDER_RUN, FOLDER_LOCAL, FOLDER_USR, FOLDER_LIB, FOLDERS };

#define UNIT_PULLS_MAX 64 /* what more units want it, is not told */

extern const char *const unit_folders[FOLDERS];

/* One unit; found in the first folder that has its name. */
struct unit {
    const char *name, *path;
    enum unit_folder folder;
    const char *link;        /* where it points when it is a symbolic link; else NULL */
    const struct unit *of;   /* an alias: the unit it leads to; an instance: itself */
    bool leads_nowhere;      /* a link whose unit is missing, or that goes round in circles */
    bool is_template_made;   /* an instance that has no file of its own */
    bool same_name_link;     /* its name in /etc or /run is a link to itself elsewhere */
    struct unit_pull *pulls; /* the links that point at it, at most UNIT_PULLS_MAX */
    size_t pull_count;
};

/* A link that points at a unit. */
struct unit_pull {
    struct unit_pull *next;
    const char *name; /* its own name: the unit's, an alias, an instance of it */
    const char *by;   /* "multi-user.target"; NULL for an alias */
    enum unit_folder folder;
};

struct unit_tree {
    struct unit *units; /* sorted by name */
    size_t count;
    bool links_unread; /* a folder of links in /etc or /run could not be searched */
};

MUST_USE struct rc unit_tree_read(struct facts *facts, struct unit_tree *out);
const struct unit *unit_tree_find(const struct unit_tree *tree, const char *name);

/* What lies behind the last '/'. */
const char *unit_base(const char *path);

/* "name@.service" for "name@instance.service"; NULL when the name is no instance. */
const char *unit_template_of(struct arena *arena, const char *name);

#endif
