/*
 * beside: another scanner's results beside our own verdicts, check by check.
 *
 *   rule --crosswalk, or its own name--> check of ours
 *
 * Several rules may make up one check of ours: their worst result is held against its verdict. A
 * rule that was not selected says nothing. A rule that no check answers to, or whose check was not
 * judged in this run, is listed by itself: nothing is dropped.
 */
#include "interface/report/report.h"

#include <stdlib.h>
#include <string.h>

const char *beside_name(enum beside_kind kind)
{
    static const char *const names[BESIDE_COUNT] = {[BESIDE_DIFFER] = "differ",
                                                    [BESIDE_UNDECIDED] = "undecided",
                                                    [BESIDE_THEIRS] = "only_theirs",
                                                    [BESIDE_OURS] = "only_ours",
                                                    [BESIDE_AGREE] = "agree"};
    return kind < BESIDE_COUNT ? names[kind] : "";
}

/* A rule with the check that answers to it, "" for none. */
struct pair {
    const char *check;
    const struct xccdf_rule *rule;
};

/* ---- which check -------------------------------------------------------------------------------
 */

static const struct past_check *find_check(const struct past *past, const char *id)
{
    size_t low = 0, high = past->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(past->checks[middle].id, id);
        if (order == 0)
            return &past->checks[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Ours are spelled with hyphens; a benchmark made from our checks may use underscores. */
static const char *own_name(struct arena *arena, const char *name)
{
    char *id = arena_text(arena, name);
    for (char *at = id; *at; at++)
        if (*at == '_')
            *at = '-';
    return id;
}

/* The crosswalk first: it is judged by people, a likeness of names is not. */
static const char *check_of(struct arena *arena, const struct past *ours, const char *name)
{
    const char *check = crosswalk_check(name);
    if (check)
        return check;
    const struct past_check *same = find_check(ours, own_name(arena, name));
    return same ? same->id : "";
}

/* By check; then their worst first, in the order of the file. */
static int by_check(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    int order = strcmp(a->check, b->check);
    if (order == 0)
        order = (int)a->rule->result - (int)b->rule->result;
    return order ? order : (a->rule > b->rule) - (a->rule < b->rule);
}

/* ---- how they compare --------------------------------------------------------------------------
 */

enum word { SAYS_MET, SAYS_NOT_MET, SAYS_NOT_APPLICABLE, SAYS_NOTHING };

/* What each side claims, in words that both have. */
static enum word word_of_verdict(enum verdict verdict)
{
    return verdict == VERDICT_PASS             ? SAYS_MET
           : verdict == VERDICT_FAIL           ? SAYS_NOT_MET
           : verdict == VERDICT_WAIVED         ? SAYS_NOT_MET /* accepted, not mended */
           : verdict == VERDICT_NOT_APPLICABLE ? SAYS_NOT_APPLICABLE
                                               : SAYS_NOTHING;
}

static enum word word_of_result(enum xccdf_result result)
{
    switch (result) {
    case XCCDF_PASS:
    case XCCDF_FIXED:
        return SAYS_MET;
    case XCCDF_FAIL:
        return SAYS_NOT_MET;
    case XCCDF_NOT_APPLICABLE:
        return SAYS_NOT_APPLICABLE;
    default:
        return SAYS_NOTHING;
    }
}

/* Met against not applicable is no contradiction: the thing may be absent for one of them. */
static enum beside_kind kind_of(const struct beside *one)
{
    if (!one->ours)
        return BESIDE_THEIRS;
    if (one->their_count == 0)
        return BESIDE_OURS;
    enum word ours = word_of_verdict(one->ours->verdict);
    enum word theirs = word_of_result(one->theirs[0]->result);
    if (ours == SAYS_NOTHING || theirs == SAYS_NOTHING)
        return BESIDE_UNDECIDED;
    if (ours == theirs)
        return BESIDE_AGREE;
    bool both = ours != SAYS_NOT_APPLICABLE && theirs != SAYS_NOT_APPLICABLE;
    return both ? BESIDE_DIFFER : BESIDE_UNDECIDED;
}

static const char *name_of(const struct beside *one)
{
    return one->check ? one->check : one->theirs[0]->name;
}

static int by_kind(const void *left, const void *right)
{
    const struct beside *a = left, *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return strcmp(name_of(a), name_of(b));
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

/* Sorted, so that the rules of one check are neighbours. */
static size_t list_pairs(struct arena *arena, const struct past *ours, const struct xccdf *theirs,
                         struct pair *pairs)
{
    size_t count = 0;
    for (size_t i = 0; i < theirs->count; i++) {
        const struct xccdf_rule *rule = &theirs->rules[i];
        if (rule->result != XCCDF_NOT_SELECTED)
            pairs[count++] = (struct pair){check_of(arena, ours, rule->name), rule};
    }
    if (count)
        qsort(pairs, count, sizeof *pairs, by_check);
    return count;
}

/* The rules from *at on that share a check; one by one where no check answers. */
static struct beside take_rules(struct arena *arena, const struct past *ours,
                                const struct pair *pairs, size_t count, size_t *at)
{
    const char *check = pairs[*at].check;
    size_t first = *at;
    do
        ++*at;
    while (check[0] && *at < count && strcmp(pairs[*at].check, check) == 0);
    struct beside one = {.check = check[0] ? check : NULL, .their_count = *at - first};
    const struct xccdf_rule **rules = arena_take(arena, one.their_count * sizeof *rules);
    for (size_t i = 0; i < one.their_count; i++)
        rules[i] = pairs[first + i].rule;
    one.theirs = rules;
    one.ours = one.check ? find_check(ours, one.check) : NULL;
    one.kind = kind_of(&one);
    return one;
}

const struct beside *beside_make(struct arena *arena, const struct past *ours,
                                 const struct xccdf *theirs, size_t *count)
{
    struct pair *pairs = arena_take(arena, (theirs->count + 1) * sizeof *pairs);
    struct beside *all = arena_take(arena, (ours->count + theirs->count + 1) * sizeof *all);
    bool *met = mem_new(ours->count + 1);
    size_t pair_count = list_pairs(arena, ours, theirs, pairs), at = 0;
    *count = 0;
    while (at < pair_count) {
        struct beside one = take_rules(arena, ours, pairs, pair_count, &at);
        if (one.ours)
            met[one.ours - ours->checks] = true;
        all[(*count)++] = one;
    }
    for (size_t i = 0; i < ours->count; i++)
        if (!met[i])
            all[(*count)++] = (struct beside){
                .kind = BESIDE_OURS, .check = ours->checks[i].id, .ours = &ours->checks[i]};
    mem_free(met);
    if (*count)
        qsort(all, *count, sizeof *all, by_kind);
    return all;
}
