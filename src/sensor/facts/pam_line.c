/*
 * pam_line: from bytes to rules, in the steps of libpam (pam_handlers.c, pam_misc.c).
 *
 *   "auth required \"  -->  "auth required  pam_unix.so nullok"  -->  auth | required | pam_unix.so
 *   "  pam_unix.so nullok # yes"                                      nullok
 *
 * A '#' begins a comment wherever it stands and also ends a continued line. Blank and comment lines
 * inside a continued line are skipped. Blanks are space and tab: a CR stays part of the last word
 * in libpam, so that a CRLF file does not work there; here it is removed and reported.
 */
#include "sensor/facts/pam_line.h"

#include <string.h>
#include <strings.h>

static const char *const type_names[PAM_TYPE_COUNT] = {"auth", "account", "password", "session"};

const char *pam_type_name(enum pam_type type)
{
    return type < PAM_TYPE_COUNT ? type_names[type] : "";
}

/* ---- logical lines --------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static void append(struct pam_lines *lines, struct view piece, bool continued)
{
    if (lines->len + piece.len + 1 > PAM_LINE_MAX) {
        lines->problem = "the line is longer than the 1,022 bytes libpam reads; shorten it";
        lines->len = 0;
        lines->text[0] = '\0';
        return;
    }
    if (piece.len)
        memcpy(lines->text + lines->len, piece.ptr, piece.len);
    lines->len += piece.len;
    if (continued)
        lines->text[lines->len++] = ' ';
    lines->text[lines->len] = '\0';
}

/* Adds one physical line; true when the logical line goes on. */
static bool add_physical(struct pam_lines *lines, struct view raw)
{
    if (raw.len && raw.ptr[raw.len - 1] == '\r') {
        raw.len--;
        lines->problem =
            "the line ends in a carriage return, which libpam takes as part of its last "
            "word; save the file with Unix line ends";
    }
    struct view text = view_trim(raw);
    if (!text.len || text.ptr[0] == '#')
        return lines->len > 0; /* skipped, also between continued lines */
    const char *hash = memchr(text.ptr, '#', text.len);
    if (hash)
        text.len = (size_t)(hash - text.ptr);
    bool continued = !hash && text.ptr[text.len - 1] == '\\';
    if (continued)
        text.len--;
    append(lines, text, continued);
    return continued;
}

bool pam_lines_next(struct pam_lines *lines)
{
    struct view raw;
    bool unfinished = false;
    lines->problem = NULL;
    lines->len = 0;
    lines->text[0] = '\0';
    while (view_line(&lines->rest, &raw)) {
        lines->number++;
        if (!unfinished)
            lines->first = lines->number;
        unfinished = add_physical(lines, raw);
        if (!unfinished && (lines->len || lines->problem))
            return true;
    }
    if (unfinished)
        lines->problem = "the file ends inside a continued line";
    return unfinished;
}

/* ---- tokens ---------------------------------------------------------------------------- */

/* Ends a "[...]" token that begins at `from` (after the bracket); returns what follows it. */
static char *close_bracket(char *from)
{
    char *to = from, *end = from;
    for (; *end && *end != ']'; end++) {
        if (end[0] == '\\' && end[1] == ']')
            end++;
        *to++ = *end;
    }
    bool closed = *end != '\0';
    *to = '\0';
    return closed ? end + 1 : end;
}

char *pam_token(char **rest)
{
    char *from = *rest;
    while (is_blank(*from))
        from++;
    if (!*from) {
        *rest = from;
        return NULL;
    }
    if (*from == '[') {
        *rest = close_bracket(++from);
        return from;
    }
    char *end = from;
    while (*end && !is_blank(*end))
        end++;
    *rest = *end ? end + 1 : end;
    *end = '\0';
    return from;
}

/* ---- control --------------------------------------------------------------------------- */

