/*
 * exclusion: what a site's profile waives, and until when. The last day counts whole, in UTC; a
 * bundle is judged by the day on which it was collected.
 */
#include "sensor/baseline/engine.h"

#include <fnmatch.h>
#include <string.h>

bool exclusion_holds(const struct exclusion *exclusion, int64_t now)
{
    return now < exclusion->until;
}

const struct exclusion **exclusions_of(struct arena *arena, const struct profile *profile,
                                       const char *check, size_t *count)
{
    size_t all = profile ? profile->exclusion_count : 0;
    const struct exclusion **list = arena_take(arena, (all + 1) * sizeof *list);
    *count = 0;
    for (size_t i = 0; i < all; i++)
        if (!check || strcmp(profile->exclusions[i].check, check) == 0)
            list[(*count)++] = &profile->exclusions[i];
    return list;
}

/* The subject is the target's text, the pattern the site's. */
static bool covers(const struct exclusion *exclusion, const char *subject)
{
    if (!exclusion->subject)
        return true;
    return subject && fnmatch(exclusion->subject, subject, 0) == 0;
}

const struct exclusion *exclusion_find(const struct exclusion *const *list, size_t count,
                                       const char *subject, int64_t now)
{
    for (size_t i = 0; i < count; i++)
        if (exclusion_holds(list[i], now) && covers(list[i], subject))
            return list[i];
    return NULL;
}

const struct exclusion **exclusions_expired(struct arena *arena,
                                            const struct exclusion *const *list, size_t count,
                                            int64_t now, size_t *expired)
{
    const struct exclusion **out = arena_take(arena, (count + 1) * sizeof *out);
    *expired = 0;
    for (size_t i = 0; i < count; i++)
        if (!exclusion_holds(list[i], now))
            out[(*expired)++] = list[i];
    return out;
}

/* ---- sentences ------------------------------------------------------------------------------ */

const char *exclusion_name(struct arena *arena, const struct exclusion *exclusion)
{
    if (!exclusion->subject)
        return exclusion->check;
    return arena_printf(arena, "%s (%s)", exclusion->check, exclusion->subject);
}

const char *exclusion_text(struct arena *arena, enum lang lang, const struct exclusion *exclusion)
{
    bool named = exclusion->by[0] != '\0';
    struct message message = {named ? "waiver.by" : "waiver.nobody",
                              {exclusion->expires, exclusion->reason, exclusion->by}};
    return text_render(arena, lang, &message);
}

const char *exclusion_expired(struct arena *arena, enum lang lang,
                              const struct exclusion *exclusion)
{
    struct message message = {
        "waiver.expired",
        {exclusion_name(arena, exclusion), exclusion->expires, exclusion->reason}};
    return text_render(arena, lang, &message);
}
