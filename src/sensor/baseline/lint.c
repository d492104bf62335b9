/*
 * lint: tries a check or view before a person relies on it. First its texts and names, then its
 * fixtures, each judged for real over a host in memory.
 */
#include "sensor/baseline/engine.h"

#include "foundation/content/content.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rc refuse(const struct check *check, struct value at, const char *what,
                        const char *name)
{
    return fault(FAULT_DATA, "%s:%u: %s: %s", check->origin, doc_line(at), name, what);
}

/* ---- texts and names ---------------------------------------------------------------------------
 */

static struct rc lint_languages(const struct check *check, struct value map, const char *name)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const char *text = doc_get_text(map, lang_name((enum lang)lang));
        if (!text || !*text)
            return refuse(check, doc_line(map) ? map : check->raw,
                          "a text in en, zh and vi is needed", name);
    }
    return RC_OK;
}

static struct rc lint_texts(const struct check *check)
{
    struct value raw = check->raw;
    TRY(lint_languages(check, doc_get(raw, "title"), "title"));
    TRY(lint_languages(check, doc_get(raw, "rationale"), "rationale"));
    TRY(lint_languages(check, doc_get(raw, "expected"), "expected"));
    TRY(lint_languages(check, doc_path(raw, "absent", "reason"), "absent reason"));
    TRY(lint_languages(check, doc_path(raw, "fix", "text"), "fix text"));
    if (check->applies)
        TRY(lint_languages(check, doc_path(raw, "applies", "otherwise"), "applies otherwise"));
    if (!doc_text(doc_path(raw, "fix", "shell")))
        return refuse(check, raw, "a shell text is needed (shown, never run)", "fix");
    const char *slash = strrchr(check->origin, '/');
    const char *file = slash ? slash + 1 : check->origin;
    size_t len = strlen(check->id);
    if (strncmp(file, check->id, len) != 0 || strcmp(file + len, ".yaml") != 0)
        return refuse(check, doc_get(raw, "id"), "the file must be called ID.yaml", check->id);
    return RC_OK;
}

/* Every name under `clauses` must be met by a clause of that standard. */
static struct rc lint_clause_name(const struct check *check, const char *standard, struct value at)
{
    const char *name = doc_text(at);
    size_t count;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    for (size_t i = 0; name && i < count; i++)
        if (strcmp(clauses[i].standard->id, standard) == 0 &&
            (strcmp(clauses[i].id, name) == 0 || strcmp(clauses[i].key, name) == 0))
            return RC_OK;
    return refuse(check, at, "the standard has no such item or requirement key",
                  name ? name : "clauses");
}

static struct rc lint_clauses(const struct check *check)
{
    struct value map = doc_get(check->raw, "clauses");
    if (doc_count(map) == 0)
        return refuse(check, check->raw, "at least one item of a standard is needed", "clauses");
    for (uint32_t i = 0; i < doc_count(map); i++) {
        struct value names = doc_at(map, i);
        const char *standard = doc_key(map, i);
        if (!catalogue_standard(catalogue_load(), standard))
            return refuse(check, names, "there is no such standard", standard);
        if (doc_count(names) == 0)
            return refuse(check, names, "this must be a list", standard);
        for (uint32_t k = 0; k < doc_count(names); k++)
            TRY(lint_clause_name(check, standard, doc_at(names, k)));
        if (check_clauses(check, standard, 0, NULL, 0) == 0)
            return refuse(check, names, "no level is left by `levels:`", standard);
    }
    return RC_OK;
}

/* Whether a query has :name, and not only a longer name that starts like it. */
static bool names_parameter(const char *sql, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = sql; at && (at = strchr(at, ':')); at++)
        if (strncmp(at + 1, name, len) == 0 &&
            !strchr("abcdefghijklmnopqrstuvwxyz_0123456789", at[1 + len] ? at[1 + len] : ' '))
            return true;
    return false;
}

/* Each parameter is used, has a reason, and has a good value at every level it bears on. */
static struct rc lint_parameters(const struct check *check)
{
    struct arena *arena = arena_new();
    struct value standards = doc_get(check->raw, "clauses");
    struct rc rc = RC_OK;
    for (size_t p = 0; p < check->parameter_count && !failed(rc); p++) {
        const struct parameter *parameter = &check->parameters[p];
        if (!names_parameter(check->sql, parameter->name) &&
            !names_parameter(check->applies, parameter->name))
            rc = refuse(check, parameter->raw, "the query does not use it", parameter->name);
        else if (!doc_get_text(parameter->raw, "source"))
            rc = refuse(check, parameter->raw, "`source:` must say where the values come from",
                        parameter->name);
        for (uint32_t s = 0; s < doc_count(standards) && !failed(rc); s++) {
            const struct standard *standard =
                catalogue_standard(catalogue_load(), doc_key(standards, s));
            for (int level = standard->level_min; level <= standard->level_max && !failed(rc);
                 level++) {
                struct request request = {.standard = standard->id, .level = level};
                const char *value;
                rc = parameter_value(arena, check, parameter, &request, &value);
                if (failed(rc))
                    rc = refuse(check, parameter->raw, fault_text(), "no good value");
            }
        }
    }
    arena_free(arena);
    return rc;
}

/* ---- fixtures
 * ------------------------------------------------------------------------------------ */

