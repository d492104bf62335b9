/*
 * regime: the law as dated rules.
 *
 *   content/regimes/<id>.yaml --regimes()--> struct regime --regime_decide--> the rule that applies
 *
 * A regime is a pack of rules. Each rule says one thing (a clock, a matrix, a threshold, a list)
 * and carries from when to when it holds, the document and article it stands in, that document's
 * authority, and how sure we are that it says so. Sources contradict each other; none is dropped.
 * docs/LAW.md describes the file and lists every rule.
 *
 * Which of several rules about one topic applies on a day, in this order:
 *   1. in force on that day;
 *   2. a rule that refers to another document (`delegates`) stands back behind that document;
 *   3. the higher authority;
 *   4. the later one;
 *   5. only between equals, the stricter.
 * A choice of the customer, given as data, goes before 2 to 5, never before 1. All candidates are
 * handed out with the reason, so that they can be shown.
 *
 * Errors: FAULT_DATA for a broken pack ("path:line: rule 'x': what"), FAULT_USAGE for a question
 * that no rule answers. Ownership: built-in regimes live as long as the process; those read from a
 * file in the caller's arena. Threads: read-only after the first regimes().
 */
#ifndef MERLON_REGIME_H
#define MERLON_REGIME_H

#include "foundation/base/base.h"
#include "foundation/document/document.h"
#include "foundation/text/text.h"
#include "regulation/calendar/calendar.h"

/* ---- where a rule comes from ----------------------------------------------------------------- */

/* Kinds of documents, the highest first. Where a standard stands below a rule of a ministry and
 * above its letters is our reading of their nature; a notice explains, a practice binds nobody. */
enum authority {
    AUTHORITY_LAW,
    AUTHORITY_DECREE,
    AUTHORITY_DEPARTMENT_RULE, /* measures, circulars */
    AUTHORITY_DIRECTIVE,
    AUTHORITY_NATIONAL_STANDARD,
    AUTHORITY_INDUSTRY_STANDARD,
    AUTHORITY_NOTICE, /* letters, forms and guidelines of an office */
    AUTHORITY_GUIDELINE,
    AUTHORITY_PRACTICE, /* what an organisation says of itself */
    AUTHORITY_COUNT
};

const char *authority_name(enum authority authority); /* "department_rule" */

struct document {
    const char *id, *title, *basis; /* basis: how we have its text */
    enum authority authority;
};

/* ---- rules ---------------------------------------------------------------------------------- */

enum rule_kind {
    RULE_CLOCK,      /* by when, or how often: rule_clock */
    RULE_MATRIX,     /* object harmed x degree -> grade: rule_cell */
    RULE_THRESHOLD,  /* a number: rule_threshold */
    RULE_CONDITIONS, /* items that all, any, none or each hold */
    RULE_FORM,       /* items that are filled in, handed in or named */
    RULE_STEPS,      /* items in order, each with who does it, for which grades */
    RULE_CRITERIA,   /* questions, each with the level that a yes gives */
    RULE_FLOORS,     /* degree of secrecy -> lowest grade */
    RULE_TEMPLATE,   /* how an evaluation is scored; read by regulation/evaluation */
    RULE_STATEMENT,  /* named facts without arithmetic */
    RULE_KIND_COUNT
};

const char *rule_kind_name(enum rule_kind kind);

#define GRADE_MAX  5
#define GRADES_ALL 0x3eu /* bits 1 << grade, 1 to 5 */

struct regime;

struct rule {
    const char *id; /* unique in the regime */
    const struct regime *regime;
    const char *topic; /* rules of one topic and grade compete */
    enum rule_kind kind;
    uint32_t grades;      /* bits 1 << grade */
    struct date from, to; /* both days included; to none: still in force */
    const struct document *document;
    const char *article;
    const char *confidence;    /* H, M-H, M, M-, L-M, L */
    const char *note;          /* why not H, what else to know; "" */
    const char *who, *trigger; /* words; "" */
    const char *test;          /* the unit test that covers it: "regime-clocks" */
    const char *process;       /* what will act on it; "" */
    struct value text;         /* en, zh, vi: one sentence in our words */
    struct value value, raw;   /* the content of its kind; the whole rule */
    uint32_t line;
};

struct regime {
    const char *id, *country, *path;
    struct value names; /* en, zh, vi */
    const struct document *documents;
    size_t document_count;
    const struct rule *rules; /* in the order of the file */
    size_t rule_count;
};

/* The built-in regimes, by id. Panics on damaged content: the build's own tests lint it. */
const struct regime *regimes(size_t *count);
const struct regime *regime_find(const char *id); /* NULL when there is none */

/* Reads a pack from YAML text; stops at its first fault. `path` names it in sentences. */
MUST_USE struct rc regime_read(struct arena *arena, const char *path, struct view yaml,
                               const struct regime **out);

const struct rule *regime_rule(const struct regime *regime, const char *id);

