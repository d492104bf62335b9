/*
 * mutation: the changes that are tried, one at a time:
 *
 *   = <>  < <= >= >   the opposite, and the bound moved by one
 *   AND OR NOT        the other one; NOT dropped, or put before EXISTS IN LIKE GLOB BETWEEN
 *   IS                IS NOT, and back
 *   + - * / & | ~     the other one; ~ dropped
 *   numbers           one more, one less
 *   'texts'           a letter more; of a pattern the first or the last wildcard is dropped
 *   IN (...)          each member dropped
 *   iif, min, max     the arms swapped, the other one
 *   coalesce          the last value becomes NULL
 *   LEFT JOIN, DESC   LEFT and DESC dropped
 *
 * Not changed: the number in EXISTS (SELECT 1 ...), which SQL does not look at.
 */
#include "sql.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 64

struct hunt {
    struct arena *arena;
    const char *sql;
    const struct token *tokens;
    size_t count;
    struct mutation *found;
    size_t found_count, room;
    bool between[DEPTH_MAX]; /* whether the next AND of that depth belongs to a BETWEEN */
};

static bool is(const struct hunt *h, size_t i, const char *text)
{
    return i < h->count && token_is(h->sql, &h->tokens[i], text);
}

static void add(struct hunt *h, uint32_t offset, uint32_t length, const char *with)
{
    if (h->found_count == h->room) {
        h->room = h->room ? 2 * h->room : 64;
        h->found = mem_resize(h->found, h->room * sizeof *h->found);
    }
    h->found[h->found_count++] = (struct mutation){offset, length, with};
}

static void replace(struct hunt *h, size_t i, const char *with)
{
    add(h, h->tokens[i].offset, h->tokens[i].length, with);
}

/* The bytes from one token to the end of another. */
static char *text_between(const struct hunt *h, size_t first, size_t last)
{
    uint32_t offset = h->tokens[first].offset;
    uint32_t end = h->tokens[last].offset + h->tokens[last].length;
    return view_text(h->arena, (struct view){h->sql + offset, end - offset});
}

/* ---- operators and words --------------------------------------------------------------------- */

static void change_operator(struct hunt *h, size_t i)
{
    static const struct {
        const char *from, *to[2];
    } changes[] = {
        {"=", {"<>", NULL}}, {"<>", {"=", NULL}}, {"<", {"<=", ">="}}, {"<=", {"<", ">"}},
        {">", {">=", "<="}}, {">=", {">", "<"}},  {"+", {"-", NULL}},  {"-", {"+", NULL}},
        {"/", {"*", NULL}},  {"&", {"|", NULL}},  {"|", {"&", NULL}},  {"~", {" ", NULL}},
    };
    bool everything =
        is(h, i, "*") && h->tokens[i - (i > 0)].kind != TOKEN_NUMBER && !is(h, i - (i > 0), ")");
    if (is(h, i, "*") && !everything)
        replace(h, i, "/");
    for (size_t k = 0; k < COUNT_OF(changes); k++)
        for (size_t n = 0; n < 2 && is(h, i, changes[k].from) && changes[k].to[n]; n++)
            replace(h, i, changes[k].to[n]);
}

static void change_junction(struct hunt *h, size_t i)
{
    uint32_t depth = h->tokens[i].depth % DEPTH_MAX;
    if (is(h, i, "BETWEEN"))
        h->between[depth] = true;
    if (is(h, i, "OR"))
        replace(h, i, "AND");
    if (!is(h, i, "AND"))
        return;
    if (!h->between[depth])
        replace(h, i, "OR");
    h->between[depth] = false;
}

/* NOT MATERIALIZED is a hint, no condition. */
static void change_negation(struct hunt *h, size_t i)
{
    static const char *const words[] = {"EXISTS", "IN", "LIKE", "GLOB", "BETWEEN"};
    if (is(h, i, "NOT") && !is(h, i + 1, "MATERIALIZED"))
        replace(h, i, "");
    if (is(h, i, "IS") && !is(h, i + 1, "NOT"))
        replace(h, i, "IS NOT");
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if (is(h, i, words[k]) && !(i && is(h, i - 1, "NOT")))
            replace(h, i, arena_printf(h->arena, "NOT %s", words[k]));
    if (is(h, i, "DESC") || (is(h, i, "LEFT") && is(h, i + 1, "JOIN")))
        replace(h, i, "");
}

/* ---- constants ------------------------------------------------------------------------------- */

static void change_number(struct hunt *h, size_t i)
{
    int64_t n;
    bool looked_at = !(i > 2 && is(h, i - 1, "SELECT") && is(h, i - 3, "EXISTS"));
    if (!looked_at || !view_integer(view_of(text_between(h, i, i)), &n))
        return;
    replace(h, i, arena_printf(h->arena, "%lld", (long long)n + 1));
    if (n > 0)
        replace(h, i, arena_printf(h->arena, "%lld", (long long)n - 1));
}

