/* Grading, binding, evaluation and what asks for a new grading, by their functions, on both stores.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/register.h"
#include "casework/lifecycle/lifecycle.h"

#define SYSTEM "name=S|unit=city|responsible=ann|type=information_system"

/* A ministry with a province and a city below it; another province beside. */
static void people(void)
{
    ok(add("unit", "moc", "name=Ministry"));
    ok(add("unit", "gz", "name=Province|parent=moc"));
    ok(add("unit", "yn", "name=Beside|parent=moc"));
    ok(add("unit", "city", "name=City|parent=gz"));
    ok(add("person", "ann", "name=Ann|unit=city"));
    ok(add("person", "bob", "name=Bob|unit=city"));
    ok(add("person", "gail", "name=Gail|unit=gz"));
    ok(add("person", "yun", "name=Yun|unit=yn"));
    ok(add("person", "mia", "name=Mia|unit=moc"));
}

static const char *value(const char *kind, const char *key, const char *field)
{
    const struct entry *entry;
    ok(entry_get(reg, kind_find(kind), key, arena, &entry));
    const char *text = entry_value(entry, field);
    return text ? text : "";
}

static int64_t count_of(const char *kind)
{
    struct entry_query all = {.limit = 0};
    int64_t count;
    ok(entry_count(reg, kind_find(kind), &all, &count));
    return count;
}

static void act(const char *person)
{
    ok(reg_act_as(reg, person));
}

/* Asks by China's matrix, as ann. */
static struct rc ask(const char *system, struct harm business, struct harm service,
                     struct grading *out)
{
    struct grading_wish wish = {.system = system, .business = business, .service = service};
    wish.asked = (struct asked){.regime = regime_find("cn-mlps"), .on = {2026, 11, 27}};
    act("ann");
    return grading_request(reg, &wish, arena, out);
}

static const struct harm none = {"citizens", "general", "why"};

/* ---- grading --------------------------------------------------------------------------------- */

/* Every pair of harms: marks by the matrix of GB/T 22240-2020, the grade is the higher. */
ON_BOTH(test_every_pair)
{
    people();
    static const struct {
        const char *object, *degree;
        int grade;
    } cells[] = {{"citizens", "general", 1},
                 {"citizens", "serious", 2},
                 {"citizens", "very_serious", 2},
                 {"social_order", "general", 2},
                 {"social_order", "serious", 3},
                 {"social_order", "very_serious", 4},
                 {"national_security", "general", 3},
                 {"national_security", "serious", 4},
                 {"national_security", "very_serious", 5}};
    ok(add("system", "s", SYSTEM));
    for (size_t b = 0; b < COUNT_OF(cells); b++)
        for (size_t s = 0; s < COUNT_OF(cells); s++) {
            struct grading grading;
            char marks[8];
            int most = cells[b].grade > cells[s].grade ? cells[b].grade : cells[s].grade;
            snprintf(marks, sizeof marks, "S%dA%dG%d", cells[b].grade, cells[s].grade, most);
            ok(ask("s", (struct harm){cells[b].object, cells[b].degree, "b"},
                   (struct harm){cells[s].object, cells[s].degree, "s"}, &grading));
            assert_string_equal(grading.marks, marks);
            assert_int_equal(grading.grade, most);
            assert_int_equal(grading.in_effect, most == 1);
        }
    assert_int_equal(count_of("grading"), 81);
    assert_string_equal(value("system", "s", "grade"), "1");
}

ON_BOTH(test_nothing_is_stored_of_a_bad_request)
{
    people();
    struct grading grading = {.key = "untouched"};
    ok(add("system", "s", SYSTEM));
    fails(ask("s", (struct harm){"citizens", "general", " "}, none, &grading), FAULT_USAGE,
          "business information needs a reason");
    fails(ask("s", none, (struct harm){"citizens", "general", NULL}, &grading), FAULT_USAGE,
          "system service needs a reason");
    fails(ask("s", (struct harm){"moon", "general", "x"}, none, &grading), FAULT_USAGE, "moon");
    fails(ask("gone", none, none, &grading), FAULT_ABSENT, "gone");
    ok(entry_retire(reg, kind_find("system"), "s", "old"));
    fails(ask("s", none, none, &grading), FAULT_DATA, "is retired");
    assert_string_equal(grading.key, "untouched");
    assert_int_equal(count_of("grading"), 0);
}

