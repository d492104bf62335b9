/*
 * pam: every service's stack of PAM modules, flattened.
 *
 * A service is a file of /etc/pam.d, or of /usr/lib/pam.d and /usr/share/pam.d where /etc/pam.d has
 * none of that name. Where none of the folders holds a file, /etc/pam.conf is read, with the
 * service as the first field of each line. Rules: pam_line.c; includes: pam_stack.c.
 *
 * Left out are what no program asks for: copies that package managers and editors leave behind
 * (.dpkg-*, .rpmsave, ~, ...; legal names for libpam, but no service) and names with capital
 * letters (libpam asks in lower case only). Both can still be included by name.
 */
#include "sensor/facts/pam_stack.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CONF_PATH         "/etc/pam.conf"
#define PAM_FILE_MAX      ((size_t)1 << 20)
#define CONF_SERVICES_MAX 500

static const struct column rule_columns[] = {
    {"service", COLUMN_TEXT, "", "the service, e.g. sshd"},
    {"position", COLUMN_INTEGER, "", "from 1: the rule's place in the service's flattened stack"},
    {"type", COLUMN_TEXT, "", "auth, account, password or session"},
    {"optional", COLUMN_INTEGER, "",
     "1 = written with '-': no complaint when the module is missing"},
    {"control", COLUMN_TEXT, "",
     "required, requisite, sufficient, optional, or [value=action ...]"},
    {"module", COLUMN_TEXT, "", "the module's file name without its folder"},
    {"arguments", COLUMN_TEXT, "", "all arguments, one blank between; '' when there are none"},
    {"depth", COLUMN_INTEGER, "", "0 = in the service's own file, 1 = in a file it includes, ..."},
    {"stack", COLUMN_TEXT, "", "the file the rule stands in, named as the including rule names it"},
};

const struct table pam_rule_table = {
    .name = "pam_rule",
    .doc = "The PAM rules of every service, with include, substack and @include resolved.",
    .columns = rule_columns,
    .column_count = COUNT_OF(rule_columns),
};

static const struct column argument_columns[] = {
    {"service", COLUMN_TEXT, "", "as in pam_rule"},
    {"position", COLUMN_INTEGER, "", "as in pam_rule"},
    {"type", COLUMN_TEXT, "", "as in pam_rule"},
    {"module", COLUMN_TEXT, "", "as in pam_rule"},
    {"name", COLUMN_TEXT, "", "the argument up to its first '='"},
    {"value", COLUMN_TEXT, "", "what follows the '='; NULL when there is none"},
};

const struct table pam_argument_table = {
    .name = "pam_argument",
    .doc = "The arguments of the rules in pam_rule, one row each.",
    .columns = argument_columns,
    .column_count = COUNT_OF(argument_columns),
};

static const struct table *const tables[] = {&pam_rule_table, &pam_argument_table, NULL};

/* ---- collecting ------------------------------------------------------------------------ */

static void follow_line(char *text, void (*add)(void *context, const char *pattern), void *context)
{
    struct arena *arena = arena_new();
    struct pam_rule rule = pam_rule_parse(arena, text);
    const char *name = rule.problem || rule.action == PAM_MODULE ? NULL : rule.target;
    if (name && name[0] == '/')
        add(context, name);
    else if (name && strchr(name, '/')) /* below a folder: the folders' own lists lack it */
        for (size_t i = 0; i < PAM_FOLDERS; i++)
            add(context, arena_printf(arena, "%s%s", pam_folders[i], name));
    arena_free(arena);
}

/* Plain names are collected anyway; others are asked for here. */
static void follow(const char *path, struct view bytes,
                   void (*add)(void *context, const char *pattern), void *context)
{
    const char *nul = bytes.len ? memchr(bytes.ptr, '\0', bytes.len) : NULL;
    if (nul)
        bytes.len = (size_t)(nul - bytes.ptr);
    struct pam_lines lines = {.rest = bytes};
    while (pam_lines_next(&lines)) {
        char *text = lines.text;
        if (strcmp(path, CONF_PATH) == 0 && !pam_token(&text)) /* the service field */
            continue;
        follow_line(text, add, context);
    }
}

static const struct source sources[] = {
    {.kind = ITEM_FILE, .pattern = "/etc/pam.d/*", .max = PAM_FILE_MAX, .follow = follow},
    {.kind = ITEM_FILE, .pattern = "/usr/lib/pam.d/*", .max = PAM_FILE_MAX, .follow = follow},
    {.kind = ITEM_FILE, .pattern = "/usr/share/pam.d/*", .max = PAM_FILE_MAX, .follow = follow},
    {.kind = ITEM_FILE, .pattern = CONF_PATH, .max = PAM_FILE_MAX, .follow = follow},
};

