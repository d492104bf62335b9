/* grading: asked for, reviewed, approved. */
#include "casework/lifecycle/lifecycle.h"

#include "foundation/sys/sys.h"

#include <string.h>

#define REVIEW_FROM 4 /* 2007 Measures, Article 10: experts review grade IV and above */
#define REVIEW_LAW  "2007 Measures, Article 10"
#define TREE_MAX    64

bool grading_has_matrix(const struct regime *regime)
{
    for (size_t i = 0; i < regime->rule_count; i++)
        if (regime->rules[i].kind == RULE_MATRIX)
            return true;
    return false;
}

/* Does the criteria of the day ask for this number at all? A regime of another time does not. */
static bool asked_for(struct arena *arena, const struct asked *asked, const struct fact *fact)
{
    struct criteria_grade grade;
    return !failed(grade_criteria(arena, asked, fact, 1, &grade));
}

size_t grading_known_facts(struct arena *arena, const struct asked *asked,
                           const struct entry *system, struct fact out[static GRADING_FACTS])
{
    static const struct {
        const char *fact, *field;
    } known[GRADING_FACTS] = {{"users", "users"},
                              {"basic_data_subjects", "personal_records"},
                              {"sensitive_data_subjects", "sensitive_records"},
                              {"public_service_level", "public_service_level"}};
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        int64_t number = entry_number(system, known[i].field, -1);
        struct fact fact = {.name = known[i].fact, .is_number = true, .number = number};
        if (number >= 0 && asked_for(arena, asked, &fact))
            out[count++] = fact;
    }
    return count;
}

static const char *source_of(struct arena *arena, const struct rule *rule)
{
    return arena_printf(arena, "%s, %s", rule->document->title, rule->article);
}

/* By which law a grade is reviewed before it is approved; NULL when it need not be. Vietnam calls
 * it appraisal: the packs say for which levels there is one. */
static const char *review_law(struct arena *arena, const struct regime *regime, struct date on,
                              int grade)
{
    if (grading_has_matrix(regime))
        return grade >= REVIEW_FROM ? REVIEW_LAW : NULL;
    for (size_t i = 0; i < regime->rule_count; i++) {
        const struct rule *rule = &regime->rules[i];
        if (strcmp(rule->topic, "appraisal") == 0 && rule_in_force(rule, on) &&
            (rule->grades >> grade & 1u))
            return source_of(arena, rule);
    }
    return NULL;
}

/* ---- computing ------------------------------------------------------------------------------- */

/* China: two harms, each with its reason; the grade is the higher one. */
static struct rc by_matrix(struct arena *arena, const struct grading_wish *wish,
                           struct grading *out)
{
    TRY(grade_system(arena, &wish->asked, &wish->business, &wish->service, &out->by_matrix));
    out->has_matrix = true;
    out->grade = out->by_matrix.marks.g;
    out->marks = marks_text(arena, out->by_matrix.marks);
    return RC_OK;
}

/* Vietnam: answers given by hand go before what the register knows. */
static struct rc by_criteria(struct arena *arena, const struct grading_wish *wish,
                             const struct entry *system, struct grading *out)
{
    struct fact known[GRADING_FACTS];
    size_t known_count = grading_known_facts(arena, &wish->asked, system, known), count = 0;
    struct fact *facts = arena_take(arena, (known_count + wish->fact_count + 1) * sizeof *facts);
    for (size_t i = 0; i < wish->fact_count; i++)
        facts[count++] = wish->facts[i];
    for (size_t i = 0; i < known_count; i++) {
        bool given = false;
        for (size_t k = 0; k < wish->fact_count; k++)
            given = given || strcmp(wish->facts[k].name, known[i].name) == 0;
        if (!given)
            facts[count++] = known[i];
    }
    TRY(grade_criteria(arena, &wish->asked, facts, count, &out->by_criteria));
    out->grade = out->by_criteria.level;
    out->marks = "";
    if (!out->grade)
        return fault(FAULT_USAGE,
                     "system '%s': no criterion is answered with yes: answer the "
                     "questions with --answer",
                     wish->system);
    return RC_OK;
}

/* The secrecy of a system gives a lowest grade, whatever the harm. */
static struct rc verify_floor(const struct entry *system, int grade)
{
    static const char *const levels[] = {"secret", "confidential", "top_secret"};
    const char *secrecy = entry_value(system, "secrecy");
    for (int i = 0; secrecy && i < 3; i++)
        if (strcmp(secrecy, levels[i]) == 0 && grade < 3 + i)
            return fault(
                FAULT_DATA,
                "system '%s' is %s, which asks for grade %d at least, not %d (2007 Measures, "
                "Article 27)",
                system->key, secrecy, 3 + i, grade);
    return RC_OK;
}