ON_BOTH(test_who_approves)
{
    people();
    const struct harm two = {"citizens", "serious", "why"};
    static const char *const may[] = {"bob", "gail", "mia"};
    struct grading grading;
    ok(add("system", "s", SYSTEM));
    for (size_t i = 0; i < COUNT_OF(may); i++) {
        ok(ask("s", two, none, &grading));
        fails(grading_approve(reg, grading.key), FAULT_USAGE, "cannot approve it");
        act(NULL);
        fails(grading_approve(reg, grading.key), FAULT_DATA, "say who decides");
        act("yun");
        fails(grading_approve(reg, grading.key), FAULT_DATA, "is not of unit 'city'");
        assert_string_equal(value("grading", grading.key, "state"), "requested");
        act(may[i]);
        ok(grading_approve(reg, grading.key));
        assert_string_equal(value("grading", grading.key, "approver"), may[i]);
        fails(grading_approve(reg, grading.key), FAULT_DATA, "approved already");
    }
    assert_string_equal(value("system", "s", "grade"), "2");
    ok(set("system", "s", 0, "coverage=national"));
    ok(ask("s", two, none, &grading));
    act("gail");
    fails(grading_approve(reg, grading.key), FAULT_DATA, "department in charge");
    act("mia");
    ok(grading_approve(reg, grading.key));
}

ON_BOTH(test_review)
{
    people();
    const struct harm four = {"social_order", "very_serious", "why"};
    struct grading grading;
    ok(add("system", "s", SYSTEM));
    ok(ask("s", none, four, &grading));
    act("mia");
    fails(grading_approve(reg, grading.key), FAULT_DATA, "experts review grade 4");
    fails(grading_review(reg, grading.key, ""), FAULT_USAGE, "opinion");
    act("ann");
    fails(grading_review(reg, grading.key, "good"), FAULT_DATA, "cannot review it");
    act("yun");
    ok(grading_review(reg, grading.key, "good"));
    assert_string_equal(value("system", "s", "grade"), "");
    act("mia");
    ok(grading_approve(reg, grading.key));
    assert_string_equal(value("system", "s", "a"), "4");
    assert_string_equal(value("system", "s", "s"), "1");
    assert_string_equal(value("grading", grading.key, "reviewer"), "yun");
    /* Refused: the system keeps what it has. */
    ok(ask("s", none, none, &grading));
    assert_string_equal(value("system", "s", "grade"), "1");
    ok(ask("s", none, four, &grading));
    act("mia");
    fails(grading_refuse(reg, grading.key, NULL), FAULT_USAGE, "reason");
    ok(grading_refuse(reg, grading.key, "no"));
    fails(grading_approve(reg, grading.key), FAULT_DATA, "refused already");
    assert_string_equal(value("system", "s", "grade"), "1");
}

/* An old request does not undo a later grading, nor grade a system that is no more. */
ON_BOTH(test_late_approval)
{
    people();
    const struct harm two = {"citizens", "serious", "why"};
    struct grading early, late;
    ok(add("system", "s", SYSTEM));
    ok(ask("s", two, none, &early));
    ok(ask("s", none, two, &late));
    act("mia");
    ok(grading_approve(reg, late.key));
    fails(grading_approve(reg, early.key), FAULT_DATA, "a later one, 'gr-000002', is in effect");
    ok(grading_refuse(reg, early.key, "late"));
    assert_string_equal(value("system", "s", "a"), "2");
    ok(ask("s", two, none, &late));
    ok(entry_retire(reg, kind_find("system"), "s", "old"));
    act("mia");
    fails(grading_approve(reg, late.key), FAULT_DATA, "retired");
    assert_string_equal(value("grading", late.key, "state"), "requested");
    ok(grading_refuse(reg, late.key, "no more"));
}

/* Vietnam reviews (appraises) grade 3, too; the register's numbers answer where a question asks. */
ON_BOTH(test_criteria)
{
    people();
    struct grading_wish wish = {.system = "s"};
    struct grading grading;
    ok(add("system", "s", SYSTEM "|users=9999|sensitive_records=10000"));
    wish.asked = (struct asked){.regime = regime_find("vn-2016"), .on = {2020, 1, 1}};
    act("ann");
    ok(grading_request(reg, &wish, arena, &grading));
    assert_int_equal(grading.grade, 2);
    assert_string_equal(value("grading", grading.key, "marks"), "");
    const struct fact yes = {.name = "works-1", .answer = ANSWER_YES};
    wish.facts = &yes;
    wish.fact_count = 1;
    ok(grading_request(reg, &wish, arena, &grading));
    assert_int_equal(grading.grade, 4);
    act("mia");
    fails(grading_approve(reg, grading.key), FAULT_DATA, "Nghị định 85/2016/NĐ-CP");
    wish.facts = NULL;
    wish.fact_count = 0;
    wish.asked = (struct asked){.regime = regime_find("vn-2026"), .on = {2026, 9, 1}};
    act("ann");
    ok(grading_request(reg, &wish, arena, &grading));
    assert_int_equal(grading.grade, 3);
    assert_non_null(strstr(value("grading", grading.key, "criteria"), "sensitive-data-10000=yes"));
}

