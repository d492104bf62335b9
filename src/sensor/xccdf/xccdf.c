/*
 * xccdf: the TestResult of a results file, by libxml2's pull reader.
 *
 *   Benchmark, arf:asset-report-collection, ...   passed over
 *   TestResult
 *     benchmark@href, profile@idref, target       what was judged
 *     rule-result@idref @severity
 *       result                                    pass, fail, ...
 *
 * Elements count only in the two XCCDF namespaces, and `result` only directly below a rule-result:
 * a rule-result's overrides and messages hold words of the same name.
 */
#include "sensor/xccdf/xccdf.h"

#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>

enum wanted { WANT_NOTHING, WANT_TARGET, WANT_RESULT };

struct reading {
    struct arena *arena;
    const char *origin;
    xmlTextReader *reader;
    struct xccdf result;
    struct xccdf_rule *rules; /* growing, owned until the end */
    size_t count, room;
    size_t results_seen;  /* TestResults */
    int result_depth;     /* of the TestResult that is open; -1: none */
    int rule_depth;       /* of its rule-result that is open; -1: none */
    struct xccdf_rule at; /* that one */
    bool has_result;      /* and whether it said how it went */
    enum wanted wanted;   /* what the next text is */
    int wanted_depth;
};

static const char *const names[XCCDF_RESULT_COUNT] = {
    [XCCDF_FAIL] = "fail",
    [XCCDF_ERROR] = "error",
    [XCCDF_UNKNOWN] = "unknown",
    [XCCDF_NOT_CHECKED] = "notchecked",
    [XCCDF_PASS] = "pass",
    [XCCDF_FIXED] = "fixed",
    [XCCDF_INFORMATIONAL] = "informational",
    [XCCDF_NOT_APPLICABLE] = "notapplicable",
    [XCCDF_NOT_SELECTED] = "notselected",
};

const char *xccdf_result_name(enum xccdf_result result)
{
    return result < XCCDF_RESULT_COUNT ? names[result] : "";
}

static struct rc refuse(const struct reading *r, const char *what)
{
    return fault(FAULT_TARGET, "%s: line %d: %s", r->origin,
                 xmlTextReaderGetParserLineNumber(r->reader), what);
}

static const char blanks[] = " \t\r\n";

/* ---- before libxml2 ----------------------------------------------------------------------------
 */

/* A document type stands before the first element, after processing instructions and comments. */
static bool has_document_type(struct view xml)
{
    for (;;) {
        while (xml.len && strchr(blanks, xml.ptr[0]))
            xml = view_from(xml, 1);
        const char *end = view_starts(xml, "<?") ? "?>" : view_starts(xml, "<!--") ? "-->" : NULL;
        if (!end)
            return view_starts(xml, "<!");
        const char *at = memmem(xml.ptr, xml.len, end, strlen(end));
        if (!at)
            return false;
        xml = view_from(xml, (size_t)(at - xml.ptr) + strlen(end));
    }
}

/* UTF-16 and UTF-32 have NUL bytes everywhere: what follows looks at bytes. */
static struct rc look_over(const char *origin, struct view xml)
{
    if (xml.len > XCCDF_BYTES_MAX)
        return fault(FAULT_TARGET, "%s is larger than %zu MiB", origin, XCCDF_BYTES_MAX >> 20);
    if (xml.len == 0 || memchr(xml.ptr, '\0', xml.len))
        return fault(FAULT_TARGET, "%s is no XML in UTF-8", origin);
    if (view_starts(xml, "\xef\xbb\xbf"))
        xml = view_from(xml, 3);
    if (has_document_type(xml))
        return fault(FAULT_TARGET, "%s has a document type, which XCCDF results do not use",
                     origin);
    return RC_OK;
}

/* ---- texts -------------------------------------------------------------------------------------
 */

/* Without the blanks around it, and cut: names of a hostile file may have any length. */
static const char *keep(struct reading *r, const char *text)
{
    struct view v = view_of(text);
    while (v.len && strchr(blanks, v.ptr[0]))
        v = view_from(v, 1);
    while (v.len && strchr(blanks, v.ptr[v.len - 1]))
        v.len--;
    if (v.len > XCCDF_TEXT_MAX)
        v.len = XCCDF_TEXT_MAX;
    return view_text(r->arena, v);
}

