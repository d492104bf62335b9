/* Broken packs, one fault each: what lint says of them, and that reading refuses them too. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pack.h"

#include <string.h>

static char said[4096];

static void keep(void *context, const char *sentence)
{
    (void)context;
    strncat(said, sentence, sizeof said - strlen(said) - 2);
    strcat(said, "\n");
}

static size_t lint(const char *yaml)
{
    struct arena *arena = arena_new();
    struct value top;
    said[0] = '\0';
    assert_false(failed(doc_read_yaml(arena, "trial", view_of(yaml), &top)));
    size_t problems = regime_lint("trial", top, keep, NULL);
    arena_free(arena);
    return problems;
}

static bool reads(const char *yaml)
{
    struct arena *arena = arena_new();
    const struct regime *regime = NULL;
    bool good = !failed(regime_read(arena, "trial", view_of(yaml), &regime));
    arena_free(arena);
    return good;
}

#define ONE(doc, from, to, more) PACK_HEAD RULE("a", doc, from, to, more)

/* Faults of one rule: refused by reading, and named by lint with a line. */
static void refuses_broken_rules(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *says;
    } broken[] = {
        {ONE("nothing", "2020-01-01", "", YEARLY), "none of the pack's documents"},
        {ONE("law", "2020-02-30", "", YEARLY), "valid_from"},
        {ONE("law", "2020-01-01", "soon", YEARLY), "valid_to"},
        {ONE("law", "2020-01-01", "2019-01-01", YEARLY), "before valid_from"},
        {ONE("law", "2020-01-01", "", "clocks: {every: {years: 1}}"), "unknown field 'clocks'"},
        {ONE("law", "2020-01-01", "", "who: operator"), "exactly one value"},
        {ONE("law", "2020-01-01", "", YEARLY "\n    statement: {a: b}"), "exactly one value"},
        {ONE("law", "2020-01-01", "", "clock: {every: {weeks: 1}}"), "period"},
        {ONE("law", "2020-01-01", "", "clock: {every: {years: 0}}"), "period"},
        {ONE("law", "2020-01-01", "", "clock: {every: {years: 1}, within: {days: 1}}"), "one of"},
        {ONE("law", "2020-01-01", "", "clock: {yearly_by: \"02-29\"}"), "no date"},
        {ONE("law", "2020-01-01", "", "clock: {sometimes: {years: 1}}"), "sometimes"},
        {ONE("law", "2020-01-01", "", "matrix: {cells: {citizens: {general: 6}}}"), "matrix"},
        {ONE("law", "2020-01-01", "", "matrix: {cells: {}}"), "matrix"},
        {ONE("law", "2020-01-01", "",
             "matrix: {cells: {citizens: {general: 1}}, confidence: {citizens: {general: X}}}"),
         "confidence"},
        {ONE("law", "2020-01-01", "", "threshold: {measure: m, unit: u}"), "threshold"},
        {ONE("law", "2020-01-01", "", "threshold: {measure: m, unit: u, at_least: many}"),
         "whole numbers"},
        {ONE("law", "2020-01-01", "", "threshold: {measure: m, unit: u, at_least: 3, at_most: 2}"),
         "above the upper"},
        {ONE("law", "2020-01-01", "",
             "conditions: {need: some, items: [{id: a, text: {en: a, zh: b, vi: c}}]}"),
         "need must be"},
        {ONE("law", "2020-01-01", "", "form: {items: []}"), "needs items"},
        {ONE("law", "2020-01-01", "", "form: {items: [{id: a, text: {en: a}}]}"), "en, zh and vi"},
        {ONE("law", "2020-01-01", "",
             "form: {items: [{id: a, text: {en: a, zh: b, vi: c}}, "
             "{id: a, text: {en: a, zh: b, vi: c}}]}"),
         "appears twice"},
        {ONE("law", "2020-01-01", "", "steps: {items: [{id: a, text: {en: a, zh: b, vi: c}}]}"),
         "who does it"},
        {ONE("law", "2020-01-01", "", "criteria: {items: [{id: a, text: {en: a, zh: b, vi: c}}]}"),
         "level"},
        {ONE("law", "2020-01-01", "", "floors: {secret: 9}"), "floor"},
        {ONE("law", "2020-01-01", "", "template: {formula: magic}"), "formula"},
        {ONE("law", "2020-01-01", "", YEARLY "\n    grades: [0]"), "grades"},
        {ONE("law", "2020-01-01", "", YEARLY "\n    grades: all"), "grades"},
        {PACK_HEAD "  - id: a\n    topic: t\n    valid_from: \"2020-01-01\"\n    valid_to: \"\"\n"
                   "    confidence: H\n    text: {en: a, zh: b, vi: c}\n    " YEARLY "\n",
         "source is missing"},
        {PACK_HEAD "  - id: a\n    topic: t\n    valid_from: \"2020-01-01\"\n    valid_to: \"\"\n"
                   "    source: {document: law, article: \"1\"}\n    confidence: M\n"
                   "    text: {en: a, zh: b, vi: c}\n    " YEARLY "\n",
         "note"},
        {PACK_HEAD "  - id: a\n    topic: t\n    valid_from: \"2020-01-01\"\n    valid_to: \"\"\n"
                   "    source: {document: law, article: \"1\"}\n    confidence: sure\n"
                   "    text: {en: a, zh: b, vi: c}\n    " YEARLY "\n",
         "confidence"},
        {PACK_HEAD "  - id: Upper Case\n", "id"},
        {PACK_HEAD "  - just a text\n", "id"},
    };
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        assert_int_equal(lint(broken[i].yaml), 1);
        if (!strstr(said, broken[i].says))
            fail_msg("%zu: lint says \"%s\", not \"%s\"", i, said, broken[i].says);
        if (!strstr(said, "trial: line "))
            fail_msg("%zu: lint names no line: %s", i, said);
        assert_false(reads(broken[i].yaml));
    }
}

