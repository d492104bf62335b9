/*
 * rsyslog: rsyslog.conf(5): which messages go where, and the settings around them. The file, and
 * what $IncludeConfig and include(file="...") name, each where it stands.
 *
 *   mail.*;auth.!info  -/var/log/mail.log      a rule of the old form: a row per selector
 *   action(type="omfwd" target="log.example")  the new form: everything, or what stands before it
 *   module(load="imtcp")  $ModLoad imtcp       settings; both give module.load = imtcp
 *
 * Conditions of RainerScript (if, :property) and of BSD (!program, +host) are not worked out: the
 * actions under them are rows without facility, which says that not every message meets them.
 * Limits: DEPTH_MAX files inside each other, NESTING_MAX braces.
 */
#include "sensor/facts/rsyslog.h"

#include <string.h>

#define DEPTH_MAX    10
#define FILES_MAX    500
#define NESTING_MAX  64
#define SELECTOR_MAX 100

static const struct column rule_columns[] = {
    {"facility", COLUMN_TEXT, "", "auth, mail, *; NULL when a condition stands before the action"},
    {"severity", COLUMN_TEXT, "", "The least severe that is meant: err, info, *; none for no one"},
    {"exact", COLUMN_INTEGER, "", "1 = only this severity (=)"},
    {"negated", COLUMN_INTEGER, "", "1 = these messages are taken out again (!)"},
    {"action_kind", COLUMN_TEXT, "",
     "file, remote-udp, remote-tcp, remote-relp, users, discard, program, pipe or module"},
    {"target", COLUMN_TEXT, "", "The file, host, users or program"},
    {"sync", COLUMN_INTEGER, "", "1 = the file is not written behind ('-' before its name)"},
    {"ruleset", COLUMN_TEXT, "", "The rule set it stands in; NULL for the default one"},
};

static const struct table rsyslog_rule = {
    "rsyslog_rule", "One row for each selector of each rule of rsyslog, in their order.",
    rule_columns, COUNT_OF(rule_columns)};

static const struct column setting_columns[] = {
    {"name", COLUMN_TEXT, "",
     "In lower case: module.load, input.type, input.port, global.workdirectory; of the old form "
     "the directive without $: filecreatemode. $ModLoad is module.load."},
    {"value", COLUMN_TEXT, "", "As written, without quotes"},
};

static const struct table rsyslog_setting = {
    "rsyslog_setting",
    "One row for each directive, and for each parameter of module, input, global.", setting_columns,
    COUNT_OF(setting_columns)};

struct selector {
    struct view facility, severity; /* facility ptr NULL: a condition */
    bool exact, negated;
};

struct selectors {
    struct selector list[SELECTOR_MAX];
    size_t count;
};

struct parser {
    struct facts *facts;
    const struct item *item;
    struct view text;
    size_t at;
    uint32_t line;
    unsigned depth, files;
    bool is_filtered;           /* a BSD block (!program) is open */
    unsigned nesting;           /* open braces */
    unsigned condition_nesting; /* the outermost of them that belongs to a condition; 0: none */
    const char *ruleset;
    unsigned ruleset_nesting;
    struct selectors last; /* for '&' */
};

static struct rc parse_file(struct parser *outer, const char *path);

/* ---- text ------------------------------------------------------------------------------ */

static bool at_end(const struct parser *p)
{
    return p->at >= p->text.len;
}

static void step(struct parser *p)
{
    p->line += p->text.ptr[p->at] == '\n';
    p->at++;
}

static void skip_line(struct parser *p)
{
    while (!at_end(p) && p->text.ptr[p->at] != '\n')
        p->at++;
}

static bool looking_at(const struct parser *p, const char *what)
{
    return view_starts(view_from(p->text, p->at), what);
}

/* Blanks, line ends and comments. */
static void skip_blanks(struct parser *p)
{
    while (!at_end(p)) {
        if (p->text.ptr[p->at] == '#') {
            skip_line(p);
        } else if (looking_at(p, "/*")) {
            while (!at_end(p) && !looking_at(p, "*/"))
                step(p);
            p->at += at_end(p) ? 0 : 2;
        } else if (strchr(" \t\r\n;", p->text.ptr[p->at])) {
            step(p);
        } else {
            return;
        }
    }
}

