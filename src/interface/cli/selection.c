/* selection: what is to be judged, from the options and the defaults. */
#include "interface/cli/command.h"

#include <string.h>

#define DEFAULT_STANDARD "gbt22239-2019"
#define DEFAULT_LEVEL    3
#define DEFAULT_SCOPE    "general"

/* Level 3, or the nearest one the standard has: JT/T 1417-2022 only has level 1 here. */
static int default_level(const char *standard_id)
{
    const struct standard *standard = catalogue_standard(catalogue_load(), standard_id);
    if (!standard)
        return DEFAULT_LEVEL;
    if (standard->level_max < DEFAULT_LEVEL)
        return standard->level_max;
    return standard->level_min > DEFAULT_LEVEL ? standard->level_min : DEFAULT_LEVEL;
}

/* The choices were checked when the call was read. */
static uint32_t read_classes(const struct call *call)
{
    uint32_t classes = 0;
    for (size_t i = 0; i < call->given[OPTION_CLASS].count; i++) {
        enum asset_class asset_class;
        if (asset_class_from(call->given[OPTION_CLASS].values[i], &asset_class))
            classes |= 1u << asset_class;
    }
    return classes;
}

/* NAME=VALUE, cut at the first "="; the engine knows which names and values fit. */
static struct rc read_settings(const struct call *call, struct request *out)
{
    const struct given *given = &call->given[OPTION_PARAM];
    struct setting *settings = arena_take(call->arena, (given->count + 1) * sizeof *settings);
    for (size_t i = 0; i < given->count; i++) {
        const char *equals = strchr(given->values[i], '=');
        if (!equals || equals == given->values[i])
            return wrong(call, "msg.bad_param", given->values[i], NULL, NULL);
        struct view name = {given->values[i], (size_t)(equals - given->values[i])};
        settings[i] = (struct setting){view_text(call->arena, name), equals + 1};
    }
    out->settings = settings;
    out->setting_count = given->count;
    return RC_OK;
}

/* The values that an option's field takes in the catalogue, for a sentence: "general, cloud". */
static const char *known_scopes(const struct call *call, const char *standard)
{
    size_t count = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    struct buf known CLEANUP(buf_freep) = {0};
    const char *last = "";
    buf_add_text(&known, "");
    for (size_t i = 0; i < count; i++) {
        /* Items of one scope stand together; a scope seen before is not named again. */
        if (strcmp(clauses[i].standard->id, standard) != 0 || strcmp(clauses[i].scope, last) == 0 ||
            strstr(known.ptr, clauses[i].scope))
            continue;
        last = clauses[i].scope;
        buf_printf(&known, "%s%s", known.len ? ", " : "", last);
    }
    return arena_text(call->arena, known.ptr);
}

/* For a sentence: "gbt22239-2019, jtt1417-2022". */
static const char *known_standards(const struct call *call)
{
    size_t count = 0;
    const struct standard *standards = catalogue_standards(catalogue_load(), &count);
    struct buf known CLEANUP(buf_freep) = {0};
    buf_add_text(&known, "");
    for (size_t i = 0; i < count; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", standards[i].id);
    return arena_text(call->arena, known.ptr);
}

/* One standard, level and scope against the catalogue. */
static struct rc verify(const struct call *call, const char *id, int level, const char *scope)
{
    const struct standard *standard = catalogue_standard(catalogue_load(), id);
    if (!standard)
        return wrong(call, "msg.unknown_standard", id, known_standards(call), NULL);
    if (level == 0)
        level = standard->level_min;
    if (level < standard->level_min || level > standard->level_max)
        return wrong(call, "msg.unknown_level", arena_printf(call->arena, "%d", level), id,
                     arena_printf(call->arena, "%d-%d", standard->level_min, standard->level_max));
    struct clause_filter filter = {.standard = id, .scope = scope};
    size_t count = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(scope, "all") == 0 || clause_matches(&clauses[i], &filter))
            return RC_OK;
    }
    return wrong(call, "msg.unknown_scope", scope, id, known_scopes(call, id));
}

struct rc selection_verify(const struct call *call)
{
    return verify(call, call_text(call, OPTION_STANDARD, DEFAULT_STANDARD),
                  (int)call_number(call, OPTION_LEVEL, 0), call_text(call, OPTION_SCOPE, "all"));
}

/* ---- profiles ------------------------------------------------------------------------------ */

struct rc selection_profile(const struct call *call, const struct profile **out)
{
    struct profile *profile = arena_take(call->arena, sizeof *profile);
    *out = profile;
    if (!call_has(call, OPTION_PROFILE))
        return RC_OK;
    return profile_read(call->arena, call_text(call, OPTION_PROFILE, ""), profile);
}

struct rc selection_read(const struct call *call, struct request *out)
{
    const struct profile *profile;
    TRY(selection_profile(call, &profile));
    return selection_with(call, profile, out);
}

struct rc selection_with(const struct call *call, const struct profile *profile,
                         struct request *out)
{
    const char *preset = profile->standard ? profile->standard : DEFAULT_STANDARD;
    const char *standard = call_text(call, OPTION_STANDARD, preset);
    /* What a profile says of one standard says nothing about another. */
    bool same = strcmp(standard, preset) == 0;
    int level = same && profile->level ? profile->level : default_level(standard);
    const char *scope = same && profile->scope ? profile->scope : DEFAULT_SCOPE;
    *out = (struct request){
        .standard = standard,
        .level = (int)call_number(call, OPTION_LEVEL, (size_t)level),
        .scope = call_text(call, OPTION_SCOPE, scope),
        .classes = call_has(call, OPTION_CLASS) ? read_classes(call) : profile->classes,
        .profile = profile->name ? profile : NULL,
        .ids = call->given[OPTION_CHECK].values,
        .id_count = call->given[OPTION_CHECK].count,
        .no_walk = call_has(call, OPTION_NO_WALK),
    };
    TRY(verify(call, standard, out->level, out->scope));
    if (strcmp(out->scope, "all") == 0)
        out->scope = NULL;
    return read_settings(call, out);
}
