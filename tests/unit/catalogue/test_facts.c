/*
 * The catalogue against the facts it was taken from: every row comes back as the same JSON object,
 * types included. The facts lie beside the repository (../shared/facts, or the folder that
 * MERLON_FACTS names); without them these tests are skipped.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/content/content.h"
#include "regulation/catalogue/catalogue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void open_facts(const char *name, FILE **out)
{
    char path[1024];
    const char *facts = getenv("MERLON_FACTS"), *source = getenv("MERLON_SOURCE");
    if (facts)
        snprintf(path, sizeof path, "%s/%s", facts, name);
    else
        snprintf(path, sizeof path, "%s/../shared/facts/%s", source ? source : ".", name);
    *out = fopen(path, "r");
    if (!*out) {
        print_message("skipped: %s: %s\n", path, strerror(errno));
        skip();
    }
}

/* JSON is read as what it also is, flow-style YAML: a scalar without quotes is a number, null or a
 * truth value, and doc_plain keeps that apart from a text of the same letters. */
static struct value read_json(struct arena *arena, const char *text)
{
    struct value top = {0};
    struct rc rc = doc_read_yaml(arena, "json", view_of(text), &top);
    if (failed(rc))
        print_error("%s: %s\n", fault_text(), text);
    assert_false(failed(rc));
    return top;
}

static bool same(struct value a, struct value b)
{
    if (doc_kind(a) != doc_kind(b) || doc_count(a) != doc_count(b))
        return false;
    if (doc_kind(a) == DOC_TEXT)
        return doc_plain(a) == doc_plain(b) && strcmp(doc_text(a), doc_text(b)) == 0;
    for (uint32_t i = 0; i < doc_count(a); i++) {
        const char *key = doc_key(a, i);
        if (!same(doc_at(a, i), key ? doc_get(b, key) : doc_at(b, i)))
            return false;
    }
    return doc_kind(a) != DOC_NONE;
}

static void compare_row(const char *row)
{
    struct arena *arena = arena_new();
    struct value expected = read_json(arena, row);
    const struct clause *clause = catalogue_clause(catalogue_load(), doc_get_text(expected, "id"));
    assert_non_null(clause);
    struct buf json = {0};
    clause_add_json(clause, &json);
    if (!same(expected, read_json(arena, json.ptr)))
        fail_msg("differs:\n%s%s\n", row, json.ptr);
    assert_null(strchr(json.ptr, '\n'));
    buf_free(&json);
    arena_free(arena);
}

static size_t compare_rows(const char *name)
{
    FILE *file;
    open_facts(name, &file);
    char *row = NULL;
    size_t room = 0, rows = 0;
    for (; getline(&row, &room, file) > 0; rows++)
        compare_row(row);
    free(row);
    fclose(file);
    return rows;
}

static void gives_back_every_fact_of_the_national_standard(void **state)
{
    (void)state;
    assert_int_equal(compare_rows("gbt22239.jsonl"), 1006);
}

static void gives_back_every_fact_of_the_transport_standard(void **state)
{
    (void)state;
    assert_int_equal(compare_rows("jtt1417_l1.jsonl"), 116);
}

/* The cases stand in one file with their source in its head; the facts repeat it in each row. */
static void holds_every_high_risk_case(void **state)
{
    (void)state;
    FILE *file;
    open_facts("highrisk_cases.jsonl", &file);
    struct value law = doc_get(content_root(), "law/high-risk-cases");
    struct value cases = doc_get(law, "cases");
    assert_int_equal(doc_count(cases), 42);
    char *row = NULL;
    size_t room = 0;
    for (uint32_t i = 0; getline(&row, &room, file) > 0; i++) {
        struct arena *arena = arena_new();
        struct value expected = read_json(arena, row), held = doc_at(cases, i);
        assert_string_equal(doc_get_text(expected, "source"), doc_get_text(law, "source"));
        for (uint32_t k = 0; k < doc_count(held); k++) {
            const char *key = doc_key(held, k);
            struct value fact = doc_get(expected, key);
            assert_non_null(doc_text(fact));
            assert_string_equal(doc_text(doc_at(held, k)), doc_text(fact));
        }
        assert_int_equal(doc_count(held) + 1, doc_count(expected));
        arena_free(arena);
    }
    free(row);
    fclose(file);
}

/* Types by spelling, and what JSON must escape; independent of the facts. */
static void writes_types_and_escapes(void **state)
{
    (void)state;
    static const char yaml[] = "id: \"quote \\\" slash \\\\ tab \\t\"\n"
                               "number: 8\nminus: -3\ntext: \"8\"\nzero: 0\noctal: 010\n"
                               "nothing: null\nyes: true\nno: false\nword: \"true\"\n"
                               "version: 1.2.3\nplus: +5\nempty: \"\"\nmap: {}\nlist: [a, 1]\n";
    struct arena *arena = arena_new();
    struct value raw;
    assert_false(failed(doc_read_yaml(arena, "test", view_of(yaml), &raw)));
    struct clause clause = *catalogue_clause(catalogue_load(), "GB22239-L1-6.1.1.1");
    clause.raw = raw;
    struct buf json = {0};
    clause_add_json(&clause, &json);
    assert_string_equal(
        json.ptr,
        "{\"standard\": \"GB/T 22239-2019\", \"level\": 1, \"scope\": \"general\", "
        "\"layer\": \"安全物理环境\", \"layer_en\": \"Physical environment security\", "
        "\"id\": \"quote \\\" slash \\\\ tab \\u0009\", \"number\": 8, \"minus\": -3, "
        "\"text\": \"8\", \"zero\": 0, \"octal\": \"010\", \"nothing\": null, \"yes\": true, "
        "\"no\": false, \"word\": \"true\", \"version\": \"1.2.3\", \"plus\": \"+5\", "
        "\"empty\": \"\", \"map\": {}, \"list\": [\"a\", 1]}");
    buf_free(&json);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_every_fact_of_the_national_standard),
        cmocka_unit_test(gives_back_every_fact_of_the_transport_standard),
        cmocka_unit_test(holds_every_high_risk_case),
        cmocka_unit_test(writes_types_and_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