/* ---- recording ------------------------------------------------------------------------------- */

struct recording {
    const struct grading_wish *wish;
    struct arena *arena;
    struct grading *grading;
};

static void put(struct change *changes, size_t *count, const char *field, const char *value)
{
    if (value && value[0])
        changes[(*count)++] = (struct change){field, view_of(value)};
}

static const char *harm_text(struct arena *arena, const struct harm *harm)
{
    return arena_printf(arena, "%s: %s", harm->object, harm->degree);
}

static const char *criteria_text(struct arena *arena, const struct criteria_grade *grade)
{
    const char *text = "";
    for (size_t i = 0; i < grade->count; i++)
        if (grade->criteria[i].answer != ANSWER_UNKNOWN)
            text = arena_printf(arena, "%s%s%s=%s", text, *text ? ", " : "", grade->criteria[i].id,
                                grade->criteria[i].answer == ANSWER_YES ? "yes" : "no");
    return text;
}

static struct rc next_key(struct reg *reg, const char *kind, const char *prefix,
                          struct arena *arena, const char **out)
{
    struct datum last;
    bool any;
    TRY(store_one(reg_store(reg), arena_printf(arena, "SELECT coalesce(max(id), 0) FROM %s", kind),
                  NULL, 0, arena, &last, 1, &any));
    *out = arena_printf(arena, "%s-%06lld", prefix, (long long)last.integer + 1);
    return RC_OK;
}

/* S, A and G of a system and when it was graded; only regimes with a matrix know S and A. */
static struct rc put_into_effect(struct reg *reg, const char *system, const char *marks, int grade,
                                 struct arena *arena)
{
    char today[32];
    struct change changes[5];
    size_t count = 0;
    bool has_marks = marks && strlen(marks) == 6;
    sys_format_time(sys_now(), today);
    today[10] = '\0';
    const char *g = arena_printf(arena, "%d", grade);
    const char *s = has_marks ? arena_printf(arena, "%c", marks[1]) : NULL;
    const char *a = has_marks ? arena_printf(arena, "%c", marks[3]) : NULL;
    changes[count++] = (struct change){"s", view_of(s)};
    changes[count++] = (struct change){"a", view_of(a)};
    put(changes, &count, "g", g);
    put(changes, &count, "graded_on", today);
    TRY(entry_set(reg, kind_find("system"), system, 0, changes, count));
    /* Graded twice on one day: the day does not change, yet what asked for the grading is done. */
    struct change done = {"regrade", {NULL, 0}};
    return entry_derive(reg, kind_find("system"), system, &done, 1);
}

/* What business information and system service were graded by, once where it is the same. */
static const char *both(struct arena *arena, const char *business, const char *service)
{
    return strcmp(business, service) == 0 ? business
                                          : arena_printf(arena, "%s; %s", business, service);
}

/* What a reviewer must see to judge it: the harm, the rule, where it stands, how sure that is. */
static size_t describe(const struct recording *recording, struct change *changes)
{
    const struct grading_wish *wish = recording->wish;
    const struct grading *grading = recording->grading;
    struct arena *arena = recording->arena;
    char day[DATE_TEXT];
    size_t count = 0;
    const struct rule *rule =
        grading->has_matrix ? grading->by_matrix.business.rule : grading->by_criteria.rule;
    const struct rule *other = grading->has_matrix ? grading->by_matrix.service.rule : rule;
    date_write(wish->asked.on, day);
    put(changes, &count, "system", wish->system);
    put(changes, &count, "grade", arena_printf(arena, "%d", grading->grade));
    put(changes, &count, "marks", grading->marks);
    put(changes, &count, "regime", wish->asked.regime->id);
    put(changes, &count, "on", arena_text(arena, day));
    put(changes, &count, "rule", both(arena, rule->id, other->id));
    put(changes, &count, "source", both(arena, source_of(arena, rule), source_of(arena, other)));
    put(changes, &count, "confidence",
        grading->has_matrix ? both(arena, grading->by_matrix.business.confidence,
                                   grading->by_matrix.service.confidence)
                            : rule->confidence);
    if (grading->has_matrix) {
        put(changes, &count, "business_harm", harm_text(arena, &wish->business));
        put(changes, &count, "business_reason", wish->business.reason);
        put(changes, &count, "service_harm", harm_text(arena, &wish->service));
        put(changes, &count, "service_reason", wish->service.reason);
    } else {
        put(changes, &count, "criteria", criteria_text(arena, &grading->by_criteria));
    }
    return count;
}