static void refuses_broken_heads(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "[]",
        "regime: x\n",
        "regime: x\ncountry: XX\nnames: {en: a}\n",
        "regime: x\ncountry: XX\nnames: {en: a, zh: b, vi: c}\ndocuments: {}\n",
        ("regime: x\ncountry: XX\nnames: {en: a, zh: b, vi: c}\n"
         "documents: {d: {title: t, authority: king, basis: b}}\nrules: [{id: a}]\n"),
    };
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        assert_int_equal(lint(heads[i]), 1);
        assert_false(reads(heads[i]));
    }
    assert_false(reads("a: [\n"));
}

/* These read, but do not hold together. */
static void finds_what_does_not_hold_together(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *says;
    } broken[] = {
        {PACK_HEAD RULE("a", "law", "2020-01-01", "2021-12-31", YEARLY)
             RULE("b", "law", "2021-12-31", "", MONTHLY),
         "overlaps in time with 'a'"},
        {PACK_HEAD RULE("a", "decree", "2020-01-01", "", "statement: {a: b}")
             RULE("b", "other-decree", "2020-01-01", "", "statement: {a: c}"),
         "overlaps in time with 'a'"},
        {PACK_HEAD RULE("a", "law", "2020-01-01", "2021-12-31", YEARLY)
             RULE("b", "law", "2022-01-02", "", MONTHLY),
         "gap in time before 'b'"},
        {ONE("law", "2020-01-01", "", YEARLY "\n    clauses: {gbt22239-2019: [general.nothing]}"),
         "unknown clause 'general.nothing'"},
        {ONE("law", "2020-01-01", "", YEARLY "\n    clauses: {gbt22239-2008: [general.ia_id]}"),
         "unknown standard"},
        {ONE("law", "2020-01-01", "", YEARLY "\n    delegates: [nothing]"), "does not have"},
    };
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        size_t problems = lint(broken[i].yaml);
        if (problems != 1 || !strstr(said, broken[i].says))
            fail_msg("%zu: %zu problems: %s", i, problems, said);
    }
    assert_int_equal(lint(PACK_HEAD RULE("a", "law", "2020-01-01", "2020-12-31", YEARLY)
                              RULE("a", "law", "2021-01-01", "", YEARLY)),
                     1);
    assert_non_null(strstr(said, "appears twice"));
}

static void lets_pass_what_holds(void **state)
{
    (void)state;
    /* One after the other; a declared gap; two documents in conflict; disjoint grades. */
    assert_int_equal(lint(PACK_HEAD RULE("a", "law", "2020-01-01", "2021-12-31", YEARLY)
                              RULE("b", "law", "2022-01-01", "", MONTHLY)),
                     0);
    assert_int_equal(lint(PACK_HEAD RULE("a", "law", "2020-01-01", "2021-12-31", YEARLY) RULE(
                         "b", "law", "2023-01-01", "", MONTHLY "\n    gap_before: repealed")),
                     0);
    assert_int_equal(lint(PACK_HEAD RULE("a", "law", "2020-01-01", "", YEARLY)
                              RULE("b", "guide", "2020-01-01", "", MONTHLY)),
                     0);
    assert_int_equal(lint(PACK_HEAD RULE("a", "law", "2020-01-01", "", YEARLY "\n    grades: [3]")
                              RULE("b", "law", "2020-01-01", "", MONTHLY "\n    grades: [4]")),
                     0);
    assert_int_equal(lint(ONE("law", "2020-01-01", "",
                              YEARLY "\n    clauses: {gbt22239-2019: [general.ia_id, "
                                     "GB22239-L3-8.1.4.1-a]}")),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_broken_rules),
        cmocka_unit_test(refuses_broken_heads),
        cmocka_unit_test(finds_what_does_not_hold_together),
        cmocka_unit_test(lets_pass_what_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