/* ---- what asks for a new grading ---------------------------------------------------------------
 */

ON_BOTH(test_regrade)
{
    people();
    static const char *const changes[][2] = {
        {"users", "5"},       {"personal_records", "6"}, {"sensitive_records", "7"},
        {"data_held", "x"},   {"business", "tolls"},     {"scopes", "general; cloud"},
        {"type", "big_data"}, {"coverage", "province"},  {"public_service_level", "2"}};
    const char *filter = "regrade!=";
    struct entry_query query = {.filters = &filter, .filter_count = 1};
    struct grading grading;
    int64_t count;
    ok(add("system", "s", SYSTEM));
    ok(set("system", "s", 0, "users=1"));
    assert_string_equal(value("system", "s", "regrade"), ""); /* not graded: nothing is due */
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        ok(ask("s", none, none, &grading)); /* the same day: cleared all the same */
        assert_string_equal(value("system", "s", "regrade"), "");
        ok(set("system", "s", 0, "note=n|status=operation"));
        assert_string_equal(value("system", "s", "regrade"), "");
        ok(set("system", "s", 0,
               arena_printf(arena, "%s=%s|note=m", changes[i][0], changes[i][1])));
        const char *said = value("system", "s", "regrade");
        assert_true(strlen(said) > 12 && strcmp(said + 12, changes[i][0]) == 0);
        assert_non_null(rule_regrade_reason(changes[i][0]));
    }
    /* A second change is added, a third of the same field is not; the day is the first one's. */
    ok(set("system", "s", 0, "users=6"));
    ok(set("system", "s", 0, "users=7"));
    assert_string_equal(value("system", "s", "regrade") + 12, "public_service_level; users");
    ok(entry_count(reg, kind_find("system"), &query, &count));
    assert_int_equal(count, 1);
    ok(set("system", "s", 0, "graded_on=2020-01-01|users=8"));
    assert_string_equal(value("system", "s", "regrade"), "");
    ok(entry_count(reg, kind_find("system"), &query, &count));
    assert_int_equal(count, 0);
}

/* The reasons are those of the regime's rule about regrading. */
static void test_reasons_are_the_laws(void **state)
{
    (void)state;
    static const char *const fields[] = {"users", "data_held", "business"};
    const struct asked asked = {.regime = regime_find("cn-mlps"), .on = {2026, 11, 27}};
    arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const char *reason = rule_regrade_reason(fields[i]);
        bool again = false;
        ok(grade_again(arena, &asked, &reason, 1, &again));
        assert_true(again);
    }
    assert_null(rule_regrade_reason("note"));
    const struct regime *regime = asked.regime;
    size_t reasons = 0;
    for (size_t i = 0; i < regime->rule_count; i++)
        if (strcmp(regime->rules[i].id, "gbt22240-2020-regrade") == 0)
            reasons = doc_count(rule_items(&regime->rules[i]));
    assert_int_equal(reasons, COUNT_OF(fields)); /* none is left out */
    arena_free(arena);
}

/* ---- the items that bind ------------------------------------------------------------------------
 */

static const struct bound *find(const struct binding *binding, const char *key)
{
    for (size_t i = 0; i < binding->count; i++)
        if (strcmp(binding->items[i].clause->key, key) == 0)
            return &binding->items[i];
    return NULL;
}

