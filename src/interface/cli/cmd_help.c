/* help, version, and the program called without a command. */
#include "interface/cli/command.h"

/* The words after help name a command, as they would call it. */
struct rc cmd_help(const struct call *call, int *exit_code)
{
    (void)exit_code;
    struct buf path CLEANUP(buf_freep) = {0}, help CLEANUP(buf_freep) = {0};
    buf_add_text(&path, "");
    for (size_t i = 0; i < call->operand_count; i++)
        buf_printf(&path, "%s%s", i ? " " : "", call->operands[i]);
    const struct command *command = command_find(path.ptr);
    if (!command) {
        const char *paths[64];
        size_t count = 0;
        for (; count < command_count && count < COUNT_OF(paths); count++)
            paths[count] = commands[count].path;
        const char *near = suggest(path.ptr, paths, count);
        const char *text = say(call, "msg.unknown_command", path.ptr, NULL, NULL);
        return near ? wrong(call, "msg.did_you_mean", text, near, NULL)
                    : fault(FAULT_USAGE, "%s", text);
    }
    usage_write(command, call->lang, output_width(call), &help);
    return output_write(call, &help);
}

/* One line that scripts can cut: name, blank, version. */
struct rc cmd_version(const struct call *call, int *exit_code)
{
    (void)exit_code;
    struct buf out CLEANUP(buf_freep) = {0};
    buf_add_text(&out, "merlon " MERLON_VERSION "\n");
    return output_write(call, &out);
}

/* Somebody who types only the name wants to know what to try first. */
struct rc cmd_top(const struct call *call, int *exit_code)
{
    if (call_has(call, OPTION_VERSION))
        return cmd_version(call, exit_code);
    struct buf out CLEANUP(buf_freep) = {0};
    const struct command *top = command_find("");
    buf_printf(&out, "%s\n\n%s\n", text_get(call->lang, top->summary),
               text_get(call->lang, "help.first"));
    for (size_t i = 0; i < COUNT_OF(top->examples) && top->examples[i].line; i++) {
        buf_printf(&out, "  merlon %s\n      ", top->examples[i].line);
        text_add_wrapped(&out, view_of(text_get(call->lang, top->examples[i].text)),
                         output_width(call), 6);
        buf_add_char(&out, '\n');
    }
    buf_printf(&out, "\n%s\n", text_get(call->lang, "help.more"));
    return output_write(call, &out);
}
