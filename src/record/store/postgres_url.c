/*
 * postgres_url: a password in a URL stands in the process list, in the shell's history and in logs
 * for others to read, so such a URL is refused, and no sentence repeats it. libpq finds passwords
 * in
 * ~/.pgpass, $PGPASSFILE or the file that ?passfile= names.
 */
#include "record/store/postgres_url.h"
#include "record/store/engine.h"

#include <libpq-fe.h>
#include <string.h>

/* The value of one part of a URL; "" when it does not say. */
static const char *part(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword; options++)
        if (strcmp(options->keyword, keyword) == 0 && options->val)
            return options->val;
    return "";
}

/* libpq quotes the URL where it cannot read it: its words are shown only of one that holds nothing
 * secret for sure. */
static struct rc unreadable(const char *url, const char *why)
{
    bool safe = !strchr(url, '@') && !strstr(url, "pass") && !strchr(url, '%');
    const char *words = safe && why ? why : "write postgresql://USER@HOST/DATABASE";
    return fault(FAULT_USAGE, "the store's URL cannot be read: %.*s", (int)strcspn(words, "\n"),
                 words);
}

struct rc postgres_verify_url(const char *url)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &why);
    struct rc rc = RC_OK;
    if (!options) {
        rc = unreadable(url, why);
    } else if (*part(options, "password") || *part(options, "sslpassword")) {
        struct buf place CLEANUP(buf_free) = {0};
        postgres_add_place(&place, url);
        rc = fault(FAULT_USAGE,
                   "%s: a password in the URL can be read by others: put it into ~/.pgpass, or add "
                   "passfile=FILE",
                   place.ptr);
    }
    PQfreemem(why);
    PQconninfoFree(options);
    return rc;
}

void postgres_add_place(struct buf *out, const char *url)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    if (!options) {
        buf_add_text(out, "postgresql://...");
        return;
    }
    const char *user = part(options, "user");
    buf_printf(out, "postgresql://%s%s%s/%s", user, *user ? "@" : "", part(options, "host"),
               part(options, "dbname"));
    PQconninfoFree(options);
}
