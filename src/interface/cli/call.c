/*
 * call: what was typed, matched against the two tables.
 *
 * Two passes: the first splits the words into options and operands (an option's name alone tells
 * whether a value follows, so options may stand anywhere); the second finds the command, the
 * longest path that the operands begin with, and lets each option in only if that command takes it.
 */
#include "interface/cli/command.h"

#include <string.h>

/* One option as it was typed. */
struct typed {
    const char *shown; /* "--root", "-o" */
    const struct option *option;
    const char *value;
};

struct typing {
    struct call *call;
    struct typed *typed;
    size_t typed_count;
    char **words;
    int count, at;
};

const char *say(const struct call *call, const char *key, const char *a, const char *b,
                const char *c)
{
    struct message message = {.key = key, .args = {a, b, c}};
    return text_render(call->arena, call->lang, &message);
}

struct rc wrong(const struct call *call, const char *key, const char *a, const char *b,
                const char *c)
{
    return fault(FAULT_USAGE, "%s", say(call, key, a, b, c));
}

bool call_has(const struct call *call, enum option_id id)
{
    return call->given[id].count > 0;
}

const char *call_text(const struct call *call, enum option_id id, const char *otherwise)
{
    return call_has(call, id) ? call->given[id].values[0] : otherwise;
}

/* The value was checked when it was read, so that it cannot be anything but a number here. */
size_t call_number(const struct call *call, enum option_id id, size_t otherwise)
{
    int64_t n = 0;
    if (!call_has(call, id) || !view_integer(view_of(call->given[id].values[0]), &n))
        return otherwise;
    return (size_t)n;
}

/* The first of the formats is the default: "table|json" without --format is a table. */
const char *call_format(const struct call *call)
{
    const char *formats = call->command->formats;
    if (call_has(call, OPTION_FORMAT) || !formats)
        return call_text(call, OPTION_FORMAT, "table");
    return view_text(call->arena, (struct view){formats, strcspn(formats, "|")});
}

/* ---- first pass --------------------------------------------------------------------------- */

/* The first option of a name stands for all of them: they have the same kind. */
static const struct option *by_name(struct view name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (view_is(name, options[i].name))
            return &options[i];
    }
    return NULL;
}

static const struct option *by_letter(char letter)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (options[i].letter == letter)
            return &options[i];
    }
    return NULL;
}

/* Names of options of every command are near: the command is not known yet. */
static struct rc unknown_option(struct typing *typing, const char *shown)
{
    const char *names[OPTION_COUNT];
    for (size_t i = 0; i < OPTION_COUNT; i++)
        names[i] = options[i].name;
    const char *near = shown[1] == '-' ? suggest(shown + 2, names, OPTION_COUNT) : NULL;
    if (!near)
        return wrong(typing->call, "msg.unknown_option", shown, NULL, NULL);
    return wrong(typing->call, "msg.unknown_option_near", shown, near, NULL);
}

/* Keeps one option; `value` NULL: the next word is its value, unless it is a flag. */
static struct rc add_typed(struct typing *typing, const char *shown, const struct option *option,
                           const char *value)
{
    if (!option)
        return unknown_option(typing, shown);
    if (option->kind == KIND_FLAG && value)
        return wrong(typing->call, "msg.takes_no_value", shown, NULL, NULL);
    if (option->kind != KIND_FLAG && !value) {
        if (typing->at + 1 >= typing->count)
            return wrong(typing->call, "msg.lacks_value", shown, option->argument, NULL);
        value = typing->words[++typing->at];
    }
    /* Taken at once, so that later complaints are in the language asked for. */
    if (option == &options[OPTION_LANG] && strlen(value) == 2)
        lang_from(value, &typing->call->lang);
    typing->typed[typing->typed_count++] = (struct typed){shown, option, value};
    return RC_OK;
}

/* One word: an operand, "--", a short option (its value may follow at once: -oFILE) or a long
 * one. */
static struct rc type_word(struct typing *typing, bool *options_over)
{
    struct call *call = typing->call;
    const char *word = typing->words[typing->at];
    if (*options_over || word[0] != '-' || word[1] == '\0') {
        call->operands[call->operand_count++] = word;
        return RC_OK;
    }
    if (strcmp(word, "--") == 0) {
        *options_over = true;
        return RC_OK;
    }
    if (word[1] != '-') {
        const char *shown = arena_printf(call->arena, "-%c", word[1]);
        return add_typed(typing, shown, by_letter(word[1]), word[2] ? word + 2 : NULL);
    }
    size_t len = strcspn(word, "=");
    const char *shown = view_text(call->arena, (struct view){word, len});
    const struct option *option = by_name((struct view){word + 2, len - 2});
    return add_typed(typing, shown, option, word[len] ? word + len + 1 : NULL);
}

