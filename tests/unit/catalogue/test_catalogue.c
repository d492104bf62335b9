/* The catalogue: how much of each standard is there, finding, filtering, order, classes, verify. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/content/content.h"
#include "regulation/catalogue/catalogue.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static size_t count_of(const struct clause_filter *filter)
{
    size_t total, hits = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    for (size_t i = 0; i < total; i++)
        hits += clause_matches(&clauses[i], filter);
    return hits;
}

static struct value law(const char *path)
{
    struct value top = doc_get(content_root(), path);
    assert_int_equal(doc_kind(top), DOC_MAP);
    return top;
}

/* Runs first, so that it is the load that is measured. CPU time: other programs do not count. */
static void loads_within_ten_milliseconds(void **state)
{
    (void)state;
    clock_t before = clock();
    assert_non_null(catalogue_load());
    assert_true(clock() - before < CLOCKS_PER_SEC / 100);
    assert_ptr_equal(catalogue_load(), catalogue_load());
}

static void has_the_items_of_every_level_and_scope(void **state)
{
    (void)state;
    static const struct {
        const char *scope;
        size_t per_level[4];
    } expected[] = {{"general", {55, 135, 211, 228}}, {"cloud", {11, 29, 46, 49}},
                    {"mobile", {5, 14, 19, 21}},      {"iot", {4, 7, 20, 21}},
                    {"ics", {9, 15, 21, 22}},         {"bigdata", {3, 12, 24, 25}}};
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        for (int level = 1; level <= 4; level++) {
            struct clause_filter filter = {"gbt22239-2019", level, expected[i].scope, 0};
            assert_int_equal(count_of(&filter), expected[i].per_level[level - 1]);
        }
    assert_int_equal(count_of(&(struct clause_filter){.standard = "gbt22239-2019"}), 1006);
    assert_int_equal(count_of(&(struct clause_filter){0}), 1006 + 116);
}

static void has_the_rows_and_clauses_of_the_transport_standard(void **state)
{
    (void)state;
    size_t total, rows = 0, numbers = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    const char *last = "";
    for (size_t i = 0; i < total; i++) {
        if (strcmp(clauses[i].standard->id, "jtt1417-2022") != 0)
            continue;
        rows++;
        numbers += strcmp(last, clauses[i].number) != 0;
        last = clauses[i].number;
        assert_string_equal(clauses[i].key, "");
    }
    assert_int_equal(rows, 116);
    assert_int_equal(numbers, 65);
}

static void knows_its_standards(void **state)
{
    (void)state;
    size_t count;
    const struct standard *standards = catalogue_standards(catalogue_load(), &count);
    assert_int_equal(count, 2);
    const struct standard *gb = catalogue_standard(catalogue_load(), "gbt22239-2019");
    assert_ptr_equal(gb, &standards[0]);
    assert_string_equal(gb->title, "GB/T 22239-2019");
    assert_string_equal(gb->valid_from, "2019-12-01");
    assert_string_equal(gb->valid_to, "");
    assert_int_equal(gb->level_min, 1);
    assert_int_equal(gb->level_max, 4);
    const struct standard *jt = catalogue_standard(catalogue_load(), "jtt1417-2022");
    assert_int_equal(jt->level_min, 1);
    assert_int_equal(jt->level_max, 1);
    assert_string_equal(jt->valid_from, "2022-09-09");
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(doc_count(standards[i].names), 3);
        assert_true(strlen(standards[i].authority) > 0 && strlen(standards[i].source) > 0);
    }
    assert_null(catalogue_standard(catalogue_load(), "gbt22239-2008"));
}

static void finds_every_clause_by_its_id(void **state)
{
    (void)state;
    size_t total;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    for (size_t i = 0; i < total; i++)
        assert_ptr_equal(catalogue_clause(catalogue_load(), clauses[i].id), &clauses[i]);
    assert_null(catalogue_clause(catalogue_load(), ""));
    assert_null(catalogue_clause(catalogue_load(), "GB22239-L3-8.1.4.1"));
    assert_null(catalogue_clause(catalogue_load(), "gb22239-l3-8.1.4.1-a"));
}

