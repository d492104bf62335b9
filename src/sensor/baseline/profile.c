/*
 * profile: a site's own values, exclusions and checks, read from one YAML file.
 *
 *   profile: metro-line-2          its name in reports
 *   standard, level, scope, class  what is judged unless the command line says otherwise
 *   parameters: {NAME: VALUE, CHECK.NAME: VALUE}
 *   exclude: [{check, subject, reason, by, expires}]
 *   checks: FOLDER                 the site's checks, relative to the file
 *
 * Here its form is read; profile_verify.c holds names and values against what there is. A word that
 * is not known is refused: a mistyped `expires` must not become an exclusion for ever.
 */
#include "sensor/baseline/engine.h"
#include "foundation/sys/sys.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct reading {
    struct arena *arena;
    struct profile *profile;
    struct value top;
};

static struct rc refuse(const struct reading *r, struct value at, const char *what)
{
    return fault(FAULT_USAGE, "%s:%u: %s", r->profile->origin, doc_line(at), what);
}

/* Everything that is wrong with a profile is wrong usage, wherever it was found. */
static struct rc as_usage(const struct reading *r, struct rc rc)
{
    if (!failed(rc))
        return rc;
    const char *text = arena_text(r->arena, fault_text());
    return fault(FAULT_USAGE, "%s", text);
}

/* ---- words -------------------------------------------------------------------------------------
 */

/* Names those there are: a profile is written by hand. */
static struct rc known_keys(const struct reading *r, struct value map, const char *const *known,
                            size_t count)
{
    if (doc_kind(map) != DOC_MAP)
        return refuse(r, doc_line(map) ? map : r->top, "here must stand NAME: VALUE pairs");
    for (uint32_t i = 0; i < doc_count(map); i++) {
        bool found = false;
        const char *list = "";
        for (size_t k = 0; k < count; k++) {
            found = found || strcmp(doc_key(map, i), known[k]) == 0;
            list = arena_printf(r->arena, "%s%s%s", list, k ? ", " : "", known[k]);
        }
        if (!found)
            return refuse(r, doc_at(map, i),
                          arena_printf(r->arena, "there is no key '%s' here; there are %s",
                                       doc_key(map, i), list));
    }
    return RC_OK;
}

/* A text that must stand there. */
static struct rc need_text(const struct reading *r, struct value map, const char *key,
                           const char **out)
{
    const char *text = doc_get_text(map, key);
    struct value at = doc_get(map, key);
    if (!text || view_trim(view_of(text)).len == 0)
        return refuse(r, doc_line(at) ? at : map,
                      arena_printf(r->arena, "an exclusion needs `%s:`", key));
    *out = text;
    return RC_OK;
}

/* ---- exclusions --------------------------------------------------------------------------------
 */

/* "2026-12-31" gives the moment at which that day is over in UTC; a day that no calendar has is
 * refused: timegm would move it into the next month. */
static bool read_date(const char *text, int64_t *until)
{
    struct tm day = {0};
    int year, month, date, used = 0;
    if (strlen(text) != 10 || sscanf(text, "%4d-%2d-%2d%n", &year, &month, &date, &used) != 3 ||
        used != 10 || year < 1970 || strspn(text, "0123456789-") != 10)
        return false;
    day.tm_year = year - 1900;
    day.tm_mon = month - 1;
    day.tm_mday = date;
    struct tm wanted = day;
    time_t seconds = timegm(&day);
    if (day.tm_mon != wanted.tm_mon || day.tm_mday != wanted.tm_mday)
        return false;
    *until = ((int64_t)seconds + 86400) * 1000000;
    return true;
}

/* One entry of the list. A subject that is there but empty would be one that nothing fits. */
static struct rc read_exclusion(const struct reading *r, struct value entry, struct exclusion *out)
{
    static const char *const keys[] = {"check", "subject", "reason", "by", "expires"};
    struct exclusion exclusion = {.line = doc_line(entry), .by = ""};
    TRY(known_keys(r, entry, keys, COUNT_OF(keys)));
    TRY(need_text(r, entry, "check", &exclusion.check));
    TRY(need_text(r, entry, "reason", &exclusion.reason));
    TRY(need_text(r, entry, "expires", &exclusion.expires));
    if (!read_date(exclusion.expires, &exclusion.until))
        return refuse(
            r, doc_get(entry, "expires"),
            arena_printf(r->arena, "'%.40s' is no date like 2026-12-31", exclusion.expires));
    if (doc_line(doc_get(entry, "subject")))
        TRY(need_text(r, entry, "subject", &exclusion.subject));
    if (doc_get_text(entry, "by"))
        exclusion.by = doc_get_text(entry, "by");
    *out = exclusion;
    return RC_OK;
}