struct request fixture_request(struct value fixture, struct setting *settings)
{
    const char *standard = doc_get_text(fixture, "standard");
    struct value values = doc_get(fixture, "parameters");
    int64_t level = 3;
    struct request request = {.standard = standard ? standard : "gbt22239-2019"};
    if (!doc_integer(doc_get(fixture, "level"), &level) && standard)
        level = strcmp(standard, "gbt22239-2019") == 0 ? 3 : 1;
    request.level = (int)level;
    for (uint32_t i = 0; i < doc_count(values) && i < CHECK_PARAMETERS_MAX; i++) {
        settings[i] = (struct setting){doc_key(values, i), doc_text(doc_at(values, i))};
        request.setting_count++;
    }
    request.settings = settings;
    return request;
}

static struct rc expected_verdict(const struct check *check, struct value fixture,
                                  enum verdict *out)
{
    const char *expect = doc_get_text(fixture, "expect"), *kind = doc_get_text(fixture, "kind");
    *out = strcmp(kind, "pass") == 0     ? VERDICT_PASS
           : strcmp(kind, "fail") == 0   ? VERDICT_FAIL
           : strcmp(kind, "absent") == 0 ? check->absent
                                         : VERDICT_UNKNOWN;
    if (expect && !verdict_from(expect, out))
        return refuse(check, fixture, "there is no such verdict", expect);
    if (strcmp(kind, "unreadable") == 0 && *out != VERDICT_UNKNOWN)
        return refuse(check, fixture, "what could not be read is unknown", kind);
    return RC_OK;
}

/* A fixture may have several instances of a product: the worst of their verdicts counts. */
static const struct result *worst_result(const struct run *run)
{
    const struct result *worst = &run->results[0];
    for (size_t i = 1; i < run->result_count; i++)
        if (run->results[i].verdict < worst->verdict)
            worst = &run->results[i];
    return worst;
}

static struct rc compare_row(const struct check *check, struct value rows, const struct judged *row)
{
    const char *want = doc_get_text(rows, row->subject);
    const char *got = row->ok == 1 ? "1" : row->ok == 0 ? "0" : "null";
    if (want && strcmp(want, got) == 0)
        return RC_OK;
    return fault(FAULT_DATA, "%s:%u: subject %s has ok %s, expected %s", check->origin,
                 doc_line(rows), row->subject, got, want ? want : "no such subject");
}

/* Where the fixture lists subjects, they must be exactly those judged, with their ok. */
static struct rc compare_rows(const struct check *check, struct value fixture,
                              const struct run *run)
{
    struct value rows = doc_get(fixture, "rows");
    size_t judged = 0;
    if (doc_kind(rows) != DOC_MAP)
        return RC_OK;
    for (size_t i = 0; i < run->result_count; i++)
        judged += run->results[i].row_count;
    if (doc_count(rows) != judged)
        return fault(FAULT_DATA, "%s:%u: %zu subjects were judged, not %u", check->origin,
                     doc_line(rows), judged, doc_count(rows));
    for (size_t i = 0; i < run->result_count; i++)
        for (size_t r = 0; r < run->results[i].row_count; r++)
            TRY(compare_row(check, rows, &run->results[i].rows[r]));
    return RC_OK;
}

struct rc fixture_compare(const struct check *check, struct value fixture, const struct run *run)
{
    const struct result *result = worst_result(run);
    enum verdict wanted;
    TRY(expected_verdict(check, fixture, &wanted));
    if (result->verdict != wanted)
        return fault(FAULT_DATA, "%s:%u: fixture '%s' gives %s (%s), expected %s", check->origin,
                     doc_line(fixture), doc_get_text(fixture, "name"),
                     verdict_name(result->verdict), result_reason(result, LANG_EN),
                     verdict_name(wanted));
    if (result->reason.key && strcmp(result->reason.key, "reason.query_failed") == 0)
        return fault(FAULT_DATA, "%s:%u: fixture '%s': %s", check->origin, doc_line(fixture),
                     doc_get_text(fixture, "name"), result_reason(result, LANG_EN));
    struct value rows = doc_get(fixture, "rows");
    return doc_kind(rows) == DOC_LIST ? rows_expected(check->origin, rows, NULL, run)
                                      : compare_rows(check, fixture, run);
}

/* One fixture through all three planes: plan, collect from memory, evaluate. */
static struct rc lint_fixture(const struct check *check, struct value fixture)
{
    struct setting settings[CHECK_PARAMETERS_MAX];
    struct request request = fixture_request(fixture, settings);
    const char *const ids[] = {check->id};
    request.ids = ids;
    request.id_count = 1;
    struct plan *plan = NULL;
    struct bundle *bundle = NULL;
    struct run *run = NULL;
    struct rc rc = plan_new_for(&request, &check, 1, &plan);
    if (!failed(rc)) {
        rc = fixture_bundle(fixture, plan_wishes(plan), &bundle);
        if (!failed(rc))
            rc = plan_evaluate(plan, bundle, fixture_now(fixture), &run);
    }
    if (failed(rc) && !strstr(fault_text(), check->origin))
        rc = fault_within(rc, "%s:%u", check->origin, doc_line(fixture));
    if (!failed(rc))
        rc = fixture_compare(check, fixture, run);
    run_free(run);
    bundle_free(bundle);
    plan_free(plan);
    return rc;
}

struct rc check_lint(const struct check *check, size_t *cases)
{
    struct value fixtures = doc_get(check->raw, "fixtures");
    TRY(lint_texts(check));
    TRY(lint_clauses(check));
    TRY(lint_parameters(check));
    TRY(fixture_kinds(check->origin, fixtures));
    for (uint32_t i = 0; i < doc_count(fixtures); i++) {
        TRY(lint_fixture(check, doc_at(fixtures, i)));
        (*cases)++;
    }
    return RC_OK;
}
