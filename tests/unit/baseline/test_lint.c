/*
 * Lint: a good check is taken, and each thing that a person could not rely on is refused with the
 * file and the culprit. Every case changes one line of the same good check.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trial.h"

static const char *const good =
    "id: tried\n"
    "title: {en: t, zh: t, vi: t}\n"
    "rationale: {en: r, zh: r, vi: r}\n"
    "class: host_os\n"
    "clauses:\n"
    "  gbt22239-2019: [general.ia_id]\n"
    "parameters:\n"
    "  least:\n"
    "    type: integer\n"
    "    min: 0\n"
    "    max: 100\n"
    "    default: 1\n"
    "    gbt22239-2019: {1: 1, 2: 1, 3: 1, 4: 2}\n"
    "    source: ours\n"
    "applies:\n"
    "  sql: SELECT 1 FROM target\n"
    "  otherwise: {en: o, zh: o, vi: o}\n"
    "sql: SELECT name AS subject, uid >= :least AS ok, src, line FROM account\n"
    "absent:\n"
    "  verdict: fail\n"
    "  reason: {en: a, zh: a, vi: a}\n"
    "expected: {en: e, zh: e, vi: e}\n"
    "fix:\n"
    "  text: {en: f, zh: f, vi: f}\n"
    "  shell: 'true'\n"
    "fixtures:\n"
    "  - kind: pass\n"
    "    name: good\n"
    "    files: {/etc/passwd: \"an:x:1:1::/:/bin/sh\\n\"}\n"
    "    rows: {an: 1}\n"
    "  - kind: fail\n"
    "    name: bad\n"
    "    files: {/etc/passwd: \"root:x:0:0::/:/bin/sh\\n\"}\n"
    "    rows: {root: 0}\n"
    "  - kind: absent\n"
    "    name: none\n"
    "    files: {}\n"
    "  - kind: unreadable\n"
    "    name: shut\n"
    "    denied: [/etc/passwd]\n";

/* The good check with `old` replaced; everything between is as it was. */
static char *changed(const char *old, const char *fresh)
{
    const char *at = strstr(good, old);
    assert_non_null(at);
    return arena_printf(trial_arena, "%.*s%s%s", (int)(at - good), good, fresh, at + strlen(old));
}

static struct rc lint_yaml(const char *file, const char *yaml, size_t *cases)
{
    struct check *check;
    *cases = 0;
    TRY(read_yaml(file, yaml, &check));
    return check_lint(check, cases);
}

