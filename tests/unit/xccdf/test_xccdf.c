/* XCCDF results: both versions, wrapped or not; and what hostile files come to. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/document/document.h"
#include "foundation/sys/sys.h"
#include "sensor/xccdf/xccdf.h"

#include <stdlib.h>
#include <string.h>

#define NS11 "http://checklists.nist.gov/xccdf/1.1"
#define NS12 "http://checklists.nist.gov/xccdf/1.2"
#define SSG  "xccdf_org.ssgproject.content_rule_"

#define RULE(name, result)                                                                         \
    "<rule-result idref='" SSG name "' severity='high'><result>" result "</result></rule-result>"
#define TEST_RESULT(ns, inside)                                                                    \
    "<TestResult xmlns='" ns "' id='t' end-time='2026-01-02T03:04:05'><benchmark href='b.xml'/>"   \
    "<title>x</title><profile idref='std'/><target>host-a</target>" inside                         \
    "<score>1</score></TestResult>"

static struct arena *arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int free_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct xccdf read_good(const char *xml)
{
    struct xccdf out = {0};
    struct rc rc = xccdf_read(arena, "r.xml", view_of(xml), &out);
    if (failed(rc))
        fail_msg("%s", fault_text());
    return out;
}

static void read_bad(struct view xml, const char *why)
{
    struct xccdf out = {.version = "untouched"};
    struct rc rc = xccdf_read(arena, "r.xml", xml, &out);
    assert_int_equal(rc.kind, FAULT_TARGET);
    assert_ptr_equal(strncmp(fault_text(), "r.xml", 5), 0);
    if (!strstr(fault_text(), why))
        fail_msg("'%s' lacks '%s'", fault_text(), why);
    assert_string_equal(out.version, "untouched");
}

static void test_both_versions(void **state)
{
    (void)state;
    struct xccdf x = read_good(TEST_RESULT(NS12, RULE("a", "pass") RULE("b", "fail")));
    assert_string_equal(x.version, "1.2");
    assert_string_equal(x.benchmark, "b.xml");
    assert_string_equal(x.profile, "std");
    assert_string_equal(x.target, "host-a");
    assert_string_equal(x.ended_at, "2026-01-02T03:04:05");
    assert_int_equal(x.count, 2);
    assert_string_equal(x.rules[0].name, "a");
    assert_string_equal(x.rules[0].id, SSG "a");
    assert_string_equal(x.rules[0].severity, "high");
    assert_int_equal(x.rules[0].result, XCCDF_PASS);
    assert_int_equal(x.rules[1].result, XCCDF_FAIL);
    x = read_good(TEST_RESULT(
        NS11, "<rule-result idref='free-id'><result>\n notchecked\t</result></rule-result>"));
    assert_string_equal(x.version, "1.1");
    assert_string_equal(x.rules[0].name, "free-id");
    assert_string_equal(x.rules[0].severity, "");
    assert_int_equal(x.rules[0].result, XCCDF_NOT_CHECKED);
}

static void test_every_result(void **state)
{
    (void)state;
    static const char *const words[] = {"pass",        "fail",          "error",
                                        "unknown",     "notapplicable", "notchecked",
                                        "notselected", "informational", "fixed"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        const char *xml = arena_printf(arena, TEST_RESULT(NS12, RULE("a", "%s")), words[i]);
        assert_string_equal(xccdf_result_name(read_good(xml).rules[0].result), words[i]);
    }
    read_bad(VIEW(TEST_RESULT(NS12, RULE("a", "green"))), "a result that XCCDF does not have");
    read_bad(VIEW(TEST_RESULT(NS12, RULE("a", "PASS"))), "a result that XCCDF does not have");
    read_bad(VIEW(TEST_RESULT(NS12, RULE("a", ""))), "without result");
    read_bad(VIEW(TEST_RESULT(NS12, "<rule-result><result>pass</result></rule-result>")),
             "without idref");
    read_bad(VIEW(TEST_RESULT(NS12, "<rule-result idref='a'><result>fail</result><result>pass"
                                    "</result></rule-result>")),
             "two results");
}

/* Inside a Benchmark, inside an asset report; the last of several; the worst of several. */
static void test_wrapped_and_several(void **state)
{
    (void)state;
    struct xccdf x = read_good(
        "<?xml version='1.0' encoding='UTF-8'?><!-- <!DOCTYPE is no type here -->"
        "<arf:asset-report-collection "
        "xmlns:arf='http://scap.nist.gov/schema/asset-reporting-"
        "format/1.1'><arf:reports><arf:report><arf:content>" TEST_RESULT(
            NS12, RULE("a", "fail")) "</arf:content></"
                                     "arf:report><arf:report><arf:"
                                     "content>" TEST_RESULT(
                                         NS12, RULE("a", "pass") RULE("m", "pass") RULE("m", "fail")
                                                   RULE("z", "pass")) "</"
                                                                      "arf:"
                                                                      "content>"
                                                                      "</"
                                                                      "arf:"
                                                                      "report><"
                                                                      "/arf:"
                                                                      "reports>"
                                                                      "</"
                                                                      "arf:"
                                                                      "asset-"
                                                                      "report-"
                                                                      "collecti"
                                                                      "on>");
    assert_int_equal(x.others, 1);
    assert_int_equal(x.count, 3);
    assert_int_equal(x.rules[0].result, XCCDF_PASS);
    assert_string_equal(x.rules[1].name, "m");
    assert_int_equal(x.rules[1].result, XCCDF_FAIL);
    x = read_good("<Benchmark xmlns='" NS11 "'><Rule id='a'><title>t</title></Rule>" TEST_RESULT(
        NS11, RULE("a", "fixed")) "</Benchmark>");
    assert_int_equal(x.rules[0].result, XCCDF_FIXED);
}

