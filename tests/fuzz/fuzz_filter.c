/*
 * fuzz_filter: a hostile question to the register: kind, filter, order, cursor and words, a line
 * each. It is refused as wrong usage, or list and count agree; never anything that the store does
 * not understand.
 */
#include "../support/sink.h"
#include "foundation/sys/sys.h"
#include "register/demo/demo.h"
#include "register/rule/rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ok(struct rc rc)
{
    if (!failed(rc))
        return;
    fprintf(stderr, "%s\n", fault_text());
    abort();
}

/* Filled once; its file is gone as soon as it is open. */
static struct reg *demo_register(void)
{
    static struct memory memory;
    static const struct journal_sink sink = {memory_append, memory_size, memory_read, &memory};
    static struct reg *reg;
    static char folder[] = "/tmp/merlon-fuzz-XXXXXX";
    struct store *store;
    struct journal *journal;
    struct demo_counts counts;
    char path[64], command[64];
    if (reg)
        return reg;
    if (!mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/m.db", folder);
    ok(store_open(path, STORE_SHARED, &store));
    ok(journal_open(store, &sink, &journal, NULL));
    ok(reg_open(store, journal, rule_guards, &reg));
    ok(demo_make(reg, LANG_ZH, 1, NULL, NULL, &counts));
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        abort();
    return reg;
}

static struct rc take(void *context, const struct entry *entry)
{
    must(entry->key[0]);
    ++*(int64_t *)context;
    return RC_OK;
}

static const char *next_line(struct arena *arena, struct view *rest)
{
    struct view line;
    return view_cut(rest, '\n', &line) && line.len ? view_text(arena, line) : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct view rest = {(const char *)data, size};
    struct reg *reg = demo_register();
    if (size > 4096 || memchr(data, '\0', size))
        return 0;
    const char *name = next_line(arena, &rest);
    const struct kind *kind = name ? kind_find(name) : NULL;
    if (!kind)
        return 0;
    const char *filter = next_line(arena, &rest);
    struct entry_query query = {.filters = &filter, .filter_count = filter != NULL};
    query.sort = next_line(arena, &rest);
    query.after = next_line(arena, &rest);
    query.search = next_line(arena, &rest);
    query.retired = size % 2;
    int64_t listed = 0, counted;
    struct rc rc = entry_list(reg, kind, &query, arena, take, &listed, NULL);
    must(!failed(rc) || rc.kind == FAULT_USAGE);
    struct rc count = entry_count(reg, kind, &query, &counted);
    must(!failed(count) || count.kind == FAULT_USAGE);
    if (!failed(rc) && !failed(count))
        must(query.after ? listed <= counted : listed == counted);
    return 0;
}
