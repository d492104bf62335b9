/* Reading results and weights: what a line may say, and everything that is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "results.h"

#include <string.h>

#define A "GB22239-L3-8.1.4.1-a"

static struct rc read_text(struct arena *arena, const char *text, struct results *out)
{
    return results_read(arena, "r", view_of(text), NULL, out);
}

static void reads_every_field(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct results results;
    assert_false(failed(
        read_text(arena,
                  "{\"item\": \"" A "\", \"object\": \"db\", \"result\": 0.5, \"weight\": 3, "
                  "\"risk\": \"high\", \"rectified\": true, \"remark\": \"x\"}\n\n"
                  "{\"id\": \"" A "\", \"object\": \"web\", \"result\": \"1\", \"weight\": null}\n"
                  "{\"item\": \"GB22239-L3-8.1.4.1-b\", \"result\": \"不适用\"}\n"
                  "{\"item\": \"GB22239-L3-8.1.4.1-c\", \"result\": \"部分符合\"}",
                  &results)));
    assert_int_equal(results.count, 4);
    assert_int_equal(results.lines[0].half, 1);
    assert_int_equal(results.lines[0].weight, 3);
    assert_int_equal(results.lines[0].risk, RISK_HIGH);
    assert_true(results.lines[0].rectified);
    assert_string_equal(results.lines[0].object, "db");
    assert_int_equal(results.lines[1].half, 2);
    assert_int_equal(results.lines[1].weight, 0);
    assert_int_equal(results.lines[1].line, 3);
    assert_int_equal(results.lines[2].half, -1);
    assert_string_equal(results.lines[2].object, "");
    assert_int_equal(results.lines[3].half, 1);
    arena_free(arena);
}

static void refuses_broken_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } broken[] = {
        {"", "holds no result"},
        {"\n\n", "holds no result"},
        {"not json", "r:1: not one JSON object"},
        {"[]", "not one JSON object"},
        {"{\"item\": \"" A "\", \"result\": 1}}", "not one JSON object"},
        {"{\"item\": \"" A "\", \"item\": \"" A "\", \"result\": 1}", "not one JSON object"},
        {"{\"result\": 1}", "must name an item"},
        {"{\"item\": 7, \"result\": 1}", "must name an item"},
        {"{\"item\": \"GB22239-L3-9.9.9.9-z\", \"result\": 1}", "no item \"GB22239-L3-9.9.9.9-z\""},
        {"{\"item\": \"" A "\"}", "\"result\" must be"},
        {"{\"item\": \"" A "\", \"result\": 0.7}", "\"result\" must be"},
        {"{\"item\": \"" A "\", \"result\": 2}", "\"result\" must be"},
        {"{\"item\": \"" A "\", \"result\": -1}", "\"result\" must be"},
        {"{\"item\": \"" A "\", \"result\": \"good\"}", "\"result\" must be"},
        {"{\"item\": \"" A "\", \"result\": null}", "\"result\" must be"},
        {"{\"item\": \"" A "\", \"result\": true}", "\"result\" must be"},
        {"{\"item\": \"" A "\", \"result\": 1, \"weight\": 4}", "\"weight\" must be"},
        {"{\"item\": \"" A "\", \"result\": 1, \"weight\": 1.5}", "\"weight\" must be"},
        {"{\"item\": \"" A "\", \"result\": 1, \"risk\": \"huge\"}", "\"risk\" must be"},
        {"{\"item\": \"" A "\", \"result\": 1, \"object\": 5}", "\"object\" must be"},
        {"{\"item\": \"" A "\", \"result\": 1, \"rectified\": 1}", "\"rectified\" must be"},
        {"{\"item\": \"" A "\", \"result\": 1, \"wieght\": 3}", "unknown field \"wieght\""},
        {"{\"item\": \"" A "\", \"result\": 1}\n{\"item\": \"" A "\", \"result\": 0}",
         "r:2: the item \"" A "\" has a second result"},
        {"{\"item\": \"" A "\", \"result\": 1}\n"
         "{\"item\": \"GB22239-L2-7.1.4.1-b\", \"result\": 1}",
         "does not bind"},
        {"{\"item\": \"" A "\", \"result\": 1}\n"
         "{\"item\": \"GB22239-L2-7.1.1.2\", \"result\": 1}",
         "S3A0G2 is no grade"},
        {"{\"item\": \"GB22239-L1-6.1.1.1\", \"result\": 1}\n"
         "{\"item\": \"JTT1417-L1-6.1.1.1\", \"result\": 1}",
         "not of gbt22239-2019"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        struct results untouched = {.count = 77};
        struct rc rc = read_text(arena, broken[i].text, &untouched);
        assert_int_equal(rc.kind, FAULT_USAGE);
        if (!strstr(fault_text(), broken[i].says))
            fail_msg("%zu: says %s", i, fault_text());
        assert_int_equal(untouched.count, 77);
    }
    arena_free(arena);
}

/* S items at 3 beside G items at 3 and A items at 2: one system, S3A2G3. */
static void lets_one_system_have_several_levels(void **state)
{
    (void)state;
    static const char *const general[] = {"general"};
    struct arena *arena = arena_new();
    struct selection_request request = {.standard =
                                            catalogue_standard(catalogue_load(), "gbt22239-2019"),
                                        .marks = {3, 2, 3},
                                        .scopes = general,
                                        .scope_count = 1};
    struct selection selection;
    struct results results;
    struct buf lines = {0};
    assert_false(failed(selection_make(arena, &request, &selection)));
    for (size_t i = 0; i < selection.count; i++)
        buf_printf(&lines, "{\"item\": \"%s\", \"result\": 1}\n", selection.items[i].clause->id);
    assert_false(failed(read_text(arena, lines.ptr, &results)));
    assert_int_equal(results.count, selection.count);
    /* With the selection: what does not bind is named. */
    struct rc rc =
        results_read(arena, "r", view_of("{\"item\": \"GB22239-L4-9.1.1.1\", \"result\": 1}"),
                     &selection, &results);
    assert_int_equal(rc.kind, FAULT_USAGE);
    buf_free(&lines);
    arena_free(arena);
}

static void reads_weights(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const struct weight *weights = NULL;
    size_t count = 77;
    assert_false(failed(weights_read(arena, "w",
                                     view_of("{\"item\": \"general.ia_id\", \"weight\": 3}\n"
                                             "{\"item\": \"" A "\", \"weight\": 2}\n"),
                                     &weights, &count)));
    assert_int_equal(count, 2);
    assert_string_equal(weights[0].name, "general.ia_id");
    assert_int_equal(weights[1].weight, 2);
    static const char *const bad[] = {"{\"item\": \"general.nothing\", \"weight\": 3}",
                                      "{\"item\": \"general.ia_id\"}",
                                      "{\"item\": \"general.ia_id\", \"weight\": 0}",
                                      "{\"item\": \"\", \"weight\": 1}",
                                      "{\"weight\": 1}",
                                      "1"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(weights_read(arena, "w", view_of(bad[i]), &weights, &count).kind,
                         FAULT_USAGE);
        assert_int_equal(count, 2);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_field),
        cmocka_unit_test(refuses_broken_lines),
        cmocka_unit_test(lets_one_system_have_several_levels),
        cmocka_unit_test(reads_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
