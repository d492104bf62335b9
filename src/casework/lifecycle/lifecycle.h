/*
 * lifecycle: a registered system through the steps of its protection: grading, the items that bind
 * it, evaluation. (Filing, rectification and inspection join later.)
 *
 *   system + harm or answers --grading_request--> grading --review, approve--> the system's grade
 *   system's marks, scopes, assets, platform --binding_make--> exactly the items that bind it
 *   results of items --evaluation_make--> score, conclusion, recorded
 *
 * The law is regulation's; what is registered is the register's; this room puts them together and
 * writes down what was decided. Steps of a grading (2007 Measures, 10; GB/T 22240-2020): grade 1 is
 * the operator's own decision; from 2 on somebody of the department above approves, never the one
 * who asked; from 4 on experts review first; systems across provinces are approved by the
 * department in charge.
 *
 * Errors: FAULT_USAGE and FAULT_DATA with one sentence; nothing is stored then.
 */
#ifndef MERLON_LIFECYCLE_H
#define MERLON_LIFECYCLE_H

#include "register/entry/entry.h"
#include "regulation/evaluation/evaluation.h"
#include "regulation/grading/grading.h"

/* ---- grading ------------------------------------------------------------------------------- */

struct grading_wish {
    const char *system;            /* key */
    struct asked asked;            /* regime, day, choices */
    struct harm business, service; /* where the regime has a matrix */
    const struct fact *facts;      /* where it has criteria: answers given by hand */
    size_t fact_count;
};

struct grading {
    const char *key; /* "gr-000001" */
    int grade;
    const char *marks;             /* "S3A2G3"; "" where a regime has none */
    bool in_effect;                /* nothing more is to be done */
    bool needs_review;             /* before it can be approved */
    struct system_grade by_matrix; /* with all candidates */
    struct criteria_grade by_criteria;
    bool has_matrix;
};

/* Whether a regime grades by a matrix (China) or by criteria (Vietnam). */
bool grading_has_matrix(const struct regime *regime);

/* Numbers that the register knows of a system and the criteria of the day ask for. */
#define GRADING_FACTS 4
size_t grading_known_facts(struct arena *arena, const struct asked *asked,
                           const struct entry *system, struct fact out[static GRADING_FACTS]);

/* Computes, records, and for grade 1 puts into effect. */
MUST_USE struct rc grading_request(struct reg *reg, const struct grading_wish *wish,
                                   struct arena *arena, struct grading *out);

/* The experts' opinion, by who acts now. It comes before approval from grade 4 on; in Vietnam,
 * where the regime of the day has an appraisal for the level. */
MUST_USE struct rc grading_review(struct reg *reg, const char *key, const char *opinion);

/* By who acts now: the system gets its grade. FAULT_USAGE when he asked for it himself; FAULT_DATA
 * when he is not of the system's unit or one above it, or a review is missing. */
MUST_USE struct rc grading_approve(struct reg *reg, const char *key);
MUST_USE struct rc grading_refuse(struct reg *reg, const char *key, const char *reason);

/* ---- the items that bind --------------------------------------------------------------------- */

struct bound {
    const struct clause *clause;
    char mark;            /* 'S', 'A', 'G' */
    const char *platform; /* whose verdict it follows; NULL: the system's own */
    const char *assets;   /* keys it applies to, "; " between; "" : the system as a whole */
    size_t asset_count;
};

struct binding {
    const struct entry *system;
    struct marks marks;
    const struct bound *items;
    size_t count;
};

/* FAULT_DATA for a system that is not graded. `standard`: an id. */
MUST_USE struct rc binding_make(struct reg *reg, const char *system, const char *standard,
                                struct arena *arena, struct binding *out);

/* ---- evaluation ------------------------------------------------------------------------------ */

/* Scores results (JSONL) against what binds the system and records them with the score. */
MUST_USE struct rc evaluation_make(struct reg *reg, const char *system, const char *standard,
                                   const char *template_year, const char *path, struct view jsonl,
                                   const struct weight *weights, size_t weight_count,
                                   struct arena *arena, struct evaluation *out, const char **key);

#endif
