/*
 * result: a result's sentences for people, with the values that were bound put in. Texts of a check
 * are content: {name} is filled, anything else in braces stays as it is.
 */
#include "sensor/baseline/engine.h"

#include <string.h>

static const char *bound_value(const struct result *result, struct view name, bool numbers_only)
{
    int64_t n;
    for (size_t i = 0; i < result->parameter_count; i++) {
        const struct setting *parameter = &result->parameters[i];
        if (!view_is(name, parameter->name))
            continue;
        return numbers_only && !view_integer(view_of(parameter->value), &n) ? NULL
                                                                            : parameter->value;
    }
    return NULL;
}

/* Puts bound values in the place of {name}; anything else in braces stays. */
static const char *fill_in(const struct result *result, const char *text, bool numbers_only)
{
    struct view rest = view_of(text), piece;
    struct buf out = {0};
    view_cut(&rest, '{', &piece);
    buf_add_view(&out, piece);
    while (view_cut(&rest, '{', &piece)) {
        struct view after = piece, name;
        view_cut(&after, '}', &name);
        const char *value = after.ptr ? bound_value(result, name, numbers_only) : NULL;
        if (value)
            buf_add_text(&out, value);
        else
            buf_add_char(&out, '{');
        buf_add_view(&out, value ? after : piece);
    }
    const char *filled = view_text(result->arena, buf_view(&out));
    buf_free(&out);
    return filled;
}

const char *result_expected(const struct result *result, enum lang lang)
{
    if (!result->check)
        return "";
    return fill_in(result, text_of(doc_get(result->check->raw, "expected"), lang), false);
}

const char *result_fix(const struct result *result, enum lang lang)
{
    if (!result->check)
        return "";
    return fill_in(result, text_of(doc_path(result->check->raw, "fix", "text"), lang), false);
}

const char *result_fix_shell(const struct result *result)
{
    const char *shell =
        result->check ? doc_text(doc_path(result->check->raw, "fix", "shell")) : NULL;
    return shell ? fill_in(result, shell, true) : "";
}

/* Why there is none, where content/law/coverage.yaml says so. */
static const char *no_check_text(const struct result *result, enum lang lang)
{
    struct coverage_reason reason;
    const char *plain = text_render(result->arena, lang, &result->reason);
    if (result->clause_count == 0 || !clause_coverage_reason(result->clauses[0], &reason))
        return plain;
    return arena_printf(result->arena, "%s %s", plain, text_of(reason.why, lang));
}

/* One sentence for each waiver that was used. */
static const char *waivers_text(const struct result *result, enum lang lang)
{
    const char *text = "";
    for (size_t i = 0; i < result->waiver_count; i++)
        text = arena_printf(result->arena, "%s%s%s", text, i ? " " : "",
                            exclusion_text(result->arena, lang, result->waivers[i]));
    return text;
}

const char *result_reason(const struct result *result, enum lang lang)
{
    const char *key = result->reason.key ? result->reason.key : "";
    if (result->check && strcmp(key, "reason.absent") == 0)
        return text_of(doc_path(result->check->raw, "absent", "reason"), lang);
    if (strcmp(key, "reason.no_check") == 0)
        return no_check_text(result, lang);
    if (strcmp(key, "reason.waived") == 0)
        return waivers_text(result, lang);
    if (result->check && strcmp(key, "reason.not_applicable") == 0)
        return text_of(doc_path(result->check->raw, "applies", "otherwise"), lang);
    return text_render(result->arena, lang, &result->reason);
}
