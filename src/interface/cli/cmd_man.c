/*
 * man: manual pages (section 1) in roff, one for each command, drawn from the tables.
 *
 * Text is escaped so that no word of ours is taken for a request: backslashes, leading dots and
 * quotes; hyphens are literal, so that examples can be copied from the page.
 */
#include "interface/cli/command.h"
#include "interface/cli/fields.h"
#include "foundation/sys/sys.h"

#include <string.h>

/* Text as roff shows it unchanged. */
static void add_roff(struct buf *out, const char *text)
{
    bool line_start = true;
    for (const char *at = text; *at; at++) {
        if (line_start && (*at == '.' || *at == '\''))
            buf_add_text(out, "\\&");
        if (*at == '\\')
            buf_add_text(out, "\\e");
        else if (*at == '-')
            buf_add_text(out, "\\-");
        else
            buf_add_char(out, *at);
        line_start = *at == '\n';
    }
}

/* A request (or nothing) with its text, as one line. */
static void add_line(struct buf *out, const char *request, const char *text)
{
    buf_add_text(out, request);
    add_roff(out, text);
    buf_add_char(out, '\n');
}

/* "merlon-check-lint": the page's name. */
static const char *page_name(struct arena *arena, const struct command *command)
{
    char *name = arena_printf(arena, "merlon%s%s", command->path[0] ? "-" : "", command->path);
    for (char *at = name; *at; at++) {
        if (*at == ' ')
            *at = '-';
    }
    return name;
}

/* One option with its argument and choices. */
static void add_option(struct buf *out, const struct command *command, enum option_id id,
                       enum lang lang)
{
    const struct option *option = &options[id];
    const char *choices = command_choices(command, id);
    buf_add_text(out, ".TP\n.B ");
    if (option->letter)
        buf_printf(out, "\\-%c, ", option->letter);
    buf_add_text(out, "\\-\\-");
    add_roff(out, option->name);
    if (option->argument)
        buf_printf(out, " \\fI%s\\fR", option->argument);
    buf_add_char(out, '\n');
    add_roff(out, text_get(lang, option->text));
    if (choices && option->kind == KIND_CHOICE) {
        buf_add_text(out, " (");
        for (const char *at = choices; *at; at++)
            buf_add_text(out, *at == '|' ? ", " : (const char[]){*at, '\0'});
        buf_add_text(out, ")");
    }
    buf_add_char(out, '\n');
}

/* The options of the command and those of every command. */
static void add_options(struct buf *out, const struct command *command, enum lang lang)
{
    add_line(out, ".SH ", text_get(lang, "man.options"));
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (command_accepts(command, (enum option_id)i))
            add_option(out, command, (enum option_id)i, lang);
    }
}

/* A text of a command on a line of its own. */
static void add_command_line(struct buf *out, const char *before, const struct command *command,
                             enum lang lang, const char *key)
{
    struct buf text CLEANUP(buf_freep) = {0};
    command_add_text(command, lang, key, &text);
    add_line(out, before, text.ptr);
}

/* The sub-commands, with one line each. */
static void add_commands(struct buf *out, const struct command *group, enum lang lang)
{
    bool any = false;
    for (size_t i = 0; i < command_count; i++) {
        if (!command_is_within(&commands[i], group))
            continue;
        if (!any)
            add_line(out, ".SH ", text_get(lang, "man.commands"));
        any = true;
        add_line(out, ".TP\n.B ", commands[i].path);
        add_command_line(out, "", &commands[i], lang, commands[i].summary);
    }
}

/* What FIELD may be, and VALUE. */
static void add_fields(struct buf *out, const struct command *command, struct arena *arena,
                       enum lang lang)
{
    const struct kind *kind = fields_kind(command);
    if (!kind)
        return;
    add_line(out, ".SH ", text_get(lang, "man.fields"));
    for (size_t i = 0; i < kind->count; i++) {
        if (!fields_shown(command, &kind->fields[i]))
            continue;
        add_line(out, ".TP\n.B ", kind->fields[i].name);
        add_line(out, "", field_described(arena, &kind->fields[i], lang));
    }
}

