/*
 * sql: the words of a query, and the small changes that a careless hand could make to them. Private
 * to the mutation test.
 *
 *   text -> tokens (sql.c) -> mutations (mutation.c): "replace LENGTH bytes at OFFSET by this"
 *
 * The tokenizer knows words, numbers, 'texts', :parameters, operators and comments, which it skips;
 * it does not know SQL. A change that is no SQL any more does not prepare, and is counted apart.
 */
#ifndef MERLON_TESTS_SQL_H
#define MERLON_TESTS_SQL_H

#include "foundation/base/base.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_TEXT,
    TOKEN_PARAMETER,
    TOKEN_OPERATOR
};

struct token {
    enum token_kind kind;
    uint32_t offset, length; /* bytes of the query */
    uint32_t depth;          /* of parentheses: that of ( and ) is the one outside */
};

/* The tokens of a query, with a TOKEN_END behind them; in the arena. */
struct token *sql_tokens(struct arena *arena, const char *sql, size_t *count);

/* Same word, capitals or not; or same operator. */
bool token_is(const char *sql, const struct token *token, const char *text);

/* The number of the parenthesis that closes the one at `open`; `count` when there is none. */
size_t token_closing(const char *sql, const struct token *tokens, size_t count, size_t open);

struct mutation {
    uint32_t offset, length;
    const char *with;
};

/* All mutations of a query, in its order; in the arena. */
struct mutation *sql_mutations(struct arena *arena, const char *sql, size_t *count);

/* The query with one of them done. */
char *sql_mutate(struct arena *arena, const char *sql, const struct mutation *mutation);

#endif