/* 'abc' becomes 'abc~', behind the last letter that is no wildcard. */
static void change_text(struct hunt *h, size_t i)
{
    const struct token *token = &h->tokens[i];
    uint32_t last = token->offset + token->length - 1, at = last;
    bool pattern = i && (is(h, i - 1, "LIKE") || is(h, i - 1, "GLOB"));
    while (pattern && at > token->offset + 1 && strchr("%*", h->sql[at - 1]))
        at--;
    add(h, at, 0, "~");
    if (pattern && token->length > 3 && strchr("%*", h->sql[token->offset + 1]))
        add(h, token->offset + 1, 1, "");
    if (pattern && token->length > 3 && strchr("%*", h->sql[last - 1]))
        add(h, last - 1, 1, "");
}

/* ---- lists and functions --------------------------------------------------------------------- */

/* Where the argument that begins at `start` ends: its last token. */
static size_t end_of_argument(const struct hunt *h, size_t start, size_t close)
{
    size_t i = start;
    while (i + 1 < close &&
           !(is(h, i + 1, ",") && h->tokens[i + 1].depth == h->tokens[close].depth + 1))
        i++;
    return i;
}

static void drop_members(struct hunt *h, size_t i)
{
    if (!is(h, i, "IN") || !is(h, i + 1, "(") || is(h, i + 2, "SELECT") || is(h, i + 2, "WITH"))
        return;
    size_t close = token_closing(h->sql, h->tokens, h->count, i + 1);
    for (size_t start = i + 2; start < close && close < h->count;) {
        size_t last = end_of_argument(h, start, close);
        bool first = start == i + 2, only = first && last + 1 == close;
        size_t from = first ? start : start - 1, to = first && !only ? last + 1 : last;
        uint32_t offset = h->tokens[from].offset;
        add(h, offset, h->tokens[to].offset + h->tokens[to].length - offset, "");
        start = last + 2;
    }
}

static void swap_arms(struct hunt *h, size_t i)
{
    size_t close = token_closing(h->sql, h->tokens, h->count, i + 1);
    size_t first = end_of_argument(h, i + 2, close) + 2;
    size_t second = end_of_argument(h, first, close) + 2;
    if (close == h->count || second >= close)
        return;
    uint32_t offset = h->tokens[first].offset;
    add(h, offset, h->tokens[close].offset - offset,
        arena_printf(h->arena, "%s, %s", text_between(h, second, close - 1),
                     text_between(h, first, second - 2)));
}

static void drop_default(struct hunt *h, size_t i)
{
    size_t close = token_closing(h->sql, h->tokens, h->count, i + 1), last = i + 2;
    if (close == h->count)
        return;
    for (size_t start = i + 2; start < close; start = end_of_argument(h, start, close) + 2)
        last = start;
    uint32_t offset = h->tokens[last].offset;
    add(h, offset, h->tokens[close].offset - offset, "NULL");
}

static void change_function(struct hunt *h, size_t i)
{
    if (!is(h, i + 1, "("))
        return;
    if (is(h, i, "min"))
        replace(h, i, "max");
    if (is(h, i, "max"))
        replace(h, i, "min");
    if (is(h, i, "iif"))
        swap_arms(h, i);
    if (is(h, i, "coalesce") || is(h, i, "ifnull"))
        drop_default(h, i);
}

struct mutation *sql_mutations(struct arena *arena, const char *sql, size_t *count)
{
    struct hunt h = {.arena = arena, .sql = sql};
    h.tokens = sql_tokens(arena, sql, &h.count);
    for (size_t i = 0; i < h.count; i++) {
        if (h.tokens[i].kind == TOKEN_NUMBER)
            change_number(&h, i);
        else if (h.tokens[i].kind == TOKEN_TEXT)
            change_text(&h, i);
        else if (h.tokens[i].kind == TOKEN_OPERATOR)
            change_operator(&h, i);
        if (h.tokens[i].kind != TOKEN_WORD)
            continue;
        change_junction(&h, i);
        change_negation(&h, i);
        drop_members(&h, i);
        change_function(&h, i);
    }
    struct mutation *kept = arena_take(arena, (h.found_count + 1) * sizeof *kept);
    if (h.found_count)
        memcpy(kept, h.found, h.found_count * sizeof *kept);
    mem_free(h.found);
    *count = h.found_count;
    return kept;
}

char *sql_mutate(struct arena *arena, const char *sql, const struct mutation *mutation)
{
    return arena_printf(arena, "%.*s%s%s", (int)mutation->offset, sql, mutation->with,
                        sql + mutation->offset + mutation->length);
}