/* Calls that can be copied, each with what it is for. */
static void add_examples(struct buf *out, const struct command *command, enum lang lang)
{
    for (size_t i = 0; i < COUNT_OF(command->examples) && command->examples[i].line; i++) {
        if (i == 0)
            add_line(out, ".SH ", text_get(lang, "man.examples"));
        buf_add_text(out, ".TP\n.B merlon ");
        add_line(out, "", command->examples[i].line);
        add_line(out, "", text_get(lang, command->examples[i].text));
    }
}

static void add_exit_codes(struct buf *out, enum lang lang)
{
    static const char *const keys[EXIT_CODES] = {"exit.0", "exit.1", "exit.2",
                                                 "exit.3", "exit.4", "exit.5"};
    add_line(out, ".SH ", text_get(lang, "man.exit"));
    for (size_t i = 0; i < EXIT_CODES; i++) {
        buf_printf(out, ".TP\n.B %zu\n", i);
        add_line(out, "", text_get(lang, keys[i]));
    }
}

/* Every other page: there are few. */
static void add_see_also(struct buf *out, const struct command *command, struct arena *arena,
                         enum lang lang)
{
    const char *separator = "";
    add_line(out, ".SH ", text_get(lang, "man.see_also"));
    for (size_t i = 0; i < command_count; i++) {
        if (&commands[i] == command)
            continue;
        buf_add_text(out, separator);
        buf_add_text(out, ".BR ");
        add_roff(out, page_name(arena, &commands[i]));
        buf_add_text(out, " (1)");
        separator = ",\n";
    }
    buf_add_char(out, '\n');
}

/* A page has the sections of man-pages(7), in their order. */
static void add_page(struct buf *out, const struct command *command, const struct call *call)
{
    enum lang lang = call->lang;
    struct buf usage CLEANUP(buf_freep) = {0};
    const char *name = page_name(call->arena, command);
    usage_line(command, &usage);
    buf_add_text(out, ".TH ");
    add_roff(out, name);
    buf_add_text(out, " 1 \"\" \"Merlon " MERLON_VERSION "\"\n");
    add_line(out, ".SH ", text_get(lang, "man.name"));
    add_roff(out, name);
    add_command_line(out, " \\- ", command, lang, command->summary);
    add_line(out, ".SH ", text_get(lang, "man.synopsis"));
    add_line(out, ".B ", usage.ptr);
    if (command->description) {
        add_line(out, ".SH ", text_get(lang, "man.description"));
        add_command_line(out, "", command, lang, command->description);
    }
    add_commands(out, command, lang);
    add_fields(out, command, call->arena, lang);
    add_options(out, command, lang);
    add_examples(out, command, lang);
    add_exit_codes(out, lang);
    add_line(out, ".SH ", text_get(lang, "man.environment"));
    add_line(out, "", text_get(lang, "man.environment.text"));
    add_see_also(out, command, call->arena, lang);
}

/* One file a command, named as man(1) looks for it. */
static struct rc write_all(const struct call *call)
{
    if (call->operand_count != 1)
        return wrong(call, "msg.lacks_operand", "man --all", "DIR", NULL);
    for (size_t i = 0; i < command_count; i++) {
        struct buf page CLEANUP(buf_freep) = {0};
        add_page(&page, &commands[i], call);
        const char *path = arena_printf(call->arena, "%s/%s.1", call->operands[0],
                                        page_name(call->arena, &commands[i]));
        TRY(sys_write_file(path, buf_view(&page), 0644));
    }
    return RC_OK;
}

struct rc cmd_man(const struct call *call, int *exit_code)
{
    (void)exit_code;
    if (call_has(call, OPTION_ALL_PAGES))
        return write_all(call);
    struct buf path CLEANUP(buf_freep) = {0}, page CLEANUP(buf_freep) = {0};
    buf_add_text(&path, "");
    for (size_t i = 0; i < call->operand_count; i++)
        buf_printf(&path, "%s%s", i ? " " : "", call->operands[i]);
    const struct command *command = command_find(path.ptr);
    if (!command)
        return wrong(call, "msg.unknown_command", path.ptr, NULL, NULL);
    add_page(&page, command, call);
    return output_write(call, &page);
}