static struct rc request_body(struct reg *reg, void *context)
{
    struct recording *recording = context;
    struct grading *grading = recording->grading;
    struct arena *arena = recording->arena;
    struct change changes[24];
    size_t count = describe(recording, changes);
    bool own = grading->grade == 1; /* the operator decides by himself */
    put(changes, &count, "requester", reg_actor(reg)->name);
    put(changes, &count, "state", own ? "approved" : "requested");
    if (own)
        put(changes, &count, "decided", arena_printf(arena, "%lld", (long long)sys_now()));
    TRY(next_key(reg, "grading", "gr", arena, &grading->key));
    TRY(entry_record(reg, kind_find("grading"), grading->key, changes, count, NULL));
    grading->in_effect = own;
    return own ? put_into_effect(reg, recording->wish->system, grading->marks, 1, arena) : RC_OK;
}

struct rc grading_request(struct reg *reg, const struct grading_wish *wish, struct arena *arena,
                          struct grading *out)
{
    struct grading grading = {.key = NULL};
    struct recording recording = {wish, arena, &grading};
    const struct entry *system;
    TRY(entry_get(reg, kind_find("system"), wish->system, arena, &system));
    if (system->retired)
        return fault(FAULT_DATA, "system '%s' is retired", system->key);
    TRY(grading_has_matrix(wish->asked.regime) ? by_matrix(arena, wish, &grading)
                                               : by_criteria(arena, wish, system, &grading));
    TRY(verify_floor(system, grading.grade));
    grading.needs_review =
        review_law(arena, wish->asked.regime, wish->asked.on, grading.grade) != NULL;
    TRY(reg_transact(reg, request_body, &recording));
    *out = grading;
    return RC_OK;
}

/* ---- deciding ---------------------------------------------------------------------------------
 */

struct deciding {
    const char *key, *words;
    struct rc (*decide)(struct reg *reg, const struct deciding *deciding,
                        const struct entry *grading, struct arena *arena);
};

/* A decision is taken once, and by somebody with a name. */
static struct rc decide_body(struct reg *reg, void *context)
{
    const struct deciding *deciding = context;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct entry *grading;
    TRY(entry_get(reg, kind_find("grading"), deciding->key, arena, &grading));
    const char *state = entry_value(grading, "state");
    if (strcmp(state, "approved") == 0 || strcmp(state, "refused") == 0)
        return fault(FAULT_DATA, "grading '%s' is %s already", grading->key, state);
    if (strcmp(reg_actor(reg)->name, "operator") == 0)
        return fault(FAULT_DATA, "grading '%s': say who decides (--as PERSON)", grading->key);
    return deciding->decide(reg, deciding, grading, arena);
}

static struct rc review(struct reg *reg, const struct deciding *deciding,
                        const struct entry *grading, struct arena *arena)
{
    struct change changes[4];
    size_t count = 0;
    (void)arena;
    if (strcmp(reg_actor(reg)->name, entry_value(grading, "requester")) == 0)
        return fault(FAULT_DATA, "grading '%s': who asked for it cannot review it", grading->key);
    put(changes, &count, "state", "reviewed");
    put(changes, &count, "reviewer", reg_actor(reg)->name);
    put(changes, &count, "review", deciding->words);
    return entry_derive(reg, grading->kind, grading->key, changes, count);
}

/* Whether `unit` is `other` or above it. */
static struct rc stands_above(struct reg *reg, const char *unit, const char *other,
                              struct arena *arena, bool *out)
{
    *out = false;
    for (int depth = 0; other && depth < TREE_MAX && !*out; depth++) {
        const struct entry *entry;
        *out = strcmp(unit, other) == 0;
        TRY(entry_get(reg, kind_find("unit"), other, arena, &entry));
        other = entry_value(entry, "parent");
    }
    return RC_OK;
}

/* The department approves: a unit above the system's, or the topmost itself. Systems across
 * provinces are approved by a unit that has none above it (2007 Measures, Article 10). */
