/* pem: the blocks of a PEM file (RFC 7468), with the old headers of encrypted keys left in. */
#include "sensor/facts/key.h"

#include <string.h>

#define DASHES "-----"

/* The label of a "-----BEGIN X-----" or "-----END X-----" line. */
static bool label_of(struct view line, const char *prefix, struct view *label)
{
    struct view text = view_trim(line);
    if (!view_starts(text, prefix) || !view_ends(text, DASHES) ||
        text.len < strlen(prefix) + strlen(DASHES))
        return false;
    *label = view_from(text, strlen(prefix));
    label->len -= strlen(DASHES);
    return true;
}

bool pem_next(struct view *rest, struct view *label, struct view *body, bool *is_whole)
{
    struct view line, end;
    do {
        if (!view_line(rest, &line))
            return false;
    } while (!label_of(line, DASHES "BEGIN ", label));
    const char *start = rest->ptr;
    while (start && view_line(rest, &line))
        if (label_of(line, DASHES "END ", &end)) {
            *body = (struct view){start, (size_t)(line.ptr - start)};
            *is_whole = view_equal(*label, end);
            return true;
        }
    *body = (struct view){NULL, 0};
    *is_whole = false;
    return true;
}
