/* postgres_url: what a PostgreSQL URL may say, and what of it may be shown. Private to the room. */
#ifndef MERLON_STORE_POSTGRES_URL_H
#define MERLON_STORE_POSTGRES_URL_H

#include "foundation/base/base.h"

/* FAULT_USAGE for one that cannot be read, or that holds a password. */
MUST_USE struct rc postgres_verify_url(const char *url);

/* Adds user, host and database; nothing else of it, so nothing secret. */
void postgres_add_place(struct buf *out, const char *url);

#endif