static const char *attribute(struct reading *r, const char *name)
{
    xmlChar *value = xmlTextReaderGetAttribute(r->reader, (const xmlChar *)name);
    const char *kept = value ? keep(r, (const char *)value) : "";
    xmlFree(value);
    return kept;
}

/* "xccdf_NAMESPACE_rule_NAME" gives NAME; ids of 1.1 are free, and stay. */
static const char *short_name(const char *id)
{
    const char *at = strncmp(id, "xccdf_", 6) == 0 ? strstr(id, "_rule_") : NULL;
    return at ? at + strlen("_rule_") : id;
}

static bool result_from(const char *text, enum xccdf_result *out)
{
    for (int i = 0; i < XCCDF_RESULT_COUNT; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (enum xccdf_result)i;
            return true;
        }
    }
    return false;
}

/* ---- elements ----------------------------------------------------------------------------------
 */

/* "1.1" or "1.2" for an element of XCCDF, NULL for any other. */
static const char *version_of(const struct reading *r)
{
    const char *uri = (const char *)xmlTextReaderConstNamespaceUri(r->reader);
    if (uri && strcmp(uri, "http://checklists.nist.gov/xccdf/1.1") == 0)
        return "1.1";
    if (uri && strcmp(uri, "http://checklists.nist.gov/xccdf/1.2") == 0)
        return "1.2";
    return NULL;
}

/* A file may hold the results of several runs: oscap appends, so the last one is the newest. */
static void open_test_result(struct reading *r, const char *version, int depth)
{
    r->results_seen++;
    r->count = 0;
    r->result = (struct xccdf){.version = version,
                               .benchmark = "",
                               .profile = "",
                               .target = "",
                               .system = attribute(r, "test-system"),
                               .ended_at = attribute(r, "end-time")};
    r->result_depth = depth;
}

static struct rc open_rule_result(struct reading *r, int depth)
{
    const char *id = attribute(r, "idref");
    if (!id[0])
        return refuse(r, "a rule-result without idref");
    if (r->count == XCCDF_RULES_MAX)
        return refuse(r, "more than 100000 rules");
    r->at =
        (struct xccdf_rule){.id = id, .name = short_name(id), .severity = attribute(r, "severity")};
    r->has_result = false;
    r->rule_depth = depth;
    return RC_OK;
}

static void want(struct reading *r, enum wanted what, int depth)
{
    r->wanted = what;
    r->wanted_depth = depth;
}

static struct rc start_element(struct reading *r, const char *name, int depth)
{
    const char *version = version_of(r);
    if (!version)
        return RC_OK;
    if (strcmp(name, "TestResult") == 0 && r->result_depth < 0)
        open_test_result(r, version, depth);
    else if (r->result_depth >= 0 && depth == r->result_depth + 1) {
        if (strcmp(name, "rule-result") == 0)
            return open_rule_result(r, depth);
        if (strcmp(name, "benchmark") == 0)
            r->result.benchmark = attribute(r, "href");
        else if (strcmp(name, "profile") == 0)
            r->result.profile = attribute(r, "idref");
        else if (strcmp(name, "target") == 0 && !r->result.target[0])
            want(r, WANT_TARGET, depth);
    } else if (r->rule_depth >= 0 && depth == r->rule_depth + 1 && strcmp(name, "result") == 0) {
        if (r->has_result)
            return refuse(r, "a rule-result with two results");
        want(r, WANT_RESULT, depth);
    }
    return RC_OK;
}

static struct rc take_text(struct reading *r, int depth)
{
    const char *text = (const char *)xmlTextReaderConstValue(r->reader);
    if (r->wanted == WANT_NOTHING || depth != r->wanted_depth + 1 || !text)
        return RC_OK;
    const char *kept = keep(r, text);
    if (r->wanted == WANT_TARGET) {
        r->result.target = kept;
    } else {
        if (!result_from(kept, &r->at.result))
            return refuse(r, "a result that XCCDF does not have");
        r->has_result = true;
    }
    r->wanted = WANT_NOTHING;
    return RC_OK;
}

