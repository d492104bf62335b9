/*
 * check profile: what a site's profile changes: values against the defaults, exclusions and until
 * when they hold, and the site's own checks. Everything is verified, nothing is judged.
 */
#include "interface/cli/command.h"
#include "interface/cli/json.h"
#include "foundation/sys/sys.h"

#include <string.h>

#define DAY INT64_C(86400000000) /* microseconds */

struct page {
    const struct call *call;
    struct request with, without; /* the same question, without the profile */
    const struct profile *profile;
    int64_t now;
    struct buf *out;
};

/* One parameter that the profile sets. */
struct changed {
    const struct check *check;
    const struct parameter *parameter;
    const char *preset, *value;
};

/* Days until an exclusion ends, the last one counted; 0 when it has. */
static int64_t days_left(const struct page *page, const struct exclusion *exclusion)
{
    if (!exclusion_holds(exclusion, page->now))
        return 0;
    return (exclusion->until - page->now + DAY - 1) / DAY;
}

/* Whether any line of the profile sets it, for this check or for all. */
static bool is_set(const struct profile *profile, const struct check *check, const char *name)
{
    for (size_t i = 0; i < profile->setting_count; i++) {
        const char *set = profile->settings[i].name, *dot = strrchr(set, '.');
        size_t len = dot ? (size_t)(dot - set) : 0;
        bool here = !dot || (strlen(check->id) == len && strncmp(set, check->id, len) == 0);
        if (here && strcmp(dot ? dot + 1 : set, name) == 0)
            return true;
    }
    return false;
}

/* The list of what is set, in the order of the checks. */
static struct rc list_changed(const struct page *page, struct changed **out, size_t *count)
{
    const struct profile *profile = page->profile;
    struct arena *arena = page->call->arena;
    size_t room = profile->check_count * CHECK_PARAMETERS_MAX;
    struct changed *list = arena_take(arena, (room + 1) * sizeof *list);
    *count = 0;
    for (size_t c = 0; c < profile->check_count; c++) {
        const struct check *check = profile->checks[c];
        for (size_t p = 0; p < check->parameter_count; p++) {
            struct changed one = {.check = check, .parameter = &check->parameters[p]};
            if (!is_set(profile, check, one.parameter->name))
                continue;
            TRY(parameter_value(arena, check, one.parameter, &page->without, &one.preset));
            TRY(parameter_value(arena, check, one.parameter, &page->with, &one.value));
            list[(*count)++] = one;
        }
    }
    *out = list;
    return RC_OK;
}

/* ---- for people ---------------------------------------------------------------------------- */

static void add_title(const struct page *page, const char *key, size_t count)
{
    buf_printf(page->out, "\n%s\n",
               say(page->call, key, arena_printf(page->call->arena, "%zu", count), NULL, NULL));
}

static struct grid *new_grid(const struct page *page, const char *const *keys, size_t count)
{
    const char **titles = arena_take(page->call->arena, count * sizeof *titles);
    for (size_t i = 0; i < count; i++)
        titles[i] = text_get(page->call->lang, keys[i]);
    return grid_new(page->call, keys, titles, count);
}

/* The question as it would be judged, command line included. */
static void add_head(const struct page *page)
{
    const struct request *with = &page->with;
    const struct call *call = page->call;
    const char *scope = with->scope ? with->scope : text_get(call->lang, "report.any_scope");
    const char *level = arena_printf(call->arena, "%d", with->level);
    struct buf classes CLEANUP(buf_freep) = {0};
    buf_add_text(&classes, "");
    for (int c = 0; c < CLASS_COUNT; c++) {
        if (with->classes >> c & 1)
            buf_printf(&classes, ", %s", asset_class_name((enum asset_class)c));
    }
    text_add_safe(page->out, view_of(page->profile->name));
    buf_printf(page->out, "\n%s%s\n", say(call, "report.standard", with->standard, level, scope),
               classes.ptr);
}

static void add_changed(const struct page *page, const struct changed *list, size_t count)
{
    static const char *const keys[] = {"column.check", "column.parameter", "column.preset",
                                       "column.set"};
    struct grid *grid = new_grid(page, keys, COUNT_OF(keys));
    add_title(page, "profile.values", count);
    for (size_t i = 0; i < count; i++) {
        const char *cells[] = {list[i].check->id, list[i].parameter->name, list[i].preset,
                               list[i].value};
        grid_add_texts(grid, cells);
    }
    if (count)
        grid_write(grid, page->out);
}

