/* system: a system's grade and what follows from it. */
#include "register/rule/parts.h"

#include <string.h>

static int64_t highest(const struct entry *entry)
{
    int64_t s = entry_number(entry, "s", 0), a = entry_number(entry, "a", 0);
    int64_t g = entry_number(entry, "g", 0), most = s > a ? s : a;
    return most > g ? most : g;
}

/* G items are taken at the higher of S and A (GB/T 22239-2019, Annex A): G may be higher, not
 * lower. Who raises S or A and says nothing of G raises it, too; nothing lowers it but a person. */
static struct rc derive_grade(const struct entry *before, struct entry *after, const char **values)
{
    int64_t s = entry_number(after, "s", 0), a = entry_number(after, "a", 0);
    int64_t g = entry_number(after, "g", 0), most = s > a ? s : a;
    static const char *const digits[] = {NULL, "1", "2", "3", "4", "5"};
    bool stated = !before || rule_changed(before, after, "g");
    if (g && g < most && stated)
        return fault(FAULT_DATA,
                     "system '%s': g is %lld, below the higher of s and a, %lld (GB/T 22239-2019, "
                     "Annex A)",
                     after->key, (long long)g, (long long)most);
    if (g < most)
        rule_put(after, values, "g", digits[most]);
    rule_put(after, values, "grade", digits[highest(after)]);
    return RC_OK;
}

/* 2007 Measures, Article 27. What is derived later (by a check run of anybody) asks no clearance
 * again. */
static struct rc verify_secrecy(struct reg *reg, const struct entry *before, struct entry *after)
{
    static const char *const levels[] = {"none", "secret", "confidential", "top_secret"};
    static const int64_t least[] = {0, 3, 4, 5};
    const char *secrecy = entry_value(after, "secrecy");
    int level = 0;
    for (int i = 1; secrecy && i < 4; i++)
        level = strcmp(secrecy, levels[i]) == 0 ? i : level;
    int64_t grade = highest(after);
    if (level && grade && grade < least[level])
        return fault(FAULT_DATA,
                     "system '%s': %s asks for grade %lld at least, not %lld (2007 Measures, "
                     "Article 27)",
                     after->key, levels[level], (long long)least[level], (long long)grade);
    if (level > reg_actor(reg)->clearance && (!before || rule_changed(before, after, "secrecy")))
        return fault(FAULT_DENIED,
                     "system '%s': who is not cleared for %s cannot register it: name a person who "
                     "is (--as)",
                     after->key, levels[level]);
    after->hidden = level > after->hidden ? level : after->hidden;
    return RC_OK;
}

/* 2007 Measures, Article 25: domains may be graded apart; the system has the highest of them. */
static struct rc verify_domains(const struct entry *after)
{
    struct view rest = view_of(entry_value(after, "domains")), item;
    int64_t grade = highest(after);
    while (list_next(&rest, &item)) {
        int64_t own = item.ptr[item.len - 1] - '0';
        if (grade && own > grade)
            return fault(FAULT_DATA, "system '%s': domain '%.*s' is graded above the system, %lld",
                         after->key, (int)item.len, item.ptr, (long long)grade);
    }
    return RC_OK;
}

/* A platform is never graded below what it hosts; looked at from both ends. */
static struct rc verify_platform(struct reg *reg, const struct entry *after, struct arena *arena)
{
    const char *platform = entry_value(after, "platform");
    int64_t grade = highest(after);
    const struct entry *host, *const *hosted;
    size_t count;
    if (platform && grade) {
        TRY(entry_get(reg, after->kind, platform, arena, &host));
        if (highest(host) < grade)
            return fault(
                FAULT_DATA,
                "system '%s' of grade %lld cannot be hosted on platform '%s' of grade %lld",
                after->key, (long long)grade, platform, (long long)highest(host));
    }
    TRY(entry_referring(reg, after->kind, "platform", after->key, arena, &hosted, &count));
    for (size_t i = 0; i < count; i++) {
        /* Who may not see the hosted system does not learn its name here. */
        bool seen = hosted[i]->hidden <= reg_actor(reg)->clearance;
        if (highest(hosted[i]) > grade)
            return fault(FAULT_DATA,
                         "system '%s' hosts %s of grade %lld and cannot be graded lower, %lld",
                         after->key, seen ? hosted[i]->key : "a system",
                         (long long)highest(hosted[i]), (long long)grade);
    }
    return RC_OK;
}

/* Products and agency are looked at when they or the grade change: what was right when it was
 * assigned does not stop a later change of something else. */
static struct rc verify_conditions(struct reg *reg, const struct entry *before,
                                   const struct entry *after)
{
    int64_t grade = highest(after);
    bool regraded = !before || highest(before) < grade;
    const char *agency = entry_value(after, "agency");
    if (regraded || rule_changed(before, after, "products")) {
        struct view rest = view_of(entry_value(after, "products")), item;
        struct arena *arena CLEANUP(arena_freep) = arena_new();
        while (list_next(&rest, &item))
            TRY(condition_verify(reg, after, "product", view_text(arena, item), grade));
    }
    if (agency && (regraded || rule_changed(before, after, "agency")))
        TRY(condition_verify(reg, after, "agency", agency, grade));
    return RC_OK;
}

struct rc system_write(struct reg *reg, const struct entry *before, struct entry *after,
                       const char **values)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    TRY(derive_grade(before, after, values));
    regrade_clear(before, after, values);
    TRY(verify_secrecy(reg, before, after));
    TRY(verify_domains(after));
    TRY(verify_platform(reg, after, arena));
    return verify_conditions(reg, before, after);
}

/* What asks for a new grading is noted; the grade of its assets is the highest of their systems'.
 */
struct rc system_written(struct reg *reg, const struct entry *before, const struct entry *after)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct entry *const *assets;
    size_t count;
    TRY(regrade_note(reg, before, after));
    if (!before || (!rule_changed(before, after, "grade") && before->retired == after->retired))
        return RC_OK;
    TRY(entry_referring(reg, kind_find("asset"), "systems", after->key, arena, &assets, &count));
    for (size_t i = 0; i < count; i++)
        TRY(entry_derive(reg, assets[i]->kind, assets[i]->key, NULL, 0));
    return RC_OK;
}
