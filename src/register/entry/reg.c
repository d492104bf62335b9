/* reg: opening the register, who acts, and single look-ups. */
#include "register/entry/reg.h"

#include "foundation/sys/sys.h"

#include <string.h>

static struct rc migrate(struct store *store, const struct kind *const *all, size_t count,
                         struct arena *arena)
{
    int64_t newest = table_version(all, count);
    struct migration *list = arena_take(arena, (size_t)newest * sizeof *list);
    for (int64_t version = 1; version <= newest; version++)
        list[version - 1] = (struct migration){version, "tables of the kinds",
                                               table_sql(arena, all, count, version)};
    return store_migrate(store, "register", list, (size_t)newest);
}

struct rc reg_open(struct store *store, struct journal *journal, const struct guard *guards,
                   struct reg **out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    size_t count;
    const struct kind *const *all = kinds(&count);
    TRY(migrate(store, all, count, arena));
    for (size_t i = 0; i < count; i++)
        TRY(store_search_declare(store, all[i]->name));
    struct reg *reg = mem_new(sizeof *reg);
    *reg = (struct reg){.store = store,
                        .journal = journal,
                        .guards = guards,
                        .arena = arena_new(),
                        .actor = {.name = "operator"}};
    *out = reg;
    return RC_OK;
}

void reg_close(struct reg *reg)
{
    if (!reg)
        return;
    arena_free(reg->arena);
    mem_free(reg);
}

/* A clearance counts while it runs and while the person is here. */
static int clearance_of(const struct entry *person, const char *today)
{
    static const char *const levels[] = {"none", "secret", "confidential", "top_secret"};
    const char *clearance = entry_value(person, "clearance");
    const char *until = entry_value(person, "clearance_until");
    const char *left = entry_value(person, "left_on");
    if ((until && strcmp(until, today) < 0) || (left && strcmp(left, today) < 0))
        return 0;
    for (int i = 0; clearance && i < 4; i++)
        if (strcmp(levels[i], clearance) == 0)
            return i;
    return 0;
}

struct rc reg_act_as(struct reg *reg, const char *person)
{
    const struct entry *found;
    int64_t id;
    char now[32];
    if (!person) {
        reg->actor = (struct actor){.name = "operator"};
        return RC_OK;
    }
    TRY(reg_find(reg, kind_find("person"), person, CLEARANCE_ALL, reg->arena, &found, &id));
    if (!found || found->retired)
        return fault(FAULT_ABSENT, "there is no person '%s' to act as", person);
    sys_format_time(sys_now(), now);
    now[10] = '\0';
    reg->actor = (struct actor){.name = found->key, .clearance = clearance_of(found, now)};
    return RC_OK;
}

const struct actor *reg_actor(const struct reg *reg)
{
    return &reg->actor;
}

struct store *reg_store(struct reg *reg)
{
    return reg->store;
}

struct journal *reg_journal(struct reg *reg)
{
    return reg->journal;
}

void reg_see_all(struct reg *reg, bool on)
{
    reg->rules += on ? 1 : -1;
}

int reg_clearance(const struct reg *reg)
{
    return reg->rules ? CLEARANCE_ALL : reg->actor.clearance;
}

const char *entry_value(const struct entry *entry, const char *field)
{
    const struct field *found = field_find(entry->kind, field);
    must(found);
    return entry->values[field_index(entry->kind, found)];
}

int64_t entry_number(const struct entry *entry, const char *field, int64_t otherwise)
{
    const char *value = entry_value(entry, field);
    int64_t number;
    return value && view_integer(view_of(value), &number) ? number : otherwise;
}

/* ---- transactions --------------------------------------------------------------------------- */

struct transaction {
    struct reg *reg;
    struct rc (*body)(struct reg *reg, void *context);
    void *context;
};

/* Ids are asked anew in each try: another writer may have taken some meanwhile. */
static struct rc run_body(struct store *store, void *context)
{
    (void)store;
    struct transaction *transaction = context;
    memset(transaction->reg->next, 0, sizeof transaction->reg->next);
    return transaction->body(transaction->reg, transaction->context);
}

struct rc reg_transact(struct reg *reg, struct rc (*body)(struct reg *reg, void *context),
                       void *context)
{
    struct transaction transaction = {reg, body, context};
    return journal_transact(reg->journal, run_body, &transaction);
}
