/*
 * xccdf: results that another scanner wrote, read so that they can stand beside our own.
 *
 * Read are XCCDF 1.1 and 1.2 (NIST IR 7275): the TestResult of a results file (`oscap xccdf eval
 * --results`), alone, inside its Benchmark, or wrapped in an asset report (`--results-arf`).
 *
 * The file is hostile: libxml2 pulls it node by node without network, DTD or entities (a document
 * type is refused before libxml2 sees it), within the bounds below, and every text is kept short.
 * The crosswalk (content/crosswalk) says which check of ours answers to a rule.
 *
 * Ownership: texts live in the arena. Errors: FAULT_TARGET "origin: what". Threads: none.
 */
#ifndef MERLON_XCCDF_H
#define MERLON_XCCDF_H

#include "foundation/base/base.h"

#define XCCDF_BYTES_MAX ((size_t)64 << 20)
#define XCCDF_DEPTH_MAX 100
#define XCCDF_RULES_MAX 100000
#define XCCDF_TEXT_MAX  1024 /* bytes of a name; longer ones are cut */

/* In the order of the standard's own list, worst first where several are one. */
enum xccdf_result {
    XCCDF_FAIL,
    XCCDF_ERROR,
    XCCDF_UNKNOWN,
    XCCDF_NOT_CHECKED,
    XCCDF_PASS,
    XCCDF_FIXED, /* failed, and was mended by the scanner */
    XCCDF_INFORMATIONAL,
    XCCDF_NOT_APPLICABLE,
    XCCDF_NOT_SELECTED,
    XCCDF_RESULT_COUNT
};

const char *xccdf_result_name(enum xccdf_result result); /* "notapplicable", as in the file */

struct xccdf_rule {
    const char *id;   /* "xccdf_org.ssgproject.content_rule_sshd_disable_root_login" */
    const char *name; /* "sshd_disable_root_login": the id without its prefix */
    enum xccdf_result result;
    const char *severity; /* "" where the file says nothing */
};

/* One TestResult. Texts that the file does not have are "". */
struct xccdf {
    const char *version; /* "1.1" or "1.2" */
    const char *benchmark, *profile, *target, *system, *ended_at;
    const struct xccdf_rule *rules; /* in the file's order; a rule stands there once: the worst */
    size_t count;
    size_t
        others; /* earlier TestResults of the file, which were passed over: the last one counts */
};

MUST_USE struct rc xccdf_read(struct arena *arena, const char *origin, struct view xml,
                              struct xccdf *out);

/* The id of our check that answers to a rule's short name; NULL when content/crosswalk has none. */
const char *crosswalk_check(const char *name);

/* Calls `each` for every pair of the crosswalk (tests). */
void crosswalk_each(void (*each)(void *context, const char *name, const char *check),
                    void *context);

#endif
