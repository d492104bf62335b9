/*
 * usage: help for people, drawn from the tables.
 *
 *   what it does, how to call it, its sub-commands, the fields of its kind, its options, examples,
 *   exit codes
 */
#include "interface/cli/command.h"
#include "interface/cli/fields.h"

#include <string.h>

#define COLUMN 26 /* where explanations start */

struct sheet {
    struct buf *out;
    enum lang lang;
    size_t width;
};

void usage_line(const struct command *command, struct buf *out)
{
    buf_add_text(out, "merlon");
    if (command->path[0])
        buf_printf(out, " %s", command->path);
    if (command->run)
        buf_add_text(out, " [OPTION...]");
    if (command->operands && command->operands[0])
        buf_printf(out, " %s", command->operands);
}

static void add_blanks(struct buf *out, size_t count)
{
    while (count--)
        buf_add_char(out, ' ');
}

/* A heading on a line of its own, after an empty line. */
static void add_heading(const struct sheet *sheet, const char *key)
{
    buf_printf(sheet->out, "\n%s\n", text_get(sheet->lang, key));
}

/* "  left      text", the text wrapped; a long left part has a line of its own. */
static void add_row(const struct sheet *sheet, const char *left, const char *text, size_t column)
{
    size_t used = 2 + text_width(view_of(left));
    buf_printf(sheet->out, "  %s", left);
    if (used + 2 > column) {
        buf_add_char(sheet->out, '\n');
        used = 0;
    }
    add_blanks(sheet->out, column - used);
    text_add_wrapped(sheet->out, view_of(text), sheet->width, column);
    buf_add_char(sheet->out, '\n');
}

void command_add_text(const struct command *command, enum lang lang, const char *key,
                      struct buf *out)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct kind *kind = command->noun ? kind_find(command->noun) : NULL;
    struct message message = {.key = key};
    if (kind) {
        message.args[0] = text_of(kind->titles, lang);
        message.args[1] = command->noun;
    }
    buf_add_text(out, kind ? text_render(arena, lang, &message) : text_get(lang, key));
}

/* A text of a command over the whole width. */
static void add_paragraph(const struct sheet *sheet, const struct command *command, const char *key)
{
    struct buf text CLEANUP(buf_freep) = {0};
    command_add_text(command, sheet->lang, key, &text);
    text_add_wrapped(sheet->out, buf_view(&text), sheet->width, 0);
    buf_add_char(sheet->out, '\n');
}

/* The program itself lists everything but groups, which do nothing by themselves; of the kinds of
 * the register, whose commands are alike, the groups only. */
static bool is_listed(const struct command *command, const struct command *group)
{
    if (!command_is_within(command, group))
        return false;
    bool top = group->path[0] == '\0';
    return command->noun && top ? !command->run : command->run != NULL;
}

/* The sub-commands with their one-line explanations. */
static void add_commands(const struct sheet *sheet, const struct command *group)
{
    size_t count = 0;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &commands[i];
        struct buf text CLEANUP(buf_freep) = {0};
        if (!is_listed(command, group))
            continue;
        if (count++ == 0)
            add_heading(sheet, "help.commands");
        command_add_text(command, sheet->lang, command->summary, &text);
        add_row(sheet, command->path, text.ptr, 20);
    }
}

/* What FIELD may be, and VALUE. */
static void add_fields(const struct sheet *sheet, const struct command *command)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct kind *kind = fields_kind(command);
    if (!kind)
        return;
    add_heading(sheet, "help.fields");
    for (size_t i = 0; i < kind->count; i++) {
        const struct field *field = &kind->fields[i];
        if (fields_shown(command, field))
            add_row(sheet, field->name, field_described(arena, field, sheet->lang), COLUMN);
    }
}

/* "-o, --output FILE   what it means (choices)" */
static void add_option(const struct sheet *sheet, const struct command *command, enum option_id id)
{
    const struct option *option = &options[id];
    struct buf left CLEANUP(buf_freep) = {0}, text CLEANUP(buf_freep) = {0};
    if (option->letter)
        buf_printf(&left, "-%c, ", option->letter);
    buf_printf(&left, "--%s", option->name);
    if (option->argument)
        buf_printf(&left, " %s", option->argument);
    buf_add_text(&text, text_get(sheet->lang, option->text));
    const char *choices = command_choices(command, id);
    if (choices && option->kind == KIND_CHOICE) {
        buf_add_text(&text, " (");
        for (const char *at = choices; *at; at++)
            buf_add_text(&text, *at == '|' ? ", " : (const char[]){*at, '\0'});
        buf_add_text(&text, ")");
    }
    add_row(sheet, left.ptr, text.ptr, COLUMN);
}

/* The options of a set, in the order of the table. */
static void add_options(const struct sheet *sheet, const struct command *command, uint64_t set,
                        const char *heading)
{
    if (set)
        add_heading(sheet, heading);
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (set >> i & 1u)
            add_option(sheet, command, (enum option_id)i);
    }
}

/* Calls that can be copied, each with what it is for. */
static void add_examples(const struct sheet *sheet, const struct command *command)
{
    for (size_t i = 0; i < COUNT_OF(command->examples) && command->examples[i].line; i++) {
        if (i == 0)
            add_heading(sheet, "help.examples");
        buf_printf(sheet->out, "  merlon %s\n      ", command->examples[i].line);
        text_add_wrapped(sheet->out, view_of(text_get(sheet->lang, command->examples[i].text)),
                         sheet->width, 6);
        buf_add_char(sheet->out, '\n');
    }
}

/* The same for every command, and part of the contract with scripts. */
static void add_exit_codes(const struct sheet *sheet)
{
    static const char *const keys[EXIT_CODES] = {"exit.0", "exit.1", "exit.2",
                                                 "exit.3", "exit.4", "exit.5"};
    add_heading(sheet, "help.exit");
    for (size_t i = 0; i < EXIT_CODES; i++)
        add_row(sheet, (const char[]){(char)('0' + (int)i), '\0'}, text_get(sheet->lang, keys[i]),
                5);
}

void usage_write(const struct command *command, enum lang lang, size_t width, struct buf *out)
{
    struct sheet sheet = {out, lang, width < 40 ? 40 : width > 100 ? 100 : width};
    add_paragraph(&sheet, command, command->summary);
    buf_printf(out, "\n%s ", text_get(lang, "help.usage"));
    usage_line(command, out);
    buf_add_char(out, '\n');
    if (command->description) {
        buf_add_char(out, '\n');
        add_paragraph(&sheet, command, command->description);
    }
    add_commands(&sheet, command);
    add_fields(&sheet, command);
    add_options(&sheet, command, command->options, "help.options");
    add_options(&sheet, command, options_everywhere, "help.everywhere");
    add_examples(&sheet, command);
    add_exit_codes(&sheet);
}