static void test_good(void **state)
{
    (void)state;
    size_t cases;
    expect_ok(lint_yaml("tried.yaml", good, &cases));
    assert_int_equal(cases, 4);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *old, *fresh, *word;
    } cases[] = {
        /* texts */
        {"title: {en: t, zh: t, vi: t}\n", "", "title"},
        {"title: {en: t, zh: t, vi: t}", "title: {en: t, zh: t}", "title"},
        {"title: {en: t, zh: t, vi: t}", "title: {en: t, vi: t}", "title"},
        {"title: {en: t, zh: t, vi: t}", "title: {en: '', zh: t, vi: t}", "title"},
        {"title: {en: t, zh: t, vi: t}", "title: t", "title"},
        {"rationale: {en: r, zh: r, vi: r}\n", "", "rationale"},
        {"rationale: {en: r, zh: r, vi: r}", "rationale: {zh: r, vi: r}", "rationale"},
        {"expected: {en: e, zh: e, vi: e}\n", "", "expected"},
        {"  reason: {en: a, zh: a, vi: a}\n", "", "absent reason"},
        {"  otherwise: {en: o, zh: o, vi: o}\n", "", "otherwise"},
        {"  text: {en: f, zh: f, vi: f}\n", "", "fix"},
        {"  shell: 'true'\n", "", "fix"},
        /* what reading refuses */
        {"id: tried\n", "", "id"},
        {"class: host_os\n", "", "class"},
        {"class: host_os", "class: host", "class"},
        {"  verdict: fail\n", "", "absent"},
        {"verdict: fail", "verdict: failed", "absent"},
        {"verdict: fail", "verdict: manual", "absent"},
        {"verdict: fail", "verdict: waived", "absent"},
        {"type: integer", "type: number", "type"},
        {"    type: integer\n", "", "type"},
        {"sql: SELECT name", "walk: {predicates: [huge]}\nsql: SELECT name", "predicate"},
        {"sql: SELECT name", "paths: [[/etc]]\nsql: SELECT name", "list of texts"},
        /* names */
        {"id: tried", "id: other", "other"},
        {"id: tried", "id: trie", "trie"},
        {"  gbt22239-2019: [general.ia_id]\n", "  {}\n", "clauses"},
        {"[general.ia_id]", "[general.no_such]", "general.no_such"},
        {"[general.ia_id]", "[general.ia_id, GB22239-L3-9.9.9.9-z]", "GB22239-L3-9.9.9.9-z"},
        {"[general.ia_id]", "[]", "gbt22239-2019"},
        {"  gbt22239-2019: [general.ia_id]", "  gbt1: [general.ia_id]", "gbt1"},
        {"class: host_os", "class: host_os\nlevels: {gbt22239-2019: [9]}", "gbt22239-2019"},
        /* parameters */
        {"uid >= :least", "uid >= 1", "least"},
        {"uid >= :least", "uid >= :leas", "least"},
        {"uid >= :least", "uid >= :least_of", "least"},
        {"uid >= :least", "uid >= :least + :more", "more"},
        {"    source: ours\n", "", "source"},
        {"4: 2}", "4: 200}", "200"},
        {"4: 2}", "4: two}", "two"},
        {"    min: 0\n", "    min: 2\n", "below"},
        /* queries */
        {"sql: SELECT name AS subject", "sql: DELETE FROM account --", "refused"},
        {"sql: SELECT name AS subject", "sql: SELECT 1; SELECT name AS subject", "refused"},
        {"FROM account\n", "FROM acount\n", "acount"},
        {"uid >= :least", "uids >= :least", "uids"},
        {"uid >= :least", "uid >= :least + abs(random() % 1)", "random"},
        {"SELECT 1 FROM target", "DROP TABLE target", "refused"},
        {"name AS subject", "name", "subject"},
        {"AS ok", "AS good", "ok"},
        {"uid >= :least AS ok", "(uid >= :least) * 2 AS ok", "fixture"},
        /* fixtures */
        {"kind: pass", "kind: fail", "kind pass"},
        {"kind: fail", "kind: pass", "kind fail"},
        {"kind: absent", "kind: pass", "kind absent"},
        {"kind: unreadable", "kind: pass", "kind unreadable"},
        {"kind: pass", "kind: passes", "kind"},
        {"  - kind: pass\n    name: good\n", "  - name: good\n", "kind"},
        {"    name: good\n", "", "name"},
        {"name: good", "name: good\n    expect: fail", "good"},
        {"name: good", "name: good\n    expect: fine", "fine"},
        {"name: good", "name: good\n    parameters: {least: 2}", "good"},
        {"name: good", "name: good\n    parameters: {most: 2}", "most"},
        {"name: good", "name: good\n    level: 9", "9"},
        {"name: good", "name: good\n    standard: none", "none"},
        {"name: good", "name: good\n    denied: [/etc/passwd]", "good"},
        {"an:x:1:1", "an:x:0:1", "good"},
        {"root:x:0:0", "root:x:1:0", "bad"},
        {"name: none", "name: none\n    expect: pass", "none"},
        {"    denied: [/etc/passwd]\n", "    files: {}\n", "shut"},
        {"name: shut", "name: shut\n    expect: pass", "unreadable"},
        {"rows: {an: 1}", "rows: {an: 0}", "an"},
        {"rows: {an: 1}", "rows: {bo: 1}", "an"},
        {"rows: {an: 1}", "rows: {an: 1, bo: 1}", "subjects"},
        {"rows: {an: 1}", "rows: {}", "subjects"},
        {"files: {}", "files: {relative: x}", "relative"},
        {"files: {}", "files: {/a: {mode: rwx}}", "mode"},
        {"files: {}", "files: {/a: {status: gone}}", "gone"},
        {"files: {}", "live: {sysctl: {status: gone}}", "sysctl"},
    };
    size_t wrong = 0, judged;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct rc rc = lint_yaml("tried.yaml", changed(cases[i].old, cases[i].fresh), &judged);
        const char *text = failed(rc) ? fault_text() : "it was taken";
        if (failed(rc) && strstr(text, "tried.yaml") && strstr(text, cases[i].word))
            continue;
        print_error("'%s' -> '%s': %s\n", cases[i].old, cases[i].fresh, text);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void test_file_name(void **state)
{
    (void)state;
    static const char *const names[] = {"trie.yaml",      "tried.yml",   "tried",
                                        "tried.yaml.bak", "tried2.yaml", "TRIED.yaml"};
    size_t cases;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        expect_fault(lint_yaml(names[i], good, &cases), FAULT_DATA, "tried");
}