/* What is left of the line, with the lines it goes on in. */
static struct view take_line(struct parser *p)
{
    struct buf out = {0};
    for (;;) {
        size_t start = p->at;
        skip_line(p);
        struct view line = view_trim((struct view){p->text.ptr + start, p->at - start});
        bool more = view_ends(line, "\\") && out.len < READER_LINE_MAX;
        if (!more && out.len == 0) {
            buf_free(&out);
            return line;
        }
        buf_add(&out, line.ptr, line.len - more);
        if (!more || at_end(p))
            break;
        step(p);
    }
    struct view joined = view_of(view_text(reader_arena(p->facts), buf_view(&out)));
    buf_free(&out);
    return joined;
}

static struct view peek_name(const struct parser *p)
{
    size_t end = p->at;
    while (end < p->text.len && (strchr("_-", p->text.ptr[end]) ||
                                 (p->text.ptr[end] >= 'a' && p->text.ptr[end] <= 'z') ||
                                 (p->text.ptr[end] >= 'A' && p->text.ptr[end] <= 'Z')))
        end++;
    return (struct view){p->text.ptr + p->at, end - p->at};
}

/* What stands in the parentheses that open here; the cursor goes behind them. */
static struct view take_parentheses(struct parser *p)
{
    uint32_t first = p->line;
    bool is_quoted = false;
    step(p);
    size_t start = p->at, depth = 1;
    for (; !at_end(p); step(p)) {
        char c = p->text.ptr[p->at];
        if (c == '\\' && is_quoted && p->at + 1 < p->text.len)
            step(p);
        else if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && c == '#')
            while (!at_end(p) && p->text.ptr[p->at + 1 < p->text.len ? p->at + 1 : p->at] != '\n' &&
                   p->at + 1 < p->text.len)
                p->at++;
        else if (!is_quoted && c == '(')
            depth++;
        else if (!is_quoted && c == ')' && --depth == 0)
            break;
    }
    size_t end = p->at < p->text.len ? p->at : p->text.len;
    if (at_end(p))
        reader_problem(p->facts, p->item, first, "a parenthesis that is not closed");
    else
        p->at++;
    return (struct view){p->text.ptr + start, end - start};
}

/* ---- rules ----------------------------------------------------------------------------- */

static struct view plain_severity(struct view v)
{
    static const char *const aliases[][2] = {
        {"panic", "emerg"}, {"error", "err"}, {"warn", "warning"}};
    for (size_t i = 0; i < COUNT_OF(aliases); i++)
        if (view_is_nocase(v, aliases[i][0]))
            return view_of(aliases[i][1]);
    return v;
}

/* "mail,news.!=info": one selector for each facility. */
static bool add_selector(struct selectors *out, struct view part)
{
    struct view severity = part, facilities, facility;
    view_cut(&severity, '.', &facilities);
    if (!severity.ptr || facilities.len == 0)
        return false;
    struct selector s = {.negated = view_starts(severity, "!")};
    severity = view_from(severity, s.negated);
    s.exact = view_starts(severity, "=");
    s.severity = plain_severity(view_from(severity, s.exact));
    if (s.severity.len == 0)
        return false;
    while (view_cut(&facilities, ',', &facility)) {
        if (out->count == SELECTOR_MAX)
            return false;
        s.facility = view_is_nocase(facility, "security") ? view_of("auth") : facility;
        out->list[out->count++] = s;
    }
    return true;
}

static bool parse_selectors(struct view text, struct selectors *out)
{
    struct view part;
    out->count = 0;
    while (view_cut(&text, ';', &part))
        if (part.len && !add_selector(out, part))
            return false;
    return out->count > 0;
}

static void any_message(struct selectors *out, bool conditional)
{
    out->count = 1;
    out->list[0] = (struct selector){.facility = {conditional ? NULL : "*", conditional ? 0 : 1},
                                     .severity = {conditional ? NULL : "*", conditional ? 0 : 1}};
}

