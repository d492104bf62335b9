/* OSCAL: the fields that its public reference requires, identifiers, and that the profile names
 * only controls of the catalog. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "interface/oscal/oscal.h"

#include <jansson.h>
#include <regex.h>
#include <string.h>

#define NOW "2026-11-27T10:00:00Z"

static bool matches(const char *pattern, const char *text)
{
    regex_t regex;
    assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool hit = text && regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return hit;
}

static const char *text(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool is_uuid(const char *value)
{
    return matches("^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-"
                   "[0-9A-Fa-f]{12}$",
                   value);
}

/* OSCAL's token, in ASCII. */
static bool is_token(const char *value)
{
    return matches("^[A-Za-z_][A-Za-z0-9._-]*$", value);
}

static void check_metadata(json_t *metadata)
{
    assert_true(strlen(text(metadata, "title")) > 0);
    assert_string_equal(text(metadata, "last-modified"), NOW);
    assert_true(strlen(text(metadata, "version")) > 0);
    assert_string_equal(text(metadata, "oscal-version"), OSCAL_VERSION);
}

static json_t *parse(struct buf *out)
{
    json_t *top = json_loadb(out->ptr, out->len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(top);
    assert_int_equal(json_object_size(top), 1);
    buf_free(out);
    return top;
}

static const struct standard *standard_of(const char *id)
{
    return catalogue_standard(catalogue_load(), id);
}

static json_t *catalog_of(const char *id, enum lang lang)
{
    struct buf out = {0};
    assert_false(failed(oscal_catalog(standard_of(id), NOW, lang, &out)));
    return parse(&out);
}

static size_t check_controls(json_t *groups, json_t *seen)
{
    size_t count = 0, g, c, p;
    json_t *group, *control, *prop;
    json_array_foreach(groups, g, group)
    {
        assert_true(is_token(text(group, "id")) && strlen(text(group, "title")) > 0);
        assert_int_equal(json_object_set_new_nocheck(seen, text(group, "id"), json_true()), 0);
        json_array_foreach(json_object_get(group, "controls"), c, control)
        {
            count++;
            assert_true(is_token(text(control, "id")));
            assert_null(json_object_get(seen, text(control, "id")));
            json_object_set_new(seen, text(control, "id"), json_true());
            assert_true(strlen(text(control, "title")) > 0);
            json_array_foreach(json_object_get(control, "props"), p, prop)
                assert_true(is_token(text(prop, "name")) && strlen(text(prop, "value")) > 0);
            json_t *part = json_array_get(json_object_get(control, "parts"), 0);
            assert_true(is_token(text(part, "name")) && strlen(text(part, "prose")) > 0);
        }
    }
    return count;
}

static void writes_catalogs(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        size_t count;
    } cases[] = {{"gbt22239-2019", 1006}, {"jtt1417-2022", 116}};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            json_t *top = catalog_of(cases[i].id, (enum lang)lang), *seen = json_object();
            json_t *catalog = json_object_get(top, "catalog");
            assert_true(is_uuid(text(catalog, "uuid")));
            check_metadata(json_object_get(catalog, "metadata"));
            json_t *groups = json_object_get(catalog, "groups");
            assert_int_equal(check_controls(groups, seen), cases[i].count);
            /* No group's id appears twice, nor as a control's. */
            assert_int_equal(json_object_size(seen), cases[i].count + json_array_size(groups));
            json_decref(seen);
            json_decref(top);
        }
}

static void identifiers_stay(void **state)
{
    (void)state;
    json_t *a = catalog_of("gbt22239-2019", LANG_EN), *b = catalog_of("gbt22239-2019", LANG_EN);
    json_t *c = catalog_of("jtt1417-2022", LANG_EN);
    const char *first = text(json_object_get(a, "catalog"), "uuid");
    assert_true(json_equal(a, b));
    assert_string_not_equal(first, text(json_object_get(c, "catalog"), "uuid"));
    json_decref(a);
    json_decref(b);
    json_decref(c);
}

static void writes_a_profile_of_the_selection(void **state)
{
    (void)state;
    static const char *const general[] = {"general"};
    struct arena *arena = arena_new();
    struct selection_request request = {.standard = standard_of("gbt22239-2019"),
                                        .marks = {3, 2, 3},
                                        .scopes = general,
                                        .scope_count = 1};
    struct selection selection;
    struct buf out = {0};
    assert_false(failed(selection_make(arena, &request, &selection)));
    assert_false(failed(oscal_profile(request.standard, &selection, NOW, &out)));
    json_t *top = parse(&out), *profile = json_object_get(top, "profile");
    assert_true(is_uuid(text(profile, "uuid")));
    check_metadata(json_object_get(profile, "metadata"));
    json_t *import = json_array_get(json_object_get(profile, "imports"), 0);
    json_t *include = json_array_get(json_object_get(import, "include-controls"), 0);
    json_t *ids = json_object_get(include, "with-ids");
    assert_int_equal(json_array_size(ids), selection.count);
    for (size_t i = 0; i < selection.count; i++)
        assert_non_null(
            catalogue_clause(catalogue_load(), json_string_value(json_array_get(ids, i))));
    json_t *matter = json_object_get(profile, "back-matter");
    json_t *resource = json_array_get(json_object_get(matter, "resources"), 0);
    assert_true(is_uuid(text(resource, "uuid")));
    assert_int_equal(text(import, "href")[0], '#');
    assert_string_equal(text(import, "href") + 1, text(resource, "uuid"));
    json_decref(top);
    struct selection empty = {0};
    assert_int_equal(oscal_profile(request.standard, &empty, NOW, &out).kind, FAULT_USAGE);
    assert_int_equal(out.len, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_catalogs),
        cmocka_unit_test(identifiers_stay),
        cmocka_unit_test(writes_a_profile_of_the_selection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
