/*
 * sudoers_parse: the grammar of sudoers(5), one logical line at a time.
 *
 *   User_Alias NAME = members : NAME = members      Defaults[@:>!]scope parameters
 *   users hosts = (runas) OPTION=x TAG: command, ... : hosts = ...
 *
 * Runas, options and tags hold for the commands behind them until another is given; a new host
 * part begins without any. A line with a syntax error gives nothing, as in sudo.
 */
#include "sensor/facts/sudoers.h"

#include <string.h>

#define WORD_STOPS "#>!=:,()\""

static const char *const tag_names[SUDOERS_TAGS][2] = {
    {"PASSWD", "NOPASSWD"},       {"EXEC", "NOEXEC"},     {"NOSETENV", "SETENV"},
    {"NOLOG_INPUT", "LOG_INPUT"}, {"NOMAIL", "MAIL"},     {"NOLOG_OUTPUT", "LOG_OUTPUT"},
    {"NOINTERCEPT", "INTERCEPT"}, {"NOFOLLOW", "FOLLOW"},
};

static const char *const option_names[SUDOERS_OPTIONS] = {
    "ROLE", "TYPE", "CWD", "CHROOT", "TIMEOUT", "NOTBEFORE", "NOTAFTER"};

/* ---- lists ----------------------------------------------------------------------------- */

static struct sudoers_member *add_member(struct sudoers_cursor *cursor, struct sudoers_list *list)
{
    struct sudoers_member *member = arena_take(cursor->arena, sizeof *member);
    if (!list->end)
        list->end = &list->first;
    *list->end = member;
    list->end = &member->next;
    member->line = cursor->line;
    return member;
}

static bool takes_negation(struct sudoers_cursor *cursor)
{
    bool is_negated = false;
    while (sudoers_take(cursor, '!'))
        is_negated = !is_negated;
    sudoers_skip(cursor);
    return is_negated;
}

/* fe80::1/64: the only words with ':' in them. */
static size_t ipv6_length(const char *at)
{
    size_t length = strspn(at, "0123456789abcdefABCDEF:.");
    const char *colon = memchr(at, ':', length);
    if (!colon || !memchr(colon + 1, ':', length - (size_t)(colon + 1 - at)))
        return 0;
    if (at[length] == '/')
        length += 1 + strspn(at + length + 1, "0123456789abcdefABCDEF:.");
    return length;
}

static const char *name_word(struct sudoers_cursor *cursor, enum sudoers_kind kind)
{
    const char *at = cursor->at;
    size_t length = kind == SUDOERS_HOST ? ipv6_length(at) : 0;
    if (length) {
        cursor->at += length;
        return view_text(cursor->arena, (struct view){at, length});
    }
    const char *prefix = "";
    if (at[0] == '%')
        prefix = at[1] == ':' ? at[2] == '#' ? "%:#" : "%:" : at[1] == '#' ? "%#" : "%";
    else if (at[0] == '#')
        prefix = "#";
    cursor->at += strlen(prefix);
    const char *word = sudoers_word(cursor, WORD_STOPS);
    if (!word[0])
        sudoers_fail(cursor, "a name is missing");
    return arena_printf(cursor->arena, "%s%s", prefix, word);
}

static void parse_name(struct sudoers_cursor *cursor, enum sudoers_kind kind,
                       struct sudoers_list *list)
{
    bool is_negated = takes_negation(cursor);
    struct sudoers_member *member = add_member(cursor, list);
    member->is_negated = is_negated;
    member->is_literal = *cursor->at == '"';
    member->text = member->is_literal ? sudoers_quoted(cursor) : name_word(cursor, kind);
    if (!member->text[0])
        sudoers_fail(cursor, "a name is empty");
}

static bool at_digest(const char *at)
{
    return strncmp(at, "sha224", 6) == 0 || strncmp(at, "sha256", 6) == 0 ||
           strncmp(at, "sha384", 6) == 0 || strncmp(at, "sha512", 6) == 0;
}

static const char *parse_digests(struct sudoers_cursor *cursor)
{
    const char *all = NULL;
    for (sudoers_skip(cursor); at_digest(cursor->at); sudoers_skip(cursor)) {
        const char *kind = sudoers_word(cursor, WORD_STOPS);
        if (!sudoers_take(cursor, ':'))
            sudoers_fail(cursor, "a digest lacks its ':'");
        sudoers_skip(cursor);
        const char *digest = sudoers_word(cursor, "#>!:,()\"");
        all = all ? arena_printf(cursor->arena, "%s,%s:%s", all, kind, digest)
                  : arena_printf(cursor->arena, "%s:%s", kind, digest);
        if (!sudoers_take(cursor, ','))
            break;
    }
    return all;
}

