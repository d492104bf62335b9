/* record: from a check run to evidence, by the machine it met. */
#include "interface/cli/record.h"
#include "casework/lifecycle/lifecycle.h"
#include "register/discovery/discovery.h"

#include <string.h>

bool record_wanted(const struct call *call)
{
    return !call_has(call, OPTION_NO_RECORD);
}

struct rc record_binding(const struct call *call, struct request *request)
{
    struct office *office CLEANUP(office_closep) = NULL;
    const char *system = call_text(call, OPTION_SYSTEM, NULL);
    struct binding binding;
    if (!system)
        return RC_OK;
    if (call_has(call, OPTION_LEVEL) || call_has(call, OPTION_SCOPE))
        return wrong(call, "msg.system_has_level", NULL, NULL, NULL);
    TRY(office_open(call, &office));
    TRY(binding_make(office->reg, system, request->standard, call->arena, &binding));
    const struct clause **items = arena_take(call->arena, (binding.count + 1) * sizeof *items);
    for (size_t i = 0; i < binding.count; i++)
        if (!binding.items[i].platform)
            items[request->item_count++] = binding.items[i].clause;
    request->items = items;
    request->level = binding.marks.g;
    request->scope = NULL;
    return RC_OK;
}

/* A source that both want stands there once: the plan's, which knows more of it. */
static bool wanted_already(const struct wishes *wishes, const struct source *source)
{
    for (size_t i = 0; i < wishes->source_count; i++)
        if (wishes->sources[i]->kind == source->kind &&
            strcmp(wishes->sources[i]->pattern, source->pattern) == 0)
            return true;
    return false;
}

struct rc record_wishes(const struct call *call, const struct wishes *wanted,
                        const struct wishes **out)
{
    const struct wishes *more;
    TRY(discovery_wishes(&more));
    struct wishes *both = arena_take(call->arena, sizeof *both);
    const struct source **sources =
        arena_take(call->arena, (wanted->source_count + more->source_count + 1) * sizeof *sources);
    *both = *wanted;
    both->source_count = 0;
    for (size_t i = 0; i < wanted->source_count; i++)
        sources[both->source_count++] = wanted->sources[i];
    for (size_t i = 0; i < more->source_count; i++)
        if (!wanted_already(wanted, more->sources[i]))
            sources[both->source_count++] = more->sources[i];
    both->sources = sources;
    *out = both;
    return RC_OK;
}

/* An asset that the call names is taken at its word; else the machine is recognised. */
static struct rc find_asset(const struct call *call, struct office *office,
                            const struct identity *identity, int64_t time, const char **asset)
{
    const char *sighting, *known;
    const char *named = call_text(call, OPTION_ASSET, NULL);
    const struct entry *entry;
    TRY(discovery_note(office->reg, identity, time, call->arena, &known, &sighting));
    if (named)
        TRY(entry_get(office->reg, kind_find("asset"), named, call->arena, &entry));
    *asset = named ? named : known;
    if (!*asset && sighting)
        tell(say(call, "msg.record.unregistered", sighting, NULL, NULL));
    return RC_OK;
}

/* The key of an asset that this actor may not see is not told. */
static const char *shown_asset(const struct call *call, struct office *office, const char *asset)
{
    const struct entry *entry;
    if (!asset || failed(entry_get(office->reg, kind_find("asset"), asset, call->arena, &entry)))
        return NULL;
    return asset;
}

struct rc record_run(const struct call *call, const struct run *run, struct bundle *bundle)
{
    struct office *office CLEANUP(office_closep) = NULL;
    struct identity identity;
    struct evidence_facts facts = {.run = run, .bundle = bundle};
    const char *key;
    TRY(office_open(call, &office));
    TRY(office_write(call, office));
    TRY(discovery_identify(bundle, call->arena, &identity));
    TRY(find_asset(call, office, &identity, run->target.collected_at, &facts.asset));
    facts.machine_id = identity.machine_id;
    facts.system = call_text(call, OPTION_SYSTEM, NULL);
    TRY(evidence_record(office->reg, &facts, call->arena, &key));
    const char *asset = shown_asset(call, office, facts.asset);
    tell(say(call, asset ? "msg.record.of_asset" : "msg.record.done", key, asset, NULL));
    return RC_OK;
}
