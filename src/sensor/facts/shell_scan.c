/*
 * shell_scan: a careful reader of shell scripts, one pass over the bytes.
 *
 *   bytes -> words (quotes, $, ` `, here-documents) -> commands between ; & | newline
 *   keywords push and pop what is open: commands inside it are conditional
 *
 * Bounds: SHELL_NESTED_MAX open constructs, SHELL_WORDS_MAX words kept of a command. What does not
 * close (a quote, $( ) ends the reading with a problem.
 */
#include "sensor/facts/shell_scan.h"

#include <string.h>

enum { PENDING_MAX = 8 }; /* here-documents that begin on one line */

struct scanner {
    struct arena *arena;
    const char *at, *end;
    uint32_t line;
    const char *problem;
    char open[SHELL_NESTED_MAX]; /* i if, l loop, c case, p ( ), b { } */
    size_t depth;
    bool in_pattern; /* of a case */
    bool after_and;  /* the command stands behind && or || */
    bool words_only; /* what follows for and case are no commands */
    bool names_next; /* behind "function" */
    struct view pending[PENDING_MAX];
    size_t pending_count;
    struct shell_command command;
};

static char peek(const struct scanner *s, size_t offset)
{
    return (size_t)(s->end - s->at) > offset ? s->at[offset] : '\0';
}

static void step(struct scanner *s)
{
    s->line += *s->at++ == '\n';
}

static void give_up(struct scanner *s, const char *why)
{
    if (!s->problem)
        s->problem = why;
    s->at = s->end;
}

/* ---- expansions ------------------------------------------------------------------------ */

/* Behind an opening bracket: skips to its closing one, over quotes and inner brackets. */
static void skip_brackets(struct scanner *s, char open, char close)
{
    size_t depth = 1;
    char quote = '\0';
    while (s->at < s->end && depth) {
        char c = *s->at;
        if (c == '\\' && quote != '\'' && s->at + 1 < s->end)
            step(s);
        else if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == open)
            depth++;
        else if (c == close)
            depth--;
        step(s);
    }
    if (depth)
        give_up(s, "a bracket or quote is not closed; the rest was not read");
}

static void skip_backquotes(struct scanner *s)
{
    for (step(s); s->at < s->end && *s->at != '`'; step(s))
        if (*s->at == '\\' && s->at + 1 < s->end)
            step(s);
    if (s->at < s->end)
        step(s);
    else
        give_up(s, "a ` is not closed; the rest was not read");
}

/* At '$': true when something is expanded there. */
static bool skip_dollar(struct scanner *s)
{
    char next = peek(s, 1);
    if (next == '(' || next == '{') {
        s->at += 2;
        skip_brackets(s, next, next == '(' ? ')' : '}');
        return true;
    }
    bool is_name = next == '_' || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                   (next >= '0' && next <= '9') || (next && strchr("*@#?-$!", next));
    s->at += is_name ? 2 : 1;
    return is_name;
}

/* ---- words ----------------------------------------------------------------------------- */

static void add(struct buf *out, const struct shell_word *word, char c)
{
    if (!word->computed)
        buf_add_char(out, c);
}

static void expand(struct scanner *s, struct buf *out, struct shell_word *word)
{
    const char *start = s->at;
    bool is_computed = true;
    if (*s->at == '`')
        skip_backquotes(s);
    else
        is_computed = skip_dollar(s);
    if (!is_computed)
        add(out, word, *start);
    word->computed = word->computed || is_computed;
}

static void quoted(struct scanner *s, struct buf *out, struct shell_word *word)
{
    char quote = *s->at;
    word->quoted = true;
    for (step(s); s->at < s->end && *s->at != quote;) {
        if (quote == '"' && (*s->at == '$' || *s->at == '`')) {
            expand(s, out, word);
            continue;
        }
        if (quote == '"' && *s->at == '\\' && s->at + 1 < s->end && strchr("\\\"$`\n", s->at[1])) {
            step(s);
            if (*s->at != '\n')
                add(out, word, *s->at);
        } else {
            add(out, word, *s->at);
        }
        step(s);
    }
    if (s->at < s->end)
        step(s);
    else
        give_up(s, "a quote is not closed; the rest was not read");
}

static bool ends_word(char c)
{
    return c == '\0' || strchr(" \t\r\n;&|()<>", c);
}

static struct shell_word read_word(struct scanner *s)
{
    struct buf out = {0};
    struct shell_word word = {0};
    while (s->at < s->end && !ends_word(*s->at)) {
        char c = *s->at;
        if (c == '\'' || c == '"') {
            quoted(s, &out, &word);
        } else if (c == '$' || c == '`') {
            expand(s, &out, &word);
        } else if (c == '\\' && s->at + 1 < s->end) {
            step(s);
            if (*s->at != '\n')
                add(&out, &word, *s->at);
            step(s);
        } else {
            add(&out, &word, c);
            step(s);
        }
    }
    word.text = view_text(s->arena, buf_view(&out));
    buf_free(&out);
    return word;
}