static bool is_command(const char *text, bool with_arguments)
{
    if (text[0] == '/' || text[0] == '^')
        return true;
    if (strncmp(text, "sudoedit", 8) == 0 && (!text[8] || text[8] == ' '))
        return text[8] == '\0' || with_arguments;
    return strcmp(text, "list") == 0 || sudoers_is_alias_name(text);
}

static void parse_command(struct sudoers_cursor *cursor, bool with_arguments,
                          struct sudoers_list *list)
{
    const char *digest = parse_digests(cursor);
    bool is_negated = takes_negation(cursor);
    struct sudoers_member *member = add_member(cursor, list);
    member->digest = digest;
    member->is_negated = is_negated;
    bool is_program =
        *cursor->at == '/' || *cursor->at == '^' || strncmp(cursor->at, "sudoedit", 8) == 0;
    member->text =
        is_program ? sudoers_command(cursor, with_arguments) : sudoers_word(cursor, WORD_STOPS);
    if (!is_command(member->text, with_arguments))
        sudoers_fail(cursor, "a command is ALL, an alias or an absolute path");
}

static void parse_list(struct sudoers_cursor *cursor, enum sudoers_kind kind, bool with_arguments,
                       struct sudoers_list *list)
{
    do {
        if (kind == SUDOERS_COMMAND)
            parse_command(cursor, with_arguments, list);
        else
            parse_name(cursor, kind, list);
    } while (!cursor->error && sudoers_take(cursor, ','));
}

/* ---- aliases --------------------------------------------------------------------------- */

static void keep_alias(struct sudoers *sudoers, struct sudoers_alias *alias)
{
    size_t hash = (size_t)alias->kind;
    for (const char *c = alias->name; *c; c++)
        hash = hash * 31 + (unsigned char)*c;
    struct sudoers_alias **bucket = &sudoers->buckets[hash % SUDOERS_BUCKETS];
    alias->in_bucket = *bucket;
    *bucket = alias;
}

static bool is_reserved(const char *name)
{
    for (size_t i = 0; i < SUDOERS_OPTIONS; i++)
        if (strcmp(name, option_names[i]) == 0)
            return true;
    return strcmp(name, "ALL") == 0;
}

static void parse_aliases(struct sudoers *sudoers, struct sudoers_cursor *cursor,
                          enum sudoers_kind kind)
{
    do {
        struct sudoers_alias *alias = arena_take(cursor->arena, sizeof *alias);
        sudoers_skip(cursor);
        alias->kind = kind;
        alias->name = sudoers_word(cursor, WORD_STOPS);
        if (!sudoers_is_alias_name(alias->name) || is_reserved(alias->name))
            sudoers_fail(cursor, "an alias is named in upper case, and not like a reserved word");
        if (!sudoers_take(cursor, '='))
            sudoers_fail(cursor, "an alias lacks its '='");
        if (!cursor->error)
            parse_list(cursor, kind, true, &alias->members);
        if (!cursor->error && sudoers_alias_find(sudoers, kind, alias->name))
            sudoers_fail(cursor, "an alias is defined twice");
        if (!cursor->error)
            keep_alias(sudoers, alias);
    } while (!cursor->error && sudoers_take(cursor, ':'));
}

/* ---- Defaults -------------------------------------------------------------------------- */

static void parse_value(struct sudoers_cursor *cursor, struct sudoers_default *entry)
{
    sudoers_skip(cursor);
    const char *at = cursor->at;
    if ((at[0] == '+' || at[0] == '-') && at[1] == '=') {
        entry->operation = at[0] == '+' ? "+=" : "-=";
        cursor->at += 2;
    } else if (sudoers_take(cursor, '=')) {
        entry->operation = "=";
    } else {
        return;
    }
    sudoers_skip(cursor);
    bool is_quoted = *cursor->at == '"';
    entry->value = is_quoted ? sudoers_quoted(cursor) : sudoers_word(cursor, "#=,\"");
    if (!is_quoted && !entry->value[0])
        sudoers_fail(cursor, "a parameter lacks its value");
    if (entry->is_negated)
        sudoers_fail(cursor, "'!' and a value exclude each other");
}

static bool is_parameter(const char *name)
{
    return name[0] && strspn(name, "abcdefghijklmnopqrstuvwxyz_") == strlen(name);
}