static void fills_every_field_of_a_clause(void **state)
{
    (void)state;
    const struct clause *gb = catalogue_clause(catalogue_load(), "GB22239-L3-8.1.4.1-a");
    assert_non_null(gb);
    assert_string_equal(gb->standard->id, "gbt22239-2019");
    assert_int_equal(gb->level, 3);
    assert_string_equal(gb->scope, "general");
    assert_string_equal(gb->number, "8.1.4.1");
    assert_string_equal(gb->item, "a");
    assert_string_equal(gb->subitem, "");
    assert_string_equal(gb->key, "general.ia_id");
    assert_int_equal(gb->verify, VERIFY_AUTO);
    assert_string_equal(doc_get_text(gb->raw, "sag"), "S");
    assert_string_equal(doc_get_text(gb->chapter, "confidence"), "H");
    const struct clause *jt = catalogue_clause(catalogue_load(), "JTT1417-L1-6.1.4.3.1-a-1");
    assert_non_null(jt);
    assert_string_equal(jt->number, "6.1.4.3.1");
    assert_string_equal(jt->item, "a");
    assert_string_equal(jt->subitem, "1");
    int64_t length = 0;
    assert_true(doc_integer(doc_path(jt->raw, "params", "password_min_length"), &length));
    assert_int_equal(length, 8);
}

/* A sorts before B in the standards' own order, e.g. 8.1.9.1 before 8.1.10.1. */
static void keeps_the_order_of_the_standards(void **state)
{
    (void)state;
    size_t total;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    assert_string_equal(clauses[0].id, "GB22239-L1-6.1.1.1");
    for (size_t i = 1; i < total; i++) {
        const struct clause *a = &clauses[i - 1], *b = &clauses[i];
        assert_true(a->standard <= b->standard);
        if (a->standard != b->standard)
            continue;
        assert_true(a->level <= b->level);
        if (a->level == b->level && strcmp(a->scope, b->scope) == 0) {
            int by_number = strverscmp(a->number, b->number);
            assert_true(by_number < 0 || (by_number == 0 && strcmp(a->item, b->item) <= 0));
        }
    }
    const struct clause *nine = catalogue_clause(catalogue_load(), "GB22239-L3-8.1.9.1");
    const struct clause *ten = catalogue_clause(catalogue_load(), "GB22239-L3-8.1.10.1-a");
    assert_non_null(ten);
    assert_true(!nine || nine < ten);
}

static void filters_by_everything_at_once(void **state)
{
    (void)state;
    const struct clause *clause = catalogue_clause(catalogue_load(), "GB22239-L3-8.1.4.4-a");
    assert_non_null(clause);
    uint32_t host = 1u << CLASS_HOST_OS, app = 1u << CLASS_BUSINESS_APP;
    struct clause_filter filter = {"gbt22239-2019", 3, "general", host};
    assert_true(clause_matches(clause, &filter));
    filter.classes = app;
    assert_false(
        clause_matches(clause, &filter)); /* "install only what is needed": no application */
    filter.classes = app | host;
    assert_true(clause_matches(clause, &filter));
    filter.level = 2;
    assert_false(clause_matches(clause, &filter));
    filter.level = 0;
    filter.scope = "cloud";
    assert_false(clause_matches(clause, &filter));
    filter.scope = NULL;
    filter.standard = "jtt1417-2022";
    assert_false(clause_matches(clause, &filter));
}

static uint32_t classes_of(const char *id)
{
    const struct clause *clause = catalogue_clause(catalogue_load(), id);
    assert_non_null(clause);
    return clause->classes;
}

static void maps_items_to_asset_classes(void **state)
{
    (void)state;
    uint32_t network = 1u << CLASS_NETWORK_DEVICE, security = 1u << CLASS_SECURITY_DEVICE;
    assert_int_equal(classes_of("GB22239-L3-8.1.4.1-a"), (1u << CLASS_COUNT) - 1);
    assert_int_equal(classes_of("GB22239-L3-8.1.3.1-a"), network | security);
    assert_int_equal(classes_of("GB22239-L3-8.1.4.5"), 1u << CLASS_HOST_OS); /* anti-malware */
    assert_int_equal(classes_of("GB22239-L3-8.1.1.1-a"), 0);
    assert_int_equal(classes_of("GB22239-L4-9.1.10.5-a"), 0);
    assert_int_equal(classes_of("JTT1417-L1-6.1.4.6.3"), 1u << CLASS_MIDDLEWARE);
    assert_int_equal(classes_of("JTT1417-L1-6.1.1.1"), 0);
}

