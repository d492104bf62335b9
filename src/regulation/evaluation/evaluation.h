/*
 * evaluation: results of items in, a score and a conclusion out.
 *
 *   JSONL --results_read--> struct results --evaluate--> struct evaluation
 *
 * One line of the input is the result of one item on one object:
 *
 *   {"item": "GB22239-L3-8.1.4.1-a", "object": "db-1", "result": 0.5, "weight": 3, "risk": "high"}
 *
 *   item      the id of the item ("id" is read too)
 *   object    what was tested; "" when the item has one object only
 *   result    1, 0.5, 0 or "n/a"; also 符合, 部分符合, 不符合, 不适用
 *   weight    optional: 1 general, 2 important, 3 key; without it the imported weight, or general
 *   risk      optional: low, medium, high or major
 *   rectified optional: true when the risk was mended since
 *
 * The formula of the 2021 template (content/regimes, topic evaluation-template):
 *
 *   M  = Vt + Vm,  Vt = max(0, 100 y - sum over technical items f(w) (1 - x) S),  S = 100 / n
 *   Vm = max(0, 100 (1 - y) - sum over management items ...),  y = 0.5, f(w) = 1, 2, 3
 *   x: mean over the objects of an item; n: items without those not applicable
 *
 * The 2025 template has a rate: the share of items that conform on every object. That reading of
 * the rate is one author's (confidence L). What its letter does not state (exactly 90 % or 60 %,
 * above 90 % with a major risk) is `undetermined`, with the reason.
 *
 * Scores are rounded to a millionth before they are compared with a boundary; the rate is compared
 * in whole numbers of items.
 *
 * Errors: FAULT_USAGE with the line of the first thing that does not fit; nothing is half done.
 * Ownership: the caller's arena. Threads: pure.
 */
#ifndef MERLON_EVALUATION_H
#define MERLON_EVALUATION_H

#include "regulation/grading/grading.h"

#define RESULTS_BYTES_MAX ((size_t)64 << 20)
#define RESULTS_MAX       500000

enum risk { RISK_NONE, RISK_LOW, RISK_MEDIUM, RISK_HIGH, RISK_MAJOR, RISK_COUNT };
const char *risk_name(enum risk risk); /* "none", "low", ... */

/* One line. Half points: 2 conforming, 1 partly, 0 not; -1 not applicable. */
struct result_line {
    const struct clause *clause;
    const char *object;
    int half;
    int weight; /* 1 to 3; 0: not given */
    enum risk risk;
    bool rectified;
    uint32_t line;
};

struct results {
    const struct result_line *lines; /* as they came */
    size_t count;
    const struct standard *standard;
};

/* An imported weight of a requirement or item. */
struct weight {
    const char *name; /* id or key */
    int weight;       /* 1 to 3 */
};

/* Reads lines. FAULT_USAGE: no JSON object, an item that does not exist, a value that is none, the
 * same item and object twice, items of two standards, items that cannot bind one system together
 * (two levels of one mark, or S or A above G). With `selection`: an item that does not bind. */
MUST_USE struct rc results_read(struct arena *arena, const char *path, struct view jsonl,
                                const struct selection *selection, struct results *out);

/* Reads lines {"item": ID or KEY, "weight": 1 | 2 | 3}. */
MUST_USE struct rc weights_read(struct arena *arena, const char *path, struct view jsonl,
                                const struct weight **out, size_t *count);

struct evaluation {
    const struct rule *rule;            /* the template */
    int year;                           /* 2021, 2025 */
    size_t items;                       /* n: applicable items */
    size_t not_applicable;              /* items */
    size_t conforming, partly, failing; /* items, by the mean of their objects */
    size_t missing; /* items that bind and have no result; 0 without a selection */
    double score, technical, management; /* 2021 */
    double rate;                         /* 2025: percent */
    size_t risks[RISK_COUNT];            /* lines with this risk, before rectification */
    size_t rectified[RISK_COUNT];
    bool weighted;          /* any weight was given or imported */
    const char *conclusion; /* 优, 符合, ...; "undetermined" */
    const char *reason;     /* why undetermined, in English; "" */
};

/* `missing` items count as not met: what was not tested is not conforming. */
MUST_USE struct rc evaluate(struct arena *arena, const char *template_year,
                            const struct results *results, const struct selection *selection,
                            const struct weight *weights, size_t weight_count,
                            struct evaluation *out);

/* Is the item one of the five technical chapters? The others are management. */
bool clause_is_technical(const struct clause *clause);

/* ---- high-risk cases ----------------------------------------------------------------------------
 */

struct high_risk {
    const char *number, *trigger, *mitigation;
    int min_level;
};

/* The 42 general cases of content/law/high-risk-cases. */
const struct high_risk *high_risk_cases(struct arena *arena, size_t *count);

/* The cases that an item of a level names and that hold at that level. */
size_t high_risk_of(const struct clause *clause, const struct high_risk *cases, size_t count,
                    const struct high_risk **out, size_t room);

#endif