static struct sudoers_default *parse_parameters(struct sudoers_cursor *cursor,
                                                const struct sudoers_default *head)
{
    struct sudoers_default *first = NULL, **end = &first;
    do {
        struct sudoers_default *entry = arena_take(cursor->arena, sizeof *entry);
        *entry = *head;
        entry->is_negated = takes_negation(cursor);
        entry->line = cursor->line;
        entry->name = sudoers_word(cursor, "#!=:,()\"+-");
        if (!is_parameter(entry->name))
            sudoers_fail(cursor, "a parameter of Defaults has a name in lower case");
        parse_value(cursor, entry);
        *end = entry;
        end = &entry->next;
    } while (!cursor->error && sudoers_take(cursor, ','));
    return first;
}

static void parse_defaults(struct sudoers *sudoers, struct sudoers_cursor *cursor,
                           const struct item *item)
{
    static const char marks[] = {
        [SUDOERS_USER] = ':', [SUDOERS_RUNAS] = '>', [SUDOERS_HOST] = '@', [SUDOERS_COMMAND] = '!'};
    struct sudoers_default head = {.item = item, .is_global = true};
    struct sudoers_list *scope = arena_take(cursor->arena, sizeof *scope);
    for (int kind = 0; kind < SUDOERS_KINDS; kind++)
        if (head.is_global && *cursor->at == marks[kind]) {
            cursor->at++;
            head.is_global = false;
            head.scope_kind = (enum sudoers_kind)kind;
            head.scope = scope;
            parse_list(cursor, head.scope_kind, false, scope);
        }
    struct sudoers_default *entries = cursor->error ? NULL : parse_parameters(cursor, &head);
    if (!sudoers_at_end(cursor))
        sudoers_fail(cursor, "something follows a parameter that does not belong there");
    if (cursor->error || !entries)
        return;
    *sudoers->defaults_end = entries;
    while (entries->next)
        entries = entries->next;
    sudoers->defaults_end = &entries->next;
}

/* ---- rules ----------------------------------------------------------------------------- */

static void parse_runas(struct sudoers_cursor *cursor, struct sudoers_spec *spec)
{
    if (!sudoers_take(cursor, '('))
        return;
    struct sudoers_list *users = arena_take(cursor->arena, sizeof *users);
    struct sudoers_list *groups = arena_take(cursor->arena, sizeof *groups);
    sudoers_skip(cursor);
    spec->has_runas = true;
    spec->runas_users = users;
    spec->runas_groups = NULL;
    if (*cursor->at != ':' && *cursor->at != ')')
        parse_list(cursor, SUDOERS_RUNAS, false, users);
    if (!cursor->error && sudoers_take(cursor, ':')) {
        sudoers_skip(cursor);
        spec->runas_groups = groups;
        if (*cursor->at != ')')
            parse_list(cursor, SUDOERS_RUNAS, false, groups);
    }
    if (!sudoers_take(cursor, ')'))
        sudoers_fail(cursor, "the users to run as lack their ')'");
}

/* The length of an upper-case word that `mark` follows (blanks between), else 0. */
static size_t word_before(const char *at, char mark, size_t *behind)
{
    size_t length = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    size_t end = length + strspn(at + length, " \t\n");
    *behind = end + 1;
    return at[end] == mark ? length : 0;
}

static bool parse_option(struct sudoers_cursor *cursor, struct sudoers_spec *spec)
{
    size_t behind, length;
    sudoers_skip(cursor);
    length = word_before(cursor->at, '=', &behind);
    for (size_t i = 0; i < SUDOERS_OPTIONS && length; i++) {
        if (strlen(option_names[i]) != length || strncmp(cursor->at, option_names[i], length) != 0)
            continue;
        cursor->at += behind;
        sudoers_skip(cursor);
        spec->options[i] =
            *cursor->at == '"' ? sudoers_quoted(cursor) : sudoers_word(cursor, "#!=:,()\"");
        if (!spec->options[i][0])
            sudoers_fail(cursor, "an option lacks its value");
        return !cursor->error;
    }
    return false;
}

static bool parse_tag(struct sudoers_cursor *cursor, struct sudoers_spec *spec)
{
    size_t behind, length;
    sudoers_skip(cursor);
    length = word_before(cursor->at, ':', &behind);
    for (size_t i = 0; i < SUDOERS_TAGS * 2 && length; i++) {
        const char *name = tag_names[i / 2][i % 2];
        if (strlen(name) == length && strncmp(cursor->at, name, length) == 0) {
            spec->tags[i / 2] = (int8_t)(i % 2);
            cursor->at += behind;
            return true;
        }
    }
    return false;
}