static void test_no_file(void **state)
{
    (void)state;
    struct check check;
    expect_fault(check_read(trial_arena, at("none.yaml"), &check), FAULT_ABSENT, "none.yaml");
    make_dir("folder.yaml", 0755);
    assert_true(failed(check_read(trial_arena, at("folder.yaml"), &check)));
    size_t cases;
    expect_fault(lint_yaml("tried.yaml", "", &cases), FAULT_DATA, "tried.yaml");
    expect_fault(lint_yaml("tried.yaml", "a: [", &cases), FAULT_DATA, "tried.yaml");
    expect_fault(lint_yaml("tried.yaml", "- 1\n", &cases), FAULT_DATA, "tried.yaml");
}

/* A check bears on the items of each level that has its key, or on those it names. */
static void test_clauses(void **state)
{
    (void)state;
    const struct clause *found[8];
    struct check *by_key = check_of("tried", "clauses: {gbt22239-2019: [general.ia_id]}\n"
                                             "sql: SELECT 1\n");
    size_t all = check_clauses(by_key, "gbt22239-2019", 0, found, COUNT_OF(found));
    assert_true(all >= 3);
    size_t at_three = check_clauses(by_key, "gbt22239-2019", 3, found, COUNT_OF(found));
    assert_true(at_three >= 1 && at_three < all);
    const char *id = found[0]->id;
    struct check *by_id = check_of(
        "tried", arena_printf(trial_arena, "clauses: {gbt22239-2019: [%s]}\nsql: SELECT 1\n", id));
    assert_int_equal(check_clauses(by_id, "gbt22239-2019", 0, found, COUNT_OF(found)), 1);
    assert_string_equal(found[0]->id, id);
    assert_int_equal(check_clauses(by_id, "gbt22239-2019", 2, found, COUNT_OF(found)), 0);
    assert_int_equal(check_clauses(by_id, "jtt1417-2022", 0, found, COUNT_OF(found)), 0);
    assert_int_equal(check_clauses(by_id, "none", 0, found, COUNT_OF(found)), 0);
    struct check *limited = check_of("tried", "clauses: {gbt22239-2019: [general.ia_id]}\n"
                                              "levels: {gbt22239-2019: [3, 4]}\nsql: SELECT 1\n");
    assert_int_equal(check_clauses(limited, "gbt22239-2019", 2, found, COUNT_OF(found)), 0);
    assert_int_equal(check_clauses(limited, "gbt22239-2019", 3, found, COUNT_OF(found)), at_three);
    assert_int_equal(check_clauses(by_key, "gbt22239-2019", 0, NULL, 0), all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_good),    TRIAL(test_refused), TRIAL(test_file_name),
        TRIAL(test_no_file), TRIAL(test_clauses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