static struct rc put_rule(struct parser *p, const struct rsyslog_action *action, uint32_t line)
{
    bool hidden = p->is_filtered || p->condition_nesting;
    for (size_t i = 0; i < p->last.count; i++) {
        const struct selector *s = &p->last.list[i];
        bool conditional = hidden || !s->facility.ptr;
        struct cell cells[] = {
            conditional ? cell_null() : cell_view(s->facility),
            conditional ? cell_null() : cell_view(s->severity),
            cell_integer(s->exact),
            cell_integer(s->negated),
            cell_text(action->kind),
            cell_view(action->target),
            cell_integer(action->sync),
            cell_text(p->ruleset),
        };
        TRY(reader_row(p->facts, &rsyslog_rule, cells, p->item, line));
        if (conditional)
            break;
    }
    return RC_OK;
}

static struct rc parse_braces_open(struct parser *p, bool conditional)
{
    if (++p->nesting > NESTING_MAX) {
        reader_problem(p->facts, p->item, p->line, "more than %d braces inside each other",
                       NESTING_MAX);
        p->at = p->text.len;
    } else if (conditional && !p->condition_nesting) {
        p->condition_nesting = p->nesting;
    }
    return RC_OK;
}

static struct rc parse_action_object(struct parser *p)
{
    struct rsyslog_object object;
    uint32_t line = p->line;
    rsyslog_object_parse(p->facts, take_parentheses(p), &object);
    struct rsyslog_action action = rsyslog_action_of_object(&object);
    if (!action.kind) {
        reader_problem(p->facts, p->item, line, "an action without a type");
        return RC_OK;
    }
    return put_rule(p, &action, line);
}

/* What stands behind a selector or '&': an action object, a block, or the old form. */
static struct rc parse_action(struct parser *p, uint32_t line)
{
    while (!at_end(p) && strchr(" \t", p->text.ptr[p->at]))
        p->at++;
    if (!at_end(p) && p->text.ptr[p->at] == '{') {
        p->at++;
        return parse_braces_open(p, true);
    }
    struct view name = peek_name(p);
    if (view_is_nocase(name, "action")) {
        p->at += name.len;
        while (!at_end(p) && strchr(" \t", p->text.ptr[p->at]))
            p->at++;
        if (!at_end(p) && p->text.ptr[p->at] == '(')
            return parse_action_object(p);
    }
    struct view text = take_line(p);
    struct rsyslog_action action = rsyslog_action_of_text(text);
    if (!action.kind) {
        reader_problem(p->facts, p->item, line, "an action that is not understood");
        return RC_OK;
    }
    return put_rule(p, &action, line);
}

/* "mail.info  /var/log/mail" */
static struct rc parse_rule(struct parser *p)
{
    uint32_t line = p->line;
    size_t start = p->at;
    while (!at_end(p) && !strchr(" \t\r\n", p->text.ptr[p->at]))
        p->at++;
    if (!parse_selectors((struct view){p->text.ptr + start, p->at - start}, &p->last)) {
        reader_problem(p->facts, p->item, line, "neither a rule nor a setting that is understood");
        skip_line(p);
        return RC_OK;
    }
    return parse_action(p, line);
}

/* ":msg, contains, "text"  action" */
static struct rc parse_property(struct parser *p)
{
    uint32_t line = p->line;
    bool is_quoted = false, was_quoted = false;
    for (; !at_end(p) && p->text.ptr[p->at] != '\n'; p->at++) {
        char c = p->text.ptr[p->at];
        if (c == '"')
            was_quoted |= is_quoted, is_quoted = !is_quoted;
        else if (!is_quoted && was_quoted)
            break;
    }
    any_message(&p->last, true);
    return parse_action(p, line);
}

/* ---- settings and includes ------------------------------------------------------------- */

static struct rc put_setting(struct parser *p, const char *object, struct view name,
                             struct view value, uint32_t line)
{
    char *text = arena_printf(reader_arena(p->facts), "%s%s%.*s", object, object[0] ? "." : "",
                              (int)(name.len > 256 ? 256 : name.len), name.ptr);
    for (char *c = text; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 'a' - 'A');
    struct cell cells[] = {cell_text(text), cell_view(value)};
    return reader_row(p->facts, &rsyslog_setting, cells, p->item, line);
}