ON_BOTH(test_binding)
{
    people();
    struct binding binding = {.count = 7};
    ok(add("system", "cloud", "name=C|unit=gz|responsible=ann|type=cloud_platform|s=3"));
    ok(add("system", "s", SYSTEM));
    fails(binding_make(reg, "s", "gbt22239-2019", arena, &binding), FAULT_DATA, "is not graded");
    fails(binding_make(reg, "cloud", "moon", arena, &binding), FAULT_USAGE, "moon");
    assert_int_equal(binding.count, 7);
    ok(set("system", "s", 0, "s=3|a=2|platform=cloud|scopes=general,cloud"));
    ok(add("asset", "d2", "name=D|class=dbms|unit=city|responsible=ann|systems=s"));
    ok(add("asset", "d1", "name=D|class=dbms|unit=city|responsible=ann|systems=s"));
    ok(add("asset", "d3", "name=D|class=dbms|unit=city|responsible=ann|systems=cloud"));
    ok(binding_make(reg, "s", "gbt22239-2019", arena, &binding));
    static const char *const scopes[] = {"general", "cloud"};
    struct selection_request request = {.standard =
                                            catalogue_standard(catalogue_load(), "gbt22239-2019"),
                                        .marks = {3, 2, 3},
                                        .scopes = scopes,
                                        .scope_count = 2};
    struct selection selection;
    ok(selection_make(arena, &request, &selection));
    assert_int_equal(binding.count, selection.count);
    for (size_t i = 0; i < binding.count; i++) {
        assert_ptr_equal(binding.items[i].clause, selection.items[i].clause);
        assert_true(!binding.items[i].platform || binding.items[i].asset_count == 0);
    }
    /* content/law/cloud-split: one of each side, and a tenant's own identification of its users. */
    assert_string_equal(find(&binding, "cloud.c_loc")->platform, "cloud");
    assert_null(find(&binding, "cloud.c_sla")->platform);
    assert_null(find(&binding, "cloud.c_acv")->platform);
    assert_null(find(&binding, "general.ia_id")->platform);
    assert_string_equal(find(&binding, "general.ia_id")->assets, "d1; d2");
    ok(binding_make(reg, "cloud", "gbt22239-2019", arena, &binding));
    assert_null(find(&binding, "cloud.c_sla"));
    assert_non_null(find(&binding, "cloud.c_acv"));
    assert_null(find(&binding, "cloud.c_loc")->platform);
    assert_string_equal(find(&binding, "general.ia_id")->assets, "d3");
}

/* ---- evaluation
 * ---------------------------------------------------------------------------------- */

/* The first `count` items that bind, all met. */
static struct view results_of(const struct binding *binding, size_t count)
{
    struct buf text = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "{\"item\":\"%s\",\"result\":1}\n", binding->items[i].clause->id);
    const char *kept = arena_text(arena, text.ptr);
    buf_free(&text);
    return view_of(kept);
}

static struct rc evaluate_it(const char *year, struct view results, struct evaluation *out,
                             const char **key)
{
    return evaluation_make(reg, "s", "gbt22239-2019", year, "results", results, NULL, 0, arena, out,
                           key);
}

ON_BOTH(test_evaluation)
{
    people();
    struct binding binding;
    struct evaluation evaluation;
    const char *key = "untouched", *body;
    int64_t sequence;
    ok(add("system", "s", SYSTEM));
    struct view line = VIEW("{\"item\":\"GB22239-L3-8.1.4.1-a\",\"result\":1}\n");
    fails(evaluate_it("2025", line, &evaluation, &key), FAULT_DATA, "is not graded");
    ok(set("system", "s", 0, "s=1|a=1|g=1"));
    fails(evaluate_it("2025", line, &evaluation, &key), FAULT_USAGE, "does not bind");
    ok(binding_make(reg, "s", "gbt22239-2019", arena, &binding));
    assert_int_equal(binding.count, 55); /* general items of level 1 */
    fails(evaluate_it("1999", results_of(&binding, 55), &evaluation, &key), FAULT_USAGE, "1999");
    assert_string_equal(key, "untouched");
    assert_int_equal(count_of("evaluation"), 0);
    ok(evaluate_it("2021", results_of(&binding, 55), &evaluation, &key));
    assert_string_equal(value("evaluation", key, "score"), "100.0");
    ok(evaluate_it("2025", results_of(&binding, 44), &evaluation, &key));
    assert_string_equal(value("evaluation", key, "score"), "80.00%");
    assert_string_equal(value("evaluation", key, "missing"), "11");
    assert_string_equal(value("evaluation", key, "failing"), "11");
    ok(entry_body(reg, kind_find("evaluation"), key, arena, &body, &sequence));
    assert_non_null(strstr(body, "merlon-evaluation-1"));
    assert_non_null(strstr(body, binding.items[43].clause->id));
    assert_null(strstr(body, binding.items[44].clause->id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_every_pair),    BOTH(test_nothing_is_stored_of_a_bad_request),
        BOTH(test_who_approves),  BOTH(test_review),
        BOTH(test_late_approval), BOTH(test_criteria),
        BOTH(test_regrade),       cmocka_unit_test(test_reasons_are_the_laws),
        BOTH(test_binding),       BOTH(test_evaluation),
    };
    return cmocka_run_group_tests(tests, register_start, register_stop);
}