static struct rc read_exclusions(const struct reading *r)
{
    struct value list = doc_get(r->top, "exclude");
    uint32_t count = doc_count(list);
    if (doc_kind(list) != DOC_NONE && doc_kind(list) != DOC_LIST)
        return refuse(r, list, "`exclude:` is a list");
    if (count > PROFILE_EXCLUSIONS_MAX)
        return refuse(r, list, "there are more than 1000 exclusions; mend what fails");
    struct exclusion *all = arena_take(r->arena, (count + 1) * sizeof *all);
    for (uint32_t i = 0; i < count; i++)
        TRY(read_exclusion(r, doc_at(list, i), &all[i]));
    r->profile->exclusions = all;
    r->profile->exclusion_count = count;
    return RC_OK;
}

/* ---- values ------------------------------------------------------------------------------------
 */

/* NAME or CHECK.NAME, as --param takes them; which there are is verified when all checks are known.
 */
static struct rc read_settings(const struct reading *r)
{
    struct value map = doc_get(r->top, "parameters");
    uint32_t count = doc_count(map);
    if (doc_kind(map) != DOC_NONE && doc_kind(map) != DOC_MAP)
        return refuse(r, map, "`parameters:` holds NAME: VALUE pairs");
    struct setting *settings = arena_take(r->arena, (count + 1) * sizeof *settings);
    for (uint32_t i = 0; i < count; i++) {
        settings[i] = (struct setting){doc_key(map, i), doc_text(doc_at(map, i))};
        if (!settings[i].value)
            return refuse(r, doc_at(map, i), "a parameter is one value");
    }
    r->profile->settings = settings;
    r->profile->setting_count = count;
    return RC_OK;
}

/* One class or a list of them. */
static struct rc read_classes(const struct reading *r)
{
    struct value list = doc_get(r->top, "class");
    bool one = doc_kind(list) == DOC_TEXT;
    for (uint32_t i = 0; i < (one ? 1 : doc_count(list)); i++) {
        const char *name = doc_text(one ? list : doc_at(list, i));
        enum asset_class asset_class;
        if (!name || !asset_class_from(name, &asset_class))
            return refuse(r, list,
                          arena_printf(r->arena, "'%s' is no asset class", name ? name : ""));
        r->profile->classes |= 1u << asset_class;
    }
    return RC_OK;
}

/* Whether the standard has it is verified later. */
static struct rc read_level(const struct reading *r)
{
    struct value at = doc_get(r->top, "level");
    int64_t level;
    if (doc_kind(at) == DOC_NONE)
        return RC_OK;
    if (!doc_integer(at, &level) || level < 1 || level > 99)
        return refuse(r, at, "`level:` is a number from 1 on");
    r->profile->level = (int)level;
    return RC_OK;
}

/* ---- the site's checks -------------------------------------------------------------------------
 */

static int is_check_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && view_ends(view_of(entry->d_name), ".yaml");
}

/* The folder that `checks:` names, seen from the profile. */
static const char *folder_of(const struct reading *r, const char *name)
{
    const char *slash = strrchr(r->profile->origin, '/');
    if (name[0] == '/' || !slash)
        return name;
    return arena_printf(r->arena, "%.*s/%s", (int)(slash - r->profile->origin), r->profile->origin,
                        name);
}

/* Reads and tries one, with its fixtures: what a report stands on was tried before. */
static struct rc read_own(const struct reading *r, const char *path, const struct check **out)
{
    struct check *check = arena_take(r->arena, sizeof *check);
    size_t cases = 0;
    TRY(check_read(r->arena, path, check));
    TRY(check_lint(check, &cases));
    *out = check;
    return RC_OK;
}