static struct sudoers_spec *parse_specs(struct sudoers_cursor *cursor)
{
    struct sudoers_spec *first = NULL, **end = &first, *before = NULL;
    do {
        struct sudoers_spec *spec = arena_take(cursor->arena, sizeof *spec);
        struct sudoers_list command = {0};
        if (before)
            *spec = *before;
        else
            memset(spec->tags, -1, sizeof spec->tags);
        spec->next = NULL;
        parse_runas(cursor, spec);
        while (!cursor->error && parse_option(cursor, spec))
            continue;
        while (!cursor->error && parse_tag(cursor, spec))
            continue;
        if (!cursor->error)
            parse_command(cursor, true, &command);
        spec->command = command.first;
        *end = before = spec;
        end = &spec->next;
    } while (!cursor->error && sudoers_take(cursor, ','));
    return first;
}

static void parse_rule(struct sudoers *sudoers, struct sudoers_cursor *cursor,
                       const struct item *item)
{
    struct sudoers_rule *rule = arena_take(cursor->arena, sizeof *rule);
    struct sudoers_privilege **end = &rule->privileges;
    rule->item = item;
    parse_list(cursor, SUDOERS_USER, false, &rule->users);
    do {
        struct sudoers_privilege *privilege = arena_take(cursor->arena, sizeof *privilege);
        *end = privilege;
        end = &privilege->next;
        if (!cursor->error)
            parse_list(cursor, SUDOERS_HOST, false, &privilege->hosts);
        if (!sudoers_take(cursor, '='))
            sudoers_fail(cursor, "a rule lacks its '='");
        if (!cursor->error)
            privilege->specs = parse_specs(cursor);
    } while (!cursor->error && sudoers_take(cursor, ':'));
    if (!sudoers_at_end(cursor))
        sudoers_fail(cursor, "something follows a command that does not belong there");
    if (cursor->error)
        return;
    *sudoers->rules_end = rule;
    sudoers->rules_end = &rule->next;
}

/* ---- lines ----------------------------------------------------------------------------- */

/* Takes a keyword that one of `stops` or a blank follows. */
static bool take_keyword(struct sudoers_cursor *cursor, const char *keyword, const char *stops)
{
    size_t length = strlen(keyword);
    if (strncmp(cursor->at, keyword, length) != 0)
        return false;
    char after = cursor->at[length];
    if (after && !strchr(" \t\n", after) && !strchr(stops, after))
        return false;
    cursor->at += length;
    return true;
}

const char *sudoers_parse_line(struct sudoers *sudoers, const struct item *item, char *text,
                               uint32_t line)
{
    static const struct {
        const char *name;
        enum sudoers_kind kind;
    } alias_words[] = {{"User_Alias", SUDOERS_USER},
                       {"Runas_Alias", SUDOERS_RUNAS},
                       {"Host_Alias", SUDOERS_HOST},
                       {"Cmnd_Alias", SUDOERS_COMMAND},
                       {"Cmd_Alias", SUDOERS_COMMAND}};
    struct sudoers_cursor cursor = {.arena = sudoers->arena, .at = text, .line = line};
    if (sudoers_at_end(&cursor))
        return NULL;
    for (size_t i = 0; i < COUNT_OF(alias_words); i++)
        if (take_keyword(&cursor, alias_words[i].name, "")) {
            parse_aliases(sudoers, &cursor, alias_words[i].kind);
            if (!sudoers_at_end(&cursor))
                sudoers_fail(&cursor, "something follows an alias that does not belong there");
            return cursor.error;
        }
    if (take_keyword(&cursor, "Defaults", ":@>!"))
        parse_defaults(sudoers, &cursor, item);
    else
        parse_rule(sudoers, &cursor, item);
    return cursor.error;
}

const char *sudoers_tags_text(struct arena *arena, const struct sudoers_spec *spec)
{
    struct buf out = {0};
    for (size_t i = 0; i < SUDOERS_TAGS; i++)
        if (spec->tags[i] >= 0)
            buf_printf(&out, "%s%s", out.len ? " " : "", tag_names[i][spec->tags[i]]);
    for (size_t i = 0; i < SUDOERS_OPTIONS; i++)
        if (spec->options[i])
            buf_printf(&out, "%s%s=%s", out.len ? " " : "", option_names[i], spec->options[i]);
    const char *text = view_text(arena, buf_view(&out));
    buf_free(&out);
    return text;
}
