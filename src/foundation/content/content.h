/*
 * content: the data files under content/ (law, checks, views, texts), frozen at build time and
 * linked into the program as one document. Nothing is read from disk at run time.
 *
 * The root maps the path below content/ without ".yaml" ("law/gbt22239-2019/l3-general",
 * "checks/host_os/account-uid0") to the file's document. Threads: read-only.
 */
#ifndef MERLON_CONTENT_H
#define MERLON_CONTENT_H

#include "foundation/document/document.h"

/* The root map of all content; entries are sorted by path. */
struct value content_root(void);

/* Calls `each` for every file whose path starts with `folder` (e.g. "checks/"), in path order,
 * until it fails; gives back that failure. */
MUST_USE struct rc
content_each(const char *folder,
             struct rc (*each)(void *context, const char *path, struct value top), void *context);

#endif
