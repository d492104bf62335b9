/* fields: the fields of a kind of the register, as help, man pages and completion tell them. */
#include "interface/cli/fields.h"

#include "interface/cli/command.h"

#include <string.h>

/* Whoever reads sees every field; whoever writes those that can be set. */
static bool writes(const struct command *command)
{
    return command->run == cmd_entry_add || command->run == cmd_entry_set ||
           command->run == cmd_entry_import || command->run == cmd_entry_template;
}

const struct kind *fields_kind(const struct command *command)
{
    bool reads = !command->run || command->run == cmd_entry_list ||
                 command->run == cmd_entry_export || command->run == cmd_entry_count;
    return command->noun && (reads || writes(command)) ? kind_find(command->noun) : NULL;
}

bool fields_shown(const struct command *command, const struct field *field)
{
    return !writes(command) || !field->derived;
}

/* "one, two, three" of the words that a field may hold. */
static const char *all_choices(struct arena *arena, const struct field *field)
{
    const char *all = "";
    for (size_t i = 0; field->choices && field->choices[i]; i++)
        all = arena_printf(arena, "%s%s%s", all, i ? ", " : "", field->choices[i]);
    return all;
}

/* The key of the text that says what a value looks like, and its {1}, {2}. */
static struct message form_of(struct arena *arena, const struct field *field)
{
    bool bounded = field->type == FIELD_INTEGER && field->max && field->max < 1000;
    switch (field->type) {
    case FIELD_INTEGER:
        return bounded ? (struct message){"field.range",
                                          {arena_printf(arena, "%lld", (long long)field->min),
                                           arena_printf(arena, "%lld", (long long)field->max)}}
                       : (struct message){"field.number", {NULL}};
    case FIELD_DATE:
        return field->after ? (struct message){"field.date_after", {field->after->name}}
                            : (struct message){"field.date", {NULL}};
    case FIELD_TIME:
        return (struct message){"field.time", {NULL}};
    case FIELD_CHOICE:
        return (struct message){"field.choice", {all_choices(arena, field)}};
    case FIELD_YESNO:
        return (struct message){"field.yesno", {NULL}};
    case FIELD_REF:
        return (struct message){"field.ref", {field->ref->name}};
    case FIELD_REFLIST:
        return (struct message){"field.reflist", {field->ref->name}};
    case FIELD_LIST:
        if (field->choices)
            return (struct message){"field.list_choice", {all_choices(arena, field)}};
        return (struct message){field->item == ITEM_ADDRESS  ? "field.list_address"
                                : field->item == ITEM_GRADED ? "field.list_graded"
                                                             : "field.list",
                                {NULL}};
    case FIELD_TEXT:
        break;
    }
    return (struct message){"field.text", {NULL}};
}

const char *field_described(struct arena *arena, const struct field *field, enum lang lang)
{
    struct message form = form_of(arena, field);
    const char *text = arena_printf(arena, "%s: %s", text_of(field->titles, lang),
                                    text_render(arena, lang, &form));
    if (field->required)
        text = arena_printf(arena, "%s; %s", text, text_get(lang, "field.mandatory"));
    if (field->derived)
        text = arena_printf(arena, "%s; %s", text, text_get(lang, "field.computed"));
    return field->source[0] ? arena_printf(arena, "%s (%s)", text, field->source) : text;
}
