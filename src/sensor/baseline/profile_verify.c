/*
 * profile_verify: a profile's names and values against the standards and checks there are, before
 * anything is judged by it.
 */
#include "sensor/baseline/engine.h"

#include <string.h>

static struct rc refuse(const struct profile *profile, struct value at, const char *what,
                        const char *name)
{
    return fault(FAULT_USAGE, "%s:%u: %s '%.100s'", profile->origin, doc_line(at), what, name);
}

/* ---- what is judged ----------------------------------------------------------------------------
 */

/* Whether any standard (or the profile's) has items of that scope. */
static bool scope_exists(const struct profile *profile)
{
    size_t count;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    const struct clause_filter filter = {.standard = profile->standard, .scope = profile->scope};
    for (size_t i = 0; i < count; i++)
        if (clause_matches(&clauses[i], &filter))
            return true;
    return false;
}

/* Without a standard, level and scope speak of the default one, which the command line may change:
 * it verifies them. */
static struct rc verify_selection(const struct profile *profile, struct value top)
{
    const struct standard *standard = NULL;
    if (profile->standard)
        standard = catalogue_standard(catalogue_load(), profile->standard);
    if (profile->standard && !standard)
        return refuse(profile, doc_get(top, "standard"), "there is no standard", profile->standard);
    if (standard && profile->level &&
        (profile->level < standard->level_min || profile->level > standard->level_max))
        return fault(FAULT_USAGE, "%s:%u: %s is known here for levels %d to %d, not %d",
                     profile->origin, doc_line(doc_get(top, "level")), standard->id,
                     standard->level_min, standard->level_max, profile->level);
    if (profile->scope && strcmp(profile->scope, "all") != 0 && !scope_exists(profile))
        return refuse(profile, doc_get(top, "scope"), "the standard has no items of scope",
                      profile->scope);
    return RC_OK;
}

/* ---- parameters --------------------------------------------------------------------------------
 */

/* CHECK.NAME names one check's parameter, NAME that of every check that has it. */
static bool names_parameter(const struct check *check, const struct parameter *parameter,
                            const char *name)
{
    size_t len = strlen(check->id);
    if (strcmp(parameter->name, name) == 0)
        return true;
    return strncmp(check->id, name, len) == 0 && name[len] == '.' &&
           strcmp(parameter->name, name + len + 1) == 0;
}

/* The value must fit every check that it is for, whichever of them will be selected. */
static struct rc verify_setting(const struct profile *profile, const struct setting *setting,
                                struct value at)
{
    bool found = false;
    for (size_t c = 0; c < profile->check_count; c++) {
        const struct check *check = profile->checks[c];
        for (size_t p = 0; p < check->parameter_count; p++) {
            if (!names_parameter(check, &check->parameters[p], setting->name))
                continue;
            struct rc rc = parameter_check_bounds(check, &check->parameters[p], setting->value);
            if (failed(rc))
                return fault_within(rc, "%s:%u", profile->origin, doc_line(at));
            found = true;
        }
    }
    return found ? RC_OK : refuse(profile, at, "no check has a parameter", setting->name);
}

/* ---- exclusions --------------------------------------------------------------------------------
 */

static bool has_check(const struct profile *profile, const char *id)
{
    for (size_t i = 0; i < profile->check_count; i++)
        if (strcmp(profile->checks[i]->id, id) == 0)
            return true;
    return false;
}

struct rc profile_verify(const struct profile *profile, struct value top)
{
    struct value parameters = doc_get(top, "parameters"), exclude = doc_get(top, "exclude");
    TRY(verify_selection(profile, top));
    for (size_t i = 0; i < profile->setting_count; i++)
        TRY(verify_setting(profile, &profile->settings[i], doc_at(parameters, (uint32_t)i)));
    for (size_t i = 0; i < profile->exclusion_count; i++)
        if (!has_check(profile, profile->exclusions[i].check))
            return refuse(profile, doc_get(doc_at(exclude, (uint32_t)i), "check"),
                          "there is no check", profile->exclusions[i].check);
    return RC_OK;
}
