/*
 * pack: a file of rules, built in or of the customer.
 *
 *   regime, country, names, documents  -> the head
 *   rules                              -> rule.c, one by one
 *
 * The built-in ones are read once; nothing changes after that.
 */
#include "regulation/regime/parts.h"
#include "foundation/content/content.h"

#include <pthread.h>
#include <string.h>

bool is_word(const char *text)
{
    return text && *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0';
}

bool is_said_in_all(struct value text)
{
    static const char *const langs[] = {"en", "zh", "vi"};
    for (size_t i = 0; i < COUNT_OF(langs); i++) {
        const char *said = doc_get_text(text, langs[i]);
        if (!said || !*said)
            return false;
    }
    return true;
}

static struct rc read_document(struct value map, uint32_t i, struct document *out)
{
    struct value from = doc_at(map, i);
    *out = (struct document){.id = doc_key(map, i),
                             .title = doc_get_text(from, "title"),
                             .basis = doc_get_text(from, "basis")};
    if (!out->title || !*out->title || !out->basis || !*out->basis)
        return fault(FAULT_DATA, "line %u: document '%s' needs a title and its basis",
                     doc_line(from), out->id);
    if (!authority_from(doc_get_text(from, "authority"), &out->authority))
        return fault(FAULT_DATA, "line %u: document '%s' has no known authority", doc_line(from),
                     out->id);
    return RC_OK;
}

struct rc regime_read_head(struct arena *arena, const char *path, struct value top,
                           struct regime *out)
{
    struct value map = doc_get(top, "documents"), rules = doc_get(top, "rules");
    struct regime regime = {.id = doc_get_text(top, "regime"),
                            .country = doc_get_text(top, "country"),
                            .path = arena_text(arena, path),
                            .names = doc_get(top, "names")};
    if (!is_word(regime.id))
        return fault(FAULT_DATA, "a pack needs 'regime', its name in lower case");
    if (!regime.country || !is_said_in_all(regime.names))
        return fault(FAULT_DATA, "a pack needs 'country' and 'names' in en, zh and vi");
    if (doc_kind(map) != DOC_MAP || doc_count(map) > DOCUMENTS_MAX)
        return fault(FAULT_DATA, "a pack needs 'documents', at most %d", DOCUMENTS_MAX);
    if (doc_kind(rules) != DOC_LIST || doc_count(rules) == 0 || doc_count(rules) > RULES_MAX)
        return fault(FAULT_DATA, "a pack needs 'rules', at most %d", RULES_MAX);
    struct document *documents = arena_take(arena, (doc_count(map) + 1) * sizeof *documents);
    for (uint32_t i = 0; i < doc_count(map); i++)
        TRY(read_document(map, i, &documents[i]));
    regime.documents = documents;
    regime.document_count = doc_count(map);
    *out = regime;
    return RC_OK;
}

static struct rc read_pack(struct arena *arena, const char *path, struct value top,
                           struct regime *regime)
{
    TRY(regime_read_head(arena, path, top, regime));
    struct value list = doc_get(top, "rules");
    struct rule *rules = arena_take(arena, (doc_count(list) + 1) * sizeof *rules);
    for (uint32_t i = 0; i < doc_count(list); i++) {
        TRY(rule_read(regime, doc_at(list, i), &rules[i]));
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(rules[k].id, rules[i].id) == 0)
                return fault(FAULT_DATA, "line %u: the rule '%s' appears twice", rules[i].line,
                             rules[i].id);
    }
    regime->rules = rules;
    regime->rule_count = doc_count(list);
    return RC_OK;
}

struct rc regime_read(struct arena *arena, const char *path, struct view yaml,
                      const struct regime **out)
{
    struct value top = {0};
    TRY(doc_read_yaml(arena, path, yaml, &top));
    struct regime *regime = arena_take(arena, sizeof *regime);
    struct rc rc = read_pack(arena, path, top, regime);
    if (failed(rc))
        return fault_within(rc, "%s", path);
    *out = regime;
    return RC_OK;
}

/* ---- the built-in ones ----------------------------------------------------------------------- */

#define REGIMES_MAX 64

static struct {
    struct arena *arena; /* kept until the process ends */
    struct regime all[REGIMES_MAX];
    size_t count;
} loaded; /* written once under `once`, read-only ever after */

static struct rc load_one(void *context, const char *path, struct value top)
{
    must(loaded.count < REGIMES_MAX);
    return read_pack(context, path, top, &loaded.all[loaded.count++]);
}

static void load(void)
{
    loaded.arena = arena_new();
    if (failed(content_each("regimes/", load_one, loaded.arena)))
        panic("content/%s: %s", loaded.all[loaded.count - 1].path, fault_text());
}

const struct regime *regimes(size_t *count)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    must(pthread_once(&once, load) == 0);
    *count = loaded.count;
    return loaded.all;
}

const struct regime *regime_find(const char *id)
{
    size_t count = 0;
    const struct regime *all = regimes(&count);
    for (size_t i = 0; id && i < count; i++)
        if (strcmp(all[i].id, id) == 0)
            return &all[i];
    return NULL;
}

const struct rule *regime_rule(const struct regime *regime, const char *id)
{
    for (size_t i = 0; id && i < regime->rule_count; i++)
        if (strcmp(regime->rules[i].id, id) == 0)
            return &regime->rules[i];
    return NULL;
}