/* ---- second pass -------------------------------------------------------------------------- */

/* Takes the command's words off the operands: the longest path they begin with. */
static void find_command(struct call *call)
{
    struct buf path = {0};
    size_t taken = 0;
    call->command = command_find("");
    for (size_t i = 0; i < call->operand_count; i++) {
        buf_printf(&path, "%s%s", i ? " " : "", call->operands[i]);
        const struct command *found = command_find(path.ptr);
        if (!found)
            break;
        call->command = found;
        taken = i + 1;
    }
    call->operands += taken;
    call->operand_count -= taken;
    buf_free(&path);
}

/* The word after the command is none that it knows. */
static struct rc unknown_word(const struct call *call, const char *word)
{
    const char *words[32];
    size_t count = 0;
    size_t skip = strlen(call->command->path);
    for (size_t i = 0; i < command_count && count < COUNT_OF(words); i++) {
        if (command_is_within(&commands[i], call->command))
            words[count++] = commands[i].path + skip + (skip ? 1 : 0);
    }
    const char *near = suggest(word, words, count);
    const char *shown = say(call, skip ? "msg.unknown_word" : "msg.unknown_command", word,
                            call->command->path, NULL);
    if (near)
        shown = say(call, "msg.did_you_mean", shown, near, NULL);
    return fault(FAULT_USAGE, "%s", shown);
}

/* Asking for help is never wrong usage. A group, which does nothing by itself, lacks its sub-
 * command. */
static struct rc check_operands(const struct call *call)
{
    const struct command *command = call->command;
    if (call_has(call, OPTION_HELP))
        return RC_OK;
    if (call->operand_count > command->operand_max)
        return command->operand_max == 0 || !command->run
                   ? unknown_word(call, call->operands[0])
                   : wrong(call, "msg.too_many", call->operands[command->operand_max],
                           command->path, NULL);
    if (call->operand_count < command->operand_min || !command->run)
        return wrong(call, "msg.lacks_operand", command->path, command->operands, NULL);
    return RC_OK;
}

/* Is `value` one of the words between the bars? */
static bool is_choice(const char *choices, const char *value)
{
    struct view rest = view_of(choices), choice;
    while (view_cut(&rest, '|', &choice)) {
        if (view_is(choice, value))
            return true;
    }
    return false;
}

/* Choices depend on the command: --format is another one for check than for query. */
static struct rc check_value(const struct call *call, enum option_id id, const struct typed *typed)
{
    const char *choices = command_choices(call->command, id);
    int64_t n = 0;
    if (options[id].kind == KIND_CHOICE && choices && !is_choice(choices, typed->value))
        return wrong(call, "msg.not_a_choice", typed->shown, typed->value, choices);
    if (options[id].kind == KIND_NUMBER &&
        (!view_integer(view_of(typed->value), &n) || n < 1 || n > 1000000000))
        return wrong(call, "msg.not_a_number", typed->shown, typed->value, NULL);
    return RC_OK;
}

/* Lets an option in, when the command takes it and its value fits. */
static struct rc accept_option(struct call *call, const struct typed *typed, size_t room)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(options[i].name, typed->option->name) != 0 ||
            !command_accepts(call->command, (enum option_id)i))
            continue;
        struct given *given = &call->given[i];
        TRY(check_value(call, (enum option_id)i, typed));
        if (given->count && !options[i].many && options[i].kind != KIND_FLAG)
            return wrong(call, "msg.given_twice", typed->shown, NULL, NULL);
        if (!given->values)
            given->values = arena_take(call->arena, room * sizeof *given->values);
        given->values[given->count++] = typed->value;
        return RC_OK;
    }
    return wrong(call, "msg.option_elsewhere", typed->shown, call->command->path, NULL);
}

struct rc call_read(struct call *call, int count, char **words)
{
    struct typing typing = {.call = call, .words = words, .count = count};
    size_t room = (size_t)count + 1;
    typing.typed = arena_take(call->arena, room * sizeof *typing.typed);
    call->operands = arena_take(call->arena, room * sizeof *call->operands);
    call->command = command_find("");
    bool options_over = false;
    for (; typing.at < count; typing.at++)
        TRY(type_word(&typing, &options_over));
    find_command(call);
    for (size_t i = 0; i < typing.typed_count; i++)
        TRY(accept_option(call, &typing.typed[i], room));
    return check_operands(call);
}
