/* Assessment results: the fields that OSCAL's public reference requires, one finding a verdict,
 * identifiers that meet, hostile names made safe, and no empty list anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "interface/oscal/oscal.h"

#include <jansson.h>
#include <regex.h>
#include <string.h>

#define EVIL "\033[2J\xff\xe2\x80\xae<x>\nsecond"

static const struct {
    enum verdict verdict;
    const char *state, *reason;
} expected[] = {
    {VERDICT_FAIL, "not-satisfied", "fail"},    {VERDICT_UNKNOWN, "not-satisfied", "other"},
    {VERDICT_MANUAL, "not-satisfied", "other"}, {VERDICT_WAIVED, "not-satisfied", "other"},
    {VERDICT_PASS, "satisfied", "pass"},        {VERDICT_NOT_APPLICABLE, "satisfied", "other"},
};
#define COUNT COUNT_OF(expected)

/* One check for each verdict, each about one item; the item of the third has no check. */
struct scene {
    struct arena *arena;
    const struct clause *clauses[COUNT];
    struct check checks[COUNT];
    struct result results[COUNT];
    const struct result *of_item[COUNT];
    struct item_verdict items[COUNT];
    struct observed values[2];
    struct judged rows[2];
    struct run run;
};

static const char *const columns[] = {"value", "number"};
static const char *const names[] = {"c0", "c1", "c2", "c3", "c4", "c5"};

static int make_scene(void **state)
{
    struct scene *scene = mem_new(sizeof *scene);
    size_t count;
    const struct clause *all = catalogue_clauses(catalogue_load(), &count);
    scene->arena = arena_new();
    scene->values[0] = (struct observed){OBSERVED_TEXT, 0, EVIL};
    scene->values[1] = (struct observed){OBSERVED_INTEGER, 7, NULL};
    scene->rows[0] = (struct judged){EVIL, 0, "/etc/" EVIL, 12, scene->values, NULL};
    scene->rows[1] = (struct judged){"two", 0, NULL, 0, scene->values, NULL};
    for (size_t i = 0; i < COUNT; i++) {
        scene->clauses[i] = &all[i];
        scene->checks[i] = (struct check){.id = names[i]};
        scene->results[i] =
            (struct result){.check = i == 2 ? NULL : &scene->checks[i],
                            .clauses = &scene->clauses[i],
                            .clause_count = 1,
                            .verdict = expected[i].verdict,
                            .reason = {.key = "reason.row_undecided", .args = {EVIL}},
                            .columns = columns,
                            .column_count = 2,
                            .rows = scene->rows,
                            .row_count = i == 0 ? 2 : 0,
                            .arena = scene->arena};
        scene->of_item[i] = &scene->results[i];
        scene->items[i] =
            (struct item_verdict){&all[i], expected[i].verdict, &scene->of_item[i], 1};
    }
    scene->run = (struct run){.standard = all[0].standard,
                              .level = 3,
                              .target = {.kind = "root",
                                         .name = "/srv/" EVIL,
                                         .collected_at = INT64_C(1795773600) * 1000000},
                              .results = scene->results,
                              .result_count = COUNT,
                              .items = scene->items,
                              .item_count = COUNT};
    *state = scene;
    return 0;
}

static int drop_scene(void **state)
{
    struct scene *scene = *state;
    arena_free(scene->arena);
    mem_free(scene);
    return 0;
}

static json_t *write_it(const struct scene *scene, size_t limit)
{
    struct buf out = {0};
    assert_false(failed(oscal_results(&scene->run, LANG_EN, limit, &out)));
    assert_null(strchr(out.ptr, '\033'));
    assert_null(strstr(out.ptr, "\xe2\x80\xae"));
    json_t *top = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(top);
    assert_int_equal(json_object_size(top), 1);
    buf_free(&out);
    return top;
}

static const char *text(json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    assert_true(value && value[0]);
    return value;
}

static json_t *at(json_t *object, const char *key, size_t index)
{
    json_t *element = json_array_get(json_object_get(object, key), index);
    assert_non_null(element);
    return element;
}

/* Every uuid is one, and is the only one of its kind; lists and texts hold something. */
static void walk(json_t *value, const char *key, json_t *uuids)
{
    regex_t uuid;
    size_t i;
    const char *name;
    json_t *child;
    assert_int_equal(regcomp(&uuid,
                             "^[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                             "[0-9a-f]{12}$",
                             REG_EXTENDED | REG_NOSUB),
                     0);
    if (json_is_array(value))
        assert_true(json_array_size(value) > 0);
    if (json_is_string(value))
        assert_true(json_string_value(value)[0] != '\0' && !strchr(json_string_value(value), '\n'));
    if (strcmp(key, "uuid") == 0) {
        assert_int_equal(regexec(&uuid, json_string_value(value), 0, NULL, 0), 0);
        assert_null(json_object_get(uuids, json_string_value(value)));
        json_object_set_new(uuids, json_string_value(value), json_true());
    }
    regfree(&uuid);
    json_array_foreach(value, i, child) walk(child, "", uuids);
    json_object_foreach(value, name, child) walk(child, name, uuids);
}