/* With the days that are left: who reads this wants to renew or mend in time. */
static void add_exclusions(const struct page *page)
{
    static const char *const keys[] = {"column.check", "column.subject", "column.expires",
                                       "column.days",  "column.by",      "column.reason"};
    struct grid *grid = new_grid(page, keys, COUNT_OF(keys));
    const struct profile *profile = page->profile;
    add_title(page, "profile.exclusions", profile->exclusion_count);
    for (size_t i = 0; i < profile->exclusion_count; i++) {
        const struct exclusion *e = &profile->exclusions[i];
        int64_t left = days_left(page, e);
        const char *state = left ? arena_printf(page->call->arena, "%lld", (long long)left)
                                 : text_get(page->call->lang, "profile.expired");
        const char *cells[] = {e->check, e->subject ? e->subject : "*", e->expires,
                               state,    e->by[0] ? e->by : "-",        e->reason};
        grid_add_texts(grid, cells);
    }
    if (profile->exclusion_count)
        grid_write(grid, page->out);
}

static void add_own(const struct page *page)
{
    static const char *const keys[] = {"column.check", "column.title"};
    struct grid *grid = new_grid(page, keys, COUNT_OF(keys));
    const struct profile *profile = page->profile;
    add_title(page, "profile.own", profile->own_count);
    for (size_t i = 0; i < profile->own_count; i++) {
        const struct value titles = doc_get(profile->own[i]->raw, "title");
        const char *cells[] = {profile->own[i]->id, text_of(titles, page->call->lang)};
        grid_add_texts(grid, cells);
    }
    if (profile->own_count)
        grid_write(grid, page->out);
}

/* ---- for machines -------------------------------------------------------------------------- */

static json_t *json_changed(const struct changed *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s}", "check", list[i].check->id,
                                               "name", list[i].parameter->name, "default",
                                               list[i].preset, "value", list[i].value));
    return array;
}

static json_t *json_exclusions(const struct page *page)
{
    json_t *array = json_array();
    for (size_t i = 0; i < page->profile->exclusion_count; i++) {
        const struct exclusion *e = &page->profile->exclusions[i];
        json_array_append_new(array, json_pack("{s:s, s:s?, s:s, s:s, s:s, s:b, s:I}", "check",
                                               e->check, "subject", e->subject, "reason", e->reason,
                                               "by", e->by, "expires", e->expires, "in_force",
                                               exclusion_holds(e, page->now), "days_left",
                                               (json_int_t)days_left(page, e)));
    }
    return array;
}

static struct rc write_json(const struct page *page, const struct changed *list, size_t count)
{
    json_t *own = json_array(), *classes = json_array();
    for (size_t i = 0; i < page->profile->own_count; i++)
        json_array_append_new(own, json_pack("{s:s, s:s}", "check", page->profile->own[i]->id,
                                             "file", page->profile->own[i]->origin));
    for (int c = 0; c < CLASS_COUNT; c++) {
        if (page->with.classes >> c & 1)
            json_array_append_new(classes, json_string(asset_class_name((enum asset_class)c)));
    }
    return json_write(json_pack("{s:s, s:s, s:s, s:i, s:s, s:o, s:o, s:o, s:o}", "profile",
                                page->profile->name, "file", page->profile->origin, "standard",
                                page->with.standard, "level", page->with.level, "scope",
                                page->with.scope ? page->with.scope : "all", "classes", classes,
                                "parameters", json_changed(list, count), "exclusions",
                                json_exclusions(page), "checks", own),
                      page->out);
}

struct rc cmd_check_profile(const struct call *call, int *exit_code)
{
    (void)exit_code;
    struct buf out CLEANUP(buf_freep) = {0};
    struct profile profile = {0};
    struct page page = {.call = call, .profile = &profile, .now = sys_now(), .out = &out};
    struct changed *list = NULL;
    size_t count = 0;
    TRY(profile_read(call->arena, call->operands[0], &profile));
    TRY(selection_with(call, &profile, &page.with));
    page.without = page.with;
    page.without.profile = NULL;
    TRY(list_changed(&page, &list, &count));
    if (strcmp(call_format(call), "json") == 0) {
        TRY(write_json(&page, list, count));
    } else {
        add_head(&page);
        add_changed(&page, list, count);
        add_exclusions(&page);
        add_own(&page);
    }
    return output_write(call, &out);
}
