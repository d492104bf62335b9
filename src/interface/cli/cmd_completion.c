/*
 * completion: a script for bash, drawn from the tables.
 *
 * The script finds the command among the words typed so far (skipping options and their values),
 * then offers its sub-commands and options, or the values of the option before the cursor.
 */
#include "interface/cli/command.h"
#include "interface/cli/fields.h"

#include <string.h>

static const char head[] = "# bash completion for merlon; made by: merlon completion bash\n"
                           "_merlon()\n"
                           "{\n"
                           "    local cur=${COMP_WORDS[COMP_CWORD]} prev= command= words= i word\n"
                           "    ((COMP_CWORD > 0)) && prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
                           "    if [[ $cur == = ]]; then\n"
                           "        cur=\n"
                           "    elif [[ $prev == = ]]; then\n"
                           "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
                           "    fi\n"
                           "    COMPREPLY=()\n"
                           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                           "        word=${COMP_WORDS[i]}\n"
                           "        case $word in\n";

static const char search[] = "        -*) ;;\n"
                             "        *) command=\"${command:+$command }$word\" ;;\n"
                             "        esac\n"
                             "    done\n"
                             "    case $command:$prev in\n";

static const char middle[] = "    esac\n"
                             "    case $command in\n";

static const char tail[] = "    esac\n"
                           "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                           "}\n"
                           "complete -F _merlon merlon\n";

/* "--root|--bundle|-o": the options that a value follows. */
static void add_valued(struct buf *out)
{
    const char *separator = "        ";
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (options[i].kind == KIND_FLAG)
            continue;
        buf_printf(out, "%s--%s", separator, options[i].name);
        separator = " | ";
        if (options[i].letter)
            buf_printf(out, " | -%c", options[i].letter);
    }
    buf_add_text(out, ") ((i++)); [[ ${COMP_WORDS[i]} == = ]] && ((i++)) ;;\n");
}

/* "a|b" as bash wants it: "a b". */
static void add_words(struct buf *out, const char *choices)
{
    for (const char *at = choices; *at; at++)
        buf_add_char(out, *at == '|' ? ' ' : *at);
}

/* The case label for the word before the cursor: 'check':--root. */
static void add_pattern(struct buf *out, const char *path, const struct option *option)
{
    buf_printf(out, "    '%s':--%s", path, option->name);
    if (option->letter)
        buf_printf(out, " | '%s':-%c", path, option->letter);
    buf_add_text(out, ") ");
}

/* The identifiers of an option that stands for one of ours; false when it is free text. */
static bool add_identifiers(struct buf *out, enum option_id id)
{
    size_t count = 0;
    if (id == OPTION_STANDARD) {
        const struct standard *standards = catalogue_standards(catalogue_load(), &count);
        for (size_t i = 0; i < count; i++)
            buf_printf(out, "%s%s", i ? " " : "", standards[i].id);
        return true;
    }
    const struct check *const *checks = NULL;
    if (id != OPTION_CHECK || failed(checks_builtin(&checks, &count)))
        return false;
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s%s", i ? " " : "", checks[i]->id);
    return true;
}

/* "name= class= ": what stands before the value that a person goes on to write. */
static void add_field_words(struct buf *out, const struct command *command, const char *before,
                            const char *after)
{
    const struct kind *kind = fields_kind(command);
    for (size_t i = 0; kind && i < kind->count; i++) {
        if (fields_shown(command, &kind->fields[i]))
            buf_printf(out, "%s%s%s ", before, kind->fields[i].name, after);
    }
}

/* Upwards and downwards. */
static void add_sort_words(struct buf *out, const struct command *command)
{
    add_field_words(out, command, "", "");
    add_field_words(out, command, "-", "");
}

/* What may follow an option: files, folders, one of some words, or anything. */
static void add_values(struct buf *out, const struct command *command, enum option_id id)
{
    const struct option *option = &options[id];
    const char *choices = command_choices(command, id);
    struct buf words CLEANUP(buf_freep) = {0};
    buf_add_text(&words, "");
    if (option->kind == KIND_CHOICE && choices)
        add_words(&words, choices);
    else if (id == OPTION_FILTER)
        add_field_words(&words, command, "", "=");
    else if (id == OPTION_SORT)
        add_sort_words(&words, command);
    else if (option->kind == KIND_TEXT)
        add_identifiers(&words, id);
    add_pattern(out, command->path, option);
    if (id == OPTION_FILTER)
        buf_add_text(out, "compopt -o nospace 2>/dev/null; ");
    if (option->kind == KIND_FILE || option->kind == KIND_FOLDER)
        buf_printf(out, "COMPREPLY=($(compgen -%c -- \"$cur\")); return ;;\n",
                   option->kind == KIND_FILE ? 'f' : 'd');
    else
        buf_printf(out, "COMPREPLY=($(compgen -W \"%s\" -- \"$cur\")); return ;;\n", words.ptr);
}

/* The words that may stand after a command: the next word of its sub-commands, and its options. */
static void add_command(struct buf *out, const struct command *command)
{
    size_t skip = strlen(command->path);
    buf_printf(out, "    '%s') words='", command->path);
    for (size_t i = 0; i < command_count; i++) {
        if (!command_is_within(&commands[i], command))
            continue;
        const char *word = commands[i].path + skip + (skip ? 1 : 0);
        if (!strchr(word, ' '))
            buf_printf(out, "%s ", word);
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (command_accepts(command, (enum option_id)i))
            buf_printf(out, "--%s ", options[i].name);
    }
    buf_add_text(out, "' ;;\n");
}

struct rc cmd_completion(const struct call *call, int *exit_code)
{
    (void)exit_code;
    if (strcmp(call->operands[0], "bash") != 0)
        return wrong(call, "msg.unknown_shell", call->operands[0], NULL, NULL);
    struct buf out CLEANUP(buf_freep) = {0};
    buf_add_text(&out, head);
    add_valued(&out);
    buf_add_text(&out, search);
    for (size_t i = 0; i < command_count; i++) {
        for (int id = 0; id < OPTION_COUNT; id++) {
            if (command_accepts(&commands[i], (enum option_id)id) && options[id].kind != KIND_FLAG)
                add_values(&out, &commands[i], (enum option_id)id);
        }
    }
    buf_add_text(&out, middle);
    for (size_t i = 0; i < command_count; i++)
        add_command(&out, &commands[i]);
    buf_add_text(&out, tail);
    return output_write(call, &out);
}
