/* The built-in packs: they lint, and every rule is covered by the test that it names. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/content/content.h"
#include "regulation/regime/regime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void complain(void *context, const char *sentence)
{
    (void)context;
    print_error("%s\n", sentence);
}

static struct rc lint(void *context, const char *path, struct value top)
{
    *(size_t *)context += regime_lint(path, top, complain, NULL);
    return RC_OK;
}

static void built_in_packs_hold(void **state)
{
    (void)state;
    size_t problems = 0, count = 0;
    assert_false(failed(content_each("regimes/", lint, &problems)));
    assert_int_equal(problems, 0);
    const struct regime *all = regimes(&count);
    static const char *const expected[] = {"cn-crypto",        "cn-mlps",      "cn-secret",
                                           "cn-telecom-pilot", "cn-transport", "vn-2016",
                                           "vn-2026"};
    assert_int_equal(count, COUNT_OF(expected));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(all[i].id, expected[i]);
        assert_ptr_equal(regime_find(expected[i]), &all[i]);
    }
    assert_null(regime_find("cn-mlps-2"));
    assert_null(regime_find(NULL));
}

/* tests/unit/<room>/test_<name>.c for "room-name". */
static char *read_test(const char *name)
{
    char path[1024];
    const char *root = getenv("MERLON_SOURCE"), *dash = strchr(name, '-');
    if (!root)
        skip();
    assert_non_null(dash);
    snprintf(path, sizeof path, "%s/tests/unit/%.*s/test_%s.c", root, (int)(dash - name), name,
             dash + 1);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("no test %s", path);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static void every_rule_is_named_in_its_test(void **state)
{
    (void)state;
    size_t count = 0, rules = 0;
    const struct regime *all = regimes(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < all[i].rule_count; k++, rules++) {
            char quoted[128];
            char *text = read_test(all[i].rules[k].test);
            snprintf(quoted, sizeof quoted, "\"%s\"", all[i].rules[k].id);
            if (!strstr(text, quoted))
                fail_msg("%s is not in %s", quoted, all[i].rules[k].test);
            free(text);
        }
    assert_int_equal(rules, 160);
}

static void speaks_three_languages(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    size_t count = 0;
    const struct regime *all = regimes(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < all[i].rule_count; k++)
            for (int lang = 0; lang < LANG_COUNT; lang++) {
                const char *said = rule_value_text(arena, &all[i].rules[k], (enum lang)lang);
                assert_true(*said);
                if (strncmp(said, "clock.", 6) == 0 || strncmp(said, "moment.", 7) == 0 ||
                    strncmp(said, "period.", 7) == 0)
                    fail_msg("%s: no text for %s", all[i].rules[k].id, said);
            }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_packs_hold),
        cmocka_unit_test(every_rule_is_named_in_its_test),
        cmocka_unit_test(speaks_three_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
