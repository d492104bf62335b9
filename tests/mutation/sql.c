/* sql: a query as tokens. */
#include "sql.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static size_t length_while(const char *at, int (*fits)(int))
{
    size_t length = 0;
    while (fits((unsigned char)at[length]))
        length++;
    return length;
}

static int in_word(int c)
{
    return isalnum(c) || c == '_';
}

/* Blanks and comments. */
static size_t length_of_nothing(const char *at)
{
    if (at[0] == '-' && at[1] == '-')
        return strcspn(at, "\n");
    if (at[0] == '/' && at[1] == '*') {
        const char *end = strstr(at + 2, "*/");
        return end ? (size_t)(end - at) + 2 : strlen(at);
    }
    return length_while(at, isspace);
}

/* A quote within stands twice: it looks like two texts side by side. */
static size_t length_of_quoted(const char *at)
{
    size_t length = 1;
    while (at[length]) {
        if (at[length++] != at[0])
            continue;
        if (at[length] != at[0])
            break;
        length++;
    }
    return length;
}

static size_t length_of_operator(const char *at)
{
    static const char *const two[] = {"<>", "<=", ">=", "||", "!=", "==", "<<", ">>"};
    for (size_t i = 0; i < COUNT_OF(two); i++)
        if (strncmp(at, two[i], 2) == 0)
            return 2;
    return 1;
}

static struct token read_token(const char *at)
{
    unsigned char first = (unsigned char)at[0];
    if (first == '\'')
        return (struct token){.kind = TOKEN_TEXT, .length = (uint32_t)length_of_quoted(at)};
    if (first == '"')
        return (struct token){.kind = TOKEN_WORD, .length = (uint32_t)length_of_quoted(at)};
    if (isdigit(first))
        return (struct token){.kind = TOKEN_NUMBER, .length = (uint32_t)length_while(at, isdigit)};
    if (first == ':')
        return (struct token){.kind = TOKEN_PARAMETER,
                              .length = 1 + (uint32_t)length_while(at + 1, in_word)};
    if (in_word(first))
        return (struct token){.kind = TOKEN_WORD, .length = (uint32_t)length_while(at, in_word)};
    return (struct token){.kind = TOKEN_OPERATOR, .length = (uint32_t)length_of_operator(at)};
}

struct token *sql_tokens(struct arena *arena, const char *sql, size_t *count)
{
    struct token *tokens = arena_take(arena, (strlen(sql) + 1) * sizeof *tokens);
    uint32_t offset = 0, depth = 0;
    *count = 0;
    while (sql[offset]) {
        size_t skipped = length_of_nothing(sql + offset);
        offset += (uint32_t)skipped;
        if (skipped || !sql[offset])
            continue;
        struct token token = read_token(sql + offset);
        token.offset = offset;
        if (sql[offset] == ')' && depth)
            depth--;
        token.depth = depth;
        if (sql[offset] == '(')
            depth++;
        offset += token.length;
        tokens[(*count)++] = token;
    }
    return tokens; /* what follows is zero: TOKEN_END */
}

bool token_is(const char *sql, const struct token *token, const char *text)
{
    return (token->kind == TOKEN_WORD || token->kind == TOKEN_OPERATOR) &&
           strlen(text) == token->length &&
           strncasecmp(sql + token->offset, text, token->length) == 0;
}

size_t token_closing(const char *sql, const struct token *tokens, size_t count, size_t open)
{
    for (size_t i = open + 1; i < count; i++)
        if (tokens[i].depth == tokens[open].depth && token_is(sql, &tokens[i], ")"))
            return i;
    return count;
}