static struct rc include(struct parser *p, struct view pattern, uint32_t line)
{
    const char *const *paths;
    size_t n;
    const char *text = view_text(reader_arena(p->facts), pattern);
    if (text[0] != '/' || p->depth >= DEPTH_MAX) {
        reader_problem(p->facts, p->item, line, "an include that is not followed");
        return RC_OK;
    }
    if (view_ends(pattern, "/")) /* a folder: all files in it */
        text = arena_printf(reader_arena(p->facts), "%s*", text);
    if (!strpbrk(text, "*?["))
        return parse_file(p, text);
    TRY(reader_files(p->facts, text, &paths, &n));
    for (size_t i = 0; i < n; i++)
        TRY(parse_file(p, paths[i]));
    return RC_OK;
}

static struct rc parse_directive(struct parser *p)
{
    uint32_t line = p->line;
    struct view value = take_line(p), name;
    value = view_from(value, 1);
    if (!view_word(&value, &name))
        return RC_OK;
    value = view_trim(value);
    if (view_is_nocase(name, "IncludeConfig"))
        return include(p, value, line);
    if (view_is_nocase(name, "ModLoad"))
        return put_setting(p, "module", view_of("load"), value, line);
    return put_setting(p, "", name, value, line);
}

static struct rc put_object(struct parser *p, const char *object_name,
                            const struct rsyslog_object *object, uint32_t line)
{
    for (size_t i = 0; i < object->count; i++)
        TRY(put_setting(p, object_name, object->list[i].name, object->list[i].value, line));
    return RC_OK;
}

/* Passes over the { } behind a template: its property() and constant() act on nothing. */
static void skip_block(struct parser *p)
{
    size_t depth = 0;
    skip_blanks(p);
    if (at_end(p) || p->text.ptr[p->at] != '{')
        return;
    for (bool is_quoted = false; !at_end(p); step(p)) {
        char c = p->text.ptr[p->at];
        if (c == '\\' && is_quoted && p->at + 1 < p->text.len)
            step(p);
        else if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && c == '{')
            depth++;
        else if (!is_quoted && c == '}' && --depth == 0)
            break;
    }
    p->at += at_end(p) ? 0 : 1;
}

static struct rc open_ruleset(struct parser *p, const struct rsyslog_object *object)
{
    struct view name = rsyslog_parameter(object, "name");
    skip_blanks(p);
    if (at_end(p) || p->text.ptr[p->at] != '{')
        return RC_OK;
    p->at++;
    TRY(parse_braces_open(p, false));
    p->ruleset = view_text(reader_arena(p->facts), name);
    p->ruleset_nesting = p->nesting;
    return RC_OK;
}

static struct rc parse_object(struct parser *p, struct view name)
{
    uint32_t line = p->line;
    struct rsyslog_object object;
    if (view_is_nocase(name, "action")) {
        any_message(&p->last, false);
        return parse_action_object(p);
    }
    rsyslog_object_parse(p->facts, take_parentheses(p), &object);
    if (view_is_nocase(name, "include")) {
        struct view file = rsyslog_parameter(&object, "file");
        if (file.ptr)
            return include(p, file, line);
        reader_problem(p->facts, p->item, line, "an include of a text, not of a file");
    } else if (view_is_nocase(name, "ruleset")) {
        return open_ruleset(p, &object);
    } else if (view_is_nocase(name, "template")) {
        skip_block(p);
    } else {
        return put_object(p, view_text(reader_arena(p->facts), name), &object, line);
    }
    return RC_OK;
}

/* ---- statements ------------------------------------------------------------------------ */

/* "if ... then": what follows is under a condition, a block or a single action. */
static struct rc parse_condition(struct parser *p)
{
    uint32_t line = p->line;
    for (bool is_quoted = false; !at_end(p); step(p)) {
        char c = p->text.ptr[p->at];
        if (c == '\\' && is_quoted && p->at + 1 < p->text.len)
            step(p);
        else if (c == '"' || c == '\'')
            is_quoted = !is_quoted;
        else if (!is_quoted && looking_at(p, "then") && p->at &&
                 strchr(" \t\n)\"'", p->text.ptr[p->at - 1]))
            break;
    }
    if (at_end(p)) {
        reader_problem(p->facts, p->item, line, "an \"if\" without \"then\"");
        return RC_OK;
    }
    p->at += strlen("then");
    skip_blanks(p);
    any_message(&p->last, true);
    if (view_is(peek_name(p), "if"))
        return RC_OK;
    return parse_action(p, line);
}

