/* Every threshold, list and statement of every pack, one by one, as facts and sources give it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "regulation/regime/regime.h"

#include <string.h>

static const struct {
    const char *regime, *id, *grades, *value;
} values[] = {
    {"cn-crypto", "measures-34-graded", "",
     "by function, importance, secret degree, harm, nature of the department"},
    {"cn-crypto", "measures-35-use", "", "under state_cryptography_rules"},
    {"cn-crypto", "measures-37-products", "", "3 items: approved, no-foreign, no-imported"},
    {"cn-crypto", "measures-38-evaluator", "", "authorised_by state_cryptography_administration"},
    {"cn-mlps", "gbt22240-2020-regrade", "", "3 items: data, users, function"},
    {"cn-mlps", "gbt22239-platform-floor", "", "1 items: not-below-hosted"},
    {"cn-mlps", "measures-44-in-force", "", "date 2007-06-22"},
    {"cn-mlps", "measures-43-above", "", "inclusive true"},
    {"cn-mlps", "gbt28448-results", "", "4 items: conforming, partly, not, not-applicable"},
    {"cn-mlps", "gbt28448-methods", "", "3 items: interview, check, test"},
    {"cn-mlps", "letter-1846-q22-major", "", "counted before_rectification"},
    {"cn-mlps", "letter-1846-major-triggers", "", "major_risk_triggers = 32 triggers"},
    {"cn-mlps", "letter-1846-q10-grade-5", "5", "level 4, also GA/T 2182-2024"},
    {"cn-mlps", "letter-1846-q23-plan", "345", "1 items: protection-plan"},
    {"cn-mlps", "high-risk-password", "", "password_length < 6 characters"},
    {"cn-mlps", "high-risk-attack-rules", "", "attack_rule_age > 6 months"},
    {"cn-mlps", "high-risk-malware", "", "malware_library_age > 1 months"},
    {"cn-mlps", "high-risk-logs", "", "log_retention < 6 months"},
    {"cn-mlps", "high-risk-drill", "", "drills_a_year < 1 drills"},
    {"cn-mlps", "high-risk-evaluation", "", "evaluations_a_year < 1 evaluations"},
    {"cn-mlps", "measures-16-materials", "345",
     "7 items: topology, organisation, design, products, evaluation, experts, department"},
    {"cn-mlps", "filing-table-1", "",
     "11 items: name, address, postcode, region, head, department, contact, affiliation, type, "
     "industry, counts"},
    {"cn-mlps", "filing-table-2", "",
     "13 items: name, number, business, service, network, interconnection, products, services, "
     "evaluator, start, outsourcing, subsystem, parent"},
    {"cn-mlps", "filing-table-3", "",
     "9 items: business-harm, service-harm, grade, graded-on, experts, department, report, filler, "
     "filled-on"},
    {"cn-mlps", "filing-table-4", "345",
     "7 items: topology, organisation, design, products, evaluation, experts, department"},
    {"cn-mlps", "letter-1001-work", "", "issued 2025-03-08, explained_by letter-1846-2025"},
    {"cn-mlps", "letter-1846-data-survey", "2345", "1 items: data-class"},
    {"cn-mlps", "letter-1846-refile", "2345", "regardless_of_change true"},
    {"cn-mlps", "letter-1846-certificate-old", "2345", "counts_from 2025-01-01"},
    {"cn-mlps", "measures-18-matters", "345",
     "8 items: need, rules, self, evaluation, products, rectification, filing, other"},
    {"cn-mlps", "measures-19-files", "345",
     "9 items: filing, people, rules, operation, self, evaluation, products, emergency, "
     "rectification"},
    {"cn-mlps", "measures-21-products", "345",
     "6 items: owner, technology, record, declared, harmless, certificate"},
    {"cn-mlps", "measures-22-evaluator", "345",
     "8 items: registered, owner, experience, nationals, record, equipment, management, harmless"},
    {"cn-mlps", "measures-22-experience", "345", "evaluator_experience >= 2 years"},
    {"cn-mlps", "measures-23-evaluator-duties", "", "3 items: objective, secrets, people"},
    {"cn-mlps", "measures-40-acts", "345",
     "10 items: filing, rules, inspection, evaluation, rectification, choice, files, secrecy, "
     "cryptography, other"},
    {"cn-mlps", "guizhou-alerts-raw", "", "raw_alerts = 1800000 a_day"},
    {"cn-mlps", "guizhou-alerts-kept", "", "valuable_alerts <= 900 a_day"},
    {"cn-mlps", "guizhou-vulnerability", "", "vulnerability_tickets <= 100 a_year"},
    {"cn-mlps", "guizhou-tickets", "", "tickets_closed >= 100 percent"},
    {"cn-mlps", "guizhou-scale", "", "4 items: sites, devices, pages, attachments"},
    {"cn-secret", "measures-24-only", "", "only secret_systems"},
    {"cn-secret", "measures-25-degrees", "", "3 items: secret, confidential, top_secret"},
    {"cn-secret", "measures-26-report", "", "to secrecy_department"},
    {"cn-secret", "measures-27-integrator", "", "qualified true"},
    {"cn-secret", "measures-28-products", "", "prefer domestic, tested_by secrecy_bureau"},
    {"cn-secret", "measures-30-materials", "",
     "6 items: design, integrator, construction, evaluation, organisation, other"},
    {"cn-telecom-pilot", "miit-391-fields", "",
     "8 items: management, assets, data, threats, ddos, cloud, dns, other"},
    {"cn-telecom-pilot", "miit-391-projects", "", "projects_per_field <= 3 projects"},
    {"cn-transport", "jtt1417-password-length", "1", "password_length >= 8 characters"},
    {"cn-transport", "jtt1417-password-classes", "1", "password_classes >= 3 of_4_classes"},
    {"cn-transport", "jtt1417-password-first", "1", "2 items: default, reuse"},
    {"cn-transport", "jtt1417-login-failures", "1", "login_failures <= 5 attempts"},
    {"cn-transport", "jtt1417-log-retention", "1", "log_retention >= 6 months"},
    {"cn-transport", "jtt1417-labels", "1", "2 items: number, person"},
    {"cn-transport", "jtt1417-mandatory-rules", "1",
     "4 items: environment, vulnerability, network, malware"},
    {"cn-transport", "jtt1417-recommended", "1", "3 items: binding, ports, interfaces"},
    {"cn-transport", "jtt1417-application-flaws", "1", "3 items: sql, xss, upload"},
    {"cn-transport", "jtt904-2023", "",
     "issued 2023-06-25, covers systems, network facilities and data resources that are not "
     "secret"},
    {"cn-transport", "jtt1418-2022", "", "issued 2022-06-09"},
    {"vn-2016", "decree-85-dossier", "",
     "5 items: overview, design, justification, protection, opinion"},
    {"vn-2016", "decree-85-check-body", "345", "2 items: licensed, designated"},
    {"vn-2016", "handbook-478", "", "issued 2024-03-30"},
    {"vn-2016", "directive-14-layers", "", "4 items: on-site, monitoring, independent, national"},
    {"vn-2016", "circular-12-tcvn", "", "standard TCVN 11930:2017, without physical_security"},
    {"vn-2016", "tcvn-11930-structure", "",
     "9 items: policy, organisation, staff, build, operation, network, server, application, data"},
    {"vn-2026", "law-116-in-force", "",
     "date 2026-07-01, passed 2025-12-10, replaces laws of 2015 and 2018"},
    {"vn-2026", "law-116-authority", "",
     "ministry public_security, before information_and_communications"},
    {"vn-2026", "decree-331-report-period", "", "from 15 December, to 14 December"},
    {"vn-2026", "tcvn-14423", "", "standard TCVN 14423:2026, replaces TCVN 11930:2017"},
    {"vn-2026", "tcvn-14423-logs-2", "2", "log_retention >= 1 months"},
    {"vn-2026", "tcvn-14423-logs-3", "3", "log_retention >= 3 months"},
    {"vn-2026", "tcvn-14423-logs-4", "4", "log_retention >= 6 months"},
    {"vn-2026", "tcvn-14423-logs-5", "5", "log_retention >= 12 months"},
    {"vn-2026", "tcvn-14423-idle", "", "idle_account <= 45 days"},
    {"vn-2026", "tcvn-14423-password-mfa", "", "password_length >= 8 characters"},
    {"vn-2026", "tcvn-14423-password", "", "password_length >= 14 characters"},
    {"vn-2026", "decree-330-fine", "345", "fine >= 20000000, <= 30000000 VND"},
    {"vn-2026", "decree-330-fine-organisation", "345", "fine >= 40000000, <= 60000000 VND"},
};

static const char *grades_of(const struct rule *rule, char out[static 8])
{
    size_t count = 0;
    for (int grade = 1; grade <= GRADE_MAX && rule->grades != GRADES_ALL; grade++)
        if (rule->grades >> grade & 1u)
            out[count++] = (char)('0' + grade);
    out[count] = '\0';
    return out;
}

static void holds_every_value(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        char text[8];
        const struct rule *rule = regime_rule(regime_find(values[i].regime), values[i].id);
        if (!rule)
            fail_msg("%s has no rule %s", values[i].regime, values[i].id);
        assert_string_equal(rule_value_text(arena, rule, LANG_EN), values[i].value);
        assert_string_equal(grades_of(rule, text), values[i].grades);
        for (uint32_t k = 0; k < doc_count(rule_items(rule)); k++)
            assert_true(item_grades(rule, doc_at(rule_items(rule), k)) & GRADES_ALL);
    }
    arena_free(arena);
}

/* Numbers that the sources state of their lists. */
static void counts_what_the_sources_count(void **state)
{
    (void)state;
    static const struct {
        const char *regime, *id;
        uint32_t count;
    } lists[] = {
        {"cn-mlps", "measures-16-materials", 7},   {"cn-mlps", "measures-18-matters", 8},
        {"cn-mlps", "measures-19-files", 9},       {"cn-mlps", "measures-21-products", 6},
        {"cn-mlps", "measures-22-evaluator", 8},   {"cn-mlps", "measures-40-acts", 10},
        {"cn-secret", "measures-30-materials", 6}, {"cn-telecom-pilot", "miit-391-fields", 8},
        {"cn-mlps", "filing-table-4", 7},          {"vn-2016", "decree-85-dossier", 5},
        {"vn-2016", "directive-14-layers", 4},     {"cn-transport", "jtt1417-mandatory-rules", 4},
    };
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        const struct rule *rule = regime_rule(regime_find(lists[i].regime), lists[i].id);
        assert_non_null(rule);
        assert_int_equal(doc_count(rule_items(rule)), lists[i].count);
    }
}

static void reads_bounds(void **state)
{
    (void)state;
    struct threshold t;
    const struct regime *mlps = regime_find("cn-mlps");
    assert_false(failed(rule_threshold(regime_rule(mlps, "high-risk-password"), &t)));
    assert_true(t.has_high && t.high_open && !t.has_low);
    assert_int_equal(t.high, 6);
    assert_false(failed(
        rule_threshold(regime_rule(regime_find("cn-transport"), "jtt1417-login-failures"), &t)));
    assert_true(t.has_high && !t.high_open);
    assert_int_equal(t.high, 5);
    assert_false(
        failed(rule_threshold(regime_rule(regime_find("vn-2026"), "decree-330-fine"), &t)));
    assert_true(t.has_low && t.has_high);
    assert_int_equal(t.low, 20000000);
    assert_int_equal(t.high, 30000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_every_value),
        cmocka_unit_test(counts_what_the_sources_count),
        cmocka_unit_test(reads_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
