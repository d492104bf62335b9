/*
 * grading: from harm to a grade, and from a grade to exactly the items that bind.
 *
 *   object x degree --grade_harm--> a grade, twice: business information (S), system service (A)
 *   S, A            --grade_system--> the grade max(S, A) with its marks: S3A2G3
 *   answers         --grade_criteria--> a level by questions (Vietnam)
 *   secrecy         --grade_floor--> the lowest grade
 *   marks, scopes   --selection_make--> the items: S items at S, A items at A, all others at G
 *
 * Sources: content/regimes (GB/T 22240, Measures 7, 10 and 27, Decree 85, Decree 331); the S, A, G
 * marks of GB/T 22239-2019 annex A as the catalogue has them. Items of the extensions have no mark
 * there: they count as G. Everything is a pure function of its arguments; what a customer's
 * register knows is passed in. Errors: FAULT_USAGE. Ownership: results live in the caller's arena.
 */
#ifndef MERLON_GRADING_H
#define MERLON_GRADING_H

#include "regulation/catalogue/catalogue.h"
#include "regulation/regime/regime.h"

#define TOPIC_GRADING "grading"

/* ---- by a matrix ---------------------------------------------------------------------------- */

/* Objects and degrees of the matrices of China. */
#define HARM_OBJECTS "citizens|social_order|national_security"
#define HARM_DEGREES "general|serious|very_serious"

struct harm {
    const char *object, *degree;
    const char *reason; /* why; only grade_system asks for it */
};

/* The customer's setting of a question: when, and which rules he chose among those in conflict. */
struct asked {
    const struct regime *regime;
    struct date on;
    const char *const *choices;
    size_t choice_count;
};

struct graded {
    int grade;
    const struct rule *rule;
    const char *confidence;   /* of the cell */
    struct decision decision; /* all candidates, with why not */
};

/* FAULT_USAGE: unknown object or degree, a regime without a matrix, no rule in force that says. */
MUST_USE struct rc grade_harm(struct arena *arena, const struct asked *asked,
                              const struct harm *harm, struct graded *out);

struct marks {
    int s, a, g; /* 1 to GRADE_MAX; g is the grade */
};

struct system_grade {
    struct marks marks;
    struct graded business, service;
};

/* Business information and system service are harmed separately; the grade is the higher of the
 * two. Both need a reason of at least one word: a grade without reasons cannot be reviewed. */
MUST_USE struct rc grade_system(struct arena *arena, const struct asked *asked,
                                const struct harm *business, const struct harm *service,
                                struct system_grade *out);

/* "S3A2G3" */
const char *marks_text(struct arena *arena, struct marks marks);

/* ---- how a grade is decided -------------------------------------------------------------------
 */

struct step {
    const struct rule *rule;
    struct value item; /* id, text */
    const char *id, *who;
};

/* The steps that a system of this grade goes through on a day, in the order of the pack. A step
 * that is only for systems across provinces ("when: cross_province") is kept or left out by
 * `cross_province`; steps with another condition are always kept. */
MUST_USE struct rc grade_steps(struct arena *arena, const struct asked *asked, int grade,
                               bool cross_province, const struct step **out, size_t *count);

/* FAULT_USAGE when the one who approves is the one who asked. */
MUST_USE struct rc grade_approver(const char *requester, const char *approver);

/* Why a system is to be graded again: ids of RULE_CONDITIONS about "regrading" that changed. True
 * when at least one of `changes` is among them. */
MUST_USE struct rc grade_again(struct arena *arena, const struct asked *asked,
                               const char *const *changes, size_t change_count, bool *out);

/* ---- by secrecy, by platform ------------------------------------------------------------------
 */

/* secret, confidential, top_secret -> the lowest grade. */
MUST_USE struct rc grade_floor(struct arena *arena, const struct asked *asked, const char *secrecy,
                               int *grade, const struct rule **rule);

/* FAULT_USAGE when a platform's grade is below that of a system on it. */
MUST_USE struct rc grade_platform(int platform, const int *hosted, size_t count);

/* ---- by criteria ------------------------------------------------------------------------------
 */

enum criterion_answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

/* What is known: an answer to a question by its id, or a number that questions are filled from
 * ("users", "basic_data_subjects"). An explicit answer goes before a number. */
struct fact {
    const char *name;
    bool is_number;
    enum criterion_answer answer;
    int64_t number;
};

struct criterion {
    struct value item; /* id, level, text */
    const char *id;
    int level;
    enum criterion_answer answer;
};

struct criteria_grade {
    int level;    /* the highest level with a yes; 0: none yet */
    bool certain; /* no question of a higher level is open, and the criteria are whole */
    bool partial; /* the pack does not hold all criteria of its source */
    const struct rule *rule;
    const struct criterion *criteria;
    size_t count, open; /* open: questions of higher levels without an answer */
    struct decision decision;
};

/* FAULT_USAGE: a fact that no question knows, a regime that does not grade by criteria. */
MUST_USE struct rc grade_criteria(struct arena *arena, const struct asked *asked,
                                  const struct fact *facts, size_t fact_count,
                                  struct criteria_grade *out);

/* Would the parts together have a higher level than each alone? Numbers are added up, a yes of one
 * is a yes of the whole. `whole` and `highest` tell both levels. Splitting so is forbidden where a
 * rule about "splitting" is in force; `rule` is that rule or NULL. */
struct part {
    const struct fact *facts;
    size_t count;
};
MUST_USE struct rc grade_splitting(struct arena *arena, const struct asked *asked,
                                   const struct part *parts, size_t count, int *whole, int *highest,
                                   const struct rule **rule);

/* ---- the items that bind -----------------------------------------------------------------------
 */

struct selection_request {
    const struct standard *standard;
    struct marks marks;
    const char *const *scopes; /* "general", "cloud", ...; "all": every one */
    size_t scope_count;
    uint32_t classes;             /* bits 1 << enum asset_class: items with any of them; 0: all */
    const char *const *inherited; /* ids or keys of items that the platform answers for */
    size_t inherited_count;
};

struct selected {
    const struct clause *clause;
    char mark;      /* 'S', 'A' or 'G' */
    bool inherited; /* its verdict is the platform's */
};

struct selection {
    const struct selected *items; /* in the standard's order */
    size_t count;
};

/* FAULT_USAGE: a level or scope that the standard does not have, a G below S or A, an inherited
 * item that does not bind. */
MUST_USE struct rc selection_make(struct arena *arena, const struct selection_request *request,
                                  struct selection *out);

/* The mark of an item; 'G' where annex A names none. */
char clause_mark(const struct clause *clause);

/* The selected item of that id, or NULL. */
const struct selected *selection_find(const struct selection *selection, const char *id);

#endif
