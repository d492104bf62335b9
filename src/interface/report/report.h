/*
 * report: a run, shown to people and machines; and two runs, compared.
 *
 * table   for a person at a terminal: grouped by clause, worst first, a summary bar, the next step
 * json    one object: target, standard, level, summary, results[], items[]
 * html    one page by itself, for the screen and for paper, with filters
 * csv     a line a judged row, for spreadsheets
 * junit   JUnit XML, a testcase a check
 * sarif   SARIF 2.1.0, a result a judged row
 * ocsf    OCSF Compliance Findings, a line a result
 *
 * docs/REPORTS.md says what each holds. Everything that came from the target is escaped: it cannot
 * steer a terminal, a browser, a spreadsheet or a viewer. Threads: none.
 */
#ifndef MERLON_REPORT_H
#define MERLON_REPORT_H

#include "sensor/baseline/baseline.h"
#include "sensor/xccdf/xccdf.h"

struct report_style {
    enum lang lang;
    bool colour;
    size_t width; /* columns */
    size_t limit; /* rows shown for each check; 0: 5 in the table, all in the other formats */
    bool all;     /* table: passes and items without a check line by line too */
};

void report_table(const struct run *run, const struct report_style *style, struct buf *out);
MUST_USE struct rc report_json(const struct run *run, const struct report_style *style,
                               struct buf *out);
MUST_USE struct rc report_html(const struct run *run, const struct report_style *style,
                               struct buf *out);
MUST_USE struct rc report_csv(const struct run *run, const struct report_style *style,
                              struct buf *out);
MUST_USE struct rc report_junit(const struct run *run, const struct report_style *style,
                                struct buf *out);
MUST_USE struct rc report_sarif(const struct run *run, const struct report_style *style,
                                struct buf *out);
MUST_USE struct rc report_ocsf(const struct run *run, const struct report_style *style,
                               struct buf *out);

/* ---- two runs compared --------------------------------------------------------------------- */

#define PAST_BYTES_MAX  ((size_t)32 << 20)
#define PAST_DEPTH_MAX  32
#define PAST_CHECKS_MAX 100000

/* One check of a report that report_json wrote. */
struct past_check {
    const char *id, *title, *reason;
    const char *product, *instance; /* "" for the target itself */
    enum verdict verdict;
};

/* Such a report: what it is about, and its checks sorted by id and instance. Texts live in the
 * arena. */
struct past {
    const char *kind, *name, *collected_at, *standard, *scope; /* scope "" : all */
    int level;
    const struct past_check *checks;
    size_t count;
};

/* Reads one; `origin` names it in messages. FAULT_TARGET for anything that is no such report. */
MUST_USE struct rc past_read(struct arena *arena, const char *origin, struct view json,
                             struct past *out);

enum change_kind { /* in the order of a comparison */
                   CHANGE_WORSE,
                   CHANGE_BETTER,
                   CHANGE_NEW,   /* only in the later report */
                   CHANGE_GONE,  /* only in the earlier one */
                   CHANGE_OTHER, /* another verdict that is neither better nor worse */
                   CHANGE_SAME,
                   CHANGE_COUNT
};

const char *change_name(enum change_kind kind); /* "worse", "better", ... */

struct past_change {
    enum change_kind kind;
    const struct past_check *before, *after; /* NULL: not there */
};

/* Every check of both, by kind, then by id. Fail is worse than unknown, that than manual, that than
 * waived, that than pass and not applicable, of which neither is better. */
const struct past_change *past_compare(struct arena *arena, const struct past *before,
                                       const struct past *after, size_t *count);

/* The same short form of a run that was just made. Texts live in the arena. */
void past_of_run(struct arena *arena, const struct run *run, enum lang lang, struct past *out);

/* ---- another scanner's results beside ours -------------------------------------------------- */

enum beside_kind {                   /* in the order of a comparison */
                   BESIDE_DIFFER,    /* one says met, the other says not */
                   BESIDE_UNDECIDED, /* one of them says neither */
                   BESIDE_AGREE,
                   BESIDE_THEIRS, /* only they judged it: no check of ours answers to the rule */
                   BESIDE_OURS,   /* only we judged it */
                   BESIDE_COUNT
};

const char *beside_name(enum beside_kind kind); /* "differ", "undecided", "theirs", ... */

/* One check of ours with the rules that answer to it; or one rule without a check. */
struct beside {
    enum beside_kind kind;
    const char *check;                      /* NULL: none answers to the rule */
    const struct past_check *ours;          /* NULL: not judged */
    const struct xccdf_rule *const *theirs; /* that were selected: their worst first */
    size_t their_count;
};

/* Every check of ours and every rule of theirs that was selected, by kind, then by name. Rules are
 * found by content/crosswalk, and by the ids of our own checks. */
const struct beside *beside_make(struct arena *arena, const struct past *ours,
                                 const struct xccdf *theirs, size_t *count);

#endif