static void has_what_is_required(void **state)
{
    const struct scene *scene = *state;
    json_t *top = write_it(scene, 0), *uuids = json_object();
    json_t *whole = json_object_get(top, "assessment-results");
    json_t *metadata = json_object_get(whole, "metadata"), *result = at(whole, "results", 0);
    walk(top, "", uuids);
    text(whole, "uuid");
    text(metadata, "title");
    text(metadata, "version");
    assert_string_equal(text(metadata, "oscal-version"), OSCAL_VERSION);
    assert_string_equal(text(metadata, "last-modified"), "2026-11-27T10:00:00Z");
    /* The plan is a resource of the document itself. */
    const char *href = text(json_object_get(whole, "import-ap"), "href");
    json_t *resource = at(json_object_get(whole, "back-matter"), "resources", 0);
    assert_int_equal(href[0], '#');
    assert_string_equal(href + 1, text(resource, "uuid"));
    text(result, "uuid");
    text(result, "title");
    text(result, "description");
    assert_string_equal(text(result, "start"), "2026-11-27T10:00:00Z");
    json_t *controls =
        json_object_get(at(json_object_get(result, "reviewed-controls"), "control-selections", 0),
                        "include-controls");
    assert_int_equal(json_array_size(controls), COUNT);
    assert_string_equal(text(json_array_get(controls, 0), "control-id"), scene->clauses[0]->id);
    json_decref(uuids);
    json_decref(top);
}

static void observes_each_check(void **state)
{
    const struct scene *scene = *state;
    json_t *top = write_it(scene, 0), *few = write_it(scene, 1);
    json_t *result = at(json_object_get(top, "assessment-results"), "results", 0);
    json_t *list = json_object_get(result, "observations"), *observation;
    json_t *inventory = at(json_object_get(result, "local-definitions"), "inventory-items", 0);
    size_t i;
    assert_int_equal(json_array_size(list), COUNT - 1);
    json_array_foreach(list, i, observation)
    {
        json_t *subject = at(observation, "subjects", 0);
        text(observation, "uuid");
        text(observation, "description");
        assert_string_equal(text(observation, "collected"), "2026-11-27T10:00:00Z");
        assert_string_equal(
            json_string_value(json_array_get(json_object_get(observation, "methods"), 0)), "TEST");
        assert_string_equal(text(subject, "type"), "inventory-item");
        assert_string_equal(text(subject, "subject-uuid"), text(inventory, "uuid"));
    }
    json_t *evidence = json_object_get(json_array_get(list, 0), "relevant-evidence");
    assert_int_equal(json_array_size(evidence), 2);
    assert_non_null(strstr(text(json_array_get(evidence, 0), "description"), "number = 7"));
    assert_non_null(strstr(text(json_array_get(evidence, 0), "description"), ":12)"));
    assert_null(json_object_get(json_array_get(list, 1), "relevant-evidence"));
    result = at(json_object_get(few, "assessment-results"), "results", 0);
    assert_int_equal(
        json_array_size(json_object_get(at(result, "observations", 0), "relevant-evidence")), 1);
    json_decref(top);
    json_decref(few);
}

static void finds_for_each_item(void **state)
{
    const struct scene *scene = *state;
    json_t *top = write_it(scene, 0);
    json_t *result = at(json_object_get(top, "assessment-results"), "results", 0);
    size_t seen = 0;
    assert_int_equal(json_array_size(json_object_get(result, "findings")), COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        json_t *finding = at(result, "findings", i), *target = json_object_get(finding, "target");
        json_t *status = json_object_get(target, "status");
        json_t *implementation = json_object_get(target, "implementation-status");
        text(finding, "title");
        text(finding, "description");
        assert_string_equal(text(target, "type"), "statement-id");
        assert_string_equal(text(target, "target-id"),
                            arena_printf(scene->arena, "%s_gist", scene->clauses[i]->id));
        assert_string_equal(text(status, "state"), expected[i].state);
        assert_string_equal(text(status, "reason"), expected[i].reason);
        assert_string_equal(text(at(finding, "props", 0), "value"),
                            verdict_name(expected[i].verdict));
        assert_int_equal(implementation != NULL, expected[i].verdict == VERDICT_NOT_APPLICABLE);
        if (implementation)
            assert_string_equal(text(implementation, "state"), "not-applicable");
        if (i == 2) {
            assert_null(json_object_get(finding, "related-observations"));
            continue;
        }
        assert_string_equal(text(at(finding, "related-observations", 0), "observation-uuid"),
                            text(at(result, "observations", seen++), "uuid"));
    }
    json_decref(top);
}

/* The same run has the same identifiers; another time, another target has others. */
static void identifiers_stay(void **state)
{
    struct scene *scene = *state;
    json_t *one = write_it(scene, 0), *same = write_it(scene, 0);
    scene->run.target.collected_at += 1000000;
    json_t *later = write_it(scene, 0);
    scene->run.target.name = "elsewhere";
    json_t *other = write_it(scene, 0);
    assert_true(json_equal(one, same));
    json_t *all[] = {one, later, other};
    for (size_t i = 1; i < COUNT_OF(all); i++)
        assert_string_not_equal(text(json_object_get(all[i], "assessment-results"), "uuid"),
                                text(json_object_get(all[i - 1], "assessment-results"), "uuid"));
    for (size_t i = 0; i < COUNT_OF(all); i++)
        json_decref(all[i]);
    json_decref(same);
}

/* Where nothing was selected there are no lists at all, rather than empty ones. */
static void writes_an_empty_run(void **state)
{
    struct scene *scene = *state;
    scene->run.result_count = scene->run.item_count = 0;
    json_t *top = write_it(scene, 0), *uuids = json_object();
    json_t *result = at(json_object_get(top, "assessment-results"), "results", 0);
    walk(top, "", uuids);
    assert_null(json_object_get(result, "findings"));
    assert_null(json_object_get(result, "observations"));
    json_decref(uuids);
    json_decref(top);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(has_what_is_required, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(observes_each_check, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(finds_for_each_item, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(identifiers_stay, make_scene, drop_scene),
        cmocka_unit_test_setup_teardown(writes_an_empty_run, make_scene, drop_scene),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