/* In the order of their names, so that the first refusal is always the same one. */
static struct rc read_folder(const struct reading *r, const char *folder, struct dirent **entries,
                             size_t count)
{
    const struct check **own = arena_take(r->arena, (count + 1) * sizeof *own);
    if (count > PROFILE_CHECKS_MAX)
        return refuse(r, doc_get(r->top, "checks"), "the folder holds more than 500 checks");
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_printf(r->arena, "%s/%s", folder, entries[i]->d_name);
        TRY(as_usage(r, read_own(r, path, &own[i])));
    }
    r->profile->own = own;
    r->profile->own_count = count;
    return RC_OK;
}

static struct rc read_checks(const struct reading *r)
{
    struct value at = doc_get(r->top, "checks");
    struct dirent **entries = NULL;
    if (doc_kind(at) == DOC_NONE)
        return RC_OK;
    if (!doc_text(at))
        return refuse(r, at, "`checks:` names one folder");
    const char *folder = folder_of(r, doc_text(at));
    int count = scandir(folder, &entries, is_check_file, alphasort);
    if (count < 0)
        return refuse(
            r, at, arena_printf(r->arena, "the folder of checks %s: %s", folder, strerror(errno)));
    struct rc rc = read_folder(r, folder, entries, (size_t)count);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return rc;
}

static int by_id(const void *a, const void *b)
{
    return strcmp((*(const struct check *const *)a)->id, (*(const struct check *const *)b)->id);
}

/* Merlon's and the site's in one order; one id has one meaning. */
static struct rc merge_checks(const struct reading *r)
{
    const struct check *const *builtin;
    size_t count;
    TRY(checks_builtin(&builtin, &count));
    const struct check **all =
        arena_take(r->arena, (count + r->profile->own_count + 1) * sizeof *all);
    for (size_t i = 0; i < count; i++)
        all[i] = builtin[i];
    for (size_t i = 0; i < r->profile->own_count; i++)
        all[count++] = r->profile->own[i];
    qsort(all, count, sizeof *all, by_id);
    for (size_t i = 1; i < count; i++)
        if (strcmp(all[i - 1]->id, all[i]->id) == 0)
            return fault(FAULT_USAGE, "%s:%u: %s and %s are both called %s; rename the site's",
                         r->profile->origin, doc_line(doc_get(r->top, "checks")),
                         all[i - 1]->origin, all[i]->origin, all[i]->id);
    r->profile->checks = all;
    r->profile->check_count = count;
    return RC_OK;
}

/* ---- the file ----------------------------------------------------------------------------------
 */

static struct rc read_yaml(struct reading *r, const char *path)
{
    struct buf bytes = {0};
    struct rc rc = sys_read_file(path, PROFILE_BYTES_MAX, &bytes);
    if (!failed(rc))
        rc = doc_read_yaml(r->arena, r->profile->origin, buf_view(&bytes), &r->top);
    buf_free(&bytes);
    return as_usage(r, rc);
}

/* The site's checks before what names them. */
static struct rc read_all(struct reading *r)
{
    static const char *const keys[] = {"profile", "standard",   "level",   "scope",
                                       "class",   "parameters", "exclude", "checks"};
    struct profile *profile = r->profile;
    TRY(known_keys(r, r->top, keys, COUNT_OF(keys)));
    profile->name = doc_get_text(r->top, "profile");
    if (!profile->name)
        return refuse(r, r->top, "a profile needs `profile: NAME`");
    profile->standard = doc_get_text(r->top, "standard");
    profile->scope = doc_get_text(r->top, "scope");
    TRY(read_level(r));
    TRY(read_classes(r));
    TRY(read_settings(r));
    TRY(read_exclusions(r));
    TRY(read_checks(r));
    TRY(merge_checks(r));
    return profile_verify(profile, r->top);
}

struct rc profile_read(struct arena *arena, const char *path, struct profile *out)
{
    struct profile profile = {.origin = arena_text(arena, path)};
    struct reading reading = {.arena = arena, .profile = &profile};
    TRY(read_yaml(&reading, path));
    TRY(read_all(&reading));
    *out = profile;
    return RC_OK;
}
