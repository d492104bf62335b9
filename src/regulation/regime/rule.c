/*
 * rule: one rule of a pack, read and checked field by field.
 *
 * A rule has exactly one key that is the name of a kind; what stands under it is its value.
 */
#include "regulation/regime/parts.h"

#include <string.h>

static const char *const kinds[RULE_KIND_COUNT] = {
    [RULE_CLOCK] = "clock",           [RULE_MATRIX] = "matrix", [RULE_THRESHOLD] = "threshold",
    [RULE_CONDITIONS] = "conditions", [RULE_FORM] = "form",     [RULE_STEPS] = "steps",
    [RULE_CRITERIA] = "criteria",     [RULE_FLOORS] = "floors", [RULE_TEMPLATE] = "template",
    [RULE_STATEMENT] = "statement",
};

/* Every other key that a rule may have. */
static const char *const fields[] = {
    "id",         "topic",   "grades",    "valid_from", "valid_to", "source", "note", "who",
    "confidence", "trigger", "delegates", "clauses",    "process",  "test",   "text", "gap_before"};

const char *rule_kind_name(enum rule_kind kind)
{
    must((size_t)kind < RULE_KIND_COUNT);
    return kinds[kind];
}

struct rc grades_read(struct value list, uint32_t *out)
{
    uint32_t bits = 0;
    if (doc_kind(list) != DOC_LIST || doc_count(list) == 0)
        return fault(FAULT_DATA, "grades must be a list of 1 to %d", GRADE_MAX);
    for (uint32_t i = 0; i < doc_count(list); i++) {
        int64_t grade = 0;
        if (!doc_integer(doc_at(list, i), &grade) || grade < 1 || grade > GRADE_MAX)
            return fault(FAULT_DATA, "grades must be a list of 1 to %d", GRADE_MAX);
        bits |= 1u << grade;
    }
    *out = bits;
    return RC_OK;
}

static size_t place(const char *const *words, size_t count, const char *word)
{
    size_t i = 0;
    while (i < count && strcmp(words[i], word) != 0)
        i++;
    return i;
}

/* Finds the one kind; refuses keys that are neither a kind nor a field. */
static struct rc read_kind(struct value raw, struct rule *rule)
{
    size_t found = 0;
    for (uint32_t i = 0; i < doc_count(raw); i++) {
        const char *key = doc_key(raw, i);
        size_t kind = place(kinds, RULE_KIND_COUNT, key);
        if (kind < RULE_KIND_COUNT) {
            found++;
            rule->kind = (enum rule_kind)kind;
            rule->value = doc_at(raw, i);
        } else if (place(fields, COUNT_OF(fields), key) == COUNT_OF(fields)) {
            return fault(FAULT_DATA, "unknown field '%s'", key);
        }
    }
    if (found != 1)
        return fault(FAULT_DATA, "needs exactly one value (clock, matrix, threshold, ...), has %zu",
                     found);
    return RC_OK;
}

static struct rc read_dates(struct value raw, struct rule *rule)
{
    const char *to = doc_get_text(raw, "valid_to");
    struct rc rc = date_from(doc_get_text(raw, "valid_from"), &rule->from);
    if (failed(rc))
        return fault_within((struct rc){FAULT_DATA}, "valid_from");
    if (!to)
        return fault(FAULT_DATA, "valid_to is missing; write \"\" while the rule is in force");
    if (!*to)
        return RC_OK;
    rc = date_from(to, &rule->to);
    if (failed(rc))
        return fault_within((struct rc){FAULT_DATA}, "valid_to");
    if (date_compare(rule->to, rule->from) < 0)
        return fault(FAULT_DATA, "valid_to is before valid_from");
    return RC_OK;
}

static struct rc read_source(const struct regime *regime, struct value raw, struct rule *rule)
{
    struct value source = doc_get(raw, "source");
    const char *name = doc_get_text(source, "document");
    rule->article = doc_get_text(source, "article");
    if (!name || !rule->article || !*rule->article)
        return fault(FAULT_DATA, "the source is missing: {document, article}");
    for (size_t i = 0; i < regime->document_count; i++)
        if (strcmp(regime->documents[i].id, name) == 0)
            rule->document = &regime->documents[i];
    if (!rule->document)
        return fault(FAULT_DATA, "its source '%s' is none of the pack's documents", name);
    return RC_OK;
}

/* A plain text field, "" where there is none. */
static const char *field(struct value raw, const char *key)
{
    const char *text = doc_get_text(raw, key);
    return text ? text : "";
}

static struct rc read_rest(struct value raw, struct rule *rule)
{
    rule->confidence = field(raw, "confidence");
    rule->note = field(raw, "note");
    rule->who = field(raw, "who");
    rule->trigger = field(raw, "trigger");
    rule->test = field(raw, "test");
    rule->process = field(raw, "process");
    rule->text = doc_get(raw, "text");
    rule->grades = GRADES_ALL;
    if (!confidence_is(rule->confidence))
        return fault(FAULT_DATA, "its confidence must be H, M-H, M, M-, L-M or L");
    if (strcmp(rule->confidence, "H") != 0 && !*rule->note)
        return fault(FAULT_DATA, "a confidence below H needs a note that says why");
    if (!is_said_in_all(rule->text))
        return fault(FAULT_DATA, "its text must be said in en, zh and vi");
    if (doc_kind(doc_get(raw, "grades")) != DOC_NONE)
        TRY(grades_read(doc_get(raw, "grades"), &rule->grades));
    return RC_OK;
}

static struct rc read_all(const struct regime *regime, struct value raw, struct rule *rule)
{
    if (!is_word(rule->topic))
        return fault(FAULT_DATA, "needs a topic in lower case");
    TRY(read_kind(raw, rule));
    TRY(read_dates(raw, rule));
    TRY(read_source(regime, raw, rule));
    TRY(read_rest(raw, rule));
    return value_check(rule);
}

struct rc rule_read(const struct regime *regime, struct value raw, struct rule *out)
{
    struct rule rule = {.regime = regime,
                        .id = doc_get_text(raw, "id"),
                        .topic = doc_get_text(raw, "topic"),
                        .raw = raw,
                        .line = doc_line(raw)};
    if (!is_word(rule.id))
        return fault(FAULT_DATA, "line %u: a rule needs an id in lower case", rule.line);
    struct rc rc = read_all(regime, raw, &rule);
    if (failed(rc))
        return fault_within(rc, "line %u: rule '%s'", rule.line, rule.id);
    *out = rule;
    return RC_OK;
}

bool rule_in_force(const struct rule *rule, struct date on)
{
    return date_compare(rule->from, on) <= 0 &&
           (date_is_none(rule->to) || date_compare(on, rule->to) <= 0);
}
