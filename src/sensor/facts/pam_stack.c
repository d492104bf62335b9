/*
 * pam_stack: includes resolved, rows written.
 *
 * Bounds: libpam's 32 levels; a file that includes itself is told apart and not entered again; all
 * services together may make us look at PAM_WORK_MAX bytes, because nested includes multiply. Each
 * bound that is reached is a problem of the file that held the include.
 */
#include "sensor/facts/pam_stack.h"

#include <string.h>

#define PAM_DEPTH_MAX 32
#define PAM_WORK_MAX  ((size_t)64 << 20)
#define PAM_FILE_COST 256 /* what opening a file counts for, on top of its bytes */

const char *const pam_folders[PAM_FOLDERS] = {"/etc/pam.d/", "/usr/lib/pam.d/",
                                              "/usr/share/pam.d/"};

/* ---- finding files --------------------------------------------------------------------- */

static const char *find_path(const struct pam_reading *reading, size_t folder, const char *name)
{
    size_t skip = strlen(pam_folders[folder]);
    for (size_t i = 0; i < reading->counts[folder]; i++) {
        if (strcmp(reading->paths[folder][i] + skip, name) == 0)
            return reading->paths[folder][i];
    }
    return NULL;
}

static const struct item *present(const struct item *item)
{
    return item && item->status != ITEM_ABSENT ? item : NULL;
}

const struct item *pam_find(struct pam_reading *reading, const char *name)
{
    if (name[0] == '/')
        return present(reader_file(reading->facts, name));
    bool nested = strchr(name, '/') != NULL; /* collected by following, so in no list */
    for (size_t i = 0; i < PAM_FOLDERS; i++) {
        const char *path =
            nested ? arena_printf(reader_arena(reading->facts), "%s%s", pam_folders[i], name)
                   : find_path(reading, i, name);
        const struct item *item = path ? present(reader_file(reading->facts, path)) : NULL;
        if (item)
            return item;
    }
    return NULL;
}

/* ---- rows ------------------------------------------------------------------------------ */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static struct rc put_argument(struct pam_reading *reading, const struct pam_service *service,
                              const struct pam_frame *frame, uint32_t line,
                              const struct pam_rule *rule, const char *argument)
{
    const char *equals = strchr(argument, '=');
    struct view name = view_of(argument);
    if (equals)
        name.len = (size_t)(equals - argument);
    struct cell cells[] = {
        cell_text(service->name),
        cell_integer(service->position),
        cell_text(pam_type_name(rule->type)),
        cell_text(base_name(rule->target)),
        cell_view(name),
        cell_text(equals ? equals + 1 : NULL),
    };
    return reader_row(reading->facts, &pam_argument_table, cells, frame->item, line);
}

/* An argument with blanks is shown in the brackets it was written in. */
static void add_argument(struct buf *all, const char *argument)
{
    bool brackets = argument[strcspn(argument, " \t")] != '\0';
    buf_add_text(all, all->len ? " " : "");
    buf_add_text(all, brackets ? "[" : "");
    buf_add_text(all, argument);
    buf_add_text(all, brackets ? "]" : "");
}

static struct rc put_rule(struct pam_reading *reading, const struct pam_service *service,
                          const struct pam_frame *frame, uint32_t line, const struct pam_rule *rule,
                          struct view arguments)
{
    struct cell cells[] = {
        cell_text(service->name),
        cell_integer(service->position),
        cell_text(pam_type_name(rule->type)),
        cell_integer(rule->optional),
        cell_text(rule->control),
        cell_text(base_name(rule->target)),
        cell_view(arguments),
        cell_integer(frame->depth),
        cell_text(frame->stack),
    };
    return reader_row(reading->facts, &pam_rule_table, cells, frame->item, line);
}

static struct rc put_module(struct pam_reading *reading, struct pam_service *service,
                            const struct pam_frame *frame, uint32_t line,
                            const struct pam_rule *rule)
{
    struct buf all = {0};
    struct rc rc = RC_OK;
    char *rest = rule->arguments;
    service->position++;
    for (char *argument; !failed(rc) && (argument = pam_token(&rest)) != NULL;) {
        add_argument(&all, argument);
        rc = put_argument(reading, service, frame, line, rule, argument);
    }
    if (!failed(rc))
        rc = put_rule(reading, service, frame, line, rule, buf_view(&all));
    buf_free(&all);
    return rc;
}

/* ---- includes -------------------------------------------------------------------------- */

static bool already_open(const struct pam_frame *frame, const struct item *item)
{
    for (; frame; frame = frame->parent) {
        if (frame->item == item)
            return true;
    }
    return false;
}

static struct rc include(struct pam_reading *reading, struct pam_service *service,
                         const struct pam_frame *frame, uint32_t line, const struct pam_rule *rule)
{
    const struct item *item = NULL;
    const char *problem = NULL;
    if (frame->depth + 1 >= PAM_DEPTH_MAX)
        problem = "includes are nested more than libpam's 32 levels";
    else if (!(item = pam_find(reading, rule->target)))
        problem = "the included file does not exist";
    else if (already_open(frame, item))
        problem = "the file includes itself";
    if (problem) {
        reader_problem(reading->facts, frame->item, line, "%s: %.200s", problem, rule->target);
        return RC_OK;
    }
    struct pam_frame inner = {
        .parent = frame,
        .item = item,
        .stack = arena_text(reader_arena(reading->facts), rule->target),
        .type = rule->action == PAM_INCLUDE ? rule->type : frame->type,
        .depth = frame->depth + 1,
    };
    return pam_stack_file(reading, service, &inner);
}

struct rc pam_stack_line(struct pam_reading *reading, struct pam_service *service,
                         const struct pam_frame *frame, uint32_t line, char *text)
{
    struct pam_rule rule = pam_rule_parse(reader_arena(reading->facts), text);
    bool wanted = frame->type == PAM_ANY || rule.type == PAM_ANY || rule.type == frame->type;
    if (!wanted)
        return RC_OK;
    if (rule.problem) {
        reader_problem(reading->facts, frame->item, line, "%s", rule.problem);
        return RC_OK;
    }
    if (rule.action != PAM_MODULE)
        return include(reading, service, frame, line, &rule);
    return put_module(reading, service, frame, line, &rule);
}

/* Counts the file's bytes; false once the bound is reached. */
static bool afford(struct pam_reading *reading, const struct item *item, size_t bytes)
{
    if (reading->stopped)
        return false;
    reading->work += bytes + PAM_FILE_COST;
    if (reading->work <= PAM_WORK_MAX)
        return true;
    reading->stopped = true;
    reader_problem(
        reading->facts, item, 0,
        "includes multiply the PAM configuration to more than 64 MiB; the rest of it was "
        "not read");
    return false;
}

struct rc pam_stack_file(struct pam_reading *reading, struct pam_service *service,
                         const struct pam_frame *frame)
{
    struct pam_lines lines = {.rest = reader_text(reading->facts, frame->item)};
    if (!afford(reading, frame->item, lines.rest.len))
        return RC_OK;
    while (pam_lines_next(&lines)) {
        if (lines.problem)
            reader_problem(reading->facts, frame->item, lines.first, "%s", lines.problem);
        if (lines.len)
            TRY(pam_stack_line(reading, service, frame, lines.first, lines.text));
    }
    return RC_OK;
}
