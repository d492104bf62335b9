/*
 * binding: which items bind a registered system, and which of its assets each applies to.
 *
 * Marks decide the levels, scopes the extensions. Where a platform hosts the system, the items that
 * the platform answers for are inherited (content/law/cloud-split); what only a tenant can do does
 * not bind a platform.
 */
#include "casework/lifecycle/lifecycle.h"

#include "foundation/content/content.h"

#include <string.h>

#define SCOPES_MAX    8
#define INHERITED_MAX 2000

enum side { SIDE_OWN, SIDE_PROVIDER, SIDE_TENANT };

/* Who answers for an item between a platform and a system on it. */
static enum side side_of(const struct clause *clause)
{
    struct value split = doc_get(content_root(), "law/cloud-split");
    const char *layer = clause_layer(clause, LANG_ZH);
    const char *word = doc_get_text(doc_get(split, "requirements"), clause->key);
    if (!word)
        word = doc_get_text(doc_get(doc_get(split, "layers"), clause->scope), layer);
    if (word && strcmp(word, "provider") == 0)
        return SIDE_PROVIDER;
    return word && strcmp(word, "tenant") == 0 ? SIDE_TENANT : SIDE_OWN;
}

static struct rc read_marks(const struct entry *system, struct marks *out)
{
    int64_t grade = entry_number(system, "grade", 0);
    if (!grade)
        return fault(FAULT_DATA, "system '%s' is not graded: merlon grade %s", system->key,
                     system->key);
    *out = (struct marks){.s = (int)entry_number(system, "s", grade),
                          .a = (int)entry_number(system, "a", grade),
                          .g = (int)grade};
    return RC_OK;
}

/* The system's scopes; without any, those that its type brings. */
static size_t read_scopes(const struct entry *system, struct arena *arena,
                          const char *scopes[SCOPES_MAX])
{
    static const char *const of_type[][2] = {{"cloud_platform", "cloud"},
                                             {"iot", "iot"},
                                             {"industrial_control", "ics"},
                                             {"big_data", "bigdata"}};
    struct view rest = view_of(entry_value(system, "scopes")), item;
    size_t count = 0;
    while (entry_value(system, "scopes") && list_next(&rest, &item) && count < SCOPES_MAX)
        scopes[count++] = view_text(arena, item);
    if (count)
        return count;
    scopes[count++] = "general";
    const char *type = entry_value(system, "type");
    for (size_t i = 0; i < COUNT_OF(of_type); i++)
        if (type && strcmp(type, of_type[i][0]) == 0)
            scopes[count++] = of_type[i][1];
    return count;
}

/* Keys of the assets with one of the item's classes, in the order of the register. */
static const char *assets_of(const struct clause *clause, const struct entry *const *assets,
                             size_t count, struct arena *arena, size_t *applies)
{
    struct buf text CLEANUP(buf_free) = {0};
    *applies = 0;
    buf_add_text(&text, "");
    for (size_t i = 0; i < count; i++) {
        enum asset_class asset_class;
        if (!asset_class_from(entry_value(assets[i], "class"), &asset_class) ||
            !(clause->classes >> asset_class & 1u))
            continue;
        buf_printf(&text, "%s%s", *applies ? "; " : "", assets[i]->key);
        ++*applies;
    }
    return arena_text(arena, text.ptr);
}

struct rc binding_make(struct reg *reg, const char *system_key, const char *standard,
                       struct arena *arena, struct binding *out)
{
    const struct entry *system, *const *assets;
    const char *scopes[SCOPES_MAX];
    struct selection selection;
    struct marks marks;
    size_t asset_count, count = 0;
    TRY(entry_get(reg, kind_find("system"), system_key, arena, &system));
    TRY(read_marks(system, &marks));
    struct selection_request request = {.standard = catalogue_standard(catalogue_load(), standard),
                                        .marks = marks,
                                        .scopes = scopes};
    if (!request.standard)
        return fault(FAULT_USAGE, "there is no standard '%s'", standard);
    request.scope_count = read_scopes(system, arena, scopes);
    TRY(selection_make(arena, &request, &selection));
    TRY(entry_referring(reg, kind_find("asset"), "systems", system_key, arena, &assets,
                        &asset_count));
    const char *platform = entry_value(system, "platform"), *type = entry_value(system, "type");
    bool is_platform = type && strcmp(type, "cloud_platform") == 0;
    struct bound *items = arena_take(arena, (selection.count + 1) * sizeof *items);
    for (size_t i = 0; i < selection.count; i++) {
        const struct selected *selected = &selection.items[i];
        enum side side = side_of(selected->clause);
        struct bound *bound = &items[count];
        if (is_platform && side == SIDE_TENANT)
            continue;
        *bound = (struct bound){.clause = selected->clause,
                                .mark = selected->mark,
                                .platform = side == SIDE_PROVIDER ? platform : NULL,
                                .assets = ""};
        if (!bound->platform)
            bound->assets =
                assets_of(selected->clause, assets, asset_count, arena, &bound->asset_count);
        count++;
    }
    *out = (struct binding){system, marks, items, count};
    return RC_OK;
}