/* ---- here-documents -------------------------------------------------------------------- */

static void skip_documents(struct scanner *s)
{
    for (size_t i = 0; i < s->pending_count; i++) {
        struct view rest = {s->at, (size_t)(s->end - s->at)}, line = {0};
        bool is_found = false;
        while (!is_found && view_line(&rest, &line)) {
            s->line++;
            is_found = view_equal(view_trim(line), s->pending[i]);
        }
        s->at = rest.ptr ? rest.ptr : s->end;
        if (!is_found)
            give_up(s, "a here-document has no end");
    }
    s->pending_count = 0;
}

/* At '<' or '>': the target of a redirection is no word of the command. */
static void read_redirection(struct scanner *s)
{
    bool is_document = *s->at == '<' && peek(s, 1) == '<' && peek(s, 2) != '<';
    while (s->at < s->end && strchr("<>&-", *s->at) && *s->at)
        s->at++;
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
        s->at++;
    if (*(s->at - 1) != '(' && s->at < s->end && *s->at == '(') { /* <( ) */
        s->at++;
        skip_brackets(s, '(', ')');
        return;
    }
    struct shell_word word = read_word(s);
    if (is_document && s->pending_count == PENDING_MAX)
        give_up(s, "too many here-documents in one line");
    else if (is_document)
        s->pending[s->pending_count++] = view_of(word.text);
}

/* ---- what is open ---------------------------------------------------------------------- */

static void push(struct scanner *s, char what)
{
    if (s->depth == SHELL_NESTED_MAX)
        give_up(s, "nested too deeply; the rest was not read");
    else
        s->open[s->depth++] = what;
}

static void pop(struct scanner *s, char what)
{
    if (s->depth && s->open[s->depth - 1] == what)
        s->depth--;
    else
        give_up(s, "a construct is closed that is not open; the rest was not read");
    s->in_pattern = false;
}

static bool in_case(const struct scanner *s)
{
    return s->depth && s->open[s->depth - 1] == 'c';
}

/* A word where a command may begin: true when it is a keyword. */
static bool take_keyword(struct scanner *s, const struct shell_word *word)
{
    static const struct {
        const char *name;
        char push, pop;
        bool words_only; /* what follows is no command, up to ; or a newline (case: up to "in") */
    } keywords[] = {
        {"if", 'i', 0, false},    {"then", 0, 0, false},    {"elif", 0, 0, false},
        {"else", 0, 0, false},    {"fi", 0, 'i', false},    {"for", 'l', 0, true},
        {"select", 'l', 0, true}, {"while", 'l', 0, false}, {"until", 'l', 0, false},
        {"do", 0, 0, false},      {"done", 0, 'l', false},  {"case", 'c', 0, true},
        {"esac", 0, 'c', false},  {"{", 'b', 0, false},     {"}", 0, 'b', false},
        {"!", 0, 0, false},       {"time", 0, 0, false},
    };
    if (word->quoted || word->computed)
        return false;
    for (size_t i = 0; i < COUNT_OF(keywords); i++) {
        if (strcmp(word->text, keywords[i].name) != 0)
            continue;
        if (keywords[i].push)
            push(s, keywords[i].push);
        if (keywords[i].pop)
            pop(s, keywords[i].pop);
        s->words_only = keywords[i].words_only;
        return true;
    }
    return false;
}

/* ---- commands -------------------------------------------------------------------------- */

bool shell_is_setting(const struct shell_command *command)
{
    static const char *const declarations[] = {"export", "readonly", "declare", "typeset", "umask"};
    for (size_t i = 0; i < command->count; i++)
        if (command->words[i].computed)
            return false;
    if (command->count == 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(declarations); i++)
        if (strcmp(command->words[0].text, declarations[i]) == 0)
            return true;
    return strchr(command->words[0].text, '=') != NULL;
}

static struct rc finish_command(struct scanner *s, shell_each *each, void *context)
{
    struct shell_command *command = &s->command;
    command->conditional = s->depth > 0 || s->after_and;
    struct rc rc = command->count && !s->problem ? each(context, command) : RC_OK;
    command->count = 0;
    s->words_only = false;
    return rc;
}