/* In libpam's order: it takes the first of these that the text begins with. */
static const char *const returns[] = {"success",
                                      "open_err",
                                      "symbol_err",
                                      "service_err",
                                      "system_err",
                                      "buf_err",
                                      "perm_denied",
                                      "auth_err",
                                      "cred_insufficient",
                                      "authinfo_unavail",
                                      "user_unknown",
                                      "maxtries",
                                      "new_authtok_reqd",
                                      "acct_expired",
                                      "session_err",
                                      "cred_unavail",
                                      "cred_expired",
                                      "cred_err",
                                      "no_module_data",
                                      "conv_err",
                                      "authtok_err",
                                      "authtok_recover_err",
                                      "authtok_lock_busy",
                                      "authtok_disable_aging",
                                      "try_again",
                                      "ignore",
                                      "abort",
                                      "authtok_expired",
                                      "module_unknown",
                                      "bad_item",
                                      "conv_again",
                                      "incomplete",
                                      "default"};

static const char *const actions[] = {"ignore", "ok", "done", "bad", "die", "reset"};

/* Moves past whichever of `words` the text begins with. */
static bool skip_word(const char **text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(words[i]);
        if (strncmp(*text, words[i], len) == 0) {
            *text += len;
            return true;
        }
    }
    return false;
}

static void skip_spaces(const char **text)
{
    while (is_blank(**text))
        ++*text;
}

/* A jump: a number that is not 0. */
static bool skip_jump(const char **text)
{
    size_t digits = strspn(*text, "0123456789");
    bool zero = strspn(*text, "0") == digits;
    *text += digits;
    return digits && !zero;
}

const char *pam_control_problem(const char *control)
{
    const char *text = control;
    for (skip_spaces(&text); *text; skip_spaces(&text)) {
        if (!skip_word(&text, returns, COUNT_OF(returns)))
            return "the control field names no known return value";
        skip_spaces(&text);
        if (*text++ != '=')
            return "the control field lacks a '='";
        skip_spaces(&text);
        if (!skip_word(&text, actions, COUNT_OF(actions)) && !skip_jump(&text))
            return "the control field names no known action";
    }
    return NULL;
}

/* The words of a "[...]" control with one blank between them and its brackets. */
static const char *show_control(struct arena *arena, const char *control)
{
    struct buf shown = {0};
    struct view rest = view_of(control), word;
    buf_add_char(&shown, '[');
    for (bool first = true; view_word(&rest, &word); first = false) {
        if (!first)
            buf_add_char(&shown, ' ');
        buf_add_view(&shown, word);
    }
    buf_add_char(&shown, ']');
    char *text = view_text(arena, buf_view(&shown));
    buf_free(&shown);
    return text;
}

/* ---- rules ----------------------------------------------------------------------------- */

static bool read_type(const char *token, struct pam_rule *rule)
{
    rule->optional = token[0] == '-';
    for (int i = 0; i < PAM_TYPE_COUNT; i++) {
        if (strcasecmp(token + rule->optional, type_names[i]) == 0) {
            rule->type = (enum pam_type)i;
            return true;
        }
    }
    return false;
}

static void read_control(struct arena *arena, const char *token, struct pam_rule *rule)
{
    static const char *const words[] = {"required", "requisite", "optional", "sufficient"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcasecmp(token, words[i]) == 0) {
            rule->control = words[i];
            return;
        }
    }
    if (strcasecmp(token, "include") == 0 || strcasecmp(token, "substack") == 0) {
        rule->action = PAM_INCLUDE;
        return;
    }
    rule->control = show_control(arena, token);
    rule->problem = pam_control_problem(token);
}

struct pam_rule pam_rule_parse(struct arena *arena, char *text)
{
    struct pam_rule rule = {.type = PAM_ANY};
    char *token = pam_token(&text);
    if (token && strcasecmp(token, "@include") == 0) {
        rule.action = PAM_INCLUDE_ALL;
    } else if (!token || !read_type(token, &rule)) {
        rule.problem = "the rule begins with none of auth, account, password, session, @include";
        return rule;
    } else {
        token = pam_token(&text);
        if (!token) {
            rule.problem = "the rule has no control field";
            return rule;
        }
        read_control(arena, token, &rule);
    }
    rule.target = pam_token(&text);
    rule.arguments = text;
    if (!rule.problem && !rule.target)
        rule.problem =
            rule.action == PAM_MODULE ? "the rule names no module" : "the include names no file";
    return rule;
}