static size_t classed_as(const char *name)
{
    enum asset_class asset_class;
    assert_true(asset_class_from(name, &asset_class));
    assert_string_equal(asset_class_name(asset_class), name);
    return count_of(&(struct clause_filter){"jtt1417-2022", 1, NULL, 1u << asset_class});
}

static void keeps_the_classes_of_the_transport_standard(void **state)
{
    (void)state;
    assert_int_equal(classed_as("network_device"), 11);
    assert_int_equal(classed_as("security_device"), 11);
    assert_int_equal(classed_as("host_os"), 14);
    assert_int_equal(classed_as("dbms"), 11);
    assert_int_equal(classed_as("business_app"), 13);
    assert_int_equal(classed_as("middleware"), 11);
    enum asset_class untouched = CLASS_DBMS;
    assert_false(asset_class_from("printer", &untouched));
    assert_false(asset_class_from(NULL, &untouched));
    assert_int_equal(untouched, CLASS_DBMS);
}

/* Physical and management items bear on no class, at any level and in any scope. */
static void leaves_places_papers_and_people_without_a_class(void **state)
{
    (void)state;
    static const char *const technical[] = {
        "Communication network security", "Area boundary security",
        "Computing environment security", "Security management centre"};
    size_t total;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    for (size_t i = 0; i < total; i++) {
        bool may = false;
        for (size_t k = 0; k < COUNT_OF(technical); k++)
            may |= strcmp(clause_layer(&clauses[i], LANG_EN), technical[k]) == 0;
        assert_true(may || clauses[i].classes == 0);
    }
}

/* Each item's key is mapped by name or by its layer, and the mapping names no key that is not. */
static void maps_every_key_and_nothing_else(void **state)
{
    (void)state;
    struct value mapping = law("law/asset-classes"), named = doc_get(mapping, "requirements");
    size_t total;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    for (size_t i = 0; i < total && clauses[i].key[0]; i++) {
        const struct clause *c = &clauses[i];
        assert_null(strchr(c->key, '@'));
        struct value layer =
            doc_path(doc_get(mapping, "layers"), c->scope, clause_layer(c, LANG_EN));
        assert_int_equal(doc_kind(layer), DOC_LIST);
    }
    for (uint32_t i = 0; i < doc_count(named); i++) {
        size_t uses = 0;
        for (size_t k = 0; k < total; k++)
            uses += strcmp(clauses[k].key, doc_key(named, i)) == 0;
        if (!uses)
            print_error("asset-classes.yaml: no item has the key %s\n", doc_key(named, i));
        assert_true(uses > 0);
    }
}

static void judges_how_far_a_machine_can_verify(void **state)
{
    (void)state;
    size_t total, by[3] = {0};
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &total);
    struct value ours = doc_get(law("law/jtt1417-2022/verification"), "verify");
    assert_int_equal(doc_count(ours), 116);
    for (size_t i = 0; i < total; i++) {
        const struct clause *c = &clauses[i];
        if (c->standard == catalogue_standard(catalogue_load(), "jtt1417-2022"))
            assert_string_equal(verify_name(c->verify), doc_get_text(ours, c->id));
        else if (c->level == 3 && strcmp(c->scope, "general") == 0)
            by[c->verify]++;
    }
    assert_int_equal(by[VERIFY_AUTO], 74);
    assert_int_equal(by[VERIFY_SEMI], 82);
    assert_int_equal(by[VERIFY_MANUAL], 55);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_within_ten_milliseconds),
        cmocka_unit_test(has_the_items_of_every_level_and_scope),
        cmocka_unit_test(has_the_rows_and_clauses_of_the_transport_standard),
        cmocka_unit_test(knows_its_standards),
        cmocka_unit_test(finds_every_clause_by_its_id),
        cmocka_unit_test(fills_every_field_of_a_clause),
        cmocka_unit_test(keeps_the_order_of_the_standards),
        cmocka_unit_test(filters_by_everything_at_once),
        cmocka_unit_test(maps_items_to_asset_classes),
        cmocka_unit_test(keeps_the_classes_of_the_transport_standard),
        cmocka_unit_test(leaves_places_papers_and_people_without_a_class),
        cmocka_unit_test(maps_every_key_and_nothing_else),
        cmocka_unit_test(judges_how_far_a_machine_can_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