/* Words of the same name elsewhere are not results: overrides, messages, other namespaces. */
static void test_look_alikes(void **state)
{
    (void)state;
    struct xccdf x = read_good(TEST_RESULT(
        NS12, "<rule-result idref='a'><override time='t'><old-result>pass</old-result><new-result>"
              "fail</new-result><remark>r<result>pass</result></remark></override>"
              "<o:result xmlns:o='urn:other'>pass</o:result><result>fail</result>"
              "<check><check-content><result>pass</result></check-content></check></rule-result>"));
    assert_int_equal(x.count, 1);
    assert_int_equal(x.rules[0].result, XCCDF_FAIL);
    read_bad(VIEW("<TestResult xmlns='urn:other'/>"), "no TestResult");
    read_bad(VIEW("<TestResult/>"), "no TestResult");
    read_bad(VIEW(TEST_RESULT(NS12, "<rule-result idref='a'><result>pa<!-- -->ss</result>"
                                    "</rule-result>")),
             "does not have");
}

/* ---- hostile files ------------------------------------------------------------------------------
 */

#define LAUGHS                                                                                     \
    "<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c "         \
    "'&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>]>"

static void test_entities(void **state)
{
    (void)state;
    read_bad(VIEW("<?xml version='1.0'?>" LAUGHS TEST_RESULT(NS12, RULE("&d;", "pass"))),
             "document type");
    read_bad(VIEW("\xef\xbb\xbf <!-- c --> <?p i?>\n<!DOCTYPE r SYSTEM 'http://192.0.2.1/x.dtd'>"
                  "<TestResult xmlns='" NS12 "'/>"),
             "document type");
    read_bad(VIEW("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" TEST_RESULT(
                 NS12, "<rule-result idref='a'><result>&x;</result></rule-result>")),
             "document type");
    read_bad(VIEW("<!DOCTYPE r [<!ENTITY % p SYSTEM 'file:///etc/passwd'>%p;]><r/>"),
             "document type");
    read_bad(VIEW(TEST_RESULT(NS12, "&undefined;")), "broken XML");
    /* Included files are not: XInclude is never processed. */
    struct xccdf x = read_good(TEST_RESULT(
        NS12, "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>"));
    assert_int_equal(x.count, 0);
}

static void test_bounds(void **state)
{
    (void)state;
    struct buf deep = {0};
    buf_add_text(&deep, "<r>");
    for (int i = 0; i < 300; i++)
        buf_add_text(&deep, "<d>");
    read_bad(buf_view(&deep), "nested too deeply");
    buf_free(&deep);
    read_bad(VIEW(""), "no XML");
    read_bad(VIEW("\xff\xfe<\0r\0/\0>\0"), "no XML in UTF-8");
    read_bad(VIEW("<r"), "broken XML");
    read_bad(VIEW("{\"a\": 1}"), "broken XML");
    read_bad((struct view){"<r/>", XCCDF_BYTES_MAX + 1}, "larger than 64 MiB");
    struct buf many = {0};
    buf_add_text(&many, "<TestResult xmlns='" NS12 "'>");
    for (int i = 0; i <= XCCDF_RULES_MAX; i++)
        buf_printf(&many, "<rule-result idref='r%d'><result>pass</result></rule-result>", i);
    buf_add_text(&many, "</TestResult>");
    read_bad(buf_view(&many), "more than 100000 rules");
    buf_free(&many);
    struct buf name = {0};
    buf_add_text(&name, "<TestResult xmlns='" NS12 "'><rule-result idref='");
    for (int i = 0; i < 5000; i++)
        buf_add_char(&name, 'x');
    buf_add_text(&name, "'><result>pass</result></rule-result></TestResult>");
    struct xccdf x = read_good(name.ptr);
    assert_int_equal(strlen(x.rules[0].id), XCCDF_TEXT_MAX);
    buf_free(&name);
}

/* ---- the crosswalk ------------------------------------------------------------------------------
 */

/* Topics whose verdicts are compared case by case name the same checks here. */
static void test_crosswalk_and_topics(void **state)
{
    (void)state;
    const char *source = getenv("MERLON_SOURCE");
    struct buf bytes = {0};
    struct value top;
    assert_non_null(source);
    const char *path = arena_printf(arena, "%s/tests/oracle/config-verdicts.yaml", source);
    assert_false(failed(sys_read_file(path, 1 << 20, &bytes)));
    assert_false(failed(doc_read_yaml(arena, path, buf_view(&bytes), &top)));
    buf_free(&bytes);
    assert_true(doc_count(top) >= 72);
    for (uint32_t i = 0; i < doc_count(top); i++) {
        const char *check = crosswalk_check(doc_key(top, i));
        if (!check || strcmp(check, doc_get_text(doc_at(top, i), "check")) != 0)
            fail_msg("%s: the crosswalk says %s", doc_key(top, i), check ? check : "nothing");
    }
    assert_null(crosswalk_check("no_such_rule"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_versions),
        cmocka_unit_test(test_every_result),
        cmocka_unit_test(test_wrapped_and_several),
        cmocka_unit_test(test_look_alikes),
        cmocka_unit_test(test_entities),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_crosswalk_and_topics),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
