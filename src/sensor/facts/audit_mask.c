/*
 * audit_mask: which rules have their effect. The kernel takes the first rule of a list that fits,
 * so a "never" makes what follows it void:
 *
 *   -a never,task                      nothing is audited in any process: all of list exit is void
 *   -a never,exit -S adjtimex          of later rules, that call is void
 *   -a never,exit -F exe=/usr/bin/x    narrow: takes one thing out; the others keep their effect
 *   -a never,exit -F auid>=1000        takes away nobody knows how much: undecided
 */
#include "sensor/facts/audit.h"

#include <string.h>

static bool is_never(const struct audit_rule *rule, const char *list)
{
    return view_is(rule->action, "never") && view_is(rule->list, list);
}

/* A rule without -S is about every call. */
static bool has_call(const struct audit_rule *rule, struct view call)
{
    if (rule->all_calls)
        return true;
    for (size_t i = 0; i < rule->call_count; i++)
        if (view_equal(rule->calls[i], call))
            return true;
    return false;
}

/* A rule that names no machine may be about this one. */
static bool shares_machine(const struct audit_rule *never, const struct audit_rule *rule)
{
    return !never->arch || !rule->arch || strcmp(never->arch, rule->arch) == 0;
}

/* Only a rule for the same machine, or for any, takes all of the other one away. */
static bool covers_machine(const struct audit_rule *never, const struct audit_rule *rule)
{
    return !never->arch || (rule->arch && strcmp(never->arch, rule->arch) == 0);
}

/* A rule for all calls loses some by a "never" of some. */
static bool shares_call(const struct audit_rule *never, struct view call)
{
    return view_is(call, "all") || has_call(never, call);
}

/* What one earlier "never" does to one call of a rule. */
static enum audit_force effect_of(const struct audit_rule *never, const struct audit_rule *rule,
                                  struct view call)
{
    if (!shares_machine(never, rule) || !shares_call(never, call))
        return FORCE_YES;
    bool covers = has_call(never, call) && covers_machine(never, rule);
    if (never->is_bare)
        return covers ? FORCE_NO : FORCE_UNDECIDED;
    return never->is_narrow ? FORCE_YES : FORCE_UNDECIDED;
}

enum audit_force audit_mask_call(struct audit_rule *const *rules, size_t count,
                                 const struct audit_rule *rule, struct view call)
{
    enum audit_force worst = FORCE_YES;
    if (rule->force == FORCE_NO)
        return FORCE_NO;
    for (size_t i = 0; i < count; i++) {
        if (is_never(rules[i], "task") && view_is(rule->list, "exit")) {
            if (rules[i]->is_bare)
                return FORCE_NO;
            if (!rules[i]->is_narrow)
                worst = FORCE_UNDECIDED;
        }
        if (rules[i]->position >= rule->position || !is_never(rules[i], "exit") ||
            !view_is(rule->list, "exit"))
            continue;
        enum audit_force force = effect_of(rules[i], rule, call);
        if (force == FORCE_NO)
            return FORCE_NO;
        if (force == FORCE_UNDECIDED)
            worst = FORCE_UNDECIDED;
    }
    return worst;
}

/* A rule has an effect while one of its calls has; each call has its own row besides. */
static enum audit_force force_of(struct audit_rule *const *nevers, size_t count,
                                 const struct audit_rule *rule)
{
    enum audit_force worst = FORCE_NO;
    if (rule->all_calls)
        return audit_mask_call(nevers, count, rule, VIEW("all"));
    for (size_t i = 0; i < rule->call_count; i++) { /* the best of its calls */
        enum audit_force force = audit_mask_call(nevers, count, rule, rule->calls[i]);
        if (force == FORCE_YES)
            return FORCE_YES;
        if (force == FORCE_UNDECIDED)
            worst = FORCE_UNDECIDED;
    }
    return worst;
}

void audit_mask(struct audit_rule **rules, size_t count)
{
    struct audit_rule **nevers = mem_new((count + 1) * sizeof *nevers);
    size_t never_count = 0;
    for (size_t i = 0; i < count; i++)
        if (view_is(rules[i]->action, "never") && rules[i]->force != FORCE_NO)
            nevers[never_count++] = rules[i];
    for (size_t i = 0; i < count; i++)
        if (view_is(rules[i]->action, "always") && rules[i]->force != FORCE_NO)
            rules[i]->force = force_of(nevers, never_count, rules[i]);
    mem_free(nevers);
}