/* Only now is it known whether it said how it went. */
static struct rc close_rule_result(struct reading *r)
{
    if (!r->has_result)
        return refuse(r, "a rule-result without result");
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 256;
        r->rules = mem_resize(r->rules, r->room * sizeof *r->rules);
    }
    r->rules[r->count++] = r->at;
    r->rule_depth = -1;
    return RC_OK;
}

/* A text belongs to the element it stands in: when any ends, none is waited for. */
static struct rc end_element(struct reading *r, int depth)
{
    r->wanted = WANT_NOTHING;
    if (depth == r->rule_depth)
        return close_rule_result(r);
    if (depth == r->result_depth)
        r->result_depth = -1;
    return RC_OK;
}

static struct rc take_node(struct reading *r)
{
    int type = xmlTextReaderNodeType(r->reader), depth = xmlTextReaderDepth(r->reader);
    const char *name = (const char *)xmlTextReaderConstLocalName(r->reader);
    if (depth > XCCDF_DEPTH_MAX)
        return refuse(r, "elements are nested too deeply");
    switch (type) {
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY:
    case XML_READER_TYPE_ENTITY_REFERENCE:
        return refuse(r, "a document type or entity, which XCCDF results do not use");
    case XML_READER_TYPE_ELEMENT: {
        bool empty = xmlTextReaderIsEmptyElement(r->reader) == 1;
        TRY(start_element(r, name, depth));
        return empty ? end_element(r, depth) : RC_OK;
    }
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
        return take_text(r, depth);
    case XML_READER_TYPE_END_ELEMENT:
        return end_element(r, depth);
    default:
        return RC_OK;
    }
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static int by_id(const void *left, const void *right)
{
    const struct xccdf_rule *const *a = left, *const *b = right;
    int order = strcmp((*a)->id, (*b)->id);
    if (order == 0)
        order = (int)(*a)->result - (int)(*b)->result;
    return order ? order : (*a > *b) - (*a < *b);
}

/* A rule checked for several instances has a rule-result each: the worst stands for it. The place
 * of the worst in the file's order is kept. */
static void keep_rules(struct reading *r)
{
    const struct xccdf_rule **sorted = arena_take(r->arena, (r->count + 1) * sizeof *sorted);
    struct xccdf_rule *rules = arena_take(r->arena, (r->count + 1) * sizeof *rules);
    bool *first = mem_new(r->count + 1);
    for (size_t i = 0; i < r->count; i++)
        sorted[i] = &r->rules[i];
    if (r->count)
        qsort(sorted, r->count, sizeof *sorted, by_id);
    for (size_t i = 0; i < r->count; i++)
        first[sorted[i] - r->rules] = i == 0 || strcmp(sorted[i - 1]->id, sorted[i]->id) != 0;
    for (size_t i = 0; i < r->count; i++)
        if (first[i])
            rules[r->result.count++] = r->rules[i];
    mem_free(first);
    r->result.rules = rules;
    r->result.others = r->results_seen - 1;
}

static struct rc read_nodes(struct reading *r)
{
    int code;
    while ((code = xmlTextReaderRead(r->reader)) == 1)
        TRY(take_node(r));
    if (code < 0)
        return refuse(r, "broken XML");
    if (r->results_seen == 0)
        return fault(FAULT_TARGET,
                     "%s holds no TestResult of XCCDF 1.1 or 1.2; oscap xccdf eval --results "
                     "FILE writes one",
                     r->origin);
    return RC_OK;
}

/* libxml2 would write to stderr otherwise. */
static void swallow(void *context, xmlErrorPtr error)
{
    (void)context;
    (void)error;
}

struct rc xccdf_read(struct arena *arena, const char *origin, struct view xml, struct xccdf *out)
{
    struct reading r = {.arena = arena, .origin = origin, .result_depth = -1, .rule_depth = -1};
    TRY(look_over(origin, xml));
    r.reader = xmlReaderForMemory(xml.ptr, (int)xml.len, NULL, NULL,
                                  XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                      XML_PARSE_COMPACT);
    if (!r.reader)
        return fault(FAULT_TARGET, "%s is no XML", origin);
    xmlTextReaderSetStructuredErrorHandler(r.reader, swallow, NULL);
    struct rc rc = read_nodes(&r);
    xmlFreeTextReader(r.reader);
    if (!failed(rc)) {
        keep_rules(&r);
        *out = r.result;
    }
    mem_free(r.rules);
    return rc;
}
