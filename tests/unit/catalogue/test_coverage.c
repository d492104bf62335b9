/* The reasons why an item has no check: each names items that are there, in three languages. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/content/content.h"
#include "regulation/catalogue/catalogue.h"

#include <string.h>

static void expect_item(void *context, const char *reason, const char *name)
{
    size_t count, *names = context;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    for (size_t i = 0; i < count; i++) {
        if (coverage_names(name, &clauses[i]) && clauses[i].verify != VERIFY_MANUAL) {
            ++*names;
            return;
        }
    }
    fail_msg("%s covers %s, which no item that a machine could judge is called", reason, name);
}

static void names_items_that_are_there(void **state)
{
    (void)state;
    size_t names = 0;
    coverage_each(expect_item, &names);
    assert_true(names > 200);
}

static void speaks_three_languages(void **state)
{
    (void)state;
    struct value reasons = doc_path(content_root(), "law/coverage", "reasons");
    struct value kinds = doc_path(content_root(), "law/coverage", "kinds");
    assert_true(doc_count(reasons) > 40);
    for (uint32_t i = 0; i < doc_count(reasons); i++) {
        struct value one = doc_at(reasons, i), why = doc_get(one, "why");
        const char *id = doc_get_text(one, "id");
        assert_non_null(id);
        if (!doc_get_text(kinds, doc_get_text(one, "kind")))
            fail_msg("%s: no kind", id);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            const char *text = doc_get_text(why, lang_name((enum lang)lang));
            if (!text || strlen(text) < 20)
                fail_msg("%s: no sentence in %s", id, lang_name((enum lang)lang));
        }
        for (uint32_t k = 0; k < i; k++)
            assert_string_not_equal(id, doc_get_text(doc_at(reasons, k), "id"));
    }
}

/* One reason for a requirement at every level; ids and their beginnings; nothing by chance. */
static void finds_by_key_id_and_beginning(void **state)
{
    (void)state;
    struct coverage_reason reason;
    const struct catalogue *catalogue = catalogue_load();
    static const char *const same[] = {"GB22239-L1-6.1.3.2-a", "GB22239-L4-9.1.3.2-a",
                                       "JTT1417-L1-6.1.3.2-b"};
    for (size_t i = 0; i < 3; i++) {
        assert_true(clause_coverage_reason(catalogue_clause(catalogue, same[i]), &reason));
        assert_string_equal(reason.id, "boundary-rules");
        assert_string_equal(reason.kind, "device");
    }
    assert_false(
        clause_coverage_reason(catalogue_clause(catalogue, "GB22239-L3-8.1.4.1-a"), &reason));
    const struct clause *clause = catalogue_clause(catalogue, "JTT1417-L1-6.1.3.2-b");
    assert_true(coverage_names("JTT1417-L1-6.1.3.*", clause));
    assert_false(coverage_names("JTT1417-L1-6.1.3.", clause));
    assert_false(coverage_names("general.ac", clause));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_items_that_are_there),
        cmocka_unit_test(speaks_three_languages),
        cmocka_unit_test(finds_by_key_id_and_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
