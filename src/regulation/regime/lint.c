/*
 * lint: what a pack must hold beyond being readable.
 *
 *   one by one     every rule reads, its id is unique, its test is named
 *   clauses        every clause it names is in the catalogue
 *   overlaps       two rules of one document, or of equal authority from one day, say different
 *                  things about one topic and grade at one time
 *   gaps           between the end of one rule and the start of the next about the same topic and
 *                  grade there are days without any, and `gap_before` does not say why
 */
#include "regulation/catalogue/catalogue.h"
#include "regulation/regime/parts.h"

#include <string.h>

struct linting {
    struct arena *arena;
    const char *path;
    struct rule rules[RULES_MAX];
    size_t count, problems;
    void (*problem)(void *, const char *);
    void *context;
};

static void report(struct linting *linting, const char *sentence)
{
    linting->problems++;
    linting->problem(linting->context,
                     arena_printf(linting->arena, "%s: %s", linting->path, sentence));
}

static void report_rule(struct linting *linting, const struct rule *rule, const char *sentence)
{
    report(linting,
           arena_printf(linting->arena, "line %u: rule '%s': %s", rule->line, rule->id, sentence));
}

/* A clause is named by its id or by the requirement's key. */
static bool names_clause(const struct standard *standard, const char *name)
{
    size_t count = 0;
    const struct clause *clauses = catalogue_clauses(catalogue_load(), &count);
    for (size_t i = 0; name && i < count; i++)
        if (clauses[i].standard == standard &&
            (strcmp(clauses[i].id, name) == 0 || strcmp(clauses[i].key, name) == 0))
            return true;
    return false;
}

static void check_clauses(struct linting *linting, const struct rule *rule)
{
    struct value map = doc_get(rule->raw, "clauses");
    for (uint32_t i = 0; i < doc_count(map); i++) {
        const char *name = doc_key(map, i);
        const struct standard *standard = name ? catalogue_standard(catalogue_load(), name) : NULL;
        struct value list = doc_at(map, i);
        if (!standard)
            report_rule(linting, rule,
                        arena_printf(linting->arena, "unknown standard '%s'", name ? name : ""));
        for (uint32_t k = 0; standard && k < doc_count(list); k++)
            if (!names_clause(standard, doc_text(doc_at(list, k))))
                report_rule(linting, rule,
                            arena_printf(linting->arena, "unknown clause '%s' of %s",
                                         doc_text(doc_at(list, k)), standard->id));
    }
}

static void check_delegates(struct linting *linting, const struct regime *regime,
                            const struct rule *rule)
{
    struct value list = doc_get(rule->raw, "delegates");
    for (uint32_t i = 0; i < doc_count(list); i++) {
        const char *name = doc_text(doc_at(list, i));
        bool known = false;
        for (size_t k = 0; name && k < regime->document_count; k++)
            known |= strcmp(regime->documents[k].id, name) == 0;
        if (!known)
            report_rule(linting, rule, "refers to a document that the pack does not have");
    }
}

/* ---- in time --------------------------------------------------------------------------------- */

static bool same_matter(const struct rule *a, const struct rule *b)
{
    return strcmp(a->topic, b->topic) == 0 && (a->grades & b->grades);
}

static bool meet_in_time(const struct rule *a, const struct rule *b)
{
    return (date_is_none(a->to) || date_compare(b->from, a->to) <= 0) &&
           (date_is_none(b->to) || date_compare(a->from, b->to) <= 0);
}

/* Two documents may contradict each other: precedence settles that. One document may not, and
 * neither may two that precedence cannot tell apart. */
static void check_overlaps(struct linting *linting, const struct rule *rule)
{
    for (const struct rule *other = linting->rules; other < rule; other++) {
        bool one = other->document == rule->document;
        bool equal = other->document->authority == rule->document->authority &&
                     date_compare(other->from, rule->from) == 0;
        if (same_matter(other, rule) && meet_in_time(other, rule) &&
            (one || (equal && rule_stricter(other, rule) == 0)))
            report_rule(linting, rule,
                        arena_printf(linting->arena, "overlaps in time with '%s' about '%s'",
                                     other->id, rule->topic));
    }
}

/* The day after a rule's end is covered, or nothing about its matter comes later. */
static void check_gap(struct linting *linting, const struct rule *rule)
{
    const struct rule *next = NULL;
    if (date_is_none(rule->to))
        return;
    struct date after = date_of_days(date_days(rule->to) + 1);
    for (size_t i = 0; i < linting->count; i++) {
        const struct rule *other = &linting->rules[i];
        if (other == rule || !same_matter(rule, other))
            continue;
        if (rule_in_force(other, after))
            return;
        if (date_compare(other->from, after) > 0 &&
            (!next || date_compare(other->from, next->from) < 0))
            next = other;
    }
    if (next && doc_kind(doc_get(next->raw, "gap_before")) != DOC_TEXT)
        report_rule(linting, rule,
                    arena_printf(linting->arena, "gap in time before '%s' about '%s'", next->id,
                                 rule->topic));
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void read_rules(struct linting *linting, const struct regime *regime, struct value list)
{
    for (uint32_t i = 0; i < doc_count(list); i++) {
        struct rule *rule = &linting->rules[linting->count];
        if (failed(rule_read(regime, doc_at(list, i), rule))) {
            report(linting, fault_text());
            continue;
        }
        for (size_t k = 0; k < linting->count; k++)
            if (strcmp(linting->rules[k].id, rule->id) == 0)
                report_rule(linting, rule, "its id appears twice");
        linting->count++;
    }
}

size_t regime_lint(const char *path, struct value top, void (*problem)(void *, const char *),
                   void *context)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct linting *linting = arena_take(arena, sizeof *linting);
    *linting =
        (struct linting){.arena = arena, .path = path, .problem = problem, .context = context};
    struct regime regime;
    if (failed(regime_read_head(arena, path, top, &regime))) {
        report(linting, fault_text());
        return linting->problems;
    }
    read_rules(linting, &regime, doc_get(top, "rules"));
    for (size_t i = 0; i < linting->count; i++) {
        check_clauses(linting, &linting->rules[i]);
        check_delegates(linting, &regime, &linting->rules[i]);
        check_overlaps(linting, &linting->rules[i]);
        check_gap(linting, &linting->rules[i]);
    }
    return linting->problems;
}
