/*
 * conf_files: the files of "name.d" folders, where a file hides those of the same name in later
 * folders, in the order of their names: modprobe.d(5), systemd's *.conf.d. Private to the room.
 */
#ifndef MERLON_FACTS_CONF_FILES_H
#define MERLON_FACTS_CONF_FILES_H

#include "sensor/facts/reader.h"

struct conf_file {
    const char *name, *path;
    size_t folder; /* the rank of its pattern */
};

/* The files that the patterns matched and that are not hidden. Lives as long as the facts. */
MUST_USE struct rc conf_files_list(struct facts *facts, const char *const *patterns,
                                   size_t pattern_count, struct conf_file **out, size_t *count);

/* The first of these paths that is there, noted as used with those before it; NULL when none is. A
 * denied one ends the search: what lies behind it might be hidden. */
const struct item *conf_files_first(struct facts *facts, const char *const *paths, size_t count);

#endif
