/* words: what an entry is found by, and how a search asks for it. */
#include "register/entry/reg.h"

const char *words_of(struct arena *arena, const struct kind *kind, const char *key,
                     const char *const *values)
{
    struct buf words CLEANUP(buf_free) = {0};
    text_add_words(&words, view_of(key));
    for (size_t i = 0; i < kind->count; i++)
        if (kind->fields[i].searched && values[i])
            text_add_words(&words, view_of(values[i]));
    return arena_text(arena, words.ptr);
}

struct rc select_search(struct reg *reg, struct select *select, const struct kind *kind,
                        const char *search)
{
    struct buf words CLEANUP(buf_free) = {0};
    text_add_words(&words, view_of(search));
    if (words.len == 0)
        return fault(FAULT_USAGE, "'%s' holds no word to search for", search);
    buf_add_text(&select->sql, " AND ");
    store_search_condition(reg->store, kind->name, select->count + 1, &select->sql);
    if (select->count < SELECT_VALUES_MAX)
        select->values[select->count++] =
            datum_text(store_search_words(reg->store, select->arena, words.ptr));
    return RC_OK;
}