/* ---- services -------------------------------------------------------------------------- */

static bool has_capital(const char *name)
{
    for (; *name; name++) {
        if (*name >= 'A' && *name <= 'Z')
            return true;
    }
    return false;
}

static bool is_backup(const char *name)
{
    static const char *const endings[] = {"~",     ".rpmsave", ".rpmnew",  ".rpmorig", ".orig",
                                          ".bak",  ".old",     ".swp",     ".pam-old", ".pam-new",
                                          ".save", ".ucf-old", ".ucf-new", ".ucf-dist"};
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        if (view_ends(view_of(name), endings[i]))
            return true;
    }
    return strstr(name, ".dpkg-") != NULL;
}

/* Flattens the services of one folder that no earlier folder has. */
static struct rc read_folder(struct pam_reading *reading, size_t folder)
{
    for (size_t i = 0; i < reading->counts[folder]; i++) {
        const char *path = reading->paths[folder][i];
        const char *name = path + strlen(pam_folders[folder]);
        if (has_capital(name) || is_backup(name))
            continue;
        const struct item *item = pam_find(reading, name);
        if (!item || strcmp(item->name, path) != 0)
            continue; /* an earlier folder has it, or it is a link to nothing */
        struct pam_service service = {.name = name};
        struct pam_frame frame = {.item = item, .stack = name, .type = PAM_ANY};
        TRY(pam_stack_file(reading, &service, &frame));
    }
    return RC_OK;
}

/* ---- /etc/pam.conf --------------------------------------------------------------------- */

struct conf_services {
    struct pam_service service[CONF_SERVICES_MAX];
    size_t count;
};

static char *lower_copy(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);
    for (char *c = copy; *c; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    }
    return copy;
}

/* The service of this name, new when it was not met before; NULL when there are too many. */
static struct pam_service *conf_service(struct arena *arena, struct conf_services *all,
                                        const char *name)
{
    for (size_t i = 0; i < all->count; i++) {
        if (strcasecmp(all->service[i].name, name) == 0)
            return &all->service[i];
    }
    if (all->count == CONF_SERVICES_MAX)
        return NULL;
    struct pam_service *service = &all->service[all->count++];
    *service = (struct pam_service){.name = lower_copy(arena, name)};
    return service;
}

static struct rc conf_line(struct pam_reading *reading, struct conf_services *services,
                           const struct item *item, struct pam_lines *lines)
{
    char *text = lines->text;
    const char *name = pam_token(&text);
    struct arena *arena = reader_arena(reading->facts);
    struct pam_service *service = name ? conf_service(arena, services, name) : NULL;
    if (!service) {
        if (name)
            reader_problem(reading->facts, item, lines->first,
                           "more than %d services; the rest was not read", CONF_SERVICES_MAX);
        return RC_OK;
    }
    struct pam_frame frame = {.item = item, .stack = "pam.conf", .type = PAM_ANY};
    return pam_stack_line(reading, service, &frame, lines->first, text);
}

static struct rc read_conf(struct pam_reading *reading)
{
    const struct item *item = reader_file(reading->facts, CONF_PATH);
    struct pam_lines lines = {.rest = reader_text(reading->facts, item)};
    struct conf_services *services =
        arena_take(reader_arena(reading->facts), sizeof(struct conf_services));
    while (pam_lines_next(&lines)) {
        if (lines.problem)
            reader_problem(reading->facts, item, lines.first, "%s", lines.problem);
        if (lines.len)
            TRY(conf_line(reading, services, item, &lines));
    }
    return RC_OK;
}

/* ---- the reader ------------------------------------------------------------------------ */

static struct rc read_pam(struct facts *facts)
{
    struct pam_reading reading = {.facts = facts};
    size_t files = 0;
    for (size_t i = 0; i < PAM_FOLDERS; i++) {
        TRY(reader_files(facts, sources[i].pattern, &reading.paths[i], &reading.counts[i]));
        files += reading.counts[i];
    }
    if (files == 0)
        return read_conf(&reading);
    for (size_t i = 0; i < PAM_FOLDERS; i++)
        TRY(read_folder(&reading, i));
    return RC_OK;
}

const struct reader reader_pam = {
    .name = "pam",
    .tables = tables,
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .read = read_pam,
};