/* At ; & | or a newline. */
static struct rc separate(struct scanner *s, shell_each *each, void *context)
{
    char c = *s->at, next = peek(s, 1);
    bool is_setting = shell_is_setting(&s->command);
    bool is_and = c == '&' && next == '&', is_or = c == '|';
    bool ends_arm = c == ';' && (next == ';' || next == '&') && in_case(s);
    bool is_empty = s->command.count == 0 && c == '\n';
    TRY(finish_command(s, each, context));
    if (ends_arm)
        s->in_pattern = true;
    if (is_and)
        s->after_and = s->after_and || !is_setting;
    else if (is_or)
        s->after_and = true;
    else if (!is_empty)
        s->after_and = false;
    step(s);
    if ((c == '&' || c == '|' || c == ';') && s->at < s->end && strchr("&|;", *s->at) && *s->at)
        s->at++;
    if (c == '\n')
        skip_documents(s);
    return RC_OK;
}

/* At '(' or ')'. */
static struct rc bracket(struct scanner *s, shell_each *each, void *context)
{
    struct shell_command *command = &s->command;
    char c = *s->at++;
    if (c == ')' && in_case(s)) { /* of a pattern */
        s->in_pattern = false;
        command->count = 0;
    } else if (c == ')') {
        TRY(finish_command(s, each, context));
        pop(s, 'p');
    } else if (s->in_pattern && in_case(s)) {
        command->count = 0; /* "(a)" is the same pattern as "a)" */
    } else if (command->count && strchr(command->words[command->count - 1].text, '=')) {
        skip_brackets(s, '(', ')'); /* NAME=(...): an array */
        command->words[command->count - 1].computed = true;
    } else if (peek(s, 0) == ')') { /* NAME(): its body follows */
        s->at++;
        command->count = 0;
    } else if (peek(s, 0) == '(') { /* (( )) */
        skip_brackets(s, '(', ')');
    } else {
        TRY(finish_command(s, each, context));
        push(s, 'p');
    }
    return RC_OK;
}

static void keep_word(struct scanner *s)
{
    struct shell_command *command = &s->command;
    uint32_t line = s->line;
    bool may_be_keyword = command->count == 0 && !s->words_only;
    struct shell_word word = read_word(s);
    if (s->in_pattern && !(may_be_keyword && strcmp(word.text, "esac") == 0))
        return;
    if (s->words_only && in_case(s)) {
        if (!word.quoted && strcmp(word.text, "in") == 0) {
            s->words_only = false;
            s->in_pattern = true;
        }
        return;
    }
    if (s->words_only || (may_be_keyword && take_keyword(s, &word)))
        return;
    bool is_descriptor = !word.quoted && word.text[strspn(word.text, "0123456789")] == '\0' &&
                         (peek(s, 0) == '<' || peek(s, 0) == '>');
    if (s->names_next || is_descriptor) {
        s->names_next = false;
        return;
    }
    s->names_next = may_be_keyword && !word.quoted && strcmp(word.text, "function") == 0;
    if (s->names_next)
        return;
    if (command->count == 0)
        command->line = line;
    if (command->count < SHELL_WORDS_MAX)
        command->words[command->count++] = word;
}

static struct rc one(struct scanner *s, shell_each *each, void *context)
{
    char c = *s->at;
    if (c == ' ' || c == '\t' || c == '\r') {
        s->at++;
    } else if (c == '\\' && peek(s, 1) == '\n') {
        step(s);
        step(s);
    } else if (c == '#') {
        while (s->at < s->end && *s->at != '\n')
            s->at++;
    } else if (c == '\n' || c == ';' || c == '|' || (c == '&' && peek(s, 1) != '>')) {
        /* in a pattern '|' only divides; words of case go on behind a newline */
        if (s->in_pattern && c == '|')
            s->at++;
        else if (s->words_only && in_case(s) && c == '\n')
            step(s);
        else
            TRY(separate(s, each, context));
    } else if (c == '(' || c == ')') {
        TRY(bracket(s, each, context));
    } else if (c == '<' || c == '>' || c == '&') {
        s->at += c == '&';
        read_redirection(s);
    } else {
        keep_word(s);
    }
    return RC_OK;
}

struct rc shell_scan(struct arena *arena, struct view text, shell_each *each, void *context,
                     const char **problem, uint32_t *line)
{
    struct scanner *s = mem_new(sizeof *s);
    struct rc rc = RC_OK;
    s->arena = arena;
    s->at = text.ptr;
    s->end = text.ptr + text.len;
    s->line = 1;
    while (s->at < s->end && !failed(rc))
        rc = one(s, each, context);
    if (!failed(rc))
        rc = finish_command(s, each, context);
    if (!s->problem && (s->depth || s->pending_count))
        s->problem = "ends inside if, case, a loop or a bracket";
    *problem = s->problem;
    *line = s->line;
    mem_free(s);
    return rc;
}
