/*
 * parameter: the value that a standard and level give a check, or a person by hand. The order:
 * --param CHECK.NAME, --param NAME, the same two of a profile, the standard's value for the level,
 * the default.
 */
#include "sensor/baseline/engine.h"

#include <stdio.h>
#include <string.h>

/* CHECK.NAME wins over NAME, wherever they stand. */
static const char *set_by_hand(const struct check *check, const struct parameter *parameter,
                               const struct setting *settings, size_t count)
{
    const char *found = NULL;
    size_t id_len = strlen(check->id);
    for (size_t i = 0; i < count; i++) {
        const struct setting *s = &settings[i];
        if (strcmp(s->name, parameter->name) == 0 && !found)
            found = s->value;
        if (strncmp(s->name, check->id, id_len) == 0 && s->name[id_len] == '.' &&
            strcmp(s->name + id_len + 1, parameter->name) == 0)
            return s->value;
    }
    return found;
}

/* What the standard asks at this level, else the default of the check. */
static const char *by_level(const struct parameter *parameter, const struct request *request)
{
    char level[16];
    snprintf(level, sizeof level, "%d", request->level);
    struct value values = doc_get(parameter->raw, request->standard ? request->standard : "");
    const char *text = doc_get_text(values, level);
    return text ? text : doc_get_text(parameter->raw, "default");
}

struct rc parameter_check_bounds(const struct check *check, const struct parameter *parameter,
                                 const char *text)
{
    int64_t n, bound;
    if (parameter->is_text)
        return RC_OK;
    if (!view_integer(view_of(text), &n))
        return fault(FAULT_USAGE, "parameter %s of check %s: '%.100s' is no whole number",
                     parameter->name, check->id, text);
    if (doc_integer(doc_get(parameter->raw, "min"), &bound) && n < bound)
        return fault(FAULT_USAGE, "parameter %s of check %s: %lld is below the least value %lld",
                     parameter->name, check->id, (long long)n, (long long)bound);
    if (doc_integer(doc_get(parameter->raw, "max"), &bound) && n > bound)
        return fault(FAULT_USAGE, "parameter %s of check %s: %lld is above the largest value %lld",
                     parameter->name, check->id, (long long)n, (long long)bound);
    return RC_OK;
}

struct rc parameter_value(struct arena *arena, const struct check *check,
                          const struct parameter *parameter, const struct request *request,
                          const char **out)
{
    const struct profile *profile = request->profile;
    const char *text = set_by_hand(check, parameter, request->settings, request->setting_count);
    if (!text && profile)
        text = set_by_hand(check, parameter, profile->settings, profile->setting_count);
    if (!text)
        text = by_level(parameter, request);
    if (!text)
        return fault(FAULT_DATA, "%s: parameter %s has no value for this standard and no default",
                     check->origin, parameter->name);
    TRY(parameter_check_bounds(check, parameter, text));
    *out = arena_text(arena, text);
    return RC_OK;
}