static struct rc verify_department(struct reg *reg, const struct entry *system,
                                   const char *approver, struct arena *arena)
{
    const struct entry *person, *unit;
    bool above = false;
    TRY(entry_get(reg, kind_find("person"), approver, arena, &person));
    const char *of = entry_value(person, "unit"), *coverage = entry_value(system, "coverage");
    if (of)
        TRY(stands_above(reg, of, entry_value(system, "unit"), arena, &above));
    if (!above)
        return fault(FAULT_DATA,
                     "'%s' is not of unit '%s' or one above it, which approves its grade", approver,
                     entry_value(system, "unit"));
    TRY(entry_get(reg, kind_find("unit"), of, arena, &unit));
    bool wide =
        coverage && (strcmp(coverage, "cross_province") == 0 || strcmp(coverage, "national") == 0);
    if (wide && entry_value(unit, "parent"))
        return fault(
            FAULT_DATA,
            "system '%s' reaches over provinces: the department in charge approves it, not "
            "unit '%s' (2007 Measures, Article 10)",
            system->key, of);
    return RC_OK;
}

static struct rc verify_reviewed(const struct entry *grading, struct arena *arena)
{
    const struct regime *regime = regime_find(entry_value(grading, "regime"));
    int grade = (int)entry_number(grading, "grade", 0);
    struct date on;
    if (!regime)
        return fault(FAULT_DATA, "grading '%s': there is no regime '%s' now", grading->key,
                     entry_value(grading, "regime"));
    TRY(date_from(entry_value(grading, "on"), &on));
    const char *law = review_law(arena, regime, on, grade);
    if (law && strcmp(entry_value(grading, "state"), "reviewed") != 0)
        return fault(FAULT_DATA,
                     "grading '%s': experts review grade %d before it is approved (%s): merlon "
                     "grade review %s",
                     grading->key, grade, law, grading->key);
    return RC_OK;
}

/* What was asked for before a grading that is in effect does not take its place any more. */
static struct rc verify_latest(struct reg *reg, const struct entry *grading, struct arena *arena)
{
    const struct entry *const *all;
    size_t count;
    TRY(entry_referring(reg, grading->kind, "system", entry_value(grading, "system"), arena, &all,
                        &count));
    for (size_t i = 0; i < count; i++)
        if (all[i]->created > grading->created &&
            strcmp(entry_value(all[i], "state"), "approved") == 0)
            return fault(FAULT_DATA, "grading '%s': a later one, '%s', is in effect: ask again",
                         grading->key, all[i]->key);
    return RC_OK;
}

/* In this order: who, what was said before, whose system; then the grade takes effect. */
static struct rc approve(struct reg *reg, const struct deciding *deciding,
                         const struct entry *grading, struct arena *arena)
{
    const char *approver = reg_actor(reg)->name;
    int64_t grade = entry_number(grading, "grade", 0);
    const struct entry *system;
    struct change changes[4];
    size_t count = 0;
    (void)deciding;
    TRY(grade_approver(entry_value(grading, "requester"), approver));
    TRY(verify_latest(reg, grading, arena));
    TRY(verify_reviewed(grading, arena));
    TRY(entry_get(reg, kind_find("system"), entry_value(grading, "system"), arena, &system));
    TRY(verify_department(reg, system, approver, arena));
    put(changes, &count, "state", "approved");
    put(changes, &count, "approver", approver);
    put(changes, &count, "decided", arena_printf(arena, "%lld", (long long)sys_now()));
    TRY(entry_derive(reg, grading->kind, grading->key, changes, count));
    return put_into_effect(reg, system->key, entry_value(grading, "marks"), (int)grade, arena);
}

static struct rc refuse(struct reg *reg, const struct deciding *deciding,
                        const struct entry *grading, struct arena *arena)
{
    struct change changes[4];
    size_t count = 0;
    put(changes, &count, "state", "refused");
    put(changes, &count, "approver", reg_actor(reg)->name);
    put(changes, &count, "review", deciding->words);
    put(changes, &count, "decided", arena_printf(arena, "%lld", (long long)sys_now()));
    return entry_derive(reg, grading->kind, grading->key, changes, count);
}

struct rc grading_review(struct reg *reg, const char *key, const char *opinion)
{
    struct deciding deciding = {key, opinion, review};
    if (!opinion || !opinion[0])
        return fault(FAULT_USAGE, "grading '%s': a review needs an opinion (--reason TEXT)", key);
    return reg_transact(reg, decide_body, &deciding);
}

struct rc grading_approve(struct reg *reg, const char *key)
{
    struct deciding deciding = {key, NULL, approve};
    return reg_transact(reg, decide_body, &deciding);
}

struct rc grading_refuse(struct reg *reg, const char *key, const char *reason)
{
    struct deciding deciding = {key, reason, refuse};
    if (!reason || !reason[0])
        return fault(FAULT_USAGE, "grading '%s': a refusal needs a reason (--reason TEXT)", key);
    return reg_transact(reg, decide_body, &deciding);
}