bool rule_in_force(const struct rule *rule, struct date on);

/* What the rule says, short: "every 6 months", "citizens 1/2/2, ...". For people, in the arena. */
const char *rule_value_text(struct arena *arena, const struct rule *rule, enum lang lang);

/* ---- values --------------------------------------------------------------------------------- */

enum clock_kind {
    CLOCK_EVERY,         /* again within each period, `times` times */
    CLOCK_WITHIN,        /* within the period after the trigger */
    CLOCK_WITHIN_BEFORE, /* in the period before the trigger */
    CLOCK_LASTS,         /* holds for the period */
    CLOCK_BY,            /* once, by a date */
    CLOCK_YEARLY_BY,     /* each year by a day */
    CLOCK_YEARLY_BEFORE, /* each year before a day */
    CLOCK_AS             /* no number: a word says when */
};

struct clock {
    enum clock_kind kind;
    struct period period;
    int times;      /* CLOCK_EVERY: 1 or more */
    bool unstated;  /* days, and the source does not say of which kind */
    struct date by; /* CLOCK_BY; CLOCK_YEARLY_*: its month and day */
    const char *as; /* CLOCK_AS: "at_once", "notice", ... */
};

MUST_USE struct rc rule_clock(const struct rule *rule, struct clock *out);

/* The customer's reading of what the law leaves open. */
struct counting {
    bool working; /* unstated days are working days */
    const struct holidays *holidays;
};

/* The last day on which a clock started (or last done) on `start` is kept; for CLOCK_WITHIN_BEFORE
 * the first day of the window. FAULT_USAGE for CLOCK_AS, which has no number. */
MUST_USE struct rc clock_due(const struct clock *clock, struct date start,
                             const struct counting *counting, struct date *out);

struct threshold {
    const char *measure, *unit;
    bool has_low, has_high;
    int64_t low, high;        /* what is asked: low <= value <= high */
    bool low_open, high_open; /* above, below: the number itself does not count */
};

MUST_USE struct rc rule_threshold(const struct rule *rule, struct threshold *out);

/* The grade of one cell of a matrix, and its own confidence; 0 where the matrix says nothing. */
int rule_cell(const struct rule *rule, const char *object, const char *degree,
              const char **confidence);

/* Items of RULE_CONDITIONS, FORM, STEPS and CRITERIA: {id, text: {en, zh, vi}, ...}. */
struct value rule_items(const struct rule *rule);

/* The grades that an item is for: its own `grades`, or those of the rule. */
uint32_t item_grades(const struct rule *rule, struct value item);

/* ---- deciding ------------------------------------------------------------------------------- */

enum standing {
    STANDING_APPLIES,
    STANDING_CHOSEN,       /* applies because the customer chose it */
    STANDING_NOT_IN_FORCE, /* before or after its time */
    STANDING_SILENT,       /* in force, says nothing about what was asked */
    STANDING_NOT_CHOSEN,   /* the customer chose `by` */
    STANDING_REFERS,       /* refers to the document of `by` */
    STANDING_OUTRANKED,    /* `by` has higher authority */
    STANDING_EARLIER,      /* `by` is later */
    STANDING_LESS_STRICT,  /* equal otherwise; `by` is stricter, or the same and named first */
    STANDING_COUNT
};

const char *standing_name(enum standing standing);

struct candidate {
    const struct rule *rule;
    enum standing standing;
    const struct rule *by; /* the one that applies; NULL where none does */
};

struct question {
    const struct regime *regime;
    const char *topic;
    int grade; /* 0: rules of any grade */
    struct date on;
    const char *const *choices; /* ids of rules that the customer chose */
    size_t choice_count;
    /* Does the rule say anything about the matter? NULL: it does. */
    bool (*speaks)(const struct rule *rule, const void *context);
    /* Above 0 when a is stricter than b. NULL: by the kind of rule. */
    int (*stricter)(const struct rule *a, const struct rule *b, const void *context);
    const void *context;
};

struct decision {
    struct candidate *candidates; /* all rules of the topic and grade, in the order of the file */
    size_t count;
    const struct rule *applies; /* NULL: none is in force and speaks */
};

/* FAULT_USAGE: a choice names no rule of the topic, or one that is not in force. A question that no
 * rule answers is no fault: `applies` is NULL. */
MUST_USE struct rc regime_decide(struct arena *arena, const struct question *question,
                                 struct decision *out);

/* FAULT_USAGE with "no rule of REGIME about TOPIC was in force on DATE; the first is ...". */
MUST_USE struct rc decision_none(const struct question *question);

/* ---- comparing and linting --------------------------------------------------------------------
 */

/* Calls `problem` with a sentence for each thing that does not hold: shape, sources, confidence
 * without its note, gaps and overlaps in time, clauses that the catalogue does not have. */
size_t regime_lint(const char *path, struct value top, void (*problem)(void *, const char *),
                   void *context);

#endif