static struct rc close_brace(struct parser *p)
{
    p->at++;
    if (p->condition_nesting && p->nesting == p->condition_nesting)
        p->condition_nesting = 0;
    if (p->ruleset && p->nesting == p->ruleset_nesting)
        p->ruleset = NULL;
    p->nesting -= p->nesting > 0;
    return RC_OK;
}

/* Words that begin a statement. */
static struct rc parse_word(struct parser *p, struct view name)
{
    static const char *const plain[] = {"set", "reset", "unset", "continue"};
    uint32_t line = p->line;
    if (view_is(name, "if"))
        return parse_condition(p);
    if (view_is(name, "else")) {
        p->at += name.len;
        skip_blanks(p);
        any_message(&p->last, true);
        return view_is(peek_name(p), "if") ? RC_OK : parse_action(p, line);
    }
    if (view_is(name, "stop")) {
        any_message(&p->last, false);
        return parse_action(p, line);
    }
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        if (view_is(name, plain[i])) {
            skip_line(p);
            return RC_OK;
        }
    if (view_is(name, "call") || view_is(name, "foreach") || view_is(name, "call_indirect")) {
        reader_problem(p->facts, p->item, line, "\"%.*s\" is not followed", (int)name.len,
                       name.ptr);
        skip_line(p);
        return RC_OK;
    }
    return parse_rule(p);
}

static struct rc parse_statement(struct parser *p)
{
    char c = p->text.ptr[p->at];
    struct view name = peek_name(p);
    size_t behind = p->at + name.len;
    while (behind < p->text.len && strchr(" \t\r\n", p->text.ptr[behind]))
        behind++;
    switch (c) {
    case '$':
        return parse_directive(p);
    case ':':
        return parse_property(p);
    case '&':
        p->at++;
        return parse_action(p, p->line);
    case '}':
        return close_brace(p);
    case '{':
        p->at++;
        return parse_braces_open(p, true);
    case '!':
    case '+':
    case '-':
        p->is_filtered = !view_is(view_trim(view_from(take_line(p), 1)), "*");
        return RC_OK;
    default:
        break;
    }
    static const char *const words[] = {"if", "else", "set", "call"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (view_is(name, words[i]))
            return parse_word(p, name);
    if (name.len && behind < p->text.len && p->text.ptr[behind] == '(') {
        while (p->at < behind)
            step(p);
        return parse_object(p, name);
    }
    return parse_word(p, name);
}

static struct rc parse_all(struct parser *p)
{
    for (skip_blanks(p); !at_end(p); skip_blanks(p))
        TRY(parse_statement(p));
    return RC_OK;
}

/* An included file goes on in the state of the one that includes it. */
static struct rc parse_file(struct parser *outer, const char *path)
{
    struct parser inner = *outer;
    if (outer->files >= FILES_MAX) {
        reader_problem(outer->facts, outer->item, 0, "includes more than %d files", FILES_MAX);
        return RC_OK;
    }
    inner.item = reader_file(outer->facts, path);
    inner.text = reader_text(outer->facts, inner.item);
    inner.at = 0;
    inner.line = 1;
    inner.depth = outer->depth + 1;
    inner.files = outer->files + 1;
    TRY(parse_all(&inner));
    outer->files = inner.files;
    outer->last = inner.last;
    return RC_OK;
}

static struct rc read_rsyslog(struct facts *facts)
{
    struct parser parser = {.facts = facts};
    any_message(&parser.last, true);
    return parse_file(&parser, "/etc/rsyslog.conf");
}

static const struct table *const tables[] = {&rsyslog_rule, &rsyslog_setting, NULL};
static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/rsyslog.conf", .follow = rsyslog_follow}};

const struct reader reader_rsyslog = {"rsyslog", tables, sources, COUNT_OF(sources), read_rsyslog};
